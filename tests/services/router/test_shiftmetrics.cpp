// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include <algorithm>
#include <regex>
#include <sstream>

namespace crossfade {
namespace {

class ShiftMetricsTest : public ShiftTest {
protected:
    std::string text() { return TestClient(router.url()).get("/metrics").body; }
    // The value of the one line that begins so; -1 if there is none.
    double value(const std::string &series) {
        std::istringstream lines(text());
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
        }
        return -1;
    }
    bool becomes(const std::string &series, double expected) {
        return waitFor([&] { return value(series) == expected; }, std::chrono::seconds(10));
    }
};

TEST_F(ShiftMetricsTest, tellWhereAShiftStandsAndWhatItDid) {
    const std::string id = createPolicy(
        {{"policy_name", "a \"quoted\" \\ name"}, {"stabilization_seconds", 600}});
    const std::string label = "{policy_id=\"" + id + "\"";
    const auto load = traffic(id);
    ASSERT_TRUE(becomes("crossfade_shift_state" + label + ",state=\"DRAFT\"}", 1)) << text();
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 20}}), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    EXPECT_TRUE(becomes("crossfade_shift_share_ratio" + label + "}", 0.1)) << text();
    EXPECT_EQ(value("crossfade_shift_target_ratio" + label + "}"), 0.2);
    EXPECT_EQ(value("crossfade_shift_state" + label + ",state=\"STABILIZING\"}"), 1);
    EXPECT_EQ(value("crossfade_shift_state" + label + ",state=\"DRAFT\"}"), 0);
    EXPECT_EQ(value("crossfade_shift_steps_total" + label + "}"), 1);
    EXPECT_EQ(value("crossfade_shift_rollbacks_total" + label + "}"), 0);
    EXPECT_NE(text().find("policy_name=\"a \\\"quoted\\\" \\\\ name\""), std::string::npos);
    // Labels stand in alphabetical order: guard before policy_id.
    EXPECT_TRUE(becomes("crossfade_guard_verdict{guard=\"success\",policy_id=\"" + id +
                            "\",verdict=\"PASS\"}",
                        1))
        << text();
    EXPECT_GT(value("crossfade_guard_judgements_total" + label + ",verdict=\"PASS\"}"), 0);
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_TRUE(becomes("crossfade_shift_rollbacks_total" + label + "}", 1));
    EXPECT_TRUE(becomes("crossfade_shift_share_ratio" + label + "}", 0));
    EXPECT_TRUE(becomes("crossfade_alerts_open{severity=\"HIGH\"}", 1)) << "rolled back";
    const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    ASSERT_EQ(router.call({"DELETE", pathOf(id), {}, "1"}).status, 204);
    EXPECT_TRUE(waitFor([&] { return text().find(id) == std::string::npos; }))
        << "what is gone is told no longer";
}

TEST_F(ShiftMetricsTest, countWhatWaitsForSomebody) {
    ASSERT_TRUE(becomes("crossfade_approvals_open{kind=\"SHIFT_STEP\"}", 0));
    const std::string id = createPolicy({{"approval", "EACH_STEP"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL"));
    EXPECT_TRUE(becomes("crossfade_approvals_open{kind=\"SHIFT_STEP\"}", 1));
    ASSERT_EQ(act(id, "suspend"), 200);
    EXPECT_TRUE(becomes("crossfade_approvals_open{kind=\"SHIFT_STEP\"}", 0));
}

TEST_F(ShiftMetricsTest, theNumberOfLabelsIsBounded) {
    constexpr int Policies = 103;
    for (int i = 0; i < Policies; ++i)
        createPolicy({{"policy_name", "p" + std::to_string(i)}, {"target_system", "s" + std::to_string(i)}});
    ASSERT_TRUE(becomes("crossfade_shift_policies", Policies));
    const auto named = [this] {
        const std::string all = text();
        std::size_t found = 0;
        for (std::size_t at = all.find("\ncrossfade_shift_policy_info{"); at != std::string::npos;
             at = all.find("\ncrossfade_shift_policy_info{", at + 1))
            ++found;
        return found;
    };
    // A scrape may come between the count and the names being entered.
    EXPECT_TRUE(waitFor([&] { return named() >= 100; }));
    EXPECT_EQ(named(), 100U);
}

TEST_F(ShiftMetricsTest, keepToTheConventionsOfPrometheus) {
    createPolicy();
    const std::vector<std::string> names{
        "crossfade_shift_policy_info", "crossfade_shift_share_ratio",      "crossfade_shift_state",
        "crossfade_guard_verdict",     "crossfade_guard_judgements_total", "crossfade_alerts_open"};
    std::string scraped;
    // A scrape may come while the figures of a new policy are being entered.
    ASSERT_TRUE(waitFor([&] {
        scraped = text();
        return std::ranges::all_of(names, [&](const std::string &name) {
            return scraped.find("# TYPE " + name + " ") != std::string::npos;
        });
    })) << scraped;
    const std::regex series("([a-z_]+)(\\{[^\\n]*\\})? [-+0-9.eInfNa]+");
    std::istringstream lines(scraped);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            const std::size_t end = line.find(' ', 7);
            const std::string name = line.substr(7, end - 7);
            EXPECT_EQ(name.ends_with("_total"), line.ends_with(" counter")) << line;
            EXPECT_TRUE(name.starts_with("crossfade_") || name.starts_with("process_") || name.starts_with("exposer_")) << line;
        }
        if (line.empty() || line.front() == '#') continue;
        EXPECT_TRUE(std::regex_match(line, series)) << line;
    }
}

} // namespace
} // namespace crossfade
