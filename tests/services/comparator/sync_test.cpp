// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Real comparator processes that keep real databases in sync.
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

namespace crossfade {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string key(int number)
{
    return "u" + std::to_string(1'000 + number);
}

void fill(const SyncPair &pair, TestDatabase &db, int count)
{
    db.run("BEGIN");
    for (int i = 0; i < count; ++i)
        pair.put(db, key(i), {"name" + std::to_string(i), "mail" + std::to_string(i)});
    db.run("COMMIT");
}

using SyncedPair = std::pair<TestEngine, TestEngine>;
class SyncOfEngines : public testing::TestWithParam<SyncedPair> {};

TEST_P(SyncOfEngines, CopiesWhatExistsAndFollowsChangesWithinTwoSeconds)
{
    SyncPair pair(GetParam().first, GetParam().second);
    fill(pair, *pair.legacy, 500);
    pair.put(*pair.fresh, "extra", {"only", "there"});
    pair.comparator.start();
    pair.add({{"batch_size", 100}, {"sweep_seconds", 1}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    People expected = pair.people(*pair.legacy);
    expected["extra"] = {"only", "there"}; // one way: what is on the other side alone is left
    EXPECT_EQ(pair.people(*pair.fresh), expected);
    EXPECT_EQ(pair.sync().at("backfill").at("state"), "DONE");
    EXPECT_EQ(pair.writes(*pair.fresh, key(7)), 1);

    ASSERT_TRUE(pair.waitCaughtUp());
    const auto since = std::chrono::steady_clock::now();
    pair.put(*pair.legacy, key(7), {"other", "mail7"});
    pair.put(*pair.legacy, "newcomer", {"n", "m"});
    EXPECT_TRUE(waitFor([&] {
        People now = pair.people(*pair.fresh);
        return now[key(7)] == Person{"other", "mail7"} && now["newcomer"] == Person{"n", "m"};
    }));
    EXPECT_LT(std::chrono::steady_clock::now() - since, seconds(2));
    pair.remove(*pair.legacy, key(8));
    EXPECT_TRUE(waitFor([&] { return !pair.people(*pair.fresh).contains(key(8)); }));
    ASSERT_TRUE(pair.waitCaughtUp());
    EXPECT_EQ(pair.writes(*pair.fresh, key(7)), 2);
    const Json view = pair.comparator.as("viewer").get("/api/v1/monitoring/sync").json.at("items").at(0);
    EXPECT_EQ(view.at("total_syncs"), 503);
    EXPECT_EQ(view.at("success_rate"), 100.0);
    EXPECT_EQ(view.at("backlog"), 0);
    EXPECT_TRUE(view.at("lag_seconds").is_number());
}
INSTANTIATE_TEST_SUITE_P(Sync, SyncOfEngines,
                         testing::Values(SyncedPair{TestEngine::Sqlite, TestEngine::Sqlite},
                                         SyncedPair{TestEngine::Postgres, TestEngine::Sqlite},
                                         SyncedPair{TestEngine::Sqlite, TestEngine::Postgres},
                                         SyncedPair{TestEngine::Postgres, TestEngine::Postgres},
                                         SyncedPair{TestEngine::Postgres, TestEngine::Mariadb},
                                         SyncedPair{TestEngine::Mariadb, TestEngine::Postgres},
                                         SyncedPair{TestEngine::Sqlite, TestEngine::Mariadb},
                                         SyncedPair{TestEngine::Mariadb, TestEngine::Sqlite}));

// The reference: said anew, from what both sides held when they were last equal. LEGACY wins.
People referenceMerge(const People &base, const People &legacy, const People &fresh)
{
    const auto find = [](const People &people, const std::string &id) -> std::optional<Person> {
        const auto found = people.find(id);
        return found == people.end() ? std::nullopt : std::optional(found->second);
    };
    People all = base, result;
    all.insert(legacy.begin(), legacy.end());
    all.insert(fresh.begin(), fresh.end());
    for (const auto &[id, ignored] : all) {
        const auto b = find(base, id), l = find(legacy, id), n = find(fresh, id);
        std::optional<Person> end = l; // both changed
        if (l == b) {
            end = n;
        } else if (n != b && l && n) {
            end->name = b && l->name == b->name ? n->name : l->name;
            end->email = b && l->email == b->email ? n->email : l->email;
        }
        if (end) result[id] = *end;
    }
    return result;
}

TEST(Sync, BothWaysEqualsAReferenceMergeAndNothingTravelsBack)
{
    SyncPair pair(TestEngine::Postgres, TestEngine::Sqlite);
    std::mt19937 random(20'261'122);
    const auto below = [&](int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); };
    fill(pair, *pair.legacy, 60);
    pair.comparator.start();
    pair.add({{"sync_direction", "BIDIRECTIONAL"}, {"conflict_policy", "LEGACY"}, {"sweep_seconds", 1}, {"batch_size", 37}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    People base = pair.people(*pair.legacy);
    ASSERT_EQ(pair.people(*pair.fresh), base);
    for (int round = 0; round < 6; ++round) {
        pair.act("pause");
        std::this_thread::sleep_for(milliseconds(300)); // its last batch ends
        for (TestDatabase *side : {pair.legacy.get(), pair.fresh.get()}) {
            for (int i = 0; i < 60; ++i) {
                const std::string id = key(below(80));
                People now = pair.people(*side);
                if (below(12) == 0) {
                    pair.remove(*side, id);
                    continue;
                }
                Person person = now.contains(id) ? now[id] : Person{"n", "m"};
                (below(2) ? person.name : person.email) = "v" + std::to_string(below(5));
                pair.put(*side, id, person);
            }
        }
        const People legacy = pair.people(*pair.legacy), fresh = pair.people(*pair.fresh);
        const People expected = referenceMerge(base, legacy, fresh);
        const int before = pair.writes(*pair.legacy) + pair.writes(*pair.fresh);
        int needed = 0; // each row that is not as it is to be is written once
        for (const People *side : {&legacy, &fresh}) {
            People all = expected;
            all.insert(side->begin(), side->end());
            for (const auto &[id, ignored] : all) {
                const bool there = side->contains(id), wanted = expected.contains(id);
                needed += there != wanted || (there && side->at(id) != expected.at(id));
            }
        }
        pair.act("run", {{"accept_mass_change", true}, {"reason", "a test"}});
        ASSERT_TRUE(pair.waitCaughtUp());
        EXPECT_EQ(pair.people(*pair.legacy), expected) << "round " << round;
        EXPECT_EQ(pair.people(*pair.fresh), expected) << "round " << round;
        EXPECT_EQ(pair.writes(*pair.legacy) + pair.writes(*pair.fresh) - before, needed) << "round " << round;
        base = expected;
    }
    const int settled = pair.writes(*pair.legacy) + pair.writes(*pair.fresh);
    ASSERT_TRUE(pair.waitCaughtUp());
    EXPECT_EQ(pair.writes(*pair.legacy) + pair.writes(*pair.fresh), settled);
    EXPECT_TRUE(pair.comparator.all("/api/v1/sync-tasks").empty());
}

TEST(Sync, ASuddenDeathLosesNothingAndRepeatsNothing)
{
    for (const char *point : {"sync.before-write:3", "sync.after-write:3", "sync.before-commit:3", "sync.after-commit:3",
                              "sync.after-chunk:2"}) {
        SCOPED_TRACE(point);
        SyncPair pair;
        fill(pair, *pair.legacy, 450);
        pair.comparator.start();
        pair.add({{"batch_size", 100}, {"sync_direction", "BIDIRECTIONAL"}, {"overlap_seconds", 0}});
        pair.comparator.kill();
        pair.comparator.start({std::string("CROSSFADE_KILL_POINT=") + point});
        pair.act("backfill");
        ASSERT_TRUE(waitFor([&] { return !pair.comparator.process().running(); }));
        const int early = pair.writes(*pair.fresh);
        EXPECT_GT(early, 0);
        EXPECT_LT(early, 450);
        pair.comparator.start();
        ASSERT_TRUE(pair.waitState("FOLLOWING"));
        EXPECT_EQ(pair.people(*pair.fresh), pair.people(*pair.legacy));
        EXPECT_EQ(pair.writes(*pair.fresh), 450);
        // Changes on both sides that come while it is dead, and it dies once more while it carries them over.
        pair.comparator.kill();
        for (int i = 0; i < 40; ++i)
            pair.put(i % 2 ? *pair.legacy : *pair.fresh, key(i), {"changed", "mail" + std::to_string(i)});
        const int before = pair.writes(*pair.legacy) + pair.writes(*pair.fresh);
        const std::string once = std::string(point).substr(0, std::string(point).find(':'));
        pair.comparator.start({"CROSSFADE_KILL_POINT=" + once + ":1"});
        if (once != "sync.after-chunk") {
            ASSERT_TRUE(waitFor([&] { return !pair.comparator.process().running(); }));
            pair.comparator.start();
        }
        ASSERT_TRUE(pair.waitCaughtUp());
        EXPECT_EQ(pair.people(*pair.fresh), pair.people(*pair.legacy));
        for (int i = 0; i < 40; ++i)
            EXPECT_EQ(pair.people(*pair.legacy)[key(i)].name, "changed");
        EXPECT_EQ(pair.writes(*pair.legacy) + pair.writes(*pair.fresh) - before, 40);
    }
}

TEST(Sync, AnEmptiedSourceStopsItAndSaysSo)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 200);
    pair.comparator.start();
    pair.add({{"sweep_seconds", 1}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    pair.legacy->run("DELETE FROM people");
    ASSERT_TRUE(pair.waitState("SUSPENDED"));
    EXPECT_EQ(textOf(pair.sync(), "cause"), "LEGACY is empty, and 200 entities of it were in sync");
    EXPECT_EQ(pair.people(*pair.fresh).size(), 200u);
    // Let go on without a word it looks, and stops again.
    pair.act("run");
    EXPECT_TRUE(waitFor([&] { return textOf(pair.sync(), "state") == "SUSPENDED"; }));
    EXPECT_EQ(pair.people(*pair.fresh).size(), 200u);
    pair.act("run", {{"accept_mass_change", true}, {"reason", "it was meant"}});
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh).empty(); }));
    EXPECT_TRUE(pair.waitState("FOLLOWING"));
}

TEST(Sync, MoreChangesThanTheLimitStopItBeforeTheyAreCarriedOver)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 100);
    pair.comparator.start();
    pair.add({{"unlimited_changes", 10}, {"max_change_percentage", 20}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    pair.legacy->run("UPDATE people SET name = 'all', at = strftime('%Y-%m-%d %H:%M:%f', 'now')");
    ASSERT_TRUE(pair.waitState("SUSPENDED"));
    EXPECT_NE(textOf(pair.sync(), "cause").find("were changed on LEGACY"), std::string::npos);
    EXPECT_EQ(pair.people(*pair.fresh)[key(1)].name, "name1");
}

TEST(Sync, ARefusedRowIsTriedAgainWhileOthersGoOnAndThenDies)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 20);
    pair.comparator.start();
    pair.add();
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    pair.legacy->run("PRAGMA ignore_check_constraints = ON");
    pair.put(*pair.legacy, key(1), {"refused", "x"});
    pair.put(*pair.legacy, key(2), {"good", "x"});
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(2)].name == "good"; }));
    Json task;
    ASSERT_TRUE(waitFor([&] {
        const auto tasks = pair.comparator.all("/api/v1/sync-tasks");
        if (tasks.size() != 1) return false;
        task = tasks[0];
        return task.at("retry_count") == 1;
    }));
    EXPECT_EQ(task.at("state"), "RETRYING");
    EXPECT_EQ(task.at("payload").at("legacy").at("name"), "refused");
    EXPECT_NE(textOf(task, "error").find("NEW: CHECK constraint failed"), std::string::npos);
    // Five retries, 1 + 2 + 4 + 8 + 16 s and a quarter at most, then a person must act.
    ASSERT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-tasks?state=DEAD").size() == 1; }, seconds(60)));
    EXPECT_EQ(pair.comparator.all("/api/v1/sync-logs?status=RETRYING").size(), 5u);
    EXPECT_EQ(pair.comparator.all("/api/v1/sync-logs?permanent=true").size(), 1u);
    EXPECT_EQ(pair.sync().at("dead_letters"), 1);
    // What was wrong is mended, and the dead letter retried.
    pair.fresh->run("PRAGMA ignore_check_constraints = ON");
    const std::string path = "/api/v1/sync-tasks/" + textOf(task, "id");
    const TestAnswer edited = pair.comparator.as("operator").send("PATCH", path, R"({"fields":{"name":{"value":"mended"}}})", {{"If-Match", pair.comparator.as("viewer").get(path).header("etag")}, {"Content-Type", "application/json"}});
    EXPECT_EQ(edited.status, 200) << edited.body;
    EXPECT_EQ(pair.comparator.as("operator").post(path + "/retry", Json::object()).status, 200);
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(1)].name == "mended"; }));
    EXPECT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-tasks").empty(); }));
}

