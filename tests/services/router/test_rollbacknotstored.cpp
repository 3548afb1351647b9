// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A rollback that the store refuses stays in force at one router only: people hear of it until it is stored.
#include "tests/services/router/channelfixture.h"

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class RollbackNotStored : public ChannelTest {
protected:
    void SetUp() override { ASSERT_TRUE(router.start({"--alert-reminder", "3"})) << router.log(); }
};

TEST_F(RollbackNotStored, isToldAndOverOnceItIsStored) {
    create({{"types", {"ROLLBACK_NOT_STORED"}}});
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer done = router.call({"POST", pathOf(id, "/rollback"), {{"reason", "errors on NEW"}}, {}, "operator"});
    ASSERT_EQ(done.status, 202) << done.body;
    // The store answers again, but what is written of each rollback has no place in it.
    ASSERT_TRUE(thief->execute("ALTER TABLE rollback_act RENAME TO rollback_act_away"));
    ASSERT_TRUE(thief->commit());
    ASSERT_TRUE(waitFor([&] { return openAlerts("ROLLBACK_NOT_STORED").size() == 1; }, 30s)) << router.log();
    const Json alert = openAlerts("ROLLBACK_NOT_STORED").front();
    EXPECT_EQ(router.contract().checkSchema("Alert", alert), "");
    EXPECT_EQ(alert.at("severity"), "HIGH");
    EXPECT_EQ(alert.at("subject_type"), "rollback");
    EXPECT_EQ(alert.at("subject_id"), done.json.at("id"));
    const std::string message = alert.at("message");
    EXPECT_NE(message.find("The rollback that operator-1 did at "), std::string::npos) << message;
    EXPECT_NE(message.find("it is in force at one router only: "), std::string::npos) << message;
    ASSERT_TRUE(waitTold(1)) << router.log();
    EXPECT_EQ(told().front(), message);
    EXPECT_TRUE(waitTold(2)) << "and again, while nobody has seen to it";
    ASSERT_TRUE(thief->execute("ALTER TABLE rollback_act_away RENAME TO rollback_act"));
    ASSERT_TRUE(waitFor([&] { return openAlerts("ROLLBACK_NOT_STORED").empty(); }, 30s)) << router.log();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_TRUE(router.get("/api/v1/rollbacks/unstored").at("items").empty());
}

} // namespace
} // namespace crossfade
