// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/tourclient.h"

#include <curl/curl.h>

#include <memory>

namespace crossfade {

namespace {

constexpr long LimitMs = 8'000;
constexpr std::size_t MostBytes = 32u << 20;

std::size_t take(char *data, std::size_t size, std::size_t count, void *target)
{
    auto &body = *static_cast<std::string *>(target);
    if (body.size() + size * count > MostBytes)
        return 0;
    body.append(data, size * count);
    return size * count;
}

} // namespace

TourClient::TourClient(std::string base, std::string token)
    : m_base(std::move(base))
    , m_token(std::move(token))
{
    while (m_base.ends_with('/'))
        m_base.pop_back();
}

TourClient::Answer TourClient::send(const char *verb, const std::string &path,
                                    const std::string &body) const
{
    Answer answer;
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                     &curl_easy_cleanup);
    if (!handle) {
        answer.problem = "no handle";
        return answer;
    }
    curl_slist *list = curl_slist_append(nullptr, ("Authorization: Bearer " + m_token).c_str());
    list = curl_slist_append(list, "Content-Type: application/json");
    list = curl_slist_append(list, "Expect:");
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        list, &curl_slist_free_all);
    const std::string url = m_base + path;
    std::string text;
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, verb);
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, LimitMs);
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &text);
    if (!body.empty()) {
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    }
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) {
        answer.problem = curl_easy_strerror(code);
        return answer;
    }
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    if (Result<Json> json = parseJson(text))
        answer.body = std::move(*json);
    if (!answer.ok())
        answer.problem = "HTTP " + std::to_string(status) + " " + text.substr(0, 300);
    return answer;
}

TourClient::Answer TourClient::get(const std::string &path) const
{
    return send("GET", path, {});
}

TourClient::Answer TourClient::post(const std::string &path, const Json &body) const
{
    return send("POST", path, dumpJson(body));
}

TourClient::Answer TourClient::put(const std::string &path, const Json &body) const
{
    return send("PUT", path, dumpJson(body));
}

} // namespace crossfade
