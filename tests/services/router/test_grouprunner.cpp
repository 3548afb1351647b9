// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Groups on their way: the real service, its own clock, traffic that follows its decisions.
#include "tests/services/router/groupfixture.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

class GroupWalk : public GroupTest {
protected:
    std::string start(int users, const Json &changes = Json::object()) {
        const std::string id = createWith("stores", users, changes);
        traffic = std::make_unique<GroupTraffic>(router, names(users));
        EXPECT_EQ(act(id, "shift").status, 200);
        return id;
    }
    void TearDown() override { traffic.reset(); }

    // What the history must be, whatever else happened: no batch moves before the one before it is
    // settled, or back.
    void expectOneAtATime(const std::string &id) {
        std::set<int> under;
        for (const Json &entry : historyOf(id)) {
            const std::string cause = entry.at("cause");
            if (cause == "ROLLED_BACK") under.clear();
            if (entry.at("batch").is_null()) continue;
            const int batch = entry.at("batch");
            if (cause == "BATCH_MOVED") under.insert(batch);
            if (cause == "BATCH_PROVEN" || cause == "BATCH_ROLLED_BACK") under.erase(batch);
            EXPECT_LE(under.size(), 1U) << entry.dump();
        }
    }

    std::unique_ptr<GroupTraffic> traffic;
};

} // namespace

TEST_F(GroupWalk, movesEveryBatchAndThenTheGroup) {
    const std::string id = start(5);
    std::set<std::string> seen;
    ASSERT_TRUE(waitFor(
        [&] {
            const Json now = group(id);
            const bool done = now.at("shift").at("state") == "COMPLETED";
            // Not before all of them have moved.
            EXPECT_EQ(now.at("current_platform"), done ? "NEW" : "LEGACY");
            seen.insert(batchesOf(id));
            return done;
        },
        std::chrono::seconds(40)))
        << shift(id).dump();
    EXPECT_EQ(batchesOf(id), "MMM");
    EXPECT_TRUE(seen.contains("SPP") || seen.contains("MSP") || seen.contains("MMS"));
    const Json users = shift(id).at("users");
    EXPECT_EQ(users, (Json{{"moved", 5}, {"tried", 5}, {"proven", 5}}));
    for (const std::string &user : names(5))
        EXPECT_EQ(decide(user).at("platform"), "NEW");
    expectOneAtATime(id);
    EXPECT_EQ(historyOf(id).front().at("cause"), "STARTED");
    EXPECT_EQ(historyOf(id).back().at("cause"), "COMPLETED");
    // The user's own history tells of his batch.
    const Json history = router.get("/api/v1/users/u04").at("history");
    ASSERT_FALSE(history.empty());
    EXPECT_EQ(history.back().at("cause"), "GROUP_BATCH_MOVED");
    EXPECT_EQ(history.back().at("to"), "NEW");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
    const Json guards = router.get(path(id, "/guards"));
    EXPECT_EQ(guards.at("items").at(0).at("guard").at("id"), "success");
}

TEST_F(GroupWalk, aBreachIsJudgedByTheBatchsUsersAndHoldsIt) {
    // Only the second batch fails: of the group's requests that is little, of the batch's half.
    const std::string id = createWith("stores", 8);
    traffic = std::make_unique<GroupTraffic>(router, names(8));
    traffic->fail({"u02"});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(batchesOf(id), "MHPP");
    EXPECT_EQ(shift(id).at("held_cause"), "GUARD");
    EXPECT_EQ(shift(id).at("users"), (Json{{"moved", 4}, {"tried", 4}, {"proven", 3}}));
    EXPECT_EQ(decide("u03").at("platform"), "NEW");
    EXPECT_EQ(decide("u04").at("platform"), "LEGACY");
    const Json entry = historyOf(id).back();
    EXPECT_EQ(entry.at("cause"), "HELD_BY_GUARD");
    ASSERT_FALSE(entry.at("evidence").is_null());
    // Errors are divided by those tried: two users, one of whom fails.
    EXPECT_NEAR(entry.at("evidence").at("value").get<double>(), 50, 25);
    std::set<std::string> alerts;
    const Json raised = router.get("/api/v1/alerts");
    for (const Json &alert : raised.at("items"))
        alerts.insert(alert.at("type"));
    EXPECT_TRUE(alerts.contains("GUARD_TRIPPED") && alerts.contains("SHIFT_HELD")) << raised.dump();
    // Resumed once the cause is gone, that batch settles anew and the next one follows.
    traffic->fail({});
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED", std::chrono::seconds(40))) << shift(id).dump();
    expectOneAtATime(id);
}

