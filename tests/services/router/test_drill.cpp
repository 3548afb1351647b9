// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What was recorded of a live shift is replayed against its policy and against others.
#include "tests/services/router/shiftfixture.h"


#include <algorithm>

namespace crossfade {
namespace {

class DrillTest : public ShiftTest {
protected:
    // A walk with a stop by a person, a failing NEW, a proposal that nobody answers, and a resumed start.
    std::string eventfulLife() {
        const std::string id = createPolicy({{"proposal_deadline_seconds", 2}});
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        EXPECT_EQ(act(id, "suspend"), 200);
        EXPECT_EQ(act(id, "resume"), 200);
        EXPECT_TRUE(waitPercentage(id, 20)) << shift(id).dump();
        load->newFails = true;
        EXPECT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
        return id;
    }
    // The last hours until now.
    static Json lately() {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        return {{"from", formatInstant(now - std::chrono::hours(23))},
                {"to", formatInstant(now + std::chrono::minutes(30))}};
    }
    TestAnswer drill(const std::string &id, const Json &body, const std::string &roles = "viewer") {
        return router.call({"POST", pathOf(id, "/drill"), body, {}, roles});
    }
    // What was looked at is stored with the next second.
    bool isStored(const std::string &id) {
        const std::string end = stateOf(id);
        return waitFor([&] {
            const TestAnswer answer = drill(id, lately());
            return answer.status == 200 && !answer.json.at("end").is_null() &&
                   answer.json.at("end").at("state") == end;
        });
    }
    std::unique_ptr<Traffic> load;
};

TEST_F(DrillTest, ofTheSamePolicyIsExactlyWhatTheLiveRunDid) {
    const std::string id = eventfulLife();
    ASSERT_TRUE(isStored(id));
    const TestAnswer answer = drill(id, lately());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const std::vector<Json> lived = history(id);
    const Json &items = answer.json.at("items");
    const auto gist = [](const Json &entry) {
        return Json{entry.at("at"), entry.at("from_percentage"), entry.at("to_percentage"),
                    entry.at("state"), entry.at("cause")};
    };
    Json did = Json::array();
    Json would = Json::array();
    for (const Json &entry : lived)
        did.push_back(gist(entry));
    for (const Json &entry : items)
        would.push_back(gist(entry));
    EXPECT_EQ(would, did);
    EXPECT_GE(did.size(), 6U);
    EXPECT_EQ(answer.json.at("start").at("state"), "DRAFT");
    EXPECT_EQ(answer.json.at("end").at("percentage"), 0);
    EXPECT_EQ(answer.json.at("orders_ignored"), 0);
    EXPECT_TRUE(answer.json.at("guards_without_record").empty());
    const auto proposed = std::ranges::find_if(items, [](const Json &one) { return one.at("cause") == "PROPOSED_ROLLBACK"; });
    ASSERT_NE(proposed, items.end());
    EXPECT_EQ(proposed->at("guard_id"), "success");
    EXPECT_EQ(proposed->at("by_operator"), false);
    EXPECT_EQ(items[0].at("by_operator"), true);
}

TEST_F(DrillTest, anUnsavedPolicyIsAnsweredForAndNothingChanges) {
    const std::string id = eventfulLife();
    ASSERT_TRUE(isStored(id));
    load.reset();
    const Json before = policy(id);
    const std::size_t entries = history(id).size();
    Json body = lately();
    body["policy"] = policyBody({{"on_breach", "ROLLBACK"}});
    const TestAnswer strict = drill(id, body);
    ASSERT_EQ(strict.status, 200) << strict.body;
    const auto causes = [](const TestAnswer &answer) {
        std::vector<std::string> all;
        for (const Json &item : answer.json.at("items"))
            all.push_back(item.at("cause"));
        return all;
    };
    const auto strictly = causes(strict);
    EXPECT_EQ(std::ranges::count(strictly, "PROPOSED_ROLLBACK"), 0);
    EXPECT_EQ(std::ranges::count(strictly, "ROLLED_BACK"), 1);
    body["policy"] = policyBody({{"guards", Json::array()}});
    const auto careless = causes(drill(id, body));
    EXPECT_EQ(std::ranges::count(careless, "ROLLED_BACK"), 0) << "without a guard nothing stops it";
    EXPECT_EQ(policy(id).at("version"), before.at("version"));
    EXPECT_EQ(history(id).size(), entries);
}

TEST_F(DrillTest, suddenDeathLeavesARecordThatStillTellsTheSame) {
    const std::string id = createPolicy({{"stabilization_seconds", 2}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    load.reset();
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    load = traffic(id);
    ASSERT_TRUE(waitPercentage(id, 20)) << shift(id).dump();
    ASSERT_EQ(act(id, "suspend"), 200);
    ASSERT_TRUE(isStored(id));
    const TestAnswer answer = drill(id, lately());
    ASSERT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> did;
    std::vector<std::string> would;
    for (const Json &entry : history(id))
        did.push_back(entry.at("cause").get<std::string>() + entry.at("at").get<std::string>());
    for (const Json &entry : answer.json.at("items"))
        would.push_back(entry.at("cause").get<std::string>() + entry.at("at").get<std::string>());
    EXPECT_EQ(would, did);
    EXPECT_GT(std::ranges::count_if(did, [](const std::string &one) { return one.starts_with("RESTARTED"); }), 0);
}

TEST_F(DrillTest, whatIsAskedIsChecked) {
    const std::string id = createPolicy();
    const auto pointer = [&](const Json &body) {
        const TestAnswer answer = drill(id, body);
        EXPECT_EQ(answer.status, 422) << answer.body;
        return pointerOf(answer);
    };
    const char *ten = "2026-11-21T10:00:00Z";
    EXPECT_EQ(pointer({{"to", ten}}), "/from");
    EXPECT_EQ(pointer({{"from", ten}}), "/to");
    EXPECT_EQ(pointer({{"from", ten}, {"to", ten}}), "/to");
    EXPECT_EQ(pointer({{"from", ten}, {"to", "2026-11-22T10:00:01Z"}}), "/to");
    EXPECT_EQ(pointer({{"from", "yesterday"}, {"to", ten}}), "/from");
    EXPECT_EQ(pointer({{"from", "2026-11-21T09:00:00Z"}, {"to", ten}, {"policy", policyBody({{"shift_increment", -1}})}}),
              "/policy/shift_increment");
    EXPECT_EQ(pointer({{"from", "2026-11-21T09:00:00Z"}, {"to", ten}, {"speed", 2}}), "/speed");
    const TestAnswer nothing = drill(id, {{"from", "2026-11-21T09:00:00Z"}, {"to", ten}});
    ASSERT_EQ(nothing.status, 200);
    EXPECT_EQ(nothing.json.at("events"), 0);
    EXPECT_TRUE(nothing.json.at("start").is_null());
    EXPECT_EQ(drill("none", {{"from", "2026-11-21T09:00:00Z"}, {"to", ten}}).status, 404);
}

TEST_F(DrillTest, tooMuchIsRefusedNotChewed) {
    const std::string id = createPolicy();
    const auto db = router.store();
    ASSERT_TRUE(db);
    const Json body = lately();
    const std::int64_t at = toMs(*parseInstant(body.at("from").get<std::string>())) + 3'600'000;
    ASSERT_TRUE(db->script(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO shift_recording (policy_id, shift_version, place, at, kind, data) SELECT '" +
        id + "', 1, 0, " + std::to_string(at) + ", 'LOOK', '{}' FROM n"));
    const TestAnswer refused = drill(id, body);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(pointerOf(refused), "/to");
}

} // namespace
} // namespace crossfade
