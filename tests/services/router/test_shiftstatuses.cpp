// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Each status that resources/openapi/router.yaml names, brought about: shifts, approvals, alerts,
// measurements and what every service has. Rules, switches and decisions are in test_contract.cpp.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/approvalfixture.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace crossfade {
namespace {

struct Operation {
    explicit Operation(const std::string &line)
        : method(line.substr(0, line.find(' ')))
        , pattern(line.substr(line.find(' ') + 1)) {}
    bool isApi() const { return pattern.starts_with("/api/v1/"); }
    bool takesBody() const { return method != "GET" && method != "DELETE"; }
    bool hasVersion() const { return method != "GET" && method != "POST"; }
    std::string with(const std::string &id) const {
        std::string path = pattern;
        if (const std::size_t at = path.find("{id}"); at != std::string::npos)
            path.replace(at, 4, id);
        return path;
    }
    std::string method;
    std::string pattern;
};

constexpr const char *Lead = "admin,operator,approver,service,observer";

class ShiftStatuses : public ApprovalTest {
protected:
    int send(const std::string &method, const std::string &path, const Json &body = {},
             const std::string &version = {}, const std::string &roles = Lead) {
        return router.call({method, path, body, version, roles}).status;
    }
    Json bodyFor(const Operation &operation) const {
        if (!operation.takesBody()) return {};
        if (operation.pattern.starts_with("/api/v1/approvals") &&
            operation.pattern.ends_with("/override"))
            return {{"gates", {"BACKFILL"}}, {"reason", "test"}};
        if (operation.pattern.ends_with("/override"))
            return {{"gate", "SAMPLES"}, {"reason", "test"}};
        if (operation.pattern.ends_with("/drill"))
            return {{"from", "2026-11-21T10:00:00Z"}, {"to", "2026-11-21T11:00:00Z"}};
        if (operation.pattern.ends_with("/rollbacks"))
            return {{"scope", "ALL"}, {"reason", "test"}};
        if (operation.pattern.starts_with("/api/v1/shift-policies") &&
            (operation.pattern.ends_with("policies") || operation.pattern.ends_with("{id}")))
            return policyBody();
        return {{"reason", "test"}};
    }
    void refusals(const Operation &operation);
    void bodies(const Operation &operation, const std::string &path);
    void policies();
    void shifts();
    void approvals();
    void withoutStore();
    void alertsAndMeasurements();
    void channels();
    void metricSources();
    void service();
    void events();
};

void ShiftStatuses::refusals(const Operation &operation) {
    const std::string path = operation.with("nothing");
    const Json body = bodyFor(operation);
    const std::string version = operation.hasVersion() ? "1" : "";
    EXPECT_EQ(send(operation.method, path, body, version, ""), 401);
    if (!operation.pattern.ends_with("/session")) {
        const char *stranger = operation.pattern.ends_with("/observations") ? "agent"
                               : operation.pattern.ends_with("/events")     ? "observer"
                                                                            : "agent";
        EXPECT_EQ(send(operation.method, path, body, version, stranger), 403);
    }
    EXPECT_EQ(send(operation.method, path + "?surprise=1", body, version), 422);
    if (operation.pattern != path) {
        EXPECT_EQ(send(operation.method, path, body, version), 404);
    }
    // Those with a version look at what they change first: see policies().
    if (operation.takesBody() && !operation.hasVersion()) bodies(operation, path);
}

void ShiftStatuses::bodies(const Operation &operation, const std::string &path) {
    RouterService::Call call{operation.method, path, {}, "1", Lead, {{"X-Reason", "a%20test"}}};
    EXPECT_EQ(router.send(call, "{", "application/json").status, 400);
    EXPECT_EQ(router.send(call, "{\"reason\":\"\xC0\"}", "application/json").status, 400);
    const std::string large = "{\"reason\":\"" + std::string(5 << 20, 'x') + "\"}";
    EXPECT_EQ(router.send(call, large, "application/json").status, 413);
    EXPECT_EQ(router.send(call, "<a/>", "application/xml").status, 415);
}

void ShiftStatuses::policies() {
    const std::string id = createPolicy({{"policy_name", "spare"}, {"target_system", "spare"}});
    for (const char *method : {"PUT", "PATCH"})
        bodies(Operation(method + std::string(" /api/v1/shift-policies/{id}")), pathOf(id));
    EXPECT_EQ(send("PUT", pathOf(id), policyBody({{"target_system", "spare"}}), "1"), 200);
    EXPECT_EQ(send("PATCH", pathOf(id), {{"shift_increment", 1}}, "2"), 200);
    for (const char *method : {"PUT", "PATCH", "DELETE"}) {
        const Json body = method == std::string("DELETE") ? Json() : policyBody();
        EXPECT_EQ(send(method, pathOf(id), body, "2"), 412) << method;
        EXPECT_EQ(send(method, pathOf(id), body), 428) << method;
        RouterService::Call odd{method, pathOf(id), body, {}, Lead, {{"If-Match", "odd"}}};
        EXPECT_EQ(router.call(odd).status, 400) << method;
    }
    EXPECT_EQ(send("PATCH", pathOf(id), {{"shift_increment", -1}}, "3"), 422);
    for (const char *part : {"", "/shift", "/guards", "/gates", "/history"})
        EXPECT_EQ(send("GET", pathOf(id, part)), 200);
    EXPECT_EQ(send("GET", "/api/v1/shift-policies"), 200);
    const Operation drill("POST /api/v1/shift-policies/{id}/drill");
    EXPECT_EQ(send("POST", drill.with(id), bodyFor(drill)), 200);
    EXPECT_EQ(send("DELETE", pathOf(id), {}, "3"), 204);
    // What is stored of it cannot be read any more.
    const std::string broken = createPolicy({{"policy_name", "broken"}, {"target_system", "broken"}});
    ASSERT_TRUE(router.store()->execute("UPDATE shift_policy SET definition = '' WHERE id = ?", {broken}));
    for (const char *part : {"", "/shift", "/guards", "/gates", "/history"})
        EXPECT_EQ(send("GET", pathOf(broken, part)), 409) << part;
    EXPECT_EQ(send("DELETE", pathOf(broken), {}, "1"), 204);
}

void ShiftStatuses::shifts() {
    const std::string id =
        createPolicy({{"target_system", "s"}, {"stabilization_seconds", 600}});
    for (const char *name : {"suspend", "resume", "rollback", "override", "finalize"})
        EXPECT_EQ(act(id, name, bodyFor(Operation("POST /" + std::string(name)))), 409) << name;
    EXPECT_EQ(send("POST", "/api/v1/rollbacks",
                   {{"scope", "POLICIES"}, {"policy_ids", {id}}, {"reason", "x"}}),
              409);
    EXPECT_EQ(act(id, "shift"), 200);
    EXPECT_EQ(act(id, "shift"), 409);
    ASSERT_TRUE(waitState(id, "HELD"));
    EXPECT_EQ(send("DELETE", pathOf(id), {}, "1"), 409);
    EXPECT_EQ(act(id, "override", {{"gate", "SAMPLES"}}), 200);
    EXPECT_EQ(act(id, "suspend"), 200);
    EXPECT_EQ(act(id, "resume"), 200);
    {
        const auto thief = router.store(); // a store that does not answer
        ASSERT_TRUE(holdWriting(*thief));
        EXPECT_EQ(act(id, "rollback"), 202);
        EXPECT_EQ(send("POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "x"}}), 202);
        EXPECT_EQ(router.get("/api/v1/rollbacks/unstored").at("total"), 2);
        thief->rollback();
    }
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }));
    EXPECT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(send("POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "x"}}), 200);
    EXPECT_EQ(act(id, "finalize"), 200);
    for (const char *method : {"PUT", "PATCH"})
        EXPECT_EQ(send(method, pathOf(id), policyBody({{"target_system", "s"}}), "1"), 409);
}

void ShiftStatuses::approvals() {
    const auto opened = [&](const char *system) {
        const std::string id = createPolicy({{"policy_name", system},
                                             {"target_system", system},
                                             {"approval", "EACH_STEP"},
                                             {"guards", Json::array()}});
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitState(id, "HELD"));
        EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
        EXPECT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
        return "/api/v1/approvals/" + openApproval();
    };
    for (const char *name : {"approve", "reject"}) {
        const std::string path = opened(name);
        EXPECT_EQ(send("GET", path), 200);
        const Json reason{{"reason", "test"}};
        EXPECT_EQ(send("POST", path + "/" + name, reason, {}, "approver"), 200);
        EXPECT_EQ(send("POST", path + "/" + name, reason, {}, "approver"), 409);
    }
    EXPECT_EQ(send("GET", "/api/v1/approvals?state=APPROVED&kind=SHIFT_STEP"), 200);
    const TestAnswer asked = router.call(
        {"PUT", "/api/v1/switches",
         {{"master", "NEW"}, {"default_platform", "NEW"}, {"reason", "all"}}, "1"});
    ASSERT_EQ(asked.status, 202) << asked.body;
    const std::string path = "/api/v1/approvals/" + asked.json.at("id").get<std::string>();
    const Json gates{{"gates", {"BACKFILL"}}, {"reason", "test"}};
    EXPECT_EQ(send("POST", path + "/override", gates, {}, "approver"), 200);
    EXPECT_EQ(send("POST", path + "/reject", {{"reason", "test"}}, {}, "approver"), 200);
    EXPECT_EQ(send("POST", path + "/override", gates, {}, "approver"), 409);
}

// What takes users back is done all the same; a rollback itself is seen with the shifts.
void ShiftStatuses::withoutStore() {
    std::unique_ptr<Traffic> failing;
    const std::string path = approvalPathOf(proposed("tripped", Json::object(), failing));
    const std::string id =
        createPolicy({{"policy_name", "low"}, {"target_system", "low"}, {"stabilization_seconds", 600}});
    const auto load = traffic(id);
    EXPECT_EQ(act(id, "shift"), 200);
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    EXPECT_EQ(act(id, "shift", {{"target_percentage", 5}, {"reason", "test"}}), 202);
    EXPECT_EQ(send("POST", path + "/approve", {{"reason", "test"}}), 202);
    thief->rollback();
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }));
}

