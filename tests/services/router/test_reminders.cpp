// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What nobody acknowledges is told again on the channels, whoever raised it; what is over is not.
#include "tests/services/router/channelfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class Reminders : public ChannelTest {
protected:
    void SetUp() override { ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log(); }
    void startAgain() { ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log(); }
    // What the channel was told of this type, as "RAISED HIGH subject".
    std::vector<std::string> toldOf(const std::string &type) {
        std::vector<std::string> found;
        for (const auto &request : receiver.requests()) {
            const Json body = parseJson(request.body).value_or(Json::object());
            const Json &alert = body.at("alert");
            if (alert.at("type") != type) continue;
            found.push_back(body.at("occasion").get<std::string>() + " " + alert.at("severity").get<std::string>() + " " +
                            alert.at("subject_id").get<std::string>());
        }
        return found;
    }
    std::ptrdiff_t times(const std::string &type, const std::string &what) {
        return std::ranges::count(toldOf(type), what);
    }
    // All with that type, open or not, newest first.
    std::vector<Json> alerts(const std::string &type) {
        std::vector<Json> found;
        const Json page = router.get("/api/v1/alerts?limit=1000");
        for (const Json &alert : page.at("items")) {
            if (alert.at("type") == type) found.push_back(alert);
        }
        return found;
    }
    void acknowledge(const Json &alert) {
        const std::string path = "/api/v1/alerts/" + alert.at("id").get<std::string>() + "/acknowledge";
        ASSERT_EQ(router.call({"POST", path, Json::object(), {}, "operator"}).status, 200);
    }
};

TEST_F(Reminders, anotherServicesAlertsAreToldAgainUntilAcknowledged) {
    const Json channel = create(Json::object());
    // Two subjects, and two types of one subject: each is reminded, not the newest alone.
    raise("DATA_INCONSISTENCY", "x", "MEDIUM", {{"subject_id", "c1"}});
    raise("DATA_INCONSISTENCY", "y", "HIGH", {{"subject_id", "c2"}});
    raise("SYNC_PERMANENT_FAILURE", "z", "HIGH", {{"subject_id", "c1"}});
    raise("REPAIR_ASSIGNED", "not urgent", "LOW", {{"subject_id", "r1"}});
    ASSERT_TRUE(waitFor([&] {
        return times("DATA_INCONSISTENCY", "REMINDED MEDIUM c1") >= 2 &&
               times("DATA_INCONSISTENCY", "REMINDED HIGH c2") >= 2 &&
               times("SYNC_PERMANENT_FAILURE", "REMINDED HIGH c1") >= 2;
    }, 20s)) << router.log();
    EXPECT_EQ(times("DATA_INCONSISTENCY", "RAISED MEDIUM c1"), 1);
    EXPECT_EQ(toldOf("REPAIR_ASSIGNED"), std::vector<std::string>{"RAISED LOW r1"}) << "a mild one is told once";
    // After a death, too; and no longer once somebody has seen it.
    router.kill();
    startAgain();
    const auto before = times("DATA_INCONSISTENCY", "REMINDED MEDIUM c1");
    ASSERT_TRUE(waitFor([&] { return times("DATA_INCONSISTENCY", "REMINDED MEDIUM c1") >= before + 2; }, 20s));
    for (const char *type : {"DATA_INCONSISTENCY", "SYNC_PERMANENT_FAILURE"}) {
        for (const Json &alert : openAlerts(type))
            acknowledge(alert);
    }
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/alerts?acknowledged=false").at("total") == 1; }));
    // What was queued before is told yet, or not needed any more.
    ASSERT_TRUE(waitFor([&] {
        return std::ranges::none_of(deliveries(channel), [](const Json &one) { return one.at("state") == "PENDING"; });
    }));
    const std::size_t quiet = receiver.requests().size();
    EXPECT_FALSE(waitFor([&] { return receiver.requests().size() > quiet; }, 5s)) << toldOf("DATA_INCONSISTENCY").back();
}

// The chat service was away meanwhile: it hears of what began, and not that it is still open when it is not.
TEST_F(Reminders, whatIsAcknowledgedWhileTheyWaitIsNotRemindedOf) {
    const Json channel = create(Json::object());
    receiver.answer(503);
    raise("SYNC_PERMANENT_FAILURE", "z", "HIGH", {{"subject_id", "c1"}});
    raise("DATA_INCONSISTENCY", "x", "HIGH", {{"subject_id", "c2"}});
    const auto waiting = [&](const std::string &type) {
        return std::ranges::count_if(deliveries(channel), [&](const Json &one) {
            return one.at("alert_type") == type && one.at("occasion") == "REMINDED" && one.at("state") == "PENDING";
        });
    };
    ASSERT_TRUE(waitFor([&] { return waiting("SYNC_PERMANENT_FAILURE") >= 2 && waiting("DATA_INCONSISTENCY") >= 2; }, 20s));
    acknowledge(openAlerts("SYNC_PERMANENT_FAILURE").at(0));
    receiver.answer(200);
    ASSERT_TRUE(waitFor([&] { return times("DATA_INCONSISTENCY", "REMINDED HIGH c2") >= 1; }, 60s)) << deliveries(channel).dump();
    ASSERT_TRUE(waitFor([&] { return waiting("SYNC_PERMANENT_FAILURE") == 0; }));
    EXPECT_EQ(times("SYNC_PERMANENT_FAILURE", "REMINDED HIGH c1"), 0);
    int ended = 0;
    for (const Json &one : deliveries(channel)) {
        if (one.at("alert_type") != "SYNC_PERMANENT_FAILURE" || one.at("occasion") != "REMINDED") continue;
        EXPECT_EQ(one.at("state"), "FAILED");
        EXPECT_EQ(one.at("attempts"), 0);
        EXPECT_EQ(one.at("error"), "not told again: it was acknowledged meanwhile");
        ++ended;
    }
    EXPECT_GE(ended, 2);
    EXPECT_EQ(times("SYNC_PERMANENT_FAILURE", "RAISED HIGH c1") > 0, true) << "that it was is told";
    EXPECT_TRUE(openAlerts("CHANNEL_FAILED").empty());
}

