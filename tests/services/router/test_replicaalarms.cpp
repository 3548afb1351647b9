// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What one router told, the one that takes over does not tell again.
#include "models/core/time.h"
#include "tests/support/http.h"
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ReplicaAlarms : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    // Both users fail on NEW, four times a second, at whichever router answers.
    void requests(const std::stop_token &stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            Json list = Json::array();
            const std::string now =
                formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
            for (const char *user : {"u1", "u2"})
                list.push_back({{"at", now}, {"platform", "NEW"}, {"user_id", user}, {"status", 500}, {"latency_ms", 10}});
            for (std::size_t number = 0; number < replicas.count(); ++number) {
                const int status = replicas.client(number).post("/api/v1/observations", {{"observations", list}}).status;
                if (status >= 200 && status < 300) break; // one that is dead answers nothing: 0
            }
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, 250ms, [] { return false; });
        }
    }
    std::size_t trips(std::size_t number, const std::string &query) {
        const Json page = replicas.client(number).get("/api/v1/alerts?limit=1000" + query).json;
        return static_cast<std::size_t>(std::ranges::count_if(
            page.at("items"), [](const Json &alert) { return alert.at("type") == "GUARD_TRIPPED"; }));
    }

    Replicas replicas;
};

TEST_F(ReplicaAlarms, aGroupsTripIsToldOnceUnderTwoLeaders) {
    const std::size_t first = *replicas.leader();
    const std::size_t second = 1 - first;
    const TestClient client = replicas.client(second);
    const TestAnswer made = client.post("/api/v1/user-groups", {{"group_name", "stores"},
                                                                {"batch_size", 2},
                                                                {"batch_interval_seconds", 600},
                                                                {"interval_seconds", 1},
                                                                {"guards",
                                                                 {{{"id", "success"},
                                                                   {"metric", "authentication_success_rate"},
                                                                   {"threshold", 99},
                                                                   {"window_seconds", 3},
                                                                   {"min_samples", 2},
                                                                   {"breaches", 1},
                                                                   {"windows", 1}}}}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/user-groups/" + made.json.value("id", "");
    ASSERT_EQ(client.send("PUT", path + "/members", "u1\nu2\n", {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}}).status,
              200);
    ASSERT_EQ(client.post(path + "/shift", {{"reason", "go"}}).status, 200);
    ASSERT_TRUE(waitFor([&] { return client.get(path + "/batches").json.at("items").at(0).at("state") == "SETTLING"; }));
    ASSERT_EQ(client.post(path + "/suspend", {{"reason", "look"}}).status, 200);
    const std::jthread load([this](const std::stop_token &stop) { requests(stop); });
    ASSERT_TRUE(waitFor([&] { return trips(second, "&acknowledged=false") == 1; }, 20s)) << replicas.log(first);
    const Json alert = client.get("/api/v1/alerts?limit=1").json.at("items").at(0);
    ASSERT_EQ(client.post("/api/v1/alerts/" + alert.value("id", "") + "/acknowledge", {{"reason", "seen"}}).status, 200);
    replicas.kill(first);
    ASSERT_TRUE(waitFor([&] { return replicas.role(second) == "LEADER"; }, 20s)) << replicas.log(second);
    const auto judged = [&] { return client.get(path + "/guards").json.at("items").at(0); };
    // Judged for a while by the new leader, and failing all that time.
    const std::string since = judged().at("judged_at").is_string() ? judged().value("judged_at", "") : "";
    ASSERT_TRUE(waitFor([&] {
        const Json guard = judged();
        return guard.at("tripped") == true &&
               std::ranges::count_if(guard.at("recent"), [&](const Json &one) { return one.value("at", "") > since; }) >= 4;
    }, 30s)) << replicas.log(second);
    EXPECT_EQ(trips(second, "&acknowledged=false"), 0U) << "acknowledged, and nothing has changed";
    EXPECT_EQ(trips(second, ""), 1U);
}

} // namespace
} // namespace crossfade
