// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Guards on a real Prometheus server that scrapes an application of the test's own: what it answers is
// judged, and while it is dead, silent or talks nonsense nothing passes and nothing waits for it.
#include "tests/services/router/promqlfixture.h"
#include "tests/support/prometheus.h"
#include "tests/support/stopwatch.h"

#include <algorithm>
#include <csignal>

namespace crossfade {
namespace {

using SteadyClock = std::chrono::steady_clock;

class PromqlGuards : public PromqlTest {
protected:
    void SetUp() override {
        PromqlTest::SetUp();
        busy("0.25");
        ASSERT_TRUE(prometheus.start()) << prometheus.problem();
        ASSERT_EQ(putSources({sourceOf(prometheus.url())}).status, 200);
        ASSERT_TRUE(prometheus.waitFor("app_busy_ratio"));
    }
    void busy(const std::string &value) {
        application.answer(200, "# HELP app_busy_ratio How busy it is\n# TYPE app_busy_ratio gauge\napp_busy_ratio " +
                                    value + "\napp_worker_up{n=\"1\"} 1\napp_worker_up{n=\"2\"} 1\n");
    }
    // A shift that has taken its first step and waits for its guard.
    std::string atTenPercent(const Json &changes = Json::object()) {
        Json body = guardedBy("app_busy_ratio");
        body["stabilization_seconds"] = 600;
        for (const auto &[key, value] : changes.items())
            body[key] = value;
        const std::string id = createPolicy(body);
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        return id;
    }
    double rollbackSeconds(const std::string &id) {
        const Stopwatch watch;
        EXPECT_EQ(act(id, "rollback"), 200);
        const double seconds = watch.seconds();
        EXPECT_EQ(percentageOf(id), 0);
        return seconds;
    }
    // From its next judgement on, for some of them, not one passes.
    bool neverPassesFor(const std::string &id, int judgements) {
        std::string last = standing(id).at("judged_at");
        bool passed = false;
        for (int seen = 0; seen < judgements;) {
            const Json now = standing(id);
            if (now.at("judged_at") == last) {
                if (!waitFor([&] { return standing(id).at("judged_at") != last; })) return false;
                continue;
            }
            last = now.at("judged_at");
            passed = passed || now.at("verdict") == "PASS";
            ++seen;
        }
        return !passed;
    }
    AnsweringServer application;
    PrometheusServer prometheus{{{"app", addressOf(application.url())}}};
    std::unique_ptr<Traffic> load;
};

TEST_F(PromqlGuards, letTheShiftWalkWhileTheyHold) {
    const std::string id = createPolicy(guardedBy("app_busy_ratio"));
    load = traffic(id);
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 20}}), 200);
    ASSERT_TRUE(waitPercentage(id, 20)) << shift(id).dump() << standing(id).dump();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    const Json now = standing(id);
    EXPECT_EQ(now.at("value"), 0.25);
    EXPECT_EQ(now.at("detail"), "0.25 is <= 0.8");
    EXPECT_EQ(now.at("guard").at("expression"), "app_busy_ratio");
}

TEST_F(PromqlGuards, rollBackOnABreachAndShowTheirExpression) {
    const std::string expression = "max(app_busy_ratio{job=\"app\"}) or <b>nothing</b>";
    const std::string good = "max(app_busy_ratio{job=\"app\"})";
    EXPECT_NE(tryOut({{"source", "main"}, {"expression", expression}}).at("error"), Json()) << "no markup is run";
    Json body = guardedBy(good);
    body["on_breach"] = "ROLLBACK";
    const std::string id = atTenPercent(body);
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    busy("0.95");
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << standing(id).dump();
    const Json last = history(id).back();
    EXPECT_EQ(last.at("reason").get<std::string>().find("PROMQL \u00AB" + good + "\u00BB tripped: 0.95 is not <= 0.8"), 0U)
        << last.dump();
    EXPECT_EQ(last.at("evidence").at("guard").at("expression"), good);
    EXPECT_EQ(last.at("evidence").at("values").back().at("value"), 0.95);
    const Json alerts = router.get("/api/v1/alerts").at("items");
    const auto tripped = std::ranges::find(alerts, "GUARD_TRIPPED", [](const Json &alert) { return alert.at("type"); });
    ASSERT_NE(tripped, alerts.end());
    EXPECT_NE(tripped->at("message").get<std::string>().find(good), std::string::npos) << tripped->dump();
}

TEST_F(PromqlGuards, countTheSamplesAnExpressionTellsOf) {
    Json body = guardedBy("app_busy_ratio", {{"samples_expression", "count(app_worker_up)"}, {"min_samples", 3}});
    const std::string id = atTenPercent(body);
    ASSERT_TRUE(waitVerdict(id, "TOO_FEW"));
    EXPECT_TRUE(waitDetail(id, "n = 2, needs 3")) << standing(id).dump();
    application.answer(200, "app_busy_ratio 0.1\napp_worker_up{n=\"1\"} 1\napp_worker_up{n=\"2\"} 1\napp_worker_up{n=\"3\"} 1\n");
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    EXPECT_EQ(standing(id).at("samples"), 3);
}

