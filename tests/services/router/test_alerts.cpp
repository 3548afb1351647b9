// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Alerts: raised once a cause, counted when it comes again, told again at an interval, quiet once
// acknowledged; and those that other services send.
#include "tests/services/router/shiftfixture.h"

#include <sstream>

namespace crossfade {
namespace {

class Alerts : public ShiftTest {
protected:
    std::vector<Json> open(const std::string &type) {
        std::vector<Json> found;
        const Json answer = router.get("/api/v1/alerts?acknowledged=false");
        for (const Json &alert : answer.at("items")) {
            if (alert.at("type") == type) found.push_back(alert);
        }
        return found;
    }
    int countOf(const std::string &type) {
        const auto alerts = open(type);
        return alerts.empty() ? 0 : alerts.front().at("count").get<int>();
    }
    int raise(const Json &changes = Json::object(), const std::string &roles = "service") {
        Json body{{"type", "CHECK_FAILED"},
                  {"severity", "HIGH"},
                  {"message", "users: 12 differences"},
                  {"details", {{"run_id", "r1"}}},
                  {"subject_type", "check"},
                  {"subject_id", "c1"}};
        body.update(changes);
        return router.call({"POST", "/api/v1/alerts", body, {}, roles}).status;
    }
    // How many alert.raised of this type were told since that event.
    int told(const std::string &since, const std::string &type) {
        TestClient client(router.url(), router.token("viewer"));
        client.setTimeout(std::chrono::seconds(1));
        std::istringstream stream(
            client.send("GET", "/api/v1/events?topics=alert.raised", {}, {{"Last-Event-ID", since}})
                .body);
        int count = 0;
        for (std::string line; std::getline(stream, line);) {
            if (!line.starts_with("data: ")) continue;
            const auto json = parseJson(line.substr(6));
            if (json && json->at("alert").at("type") == type) {
                EXPECT_EQ(router.contract().checkSchema("Alert", json->at("alert")), "");
                ++count;
            }
        }
        return count;
    }
    std::string eventNow() {
        return router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    }
};

TEST_F(Alerts, ofAnotherServiceAreCountedWhileOneIsOpen) {
    const std::string start = eventNow();
    ASSERT_EQ(raise(), 204);
    ASSERT_EQ(raise({{"message", "users: 13 differences"}}), 204);
    ASSERT_EQ(raise({{"subject_id", "c2"}}), 204) << "another subject is another alert";
    ASSERT_EQ(raise({{"type", "REPAIR_FAILED"}}), 204);
    const auto alerts = open("CHECK_FAILED");
    ASSERT_EQ(alerts.size(), 2U);
    EXPECT_EQ(alerts[1].at("count"), 2);
    EXPECT_EQ(alerts[1].at("message"), "users: 13 differences");
    EXPECT_EQ(alerts[1].at("details"), (Json{{"run_id", "r1"}}));
    EXPECT_EQ(told(start, "CHECK_FAILED"), 3);
    const std::string path = "/api/v1/alerts/" + alerts[1].at("id").get<std::string>();
    const RouterService::Call acknowledge{
        "POST", path + "/acknowledge", {{"reason", "known since noon"}}, {}, "operator"};
    const TestAnswer first = router.call(acknowledge);
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(first.json.at("acknowledged_by"), "operator-1");
    EXPECT_EQ(router.call(acknowledge).json, first.json) << "twice changes nothing";
    const Json audit = router.get("/api/v1/audit?object_type=alert").at("items");
    ASSERT_EQ(audit.size(), 1U) << "acknowledged once";
    EXPECT_EQ(audit[0].at("action"), "alert.acknowledge");
    EXPECT_EQ(audit[0].at("object_id"), alerts[1].at("id"));
    EXPECT_EQ(audit[0].at("subject"), "operator-1");
    EXPECT_EQ(audit[0].at("reason"), "known since noon");
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
    ASSERT_EQ(raise(), 204);
    EXPECT_EQ(open("CHECK_FAILED").size(), 2U) << "acknowledged: the next one is new";
}

TEST_F(Alerts, areTakenFromServicesOnlyAndHeldToTheirShape) {
    for (const char *role : {"viewer", "operator", "approver", "admin", "agent", "observer"})
        EXPECT_EQ(raise(Json::object(), role), 403) << role;
    EXPECT_EQ(raise({{"severity", "TERRIBLE"}}), 422);
    EXPECT_EQ(raise({{"message", ""}}), 422);
    EXPECT_EQ(raise({{"message", std::string(2'001, 'x')}}), 422);
    EXPECT_EQ(raise({{"details", "text"}}), 422);
    EXPECT_EQ(raise({{"surprise", 1}}), 422);
    EXPECT_EQ(raise({{"subject_id", std::string(201, 'x')}}), 422);
    EXPECT_TRUE(open("CHECK_FAILED").empty());
}

TEST_F(Alerts, whatWaitsForAPersonIsToldAgainUntilAcknowledged) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    const std::string start = eventNow();
    const auto begun = std::chrono::steady_clock::now();
    const std::string id = createPolicy();
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    ASSERT_TRUE(waitFor([&] { return countOf("SHIFT_HELD") >= 3; }, std::chrono::seconds(15)));
    const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
    EXPECT_GT(seconds(), 3.5) << "every two seconds, not once a tick";
    EXPECT_EQ(open("SHIFT_HELD").size(), 1U);
    const int now = countOf("SHIFT_HELD");
    EXPECT_LE(now, 2 + static_cast<int>(seconds() / 2)) << "in the time until they were counted";
    EXPECT_GE(told(start, "SHIFT_HELD"), now);
    const std::string alert = open("SHIFT_HELD").front().at("id");
    ASSERT_EQ(router
                  .call({"POST", "/api/v1/alerts/" + alert + "/acknowledge", Json::object(), {},
                         "operator"})
                  .status,
              200);
    // Quiet from here: the stream of what follows stays empty for longer than the interval.
    const std::string quiet = eventNow();
    TestClient client(router.url(), router.token("viewer"));
    client.setTimeout(std::chrono::milliseconds(3'500));
    const std::string stream =
        client.send("GET", "/api/v1/events?topics=alert.raised", {}, {{"Last-Event-ID", quiet}})
            .body;
    EXPECT_EQ(stream.find("alert.raised"), std::string::npos) << stream;
}

// Nobody acts while it is suspended: that its guard has tripped must not be told once and then forgotten.
TEST_F(Alerts, whatAGuardSaysWhileNobodyActsIsToldAgain) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_EQ(act(id, "suspend"), 200);
    load->newFails = true;
    ASSERT_TRUE(waitFor([&] { return countOf("GUARD_TRIPPED") >= 3; }, std::chrono::seconds(20)));
    EXPECT_EQ(open("GUARD_TRIPPED").size(), 1U);
    EXPECT_EQ(stateOf(id), "SUSPENDED");
}

TEST_F(Alerts, aHeldShiftThatFlapsIsOneAlert) {
    const std::string id = createPolicy();
    ASSERT_EQ(act(id, "shift"), 200);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(waitState(id, "HELD"));
        ASSERT_EQ(act(id, "suspend"), 200);
        ASSERT_EQ(act(id, "resume"), 200);
    }
    ASSERT_TRUE(waitFor([&] { return countOf("SHIFT_HELD") >= 4; }));
    EXPECT_EQ(open("SHIFT_HELD").size(), 1U) << "one a policy, step and cause";
}

} // namespace
} // namespace crossfade
