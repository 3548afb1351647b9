// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <string>

namespace crossfade {

// How the router takes what it is told, for Prometheus, as the leader has stored it. Label `what` is HELD, CONSISTENCY or
// KEY_INDEX. Any thread.
class PushMetrics {
public:
    explicit PushMetrics(prometheus::Registry &registry);
    void refresh(Store &store, bool keyIndex); // whether that is told

private:
    using Gauges = prometheus::Family<prometheus::Gauge>;
    struct Push {
        prometheus::Gauge *behind = nullptr;
        prometheus::Gauge *failing = nullptr;
        prometheus::Gauge *reached = nullptr; // none until it was
    };
    Result<void> read(Database &db, Instant now, bool keyIndex);

    std::mutex m_mutex;
    Gauges &m_behind;
    Gauges &m_failing;
    Gauges &m_reached;
    std::map<std::string, Push> m_pushes;
};

} // namespace crossfade
