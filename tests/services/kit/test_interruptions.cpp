// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which statement of a PostgreSQL connection interrupt() ends, with the way of the cancel in the test's hands.

#include "app/service/postgres.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/services/teststore.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace crossfade {

namespace {

using Cancels = CuttingProxy::Cancels;

class Interruptions : public testing::Test {
protected:
    void SetUp() override {
        m_target.url = m_proxy.through(m_store.database());
        m_target.application = "interrupted";
        m_target.statementTime = std::chrono::milliseconds(8'000);
        PostgresTarget patient = m_target; // a machine with much to do is no cancel that never gets through
        patient.cancelTime = std::chrono::seconds(20);
        open(patient);
        m_watch = m_store.open({});
        ASSERT_TRUE(m_watch);
    }
    void TearDown() override { m_proxy.cancels(Cancels::Pass); }
    void open(const PostgresTarget &target) {
        auto opened = PostgresDatabase::open(target, PostgresDatabase::Mode::ReadOnly);
        ASSERT_TRUE(opened) << opened.error().message;
        m_database = std::move(*opened);
    }
    std::future<Result<void>> run(const std::string &sql) {
        return std::async(std::launch::async, [this, sql]() -> Result<void> {
            const auto rows = m_database->query(sql);
            return rows ? Result<void>() : fail(rows.error());
        });
    }
    // It is under way, waiting for what it was made to wait for: while it is merely prepared the server shows
    // its text as active too, and what arrives between that and its start does something else.
    bool runsOnServer(const std::string &part) {
        const auto rows = m_watch->query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'interrupted' "
                                         "AND state = 'active' AND wait_event_type IN ('Lock', 'Timeout') "
                                         "AND query LIKE ?", {"%" + part + "%"});
        return rows && rows->front().integer(0) == 1;
    }
    bool comesToRun(const std::string &part, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
        return waitFor([&] { return runsOnServer(part); }, limit);
    }
    // A statement that ends well while its cancel is on its way.
    void endBeforeTheCancel(Cancels way) {
        m_proxy.cancels(way);
        ASSERT_TRUE(m_watch->query("SELECT pg_advisory_lock(7)"));
        auto first = run("SELECT pg_advisory_xact_lock(7), 'first'");
        ASSERT_TRUE(comesToRun("first"));
        m_interrupter = std::async(std::launch::async, [this] { m_database->interrupt(); });
        ASSERT_TRUE(waitFor([&] { return m_proxy.cancelsSeen() > 0; }));
        ASSERT_TRUE(m_watch->query("SELECT pg_advisory_unlock(7)"));
        const auto ended = first.get();
        EXPECT_TRUE(ended) << ended.error().message;
    }
    static std::string wordOf(const Result<void> &result) {
        if (result) return "done";
        return result.error().kind == ErrorKind::Cancelled ? "cancelled" : result.error().message;
    }

    TestStore m_store{true};
    PostgresTarget m_target;
    CuttingProxy m_proxy{PostgresServer::instance().port()};
    std::unique_ptr<StoreConnection> m_watch;
    std::unique_ptr<PostgresDatabase> m_database;
    std::future<void> m_interrupter; // last: ends before what it interrupts goes
};

TEST_F(Interruptions, ACancelUnderWayEndsNoLaterStatement) {
    endBeforeTheCancel(Cancels::Keep);
    auto second = run("SELECT pg_sleep(0.5), 'second'");
    // It waits for the cancel to be through; one that did not would be at work now, and be hit.
    EXPECT_FALSE(comesToRun("second", std::chrono::milliseconds(400)));
    m_proxy.cancels(Cancels::Pass);
    EXPECT_EQ(wordOf(second.get()), "done");
    EXPECT_EQ(m_proxy.cancelsPassed(), 1);
}

TEST_F(Interruptions, ACancelThatNeverGetsThroughCostsTheConnectionOnly) {
    open(m_target);
    endBeforeTheCancel(Cancels::Keep);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_FALSE(run("SELECT 1").get());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(6));
    EXPECT_TRUE(waitFor([&] { return run("SELECT 2").get().has_value(); })) << "on a new connection";
    m_proxy.cancels(Cancels::Pass);
}

