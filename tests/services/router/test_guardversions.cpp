// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A guard that was edited keeps its id; what was judged by its old definition does not count for the new one.
#include "tests/services/router/shiftfixture.h"

namespace crossfade {
namespace {

class GuardVersions : public ShiftTest {
protected:
    static Json guard(int threshold) {
        return {{"id", "success"},  {"metric", "authentication_success_rate"},
                {"threshold", threshold}, {"window_seconds", 3},
                {"min_samples", 5}, {"mode", "SHOW"}};
    }
    int judged(const std::string &id, const std::string &verdict) {
        int count = 0;
        const Json items = router.get(pathOf(id, "/guards")).at("items");
        for (const Json &one : items.at(0).at("recent"))
            count += one.at("verdict") == verdict ? 1 : 0;
        return count;
    }
};

TEST_F(GuardVersions, WhatTheOldOneBreachedDoesNotCountAfterARestart) {
    const std::string id = createPolicy({{"guards", {guard(99)}}, {"stabilization_seconds", 600}});
    const auto load = traffic(id);
    load->newFails = true;
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    ASSERT_TRUE(waitFor([&] { return judged(id, "BREACH") >= 3; })) << router.log();
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    const TestAnswer edited = router.call({"PATCH", pathOf(id), {{"guards", {guard(0)}}}, version});
    ASSERT_EQ(edited.status, 200) << edited.body;
    ASSERT_TRUE(waitFor([&] { return judged(id, "BREACH") == 0 && judged(id, "PASS") >= 2; }));
    ASSERT_EQ(router.stop(), 0);
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitFor([&] { return judged(id, "PASS") >= 1; })) << "its own are remembered";
    EXPECT_EQ(judged(id, "BREACH"), 0);
}

} // namespace
} // namespace crossfade
