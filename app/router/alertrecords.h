// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/core/json.h"

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

// Raises or counts, and emits alert.raised.
Result<void> raise(WriteTransaction &tx, const AlertDraft &draft);
// Tells again, as alert.raised, of the subject's alerts of these types that nobody acknowledged and
// that were last told of before `before`; answers how many.
Result<std::int64_t> remind(WriteTransaction &tx, std::string_view subjectId,
                            const std::vector<std::string> &types, Instant before);
// Whether the subject has one of this type that nobody acknowledged and that was last told of before `before`.
Result<bool> isDue(Database &db, std::string_view subjectId, std::string_view type, Instant before);
// What it told of is over: acknowledged by the transaction's actor. Nothing where none of this key is open.
Result<void> settle(WriteTransaction &tx, std::string_view dedupeKey);
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
