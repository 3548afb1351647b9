// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/routing/history.h"

#include <functional>
#include <span>
#include <string_view>

namespace crossfade {

// The stored log of every change of the snapshot.
namespace revisions {

// Of rules, switches and policies; those of lists are logged where they are stored (listtables.h).
// `policyBefore` is what the policy covered until now, for a policy change; `batch` the one whose users a
// group's change moves, where it does nothing else.
Result<void> append(WriteTransaction &tx, const SnapshotChange &change,
                    const std::optional<PolicyCover> &policyBefore, std::string_view cause,
                    std::string_view reason, std::optional<std::size_t> batch = std::nullopt);

// Of changes of rules alone, in one statement.
Result<void> appendRules(WriteTransaction &tx, std::span<const SnapshotChange> changes, std::string_view cause,
                         std::string_view reason);

// All of them in order; `visit` answers false to stop.
Result<void> each(Database &db, const std::function<bool(const Revision &)> &visit);
// Those that can concern the user (system.md 1.2, lines 1 to 11), with the system, entity and interface asked for.
// Of a group's batches only his own: how many others moved costs nothing.
Result<void> eachOf(Database &db, const HistorySubject &subject, const std::function<bool(const Revision &)> &visit);

// Those of later epochs; a group's members are put in by `fill`.
Result<void> eachAfter(Database &db, std::int64_t epoch, const std::function<Result<void>(GroupCover &)> &fill,
                       const std::function<bool(const Revision &)> &visit);

// The newest entry, and the epoch it was made in; 0: there is none.
struct Newest {
    std::int64_t seq = 0;
    std::int64_t epoch = 0;
};
Result<Newest> newest(Database &db);
// The rules that were changed by entries after that one.
Result<std::vector<std::string>> rulesChangedSince(Database &db, std::int64_t seq);
// The epoch in which the share of this policy was written down that was in force before the present one; while it has
// moved nobody by itself, that of the present one. Nothing: it is not there, or says another share than the history.
Result<std::optional<std::int64_t>> previousEpochOf(Database &db, std::string_view policyId);

} // namespace revisions

} // namespace crossfade
