// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Several comparators on one PostgreSQL store: who works on a check, and who carries out repairs and syncs.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <set>
#include <stdexcept>

namespace crossfade {
namespace {

// A part is held for five seconds and free ones are looked for twice a second; a leader's lease is four.
constexpr std::chrono::seconds TakeOver{7};

std::string dyingAt(const std::string &point)
{
    return "CROSSFADE_KILL_POINT=" + point;
}

// Keys 1 to 8 000 and as many beyond a gap of a million millions; NEW lacks every 500th and holds every 900th
// otherwise.
constexpr int SharedRows = 16'000;

class SharedCheck : public testing::Test {
protected:
    SharedCheck()
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); "
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 16000) "
                      "INSERT INTO people SELECT CASE WHEN i <= 8000 THEN i ELSE i + 1000000000000 END, "
                      "'name of ' || i FROM n");
        m_fresh->run("DELETE FROM people WHERE id % 500 = 0");
        m_fresh->run("UPDATE people SET name = 'other' WHERE id % 900 = 0");
    }
    std::string newCheck(const Comparator &comparator) const
    {
        return comparator.addCheck(*m_legacy, *m_fresh,
                                   peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    }
    // What does not depend on how the work was shared.
    static Json counts(const Json &run)
    {
        Json result = Json::object();
        for (const char *name : {"state", "status", "rows_done", "rows_total", "matched", "missing", "extra", "different",
                                 "in_flight", "hot", "consistency_percentage"})
            result[name] = run.at(name);
        return result;
    }
    static std::set<std::string> found(const Comparator &comparator, const std::string &check)
    {
        std::set<std::string> result;
        for (const Json &item : comparator.all("/api/v1/differences?resolved=false&check_id=" + check))
            result.insert(textOf(item, "entity_id") + " " + textOf(item, "difference_type"));
        return result;
    }
    // Who holds parts of the run by now.
    static std::set<std::string> holders(TestDatabase &store)
    {
        const std::string list = store.one("SELECT coalesce(string_agg(DISTINCT holder, ','), '') FROM run_parts");
        std::set<std::string> result;
        for (std::size_t begin = 0; begin < list.size();) {
            const std::size_t end = std::min(list.find(',', begin), list.size());
            if (end > begin) result.insert(list.substr(begin, end - begin));
            begin = end + 1;
        }
        return result;
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    const std::vector<std::string> m_options{"--batch-rows", "100"};
};

TEST_F(SharedCheck, IsWorkedOnByTwoAndFindsWhatOneFinds)
{
    Comparator one(m_options, true);
    one.start();
    const std::string check = newCheck(one);
    const Json alone = one.fullRun(check);
    EXPECT_EQ(alone.at("rows_done"), SharedRows);
    EXPECT_EQ(alone.at("missing"), 32);
    const std::set<std::string> differences = found(one, check);
    EXPECT_EQ(static_cast<int>(differences.size()), 32 + alone.at("different").get<int>());

    Comparator two(one, m_options);
    two.start();
    const auto store = one.store();
    const std::string run = two.startRun(check);
    std::set<std::string> seen;
    EXPECT_TRUE(waitFor(
        [&] {
            seen.merge(holders(*store));
            return textOf(one.run(run), "state") == "FINISHED";
        },
        std::chrono::seconds(60)));
    EXPECT_EQ(seen.size(), 2u) << "both had parts of it";
    EXPECT_EQ(counts(two.run(run)), counts(alone));
    EXPECT_EQ(found(two, check), differences);
    EXPECT_EQ(store->one("SELECT count(*) FROM run_parts"), "0");
    EXPECT_EQ(two.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(SharedCheck, APartOfAWorkerThatIsKilledIsTakenOver)
{
    for (const char *point : {"check.after-claim:3", "check.after-batch:12"}) {
        SCOPED_TRACE(point);
        Comparator one(m_options, true);
        one.start();
        const std::string check = newCheck(one);
        Comparator two(one, m_options);
        two.start({dyingAt(point)});
        const auto store = one.store();
        const std::string leader = store->one("SELECT holder FROM leader"); // the first
        const auto heldByTheDead = [&] {
            return store->one("SELECT count(*) FROM run_parts WHERE holder NOT IN ('', '" + leader + "')");
        };
        const std::string run = two.startRun(check);
        ASSERT_EQ(two.process().wait(std::chrono::seconds(60)), 128 + SIGKILL);
        EXPECT_EQ(heldByTheDead(), "1");
        EXPECT_NE(textOf(one.run(run), "state"), "FINISHED");
        // The other one goes on meanwhile, and then has what was held.
        EXPECT_TRUE(waitFor([&] { return heldByTheDead() == "0"; }, TakeOver));
        const Json finished = one.waitRun(run);
        EXPECT_EQ(finished.at("rows_done"), SharedRows);
        EXPECT_EQ(finished.at("missing"), 32);
        EXPECT_EQ(finished.at("matched").get<int>() + finished.at("different").get<int>(), SharedRows - 32);
        EXPECT_EQ(static_cast<int>(found(one, check).size()), 32 + finished.at("different").get<int>());
    }
}

// Stopped for longer than a part is held, then awake again.
TEST_F(SharedCheck, AWorkerThatStoodStillStoresNothingOfWhatAnotherHasByNow)
{
    Comparator one(m_options, true);
    one.start();
    const std::string check = newCheck(one);
    Comparator two(one, m_options);
    two.start();
    const auto store = one.store();
    const std::string run = one.startRun(check);
    ASSERT_TRUE(waitFor([&] { return holders(*store).size() == 2; }));
    two.process().signal(SIGSTOP);
    const Json finished = one.waitRun(run);
    two.process().signal(SIGCONT);
    EXPECT_EQ(finished.at("rows_done"), SharedRows);
    EXPECT_EQ(finished.at("missing"), 32);
    EXPECT_EQ(finished.at("matched").get<int>() + finished.at("different").get<int>(), SharedRows - 32);
    // It answers again, and has changed nothing.
    EXPECT_EQ(counts(two.waitRun(run)), counts(finished));
    const std::string next = two.startRun(check);
    EXPECT_EQ(counts(two.waitRun(next)), counts(finished));
}

TEST_F(SharedCheck, AWishReachesWhoeverWorksOnIt)
{
    Comparator one(m_options, true);
    one.start();
    const std::string check = newCheck(one);
    Comparator two(one, m_options);
    two.start();
    // A limit of rows a second keeps it with one worker: one of the two asked is not that.
    for (const Comparator *asked : {&one, &two}) {
        const std::string run =
            one.startRun(check, {{"scope", "FULL"}, {"rows_per_second_limit", 500}, {"reason", "slowly"}});
        EXPECT_TRUE(waitFor([&] { return asked->run(run).at("rows_done") > 0; }));
        const auto act = [&](const char *what) {
            return asked->as("operator").post("/api/v1/runs/" + run + "/" + what, Json::object()).status;
        };
        EXPECT_EQ(act("pause"), 200);
        const Json paused = asked->waitRun(run, {"PAUSED"}, std::chrono::seconds(5));
        EXPECT_EQ(act("resume"), 200);
        EXPECT_TRUE(waitFor([&] { return asked->run(run).at("rows_done") > paused.at("rows_done"); }));
        EXPECT_EQ(act("cancel"), 200);
        EXPECT_EQ(asked->waitRun(run, {"CANCELLED"}, std::chrono::seconds(5)).at("status"), "PARTIAL");
    }
}

TEST_F(SharedCheck, HalfWayGoesOnInACopyOfTheStore)
{
    Comparator one(m_options, true);
    one.start({dyingAt("check.after-batch:12")});
    const std::string check = newCheck(one);
    const std::string run = one.startRun(check);
    ASSERT_EQ(one.process().wait(std::chrono::seconds(60)), 128 + SIGKILL);
    EXPECT_EQ(one.store()->one("SELECT count(*) FROM run_parts"), "1");
    const std::string copy = m_dir.file("copy.sqlite");
    const Output copied = one.command({"backup", "--to", copy});
    ASSERT_EQ(copied.exitCode, 0) << copied.err;
    for (const bool postgres : {false, true}) {
        SCOPED_TRACE(postgres ? "into PostgreSQL" : "into SQLite");
        Comparator other(m_options, postgres);
        const Output restored = other.restore(copy, one);
        ASSERT_EQ(restored.exitCode, 0) << restored.err;
        other.start();
        const Json finished = other.waitRun(run);
        EXPECT_EQ(finished.at("rows_done"), SharedRows);
        EXPECT_EQ(finished.at("missing"), 32);
        EXPECT_EQ(finished.at("matched").get<int>() + finished.at("different").get<int>(), SharedRows - 32);
        EXPECT_EQ(static_cast<int>(found(other, check).size()), 32 + finished.at("different").get<int>());
    }
}

// Where most rows differ a part is read row by row: that ends where the part does, and costs no connection.
TEST(SharedRows, OfMariadbAreReadPartByPartOverTheSameConnection)
{
    const auto legacy = newMariadb(), fresh = newMariadb();
    for (TestDatabase *side : {legacy.get(), fresh.get()})
        side->run("CREATE TABLE people (id int PRIMARY KEY, name varchar(40))");
    legacy->run("INSERT INTO people SELECT seq, CONCAT('name of ', seq) FROM seq_1_to_4000");
    fresh->run("INSERT INTO people SELECT seq, CONCAT('other of ', seq) FROM seq_1_to_4000");
    Comparator one({"--batch-rows", "50"}, true);
    one.start();
    const std::string check =
        one.addCheck(*legacy, *fresh, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    const auto connections = [&] {
        return std::stoi(legacy->one("SELECT variable_value FROM information_schema.global_status WHERE variable_name = "
                                     "'Connections'"));
    };
    const int before = connections();
    const Json run = one.fullRun(check);
    EXPECT_EQ(run.at("different"), 4'000) << dumpJson(run);
    EXPECT_EQ(run.at("matched"), 0);
    EXPECT_LE(connections() - before, 4) << "ten parts, two sides";
    EXPECT_EQ(one.log().find("is lost"), std::string::npos) << one.log();
}

TEST(SharedStore, TheKeyOfFingerprintsIsTheSameForAll)
{
    Comparator one({}, true);
    one.start();
    Comparator two(one, {});
    std::ofstream(two.data() + "/fingerprint.key") << std::string(32, 'k');
    EXPECT_THROW(two.start(), std::runtime_error);
    EXPECT_NE(two.log().find("copy that file"), std::string::npos) << two.log();
    EXPECT_EQ(two.process().wait(), 1);
    Comparator three(one, {"--new-fingerprint-key"});
    three.start();
    EXPECT_EQ(TestClient(three.url()).get("/readyz").status, 200);
}

// Of two, one carries a sync out, each change once; where that one dies the other does.
TEST(SharedSync, IsCarriedOutByOneAndByTheOtherOnceThatIsKilled)
{
    SyncPair pair(TestEngine::Sqlite, TestEngine::Sqlite, true);
    pair.comparator.start();
    Comparator other(pair.comparator, {});
    other.start();
    const auto roleOf = [](const Comparator &comparator) {
        return textOf(TestClient(comparator.url()).get("/readyz").json, "role");
    };
    EXPECT_EQ(roleOf(pair.comparator), "LEADER");
    EXPECT_EQ(roleOf(other), "FOLLOWER");
    for (int i = 0; i < 50; ++i)
        pair.put(*pair.legacy, "k" + std::to_string(i), {"name", "mail"});
    pair.add({{"sync_direction", "BIDIRECTIONAL"}, {"overlap_seconds", 0}});
    // Asked of the one that does not lead.
    EXPECT_EQ(other.as("operator").post("/api/v1/sync-configs/" + pair.id + "/backfill", Json::object()).status, 202);
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    for (int i = 0; i < 50; ++i)
        pair.put(i % 2 ? *pair.legacy : *pair.fresh, "k" + std::to_string(i), {"changed", "mail"});
    ASSERT_TRUE(pair.waitCaughtUp());
    EXPECT_EQ(pair.people(*pair.fresh), pair.people(*pair.legacy));
    EXPECT_EQ(pair.writes(*pair.fresh) + pair.writes(*pair.legacy), 50 + 50 + 50 + 50) << "each change went over once";

    pair.comparator.kill();
    pair.put(*pair.legacy, "k1", {"after", "mail"});
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)["k1"].name == "after"; }, TakeOver + std::chrono::seconds(2)));
    EXPECT_EQ(roleOf(other), "LEADER");
    EXPECT_EQ(pair.writes(*pair.fresh) + pair.writes(*pair.legacy), 202);
}

// Stopped in the middle of a write, for longer than its lease lasts: the row that it has written meanwhile, and not yet
// committed, is undone when it wakes.
TEST(SharedSync, AWriterThatStoodStillCommitsNothingOnceAnotherLeads)
{
    SyncPair pair(TestEngine::Sqlite, TestEngine::Postgres, true);
    pair.comparator.start();
    Comparator other(pair.comparator, {});
    other.start();
    pair.put(*pair.legacy, "k", {"name", "mail"});
    pair.add({{"overlap_seconds", 0}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    ASSERT_TRUE(pair.waitCaughtUp());
    pair.fresh->run("CREATE TABLE seen (name text); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS "
                    "'BEGIN INSERT INTO seen VALUES (NEW.name); RETURN NULL; END'; "
                    "CREATE TRIGGER seen AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION see()");
    const auto sessions = [&](const std::string &which) {
        return pair.fresh->one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query NOT "
                               "LIKE '%pg_stat%' AND " + which);
    };
    const auto lock = openSame(*pair.fresh);
    lock->run("BEGIN");
    lock->run("UPDATE people SET email = email WHERE id = 'k'");
    pair.put(*pair.legacy, "k", {"first", "mail"});
    ASSERT_TRUE(waitFor([&] { return sessions("wait_event_type = 'Lock'") == "1"; }));
    pair.comparator.process().signal(SIGSTOP);
    pair.put(*pair.legacy, "k", {"second", "mail"});
    const auto lead = [&] { return textOf(TestClient(other.url()).get("/readyz").json, "role") == "LEADER"; };
    ASSERT_TRUE(waitFor(lead, TakeOver));
    lock->run("ROLLBACK");
    // Its statement is carried out now, and it has not heard of it yet.
    EXPECT_TRUE(waitFor([&] { return sessions("state = 'idle in transaction'") == "1"; }));
    pair.comparator.process().signal(SIGCONT);
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)["k"].name == "second"; }));
    EXPECT_EQ(pair.fresh->one("SELECT coalesce(string_agg(name, ','), '') FROM seen"), "second");
    EXPECT_TRUE(waitFor([&] { return textOf(TestClient(pair.comparator.url()).get("/readyz").json, "role") == "FOLLOWER"; }));
}

