// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Whichever of two routers on one database is asked: guards, gates, the next action, series and ticks are those of
// whoever leads, and the answer says of which leader and from when.
#include "tests/support/replicas.h"

#include "models/core/time.h"
#include "tests/services/kit/rawsocket.h"
#include "tests/support/contract.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

Json successGuard(int samples) {
    return {{"id", "success"},     {"metric", "authentication_success_rate"},
            {"threshold", 99},     {"window_seconds", 3},
            {"min_samples", samples}, {"breaches", 1},
            {"windows", 1}};
}

class ReplicasShow : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
        leader = *replicas.leader();
        follower = 1 - leader;
    }
    Json get(std::size_t number, const std::string &path) {
        const TestAnswer answer = replicas.client(number).get(path);
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(contract.check("GET", path, answer), "") << path;
        return answer.status == 200 ? answer.json : Json::object();
    }
    // What is looked at holds while one and the same leads. Where the leader changed meanwhile, as on a machine that is held
    // up for longer than the lease, that is no fault of what was looked at: it is begun anew, with another policy, and
    // what the first look had to complain of is forgotten. Whatever it complains of otherwise stands.
    void underOneLeader(const std::function<void()> &look) {
        for (int attempt = 1;; ++attempt) {
            const std::int64_t term = replicas.term(leader);
            testing::TestPartResultArray complaints;
            {
                const testing::ScopedFakeTestPartResultReporter kept(
                    testing::ScopedFakeTestPartResultReporter::INTERCEPT_ALL_THREADS, &complaints);
                look();
            }
            const bool changed = replicas.term(leader) != term || replicas.role(leader) != "LEADER";
            if (!changed || attempt == 3) {
                for (int i = 0; i < complaints.size(); ++i) {
                    const testing::TestPartResult &one = complaints.GetTestPartResult(i);
                    if (one.failed()) ADD_FAILURE_AT(one.file_name(), one.line_number()) << one.message();
                }
                EXPECT_FALSE(changed) << "the leader changed each of " << attempt << " times";
                return;
            }
            std::printf("the leader changed while it was looked at: begun anew\n");
            system = "anew-" + std::to_string(attempt);
            for (const std::size_t number : {leader, follower}) {
                const bool isThere = replicas.isReady(number) || replicas.start(number);
                ASSERT_TRUE(isThere) << replicas.log(number);
            }
            ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }, 30s));
            leader = *replicas.leader();
            follower = 1 - leader;
        }
    }
    // At 10 %, judged each second, where it stays; answers its path.
    std::string startShift() {
        const TestClient client = replicas.client(leader);
        const TestAnswer made = client.post("/api/v1/shift-policies", {{"policy_name", "users of " + system},
                                                                        {"target_system", system},
                                                                        {"max_shift_percentage", 50},
                                                                        {"shift_increment", 10},
                                                                        {"stabilization_seconds", 600},
                                                                        {"interval_seconds", 1},
                                                                        {"guards", {successGuard(5)}}});
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = made.json.value("id", "");
        const std::string path = "/api/v1/shift-policies/" + id;
        // The leader alone is told of requests.
        traffic = std::make_unique<ReplicaTraffic>(
            [url = replicas.url(leader)] { return std::vector<std::string>{url}; }, replicas.token("observer"), id);
        EXPECT_EQ(client.post(path + "/shift", {{"reason", "go"}}).status, 200);
        EXPECT_TRUE(waitFor([&] { return get(leader, path + "/shift").value("percentage", 0.0) == 10; }, 30s));
        return path;
    }
    // What the guard's windows were, by when they were judged.
    std::map<std::string, Json> judgedAt(std::size_t number, const std::string &path) {
        std::map<std::string, Json> all;
        const Json guards = get(number, path + "/guards");
        for (const Json &one : guards.at("items").at(0).at("recent"))
            all[one.at("at").get<std::string>()] = one;
        return all;
    }
    // Every judgement that a replica shows is one of the leader's: nobody judges by himself.
    void expectTheLeaders(std::size_t number, const std::string &path) {
        const auto shown = judgedAt(number, path);
        const auto judged = judgedAt(leader, path);
        ASSERT_FALSE(shown.empty());
        for (const auto &[at, one] : shown) {
            ASSERT_TRUE(judged.contains(at)) << at << " was judged by nobody who leads";
            EXPECT_EQ(judged.at(at), one);
        }
    }

    Replicas replicas;
    Contract contract{"router.yaml"};
    std::size_t leader = 0;
    std::size_t follower = 1;
    std::string system = "*";
    std::unique_ptr<ReplicaTraffic> traffic;

    void showTheLeaders();
};

