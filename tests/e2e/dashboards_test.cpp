// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the services tell Prometheus: promtool finds nothing to complain about, and every query of every
// dashboard in resources/grafana has an answer while the sandbox's services work.
#include "models/core/time.h"
#include "tests/e2e/dashboardqueries.h"
#include "tests/support/prometheus.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

std::string metricsOf(const TestClient &service)
{
    return TestClient(service.base()).get("/metrics").body; // loopback: no token
}

// What promtool has to say; "" if it is content.
std::string complaintsOf(const std::string &metrics, const std::string &file)
{
    std::ofstream(file) << metrics;
    const Output output = runProgram("/bin/sh", {"-c", "exec promtool check metrics < \"$0\" 2>&1", file});
    return output.exitCode == 0 && output.out.empty() ? std::string()
                                                      : "exit " + std::to_string(output.exitCode) + ": " + output.out;
}

class Dashboards : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_NE(installedProgram("promtool"), "")
            << "there is no promtool in PATH: this test needs the package prometheus (app/packages.sh)";
        ASSERT_TRUE(sandbox.isUp());
        prometheus = std::make_unique<PrometheusServer>(std::map<std::string, std::string>{
            {"router", addressOf(sandbox.router().base())}, {"comparator", addressOf(sandbox.comparator().base())}});
        ASSERT_TRUE(prometheus->start()) << prometheus->problem();
    }
    // A guard that asks this very Prometheus, a shift that has made a step, a full run with differences.
    void makeTraffic()
    {
        const TestClient admin = sandbox.router("admin");
        const TestAnswer sources = admin.put("/api/v1/metric-sources",
                                             {{"items", Json::array({{{"name", "own"}, {"url", prometheus->url()}}})}}, "1");
        ASSERT_EQ(sources.status, 200) << sources.body;
        const TestAnswer policy = admin.get(sandbox.policyPath());
        Json guards = policy.json.at("guards");
        guards.push_back({{"id", "up"}, {"metric", "PROMQL"}, {"source", "own"}, {"expression", "min(up)"},
                          {"comparison", ">="}, {"threshold", 1}, {"window_seconds", 5}, {"mode", "SHOW"}});
        const TestAnswer patched = admin.patch(sandbox.policyPath(), {{"guards", guards}},
                                               std::to_string(policy.json.at("version").get<int>()));
        ASSERT_EQ(patched.status, 200) << patched.body;
        ASSERT_EQ(sandbox.comparator().post(sandbox.checkPath() + "/run", {{"scope", "FULL"}, {"reason", "test"}}).status, 202);
        ASSERT_TRUE(sandbox.shiftTo(5)) << sandbox.shift().dump();
        ASSERT_TRUE(prometheus->waitFor("crossfade_check_consistency_ratio", 60s)) << metricsOf(sandbox.comparator());
        ASSERT_TRUE(prometheus->waitFor("crossfade_guard_verdict{guard=\"up\",verdict=\"PASS\"} == 1", 90s))
            << sandbox.router().get(sandbox.policyPath() + "/guards").body;
    }

    TestSandbox sandbox{{"--rate", "40", "--users", "2000"}};
    std::unique_ptr<PrometheusServer> prometheus;
};

TEST_F(Dashboards, everyQueryIsAnsweredAndPromtoolIsContent)
{
    makeTraffic();
    if (HasFatalFailure()) return;
    const TestClient router = sandbox.router();
    const TestClient comparator = sandbox.comparator();
    EXPECT_EQ(complaintsOf(metricsOf(router), sandbox.file("router.prom")), "");
    EXPECT_EQ(complaintsOf(metricsOf(comparator), sandbox.file("comparator.prom")), "");
    EXPECT_NE(complaintsOf("badMetric_total_ms 5\n", sandbox.file("bad.prom")), "") << "it does look";

    std::set<std::string> names;
    std::size_t asked = 0;
    for (const DashboardFile &dashboard : dashboards()) {
        EXPECT_TRUE(names.insert(dashboard.json.at("uid").get<std::string>()).second) << "each has an id of its own";
        std::set<int> ids;
        for (const Json &panel : dashboard.json.at("panels"))
            EXPECT_TRUE(ids.insert(panel.at("id").get<int>()).second) << dashboard.name;
        asked += expectAnswered(*prometheus, dashboard);
    }
    EXPECT_EQ(names.size(), 3U);
    std::printf("%zu queries of %zu dashboards answered\n", asked, names.size());
}

// What is exposed, without the values.
std::set<std::string> seriesOf(const TestClient &service)
{
    std::istringstream lines(metricsOf(service));
    std::set<std::string> series;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.front() != '#') series.insert(line.substr(0, line.rfind(' ')));
    }
    return series;
}

