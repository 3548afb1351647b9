// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/shiftfixture.h"

#include <algorithm>
#include <chrono>

namespace crossfade {
namespace {

class UserGuards : public ShiftTest {
protected:
    // Twenty users with a request each, on both platforms, and one robot on NEW that fails all of its two hundred.
    void post(const std::string &policyId, bool allFail) {
        Json list = Json::array();
        const std::string at = formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
        const auto add = [&](const char *platform, const std::string &user, int status) {
            list.push_back({{"at", at},
                            {"platform", platform},
                            {"user_id", user},
                            {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", policyId}, {"epoch", 1}}},
                            {"status", status},
                            {"latency_ms", 5}});
        };
        for (int i = 0; i < 20; ++i) {
            add("NEW", "user-" + std::to_string(i), allFail ? 500 : 200);
            add("LEGACY", "other-" + std::to_string(i), 200);
        }
        for (int i = 0; i < 200; ++i)
            add("NEW", "robot", 500);
        const TestAnswer answer =
            router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"});
        EXPECT_EQ(answer.status, 202) << answer.body;
    }
    Json guardOf(const std::string &id, const std::string &guardId) {
        const Json guards = router.get(pathOf(id, "/guards"));
        for (const Json &item : guards.at("items"))
            if (item.at("guard").at("id") == guardId) return item;
        ADD_FAILURE() << guards.dump();
        return {{"verdict", ""}, {"samples", 0}, {"value", 0}};
    }
};

TEST_F(UserGuards, oneRobotFailsNoStep) {
    const Json users{{"id", "users"},        {"metric", "authentication_success_rate"},
                     {"threshold", 90},      {"window_seconds", 3},
                     {"min_samples", 15},    {"breaches", 2},
                     {"windows", 2},         {"counts", "USERS"}};
    Json requests = users;
    requests["id"] = "requests";
    requests["counts"] = "REQUESTS";
    requests["mode"] = "SHOW";
    const std::string id = createPolicy({{"guards", {users, requests}}, {"max_shift_percentage", 20}});
    EXPECT_EQ(policy(id).at("guards")[0].at("counts"), "USERS");
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitFor(
        [&] {
            post(id, false);
            return stateOf(id) == "COMPLETED";
        },
        std::chrono::seconds(30)))
        << shift(id).dump() << router.get(pathOf(id, "/guards")).dump();
    const Json byUsers = guardOf(id, "users");
    EXPECT_EQ(byUsers.at("verdict"), "PASS");
    EXPECT_EQ(byUsers.at("samples"), 21);
    const Json byRequests = guardOf(id, "requests");
    EXPECT_EQ(byRequests.at("verdict"), "BREACH") << "shown, and in nobody's way";
    EXPECT_LT(byRequests.at("value").get<double>(), 15);
    // But when the users fail it acts.
    ASSERT_TRUE(waitFor(
        [&] {
            post(id, true);
            return stateOf(id) == "ROLLBACK_PROPOSED";
        },
        std::chrono::seconds(20)))
        << shift(id).dump();
    EXPECT_EQ(router.get("/api/v1/approvals/" + openApproval()).at("evidence").at("guard").at("counts"), "USERS");
}

class GroupUserGuards : public GroupTest {
protected:
    // Over batches of twenty.
    static Json guard(const Json &changes = Json::object()) {
        Json one{{"id", "users"},     {"metric", "authentication_success_rate"},
                 {"threshold", 90},   {"window_seconds", 3},
                 {"min_samples", 15}, {"breaches", 1},
                 {"windows", 1},      {"counts", "USERS"}};
        one.update(changes);
        return one;
    }
    std::string start(int users, const Json &guards) {
        const std::string id = createWith("stores", users,
                                          {{"batch_size", 20}, {"batch_interval_seconds", 3}, {"guards", guards}});
        EXPECT_EQ(act(id, "shift").status, 200);
        return id;
    }
    // Each is seen where the router says he is served; those in `failing` fail on NEW, in each of `times` requests.
    void see(const std::vector<std::string> &users, const std::vector<std::string> &failing = {}, int times = 1) {
        Json requests = Json::array();
        for (const std::string &user : users)
            requests.push_back({{"user_id", user}});
        const Json decided = router.post("/api/v1/decisions", {{"requests", requests}}, 200).at("decisions");
        const std::string at = formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
        Json list = Json::array();
        for (std::size_t i = 0; i < users.size(); ++i) {
            const bool onNew = decided.at(i).at("platform") == "NEW";
            const bool fails = onNew && std::ranges::find(failing, users[i]) != failing.end();
            for (int time = 0; time < (failing.empty() || fails ? times : 1); ++time)
                list.push_back({{"at", at},
                                {"platform", onNew ? "NEW" : "LEGACY"},
                                {"user_id", users[i]},
                                {"status", fails ? 500 : 200},
                                {"latency_ms", 5}});
        }
        const TestAnswer answer =
            router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"});
        EXPECT_EQ(answer.status, 202) << answer.body;
    }
    Json standing(const std::string &id, const std::string &guardId = "users") {
        const Json guards = router.get(path(id, "/guards"));
        for (const Json &item : guards.at("items"))
            if (item.at("guard").at("id") == guardId) return item;
        ADD_FAILURE() << guards.dump();
        return {{"verdict", ""}, {"samples", 0}, {"value", 0}, {"recent", Json::array()}};
    }
    static long breachesOf(const Json &standing) {
        return std::ranges::count_if(standing.at("recent"),
                                     [](const Json &one) { return one.at("verdict") == "BREACH"; });
    }
};

TEST_F(GroupUserGuards, aBatchIsJudgedByItsOwnUsersEachCountedOnce) {
    const std::string id =
        start(40, {guard(), guard({{"id", "requests"}, {"counts", "REQUESTS"}, {"mode", "SHOW"}})});
    EXPECT_EQ(group(id).at("guards").at(0).at("counts"), "USERS");
    // One of the first batch is a robot that fails forty times: of its requests most, of its users one in twenty.
    bool shown = false;
    ASSERT_TRUE(waitFor(
        [&] {
            see(names(40), {"u00"}, 40);
            const Json requests = standing(id, "requests");
            shown = shown || (batchesOf(id)[0] == 'S' && requests.at("verdict") == "BREACH");
            return batchesOf(id) == "MS";
        },
        std::chrono::seconds(30)))
        << standing(id).dump();
    EXPECT_TRUE(shown) << "by requests it would have failed";
    // Now four of the second one fail, and all of the first: only those of the batch under way are judged.
    std::vector<std::string> failing = names(20);
    for (const std::string &user : names(4, 20))
        failing.push_back(user);
    ASSERT_TRUE(waitFor(
        [&] {
            see(names(40), failing);
            return stateOf(id) == "HELD";
        },
        std::chrono::seconds(20)))
        << standing(id).dump();
    EXPECT_EQ(shift(id).at("held_cause"), "GUARD");
    EXPECT_EQ(batchesOf(id), "MH");
    const Json evidence = historyOf(id).back().at("evidence");
    EXPECT_EQ(evidence.at("samples"), 20) << evidence.dump();
    EXPECT_DOUBLE_EQ(evidence.at("value").get<double>(), 80);
}

TEST_F(GroupUserGuards, fewUsersAreTooFewHoweverManyRequestsAndNoneAreNoData) {
    const std::string id = start(20, Json::array({guard()}));
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "S" && standing(id).at("verdict") == "NO_DATA"; }));
    ASSERT_TRUE(waitFor([&] {
        see(names(10), {}, 10); // a hundred requests
        return standing(id).at("verdict") == "TOO_FEW" && standing(id).at("samples") == 10;
    })) << standing(id).dump();
    EXPECT_EQ(batchesOf(id), "S");
    ASSERT_TRUE(waitFor([&] { return standing(id).at("verdict") == "STALE"; })) << standing(id).dump();
    EXPECT_EQ(batchesOf(id), "S") << "it has settled long since";
    ASSERT_TRUE(waitFor([&] {
        see(names(20));
        return stateOf(id) == "COMPLETED"; // by PASS alone
    })) << standing(id).dump();
}