TEST_F(ReplicasShow, GuardsAndGatesOfTheLeaderWhoeverIsAsked) {
    underOneLeader([&] { showTheLeaders(); });
}

void ReplicasShow::showTheLeaders() {
    const std::string path = startShift();
    const std::int64_t term = replicas.term(leader);
    ASSERT_TRUE(waitFor([&] { return judgedAt(follower, path).size() >= 3; }, 20s)) << replicas.log(follower);
    expectTheLeaders(follower, path);
    EXPECT_TRUE(waitFor([&] { return get(follower, path + "/guards").at("items").at(0).at("verdict") == "PASS"; }));
    const Json guards = get(follower, path + "/guards");
    EXPECT_EQ(guards.at("term"), term);
    EXPECT_EQ(get(leader, path + "/guards").at("term"), term);
    const Instant judged = *parseInstant(guards.at("judged_at").get<std::string>());
    const Instant now = *parseInstant(get(follower, "/api/v1/session").at("server_time").get<std::string>());
    EXPECT_LE(now - judged, 5s);
    // What has not changed for seconds is told alike.
    const auto states = [&](std::size_t number) {
        Json all = Json::array();
        const Json gates = get(number, path + "/gates");
        for (const Json &gate : gates.at("items"))
            all.push_back({gate.at("gate"), gate.at("status")});
        EXPECT_EQ(gates.at("term"), term);
        EXPECT_FALSE(gates.at("seen_at").is_null());
        return all;
    };
    EXPECT_TRUE(waitFor([&] { return states(follower) == states(leader); })) << states(follower) << states(leader);
    const auto next = [&](std::size_t number) {
        Json action = get(number, path + "/shift").at("next_action");
        EXPECT_EQ(action, get(number, path).at("shift").at("next_action"));
        return Json{action.at("action"), action.at("percentage"), action.at("blocked_by")};
    };
    EXPECT_TRUE(waitFor([&] { return next(follower) == next(leader); })) << next(follower) << next(leader);

    // One that starts later has everything that was judged at this step.
    ASSERT_EQ(replicas.stop(follower), 0);
    ASSERT_TRUE(waitFor([&] { return judgedAt(leader, path).size() >= 6; }, 20s));
    ASSERT_TRUE(replicas.start(follower)) << replicas.log(follower);
    EXPECT_TRUE(waitFor([&] { return judgedAt(follower, path).size() >= 6; }));
    expectTheLeaders(follower, path);

    // Edited: what was judged of the old one is not told of the new one.
    const TestClient admin = replicas.client(follower);
    Json edited = successGuard(5);
    edited["threshold"] = 98;
    ASSERT_EQ(admin.patch(path, {{"guards", {edited}}}, "1").status, 200);
    ASSERT_TRUE(waitFor([&] {
        const Json all = get(leader, path + "/guards").at("items").at(0);
        return all.at("guard").at("threshold") == 98 && !all.at("recent").empty() && all.at("recent").size() < 4;
    }));
    EXPECT_TRUE(waitFor([&] { return !judgedAt(follower, path).empty() && judgedAt(follower, path).size() < 6; }));
    expectTheLeaders(follower, path);
}

TEST_F(ReplicasShow, WhatTheLastLeaderJudgedUntilTheNextOneDoes) {
    const std::string path = startShift();
    ASSERT_TRUE(waitFor([&] { return judgedAt(follower, path).size() >= 3; }, 20s));
    const std::int64_t term = replicas.term(leader);
    const std::string died = get(leader, path + "/guards").at("judged_at");
    replicas.kill(leader);
    const Json last = get(follower, path + "/guards");
    if (replicas.role(follower) == "FOLLOWER") {
        EXPECT_EQ(last.at("term"), term) << "of the one that is dead";
        EXPECT_FALSE(last.at("items").at(0).at("recent").empty());
        EXPECT_LE(*parseInstant(last.at("judged_at").get<std::string>()), *parseInstant(died) + 2s);
    }
    std::swap(leader, follower);
    ASSERT_TRUE(waitFor([&] { return replicas.role(leader) == "LEADER"; }, 15s));
    ASSERT_TRUE(waitFor([&] {
        const Json now = get(leader, path + "/guards");
        return now.at("term").is_number() && now.at("term") > term && now.at("judged_at") > died;
    }, 15s)) << replicas.log(leader);
    EXPECT_GT(get(leader, path + "/gates").at("term"), term);
    ASSERT_TRUE(replicas.start(follower)) << replicas.log(follower);
    EXPECT_TRUE(waitFor([&] { return get(follower, path + "/guards").at("term") > term; }));
    expectTheLeaders(follower, path);
}

