// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two routers over one PostgreSQL database.
#include "tests/support/replicas.h"

#include "app/service/postgres.h"
#include "models/core/time.h"
#include "tests/services/kit/rawsocket.h"
#include "tests/services/router/routerservice.h"
#include "tests/support/heartbeat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string nowText() {
    return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
}

class ReplicasTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    TestAnswer decide(std::size_t number, const std::string &user, const Json &more = Json::object()) {
        Json request{{"user_id", user}};
        request.update(more);
        return replicas.client(number).post("/api/v1/decisions", {{"requests", {request}}});
    }
    std::string reasonOf(std::size_t number, const std::string &user, const Json &more = Json::object()) {
        const TestAnswer answer = decide(number, user, more);
        if (answer.status != 200) return "status " + std::to_string(answer.status);
        return answer.json.at("decisions").at(0).value("reason", "");
    }
    bool becomes(std::size_t number, const std::string &user, const std::string &reason,
                 const Json &more = Json::object()) {
        return waitFor([&] { return reasonOf(number, user, more) == reason; }, 5s);
    }
    bool becomesOn(const std::string &platform, std::size_t number, const std::string &user,
                   std::chrono::milliseconds limit = 15s) {
        return waitFor(
            [&] {
                const TestAnswer answer = decide(number, user);
                return answer.status == 200 && answer.json.at("decisions").at(0).value("platform", "") == platform;
            },
            limit);
    }
    TestAnswer put(std::size_t number, const std::string &path, const Json &changes) {
        const TestClient client = replicas.client(number);
        const TestAnswer now = client.get(path);
        Json body = now.json;
        body.update(changes);
        for (const char *field : {"updated_at", "changed_by", "version"})
            body.erase(field);
        return client.put(path, body, std::to_string(now.json.value("version", 0)));
    }
    // 0 → 100 % in small steps, baked and judged each second; answers its path.
    std::string startShift(std::size_t number) {
        const TestClient client = replicas.client(number);
        const Json body{{"policy_name", "users"},
                        {"target_system", "*"},
                        {"max_shift_percentage", 100},
                        {"shift_increment", 1},
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
        const TestAnswer made = client.post("/api/v1/shift-policies", body);
        EXPECT_EQ(made.status, 201) << made.body;
        policyId = made.json.value("id", "");
        const std::string path = "/api/v1/shift-policies/" + policyId;
        traffic = std::make_unique<ReplicaTraffic>(
            [this] { return std::vector<std::string>{replicas.url(0), replicas.url(1)}; }, replicas.token("observer"),
            policyId);
        const TestAnswer begun = client.post(path + "/shift", {{"reason", "go"}});
        EXPECT_EQ(begun.status, 200) << begun.body;
        return path;
    }
    double percentageOf(std::size_t number, const std::string &path) {
        const TestAnswer answer = replicas.client(number).get(path + "/shift");
        return answer.status == 200 ? answer.json.value("percentage", -1.0) : -1;
    }
    bool walksOn(std::size_t number, const std::string &path, int steps = 2) {
        const double from = std::max(0.0, percentageOf(number, path));
        return waitFor([&] { return percentageOf(number, path) >= from + steps; }, 30s);
    }
    // Each move begins where the one before it ended, by one step.
    void expectOneStepAtATime(std::size_t number, const std::string &path) {
        const Json page = replicas.client(number).get(path + "/history?limit=1000").json;
        std::vector<Json> moves;
        for (const Json &entry : page.at("items")) {
            if (entry.value("from_percentage", 0.0) != entry.value("to_percentage", 0.0)) moves.push_back(entry);
        }
        std::ranges::reverse(moves);
        double at = 0;
        for (const Json &move : moves) {
            EXPECT_EQ(move.value("from_percentage", -1.0), at) << move.dump();
            EXPECT_EQ(move.value("to_percentage", -1.0), at + 1) << move.dump();
            at = move.value("to_percentage", -1.0);
        }
    }

    Replicas replicas;
    const Heartbeat heartbeat; // of the machine, which no router answers for
    std::string policyId;
    std::unique_ptr<ReplicaTraffic> traffic;
};