TEST(Sync, SkipGoesOnAndAlertStops)
{
    for (const bool skip : {true, false}) {
        SyncPair pair;
        fill(pair, *pair.legacy, 5);
        pair.comparator.start();
        pair.add({{"error_handling", skip ? "SKIP" : "ALERT"}, {"sweep_seconds", 1}});
        pair.act("backfill");
        ASSERT_TRUE(pair.waitState("FOLLOWING"));
        pair.legacy->run("PRAGMA ignore_check_constraints = ON");
        pair.put(*pair.legacy, key(1), {"refused", "x"});
        if (skip) {
            ASSERT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-logs?status=FAILED").size() == 1; }));
            ASSERT_TRUE(pair.waitCaughtUp());
            EXPECT_EQ(pair.comparator.all("/api/v1/sync-logs?status=FAILED").size(), 1u); // said once
            pair.put(*pair.legacy, key(1), {"fine", "x"});
            EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(1)].name == "fine"; }));
            continue;
        }
        ASSERT_TRUE(pair.waitState("SUSPENDED"));
        EXPECT_NE(textOf(pair.sync(), "cause").find(key(1)), std::string::npos);
        pair.put(*pair.legacy, key(2), {"later", "x"});
        std::this_thread::sleep_for(milliseconds(1'500));
        EXPECT_EQ(pair.people(*pair.fresh)[key(2)].name, "name2");
        pair.put(*pair.legacy, key(1), {"fine", "x"});
        pair.act("run");
        EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh) == pair.people(*pair.legacy); }));
    }
}

