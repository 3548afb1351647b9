// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/metrics/slot.h"
#include "models/metrics/usersketch.h"
#include "models/routing/hash.h"
#include "tests/services/router/routerservice.h"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace crossfade {

inline Instant agentClock() {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}
inline std::int64_t agentSecond(Instant at = agentClock()) {
    return std::chrono::floor<Seconds>(at).time_since_epoch().count();
}
inline std::string agentTime(std::int64_t second) {
    return formatInstant(instantFromMs(second * 1'000));
}

// One request as an agent finds it in its engine's log.
struct SeenRequest {
    bool good = true;
    std::uint32_t latencyUs = 5'000;
    std::string user = {};
};

// The slot an agent makes of the requests of one cohort: {platform, system_id, policy_id, group_id, batch}.
inline Json agentSlot(Json cohort, const std::vector<SeenRequest> &requests) {
    Slot slot;
    UserCounts users;
    for (const SeenRequest &request : requests) {
        slot.addRequest(request.good, request.latencyUs);
        if (!request.user.empty()) users.add(textHash(request.user), request.good);
    }
    Json latency = Json::array();
    for (const auto &[bin, count] : slot.latency.bins())
        latency.push_back(Json::array({bin, count}));
    cohort["requests"] = slot.count;
    cohort["succeeded"] = slot.ok;
    cohort["latency"] = latency;
    cohort["latency_sum_us"] = slot.latencySumUs;
    if (!users.tried.isEmpty()) {
        cohort["users_tried"] = users.tried.text();
        cohort["users_failed"] = users.failed.text();
    }
    return cohort;
}

// So many requests of one cohort, the first ones failed.
inline Json agentSlot(Json cohort, int requests, int failed = 0) {
    std::vector<SeenRequest> seen(static_cast<std::size_t>(requests));
    for (int i = 0; i < failed; ++i)
        seen[static_cast<std::size_t>(i)].good = false;
    return agentSlot(std::move(cohort), seen);
}

inline Json agentCohort(const std::string &platform, const std::string &policyId) {
    const Json policy = policyId.empty() ? Json() : Json(policyId);
    return {{"platform", platform}, {"system_id", "sso"}, {"policy_id", policy}};
}

inline Json agentPush(const Json &seconds, Instant sentAt = agentClock(), const std::string &boot = "boot-1") {
    return {{"boot_id", boot}, {"sent_at", formatInstant(sentAt)}, {"seconds", seconds}};
}

inline Json agentPush(std::initializer_list<Json> seconds, Instant sentAt = agentClock(),
                      const std::string &boot = "boot-1") {
    return agentPush(Json(std::vector<Json>(seconds)), sentAt, boot);
}

inline Json agentSecondOf(std::int64_t second, const Json &slots) {
    return {{"at", agentTime(second)}, {"slots", slots}};
}
inline Json agentSecondOf(std::int64_t second, std::initializer_list<Json> slots) {
    return agentSecondOf(second, Json(std::vector<Json>(slots)));
}

constexpr const char *AgentPath = "/api/v1/agents/agent-1/slots";

// With no Idempotency-Key: what it sends needs none.
inline TestAnswer sendSlots(const TestClient &client, const Json &body, const std::string &path = AgentPath) {
    return client.send("POST", path, dumpJson(body), {{"Content-Type", "application/json"}});
}

} // namespace crossfade
