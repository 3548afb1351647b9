// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What several routers on one PostgreSQL database owe each other beside changes: way for rollbacks, the same previews,
// one act for one key, approvals that are right wherever they are asked for, and migrations under traffic.
#include "tests/support/replicas.h"

#include "app/service/postgres.h"
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int RulesEach = 20'000; // as many as one import may have

std::string importFile(int number) {
    std::string csv = "config_name,config_type,target_entity,target_platform,priority,reason\r\n";
    for (int i = 0; i < RulesEach; ++i) {
        const std::string name = std::to_string(number) + "-" + std::to_string(i);
        csv += "rule " + name + ",USER_BASED,user-" + name + ",NEW,100,wave 7\r\n";
    }
    return csv;
}

class ReplicaSafety : public testing::Test {
protected:
    void startBoth() {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    StoreConnection &store() {
        if (m_store) return *m_store;
        PostgresTarget target;
        target.url = replicas.database();
        target.application = "test";
        auto opened = PostgresDatabase::open(target, PostgresDatabase::Mode::ReadWrite);
        EXPECT_TRUE(opened);
        m_store = std::move(*opened);
        return *m_store;
    }
    std::int64_t number(const std::string &sql) {
        const auto rows = store().query(sql);
        return rows && !rows->empty() ? rows->front().integer(0) : -1;
    }
    int rules(std::size_t at) { return replicas.client(at).get("/api/v1/rules?limit=1").json.value("total", -1); }
    std::string createPolicy(const Json &changes = Json::object()) {
        Json body{{"policy_name", "users"},     {"target_system", "*"},       {"max_shift_percentage", 50},
                  {"shift_increment", 10},      {"stabilization_seconds", 1}, {"interval_seconds", 1},
                  {"guards", Json::array()}};
        body.update(changes);
        const TestAnswer made = replicas.client(0).post("/api/v1/shift-policies", body);
        EXPECT_EQ(made.status, 201) << made.body;
        return made.json.value("id", "");
    }
    // Until a write has held the store for as long as no ordinary one does.
    bool waitForLongWrite() {
        return waitFor([&] {
            return number("SELECT count(*) FROM pg_stat_activity WHERE "
                          "application_name LIKE 'crossfade router writer%' AND datname = current_database() AND state <> 'idle' AND "
                          "xact_start < clock_timestamp() - CAST('300 milliseconds' AS interval)") > 0;
        }, 60s);
    }
    std::future<TestAnswer> import(std::size_t at, int file) {
        return std::async(std::launch::async, [this, at, file] {
            TestClient client = replicas.client(at);
            client.setTimeout(5min);
            return client.send("POST", "/api/v1/rules/import", importFile(file),
                               {{"Content-Type", "text/csv"}, {"Idempotency-Key", "file-" + std::to_string(file)}});
        });
    }
    // Not just in the store: the router decides by them.
    bool decidesBy(std::size_t at, int file) {
        const Json asked{{"user_id", "user-" + std::to_string(file) + "-" + std::to_string(RulesEach - 1)}};
        return waitFor([&] {
            const TestAnswer answer =
                replicas.client(at).post("/api/v1/decisions", {{"requests", Json::array({asked})}});
            return answer.status == 200 && answer.json.at("decisions").at(0).value("platform", "") == "NEW";
        }, 30s);
    }
    std::chrono::milliseconds rolledBackIn(std::size_t at, const std::string &policy) {
        const auto asked = std::chrono::steady_clock::now();
        const TestAnswer answer =
            replicas.client(at).post("/api/v1/shift-policies/" + policy + "/rollback", {{"reason", "back"}});
        // 202: behind what took longer than 2 s it is in force here before it is stored. The bounds are the callers'.
        EXPECT_TRUE(answer.status == 200 || answer.status == 202) << answer.status << answer.body << answer.error;
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - asked);
    }

    Replicas replicas;

private:
    std::unique_ptr<StoreConnection> m_store;
};