TEST(Sync, AConflictWaitsForAPerson)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 5);
    pair.comparator.start();
    pair.add({{"sync_direction", "BIDIRECTIONAL"}, {"sweep_seconds", 1}}, true);
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    pair.act("pause");
    for (const int i : {1, 2}) {
        pair.put(*pair.legacy, key(i), {"left", "secret-left"});
        pair.put(*pair.fresh, key(i), {"right", "mail" + std::to_string(i)});
    }
    pair.act("run");
    ASSERT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-tasks?state=DEAD").size() == 2; }));
    const auto tasks = pair.comparator.all("/api/v1/sync-tasks");
    EXPECT_EQ(tasks[0].at("cause"), "CONFLICT");
    EXPECT_EQ(tasks[0].at("error"), "both sides changed name");
    EXPECT_EQ(textOf(tasks[0].at("payload").at("legacy"), "email").rfind("fingerprint ", 0), 0u);
    EXPECT_EQ(pair.people(*pair.fresh)[key(1)].email, "mail1"); // nothing of it was written
    const auto taskOf = [&](int i) {
        return "/api/v1/sync-tasks/" + textOf(pair.comparator.all("/api/v1/sync-tasks?entity_id=" + key(i)).at(0), "id");
    };
    const TestClient op = pair.comparator.as("operator");
    const TestAnswer edited = op.send("PATCH", taskOf(1), R"({"fields":{"name":{"take":"NEW"}}})",
                                      {{"If-Match", "\"1\""}, {"Content-Type", "application/json"}});
    ASSERT_EQ(edited.status, 200) << edited.body;
    EXPECT_EQ(op.post(taskOf(1) + "/retry", Json::object()).status, 200);
    // The chosen name goes one way, the e-mail that one side alone had changed the other.
    EXPECT_TRUE(waitFor([&] {
        return pair.people(*pair.legacy)[key(1)] == Person{"right", "secret-left"} &&
               pair.people(*pair.fresh)[key(1)] == Person{"right", "secret-left"};
    }));
    EXPECT_EQ(op.post(taskOf(2) + "/discard", {{"reason", "both are right"}}).status, 200);
    ASSERT_TRUE(pair.waitCaughtUp());
    EXPECT_EQ(pair.people(*pair.fresh)[key(2)].name, "right");
    EXPECT_EQ(pair.people(*pair.legacy)[key(2)].name, "left");
    pair.put(*pair.legacy, key(2), {"right", "secret-left"}); // until one side changes again
    EXPECT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-tasks").empty(); }));
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh) == pair.people(*pair.legacy); }));
    // Nothing of a sensitive value stands in the service's store, in its folder or in a copy of it.
    pair.comparator.kill();
    const std::string copy = pair.comparator.data() + "/copy.sqlite";
    const Output copied = pair.comparator.command({"backup", "--to", copy});
    EXPECT_EQ(copied.exitCode, 0) << copied.err;
    std::vector<std::string> names{"copy.sqlite"};
    if (!pair.comparator.onPostgres()) names.insert(names.end(), {"store.sqlite", "store.sqlite-wal"});
    for (const std::string &name : names) {
        std::ifstream file(pair.comparator.data() + "/" + name, std::ios::binary);
        EXPECT_TRUE(file || name == "store.sqlite-wal") << name;
        std::stringstream text;
        text << file.rdbuf();
        EXPECT_EQ(text.str().find("secret-left"), std::string::npos) << name;
    }
}