// One that comes again all the time must not put off its own reminder.
TEST_F(Reminders, whatComesAgainAndAgainIsRemindedAllTheSame) {
    create(Json::object());
    ASSERT_TRUE(waitFor([&] {
        raise("DATA_INCONSISTENCY", "x", "MEDIUM", {{"subject_id", "c1"}});
        return times("DATA_INCONSISTENCY", "REMINDED MEDIUM c1") >= 2;
    }, 20s)) << router.log();
    EXPECT_EQ(times("DATA_INCONSISTENCY", "RAISED MEDIUM c1"), 1) << "counted";
}

TEST_F(Reminders, whatBecomesWorseIsToldAtOnceAndStaysSo) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log(); // reminders far away
    create(Json::object());
    create({{"name", "loud"}, {"url", receiver.url()}, {"min_severity", "HIGH"}});
    raise("DATA_INCONSISTENCY", "99 %", "MEDIUM", {{"subject_id", "c1"}});
    raise("DATA_INCONSISTENCY", "98 %", "MEDIUM", {{"subject_id", "c1"}});
    raise("DATA_INCONSISTENCY", "50 %", "HIGH", {{"subject_id", "c1"}});
    ASSERT_TRUE(waitFor([&] { return times("DATA_INCONSISTENCY", "RAISED HIGH c1") == 2; })) << router.log();
    raise("DATA_INCONSISTENCY", "99 %", "LOW", {{"subject_id", "c1"}});
    raise("LAST", "told after what was told before", "HIGH");
    ASSERT_TRUE(waitFor([&] { return toldOf("LAST").size() == 2; }));
    EXPECT_EQ(times("DATA_INCONSISTENCY", "RAISED MEDIUM c1"), 1);
    EXPECT_EQ(toldOf("DATA_INCONSISTENCY").size(), 3U);
    const auto open = openAlerts("DATA_INCONSISTENCY");
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].at("severity"), "HIGH");
    EXPECT_EQ(open[0].at("count"), 4);
    EXPECT_EQ(open[0].at("message"), "99 %");
}

// Two guards of one policy have tripped while nobody acts: people are told of both.
TEST_F(Reminders, everyGuardThatHasTrippedIsToldAgain) {
    create({{"types", {"GUARD_TRIPPED"}}});
    Json guards = policyBody().at("guards");
    Json second = guards[0];
    second["id"] = "second";
    guards.push_back(second);
    const std::string id = createPolicy({{"stabilization_seconds", 600}, {"guards", guards}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_EQ(act(id, "suspend"), 200);
    load->newFails = true;
    const auto counts = [&] {
        std::vector<int> all;
        for (const Json &alert : openAlerts("GUARD_TRIPPED"))
            all.push_back(alert.at("count"));
        return all;
    };
    ASSERT_TRUE(waitFor([&] {
        const auto all = counts();
        return all.size() == 2 && all[0] >= 3 && all[1] >= 3;
    }, 30s)) << router.get("/api/v1/alerts").dump();
    EXPECT_TRUE(waitFor([&] { return times("GUARD_TRIPPED", "REMINDED HIGH " + id) >= 4; })) << router.log();
    // Measured well again: over, without anybody's doing.
    load->newFails = false;
    ASSERT_TRUE(waitFor([&] { return openAlerts("GUARD_TRIPPED").empty(); }, 40s)) << router.get("/api/v1/alerts").dump();
    for (const Json &alert : alerts("GUARD_TRIPPED"))
        EXPECT_EQ(alert.at("acknowledged_by"), "runner");
    EXPECT_EQ(stateOf(id), "SUSPENDED");
}

TEST_F(Reminders, aHoldThatIsOverIsSettledAndTheNextIsToldAnew) {
    create({{"types", {"SHIFT_HELD"}}});
    const std::string id = createPolicy();
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    ASSERT_TRUE(waitFor([&] { return times("SHIFT_HELD", "REMINDED MEDIUM " + id) >= 2; }, 20s)) << router.log();
    ASSERT_EQ(openAlerts("SHIFT_HELD").size(), 1U);
    ASSERT_EQ(act(id, "suspend"), 200);
    ASSERT_TRUE(waitFor([&] { return openAlerts("SHIFT_HELD").empty(); }, 15s)) << router.get("/api/v1/alerts").dump();
    const std::size_t quiet = toldOf("SHIFT_HELD").size();
    EXPECT_FALSE(waitFor([&] { return toldOf("SHIFT_HELD").size() > quiet; }, 5s));
    ASSERT_EQ(act(id, "resume"), 200);
    ASSERT_TRUE(waitFor([&] { return times("SHIFT_HELD", "RAISED MEDIUM " + id) == 2; }, 20s)) << router.log();
    EXPECT_EQ(alerts("SHIFT_HELD").size(), 2U);
}

} // namespace
} // namespace crossfade