std::string onlyIn(const std::set<std::string> &after, const std::set<std::string> &before)
{
    std::string text;
    for (const std::string &one : after)
        text += before.contains(one) ? std::string() : one + "\n";
    return text;
}

class SeriesOfTheRouter : public Dashboards {
protected:
    ~SeriesOfTheRouter() override
    {
        if (m_comparator > 0) ::kill(m_comparator, SIGCONT);
    }
    // The first answer on a way makes its sixteen series, the runner's next second those of the policy and its three
    // guards, forty-three. All that the sandbox does by itself has been done once, and it asks nothing more.
    void settle()
    {
        const std::string policy = "{policy_id=\"" + sandbox.ready().at("policy_id").get<std::string>() + "\"}";
        const std::vector<std::string> firsts{
            "crossfade_http_requests_total{method=\"GET\",route=\"/metrics\",status=\"200\"}",
            "crossfade_http_requests_total{method=\"POST\",route=\"/api/v1/decisions\",status=\"200\"}",
            "crossfade_http_requests_total{method=\"POST\",route=\"/api/v1/observations\",status=\"202\"}",
            "crossfade_shift_share_ratio" + policy};
        std::set<std::string> now;
        ASSERT_TRUE(waitFor(
            [&] {
                now = seriesOf(sandbox.router());
                return std::ranges::all_of(firsts, [&](const std::string &one) { return now.contains(one); });
            },
            60s))
            << onlyIn({firsts.begin(), firsts.end()}, now);
        // It tells the router of what it finds when it finds it.
        m_comparator = sandbox.ready().at("comparator").at("pid").get<pid_t>();
        ASSERT_EQ(::kill(m_comparator, SIGSTOP), 0);
        ASSERT_EQ(sandbox.control().send("PUT", "/api/v1/sandbox/load", R"({"rate": 0})").status, 200);
        Json status;
        ASSERT_TRUE(waitFor(
            [&] {
                status = sandbox.control().get("/api/v1/sandbox/status").json;
                const Json requests = status.value("requests", Json::object());
                const auto count = [&](const char *name) { return requests.value(name, std::int64_t{-1}); };
                return count("in_flight") == 0 &&
                       count("drawn") == count("undecided") + count("to_new") + count("to_legacy");
            },
            60s))
            << status.dump();
    }
    // One nobody has heard of, in all that a client may make up. The statuses of the answers.
    std::vector<int> strange(int i)
    {
        const std::string n = "made-up-" + std::to_string(i);
        const TestClient router = sandbox.router();
        const TestClient observer = sandbox.router("observer");
        const Json asked{{"user_id", n}, {"system_id", n}, {"entity_id", n}, {"interface", n}, {"operation", "read"}};
        const Json seen{{"at", formatInstant(instantFromMs(nowMicros() / 1'000))}, {"platform", "NEW"},
                        {"system_id", n}, {"user_id", n}, {"status", 200}, {"latency_ms", 5}};
        return {router.get("/api/v1/users/" + n).status,
                router.get("/no/such/path/" + n).status,
                router.get("/api/v1/shift-policies/" + n).status,
                router.get("/api/v1/rules?" + n + "=1").status,
                router.send("FOO" + std::to_string(i), "/api/v1/rules", "").status,
                TestClient(router.base(), n).get("/api/v1/rules").status,
                router.post("/api/v1/decisions", {{"requests", Json::array({asked})}}).status,
                observer.observe(Json::array({seen})).status};
    }

private:
    pid_t m_comparator = 0;
};

// Labels are ids and words of a fixed set: the series do not follow the traffic.
TEST_F(SeriesOfTheRouter, areTheSameAfterFewAndManyStrangers)
{
    settle();
    if (HasFatalFailure()) return;
    const std::set<std::string> settled = seriesOf(sandbox.router());
    const std::vector<int> statuses = strange(0);
    EXPECT_EQ(statuses, (std::vector<int>{200, 404, 404, 422, 405, 401, 200, 202}));
    const std::set<std::string> afterOne = seriesOf(sandbox.router());
    std::set<std::string> afterFew;
    for (int i = 1; i < 250; ++i) {
        ASSERT_EQ(strange(i), statuses) << i;
        if (i == 49) afterFew = seriesOf(sandbox.router());
    }
    const std::set<std::string> afterMany = seriesOf(sandbox.router());
    EXPECT_EQ(onlyIn(afterFew, afterOne), "") << "forty-nine make no more than one";
    EXPECT_EQ(onlyIn(afterMany, afterFew), "") << "and two hundred and forty-nine no more than forty-nine";
    EXPECT_EQ(afterMany.size(), afterFew.size());
    std::printf("%zu series, %zu with one stranger:\n%s", settled.size(), afterMany.size(),
                onlyIn(afterMany, settled).c_str());
}

} // namespace
} // namespace crossfade