TEST(Sync, OneEntityOnDemandAndPauseHoldsEverythingElse)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 5);
    pair.comparator.start();
    pair.add({{"sync_frequency", "BATCH"}, {"interval_seconds", 5}});
    pair.act("run", {{"ids", {key(3), "nobody"}}});
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh).size() == 1; }));
    EXPECT_TRUE(waitFor([&] { return pair.comparator.all("/api/v1/sync-tasks").empty(); }));
    EXPECT_EQ(pair.people(*pair.fresh)[key(3)].name, "name3");
    EXPECT_EQ(textOf(pair.sync(), "state"), "WAITING");
    pair.act("run");
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh).size() == 5; }));
    pair.act("pause");
    pair.put(*pair.legacy, key(1), {"later", "x"});
    pair.act("run", {{"ids", {key(1)}}});
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(1)].name == "later"; }));
    pair.put(*pair.legacy, key(2), {"later", "x"});
    pair.act("run");
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(2)].name == "later"; }));
}

TEST(Sync, ASideThatIsAwayKillsNoTask)
{
    SyncPair pair;
    fill(pair, *pair.legacy, 5);
    pair.comparator.start();
    pair.add();
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    const std::string file = pair.fresh->location();
    pair.comparator.kill();
    std::filesystem::rename(file, file + ".away");
    pair.comparator.start();
    pair.put(*pair.legacy, key(1), {"later", "x"});
    EXPECT_TRUE(waitFor([&] { return textOf(pair.sync(), "last_error").rfind("NEW: there is no database file", 0) == 0; }));
    std::filesystem::rename(file + ".away", file);
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)[key(1)].name == "later"; }));
    EXPECT_TRUE(waitFor([&] { return pair.sync().at("last_error").is_null(); }));
    EXPECT_TRUE(pair.comparator.all("/api/v1/sync-tasks").empty());
}

} // namespace
} // namespace crossfade