TEST_F(GroupWalk, aBreachTakesThatBatchBackWhereToldSo) {
    const std::string id = createWith("stores", 6, {{"on_breach", "ROLLBACK"}});
    traffic = std::make_unique<GroupTraffic>(router, names(6));
    traffic->fail({"u02", "u03"});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(batchesOf(id), "MRP");
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    EXPECT_EQ(decide("u02").at("platform"), "LEGACY");
    EXPECT_EQ(shift(id).at("users").at("moved"), 2);
    traffic->fail({});
    // The others first; then, at an operator's word, the one that was taken back.
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "MRM" && stateOf(id) == "HELD"; }, std::chrono::seconds(20)));
    EXPECT_EQ(shift(id).at("held_cause"), "BATCHES_ROLLED_BACK");
    EXPECT_EQ(group(id).at("current_platform"), "LEGACY");
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
}

TEST_F(GroupWalk, noTrafficIsNoSuccess) {
    const std::string id = createWith("stores", 4);
    traffic = std::make_unique<GroupTraffic>(router, names(4));
    traffic->silence({"u00", "u01"});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "SP"; }));
    // Long after it has settled it has not moved on: nobody of that batch was seen.
    const Json guard = [&] {
        Json standing;
        waitFor([&] {
            standing = router.get(path(id, "/guards")).at("items").at(0);
            return standing.at("recent").size() >= 4;
        });
        return standing;
    }();
    EXPECT_EQ(guard.at("verdict"), "NO_DATA") << guard.dump();
    EXPECT_EQ(batchesOf(id), "SP");
    EXPECT_EQ(shift(id).at("users"), (Json{{"moved", 2}, {"tried", 0}, {"proven", 0}}));
    traffic->silence({});
    ASSERT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
}

TEST_F(GroupWalk, peopleSuspendResumeAndTakeBack) {
    const std::string id = start(6, {{"batch_interval_seconds", 2}});
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("MS"); }, std::chrono::seconds(20)));
    ASSERT_EQ(act(id, "suspend").status, 200);
    const std::string there = batchesOf(id);
    EXPECT_EQ(act(id, "suspend").status, 409);
    EXPECT_EQ(act(id, "shift").status, 409);
    // One batch: its users are back with the answer.
    EXPECT_EQ(pointerOf(act(id, "rollback", {{"batch", 2}})), "/batch");
    ASSERT_EQ(act(id, "rollback", {{"batch", 0}}).status, 200);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(decide("u02").at("platform"), "NEW");
    EXPECT_EQ(batchesOf(id), "R" + there.substr(1));
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "HELD"; }, std::chrono::seconds(30))) << shift(id).dump();
    EXPECT_EQ(batchesOf(id), "RMM");
    // All of it, with a reason only.
    EXPECT_EQ(router.call({"POST", path(id, "/rollback"), Json::object(), {}, "operator"}).status, 422);
    const TestAnswer all = act(id, "rollback");
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_EQ(all.json.at("shift").at("users"), (Json{{"moved", 0}, {"tried", 0}, {"proven", 0}}));
    for (const std::string &user : names(6))
        EXPECT_EQ(decide(user).at("platform"), "LEGACY");
    EXPECT_EQ(shift(id).at("users"), (Json{{"moved", 0}, {"tried", 0}, {"proven", 0}}));
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    expectOneAtATime(id);
    const Json history = router.get("/api/v1/users/u02").at("history");
    EXPECT_EQ(history.back().at("cause"), "GROUP_ROLLED_BACK");
    EXPECT_EQ(history.back().at("reason"), "test");
}

TEST_F(GroupWalk, aGuardThatTripsWhileSuspendedIsTold) {
    const std::string id = start(4, {{"batch_interval_seconds", 60}});
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "SP"; }));
    ASSERT_EQ(act(id, "suspend").status, 200);
    traffic->fail({"u00", "u01"});
    const auto tripped = [&] {
        const Json raised = router.get("/api/v1/alerts");
        return std::ranges::any_of(raised.at("items"), [&](const Json &alert) {
            return alert.at("type") == "GUARD_TRIPPED" && alert.at("subject_id") == id;
        });
    };
    ASSERT_TRUE(waitFor(tripped, std::chrono::seconds(15)));
    EXPECT_EQ(stateOf(id), "SUSPENDED") << "nothing acts on it";
    EXPECT_EQ(batchesOf(id), "SP");
}

