// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"
#include "models/core/result.h"

#include <optional>

namespace crossfade {

// Rows of one side in the order of their keys.
class RowStream {
public:
    virtual ~RowStream() = default;
    // The next row into `row`; false at the end.
    virtual Result<bool> next(KeyedRow &row) = 0;
};

// The union of two streams by key, one key at a time; holds one row of each side, whatever their
// length. A stream whose keys do not rise strictly ends the merge with an error: a database that
// sorts differently than we do, or a key that stands twice, must never become false differences.
class Merge {
public:
    struct Pair { // at least one side is set; valid until the next call
        const KeyedRow *legacy = nullptr;
        const KeyedRow *fresh = nullptr;
        const std::string &key() const { return legacy ? legacy->key : fresh->key; }
    };

    Merge(KeyKind kind, RowStream &legacy, RowStream &fresh);
    Result<std::optional<Pair>> next();

private:
    struct Side {
        RowStream *stream;
        const char *name;
        KeyedRow row;
        std::optional<std::string> last;
        bool waiting = false; // `row` holds a row not yet answered
        bool ended = false;
    };
    Result<void> fill(Side &side);

    KeyKind m_kind;
    Side m_legacy;
    Side m_new;
};

} // namespace crossfade
