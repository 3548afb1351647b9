// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace crossfade {

// How many rows the next batch of a check takes: as many as the measured speed does in the time that a
// batch is meant to last.
class BatchPace {
public:
    struct Bounds {
        std::int64_t start = 20'480;
        std::int64_t least = 1'024;
        std::int64_t most = 409'600;
        double seconds = 0.5;      // of one batch
        double growth = 4;         // from one batch to the next, and the other way
        std::int64_t looked = 20'480; // rows of a batch that are kept in memory to be looked at
    };
    explicit BatchPace(const Bounds &bounds);
    std::int64_t target() const { return m_target; }
    // Batches are meant to last so long from now on; shorter ones may also be smaller.
    void aim(double seconds);
    // Of a finished batch: its rows, those of them that had to be looked at, and how long all of it took.
    // One of far fewer rows than asked for (the last one, or under a throttle) says nothing about the speed.
    void learn(std::int64_t rows, std::int64_t looked, double seconds);

private:
    Bounds m_bounds;
    std::int64_t m_target;
    double m_speed = 0; // rows a second, an average in which the last batch weighs half; 0 before the first
};

} // namespace crossfade
