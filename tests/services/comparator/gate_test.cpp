// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A real router whose shift asks a real comparator whether both sides hold the same.
#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/goodtraffic.h"
#include "tests/services/comparator/routerprocess.h"

#include <gtest/gtest.h>

#include <fstream>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ConsistencyOfAShift : public testing::Test {
protected:
    ConsistencyOfAShift()
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
            side->run("INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
        }
        comparator.start();
        check = comparator.addCheck(*legacy, *fresh,
                                    peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
        const std::string tokenFile = dir.file("comparator.token");
        std::ofstream(tokenFile) << comparator.token("viewer") << '\n';
        router.start({"--comparator", comparator.url(), "--comparator-token-file", tokenFile});
    }
    std::string addPolicy(const Json &changes)
    {
        Json body{{"policy_name", "users"},
                  {"target_system", "*"},
                  {"shift_increment", 5},
                  {"stabilization_seconds", 1},
                  {"interval_seconds", 1},
                  {"guards",
                   {{{"id", "success"},
                     {"metric", "authentication_success_rate"},
                     {"threshold", 99},
                     {"window_seconds", 3},
                     {"min_samples", 5}}}}};
        for (const auto &[name, value] : changes.items())
            body[name] = value;
        const TestAnswer made = router.as("lead").post("/api/v1/shift-policies", body);
        EXPECT_EQ(made.status, 201) << made.body;
        return "/api/v1/shift-policies/" + textOf(made.json, "id");
    }
    Json shift(const std::string &policy) const
    {
        return router.as("viewer").get(policy + "/shift").json;
    }
    void startShift(const std::string &policy)
    {
        const TestAnswer asked = router.as("lead").post(policy + "/shift", {{"reason", "test"}});
        EXPECT_EQ(asked.status / 100, 2) << asked.body;
    }
    // How often the comparator was asked for its checks.
    double looksAtChecks() const
    {
        const std::string text = comparator.as("viewer").get("/metrics").body;
        const std::size_t line = text.find(
            R"(crossfade_http_requests_total{method="GET",route="/api/v1/checks",status="200"} )");
        return line == std::string::npos ? 0 : std::stod(text.substr(text.find("} ", line) + 2));
    }
    std::string gateDetail(const std::string &policy) const
    {
        const Json gates = router.as("viewer").get(policy + "/gates").json;
        for (const Json &gate : gates.is_object() ? gates.at("items") : Json::array()) {
            if (textOf(gate, "gate") == "CONSISTENCY") return textOf(gate, "detail");
        }
        return {};
    }
    // Until the shift is held for want of consistency and the gate says this.
    bool waitHeld(const std::string &policy, const std::string &detail)
    {
        const auto held = [&] {
            const Json now = shift(policy);
            return textOf(now, "state") == "HELD" && textOf(now, "held_cause") == "CONSISTENCY" &&
                   gateDetail(policy).find(detail) != std::string::npos;
        };
        return waitFor(held, 40s);
    }
    bool waitAbove(const std::string &policy, double percentage)
    {
        return waitFor([&] { return shift(policy).at("percentage").get<double>() > percentage; }, 40s);
    }
    static std::string idOf(const std::string &policy)
    {
        return policy.substr(policy.rfind('/') + 1);
    }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"));
    Comparator comparator;
    RouterProcess router;
    std::string check;
};