TEST_F(GroupUserGuards, kOfNAndWhoWasSeenBeforeARestartIsNoEvidence) {
    for (const char *role : {"viewer", "operator", "observer"})
        router.token(role); // while there is a router to make them
    const std::string id = start(20, Json::array({guard({{"breaches", 3}, {"windows", 5}})}));
    ASSERT_TRUE(waitFor([&] {
        see(names(20), names(5));
        return breachesOf(standing(id)) > 0;
    })) << standing(id).dump();
    router.kill(); // one or two of five are not enough
    ASSERT_TRUE(router.start()) << router.log();
    // What was judged before is known again at once; this is about what is judged from now on.
    const std::string started = formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
    ASSERT_TRUE(waitFor([&] {
        const Json judged = standing(id).at("judged_at");
        return judged.is_string() && judged.get<std::string>() > started;
    }));
    EXPECT_EQ(standing(id).at("verdict"), "NO_DATA") << standing(id).dump();
    EXPECT_EQ(batchesOf(id), "S") << "it settles anew";
    ASSERT_TRUE(waitFor([&] {
        see(names(20), names(5));
        return stateOf(id) == "HELD";
    })) << standing(id).dump();
    EXPECT_GE(breachesOf(standing(id)), 3);
}

} // namespace
} // namespace crossfade