TEST_F(PromqlGuards, neverPassOnAStoppedServerAndNeverDelayTheWayBack) {
    const std::string id = atTenPercent();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    prometheus.process().signal(SIGSTOP);
    ASSERT_TRUE(waitVerdict(id, "SOURCE_ERROR")) << standing(id).dump();
    EXPECT_TRUE(waitDetail(id, "main: no answer")) << standing(id).dump();
    EXPECT_TRUE(neverPassesFor(id, 5)) << standing(id).dump();
    EXPECT_EQ(percentageOf(id), 10);
    const double seconds = rollbackSeconds(id);
    std::printf("rollback with the metric source stopped: %.3f s\n", seconds);
    EXPECT_LT(seconds, 1);
    prometheus.process().signal(SIGCONT);
}

TEST_F(PromqlGuards, goOnOnceTheServerIsBack) {
    const std::string id = atTenPercent({{"stabilization_seconds", 1}, {"max_shift_percentage", 100}});
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    prometheus.process().signal(SIGSTOP);
    ASSERT_TRUE(waitVerdict(id, "SOURCE_ERROR"));
    const double there = percentageOf(id);
    EXPECT_TRUE(neverPassesFor(id, 3));
    EXPECT_EQ(percentageOf(id), there) << "no step without evidence";
    prometheus.process().signal(SIGCONT);
    EXPECT_TRUE(waitPercentage(id, there + 5, std::chrono::seconds(25))) << standing(id).dump();
}

TEST_F(PromqlGuards, neverPassOnAServerThatIsGone) {
    const std::string id = atTenPercent();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    prometheus.process().kill();
    ASSERT_TRUE(waitVerdict(id, "SOURCE_ERROR")) << standing(id).dump();
    EXPECT_TRUE(neverPassesFor(id, 4));
    EXPECT_LT(rollbackSeconds(id), 1);
}

TEST_F(PromqlGuards, neverPassOnSilenceOfTheApplication) {
    const std::string id = atTenPercent();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    application.answer(500, "broken");
    ASSERT_TRUE(waitVerdict(id, "NO_DATA")) << standing(id).dump();
    EXPECT_EQ(standing(id).at("detail"), "the expression matched nothing");
    EXPECT_TRUE(neverPassesFor(id, 3));
    busy("NaN");
    ASSERT_TRUE(waitDetail(id, "main: the value is NaN")) << standing(id).dump();
    EXPECT_TRUE(neverPassesFor(id, 2));
}

TEST_F(PromqlGuards, areTriedBeforeAnythingReliesOnThem) {
    // On a machine with much to do a scrape or an answer may come too late once: then it is asked again.
    const auto tried = [&](const Json &query, const char *member, const Json &expected) {
        Json last;
        Json asked{{"source", "main"}};
        asked.update(query);
        const bool found = waitFor([&] {
            last = tryOut(asked);
            return last.at(member) == expected;
        });
        EXPECT_TRUE(found) << query.dump() << " answers " << last.dump();
        return last;
    };
    const Json good = tried({{"expression", "app_busy_ratio"}, {"samples_expression", "count(app_worker_up)"}}, "samples", 2);
    EXPECT_EQ(good.at("value"), 0.25);
    EXPECT_TRUE(good.at("error").is_null());
    EXPECT_TRUE(good.at("at").is_string());
    tried({{"expression", "vector(3)"}}, "value", 3);
    tried({{"expression", "1 + 1"}}, "value", 2);
    EXPECT_TRUE(tried({{"expression", "no_such_metric"}}, "error", nullptr).at("value").is_null());
    const auto refused = [&](const char *expression, const char *why) { tried({{"expression", expression}}, "error", why); };
    refused("app_worker_up", "the expression answers 2 series where one number is needed");
    refused("app_busy_ratio[1m]", "the expression answers a matrix where one number is needed");
    refused("\"text\"", "the expression answers a string where one number is needed");
    refused("0/0", "the value is NaN");
    refused("1/0", "the value is +Inf");
    const auto begins = [&](const Json &query, const char *start) {
        Json last;
        EXPECT_TRUE(waitFor([&] {
            last = tryOut(query);
            return last.at("error").is_string() && last.at("error").get<std::string>().starts_with(start);
        })) << last.dump();
    };
    begins({{"source", "main"}, {"expression", "sum("}}, "answered 400: ");
    begins({{"source", "main"}, {"expression", "1"}, {"samples_expression", "("}}, "samples: answered 400");
    prometheus.process().signal(SIGSTOP);
    const auto begun = SteadyClock::now();
    EXPECT_EQ(tryOut({{"source", "main"}, {"expression", "1"}}).at("error"), "no answer within 1000 ms");
    EXPECT_LT(std::chrono::duration<double>(SteadyClock::now() - begun).count(), 3);
}

} // namespace
} // namespace crossfade