// Whoever begins to look, to follow or to lead just after a step has nothing yet that counts: it shows what was known
// last, as the one that was there all the time does.
TEST_F(ReplicasShow, WhatWasJudgedBeforeTheStepWhoeverBeganAfterIt) {
    const std::string path = startShift();
    ASSERT_TRUE(waitFor([&] { return judgedAt(leader, path).size() >= 3; }, 20s));
    const auto version = [&] { return std::to_string(get(leader, path).at("version").get<std::int64_t>()); };
    // From here on nothing is judged at this step for longer than the test takes.
    ASSERT_EQ(replicas.client(leader).patch(path, {{"interval_seconds", 3'600}}, version()).status, 200);
    ASSERT_EQ(replicas.client(leader).post(path + "/suspend", {{"reason", "wait"}}).status, 200);
    ASSERT_EQ(replicas.client(leader).post(path + "/resume", {{"reason", "a new beginning"}}).status, 200);
    std::map<std::string, Json> judged;
    ASSERT_TRUE(waitFor([&] { // what was judged a moment ago is yet to be stored
        const auto before = std::exchange(judged, judgedAt(leader, path));
        return before == judged && judgedAt(follower, path) == judged;
    })) << replicas.log(follower);
    ASSERT_GE(judged.size(), 3U);
    const std::string judgedLast = get(leader, path + "/guards").at("judged_at");
    const std::int64_t term = replicas.term(leader);

    replicas.kill(follower);
    ASSERT_TRUE(replicas.start(follower)) << replicas.log(follower);
    EXPECT_TRUE(waitFor([&] { return judgedAt(follower, path) == judged; })) << get(follower, path + "/guards").dump(2);
    const Json guards = get(follower, path + "/guards");
    EXPECT_EQ(guards.at("judged_at"), judgedLast) << "with its age";
    EXPECT_EQ(guards.at("term"), term);
    EXPECT_EQ(guards.at("items").at(0).at("breaches"), 0);

    traffic.reset();
    replicas.kill(leader);
    std::swap(leader, follower);
    ASSERT_TRUE(waitFor([&] { return replicas.role(leader) == "LEADER"; }, 15s));
    const auto holdsAll = [&](std::size_t number) {
        const auto shown = judgedAt(number, path);
        return std::ranges::all_of(judged, [&](const auto &one) { return shown.contains(one.first); });
    };
    EXPECT_TRUE(waitFor([&] { return get(leader, path + "/guards").at("term") > term; }, 15s));
    EXPECT_TRUE(holdsAll(leader)) << get(leader, path + "/guards").dump(2);
    ASSERT_TRUE(replicas.start(follower)) << replicas.log(follower);
    EXPECT_TRUE(waitFor([&] { return holdsAll(follower); })) << get(follower, path + "/guards").dump(2);
}

// A draft is judged by nobody: each replica says what it sees itself.
TEST_F(ReplicasShow, TheGatesOfADraftAreOnesOwn) {
    const TestAnswer made = replicas.client(0).post(
        "/api/v1/shift-policies",
        {{"policy_name", "later"}, {"target_system", "shop"}, {"shift_increment", 10}, {"guards", Json::array()}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/shift-policies/" + made.json.value("id", "");
    EXPECT_TRUE(waitFor([&] { return !get(follower, path + "/gates").at("seen_at").is_null(); }));
    EXPECT_TRUE(get(follower, path + "/gates").at("term").is_null());
    EXPECT_TRUE(get(follower, path + "/guards").at("term").is_null());
}

class ReplicasTell : public ReplicasShow {
protected:
    // The last that each tick told of each slot.
    struct Heard {
        std::map<std::string, Json> slots;
        Json group;
        Json policies;
        std::set<std::string> seconds; // that were told
    };
    static void take(EventReader &stream, Heard &heard) {
        const auto event = stream.next(15s);
        ASSERT_TRUE(event);
        const Json tick = parseJson(event->data).value_or(Json::object());
        for (const char *name : {"slots", "group_slots"}) {
            for (const Json &slot : tick.at(name)) {
                const std::string whose = slot.value("policy_id", Json()).dump() + slot.value("group_id", "");
                heard.slots[slot.at("t").get<std::string>() + slot.at("platform").get<std::string>() + whose] = slot;
                heard.seconds.insert(slot.at("t").get<std::string>());
            }
        }
        heard.policies = tick.at("policies");
        heard.group = tick.at("groups").empty() ? Json() : tick.at("groups").at(0);
    }
    std::string startGroup() {
        const TestClient client = replicas.client(follower);
        const TestAnswer made = client.post("/api/v1/user-groups", {{"group_name", "stores"},
                                                                     {"batch_size", 2},
                                                                     {"batch_interval_seconds", 600},
                                                                     {"interval_seconds", 1},
                                                                     {"guards", {successGuard(2)}}});
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = made.json.value("id", "");
        const std::string path = "/api/v1/user-groups/" + id;
        const TestAnswer listed = client.send("PUT", path + "/members", "u1\nu2\nu3\nu4\n",
                                              {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}});
        EXPECT_EQ(listed.status, 200) << listed.body;
        EXPECT_EQ(client.post(path + "/shift", {{"reason", "go"}}).status, 200);
        EXPECT_TRUE(waitFor([&] { return get(follower, path).at("shift").at("batch") == 0; }));
        return id;
    }
    // Both are told of requests in turn; u1 and u2 are on NEW.
    std::jthread requests() {
        return std::jthread([this](const std::stop_token &stop) {
            std::mutex mutex;
            std::condition_variable_any wake;
            for (std::size_t turn = 0; !stop.stop_requested(); ++turn) {
                const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
                Json list = Json::array();
                for (const char *user : {"u1", "u2", "u3", "u4"})
                    list.push_back({{"at", formatInstant(now)},
                                    {"platform", user[1] < '3' ? "NEW" : "LEGACY"},
                                    {"user_id", user},
                                    {"status", 200},
                                    {"latency_ms", 10}});
                replicas.client(turn % 2, "observer").post("/api/v1/observations", {{"observations", list}});
                std::unique_lock lock(mutex);
                wake.wait_for(lock, stop, 200ms, [] { return false; });
            }
        });
    }
};

TEST_F(ReplicasTell, TicksAndSeriesAreTheSame) {
    const std::string policy = startShift();
    const std::string id = startGroup();
    const std::string token = replicas.token("viewer");
    EventReader ofLeader(replicas.port(leader), token, {}, "?topics=metrics.tick");
    EventReader ofFollower(replicas.port(follower), token, {}, "?topics=metrics.tick");
    Heard here;
    Heard there;
    {
        const std::jthread traffic = requests();
        for (int i = 0; i < 8; ++i) {
            take(ofLeader, here);
            take(ofFollower, there);
            if (HasFatalFailure()) return;
        }
        const Json figures = here.group;
        EXPECT_EQ(figures.at("moved"), 2);
        EXPECT_EQ(figures.at("batch"), 0);
        EXPECT_EQ(figures.at("success_rate"), 100);
        EXPECT_EQ(there.group.at("moved"), 2);
        EXPECT_EQ(there.group.at("success_rate"), 100);
        EXPECT_NEAR(there.group.at("request_rate").get<double>(), figures.at("request_rate").get<double>(),
                    figures.at("request_rate").get<double>() / 2);
    }
    traffic.reset();
    for (int i = 0; i < 6; ++i) { // what is still on its way
        take(ofLeader, here);
        take(ofFollower, there);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(here.policies, there.policies);
    std::size_t compared = 0;
    std::size_t ofGroup = 0;
    ASSERT_GE(there.seconds.size(), 4U);
    for (const auto &[key, slot] : here.slots) {
        const auto t = slot.at("t").get<std::string>();
        // The one began to listen after the other.
        if (!there.seconds.contains(t) || t <= *there.seconds.begin()) continue;
        ASSERT_TRUE(there.slots.contains(key)) << slot;
        EXPECT_EQ(there.slots.at(key), slot);
        ++compared;
        ofGroup += slot.contains("group_id") ? 1 : 0;
    }
    EXPECT_GE(compared, 12U);
    EXPECT_GE(ofGroup, 6U);
    // The group's series is the one that is stored.
    const std::string window = "&from=" + *here.seconds.begin() + "&to=" + *here.seconds.rbegin() + "&step=1";
    for (const char *query : {"metric=authorization_latency&statistic=p95", "metric=authentication_success_rate",
                              "metric=request_rate&platform=NEW", "metric=share_new"}) {
        const std::string asked = "/api/v1/series?" + std::string(query) + "&group_id=" + id + window;
        EXPECT_TRUE(waitFor([&] { return get(leader, asked) == get(follower, asked); })) << asked;
        std::uint64_t counted = 0;
        const Json columns = get(follower, asked);
        for (const Json &count : columns.at("count"))
            counted += count.get<std::uint64_t>();
        EXPECT_GE(counted, 20U) << asked;
    }
    // And its guards are the leader's, as a shift's are.
    const std::string path = "/api/v1/user-groups/" + id;
    ASSERT_TRUE(waitFor([&] { return judgedAt(follower, path).size() >= 3; }));
    expectTheLeaders(follower, path);
    EXPECT_EQ(get(follower, path + "/guards").at("term"), replicas.term(leader));
}

} // namespace
} // namespace crossfade
