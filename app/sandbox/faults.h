// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/random.h"
#include "models/core/json.h"

#include <chrono>
#include <mutex>

namespace crossfade {

struct FaultSettings {
    double errorRate = 0;                 // percent of requests answered 500
    std::chrono::milliseconds latency{0}; // added to every answer
    bool outage = false;                  // every request, the health question too, is answered 503
    bool operator==(const FaultSettings &) const = default;
};

// {error_rate 0–100, latency_ms 0–60000, outage}; an absent field is its healthy value.
Result<FaultSettings> readFaults(const Json &json);
Json faultsJson(const FaultSettings &settings);

// What goes wrong at one platform now. Any thread.
class Faults {
public:
    explicit Faults(std::uint64_t seed)
        : m_random(seed)
    {
    }
    void set(const FaultSettings &settings);
    FaultSettings settings() const;
    bool drawError(); // whether this request fails

private:
    mutable std::mutex m_mutex;
    FaultSettings m_settings;
    SeededRandom m_random;
};

} // namespace crossfade
