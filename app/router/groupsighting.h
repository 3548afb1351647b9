// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// One measured request, or score, of a group's member.
struct GroupSighting {
    std::string groupId;
    std::size_t member = 0;
    std::size_t batch = 0;
    bool onTarget = false; // where it was served, whatever the group says now
    bool moved = false;    // whether the member's batch has moved
    std::int64_t second = 0;
    std::optional<double> score;
    bool succeeded = true;
    std::uint32_t latencyUs = 0;

    // The member's number as the well mixed bits a sketch asks for: each number gives others (the finalizer of
    // SplitMix64).
    std::uint64_t user() const {
        std::uint64_t bits = member + 0x9E3779B97F4A7C15U;
        bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
        return bits ^ (bits >> 31U);
    }
};

} // namespace crossfade
