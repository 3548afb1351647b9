// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "tests/support/http.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace crossfade {

// Good answers of both platforms, four times a second.
class GoodTraffic {
public:
    GoodTraffic(TestClient observer, std::string policyId)
        : m_observer(std::move(observer))
        , m_policyId(std::move(policyId))
        , m_thread([this](const std::stop_token &stop) { run(stop); })
    {
    }

private:
    void run(const std::stop_token &stop) const
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            Json list = Json::array();
            const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
            for (int i = 0; i < 20; ++i)
                list.push_back({{"at", formatInstant(now)},
                                {"platform", i % 2 == 0 ? "NEW" : "LEGACY"},
                                {"user_id", "user-" + std::to_string(i)},
                                {"decision",
                                 {{"reason", "PERCENTAGE"}, {"policy_id", m_policyId}, {"epoch", 1}}},
                                {"status", 200},
                                {"latency_ms", 10}});
            m_observer.observe(list);
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; });
        }
    }

    TestClient m_observer;
    std::string m_policyId;
    std::jthread m_thread;
};

} // namespace crossfade
