// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/previewchanges.h"
#include "models/routing/idset.h"

#include <optional>
#include <string>

namespace crossfade {

// What a preview was made from: another replica that finds the same makes the same one again.
struct PreviewRecord {
    std::string id;
    Instant at{};
    Instant expiresAt{};
    std::string routing;  // routingVersion() it was decided by
    std::string users;    // fingerprintOf() the directory's ids
    std::string question; // fingerprintOf() what was asked
    std::string body;     // of the request
};

namespace previewrecords {

// Which state of the routing the store holds; nothing if the snapshot is of an earlier one.
Result<std::optional<std::string>> routingVersion(Database &db, const Snapshot &snapshot);
std::string fingerprintOf(const IdSet &users);
// Of the changes as they were understood: what they name outside the snapshot (a policy's draft) may be edited.
std::string fingerprintOf(const PreviewQuestion &question);

// And forgets those that nobody can ask for any more, and the oldest of very many.
Result<void> store(Database &db, const PreviewRecord &record, Instant now);
Result<std::optional<PreviewRecord>> find(Database &db, const std::string &id, Instant now);

} // namespace previewrecords

} // namespace crossfade
