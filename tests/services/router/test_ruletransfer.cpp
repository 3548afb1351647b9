// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Many rules at once, over the wire: export, import, dry run.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

namespace crossfade {

namespace {

constexpr const char *Import = "/api/v1/rules/import";
constexpr const char *Export = "/api/v1/rules/export";
constexpr const char *DryRun = "/api/v1/rules/import?dry_run=true";

class RuleTransfer : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    std::string create(const Json &body) { return router.post("/api/v1/rules", body).at("id"); }
    TestAnswer send(const std::string &csv, const std::string &path = Import, const std::string &roles = "operator",
                    const TestClient::Headers &headers = {})
    {
        return router.send({"POST", path, {}, "", roles, headers}, csv, "text/csv");
    }
    std::string exported(const std::string &query) { return router.call({"GET", Export + query, {}}).body; }
    int rules() { return router.get("/api/v1/rules?limit=1").at("total"); }
    int audited() { return router.get("/api/v1/audit?action=rule.import").at("total"); }

    RouterService router;
};

std::string manyRules(int count)
{
    std::string csv = "config_name,config_type,target_entity,target_platform,priority,active,end_time,reason\r\n";
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        csv += "ticket-" + number + ",USER_BASED,user-" + number + (i % 2 == 0 ? ",NEW," : ",LEGACY,") +
               std::to_string(i % 1000) + ",true,2030-01-01T00:00:00Z,\"moved with wave 7, asked by desk " + number +
               "\"\r\n";
    }
    return csv;
}

// VmHWM of a process in MiB: the most it ever held.
long peakMemory(const std::string &readyFile)
{
    std::ifstream ready(readyFile);
    std::string text((std::istreambuf_iterator<char>(ready)), std::istreambuf_iterator<char>());
    const auto json = parseJson(text);
    if (!json) return -1;
    std::ifstream status("/proc/" + dumpJson(json->at("pid")) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) / 1024;
    }
    return -1;
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_F(RuleTransfer, anExportIsWhatAnImportTakes)
{
    Json hard = userRuleBody("ann", "LEGACY");
    hard["config_name"] = "=HYPERLINK(\"x\"), \"quoted\"";
    hard["reason"] = "line\r\none, \xE5\xBC\xA0\xE4\xBC\x9F, '=1";
    hard["end_time"] = "2030-01-01T00:00:00Z";
    create(hard);
    create({{"config_name", "night"}, {"config_type", "TIME_BASED"}, {"target_platform", "BOTH"}, {"active", false}});
    const Json before = router.get("/api/v1/rules");
    for (const auto &[format, type] : {std::pair("csv", "text/csv"), std::pair("json", "application/json")}) {
        const TestAnswer file = router.call({"GET", std::string(Export) + "?format=" + format, {}});
        ASSERT_EQ(file.status, 200);
        EXPECT_TRUE(file.header("content-type").starts_with(type));
        EXPECT_EQ(file.header("content-disposition"),
                  std::string("attachment; filename=\"crossfade-rules.") + format + "\"");
        const TestAnswer again = router.send({"POST", Import, {}, "", "operator"}, file.body, type);
        ASSERT_EQ(again.status, 200) << again.body;
        EXPECT_EQ(again.json.at("unchanged"), 2);
        EXPECT_EQ(again.json.at("created"), 0);
        EXPECT_EQ(again.json.at("updated"), 0);
        EXPECT_EQ(router.get("/api/v1/rules"), before);

        RouterService other;
        ASSERT_TRUE(other.start());
        const TestAnswer there = other.send({"POST", Import, {}}, file.body, type);
        EXPECT_EQ(there.json.at("created"), 2) << there.body;
        const Json rules = other.get("/api/v1/rules").at("items");
        for (std::size_t i = 0; i < 2; ++i) {
            for (const char *field : {"id", "config_name", "reason", "end_time", "active", "target_entity"})
                EXPECT_EQ(rules[i].at(field), before.at("items")[i].at(field)) << field;
        }
    }
    EXPECT_TRUE(exported("?format=csv").starts_with("\xEF\xBB\xBFid,config_name,"));
    EXPECT_NE(exported("?format=csv").find("\"'=HYPERLINK(\"\"x\"\"), \"\"quoted\"\"\""), std::string::npos);
}

