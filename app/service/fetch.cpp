// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/fetch.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace crossfade {

namespace {

struct Intake {
    FetchAnswer answer;
    std::size_t limit = 0;
    bool overflow = false;
};

std::size_t takeBody(char *data, std::size_t size, std::size_t count, void *target)
{
    auto &intake = *static_cast<Intake *>(target);
    const std::size_t bytes = size * count;
    if (intake.answer.body.size() + bytes > intake.limit) {
        intake.overflow = true;
        return 0; // ends the transfer
    }
    intake.answer.body.append(data, bytes);
    return bytes;
}

std::size_t takeHeader(char *data, std::size_t size, std::size_t count, void *target)
{
    constexpr std::size_t MostHeaders = 200;
    auto &headers = static_cast<Intake *>(target)->answer.headers;
    std::string_view line(data, size * count);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || headers.size() >= MostHeaders) return line.size();
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
        value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
        value.remove_suffix(1);
    headers.emplace_back(std::move(name), value);
    return size * count;
}

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Headers headerList(const FetchRequest &request)
{
    curl_slist *list = curl_slist_append(nullptr, "Expect:");
    for (const auto &[name, value] : request.headers)
        list = curl_slist_append(list, (name + ": " + value).c_str());
    if (!request.bearer.empty())
        list = curl_slist_append(list, ("Authorization: Bearer " + request.bearer).c_str());
    return {list, curl_slist_free_all};
}

void prepare(CURL *curl, const FetchRequest &request, curl_slist *headers, Intake &intake)
{
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    // Our services are called by their own address; a proxy of the environment is not meant.
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (!request.caFile.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, request.caFile.c_str());
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
    }
    if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &intake);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &intake);
}

Error errorOfProblem(const FetchAnswer &answer)
{
    Error error{errorKindFromStatus(answer.status), std::string(problemTitle(answer.status)), {}, {}};
    const Result<Json> problem = parseJson(answer.body);
    if (!problem || !problem->is_object()) return error;
    const auto textOf = [](const Json &object, const char *key) {
        const auto it = object.find(key);
        return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    if (const std::string detail = textOf(*problem, "detail"); !detail.empty()) error.message = detail;
    error.requestId = textOf(*problem, "request_id");
    const auto fields = problem->find("errors");
    if (fields == problem->end() || !fields->is_array()) return error;
    for (const Json &field : *fields) {
        if (field.is_object())
            error.fields.push_back({textOf(field, "pointer"), textOf(field, "message")});
    }
    return error;
}

} // namespace

Result<FetchAnswer> fetch(const FetchRequest &request)
{
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    // One handle a thread: it keeps its connections open between calls.
    static thread_local const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> kept(
        curl_easy_init(), curl_easy_cleanup);
    if (ready != CURLE_OK || !kept) return fail(ErrorKind::Internal, "libcurl does not start");
    CURL *curl = kept.get();
    curl_easy_reset(curl);
    Intake intake;
    intake.limit = request.maxAnswerBytes;
    const Headers headers = headerList(request);
    prepare(curl, request, headers.get(), intake);
    const CURLcode code = curl_easy_perform(curl);
    if (intake.overflow)
        return fail(ErrorKind::TooLarge,
                    "the answer is larger than " + std::to_string(request.maxAnswerBytes) + " bytes");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(ErrorKind::Timeout,
                    "no answer within " + std::to_string(request.timeout.count()) + " ms");
    if (code != CURLE_OK) return fail(ErrorKind::Network, curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    intake.answer.status = static_cast<int>(status);
    return std::move(intake.answer);
}

Result<Json> fetchJson(const FetchRequest &request)
{
    const Result<FetchAnswer> answer = fetch(request);
    if (!answer) return Failure(answer.error());
    if (answer->status >= 400) return fail(errorOfProblem(*answer));
    if (answer->body.empty()) return Json();
    return parseJson(answer->body);
}

} // namespace crossfade
