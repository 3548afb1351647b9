// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A connection to PostgreSQL as the stores use it, over a real server.

#include "app/service/migrations.h"
#include "app/service/postgres.h"
#include "app/service/postgressql.h"
#include "app/service/sqlite.h"
#include "tests/services/teststore.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <set>

namespace crossfade {

namespace {

TEST(PostgresSql, NumbersParametersOutsideOfQuotesAndComments) {
    const std::pair<const char *, const char *> cases[] = {
        {"SELECT ?, ?", "SELECT $1, $2"},
        {"a = ? AND b = '?' AND c = ?", "a = $1 AND b = '?' AND c = $2"},
        {"'it''s ?' ?", "'it''s ?' $1"},
        {"LIKE ? ESCAPE '\\' AND x = ?", "LIKE $1 ESCAPE '\\' AND x = $2"},
        {"E'\\'?' ?", "E'\\'?' $1"},
        {"\"odd?\"\"name?\" = ?", "\"odd?\"\"name?\" = $1"},
        {"? -- what?\n?", "$1 -- what?\n$2"},
        {"? /* a /* nested? */ ? */ ?", "$1 /* a /* nested? */ ? */ $2"},
        {"$$ ? $$ ? $t$ ? $$ ? $t$ ?", "$$ ? $$ $1 $t$ ? $$ ? $t$ $2"},
        {"'open ?", "'open ?"},
        {"FROM a INDEXED BY a_b WHERE b = ?", "FROM a  WHERE b = $1"},
        {"'INDEXED BY a_b' ?, RE_INDEXED BY x", "'INDEXED BY a_b' $1, RE_INDEXED BY x"},
        {"", ""}};
    for (const auto &[given, expected] : cases)
        EXPECT_EQ(numberedParameters(given).text, expected);
    EXPECT_EQ(numberedParameters("? '?' ?").parameters, 2u);
}

TEST(PostgresSql, AnyTextComesBackAndNoneHoldsZero) {
    EXPECT_TRUE(rc::check([](const std::string &text) {
        const std::string stored = toPostgresText(text);
        RC_ASSERT(stored.find('\0') == std::string::npos);
        RC_ASSERT(fromPostgresText(stored) == text);
    }));
    const std::string odd("\0\x01\x00\x01\x30", 5);
    EXPECT_EQ(fromPostgresText(toPostgresText(odd)), odd);
}

TEST(PostgresSql, QuotedTextIsLeftAlone) {
    EXPECT_TRUE(rc::check([](const std::string &text) {
        std::string quoted = "'";
        for (const char c : text) {
            quoted += c;
            if (c == '\'') quoted += c;
        }
        quoted += "'";
        const NumberedSql numbered = numberedParameters("SELECT " + quoted + ", ?");
        RC_ASSERT(numbered.parameters == 1u);
        RC_ASSERT(numbered.text == "SELECT " + quoted + ", $1");
    }));
}

class Postgres : public testing::Test {
protected:
    void SetUp() override { m_database = open(); }
    std::unique_ptr<PostgresDatabase> open(PostgresDatabase::Mode mode = PostgresDatabase::Mode::ReadWrite,
                                           std::chrono::milliseconds lockTime = std::chrono::milliseconds(300)) {
        PostgresTarget target;
        target.url = m_store.database();
        target.application = "test";
        target.lockTime = lockTime;
        target.statementTime = lockTime + std::chrono::milliseconds(1'700);
        auto database = PostgresDatabase::open(target, mode);
        EXPECT_TRUE(database) << database.error().message;
        return database ? std::move(*database) : nullptr;
    }
    void endOthers() { // all connections but the one that asks
        ASSERT_TRUE(open()->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                  "datname = current_database() AND pid <> pg_backend_pid()"));
    }

