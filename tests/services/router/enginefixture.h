// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/agentfixture.h"

namespace crossfade {

constexpr const char *AcksPath = "/api/v1/agents/agent-1/acks";

// What an agent says of one of its engines; `changes` over it.
inline Json engineReport(std::int64_t epoch, const Json &changes = Json::object(), const std::string &name = "edge-1") {
    Json report{{"instance", name},
                {"address", "10.0.0.1:80"},
                {"boot", "b1"},
                {"epoch", epoch},
                {"state", "APPLIED"},
                {"at", formatInstant(agentClock() - Milliseconds(20))}};
    report.update(changes);
    return report;
}

inline Json engineAcks(const std::vector<Json> &instances, Instant sentAt = agentClock()) {
    return {{"sent_at", formatInstant(sentAt)}, {"instances", Json(instances)}};
}

// Those of one engine, newest first.
inline std::vector<Json> driftAlerts(const Json &page, const std::string &subject = "agent-1/edge-1") {
    std::vector<Json> found;
    for (const Json &alert : page.value("items", Json::array())) {
        if (alert.at("type") == "ENGINE_DRIFT" && alert.at("subject_id") == subject) found.push_back(alert);
    }
    return found;
}

} // namespace crossfade
