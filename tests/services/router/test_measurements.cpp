// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include "models/core/time.h"
#include "tests/services/kit/rawsocket.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace crossfade {
namespace {

class MeasurementsTest : public ShiftTest {
protected:
    Instant now() {
        return *parseInstant(router.get("/api/v1/session").at("server_time").get<std::string>());
    }
    int observe(const Json &list, const std::string &roles = "observer") {
        return router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, roles})
            .status;
    }
    static Json request(Instant at, const std::string &platform, int status, double latencyMs) {
        return {{"at", formatInstant(at)},
                {"platform", platform},
                {"status", status},
                {"latency_ms", latencyMs}};
    }
    Json series(const std::string &metric, const std::string &rest) {
        return router.get("/api/v1/series?metric=" + metric + rest);
    }
    // The stream of metrics.tick, which is not replayed: it is open with the first tick that comes.
    EventReader ticks() {
        return {std::stoi(router.url().substr(router.url().rfind(':') + 1)), router.token("viewer"), {},
                "?topics=metrics.tick"};
    }
    static Json next(EventReader &stream) {
        const auto event = stream.next(std::chrono::seconds(15));
        EXPECT_TRUE(event) << "one comes each second";
        return event ? parseJson(event->data).value_or(Json::object()) : Json::object();
    }
};

TEST_F(MeasurementsTest, seriesIsWhatOneComputesFromTheSameRequests) {
    const std::int64_t second = toMs(now()) / 1000 - 60;
    Json list = Json::array();
    std::vector<double> latencies;
    int good = 0;
    for (int i = 0; i < 400; ++i) {
        const double latency = 1 + (i * 7919) % 900 + 0.25;
        const bool ok = i % 10 != 0;
        good += ok;
        latencies.push_back(latency);
        list.push_back(
            request(instantFromMs((second + i % 4) * 1000 + 17), "NEW", ok ? 200 : 503, latency));
    }
    ASSERT_EQ(observe(list), 202);
    std::ranges::sort(latencies);
    const std::string window = "&platform=NEW&from=" + formatInstant(instantFromMs(second * 1000)) +
                               "&to=" + formatInstant(instantFromMs((second + 10) * 1000));
    const Json rate = series("authentication_success_rate", window + "&step=10");
    const std::vector<std::uint64_t> counts = rate.at("count");
    std::uint64_t counted = 0;
    for (const std::uint64_t count : counts)
        counted += count;
    EXPECT_EQ(counted, 400U);
    const Json whole = series("authentication_success_rate", window + "&step=1");
    ASSERT_EQ(whole.at("t").size(), 10U);
    double ok = 0;
    for (std::size_t i = 0; i < 4; ++i)
        ok += whole.at("value")[i].get<double>() * whole.at("count")[i].get<double>() / 100;
    EXPECT_NEAR(ok, good, 1e-6);
    EXPECT_TRUE(whole.at("value")[5].is_null()) << "a gap, not zero";
    const Json p95 = series("authorization_latency", "&statistic=p95" + window + "&step=1");
    std::map<std::size_t, std::vector<double>> bySecond;
    for (int i = 0; i < 400; ++i)
        bySecond[static_cast<std::size_t>(i % 4)].push_back(1 + (i * 7919) % 900 + 0.25);
    for (auto &[slot, values] : bySecond) {
        std::ranges::sort(values);
        const double exact = values[static_cast<std::size_t>(std::ceil(0.95 * 100)) - 1];
        EXPECT_NEAR(p95.at("value")[slot].get<double>(), exact, 0.02 * exact);
    }
}

TEST_F(MeasurementsTest, aTickTellsEachFinishedSlotOnceAndAsSeriesDoes) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    EventReader stream = ticks();
    std::set<std::string> seen;
    std::vector<Json> slots;
    for (int i = 0; i < 5 || (slots.size() < 8 && i < 30); ++i) {
        const Json tick = next(stream);
        ASSERT_TRUE(tick.contains("slots")) << i;
        EXPECT_EQ(tick.at("policies")[0].at("policy_id"), id);
        for (const Json &slot : tick.at("slots")) {
            EXPECT_TRUE(seen.insert(slot.at("t").get<std::string>() +
                                    slot.at("platform").get<std::string>() +
                                    slot.at("policy_id").dump())
                            .second)
                << slot.dump();
            slots.push_back(slot);
        }
    }
    EXPECT_GE(slots.size(), 8U);
    for (const Json &slot : slots) {
        const Instant t = *parseInstant(slot.at("t").get<std::string>());
        std::string window = "&platform=" + slot.at("platform").get<std::string>() +
                             "&from=" + formatInstant(t) + "&to=" + formatInstant(t + Seconds(1)) +
                             "&step=1";
        if (slot.at("policy_id").is_string())
            window += "&policy_id=" + slot.at("policy_id").get<std::string>();
        const Json rate = series("authentication_success_rate", window);
        EXPECT_EQ(rate.at("value")[0], slot.at("success_rate")) << slot.dump();
        EXPECT_EQ(rate.at("count")[0], slot.at("count")) << slot.dump();
        EXPECT_EQ(series("authorization_latency", "&statistic=p95" + window).at("value")[0],
                  slot.at("p95"));
    }
}

