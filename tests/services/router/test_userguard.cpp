// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

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
        for (const Json &item : router.get(pathOf(id, "/guards")).at("items"))
            if (item.at("guard").at("id") == guardId) return item;
        return {};
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

} // namespace
} // namespace crossfade
