// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What every route does before its handler runs, and what happens around it.

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace crossfade {

namespace {

class Requests : public testing::Test {
protected:
    static void SetUpTestSuite() {
        s_service = std::make_unique<ProbeService>();
        ASSERT_TRUE(s_service->start()) << s_service->log();
        s_operator = std::make_unique<TestClient>(s_service->client("operator"));
        s_viewer = std::make_unique<TestClient>(s_service->client("viewer"));
    }
    static void TearDownTestSuite() {
        s_operator.reset();
        s_viewer.reset();
        s_service.reset();
    }
    static TestAnswer add(const std::string &name, const std::string &key) {
        return s_operator->send("POST", "/api/v1/items", dumpJson({{"name", name}}),
                                {{"Content-Type", "application/json"}, {"Idempotency-Key", key}});
    }
    static std::int64_t total() {
        return s_operator->get("/api/v1/items").json["total"].get<std::int64_t>();
    }
    static std::string pointer(const TestAnswer &answer) {
        if (!answer.json.contains("errors")) return "none";
        return answer.json["errors"][0]["pointer"].get<std::string>();
    }

    static std::unique_ptr<ProbeService> s_service;
    static std::unique_ptr<TestClient> s_operator;
    static std::unique_ptr<TestClient> s_viewer;
};

std::unique_ptr<ProbeService> Requests::s_service;
std::unique_ptr<TestClient> Requests::s_operator;
std::unique_ptr<TestClient> Requests::s_viewer;

TEST_F(Requests, RefusalsAreProblems) {
    const TestClient nobody(s_service->url());
    const TestClient stranger(s_service->url(), "not-a-token");
    const struct {
        TestAnswer answer;
        int status;
    } cases[] = {
        {nobody.get("/api/v1/items"), 401},
        {stranger.get("/api/v1/items"), 401},
        {s_viewer->post("/api/v1/items", {{"name", "x"}}), 403},
        {s_operator->get("/nowhere"), 404},
        {s_operator->get("/api/v1/items/"), 404},
        {s_operator->remove("/api/v1/items", "1"), 405},
        {s_operator->send("POST", "/api/v1/items", "a=b", {{"Content-Type", "text/plain"}}), 415},
        {s_operator->send("POST", "/api/v1/items", "{}", {}), 415},
        {s_operator->send("POST", "/api/v1/items", "{", {{"Content-Type", "application/json"}}),
         400},
        {s_operator->post("/api/v1/items", {{"nam", "x"}}), 422},
        {s_operator->get("/api/v1/items?limti=5"), 422},
        {s_operator->get("/api/v1/items?limit=0"), 422},
        {s_operator->get("/api/v1/items?limit=1001"), 422},
        {s_operator->get("/api/v1/items?limit=5&limit=6"), 422},
        {s_operator->get("/api/v1/items?cursor=*"), 422},
    };
    for (const auto &[answer, status] : cases) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.header("content-type"), "application/problem+json");
        EXPECT_EQ(answer.json["status"], status);
        EXPECT_EQ(answer.json["type"], "about:blank");
        EXPECT_FALSE(answer.json["title"].get<std::string>().empty());
        EXPECT_FALSE(answer.json["code"].get<std::string>().empty());
        EXPECT_EQ(answer.json["request_id"], answer.header("x-request-id"));
        EXPECT_FALSE(answer.header("x-request-id").empty());
    }
    EXPECT_EQ(cases[0].answer.header("www-authenticate"), "Bearer realm=\"crossfade\"");
    EXPECT_EQ(cases[5].answer.header("allow"), "POST, GET, HEAD");
    EXPECT_EQ(pointer(cases[10].answer), "?limti");
}

TEST_F(Requests, RequestIdIsEchoed) {
    EXPECT_EQ(s_operator->send("GET", "/api/v1/session", {}, {{"X-Request-Id", "abc-1"}})
                  .header("x-request-id"),
              "abc-1");
    EXPECT_NE(s_operator->send("GET", "/api/v1/session", {}, {{"X-Request-Id", "a b"}})
                  .header("x-request-id"),
              "a b");
}

