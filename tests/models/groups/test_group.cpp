// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/group.h"

#include <gtest/gtest.h>

#include <array>

namespace crossfade {
namespace {

std::string pointerOfFault(const Json &changes) {
    Json body{{"group_name", "stores"}};
    body.update(changes);
    const auto group = groupFromJson(body);
    return group ? "none" : group.error().fields.at(0).pointer;
}

} // namespace

TEST(UserGroup, defaultsAreThoseOfTheDesign) {
    const auto group = groupFromJson({{"group_name", "stores"}});
    ASSERT_TRUE(group.has_value());
    EXPECT_EQ(group->batchSize, 100);
    EXPECT_EQ(group->batchIntervalSeconds, 30);
    EXPECT_EQ(group->initialPlatform, Platform::Legacy);
    EXPECT_EQ(group->targetPlatform, Platform::New);
    EXPECT_FALSE(group->criteria.has_value());
    EXPECT_EQ(group->onBreach, OnBreach::Hold);
    EXPECT_EQ(group->proposalDeadlineSeconds, 300);
    EXPECT_TRUE(group->proposalRollsBack);
    EXPECT_EQ(group->approval, GroupApproval::None);
    EXPECT_FALSE(group->secondPerson);
}

TEST(UserGroup, aGuardMayCountTheBatchsUsers) {
    Json guard{{"metric", "error_rate"}, {"threshold", 1}, {"counts", "USERS"}};
    EXPECT_EQ(pointerOfFault({{"guards", Json::array({guard})}}), "none");
    const auto group = groupFromJson({{"group_name", "stores"}, {"guards", Json::array({guard})}});
    ASSERT_TRUE(group.has_value());
    EXPECT_TRUE(group->guards.at(0).countsUsers);
    // What is kept of users is as short as with policies, and of rates only.
    guard["window_seconds"] = 601;
    EXPECT_EQ(pointerOfFault({{"guards", Json::array({guard})}}), "/guards/0/window_seconds");
    EXPECT_EQ(pointerOfFault({{"guards", {{{"metric", "request_rate"}, {"threshold", 1}, {"counts", "USERS"}}}}}),
              "/guards/0/counts");
}

TEST(UserGroup, comesBackAsItWasWritten) {
    const Json body{{"group_name", "北方门店 \"<b>\""},
                    {"criteria", {{"attribute", "region"}, {"op", "EQUALS"}, {"value", "north"}}},
                    {"initial_platform", "NEW"},
                    {"batch_size", 7},
                    {"batch_interval_seconds", 0},
                    {"start_at", "2026-12-01T00:00:00.000Z"},
                    {"change_windows", {{{"weekdays", {"FRI", "SAT"}}, {"from", "22:00"}, {"to", "06:00"},
                                         {"time_zone", "Europe/Berlin"}}}},
                    {"freezes", {{{"start", "2026-12-24T00:00:00.000Z"}, {"end", "2026-12-27T00:00:00.000Z"},
                                  {"reason", "sales"}}}},
                    {"guards", {{{"metric", "authorization_latency"}, {"tolerance", 10}, {"on_breach", "ROLLBACK"}}}},
                    {"success_thresholds", {{{"metric", "authentication_success_rate"}, {"threshold", 99}}}},
                    {"monitoring_metrics", {"request_rate"}},
                    {"on_breach", "PROPOSE_ROLLBACK"},
                    {"proposal_deadline_seconds", 60},
                    {"proposal_default", "HOLD"},
                    {"approval", "EACH_BATCH"},
                    {"second_person", true},
                    {"reason", "because"}};
    const auto group = groupFromJson(body);
    ASSERT_TRUE(group.has_value()) << group.error().message;
    EXPECT_EQ(group->targetPlatform, Platform::Legacy);
    ASSERT_EQ(group->guards.size(), 3U);
    ASSERT_EQ(group->changeWindows.size(), 1U);
    EXPECT_EQ(group->changeWindows[0].weekly.from, 22 * 60);
    EXPECT_FALSE(group->guards[2].decides);
    // They are about the batch's users, where these are now.
    for (const Guard &guard : group->guards)
        EXPECT_EQ(guard.platform, Platform::Legacy) << guard.id;
    EXPECT_EQ(group->onBreach, OnBreach::ProposeRollback);
    EXPECT_EQ(group->approval, GroupApproval::EachBatch);
    EXPECT_TRUE(group->secondPerson && !group->proposalRollsBack);
    Json json = groupToJson(*group);
    json.erase("id");
    const auto again = groupFromJson(json);
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_TRUE(*again == *group);
}

TEST(UserGroup, aGuardMayBeAboutTheOtherPlatform) {
    const auto group = groupFromJson({{"group_name", "stores"},
                                      {"initial_platform", "NEW"},
                                      {"guards",
                                       {{{"metric", "error_rate"}, {"threshold", 1}, {"platform", "NEW"}},
                                        {{"metric", "error_rate"}, {"threshold", 1}, {"platform", nullptr}}}}});
    ASSERT_TRUE(group.has_value()) << group.error().message;
    EXPECT_EQ(group->guards.at(0).platform, Platform::New);
    EXPECT_EQ(group->guards.at(1).platform, Platform::Legacy);
}

TEST(UserGroup, lessIsAskedByFewerApprovalsOrOfFewerPeople) {
    constexpr std::array All{GroupApproval::None, GroupApproval::FirstBatch, GroupApproval::EachBatch};
    for (const GroupApproval was : All) {
        for (const GroupApproval is : All) {
            UserGroup before;
            before.approval = was;
            before.secondPerson = true;
            UserGroup after = before;
            after.approval = is;
            EXPECT_EQ(asksLess(after, before), is < was);
            after.secondPerson = false;
            EXPECT_EQ(asksLess(after, before), was != GroupApproval::None) << "of one who is asked";
        }
    }
}

TEST(UserGroup, mistakesNameTheirField) {
    EXPECT_EQ(pointerOfFault({{"group_name", ""}}), "/group_name");
    EXPECT_EQ(pointerOfFault({{"batch_size", 0}}), "/batch_size");
    EXPECT_EQ(pointerOfFault({{"batch_size", 100'001}}), "/batch_size");
    EXPECT_EQ(pointerOfFault({{"batch_interval_seconds", -1}}), "/batch_interval_seconds");
    EXPECT_EQ(pointerOfFault({{"target_platform", "LEGACY"}}), "/target_platform");
    EXPECT_EQ(pointerOfFault({{"target_platform", "BOTH"}}), "/target_platform");
    EXPECT_EQ(pointerOfFault({{"on_breach", "FORGIVE"}}), "/on_breach");
    EXPECT_EQ(pointerOfFault({{"approval", "ABOVE"}}), "/approval");
    EXPECT_EQ(pointerOfFault({{"proposal_deadline_seconds", 0}}), "/proposal_deadline_seconds");
    EXPECT_EQ(pointerOfFault({{"second_person", "yes"}}), "/second_person");
    EXPECT_EQ(pointerOfFault({{"salt", "x"}}), "/salt");
    EXPECT_EQ(pointerOfFault({{"criteria", {{"op", "EQUALS"}}}}), "/criteria");
    EXPECT_EQ(pointerOfFault({{"guards", {{{"metric", "moon"}, {"threshold", 1}}}}}), "/guards/0/metric");
    EXPECT_EQ(pointerOfFault({{"guards", {{{"metric", "consistency_percentage"}, {"threshold", 1},
                                           {"check_name", "c"}}}}}),
              "/guards");
    EXPECT_EQ(pointerOfFault({{"guards", {{{"metric", "dead_letters"}, {"threshold", 1}}}}}), "/guards");
    EXPECT_EQ(pointerOfFault({{"freezes", {{{"start", "2026-12-24T00:00:00.000Z"}}}}}), "/freezes/0/end");
    EXPECT_EQ(pointerOfFault({{"interval_seconds", 0}}), "/interval_seconds");
    EXPECT_EQ(pointerOfFault({{"change_windows", {{{"weekdays", {"FRI"}}, {"from", "25:00"}, {"to", "06:00"},
                                                   {"time_zone", "UTC"}}}}}),
              "/change_windows/0/from");
    EXPECT_FALSE(groupFromJson(Json::array()).has_value());
    EXPECT_FALSE(groupFromJson(Json()).has_value());
    // All of them at once.
    const auto both = groupFromJson({{"group_name", ""}, {"guards", 5}});
    ASSERT_FALSE(both.has_value());
    EXPECT_EQ(both.error().fields.size(), 2U);
}

TEST(UserGroup, batchesPartTheUsers) {
    UserGroup group;
    group.batchSize = 10;
    for (const std::size_t users : {0U, 1U, 9U, 10U, 11U, 100U}) {
        std::size_t sum = 0;
        for (std::size_t batch = 0; batch < batchCount(group, users); ++batch) {
            EXPECT_GT(batchUsers(group, users, batch), 0U);
            sum += batchUsers(group, users, batch);
        }
        EXPECT_EQ(sum, users);
        EXPECT_EQ(batchUsers(group, users, batchCount(group, users)), 0U);
    }
}

} // namespace crossfade
