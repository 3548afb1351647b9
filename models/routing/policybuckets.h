// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/preview.h"

#include <atomic>
#include <memory>

namespace crossfade {

// Of each known user the bucket by which one policy decides about him, and how many there are below each: with it
// any percentage of this policy is previewed without a look at the users, while a hand drags the slider. Two bytes
// a user. Holds for the snapshot, the system and the moment it was made for.
class PolicyBuckets {
public:
    // None if there is no such policy, or on the way `cancelled` was set.
    static std::shared_ptr<const PolicyBuckets> of(const Snapshot &snapshot, std::string_view policyId,
                                                   std::string_view systemId, Instant at, const IdSet &users,
                                                   const std::atomic<bool> &cancelled);

    // The buckets that change sides when the percentage does, and where those users go.
    struct Range {
        std::uint16_t low = 0; // [low, high)
        std::uint16_t high = 0;
        Direction direction = Direction::None;
        bool operator==(const Range &) const = default;
    };
    Range between(Percentage before, Percentage after) const;

    bool moves(std::size_t index, const Range &range) const
    {
        return m_bucket[index] >= range.low && m_bucket[index] < range.high;
    }
    DirectionCount countOf(const Range &range, const IdSet &users) const; // the same users
    std::uint64_t held() const { return m_held; }

private:
    PolicyBuckets() = default;

    std::vector<std::uint16_t> m_bucket; // by index in users; None: something else decides
    std::vector<std::uint32_t> m_below;  // users whose bucket is below that of the index
    Platform m_target = Platform::New;
    std::uint64_t m_held = 0;
};

} // namespace crossfade
