// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"
#include "models/shift/localrollback.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// What a runner itself lowered while the store did not answer: with all that it would have stored, so that it comes
// into the store as it would have come there at once.
struct OwnRollback {
    std::int64_t version = 0; // of the shift (of the group) that it was decided on
    Json status;              // where that stands from then on
    std::string guardId;      // whose breach caused it; "": nobody answered within a deadline
    bool failed = false;
    Json evidence;            // null: none
    Json look;                // of a policy, what was seen, for the record; null: none
    std::int64_t term = 0;    // of whoever looked
    bool operator==(const OwnRollback &) const = default;
};
Json ownRollbackToJson(const OwnRollback &own);
std::optional<OwnRollback> ownRollbackFromJson(const Json &json);

// The same for each replica that comes to the same: then it is stored once. `what`: which share, or which batch.
std::string ownRollbackId(const std::string &objectId, std::int64_t version, const std::string &what);

// Keeps them beside the store, in force at once. Any thread.
class OwnRollbacks {
public:
    virtual ~OwnRollbacks() = default;
    virtual Result<void> keepOwn(LocalRollback rollback, OwnRollback own) = 0;
    // Of the policy or the group with that id, decided on that version and not stored yet.
    virtual std::optional<OwnRollback> ownOf(const std::string &objectId, std::int64_t version) const = 0;
};

} // namespace crossfade
