// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a group's alarms tell: once a cause, again at an interval, and not a second time because the service
// died meanwhile.
#include "tests/services/router/groupfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

class GroupAlarms : public GroupTest {
protected:
    void TearDown() override { traffic.reset(); }

    std::vector<Json> alerts(const std::string &type, const std::string &query = {}) {
        std::vector<Json> found;
        const Json page = router.get("/api/v1/alerts?limit=1000" + query);
        for (const Json &alert : page.at("items")) {
            if (alert.at("type") == type) found.push_back(alert);
        }
        return found;
    }
    std::size_t open(const std::string &type) { return alerts(type, "&acknowledged=false").size(); }
    void acknowledge(const std::string &type) {
        for (const Json &alert : alerts(type, "&acknowledged=false")) {
            const std::string path = "/api/v1/alerts/" + alert.at("id").get<std::string>() + "/acknowledge";
            EXPECT_EQ(router.call({"POST", path, Json::object(), {}, "operator"}).status, 200);
        }
    }
    bool trippedAnew(const std::string &id) {
        const Json guard = router.get(path(id, "/guards")).at("items").at(0);
        return guard.at("tripped") == true && guard.at("samples").get<int>() > 0;
    }
    // Suspended with its first batch on NEW, which fails there, and told of.
    std::string suspendedAndFailing(const Json &changes = Json::object()) {
        Json body{{"batch_interval_seconds", 600}};
        body.update(changes);
        const std::string id = createWith("stores", 4, body);
        load({});
        EXPECT_EQ(act(id, "shift").status, 200);
        EXPECT_TRUE(waitFor([&] { return batchesOf(id) == "SP"; }));
        EXPECT_EQ(act(id, "suspend").status, 200);
        traffic->fail({"u00", "u01"});
        EXPECT_TRUE(waitFor([&] { return open("GUARD_TRIPPED") == 1; }, std::chrono::seconds(15)));
        return id;
    }
    void load(const std::vector<std::string> &failing) {
        traffic = std::make_unique<GroupTraffic>(router, names(4));
        traffic->fail(failing);
    }

    std::unique_ptr<GroupTraffic> traffic;
};

TEST_F(GroupAlarms, aTripIsNotToldAgainAfterADeath) {
    const std::string id = suspendedAndFailing();
    EXPECT_EQ(alerts("GUARD_TRIPPED").front().at("count"), 1) << "once, not with every judgement";
    acknowledge("GUARD_TRIPPED");
    traffic.reset();
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    load({"u00", "u01"});
    ASSERT_TRUE(waitFor([&] { return trippedAnew(id); }, std::chrono::seconds(15)));
    // Whatever is told of a judgement is stored with it, a second later at the most.
    std::size_t judged = 0;
    ASSERT_TRUE(waitFor([&] {
        const std::size_t now = router.get(path(id, "/guards")).at("items").at(0).at("recent").size();
        judged = std::max(judged, now);
        return judged >= 12;
    }, std::chrono::seconds(20)));
    EXPECT_EQ(open("GUARD_TRIPPED"), 0U) << "it was acknowledged, and nothing has changed";
    EXPECT_EQ(alerts("GUARD_TRIPPED").size(), 1U);
    EXPECT_EQ(stateOf(id), "SUSPENDED");
    // Once it is over it may begin again, and is told again.
    traffic->fail({});
    ASSERT_TRUE(waitFor([&] { return router.get(path(id, "/guards")).at("items").at(0).at("verdict") == "PASS"; },
                        std::chrono::seconds(15)));
    traffic->fail({"u00", "u01"});
    EXPECT_TRUE(waitFor([&] { return open("GUARD_TRIPPED") == 1; }, std::chrono::seconds(15)));
}

