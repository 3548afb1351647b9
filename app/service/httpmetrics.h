// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace crossfade {

// Requests by route, method and status, and their time by route.
class HttpMetrics {
public:
    explicit HttpMetrics(prometheus::Registry &registry);
    void observe(const std::string &route, const std::string &method, int status,
                 std::chrono::steady_clock::duration time); // any thread
    static std::string exposition(const prometheus::Registry &registry);

private:
    prometheus::Family<prometheus::Counter> &m_counts;
    prometheus::Family<prometheus::Histogram> &m_times;
    std::mutex m_mutex;
    struct OfRoute {
        prometheus::Histogram *times = nullptr;
        std::map<std::pair<int, std::string>, prometheus::Counter *> counts; // by status and method
    };
    std::map<std::string, OfRoute, std::less<>> m_routes;
};

} // namespace crossfade
