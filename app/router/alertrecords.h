// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/core/json.h"
#include "models/shift/alarms.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

struct AlertDraft {
    std::string type;     // "SHIFT_HELD", "GUARD_TRIPPED", …
    std::string severity; // LOW, MEDIUM, HIGH
    std::string message;
    Json details = Json::object();
    std::string subjectType;
    std::string subjectId;
    std::string dedupeKey; // while one of this key is open, it is counted instead of raised again
};

namespace alertrecords {

// Raises or counts, and emits alert.raised. Channels are told of what begins, and of what became more severe.
Result<void> raise(WriteTransaction &tx, const AlertDraft &draft);

// What stands of the alerts of each policy, or of each group, by its id.
using StandingAlarms = std::map<std::string, std::vector<StandingAlarm>>;
// Keeps SHIFT_HELD, GUARD_TRIPPED, METRICS_SILENT and ROLLBACK_PROPOSED of those subjects to what stands: tells
// again, as alert.raised, of those that nobody acknowledged and that channels were told of at `before` or earlier;
// what does not stand any more, and was not raised since, is settled. Of holds and of proposals the latest is the
// one that stands.
Result<void> keep(WriteTransaction &tx, std::string_view subjectType, const StandingAlarms &standing, Instant before);
// The same for all others of MEDIUM and above, whoever raised them: until somebody acknowledges them. At most so
// many, the longest untold first.
constexpr std::int64_t MostReminded = 100;
// How often to look for what is due where each is reminded once an interval.
Seconds lookEvery(Seconds interval);
Result<void> remindAll(WriteTransaction &tx, Instant before);
Result<bool> anyDue(Database &db, Instant before); // for remindAll()
// What it told of is over: acknowledged by the transaction's actor. Nothing where none of this key is open.
Result<void> settle(WriteTransaction &tx, std::string_view dedupeKey);
Result<bool> isAcknowledged(Database &db, std::string_view id); // false where there is none
// Newest first. `acknowledged` absent: all.
struct Page {
    Json items = Json::array();
    std::optional<std::int64_t> lastSeqIfMore;
    std::int64_t total = 0;
};
Result<Page> list(Database &db, std::optional<bool> acknowledged, std::int64_t before,
                  std::int64_t limit);
// NotFound; acknowledging twice changes nothing and answers the alert. The first one is audited.
Result<Json> acknowledge(WriteTransaction &tx, std::string_view id, const std::string &reason);

} // namespace alertrecords

} // namespace crossfade
