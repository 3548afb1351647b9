// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A backfill by a real comparator, against COPY of the same rows from one server to the other; and changes on both
// sides carried over, against bare upserts of as many rows in batches.
#include "tests/bench/people.h"
#include "tests/services/comparator/syncpair.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace crossfade {
namespace {

constexpr std::chrono::minutes Patience{25};
constexpr int MostChangedOfASide = 100'000;
constexpr int ChangesAStatement = 1'000;
constexpr std::chrono::seconds Overlap{11}; // of the marks, a little more
const Json Settings{
    {"sync_direction", "BIDIRECTIONAL"}, {"conflict_policy", "LEGACY"}, {"unlimited_changes", 1'000'000'000}};

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

// Of every `step` people the one at `place`.
std::string changeOf(const std::string &column, int round, int step, int place)
{
    return "UPDATE people SET " + column + " = 'round" + std::to_string(round) +
           "', at = clock_timestamp() WHERE substr(id, 2)::int % " + std::to_string(step) + " = " + std::to_string(place);
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
        if (m_pair.fresh->one("SELECT count(*) FROM people") != std::to_string(m_rows) || !areEqual())
            wrongResult("rows are missing");
    }

    // As many on each side, of other people, in one statement each; until both sides hold both.
    void changes()
    {
        const int step = std::max(4, m_rows / MostChangedOfASide);
        const auto changed = [&](int place) { return (m_rows - place + step - 1) / step; };
        const int all = changed(0) + changed(1);
        int round = 0;
        const auto sample = [&] {
            ++round;
            const std::int64_t before = synced();
            for (TestDatabase *side : {m_pair.legacy.get(), m_pair.fresh.get()}) {
                const bool legacy = side == m_pair.legacy.get();
                side->run("BEGIN");
                side->run(changeOf(legacy ? "name" : "email", round, step, legacy ? 0 : 1));
            }
            const double seconds = secondsOf([&] { // from when they are there to be seen
                m_pair.legacy->run("COMMIT");
                m_pair.fresh->run("COMMIT");
                const auto pause = std::chrono::milliseconds(all > 10'000 ? 50 : 10); // so that asking takes nothing away
                const auto until = std::chrono::steady_clock::now() + Patience;
                while (synced() < before + all && std::chrono::steady_clock::now() < until)
                    std::this_thread::sleep_for(pause);
            });
            if (!areEqual()) wrongResult("the changes have not arrived: " + dumpJson(m_pair.sync()));
            const std::string word = "'round" + std::to_string(round) + "'";
            if (m_pair.legacy->one("SELECT count(*) FROM people WHERE name = " + word + " OR email = " + word) !=
                std::to_string(all))
                wrongResult("changes were lost");
            m_rates.push_back(all / seconds);
            if (!m_options.isShort) settle();
            return seconds;
        };
        const auto upserts = [&] {
            return secondsOf([&] {
                upsert(*m_pair.fresh, step, 0);
                upsert(*m_pair.legacy, step, 1);
            });
        };
        compare({"sync both ways " + std::to_string(all) + " changes", "s", "bare upserts in batches of 1 000", sample, upserts},
                m_options);
        std::ranges::sort(m_rates);
        report("sync both ways, changes a second", m_rates[m_rates.size() / 2], "", m_options);
        report("sync, peak memory", peakMib(m_pair.comparator.process().pid()), "MiB", m_options);
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

    // The same people with what they hold already, as a copy of their changes would write them.
    void upsert(TestDatabase &side, int step, int place) const
    {
        for (int begin = place; begin < m_rows; begin += step * ChangesAStatement)
            side.run("INSERT INTO people SELECT 'u' || i, p.name, p.email, p.at FROM generate_series(" + std::to_string(begin) +
                     ", " + std::to_string(std::min(begin + step * ChangesAStatement - 1, m_rows - 1)) + ", " +
                     std::to_string(step) +
                     ") i JOIN people p ON p.id = 'u' || i ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = "
                     "excluded.email, at = excluded.at");
    }
    std::int64_t synced() const
    {
        const TestAnswer told = m_pair.comparator.as("viewer").get("/api/v1/monitoring/sync");
        if (told.status != 200) wrongResult(told.body);
        std::int64_t all = 0;
        for (const Json &item : told.json.at("items")) {
            if (textOf(item, "config_id") == m_pair.id) all = item.at("successful").get<std::int64_t>();
        }
        return all;
    }
    bool areEqual() const
    {
        const char *const all = "SELECT bit_xor(hashtextextended(id || '|' || name || '|' || email, 0)) FROM people";
        return m_pair.legacy->one(all) == m_pair.fresh->one(all);
    }
    // What was changed is looked at again for as long as no later change has moved the mark by the overlap: that is no part
    // of the yardstick.
    void settle() const
    {
        std::this_thread::sleep_for(Overlap);
        for (TestDatabase *side : {m_pair.legacy.get(), m_pair.fresh.get()})
            side->run("UPDATE people SET at = clock_timestamp() WHERE id = 'u2'");
        if (!m_pair.waitCaughtUp(Patience)) wrongResult("the sync does not go on: " + dumpJson(m_pair.sync()));
    }

    int m_rows;
    BenchOptions m_options;
    std::vector<double> m_rates;
    SyncPair m_pair;
    std::string m_mapping;
};

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    const int all = options.isShort ? 4'000 : 1'000'000;
    crossfade::Bench bench(options.rows > 0 ? static_cast<int>(options.rows) : all, options);
    bench.backfill();
    bench.changes();
    return 0;
}
