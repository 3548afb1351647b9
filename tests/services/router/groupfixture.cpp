// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/groupfixture.h"

#include "models/core/time.h"

#include <algorithm>
#include <condition_variable>

namespace crossfade {

Json GroupTest::groupBody(const std::string &name, const Json &changes) {
    Json body{{"group_name", name},
              {"batch_size", 2},
              {"batch_interval_seconds", 1},
              {"interval_seconds", 1},
              {"guards",
               {{{"id", "success"},
                 {"metric", "authentication_success_rate"},
                 {"threshold", 99},
                 {"window_seconds", 3},
                 {"min_samples", 2},
                 {"breaches", 1},
                 {"windows", 1}}}}};
    body.update(changes);
    return body;
}

std::string GroupTest::createGroup(const std::string &name, const Json &changes) {
    return router.post("/api/v1/user-groups", groupBody(name, changes)).at("id");
}

std::vector<std::string> GroupTest::names(int count, int first) {
    std::vector<std::string> all;
    for (int i = first; i < first + count; ++i)
        all.push_back((i < 10 ? "u0" : "u") + std::to_string(i));
    return all;
}

TestAnswer GroupTest::upload(const std::string &id, const std::vector<std::string> &users, const std::string &type) {
    std::string text = type == "text/csv" ? "user_id,name\r\n" : "";
    for (const std::string &user : users) {
        if (type == "application/x-ndjson")
            text += dumpJson({{"user_id", user}}) + "\n";
        else
            text += user + (type == "text/csv" ? ",\"a, b\"\r\n" : "\n");
    }
    const std::string version = std::to_string(group(id).at("version").get<int>());
    return router.send({"PUT", path(id, "/members"), {}, version, "operator"}, text, type);
}

std::string GroupTest::createWith(const std::string &name, int users, const Json &changes) {
    const std::string id = createGroup(name, changes);
    EXPECT_EQ(upload(id, names(users)).status, 200);
    return id;
}

std::string GroupTest::batchesOf(const std::string &id) {
    std::string letters;
    const Json batches = router.get(path(id, "/batches?limit=1000"));
    for (const Json &batch : batches.at("items")) {
        const std::string state = batch.at("state");
        letters += state == "MOVING" ? 'G' : state == "ROLLED_BACK" ? 'R' : state[0];
    }
    return letters;
}

TestAnswer GroupTest::act(const std::string &id, const std::string &name, Json body, const std::string &roles) {
    if (!body.contains("reason")) body["reason"] = "test";
    return router.call({"POST", path(id, "/" + name), body, {}, roles});
}

bool GroupTest::waitGroup(const std::string &id, const std::string &state, std::chrono::milliseconds limit) {
    return waitFor([&] { return stateOf(id) == state; }, limit);
}

std::vector<Json> GroupTest::historyOf(const std::string &id) {
    const Json page = router.get(path(id, "/history?limit=1000"));
    return {page.at("items").rbegin(), page.at("items").rend()};
}

Json GroupTest::decide(const std::string &user) {
    return router.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}}, 200).at("decisions").at(0);
}

GroupTraffic::GroupTraffic(RouterService &router, std::vector<std::string> users)
    : m_url(router.url())
    , m_viewer(router.token("viewer"))
    , m_observer(router.token("observer"))
    , m_users(std::move(users))
    , m_thread([this](const std::stop_token &stop) { run(stop); }) {}

void GroupTraffic::fail(const std::vector<std::string> &users) {
    const std::lock_guard lock(m_mutex);
    m_failing = users;
}

void GroupTraffic::silence(const std::vector<std::string> &users) {
    const std::lock_guard lock(m_mutex);
    m_silent = users;
}

void GroupTraffic::run(const std::stop_token &stop) {
    std::condition_variable_any wake;
    std::mutex mutex;
    Json requests = Json::array();
    for (const std::string &user : m_users)
        requests.push_back({{"user_id", user}});
    while (!stop.stop_requested()) {
        TestClient viewer(m_url, m_viewer);
        const TestAnswer decided = viewer.post("/api/v1/decisions", {{"requests", requests}});
        Json seen = Json::array();
        const std::string at =
            formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
        for (std::size_t i = 0; decided.status == 200 && i < m_users.size(); ++i) {
            const std::lock_guard lock(m_mutex);
            if (std::ranges::find(m_silent, m_users[i]) != m_silent.end()) continue;
            const std::string platform = decided.json.at("decisions").at(i).at("platform");
            const bool fails = platform == "NEW" && std::ranges::find(m_failing, m_users[i]) != m_failing.end();
            seen.push_back({{"at", at},
                            {"platform", platform},
                            {"user_id", m_users[i]},
                            {"status", fails ? 500 : 200},
                            {"latency_ms", 10}});
        }
        TestClient(m_url, m_observer).observe(seen);
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; });
    }
}

} // namespace crossfade
