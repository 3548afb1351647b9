// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/batches.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, BatchStateCount> Words{"PENDING", "MOVING", "SETTLING",
                                                              "MOVED",   "HELD",   "ROLLED_BACK"};
constexpr std::string_view Letters = "PGSMHR";

} // namespace

std::string_view batchStateWord(BatchState state) {
    return Words[static_cast<std::size_t>(state)];
}

std::optional<BatchState> batchStateFromWord(std::string_view word) {
    const auto found = std::ranges::find(Words, word);
    if (found == Words.end()) return std::nullopt;
    return static_cast<BatchState>(found - Words.begin());
}

void BatchTable::set(std::size_t batch, BatchState state) {
    --m_counts[static_cast<std::size_t>(m_states[batch])];
    ++m_counts[static_cast<std::size_t>(state)];
    m_states[batch] = state;
}

std::size_t BatchTable::replace(BatchState from, BatchState to) {
    if (from == to) return 0;
    std::ranges::replace(m_states, from, to);
    const std::size_t changed = std::exchange(m_counts[static_cast<std::size_t>(from)], 0);
    m_counts[static_cast<std::size_t>(to)] += changed;
    return changed;
}

std::optional<std::size_t> BatchTable::first(BatchState state) const {
    if (count(state) == 0) return std::nullopt;
    return static_cast<std::size_t>(std::ranges::find(m_states, state) - m_states.begin());
}

std::string BatchTable::text() const {
    std::string text;
    for (std::size_t i = 0; i < m_states.size();) {
        const BatchState state = m_states[i];
        std::size_t end = i;
        while (end < m_states.size() && m_states[end] == state)
            ++end;
        text += std::to_string(end - i) + Letters[static_cast<std::size_t>(state)];
        i = end;
    }
    return text;
}

std::optional<BatchTable> BatchTable::fromText(std::string_view text) {
    BatchTable table;
    while (!text.empty()) {
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        const auto digits = static_cast<std::size_t>(end - text.data());
        if (error != std::errc() || count == 0 || digits >= text.size()) return std::nullopt;
        const std::size_t letter = Letters.find(text[digits]);
        if (letter == std::string_view::npos || count > MostBatches - table.size()) return std::nullopt;
        table.m_states.insert(table.m_states.end(), count, static_cast<BatchState>(letter));
        table.m_counts[letter] += count;
        text.remove_prefix(digits + 1);
    }
    return table;
}

} // namespace crossfade
