// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A two-way sync under writers on both sides: full checks beside it find nothing, deaths of the comparator and of a
// database lose nothing.
#include "tests/services/comparator/syncpair.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <random>
#include <thread>

namespace crossfade {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string member(int number)
{
    return "u" + std::to_string(10'000 + number);
}

void fillMembers(TestDatabase &db, int rows)
{
    const std::string from = std::to_string(rows - 1);
    const std::string values = "SELECT 'u' || (10000 + i), 'n', 'm', ";
    db.run(db.isPostgres()
               ? "INSERT INTO people " + values + "clock_timestamp() FROM generate_series(0, " + from + ") i"
               : "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " + from +
                     ") INSERT INTO people " + values + "strftime('%Y-%m-%d %H:%M:%f', 'now') FROM n");
}

// Sets a column of random rows so often a second; a database that is away is waited for.
class SideWriter {
public:
    SideWriter(const TestDatabase &side, std::string column, int rows, int aSecond, std::uint64_t seed)
        : m_side(side)
        , m_column(std::move(column))
        , m_rows(rows)
        , m_aSecond(aSecond)
        , m_seed(seed)
        , m_thread([this] { run(); })
    {
    }
    ~SideWriter() { stop(); }
    void stop()
    {
        m_stop = true;
        if (m_thread.joinable()) m_thread.join();
    }
    int written() const { return m_written; }
    // After stop(): the last value of each row; of those whose fate is not known ("?") any will do.
    const std::map<std::string, std::string> &last() const { return m_last; }

private:
    void run()
    {
        std::mt19937_64 random(m_seed);
        std::unique_ptr<TestDatabase> db;
        const auto began = std::chrono::steady_clock::now();
        for (int i = 1; !m_stop; ++i) {
            const std::string id = member(std::uniform_int_distribution<int>(0, m_rows - 1)(random));
            const std::string value = m_column.substr(0, 1) + std::to_string(i);
            try {
                if (!db) db = openSame(m_side);
                const std::string at =
                    db->isPostgres() ? "clock_timestamp()" : "strftime('%Y-%m-%d %H:%M:%f', 'now')";
                // Of a row that is not there (yet) nothing was written.
                if (db->one("UPDATE people SET " + m_column + " = '" + value + "', at = " + at + " WHERE id = '" + id +
                            "' RETURNING id") == id) {
                    m_last[id] = value;
                    ++m_written;
                }
            } catch (const std::exception &) {
                db.reset();
                m_last[id] = "?"; // perhaps it was written all the same
                std::this_thread::sleep_for(milliseconds(50));
            }
            std::this_thread::sleep_until(began + milliseconds(1'000LL * i / m_aSecond));
        }
    }

    const TestDatabase &m_side;
    const std::string m_column;
    const int m_rows;
    const int m_aSecond;
    const std::uint64_t m_seed;
    std::map<std::string, std::string> m_last;
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_written = 0;
    std::thread m_thread;
};

const Json WritersSettings{{"sync_direction", "BIDIRECTIONAL"},
                           {"conflict_policy", "LEGACY"},
                           {"unlimited_changes", 1'000'000},
                           {"sweep_seconds", 20}};

// Both sides hold what each writer wrote last of its own column.
void expectLast(const People &people, const SideWriter &names, const SideWriter &emails)
{
    int wrong = 0;
    for (const auto &[id, value] : names.last())
        wrong += value != "?" && people.at(id).name != value;
    for (const auto &[id, value] : emails.last())
        wrong += value != "?" && people.at(id).email != value;
    EXPECT_EQ(wrong, 0);
}

std::string checkBeside(const SyncPair &pair)
{
    const TestAnswer check = pair.comparator.as("operator")
                                 .post("/api/v1/checks", {{"check_name", "people"},
                                                          {"mapping_id", textOf(pair.sync(), "mapping_id")}});
    EXPECT_EQ(check.status, 201) << check.body;
    return textOf(check.json, "id");
}

// A plain comparison of everything, by the check and by the rows themselves.
void expectEqual(const SyncPair &pair, TestDatabase &legacy, TestDatabase &fresh, const std::string &check, int rows)
{
    const Json run = pair.comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), rows) << dumpJson(run);
    EXPECT_EQ(run.at("consistency_percentage"), 100.0);
    EXPECT_EQ(pair.people(legacy), pair.people(fresh));
}

TEST(SyncWriters, AFullCheckBesideThemFindsNoFalseDifference)
{
    constexpr int Rows = 4'000;
    constexpr int ASecond = 200;
    const seconds time(isFullForm() ? 300 : 10);
    const std::uint64_t seed = testSeed("SyncWriters").seed;
    SyncPair pair(TestEngine::Postgres, TestEngine::Sqlite);
    fillMembers(*pair.legacy, Rows);
    pair.comparator.start();
    pair.add(WritersSettings);
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    const std::string check = checkBeside(pair);
    // Of one seed: both sides change the same rows at about the same time.
    SideWriter names(*pair.legacy, "name", Rows, ASecond, seed), emails(*pair.fresh, "email", Rows, ASecond, seed);
    const auto began = std::chrono::steady_clock::now();
    int runs = 0, hot = 0;
    double lag = 0;
    while (std::chrono::steady_clock::now() - began < time) {
        const Json run = pair.comparator.waitRun(pair.comparator.startRun(check), {"FINISHED"}, seconds(240));
        EXPECT_EQ(run.at("missing").get<int>() + run.at("extra").get<int>() + run.at("different").get<int>(), 0)
            << dumpJson(run) << dumpJson(pair.sync());
        ++runs;
        hot += run.at("hot").get<int>();
        const Json sync = pair.sync();
        EXPECT_EQ(textOf(sync, "state"), "FOLLOWING") << dumpJson(sync);
        const Json &behind = sync.at("lag_seconds"); // none before it caught up for the first time
        if (behind.is_number()) lag = std::max(lag, behind.get<double>());
    }
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    names.stop();
    emails.stop();
    EXPECT_GE(names.written(), ASecond * took * 0.9);
    EXPECT_GE(emails.written(), ASecond * took * 0.9);
    pair.act("run");
    ASSERT_TRUE(pair.waitCaughtUp());
    EXPECT_TRUE(pair.comparator.all("/api/v1/differences?state=CONFIRMED&check_id=" + check).empty());
    expectEqual(pair, *pair.legacy, *pair.fresh, check, Rows);
    expectLast(pair.people(*pair.legacy), names, emails);
    EXPECT_TRUE(pair.comparator.all("/api/v1/sync-tasks?state=DEAD").empty());
    std::printf("%d full checks in %.1f s beside %d and %d updates, lag at most %.0f s, %d hot\n", runs, took,
                names.written(), emails.written(), lag, hot);
}

TEST(SyncWriters, KillsAndARestartedDatabaseLoseNothing)
{
    const std::uint64_t seed = testSeed("SyncWriters").seed;
    const int kills = isFullForm() ? 50 : 5;
    constexpr int Rows = 1'500;
    SyncPair pair(TestEngine::Postgres, TestEngine::Sqlite);
    fillMembers(*pair.legacy, Rows);
    pair.comparator.start();
    pair.add(WritersSettings);
    pair.act("backfill"); // the first kill comes while it copies, or just after
    std::mt19937_64 random(seed);
    SideWriter names(*pair.legacy, "name", Rows, 100, seed);
    pair.comparator.kill();
    pair.comparator.start();
    // Before its first copy is remembered a row that is changed on NEW is a conflict, which LEGACY wins.
    ASSERT_TRUE(pair.waitState("FOLLOWING")) << dumpJson(pair.sync());
    SideWriter emails(*pair.fresh, "email", Rows, 100, seed);
    for (int i = 0; i < kills; ++i) {
        std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(0, 1'500)(random)));
        if (i % 10 == 2) { // with the comparator at work, and the writers
            PostgresServer::instance().stopAtOnce();
            std::this_thread::sleep_for(milliseconds(500));
            PostgresServer::instance().startAgain();
            std::this_thread::sleep_for(milliseconds(1'000));
        }
        pair.comparator.kill();
        pair.comparator.start();
    }
    names.stop();
    emails.stop();
    EXPECT_GT(names.written(), 100);
    EXPECT_GT(emails.written(), 100);
    ASSERT_TRUE(pair.waitState("FOLLOWING")) << dumpJson(pair.sync());
    pair.act("run");
    ASSERT_TRUE(pair.waitCaughtUp()) << dumpJson(pair.sync());
    const std::unique_ptr<TestDatabase> legacy = openSame(*pair.legacy); // the old connection is lost
    expectEqual(pair, *legacy, *pair.fresh, checkBeside(pair), Rows);
    expectLast(pair.people(*legacy), names, emails);
    EXPECT_TRUE(pair.comparator.all("/api/v1/sync-tasks").empty());
    std::printf("%d kills beside %d and %d updates, none lost\n", kills, names.written(), emails.written());
}

// From the commit on one side to the row on the other.
TEST(SyncWriters, RealTimeIsWithinTwoSeconds)
{
    constexpr int Rows = 200;
    SyncPair pair(TestEngine::Postgres, TestEngine::Sqlite);
    fillMembers(*pair.legacy, Rows);
    pair.comparator.start();
    pair.add(WritersSettings);
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    ASSERT_TRUE(pair.waitCaughtUp());
    std::mt19937_64 random(testSeed("SyncWriters").seed);
    std::vector<double> took;
    for (int i = 0; i < 10; ++i) {
        TestDatabase &from = i % 2 ? *pair.fresh : *pair.legacy, &to = i % 2 ? *pair.legacy : *pair.fresh;
        const std::string value = "late" + std::to_string(i);
        std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(0, 700)(random)));
        const auto began = std::chrono::steady_clock::now();
        pair.put(from, member(i), {value, "m"});
        ASSERT_TRUE(waitFor(
            [&] { return to.one("SELECT name FROM people WHERE id = '" + member(i) + "'") == value; }, seconds(30)));
        took.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    }
    std::ranges::sort(took);
    std::printf("from one side to the other: median %.2f s, at most %.2f s\n", took[took.size() / 2], took.back());
    EXPECT_LE(took[took.size() / 2], 2.0);
    EXPECT_LE(took.back(), 10.0); // on a machine that has much else to do
}

TEST(SyncWriters, AnEmptiedTargetIsNoDeletionOfItsSource)
{
    for (const TestEngine engine : {TestEngine::Postgres, TestEngine::Sqlite}) {
        SyncPair pair(TestEngine::Sqlite, engine);
        fillMembers(*pair.legacy, 200);
        pair.comparator.start();
        Json settings = WritersSettings;
        settings["sweep_seconds"] = 1;
        pair.add(settings);
        pair.act("backfill");
        ASSERT_TRUE(pair.waitState("FOLLOWING"));
        pair.fresh->run(engine == TestEngine::Postgres ? "TRUNCATE people" : "DELETE FROM people");
        ASSERT_TRUE(pair.waitState("SUSPENDED"));
        EXPECT_EQ(textOf(pair.sync(), "cause"), "NEW is empty, and 200 entities of it were in sync");
        EXPECT_EQ(pair.people(*pair.legacy).size(), 200u);
        EXPECT_EQ(pair.writes(*pair.legacy), 200);
    }
}

} // namespace
} // namespace crossfade