    TestStore m_store{true};
    std::unique_ptr<PostgresDatabase> m_database;
};

TEST_F(Postgres, ValuesComeBackAsTheyAre) {
    ASSERT_TRUE(m_database->script("CREATE TABLE t (i BIGINT, d DOUBLE PRECISION, s TEXT COLLATE \"C\")"));
    EXPECT_TRUE(rc::check([&](std::int64_t integer, const std::string &given) {
        std::string text; // valid UTF-8
        for (const char c : given)
            text += static_cast<char>(c & 0x7F);
        const double number = static_cast<double>(integer) / 3.0;
        RC_ASSERT(m_database->execute("DELETE FROM t").has_value());
        RC_ASSERT(m_database->execute("INSERT INTO t VALUES (?, ?, ?)", {integer, number, text}).value_or(0) == 1);
        const auto rows = m_database->query("SELECT i, d, s FROM t WHERE s = ? AND i = ?", {text, integer});
        RC_ASSERT(rows.has_value());
        RC_ASSERT(rows->size() == 1u);
        RC_ASSERT(rows->front().value(0) == SqlValue(integer));
        RC_ASSERT(rows->front().value(1) == SqlValue(number));
        RC_ASSERT(rows->front().value(2) == SqlValue(text));
    }));
    const auto row = m_database->query("SELECT sum(i), count(*), i = i, NULL FROM t GROUP BY i");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->front().integer(1), 1);
    EXPECT_EQ(row->front().value(2), SqlValue(std::int64_t{1})) << "a truth is 1 as in SQLite";
    EXPECT_TRUE(row->front().isNull(3));
}

TEST_F(Postgres, ErrorsHaveTheirKindsAndQuoteNothingStored) {
    ASSERT_TRUE(m_database->script("CREATE TABLE t (id BIGINT PRIMARY KEY, s TEXT);"
                                   "INSERT INTO t VALUES (1, 'topsecret')"));
    const auto twice = m_database->execute("INSERT INTO t VALUES (?, ?)", {std::int64_t{1}, "topsecret"});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::Conflict);
    const auto wrong = m_database->query("SELECT no_such_column FROM t");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::Internal);
    const auto odd = m_database->execute("INSERT INTO t VALUES (2, ?)", {"topsecret \xFF"});
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().kind, ErrorKind::Invalid);
    const auto reader = open(PostgresDatabase::Mode::ReadOnly);
    const auto written = reader->execute("DELETE FROM t");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::Unavailable);
    for (const auto &message : {twice.error().message, wrong.error().message, odd.error().message})
        EXPECT_EQ(message.find("topsecret"), std::string::npos) << message;
}

TEST_F(Postgres, ALostConnectionIsSaidOnceAndThenMadeAnew) {
    ASSERT_TRUE(m_database->beginWrite());
    ASSERT_TRUE(m_database->query("SELECT 1"));
    endOthers();
    const auto lost = m_database->query("SELECT 1");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::Unavailable);
    EXPECT_FALSE(m_database->inTransaction());
    EXPECT_FALSE(m_database->query("SELECT 1")) << "not outside of the transaction that was begun";
    EXPECT_FALSE(m_database->commit());
    EXPECT_TRUE(m_database->query("SELECT 1"));
    // One that died while nobody used it is no error at all.
    endOthers();
    ASSERT_TRUE(m_database->beginRead());
    EXPECT_TRUE(m_database->query("SELECT 1"));
    m_database->rollback();
}

