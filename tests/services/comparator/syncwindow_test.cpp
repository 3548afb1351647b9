// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A comparator that dies between writing to a side and remembering it, while the rows go on changing.
#include "app/comparator/source.h"
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

namespace crossfade {
namespace {

class SyncWindow : public testing::TestWithParam<std::pair<TestEngine, TestEngine>> {
protected:
    void SetUp() override
    {
        for (int i = 0; i < 8; ++i)
            m_pair.put(*m_pair.legacy, id(i), {"name" + std::to_string(i), "mail"});
        m_pair.comparator.start();
        Json settings = further();
        settings.update({{"sync_direction", "BIDIRECTIONAL"}, {"sweep_seconds", 1}, {"overlap_seconds", 0}});
        m_pair.add(settings);
    }
    virtual Json further() const { return Json::object(); }
    static std::string id(int number) { return "k" + std::to_string(number); }
    // Starts it so that it dies there, and waits until it has.
    void dieAt(const std::string &point, const std::function<void()> &work)
    {
        m_pair.comparator.kill();
        m_pair.comparator.start({"CROSSFADE_KILL_POINT=" + point + ":1"});
        work();
        ASSERT_TRUE(waitFor([&] { return !m_pair.comparator.process().running(); }));
    }
    void goOn()
    {
        m_pair.comparator.start();
        ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
        ASSERT_TRUE(m_pair.waitCaughtUp());
    }
    void expectInStep()
    {
        EXPECT_EQ(m_pair.people(*m_pair.fresh), m_pair.people(*m_pair.legacy));
        for (const Json &task : m_pair.comparator.all("/api/v1/sync-tasks"))
            ADD_FAILURE() << dumpJson(task);
        EXPECT_EQ(m_pair.comparator.store()->one("SELECT count(*) FROM sync_intents"), "0");
    }