void ShiftStatuses::alertsAndMeasurements() {
    const Json alert{{"type", "CHECK_FAILED"}, {"severity", "LOW"}, {"message", "a check failed"}};
    EXPECT_EQ(send("POST", "/api/v1/alerts", alert, {}, "service"), 204);
    const Json listed = router.get("/api/v1/alerts?acknowledged=false");
    ASSERT_FALSE(listed.at("items").empty());
    const std::string id = listed.at("items")[0].at("id");
    EXPECT_EQ(send("POST", "/api/v1/alerts/" + id + "/acknowledge", Json::object()), 200);
    EXPECT_EQ(send("POST", "/api/v1/observations", {{"observations", Json::array()}}), 202);
    EXPECT_EQ(send("GET", "/api/v1/series?metric=error_rate"), 200);
    const Json told{{"source", "one"}, {"sequence", 2}, {"valid_seconds", 5}, {"checks", Json::array()}};
    EXPECT_EQ(send("POST", "/api/v1/consistency", told), 200);
    Json older = told;
    older["sequence"] = 1;
    EXPECT_EQ(send("POST", "/api/v1/consistency", older), 409);
    EXPECT_EQ(send("GET", "/api/v1/consistency"), 200);
}

void ShiftStatuses::channels() {
    const Json body{{"name", "chat"}, {"kind", "SLACK"}, {"url", "http://127.0.0.1:1/"}};
    const std::string path = "/api/v1/channels/" + router.post("/api/v1/channels", body).at("id").get<std::string>();
    EXPECT_EQ(send("POST", "/api/v1/channels", body), 409);
    EXPECT_EQ(send("GET", "/api/v1/channels"), 200);
    EXPECT_EQ(send("GET", path), 200);
    EXPECT_EQ(send("GET", path + "/deliveries"), 200);
    EXPECT_EQ(send("POST", path + "/test", Json::object()), 200);
    bodies(Operation("POST /api/v1/channels/{id}/test"), path + "/test");
    Json other = body;
    other["name"] = "other";
    const std::string otherPath = "/api/v1/channels/" + router.post("/api/v1/channels", other).at("id").get<std::string>();
    EXPECT_EQ(send("PUT", otherPath, body, "1"), 409);
    bodies(Operation("PUT /api/v1/channels/{id}"), path);
    EXPECT_EQ(send("PUT", path, {{"name", ""}, {"kind", "SLACK"}}, "1"), 422);
    EXPECT_EQ(send("PUT", path, body, "1"), 200);
    for (const char *method : {"PUT", "DELETE"}) {
        const Json sent = method == std::string("DELETE") ? Json() : body;
        EXPECT_EQ(send(method, path, sent, "1"), 412) << method;
        EXPECT_EQ(send(method, path, sent), 428) << method;
        RouterService::Call odd{method, path, sent, {}, Lead, {{"If-Match", "odd"}}};
        EXPECT_EQ(router.call(odd).status, 400) << method;
    }
    EXPECT_EQ(send("DELETE", path, {}, "2"), 204);
    // What is stored of it cannot be read any more.
    ASSERT_TRUE(router.store()->execute("UPDATE channel SET definition = '' WHERE channel_name = 'other'"));
    EXPECT_EQ(send("GET", otherPath), 409);
    EXPECT_EQ(send("POST", otherPath + "/test", Json::object()), 409);
    EXPECT_EQ(send("DELETE", otherPath, {}, "1"), 204);
}

