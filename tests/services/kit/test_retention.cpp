// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is too old goes, however much it is, and nobody waits long for it.

#include "app/service/retention.h"
#include "tests/services/kit/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace crossfade {

namespace {

constexpr std::int64_t Old = 70'000; // events: more than three times what one look removed before

class Retention : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(m_service.start({"--forget-seconds", "3600"})) << m_service.log(); }
    std::int64_t number(const std::string &sql) { return m_service.store()->query(sql)->front().integer(0); }
    // Events from `first` on and as many keys, from before anything that is kept.
    void addOld(std::int64_t first, std::int64_t count) {
        const auto store = m_service.store();
        const std::string rows = "WITH RECURSIVE n(i) AS (SELECT " + std::to_string(first) +
                                 " UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(first + count - 1) + ") ";
        const std::string text = testsOnPostgres() ? "i::text" : "CAST(i AS TEXT)";
        ASSERT_TRUE(store->beginWrite());
        ASSERT_TRUE(store->script("INSERT INTO events (id, at, type, data) " + rows + "SELECT i, 1000, 'old', '{}' FROM n"));
        ASSERT_TRUE(store->script("INSERT INTO idempotency (subject, method, path, key, body_hash, at, status, answer) " +
                                  rows + "SELECT 's', 'POST', '/p', " + text + ", 'h', 1000, 201, '' FROM n"));
        ASSERT_TRUE(store->script("UPDATE clock SET event_id = " + std::to_string(first + count - 1)));
        ASSERT_TRUE(store->commit());
    }
    std::unique_ptr<Store> open() {
        StoreOptions options;
        options.directory = m_service.data();
        options.migrations = m_service.resources() + "/sql/probe";
        options.database = m_service.database();
        auto store = Store::open(options, Environment::real());
        EXPECT_TRUE(store) << store.error().message;
        return store ? std::move(*store) : nullptr;
    }

    ProbeService m_service;
};

TEST_F(Retention, EverythingOldGoesInShortPortions) {
    m_service.stop();
    addOld(1, Old);
    const auto store = open();
    ASSERT_TRUE(store);
    const std::atomic<bool> stopping = false;
    const std::int64_t epoch = store->epoch();
    const auto forgotten = forgetOld(*store, {}, stopping);
    ASSERT_TRUE(forgotten) << forgotten.error().message;
    EXPECT_EQ(forgotten->events, Old);
    EXPECT_EQ(forgotten->keys, Old);
    EXPECT_EQ(number("SELECT count(*) FROM events") + number("SELECT count(*) FROM idempotency"), 0);
    EXPECT_GE(store->epoch() - epoch, 2 * Old / RetentionLimits().portion) << "each its own transaction";
    const auto again = forgetOld(*store, {}, stopping);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->events + again->keys, 0);
}

TEST_F(Retention, TheNewestStayUpToTheirNumberAndAge) {
    m_service.stop();
    const auto store = open();
    ASSERT_TRUE(store);
    for (int i = 0; i < 250; ++i)
        ASSERT_TRUE(store->writeAndWait({"test", {}}, [](WriteTransaction &tx) -> Result<Json> {
            tx.emit("item.changed", {{"item", {{"name", "new"}}}});
            return Json();
        }));
    const std::atomic<bool> stopping = false;
    const auto none = forgetOld(*store, {}, stopping);
    ASSERT_TRUE(none);
    EXPECT_EQ(none->events, 0) << "all are new, and few";
    RetentionLimits few;
    few.events = 40;
    few.portion = 7;
    const auto most = forgetOld(*store, few, stopping);
    ASSERT_TRUE(most) << most.error().message;
    EXPECT_EQ(most->events, 210);
    EXPECT_EQ(number("SELECT min(id) FROM events"), 211);
    EXPECT_EQ(number("SELECT max(id) FROM events"), 250);
    const std::atomic<bool> ends = true;
    few.events = 1;
    const auto stopped = forgetOld(*store, few, ends);
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->events, 0) << "a service that stops has no time for it";
}

// By the service itself, while it works: what a client adds meanwhile does not wait for all of it.
TEST_F(Retention, AServiceKeepsUpWhileItWorks) {
    m_service.stop();
    addOld(1, Old);
    ASSERT_TRUE(m_service.start({"--forget-seconds", "1"})) << m_service.log();
    const TestClient client(m_service.url(), m_service.token("operator"));
    double slowest = 0;
    int added = 0;
    EXPECT_TRUE(waitFor(
        [&] {
            const auto asked = std::chrono::steady_clock::now();
            const int status = client.post("/api/v1/items", {{"name", "n" + std::to_string(++added)}}).status;
            EXPECT_EQ(status, 201);
            slowest = std::max(slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count());
            return number("SELECT count(*) FROM events WHERE type = 'old'") == 0 &&
                   number("SELECT count(*) FROM idempotency WHERE body_hash = 'h'") == 0;
        },
        std::chrono::seconds(60)));
    std::printf("%d changes meanwhile, the slowest %.3f s\n", added, slowest);
    EXPECT_LT(slowest, 5) << "a portion at most, on whatever machine";
    EXPECT_EQ(number("SELECT count(*) FROM events"), added);
}

} // namespace

} // namespace crossfade