// A slot told again is the whole slot: who replaces by its start counts nothing twice.
TEST_F(MeasurementsTest, lateObservationsReplaceTheirSecond) {
    const Instant at = instantFromMs((toMs(now()) / 1000 - 10) * 1000);
    const std::string window = "&platform=NEW&from=" + formatInstant(at - Seconds(1)) +
                               "&to=" + formatInstant(at + Seconds(1)) + "&step=1";
    std::map<std::string, Json> chart; // as a console keeps it
    int told = 0;
    EventReader stream = ticks();
    const auto take = [&] {
        const Json tick = next(stream);
        const Json slots = tick.value("slots", Json::array());
        for (const Json &slot : slots) {
            if (slot.at("platform") != "NEW" || !slot.at("policy_id").is_null()) continue;
            chart[slot.at("t")] = slot;
            ++told;
        }
        return tick.contains("slots");
    };
    const auto takeUntilTold = [&](int count) {
        for (int i = 0; i < 15 && told < count; ++i) {
            if (!take()) return false;
        }
        return told == count;
    };
    ASSERT_TRUE(take());
    Json list = Json::array();
    for (int i = 0; i < 10; ++i)
        list.push_back(request(at, "NEW", 200, 5));
    ASSERT_EQ(observe(list), 202);
    ASSERT_TRUE(takeUntilTold(1));
    list.erase(list.begin(), list.begin() + 6);
    list[0]["status"] = 500;
    ASSERT_EQ(observe(list), 202);
    ASSERT_TRUE(takeUntilTold(2));
    ASSERT_TRUE(take() && take() && take());
    EXPECT_EQ(told, 2) << "once as it stood, once with what came late";
    ASSERT_EQ(chart.size(), 1U);
    const Json &slot = chart.begin()->second;
    EXPECT_EQ(slot.at("count"), 14);
    EXPECT_EQ(slot.at("ok"), 13);
    const Json kept = series("authentication_success_rate", window);
    EXPECT_EQ(kept.at("t")[1], slot.at("t"));
    EXPECT_EQ(kept.at("count")[1], slot.at("count"));
    EXPECT_EQ(kept.at("value")[1], slot.at("success_rate"));
}

TEST_F(MeasurementsTest, survivesSuddenDeath) {
    const Instant at = now() - Seconds(5);
    Json list = Json::array();
    for (int i = 0; i < 20; ++i)
        list.push_back(request(at, "LEGACY", 200, 12));
    ASSERT_EQ(observe(list), 202);
    const std::string window = "&platform=LEGACY&from=" + formatInstant(at - Seconds(2)) +
                               "&to=" + formatInstant(at + Seconds(2)) + "&step=1";
    const Json before = series("request_rate", window);
    const std::int64_t epoch = router.get("/api/v1/switches").at("version");
    EXPECT_EQ(epoch, 1);
    // What was taken is stored within the second: the next tick but one comes after it.
    EventReader stream = ticks();
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(next(stream).contains("at"));
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(series("request_rate", window), before);
}