TEST_F(GroupAlarms, whatWaitsForAPersonIsToldAgainAlsoAfterADeath) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    const std::string id = suspendedAndFailing();
    const auto count = [&](const std::string &type) {
        const auto found = alerts(type);
        return found.empty() ? 0 : found.front().at("count").get<int>();
    };
    ASSERT_TRUE(waitFor([&] { return count("GUARD_TRIPPED") >= 3; }, std::chrono::seconds(20)));
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitGroup(id, "HELD"));
    ASSERT_TRUE(waitFor([&] { return count("SHIFT_HELD") >= 2; }, std::chrono::seconds(20)));
    const int before = count("SHIFT_HELD");
    const int tripped = count("GUARD_TRIPPED");
    traffic.reset();
    router.kill();
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    ASSERT_TRUE(waitFor([&] { return count("SHIFT_HELD") >= before + 2; }, std::chrono::seconds(20)));
    EXPECT_EQ(alerts("SHIFT_HELD").size(), 1U);
    EXPECT_EQ(alerts("GUARD_TRIPPED").size(), 1U);
    EXPECT_EQ(count("GUARD_TRIPPED"), tripped) << "the hold speaks for its guard";
    acknowledge("SHIFT_HELD");
    const int last = count("SHIFT_HELD");
    EXPECT_FALSE(waitFor([&] { return count("SHIFT_HELD") != last; }, std::chrono::milliseconds(3'500)));
}

TEST_F(GroupAlarms, eachRollbackIsToldByItself) {
    const std::string id = createWith("stores", 4, {{"guards", Json::array()}});
    for (int i = 1; i <= 2; ++i) {
        ASSERT_EQ(act(id, "shift").status, 200);
        ASSERT_TRUE(waitGroup(id, "COMPLETED"));
        ASSERT_EQ(act(id, "rollback").status, 200);
        EXPECT_EQ(open("ROLLED_BACK"), static_cast<std::size_t>(i));
    }
    ASSERT_EQ(act(id, "rollback").status, 200);
    EXPECT_EQ(open("ROLLED_BACK"), 2U) << "there was nobody to take back";
}

TEST_F(GroupAlarms, twoCausesOfOneBatchAreTwoAlerts) {
    const Json guard = groupBody("x").at("guards").at(0);
    Json slow = guard;
    slow.update({{"id", "latency"}, {"metric", "authorization_latency"}, {"statistic", "P95"}, {"threshold", 5},
                 {"min_samples", 2}, {"breaches", 1}, {"windows", 1}});
    // The latency is 10 ms: that guard trips at once, the other one when users fail.
    const std::string id = createWith("stores", 4, {{"guards", {guard, slow}}, {"batch_interval_seconds", 600}});
    load({});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(open("GUARD_TRIPPED"), 1U);
    EXPECT_EQ(open("SHIFT_HELD"), 1U);
    traffic->fail({"u00", "u01"});
    EXPECT_TRUE(waitFor([&] { return open("GUARD_TRIPPED") == 2; }, std::chrono::seconds(15)))
        << "a guard that trips while it is held already is told too";
    EXPECT_EQ(open("SHIFT_HELD"), 1U);
}

TEST_F(GroupAlarms, silenceIsToldOnceAndNotAgainAfterADeath) {
    const std::string id = createWith("stores", 4, {{"batch_interval_seconds", 600}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "SP"; }));
    ASSERT_EQ(act(id, "suspend").status, 200);
    // With a second judgement the first one is stored, too.
    ASSERT_TRUE(waitFor([&] { return router.get(path(id, "/guards")).at("items").at(0).at("recent").size() >= 2; }));
    EXPECT_EQ(open("METRICS_SILENT"), 0U) << "a few seconds are no silence";
    // As if all this had been a minute earlier, of a group that is judged twice a minute.
    ASSERT_TRUE(router.stop());
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        EXPECT_TRUE(setStoredField(*db, "user_group", "status", "moved_at",
                                   [](const Json &at) { return Json(at.get<std::int64_t>() - 200'000); }));
        EXPECT_TRUE(setStoredField(*db, "user_group", "definition", "interval_seconds",
                                   [](const Json &) { return Json(30); }));
        EXPECT_TRUE(db->execute("UPDATE judgement SET at = at - 70000"));
    }
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitFor([&] { return open("METRICS_SILENT") == 1; })) << router.get(path(id, "/guards")).dump();
    const Json told = alerts("METRICS_SILENT").front();
    EXPECT_EQ(told.at("subject_id"), id);
    EXPECT_EQ(told.at("subject_type"), "user_group");
    EXPECT_EQ(told.at("severity"), "HIGH");
    EXPECT_EQ(told.at("details").at("batch"), 0);
    acknowledge("METRICS_SILENT");
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_FALSE(waitFor([&] { return open("METRICS_SILENT") > 0; }, std::chrono::seconds(5)));
    EXPECT_EQ(alerts("METRICS_SILENT").size(), 1U);
    EXPECT_EQ(stateOf(id), "SUSPENDED");
}

} // namespace
} // namespace crossfade
