// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/merge.h"

namespace crossfade {

Merge::Merge(KeyKind kind, RowStream &legacy, RowStream &fresh)
    : m_kind(kind)
    , m_legacy{&legacy, "LEGACY", {}, {}, false, false}
    , m_new{&fresh, "NEW", {}, {}, false, false}
{
}

Result<void> Merge::fill(Side &side)
{
    if (side.waiting || side.ended) return {};
    const Result<bool> more = side.stream->next(side.row);
    if (!more) return fail(more.error());
    side.ended = !*more;
    side.waiting = *more;
    if (side.ended) return {};
    if (!isKey(m_kind, side.row.key))
        return fail(ErrorKind::Conflict, "a row of " + std::string(side.name) +
                                             " has a key that is no whole number: " + side.row.key);
    if (side.last && compareKeys(m_kind, *side.last, side.row.key) >= 0)
        return fail(ErrorKind::Conflict, "the keys of " + std::string(side.name) +
                                             " do not rise: " + side.row.key + " after " +
                                             *side.last);
    side.last = side.row.key;
    return {};
}

Result<std::optional<Merge::Pair>> Merge::next()
{
    for (Side *side : {&m_legacy, &m_new}) {
        if (Result<void> filled = fill(*side); !filled) return fail(filled.error());
    }
    if (!m_legacy.waiting && !m_new.waiting) return std::optional<Pair>();
    int order = 0;
    if (!m_new.waiting)
        order = -1;
    else if (!m_legacy.waiting)
        order = 1;
    else
        order = compareKeys(m_kind, m_legacy.row.key, m_new.row.key);
    Pair pair;
    if (order <= 0) {
        pair.legacy = &m_legacy.row;
        m_legacy.waiting = false;
    }
    if (order >= 0) {
        pair.fresh = &m_new.row;
        m_new.waiting = false;
    }
    return std::optional<Pair>(pair);
}

} // namespace crossfade
