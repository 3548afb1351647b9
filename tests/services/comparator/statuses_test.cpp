// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Each status that resources/openapi/comparator.yaml names, brought about at least once.
#include "tests/services/comparator/world.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace crossfade {
namespace {

// An operation as the contract writes it: "PUT /api/v1/checks/{id}".
struct Operation {
    explicit Operation(const std::string &line)
        : method(line.substr(0, line.find(' ')))
        , pattern(line.substr(line.find(' ') + 1))
    {
    }
    bool isApi() const { return pattern.starts_with("/api/v1/"); }
    bool takesBody() const { return method == "POST" || method == "PUT" || method == "PATCH"; }
    bool hasVersion() const { return method == "PUT" || method == "PATCH" || method == "DELETE"; }
    bool hasId() const { return pattern.find("{id}") != std::string::npos; }

    std::string method;
    std::string pattern;
};

class Statuses : public testing::Test {
protected:
    TestAnswer send(const std::string &method, const std::string &path, const Json &body = {},
                    const std::string &version = {}, const std::string &role = "lead")
    {
        TestClient::Headers headers;
        if (!version.empty()) headers.emplace_back("If-Match", "\"" + version + "\"");
        return world.send(role, method, path, body.is_null() ? "" : dumpJson(body), headers);
    }
    void expect(int status, const TestAnswer &answer)
    {
        EXPECT_EQ(answer.status, status) << answer.body;
    }
    // A body the operation takes.
    Json bodyFor(const Operation &operation)
    {
        if (!operation.takesBody()) return {};
        const auto has = [&](const char *word) {
            return operation.pattern.find(word) != std::string::npos;
        };
        if (has("/comparisons")) return {{"check_name", "users"}, {"ids", {"a"}}};
        if (has("/resolve")) return {{"notes", "known"}};
        if (has("/ignore-rules")) return ignoreBody();
        if (has("/assignment-rules"))
            return {{"rules", Json::array({{{"data_type", "USER"},
                                            {"field", "name"},
                                            {"difference_type", "DIFFERENT"},
                                            {"assigned_to", "ann"}},
                                           {{"assigned_role", "approver"}}})}};
        if (has("/bulk"))
            return {{"action", "REJECT"}, {"filter", {{"status", "PENDING"}, {"entity_id", "nobody"}}}, {"expected_count", 7}};
        if (has("/approve")) return {{"execute_at", nullptr}, {"reason", "a test"}};
        if (has("/assign")) return {{"assigned_to", "ann"}};
        if (has("/run") && has("/checks")) return {{"scope", "FULL"}};
        if (operation.method == "PATCH" && has("/runs")) return {{"rows_per_second_limit", 500}};
        if (operation.method == "PATCH") return {{"take", "LEGACY"}};
        if (operation.pattern.ends_with("/sync-configs") || operation.pattern.ends_with("/sync-configs/{id}"))
            return syncBody();
        if (operation.pattern == "/api/v1/repairs")
            return {{"difference_ids", {world.difference}}};
        if (has("/columns")) return {{"table", "people"}};
        if (operation.pattern.starts_with("/api/v1/sources") && !has("/test"))
            return sourceBody("another");
        if (has("/mappings/suggest")) return suggestBody();
        if (operation.pattern.starts_with("/api/v1/mappings")) return mappingBody();
        if (operation.pattern.ends_with("/checks") || operation.pattern.ends_with("/checks/{id}"))
            return {{"check_name", "another"}, {"mapping_id", world.mapping}};
        return {{"reason", "a test"}};
    }
    Json sourceBody(const std::string &name) const
    {
        return {{"name", name}, {"kind", "SQLITE"}, {"location", world.legacy->location()}};
    }
    Json suggestBody() const
    {
        const Json table{{"source_id", world.source}, {"table", "people"}};
        return {{"data_type", "USER"}, {"legacy", table}, {"new", table}};
    }
    Json ignoreBody() const
    {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        return {{"check_id", world.check},
                {"data_type", "USER"},
                {"entity_pattern", "nobody*"},
                {"field", "name"},
                {"difference_type", "DIFFERENT"},
                {"cause", "CASE"},
                {"legacy", {{"value", "a"}}},
                {"new", {{"pattern", "A*"}}},
                {"ends_at", formatInstant(now + std::chrono::hours(24))},
                {"reason", "a test"}};
    }
    Json mappingBody()
    {
        Json body = send("GET", "/api/v1/mappings/" + world.mapping).json;
        for (const char *name : {"id", "version", "created_at", "updated_at"})
            body.erase(name);
        // Objects, all of them: whoever gives them one is told what is wrong within it.
        body["deletion_limits"] = body["auto_repair_limit"] = {{"least", 20}, {"percentage", 10}, {"most", 1'000}};
        return body;
    }
    Json syncBody(const std::string &source = "LEGACY", const std::string &direction = "BIDIRECTIONAL") const
    {
        return {{"source_system", source},
                {"target_system", source == "NEW" ? "LEGACY" : "NEW"},
                {"mapping_id", world.mapping},
                {"sync_direction", direction},
                {"sync_frequency", "BATCH"}};
    }
    std::string versionOf(const std::string &path)
    {
        const std::string tag = send("GET", path).header("etag");
        return tag.size() > 2 ? tag.substr(1, tag.size() - 2) : tag;
    }

    void refusals(const Operation &operation);
    void bodies(const Operation &operation, const std::string &path);
    void sourcesAndMappings();
    void checksAndRuns();
    void ignoreRules();
    void repairs();
    void syncs();
    void withoutTheSource();
    void service();

    World world;
};

// What every operation refuses alike.
void Statuses::refusals(const Operation &operation)
{
    const std::string path = world.filled(operation.pattern);
    const Json body = bodyFor(operation);
    const std::string version = operation.hasVersion() ? "1" : "";
    expect(401, send(operation.method, path, body, version, ""));
    if (operation.pattern != "/api/v1/session")
        expect(403, send(operation.method, path, body, version, "observer"));
    expect(422, send(operation.method, path + "?surprise=1", body, version));
    if (operation.hasVersion()) {
        expect(428, send(operation.method, path, body));
        expect(412, send(operation.method, path, body, "999"));
    }
    std::string none = operation.pattern;
    if (operation.hasId()) {
        none.replace(none.find("{id}"), 4, "none");
        if (none.ends_with("/columns") && operation.method == "GET") none += "?table=people";
        expect(404, send(operation.method, none, body, version));
    }
    if (operation.takesBody()) bodies(operation, path);
}

void Statuses::bodies(const Operation &operation, const std::string &path)
{
    const std::pair<std::string, std::string> version{"If-Match", "\"1\""};
    const std::pair<std::string, std::string> reason{"X-Reason", "a%20test"};
    for (const char *malformed : {"{", "{\"reason\":\"\xC0\"}", "{\"a\":1,\"a\":2"})
        expect(400, world.send("lead", operation.method, path, malformed, {version, reason}));
    expect(413, world.send("lead", operation.method, path,
                           "{\"reason\":\"" + std::string(2 << 20, 'x') + "\"}", {version}));
    expect(415, world.send("lead", operation.method, path, "<a/>",
                           {version, {"Content-Type", "application/xml"}}));
}

void Statuses::sourcesAndMappings()
{
    const TestAnswer made = send("POST", "/api/v1/sources", sourceBody("spare"));
    expect(201, made);
    expect(409, send("POST", "/api/v1/sources", sourceBody("spare")));
    const std::string spare = "/api/v1/sources/" + textOf(made.json, "id");
    expect(409, send("PUT", spare, sourceBody("users new"), "1"));
    expect(200, send("PUT", spare, sourceBody("spare part"), "1"));
    expect(204, send("DELETE", spare, {}, "2"));
    expect(404, send("GET", spare));
    const std::string used = "/api/v1/sources/" + world.source;
    expect(409, send("DELETE", used, {}, versionOf(used)));
    expect(200, send("POST", used + "/test", Json::object()));
    expect(200, send("GET", used + "/columns?table=people"));
    expect(200, send("POST", used + "/columns", {{"query", "SELECT id FROM people"}}));

    expect(200, send("POST", "/api/v1/mappings/suggest", suggestBody()));
    const TestAnswer mapping = send("POST", "/api/v1/mappings", mappingBody());
    expect(201, mapping);
    const std::string path = "/api/v1/mappings/" + textOf(mapping.json, "id");
    expect(200, send("PUT", path, mappingBody(), "1"));
    expect(204, send("DELETE", path, {}, "2"));
    const std::string mapped = "/api/v1/mappings/" + world.mapping;
    expect(409, send("DELETE", mapped, {}, versionOf(mapped)));
}

void Statuses::checksAndRuns()
{
    expect(200, send("POST", "/api/v1/comparisons", {{"check_name", "users"}, {"ids", {"a"}}}));
    const Json body{{"check_name", "second"}, {"mapping_id", world.mapping}};
    const TestAnswer made = send("POST", "/api/v1/checks", body);
    expect(201, made);
    expect(409, send("POST", "/api/v1/checks", body));
    const std::string path = "/api/v1/checks/" + textOf(made.json, "id");
    Json taken = body;
    taken["check_name"] = "users";
    expect(409, send("PUT", path, taken, "1"));
    expect(200, send("PUT", path, body, "1"));

    const TestAnswer run =
        send("POST", path + "/run", {{"scope", "FULL"}, {"rows_per_second_limit", 1}});
    expect(202, run);
    const std::string at = "/api/v1/runs/" + textOf(run.json, "id");
    expect(409, send("POST", path + "/run", {{"scope", "FULL"}}));
    expect(409, send("DELETE", path, {}, versionOf(path)));
    expect(409, send("POST", at + "/resume", Json::object()));
    expect(200, send("PATCH", at, {{"rows_per_second_limit", 2}}, versionOf(at)));
    expect(200, send("POST", at + "/pause", Json::object()));
    world.comparator.waitRun(textOf(run.json, "id"), {"PAUSED"});
    expect(409, send("POST", at + "/pause", Json::object()));
    expect(200, send("POST", at + "/resume", Json::object()));
    expect(200, send("POST", at + "/cancel", Json::object()));
    world.comparator.waitRun(textOf(run.json, "id"), {"CANCELLED"});
    expect(409, send("POST", at + "/cancel", Json::object()));
    expect(409, send("PATCH", at, {{"rows_per_second_limit", 2}}, versionOf(at)));
    expect(204, send("DELETE", path, {}, versionOf(path)));
}

void Statuses::ignoreRules()
{
    const std::string all = "/api/v1/ignore-rules";
    const TestAnswer made = send("POST", all, ignoreBody());
    expect(201, made);
    const std::string one = all + "/" + textOf(made.json, "id");
    expect(200, send("PUT", one, ignoreBody(), "1"));
    expect(200, send("GET", one));
    Json brief = ignoreBody();
    brief["ends_at"] = formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) +
                                     std::chrono::seconds(2));
    const std::string over = all + "/" + textOf(send("POST", all, brief).json, "id");
    EXPECT_TRUE(waitFor([&] { return send("GET", over).json.value("ended", false); }, std::chrono::seconds(20)));
    std::vector<std::string> more; // 200 that hide something, beside the one whose time is over
    for (std::int64_t rules = send("GET", all).json.at("total").get<std::int64_t>(); rules < 201; ++rules)
        more.push_back(textOf(send("POST", all, ignoreBody()).json, "id"));
    expect(409, send("POST", all, ignoreBody()));
    expect(409, send("PUT", over, ignoreBody(), "2")); // nor may it begin anew
    expect(204, send("DELETE", over, {}, "2"));
    expect(200, send("PUT", one, ignoreBody(), "2")); // it has its place
    for (const std::string &id : more)
        expect(204, send("DELETE", all + "/" + id, {}, "1"));
    expect(204, send("DELETE", one, {}, "3"));
    expect(404, send("GET", one));
}

void Statuses::repairs()
{
    const std::string resolve = "/api/v1/differences/" + world.differenceOf("x") + "/resolve";
    const std::string gone = world.differenceOf("x");
    expect(200, send("POST", "/api/v1/differences/" + gone + "/recheck", Json::object()));
    expect(200, send("POST", resolve, {{"notes", "a test account"}}));
    expect(409, send("POST", resolve, {{"notes", "again"}}));
    expect(409, send("POST", "/api/v1/repairs", {{"difference_ids", {gone}}}));

    const TestAnswer made =
        send("POST", "/api/v1/repairs", {{"difference_ids", {world.differenceOf("m")}}});
    expect(201, made);
    const std::string rejected = "/api/v1/repairs/" + textOf(made.json.at("items")[0], "id");
    expect(200, send("POST", rejected + "/reject", {{"reason", "later"}}));
    for (const char *act : {"/approve", "/reject"})
        expect(409, send("POST", rejected + act, {{"reason", "again"}}));
    expect(409, send("POST", rejected + "/assign", {{"assigned_to", "bob"}}));

    const std::string rules = "/api/v1/assignment-rules";
    expect(200, send("PUT", rules, {{"rules", Json::array()}}, versionOf(rules)));

    // What was seen has changed when it is approved: stale, then tried again after a fresh look.
    const std::string stale = "/api/v1/repairs/" + world.repair;
    expect(200, send("GET", stale + "/preview"));
    expect(200, send("POST", stale + "/assign", {{"assigned_to", "bob"}}));
    expect(409, send("POST", stale + "/execute", Json::object()));
    world.fresh->run("UPDATE people SET secret = 'u' WHERE id = 'b'");
    expect(200, send("POST", stale + "/approve", {{"reason", "seen"}}));
    world.comparator.waitRepair(world.repair, {"STALE"});
    expect(200, send("POST", stale + "/execute", Json::object()));
    world.comparator.waitRepair(world.repair, {"VERIFIED"});
    EXPECT_EQ(world.fresh->one("SELECT secret FROM people WHERE id = 'b'"), "s");
    // What a sensitive field held is not kept.
    expect(409, send("POST", stale + "/undo", {{"reason", "was right before"}}));
    const std::string bulk = "/api/v1/repairs/bulk";
    const std::string again = world.repairOf("m");
    const Json filter{{"entity_id", "m"}, {"status", "PENDING"}};
    expect(409, send("POST", bulk, {{"action", "APPROVE"}, {"filter", filter}, {"expected_count", 2}, {"reason", "r"}}));
    expect(200, send("POST", bulk, {{"action", "APPROVE"}, {"filter", filter}, {"expected_count", 1}, {"reason", "r"}}));
    world.comparator.waitRepair(again, {"VERIFIED"});
    expect(200, send("POST", "/api/v1/repairs/" + again + "/undo", {{"reason", "too early"}}));
    world.comparator.waitRepair(again, {"UNDONE"});
    EXPECT_EQ(world.fresh->one("SELECT count(*) FROM people WHERE id = 'm'"), "0");
    expect(200, send("GET", "/api/v1/repairs/" + again));
}

void Statuses::syncs()
{
    const std::string one = "/api/v1/sync-configs/" + world.sync;
    const std::string task = "/api/v1/sync-tasks/" + world.task;
    expect(409, send("POST", "/api/v1/sync-configs", syncBody()));
    expect(200, send("PATCH", task, {{"fields", {{"name", {{"take", "NEW"}}}}}}, versionOf(task)));
    expect(422, send("PATCH", task, {{"fields", {{"secret", {{"value", "x"}}}}}}, versionOf(task)));
    expect(200, send("POST", task + "/discard", {{"reason", "known"}}));
    expect(409, send("POST", task + "/discard", {{"reason", "again"}}));

    Json idle = syncBody();
    idle["active"] = false;
    expect(200, send("PUT", one, idle, versionOf(one)));
    for (const char *act : {"/run", "/backfill", "/pause"})
        expect(409, send("POST", one + act, Json::object()));
    expect(409, send("POST", task + "/retry", Json::object()));
    expect(200, send("PUT", one, syncBody(), versionOf(one)));
    expect(200, send("POST", task + "/retry", Json::object()));
    EXPECT_TRUE(waitFor([&] { return world.comparator.all("/api/v1/sync-tasks").empty(); }));
    EXPECT_EQ(world.legacy->one("SELECT name FROM people WHERE id = 'a'"), "Anna");

    expect(202, send("POST", one + "/backfill", Json::object()));
    EXPECT_TRUE(waitFor([&] { return send("GET", one).json.at("state") == "FOLLOWING"; }));
    expect(409, send("DELETE", one, {}, versionOf(one)));
    expect(409, send("PUT", one, syncBody("LEGACY", "UNIDIRECTIONAL"), versionOf(one)));
    expect(200, send("POST", one + "/pause", Json::object()));
    expect(202, send("POST", one + "/run", Json::object()));
    expect(200, send("POST", one + "/pause", Json::object()));
    expect(204, send("DELETE", one, {}, versionOf(one)));
    expect(404, send("GET", one));
    const TestAnswer made = send("POST", "/api/v1/sync-configs", syncBody("NEW", "UNIDIRECTIONAL"));
    expect(201, made);
    expect(409, send("POST", "/api/v1/sync-configs", syncBody("LEGACY", "BIDIRECTIONAL")));
    expect(200, send("GET", "/api/v1/monitoring/sync"));
    expect(200, send("GET", "/api/v1/monitoring/consistency"));
}

// NEW's database is not where it was.
void Statuses::withoutTheSource()
{
    const std::string repair = world.repairOf("a");
    world.fresh->run("UPDATE people SET name = 'Annie' WHERE id = 'a'");
    const std::string path = "/api/v1/repairs/" + repair;
    expect(200, send("POST", path + "/approve", {{"reason", "seen"}}));
    world.comparator.waitRepair(repair, {"STALE"});
    for (const Json &source : world.comparator.all("/api/v1/sources")) {
        Json body = sourceBody(textOf(source, "name"));
        body["location"] = world.dir.file("nothing/here.db");
        expect(200, send("PUT", "/api/v1/sources/" + textOf(source, "id"), body, "1"));
    }
    expect(503, send("GET", "/api/v1/sources/" + world.source + "/columns?table=people"));
    expect(503, send("POST", "/api/v1/sources/" + world.source + "/columns", {{"table", "people"}}));
    expect(503, send("POST", "/api/v1/mappings/suggest", suggestBody()));
    expect(503, send("POST", "/api/v1/comparisons", {{"check_name", "users"}, {"ids", {"a"}}}));
    const std::string difference = "/api/v1/differences/" + world.differenceOf("a");
    expect(503, send("GET", difference));
    expect(503, send("POST", difference + "/recheck", Json::object()));
    expect(503, send("GET", path + "/preview"));
    expect(503, send("POST", path + "/execute", Json::object()));
    // A confirmation is of rows that were counted just now.
    const std::string inserted = textOf(world.comparator.all("/api/v1/repairs?status=UNDONE&entity_id=m").at(0), "id");
    expect(503, send("POST", "/api/v1/repairs/" + inserted + "/undo", {{"reason", "r"}, {"confirm_deletes", 1}}));
}

void Statuses::service()
{
    for (const char *path : {"/api/v1/session", "/api/v1/status", "/api/v1/audit", "/api/v1/audit/export",
                             "/api/v1/audit/verification", "/healthz", "/readyz", "/metrics",
                             "/openapi.yaml"})
        expect(200, send("GET", path));
    // A stream has no end, so its answer is what came until the client had enough.
    TestClient viewer = world.comparator.as("viewer");
    viewer.setTimeout(std::chrono::milliseconds(500));
    TestAnswer stream = viewer.get("/api/v1/events");
    if (stream.header("content-type").starts_with("text/event-stream")) stream.status = 200;
    EXPECT_EQ(world.contract.check("GET", "/api/v1/events", stream), "");
    // A row that a run is looking at again.
    const auto store = world.comparator.store();
    const std::string moving = world.differenceOf("a");
    store->run("UPDATE differences SET state = 'IN_FLIGHT' WHERE id = '" + moving + "'");
    expect(409, send("POST", "/api/v1/differences/" + moving + "/recheck", Json::object()));
    // A store that cannot be read any more.
    store->run("ALTER TABLE clock RENAME TO elsewhere");
    expect(503, send("GET", "/readyz"));
    store->run("ALTER TABLE elsewhere RENAME TO clock");
    expect(200, send("GET", "/readyz"));
}

TEST_F(Statuses, EachDocumentedOneHappens)
{
    for (const std::string &line : world.contract.operations()) {
        const Operation operation(line);
        SCOPED_TRACE(line);
        if (operation.isApi()) refusals(operation);
        if (operation.isApi() && operation.method == "GET" && operation.pattern != "/api/v1/events" &&
            !operation.pattern.ends_with("/columns"))
            expect(200, send("GET", world.filled(operation.pattern)));
    }
    sourcesAndMappings();
    checksAndRuns();
    ignoreRules();
    repairs();
    syncs();
    withoutTheSource();
    service();
    EXPECT_EQ(world.contract.unseen(), std::vector<std::string>());
}

// Every field of every body: of a wrong type, too long, and beside one that nobody knows.
TEST_F(Statuses, EachWrongFieldIsNamed)
{
    for (const std::string &line : world.contract.operations()) {
        const Operation operation(line);
        if (!operation.takesBody()) continue;
        Json good = bodyFor(operation);
        good["reason"] = "a test";
        const auto expectNamed = [&](const Json &body, const std::string &pointer) {
            const TestAnswer answer = send(operation.method, world.filled(operation.pattern), body,
                                           operation.hasVersion() ? "1" : "");
            EXPECT_EQ(answer.status, 422) << line << " " << pointer << " " << answer.body;
            std::set<std::string> named;
            for (const Json &error : answer.json.value("errors", Json::array()))
                named.insert(textOf(error, "pointer"));
            EXPECT_TRUE(named.contains(pointer)) << line << " " << pointer << " " << answer.body;
        };
        const Json leaves = good.flatten();
        for (const auto &[pointer, value] : leaves.items()) {
            Json wrong = good;
            wrong[Json::json_pointer(pointer)] = {{"x", 1}};
            expectNamed(wrong, pointer);
            if (!value.is_string()) continue;
            wrong[Json::json_pointer(pointer)] = std::string(3'000, 'x');
            expectNamed(wrong, pointer);
        }
        good["surprise"] = 1;
        expectNamed(good, "/surprise");
    }
}

TEST_F(Statuses, EveryObjectHasAnETagOfItsVersion)
{
    for (const std::string &line : world.contract.operations()) {
        const Operation operation(line);
        if (operation.method != "GET" || !operation.pattern.ends_with("/{id}")) continue;
        const TestAnswer answer = send("GET", world.filled(operation.pattern));
        EXPECT_EQ(answer.header("etag"), "\"" + answer.json.at("version").dump() + "\"") << line;
        EXPECT_FALSE(answer.header("x-crossfade-event-id").empty()) << line;
    }
}

} // namespace
} // namespace crossfade
