// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "models/routing/movedby.h"

namespace crossfade {

// What may only be done where it moves nobody, asked in the transaction that would do it.

// What decides as this transaction reads it: what was committed together with it is not published yet.
Result<Snapshot> snapshotIn(const RouterState &state, Database &db);

// Conflict where the users this policy covers, at 0 %, would be served otherwise without it.
Result<void> mayUncover(const RouterState &state, WriteTransaction &tx, const PolicyCover &cover);

// How many members of a group would be served otherwise without it, counted before the transaction: of millions
// that takes seconds.
struct MembersCounted {
    SnapshotPtr snapshot; // counted in; null: not counted
    std::uint64_t moved = 0;
};
MembersCounted countMembers(const RouterState &state, const std::string &groupId, Instant now);

// Conflict where members would be served otherwise without the group: of one that is completed always, of another
// where `expected`, which the caller was told of before, is not that many.
Result<void> mayUngroup(const RouterState &state, WriteTransaction &tx, const std::string &groupId, bool completed,
                        const MembersCounted &counted, std::optional<std::uint64_t> expected);

} // namespace crossfade