TEST_F(ReplicaSafety, AnImportGivesWayToRollbacksEverywhere) {
    const bool full = std::getenv("CROSSFADE_FULL") != nullptr;
    const auto bound = std::getenv("CROSSFADE_SANITIZED") ? 10s : 1s;
    startBoth();
    const std::string policy = createPolicy();
    ASSERT_EQ(replicas.client(0).post("/api/v1/shift-policies/" + policy + "/shift", {{"reason", "go"}}).status, 200);
    ASSERT_EQ(replicas.client(1).get("/api/v1/shift-policies/" + policy).status, 200);
    const int files = full ? 10 : 2;
    std::chrono::milliseconds longest{0};
    for (int file = 0; file < files; ++file) {
        auto importing = import(0, file);
        for (const std::size_t at : {std::size_t{1}, std::size_t{0}}) {
            ASSERT_TRUE(waitForLongWrite()) << replicas.log(0);
            EXPECT_EQ(rules(1) % RulesEach, 0) << "all of it or nothing";
            const auto took = rolledBackIn(at, policy);
            std::printf("file %d, rollback at %zu: %lld ms\n", file, at, static_cast<long long>(took.count()));
            longest = std::max(longest, took);
        }
        const TestAnswer imported = importing.get();
        ASSERT_EQ(imported.status, 200) << imported.body << imported.error;
        EXPECT_EQ(imported.json.value("created", 0), RulesEach);
        EXPECT_EQ(rules(0), (file + 1) * RulesEach);
        EXPECT_EQ(rules(1), (file + 1) * RulesEach);
        // What another has committed is taken up before anything else, a rollback as well.
        const auto takenUp = rolledBackIn(1, policy);
        std::printf("file %d, rollback at 1 behind its rules: %lld ms\n", file, static_cast<long long>(takenUp.count()));
        EXPECT_LE(takenUp, 5 * bound) << "at -O0; in time with the number of rules";
        EXPECT_TRUE(decidesBy(1, file));
    }
    EXPECT_LE(longest, bound);
    EXPECT_EQ(number("SELECT count(*) FROM audit WHERE action = 'rule.import'"), files) << "each told once";
    // Killed in the middle nothing of it is there, and nobody waits for it.
    auto importing = import(0, files);
    ASSERT_TRUE(waitForLongWrite());
    replicas.kill(0);
    EXPECT_EQ(importing.get().status, 0);
    EXPECT_LE(rolledBackIn(1, policy), 3 * bound) << "PostgreSQL sees first that nobody is there any more";
    ASSERT_TRUE(replicas.start(0)) << replicas.log(0);
    EXPECT_EQ(rules(0), files * RulesEach);
    EXPECT_EQ(replicas.client(0).get("/api/v1/audit/verification").json.value("intact", false), true);
}

