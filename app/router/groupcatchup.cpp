// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the group runner took back while the store did not answer comes into it.
#include "app/router/groupacts.h"

#include <algorithm>

namespace crossfade {

// As it was decided; where the group is another by now, as a person's: but what nobody had answered here may have been
// answered elsewhere.
Result<bool> GroupActs::catchUpOwn(WriteTransaction &tx, const LocalRollback::Group &group, Instant at,
                                   const std::string &reason, const OwnRollback &own) {
    const auto before = grouprecords::find(tx.db(), group.id);
    const auto next = before && before->groupVersion == own.version ? groupStatusFromJson(own.status) : std::nullopt;
    if (!next && own.guardId.empty()) return false;
    if (!next) return catchUp(tx, group, at, reason);
    GroupTransition transition;
    transition.next = *next;
    transition.cause = GroupCause::BatchRolledBack;
    transition.batch = group.batch;
    transition.detail = reason;
    transition.failed = own.failed;
    const auto guard = std::ranges::find(before->group.guards, own.guardId, &Guard::id);
    if (guard != before->group.guards.end()) transition.tripped = &*guard;
    const auto after = carryOut(tx, *before, transition, {}, nullptr, at, &own.evidence);
    if (!after) return fail(after.error());
    return true;
}

} // namespace crossfade
