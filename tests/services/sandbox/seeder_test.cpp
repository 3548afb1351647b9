// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/databases.h"
#include "tests/services/sandbox/fixture.h"
#include "tests/support/process.h"

namespace crossfade {
namespace {

TEST(Seeder, FillsBothDatabasesOnce)
{
    SeededSandbox sandbox(300);
    const Rows before = sandbox.newRows();
    EXPECT_EQ(before.size(), 300u);
    EXPECT_EQ(sandbox.legacyRows().size(), 300u);
    ASSERT_TRUE(sandbox.newer->run("UPDATE accounts SET email = 'kept' WHERE id = 'u0000001'"));
    // Again, with another wish: what is there stays.
    EXPECT_EQ(seedNew(*sandbox.newer, people(), 500).value(), 300);
    EXPECT_EQ(sandbox.newRows().at("u0000001").at(1), "kept");
    EXPECT_EQ(sandbox.newRows().size(), 300u);
}

TEST(Seeder, PostgresHoldsTheSameUsers)
{
    const SeededSandbox lite(6'000);
    const SeededSandbox postgres(6'000, PostgresServer::instance().newDatabase());
    const Rows expected = lite.newRows();
    const auto found = SeededSandbox::rows(
        *postgres.newer,
        "SELECT id, email, display_name, legal_name, phone, department, roles, permissions, locale,"
        " active::int, credit, password_salt, password_hash,"
        " to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"
        " to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM accounts");
    EXPECT_EQ(found, expected);
}

TEST(Seeder, AMissingServerIsAnErrorNotAnEnd)
{
    const SandboxDatabases databases =
        databasesIn("/nonexistent", "postgresql://nobody@127.0.0.1:1/none");
    EXPECT_FALSE(prepareDatabases(databases, people(), 10).has_value());
}

TEST(Databases, APasswordIsNeverShown)
{
    const SandboxDatabases secret = databasesIn("/d", "postgresql://ann:pw@db:5432/new");
    EXPECT_EQ(secret.newPlatform, "postgresql://ann:pw@db:5432/new");
    EXPECT_EQ(secret.newWithoutSecret, "postgresql://ann@db:5432/new");
    EXPECT_EQ(secret.newPassword, "pw");
    const SandboxDatabases open = databasesIn("/d", "postgresql://ann@db:5432/new");
    EXPECT_EQ(open.newWithoutSecret, "postgresql://ann@db:5432/new");
    EXPECT_EQ(open.newPassword, "");
    EXPECT_EQ(databasesIn("/d", "").newPlatform, "/d/new.sqlite");
}

TEST(SqlConnection, ValuesComeBackAsTheyWent)
{
    const TempDir dir;
    for (const std::string &location :
         {dir.file("a.sqlite"), PostgresServer::instance().newDatabase()}) {
        const auto db = SqlConnection::open(location).value();
        ASSERT_TRUE(db->run("CREATE TABLE t(k text PRIMARY KEY, v text)"));
        const std::vector<SqlText> values{std::nullopt,  "",          " ", "NULL",
                                          "a'b\"c;--\\", "Zo\xc3\xab"};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto done =
                db->run("INSERT INTO t VALUES ($1, $2)", {std::to_string(i), values[i]});
            ASSERT_TRUE(done) << done.error().message;
            EXPECT_EQ(done->changed, 1);
        }
        const auto rows = db->run("SELECT v FROM t ORDER BY k").value().rows;
        ASSERT_EQ(rows.size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_EQ(rows[i][0], values[i]);
        EXPECT_FALSE(db->run("INSERT INTO t VALUES ('0', 'again')"));
        EXPECT_FALSE(db->run("this is not SQL"));
        EXPECT_TRUE(db->run("SELECT 1")); // a failed statement spoils nothing
    }
}

} // namespace
} // namespace crossfade
