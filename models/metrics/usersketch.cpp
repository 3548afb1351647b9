// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/usersketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace crossfade {

namespace {

constexpr int IndexBits = 14;
constexpr std::size_t Registers = std::size_t{1} << IndexBits;
constexpr int HighestRank = 64 - IndexBits + 1;

constexpr std::string_view HexDigits = "0123456789abcdef";
constexpr std::size_t DigitsOfUser = 16;

void appendHex(std::string &text, std::uint64_t value, std::size_t digits) {
    for (std::size_t i = digits; i-- > 0;)
        text += HexDigits[(value >> (4 * i)) & 15U];
}

std::optional<std::uint64_t> hexNumber(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const std::size_t digit = HexDigits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value << 4U | digit;
    }
    return value;
}

// Ertl's sigma: what registers that nobody has touched stand for.
double untouched(double x) {
    if (x == 1) return std::numeric_limits<double>::infinity();
    double y = 1;
    double z = x;
    for (double before = -1; z != before; y += y) {
        before = z;
        x *= x;
        z += x * y;
    }
    return z;
}

// Ertl's tau: what registers at their highest rank stand for.
double full(double x) {
    if (x == 0 || x == 1) return 0;
    double y = 1;
    double z = 1 - x;
    for (double before = -1; z != before;) {
        before = z;
        x = std::sqrt(x);
        y /= 2;
        z -= (1 - x) * (1 - x) * y;
    }
    return z / 3;
}

} // namespace

void UserSketch::add(std::uint64_t user) {
    if (!isExact()) return addToRegisters(user);
    m_users.insert(user);
    if (m_users.size() > MostExact) makeRegisters();
}

void UserSketch::addToRegisters(std::uint64_t user) {
    const std::uint64_t rest = user << IndexBits;
    const int rank = rest == 0 ? HighestRank : std::countl_zero(rest) + 1;
    std::uint8_t &kept = m_registers[user >> (64 - IndexBits)];
    kept = std::max(kept, static_cast<std::uint8_t>(rank));
}

void UserSketch::makeRegisters() {
    m_registers.assign(Registers, 0);
    for (const std::uint64_t user : m_users)
        addToRegisters(user);
    m_users = {};
}

void UserSketch::merge(const UserSketch &other) {
    if (other.isExact()) {
        for (const std::uint64_t user : other.m_users)
            add(user);
        return;
    }
    if (isExact()) makeRegisters();
    for (std::size_t i = 0; i < Registers; ++i)
        m_registers[i] = std::max(m_registers[i], other.m_registers[i]);
}

bool UserSketch::covers(const UserSketch &other) const {
    UserSketch both = *this;
    both.merge(other);
    return both.m_registers == m_registers && both.m_users == m_users;
}

std::string UserSketch::text() const {
    std::string text;
    if (!isExact()) {
        text = "r";
        for (const std::uint8_t rank : m_registers)
            appendHex(text, rank, 2);
        return text;
    }
    std::vector<std::uint64_t> users(m_users.begin(), m_users.end());
    std::ranges::sort(users);
    text.reserve(users.size() * DigitsOfUser);
    for (const std::uint64_t user : users)
        appendHex(text, user, DigitsOfUser);
    return text;
}

std::optional<UserSketch> UserSketch::fromText(std::string_view text) {
    UserSketch read;
    const bool isOfRegisters = text.starts_with('r');
    if (isOfRegisters) text.remove_prefix(1);
    const std::size_t digits = isOfRegisters ? 2 : DigitsOfUser;
    const std::size_t most = isOfRegisters ? Registers : MostExact;
    if (text.size() % digits != 0 || text.size() / digits > most) return std::nullopt;
    if (isOfRegisters && text.size() / digits != Registers) return std::nullopt;
    std::optional<std::uint64_t> before;
    for (; !text.empty(); text.remove_prefix(digits)) {
        const auto number = hexNumber(text.substr(0, digits));
        if (!number) return std::nullopt;
        if (isOfRegisters) {
            if (*number > HighestRank) return std::nullopt;
            read.m_registers.push_back(static_cast<std::uint8_t>(*number));
            continue;
        }
        if (before && *number <= *before) return std::nullopt;
        before = number;
        read.m_users.insert(*number);
    }
    return read;
}

std::uint64_t UserSketch::count() const {
    if (isExact()) return m_users.size();
    std::array<double, HighestRank + 1> ranks{};
    for (const std::uint8_t rank : m_registers)
        ++ranks[rank];
    const auto all = static_cast<double>(Registers);
    double z = all * full(1 - ranks[HighestRank] / all);
    for (std::size_t rank = HighestRank - 1; rank >= 1; --rank)
        z = (z + ranks[rank]) / 2;
    z += all * untouched(ranks[0] / all);
    return static_cast<std::uint64_t>(std::llround(all * all / (2 * std::numbers::ln2 * z)));
}

void UserCounts::add(std::uint64_t user, bool succeeded) {
    tried.add(user);
    if (!succeeded) failed.add(user);
}

void UserCounts::merge(const UserCounts &other) {
    tried.merge(other.tried);
    failed.merge(other.failed);
}

} // namespace crossfade
