// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace planting {

// The same for the same seed and round: any round can be planted again by itself.
class Random {
public:
    Random(std::uint64_t seed, std::uint64_t round)
    {
        std::seed_seq all{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                          static_cast<std::uint32_t>(round)};
        m_engine.seed(all);
    }
    long long between(long long low, long long high) // both included
    {
        return std::uniform_int_distribution<long long>(low, high)(m_engine);
    }
    std::size_t below(std::size_t limit)
    {
        return static_cast<std::size_t>(between(0, static_cast<long long>(limit) - 1));
    }
    bool oneIn(int count) { return between(1, count) == 1; }
    template <class T>
    const T &of(const std::vector<T> &all)
    {
        return all[below(all.size())];
    }
    template <class T>
    void shuffle(std::vector<T> &all)
    {
        std::shuffle(all.begin(), all.end(), m_engine);
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace planting
