// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/routerpart.h"
#include "app/service/sqlitestore.h"
#include "app/service/standardroutes.h"
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace crossfade {

namespace {

// What a part sees of its service while it writes down its routes.
class QuietService : public Service {
public:
    explicit QuietService(const std::filesystem::path &directory) : m_directory(directory)
    {
        StoreOptions options;
        options.directory = directory;
        options.migrations = std::filesystem::path(resourceDirectory()) / "sql/router";
        auto opened = SqliteStore::open(options, Environment::real());
        if (opened) m_store = std::move(*opened);
    }
    SqliteStore &sqlite() { return *m_store; }
    Store &store() override { return *m_store; }
    prometheus::Registry &metrics() override { return m_registry; }
    void broadcast(std::string_view, const Json &) override {}
    void every(std::chrono::milliseconds, std::function<void()>) override {}
    std::string resourceDirectory() const override
    {
        return std::string(CROSSFADE_SOURCE_DIR) + "/resources";
    }
    std::string dataDirectory() const override { return m_directory; }

private:
    std::string m_directory;
    std::unique_ptr<SqliteStore> m_store;
    prometheus::Registry m_registry;
};

// Holds every status of the operations on rules, switches, directory, decisions, previews and users
// against the contract by bringing it about.
class Coverage {
public:
    explicit Coverage(RouterService &router) : m_router(router) {}

    void objectAnswers(const std::string &path, const Json &body, const std::vector<std::string> &methods)
    {
        for (const std::string &method : methods) {
            const bool takesBody = method != "DELETE";
            m_router.call({method, path, takesBody ? body : Json(), "999"});
            m_router.call({method, path, takesBody ? body : Json(), ""});
            m_router.call({method, path + "?colour=red", takesBody ? body : Json(), "1"});
            m_router.send({method, path, {}, {}, "admin", {{"If-Match", "odd"}}}, takesBody ? dumpJson(body) : "",
                          "application/json");
            if (takesBody) bodyAnswers(method, path);
        }
    }
    void bodyAnswers(const std::string &method, const std::string &path)
    {
        m_router.send({method, path, {}, "1"}, "{", "application/json");
        m_router.send({method, path, {}, "1"}, "<a/>", "application/xml");
        m_router.send({method, path, {}, "1"}, "[5]", "application/json");
        m_router.send({method, path, {}, "1"}, "{\"a\":\"" + std::string(5 << 20, 'x') + "\"}",
                      "application/json");
    }
    void refusals(const std::string &method, const std::string &path)
    {
        m_router.call({method, path, method == "GET" || method == "DELETE" ? Json() : Json::object(), "1", ""});
        m_router.call({method, path, method == "GET" || method == "DELETE" ? Json() : Json::object(), "1", "agent"});
        if (method == "GET") m_router.call({"GET", path + "?colour=red", {}});
    }

    void transfer(const std::string &list)
    {
        for (const char *query : {"", "?format=csv", "?format=xml"})
            m_router.call({"GET", list + "/export" + query, {}});
        m_router.call({"GET", "/api/v1/gray-lists/none/export", {}});
        const std::string import = list + "/import";
        m_router.post(import + "?dry_run=true", {{"entries", {"ann"}}}, 200);
        m_router.post("/api/v1/gray-lists/none/import", {{"entries", {"ann"}}}, 404);
        bodyAnswers("POST", import);
        std::string tooMany = "id\n";
        for (int row = 0; row <= 20'000; ++row)
            tooMany += "r\n";
        EXPECT_EQ(m_router.send({"POST", import, {}}, tooMany, "text/csv").status, 413);
    }

    // A read of a source that takes the connection and never answers is ended.
    void cancelledRead()
    {
        const std::string cancel = "/api/v1/directory/cancel";
        bodyAnswers("POST", cancel);
        m_router.post(cancel, Json::object(), 409);
        AnsweringServer source;
        source.beSilent();
        const Json body{{"kind", "POSTGRESQL"},
                        {"location", "postgresql://nobody@" + source.url().substr(7) + "/none"},
                        {"table", "people"},
                        {"id_column", "login"}};
        const int version = m_router.get("/api/v1/directory").at("version");
        TestClient admin = m_router.client("admin");
        std::thread putting([&] {
            admin.send("PUT", "/api/v1/directory", dumpJson(body),
                       {{"Content-Type", "application/json"}, {"If-Match", "\"" + std::to_string(version) + "\""}});
        });
        EXPECT_TRUE(waitFor([&] { return m_router.call({"POST", cancel, {}, "", "operator"}).status == 200; }));
        putting.join();
        EXPECT_EQ(m_router.get("/api/v1/directory").at("error"), "the refresh was cancelled");
    }

    void lists()
    {
        const Json list{{"name", "staff"}, {"kind", "USER"}};
        const Json entries{{"entries", {"ann"}}};
        const std::string staff = "/api/v1/gray-lists/staff";
        m_router.post("/api/v1/gray-lists", list);
        m_router.post("/api/v1/gray-lists", list, 409);
        bodyAnswers("POST", "/api/v1/gray-lists");
        m_router.get("/api/v1/gray-lists");
        m_router.get(staff);
        m_router.call({"PUT", staff, Json::object(), "1"});
        objectAnswers(staff, Json::object(), {"PUT", "DELETE"});
        m_router.post(staff + "/entries", entries, 200);
        m_router.get(staff + "/entries");
        transfer(staff);
        bodyAnswers("POST", staff + "/entries");
        m_router.call({"DELETE", staff + "/entries", entries, "3"});
        objectAnswers(staff + "/entries", entries, {"DELETE"});
        bodyAnswers("DELETE", staff + "/entries");
        for (const char *path : {"/api/v1/gray-lists/none", "/api/v1/gray-lists/none/entries"}) {
            for (const char *method : {"GET", "POST", "PUT", "DELETE"}) {
                const auto operations = m_router.contract().operations();
                if (std::ranges::find(operations, std::string(method) + " " + templated(path)) == operations.end()) continue;
                m_router.call({method, path, *method == 'P' ? entries : Json(), "1"});
            }
        }
        m_router.call({"DELETE", staff, {}, "4"});
        const Json map{{"rows", Json::array()}};
        m_router.get("/api/v1/request-map");
        m_router.call({"PUT", "/api/v1/request-map", map, "1"});
        objectAnswers("/api/v1/request-map", map, {"PUT"});
        for (const char *path : {"/api/v1/held-entities", "/api/v1/key-index"}) {
            m_router.get(path);
            pushAnswers(std::string(path));
        }
    }
    void pushAnswers(const std::string &path)
    {
        const std::string whole = path + "?complete=true";
        const auto send = [&](const std::string &target, const std::string &version, const std::string &lines,
                              const std::string &type = "application/x-ndjson") {
            return m_router.send({"PUT", target, {}, version, "service"}, lines, type).status;
        };
        const std::string good = "{\"entity_id\":\"1\"}\n";
        EXPECT_EQ(send(whole, "1", good), 200);
        EXPECT_EQ(send(whole, "1", good), 412);
        EXPECT_EQ(send(whole, "", good), 428);
        EXPECT_EQ(send(whole, "2", "{"), 400);
        EXPECT_EQ(send(path, "2", good), 422);
        EXPECT_EQ(send(whole, "2", "<a/>", "application/xml"), 415);
        // Refused by what it says of itself, before a byte is read.
        EXPECT_EQ(m_router.send({"PUT", whole, {}, "2", "service",
                                 {{"Content-Length", "700000000"}, {"Content-Type", "application/x-ndjson"}}}, "", "").status, 413);
        EXPECT_TRUE(twoPushesAtATime(whole));
        changesAnswers(path);
    }
    void changesAnswers(const std::string &path)
    {
        const bool ofHeld = path.find("held") != std::string::npos;
        const std::string source = ofHeld ? "?source=one&epoch=1" : "";
        const auto send = [&](const std::string &target, const std::string &version, const std::string &lines,
                              const std::string &type = "application/x-ndjson") {
            return m_router.send({"PATCH", target, {}, version, "service"}, lines, type).status;
        };
        const std::string version = std::to_string(m_router.get(path).at("version").get<int>());
        const std::string good = ofHeld ? "{\"entity_id\":\"3\",\"held\":true}\n" : "{\"entity_id\":\"3\"}\n";
        if (ofHeld) {
            EXPECT_EQ(send(path + source, version, good), 409);
        } else {
            EXPECT_EQ(send(path, version, good), 200);
            const auto store = m_router.store();
            EXPECT_TRUE(store->execute("UPDATE key_index SET upload_id = NULL"));
            EXPECT_EQ(send(path, std::to_string(std::stoi(version) + 1), good), 409);
        }
        EXPECT_EQ(send(path + source, "999", good), 412);
        EXPECT_EQ(send(path + source, "", good), 428);
        EXPECT_EQ(send(path + source, version, "{"), 400);
        EXPECT_EQ(send(path + "?colour=red", version, good), 422);
        EXPECT_EQ(send(path + source, version, "<a/>", "application/xml"), 415);
        EXPECT_EQ(m_router.send({"PATCH", path + source, {}, version, "service",
                                 {{"Content-Length", "70000000"}, {"Content-Type", "application/x-ndjson"}}}, "", "").status, 413);
        if (!ofHeld) return;
        const std::string whole = path + "?complete=true&source=one&epoch=0";
        EXPECT_EQ(m_router.send({"PUT", whole, {}, version, "service"}, "", "application/x-ndjson").status, 200);
        EXPECT_EQ(send(path + source, std::to_string(std::stoi(version) + 1), good), 200);
    }
    // While one push waits for the store, which another holds, a second one is told to come back.
    bool twoPushesAtATime(const std::string &whole)
    {
        const auto store = m_router.store();
        EXPECT_TRUE(store->beginWrite());
        EXPECT_TRUE(store->execute("UPDATE clock SET epoch = epoch"));
        const std::string line = whole.find("held") == std::string::npos ? "{\"entity_id\":\"2\"}\n" : "{\"user_id\":\"2\"}\n";
        std::atomic<bool> done{false};
        std::thread first([&] {
            const TestClient client = m_router.client("service");
            const TestClient::Headers headers{{"Content-Type", "application/x-ndjson"}, {"If-Match", "\"2\""}};
            while (client.send("PUT", whole, line, headers).status == 409) {} // the other one came first
            done = true;
        });
        bool refused = false;
        while (!done && !refused)
            refused = m_router.send({"PUT", whole, {}, "999", "service"}, line, "application/x-ndjson").status == 409;
        store->rollback();
        first.join();
        return refused;
    }
    static std::string templated(const std::string &path)
    {
        return path.ends_with("/entries") ? "/api/v1/gray-lists/{name}/entries" : "/api/v1/gray-lists/{name}";
    }

private:
    RouterService &m_router;
};

} // namespace

TEST(Contract, itsPathsAreTheServedRoutes)
{
    TempDir directory;
    QuietService service(directory.path() / "data");
    auto part = RouterPart::make(service, {});
    ASSERT_TRUE(part.has_value()) << part.error().message;
    RouteTable table;
    (*part)->addRoutes(table);
    const Service::Identity identity;
    StandardRoutes{identity, service.sqlite(), service.metrics(), {}, {}, {}}.addTo(table);
    std::vector<std::string> served;
    for (const Route &route : table.routes())
        served.push_back(route.method + " " + route.pattern);
    std::ranges::sort(served);
    EXPECT_EQ(std::ranges::adjacent_find(served), served.end());
    EXPECT_EQ(served, Contract("router.yaml").operations());
}

TEST(Contract, everyDocumentedStatusOfRoutingHappens)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    Coverage coverage(router);
    const Json rule = userRuleBody("ann");
    const std::string id = router.post("/api/v1/rules", rule).at("id");
    const std::string path = "/api/v1/rules/" + id;
    router.call({"POST", "/api/v1/rules?dry_run=true", rule});
    router.get("/api/v1/rules");
    router.get(path);
    router.call({"PUT", path, rule, "1"});
    router.call({"PATCH", path, {{"priority", 1}}, "2"});
    for (const char *method : {"GET", "PUT", "PATCH", "DELETE"})
        router.call({method, "/api/v1/rules/none", std::string(method).starts_with("P") ? rule : Json(), "1"});
    coverage.bodyAnswers("POST", "/api/v1/rules");
    coverage.objectAnswers(path, rule, {"PUT", "PATCH", "DELETE"});
    router.get("/api/v1/rules/anchors");
    router.get("/api/v1/rules/export");
    router.call({"GET", "/api/v1/rules/export?format=csv", {}});
    router.send({"POST", "/api/v1/rules/import?dry_run=true", {}}, "id\n" + id + "\n", "text/csv");
    coverage.bodyAnswers("POST", "/api/v1/rules/import");
    std::string tooMany = "id\n";
    for (int row = 0; row <= 200'000; ++row)
        tooMany += "r\n";
    router.send({"POST", "/api/v1/rules/import", {}}, tooMany, "text/csv");
    router.call({"DELETE", path, {}, "3"});
    coverage.lists();
    const Json switches{{"master", "OFF"}, {"default_platform", "NEW"}};
    router.get("/api/v1/switches");
    router.call({"PUT", "/api/v1/switches", switches, "1"});
    coverage.objectAnswers("/api/v1/switches", switches, {"PUT"});
    const Json everybody{{"master", "NEW"}, {"default_platform", "NEW"}, {"reason", "all is moved"}};
    for (const int status : {202, 409})
        EXPECT_EQ(router.call({"PUT", "/api/v1/switches", everybody, "2"}).status, status);
    router.get("/api/v1/directory");
    router.call({"PUT", "/api/v1/directory", {{"kind", "NONE"}}, "1"});
    router.post("/api/v1/directory/refresh", {}, 200);
    router.call({"POST", "/api/v1/directory/refresh?colour=red", {}});
    coverage.objectAnswers("/api/v1/directory", {{"kind", "NONE"}}, {"PUT"});
    coverage.cancelledRead();
    router.post("/api/v1/decisions", {{"requests", {{{"user_id", "ann"}}}}}, 200);
    coverage.bodyAnswers("POST", "/api/v1/decisions");
    const Json change{{"kind", "rule.put"}, {"rule", rule}};
    const Json preview = router.post("/api/v1/previews", {{"changes", {change}}});
    coverage.bodyAnswers("POST", "/api/v1/previews");
    const std::string members = "/api/v1/previews/" + preview.at("id").get<std::string>() + "/members";
    router.get(members);
    router.get("/api/v1/previews/none/members", 404);
    router.get("/api/v1/users/ann");
    for (const std::string &operation : router.contract().operations()) {
        if (!isRouting(operation)) continue;
        const std::size_t space = operation.find(' ');
        coverage.refusals(operation.substr(0, space), operation.substr(space + 1));
    }
    std::vector<std::string> unseen = router.contract().unseen();
    std::erase_if(unseen, [](const std::string &line) { return !isRouting(line); });
    EXPECT_EQ(unseen, std::vector<std::string>());
}

TEST(Contract, isServedAndReadable)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    for (const char *path : {"/healthz", "/readyz", "/openapi.yaml"}) {
        const TestAnswer answer = TestClient(router.url()).get(path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(router.contract().check("GET", path, answer), "");
    }
    EXPECT_NE(TestClient(router.url()).get("/openapi.yaml").body.find("openapi: 3.1.0"), std::string::npos);
    router.get("/api/v1/session");
    router.get("/api/v1/audit");
    router.get("/api/v1/audit/verification");
}

TEST(Contract, aWrongAnswerIsFound)
{
    Contract contract("router.yaml");
    Json switches{{"master", "OFF"}, {"default_platform", "NEW"}, {"updated_at", "2026-11-21T05:36:53.825Z"},
                  {"changed_by", "ann"}, {"version", 1}, {"forward_only", false}, {"dual_write", true},
                  {"aggregation", false}, {"inserts_to_new", false}, {"not_in_legacy_to_new", false},
                  {"hold_inconsistent", false}, {"id_threshold", nullptr},
                  {"read_compare_percent", 0.5}};
    EXPECT_EQ(contract.checkSchema("Switches", switches), "");
    Json extra = switches;
    extra["dual_writes"] = true;
    EXPECT_NE(contract.checkSchema("Switches", extra), "");
    Json missing = switches;
    missing.erase("version");
    EXPECT_NE(contract.checkSchema("Switches", missing), "");
    Json wrong = switches;
    wrong["master"] = "ON";
    EXPECT_NE(contract.checkSchema("Switches", wrong), "");
    for (const char *time : {"2026-11-21", "2026-02-30T05:36:53.825Z", "2026-04-31T05:36:53.825Z",
                             "2026-11-21T24:00:00Z", "2026-11-21T05:36:53.825", "x2026-11-21T05:36:53Z",
                             "2026-11-21T05:36:53Zx", "2026-13-01T05:36:53Z", "2026-11-21 05:36:53Z",
                             "2026-11-21T05:36:53|02:00", ""}) {
        wrong = switches;
        wrong["updated_at"] = time;
        EXPECT_NE(contract.checkSchema("Switches", wrong), "") << time;
    }
    for (const char *time : {"2026-02-29T23:59:60.1+02:00", "2026-12-31t00:00:00z", "2026-11-30T05:36:53-11:30"}) {
        wrong["updated_at"] = time;
        EXPECT_EQ(contract.checkSchema("Switches", wrong), "") << time;
    }
    TestAnswer answer;
    answer.status = 418;
    EXPECT_NE(contract.check("GET", "/api/v1/switches", answer), "");
    EXPECT_NE(contract.check("GET", "/api/v1/nothing/there", answer), "");
}

TEST(Events, tellOfEveryChangeInOrder)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    const std::string start = router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    const std::string id = router.post("/api/v1/rules", userRuleBody("ann")).at("id");
    router.call({"PATCH", "/api/v1/rules/" + id, {{"priority", 5}}, "1"});
    router.call({"DELETE", "/api/v1/rules/" + id, {}, "2"});
    router.call({"PUT", "/api/v1/switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}, "1"});
    std::string stream;
    const bool complete = waitFor([&] {
        TestClient client = router.client("viewer");
        client.setTimeout(std::chrono::milliseconds(700));
        stream = client.send("GET", "/api/v1/events?topics=rule.changed,switches.changed", "", {{"Last-Event-ID", start}}).body;
        return stream.find("switches.changed") != std::string::npos;
    });
    EXPECT_TRUE(complete) << stream;
    std::vector<Json> data;
    for (std::size_t at = stream.find("data: "); at != std::string::npos; at = stream.find("data: ", at + 1)) {
        const auto json = parseJson(stream.substr(at + 6, stream.find('\n', at) - at - 6));
        ASSERT_TRUE(json.has_value());
        data.push_back(*json);
    }
    ASSERT_GE(data.size(), 4U) << stream;
    EXPECT_EQ(data[0].at("rule").at("priority"), 100);
    EXPECT_EQ(data[0].at("actor"), "admin-1");
    EXPECT_EQ(data[1].at("rule").at("priority"), 5);
    EXPECT_EQ(router.contract().checkSchema("Rule", data[1].at("rule")), "");
    EXPECT_EQ(data[2].at("deleted"), true);
    EXPECT_TRUE(data[2].at("rule").is_null());
    EXPECT_EQ(data[2].at("id"), id);
    EXPECT_EQ(data[3].at("switches").at("default_platform"), "LEGACY");
    EXPECT_LT(data[0].at("epoch"), data[3].at("epoch"));
}

} // namespace crossfade
