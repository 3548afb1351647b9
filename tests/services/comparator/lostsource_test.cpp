// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Connections to the databases under comparison that break, and that are too many.
#include "app/comparator/source.h"
#include "tests/services/comparator/detour.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/support/mariadb.h"

#include <gtest/gtest.h>

#include <thread>

namespace crossfade {
namespace {

struct Way {
    const char *name;
    bool mariadb;
    const char *keyKind;
    const char *column; // of the key: whole numbers go by ranges, texts by hashes, whole numbers as texts row by row
};

class LostSource : public testing::TestWithParam<Way> {
protected:
    static constexpr int Rows = 8'000;

    void SetUp() override
    {
        const bool mariadb = GetParam().mariadb;
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id " +
                      std::string(GetParam().column) + " PRIMARY KEY, name varchar(50))");
            const bool sequence = side == m_fresh.get() && mariadb;
            side->run(sequence ? "INSERT INTO people SELECT seq, concat('name of ', seq) FROM seq_1_to_8000"
                      : side == m_legacy.get()
                          ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000) "
                            "INSERT INTO people SELECT i, 'name of ' || i FROM n"
                          : "INSERT INTO people SELECT i, 'name of ' || i FROM generate_series(1, 8000) i");
        }
        for (const char *id : {"100", "4000", "7999"})
            m_fresh->run("UPDATE people SET name = 'other' WHERE id = '" + std::string(id) + "'");
        m_fresh->run("DELETE FROM people WHERE id = '5000'");
    }
    std::string check(Comparator &comparator)
    {
        return comparator.addCheck(*m_legacy, m_detour,
                                   peopleMapping(GetParam().keyKind, Json::array({field("name", "TEXT")})));
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = GetParam().mariadb ? newMariadb() : newPostgres();
    CuttingProxy m_proxy{GetParam().mariadb ? MariadbServer::instance().port() : PostgresServer::instance().port()};
    Detour m_detour{*m_fresh, m_proxy};
};

TEST_P(LostSource, IsWaitedForAndTheCheckGoesOn)
{
    Comparator comparator({"--batch-rows", "500"});
    comparator.start();
    const std::string id = check(comparator);
    const std::string run =
        comparator.startRun(id, {{"scope", "FULL"}, {"rows_per_second_limit", 4'000}, {"reason", "slowly"}});
    for (int cut = 1; cut <= 3; ++cut) {
        ASSERT_TRUE(waitFor([&] { return comparator.run(run).at("segments_done") >= cut * 3; }));
        m_proxy.refuse(cut == 2); // the second time it is away for a while
        m_proxy.cutAll();
        if (cut == 2) {
            const auto lost = [&] { return comparator.log().find("is lost") != std::string::npos; };
            EXPECT_TRUE(waitFor(lost));
            std::this_thread::sleep_for(std::chrono::milliseconds(600));
            m_proxy.refuse(false);
        }
    }
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("rows_done"), Rows);
    EXPECT_EQ(finished.at("matched"), Rows - 4);
    EXPECT_EQ(finished.at("different"), 3);
    EXPECT_EQ(finished.at("missing"), 1);
    EXPECT_EQ(comparator.all("/api/v1/differences?check_id=" + id).size(), 4u);
}

TEST_P(LostSource, ThatStaysAwayFailsTheCheckWithItsReason)
{
    Comparator comparator({"--batch-rows", "500", "--source-patience", "1"});
    comparator.start();
    const std::string id = check(comparator);
    const std::string run =
        comparator.startRun(id, {{"scope", "FULL"}, {"rows_per_second_limit", 4'000}, {"reason", "slowly"}});
    ASSERT_TRUE(waitFor([&] { return comparator.run(run).at("segments_done") >= 2; }));
    m_proxy.refuse(true);
    m_proxy.cutAll();
    Json ended;
    EXPECT_TRUE(waitFor([&] { return textOf(ended = comparator.run(run), "state") == "FAILED"; },
                        std::chrono::seconds(30)));
    EXPECT_NE(textOf(ended, "error").find("NEW"), std::string::npos) << dumpJson(ended);
    EXPECT_NE(textOf(ended, "status"), "SUCCESS");
}

INSTANTIATE_TEST_SUITE_P(Of, LostSource,
                         testing::Values(Way{"postgres_ranges", false, "INTEGER", "bigint"},
                                         Way{"postgres_hashes", false, "TEXT", "varchar(20)"},
                                         Way{"postgres_rows", false, "INTEGER", "varchar(20)"},
                                         Way{"mariadb_ranges", true, "INTEGER", "bigint"},
                                         Way{"mariadb_hashes", true, "TEXT", "varchar(20)"},
                                         Way{"mariadb_rows", true, "INTEGER", "varchar(20)"}),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(ManySources, HaveNoMoreConnectionsThanTheLimit)
{
    TempDir dir;
    newSqlite(dir.file("db"))->run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    SourceSettings settings;
    settings.location = dir.file("db");
    settings.connectTimeout = std::chrono::seconds(1);
    std::vector<std::unique_ptr<Source>> held;
    for (int i = 0; i < 8; ++i)
        held.push_back(std::move(*connectSource(settings, Access::Read)));
    const auto tooMany = connectSource(settings, Access::Read);
    ASSERT_FALSE(tooMany);
    EXPECT_EQ(tooMany.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(tooMany.error().message, "all 8 connections to this source are in use");
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        held.pop_back();
    });
    EXPECT_TRUE(connectSource(settings, Access::Read));
    later.join();
}

} // namespace
} // namespace crossfade
