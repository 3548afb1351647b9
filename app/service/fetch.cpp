// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/fetch.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

namespace crossfade {

namespace {

struct Receiver {
    FetchAnswer answer;
    std::size_t limit = 0;
    bool tooLarge = false;
};

std::size_t takeBody(char *data, std::size_t size, std::size_t count, void *target)
{
    auto *receiver = static_cast<Receiver *>(target);
    if (receiver->answer.body.size() + size * count > receiver->limit) {
        receiver->tooLarge = true;
        return 0; // ends the transfer
    }
    receiver->answer.body.append(data, size * count);
    return size * count;
}

std::size_t takeHeader(char *data, std::size_t size, std::size_t count, void *target)
{
    constexpr std::size_t MostHeaders = 200;
    auto &headers = static_cast<Receiver *>(target)->answer.headers;
    const std::string_view line(data, size * count);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || headers.size() >= MostHeaders) return size * count;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && std::string_view(" \t").find(value.front()) != std::string_view::npos)
        value.remove_prefix(1);
    while (!value.empty() && std::string_view("\r\n ").find(value.back()) != std::string_view::npos)
        value.remove_suffix(1);
    headers.emplace_back(std::move(name), std::string(value));
    return size * count;
}

struct Sender {
    const BodyPieces &pieces;
    std::string piece{};
    std::size_t sent = 0; // of it
    std::optional<Error> error{};
};

std::size_t giveBody(char *buffer, std::size_t size, std::size_t count, void *source)
{
    auto *sender = static_cast<Sender *>(source);
    if (sender->sent == sender->piece.size()) {
        auto next = sender->pieces();
        if (!next) {
            sender->error = next.error();
            return CURL_READFUNC_ABORT;
        }
        sender->piece = std::move(*next);
        sender->sent = 0;
    }
    const std::size_t given = std::min(size * count, sender->piece.size() - sender->sent);
    sender->piece.copy(buffer, given, sender->sent);
    sender->sent += given;
    return given;
}

int goOnOrNot(void *flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::atomic<bool> *>(flag)->load() ? 1 : 0;
}

class HeaderList {
public:
    explicit HeaderList(const FetchRequest &request)
    {
        add("Expect:");
        if (!request.bearer.empty()) add("Authorization: Bearer " + request.bearer);
        for (const auto &[name, value] : request.headers)
            add(name + ": " + value);
    }
    void add(const std::string &line) { m_list = curl_slist_append(m_list, line.c_str()); }
    ~HeaderList() { curl_slist_free_all(m_list); }
    HeaderList(const HeaderList &) = delete;
    HeaderList &operator=(const HeaderList &) = delete;
    curl_slist *get() const { return m_list; }

private:
    curl_slist *m_list = nullptr;
};

// One handle a thread, so that connections to the same peer are used again.
CURL *handle()
{
    static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    static thread_local const std::unique_ptr<CURL, void (*)(CURL *)> kept(
        initialised ? curl_easy_init() : nullptr, [](CURL *curl) { curl_easy_cleanup(curl); });
    return kept.get();
}

// A connection that was kept and is closed by now cannot be used for it: what was given cannot be given again.
void sendPieces(CURL *curl, Sender &sender)
{
    constexpr long LongestConnect = 5'000; // of a call that may take long
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, giveBody);
    curl_easy_setopt(curl, CURLOPT_READDATA, &sender);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, LongestConnect);
}

void configure(CURL *curl, const FetchRequest &request, const HeaderList &headers, Receiver &receiver)
{
    const auto timeout = static_cast<long>(request.timeout.count());
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (!request.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
    }
    if (!request.caFile.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, request.caFile.c_str());
    if (request.cancelled) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, goOnOrNot);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool> *>(request.cancelled));
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiver);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiver);
}

Result<FetchAnswer> perform(const FetchRequest &request, const BodyPieces *pieces)
{
    CURL *curl = handle();
    if (!curl) return fail(ErrorKind::Network, "no HTTP client");
    HeaderList headers(request);
    if (pieces) headers.add("Transfer-Encoding: chunked");
    Receiver receiver;
    receiver.limit = request.maxAnswerBytes;
    configure(curl, request, headers, receiver);
    std::optional<Sender> sender;
    if (pieces) sendPieces(curl, sender.emplace(Sender{*pieces}));
    const CURLcode code = curl_easy_perform(curl);
    if (sender && sender->error) return fail(std::move(*sender->error));
    if (receiver.tooLarge) return fail(ErrorKind::TooLarge, "the answer is too large");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(ErrorKind::Timeout, "no answer within " +
                                            std::to_string(request.timeout.count()) + " ms");
    if (code != CURLE_OK) return fail(ErrorKind::Network, curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    receiver.answer.status = static_cast<int>(status);
    return std::move(receiver.answer);
}

Error problemOf(const FetchAnswer &answer)
{
    Error error{errorKindFromStatus(answer.status), "answered " + std::to_string(answer.status), {}, {}};
    const auto body = parseJson(answer.body);
    if (!body || !body->is_object()) return error;
    if (const auto it = body->find("detail"); it != body->end() && it->is_string())
        error.message = it->get<std::string>();
    if (const auto it = body->find("request_id"); it != body->end() && it->is_string())
        error.requestId = it->get<std::string>();
    return error;
}

} // namespace

Result<FetchAnswer> fetch(const FetchRequest &request)
{
    return perform(request, nullptr);
}

Result<FetchAnswer> upload(const FetchRequest &request, const BodyPieces &pieces)
{
    return perform(request, &pieces);
}

Result<Json> fetchJson(const FetchRequest &request)
{
    const auto answer = fetch(request);
    if (!answer) return fail(answer.error());
    if (answer->status >= 400) return fail(problemOf(*answer));
    auto json = parseJson(answer->body);
    if (!json) return fail(ErrorKind::Malformed, "the answer is not JSON");
    return json;
}

} // namespace crossfade
