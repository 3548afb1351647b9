// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

enum class RefusedBy { ForeignKey, Unique };

// A repair that its database refuses as long as others are not carried out: a row before the one it belongs to, a value
// before the row that has it gives it up.
struct RefusedRepair {
    std::string id;
    std::string target; // the database it writes to
    std::string ring;   // those that may hold each other's values, of one mapping and target; "": it cannot be one of them
    RefusedBy by = RefusedBy::ForeignKey;
    std::string message; // the database's own
    bool operator==(const RefusedRepair &) const = default;
};

// Which of those that were put off are worth another try, and which are stuck. Each try needs something that was written
// to its target since the one before, so that whatever is put off, there is an end of it. One is stuck after a while
// without: whoever approves a row and the one it belongs to does so one after the other.
class PutOff {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds Waits{5};

    void add(RefusedRepair repair, Time now);
    void wrote(const std::string &target);
    // Takes those to whose target something was written since they were refused, the last one first: what was asked for in
    // the wrong order is done in the right one.
    std::vector<std::string> takeWorthATry();
    // Those of a ring name of which one was not told before, at most so many; they stay.
    std::vector<RefusedRepair> tellPossibleRing(std::size_t most);
    // Takes some that have waited in vain.
    std::vector<RefusedRepair> takeStuck(Time now, std::size_t most);
    std::optional<Time> nextStuck() const; // when the first one will have
    void remove(const std::string &id);
    bool isEmpty() const { return m_entries.empty(); }
    void clear();

private:
    struct Entry {
        RefusedRepair repair;
        Time until; // then it is stuck
        std::uint64_t seen = 0; // of what was written to the target
        bool told = false;      // as one of a possible ring
    };
    std::deque<Entry> m_entries;
    std::map<std::string, std::uint64_t> m_written; // by target: how often
};

// Why it has failed, for people.
std::string stuckSentence(const RefusedRepair &repair);

} // namespace crossfade
