// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// move_at NEXT_SIGN_IN: who is signed in keeps the platform of his session while the share rises.
#include "tests/services/router/shiftfixture.h"

#include <chrono>

namespace crossfade {
namespace {

std::string wallClock() {
    return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
}

class NextSignIn : public ShiftTest {
protected:
    // How many of three hundred users are served by NEW; `signedInAt` null: they sign in with this request.
    int onNew(const Json &signedInAt) {
        Json requests = Json::array();
        for (int i = 0; i < 300; ++i)
            requests.push_back({{"user_id", "u" + std::to_string(i)}, {"signed_in_at", signedInAt}});
        const TestAnswer answer =
            router.call({"POST", "/api/v1/decisions", {{"requests", requests}}, {}, "viewer"});
        EXPECT_EQ(answer.status, 200) << answer.body;
        int count = 0;
        for (const Json &decision : answer.json.at("decisions"))
            count += decision.at("platform") == "NEW" ? 1 : 0;
        return count;
    }
};

TEST_F(NextSignIn, aSessionKeepsItsPlatformAlsoAcrossSuddenDeathAndGoesBackAtOnce) {
    const std::string id = createPolicy({{"move_at", "NEXT_SIGN_IN"}, {"stabilization_seconds", 600}});
    EXPECT_EQ(policy(id).at("move_at"), "NEXT_SIGN_IN");
    auto load = traffic(id);
    const std::string early = wallClock();
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const std::string late = wallClock();
    load.reset();
    const int moved = onNew(nullptr);
    EXPECT_GT(moved, 10);
    EXPECT_EQ(onNew(early), 0) << "nobody within his session";
    EXPECT_EQ(onNew(late), moved) << "who signed in since";
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(onNew(nullptr), moved);
    EXPECT_EQ(onNew(early), 0);
    EXPECT_EQ(onNew(late), moved);
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(onNew(nullptr), 0);
    EXPECT_EQ(onNew(late), 0) << "going back waits for nobody's sign-in";
}

TEST_F(NextSignIn, itIsFixedOnceUsersMayHaveMovedByIt) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    EXPECT_EQ(policy(id).at("move_at"), "IMMEDIATE");
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"move_at", "SOON"}}, "1"}).status, 422);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"move_at", "NEXT_SIGN_IN"}}, "1"}).status, 200);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"move_at", "IMMEDIATE"}}, "2"}).status, 200);
    auto load = traffic(id);
    const std::string early = wallClock();
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_GT(onNew(early), 10) << "here sessions are no matter";
    const TestAnswer refused = router.call({"PATCH", pathOf(id), {{"move_at", "NEXT_SIGN_IN"}}, "3"});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(pointerOf(refused), "/move_at");
    const TestAnswer wrong = router.call(
        {"POST", "/api/v1/decisions", {{"requests", {{{"user_id", "u1"}, {"signed_in_at", "yesterday"}}}}}, {}, "viewer"});
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(pointerOf(wrong), "/requests/0/signed_in_at");
    EXPECT_EQ(router.call({"POST", "/api/v1/decisions", {{"requests", {{{"signed_in_at", early}}}}}, {}, "viewer"}).status,
              422)
        << "it describes no request";
}

} // namespace
} // namespace crossfade