TEST_F(ReplicaSafety, APreviewIsReadAtWhicheverReplicaOneLikes) {
    startBoth();
    std::string ids;
    for (int i = 0; i < 3'000; ++i)
        ids += "user-" + std::to_string(i) + "\n";
    const TestAnswer put = replicas.client(0).send("PUT", "/api/v1/directory", ids,
                                                   {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}});
    ASSERT_EQ(put.status, 200) << put.body;
    const std::string policy = createPolicy();
    const Json switches{{"default_platform", "LEGACY"}};
    const Json now = replicas.client(0).get("/api/v1/switches").json;
    Json wanted = now;
    wanted.update(switches);
    for (const char *field : {"updated_at", "changed_by", "version"})
        wanted.erase(field);
    ASSERT_EQ(replicas.client(0).put("/api/v1/switches", wanted, std::to_string(now.value("version", 0))).status, 200);
    const auto preview = [&](const Json &change) {
        const TestAnswer made = replicas.client(0).post("/api/v1/previews", {{"changes", {change}}});
        EXPECT_EQ(made.status, 201) << made.body;
        return "/api/v1/previews/" + made.json.value("id", "") + "/members?limit=1000";
    };
    for (const Json &change : {Json{{"kind", "shift.percentage"}, {"policy_id", policy}, {"percentage", 37}},
                               Json{{"kind", "rule.put"}, {"rule", userRuleBody("user-7", "NEW")}}}) {
        const std::string members = preview(change);
        TestAnswer there;
        EXPECT_TRUE(waitFor([&] {
            there = replicas.client(1).get(members);
            return there.status == 200;
        })) << there.body;
        const TestAnswer here = replicas.client(0).get(members);
        ASSERT_EQ(here.status, 200) << here.body;
        EXPECT_EQ(there.json, here.json);
        EXPECT_GT(here.json.value("total", 0), 0);
    }
    const std::string stale = preview({{"kind", "shift.percentage"}, {"policy_id", policy}, {"percentage", 12}});
    ASSERT_EQ(replicas.client(1).post("/api/v1/rules", userRuleBody("user-9")).status, 201);
    const TestAnswer refused = replicas.client(1).get(stale);
    EXPECT_EQ(refused.status, 404);
    EXPECT_NE(refused.body.find("made by another replica"), std::string::npos) << refused.body;
    EXPECT_EQ(replicas.client(0).get(stale).status, 200) << "whoever made it still has it";
}

