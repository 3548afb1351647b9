// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include "models/core/time.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace crossfade {

namespace {

constexpr int Requests = 10; // a platform and post
constexpr std::chrono::milliseconds Pause{250};

Instant clockNow() {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

} // namespace

Traffic::Traffic(std::string url, std::string token, std::string policyId)
    : m_url(std::move(url))
    , m_token(std::move(token))
    , m_policyId(std::move(policyId))
    , m_thread([this](const std::stop_token &stop) { run(stop); }) {}

void Traffic::run(const std::stop_token &stop) const {
    TestClient client(m_url, m_token);
    client.setTimeout(std::chrono::seconds(2));
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        Json list = Json::array();
        const std::string at = formatInstant(clockNow());
        const auto add = [&](const char *platform, int status) {
            for (int i = 0; i < Requests; ++i)
                list.push_back(
                    {{"at", at},
                     {"platform", platform},
                     {"user_id", "user-" + std::to_string(i)},
                     {"decision",
                      {{"reason", "PERCENTAGE"}, {"policy_id", m_policyId}, {"epoch", 1}}},
                     {"status", status},
                     {"latency_ms", 10 + i}});
        };
        if (onNew) add("NEW", newFails ? 500 : 200);
        if (onLegacy) add("LEGACY", 200);
        if (!list.empty()) client.observe(list);
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, Pause, [] { return false; });
    }
}

Json ShiftTest::policyBody(const Json &changes) {
    Json body{{"policy_name", "users"},
              {"target_system", "*"},
              {"max_shift_percentage", 25},
              {"shift_increment", 10},
              {"stabilization_seconds", 1},
              {"interval_seconds", 1},
              {"guards",
               {{{"id", "success"},
                 {"metric", "authentication_success_rate"},
                 {"threshold", 99},
                 {"window_seconds", 3},
                 {"min_samples", 5},
                 {"breaches", 2},
                 {"windows", 2}}}}};
    for (const auto &[key, value] : changes.items())
        body[key] = value;
    return body;
}

std::string ShiftTest::createPolicy(const Json &changes) {
    return router.post("/api/v1/shift-policies", policyBody(changes)).at("id");
}

std::string ShiftTest::pathOf(const std::string &id, const std::string &rest) const {
    return "/api/v1/shift-policies/" + id + rest;
}

std::vector<Json> ShiftTest::history(const std::string &id) {
    const Json items = router.get(pathOf(id, "/history?limit=1000")).at("items");
    return {items.rbegin(), items.rend()};
}

int ShiftTest::act(const std::string &id, const std::string &name, Json body,
                   const std::string &roles) {
    if (!body.contains("reason")) body["reason"] = "test";
    return router.call({"POST", pathOf(id, "/" + name), body, {}, roles}).status;
}

bool ShiftTest::waitState(const std::string &id, const std::string &state,
                          std::chrono::milliseconds limit) {
    return waitFor([&] { return stateOf(id) == state; }, limit);
}

bool ShiftTest::waitPercentage(const std::string &id, double atLeast,
                               std::chrono::milliseconds limit) {
    return waitFor([&] { return percentageOf(id) >= atLeast; }, limit)
           && waitFor([&, stored = shift(id).at("epoch").get<std::int64_t>()] { return epochInForce() >= stored; });
}

std::int64_t ShiftTest::epochInForce() {
    const Json change{{"kind", "rule.put"}, {"rule", userRuleBody("nobody")}};
    return router.post("/api/v1/previews", {{"changes", {change}}}).at("epoch");
}

std::unique_ptr<Traffic> ShiftTest::traffic(const std::string &id) {
    return std::make_unique<Traffic>(router.url(), router.token("observer"), id);
}

std::string ShiftTest::openApproval() {
    const Json items = router.get("/api/v1/approvals?state=OPEN").at("items");
    return items.empty() ? std::string() : items[0].at("id").get<std::string>();
}

} // namespace crossfade
