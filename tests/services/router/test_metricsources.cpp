// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// /metric-sources against servers that only pretend to be Prometheus.
#include "tests/services/router/promqlfixture.h"
#include "tests/support/stopwatch.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace crossfade {
namespace {

class MetricSources : public PromqlTest {
protected:
    AnsweringServer source;
};

TEST_F(MetricSources, areOneSetThatIsChangedAsAWhole) {
    const Json empty = router.get("/api/v1/metric-sources");
    EXPECT_EQ(empty.at("items"), Json::array());
    EXPECT_TRUE(empty.at("updated_at").is_null());
    const Json two{sourceOf("https://prom.example:9090/prom/", {{"user", "crossfade"}, {"secret", {{"env", "PROM_PW"}}}}),
                   sourceOf("http://127.0.0.1:9", {{"name", "other"}, {"timeout_seconds", nullptr}})};
    const TestAnswer stored = putItems(two);
    ASSERT_EQ(stored.status, 200) << stored.body;
    EXPECT_EQ(stored.header("etag"), "\"2\"");
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log();
    const Json again = router.get("/api/v1/metric-sources");
    EXPECT_EQ(again, stored.json);
    EXPECT_EQ(again.at("items")[0].at("url"), "https://prom.example:9090/prom");
    EXPECT_EQ(again.at("items")[1].at("timeout_seconds"), 3);
    EXPECT_EQ(router.call({"PUT", "/api/v1/metric-sources", {{"items", Json::array()}}, "1"}).status, 412);
    EXPECT_EQ(router.call({"PUT", "/api/v1/metric-sources", {{"items", Json::array()}}, "2", "operator"}).status, 403);
    EXPECT_EQ(putSources({}).status, 200);
    const Json audit = router.get("/api/v1/audit?limit=10").at("items");
    EXPECT_TRUE(std::ranges::any_of(audit, [](const Json &entry) { return entry.at("action") == "metric_sources.update"; }));
}

TEST_F(MetricSources, refuseWhatCouldNotBeAsked) {
    const auto with = [](const Json &changes) { return sourceOf("http://127.0.0.1:9090", changes); };
    const struct {
        Json items;
        const char *pointer;
    } cases[] = {
        {Json::array({with({{"url", "ftp://a"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http://"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http:///x"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http://a b"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http://a\r\nX: y"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http://u:p@host"}})}), "/items/0/url"},
        {Json::array({with({{"url", "http://host/?token=x"}})}), "/items/0/url"},
        {Json::array({with({{"url", ""}})}), "/items/0/url"},
        {Json::array({with({{"name", "a b"}})}), "/items/0/name"},
        {Json::array({with({{"name", nullptr}})}), "/items/0/name"},
        {Json::array({with({}), with({})}), "/items/1/name"},
        {Json::array({with({{"timeout_seconds", 6}})}), "/items/0/timeout_seconds"},
        {Json::array({with({{"timeout_seconds", 0}})}), "/items/0/timeout_seconds"},
        {Json::array({with({{"user", "a:b"}})}), "/items/0/user"},
        {Json::array({with({{"user", "a\nb"}})}), "/items/0/user"},
        {Json::array({with({{"secret", {{"env", "A"}, {"file", "/b"}}}})}), "/items/0/secret"},
        {Json::array({with({{"secret", {{"value", "s3cret"}}}})}), "/items/0/secret"},
        {Json::array({with({{"password", "s3cret"}})}), "/items/0/password"},
        {Json::array({1}), "/items/0"},
        {Json::array({with({{"name", "a"}}), with({{"name", "b"}}), with({{"name", "c"}}), with({{"name", "d"}}),
                      with({{"name", "e"}})}),
         "/items"},
        {Json(), "/items"},
    };
    for (const auto &one : cases) {
        const TestAnswer answer = putItems(one.items);
        EXPECT_EQ(answer.status, 422) << one.items.dump();
        EXPECT_EQ(pointerOf(answer), one.pointer) << answer.body;
    }
    EXPECT_EQ(router.get("/api/v1/metric-sources").at("version"), 1);
}

TEST_F(MetricSources, askWithThePlainExpressionAndTheSecretThatIsNamed) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({}, {"PROM_TOKEN=t0ken-of-the-environment"})) << router.log();
    std::ofstream(router.file("password")) << "pa55 word\r\nnot this\n";
    source.answer(200, vectorAnswer("1"));
    ASSERT_EQ(putSources({sourceOf(source.url() + "/sub/", {{"secret", {{"env", "PROM_TOKEN"}}}}),
                          sourceOf(source.url(), {{"name", "basic"}, {"user", "crossfade"}, {"secret", {{"file", router.file("password")}}}})})
                  .status,
              200);
    const std::string expression = "up{job=\"a&b\"} + 1 & query=evil#? %41 \u7070\n\\";
    EXPECT_EQ(tryOut({{"source", "main"}, {"expression", expression}}).at("value"), 1);
    EXPECT_EQ(tryOut({{"source", "basic"}, {"expression", "x"}}).at("value"), 1);
    const auto requests = source.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_TRUE(requests[0].head.starts_with("POST /sub/api/v1/query HTTP/1.1\r\n")) << requests[0].head;
    EXPECT_NE(requests[0].head.find("Content-Type: application/x-www-form-urlencoded"), std::string::npos);
    EXPECT_NE(requests[0].head.find("Authorization: Bearer t0ken-of-the-environment"), std::string::npos);
    EXPECT_EQ(requests[0].body,
              "query=up%7Bjob%3D%22a%26b%22%7D%20%2B%201%20%26%20query%3Devil%23%3F%20%2541%20%E7%81%B0%0A%5C&timeout=1s");
    EXPECT_NE(requests[1].head.find("Authorization: Basic Y3Jvc3NmYWRlOnBhNTUgd29yZA=="), std::string::npos)
        << requests[1].head;
    for (const char *path : {"/api/v1/metric-sources", "/api/v1/audit", "/metrics"}) {
        const std::string body = router.client("admin").get(path).body;
        EXPECT_EQ(body.find("t0ken"), std::string::npos) << path;
        EXPECT_EQ(body.find("pa55"), std::string::npos) << path;
    }
    EXPECT_EQ(router.log().find("t0ken"), std::string::npos);
}

TEST_F(MetricSources, aMissingSecretIsSaidWithoutAskingAnybody) {
    ASSERT_EQ(putSources({sourceOf(source.url(), {{"secret", {{"env", "NOT_SET_ANYWHERE"}}}}),
                          sourceOf(source.url(), {{"name", "file"}, {"secret", {{"file", "/nowhere/at/all"}}}}),
                          sourceOf(source.url(), {{"name", "device"}, {"secret", {{"file", "/dev/zero"}}}})})
                  .status,
              200);
    const auto error = [&](const char *name) {
        return tryOut({{"source", name}, {"expression", "1"}}).at("error").get<std::string>();
    };
    EXPECT_EQ(error("main"), "the environment variable NOT_SET_ANYWHERE is not set");
    EXPECT_EQ(error("file"), "the secret file /nowhere/at/all cannot be read");
    EXPECT_EQ(error("device"), "the secret file /dev/zero cannot be read");
    EXPECT_TRUE(source.requests().empty());
}

TEST_F(MetricSources, oneTrialAtATime) {
    source.beSilent();
    ASSERT_EQ(putSources({sourceOf(source.url(), {{"timeout_seconds", 5}})}).status, 200);
    const TestClient client = router.client("operator");
    std::array<int, 4> statuses{};
    std::vector<std::jthread> threads;
    for (int &status : statuses)
        threads.emplace_back([&client, &status] {
            status = client.post("/api/v1/metric-sources/try", {{"source", "main"}, {"expression", "1"}}).status;
        });
    threads.clear(); // joins
    EXPECT_EQ(std::ranges::count(statuses, 200), 1);
    EXPECT_EQ(std::ranges::count(statuses, 409), 3);
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u"}}}}}, 200).at("decisions").size(), 1U);
}

TEST_F(MetricSources, aGuardNeedsOneThatExists) {
    const auto create = [&](const Json &changes) {
        return router.call({"POST", "/api/v1/shift-policies", policyBody(changes)});
    };
    const TestAnswer refused = create(guardedBy("up"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(pointerOf(refused), "/guards/0/source");
    ASSERT_EQ(putSources({sourceOf(source.url())}).status, 200);
    const TestAnswer created = create(guardedBy("up"));
    ASSERT_EQ(created.status, 201) << created.body;
    const std::string id = created.json.at("id");
    ASSERT_EQ(putSources({}).status, 200);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"shift_increment", 5}}, "1"}).status, 200) << "it can still be edited";
    const TestAnswer other = router.call({"PATCH", pathOf(id), {{"guards", guardedBy("up", {{"source", "else"}}).at("guards")}}, "2"});
    EXPECT_EQ(other.status, 422);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    EXPECT_TRUE(waitDetail(id, "main: there is no such metric source")) << standing(id).dump();
}

TEST_F(MetricSources, noNonsenseEverPasses) {
    source.answer(200, vectorAnswer("0.1"));
    ASSERT_EQ(putSources({sourceOf(source.url())}).status, 200);
    Json body = guardedBy("x");
    body["stabilization_seconds"] = 600;
    const std::string id = createPolicy(body);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const std::string good = vectorAnswer("0.1");
    const struct {
        int status;
        std::string body;
        const char *words;
    } cases[] = {
        {500, good, "main: answered 500"},
        {401, "no", "main: answered 401"},
        {302, good, "main: answered 302"},
        {200, "<html>0.1</html>", "main: the answer is not JSON"},
        {200, good.substr(0, good.size() / 2), "main: the answer is not JSON"},
        {200, "0.1", "main: the answer is not one of Prometheus"},
        {200, vectorAnswer("NaN"), "main: the value is NaN"},
        {200, vectorAnswer("-Inf"), "main: the value is -Inf"},
        {200, vectorAnswer("0.1", 3'600), "the latest sample is older than the window"},
        {200, vectorAnswer("0.1", -3'600), "main: its clock is ahead"},
        {200, good + std::string(300 << 10, ' '), "main: the answer is too large"},
        {0, "", "main: no answer within 1000 ms"},
    };
    for (const auto &one : cases) {
        source.answer(one.status, one.body);
        EXPECT_TRUE(waitDetail(id, one.words)) << one.words << standing(id).dump();
        EXPECT_NE(standing(id).at("verdict"), "PASS") << one.words;
    }
    EXPECT_EQ(percentageOf(id), 10);
    const Stopwatch watch;
    EXPECT_EQ(act(id, "rollback"), 200) << "while its source hangs";
    EXPECT_LT(watch.seconds(), 1);
    EXPECT_EQ(percentageOf(id), 0);
}

// A source that hangs takes its own threads only: guards on another one go on being judged.
TEST_F(MetricSources, oneThatHangsDoesNotHoldUpAnother) {
    AnsweringServer dead;
    dead.beSilent();
    source.answer(200, vectorAnswer("0.1"));
    ASSERT_EQ(putSources({sourceOf(source.url()), sourceOf(dead.url(), {{"name", "dead"}, {"timeout_seconds", 5}})}).status, 200);
    Json body = guardedBy("x", {{"window_seconds", 30}, {"mode", "SHOW"}});
    for (int i = 0; i < 40; ++i)
        body["guards"].push_back(guardedBy("y" + std::to_string(i), {{"id", "d" + std::to_string(i)}, {"source", "dead"}, {"mode", "SHOW"}})
                                     .at("guards")[0]);
    const std::string id = createPolicy(body);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const std::size_t before = source.requests().size();
    EXPECT_TRUE(waitFor([&] {
        source.answer(200, vectorAnswer("0.1"));
        return source.requests().size() > before + 4;
    })) << "asked all the while";
    const Json guards = router.get(pathOf(id, "/guards"));
    for (const Json &item : guards.at("items"))
        EXPECT_NE(item.at("guard").at("source") == "dead" && item.at("verdict") == "PASS", true) << item.dump();
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_EQ(router.stop(), 0);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(), 3) << "a clean stop";
}

} // namespace
} // namespace crossfade