TEST_F(ReplicaSafety, AKeyActsOnceWhereverItIsAsked) {
    startBoth();
    AnsweringServer receiver;
    const TestAnswer made = replicas.client(0).post(
        "/api/v1/channels", {{"name", "night shift"}, {"kind", "WEBHOOK"}, {"url", receiver.url() + "/hook"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/channels/" + made.json.value("id", "") + "/test";
    const auto test = [&](std::size_t at, const std::string &key) {
        TestClient client = replicas.client(at);
        client.setTimeout(60s);
        return client.send("POST", path, "{}", {{"Content-Type", "application/json"}, {"Idempotency-Key", key}});
    };
    const auto claims = [&] { return number("SELECT count(*) FROM claim"); };
    receiver.beSilent();
    auto first = std::async(std::launch::async, [&] { return test(0, "once"); });
    ASSERT_TRUE(waitFor([&] { return claims() == 1; }));
    const TestAnswer meanwhile = test(1, "once");
    EXPECT_EQ(meanwhile.status, 409) << meanwhile.body;
    EXPECT_EQ(meanwhile.header("retry-after"), "1");
    const TestAnswer told = first.get();
    EXPECT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(claims(), 0);
    const TestAnswer again = test(1, "once");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.json, told.json);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");

    auto lost = std::async(std::launch::async, [&] { return test(0, "lost"); });
    ASSERT_TRUE(waitFor([&] { return claims() == 1; }));
    replicas.kill(0);
    EXPECT_EQ(lost.get().status, 0);
    EXPECT_EQ(test(1, "lost").status, 409) << "nobody knows yet that it died";
    ASSERT_TRUE(store().execute("UPDATE claim SET expires_at = ?", {std::int64_t{1}})); // a minute later
    receiver.answer(200);
    const std::size_t before = receiver.requests().size();
    EXPECT_EQ(test(1, "lost").status, 200);
    EXPECT_EQ(receiver.requests().size(), before + 1);
    EXPECT_EQ(claims(), 0);
}

TEST_F(ReplicaSafety, AStepIsApprovedAtAFollowerThatHasJustStarted) {
    startBoth();
    const auto leads = replicas.leader();
    ASSERT_TRUE(leads);
    const std::size_t follows = 1 - *leads;
    const std::string policy = createPolicy({{"approval", "EACH_STEP"}});
    const ReplicaTraffic traffic([&] { return std::vector<std::string>{replicas.url(*leads)}; },
                                 replicas.token("observer"), policy);
    const std::string path = "/api/v1/shift-policies/" + policy;
    ASSERT_EQ(replicas.client(0).post(path + "/shift", {{"reason", "go"}}).status, 200);
    const auto openApproval = [&] {
        const Json page = replicas.client(*leads).get("/api/v1/approvals?state=OPEN").json;
        const Json items = page.is_object() ? page.value("items", Json::array()) : Json::array();
        return items.empty() ? std::string() : items.at(0).value("id", "");
    };
    for (const double percentage : {10.0, 20.0}) {
        ASSERT_TRUE(waitFor([&] { return !openApproval().empty(); }, 30s))
            << replicas.client(*leads).get(path + "/gates").body;
        const std::string approval = openApproval();
        ASSERT_EQ(replicas.stop(follows), 0);
        ASSERT_TRUE(replicas.start(follows)) << replicas.log(follows);
        const TestAnswer approved = replicas.client(follows, "approver")
                                        .post("/api/v1/approvals/" + approval + "/approve", {{"reason", "seen"}});
        EXPECT_EQ(approved.status, 200) << approved.body;
        EXPECT_TRUE(waitFor([&] {
            return replicas.client(*leads).get(path + "/shift").json.value("percentage", -1.0) == percentage;
        }));
    }
}

class ReplicaMigrations : public ReplicaSafety {
protected:
    // The resources of a program that is one script further.
    std::string newerProgram(const std::string &script) {
        fs::copy(std::string(CROSSFADE_SOURCE_DIR) + "/resources", m_newer.path() / "resources",
                 fs::copy_options::recursive);
        std::ofstream(m_newer.path() / "resources/sql/router/postgres/9000_more.sql") << script;
        return (m_newer.path() / "resources").string();
    }
    static std::int64_t newestScript() {
        std::int64_t newest = 0;
        for (const auto &entry :
             fs::directory_iterator(std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/router/postgres"))
            newest = std::max<std::int64_t>(newest, std::stoll(entry.path().filename().string()));
        return newest;
    }
    // Makes rules at the older one, whose names are kept once they are acknowledged.
    std::jthread clients() {
        return std::jthread([this](const std::stop_token &stop) {
            const TestClient client = replicas.client(0);
            for (int i = 0; !stop.stop_requested(); ++i) {
                const std::string user = "load-" + std::to_string(i);
                const TestAnswer answer = client.post("/api/v1/rules", userRuleBody(user));
                if (answer.status == 201)
                    ++made;
                else
                    ++refused;
                if (answer.status != 201 && answer.status != 503) ++strange;
            }
        });
    }
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> strange = 0;

private:
    TempDir m_newer;
};

TEST_F(ReplicaMigrations, AnOlderProgramGoesOnAndStartsWhereTheScriptAllowsIt) {
    startBoth();
    ASSERT_NE(replicas.token("admin"), "");
    ASSERT_EQ(replicas.stop(1), 0);
    replicas.setResources(1, newerProgram("-- oldest: " + std::to_string(newestScript()) +
                                          "\nALTER TABLE rule ADD COLUMN more BIGINT NOT NULL DEFAULT 0;\n"));
    {
        const std::jthread load = clients();
        ASSERT_TRUE(replicas.start(1)) << replicas.log(1);
        const int before = made;
        EXPECT_TRUE(waitFor([&] { return made > before + 10; })) << "the older one goes on";
    }
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(rules(1), made);
    EXPECT_TRUE(replicas.isReady(0));
    ASSERT_EQ(replicas.stop(0), 0);
    ASSERT_TRUE(replicas.start(0)) << "and may be started again: " << replicas.log(0);
    EXPECT_NE(replicas.log(0).find("a newer version that allows this one"), std::string::npos);
    ASSERT_EQ(replicas.client(0).post("/api/v1/rules", userRuleBody("late")).status, 201);
    EXPECT_TRUE(waitFor([&] { return rules(1) == made + 1; }));
}

TEST_F(ReplicaMigrations, AnOlderProgramStopsWritingWhereItNoLongerSuffices) {
    startBoth();
    ASSERT_NE(replicas.token("admin"), "");
    ASSERT_EQ(replicas.stop(1), 0);
    replicas.setResources(1, newerProgram("-- oldest: 9000\nALTER TABLE rule ADD COLUMN more BIGINT;\n"));
    {
        const std::jthread load = clients();
        ASSERT_TRUE(waitFor([&] { return made > 10; }));
        ASSERT_TRUE(replicas.start(1)) << replicas.log(1);
        const int before = refused;
        EXPECT_TRUE(waitFor([&] { return refused > before + 5; })) << "the older one refuses";
    }
    EXPECT_EQ(strange, 0);
    const int acknowledged = made;
    EXPECT_EQ(rules(1), acknowledged) << "nothing acknowledged is lost, nothing refused is there";
    const TestAnswer refusal = replicas.client(0).post("/api/v1/rules", userRuleBody("late"));
    EXPECT_EQ(refusal.status, 503);
    EXPECT_NE(refusal.body.find("newer version"), std::string::npos) << refusal.body;
    EXPECT_FALSE(replicas.isReady(0));
    EXPECT_NE(replicas.ready(0).dump().find("newer version"), std::string::npos) << replicas.ready(0).dump();
    EXPECT_EQ(replicas.client(0).post("/api/v1/decisions", {{"requests", {{{"user_id", "load-0"}}}}}).status, 200)
        << "traffic goes on by what it knows";
    EXPECT_TRUE(waitFor([&] { return replicas.role(1) == "LEADER"; }, 10s)) << "and it does not lead";
    ASSERT_EQ(replicas.client(1).post("/api/v1/rules", userRuleBody("newer")).status, 201);
    ASSERT_EQ(replicas.stop(0), 0);
    EXPECT_FALSE(replicas.start(0));
    EXPECT_EQ(replicas.exitCode(0), 1);
    EXPECT_NE(replicas.log(0).find("newer version"), std::string::npos);
}

TEST_F(ReplicaSafety, ACopyIsPutBackIntoAnEmptyDatabase) {
    startBoth();
    const std::string policy = createPolicy();
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(replicas.client(0).post("/api/v1/rules", userRuleBody("user-" + std::to_string(i))).status, 201);
    const std::array<const char *, 4> pages{"/api/v1/rules?limit=1000", "/api/v1/shift-policies", "/api/v1/switches",
                                            "/api/v1/approvals"};
    const TempDir directory;
    const std::string copy = directory.file("copy.sqlite");
    const Output backup = runProgram("crossfade-router", {"backup", "--to", copy, "--data", directory.file("a"),
                                                          "--database", replicas.database()});
    ASSERT_EQ(backup.exitCode, 0) << backup.err;
    Replicas restored(1);
    const Output back = runProgram("crossfade-router", {"restore", "--from", copy, "--data", restored.folder(0),
                                                        "--database", restored.database()});
    ASSERT_EQ(back.exitCode, 0) << back.err;
    ASSERT_TRUE(restored.startAll()) << restored.log(0);
    const TestClient there(restored.url(0), replicas.token("admin")); // tokens came with it
    for (const char *page : pages) {
        const TestAnswer ours = replicas.client(0).get(page);
        ASSERT_EQ(ours.status, 200) << page << ours.body;
        EXPECT_EQ(there.get(page).json, ours.json) << page;
    }
    const Json audit = replicas.client(0).get("/api/v1/audit?limit=1000").json.at("items");
    const Json theirs = there.get("/api/v1/audit?limit=1000").json.at("items");
    ASSERT_EQ(theirs.size(), audit.size() + 1);
    EXPECT_EQ(Json(theirs.begin() + 1, theirs.end()), audit) << "and the entry of the restore";
    EXPECT_EQ(there.get("/api/v1/audit/verification").json.value("intact", false), true);
    const Output busy = runProgram("crossfade-router", {"restore", "--from", copy, "--data", directory.file("b"),
                                                        "--database", restored.database()});
    EXPECT_EQ(busy.exitCode, 1) << "a service is using it";
}

} // namespace
} // namespace crossfade
