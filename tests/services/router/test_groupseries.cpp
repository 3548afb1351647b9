// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What is measured of a group's members, in the store and as it is told.
#include "app/router/groupseries.h"

#include "models/core/time.h"
#include "tests/services/kit/rawsocket.h"
#include "tests/services/router/groupfixture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace crossfade {
namespace {

// A series alone, over a store of its own.
class GroupSeriesStore : public testing::Test {
protected:
    void SetUp() override {
        StoreOptions options;
        options.directory = m_directory.path() / "data";
        options.migrations = std::filesystem::path(CROSSFADE_SOURCE_DIR) / "resources/sql/router";
        options.durable = false;
        options.database = m_place.database();
        auto opened = Store::open(options, Environment::real());
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        series.watch({{"g", Platform::New}});
    }
    static GroupSighting seen(const std::string &group, std::int64_t second, bool onTarget = true, bool good = true) {
        return {group, 0, 0, onTarget, true, second, std::nullopt, good, 10'000};
    }
    void keep(GroupSeries &from, std::int64_t now) {
        const auto rows = from.settle(now);
        const auto written = store->writeAndWait({"test", {}}, [&](WriteTransaction &tx) -> Result<Json> {
            if (auto done = GroupSeries::writeRows(tx.db(), rows, now); !done) return fail(done.error());
            return Json();
        });
        ASSERT_TRUE(written) << written.error().message;
    }
    void load(GroupSeries &into, std::int64_t now) {
        const auto read = store->read([&](Database &db) { return into.load(db, now); });
        ASSERT_TRUE(read) << read.error().message;
    }
    SeriesColumns asked(const std::string &group, SeriesQuery query, std::int64_t now) {
        SeriesColumns columns;
        const auto read = store->read([&](Database &db) -> Result<void> {
            auto stored = GroupSeries::series(db, group, query, now);
            if (!stored) return fail(stored.error());
            columns = std::move(*stored);
            return {};
        });
        EXPECT_TRUE(read);
        return columns;
    }
    std::uint64_t counted(const std::string &group, std::int64_t from, std::int64_t to, std::int64_t step,
                          std::int64_t now) {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : asked(group, {Metric::SuccessRate, Statistic::Rate, {}, from, to, step}, now).count)
            sum += count;
        return sum;
    }
    std::int64_t rows(const std::string &where = "1 = 1") {
        std::int64_t count = -1;
        const auto read = store->read([&](Database &db) -> Result<void> {
            const auto answer = db.query("SELECT count(*) FROM group_slot WHERE " + where);
            if (!answer) return fail(answer.error());
            count = answer->front().integer(0);
            return {};
        });
        EXPECT_TRUE(read);
        return count;
    }