TEST_F(RuleTransfer, theExportKnowsTheFiltersOfTheList)
{
    create(userRuleBody("ann", "NEW"));
    create(userRuleBody("bob", "LEGACY"));
    Json off = userRuleBody("ann", "BOTH");
    off["active"] = false;
    create(off);
    const auto count = [&](const std::string &query) {
        return router.call({"GET", Export + query, {}}).json.at("rules").size();
    };
    EXPECT_EQ(count(""), 3U);
    EXPECT_EQ(count("?target=ann"), 2U);
    EXPECT_EQ(count("?target=ann&active=true"), 1U);
    EXPECT_EQ(count("?platform=LEGACY"), 1U);
    EXPECT_EQ(count("?type=TIME_BASED"), 0U);
    EXPECT_EQ(count("?q=of%20b"), 1U);
    for (const char *bad : {"?format=xml", "?type=X", "?active=1", "?limit=5"}) {
        const TestAnswer answer = router.call({"GET", std::string(Export) + bad, {}});
        EXPECT_EQ(answer.status, 422) << bad;
        EXPECT_EQ(pointerOf(answer), std::string(bad).substr(0, std::string(bad).find('='))) << bad;
    }
    EXPECT_EQ(exported("?format=csv&type=TIME_BASED").find('\n'), exported("?format=csv&type=TIME_BASED").size() - 1);
}

TEST_F(RuleTransfer, aDryRunSaysWhatTheImportThenDoes)
{
    const std::string id = create(userRuleBody("ann", "NEW"));
    const std::string csv = "id,config_name,config_type,target_entity,target_platform\n" + id +
                            ",renamed,USER_BASED,ann,LEGACY\n,fresh,USER_BASED,ann,NEW\n";
    const TestAnswer said = send(csv, DryRun);
    ASSERT_EQ(said.status, 200) << said.body;
    EXPECT_EQ(said.json.at("dry_run"), true);
    EXPECT_EQ(said.json.at("updated"), 1);
    EXPECT_EQ(said.json.at("created"), 1);
    EXPECT_EQ(said.json.at("warnings_total"), 4);
    EXPECT_EQ(said.json.at("changes")[0].at("fields"), Json({"config_name", "target_platform"}));
    EXPECT_EQ(said.json.at("changes")[1].at("action"), "CREATE");
    EXPECT_EQ(rules(), 1);
    EXPECT_EQ(audited(), 0);
    EXPECT_EQ(router.get("/api/v1/rules/" + id).at("version"), 1);

    const TestAnswer done = send(csv, Import, "operator", {{"X-Reason", "wave%207"}});
    ASSERT_EQ(done.status, 200) << done.body;
    for (const char *count : {"rows", "created", "updated", "unchanged", "warnings_total", "sha256"})
        EXPECT_EQ(done.json.at(count), said.json.at(count)) << count;
    EXPECT_EQ(rules(), 2);
    const Json rule = router.get("/api/v1/rules/" + id);
    EXPECT_EQ(rule.at("version"), 2);
    EXPECT_EQ(rule.at("changed_by"), "operator-1");
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "ann"}}}}}, 200)
                  .at("decisions")[0].at("epoch"),
              done.json.at("epoch"));

    const Json entry = router.get("/api/v1/audit?action=rule.import").at("items").at(0);
    EXPECT_EQ(entry.at("reason"), "wave 7");
    EXPECT_EQ(entry.at("after").at("created"), 1);
    EXPECT_EQ(entry.at("after").at("sha256"), done.json.at("sha256"));
    EXPECT_EQ(entry.at("epoch"), done.json.at("epoch"));
    // The history has each rule.
    EXPECT_NE(dumpJson(router.get("/api/v1/users/ann")).find("wave 7"), std::string::npos);
}

TEST_F(RuleTransfer, mistakesAreNamedByRowAndNothingIsStored)
{
    const std::string csv = "config_name,config_type,target_entity,target_platform,priority\n"
                            "good,USER_BASED,ann,NEW,1\n"
                            "bad,USER_BASED,a b,NEW,1\n"
                            "\n"
                            "bad,USER_BASED,ann,OLD,x\n";
    const TestAnswer answer = send(csv);
    EXPECT_EQ(answer.status, 422);
    ASSERT_EQ(answer.json.at("errors").size(), 3U) << answer.body;
    EXPECT_EQ(answer.json.at("errors")[0].at("pointer"), "/rows/3/target_entity");
    EXPECT_EQ(answer.json.at("errors")[1].at("pointer"), "/rows/5/target_platform");
    EXPECT_EQ(answer.json.at("errors")[2].at("pointer"), "/rows/5/priority");
    EXPECT_TRUE(answer.json.at("errors")[2].at("message").get<std::string>().starts_with("row 5: "));
    EXPECT_EQ(rules(), 0);
    // The dry run reports the same, and what is right beside it.
    const TestAnswer dry = send(csv, DryRun);
    EXPECT_EQ(dry.status, 200);
    EXPECT_EQ(dry.json.at("errors_total"), 3);
    EXPECT_EQ(dry.json.at("errors")[0],
              (Json{{"row", 3}, {"column", "target_entity"}, {"message", dry.json.at("errors")[0].at("message")}}));
    EXPECT_EQ(dry.json.at("created"), 1);
    const TestAnswer json =
        router.call({"POST", Import, {{"rules", {userRuleBody("ann"), {{"config_name", 5}}, 7}}}, "", "operator"});
    EXPECT_EQ(json.status, 422);
    EXPECT_EQ(pointerOf(json), "/rules/1/config_name");
    EXPECT_EQ(json.json.at("errors").back().at("pointer"), "/rules/2");
    EXPECT_EQ(rules(), 0);
}

