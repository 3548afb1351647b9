// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/leadership.h"
#include "models/core/json.h"
#include "models/routing/enginedrift.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <chrono>

namespace crossfade {

// Judges each second which traffic engines drift. The leader stores what changed together with its alert
// (ENGINE_DRIFT), so that whoever leads next tells neither twice nor not at all. It reads and tells: no change waits
// for it.
class EngineWatch {
public:
    EngineWatch(Store &store, const Leadership &leadership, prometheus::Registry &metrics);
    void look(); // blocking; one thread

private:
    using Clock = std::chrono::steady_clock;
    Result<bool> isDue(Database &db); // whether anything is to be stored
    Result<Json> keep(WriteTransaction &tx, Clock::time_point asked);
    Result<void> keepOne(WriteTransaction &tx, EngineInstance instance, const std::optional<EngineDrift> &drift,
                         const std::optional<RuleEpoch> &newest);

    Store &m_store;
    const Leadership &m_leadership;
    prometheus::Gauge &m_known;
    prometheus::Gauge &m_drifting;
    // What was not heard before that may have been said while nobody could store it.
    Instant m_listeningSince{};
    Clock::time_point m_looked{};
    std::int64_t m_term = -1;
};

// As GET /engine and events show it.
Json driftJson(const std::optional<EngineDrift> &drift);

} // namespace crossfade
