// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A repeated check when few rows changed since, by a real comparator over real databases whose change columns have an
// index, against the full check of the same two tables in the same run; once more with the look at all keys.
#include "tests/bench/people.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <algorithm>
#include <cstdio>

namespace crossfade {
namespace {

constexpr std::int64_t ChangedRows = 100; // before each repeated check, on each side
constexpr std::int64_t LargestTable = 10'000'000;
constexpr int PairsOfLargestTables = 5;
constexpr std::chrono::minutes LongestRun{20};

class RepeatedCheck {
public:
    RepeatedCheck(std::string name, std::unique_ptr<TestDatabase> legacy, std::unique_ptr<TestDatabase> fresh,
                  std::int64_t rows, const BenchOptions &options)
        : m_name("check-none " + std::move(name) + " " + sizeWord(rows))
        , m_rows(rows)
        , m_options(options)
        , m_legacy(std::move(legacy))
        , m_fresh(std::move(fresh))
    {
        bothAtOnce([this] { fill(*m_legacy); }, [this] { fill(*m_fresh); });
        m_comparator.start();
        Json mapping = peopleOfSixColumns();
        mapping["legacy"]["changed_column"] = mapping["new"]["changed_column"] = "touched_at";
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, mapping);
    }
    ~RepeatedCheck()
    {
        for (const auto *side : {&m_legacy, &m_fresh}) { // the disk is needed for the next pair
            if ((*side)->isPostgres()) PostgresServer::instance().dropDatabase((*side)->location());
            else (*side)->run("DROP TABLE people");
        }
    }

    void measure()
    {
        (void)full();
        (void)changed(false); // the first one reads again what the full one overlaps with
        compare({m_name + ", " + std::to_string(ChangedRows) + " rows changed", "s", "the full check",
                 [this] { return changed(false); }, [this] { return full(); }},
                m_options);
        compare({m_name + ", with a look at all keys", "s", "the full check", [this] { return changed(true); },
                 [this] { return full(); }},
                m_options);
        report(m_name + ", peak memory", peakMib(m_comparator.process().pid()), "MiB", m_options);
    }

private:
    // The change column is of its own: it tells of rows that were changed to the same on both sides.
    void fill(TestDatabase &side)
    {
        fillPeople(side, m_rows);
        const std::string kind = side.kind();
        const bool maria = kind == "MARIADB";
        side.run("ALTER TABLE people ADD COLUMN touched_at " + std::string(maria              ? "datetime(6)"
                                                                           : side.isPostgres() ? "timestamptz"
                                                                                               : "text"));
        // Long ago, and apart from one another.
        const std::string seconds = "(id % 5000000)";
        if (maria) side.run("UPDATE people SET touched_at = '2026-01-01' + INTERVAL " + seconds + " SECOND");
        else if (side.isPostgres())
            side.run("UPDATE people SET touched_at = '2026-01-01 00:00:00+00'::timestamptz + " + seconds +
                     " * interval '1 second'");
        else side.run("UPDATE people SET touched_at = datetime('2026-01-01', " + seconds + " || ' seconds')");
        side.run("CREATE INDEX people_touched ON people (touched_at)");
        side.run(maria ? "ANALYZE TABLE people" : side.isPostgres() ? "VACUUM ANALYZE people" : "ANALYZE");
    }
    static std::string now(const TestDatabase &side)
    {
        if (side.kind() == "MARIADB") return "UTC_TIMESTAMP(6)";
        return side.isPostgres() ? "clock_timestamp()" : "datetime('now')";
    }
    double run(const Json &body, Json &result)
    {
        return secondsOf([&] { result = m_comparator.waitRun(m_comparator.startRun(m_check, body), {"FINISHED"}, LongestRun); });
    }
    double full()
    {
        Json result;
        const double seconds = run({{"scope", "FULL"}}, result);
        expectEqual(result);
        return seconds;
    }
    double changed(bool keys)
    {
        ++m_round;
        const std::string from = std::to_string(m_round * ChangedRows % std::max<std::int64_t>(1, m_rows - ChangedRows) + 1);
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("UPDATE people SET points = " + std::to_string(m_round) + ", touched_at = " + now(*side) +
                      " WHERE id BETWEEN " + from + " AND " + from + " + " + std::to_string(ChangedRows - 1));
        Json result;
        const double seconds = run({{"scope", "INCREMENTAL"}, {"keys", keys}}, result);
        expectEqual(result);
        // Those that the overlap of the marks holds as well, and no more.
        const std::int64_t done = result.at("rows_done").get<std::int64_t>();
        if (done < ChangedRows || (m_rows > 100'000 && done > m_rows / 10))
            wrongResult(m_name + " does not read what changed: " + dumpJson(result));
        return seconds;
    }
    void expectEqual(const Json &result) const
    {
        if (result.at("matched") != m_rows || result.at("consistency_percentage") != 100.0)
            wrongResult(m_name + " calls equal tables different: " + dumpJson(result));
    }

    std::string m_name;
    std::int64_t m_rows;
    BenchOptions m_options;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
    std::int64_t m_round = 0;
};

void measureNone(std::int64_t rows, BenchOptions options)
{
    if (rows >= LargestTable) options.pairs = std::min(options.pairs, PairsOfLargestTables);
    RepeatedCheck("PostgreSQL-PostgreSQL", newPostgres(), newPostgres(), rows, options).measure();
    TempDir dir;
    RepeatedCheck("SQLite-PostgreSQL", newSqlite(dir.file("legacy.db")), newPostgres(), rows, options).measure();
    RepeatedCheck("PostgreSQL-MariaDB", newPostgres(), newMariadb(), rows, options).measure();
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    if (options.rows > 0) {
        crossfade::measureNone(options.rows, options);
        return 0;
    }
    crossfade::measureNone(options.isShort ? 20'000 : 1'000'000, options);
    if (!options.isShort) crossfade::measureNone(crossfade::LargestTable, options);
    return 0;
}
