// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/faults.h"

namespace crossfade {

Result<FaultSettings> readFaults(const Json &json)
{
    if (!json.is_object()) return invalid("", "must be an object");
    JsonReader in(json);
    FaultSettings settings;
    settings.errorRate = in.optionalNumber("error_rate", {0, 100}).value_or(0);
    settings.latency =
        std::chrono::milliseconds(in.optionalInteger("latency_ms", 0, 60'000).value_or(0));
    settings.outage = in.optionalBoolean("outage").value_or(false);
    if (const auto error = in.finish()) return fail(*error);
    return settings;
}

Json faultsJson(const FaultSettings &settings)
{
    return {{"error_rate", settings.errorRate},
            {"latency_ms", settings.latency.count()},
            {"outage", settings.outage}};
}

void Faults::set(const FaultSettings &settings)
{
    const std::lock_guard lock(m_mutex);
    m_settings = settings;
}

FaultSettings Faults::settings() const
{
    const std::lock_guard lock(m_mutex);
    return m_settings;
}

bool Faults::drawError()
{
    const std::lock_guard lock(m_mutex);
    return m_random.chance(m_settings.errorRate / 100);
}

} // namespace crossfade
