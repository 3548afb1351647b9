// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/userscores.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace crossfade {

namespace {

// The number at the start of the text, which has to be followed by `end`.
template <class T, class... Base>
bool takeUpTo(std::string_view &text, T &number, char end, Base... base) {
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number, base...);
    const auto length = static_cast<std::size_t>(last - text.data());
    if (error != std::errc() || length >= text.size() || text[length] != end) return false;
    text.remove_prefix(length + 1);
    return true;
}

template <class T, class... How>
void append(std::string &text, T number, How... how) {
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, how...).ptr;
    text.append(digits.data(), end);
}

} // namespace

void UserScores::add(std::uint64_t user, float score) {
    if (user >= m_below && !isExact()) return;
    m_scores[user] = score;
    keep(MostASecond);
}

void UserScores::keep(std::size_t most) {
    while (m_scores.size() > most) {
        const auto last = std::prev(m_scores.end());
        m_below = last->first;
        m_scores.erase(last);
    }
}

void UserScores::merge(const UserScores &later) {
    if (later.m_below < m_below) {
        m_below = later.m_below;
        m_scores.erase(m_scores.lower_bound(m_below), m_scores.end());
    }
    const auto end = isExact() ? later.m_scores.end() : later.m_scores.lower_bound(m_below);
    for (auto it = later.m_scores.begin(); it != end; ++it)
        m_scores[it->first] = it->second;
    keep(Most);
}

std::uint64_t UserScores::count() const {
    const auto kept = static_cast<double>(m_scores.size());
    if (isExact()) return m_scores.size();
    return static_cast<std::uint64_t>(std::llround(kept / std::ldexp(static_cast<double>(m_below), -64)));
}

double UserScores::mean() const {
    double sum = 0;
    for (const auto &[user, score] : m_scores)
        sum += static_cast<double>(score);
    return m_scores.empty() ? 0 : sum / static_cast<double>(m_scores.size());
}

std::string UserScores::text() const {
    UserScores stored;
    const UserScores *source = this;
    if (m_scores.size() > MostASecond) {
        stored = *this;
        stored.keep(MostASecond);
        source = &stored;
    }
    std::string text;
    append(text, source->m_below, 16);
    text += ';';
    for (const auto &[user, score] : source->m_scores) {
        append(text, user, 16);
        text += ':';
        append(text, score); // the shortest text that reads back as the same
        text += ',';
    }
    return text;
}

std::optional<UserScores> UserScores::fromText(std::string_view text) {
    UserScores read;
    if (!takeUpTo(text, read.m_below, ';', 16)) return std::nullopt;
    while (!text.empty()) {
        std::uint64_t user = 0;
        float score = 0;
        if (!takeUpTo(text, user, ':', 16) || !takeUpTo(text, score, ',')) return std::nullopt;
        const bool ascends = read.m_scores.empty() || read.m_scores.rbegin()->first < user;
        if (!ascends || !std::isfinite(score) || (user >= read.m_below && !read.isExact())) return std::nullopt;
        read.m_scores.emplace_hint(read.m_scores.end(), user, score);
    }
    return read.m_scores.size() > MostASecond ? std::nullopt : std::optional(std::move(read));
}

} // namespace crossfade
