// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentslots.h"
#include "models/core/json.h"

#include <string>
#include <vector>

namespace crossfade {

// What an agent sends: the seconds it has counted since it was last heard, and what its clock says.
struct AgentPush {
    static constexpr std::size_t MostSeconds = 120;     // a request
    static constexpr std::size_t MostSlots = 256;       // a second
    static constexpr std::int64_t MostRequests = 1'000'000; // a second
    static constexpr Seconds Oldest{600};               // before sent_at; older ones are refused
    static constexpr std::int64_t MostBatch = 1'000'000'000;

    std::string bootId;
    Milliseconds offset{}; // of the agent's clock; positive: it is ahead
    // Policies, groups and batches are as they were sent: whether they are known is seen when they are stored.
    std::vector<AgentSecond> seconds;

    bool isStale() const { return AgentSlots::isStale(offset); }
};

// What is left of a stale push: of whom its seconds were, without counts, as one second by our clock. It is told apart
// from the seconds of the same boot whose clock was good.
AgentSecond doubtOf(const AgentPush &push, const std::string &agentId, Instant now);

// `now`: when it came. All or nothing: Invalid with every field that is wrong.
Result<AgentPush> readAgentPush(const Json &body, const std::string &agentId, Instant now);

} // namespace crossfade
