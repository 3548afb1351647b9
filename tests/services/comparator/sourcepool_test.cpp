// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Connections that are lent again: counted on their way to the server.
#include "app/comparator/source.h"
#include "tests/services/comparator/detour.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <gtest/gtest.h>

#include <thread>

namespace crossfade {
namespace {

class SourcePool : public testing::TestWithParam<bool> { // whether MariaDB
protected:
    SourceSettings settings() const
    {
        SourceSettings result;
        result.kind = *sourceKindFromWord(m_database->kind());
        result.location = m_way.location(); // whose port no other test has
        result.connectTimeout = std::chrono::seconds(2);
        return result;
    }
    static SourceLoan lent(const SourceSettings &settings)
    {
        Result<SourceLoan> loan = lendSource(settings, Access::Read);
        EXPECT_TRUE(loan) << loan.error().message;
        return loan ? std::move(*loan) : SourceLoan();
    }
    TableView people() const
    {
        TableView view{"people", "id", KeyKind::Integer, {"name"}, std::nullopt};
        return view;
    }

    std::unique_ptr<TestDatabase> m_database = GetParam() ? newMariadb() : newPostgres();
    CuttingProxy m_proxy{GetParam() ? MariadbServer::instance().port() : PostgresServer::instance().port()};
    Detour m_way{*m_database, m_proxy};
};

TEST_P(SourcePool, LendsAConnectionAgain)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(lent(settings())->serverVersion());
    EXPECT_EQ(m_proxy.connections(), 1);
    { // two users at once never share one
        const SourceLoan one = lent(settings());
        const SourceLoan other = lent(settings());
        EXPECT_NE(one.get(), other.get());
    }
    EXPECT_EQ(m_proxy.connections(), 2);
    EXPECT_TRUE(lendSource(settings(), Access::Write)); // what may write is another one
    EXPECT_EQ(m_proxy.connections(), 3);
}

TEST_P(SourcePool, DropsWhatIsBrokenOrWasInterrupted)
{
    lent(settings());
    m_proxy.cutAll();
    const auto version = lent(settings())->serverVersion();
    EXPECT_TRUE(version) << version.error().message;
    EXPECT_EQ(m_proxy.connections(), 2);
    lent(settings())->interrupt();
    EXPECT_TRUE(lent(settings())->serverVersion());
    EXPECT_EQ(m_proxy.connections(), 3);
    {
        const SourceLoan loan = lent(settings());
        m_proxy.cutAll();
        EXPECT_FALSE(loan->columns("people"));
    }
    EXPECT_TRUE(lent(settings())->columns("people"));
}

TEST_P(SourcePool, ForgetsTheTablesBetweenTwoUsers)
{
    m_database->run("CREATE TABLE people (id bigint PRIMARY KEY, name varchar(40))");
    m_database->run("INSERT INTO people VALUES (1, '7')");
    TableView view = people();
    MappedField name;
    name.name = name.legacyColumn = name.newColumn = "name";
    view.fields = {name};
    const KeyRange all{1, 10, 10};
    EXPECT_TRUE(*lent(settings())->digests(view));
    const auto before = lent(settings())->segments(view, DigestKind::Md5, all, {all});
    ASSERT_TRUE(before) << before.error().message;
    m_database->run("DROP TABLE people");
    m_database->run("CREATE TABLE people (name int, id varchar(40) PRIMARY KEY)");
    EXPECT_FALSE(*lent(settings())->digests(view)); // the key is no number any more
    EXPECT_EQ(m_proxy.connections(), 1);
}

TEST_P(SourcePool, KeepsToTheLimitOfConnections)
{
    std::vector<SourceLoan> loans;
    for (int i = 0; i < 8; ++i)
        loans.push_back(lent(settings()));
    const auto tooMany = lendSource(settings(), Access::Read);
    ASSERT_FALSE(tooMany);
    EXPECT_EQ(tooMany.error().message, "all 8 connections to this source are in use");
    // What idles gives way to another kind of user.
    loans.pop_back();
    EXPECT_TRUE(connectSource(settings(), Access::Write));
    loans.push_back(lent(settings()));
    // Who waits gets the place of the next one that is given back.
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        loans.pop_back();
    });
    EXPECT_TRUE(connectSource(settings(), Access::Read));
    later.join();
    loans.clear();
    EXPECT_TRUE(lent(settings())->serverVersion());
}

// Looks at single rows, which were connections of their own each.
TEST_P(SourcePool, ServesManyRechecks)
{
    m_database->run("CREATE TABLE people (id bigint PRIMARY KEY, name varchar(40))");
    m_database->run("INSERT INTO people VALUES (1, 'one')");
    TempDir dir;
    const auto legacy = newSqlite(dir.file("legacy.db"));
    legacy->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
    legacy->run("INSERT INTO people VALUES (1, 'other')");
    Comparator comparator;
    comparator.start();
    const std::string check =
        comparator.addCheck(*legacy, m_way, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    comparator.fullRun(check);
    const auto found = comparator.all("/api/v1/differences?check_id=" + check);
    ASSERT_EQ(found.size(), 1u);
    const int before = m_proxy.connections();
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(comparator.as("operator")
                      .post("/api/v1/differences/" + textOf(found[0], "id") + "/recheck", Json::object())
                      .status,
                  200);
    EXPECT_LE(m_proxy.connections() - before, 1);
}

INSTANTIATE_TEST_SUITE_P(Of, SourcePool, testing::Bool(),
                         [](const auto &info) { return info.param ? "mariadb" : "postgres"; });

} // namespace
} // namespace crossfade
