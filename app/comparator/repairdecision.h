// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "app/service/store.h"

#include <optional>
#include <string>

namespace crossfade {

// What somebody decides on a repair that was asked for.
struct RepairDecision {
    bool approve = true;
    std::string reason;
    std::optional<Instant> executeAt; // of an approval; none: at once
};

// Reads execute_at of a body: after now, and not so late that it was meant otherwise.
std::optional<Instant> readExecuteAt(JsonReader &in, Instant now);
// Forbidden where a second person has to approve and this is the one who asked; Conflict where it does not fit the
// state. An approved repair can be rejected as long as its time has not come.
Result<Json> decideRepair(WriteTransaction &tx, const std::string &id, const RepairDecision &decision);
// Forbidden for whoever asked, where a second person is needed.
Result<void> mayApprove(Database &db, const std::string &id, const std::string &subject);

} // namespace crossfade
