// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/routing/history.h"

#include <functional>
#include <string_view>

namespace crossfade {

// The stored log of every change of the snapshot.
namespace revisions {

// Of rules, switches and policies; those of lists are logged where they are stored (listtables.h).
// `policyBefore` is what the policy covered until now, for a policy change.
Result<void> append(WriteTransaction &tx, const SnapshotChange &change,
                    const std::optional<PolicyCover> &policyBefore, std::string_view cause,
                    std::string_view reason);

// All of them in order; `visit` answers false to stop.
Result<void> each(Database &db, const std::function<bool(const Revision &)> &visit);
// Those that can concern a user who comes through that system (system.md 1.2, lines 1 to 11).
Result<void> eachOf(Database &db, std::string_view userId, std::string_view systemId,
                    const std::function<bool(const Revision &)> &visit);

// Those of later epochs; a group's members are put in by `fill`.
Result<void> eachAfter(Database &db, std::int64_t epoch, const std::function<Result<void>(GroupCover &)> &fill,
                       const std::function<bool(const Revision &)> &visit);

// The newest epoch in which a rule, the switches or a policy changed; 0: never.
Result<std::int64_t> newestEpoch(Database &db);
// The newest epoch in which this policy's part in decisions was written down; nothing: never.
Result<std::optional<std::int64_t>> lastEpochOf(Database &db, std::string_view policyId);

} // namespace revisions

} // namespace crossfade