TEST_F(ReplicasTest, EveryKindOfChangeReachesTheOther) {
    const TestClient first = replicas.client(0);
    const TestAnswer rule = first.post("/api/v1/rules", userRuleBody("ann"));
    ASSERT_EQ(rule.status, 201) << rule.body;
    ASSERT_TRUE(becomes(1, "ann", "USER_RULE"));
    const std::string path = "/api/v1/rules/" + rule.json.value("id", "");
    ASSERT_EQ(first.patch(path, {{"active", false}}, "1").status, 200);
    EXPECT_TRUE(becomes(1, "ann", "DEFAULT_ROUTING"));
    ASSERT_EQ(replicas.client(1).patch(path, {{"active", true}}, "2").status, 200) << "made here, changed there";
    EXPECT_TRUE(becomes(0, "ann", "USER_RULE"));
    ASSERT_EQ(first.remove(path, "3").status, 204);
    EXPECT_TRUE(becomes(1, "ann", "DEFAULT_ROUTING"));

    ASSERT_EQ(put(0, "/api/v1/switches", {{"id_threshold", 500}, {"default_platform", "LEGACY"}}).status, 200);
    EXPECT_TRUE(becomes(1, "bob", "ID_THRESHOLD", {{"entity_id", "501"}}));

    const Json list{{"name", "early"}, {"kind", "USER"}, {"enforced", false}};
    ASSERT_EQ(first.post("/api/v1/gray-lists", list).status, 201);
    const TestAnswer listed =
        first.post("/api/v1/gray-lists/early/entries", {{"entries", {"eve"}}, {"reason", "pilot"}});
    ASSERT_LT(listed.status, 300) << listed.body;
    EXPECT_TRUE(becomes(1, "eve", "GRAY_LIST"));

    const std::string held = R"({"user_id":"hal"})";
    const TestAnswer pushed =
        replicas.client(0, "service")
            .send("PUT", "/api/v1/held-entities?complete=true", held + "\n",
                  {{"Content-Type", "application/x-ndjson"}, {"If-Match", "\"1\""}});
    ASSERT_EQ(pushed.status, 200) << pushed.body;
    ASSERT_EQ(put(1, "/api/v1/switches", {{"hold_inconsistent", true}}).status, 200);
    EXPECT_TRUE(becomes(1, "hal", "HELD_INCONSISTENT"));
    EXPECT_TRUE(becomes(0, "hal", "HELD_INCONSISTENT"));
}

TEST_F(ReplicasTest, ABatchOfObservationsWithAKeyCountsOnceOnBoth) {
    const std::string at = nowText();
    Json list = Json::array();
    for (int i = 0; i < 6; ++i)
        list.push_back({{"at", at}, {"platform", "NEW"}, {"status", 200}, {"latency_ms", 3}});
    const auto send = [&](std::size_t number) {
        return replicas.client(number, "observer")
            .send("POST", "/api/v1/observations", dumpJson({{"observations", list}}),
                  {{"Content-Type", "application/json"}, {"Idempotency-Key", "one-batch"}});
    };
    const auto counted = [&](std::size_t number, const std::string &platform = "NEW") {
        const Json told =
            replicas.client(number).get("/api/v1/series?metric=request_rate&step=300&platform=" + platform).json;
        int all = 0;
        for (const Json &count : told.at("count"))
            all += count.get<int>();
        return all;
    };
    // Until each knows of the other nothing is told.
    const Json probe = Json::array({{{"at", at}, {"platform", "LEGACY"}, {"status", 200}, {"latency_ms", 3}}});
    for (const std::size_t from : {0U, 1U}) {
        ASSERT_TRUE(waitFor([&] {
            const int before = counted(1 - from, "LEGACY");
            replicas.client(from, "observer").observe(probe);
            return waitFor([&] { return counted(1 - from, "LEGACY") > before; }, 3s);
        }));
    }
    EXPECT_EQ(send(0).status, 202);
    EXPECT_EQ(send(1).header("idempotency-replayed"), "true");
    EXPECT_TRUE(waitFor([&] { return counted(1) == 6; }, 10s)) << "told by the other";
    EXPECT_EQ(counted(0), 6);
    EXPECT_EQ(send(0).header("idempotency-replayed"), "true");
    std::this_thread::sleep_for(2500ms); // what is told to others is told once a second
    EXPECT_EQ(counted(0), 6);
    EXPECT_EQ(counted(1), 6);
}