class SharedRepair : public testing::TestWithParam<const char *> {};

TEST_P(SharedRepair, IsDoneOnceWhenItsWorkerIsKilled)
{
    TempDir dir;
    auto legacy = newSqlite(dir.file("legacy.db"));
    auto fresh = newSqlite(dir.file("new.db"));
    for (TestDatabase *side : {legacy.get(), fresh.get()})
        side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT); CREATE TABLE writes (n INTEGER); "
                  "CREATE TRIGGER count AFTER UPDATE ON people BEGIN INSERT INTO writes VALUES (1); END");
    legacy->run("INSERT INTO people VALUES ('a', 'right')");
    fresh->run("INSERT INTO people VALUES ('a', 'wrong')");
    Comparator one({}, true);
    one.start({dyingAt(GetParam() + std::string(":1"))});
    Comparator two(one, {});
    two.start();
    const std::string check =
        two.addCheck(*legacy, *fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})));
    two.fullRun(check);
    const auto differences = two.all("/api/v1/differences");
    ASSERT_EQ(differences.size(), 1u);
    const TestAnswer created =
        two.as("operator").post("/api/v1/repairs", {{"difference_ids", {textOf(differences[0], "id")}}});
    ASSERT_EQ(created.status, 201) << created.body;
    const std::string id = textOf(created.json.at("items")[0], "id");
    // Approved at the one that does not lead, begun at once by the one that does.
    EXPECT_EQ(two.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "go"}}).status, 200);
    ASSERT_EQ(one.process().wait(std::chrono::seconds(4)), 128 + SIGKILL); // no look of every five seconds
    EXPECT_EQ(two.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
    EXPECT_EQ(fresh->one("SELECT name FROM people"), "right");
    EXPECT_EQ(fresh->one("SELECT count(*) FROM writes"), "1");
}

INSTANTIATE_TEST_SUITE_P(At, SharedRepair, testing::Values("repair.before-execute", "repair.after-execute"),
                         [](const auto &info) {
                             return std::string(std::string_view(info.param).find("before") == std::string::npos
                                                    ? "after"
                                                    : "before");
                         });

} // namespace
} // namespace crossfade
