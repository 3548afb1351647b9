// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Rollbacks under a PostgreSQL that stands still, is gone, or cannot be reached by one of two routers.
#include "tests/services/kit/cuttingproxy.h"
#include "tests/support/contract.h"
#include "tests/support/replicas.h"
#include "tests/support/stopwatch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

const TestClient::Headers OneKey{{"Content-Type", "application/json"}, {"Idempotency-Key", "everything-back"}};

// Stands still, or is gone, as long as this lives.
class ServerPaused {
public:
    ServerPaused() { PostgresServer::instance().pause(); }
    ~ServerPaused() { PostgresServer::instance().goOn(); }
    ServerPaused(const ServerPaused &) = delete;
    ServerPaused &operator=(const ServerPaused &) = delete;
};

class StorelessReplicas : public testing::Test {
protected:
    void startBoth() {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    Json get(std::size_t at, const std::string &path) {
        const TestAnswer answer = replicas.client(at).get(path);
        EXPECT_EQ(answer.status, 200) << path << answer.body << answer.error;
        return answer.json;
    }
    TestAnswer post(std::size_t at, const std::string &path, Json body) {
        if (!body.contains("reason")) body["reason"] = "test";
        return replicas.client(at).post(path, body);
    }
    static std::string policyPath(const std::string &id, const std::string &rest = {}) {
        return "/api/v1/shift-policies/" + id + rest;
    }
    // At 50 % of its system, baking for long.
    std::string atFifty(const std::string &system = "shop") {
        const Json body{{"policy_name", system},          {"target_system", system},
                        {"max_shift_percentage", 50},     {"shift_increment", 50},
                        {"stabilization_seconds", 600},   {"interval_seconds", 1},
                        {"guards", Json::array()}};
        const TestAnswer made = post(0, "/api/v1/shift-policies", body);
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = made.json.at("id");
        startShift(id);
        return id;
    }
    void startShift(const std::string &id, std::size_t where = 0) {
        EXPECT_EQ(post(where, policyPath(id, "/shift"), Json::object()).status, 200);
        EXPECT_TRUE(waitFor([&] { return shift(where, id).at("state") == "HELD"; }, 20s));
        EXPECT_EQ(post(where, policyPath(id, "/override"), {{"gate", "LEGACY_METRICS"}}).status, 200);
        for (std::size_t at = 0; at < replicas.count(); ++at)
            EXPECT_TRUE(waitFor([&] { return onNew(at) > 0; }, 20s)) << at;
    }
    Json shift(std::size_t at, const std::string &id) { return get(at, policyPath(id, "/shift")); }
    // Of a hundred users; needs no store.
    long onNew(std::size_t at, const std::string &system = "shop") {
        Json requests = Json::array();
        for (int i = 0; i < 100; ++i)
            requests.push_back({{"user_id", "user-" + std::to_string(i)}, {"system_id", system}});
        const TestAnswer answer = replicas.client(at).post("/api/v1/decisions", {{"requests", requests}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        if (answer.status != 200) return -1;
        const Json &decided = answer.json.at("decisions");
        return std::ranges::count_if(decided, [](const Json &one) { return one.at("platform") == "NEW"; });
    }
    Json unstored(std::size_t at) { return get(at, "/api/v1/rollbacks/unstored").at("items"); }
    bool waitStored(std::size_t at) {
        return waitFor([&] { return unstored(at).empty(); }, 40s);
    }
    std::vector<Json> rolledBack(const std::string &id) {
        std::vector<Json> found;
        const Json page = get(0, policyPath(id, "/history?limit=1000"));
        for (const Json &entry : page.at("items")) {
            if (entry.at("cause") == "ROLLED_BACK") found.push_back(entry);
        }
        return found;
    }
    std::string journal(std::size_t at) {
        std::ifstream in(replicas.folder(at) + "/rollbacks.journal");
        std::string lines; // up to the zeros
        std::getline(in, lines, '\0');
        return lines;
    }
    // Within 3 s, and as the contract says.
    TestAnswer backWithin3s(std::size_t at, const std::string &path, const Json &body,
                            const TestClient::Headers &headers = {{"Content-Type", "application/json"}}) {
        const TestClient client = replicas.client(at, "operator");
        const Stopwatch watch;
        TestAnswer answer = client.send("POST", path, dumpJson(body), headers);
        const double seconds = watch.seconds();
        std::printf("replica %zu, %s: %d after %.2f s\n", at, path.c_str(), answer.status, seconds);
        EXPECT_LT(seconds, 3) << answer.body;
        EXPECT_EQ(contract.check("POST", path, answer), "");
        return answer;
    }

    Replicas replicas;
    Contract contract{"router.yaml"};
};

// The same request at both, as a client that goes on at the next address sends it; one of them dies.
TEST_F(StorelessReplicas, aPausedDatabase) {
    startBoth();
    const std::string id = atFifty();
    const Json all{{"scope", "ALL"}, {"reason", "errors on NEW"}};
    replicas.token("operator"); // a token that is known: nothing can be looked up now
    ASSERT_EQ(replicas.client(0, "operator").get("/api/v1/session").status, 200);
    ASSERT_EQ(replicas.client(1, "operator").get("/api/v1/session").status, 200);
    std::string first;
    {
        const ServerPaused paused;
        const TestAnswer one = backWithin3s(1, "/api/v1/rollbacks", all, OneKey);
        ASSERT_EQ(one.status, 202) << one.body;
        first = one.json.at("id");
        EXPECT_EQ(onNew(1), 0);
        EXPECT_GT(onNew(0), 0) << "nobody has told it";
        const TestAnswer other = backWithin3s(0, "/api/v1/rollbacks", all, OneKey);
        ASSERT_EQ(other.status, 202) << other.body;
        EXPECT_EQ(other.json.at("id"), first) << "one act, whoever keeps it";
        EXPECT_EQ(onNew(0), 0);
        replicas.kill(1);
        EXPECT_NE(journal(1), "");
    }
    ASSERT_TRUE(waitStored(0)) << unstored(0).dump();
    ASSERT_TRUE(replicas.startAgain(1)) << replicas.log(1);
    EXPECT_EQ(onNew(1), 0);
    ASSERT_TRUE(waitStored(1));
    EXPECT_TRUE(waitFor([&] { return journal(0).empty() && journal(1).empty(); }));
    const std::vector<Json> entries = rolledBack(id);
    ASSERT_EQ(entries.size(), 1U) << "stored once";
    EXPECT_EQ(entries[0].at("from_percentage"), 50);
    EXPECT_EQ(entries[0].at("reason"), "errors on NEW");
    EXPECT_FALSE(entries[0].at("stored_at").is_null());
    EXPECT_EQ(shift(0, id).at("percentage"), 0);
    EXPECT_TRUE(get(0, "/api/v1/audit/verification").at("intact").get<bool>());
    for (const std::size_t at : {0U, 1U}) {
        const TestAnswer again = replicas.client(at, "operator").send("POST", "/api/v1/rollbacks", dumpJson(all), OneKey);
        EXPECT_EQ(again.status, 202) << again.body;
        EXPECT_EQ(again.json.at("id"), first);
    }
    EXPECT_EQ(rolledBack(id).size(), 1U);
    // A person may begin anew, and both follow.
    startShift(id, 1);
}

// Killed while the database is away, started while it is still away: it does not start, and loses nothing.
TEST_F(StorelessReplicas, aDatabaseThatIsGone) {
    startBoth();
    const std::string id = atFifty();
    ASSERT_EQ(replicas.client(0, "operator").get("/api/v1/session").status, 200);
    PostgresServer::instance().stopAtOnce();
    const TestAnswer done = backWithin3s(0, policyPath(id, "/rollback"), {{"reason", "now"}});
    EXPECT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(onNew(0), 0);
    replicas.kill(0);
    EXPECT_FALSE(replicas.startAgain(0));
    replicas.kill(0);
    EXPECT_NE(journal(0), "");
    PostgresServer::instance().startAgain();
    ASSERT_TRUE(replicas.startAgain(0)) << replicas.log(0);
    EXPECT_EQ(onNew(0), 0) << "before anything else";
    ASSERT_TRUE(waitStored(0));
    ASSERT_EQ(rolledBack(id).size(), 1U);
    EXPECT_EQ(rolledBack(id)[0].at("at"), done.json.at("at"));
    EXPECT_EQ(rolledBack(id)[0].at("reason"), "now");
    EXPECT_TRUE(waitFor([&] { return onNew(1) == 0; }, 20s)) << "and the other one follows";
    EXPECT_TRUE(get(0, "/api/v1/audit/verification").at("intact").get<bool>());
}

// A lower target and the master switch, while there is no database at all.
TEST_F(StorelessReplicas, aLowerTargetAndTheSwitchWithoutADatabase) {
    startBoth();
    const std::string id = atFifty();
    const Json switches = get(0, "/api/v1/switches");
    ASSERT_EQ(replicas.client(0, "operator").get("/api/v1/session").status, 200);
    PostgresServer::instance().stopAtOnce();
    const TestAnswer lower =
        backWithin3s(0, policyPath(id, "/shift"), {{"target_percentage", 10}, {"reason", "fewer"}});
    EXPECT_EQ(lower.status, 202) << lower.body;
    EXPECT_LT(onNew(0), 40);
    const Json legacy{{"master", "LEGACY"}, {"default_platform", switches.at("default_platform")}, {"reason", "none"}};
    const TestAnswer none = replicas.client(0, "operator")
                                .send("PUT", "/api/v1/switches", dumpJson(legacy),
                                      {{"Content-Type", "application/json"},
                                       {"If-Match", "\"" + std::to_string(switches.at("version").get<int>()) + "\""}});
    EXPECT_EQ(none.status, 202) << none.body;
    EXPECT_EQ(contract.check("PUT", "/api/v1/switches", none), "");
    EXPECT_EQ(onNew(0), 0);
    PostgresServer::instance().startAgain();
    ASSERT_TRUE(waitStored(0)) << unstored(0).dump();
    // Each connection finds the database again by itself: that of the writer did, those of readers may still.
    ASSERT_TRUE(waitFor([&] { return replicas.client(0).get(policyPath(id, "/shift")).status == 200; }, 20s));
    EXPECT_EQ(shift(0, id).at("percentage"), 10);
    EXPECT_EQ(get(0, "/api/v1/switches").at("master"), "LEGACY");
    EXPECT_TRUE(waitFor([&] { return onNew(1) == 0; }, 20s)) << "and the other one follows";
    ASSERT_EQ(rolledBack(id).size(), 1U);
    EXPECT_EQ(rolledBack(id)[0].at("at"), lower.json.at("at"));
    EXPECT_TRUE(get(0, "/api/v1/audit/verification").at("intact").get<bool>());
}

// Only one cannot reach it. What others do meanwhile counts: who began anew from where the rollback led has lifted
// it; who did not know of it has not.
TEST_F(StorelessReplicas, whatOthersDidMeanwhile) {
    CuttingProxy proxy(PostgresServer::instance().port());
    replicas.setDatabase(proxy.through(replicas.database()));
    ASSERT_TRUE(replicas.start(1)) << replicas.log(1);
    replicas.setDatabase(replicas.database());
    ASSERT_TRUE(replicas.start(0)) << replicas.log(0);
    const std::string begunAnew = atFifty("shop");
    const std::string wentOn = [&] {
        const TestAnswer made = post(0, "/api/v1/shift-policies",
                                     {{"policy_name", "bank"}, {"target_system", "bank"},
                                      {"max_shift_percentage", 50}, {"shift_increment", 50},
                                      {"stabilization_seconds", 600}, {"interval_seconds", 1},
                                      {"guards", Json::array()}});
        const std::string id = made.json.at("id");
        EXPECT_EQ(post(0, policyPath(id, "/shift"), Json::object()).status, 200);
        EXPECT_TRUE(waitFor([&] { return shift(0, id).at("state") == "HELD"; }, 20s));
        EXPECT_EQ(post(0, policyPath(id, "/override"), {{"gate", "LEGACY_METRICS"}}).status, 200);
        EXPECT_TRUE(waitFor([&] { return onNew(1, "bank") > 0; }, 20s));
        return id;
    }();
    ASSERT_EQ(replicas.client(1, "operator").get("/api/v1/session").status, 200);
    proxy.silence(true);
    for (const std::string &id : {begunAnew, wentOn})
        EXPECT_EQ(backWithin3s(1, policyPath(id, "/rollback"), {{"reason", "now"}}).status, 202);
    EXPECT_EQ(onNew(1, "shop"), 0);
    EXPECT_EQ(onNew(1, "bank"), 0);
    // Elsewhere one is rolled back as well, and later started by a person; the other is suspended and resumed.
    // What the silent one has begun in the database keeps that busy for a while.
    ASSERT_TRUE(waitFor([&] { return post(0, policyPath(wentOn, "/suspend"), Json::object()).status == 200; }, 60s));
    ASSERT_EQ(post(0, policyPath(wentOn, "/resume"), Json::object()).status, 200);
    ASSERT_EQ(post(0, policyPath(begunAnew, "/rollback"), Json::object()).status, 200);
    ASSERT_EQ(post(0, policyPath(begunAnew, "/shift"), Json::object()).status, 200);
    ASSERT_TRUE(waitFor([&] { return replicas.role(0) == "LEADER"; }, 30s));
    ASSERT_TRUE(waitFor([&] { return shift(0, begunAnew).at("state") == "HELD"; }, 20s));
    ASSERT_EQ(post(0, policyPath(begunAnew, "/override"), {{"gate", "LEGACY_METRICS"}}).status, 200);
    ASSERT_TRUE(waitFor([&] { return onNew(0, "shop") > 0; }, 20s));
    EXPECT_EQ(onNew(1, "shop"), 0) << "still";
    proxy.silence(false);
    proxy.cutAll(); // as when a network comes back: the old connections are no more
    ASSERT_TRUE(waitStored(1)) << unstored(1).dump();
    EXPECT_EQ(shift(0, begunAnew).at("percentage"), 50);
    EXPECT_TRUE(waitFor([&] { return onNew(1, "shop") > 0; }, 20s)) << "lifted by a stored act of an operator";
    EXPECT_EQ(shift(0, wentOn).at("state"), "ROLLED_BACK");
    EXPECT_TRUE(waitFor([&] { return onNew(0, "bank") == 0; }, 20s));
    EXPECT_EQ(rolledBack(begunAnew).size(), 1U);
    const Json audit = get(0, "/api/v1/audit?limit=1000").at("items");
    std::vector<std::string> became;
    for (const Json &entry : audit) {
        if (entry.at("action") != "rollback.local") continue;
        for (const Json &word : entry.at("after").at("policies"))
            became.push_back(word);
    }
    std::ranges::sort(became);
    EXPECT_EQ(became, (std::vector<std::string>{"LIFTED", "ROLLED_BACK"}));
    EXPECT_TRUE(get(0, "/api/v1/audit/verification").at("intact").get<bool>());
}

} // namespace
} // namespace crossfade