void ShiftStatuses::metricSources() {
    const std::string path = "/api/v1/metric-sources";
    const std::string trial = path + "/try";
    AnsweringServer silent;
    silent.beSilent();
    const Json body{{"items", Json::array({{{"name", "main"}, {"url", silent.url()}, {"timeout_seconds", 2}}})}};
    EXPECT_EQ(send("GET", path), 200);
    bodies(Operation("PUT " + path), path);
    EXPECT_EQ(send("PUT", path, body, "1"), 200);
    EXPECT_EQ(send("PUT", path, body, "1"), 412);
    EXPECT_EQ(send("PUT", path, body), 428);
    EXPECT_EQ(send("PUT", path, {{"items", 1}}, "2"), 422);
    const Json asked{{"source", "main"}, {"expression", "1"}};
    const TestClient other = router.client("operator");
    TestAnswer answers[2];
    {
        std::jthread first([&] { answers[0] = other.post(trial, asked); });
        std::jthread second([&] { answers[1] = other.post(trial, asked); });
    }
    for (const TestAnswer &answer : answers)
        EXPECT_EQ(router.contract().check("POST", trial, answer), "");
    EXPECT_EQ(answers[0].status + answers[1].status, 200 + 409);
    EXPECT_EQ(send("POST", trial, {{"source", "none"}, {"expression", "1"}}), 422);
}

