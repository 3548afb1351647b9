// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// MOVING: on the target since this moment; SETTLING: its guards are awaited; HELD: a guard tripped or
// nothing was measured, its users stay where they are; ROLLED_BACK: its users are back.
enum class BatchState : std::uint8_t { Pending, Moving, Settling, Moved, Held, RolledBack };
inline constexpr std::size_t BatchStateCount = 6;
std::string_view batchStateWord(BatchState state);
std::optional<BatchState> batchStateFromWord(std::string_view word);
// Whether the users of such a batch are served by the group's target.
constexpr bool isOnTarget(BatchState state) {
    return state == BatchState::Moving || state == BatchState::Settling ||
           state == BatchState::Moved || state == BatchState::Held;
}

inline constexpr std::size_t MostBatches = 100'000; // of one group

// The states of a group's batches, in their order.
class BatchTable {
public:
    BatchTable() = default;
    explicit BatchTable(std::size_t count) : m_states(count, BatchState::Pending) {
        m_counts[0] = count;
    }

    std::size_t size() const { return m_states.size(); }
    BatchState at(std::size_t batch) const { return m_states[batch]; }
    void set(std::size_t batch, BatchState state);
    // All of that state become another; answers how many.
    std::size_t replace(BatchState from, BatchState to);
    std::size_t count(BatchState state) const { return m_counts[static_cast<std::size_t>(state)]; }
    std::optional<std::size_t> first(BatchState state) const;
    bool operator==(const BatchTable &) const = default;

    // Runs, "12M1S987P": short, as batches move one after the other. Nothing for other texts.
    std::string text() const;
    static std::optional<BatchTable> fromText(std::string_view text);

private:
    std::vector<BatchState> m_states;
    std::array<std::size_t, BatchStateCount> m_counts{};
};

} // namespace crossfade