TEST_F(ConsistencyOfAShift, HoldsAStepUntilACheckIsGoodAndAgainOnceItIsOld)
{
    const std::string policy = addPolicy({{"consistency_gate",
                                           {{"check_names", {"users"}},
                                            {"minimum_percentage", 99},
                                            {"max_age_seconds", 8}}}});
    const GoodTraffic traffic(router.as("observer"), idOf(policy));
    startShift(policy);
    ASSERT_TRUE(waitHeld(policy, "users: never checked")) << shift(policy).dump(2);

    fresh->run("DELETE FROM people WHERE id = 4");
    comparator.fullRun(check);
    ASSERT_TRUE(waitHeld(policy, "users: 75")) << shift(policy).dump(2);
    // Single entities that are equal say nothing of the others.
    comparator.waitRun(comparator.startRun(check, {{"scope", "IDS"}, {"ids", {"1", "2"}}}));
    const std::string idRun = textOf(comparator.as("viewer").get("/api/v1/checks/" + check)
                                         .json.at("last_run"), "scope");
    EXPECT_EQ(idRun, "IDS");
    const double looks = looksAtChecks();
    ASSERT_TRUE(waitFor([&] { return looksAtChecks() >= looks + 3; }, 20s));
    EXPECT_NE(gateDetail(policy).find("users: 75"), std::string::npos) << gateDetail(policy);
    EXPECT_EQ(shift(policy).at("percentage"), 0.0);

    // Nor does a new look that has only begun, also after one that told nothing.
    fresh->run("ALTER TABLE people RENAME COLUMN name TO title");
    comparator.waitRun(comparator.startRun(check), {"FAILED"});
    fresh->run("ALTER TABLE people RENAME COLUMN title TO name");
    ASSERT_TRUE(waitHeld(policy, "did not judge every row")) << shift(policy).dump(2);
    const std::string slow =
        comparator.startRun(check, {{"scope", "FULL"}, {"rows_per_second_limit", 1}});
    comparator.as("operator").post("/api/v1/runs/" + slow + "/pause", Json::object());
    comparator.waitRun(slow, {"PAUSED"});
    const double looksNow = looksAtChecks();
    ASSERT_TRUE(waitFor([&] { return looksAtChecks() >= looksNow + 3; }, 20s));
    EXPECT_NE(gateDetail(policy).find("did not judge"), std::string::npos) << gateDetail(policy);
    EXPECT_EQ(shift(policy).at("percentage"), 0.0);
    comparator.as("operator").post("/api/v1/runs/" + slow + "/cancel", Json::object());
    comparator.waitRun(slow, {"CANCELLED"});

    fresh->run("INSERT INTO people VALUES (4, 'd')");
    comparator.fullRun(check);
    ASSERT_TRUE(waitAbove(policy, 0)) << shift(policy).dump(2);

    ASSERT_TRUE(waitHeld(policy, "the last check is too old")) << shift(policy).dump(2);
    const double reached = shift(policy).at("percentage").get<double>();
    EXPECT_LT(reached, 100.0);
    comparator.fullRun(check);
    EXPECT_TRUE(waitAbove(policy, reached)) << shift(policy).dump(2);
}

TEST_F(ConsistencyOfAShift, IsHeldWhileTheComparatorIsAway)
{
    comparator.fullRun(check);
    comparator.kill();
    const std::string policy = addPolicy({{"consistency_gate", {{"check_names", {"users"}}}}});
    const GoodTraffic traffic(router.as("observer"), idOf(policy));
    startShift(policy);
    ASSERT_TRUE(waitHeld(policy, "users: the comparator")) << shift(policy).dump(2);
    EXPECT_EQ(shift(policy).at("percentage"), 0.0);
}

TEST_F(ConsistencyOfAShift, RollsBackWhenItsGuardFalls)
{
    comparator.fullRun(check);
    const Json guard{{"id", "same"},          {"metric", "consistency_percentage"},
                     {"check_name", "users"}, {"threshold", 99},
                     {"window_seconds", 600}, {"breaches", 1},
                     {"windows", 1},          {"on_breach", "ROLLBACK"}};
    const std::string policy = addPolicy({{"guards", {guard}}, {"max_shift_percentage", 10}});
    const GoodTraffic traffic(router.as("observer"), idOf(policy));
    startShift(policy);
    ASSERT_TRUE(waitAbove(policy, 0)) << shift(policy).dump(2);
    fresh->run("UPDATE people SET name = 'x' WHERE id < 3");
    comparator.fullRun(check);
    EXPECT_TRUE(waitFor([&] { return textOf(shift(policy), "state") == "ROLLED_BACK"; }, 30s))
        << shift(policy).dump(2) << router.as("viewer").get(policy + "/guards").body;
    EXPECT_EQ(shift(policy).at("percentage"), 0.0);
}

} // namespace
} // namespace crossfade
