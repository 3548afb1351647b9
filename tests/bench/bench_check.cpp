// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A full check by a real comparator over real databases, against each database's own scan that makes the same digests
// (both at once), and between two PostgreSQL against pg_comparator. What goes over the wire is counted on the way.
#include "tests/bench/people.h"
#include "tests/services/comparator/detour.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <algorithm>
#include <cstdio>

namespace crossfade {
namespace {

constexpr int Differences = 100;
constexpr std::int64_t LargeTable = 10'000'000;
constexpr int PairsOfLargeTables = 5;
constexpr std::chrono::minutes LongestCheck{20};

std::int64_t countOf(const Json &run, const char *name)
{
    return run.at(name).get<std::int64_t>();
}

// How far a run had come, in seconds from when it was asked for.
struct Times {
    double scanned = 0; // all rows were looked at once
    double ended = 0;
    Json run;
};

class CheckedPair {
public:
    CheckedPair(std::string name, std::unique_ptr<TestDatabase> legacy, std::unique_ptr<TestDatabase> fresh,
                std::int64_t rows, const BenchOptions &options)
        : m_name("check " + std::move(name) + " " + sizeWord(rows))
        , m_rows(rows)
        , m_options(options)
        , m_legacy(std::move(legacy))
        , m_fresh(std::move(fresh))
        , m_bothPostgres(m_legacy->isPostgres() && m_fresh->isPostgres())
    {
        bothAtOnce([this] { fillPeople(*m_legacy, m_rows); }, [this] { fillPeople(*m_fresh, m_rows); });
        if (m_bothPostgres) bothAtOnce([this] { readyForPgComparator(*m_legacy); }, [this] { readyForPgComparator(*m_fresh); });
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleOfSixColumns());
    }
    ~CheckedPair()
    {
        for (const auto *side : {&m_legacy, &m_fresh}) { // the disk is needed for the next pair
            const bool postgres = (*side)->isPostgres();
            if (!postgres) (*side)->run("DROP TABLE people");
            else PostgresServer::instance().dropDatabase((*side)->location());
        }
    }

    void measure()
    {
        forgetPeak(m_comparator.process().pid());
        compareWith("both databases' own scans at once", [this] { scan(); });
        if (m_bothPostgres) compareWithRival("pg_comparator", 0);
        plantDifferences();
        findDifferences();
        if (m_bothPostgres) compareWithRival("pg_comparator with 100 differences", Differences);
        report(m_name + ", peak memory", peakMib(m_comparator.process().pid()), "MiB", m_options);
        countBytes();
    }

private:
    Times check(const std::string &id, std::int64_t different)
    {
        Times times;
        const auto began = std::chrono::steady_clock::now();
        const auto since = [&] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        };
        const std::string run = m_comparator.startRun(id);
        (void)m_comparator.waitRun(run, {"RECHECKING", "FINISHED"}, LongestCheck);
        times.scanned = since();
        times.run = m_comparator.waitRun(run, {"FINISHED"}, LongestCheck);
        times.ended = since();
        if (countOf(times.run, "different") != different || countOf(times.run, "matched") != m_rows - different)
            wrongResult(m_name + " does not find what is there: " + dumpJson(times.run));
        return times;
    }
    void scan()
    {
        std::uint64_t one = 0;
        std::uint64_t other = 0;
        bothAtOnce([&] { one = scanPeople(*m_legacy, m_bothPostgres, m_rows); },
                   [&] { other = scanPeople(*m_fresh, m_bothPostgres, m_rows); });
        if (one != other || one == 0) wrongResult(m_name + ": the scans of equal tables differ");
    }
    void compareWith(const std::string &yardstick, const std::function<void()> &other)
    {
        compare({m_name, "s", yardstick, [this] { return check(m_check, 0).ended; }, [&] { return secondsOf(other); }},
                m_options);
    }
    // What is different is told after two more looks, 0.5 and 2 s later: the rival looks once, so this is held against
    // how long one look at all rows takes.
    void compareWithRival(const std::string &yardstick, std::int64_t different)
    {
        const std::optional<std::int64_t> first = pgComparator(*m_legacy, *m_fresh);
        if (!first) {
            std::printf("pg_comparator is not installed: %s has no such yardstick\n", m_name.c_str());
            return;
        }
        if (*first != different)
            std::printf("%s calls %lld rows different, of %lld\n", yardstick.c_str(), static_cast<long long>(*first),
                        static_cast<long long>(different));
        compare({m_name + (different > 0 ? ", one look" : ""), "s", yardstick,
                 [&] { return check(m_check, different).scanned; },
                 [&] { return secondsOf([&] { (void)pgComparator(*m_legacy, *m_fresh); }); }},
                m_options);
    }
    void plantDifferences()
    {
        const std::string step = std::to_string(m_rows / Differences);
        const bool maria = m_fresh->kind() == "MARIADB";
        m_fresh->run("UPDATE people SET name = " + std::string(maria ? "CONCAT(name, '!')" : "name || '!'") + " WHERE id % " +
                     step + " = 0");
    }
    void findDifferences()
    {
        const Times times = check(m_check, Differences);
        report(m_name + ", 100 differences, one look", times.scanned, "s", m_options);
        report(m_name + ", 100 differences, confirmed", times.ended, "s", m_options);
    }
    // By another way to the same databases; of a file there is none.
    void countBytes()
    {
        CuttingProxy postgres(PostgresServer::instance().port());
        const bool maria = m_fresh->kind() == "MARIADB";
        CuttingProxy other(maria ? MariadbServer::instance().port() : PostgresServer::instance().port());
        std::unique_ptr<TestDatabase> legacy;
        if (m_legacy->isPostgres()) legacy = std::make_unique<Detour>(*m_legacy, postgres);
        Detour fresh(*m_fresh, other);
        const std::string id =
            m_comparator.addCheck(legacy ? *legacy : *m_legacy, fresh, peopleOfSixColumns(), "counted");
        const auto bytes = [&] { return postgres.bytes() + other.bytes(); };
        const std::int64_t before = bytes();
        (void)check(id, Differences);
        const auto moved = static_cast<double>(bytes() - before);
        if (moved < 1'000) wrongResult("what is counted goes another way");
        report(m_name + ", 100 differences, on the wire", moved, "bytes", m_options);
        report(m_name + ", of 0.3 bytes a row + 13 kB a difference", moved / (0.3 * static_cast<double>(m_rows) + 13'000. * Differences),
               "", m_options);
    }

    std::string m_name;
    std::int64_t m_rows;
    BenchOptions m_options;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    bool m_bothPostgres;
    Comparator m_comparator;
    std::string m_check;
};

void measure(std::int64_t rows, BenchOptions options)
{
    if (rows >= LargeTable) options.pairs = std::min(options.pairs, PairsOfLargeTables);
    CheckedPair("PostgreSQL-PostgreSQL", newPostgres(), newPostgres(), rows, options).measure();
    TempDir dir;
    CheckedPair("SQLite-PostgreSQL", newSqlite(dir.file("legacy.db")), newPostgres(), rows, options).measure();
    CheckedPair("PostgreSQL-MariaDB", newPostgres(), newMariadb(), rows, options).measure();
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    if (options.rows > 0) {
        crossfade::measure(options.rows, options);
        return 0;
    }
    crossfade::measure(options.isShort ? 20'000 : 1'000'000, options);
    if (!options.isShort) crossfade::measure(crossfade::LargeTable, options);
    return 0;
}
