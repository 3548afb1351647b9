// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// The last score of each user: who pushes a hundred counts as much as who pushes one. Exact up to Most users (of
// one second: up to MostASecond). Beyond, those users are kept whose ids have the smallest bits, which is a sample
// of them all whatever they scored, and the same users in every slot, so that slots can still be merged: the mean is
// theirs, the number is estimated from how small their bits are (k minimum values; standard error 1 % at 10 000,
// 3 % at 1 000).
class UserScores {
public:
    static constexpr std::size_t Most = 10'000;
    static constexpr std::size_t MostASecond = 1'000; // what is kept, and stored, of each second for an hour

    void add(std::uint64_t user, float score); // 64 well mixed bits of the id
    void merge(const UserScores &later);       // whose scores are the newer ones
    bool isEmpty() const { return m_scores.empty(); }
    bool isExact() const { return m_below == All; }
    std::uint64_t count() const; // users
    double mean() const;         // 0 where there is none

    std::string text() const; // for the store: of at most MostASecond users
    static std::optional<UserScores> fromText(std::string_view text);

private:
    static constexpr std::uint64_t All = std::numeric_limits<std::uint64_t>::max();
    void keep(std::size_t most);

    std::map<std::uint64_t, float> m_scores;
    std::uint64_t m_below = All; // every user with smaller bits is kept, and none else
};

} // namespace crossfade