TEST_F(RuleTransfer, whatIsNoSheetIsRefused)
{
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"\n", 400, ""},
        {"id,\"x\n", 400, ""},
        {"id\n\xFF\n", 400, ""},
        {"id,id\n", 422, "/columns/id"},
        {"id,colour\n", 422, "/columns/colour"},
        {std::string(70'000, 'x'), 400, ""},
        {"id,reason\na\n", 400, ""},
    };
    for (const auto &[body, status, pointer] : cases) {
        const TestAnswer answer = send(body);
        EXPECT_EQ(answer.status, status) << body.substr(0, 40) << " " << answer.body;
        EXPECT_EQ(pointerOf(answer), pointer);
        EXPECT_EQ(send(body, DryRun).status, status);
    }
    EXPECT_EQ(send("id\n", "/api/v1/rules/import?dry_run=perhaps").status, 422);
    EXPECT_EQ(router.send({"POST", Import, {}}, "id\n", "text/plain").status, 415);
    EXPECT_EQ(pointerOf(router.call({"POST", Import, {{"rules", Json::array()}, {"reason", "x"}}})), "/reason");
}

TEST_F(RuleTransfer, aRuleThatSomebodyChangedMeanwhileIsNotOverwritten)
{
    const std::string id = create(userRuleBody("ann", "NEW"));
    const std::string csv = exported("?format=csv");
    router.call({"PATCH", "/api/v1/rules/" + id, {{"priority", 7}}, "1"});
    const TestAnswer answer = send(csv);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointerOf(answer), "/rows/2/version");
    EXPECT_EQ(router.get("/api/v1/rules/" + id).at("priority"), 7);
}

