// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every verdict from its real cause: sources that are there, stopped, stale, talk nonsense, or are too thin.
#include "tests/services/router/promqlfixture.h"

#include <algorithm>
#include <map>

namespace crossfade {
namespace {

class Verdicts : public PromqlTest {
protected:
    void SetUp() override {
        ASSERT_TRUE(router.start({"--comparator", "http://127.0.0.1:1", "--comparator-token-file", "/dev/null"}))
            << router.log();
        ASSERT_EQ(putSources({sourceOf(nonsense.url(), {{"name", "nonsense"}}), sourceOf(late.url(), {{"name", "late"}}),
                              sourceOf("http://127.0.0.1:1", {{"name", "stopped"}}),
                              sourceOf(silent.url(), {{"name", "silent"}})})
                      .status,
                  200);
        nonsense.answer(200, vectorAnswer("NaN"));
        silent.beSilent();
    }
    static Json guard(const char *id, const char *metric, const Json &changes) {
        Json made{{"id", id}, {"metric", metric}, {"threshold", 1}, {"window_seconds", 3}};
        made.update(changes);
        return made;
    }
    static Json promql(const char *source) {
        return guard(source, "PROMQL", {{"source", source}, {"expression", "up"}});
    }
    // Of each guard its verdict and what it says.
    std::map<std::string, std::pair<std::string, std::string>> told(const std::string &id) {
        std::map<std::string, std::pair<std::string, std::string>> all;
        for (const Json &item : router.get(pathOf(id, "/guards")).at("items"))
            all[item.at("guard").at("id")] = {item.at("verdict"), item.at("detail")};
        return all;
    }
    void expectTold(const std::string &id, const char *guardId, const char *verdict, const char *detail) {
        EXPECT_TRUE(waitFor([&] {
            late.answer(200, vectorAnswer("5", 60));
            const auto [is, says] = told(id)[guardId];
            return is == verdict && says.find(detail) != std::string::npos;
        })) << guardId << ": " << told(id)[guardId].first << ", " << told(id)[guardId].second;
    }
    AnsweringServer nonsense;
    AnsweringServer late;
    AnsweringServer silent;
};

TEST_F(Verdicts, eachNamesItsCauseAndOnlyOnePasses) {
    const Json guards{guard("well", "authentication_success_rate", {{"min_samples", 5}}),
                      guard("thin", "authentication_success_rate", {{"min_samples", 1'000'000}}),
                      guard("failing", "error_rate", {{"threshold", 100}, {"min_samples", 5}, {"comparison", "<="}}),
                      guard("slow", "authorization_latency", {{"threshold", 0.001}, {"min_samples", 5}, {"mode", "SHOW"}}),
                      guard("unasked", "user_satisfaction", {{"min_samples", 5}}),
                      guard("unchecked", "consistency_percentage", {{"check_name", "users"}}),
                      promql("nonsense"),
                      promql("late"),
                      promql("stopped"),
                      promql("silent")};
    const std::string id =
        createPolicy({{"guards", guards}, {"stabilization_seconds", 600}, {"on_breach", "HOLD"}});
    auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    expectTold(id, "well", "PASS", "100 % is >= 1 %, n = ");
    expectTold(id, "thin", "TOO_FEW", ", needs 1000000");
    expectTold(id, "failing", "PASS", "0 % is <= 100 %");
    expectTold(id, "slow", "BREACH", " ms is not <= 0.001 ms");
    expectTold(id, "unasked", "NO_DATA", "no sample in the window");
    expectTold(id, "unchecked", "SOURCE_ERROR", "the comparator: ");
    expectTold(id, "nonsense", "SOURCE_ERROR", "nonsense: the value is NaN");
    expectTold(id, "late", "STALE", "the latest sample is older than the window");
    expectTold(id, "stopped", "SOURCE_ERROR", "stopped: ");
    expectTold(id, "silent", "SOURCE_ERROR", "silent: ");
    nonsense.answer(200, vectorAnswer("+Inf"));
    expectTold(id, "nonsense", "SOURCE_ERROR", "nonsense: the value is +Inf");
    nonsense.answer(200, R"({"status":"success","data":{"resultType":"vector","result":[]}})");
    expectTold(id, "nonsense", "NO_DATA", "the expression matched nothing");
    nonsense.answer(500, "gone");
    expectTold(id, "nonsense", "SOURCE_ERROR", "nonsense: answered 500");
    const Json gates = router.get(pathOf(id, "/gates")).at("items");
    EXPECT_TRUE(std::ranges::any_of(gates, [](const Json &gate) {
        return gate.at("gate") == "GUARDS" && gate.at("status") == "BLOCKED";
    })) << gates.dump();
    // What was measured once and is no more is not what never was.
    load->onNew = false;
    expectTold(id, "well", "STALE", "the latest sample is older than the window");
    EXPECT_EQ(percentageOf(id), 10) << "none of this moved anybody";
    EXPECT_EQ(act(id, "rollback"), 200) << "and none of it is in the way back";
}

} // namespace
} // namespace crossfade