TEST_F(MeasurementsTest, aKeyCountsOnce) {
    const Instant at = now() - Seconds(5);
    const auto send = [&](const std::string &key, int many, const std::string &roles = "observer") {
        Json list = Json::array();
        for (int i = 0; i < many; ++i)
            list.push_back(request(at, "NEW", 200, 12));
        return router.call(
            {"POST", "/api/v1/observations", {{"observations", list}}, {}, roles, {{"Idempotency-Key", key}}});
    };
    const auto counted = [&] {
        const Json told = series("request_rate", "&platform=NEW&from=" + formatInstant(at - Seconds(2)) +
                                                     "&to=" + formatInstant(at + Seconds(2)) + "&step=1");
        int sum = 0;
        for (const Json &count : told.at("count"))
            sum += count.get<int>();
        return sum;
    };
    const TestAnswer first = send("batch-1", 7);
    EXPECT_EQ(first.status, 202) << first.body;
    EXPECT_EQ(first.json.at("accepted"), 7);
    EXPECT_EQ(counted(), 7) << "counted once it is answered";
    const TestAnswer again = send("batch-1", 7);
    EXPECT_EQ(again.status, 202);
    EXPECT_EQ(again.json, first.json);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(send("batch-1", 8).status, 422) << "another body";
    EXPECT_EQ(pointerOf(send("batch-1", 8)), "header:Idempotency-Key");
    EXPECT_EQ(counted(), 7);
    EXPECT_EQ(send("batch-2", 3).status, 202);
    EXPECT_EQ(send("batch-1", 2, "service").status, 202) << "another's key";
    EXPECT_EQ(counted(), 12);
    EXPECT_EQ(send("batch-3", 1, "viewer").status, 403);
    EXPECT_EQ(send("bad key", 1).status, 422);
    EventReader stream = ticks(); // what was taken is stored within the second
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(next(stream).contains("at"));
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(send("batch-1", 7).header("idempotency-replayed"), "true");
    EXPECT_EQ(send("batch-2", 3).header("idempotency-replayed"), "true");
    EXPECT_EQ(counted(), 12);
}

