// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Holds the answers of shifts against the contract where no other test does, and the stored events.
#include "tests/services/router/shiftfixture.h"

#include <sstream>

namespace crossfade {
namespace {

class ShiftContract : public ShiftTest {};

TEST_F(ShiftContract, aFullPolicyIsAnsweredAsItWasGiven) {
    const Json body = policyBody(
        {{"steps",
          {{{"percentage", 1}, {"stabilization_seconds", 9}, {"min_samples", 3}},
           {{"percentage", 20}}}},
         {"freezes",
          {{{"start", "2199-01-01T00:00:00.000Z"},
            {"end", "2199-01-02T00:00:00.000Z"},
            {"reason", "fair"},
            {"time_zone", "Asia/Shanghai"}}}},
         {"change_windows",
          {{{"weekdays", {"SAT", "SUN"}},
            {"from", "22:00"},
            {"to", "06:00"},
            {"time_zone", "Europe/Berlin"}}}},
         {"consistency_gate", {{"check_names", {"users"}}}},
         {"approval", "EACH_STEP"},
         {"monitoring_metrics", {"error_rate", "request_rate"}},
         {"rollback_conditions", {{{"metric", "authorization_latency"}, {"threshold", 800}}}},
         {"salt", "my-salt"}});
    const Json made = router.post("/api/v1/shift-policies", body);
    EXPECT_EQ(made.at("guards").size(), 4U);
    EXPECT_EQ(made.at("guards")[1].at("on_breach"), "ROLLBACK");
    EXPECT_EQ(made.at("salt"), "my-salt");
    EXPECT_EQ(made.at("shift").at("state"), "DRAFT");
    EXPECT_EQ(made.at("shift").at("steps_total"), 3);
    const std::string id = made.at("id");
    EXPECT_EQ(policy(id), made);
    // What was answered can be changed in one field and sent back.
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"policy_name", "renamed"}}, "1"})
                  .json.at("policy_name"),
              "renamed");
    const Json list = router.get("/api/v1/shift-policies?limit=1");
    EXPECT_EQ(list.at("total"), 1);
    EXPECT_TRUE(list.at("next_cursor").is_null());
    for (const char *part : {"/shift", "/guards", "/gates", "/history"})
        router.get(pathOf(id, part));
    EXPECT_EQ(router
                  .call({"POST", "/api/v1/shift-policies",
                         policyBody({{"guards", {{{"metric", "moon"}, {"threshold", 1}}}}})})
                  .status,
              422);
}

TEST_F(ShiftContract, listsGoByPages) {
    for (const char *name : {"c", "a", "b"})
        createPolicy({{"policy_name", name}, {"target_system", name}});
    std::string names;
    std::string cursor;
    for (int page = 0; page < 5; ++page) {
        const Json answer = router.get("/api/v1/shift-policies?limit=1" +
                                       (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const Json &item : answer.at("items"))
            names += item.at("policy_name").get<std::string>();
        if (answer.at("next_cursor").is_null()) break;
        cursor = answer.at("next_cursor");
    }
    EXPECT_EQ(names, "abc");
}

TEST_F(ShiftContract, everyTransitionIsAnEventWithItsHistory) {
    const std::string start =
        router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    ASSERT_EQ(act(id, "rollback"), 200);
    TestClient client(router.url(), router.token("viewer"));
    client.setTimeout(std::chrono::seconds(2));
    std::istringstream stream(
        client.send("GET", "/api/v1/events?topics=shift.changed", {}, {{"Last-Event-ID", start}})
            .body);
    std::vector<double> percentages;
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("data: ")) continue;
        const auto json = parseJson(line.substr(6));
        ASSERT_TRUE(json);
        EXPECT_EQ(router.contract().checkSchema("Policy", json->at("policy")), "");
        EXPECT_TRUE(json->contains("actor") && json->contains("epoch") && json->contains("at"));
        const Json &entry = json->at("history");
        if (entry.is_null()) continue;
        EXPECT_EQ(router.contract().checkSchema("ShiftHistoryEntry", entry), "");
        EXPECT_EQ(entry.at("epoch"), json->at("epoch"));
        percentages.push_back(entry.at("to_percentage"));
    }
    ASSERT_GE(percentages.size(), 3U);
    EXPECT_EQ(percentages[percentages.size() - 2], 10);
    EXPECT_EQ(percentages.back(), 0);
    EXPECT_EQ(percentages.size(), history(id).size());
}

} // namespace
} // namespace crossfade