void ShiftStatuses::service() {
    for (const char *path :
         {"/api/v1/session", "/api/v1/audit", "/api/v1/audit/export",
          "/api/v1/audit/verification", "/healthz", "/readyz", "/metrics", "/openapi.yaml"})
        EXPECT_EQ(send("GET", path), 200) << path;
    // A stream has no end, so its answer is what came until the client had enough.
    TestClient viewer = router.client("viewer");
    viewer.setTimeout(std::chrono::milliseconds(500));
    TestAnswer stream = viewer.get("/api/v1/events");
    if (stream.header("content-type").starts_with("text/event-stream")) stream.status = 200;
    EXPECT_EQ(router.contract().check("GET", "/api/v1/events", stream), "");
    // A store that cannot be read any more.
    const auto db = router.store();
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->script("ALTER TABLE clock RENAME TO elsewhere"));
    EXPECT_EQ(send("GET", "/readyz"), 503);
    ASSERT_TRUE(db->script("ALTER TABLE elsewhere RENAME TO clock"));
    EXPECT_TRUE(waitFor([&] { return send("GET", "/readyz") == 200; }));
}

// Of what happened until now: each event has a type that the contract names.
void ShiftStatuses::events() {
    TestClient viewer = router.client("viewer");
    viewer.setTimeout(std::chrono::seconds(1));
    const std::string now = viewer.get("/api/v1/switches").header("x-crossfade-event-id");
    const std::string first = now.substr(0, now.find('-')) + "-0";
    std::istringstream stream(viewer.send("GET", "/api/v1/events", {}, {{"Last-Event-ID", first}}).body);
    std::set<std::string> types;
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("event: ")) types.insert(line.substr(7));
    }
    EXPECT_TRUE(types.contains("channel.changed") && types.contains("shift.changed") && types.contains("metrics.tick"));
    const std::string contract = viewer.get("/openapi.yaml").body;
    for (const std::string &type : types)
        EXPECT_NE(contract.find("`" + type + "`"), std::string::npos) << type;
}

TEST_F(ShiftStatuses, eachDocumentedOneHappens) {
    for (const std::string &line : router.contract().operations()) {
        const Operation operation(line);
        SCOPED_TRACE(line);
        if (operation.isApi() && !isRouting(line) && !isOfGroups(line) && !isOfAgents(line)) refusals(operation);
    }
    policies();
    shifts();
    approvals();
    withoutStore();
    alertsAndMeasurements();
    channels();
    metricSources();
    events();
    service();
    std::vector<std::string> unseen = router.contract().unseen();
    std::erase_if(unseen, [](const std::string &line) { return isRouting(line) || isOfGroups(line) || isOfAgents(line); });
    EXPECT_EQ(unseen, std::vector<std::string>());
}

} // namespace
} // namespace crossfade
