// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace crossfade {

// How far the rows of a change table are carried over, by their numbers.
//
// Numbers are given out in order and rows are committed in any: while 8 is there 7 may still be on its way, or never come
// (its transaction was undone, its row was pruned). So the mark, up to which nothing is read any more, goes on over a
// missing number only once that has been missing for the window: it was taken before the higher one was seen, and so by a
// transaction that has been open all that time. Each read begins after the mark; rows above it that were carried over
// already are known by their numbers and are no news.
// No list of missing numbers is kept: all that are below the highest number seen a window ago, and still missing in a
// read that began after it, have waited long enough. What is kept is that number at some thirty moments.
// The mark is all that has to be stored. After a sudden end rows above it are looked at once more, and missing numbers wait
// for a whole window again. A transaction that stays open longer than the window, and numbers handed to sessions in stock
// (CACHE of a sequence), are left to the look at all rows.
class ChangeWindow {
public:
    using Time = std::chrono::milliseconds; // of a clock that never goes back

    // A read begins: of the rows after `mark`, or of all without one.
    void begin(std::optional<std::int64_t> mark, Time now, Time window);
    // A row of it, in the order of their numbers. Whether it has to be looked at.
    bool take(std::int64_t number);
    // All of it is carried over: the mark from now on. Without end() a read has never been.
    std::optional<std::int64_t> end(Time now);

private:
    std::optional<std::int64_t> m_mark;
    std::optional<std::int64_t> m_expired; // the highest number seen a window ago
    std::optional<std::int64_t> m_highest;
    std::deque<std::pair<Time, std::int64_t>> m_highs;
    std::set<std::int64_t> m_seen; // above the mark
    std::vector<std::int64_t> m_taken;
    Time m_window{};
};

} // namespace crossfade
