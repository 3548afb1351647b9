// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <random>

namespace crossfade {

namespace {

std::size_t takeBody(char *data, std::size_t size, std::size_t count, void *target)
{
    static_cast<std::string *>(target)->append(data, size * count);
    return size * count;
}

std::size_t takeHeader(char *data, std::size_t size, std::size_t count, void *target)
{
    std::string line(data, size * count);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n'))
        line.pop_back();
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos) {
        std::string name = line.substr(0, colon);
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        const std::size_t start = line.find_first_not_of(' ', colon + 1);
        auto &headers = static_cast<TestAnswer *>(target)->headers;
        headers.emplace_back(name, start == std::string::npos ? "" : line.substr(start));
    }
    return size * count;
}

std::string freshKey()
{
    static thread_local std::mt19937_64 random{std::random_device{}()};
    return "test-" + std::to_string(random()) + std::to_string(random());
}

} // namespace

std::string TestAnswer::header(std::string_view name) const
{
    for (const auto &[key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

TestClient::TestClient(std::string base, std::string token)
    : m_base(std::move(base))
    , m_token(std::move(token))
{
}

TestAnswer TestClient::send(const std::string &method, const std::string &path,
                            const std::string &body, const Headers &headers) const
{
    static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == 0;
    TestAnswer answer;
    // One handle a thread keeps its connections open, as a real client does.
    static thread_local const std::unique_ptr<CURL, void (*)(CURL *)> kept(curl_easy_init(),
                                                                           curl_easy_cleanup);
    CURL *curl = kept.get();
    if (!initialised || !curl) return answer;
    curl_easy_reset(curl);
    curl_slist *list = curl_slist_append(nullptr, "Expect:");
    if (!m_token.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + m_token).c_str());
    for (const auto &[name, value] : headers)
        list = curl_slist_append(list, (name + ": " + value).c_str());
    curl_easy_setopt(curl, CURLOPT_URL, (m_base + path).c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(m_timeout.count()));
    if (!body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(list);
    answer.status = code == CURLE_OK ? static_cast<int>(status) : 0;
    if (code != CURLE_OK) answer.error = curl_easy_strerror(code);
    const Result<Json> json = parseJson(answer.body);
    if (json) answer.json = *json;
    return answer;
}

TestAnswer TestClient::get(const std::string &path) const
{
    return send("GET", path, {});
}

TestAnswer TestClient::post(const std::string &path, const Json &body) const
{
    return send("POST", path, body.is_null() ? std::string("{}") : dumpJson(body),
                {{"Content-Type", "application/json"}, {"Idempotency-Key", freshKey()}});
}

TestAnswer TestClient::observe(const Json &observations) const
{
    return send("POST", "/api/v1/observations", dumpJson({{"observations", observations}}),
                {{"Content-Type", "application/json"}});
}

TestAnswer TestClient::put(const std::string &path, const Json &body, const std::string &version) const
{
    return send("PUT", path, dumpJson(body),
                {{"Content-Type", "application/json"}, {"If-Match", "\"" + version + "\""}});
}

TestAnswer TestClient::patch(const std::string &path, const Json &body,
                             const std::string &version) const
{
    return send("PATCH", path, dumpJson(body),
                {{"Content-Type", "application/json"}, {"If-Match", "\"" + version + "\""}});
}

TestAnswer TestClient::remove(const std::string &path, const std::string &version) const
{
    return send("DELETE", path, {}, {{"If-Match", "\"" + version + "\""}});
}

} // namespace crossfade
