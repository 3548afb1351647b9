// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A full check by a real comparator over real databases, against what the databases need to read the
// same rows for themselves (both sides at once), and against fetching all of them by COPY.
#include "tests/bench/bench.h"
#include "tests/services/comparator/fixture.h"

#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace crossfade {
namespace {

constexpr int Differences = 100;

const char *const Columns = "id, name, email, department, points, changed_at";

// `rows` people of six columns, the same on each side.
void fill(TestDatabase &side, int rows)
{
    side.run("CREATE TABLE people (id BIGINT PRIMARY KEY, name TEXT, email TEXT, department TEXT, "
             "points INTEGER, changed_at TEXT)");
    const std::string last = std::to_string(rows);
    const std::string values =
        " i, 'Person number ' || i, 'person.' || i || '@example.org', 'department ' || (i % 97), "
        "i % 1000, '2026-01-01 00:00:00' ";
    side.run("INSERT INTO people SELECT" + values +
             (side.isPostgres()
                  ? "FROM generate_series(1, " + last + ") i"
                  : "FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                    "WHERE i < " +
                        last + ") SELECT i FROM n)"));
    side.run(side.isPostgres() ? "VACUUM ANALYZE people" : "ANALYZE");
}

// What a side needs to look at every value by itself.
void scan(TestDatabase &side)
{
    side.one(side.isPostgres()
                 ? "SELECT bit_xor(hash_record_extended(r, 0)) FROM people r"
                 : "SELECT sum(length(id) + length(name) + length(email) + length(department) + "
                   "length(points) + length(changed_at)) FROM people");
}

void copyOut(const std::string &url)
{
    PGconn *connection = PQconnectdb(url.c_str());
    PQclear(PQexec(connection, ("COPY (SELECT " + std::string(Columns) +
                                " FROM people ORDER BY id) TO STDOUT (FORMAT binary)")
                                   .c_str()));
    char *row = nullptr;
    while (PQgetCopyData(connection, &row, 0) > 0)
        PQfreemem(row);
    PQfinish(connection);
}

void bothAtOnce(const std::function<void()> &one, const std::function<void()> &other)
{
    std::thread first(one);
    other();
    first.join();
}

long peakKib(pid_t pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    return -1;
}

[[noreturn]] void wrong(const char *what, const Json &run)
{
    std::fprintf(stderr, "wrong result: %s\n%s\n", what, run.dump(2).c_str());
    std::exit(1);
}

class Pair {
public:
    Pair(std::string name, std::unique_ptr<TestDatabase> legacy, std::unique_ptr<TestDatabase> fresh,
         int rows)
        : m_name(std::move(name))
        , m_rows(rows)
        , m_legacy(std::move(legacy))
        , m_fresh(std::move(fresh))
    {
        bothAtOnce([this] { fill(*m_legacy, m_rows); }, [this] { fill(*m_fresh, m_rows); });
        m_comparator.start();
        const Json fields = Json::array({field("name", "TEXT"), field("email", "TEXT"),
                                         field("department", "TEXT"), field("points", "INTEGER"),
                                         field("changed_at", "TEXT")});
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleMapping("INTEGER", fields));
    }
    double check()
    {
        Json run;
        const double seconds = secondsOf([&] { run = m_comparator.fullRun(m_check); });
        if (run.at("matched") != m_rows) wrong("not every row is equal", run);
        return seconds;
    }
    void compareWithScans(const BenchOptions &options)
    {
        compare({"check " + m_name, "s", "both databases' own scans at once",
                 [this] { return check(); },
                 [this] {
                     return secondsOf([this] {
                         bothAtOnce([this] { scan(*m_legacy); }, [this] { scan(*m_fresh); });
                     });
                 }},
                options);
        report("check " + m_name + " peak memory",
               static_cast<double>(peakKib(m_comparator.process().pid())) / 1'024, "MiB", options);
    }
    void compareWithCopies(const BenchOptions &options)
    {
        compare({"check " + m_name, "s", "COPY of both sides at once, not decoded",
                 [this] { return check(); },
                 [this] {
                     return secondsOf([this] {
                         bothAtOnce([this] { copyOut(m_legacy->location()); },
                                    [this] { copyOut(m_fresh->location()); });
                     });
                 }},
                options);
    }
    // With differences the check also looks again after 0.5 and 2 s before it tells of any.
    void findDifferences(const BenchOptions &options)
    {
        const std::string step = std::to_string(m_rows / Differences);
        m_fresh->run("UPDATE people SET name = name || '!' WHERE id % " + step + " = 0");
        Json run;
        const double seconds = secondsOf([&] { run = m_comparator.fullRun(m_check); });
        if (run.at("different") != Differences) wrong("not every difference is found", run);
        report("check " + m_name + " with 100 differences", seconds, "s", options);
    }

private:
    std::string m_name;
    int m_rows;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
};

int run(const BenchOptions &options)
{
    const int rows = options.isShort ? 50'000 : 1'000'000;
    const std::string size = options.isShort ? " 50k" : " 1M";
    TempDir dir;
    {
        Pair pair("PostgreSQL-PostgreSQL" + size, newPostgres(), newPostgres(), rows);
        pair.compareWithScans(options);
        pair.compareWithCopies(options);
        pair.findDifferences(options);
    }
    Pair pair("SQLite-PostgreSQL" + size, newSqlite(dir.file("legacy.db")), newPostgres(), rows);
    pair.compareWithScans(options);
    pair.findDifferences(options);
    return 0;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    return crossfade::run(crossfade::parseBenchOptions(argc, argv));
}