TEST_F(ReplicasTest, EventsHaveTheSameIdsInTheSameOrderOnBoth) {
    const std::string token = replicas.token("viewer");
    EventReader here(replicas.port(0), token, {}, "?topics=rule.changed");
    EventReader there(replicas.port(1), token, {}, "?topics=rule.changed");
    ASSERT_TRUE(here.block() && there.block());
    std::string before;
    for (int i = 0; i < 12; ++i) {
        const std::string user = "user-" + std::to_string(i);
        const TestClient client = replicas.client(static_cast<std::size_t>(i % 2));
        ASSERT_EQ(client.post("/api/v1/rules", userRuleBody(user)).status, 201);
        const auto ours = here.next();
        const auto theirs = there.next();
        ASSERT_TRUE(ours && theirs) << i;
        EXPECT_NE(ours->data.find(user), std::string::npos) << ours->data;
        EXPECT_EQ(ours->id, theirs->id);
        EXPECT_EQ(ours->data, theirs->data);
        if (i == 0) before = ours->id;
    }
    // What was heard on one is gone on with on the other.
    EventReader again(replicas.port(1), token, before, "?topics=rule.changed");
    for (int i = 1; i < 12; ++i) {
        const auto event = again.next();
        ASSERT_TRUE(event) << i;
        EXPECT_NE(event->data.find("user-" + std::to_string(i)), std::string::npos) << event->data;
    }
}

TEST_F(ReplicasTest, AListenerThatWasCutOffHearsAgain) {
    PostgresTarget target;
    target.url = replicas.database();
    target.application = "test";
    const auto database = PostgresDatabase::open(target, PostgresDatabase::Mode::ReadWrite);
    ASSERT_TRUE(database);
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE((*database)->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                       "application_name LIKE 'crossfade%' AND datname = current_database()"));
        const std::string user = "user-" + std::to_string(round);
        ASSERT_TRUE(waitFor([&] {
            return replicas.client(0).post("/api/v1/rules", userRuleBody(user)).status == 201;
        }));
        EXPECT_TRUE(becomes(1, user, "USER_RULE")) << replicas.log(1);
    }
}

TEST_F(ReplicasTest, OneLeadsAndTheOtherTakesOverWhenItDies) {
    const std::string path = startShift(0);
    ASSERT_TRUE(walksOn(1, path)) << replicas.log(0);
    const auto first = replicas.leader();
    ASSERT_TRUE(first);
    const std::size_t second = 1 - *first;
    const std::int64_t term = replicas.term(*first);
    EXPECT_EQ(replicas.role(second), "FOLLOWER");
    EXPECT_EQ(replicas.term(second), term);
    replicas.kill(*first);
    const auto died = Clock::now();
    ASSERT_TRUE(waitFor([&] { return replicas.role(second) == "LEADER"; }, 20s));
    EXPECT_LE(Clock::now() - died, 6s + heartbeat.heldUpSince(died));
    EXPECT_GT(replicas.term(second), term);
    EXPECT_TRUE(walksOn(second, path)) << replicas.log(second);
    expectOneStepAtATime(second, path);
    ASSERT_TRUE(replicas.start(*first)) << replicas.log(*first);
    EXPECT_EQ(replicas.role(*first), "FOLLOWER") << "it does not take it back";
    EXPECT_TRUE(waitFor([&] { return percentageOf(*first, path) >= percentageOf(second, path); }));
    const std::string metrics = replicas.client(second, "").get("/metrics").body;
    EXPECT_NE(metrics.find("\ncrossfade_leader 1"), std::string::npos);
    EXPECT_TRUE(waitFor([&] {
        return replicas.client(second, "").get("/metrics").body.find("\ncrossfade_replicas 2") != std::string::npos;
    }));
}