TEST_F(GroupWalk, oneActTakesEverythingBackInOneEpoch) {
    const std::string first = createWith("first", 2, {{"guards", Json::array()}});
    const std::string second = createGroup("second", {{"guards", Json::array()}});
    ASSERT_EQ(upload(second, names(2, 10)).status, 200);
    const std::string draft = createGroup("draft");
    for (const std::string &id : {first, second}) {
        ASSERT_EQ(act(id, "shift").status, 200);
        ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    }
    const Json named{{"scope", "GROUPS"}, {"group_ids", {first, first}}, {"reason", "x"}}; // once is enough
    const TestAnswer one = router.call({"POST", "/api/v1/rollbacks", named, {}, "operator"});
    ASSERT_EQ(one.status, 200) << one.body;
    EXPECT_EQ(one.json.at("groups").size(), 1U);
    EXPECT_EQ(one.json.at("groups").at(0).at("users"), 2);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(decide("u10").at("platform"), "NEW");
    for (const auto &[body, pointer] :
         {std::pair{Json{{"scope", "GROUPS"}, {"reason", "x"}}, "/group_ids"},
          {Json{{"scope", "ALL"}, {"group_ids", {first}}, {"reason", "x"}}, "/group_ids"},
          {Json{{"scope", "GROUPS"}, {"group_ids", {"none"}}, {"reason", "x"}}, "/group_ids/0"}})
        EXPECT_EQ(pointerOf(router.call({"POST", "/api/v1/rollbacks", body, {}, "operator"})), pointer);
    ASSERT_EQ(act(first, "shift").status, 200);
    ASSERT_TRUE(waitGroup(first, "COMPLETED"));
    const TestAnswer all =
        router.call({"POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "x"}}, {}, "operator"});
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_EQ(all.json.at("groups").size(), 2U);
    for (const std::string &id : {first, second}) {
        EXPECT_EQ(stateOf(id), "ROLLED_BACK");
        EXPECT_EQ(shift(id).at("epoch"), all.json.at("epoch"));
    }
    EXPECT_EQ(stateOf(draft), "DRAFT");
    EXPECT_EQ(decide("u10").at("platform"), "LEGACY");
}

TEST_F(GroupWalk, anUnreadableGroupIsNamedTakenBackAndDeleted) {
    std::vector<std::string> ids;
    for (const char *name : {"first", "second", "third"}) {
        ids.push_back(createGroup(name, {{"guards", Json::array()}}));
        ASSERT_EQ(upload(ids.back(), names(3, 10 * static_cast<int>(ids.size()))).status, 200);
        ASSERT_EQ(act(ids.back(), "shift").status, 200);
        ASSERT_TRUE(waitGroup(ids.back(), "COMPLETED"));
    }
    const std::string draft = createGroup("draft");
    ASSERT_TRUE(router.stop());
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        EXPECT_TRUE(db->execute("UPDATE user_group SET definition = '{\"batch_size\":0}' WHERE id <> ?", {ids[1]}));
        EXPECT_TRUE(db->execute("UPDATE user_group SET status = '{\"state\":\"FLYING\"}' WHERE id = ?", {ids[1]}));
    }
    ASSERT_TRUE(router.start()) << router.log();
    const TestAnswer told = router.call({"GET", path(ids[0]), {}});
    EXPECT_EQ(told.status, 409) << told.body;
    EXPECT_NE(told.body.find("first"), std::string::npos) << told.body;
    EXPECT_EQ(told.header("etag"), "\"2\"");
    EXPECT_EQ(act(ids[0], "suspend").status, 409);
    EXPECT_EQ(router.call({"DELETE", path(ids[0]), {}, "2", "operator"}).status, 409) << "its users are on NEW";
    EXPECT_EQ(decide("u10").at("platform"), "NEW");
    // One by itself, one by name, the last one with all others.
    const TestAnswer back = act(ids[0], "rollback");
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(back.json.at("shift").at("state"), "ROLLED_BACK");
    EXPECT_EQ(decide("u10").at("platform"), "LEGACY");
    EXPECT_EQ(decide("u20").at("platform"), "NEW");
    const Json named = router.post("/api/v1/rollbacks",
                                   {{"scope", "GROUPS"}, {"group_ids", {ids[1]}}, {"reason", "x"}}, 200);
    EXPECT_EQ(named.at("groups").at(0).at("users"), 3);
    EXPECT_EQ(decide("u20").at("platform"), "LEGACY");
    EXPECT_EQ(stateOf(ids[1]), "ROLLED_BACK") << "its status was written anew";
    EXPECT_EQ(batchesOf(ids[1]), "RR");
    router.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "x"}}, 200);
    EXPECT_EQ(decide("u30").at("platform"), "LEGACY");
    EXPECT_EQ(act(draft, "rollback").status, 409) << "it moves nobody";
    for (const std::string &id : {ids[0], draft}) {
        const std::string version = router.call({"GET", path(id), {}}).header("etag").substr(1, 1);
        EXPECT_EQ(router.call({"DELETE", path(id), {}, "9", "operator"}).status, 412);
        if (id != draft) {
            EXPECT_EQ(router.call({"DELETE", path(id), {}, version, "operator"}).status, 409) << "by default they are NEW's";
            EXPECT_EQ(decide("u10").at("platform"), "LEGACY");
            const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
            ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
        }
        EXPECT_EQ(router.call({"DELETE", path(id), {}, version, "operator"}).status, 204);
        router.get(path(id), 404);
    }
    // A group like any other again.
    ASSERT_EQ(act(ids[1], "shift").status, 200);
    EXPECT_TRUE(waitGroup(ids[1], "COMPLETED"));
    EXPECT_EQ(decide("u20").at("platform"), "NEW");
}

