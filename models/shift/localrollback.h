// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/ceilings.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class RollbackScope { All, Policies, Groups, Switches };
std::string_view rollbackScopeWord(RollbackScope scope); // "ALL", …

// A rollback that was done while the store did not answer, as it is kept until the store has it.
struct LocalRollback {
    std::string id; // the same for each repetition of the request: it is stored once
    Instant at{};
    std::string actor;
    std::string requestId;
    std::string reason;
    RollbackScope scope = RollbackScope::All;
    Percentage target;
    std::int64_t epoch = 0; // of what it was made from
    struct Policy {
        std::string id;
        std::string name;
        Percentage from;
        Percentage to;
        bool operator==(const Policy &) const = default;
    };
    struct Group {
        std::string id;
        std::string name;
        std::optional<std::size_t> batch; // none: all of them
        std::size_t users = 0;            // that it took back
        bool operator==(const Group &) const = default;
    };
    std::vector<Policy> policies;
    std::vector<Group> groups;
    bool endsMaster = false; // a master NEW
    bool endsForwardOnly = false;
    bool toLegacy = false;  // the master switch sends everybody to LEGACY
    std::string approvalId; // of the proposed rollback that was approved; empty: of none
    bool operator==(const LocalRollback &) const = default;
};

// What may be served at most from then on.
Ceilings ceilingsOf(const LocalRollback &rollback);

// As the API tells it, and as it is kept; nothing for what is not such an object.
Json localRollbackToJson(const LocalRollback &rollback);
std::optional<LocalRollback> localRollbackFromJson(const Json &json);

// A stored act of an operator that may raise what is served: a start, now or at a time, a new target, a
// resume, a takeover, a finalization.
struct RaisingAct {
    Instant at{};
    Percentage from; // the stored share when it was done
};
bool mayRaise(std::string_view shiftCause, std::string_view actor);

// Whether a stored act of an operator has lifted the ceiling before the rollback came into the store: one done after
// it, and from where it led, or from lower still. One that was done at a higher share was done by somebody who
// did not know of the rollback: that takes effect all the same.
bool isLifted(Percentage ceiling, Instant rolledBackAt, std::span<const RaisingAct> acts);

} // namespace crossfade
