// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The event stream: nothing lost, nothing twice, nobody else slowed.

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace crossfade {

namespace {

class Events : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(m_service.start({"--event-client-bytes", "300000"})) << m_service.log();
        m_token = m_service.token("operator");
        m_client = std::make_unique<TestClient>(m_service.url(), m_token);
    }
    EventReader subscribe(const std::string &from = {}, const std::string &query = {}) {
        return EventReader(m_service.port(), m_token, from, query);
    }
    std::string add(const std::string &name) {
        const TestAnswer answer = m_client->post("/api/v1/items", {{"name", name}});
        EXPECT_EQ(answer.status, 201) << answer.body;
        return name;
    }
    std::string snapshotId() {
        return m_client->get("/api/v1/items").header("x-crossfade-event-id");
    }
    static std::int64_t number(const std::string &id) {
        return std::stoll(id.substr(id.find('-') + 1));
    }
    static std::string nameOf(const StreamedEvent &event) {
        return parseJson(event.data).value_or(Json::object())["item"]["name"].get<std::string>();
    }

    ProbeService m_service;
    std::string m_token;
    std::unique_ptr<TestClient> m_client;
};

TEST_F(Events, ArriveWithIdTypeAndWhoWhenWhat) {
    EventReader reader = subscribe();
    ASSERT_EQ(reader.status(), 200);
    EXPECT_TRUE(reader.block()->starts_with(":")) << "a comment at once";
    add("one");
    const auto event = reader.next();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, "item.changed");
    EXPECT_EQ(event->id, snapshotId());
    const Json data = *parseJson(event->data);
    EXPECT_EQ(data["actor"], "tester");
    EXPECT_TRUE(parseInstant(data["at"].get<std::string>()));
    EXPECT_GT(data["epoch"].get<std::int64_t>(), 0);
}

TEST_F(Events, ReplayGoesOnWhereTheClientStopped) {
    add("a");
    const std::string from = snapshotId();
    add("b");
    add("c");
    EventReader byHeader = subscribe(from);
    EXPECT_EQ(nameOf(*byHeader.next()), "b");
    EXPECT_EQ(nameOf(*byHeader.next()), "c");
    EventReader byQuery = subscribe({}, "?last_event_id=" + from);
    EXPECT_EQ(nameOf(*byQuery.next()), "b");
    EXPECT_EQ(nameOf(*byQuery.next()), "c");
    add("d");
    EXPECT_EQ(nameOf(*byHeader.next()), "d");
}

TEST_F(Events, ReplayWorksOverARestart) {
    add("a");
    const std::string from = snapshotId();
    add("b");
    m_service.kill();
    ASSERT_TRUE(m_service.start());
    EventReader reader = subscribe(from);
    const auto event = reader.next();
    ASSERT_TRUE(event);
    EXPECT_EQ(nameOf(*event), "b");
    EXPECT_EQ(number(event->id), number(from) + 1);
}

TEST_F(Events, ALongReplayComesInPages) {
    const std::string from = snapshotId();
    std::vector<std::thread> writers;
    for (int t = 0; t < 8; ++t)
        writers.emplace_back([this, t] {
            for (int i = 0; i < 150; ++i)
                add("r" + std::to_string(t) + "-" + std::to_string(i));
        });
    for (std::thread &writer : writers)
        writer.join();
    EventReader reader = subscribe(from.empty() ? "x" : from);
    for (std::int64_t expected = number(from) + 1; expected <= number(from) + 1'200; ++expected) {
        const auto event = reader.next();
        ASSERT_TRUE(event) << expected;
        ASSERT_EQ(number(event->id), expected);
    }
}

// The promise of the contract: subscribe from what a snapshot was read at, under writers that never
// pause, and miss or repeat nothing.
TEST_F(Events, HandOverFromReplayToLiveIsGapless) {
    std::atomic<bool> stop = false;
    std::vector<std::thread> writers;
    for (int t = 0; t < 4; ++t)
        writers.emplace_back([this, t, &stop] {
            for (int i = 0; !stop; ++i)
                add("g" + std::to_string(t) + "-" + std::to_string(i));
        });
    const std::string first = m_client->get("/api/v1/items").header("x-crossfade-event-id");
    for (int round = 0; round < 10; ++round) {
        const std::string from = round % 2 == 0 ? first : snapshotId();
        EventReader reader = subscribe(from);
        ASSERT_EQ(reader.status(), 200);
        // Well past the switch from the log to live.
        const std::int64_t until = number(snapshotId()) + 30;
        for (std::int64_t expected = number(from) + 1; expected <= until; ++expected) {
            const auto event = reader.next();
            ASSERT_TRUE(event) << "round " << round << " waiting for " << expected;
            ASSERT_EQ(number(event->id), expected) << "round " << round;
        }
    }
    stop = true;
    for (std::thread &writer : writers)
        writer.join();
}

TEST_F(Events, AnUnknownPlaceGetsReset) {
    add("a");
    const std::string last = snapshotId();
    const std::string prefix = last.substr(0, last.find('-') + 1);
    for (const std::string &from : {std::string("00000000-1"), prefix + "999", prefix + "x", prefix,
                                    std::string("nonsense"), prefix + "99999999999999999999"}) {
        EventReader reader = subscribe(from);
        const auto event = reader.next();
        ASSERT_TRUE(event) << from;
        EXPECT_EQ(event->type, "reset") << from;
        EXPECT_EQ(event->id, last) << from;
        add("after-" + from);
        EXPECT_EQ(reader.next()->type, "item.changed") << from;
        break;
    }
    for (const std::string &from : {prefix + "999", prefix + "x", prefix, std::string("nonsense"),
                                    prefix + "99999999999999999999"})
        EXPECT_EQ(subscribe(from).next()->type, "reset") << from;
}

