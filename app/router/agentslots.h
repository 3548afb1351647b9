// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentslot.h"
#include "app/router/groupmeasures.h"
#include "app/router/measurements.h"
#include "app/service/store.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

// One second of one run of an agent.
struct AgentSecond {
    std::string agentId;
    std::string bootId;
    std::int64_t second = 0; // by the agent's clock
    Instant at{};            // when it came in
    Milliseconds offset{};   // how far the agent's clock was ahead then
    std::vector<AgentSlot> slots;
};

// The two texts of its slots in table `agent_slot`; fromText answers nothing for anything else.
std::string agentSlotsText(const std::vector<AgentSlot> &slots);
std::string agentUsersText(const std::vector<AgentSlot> &slots); // "": of none are users told
std::optional<std::vector<AgentSlot>> agentSlotsFromText(std::int64_t second, std::string_view slots,
                                                         std::string_view users);

// What agents count: stored once for each (agent, boot, second), whichever replica it comes to, before it is
// acknowledged; and counted once in what is measured, from the store too after a start and of other replicas.
class AgentSlots {
public:
    // Beyond it an agent's evidence is stale: it is not counted, and what it should have been part of does not pass.
    static constexpr Milliseconds MostOffset{5'000};
    static bool isStale(Milliseconds offset) { return offset > MostOffset || offset < -MostOffset; }
    static constexpr std::int64_t MostBoots = 8; // of one agent within one second

    AgentSlots(Store &store, Measurements &measurements, GroupMeasures &groups);

    Result<void> load(); // what is stored is in what was measured; groups are watched by then
    // False: it is stored already. Invalid at /boot_id for one too many.
    Result<bool> store(WriteTransaction &tx, const AgentSecond &second) const;
    Result<void> forgetOld(WriteTransaction &tx); // now and then
    void take(const AgentSecond &second);         // counts it, unless it was; any thread
    Result<void> takeUp(Database &db);            // what others stored since; on the writer thread

private:
    enum class From { Agent, Store };
    bool isNew(const AgentSecond &second);
    void count(const AgentSecond &second, From from);
    void doubt(const AgentSecond &second);

    Store &m_store;
    Measurements &m_measurements;
    GroupMeasures &m_groups;
    std::int64_t m_takenUp = 0; // epoch
    std::int64_t m_pushes = 0;  // on the writer thread
    std::mutex m_mutex;
    // By second and a hash of agent and boot: what a commit of unknown end, another replica and a repeated request
    // may all tell of. As long as it may be stored.
    std::set<std::pair<std::int64_t, std::uint64_t>> m_counted;
};

} // namespace crossfade