TEST_F(Requests, AReasonIsRequiredInBodyOrHeader) {
    const auto act = [](const std::string &body, const std::string &header) {
        TestClient::Headers headers{{"Content-Type", "application/json"}};
        if (!header.empty()) headers.emplace_back("X-Reason", header);
        return s_operator->send("POST", "/api/v1/act", body, headers);
    };
    EXPECT_EQ(pointer(act("{}", "")), "/reason");
    EXPECT_EQ(act("{}", "").status, 422);
    EXPECT_EQ(pointer(act("{\"reason\":\" \\n\"}", "")), "/reason");
    EXPECT_EQ(act("{\"reason\":\"because\"}", "").json["reason"], "because");
    EXPECT_EQ(act("{}", "%E5%9B%A0%E4%B8%BA%20%2b").json["reason"], "因为 +");
    EXPECT_EQ(act("{}", "%FF").status, 400);
    std::string thousand;
    for (int i = 0; i < 1'000; ++i)
        thousand += "因";
    EXPECT_EQ(act(dumpJson({{"reason", thousand}}), "").status, 200);
    EXPECT_EQ(act(dumpJson({{"reason", thousand + "x"}}), "").status, 422);
}

TEST_F(Requests, AReasonInALargeBodyIsKeptToo) {
    const std::string body = "{\"name\":\"large\"," + std::string(70'000, ' ') +
                             "\"reason\":\"at the end\"}";
    const TestAnswer made = s_operator->send("POST", "/api/v1/items", body,
                                             {{"Content-Type", "application/json"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const TestAnswer audit = s_operator->get("/api/v1/audit?limit=1000");
    const Json &items = audit.json["items"];
    EXPECT_TRUE(std::ranges::any_of(items, [](const Json &item) {
        return item.at("reason") == "at the end";
    })) << audit.body;
}

// Slow work of two requests fills its pool; nothing that others wait for stands behind it.
TEST_F(Requests, SlowWorkKeepsNobodyElseWaiting) {
    std::vector<std::jthread> slow;
    for (int i = 0; i < 2; ++i)
        slow.emplace_back([] { EXPECT_EQ(s_operator->post("/api/v1/hold", Json::object()).status, 204); });
    EXPECT_TRUE(waitFor([] { return s_operator->get("/api/v1/held").json["held"] == 2; }));
    EXPECT_EQ(s_operator->get("/readyz").status, 200);
    EXPECT_EQ(s_operator->get("/metrics").status, 200);
    const TestAnswer large = s_operator->send("POST", "/api/v1/echo",
                                              "[" + std::string(40'000, ' ') + "]",
                                              {{"Content-Type", "application/json"}});
    EXPECT_EQ(large.status, 200) << large.body;
    EXPECT_EQ(s_operator->get("/api/v1/held").json["held"], 2) << "all that while they went on";
    EXPECT_EQ(s_operator->post("/api/v1/let-go", Json::object()).status, 204);
}

TEST_F(Requests, BulkDataMayHoldAnythingThatLooksLikeAReason) {
    const std::string lines = "{\"decision\":{\"reason\":\"PERCENTAGE\"}}\n{\"reason\":1}\n";
    const TestAnswer answer = s_operator->send("POST", "/api/v1/upload", lines,
                                               {{"Content-Type", "application/x-ndjson"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(Requests, TwoWritersCannotOverwriteEachOther) {
    const TestAnswer made = s_operator->post("/api/v1/items", {{"name", "etag"}});
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.header("etag"), "\"1\"");
    const std::string path = "/api/v1/items/" + made.json["id"].get<std::string>();
    EXPECT_EQ(
        s_operator->send("PUT", path, "{\"name\":\"n\"}", {{"Content-Type", "application/json"}})
            .status,
        428);
    for (const char *odd : {"1", "W/\"1\"", "*", "\"x\"", "\"1\", \"2\"", "\"\"", "\"-1\""})
        EXPECT_EQ(s_operator
                      ->send("PUT", path, "{\"name\":\"n\"}",
                             {{"Content-Type", "application/json"}, {"If-Match", odd}})
                      .status,
                  400)
            << odd;
    const TestAnswer changed = s_operator->put(path, {{"name", "etag-2"}}, "1");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.header("etag"), "\"2\"");
    EXPECT_EQ(s_operator->put(path, {{"name", "etag-3"}}, "1").status, 412);
    EXPECT_EQ(s_operator->get(path).json["name"], "etag-2");
    EXPECT_EQ(s_operator->get(path).header("etag"), "\"2\"");
}

TEST_F(Requests, ARepeatedKeyReturnsTheFirstAnswer) {
    const std::int64_t before = total();
    const TestAnswer first = add("idem", "key-1");
    ASSERT_EQ(first.status, 201) << first.body;
    const TestAnswer again = add("idem", "key-1");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("etag"), first.header("etag"));
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(total(), before + 1);
    const TestAnswer other = add("idem-other", "key-1");
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(pointer(other), "header:Idempotency-Key");
    EXPECT_EQ(pointer(add("x", "a b")), "header:Idempotency-Key");
}

TEST_F(Requests, AKeyBelongsToItsSubject) {
    ASSERT_EQ(add("mine", "shared-key").status, 201);
    const TestClient other(s_service->url(), s_service->token("operator", "somebody-else"));
    const TestAnswer answer =
        other.send("POST", "/api/v1/items", "{\"name\":\"theirs\"}",
                   {{"Content-Type", "application/json"}, {"Idempotency-Key", "shared-key"}});
    EXPECT_EQ(answer.json["name"], "theirs") << answer.body;
}

TEST_F(Requests, ARefusalIsKeptAServerErrorIsNot) {
    ASSERT_EQ(add("taken", "k-taken").status, 201);
    const TestAnswer refused = add("taken", "k-refused");
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_EQ(refused.header("retry-after"), "");
    EXPECT_EQ(add("taken", "k-refused").header("idempotency-replayed"), "true");
    const auto failing = [] {
        return s_operator->send(
            "POST", "/api/v1/fail-late", "{\"name\":\"late\"}",
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "k-500"}});
    };
    const std::int64_t before = total();
    EXPECT_EQ(failing().status, 500);
    const TestAnswer again = failing();
    EXPECT_EQ(again.status, 500);
    EXPECT_EQ(again.header("idempotency-replayed"), "");
    EXPECT_EQ(total(), before) << "the insert before the failure must be undone";
}

TEST_F(Requests, ManyAtOnceWithOneKeyActOnce) {
    const std::int64_t before = total();
    std::vector<TestAnswer> answers(16);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < answers.size(); ++i)
        threads.emplace_back([&, i] { answers[i] = add("at-once", "key-at-once"); });
    for (std::thread &thread : threads)
        thread.join();
    for (const TestAnswer &answer : answers) {
        EXPECT_TRUE(answer.status == 201 || answer.status == 409) << answer.body;
        // Told apart from a refusal that stands: this one may ask again.
        EXPECT_EQ(answer.header("retry-after"), answer.status == 409 ? "1" : "") << answer.body;
    }
    EXPECT_EQ(total(), before + 1);
}

TEST_F(Requests, TheFirstAnswerSurvivesARestart) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const std::string token = service.token("operator");
    const auto post = [&](const std::string &body) {
        return TestClient(service.url(), token)
            .send("POST", "/api/v1/items", body,
                  {{"Content-Type", "application/json"}, {"Idempotency-Key", "over-restart"}});
    };
    const TestAnswer first = post("{\"name\":\"kept\"}");
    ASSERT_EQ(first.status, 201);
    service.kill();
    ASSERT_TRUE(service.start());
    EXPECT_EQ(post("{\"name\":\"kept\"}").body, first.body);
    EXPECT_EQ(post("{\"name\":\"another\"}").status, 422);
}

TEST_F(Requests, CursorsWalkTheWholeListOnce) {
    for (int i = 0; i < 25; ++i)
        ASSERT_EQ(add("page-" + std::to_string(100 + i), "page-" + std::to_string(i)).status, 201);
    std::set<std::string> names;
    std::string query = "?limit=7";
    std::size_t rows = 0;
    for (int pages = 0; pages < 50; ++pages) {
        const TestAnswer answer = s_viewer->get("/api/v1/items" + query);
        ASSERT_EQ(answer.status, 200) << answer.body;
        EXPECT_LE(answer.json["items"].size(), 7u);
        for (const Json &item : answer.json["items"])
            names.insert(item["name"].get<std::string>());
        rows += answer.json["items"].size();
        if (answer.json["next_cursor"].is_null()) break;
        query = "?limit=7&cursor=" + answer.json["next_cursor"].get<std::string>();
    }
    EXPECT_EQ(rows, names.size());
    EXPECT_EQ(static_cast<std::int64_t>(rows), total());
}

TEST_F(Requests, MarkupAndSqlArriveUnchanged) {
    for (const char *name : {"<img src=x onerror=alert(1)>", "'; DROP TABLE items; --",
                             "\\u0000 \" \\ 登录 \xF0\x9F\x94\xA5"}) {
        const TestAnswer answer = s_operator->post("/api/v1/items", {{"name", name}});
        ASSERT_EQ(answer.status, 201) << answer.body;
        EXPECT_EQ(
            s_viewer->get("/api/v1/items/" + answer.json["id"].get<std::string>()).json["name"],
            name);
    }
}

TEST_F(Requests, StandardRoutesAnswer) {
    const TestClient nobody(s_service->url());
    EXPECT_EQ(nobody.get("/healthz").json["status"], "ok");
    EXPECT_EQ(nobody.get("/metrics").status, 200) << "open on loopback";
    EXPECT_NE(nobody.get("/metrics").body.find("crossfade_http_requests_total{"),
              std::string::npos);
    const TestAnswer session = s_operator->get("/api/v1/session");
    EXPECT_EQ(session.json["subject"], "tester");
    EXPECT_EQ(session.json["roles"], (Json{"viewer", "operator"}));
    EXPECT_EQ(session.json["service"], "probe");
    EXPECT_TRUE(session.json["store_id"].get<std::string>().starts_with(
        session.header("x-crossfade-event-id").substr(0, 8)));
    EXPECT_EQ(nobody.get("/readyz").status, 200);
}

TEST_F(Requests, ReadyNamesTheDependencyThatFails) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    ASSERT_EQ(service.client().post("/api/v1/break", {}).status, 204);
    const TestAnswer ready = TestClient(service.url()).get("/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.json["dependencies"][1]["name"], "probe");
    EXPECT_EQ(ready.json["dependencies"][1]["ok"], false);
    EXPECT_EQ(ready.json["dependencies"][0]["ok"], true);
}

TEST(Connections, BeyondTheCapGet503AndOthersGoOn) {
    ProbeService service;
    ASSERT_TRUE(service.start({"--max-connections", "20"}));
    std::vector<RawSocket> held;
    for (int i = 0; i < 20; ++i) {
        held.emplace_back(service.port());
        held.back().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_EQ(statusOf(held.back().response()), 200);
    }
    RawSocket refused(service.port());
    const std::string answer = refused.response();
    EXPECT_EQ(statusOf(answer), 503) << answer;
    EXPECT_NE(answer.find("Retry-After"), std::string::npos);
    EXPECT_TRUE(refused.closedWithin(std::chrono::seconds(3)));
    held.back().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(statusOf(held.back().response()), 200);
    held.clear();
    EXPECT_TRUE(waitFor([&] { return TestClient(service.url()).get("/healthz").status == 200; }));
}

} // namespace

} // namespace crossfade
