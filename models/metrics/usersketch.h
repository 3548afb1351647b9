// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// How many different users there were: exact up to 10 000, from there on by HyperLogLog with 16 384
// registers (standard error 0.8 %) and the estimator of Ertl, New cardinality estimation algorithms for
// HyperLogLog sketches (2017), which needs no correction for any range.
class UserSketch {
public:
    static constexpr std::size_t MostExact = 10'000;

    void add(std::uint64_t user); // 64 well mixed bits of the id
    void merge(const UserSketch &other);
    std::uint64_t count() const;
    bool isExact() const { return m_registers.empty(); }
    bool isEmpty() const { return isExact() && m_users.empty(); }
    // Whether each user of `other` is one of these, as far as both can tell.
    bool covers(const UserSketch &other) const;

    // Exact: 16 hexadecimal digits a user, ascending. Else "r" and two digits a register. fromText answers nothing
    // for anything else.
    std::string text() const;
    static std::optional<UserSketch> fromText(std::string_view text);

private:
    void addToRegisters(std::uint64_t user);
    void makeRegisters();

    boost::unordered_flat_set<std::uint64_t> m_users; // while exact
    std::vector<std::uint8_t> m_registers;            // else
};

// Who sent requests, and who of them had one that failed.
struct UserCounts {
    UserSketch tried;
    UserSketch failed;
    void add(std::uint64_t user, bool succeeded);
    void merge(const UserCounts &other);
};

} // namespace crossfade
