// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a check has to tell reaches a real router, once, also when one of the two was away.
#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/routerprocess.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

namespace crossfade {
namespace {

class Alerts : public testing::Test {
protected:
    Alerts()
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
            side->run("INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
        }
        router.start();
        comparator = std::make_unique<Comparator>(std::vector<std::string>{
            "--router", router.url(), "--router-token-file", router.tokenFile("service")});
        comparator->start();
        check = comparator->addCheck(*legacy, *fresh,
                                     peopleMapping("INTEGER", Json::array({field("name", "TEXT")})),
                                     "users <b>&\"'");
    }
    // A run that fails for want of a column.
    std::string failedRun()
    {
        fresh->run("ALTER TABLE people RENAME COLUMN name TO title");
        const std::string id = comparator->startRun(check);
        EXPECT_TRUE(waitFor([&] { return comparator->run(id).at("state") == "FAILED"; }));
        fresh->run("ALTER TABLE people RENAME COLUMN title TO name");
        return id;
    }
    bool waitAlerts(std::size_t count, std::chrono::seconds limit = std::chrono::seconds(20))
    {
        return waitFor([&] { return router.alerts().size() == count; }, limit);
    }
    // How many still stand in the comparator's store.
    std::string waiting() const
    {
        return comparator->store()
            ->one("SELECT count(*) FROM alerts_waiting");
    }
    bool waitEmpty()
    {
        return waitFor([&] { return waiting() == "0"; });
    }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"), false);
    RouterProcess router;
    std::unique_ptr<Comparator> comparator;
    std::string check;
};

TEST_F(Alerts, TellOfAThresholdAndOfAFailure)
{
    comparator->fullRun(check);
    fresh->run("DELETE FROM people WHERE id = 2");
    const std::string below = textOf(comparator->fullRun(check), "id");
    ASSERT_TRUE(waitAlerts(1)) << comparator->log();
    const Json alert = router.alerts().at(0);
    EXPECT_EQ(alert.at("type"), "DATA_INCONSISTENCY");
    EXPECT_EQ(alert.at("severity"), "MEDIUM");
    EXPECT_EQ(alert.at("message"), "The check users <b>&\"' found 75 % consistent, below its "
                                   "threshold of 99.5 %.");
    EXPECT_EQ(alert.at("subject_type"), "check");
    EXPECT_EQ(alert.at("subject_id"), check);
    EXPECT_EQ(alert.at("details"), (Json{{"run_id", below}}));

    // The same again is counted, another thing is told apart.
    comparator->fullRun(check);
    EXPECT_TRUE(waitFor([&] { return router.alerts().at(0).at("count") == 2; }));
    failedRun();
    ASSERT_TRUE(waitAlerts(2));
    const Json failed = router.alerts().at(0);
    EXPECT_EQ(failed.at("type"), "DATA_CONSISTENCY_CHECK_FAILED");
    EXPECT_EQ(failed.at("severity"), "HIGH");
    EXPECT_NE(textOf(failed, "message").find("name"), std::string::npos);
    EXPECT_TRUE(waitEmpty());
    EXPECT_EQ(router.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(Alerts, WhoHasToSeeToARepairIsTold)
{
    fresh->run("UPDATE people SET name = 'B <b>' WHERE id = 2");
    comparator->fullRun(check);
    ASSERT_TRUE(waitAlerts(1)) << comparator->log(); // of the threshold
    const Json difference = comparator->all("/api/v1/differences?resolved=false").at(0);
    const TestAnswer made = comparator->as("operator").post(
        "/api/v1/repairs", {{"difference_ids", {textOf(difference, "id")}}, {"reason", "needed"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string id = textOf(made.json.at("items").at(0), "id");
    const auto assign = [&](const char *person) {
        return comparator->as("operator").post("/api/v1/repairs/" + id + "/assign", {{"assigned_to", person}}).status;
    };
    ASSERT_EQ(assign("ann"), 200);
    ASSERT_TRUE(waitAlerts(2)) << comparator->log();
    const Json alert = router.alerts().at(0);
    EXPECT_EQ(alert.at("type"), "REPAIR_ASSIGNED");
    EXPECT_EQ(alert.at("severity"), "LOW");
    const std::string message = textOf(alert, "message");
    EXPECT_TRUE(message.starts_with("The repair of ")) << message;
    EXPECT_TRUE(message.ends_with(" 2 was assigned to ann by operator-1.")) << message;
    EXPECT_EQ(alert.at("subject_type"), "repair");
    EXPECT_EQ(alert.at("details"), (Json{{"repair_id", id}, {"assigned_to", "ann"}}));
    // Whoever has it next hears of it, too, though nobody acknowledged the first.
    ASSERT_EQ(assign("bob"), 200);
    ASSERT_TRUE(waitAlerts(3));
    EXPECT_EQ(router.alerts().at(0).at("details").at("assigned_to"), "bob");
    EXPECT_EQ(router.alerts().at(0).at("count"), 1);
    // What is not done is not told of.
    ASSERT_EQ(comparator->as("approver").post("/api/v1/repairs/" + id + "/reject", {{"reason", "no"}}).status, 200);
    EXPECT_EQ(assign("cyd"), 409);
    EXPECT_EQ(waiting(), "0");
    EXPECT_EQ(router.alerts().size(), 3U);
}

TEST_F(Alerts, OfGoodCancelledAndSingleEntityRunsThereAreNone)
{
    comparator->fullRun(check);
    fresh->run("DELETE FROM people WHERE id = 2");
    comparator->waitRun(comparator->startRun(check, {{"scope", "IDS"}, {"ids", {"1", "2", "9"}}}));
    const std::string slow =
        comparator->startRun(check, {{"scope", "FULL"}, {"rows_per_second_limit", 1}});
    comparator->as("operator").post("/api/v1/runs/" + slow + "/cancel", Json::object());
    comparator->waitRun(slow, {"CANCELLED"});
    EXPECT_EQ(waiting(), "0");
    // Alerts keep their order: had there been one, it would stand before this.
    failedRun();
    ASSERT_TRUE(waitAlerts(1));
    EXPECT_EQ(router.alerts().at(0).at("type"), "DATA_CONSISTENCY_CHECK_FAILED");
}

TEST_F(Alerts, WaitForARouterThatIsAway)
{
    router.kill();
    const std::string first = failedRun();
    const std::string second = failedRun();
    EXPECT_EQ(waiting(), "1") << "one of a kind and check waits, with the newest text";
    // Nor does the comparator's own end lose them.
    comparator->kill();
    comparator->start();
    EXPECT_TRUE(waitFor([&] {
        return comparator->log().find("the router did not take an alert") != std::string::npos;
    }));
    EXPECT_EQ(comparator->as("viewer").get("/readyz").status, 200);
    router.start();
    ASSERT_TRUE(waitAlerts(1, std::chrono::seconds(40)));
    EXPECT_EQ(router.alerts().at(0).at("details"), (Json{{"run_id", second}}));
    EXPECT_TRUE(waitEmpty());
    EXPECT_NE(first, second);
}

TEST_F(Alerts, AreSentAgainOnceTheTokenIsRight)
{
    const auto firstLine = [](const std::string &file) {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        return line;
    };
    const std::string file = router.tokenFile("service");
    const std::string right = firstLine(file);
    const std::string other = firstLine(router.tokenFile("observer"));
    const auto refusedWith = [&](const char *status) {
        return waitFor([&] { return comparator->log().find(status) != std::string::npos; });
    };
    std::ofstream(file) << "not-a-token\n";
    failedRun();
    EXPECT_TRUE(refusedWith("status 401")) << comparator->log();
    std::ofstream(file) << other << '\n';
    EXPECT_TRUE(refusedWith("status 403")) << comparator->log();
    EXPECT_EQ(waiting(), "1");
    EXPECT_TRUE(router.alerts().empty());
    std::ofstream(file) << right << '\n';
    EXPECT_TRUE(waitAlerts(1, std::chrono::seconds(40)));
    for (const std::string &token : {right, other})
        EXPECT_EQ(comparator->log().find(token), std::string::npos) << "tokens are not logged";
}

TEST_F(Alerts, OneThatIsRefusedForGoodDoesNotHoldUpTheOthers)
{
    comparator->kill();
    const auto store = comparator->store();
    store->run("INSERT INTO alerts_waiting VALUES ('00000000-0000-7000-8000-000000000001', 'X', "
               "'c', '{\"nonsense\":1}', 1)");
    comparator->start();
    failedRun();
    ASSERT_TRUE(waitAlerts(1));
    EXPECT_NE(comparator->log().find("it is given up"), std::string::npos);
    EXPECT_TRUE(waitEmpty());
}

TEST_F(Alerts, ADeliveryWhoseAnswerWasLostIsNotCountedTwice)
{
    router.kill();
    router.start();
    const std::string id = "00000000-0000-7000-8000-000000000002";
    const std::string body = dumpJson({{"type", "CHECK_FAILED"},
                                       {"severity", "HIGH"},
                                       {"message", "told before"},
                                       {"subject_type", "check"},
                                       {"subject_id", "c"}});
    EXPECT_EQ(router.as("service")
                  .send("POST", "/api/v1/alerts", body,
                        {{"Content-Type", "application/json"}, {"Idempotency-Key", id}})
                  .status,
              204);
    comparator->kill(); // after the router took it, before it was struck off
    comparator->store()
        ->run("INSERT INTO alerts_waiting VALUES ('" + id + "', 'CHECK_FAILED', 'c', '" + body +
              "', 1)");
    comparator->start();
    EXPECT_TRUE(waitEmpty());
    ASSERT_EQ(router.alerts().size(), 1u);
    EXPECT_EQ(router.alerts().at(0).at("count"), 1);
}

TEST_F(Alerts, WaitInABoundedQueue)
{
    router.kill();
    comparator->kill();
    comparator->store()
        ->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
              "INSERT INTO alerts_waiting SELECT '00000000-0000-7000-8000-' || (100000000000 + i), 'T', "
              "'c' || i, '{}', i FROM n");
    comparator->start();
    failedRun();
    EXPECT_EQ(waiting(), "1000");
    const auto store = comparator->store();
    EXPECT_EQ(store->one("SELECT min(subject_id) FROM alerts_waiting WHERE created_at < 202"),
              "<null>");
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting WHERE type = "
                         "'DATA_CONSISTENCY_CHECK_FAILED'"),
              "1");
}

TEST(AlertOptions, BelongTogether)
{
    TempDir dir;
    const Output alone = runProgram("crossfade-comparator", {"serve", "--data", dir.file("d"),
                                                             "--router", "http://127.0.0.1:1"});
    EXPECT_EQ(alone.exitCode, 2) << alone.err;
}

} // namespace
} // namespace crossfade