TEST_F(Postgres, LongWaitsEnd) {
    const auto started = std::chrono::steady_clock::now();
    const auto slow = m_database->query("SELECT pg_sleep(60)");
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().kind, ErrorKind::Unavailable);
    ASSERT_TRUE(m_database->script("CREATE TABLE t (id BIGINT)"));
    const auto holder = open();
    ASSERT_TRUE(holder->beginWrite());
    ASSERT_TRUE(holder->script("LOCK TABLE t"));
    const auto locked = m_database->query("SELECT * FROM t");
    ASSERT_FALSE(locked);
    EXPECT_EQ(locked.error().kind, ErrorKind::Unavailable);
    holder->rollback();
    EXPECT_TRUE(m_database->query("SELECT * FROM t"));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST_F(Postgres, AStreamIsReadInPortionsAndMayBreakOff) {
    std::int64_t seen = 0;
    const auto done = m_database->each("SELECT i, repeat('x', 100) FROM generate_series(1, ?) AS s(i)",
                                       {std::int64_t{20'000}}, [&](const SqlRow &row) {
                                           ++seen;
                                           return row.integer(0) == seen && seen < 12'345;
                                       });
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(seen, 12'345);
    EXPECT_FALSE(m_database->inTransaction());
    EXPECT_FALSE(m_database->each("SELECT nothing", {}, [](const SqlRow &) { return true; }));
    EXPECT_TRUE(m_database->query("SELECT 1"));
}

TEST_F(Postgres, AFailedTransactionIsNotToldAsCommitted) {
    ASSERT_TRUE(m_database->script("CREATE TABLE t (id BIGINT)"));
    ASSERT_TRUE(m_database->beginWrite());
    ASSERT_TRUE(m_database->execute("INSERT INTO t VALUES (1)"));
    EXPECT_FALSE(m_database->query("SELECT nothing"));
    EXPECT_FALSE(m_database->commit());
    EXPECT_EQ(m_database->query("SELECT count(*) FROM t")->front().integer(0), 0);
}

// A replica reads on while another one's newer program changes the tables.
TEST_F(Postgres, AMigrationThatADeadlockEndedIsTriedAgain) {
    const TempDir scripts;
    const std::vector<MigrationSet> sets{{"service", scripts.path()}};
    std::ofstream(scripts.file("0001_tables.sql")) << "CREATE TABLE a (x BIGINT); CREATE TABLE b (x BIGINT);";
    ASSERT_TRUE(migratePostgres(*m_database, sets));
    std::ofstream(scripts.file("0002_more.sql"))
        << "ALTER TABLE a ADD COLUMN y BIGINT; ALTER TABLE b ADD COLUMN y BIGINT;";
    const auto newer = open(PostgresDatabase::Mode::ReadWrite, std::chrono::seconds(20));
    const auto reader = open(PostgresDatabase::Mode::ReadOnly, std::chrono::seconds(20));
    ASSERT_TRUE(reader->beginRead());
    ASSERT_TRUE(reader->query("SELECT x FROM b"));
    auto migrated = std::async(std::launch::async, [&] { return migratePostgres(*newer, sets); });
    EXPECT_TRUE(waitFor([&] {
        const auto rows = m_database->query(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST('b' AS regclass)");
        return rows && rows->front().integer(0) > 0;
    }));
    static_cast<void>(reader->query("SELECT x FROM a")); // each waits for the other now
    reader->rollback();
    const Result<void> done = migrated.get();
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_TRUE(m_database->query("SELECT y FROM a"));
}

TEST(PostgresUrl, IsCheckedAndNeverHoldsThePassword) {
    EXPECT_TRUE(checkStoreUrl("postgresql://a@db.example:5433/x"));
    for (const char *url : {"mysql://a/b", "host=a", "", "postgresql://a:hush@b/c", "postgresql://a@b/c?password=hush",
                            "postgresql://a@b/c?nonsense=hush"}) {
        const auto checked = checkStoreUrl(url);
        ASSERT_FALSE(checked) << url;
        EXPECT_EQ(checked.error().kind, ErrorKind::Invalid);
        EXPECT_EQ(checked.error().message.find("hush"), std::string::npos) << checked.error().message;
    }
    EXPECT_EQ(postgresPlace("postgresql://a@db.example:5433/x"), "db.example:5433/x");
}

// Both dialects' scripts, one by one, must make the same store.
class Schemas : public testing::TestWithParam<const char *> {};

TEST_P(Schemas, AreTheSameInBothDatabases) {
    const std::filesystem::path sql = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql";
    const auto scripts = [](const std::filesystem::path &folder) {
        std::set<std::string> names;
        for (const auto &entry : std::filesystem::directory_iterator(folder))
            names.insert(entry.path().filename().string());
        return names;
    };
    for (const char *part : {"service", "router", "comparator"})
        EXPECT_EQ(scripts(sql / part / "sqlite"), scripts(sql / part / "postgres")) << part;
    const TempDir directory;
    const std::string file = directory.file("store.sqlite");
    auto sqlite = SqliteDatabase::open(file, SqliteDatabase::Mode::ReadWrite);
    ASSERT_TRUE(sqlite);
    const auto ofSqlite = migrateSqlite(**sqlite, file, migrationSets(sql / GetParam(), "sqlite"));
    ASSERT_TRUE(ofSqlite) << ofSqlite.error().message;
    const TestStore store(true);
    const auto postgres = store.open({});
    const auto ofPostgres = migratePostgres(*postgres, migrationSets(sql / GetParam(), "postgres"));
    ASSERT_TRUE(ofPostgres) << ofPostgres.error().message;
    const auto left = (*sqlite)->tables();
    auto right = postgres->tables();
    ASSERT_TRUE(left && right);
    right->erase("writer");
    EXPECT_EQ(*left, *right);
    EXPECT_GT(left->size(), 12u);
    // Bytes decide the order of texts, whatever the database's language.
    const auto other = postgres->query("SELECT count(*) FROM information_schema.columns WHERE table_schema = "
                                       "current_schema() AND data_type = 'text' AND table_name <> 'migrations' "
                                       "AND collation_name IS DISTINCT FROM 'C'");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->front().integer(0), 0);
}

INSTANTIATE_TEST_SUITE_P(Parts, Schemas, testing::Values("router", "comparator"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace

} // namespace crossfade
