// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace crossfade {

namespace {

struct Spread {
    double median = 0;
    double halfRange = 0;
};

Spread spreadOf(std::vector<double> samples)
{
    std::ranges::sort(samples);
    const std::size_t n = samples.size();
    return {samples[n / 2], (samples[n - 1 - n / 4] - samples[n / 4]) / 2};
}

void appendJson(const BenchOptions &options, const std::string &line)
{
    if (options.jsonFile.empty()) return;
    std::ofstream(options.jsonFile, std::ios::app) << line << '\n';
}

} // namespace

BenchOptions parseBenchOptions(int argc, char **argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // hours of figures are not lost with the last of them
    BenchOptions options;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--short") == 0) {
            options.isShort = true;
            options.pairs = 3;
        }
        if (std::strcmp(argv[i], "--pairs") == 0 && i + 1 < argc) options.pairs = std::max(1, std::atoi(argv[++i]));
        if (std::strcmp(argv[i], "--rows") == 0 && i + 1 < argc) options.rows = std::max(1LL, std::atoll(argv[++i]));
        if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) options.jsonFile = argv[++i];
    }
    return options;
}

double compare(const Comparison &comparison, const BenchOptions &options)
{
    std::vector<double> ours;
    std::vector<double> others;
    for (int pair = 0; pair < options.pairs; ++pair) {
        ours.push_back(comparison.measure());
        others.push_back(comparison.measureOther());
    }
    const Spread a = spreadOf(ours);
    const Spread b = spreadOf(others);
    const double ratio = b.median == 0 ? 0 : a.median / b.median;
    std::printf("%-34s %12.3f ± %-10.3f %-8s %s: %.3f   ratio %.2f\n", comparison.name.c_str(),
                a.median, a.halfRange, comparison.unit.c_str(), comparison.yardstick.c_str(),
                b.median, ratio);
    char line[512];
    std::snprintf(line, sizeof line,
                  R"({"name":"%s","median":%.6g,"spread":%.6g,"unit":"%s","yardstick":"%s","yardstick_median":%.6g,"ratio":%.4g})",
                  comparison.name.c_str(), a.median, a.halfRange, comparison.unit.c_str(),
                  comparison.yardstick.c_str(), b.median, ratio);
    appendJson(options, line);
    return ratio;
}

void report(const std::string &name, double value, const std::string &unit,
            const BenchOptions &options)
{
    std::printf("%-34s %12.3f   %s\n", name.c_str(), value, unit.c_str());
    char line[256];
    std::snprintf(line, sizeof line, R"({"name":"%s","value":%.6g,"unit":"%s"})", name.c_str(), value,
                  unit.c_str());
    appendJson(options, line);
}

double secondsOf(const std::function<void()> &work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace crossfade