    static constexpr std::int64_t Start = 1'700'000'040; // of a minute
    TestStore m_place;
    TempDir m_directory;
    std::unique_ptr<Store> store;
    GroupSeries series;
};

TEST_F(GroupSeriesStore, EachTierIsKeptAsLongAsOthersAre) {
    for (std::int64_t second = Start; second < Start + 120; ++second)
        series.add({seen("g", second), seen("g", second, true, second % 2 == 0), seen("g", second, false)});
    keep(series, Start + 120);
    EXPECT_EQ(counted("g", Start, Start + 120, 1, Start + 120), 360U);
    // The bounds lie where the slot begins.
    EXPECT_EQ(counted("g", Start, Start + 120, 10, Start + 4'000), 360U) << "of ten seconds, for a day";
    EXPECT_EQ(counted("g", Start, Start + 120, 60, Start + 90'000), 360U) << "of a minute, for thirty";
    const SeriesColumns rate =
        asked("g", {Metric::SuccessRate, Statistic::Rate, {Platform::New, {}, {}}, Start, Start + 60, 60}, Start + 90'000);
    ASSERT_EQ(rate.value.size(), 1U);
    EXPECT_EQ(rate.value.front(), 75.0);
    EXPECT_EQ(rows("resolution = 1"), 240);
    EXPECT_EQ(rows("resolution = 10"), 24);
    EXPECT_EQ(rows("resolution = 60"), 4);
    GroupSeries later;
    later.watch({{"g", Platform::New}});
    keep(later, Start + 3'660);
    EXPECT_EQ(rows("resolution = 1"), 120) << "an hour";
    keep(later, Start + 86'460);
    EXPECT_EQ(rows("resolution = 10"), 12) << "a day";
    EXPECT_EQ(rows("resolution = 1"), 0);
    keep(later, Start + 30 * 86'400 + 60);
    EXPECT_EQ(rows(), 2) << "thirty days";
}

TEST_F(GroupSeriesStore, WhoStartsGoesOnWithTheMinuteThatIsStored) {
    for (std::int64_t second = Start; second < Start + 25; ++second)
        series.add({seen("g", second)});
    keep(series, Start + 25);
    GroupSeries again;
    again.watch({{"g", Platform::New}});
    load(again, Start + 26);
    again.add({seen("g", Start + 24), seen("g", Start + 26)}); // one comes late, for a second that has others
    keep(again, Start + 27);
    EXPECT_EQ(counted("g", Start, Start + 60, 1, Start + 60), 27U);
    EXPECT_EQ(counted("g", Start, Start + 60, 10, Start + 4'000), 27U);
    EXPECT_EQ(counted("g", Start, Start + 60, 60, Start + 90'000), 27U);
}

TEST_F(GroupSeriesStore, WhatComesTooLateSpoilsNothing) {
    for (std::int64_t second = Start; second < Start + 60; ++second)
        series.add({seen("g", second)});
    keep(series, Start + 60);
    keep(series, Start + GroupSeries::Latest + 61); // by now the minute is no more in memory as a whole
    series.add({seen("g", Start)});
    keep(series, Start + GroupSeries::Latest + 62);
    EXPECT_EQ(counted("g", Start, Start + 60, 60, Start + 90'000), 60U);
    // As long as it is not, it counts.
    series.add({seen("g", Start + GroupSeries::Latest)});
    keep(series, Start + GroupSeries::Latest + 63);
    EXPECT_EQ(rows("resolution = 1 AND second = " + std::to_string(Start + GroupSeries::Latest)), 1);
}

TEST_F(GroupSeriesStore, NoMoreThanItsShareWhoeverIsMadeUp) {
    series.add({seen("nobody", Start)});
    keep(series, Start + 1);
    EXPECT_EQ(rows(), 0) << "who is not watched is not counted";
    // Group after group, each watched for a moment, as a script would make them.
    for (int i = 0; i < 1'000; ++i) {
        std::map<std::string, Platform> targets;
        for (int k = 0; k < 100; ++k)
            targets["g" + std::to_string(i * 100 + k)] = Platform::New;
        series.watch(targets);
        for (const auto &[id, target] : targets)
            series.add({seen(id, Start + 1), seen(id, Start + 1, false)});
    }
    keep(series, Start + 2);
    EXPECT_EQ(rows("resolution = 1"), static_cast<std::int64_t>(2 * 2 * GroupSeries::MostGroups));
    // Once they are old there is room again.
    keep(series, Start + 2'000);
    series.watch({{"new", Platform::Legacy}});
    series.add({seen("new", Start + 2'000)});
    keep(series, Start + 2'001);
    EXPECT_EQ(rows("group_id = 'new' AND platform = 'LEGACY'"), 3) << "its target is LEGACY";
    series.forget("new");
    series.add({seen("new", Start + 2'002)});
    EXPECT_TRUE(series.settle(Start + 2'003).empty());
}

// The service: from the observations to the answer.
class GroupSeriesTest : public GroupTest {
protected:
    Instant now() { return *parseInstant(router.get("/api/v1/session").at("server_time").get<std::string>()); }
    void observe(const Json &list) {
        const TestAnswer answer =
            router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"});
        ASSERT_EQ(answer.status, 202) << answer.body;
    }
    static Json request(Instant at, const std::string &user, const std::string &platform, int status, double latencyMs) {
        return {{"at", formatInstant(at)},
                {"platform", platform},
                {"user_id", user},
                {"status", status},
                {"latency_ms", latencyMs}};
    }
    Json series(const std::string &id, const std::string &metric, const std::string &rest) {
        return router.get("/api/v1/series?metric=" + metric + "&group_id=" + id + rest);
    }
    static std::uint64_t sum(const Json &columns) {
        std::uint64_t all = 0;
        for (const Json &count : columns.at("count"))
            all += count.get<std::uint64_t>();
        return all;
    }
    // Started, with the first batch of two on NEW; nothing moves on for ten minutes.
    std::string started(int users) {
        const std::string id = createWith("stores", users, {{"batch_interval_seconds", 600}});
        EXPECT_EQ(act(id, "shift").status, 200);
        EXPECT_TRUE(waitFor([&] { return decide("u00").at("platform") == "NEW"; }));
        EXPECT_TRUE(waitFor([&] { return shift(id).at("batch") == 0; }));
        // The runner has looked at it: its next judgement is of this batch.
        EXPECT_TRUE(waitFor([&] { return !router.get(path(id, "/guards")).at("judged_at").is_null(); }));
        return id;
    }
};

TEST_F(GroupSeriesTest, TellsWhatItsMembersGotOnEitherPlatform) {
    const std::string id = started(4);
    const Instant at = now() - Seconds(3);
    Json list = Json::array();
    std::vector<double> latencies;
    for (int i = 0; i < 100; ++i) {
        const double latency = 1 + (i * 7919) % 300 + 0.25;
        latencies.push_back(latency);
        list.push_back(request(at, i % 2 ? "u00" : "u01", "NEW", i % 10 == 0 ? 503 : 200, latency));
        list.push_back(request(at, "u02", "LEGACY", 200, 5));
        list.push_back(request(at, "stranger", "NEW", 500, 900)); // of no group
    }
    list.push_back({{"at", formatInstant(at)}, {"platform", "NEW"}, {"user_id", "u00"},
                    {"metric", "user_satisfaction"}, {"value", 2}});
    observe(list);
    const std::string window = "&from=" + formatInstant(at - Seconds(5)) + "&to=" + formatInstant(at + Seconds(5));
    const std::string onNew = window + "&platform=NEW&step=20";
    ASSERT_TRUE(waitFor([&] { return sum(series(id, "authentication_success_rate", onNew)) == 100; }));
    // One step holds all of it: its value is that of all hundred.
    const auto value = [&](const std::string &metric, const std::string &rest) {
        const Json columns = series(id, metric, rest);
        for (const Json &one : columns.at("value")) {
            if (!one.is_null()) return one.get<double>();
        }
        return -1.0;
    };
    EXPECT_NEAR(value("authentication_success_rate", onNew), 90, 1e-9);
    EXPECT_NEAR(value("error_rate", onNew), 10, 1e-9);
    EXPECT_NEAR(value("request_rate", window + "&platform=NEW&step=1"), 100, 1e-9);
    EXPECT_NEAR(value("user_satisfaction", onNew + "&statistic=mean"), 2, 1e-9);
    EXPECT_NEAR(value("share_new", window + "&step=20"), 50, 1e-9);
    EXPECT_NEAR(value("authentication_success_rate", window + "&platform=LEGACY&step=20"), 100, 1e-9);
    std::ranges::sort(latencies);
    double total = 0;
    for (const double latency : latencies)
        total += latency;
    EXPECT_NEAR(value("authorization_latency", onNew + "&statistic=mean"), total / 100, 0.01);
    for (const auto &[name, rank] : {std::pair("p50", 50U), std::pair("p95", 95U), std::pair("p99", 99U)}) {
        const double exact = latencies[rank - 1];
        EXPECT_NEAR(value("authorization_latency", onNew + "&statistic=" + name), exact, 0.02 * exact) << name;
    }
    // It is stored: sudden death takes nothing of it.
    const Json before = series(id, "authorization_latency", onNew + "&statistic=p95");
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(series(id, "authorization_latency", onNew + "&statistic=p95"), before);
    observe(Json::array({request(at, "u00", "NEW", 200, 5)})); // late, into the same second
    EXPECT_TRUE(waitFor([&] { return sum(series(id, "authentication_success_rate", onNew)) == 101; }));
}

TEST_F(GroupSeriesTest, TicksTellTheGroupsUnderWayAndTheirSlots) {
    const std::string id = started(5);
    createGroup("later");
    EventReader stream(std::stoi(router.url().substr(router.url().rfind(':') + 1)), router.token("viewer"), {},
                       "?topics=metrics.tick");
    const GroupTraffic traffic(router, names(5));
    std::map<std::string, Json> told; // as a console keeps it
    Json last;
    for (int i = 0; i < 8; ++i) {
        const auto event = stream.next(std::chrono::seconds(15));
        ASSERT_TRUE(event);
        const Json tick = parseJson(event->data).value_or(Json::object());
        ASSERT_EQ(tick.at("groups").size(), 1U) << "the draft is not under way: " << tick.dump();
        last = tick.at("groups").at(0);
        for (const Json &slot : tick.at("group_slots")) {
            EXPECT_EQ(slot.at("group_id"), id);
            told[slot.at("t").get<std::string>() + slot.at("platform").get<std::string>()] = slot;
        }
    }
    EXPECT_EQ(last.at("group_id"), id);
    EXPECT_EQ(last.at("batch"), 0);
    EXPECT_EQ(last.at("batches"), 3);
    EXPECT_EQ(last.at("moved"), 2);
    EXPECT_EQ(last.at("users"), 5);
    EXPECT_EQ(last.at("state"), "RUNNING");
    EXPECT_EQ(last.at("success_rate"), 100);
    EXPECT_GT(last.at("request_rate").get<double>(), 0);
    EXPECT_NEAR(last.at("p95").get<double>(), 10, 0.3);
    ASSERT_GE(told.size(), 4U);
    for (const auto &[key, slot] : told) {
        const Instant t = *parseInstant(slot.at("t").get<std::string>());
        const std::string window = "&platform=" + slot.at("platform").get<std::string>() + "&from=" + formatInstant(t) +
                                   "&to=" + formatInstant(t + Seconds(1)) + "&step=1";
        const auto stored = [&] { return series(id, "authentication_success_rate", window); };
        EXPECT_TRUE(waitFor([&] { return stored().at("count")[0] == slot.at("count"); })) << slot.dump() << stored();
        EXPECT_EQ(stored().at("value")[0], slot.at("success_rate"));
        EXPECT_EQ(series(id, "authorization_latency", "&statistic=p95" + window).at("value")[0], slot.at("p95"));
    }
    // The policies' own slots are as they were: a group's requests are not counted there twice.
    const Json all = router.get("/api/v1/series?metric=request_rate&step=1");
    const Json ofGroup = series(id, "request_rate", "&step=1");
    EXPECT_GE(sum(all), sum(ofGroup));
    EXPECT_GT(sum(ofGroup), 0U);
}

TEST_F(GroupSeriesTest, SaysWhatItCannotAnswer) {
    const auto pointer = [&](const std::string &query) {
        const TestAnswer answer = router.call({"GET", "/api/v1/series?metric=error_rate&" + query, {}});
        EXPECT_EQ(answer.status, 422) << query;
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer("group_id=a%20b"), "?group_id");
    EXPECT_EQ(pointer("group_id=a&policy_id=b"), "?group_id");
    EXPECT_EQ(pointer("group_id=a&system_id=b"), "?group_id");
    const Json unknown = series("nobody", "error_rate", "&step=60");
    EXPECT_EQ(sum(unknown), 0U);
    for (const Json &value : unknown.at("value"))
        EXPECT_TRUE(value.is_null()) << "a gap, not zero";
}

} // namespace
} // namespace crossfade