TEST_F(ReplicasTest, ALeaderThatStoodStillDoesNothingWhenItWakes) {
    const std::string path = startShift(0);
    ASSERT_TRUE(walksOn(0, path));
    const auto first = replicas.leader();
    ASSERT_TRUE(first);
    const std::size_t second = 1 - *first;
    traffic = std::make_unique<ReplicaTraffic>([&] { return std::vector<std::string>{replicas.url(second)}; },
                                               replicas.token("observer"), policyId);
    replicas.signal(*first, SIGSTOP);
    const auto stopped = Clock::now();
    EXPECT_TRUE(waitFor([&] { return replicas.role(second) == "LEADER"; }, 20s));
    EXPECT_LE(Clock::now() - stopped, 6s + heartbeat.heldUpSince(stopped));
    EXPECT_TRUE(walksOn(second, path)) << replicas.log(second);
    replicas.signal(*first, SIGCONT);
    EXPECT_TRUE(waitFor([&] { return replicas.role(*first) == "FOLLOWER"; }));
    EXPECT_TRUE(walksOn(second, path)) << "and it is the other that goes on";
    EXPECT_EQ(replicas.leader(), second);
    EXPECT_TRUE(waitFor([&] { return percentageOf(*first, path) >= 4; })) << "it has learnt what it slept through";
    expectOneStepAtATime(*first, path);
}

TEST_F(ReplicasTest, AnOperatorMayAskWhomeverHeLikes) {
    const std::string path = startShift(0);
    ASSERT_TRUE(walksOn(0, path));
    const auto leads = replicas.leader();
    ASSERT_TRUE(leads);
    const std::size_t follows = 1 - *leads;
    const TestClient follower = replicas.client(follows);
    EXPECT_EQ(follower.post(path + "/suspend", {{"reason", "wait"}}).status, 200);
    EXPECT_TRUE(waitFor([&] {
        return replicas.client(*leads).get(path + "/shift").json.value("state", "") == "SUSPENDED";
    }));
    // Now that no step begins a new window every other second.
    EXPECT_TRUE(waitFor([&] {
        const Json guards = follower.get(path + "/guards").json.value("items", Json::array());
        return !guards.empty() && guards.at(0).value("samples", 0) > 0;
    })) << "what was told to either is seen on both";
    const double at = percentageOf(*leads, path);
    EXPECT_EQ(follower.post(path + "/resume", {{"reason", "go on"}}).status, 200);
    EXPECT_TRUE(waitFor([&] { return percentageOf(follows, path) > at; }, 30s)) << replicas.log(*leads);
    const Json order{{"target_percentage", 0}, {"mode", "IMMEDIATE"}, {"reason", "back"}};
    const TestAnswer back = follower.post(path + "/rollback", order);
    EXPECT_EQ(back.status, 200) << back.body;
    EXPECT_TRUE(waitFor([&] {
        return reasonOf(*leads, "user-1") == "PERCENTAGE" && percentageOf(*leads, path) == 0;
    }));
}

