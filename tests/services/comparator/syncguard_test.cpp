// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A real router whose guards ask a real comparator what its syncs have left undone, and which that one tells of what
// needs somebody.
#include "tests/services/comparator/goodtraffic.h"
#include "tests/services/comparator/routerprocess.h"
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <stdexcept>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class SyncsOfAShift : public testing::Test {
protected:
    SyncsOfAShift()
    {
        for (int i = 0; i < 20; ++i)
            pair.put(*pair.legacy, "p" + std::to_string(i), {"name" + std::to_string(i), "mail"});
        pair.comparator.start();
        const std::string tokenFile = pair.dir.file("comparator.token");
        std::ofstream(tokenFile) << pair.comparator.token("viewer") << '\n';
        // Each knows the other: the router is asked for its address first, and keeps it.
        router.start({"--comparator", pair.comparator.url(), "--comparator-token-file", tokenFile});
    }
    // For the comparator: where it tells what needs somebody.
    std::vector<std::string> reachable()
    {
        router.start();
        return {"--router", router.url(), "--router-token-file", router.tokenFile("service")};
    }
    // The router's alerts of this sync, by type; null if it has none of the type.
    Json alertOf(const std::string &type) const
    {
        for (const Json &alert : router.alerts())
            if (textOf(alert, "type") == type && textOf(alert, "subject_id") == pair.id) return alert;
        return {};
    }
    void expectAlert(const std::string &type, const std::string &message) const
    {
        ASSERT_TRUE(waitFor([&] { return !alertOf(type).is_null(); }, 30s)) << type << "\n" << pair.comparator.log();
        const Json alert = alertOf(type);
        EXPECT_EQ(textOf(alert, "severity"), "HIGH");
        EXPECT_EQ(textOf(alert, "message").find(message), 0U) << alert.dump();
        EXPECT_EQ(textOf(alert, "subject_type"), "sync_config");
        EXPECT_EQ(alert.at("details"), (Json{{"data_type", "USER"}}));
        EXPECT_TRUE(alert.at("acknowledged_at").is_null()) << alert.dump();
    }
    // Judged once a second, one point every two.
    void addPolicy(const Json &guards)
    {
        const TestAnswer made = router.as("lead").post("/api/v1/shift-policies", {{"policy_name", "users"},
                                                                                 {"target_system", "*"},
                                                                                 {"shift_increment", 1},
                                                                                 {"stabilization_seconds", 2},
                                                                                 {"interval_seconds", 1},
                                                                                 {"guards", guards}});
        if (made.status != 201) throw std::runtime_error("policy: " + made.body);
        policy = "/api/v1/shift-policies/" + textOf(made.json, "id");
        traffic.emplace(router.as("observer"), textOf(made.json, "id"));
        const TestAnswer asked = router.as("lead").post(policy + "/shift", {{"reason", "test"}});
        EXPECT_EQ(asked.status / 100, 2) << asked.body;
    }
    static Json guardOf(const char *metric, double threshold, const Json &changes = Json::object())
    {
        Json guard{{"id", metric}, {"metric", metric}, {"threshold", threshold}, {"breaches", 1}, {"windows", 1}};
        guard.update(changes);
        return guard;
    }
    Json shift() const { return router.as("viewer").get(policy + "/shift").json; }
    double percentage() const { return shift().at("percentage").get<double>(); }
    std::string told(const char *metric) const
    {
        const Json guards = router.as("viewer").get(policy + "/guards").json;
        for (const Json &item : guards.is_object() ? guards.at("items") : Json::array())
            if (textOf(item.at("guard"), "id") == metric) return textOf(item, "verdict") + ": " + textOf(item, "detail");
        return {};
    }
    bool waitTold(const char *metric, const std::string &sentence)
    {
        return waitFor([&] { return told(metric).find(sentence) != std::string::npos; }, 30s);
    }
    // So many further judgements.
    bool waitJudged(int times)
    {
        const auto judgedAt = [&] { return textOf(router.as("viewer").get(policy + "/guards").json, "judged_at"); };
        for (std::string last = judgedAt(); times > 0; --times) {
            if (!waitFor([&] { return judgedAt() != last; }, 30s)) return false;
            last = judgedAt();
        }
        return true;
    }
    bool waitAbove(double share)
    {
        return waitFor([&] { return percentage() > share; }, 30s);
    }

    RouterProcess router;
    SyncPair pair{TestEngine::Sqlite, TestEngine::Sqlite, testsOnPostgres(), reachable()};
    std::string policy;
    std::optional<GoodTraffic> traffic;
};