TEST_F(GroupWalk, everyStepIsAnEvent) {
    const std::string from = router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    const std::string id = createWith("stores", 2, {{"guards", Json::array()}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    TestClient client(router.url(), router.token("viewer"));
    client.setTimeout(std::chrono::seconds(2));
    const std::string stream =
        client.send("GET", "/api/v1/events?topics=group.changed", {}, {{"Last-Event-ID", from}}).body;
    std::vector<std::string> causes;
    for (std::size_t at = stream.find("data: "); at != std::string::npos; at = stream.find("data: ", at + 1)) {
        const auto json = parseJson(stream.substr(at + 6, stream.find('\n', at) - at - 6));
        ASSERT_TRUE(json.has_value());
        EXPECT_EQ(router.contract().checkSchema("UserGroup", json->at("group")), "");
        if (json->at("history").is_null()) continue;
        EXPECT_EQ(router.contract().checkSchema("GroupHistoryEntry", json->at("history")), "");
        causes.push_back(json->at("history").at("cause"));
    }
    EXPECT_EQ(causes, (std::vector<std::string>{"STARTED", "BATCH_MOVED", "BATCH_PROVEN", "COMPLETED"}));
}

// SIGKILL at the worst moments of a batch: what was answered or decided before is there afterwards, and
// the group goes on with the next batch.
TEST_F(GroupWalk, goesOnAfterASuddenDeathInMidBatch) {
    const std::string id = createWith("stores", 8);
    const std::vector<std::string> points{"group.before-store:2", "group.after-store:2", "store.before-commit:7",
                                          "store.after-commit:7"};
    for (const char *role : {"viewer", "observer"})
        router.token(role); // while there is a router to make them
    ASSERT_EQ(act(id, "shift").status, 200);
    for (const std::string &point : points) {
        SCOPED_TRACE(point);
        router.kill();
        router.start({}, {"CROSSFADE_KILL_POINT=" + point}); // it may end before it answers
        {
            // Traffic until it dies; at the latest with the next steps of the batches.
            GroupTraffic seen(router, names(8));
            EXPECT_TRUE(waitFor([&] { return TestClient(router.url()).get("/healthz").status == 0; },
                                std::chrono::seconds(30)));
        }
        router.kill();
        ASSERT_TRUE(router.start()) << router.log();
        const std::string batches = batchesOf(id);
        EXPECT_LE(std::ranges::count_if(batches, [](char c) { return c == 'G' || c == 'S' || c == 'H'; }), 1)
            << batches;
        // Decisions and states are of one mind.
        for (int user = 0; user < 8; ++user) {
            const bool onTarget = std::string("GSMH").find(batches[static_cast<std::size_t>(user / 2)]) !=
                                  std::string::npos;
            const std::string platform = decide(names(1, user)[0]).at("platform");
            // A batch may move while this is asked: it is on NEW then.
            if (onTarget) {
                EXPECT_EQ(platform, "NEW") << batches;
            }
        }
        EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
        if (stateOf(id) == "COMPLETED") break;
    }
    traffic = std::make_unique<GroupTraffic>(router, names(8));
    EXPECT_TRUE(waitGroup(id, "COMPLETED", std::chrono::seconds(40))) << shift(id).dump();
    expectOneAtATime(id);
    // Proven again and again is proven once; who was proven before the death still is.
    EXPECT_TRUE(waitFor([&] { return shift(id).at("users") == Json{{"moved", 8}, {"tried", 8}, {"proven", 8}}; }))
        << shift(id).dump();
}

TEST_F(GroupWalk, provenUsersSurviveARestart) {
    const std::string id = start(4);
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    traffic.reset();
    const Json users = shift(id).at("users");
    EXPECT_EQ(users.at("proven"), 4);
    ASSERT_EQ(router.stop(), 0);
    ASSERT_TRUE(router.start());
    EXPECT_EQ(stateOf(id), "COMPLETED");
    EXPECT_EQ(shift(id).at("users").at("moved"), 4);
    EXPECT_GE(shift(id).at("users").at("proven").get<int>(), 2); // the last second may be lost
}

} // namespace crossfade