    SyncPair m_pair{GetParam().first, GetParam().second};
};

TEST_P(SyncWindow, AFirstCopyThatNobodyRememberedIsNoConflictWhenItsSourceChanges)
{
    dieAt("sync.after-write", [&] { m_pair.act("backfill"); });
    ASSERT_EQ(m_pair.people(*m_pair.fresh).size(), 8u);
    EXPECT_EQ(m_pair.comparator.store()->one("SELECT count(*) FROM sync_bases"), "0") << "it died where it should";
    m_pair.put(*m_pair.legacy, id(1), {"changed", "mail"});
    m_pair.put(*m_pair.fresh, id(2), {"name2", "mail"}); // written, with what it held
    m_pair.remove(*m_pair.legacy, id(3));
    m_pair.put(*m_pair.legacy, "newcomer", {"n", "m"});
    goOn();
    expectInStep();
    const People now = m_pair.people(*m_pair.legacy);
    EXPECT_EQ(now.at(id(1)).name, "changed");
    EXPECT_FALSE(now.contains(id(3))) << "deleted since it was copied, and so on both sides";
    EXPECT_TRUE(now.contains("newcomer"));
    EXPECT_EQ(now.size(), 8u);
}

TEST_P(SyncWindow, WhatWasNeverWrittenIsNotTakenForWritten)
{
    dieAt("sync.after-intent", [&] { m_pair.act("backfill"); });
    ASSERT_TRUE(m_pair.people(*m_pair.fresh).empty());
    EXPECT_EQ(m_pair.comparator.store()->one("SELECT count(*) FROM sync_intents"), "8");
    m_pair.put(*m_pair.fresh, id(1), {"somebody", "else"}); // with the same key
    m_pair.put(*m_pair.legacy, id(2), {"changed", "mail"});
    m_pair.comparator.start();
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(waitFor([&] { return m_pair.comparator.all("/api/v1/sync-tasks?state=DEAD").size() == 1; }));
    EXPECT_EQ(m_pair.comparator.all("/api/v1/sync-tasks").at(0).at("entity_id"), id(1));
    EXPECT_EQ(m_pair.people(*m_pair.fresh)[id(1)].name, "somebody") << "neither side is overwritten blindly";
    EXPECT_EQ(m_pair.people(*m_pair.legacy)[id(1)].name, "name1");
    EXPECT_EQ(m_pair.people(*m_pair.fresh)[id(2)].name, "changed");
}

TEST_P(SyncWindow, AnUpdateAndADeletionThatNobodyRememberedAreNoConflictEither)
{
    m_pair.act("backfill");
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    dieAt("sync.after-write", [&] { m_pair.put(*m_pair.legacy, id(1), {"first", "mail"}); });
    ASSERT_EQ(m_pair.people(*m_pair.fresh)[id(1)].name, "first");
    m_pair.put(*m_pair.legacy, id(1), {"second", "mail"});
    m_pair.put(*m_pair.fresh, id(1), {"first", "other mail"});
    goOn();
    expectInStep();
    EXPECT_EQ(m_pair.people(*m_pair.fresh)[id(1)], (Person{"second", "other mail"}));
    // Deleted on the other side, and back before that was remembered: it must not be taken from here once more.
    dieAt("sync.after-write", [&] { m_pair.remove(*m_pair.legacy, id(4)); });
    ASSERT_FALSE(m_pair.people(*m_pair.fresh).contains(id(4)));
    m_pair.put(*m_pair.legacy, id(4), {"name4", "mail"});
    goOn();
    expectInStep();
    EXPECT_TRUE(m_pair.people(*m_pair.legacy).contains(id(4)));
}

// Of an entity of which both sides are written NEW comes first.
TEST_P(SyncWindow, OneOfTwoWritesThatNobodyRememberedIsNoConflictEither)
{
    m_pair.act("backfill");
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    m_pair.comparator.kill();
    m_pair.put(*m_pair.legacy, id(1), {"first", "mail"});
    m_pair.put(*m_pair.fresh, id(1), {"name1", "other mail"});
    dieAt("sync.after-write", [] {});
    ASSERT_EQ(m_pair.people(*m_pair.fresh)[id(1)], (Person{"first", "other mail"}));
    ASSERT_EQ(m_pair.people(*m_pair.legacy)[id(1)], (Person{"first", "mail"})) << "it died where it should";
    m_pair.put(*m_pair.legacy, id(1), {"second", "mail"});
    goOn();
    expectInStep();
    EXPECT_EQ(m_pair.people(*m_pair.legacy)[id(1)], (Person{"second", "other mail"}));
}

class SyncWindowRefused : public SyncWindow {
    Json further() const override { return {{"conflict_policy", "NEW"}, {"error_handling", "SKIP"}}; }
};

// What the sync itself has written wins against nobody.
TEST_P(SyncWindowRefused, OneOfTwoWritesIsRememberedWhereTheOtherSideRefuses)
{
    m_pair.act("backfill");
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    m_pair.comparator.kill();
    const bool postgres = m_pair.legacy->isPostgres();
    m_pair.legacy->run(postgres ? "ALTER TABLE people ADD CONSTRAINT choosy CHECK (email <> 'unwanted')"
                                : "CREATE TRIGGER choosy BEFORE UPDATE ON people WHEN new.email = 'unwanted' BEGIN SELECT "
                                  "RAISE(ABORT, 'unwanted'); END");
    m_pair.put(*m_pair.legacy, id(1), {"first", "mail"});
    m_pair.put(*m_pair.fresh, id(1), {"name1", "unwanted"});
    m_pair.comparator.start();
    const auto skipped = [&] { return m_pair.comparator.all("/api/v1/sync-tasks?state=SKIPPED"); };
    ASSERT_TRUE(waitFor([&] { return skipped().size() == 1; }));
    EXPECT_EQ(skipped().at(0).at("entity_id"), id(1));
    ASSERT_EQ(m_pair.people(*m_pair.fresh)[id(1)], (Person{"first", "unwanted"}));
    ASSERT_EQ(m_pair.people(*m_pair.legacy)[id(1)], (Person{"first", "mail"}));
    m_pair.put(*m_pair.legacy, id(1), {"second", "mail"});
    EXPECT_TRUE(waitFor([&] { return m_pair.people(*m_pair.fresh)[id(1)].name == "second"; }));
    EXPECT_EQ(m_pair.people(*m_pair.legacy)[id(1)], (Person{"second", "mail"}));
    EXPECT_EQ(m_pair.people(*m_pair.fresh)[id(1)], (Person{"second", "unwanted"}));
    // Once LEGACY takes it, the rest goes over, too.
    m_pair.legacy->run(postgres ? "ALTER TABLE people DROP CONSTRAINT choosy" : "DROP TRIGGER choosy");
    m_pair.put(*m_pair.legacy, id(1), {"third", "mail"});
    EXPECT_TRUE(waitFor([&] { return m_pair.people(*m_pair.legacy)[id(1)] == (Person{"third", "unwanted"}); }));
    EXPECT_TRUE(waitFor([&] { return skipped().empty(); }));
    expectInStep();
}

class SyncWindowLate : public SyncWindow {
protected:
    // As the dead process had it: written and not yet committed.
    std::vector<RowWrite> lateWrites() const
    {
        const std::string now = m_pair.fresh->isPostgres() ? "clock_timestamp()" : "utc_timestamp(6)";
        return {{id(1), {"UPDATE people SET name = 'first', at = " + now + " WHERE id = '" + id(1) + "'", {}}},
                {"newcomer", {"INSERT INTO people VALUES ('newcomer', 'n', 'm', " + now + ")", {}}}};
    }
};

// The server goes on with what it was sent last, whoever sent it.
TEST_P(SyncWindowLate, ACommitThatEndsAfterADeathIsWaitedFor)
{
    m_pair.act("backfill");
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    m_pair.comparator.kill();
    m_pair.put(*m_pair.legacy, id(1), {"first", "mail"});
    m_pair.put(*m_pair.legacy, "newcomer", {"n", "m"});
    dieAt("sync.after-intent", [] {});
    ASSERT_EQ(m_pair.comparator.store()->one("SELECT count(*) FROM sync_intents"), "2");
    SourceSettings settings;
    settings.kind = m_pair.fresh->isPostgres() ? SourceKind::Postgres : SourceKind::Mariadb;
    settings.location = m_pair.fresh->location();
    const auto late = connectSource(settings, Access::Write);
    ASSERT_TRUE(late) << late.error().message;
    std::promise<void> written, wanted;
    std::jthread dead([&] {
        const auto ended = (*late)->write({"people", "id", KeyKind::Text, {"name"}, {}}, lateWrites(), [&] {
            written.set_value();
            wanted.get_future().wait();
            return Result<void>();
        });
        EXPECT_TRUE(ended) << ended.error().message;
    });
    ASSERT_EQ(written.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    m_pair.put(*m_pair.legacy, id(1), {"second", "mail"});
    m_pair.put(*m_pair.legacy, "newcomer", {"n2", "m"});
    m_pair.comparator.start();
    std::this_thread::sleep_for(std::chrono::seconds(1)); // how long the commit takes, not what is waited for
    wanted.set_value();
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    expectInStep();
    const People now = m_pair.people(*m_pair.fresh);
    EXPECT_EQ(now.at(id(1)).name, "second");
    EXPECT_EQ(now.at("newcomer").name, "n2");
}

const auto WindowEngines = testing::Values(std::pair{TestEngine::Sqlite, TestEngine::Sqlite},
                                           std::pair{TestEngine::Postgres, TestEngine::Mariadb});
INSTANTIATE_TEST_SUITE_P(Between, SyncWindow, WindowEngines);
INSTANTIATE_TEST_SUITE_P(Between, SyncWindowRefused, WindowEngines);
INSTANTIATE_TEST_SUITE_P(Between, SyncWindowLate,
                         testing::Values(std::pair{TestEngine::Sqlite, TestEngine::Postgres},
                                         std::pair{TestEngine::Postgres, TestEngine::Mariadb}));

} // namespace
} // namespace crossfade