TEST_F(SyncsOfAShift, StepsOnlyWhileTheBacklogIsKnownAndRollsBackForADeadLetter)
{
    addPolicy(Json::array({guardOf("sync_backlog", 100), guardOf("dead_letters", 0, {{"on_breach", "ROLLBACK"}})}));
    ASSERT_TRUE(waitTold("sync_backlog", "NO_DATA: no sync is active")) << told("sync_backlog");
    ASSERT_TRUE(waitAbove(0)); // the first step has no guard behind it
    pair.add();
    ASSERT_TRUE(waitTold("sync_backlog", "SOURCE_ERROR: the sync of USER, LEGACY to NEW, is WAITING")) << told("sync_backlog");
    EXPECT_EQ(percentage(), 1.0);
    EXPECT_EQ(told("dead_letters"), "PASS: 0 is <= 0, n = 1");
    pair.act("backfill");
    ASSERT_TRUE(waitTold("sync_backlog", "PASS: 0 is <= 100, n = 1")) << told("sync_backlog");
    ASSERT_TRUE(waitAbove(1)) << shift().dump(2);

    // Nobody looks while it is paused: no backlog is no backlog that is small.
    pair.act("pause");
    ASSERT_TRUE(waitTold("sync_backlog", "SOURCE_ERROR: the sync of USER, LEGACY to NEW, is PAUSED")) << told("sync_backlog");
    const double held = percentage();
    ASSERT_TRUE(waitJudged(4));
    EXPECT_EQ(percentage(), held) << shift().dump(2);
    pair.act("run");
    ASSERT_TRUE(waitAbove(held)) << shift().dump(2) << told("sync_backlog");

    // A row that NEW refuses: in the backlog while it is tried again, then a dead letter.
    pair.legacy->run("PRAGMA ignore_check_constraints = ON");
    pair.put(*pair.legacy, "p1", {"refused", "x"});
    ASSERT_TRUE(waitTold("sync_backlog", "PASS: 1 is <= 100, n = 1")) << told("sync_backlog");
    EXPECT_TRUE(alertOf("SYNC_PERMANENT_FAILURE").is_null()) << "it is tried again";
    ASSERT_TRUE(waitFor([&] { return textOf(shift(), "state") == "ROLLED_BACK"; }, 90s)) << shift().dump(2) << told("dead_letters");
    EXPECT_EQ(percentage(), 0.0);
    EXPECT_EQ(pair.sync().at("dead_letters"), 1);
    const Json history = router.as("viewer").get(policy + "/history").json;
    EXPECT_NE(history.dump().find("1 is not <= 0"), std::string::npos) << history.dump(2);
    expectAlert("SYNC_PERMANENT_FAILURE", "The sync of USER LEGACY to NEW needs somebody: p1: ");
    EXPECT_TRUE(alertOf("SYNC_SUSPENDED").is_null()) << "it goes on with everybody else";
}

