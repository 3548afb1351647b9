// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

struct OutgoingCall {
    std::string method = "GET";
    std::string url;
    std::string body; // JSON
    std::string bearer;
    std::chrono::milliseconds timeout{1'000};
};

struct CallOutcome {
    int status = 0; // 0: no answer
    bool timedOut = false;
    std::chrono::microseconds took{0};
    std::string body;
};

// Many HTTP calls at once on one thread, over kept-alive connections (libcurl's multi interface).
// Every call ends in exactly one outcome, at the latest after its timeout.
class CurlLoop {
public:
    static constexpr std::size_t MaxInFlight = 600;

    CurlLoop();
    ~CurlLoop(); // drops what is in flight, without outcomes
    CurlLoop(const CurlLoop &) = delete;
    CurlLoop &operator=(const CurlLoop &) = delete;

    // False when MaxInFlight calls are under way: nothing is sent.
    bool start(OutgoingCall call, std::function<void(CallOutcome)> done);
    std::size_t inFlight() const { return m_inFlight; }
    // Waits for the network at most `wait`, then runs the `done` of every ended call.
    void poll(std::chrono::milliseconds wait);
    void wake(); // ends a poll() from another thread

private:
    struct Transfer;
    std::unique_ptr<Transfer> take();
    void finish(Transfer *transfer, int code);

    void *m_multi; // CURLM
    std::size_t m_inFlight = 0;
    std::vector<std::unique_ptr<Transfer>> m_running;
    std::vector<std::unique_ptr<Transfer>> m_idle;
};

} // namespace crossfade