// Only the follower is told of requests: what it is told decides, first at the leader, then after its death.
TEST_F(ReplicasTest, AGroupMovesOnUnderAnotherLeader) {
    const auto first = replicas.leader();
    ASSERT_TRUE(first);
    const std::size_t second = 1 - *first;
    const TestClient follower = replicas.client(second);
    const std::vector<std::string> users{"u1", "u2", "u3", "u4"};
    const TestAnswer made = follower.post("/api/v1/user-groups", {{"group_name", "stores"},
                                                                  {"batch_size", 1},
                                                                  {"batch_interval_seconds", 1},
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
    const TestAnswer listed = follower.send("PUT", path + "/members", "u1\nu2\nu3\nu4\n",
                                            {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}});
    ASSERT_EQ(listed.status, 200) << listed.body;
    const std::jthread requests([&](const std::stop_token &stop) {
        const TestClient client = replicas.client(second);
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            Json list = Json::array();
            for (const std::string &user : users) {
                const TestAnswer decided = client.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}});
                if (decided.status != 200) continue;
                list.push_back({{"at", nowText()},
                                {"platform", decided.json.at("decisions").at(0).at("platform")},
                                {"user_id", user},
                                {"status", 200},
                                {"latency_ms", 10}});
            }
            client.observe(list);
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, 200ms, [] { return false; });
        }
    });
    ASSERT_EQ(follower.post(path + "/shift", {{"reason", "go"}}).status, 200);
    ASSERT_TRUE(becomesOn("NEW", *first, "u1")) << replicas.log(*first);
    ASSERT_TRUE(becomesOn("NEW", second, "u2", 30s)) << "what the follower was told lets the leader go on";
    replicas.kill(*first);
    EXPECT_TRUE(becomesOn("NEW", second, "u4", 60s)) << replicas.log(second);
    EXPECT_TRUE(waitFor([&] {
        const Json group = follower.get(path).json;
        return group.is_object() && group.at("shift").value("state", "") == "COMPLETED";
    }, 30s));
    ASSERT_TRUE(replicas.start(*first)) << replicas.log(*first);
    for (const std::string &user : users)
        EXPECT_TRUE(becomesOn("NEW", *first, user)) << user;
}

TEST_F(ReplicasTest, ANewerProgramMigratesWhileAnotherServes) {
    namespace fs = std::filesystem;
    const TempDir newer;
    fs::copy(std::string(CROSSFADE_SOURCE_DIR) + "/resources", newer.path() / "resources", fs::copy_options::recursive);
    std::ofstream(newer.path() / "resources/sql/router/postgres/9000_more.sql")
        << "ALTER TABLE rule ADD COLUMN more BIGINT NOT NULL DEFAULT 0;\n"
           "ALTER TABLE switches ADD COLUMN more BIGINT;\n";
    ASSERT_NE(replicas.token("admin"), ""); // the commands of the older one are refused, too, once it has migrated
    ASSERT_EQ(replicas.stop(1), 0);
    replicas.setResources(1, (newer.path() / "resources").string());
    std::atomic<bool> done = false;
    std::atomic<int> refused = 0;
    std::atomic<int> made = 0;
    std::thread clients([&] {
        const TestClient client = replicas.client(0);
        for (int i = 0; !done; ++i)
            ++(client.post("/api/v1/rules", userRuleBody("load-" + std::to_string(i))).status == 201 ? made : refused);
    });
    const bool started = replicas.start(1);
    const int before = made;
    EXPECT_TRUE(waitFor([&] { return made > before + 10; })) << "the older one goes on";
    done = true;
    clients.join();
    ASSERT_TRUE(started) << replicas.log(1);
    EXPECT_EQ(refused, 0);
    EXPECT_TRUE(becomes(1, "load-0", "USER_RULE"));
    ASSERT_EQ(replicas.client(1).post("/api/v1/rules", userRuleBody("newer")).status, 201);
    EXPECT_TRUE(becomes(0, "newer", "USER_RULE"));
    ASSERT_EQ(replicas.stop(0), 0);
    EXPECT_FALSE(replicas.start(0)) << "it is older than the store by now";
    EXPECT_NE(replicas.log(0).find("newer version"), std::string::npos);
}

} // namespace
} // namespace crossfade