TEST_F(Interruptions, AStatementHitByALateCancelIsRunAgain) {
    endBeforeTheCancel(Cancels::Take);
    auto second = run("SELECT pg_sleep(1.5), 'second'");
    ASSERT_TRUE(comesToRun("second"));
    m_proxy.cancels(Cancels::Pass);
    EXPECT_EQ(wordOf(second.get()), "done");
    EXPECT_GE(m_proxy.cancelsPassed(), 1);
}

TEST_F(Interruptions, WithinATransactionALateCancelIsAFailureToBeTriedAgain) {
    endBeforeTheCancel(Cancels::Take);
    ASSERT_TRUE(m_database->beginRead());
    auto second = run("SELECT pg_sleep(5), 'second'");
    ASSERT_TRUE(comesToRun("second"));
    m_proxy.cancels(Cancels::Pass);
    const auto hit = second.get();
    ASSERT_FALSE(hit);
    EXPECT_EQ(hit.error().kind, ErrorKind::Unavailable) << "nobody cancelled it";
    m_database->rollback();
    EXPECT_EQ(wordOf(run("SELECT 1").get()), "done");
}

TEST_F(Interruptions, ACancelThatCameTooEarlyIsSentAgain) {
    m_proxy.cancels(Cancels::Lose); // as the server does with one that comes before the statement
    auto statement = run("SELECT pg_sleep(7), 'long'");
    ASSERT_TRUE(comesToRun("long"));
    m_database->interrupt();
    ASSERT_TRUE(waitFor([&] { return m_proxy.cancelsSeen() >= 1; }));
    m_proxy.cancels(Cancels::Pass);
    EXPECT_EQ(wordOf(statement.get()), "cancelled");
}

TEST_F(Interruptions, NothingRunsSoNothingIsEnded) {
    m_database->interrupt();
    EXPECT_EQ(wordOf(run("SELECT pg_sleep(0.3)").get()), "done");
    ASSERT_TRUE(m_database->beginRead());
    m_database->interrupt();
    EXPECT_EQ(wordOf(run("SELECT pg_sleep(0.3)").get()), "done");
    m_database->rollback();
}

TEST_F(Interruptions, ReadingRowByRowIsOneStatement) {
    int rows = 0;
    const auto read = m_database->each("SELECT generate_series(1, 100000)", {}, [&](const SqlRow &) {
        if (++rows == 10) m_database->interrupt(); // nothing runs on the server just now
        return true;
    });
    EXPECT_EQ(wordOf(read), "cancelled");
    EXPECT_LT(rows, 100);
    EXPECT_FALSE(m_database->inTransaction());
    EXPECT_EQ(wordOf(run("SELECT 1").get()), "done");
}

TEST_F(Interruptions, TheServersOwnLimitOfTimeIsNoCancel) {
    PostgresTarget brief = m_target;
    brief.statementTime = std::chrono::milliseconds(700);
    open(brief);
    m_database->interrupt();
    const auto late = run("SELECT pg_sleep(5)").get();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::Unavailable);
    EXPECT_NE(late.error().message.find("statement timeout"), std::string::npos) << late.error().message;
}

// Somebody at the server ends it: it is not begun anew behind their back.
TEST_F(Interruptions, ACancelOfTheServersOperatorIsObeyed) {
    auto statement = run("SELECT pg_sleep(7), 'long'");
    ASSERT_TRUE(comesToRun("long"));
    ASSERT_TRUE(m_watch->query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'interrupted'"));
    const auto ended = statement.get();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, ErrorKind::Unavailable);
    EXPECT_FALSE(runsOnServer("long"));
}

} // namespace

} // namespace crossfade
