// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The store as a service's own code uses it, in this process over a real database.

#include "app/service/auditchain.h"
#include "app/service/leadership.h"
#include "app/service/pool.h"
#include "app/service/routematch.h"
#include "app/service/servicestore.h"
#include "app/service/timers.h"
#include "tests/services/teststore.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace crossfade {
namespace {

class StoreApi : public testing::Test {
protected:
    void SetUp() override { open(2'000); }
    void open(std::size_t maxQueued) {
        m_store.reset();
        StoreOptions options;
        options.directory = m_directory.path() / "data";
        options.migrations =
            std::string(CROSSFADE_SOURCE_DIR) + "/tests/services/kit/probe/sql/probe";
        options.database = m_database.database();
        // The kit's own scripts are looked for beside the service's.
        const auto sql = m_directory.path() / "sql";
        std::filesystem::create_directories(sql);
        const auto copy = std::filesystem::copy_options::recursive |
                          std::filesystem::copy_options::overwrite_existing;
        std::filesystem::copy(options.migrations, sql / "probe", copy);
        std::filesystem::copy(std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/service",
                              sql / "service", copy);
        options.migrations = sql / "probe";
        options.maxQueuedWrites = maxQueued;
        auto store = ServiceStore::open(options, Environment::real());
        ASSERT_TRUE(store) << store.error().message;
        m_store = std::move(*store);
    }
    Result<Json> insert(const std::string &name, bool failAfter = false) {
        return m_store->writeAndWait(
            {"tester", "r"}, [=](WriteTransaction &transaction) -> Result<Json> {
                auto added =
                    transaction.db().execute("INSERT INTO items VALUES (?, ?, 1)", {name, name});
                if (!added) return fail(added.error());
                transaction.emit("item.changed", {{"name", name}});
                transaction.audit({"item.create", "item", name, nullptr, {{"name", name}}, {}});
                if (failAfter) return fail(ErrorKind::Conflict, "refused after writing");
                return Json(transaction.epoch());
            });
    }
    std::int64_t number(const std::string &sql) {
        std::int64_t value = -1;
        auto done = m_store->read([&](Database &reader) -> Result<void> {
            auto rows = reader.query(sql);
            if (!rows) return fail(rows.error());
            value = rows->front().integer(0);
            return {};
        });
        EXPECT_TRUE(done);
        return value;
    }

    TempDir m_directory;
    TestStore m_database;
    std::unique_ptr<ServiceStore> m_store;
};

TEST_F(StoreApi, ARefusedWorkLeavesNothingBehind) {
    ASSERT_TRUE(insert("a"));
    const std::int64_t epoch = m_store->epoch();
    const auto refused = insert("b", true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(number("SELECT count(*) FROM items"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM events"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM audit"), 1);
    EXPECT_EQ(m_store->epoch(), epoch) << "what did not happen has no epoch";
    EXPECT_EQ(number("SELECT epoch FROM clock"), epoch);
    EXPECT_EQ(m_store->verifyAudit()->intact, true);
}

TEST_F(StoreApi, EpochsAndEventsCountUpByOneUnderManyWriters) {
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i)
                good += insert(std::to_string(t) + "-" + std::to_string(i), i % 5 == 4).has_value()
                            ? 1
                            : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(good, 8 * 40);
    EXPECT_EQ(m_store->epoch(), 8 * 40);
    EXPECT_EQ(number("SELECT count(*) FROM events"), 8 * 40);
    EXPECT_EQ(number("SELECT max(id) FROM events"), 8 * 40);
    EXPECT_EQ(number("SELECT count(DISTINCT epoch) FROM audit"), 8 * 40);
    EXPECT_EQ(m_store->verifyAudit()->intact, true);
}

// SQLite goes on after a statement that failed, PostgreSQL does not; either way nobody else suffers.
TEST_F(StoreApi, AWorkThatOverlooksAFailureHarmsNoOtherOfItsGroup) {
    std::promise<void> hold;
    std::promise<void> running;
    std::shared_future<void> held = hold.get_future().share();
    m_store->write({"tester", {}},
                   [&running, held](WriteTransaction &) -> Result<Json> {
                       running.set_value();
                       held.wait();
                       return Json();
                   },
                   {});
    running.get_future().wait();
    std::vector<std::future<Result<Json>>> answers;
    for (const char *name : {"before", "careless", "after"}) {
        auto promise = std::make_shared<std::promise<Result<Json>>>();
        answers.push_back(promise->get_future());
        m_store->write(
            {"tester", {}},
            [name = std::string(name)](WriteTransaction &transaction) -> Result<Json> {
                if (name == "careless") {
                    static_cast<void>(transaction.db().execute("INSERT INTO nothing VALUES (1)"));
                    return Json();
                }
                auto added = transaction.db().execute("INSERT INTO items VALUES (?, ?, 1)", {name, name});
                if (!added) return fail(added.error());
                return Json();
            },
            [promise](Result<Json> result) { promise->set_value(std::move(result)); });
    }
    hold.set_value();
    EXPECT_TRUE(answers[0].get());
    EXPECT_EQ(answers[1].get().has_value(), !testsOnPostgres());
    EXPECT_TRUE(answers[2].get());
    EXPECT_EQ(number("SELECT count(*) FROM items"), 2);
    EXPECT_EQ(number("SELECT epoch FROM clock"), m_store->epoch());
}

TEST_F(StoreApi, PublishesInCommitOrderBeforeItAnswers) {
    std::vector<std::int64_t> published; // only the writer thread touches it
    std::atomic<bool> behind = false;
    std::vector<std::future<void>> answers;
    for (int i = 0; i < 200; ++i) {
        auto promise = std::make_shared<std::promise<void>>();
        answers.push_back(promise->get_future());
        m_store->write(
            {"tester", {}},
            [&](WriteTransaction &transaction) -> Result<Json> {
                const std::int64_t epoch = transaction.epoch();
                transaction.afterCommit([&published, epoch] { published.push_back(epoch); });
                return Json(epoch);
            },
            [&, promise](Result<Json> result) {
                if (!result || published.empty() || published.back() < result->get<std::int64_t>())
                    behind = true;
                promise->set_value();
            });
    }
    for (auto &answer : answers)
        answer.get();
    EXPECT_FALSE(behind) << "an answer came before its change was published";
    ASSERT_EQ(published.size(), 200u);
    for (std::size_t i = 0; i < published.size(); ++i)
        EXPECT_EQ(published[i], static_cast<std::int64_t>(i) + 1);
}

// The disk it is put on may be slow; only the answer waits for it.
TEST_F(StoreApi, WhatIsStoredIsInForceBeforeTheAuditHeadIsWritten) {
    const AuditHeadFile head(m_directory.path() / "data" / "audit.head");
    std::int64_t then = -1;
    ASSERT_TRUE(m_store->writeAndWait({"tester", "r"}, [&](WriteTransaction &transaction) -> Result<Json> {
        transaction.audit({"item.create", "item", "a", nullptr, {}, {}});
        transaction.afterCommit([&] { then = head.read().value_or(ChainHead()).sequence; });
        return Json();
    }));
    EXPECT_EQ(head.read().value_or(ChainHead()).sequence, then + 1);
}

TEST_F(StoreApi, AFullQueueRefusesInsteadOfGrowing) {
    open(5);
    std::promise<void> hold;
    std::shared_future<void> held = hold.get_future().share();
    std::promise<void> running;
    m_store->write({"tester", {}},
                   [&running, held](WriteTransaction &) -> Result<Json> {
                       running.set_value();
                       held.wait();
                       return Json();
                   },
                   {});
    running.get_future().wait();
    std::atomic<int> refused = 0;
    std::atomic<int> done = 0;
    for (int i = 0; i < 20; ++i)
        m_store->write(
            {"tester", {}}, [](WriteTransaction &) -> Result<Json> { return Json(); },
            [&](Result<Json> result) {
                ++done;
                if (!result && result.error().kind == ErrorKind::Unavailable) ++refused;
            });
    EXPECT_EQ(refused, 15);
    hold.set_value();
    EXPECT_TRUE(waitFor([&] { return done == 20; }));
    EXPECT_EQ(refused, 15);
}

// A rollback goes before what waits, and shares no transaction with a large change.
TEST_F(StoreApi, WhatGoesFirstWaitsForNothingButWhatIsRunning) {
    open(5);
    std::promise<void> hold;
    std::shared_future<void> held = hold.get_future().share();
    std::promise<void> running;
    std::vector<std::string> happened; // on the writer thread alone
    std::promise<void> ended;
    std::atomic<int> left = 6;
    const auto submit = [&](const std::string &name, Turn turn) {
        WriteJob job;
        job.turn = turn;
        job.work = [&, name](StoreTransaction &) -> Result<void> {
            happened.push_back(name);
            return {};
        };
        job.done = [&, name](const Result<void> &result) {
            happened.push_back(name + (result ? " stored" : " refused"));
            if (--left == 0) ended.set_value();
        };
        m_store->writer().submit(std::move(job));
    };
    m_store->write({"tester", {}},
                   [&running, held](WriteTransaction &) -> Result<Json> {
                       running.set_value();
                       held.wait();
                       return Json();
                   },
                   {});
    running.get_future().wait();
    submit("a", Turn::Ordinary);
    submit("import", Turn::Alone);
    submit("b", Turn::Ordinary);
    submit("c", Turn::Ordinary);
    submit("d", Turn::Ordinary);
    submit("rollback", Turn::First); // the queue is full for others
    hold.set_value();
    ended.get_future().wait();
    EXPECT_EQ(happened, (std::vector<std::string>{"rollback", "rollback stored", "a", "a stored", "import", "import stored",
                                                  "b", "c", "d", "b stored", "c stored", "d stored"}));
}

// What the service decides by itself, as the leader or alone, is a rollback too.
TEST_F(StoreApi, TheServicesOwnRollbackGoesFirstAsWell) {
    open(2);
    std::promise<void> hold;
    std::shared_future<void> held = hold.get_future().share();
    std::promise<void> running;
    std::vector<std::string> happened; // on the writer thread alone
    const auto noted = [&](const char *name) {
        return [&happened, name](WriteTransaction &) -> Result<Json> {
            happened.emplace_back(name);
            return Json();
        };
    };
    m_store->write({"tester", {}},
                   [&running, held](WriteTransaction &) -> Result<Json> {
                       running.set_value();
                       held.wait();
                       return Json();
                   },
                   {});
    running.get_future().wait();
    std::atomic<int> done = 0;
    for (const char *name : {"a", "b"})
        m_store->write({"tester", {}}, noted(name), [&](const Result<Json> &) { ++done; });
    const OnlyLeader alone;
    auto back = std::async(std::launch::async, [&] {
        return writeLeading(*m_store, alone, 1, {"runner", {}}, noted("rollback"), Turn::First);
    });
    ASSERT_TRUE(waitFor([&] { return m_store->writer().queued() == 3; })) << "the queue is full for others";
    hold.set_value();
    EXPECT_TRUE(back.get());
    EXPECT_TRUE(waitFor([&] { return done == 2; }));
    EXPECT_EQ(happened, (std::vector<std::string>{"rollback", "a", "b"}));
}

// The database takes the whole transaction back by itself when its disk is full. Nothing of the group
// may stay, whatever came before or after in it, and what is told must be what is stored.
TEST_F(StoreApi, AFullDiskUndoesTheWholeGroupAndNothingIsStoredUnpublished) {
    ASSERT_TRUE(insert("first"));
    std::atomic<int> published = 0;
    m_store->writer().setEvents([&](std::vector<StoredEvent> events) {
        published += static_cast<int>(events.size());
    });
    const std::int64_t epoch = m_store->epoch();
    std::promise<void> held;
    std::promise<void> begun;
    std::shared_future<void> released = held.get_future().share();
    std::vector<std::future<Result<Json>>> answers;
    std::atomic<int> acted = 0;
    const auto submit = [&](const std::string &name, std::size_t size, bool waits) {
        auto promise = std::make_shared<std::promise<Result<Json>>>();
        answers.push_back(promise->get_future());
        m_store->write(
            {"tester", "r"},
            [=, &acted, &begun](WriteTransaction &transaction) -> Result<Json> {
                if (waits) {
                    begun.set_value();
                    released.wait();
                }
                // No room but for a few small rows: a large one does not fit.
                static_cast<void>(transaction.db().query("PRAGMA max_page_count = 60"));
                transaction.afterCommit([&acted] { ++acted; });
                transaction.emit("item.changed", {{"name", name}});
                auto added = transaction.db().execute("INSERT INTO items VALUES (?, ?, 1)",
                                                      {name, std::string(size, 'x')});
                // Also work that goes on after an error must leave nothing behind.
                transaction.audit({"item.create", "item", name, nullptr, {{"name", name}}, {}});
                if (!added) return fail(added.error());
                return Json(transaction.epoch());
            },
            [promise](Result<Json> result) { promise->set_value(std::move(result)); });
    };
    submit("alone", 1, true); // holds the writer until the others make one group
    EXPECT_EQ(begun.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    submit("before", 1, false);
    submit("large", 1 << 20, false);
    submit("after", 1, false);
    held.set_value();
    std::vector<Result<Json>> results;
    for (auto &answer : answers)
        results.push_back(answer.get());
    EXPECT_TRUE(results[0]) << results[0].error().message;
    for (std::size_t i = 1; i < results.size(); ++i) {
        ASSERT_FALSE(results[i]) << i;
        EXPECT_EQ(results[i].error().kind, ErrorKind::Unavailable) << i;
    }
    EXPECT_EQ(number("SELECT count(*) FROM items"), 2) << "what was refused is not stored";
    EXPECT_EQ(number("SELECT count(*) FROM events"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM audit"), 2);
    EXPECT_EQ(number("SELECT epoch FROM clock"), epoch + 1);
    EXPECT_EQ(m_store->epoch(), epoch + 1);
    EXPECT_EQ(acted, 1);
    EXPECT_EQ(published, 1);
    // Once there is room again, it goes on as if nothing had been.
    EXPECT_TRUE(m_store->writeAndWait({"tester", "r"}, [](WriteTransaction &transaction) {
        return transaction.db().query("PRAGMA max_page_count = 100000").transform([](auto &&) {
            return Json();
        });
    }));
    EXPECT_TRUE(insert("later"));
    EXPECT_EQ(m_store->verifyAudit()->intact, true);
    m_store->writer().setEvents({});
}

TEST_F(StoreApi, AReaderSeesOneStateThroughout) {
    ASSERT_TRUE(insert("a"));
    auto done = m_store->read([&](Database &reader) -> Result<void> {
        const std::string before = m_store->lastEventId(reader);
        EXPECT_TRUE(insert("b"));
        EXPECT_EQ(m_store->lastEventId(reader), before);
        EXPECT_EQ(reader.query("SELECT count(*) FROM items")->front().integer(0), 1);
        return {};
    });
    EXPECT_TRUE(done);
    EXPECT_EQ(number("SELECT count(*) FROM items"), 2);
}

TEST_F(StoreApi, AReaderCannotWrite) {
    auto done = m_store->read([](Database &reader) -> Result<void> {
        auto written = reader.execute("DELETE FROM items");
        if (!written) return fail(written.error());
        return {};
    });
    EXPECT_FALSE(done);
}

TEST_F(StoreApi, StatementsNestStreamAndBreakOff) {
    for (const char *name : {"a", "b", "c"})
        ASSERT_TRUE(insert(name));
    std::string seen;
    auto done = m_store->read([&](Database &reader) {
        const char *sql = "SELECT name FROM items WHERE name >= ? ORDER BY name";
        return reader.each(sql, {"a"}, [&](const SqlRow &outer) {
            const auto inner = reader.query(sql, {outer.text(0)});
            seen += outer.text(0) + std::to_string(inner ? inner->size() : 0);
            return outer.text(0) != "b";
        });
    });
    EXPECT_TRUE(done);
    EXPECT_EQ(seen, "a3b2");
}

TEST_F(StoreApi, ALongStatementCanBeInterrupted) {
    Result<void> result;
    std::atomic<Database *> running = nullptr;
    std::thread reader([&] {
        result = m_store->read([&](Database &database) -> Result<void> {
            running = &database;
            auto rows =
                database.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 4000000000) SELECT count(*) FROM n");
            running = nullptr;
            if (!rows) return fail(rows.error());
            return {};
        });
    });
    // Again and again: a call before the statement runs has no effect.
    EXPECT_TRUE(waitFor([&] { return running != nullptr; }));
    EXPECT_TRUE(waitFor([&] {
        Database *database = running;
        if (database) database->interrupt();
        return database == nullptr;
    }));
    reader.join();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

TEST_F(StoreApi, AnyTextSurvivesTheDatabase) {
    const std::string text("a\0b'\"\\ \xF0\x9F\x94\xA5", 11);
    auto done = m_store->read([&](Database &reader) -> Result<void> {
        const auto rows =
            reader.query("SELECT ?, ?, ?, ?", {text, std::int64_t{1} << 62, 0.1, nullptr});
        EXPECT_EQ(rows->front().text(0), text);
        EXPECT_EQ(rows->front().integer(1), std::int64_t{1} << 62);
        EXPECT_EQ(rows->front().number(2), 0.1);
        EXPECT_TRUE(rows->front().isNull(3));
        EXPECT_FALSE(reader.query("SELECT ?", {})) << "a parameter is missing";
        return {};
    });
    EXPECT_TRUE(done);
}

TEST(Matching, LiteralsWinAndMethodsAreNamed) {
    RouteTable table;
    const auto handler = [](const HttpRequest &) { return HttpResponse(); };
    for (const char *pattern :
         {"/api/{kind}/{id}", "/api/differences/{id}", "/api/differences/summary"})
        table.loop("GET", pattern, {}, handler);
    table.loop("POST", "/api/differences/{id}", {}, handler);
    RouteMatcher matcher;
    matcher.add(table.routes());
    EXPECT_EQ(matcher.find("GET", {"api", "differences", "summary"}).route->pattern,
              "/api/differences/summary");
    const auto byId = matcher.find("HEAD", {"api", "differences", "7"});
    EXPECT_EQ(byId.route->pattern, "/api/differences/{id}");
    EXPECT_EQ(byId.parameters.at("id"), "7");
    EXPECT_EQ(matcher.find("GET", {"api", "x", "y"}).parameters.at("kind"), "x");
    EXPECT_EQ(matcher.find("DELETE", {"api", "differences", "7"}).allowed,
              (std::vector<std::string>{"GET", "POST"}));
    EXPECT_TRUE(matcher.find("GET", {"api", "x"}).allowed.empty());
    EXPECT_TRUE(matcher.find("GET", {"api", "x", ""}).allowed.empty());
}

TEST(Pools, AreBoundedAndStopWithoutRunningTheRest) {
    Pool pool(1, 2);
    std::promise<void> hold;
    std::promise<void> running;
    std::atomic<int> ran = 0;
    ASSERT_TRUE(pool.submit([&] {
        running.set_value();
        hold.get_future().wait();
        ++ran;
    }));
    running.get_future().wait();
    EXPECT_TRUE(pool.submit([&] { ++ran; }));
    EXPECT_TRUE(pool.submit([&] { ++ran; }));
    EXPECT_FALSE(pool.submit([&] { ++ran; }));
    std::thread stopper([&] { pool.stop(); });
    EXPECT_TRUE(waitFor([&] { return !pool.submit([] {}); }));
    hold.set_value();
    stopper.join();
    EXPECT_LE(ran, 3);
    EXPECT_GE(ran, 1);
}

TEST(TimerThread, RepeatsAndStops) {
    Timers timers;
    std::atomic<int> fast = 0;
    std::atomic<int> slow = 0;
    timers.every(std::chrono::milliseconds(5), [&] { ++fast; });
    timers.every(std::chrono::hours(1), [&] { ++slow; });
    EXPECT_TRUE(waitFor([&] { return fast >= 5; }));
    timers.stop();
    const int after = fast;
    EXPECT_EQ(slow, 0);
    EXPECT_FALSE(waitFor([&] { return fast != after; }, std::chrono::milliseconds(30)));
}

} // namespace

} // namespace crossfade