// The file is read beside the writer, which goes on meanwhile.
TEST_F(RuleTransfer, aRuleThatSomebodyChangesWhileTheFileIsReadIsNotOverwritten)
{
    const std::string id = create(userRuleBody("ann", "NEW"));
    std::string csv = "id,config_name,config_type,target_entity,target_platform\n" + id +
                      ",renamed,USER_BASED,ann,LEGACY\n";
    for (int i = 0; i < 6'000; ++i)
        csv += ",fresh,USER_BASED,user-" + std::to_string(i) + ",NEW\n";
    TestAnswer answer;
    std::atomic<bool> done = false;
    TestClient client = router.client("operator");
    client.setTimeout(std::chrono::minutes(2));
    std::jthread importing([&] {
        answer = client.send("POST", Import, csv, {{"Content-Type", "text/csv"}});
        done = true;
    });
    int version = 1;
    while (!done) {
        const TestAnswer changed =
            router.call({"PATCH", "/api/v1/rules/" + id, {{"priority", 7}}, std::to_string(version)});
        if (changed.status == 200) ++version;
        if (changed.status != 200) break;
    }
    importing.join();
    ASSERT_EQ(answer.status, 422) << answer.body.substr(0, 300);
    EXPECT_EQ(pointerOf(answer), "/rows/2/id");
    EXPECT_EQ(rules(), 1);
    EXPECT_EQ(router.get("/api/v1/rules/" + id).at("config_name"), "rule of ann");
}

// What others do meanwhile to rules the file does not name is nobody's mistake.
TEST_F(RuleTransfer, otherRulesMayChangeWhileTheFileIsRead)
{
    TestAnswer answer;
    std::atomic<bool> done = false;
    TestClient client = router.client("operator");
    client.setTimeout(std::chrono::minutes(2));
    std::jthread importing([&] {
        answer = client.send("POST", Import, manyRules(3'000), {{"Content-Type", "text/csv"}});
        done = true;
    });
    int made = 0;
    while (!done && ++made > 0)
        create(userRuleBody("other-" + std::to_string(made)));
    importing.join();
    ASSERT_EQ(answer.status, 200) << answer.body.substr(0, 300);
    EXPECT_EQ(rules(), 3'000 + made);
}

// Rows go many to a statement, those that are left over one by one.
TEST_F(RuleTransfer, manyRowsAreStoredAsEachOfThemIs)
{
    Json list = Json::array();
    for (int i = 0; i < 130; ++i) {
        Json rule = userRuleBody("user-" + std::to_string(i));
        if (i % 3 == 0) rule["end_time"] = "2030-01-01T00:00:00Z";
        if (i % 5 == 0) rule["reason"] = "wave \xE4\xB8\x83, \"quoted\"";
        if (i == 77)
            rule = {{"config_name", "night"}, {"config_type", "TIME_BASED"}, {"target_platform", "BOTH"},
                    {"recurrence", {{"weekdays", {"MON"}}, {"from", "22:00"}, {"to", "06:00"}, {"time_zone", "Europe/Berlin"}}}};
        list.push_back(std::move(rule));
    }
    const auto import = [&](const Json &rows) {
        return router.call({"POST", Import, {{"rules", rows}}, "", "operator"}).json;
    };
    EXPECT_EQ(import(list).at("created"), 130);
    Json all = router.call({"GET", Export, {}}).json.at("rules");
    ASSERT_EQ(all.size(), 130U);
    EXPECT_EQ(import(all).at("unchanged"), 130);
    for (std::size_t i = 0; i < 120; ++i)
        all[i]["priority"] = 7;
    EXPECT_EQ(import(all).at("updated"), 120);
    const Json now = router.call({"GET", Export, {}}).json.at("rules");
    for (std::size_t i = 0; i < now.size(); ++i) {
        EXPECT_EQ(now[i].at("priority"), all[i].at("priority"));
        EXPECT_EQ(now[i].at("version"), i < 120 ? 2 : 1);
        for (const char *field : {"id", "config_name", "reason", "end_time", "recurrence", "target_entity"})
            EXPECT_EQ(now[i].at(field), all[i].at(field)) << i << field;
    }
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(router.call({"GET", Export, {}}).json.at("rules"), now);
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "user-3"}}}}}, 200)
                  .at("decisions")[0].at("reason"), "USER_RULE");
}

TEST_F(RuleTransfer, aRepeatedKeyImportsOnce)
{
    const std::string csv = manyRules(3);
    const TestClient::Headers key{{"Idempotency-Key", "once"}};
    const TestAnswer first = send(csv, Import, "operator", key);
    const TestAnswer second = send(csv, Import, "operator", key);
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(first.json, second.json);
    EXPECT_EQ(rules(), 3);
    EXPECT_EQ(send(manyRules(4), Import, "operator", key).status, 422);
}

TEST_F(RuleTransfer, onlyOperatorsImport)
{
    EXPECT_EQ(send(manyRules(1), Import, "viewer").status, 403);
    EXPECT_EQ(send(manyRules(1), DryRun, "viewer").status, 403);
    EXPECT_EQ(send(manyRules(1), Import, "").status, 401);
    EXPECT_EQ(rules(), 0);
    EXPECT_EQ(router.call({"GET", Export, {}, "", "viewer"}).status, 200);
    EXPECT_EQ(router.call({"GET", Export, {}, "", "agent"}).status, 403);
}

TEST_F(RuleTransfer, oneEventTellsOfAll)
{
    const std::string start = router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    send(manyRules(50));
    send(manyRules(0)); // nothing happens, so nothing is told
    std::string stream;
    EXPECT_TRUE(waitFor([&] {
        TestClient client = router.client("viewer");
        client.setTimeout(std::chrono::milliseconds(500));
        stream = client.send("GET", "/api/v1/events?topics=rules.imported,rule.changed", "", {{"Last-Event-ID", start}}).body;
        return stream.find("rules.imported") != std::string::npos;
    })) << stream;
    EXPECT_EQ(stream.find("rule.changed"), std::string::npos);
    EXPECT_EQ(stream.find("rules.imported"), stream.rfind("rules.imported"));
    EXPECT_NE(stream.find("\"created\":50"), std::string::npos);
}

