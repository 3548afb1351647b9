// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Why a traffic engine does not serve what the router has stored.
enum class DriftCause {
    Gone,            // its agent serves it no more
    NotHeard,        // its agent has fallen silent
    Refused,         // it said why it takes a rule set not
    NotAcknowledged, // it should have said that it serves a rule set
    NotConverged,    // it said so, but its log lines carry an older one
};
std::string_view driftCauseWord(DriftCause cause);
std::optional<DriftCause> driftCauseFromWord(std::string_view word);

struct EngineDrift {
    DriftCause cause = DriftCause::NotAcknowledged;
    Instant since{}; // whatever its cause was then
    bool operator==(const EngineDrift &) const = default;
};

// One traffic engine, as its agent told of it. Times are the store's.
struct EngineInstance {
    std::string agentId;
    std::string name; // among those of its agent
    std::string address;
    std::string bootId; // of the engine: another one has lost what was applied
    Instant bootSince{}; // when it was first told of
    std::int64_t acknowledged = 0; // epoch; 0: of this boot none yet
    std::optional<Instant> acknowledgedAt;
    std::optional<std::int64_t> refused; // the epoch that it refused last, unless it applied one since
    std::string refusal;
    std::optional<Instant> refusedAt;
    std::optional<std::int64_t> converged; // nothing: no log line tells
    Instant heardAt{};
    Instant sentAt{}; // what its agent's clock said then
    std::optional<Instant> goneAt;
    std::optional<EngineDrift> drift; // as the leader judged it last

    bool operator==(const EngineInstance &) const = default;
};

// What an agent says of one of its engines.
struct EngineReport {
    std::string name;
    std::string address;
    std::string bootId;
    std::int64_t epoch = 0;
    bool applied = true; // else refused
    std::string refusal;
    Milliseconds age{}; // how long before it was sent that was so
    std::optional<std::int64_t> converged;
};

// All that an agent has said at once: of all engines it serves.
struct EngineReports {
    Instant sentAt{}; // by its clock
    std::vector<EngineReport> instances;
};

// What is only heard again is stored no more often.
inline constexpr Seconds HeardStoredEvery{5};
// One that was overtaken on its way is at most so old; one that seems older comes of a clock that was set back.
inline constexpr Seconds MostOvertaken{60};

// Whether a later word of the same agent is known already: it says nothing new.
bool isOvertaken(const std::vector<EngineInstance> &known, const EngineReports &reports);
// Which instances are to be stored, and how: those that changed, are new, are not served any more, or were last
// stored as heard a while ago. `known` are all of that agent. Told twice, nothing is left to store.
std::vector<EngineInstance> engineChanges(const std::vector<EngineInstance> &known, const EngineReports &reports,
                                          const std::string &agentId, Instant now);

} // namespace crossfade
