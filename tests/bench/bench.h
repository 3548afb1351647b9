// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// One figure: what is measured and its yardstick, taken in turn (A B A B …) in the same run, so that
// a busy machine slows both.
struct Comparison {
    std::string name;
    std::string unit;
    std::string yardstick;                // what B is
    std::function<double()> measure;      // A: one sample in `unit`
    std::function<double()> measureOther; // B
};

struct BenchOptions {
    bool isShort = false;
    int pairs = 7; // of samples; 3 in the short form
    std::int64_t rows = 0; // of the benchmarks that know it: this size alone; 0: all of theirs
    std::string jsonFile; // appended to, one JSON object a line; "" = none
};

BenchOptions parseBenchOptions(int argc, char **argv);

// Prints name, median, spread (half the interquartile range),
// unit, the yardstick's median and the ratio A / B; answers the ratio of the medians.
double compare(const Comparison &comparison, const BenchOptions &options);
// A figure that needs no yardstick: a count, bytes, memory.
void report(const std::string &name, double value, const std::string &unit,
            const BenchOptions &options);

double secondsOf(const std::function<void()> &work);

} // namespace crossfade
