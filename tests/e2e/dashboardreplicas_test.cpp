// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The dashboards of two routers over one store and two comparators over another: all four expose the same policies
// and checks, and one of each dies.
#include "tests/e2e/dashboardqueries.h"
#include "tests/services/comparator/fixture.h"
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class DashboardsOfReplicas : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_NE(installedProgram("promtool"), "") << "this test needs the package prometheus (app/packages.sh)";
        ASSERT_TRUE(routers.startAll()) << routers.log(0) << routers.log(1);
        comparator.start();
        beside.emplace(comparator, std::vector<std::string>{});
        beside->start();
        prometheus = std::make_unique<PrometheusServer>(
            std::map<std::string, std::string>{{"routers0", addressOf(routers.url(0))},
                                               {"routers1", addressOf(routers.url(1))},
                                               {"comparators0", addressOf(comparator.url())},
                                               {"comparators1", addressOf(beside->url())}});
        ASSERT_TRUE(prometheus->start()) << prometheus->problem();
        makeShift();
        makeRun();
    }
    // Guards of what is reported and of what this very Prometheus says; a step was made.
    void makeShift()
    {
        const TestClient client = routers.client(0);
        const TestAnswer sources = client.put(
            "/api/v1/metric-sources", {{"items", Json::array({{{"name", "own"}, {"url", prometheus->url()}}})}}, "1");
        ASSERT_EQ(sources.status, 200) << sources.body;
        const Json success{{"id", "success"}, {"metric", "authentication_success_rate"}, {"threshold", 99},
                           {"window_seconds", 3}, {"min_samples", 5}};
        const Json up{{"id", "up"}, {"metric", "PROMQL"}, {"source", "own"}, {"expression", "min(up)"},
                      {"comparison", ">="}, {"threshold", 0}, {"window_seconds", 5}, {"mode", "SHOW"}};
        const TestAnswer made = client.post("/api/v1/shift-policies", {{"policy_name", "users"},
                                                                       {"target_system", "*"},
                                                                       {"shift_increment", 1},
                                                                       {"stabilization_seconds", 600},
                                                                       {"interval_seconds", 1},
                                                                       {"guards", Json::array({success, up})}});
        ASSERT_EQ(made.status, 201) << made.body;
        const std::string id = made.json.value("id", "");
        policy = "/api/v1/shift-policies/" + id;
        traffic.emplace([this] { return std::vector<std::string>{routers.url(0), routers.url(1)}; },
                        routers.token("observer"), id);
        ASSERT_EQ(client.post(policy + "/shift", {{"reason", "go"}}).status, 200);
        for (std::size_t i = 0; i < 2; ++i) {
            const TestClient each = routers.client(i);
            ASSERT_TRUE(waitFor([&] { return each.get(policy + "/shift").json.value("percentage", 0.0) == 1.0; }, 30s))
                << routers.log(i);
        }
    }
    void makeRun()
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()})
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
        legacy->run("INSERT INTO people VALUES ('a', 'Ann'), ('b', 'Bob')");
        fresh->run("INSERT INTO people VALUES ('a', 'Anna'), ('b', 'Bob')");
        comparator.fullRun(
            comparator.addCheck(*legacy, *fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")}))));
    }
    Json ask(const std::string &expression) const
    {
        std::string error;
        Json result = prometheus->query(expression, &error);
        EXPECT_EQ(error, "") << expression;
        return result.is_array() ? result : Json::array();
    }
    // "share=0.01": what the panel shows, one a series, by a label.
    std::multiset<std::string> shown(const std::string &file, const std::string &panel, const char *label) const
    {
        std::multiset<std::string> all;
        for (const Json &sample : ask(dashboard(file).of(panel)))
            all.insert(sample.at("metric").value(label, "") + "=" + sample.at("value").at(1).get<std::string>());
        return all;
    }
    using Shown = std::multiset<std::string>;
    Shown services() const { return shown("health.json", "Services", "service"); }
    // Not at some moment of the last seconds either; a range that holds one such moment has no answer at all.
    void expectNoRefusal(const char *when) const
    {
        for (const DashboardFile &file : dashboards()) {
            for (const DashboardQuery &query : file.queries()) {
                std::string error;
                prometheus->query("count_over_time((" + query.expression + ")[20s:1s])", &error);
                EXPECT_EQ(error, "") << when << ", " << file.name << ": " << query.panel << "\n" << query.expression;
            }
        }
    }

    Replicas routers;
    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"));
    Comparator comparator{{}, true};
    std::optional<Comparator> beside;
    std::unique_ptr<PrometheusServer> prometheus;
    std::optional<ReplicaTraffic> traffic;
    std::string policy;
};

