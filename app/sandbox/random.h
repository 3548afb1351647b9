// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace crossfade {

// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, the same on every machine, so that one
// seed always makes the same users, faults and load.
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed)
        : m_state(seed)
    {
    }
    // An independent stream for item `index` of the purpose `stream`.
    SeededRandom(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
        : m_state(mix(seed + mix(stream + 1)) + mix(index + 0x51ed2701))
    {
    }

    std::uint64_t next() { return mix(m_state += 0x9e3779b97f4a7c15); }
    // 0 … bound - 1; the bias of the remainder is below bound / 2^64. Precondition: bound > 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; } // [0, 1)
    bool chance(double probability) { return unit() < probability; }

private:
    static std::uint64_t mix(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t m_state;
};

} // namespace crossfade