TEST_F(RuleTransfer, isBounded)
{
    std::string rows = "id\n";
    for (int i = 0; i <= 20'000; ++i)
        rows += "r" + std::to_string(i) + "\n";
    TestClient patient = router.client("operator");
    patient.setTimeout(std::chrono::minutes(4)); // it reads all that an import may have before it refuses
    const TestAnswer tooMany = patient.send("POST", DryRun, rows, {{"Content-Type", "text/csv"}});
    EXPECT_EQ(tooMany.status, 413);
    EXPECT_NE(tooMany.body.find("at most 20000 rules"), std::string::npos) << tooMany.body;
    // Refused by its length, before it is sent.
    EXPECT_EQ(send("id\n" + std::string(97U << 20, 'x')).status, 413);
    std::string same = "config_name,config_type,target_platform\n";
    for (int i = 0; i < 1'001; ++i)
        same += "t,TIME_BASED,NEW\n";
    EXPECT_EQ(pointerOf(send(same)), "/rows/1002/target_entity");
    std::string wrong = "priority\n";
    for (int i = 0; i < 3'000; ++i)
        wrong += "x\n";
    const TestAnswer many = send(wrong, DryRun);
    EXPECT_EQ(many.json.at("errors").size(), 1'000U);
    EXPECT_EQ(many.json.at("errors_total"), 15'000); // five fields of each
    EXPECT_EQ(rules(), 0);
}

TEST_F(RuleTransfer, theReasonOfALargeFileIsInTheHeader)
{
    std::string csv = manyRules(12'000); // past the ordinary limit of bodies
    ASSERT_GT(csv.size(), 1U << 20);
    EXPECT_EQ(send(csv, Import, "operator", {{"X-Reason", "large"}, {"Idempotency-Key", "k"}}).status, 200);
    EXPECT_EQ(router.get("/api/v1/audit?action=rule.import").at("items").at(0).at("reason"), "large");
    // Holding every rule of it against the contract would take minutes.
    const std::string json = router.client("operator").get(Export).body;
    const TestAnswer again = router.send({"POST", Import, {}, "", "operator", {{"Idempotency-Key", "j"}}}, json, "application/json");
    EXPECT_EQ(again.json.at("unchanged"), 12'000) << again.body.substr(0, 300);
}

TEST_F(RuleTransfer, killedBeforeTheCommitNothingIsThere)
{
    create(userRuleBody("ann"));
    router.kill();
    ASSERT_TRUE(router.start({}, {"CROSSFADE_KILL_POINT=store.before-commit:1"}));
    EXPECT_EQ(router.client("operator").send("POST", Import, manyRules(500), {{"Content-Type", "text/csv"}}).status, 0);
    ASSERT_TRUE(router.start());
    EXPECT_EQ(rules(), 1);
    EXPECT_EQ(audited(), 0);
    router.kill();
    ASSERT_TRUE(router.start({}, {"CROSSFADE_KILL_POINT=store.after-commit:1"}));
    EXPECT_EQ(router.client("operator").send("POST", Import, manyRules(500), {{"Content-Type", "text/csv"}}).status, 0);
    ASSERT_TRUE(router.start());
    EXPECT_EQ(rules(), 501);
    EXPECT_EQ(audited(), 1);
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

// How long it takes and what it costs is told, not held: the machine may be busy.
// As many as one import may have.
TEST_F(RuleTransfer, manyRulesGoInAndOut)
{
    constexpr int Count = 20'000;
    const long idle = peakMemory(router.file("ready.json"));
    TestClient client = router.client("operator");
    client.setTimeout(std::chrono::minutes(4));
    const std::string csv = manyRules(Count);
    const auto timed = [&](const char *what, const auto &act) {
        const auto start = std::chrono::steady_clock::now();
        const TestAnswer answer = act();
        std::printf("%s: %.1f s, %zu KiB answered, peak %ld MiB\n", what, secondsSince(start), answer.body.size() >> 10,
                    peakMemory(router.file("ready.json")));
        EXPECT_EQ(answer.status, 200) << answer.error << answer.body.substr(0, 300);
        return answer;
    };
    std::printf("%d rules, %zu KiB of CSV, idle %ld MiB\n", Count, csv.size() >> 10, idle);
    const TestClient::Headers type{{"Content-Type", "text/csv"}};
    EXPECT_EQ(timed("dry run", [&] { return client.send("POST", DryRun, csv, type); }).json.at("created"), Count);
    EXPECT_EQ(timed("import", [&] { return client.send("POST", Import, csv, type); }).json.at("created"), Count);
    const std::string out = timed("export csv", [&] { return client.get(std::string(Export) + "?format=csv"); }).body;
    EXPECT_EQ(timed("export json", [&] { return client.get(Export); }).json.at("rules").size(), std::size_t{Count});
    EXPECT_EQ(timed("import it again", [&] { return client.send("POST", Import, out, type); }).json.at("unchanged"), Count);
    EXPECT_EQ(rules(), Count);
}

} // namespace crossfade
