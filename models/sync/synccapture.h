// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/core/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What tells a sync of a side's changes, beyond the change column of its mapping: a table with a row for each change (its
// number, and the key of what changed), and a channel of PostgreSQL's NOTIFY, which only saves waiting for the next look.
struct SyncCapture {
    std::string table;    // "": the change column tells
    std::string sequence; // unique whole numbers that grow
    std::vector<std::string> keys; // as many as the mapping's key has, in its order
    std::optional<std::string> channel;
    bool operator==(const SyncCapture &) const = default;

    bool hasTable() const { return !table.empty(); }
    // What a stored mark is a place in; "" for a change column.
    std::string place() const;
};

std::optional<SyncCapture> readCapture(JsonReader &parent, std::string_view side);
Json captureJson(const std::optional<SyncCapture> &capture);
// What the mapping, the columns of the change table have to say to it.
std::vector<FieldError> captureMistakes(const SyncCapture &capture, const Mapping &mapping, Platform side);
std::vector<FieldError> changeTableMistakes(const SyncCapture &capture, Platform side, const std::vector<Column> &columns);

} // namespace crossfade