TEST_F(MeasurementsTest, aKeyedBatchIsRefusedAsAnyOther) {
    const Instant at = now();
    Json list{request(at - Seconds(130), "NEW", 200, 1)};
    const auto send = [&](const Json &body) {
        return router.call({"POST", "/api/v1/observations", body, {}, "observer", {{"Idempotency-Key", "k"}}});
    };
    const TestAnswer refused = send({{"observations", list}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(pointerOf(refused), "/observations/0/at");
    EXPECT_EQ(send({{"observations", list}}).status, 422) << "the same answer";
    Json large = Json::array();
    for (int i = 0; i < 10'000; ++i)
        large.push_back(request(at, "NEW", 200, 1));
    const TestAnswer taken = router.call(
        {"POST", "/api/v1/observations", {{"observations", large}}, {}, "observer", {{"Idempotency-Key", "large"}}});
    EXPECT_EQ(taken.status, 202) << taken.body;
    EXPECT_EQ(series("request_rate", "&platform=NEW&step=300").at("count").back(), 10'000);
}

// However many keys a program sends, what is kept of them is bounded.
TEST_F(MeasurementsTest, oldKeysOfManyAreForgotten) {
    const auto store = router.store();
    ASSERT_TRUE(store);
    const std::string filled =
        "INSERT INTO idempotency (subject, method, path, key, body_hash, at, status, answer) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT 'observer-1', 'POST', ?, 'old-' || i, 'h', ? - i, 202, '{}' FROM n";
    const std::int64_t hourAgo = toMs(now() - Seconds(3'600));
    ASSERT_TRUE(store->execute(filled, {100'500, "/api/v1/observations", hourAgo}));
    ASSERT_TRUE(store->execute(filled, {5, "/api/v1/rules", hourAgo - 1'000'000}));
    const auto kept = [&](const std::string &path) {
        const auto rows = store->query("SELECT count(*) FROM idempotency WHERE path = ?", {path});
        return rows ? rows->front().integer(0) : -1;
    };
    const TestAnswer taken =
        router.call({"POST", "/api/v1/observations", {{"observations", {request(now(), "NEW", 200, 1)}}}, {},
                     "observer", {{"Idempotency-Key", "new"}}});
    EXPECT_EQ(taken.status, 202) << taken.body;
    EXPECT_LE(kept("/api/v1/observations"), 100'002);
    EXPECT_GE(kept("/api/v1/observations"), 100'000);
    EXPECT_EQ(kept("/api/v1/rules"), 5) << "those of other acts are kept for their day";
}

TEST_F(MeasurementsTest, whatIsRefused) {
    const Instant at = now();
    const auto pointer = [&](Json one) {
        const TestAnswer answer =
            router.call({"POST",
                         "/api/v1/observations",
                         {{"observations", {request(at, "NEW", 200, 1), std::move(one)}}},
                         {},
                         "observer"});
        EXPECT_EQ(answer.status, 422) << answer.body;
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer(request(at - Seconds(130), "NEW", 200, 1)), "/observations/1/at");
    EXPECT_EQ(pointer(request(at + Seconds(15), "NEW", 200, 1)), "/observations/1/at");
    EXPECT_EQ(pointer(request(at, "BOTH", 200, 1)), "/observations/1/platform");
    EXPECT_EQ(pointer(request(at, "NEW", 600, 1)), "/observations/1/status");
    EXPECT_EQ(pointer(request(at, "NEW", 200, -1)), "/observations/1/latency_ms");
    EXPECT_EQ(pointer({{"at", formatInstant(at)},
                       {"platform", "NEW"},
                       {"metric", "user_satisfaction"},
                       {"value", 6}}),
              "/observations/1/value");
    EXPECT_EQ(series("request_rate", "&platform=NEW").at("count").back(), 0) << "all or none";
    EXPECT_EQ(observe(Json::array(), "viewer"), 403);
    Json many = Json::array();
    for (int i = 0; i < 10'001; ++i)
        many.push_back(request(at, "NEW", 200, 1));
    EXPECT_EQ(observe(many), 422);
}

TEST_F(MeasurementsTest, linesAreAcceptedToo) {
    const std::string at = formatInstant(now());
    std::string lines;
    for (int i = 0; i < 3; ++i)
        lines += dumpJson({{"at", at},
                           {"platform", "NEW"},
                           {"metric", "user_satisfaction"},
                           {"value", 3 + i % 2}}) +
                 "\n";
    const RouterService::Call call{"POST", "/api/v1/observations", {}, {}, "observer"};
    const TestAnswer answer = router.send(call, lines, "application/x-ndjson");
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(answer.json.at("accepted"), 3);
    EXPECT_EQ(router.send(call, lines + "{\n", "application/x-ndjson").status, 400);
    EXPECT_EQ(router.send(call, lines, "text/plain").status, 415);
    const Json told = series("user_satisfaction", "&statistic=mean&step=300");
    EXPECT_NEAR(told.at("value").back().get<double>(), 10.0 / 3, 1e-9);
}

TEST_F(MeasurementsTest, theLastScoreOfEachUserCounts) {
    Instant at = instantFromMs(toMs(now()) / 1000 * 1000) - Seconds(10);
    while (toMs(at) / 1000 % 60 > 56)
        at -= Seconds(1); // all of it within one minute
    const auto score = [](Instant when, const char *user, double value) {
        return Json{{"at", formatInstant(when)}, {"platform", "NEW"}, {"user_id", user}, {"metric", "user_satisfaction"},
                    {"value", value}};
    };
    Json list{score(at + Seconds(3), "anna", 4), score(at, "anna", 1), score(at + Seconds(1), "ben", 5)};
    for (int i = 0; i < 50; ++i)
        list.push_back(score(at + Seconds(2), "cleo", 3)); // one who pushes often
    EXPECT_EQ(observe(list), 202);
    const auto expectThree = [&] {
        const std::string window = "&from=" + formatInstant(at) + "&to=" + formatInstant(at + Seconds(4));
        const Json told = series("user_satisfaction", "&statistic=mean&platform=NEW&step=60" + window);
        ASSERT_EQ(told.at("count").size(), 1U) << told.dump();
        EXPECT_EQ(told.at("count")[0], 3) << told.dump();
        EXPECT_NEAR(told.at("value")[0].get<double>(), 4, 1e-6) << told.dump();
    };
    expectThree();
    // What was stored says the same after a restart.
    ASSERT_TRUE(waitFor([&] {
        const auto store = router.store();
        const auto rows = store->query("SELECT count(*) FROM metric_slot WHERE resolution = 60");
        return rows && rows->front().integer(0) > 0;
    }));
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log();
    expectThree();
}

TEST_F(MeasurementsTest, seriesSaysWhatItCannotAnswer) {
    const auto pointer = [&](const std::string &query) {
        const TestAnswer answer = router.call({"GET", "/api/v1/series" + query, {}});
        EXPECT_EQ(answer.status, 422) << query;
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer("?metric=moon"), "?metric");
    EXPECT_EQ(pointer(""), "?metric");
    EXPECT_EQ(pointer("?metric=error_rate&statistic=p42"), "?statistic");
    EXPECT_EQ(pointer("?metric=error_rate&step=0"), "?step");
    EXPECT_EQ(pointer("?metric=error_rate&from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z"),
              "?to");
    const std::string to = formatInstant(now());
    const std::string from = formatInstant(now() - Seconds(3'000));
    EXPECT_EQ(pointer("?metric=error_rate&from=" + from + "&to=" + to), "?step")
        << "over 2 000 points";
}

} // namespace
} // namespace crossfade