TEST_F(Events, AForgottenPlaceGetsReset) {
    const std::string first = snapshotId();
    for (const char *name : {"a", "b", "c"})
        add(name);
    ASSERT_TRUE(m_service.store()->execute("DELETE FROM events WHERE id <= 2"));
    EXPECT_EQ(subscribe(first).next()->type, "reset");
    const std::string prefix = first.substr(0, first.find('-') + 1);
    EXPECT_EQ(subscribe(prefix + "1").next()->type, "reset");
    EXPECT_EQ(nameOf(*subscribe(prefix + "2").next()), "c") << "the log still reaches back to 2";
}

TEST_F(Events, OneEventAboveTheCapReachesItsReadersAndWhatComesAfterToo) {
    add("before");
    const std::string from = snapshotId();
    for (const char *name : {"small", "large", "after"})
        add(name);
    ASSERT_TRUE(m_service.stop());
    {
        const std::string more = ",\"more\":\"" + std::string(600'000, '0') + "\"}";
        ASSERT_TRUE(m_service.store()->execute(
            "UPDATE events SET data = substr(data, 1, length(data) - 1) || ? WHERE id = ?",
            {more, number(from) + 2}));
    }
    ASSERT_TRUE(m_service.start({"--event-client-bytes", "300000"}));
    EventReader reader = subscribe(from);
    for (const char *name : {"small", "large", "after"}) {
        const auto event = reader.next();
        ASSERT_TRUE(event) << name;
        EXPECT_EQ(nameOf(*event), name);
        EXPECT_EQ(event->data.size() > 600'000, std::string(name) == "large");
    }
    m_client = std::make_unique<TestClient>(m_service.url(), m_token);
    add("live");
    const auto live = reader.next();
    ASSERT_TRUE(live);
    EXPECT_EQ(nameOf(*live), "live");
}

TEST_F(Events, TopicsFilterByTypeAndFamily) {
    EventReader ticks = subscribe({}, "?topics=probe.tick");
    EventReader family = subscribe({}, "?topics=item,other");
    EventReader partly = subscribe({}, "?topics=ite");
    ASSERT_TRUE(partly.block());
    add("a");
    ASSERT_EQ(m_client->post("/api/v1/tick", {{"reason", "t1"}}).status, 204);
    add("b");
    const auto tick = ticks.next();
    ASSERT_TRUE(tick);
    EXPECT_EQ(tick->type, "probe.tick");
    EXPECT_EQ(tick->id, "") << "a broadcast has no id and no replay";
    EXPECT_EQ(nameOf(*family.next()), "a");
    EXPECT_EQ(nameOf(*family.next()), "b");
    EXPECT_FALSE(partly.next(std::chrono::milliseconds(100)));
}

TEST_F(Events, BeatWhileNothingHappens) {
    EventReader reader = subscribe();
    ASSERT_TRUE(reader.block());
    const auto beat = reader.block(std::chrono::seconds(12));
    ASSERT_TRUE(beat);
    EXPECT_TRUE(beat->starts_with(":")) << *beat;
}

TEST_F(Events, AClientThatDoesNotReadIsClosedAndOthersGoOn) {
    EventReader lazy(m_service.port(), m_token, {}, {}, 2'048);
    EventReader keen = subscribe();
    ASSERT_EQ(lazy.status(), 200);
    const std::string text(900, 'x');
    bool closed = false;
    int sent = 0;
    // The kernel's own buffers fill first; then the cap of 300 kB counts.
    for (; sent < 30'000 && !closed; ++sent) {
        ASSERT_EQ(m_client->post("/api/v1/tick", {{"reason", text}}).status, 204);
        ASSERT_TRUE(keen.next()) << sent;
        if (sent % 100 == 99)
            closed = TestClient(m_service.url())
                         .get("/metrics")
                         .body.find("crossfade_event_streams 1\n") != std::string::npos;
    }
    EXPECT_TRUE(closed);
    EXPECT_TRUE(lazy.closedWithin(std::chrono::seconds(5)));
}

TEST_F(Events, ARevokedTokenLosesItsStreamWithin5Seconds) {
    const std::string other = m_service.token("viewer", "leaver");
    EventReader leaver(m_service.port(), other);
    EventReader stays = subscribe();
    ASSERT_EQ(leaver.status(), 200);
    EXPECT_EQ(m_service.command({"token", "revoke", "leaver"}).exitCode, 0);
    EXPECT_TRUE(leaver.closedWithin(std::chrono::seconds(5)));
    EXPECT_EQ(TestClient(m_service.url(), other).get("/api/v1/items").status, 401);
    add("a");
    EXPECT_TRUE(stays.next());
}

TEST_F(Events, AnExpiredTokenLosesItsStream) {
    const auto soon =
        std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Milliseconds(1'500);
    const std::string token =
        m_service.token("viewer", "guest", {"--expires", formatInstant(soon)});
    EventReader guest(m_service.port(), token);
    ASSERT_EQ(guest.status(), 200);
    EXPECT_TRUE(guest.closedWithin(std::chrono::seconds(6)));
    EXPECT_EQ(TestClient(m_service.url(), token).get("/api/v1/items").status, 401);
}

TEST_F(Events, NeedATokenWithTheRole) {
    EXPECT_EQ(EventReader(m_service.port(), "nobody").status(), 401);
    EXPECT_EQ(EventReader(m_service.port(), m_service.token("observer")).status(), 403);
}

} // namespace

} // namespace crossfade
