// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/curlloop.h"

#include <curl/curl.h>

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MaxAnswerBytes = 16 << 20;

std::size_t takeBytes(char *data, std::size_t size, std::size_t count, void *target)
{
    auto &body = *static_cast<std::string *>(target);
    if (body.size() + size * count > MaxAnswerBytes) return 0; // ends the call
    body.append(data, size * count);
    return size * count;
}

} // namespace

struct CurlLoop::Transfer {
    Transfer()
        : easy(curl_easy_init())
    {
    }
    ~Transfer()
    {
        curl_slist_free_all(headers);
        curl_easy_cleanup(easy);
    }
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    void prepare(OutgoingCall given, std::function<void(CallOutcome)> act)
    {
        call = std::move(given);
        done = std::move(act);
        outcome = {};
        curl_slist_free_all(headers);
        headers = curl_slist_append(nullptr, "Content-Type: application/json");
        headers = curl_slist_append(headers, "Expect:");
        if (!call.bearer.empty())
            headers = curl_slist_append(headers, ("Authorization: Bearer " + call.bearer).c_str());
        curl_easy_reset(easy);
        curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
        if (!call.body.empty()) {
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data());
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
        }
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, takeBytes);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &outcome.body);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    }

    CURL *easy;
    curl_slist *headers = nullptr;
    OutgoingCall call;
    std::function<void(CallOutcome)> done;
    CallOutcome outcome;
};

CurlLoop::CurlLoop()
    : m_multi(nullptr)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    m_multi = curl_multi_init();
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, static_cast<long>(MaxInFlight));
}

CurlLoop::~CurlLoop()
{
    for (const auto &transfer : m_running)
        curl_multi_remove_handle(m_multi, transfer->easy);
    m_running.clear();
    m_idle.clear();
    curl_multi_cleanup(m_multi);
}

std::unique_ptr<CurlLoop::Transfer> CurlLoop::take()
{
    if (m_idle.empty()) return std::make_unique<Transfer>();
    auto transfer = std::move(m_idle.back());
    m_idle.pop_back();
    return transfer;
}

bool CurlLoop::start(OutgoingCall call, std::function<void(CallOutcome)> done)
{
    if (m_inFlight >= MaxInFlight) return false;
    auto transfer = take();
    transfer->prepare(std::move(call), std::move(done));
    if (curl_multi_add_handle(m_multi, transfer->easy) != CURLM_OK) return false;
    m_running.push_back(std::move(transfer));
    ++m_inFlight;
    return true;
}

void CurlLoop::poll(std::chrono::milliseconds wait)
{
    int running = 0;
    curl_multi_perform(m_multi, &running);
    curl_multi_poll(m_multi, nullptr, 0, static_cast<int>(std::max<std::int64_t>(wait.count(), 0)),
                    nullptr);
    curl_multi_perform(m_multi, &running);
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const int code = static_cast<int>(message->data.result);
        char *owner = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        finish(reinterpret_cast<Transfer *>(owner), code);
    }
}

void CurlLoop::finish(Transfer *transfer, int code)
{
    long status = 0;
    curl_off_t took = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &took);
    curl_multi_remove_handle(m_multi, transfer->easy);
    --m_inFlight;
    const auto place = std::ranges::find(m_running, transfer, &std::unique_ptr<Transfer>::get);
    m_idle.push_back(std::move(*place));
    m_running.erase(place);

    CallOutcome outcome = std::move(transfer->outcome);
    outcome.status = code == CURLE_OK ? static_cast<int>(status) : 0;
    outcome.timedOut = code == CURLE_OPERATION_TIMEDOUT;
    outcome.took = std::chrono::microseconds(took);
    const auto done = std::move(transfer->done); // it may start the next call in this transfer
    done(std::move(outcome));
}

void CurlLoop::wake()
{
    curl_multi_wakeup(m_multi);
}

} // namespace crossfade
