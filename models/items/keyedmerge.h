// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace crossfade {

// What a keyed merge tells the model it works for: rows are announced before and after.
template <class Row>
struct KeyedMergeSteps {
    // Called around each change of `rows`, with positions as QAbstractItemModel wants them.
    virtual ~KeyedMergeSteps() = default;
    virtual void beginRemove(int first, int last) = 0;
    virtual void endRemove() = 0;
    virtual void beginInsert(int first, int last) = 0;
    virtual void endInsert() = 0;
    virtual void beginMove(int from, int to) = 0; // `to` counted before the move, to < from
    virtual void endMove() = 0;
    virtual void changed(int row) = 0;
};

// Turns `rows` into `wanted` by the fewest kinds of steps, so that selection and scroll survive:
// rows that are gone are removed, the rest are moved, inserted and updated in place. `key` of a row
// is unique in each list.
template <class Row, class Key>
void mergeByKey(std::vector<Row> &rows, std::vector<Row> wanted, Key key,
                KeyedMergeSteps<Row> &steps)
{
    std::unordered_set<std::string> stays;
    for (const Row &row : wanted)
        stays.insert(key(row));
    for (std::size_t end = rows.size(); end > 0;) {
        if (stays.contains(key(rows[end - 1]))) {
            --end;
            continue;
        }
        std::size_t first = end - 1;
        while (first > 0 && !stays.contains(key(rows[first - 1])))
            --first;
        steps.beginRemove(static_cast<int>(first), static_cast<int>(end) - 1);
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(first),
                   rows.begin() + static_cast<std::ptrdiff_t>(end));
        steps.endRemove();
        end = first;
    }
    std::unordered_set<std::string> present;
    for (const Row &row : rows)
        present.insert(key(row));
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const auto here = rows.begin() + static_cast<std::ptrdiff_t>(at);
        if (!present.contains(key(wanted[at]))) {
            std::size_t last = at;
            while (last + 1 < wanted.size() && !present.contains(key(wanted[last + 1])))
                ++last;
            steps.beginInsert(static_cast<int>(at), static_cast<int>(last));
            rows.insert(here, wanted.begin() + static_cast<std::ptrdiff_t>(at),
                        wanted.begin() + static_cast<std::ptrdiff_t>(last) + 1);
            steps.endInsert();
            at = last;
            continue;
        }
        if (key(rows[at]) != key(wanted[at])) {
            const auto from = std::find_if(
                here, rows.end(), [&](const Row &row) { return key(row) == key(wanted[at]); });
            steps.beginMove(static_cast<int>(from - rows.begin()), static_cast<int>(at));
            std::rotate(here, from, from + 1);
            steps.endMove();
        }
        if (!(rows[at] == wanted[at])) {
            rows[at] = std::move(wanted[at]);
            steps.changed(static_cast<int>(at));
        }
    }
}

} // namespace crossfade