// One that stops at the first row it cannot write says so, and is found stopped; when it is let go on in vain it says so
// again.
TEST_F(SyncsOfAShift, OneThatStopsTellsTheRouter)
{
    pair.add({{"error_handling", "ALERT"}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    EXPECT_TRUE(router.alerts().empty()) << router.alerts().front().dump();
    pair.legacy->run("PRAGMA ignore_check_constraints = ON");
    pair.put(*pair.legacy, "p1", {"refused", "x"});
    ASSERT_TRUE(pair.waitState("SUSPENDED")) << pair.sync().dump(2);
    expectAlert("SYNC_SUSPENDED", "The sync of USER LEGACY to NEW stopped: p1: ");
    EXPECT_TRUE(alertOf("SYNC_PERMANENT_FAILURE").is_null()) << "nothing was given up";
    pair.act("run");
    EXPECT_TRUE(waitFor([&] { return alertOf("SYNC_SUSPENDED").value("count", 0) == 2; }, 30s))
        << alertOf("SYNC_SUSPENDED").dump();
    ASSERT_TRUE(pair.waitState("SUSPENDED")) << pair.sync().dump(2);
    pair.put(*pair.legacy, "p1", {"taken", "x"});
    pair.act("run");
    ASSERT_TRUE(pair.waitState("FOLLOWING")) << pair.sync().dump(2);
    EXPECT_TRUE(waitFor([&] { return pair.people(*pair.fresh)["p1"].name == "taken"; }, 30s));
}

TEST_F(SyncsOfAShift, AComparatorThatHangsOrIsGoneHoldsTheShiftAndNoRollback)
{
    pair.add();
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    addPolicy(Json::array({guardOf("dead_letters", 5)}));
    ASSERT_TRUE(waitAbove(1)) << shift().dump(2) << told("dead_letters");
    pair.comparator.process().signal(SIGSTOP);
    ASSERT_TRUE(waitTold("dead_letters", "SOURCE_ERROR: the comparator: no answer within 2000 ms")) << told("dead_letters");
    const double held = percentage();
    pair.comparator.kill();
    ASSERT_TRUE(waitJudged(4));
    EXPECT_EQ(told("dead_letters").find("SOURCE_ERROR: the comparator: "), 0u) << told("dead_letters");
    EXPECT_EQ(percentage(), held);
    const auto begun = std::chrono::steady_clock::now();
    const TestAnswer back = router.as("lead").post(policy + "/rollback", {{"reason", "test"}});
    EXPECT_EQ(back.status, 200) << back.body;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
    EXPECT_EQ(percentage(), 0.0);
}

// A source that cannot be read is no empty backlog, though the last one that could be read was.
TEST_F(SyncsOfAShift, ASyncWhoseSourceIsGoneDoesNotPass)
{
    pair.add();
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    addPolicy(Json::array({guardOf("sync_backlog", 100), guardOf("dead_letters", 0)}));
    ASSERT_TRUE(waitTold("sync_backlog", "PASS: 0 is <= 100")) << told("sync_backlog");
    pair.legacy->run("ALTER TABLE people RENAME TO folk");
    ASSERT_TRUE(waitTold("sync_backlog", "SOURCE_ERROR: the sync of USER, LEGACY to NEW, fails: ")) << told("sync_backlog");
    EXPECT_EQ(told("dead_letters"), "PASS: 0 is <= 0, n = 1");
    pair.legacy->run("ALTER TABLE folk RENAME TO people");
    EXPECT_TRUE(waitTold("sync_backlog", "PASS: 0 is <= 100")) << told("sync_backlog");
}

// While changes of those who were moved do not come to LEGACY nobody else is moved, and everybody can go back.
TEST_F(SyncsOfAShift, NobodyIsMovedWhileNothingCarriesBackWhatTheyWrite)
{
    pair.add({{"sync_direction", "BIDIRECTIONAL"}});
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    addPolicy(Json::array({guardOf("dead_letters", 5)}));
    ASSERT_TRUE(waitAbove(1)) << shift().dump(2);
    pair.act("pause");
    const auto gate = [&] {
        const Json gates = router.as("viewer").get(policy + "/gates").json;
        for (const Json &item : gates.is_object() ? gates.at("items") : Json::array())
            if (textOf(item, "gate") == "ROLLBACK_PATH") return textOf(item, "status") + ": " + textOf(item, "detail");
        return std::string();
    };
    ASSERT_TRUE(waitFor([&] { return gate().find("the sync of USER, LEGACY to NEW, is PAUSED") != std::string::npos; }, 30s))
        << gate();
    const double held = percentage();
    ASSERT_TRUE(waitJudged(4));
    EXPECT_EQ(percentage(), held) << shift().dump(2);
    pair.act("run");
    ASSERT_TRUE(waitAbove(held)) << shift().dump(2) << gate();
    EXPECT_NE(gate().find("the syncs back are "), std::string::npos) << gate();
    pair.act("pause");
    const TestAnswer back = router.as("lead").post(policy + "/rollback", {{"reason", "test"}});
    EXPECT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(percentage(), 0.0);
}

// What the master switch asks of the syncs, and what a way back would strand.
TEST_F(SyncsOfAShift, AreSeenByTheMasterSwitchAndByPreviews)
{
    const auto gates = [&] {
        const Json open = router.as("viewer").get("/api/v1/approvals?state=OPEN&kind=MASTER_SWITCH").json.at("items");
        std::string all;
        for (const Json &gate : open.at(0).at("evidence").at("gates"))
            all += textOf(gate, "gate") + " " + textOf(gate, "status") + ": " + textOf(gate, "detail") + "\n";
        return all;
    };
    const auto say = [&](const std::string &sentence) {
        return waitFor([&] { return gates().find(sentence) != std::string::npos; }, 30s);
    };
    const auto stranded = [&] {
        const Json back{{"kind", "switches.put"}, {"switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}}};
        const TestAnswer made = router.as("viewer").post("/api/v1/previews", {{"changes", Json::array({back})}});
        EXPECT_EQ(made.status, 201) << made.body;
        return made.json.is_object() ? made.json.at("stranded_writes") : Json();
    };
    const TestAnswer asked = router.as("lead").put(
        "/api/v1/switches", {{"master", "NEW"}, {"default_platform", "NEW"}, {"reason", "all have moved"}}, "1");
    ASSERT_EQ(asked.status, 202) << asked.body;
    EXPECT_TRUE(say("REVERSE_SYNC UNKNOWN: no sync runs")) << gates();
    EXPECT_TRUE(stranded().is_null());
    pair.add({{"sync_direction", "BIDIRECTIONAL"}});
    EXPECT_TRUE(say("BACKFILL BLOCKED: the backfill of USER is not done")) << gates();
    pair.act("backfill");
    EXPECT_TRUE(say("BACKFILL OPEN: every sync has looked at everything")) << gates();
    EXPECT_TRUE(say("DEAD_LETTERS OPEN: there are no dead letters")) << gates();
    EXPECT_TRUE(say("REVERSE_SYNC OPEN: what changes on NEW comes to LEGACY")) << gates();
    EXPECT_EQ(stranded(), 0);
    pair.act("pause");
    EXPECT_TRUE(say("REVERSE_SYNC BLOCKED: the sync of USER, LEGACY to NEW, is PAUSED")) << gates();
    EXPECT_TRUE(stranded().is_null()) << "nobody looks what there is";
    pair.comparator.kill();
    EXPECT_TRUE(say("REVERSE_SYNC UNKNOWN: the comparator: ")) << gates();
}

} // namespace
} // namespace crossfade