TEST_F(DashboardsOfReplicas, ShowEachPolicyAndCheckOnceAndWhoIsDown)
{
    // All four tell of what there is: nothing less would show that the queries bear it.
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_shift_policy_info) == 2", 30s));
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_check_info) == 2", 30s));
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_shift_share_ratio == 0.01) == 2", 30s));
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_check_consistency_ratio == 0.5) == 2", 60s));
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_leader == 1) == 2", 30s));
    for (const DashboardFile &file : dashboards())
        expectAnswered(*prometheus, file);
    EXPECT_EQ(shown("shift.json", "Share on the target platform", "policy_name"), (Shown{"users=0.01"}));
    EXPECT_EQ(shown("shift.json", "State", "state"), (Shown{"STABILIZING=1"}));
    EXPECT_EQ(shown("shift.json", "Guards", "guard"), (Shown{"success=1", "up=1"}));
    EXPECT_EQ(shown("shift.json", "Shift policies", ""), (Shown{"=1"}));
    EXPECT_EQ(shown("shift.json", "Alerts nobody acknowledged", "severity").size(), 3U);
    EXPECT_EQ(shown("comparator.json", "Consistency of the last full run", "check_name"), (Shown{"users=0.5"}));
    EXPECT_EQ(shown("comparator.json", "Open differences", "check_name"), (Shown{"users=1"}));
    EXPECT_EQ(shown("comparator.json", "Runs that have ended", "state").size(), 3U);
    EXPECT_EQ(services(), (Shown{"comparator=1", "comparator=1", "router=1", "router=1"}));

    // They are scraped one after the other: for a moment each has another name of the same policy.
    const TestClient client = routers.client(0);
    const std::string version = std::to_string(client.get(policy).json.at("version").get<int>());
    ASSERT_EQ(client.patch(policy, {{"policy_name", "renamed"}}, version).status, 200);
    ASSERT_TRUE(prometheus->waitFor("count(crossfade_shift_policy_info{policy_name=\"renamed\"}) == 2", 30s));
    expectNoRefusal("while it was renamed");
    EXPECT_EQ(shown("shift.json", "Share on the target platform", "policy_name"), (Shown{"renamed=0.01"}));

    const std::size_t leader = routers.leader().value_or(0);
    routers.kill(leader);
    beside->kill();
    const Shown down{"comparator=0", "comparator=1", "router=0", "router=1"};
    EXPECT_TRUE(waitFor([&] { return services() == down; }, 15s)) << Json(services()).dump();
    // Nobody leads for a moment: what the one that is left knows is shown.
    EXPECT_EQ(shown("shift.json", "Share on the target platform", "policy_name"), (Shown{"renamed=0.01"}));
    EXPECT_TRUE(waitFor([&] { return routers.role(1 - leader) == "LEADER"; }, 15s));
    for (const DashboardFile &file : dashboards())
        expectAnswered(*prometheus, file);
    expectNoRefusal("after a change of leader");
    EXPECT_EQ(services(), down);

    // None of a kind is left: that must be seen, not an empty panel.
    routers.kill(1 - leader);
    const Shown bothDown{"comparator=0", "comparator=1", "router=0", "router=0"};
    EXPECT_TRUE(waitFor([&] { return services() == bothDown; }, 15s)) << Json(services()).dump();
}

} // namespace
} // namespace crossfade
