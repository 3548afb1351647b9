// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A backfill by a real comparator, against COPY of the same rows from one server to the other; and changes on both
// sides carried over, against bare upserts of as many rows in batches.
#include "tests/bench/bench.h"
#include "tests/services/comparator/syncpair.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace crossfade {
namespace {

constexpr std::chrono::minutes Patience{25};
const Json Settings{
    {"sync_direction", "BIDIRECTIONAL"}, {"conflict_policy", "LEGACY"}, {"unlimited_changes", 1'000'000'000}};

[[noreturn]] void wrongResult(const std::string &what)
{
    std::fprintf(stderr, "wrong result: %s\n", what.c_str());
    std::exit(1);
}

void expectSuccess(PGresult *result, ExecStatusType status)
{
    if (PQresultStatus(result) != status) wrongResult(PQresultErrorMessage(result));
    PQclear(result);
}

// The rows of one database's table into the other's, by COPY out and in.
void copyAcross(const std::string &from, const std::string &to)
{
    PGconn *out = PQconnectdb(from.c_str());
    PGconn *in = PQconnectdb(to.c_str());
    expectSuccess(PQexec(out, "COPY people TO STDOUT (FORMAT binary)"), PGRES_COPY_OUT);
    expectSuccess(PQexec(in, "COPY people FROM STDIN (FORMAT binary)"), PGRES_COPY_IN);
    char *row = nullptr;
    for (int size = PQgetCopyData(out, &row, 0); size > 0; size = PQgetCopyData(out, &row, 0)) {
        if (PQputCopyData(in, row, size) != 1) wrongResult("COPY breaks off");
        PQfreemem(row);
    }
    PQputCopyEnd(in, nullptr);
    expectSuccess(PQgetResult(in), PGRES_COMMAND_OK);
    PQfinish(out);
    PQfinish(in);
}

std::string changeOf(int rows, int round, const char *side)
{
    return "UPDATE people SET " + std::string(side) + " = 'round" + std::to_string(round) +
           "', at = clock_timestamp() WHERE substr(id, 2)::int % 4 = " + (std::string(side) == "name" ? "0" : "1") +
           " AND substr(id, 2)::int < " + std::to_string(rows);
}

// Two PostgreSQL databases without the journal of the tests: it is no part of a sync.
class Bench {
public:
    Bench(int rows, const BenchOptions &options)
        : m_rows(rows)
        , m_options(options)
        , m_pair(TestEngine::Postgres, TestEngine::Postgres)
    {
        for (TestDatabase *side : {m_pair.legacy.get(), m_pair.fresh.get()})
            side->run("DROP TRIGGER noted ON people");
        m_pair.legacy->run("INSERT INTO people SELECT 'u' || i, 'name ' || i, 'mail' || i || '@example.org', "
                           "clock_timestamp() FROM generate_series(0, " +
                           std::to_string(rows - 1) + ") i");
        m_pair.comparator.start();
        m_pair.add(Settings);
    }

    void backfill()
    {
        const auto sample = [this] {
            removeSync();
            m_pair.fresh->run("TRUNCATE people");
            return secondsOf([this] {
                addSync();
                m_pair.act("backfill");
                const auto follows = [this] { return textOf(m_pair.sync(), "state") == "FOLLOWING"; };
                if (!waitFor(follows, Patience)) wrongResult("the backfill does not end: " + dumpJson(m_pair.sync()));
            });
        };
        const auto copy = [this] {
            removeSync();
            m_pair.fresh->run("TRUNCATE people");
            return secondsOf([this] { copyAcross(m_pair.legacy->location(), m_pair.fresh->location()); });
        };
        compare({"sync backfill " + std::to_string(m_rows), "s", "COPY of the same rows", sample, copy}, m_options);
        (void)sample();
        if (m_pair.fresh->one("SELECT count(*) FROM people") != std::to_string(m_rows)) wrongResult("rows are missing");
    }

    // A quarter of the rows on each side, as one statement each; until both sides hold both.
    void changes()
    {
        int round = 0;
        const auto sample = [&] {
            ++round;
            return secondsOf([&] {
                m_pair.legacy->run(changeOf(m_rows, round, "name"));
                m_pair.fresh->run(changeOf(m_rows, round, "email"));
                const std::string word = "'round" + std::to_string(round) + "'";
                const std::string left = "SELECT count(*) FROM people WHERE name = " + word + " OR email = " + word;
                const std::string all = std::to_string((m_rows + 3) / 4 + (m_rows + 2) / 4);
                const bool done = waitFor(
                    [&] { return m_pair.legacy->one(left) == all && m_pair.fresh->one(left) == all; },
                    std::chrono::seconds(300));
                if (!done) wrongResult("the changes do not arrive");
            });
        };
        const auto upserts = [&] {
            return secondsOf([&] {
                for (TestDatabase *side : {m_pair.legacy.get(), m_pair.fresh.get()}) {
                    for (int begin = 0; begin < m_rows; begin += 4'000)
                        side->run("INSERT INTO people SELECT 'u' || i, 'name', 'mail', at FROM (SELECT i, "
                                  "(SELECT at FROM people WHERE id = 'u' || i) AS at FROM generate_series(" +
                                  std::to_string(begin) + ", " + std::to_string(std::min(begin + 3'999, m_rows - 1)) +
                                  ", 4) i) r ON CONFLICT (id) DO UPDATE SET name = people.name");
                }
            });
        };
        compare({"sync both ways " + std::to_string(m_rows / 2) + " changes", "s", "bare upserts in batches of 1 000", sample, upserts},
                m_options);
    }

private:
    // Of a sync that remembers its rows an emptied NEW would be a stop: each begins as another one.
    void removeSync()
    {
        if (m_pair.id.empty()) return;
        const Json old = m_pair.sync();
        m_mapping = textOf(old, "mapping_id");
        if (textOf(old, "state") != "PAUSED") m_pair.act("pause");
        const auto gone = [this] {
            const std::string version = std::to_string(m_pair.sync().at("version").get<int>());
            return m_pair.comparator.as("operator").remove("/api/v1/sync-configs/" + m_pair.id, version).status == 204;
        };
        if (!waitFor(gone, Patience)) wrongResult("the sync cannot be removed");
        m_pair.id.clear();
    }
    void addSync()
    {
        Json body{{"source_system", "LEGACY"}, {"target_system", "NEW"}, {"mapping_id", m_mapping}};
        body.update(Settings);
        const TestAnswer made = m_pair.comparator.as("operator").post("/api/v1/sync-configs", body);
        if (made.status != 201) wrongResult(made.body);
        m_pair.id = textOf(made.json, "id");
    }

    int m_rows;
    BenchOptions m_options;
    SyncPair m_pair;
    std::string m_mapping;
};

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    crossfade::Bench bench(options.isShort ? 4'000 : 1'000'000, options);
    bench.backfill();
    bench.changes();
    return 0;
}
