// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a full check grows with its tables: ten and a hundred times the rows against so many times what the smallest takes,
// in turn, and its memory.
#include "tests/bench/people.h"

namespace crossfade {
namespace {

constexpr std::chrono::minutes LongestCheck{20};

class SizedCheck {
public:
    SizedCheck(const Comparator &comparator, std::int64_t rows)
        : m_comparator(comparator)
        , m_rows(rows)
        , m_legacy(newPostgres())
        , m_fresh(newPostgres())
    {
        bothAtOnce([this] { fillPeople(*m_legacy, m_rows); }, [this] { fillPeople(*m_fresh, m_rows); });
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleOfSixColumns(), "people " + std::to_string(m_rows));
    }
    double seconds() const
    {
        Json run;
        const double seconds =
            secondsOf([&] { run = m_comparator.waitRun(m_comparator.startRun(m_check), {"FINISHED"}, LongestCheck); });
        if (run.at("matched") != m_rows) wrongResult("not every row is equal: " + dumpJson(run));
        return seconds;
    }
    std::int64_t rows() const { return m_rows; }

private:
    const Comparator &m_comparator;
    std::int64_t m_rows;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    std::string m_check;
};

void measure(std::int64_t least, const BenchOptions &options)
{
    Comparator comparator;
    comparator.start();
    const pid_t pid = comparator.process().pid();
    const SizedCheck smallest(comparator, least);
    (void)smallest.seconds(); // the first one connects
    forgetPeak(pid);
    (void)smallest.seconds();
    report("check of " + sizeWord(least) + ", peak memory", peakMib(pid), "MiB", options);
    for (const int times : {10, 100}) {
        const SizedCheck larger(comparator, least * times);
        const std::string name = "check of " + sizeWord(larger.rows());
        forgetPeak(pid);
        compare({name, "s", std::to_string(times) + " times that of " + sizeWord(least), [&] { return larger.seconds(); },
                 [&] { return times * smallest.seconds(); }},
                options);
        report(name + ", peak memory", peakMib(pid), "MiB", options);
    }
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    const std::int64_t least = options.isShort ? 500 : 100'000;
    crossfade::measure(options.rows > 0 ? options.rows : least, options);
    return 0;
}
