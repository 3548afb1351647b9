// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The adapters to the databases under comparison, on real ones, and the statements of a repair.
#include "app/comparator/fingerprint.h"
#include "app/comparator/postgressource.h"
#include "app/comparator/runcontrol.h"
#include "app/comparator/runexecution.h"
#include "app/comparator/source.h"
#include "app/comparator/statement.h"
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace crossfade {
namespace {

const Source::MayCommit MayAlways = [] { return Result<void>(); };

using Clock = std::chrono::steady_clock;

SourceSettings settingsOf(const TestDatabase &database)
{
    SourceSettings settings;
    settings.kind = *sourceKindFromWord(database.kind());
    settings.location = database.location();
    return settings;
}

class Sources : public testing::TestWithParam<SourceKind> {
protected:
    std::unique_ptr<Source> connect(Access access = Access::Read, int timeout = 60)
    {
        SourceSettings settings = settingsOf(*m_db);
        settings.statementTimeout = std::chrono::seconds(timeout);
        settings.connectTimeout = std::chrono::seconds(2);
        Result<std::unique_ptr<Source>> source = connectSource(settings, access);
        EXPECT_TRUE(source) << (source ? "" : source.error().message);
        return source ? std::move(*source) : nullptr;
    }
    void people(int count)
    {
        m_db->run(GetParam() == SourceKind::Mariadb
                      ? "CREATE TABLE people (id varchar(100) PRIMARY KEY, name text)"
                      : "CREATE TABLE people (id text PRIMARY KEY, name text)");
        for (int i = 0; i < count; ++i)
            m_db->run("INSERT INTO people VALUES ('k" + std::to_string(i) + "', 'n')");
    }
    // A statement that takes for ever.
    std::string endless() const
    {
        if (GetParam() == SourceKind::Postgres) return "UPDATE people SET name = pg_sleep(60)::text";
        if (GetParam() == SourceKind::Mariadb) return "UPDATE people SET name = sleep(60)";
        return "UPDATE people SET name = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
               "SELECT i + 1 FROM n) SELECT count(*) FROM n)";
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> database() const
    {
        if (GetParam() == SourceKind::Postgres) return newPostgres();
        return GetParam() == SourceKind::Mariadb ? newMariadb() : newSqlite(m_dir.file("db"));
    }
    std::unique_ptr<TestDatabase> m_db = database();
    TableView m_view{"people", "id", KeyKind::Text, {"name"}, std::nullopt};
};

std::string nameOfKind(const testing::TestParamInfo<SourceKind> &info)
{
    if (info.param == SourceKind::Sqlite) return "sqlite";
    return info.param == SourceKind::Postgres ? "postgres" : "mariadb";
}

INSTANTIATE_TEST_SUITE_P(Of, Sources, testing::Values(SourceKind::Sqlite, SourceKind::Postgres, SourceKind::Mariadb),
                         nameOfKind);

TEST_P(Sources, KnowWhatIsAKey)
{
    const bool mariadb = GetParam() == SourceKind::Mariadb;
    m_db->run(mariadb ? "CREATE TABLE t (a varchar(9) PRIMARY KEY, b varchar(9) UNIQUE NOT NULL, c integer, "
                        "d varchar(9), e varchar(9))"
                      : "CREATE TABLE t (a text PRIMARY KEY, b text UNIQUE NOT NULL, c integer, d text, e text)");
    m_db->run("CREATE UNIQUE INDEX two ON t (c, d)");
    m_db->run(mariadb ? "CREATE UNIQUE INDEX part ON t (e(3))" : "CREATE UNIQUE INDEX part ON t (e) WHERE c > 0");
    const auto columns = connect()->columns("t");
    ASSERT_TRUE(columns);
    std::string keys;
    for (const Column &column : *columns)
        keys += column.name + (column.key ? "+" : "-");
    EXPECT_EQ(keys, "a+b+c-d-e-");
    EXPECT_TRUE(connect()->columns("nothing")->empty());
    EXPECT_TRUE(connect()->columns("t; DROP TABLE t")->empty());
    std::string qualified = GetParam() == SourceKind::Postgres ? "public.t" : "main.t";
    if (mariadb) qualified = m_db->one("SELECT database()") + ".t";
    EXPECT_EQ(connect()->columns(qualified)->size(), 5u);
}

TEST_P(Sources, StreamInByteOrderFromAnyKey)
{
    people(0);
    if (GetParam() == SourceKind::Mariadb) m_db->run("ALTER TABLE people CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    for (const char *id : {"b", "B", "a", "_", "é", "z", "10", "9"})
        m_db->run(std::string("INSERT INTO people VALUES ('") + id + "', NULL)");
    auto source = connect();
    const auto read = [&](const std::optional<std::string> &after) {
        std::string keys;
        auto stream = source->stream(m_view, after, std::nullopt);
        KeyedRow row;
        while (*(*stream)->next(row))
            keys += row.key + " ";
        return keys;
    };
    EXPECT_EQ(read(std::nullopt), "10 9 B _ a b z é ");
    EXPECT_EQ(read("B"), "_ a b z é ");
    EXPECT_EQ(read("é"), "");
    EXPECT_EQ(source->size(m_view)->rows, 8);
}

TEST_P(Sources, StreamMoreThanAPage)
{
    people(0);
    if (GetParam() == SourceKind::Mariadb)
        m_db->run("INSERT INTO people SELECT concat('k', seq), repeat('x', seq % 500) FROM seq_1_to_12000");
    else
        m_db->run(
        GetParam() == SourceKind::Postgres
            ? "INSERT INTO people SELECT 'k' || i, repeat('x', i % 500) FROM generate_series(1, "
              "12000) i"
            : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) "
              "INSERT INTO people SELECT 'k' || i, substr(hex(zeroblob(250)), 1, i % 500) FROM n");
    auto source = connect();
    auto stream = source->stream(m_view, std::nullopt, std::nullopt);
    KeyedRow row;
    int rows = 0;
    std::string last;
    while (*(*stream)->next(row)) {
        ++rows;
        EXPECT_LT(last, row.key);
        last = row.key;
    }
    EXPECT_EQ(rows, 12'000);
}

TEST_P(Sources, FetchByKeysWithMarkup)
{
    people(3);
    const std::string odd = "'\"{},\\ <b>";
    SqlStatement insert =
        insertStatement(settingsOf(*m_db).kind, m_view, odd, {{"name", {odd}, odd}}).statement;
    EXPECT_EQ(*connect(Access::Write)->change(insert, MayAlways), 1);
    EXPECT_EQ(*connect(Access::Write)->change(insert, MayAlways), 0); // exists
    const auto rows = connect()->fetch(m_view, {"k1", odd, "none"});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 2u);
    const SourceRow &row = (*rows)[0].row.key == odd ? (*rows)[0] : (*rows)[1];
    EXPECT_EQ(row.row.cells[0], odd);
    EXPECT_TRUE(connect()->fetch(m_view, {})->empty());
}

TEST_P(Sources, TellOfEachRowInsertedTogether)
{
    people(3); // k0, k1, k2
    const SourceKind kind = settingsOf(*m_db).kind;
    const auto source = connect(Access::Write);
    const auto insert = [&](const std::string &key, const Cell &name) {
        return RowWrite{key, insertStatement(kind, m_view, key, {{"name", {name}, nullptr}}).statement};
    };
    const auto changes = [&](const std::vector<RowWrite> &writes) {
        std::vector<std::int64_t> changed;
        const auto rows = source->write(m_view, writes, MayAlways);
        EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
        for (std::size_t i = 0; rows && i < rows->size(); ++i) {
            changed.push_back((*rows)[i].changed);
            EXPECT_EQ((*rows)[i].now->row.key, writes[i].key);
        }
        return changed;
    };
    using Changed = std::vector<std::int64_t>;
    EXPECT_EQ(changes({insert("a", "1"), insert("b", std::nullopt), insert("c", "$1, ('")}), Changed({1, 1, 1}));
    // One that exists stays as it is, and the others are told apart from it.
    EXPECT_EQ(changes({insert("d", "1"), insert("k1", "other"), insert("e", "1")}), Changed({1, 0, 1}));
    EXPECT_EQ(m_db->one("SELECT name FROM people WHERE id = 'k1'"), "n");
    // Between others, and more than go into one statement.
    std::vector<RowWrite> many{insert("f", "1"), insert("g", "1"),
                               {"k0", updateStatement(kind, m_view, "k0", {{"name", {"new"}, nullptr}},
                                                      {{"name", {"n"}, nullptr}}).statement}};
    for (int i = 0; i < 600; ++i)
        many.push_back(insert("m" + std::to_string(i), std::to_string(i)));
    EXPECT_EQ(changes(many), Changed(603, 1));
    EXPECT_EQ(m_db->one("SELECT name FROM people WHERE id = 'm599'"), "599");
    EXPECT_EQ(m_db->one("SELECT name FROM people WHERE id = 'c'"), "$1, ('");
    // One that cannot be: nothing of them is written.
    EXPECT_FALSE(source->write(m_view, {insert("x", "1"), insert("y", "1"), {"z", {"INSERT INTO nowhere VALUES (1)", {}}}}, MayAlways));
    EXPECT_EQ(m_db->one("SELECT count(*) FROM people WHERE id IN ('x', 'y')"), "0");
}

TEST_P(Sources, WriteOnlyOverWhatWasSeen)
{
    people(2);
    const SourceKind kind = settingsOf(*m_db).kind;
    const auto update = [&](const Cell &seen) {
        return *connect(Access::Write)
                    ->change(updateStatement(kind, m_view, "k0", {{"name", {"new"}, nullptr}},
                                             {{"name", {seen}, nullptr}})
                                 .statement, MayAlways);
    };
    EXPECT_EQ(update("other"), 0);
    EXPECT_EQ(update(std::nullopt), 0);
    EXPECT_EQ(update("n"), 1);
    m_db->run("UPDATE people SET name = NULL WHERE id = 'k1'");
    const auto remove = [&](const Cell &seen) {
        return *connect(Access::Write)
                    ->change(
                        deleteStatement(kind, m_view, "k1", {{"name", {seen}, nullptr}}).statement, MayAlways);
    };
    EXPECT_EQ(remove(""), 0);
    EXPECT_EQ(remove(std::nullopt), 1);
    EXPECT_EQ(m_db->one("SELECT count(*) FROM people"), "1");
}

TEST_P(Sources, UndoWhatTouchesMoreThanOneRow)
{
    people(3);
    const auto changed = connect(Access::Write)->change({"UPDATE people SET name = 'all'", {}}, MayAlways);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(m_db->one("SELECT count(*) FROM people WHERE name = 'all'"), "0");
    EXPECT_FALSE(connect(Access::Read)->change({"DELETE FROM people WHERE id = 'k0'", {}}, MayAlways));
    EXPECT_EQ(m_db->one("SELECT count(*) FROM people"), "3");
}

TEST_P(Sources, EndWithinTheirTimeout)
{
    people(1);
    const auto begun = Clock::now();
    const auto changed = connect(Access::Write, 1)->change({endless(), {}}, MayAlways);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::Timeout) << changed.error().message;
    EXPECT_LT(Clock::now() - begun, std::chrono::seconds(10));
    EXPECT_EQ(m_db->one("SELECT name FROM people"), "n");
}

TEST_P(Sources, AreInterruptedByAWish)
{
    people(1);
    auto source = connect(Access::Write);
    RunControl control;
    const RunControl::Attached attached(control, {source.get()});
    std::thread asker([&] {
        EXPECT_FALSE(control.wishWithin(std::chrono::milliseconds(200)));
        control.ask(Wish::Pause);
        control.ask(Wish::Cancel);
        control.ask(Wish::Pause); // the weaker one does not take it back
    });
    const auto begun = Clock::now();
    const auto changed = source->change({endless(), {}}, MayAlways);
    asker.join();
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::Cancelled) << changed.error().message;
    EXPECT_LT(Clock::now() - begun, std::chrono::seconds(10));
    EXPECT_EQ(control.wish(), Wish::Cancel);
}

TEST(SqliteSources, SayWhatIsWrong)
{
    TempDir dir;
    std::ofstream(dir.file("text")) << std::string(4'096, 'x');
    SourceSettings settings;
    for (const char *name : {"absent", "text"}) {
        settings.location = dir.file(name);
        const auto source = connectSource(settings, Access::Read);
        ASSERT_FALSE(source) << name;
        EXPECT_EQ(source.error().kind, ErrorKind::Unavailable);
        EXPECT_NE(source.error().message.find(name), std::string::npos);
    }
    // A column that is gone is an error, never a text of its name.
    auto db = newSqlite(dir.file("db"));
    db->run("CREATE TABLE people (id TEXT PRIMARY KEY)");
    db->run("INSERT INTO people VALUES ('a')");
    settings.location = dir.file("db");
    const auto source = connectSource(settings, Access::Read);
    EXPECT_FALSE((*source)->fetch({"people", "id", KeyKind::Text, {"gone"}, {}}, {"a"}));
}

TEST(SqliteSources, KeepStorageClassesAndExactNumbers)
{
    TempDir dir;
    auto db = newSqlite(dir.file("db"));
    db->run("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    db->run("INSERT INTO t VALUES (1, 10.5), (2, '10.5'), (3, x'00ff'), (4, 0.1 + 0.2), (5, NULL), "
            "(6, 7)");
    SourceSettings settings = settingsOf(*db);
    const TableView view{"t", "id", KeyKind::Integer, {"v"}, std::nullopt};
    const auto source = connectSource(settings, Access::Write);
    const auto rows = (*source)->fetch(view, {"1", "2", "3", "4", "5", "6"});
    std::string seen;
    for (const SourceRow &row : *rows)
        seen += row.storage + row.row.cells[0].value_or("-") + " ";
    EXPECT_EQ(seen, "r10.5 t10.5 b\\x00ff r0.30000000000000004 n- i7 ");
    for (const SourceRow &row : *rows) { // each can be deleted as it was seen
        const SqlParameter value{row.row.cells[0], row.storage[0]};
        const auto built =
            deleteStatement(SourceKind::Sqlite, view, row.row.key, {{"v", value, nullptr}});
        EXPECT_EQ(*(*source)->change(built.statement, MayAlways), 1) << row.storage;
    }
}

TEST(PostgresSources, TakeThePasswordByReferenceOnly)
{
    EXPECT_TRUE(checkPostgresUrl("postgresql://user@host:5432/db?sslmode=require"));
    for (const char *bad : {"", "mysql://x", "host=x", "postgresql://u:pw@h/d",
                            "postgresql://h/d?password=pw", "postgresql://h/d?passw%6Frd=pw",
                            "postgresql://h/d?sslkey=/k&sslpassword=pw", "postgresql://h/d?nonsense=1"})
        EXPECT_FALSE(checkPostgresUrl(bad)) << bad;
    TempDir dir;
    std::ofstream(dir.file("pw")) << "secret word\r\nsecond line\n";
    EXPECT_EQ(readSecret(SecretReference{true, dir.file("pw")}), "secret word");
    EXPECT_FALSE(readSecret(SecretReference{true, dir.file("none")}));
    setenv("CROSSFADE_TEST_PASSWORD", "from outside", 1);
    EXPECT_EQ(readSecret(SecretReference{false, "CROSSFADE_TEST_PASSWORD"}), "from outside");
    EXPECT_FALSE(readSecret(SecretReference{false, "CROSSFADE_TEST_NO_SUCH"}));
    EXPECT_EQ(readSecret(std::nullopt), "");
}

TEST(PostgresSources, RefuseWhatTheyCannotHold)
{
    auto db = newPostgres();
    db->run("CREATE TABLE people (id text PRIMARY KEY, name text)");
    const auto source = connectSource(settingsOf(*db), Access::Write);
    const auto built =
        insertStatement(SourceKind::Postgres, {"people", "id", KeyKind::Text, {}, {}}, "a",
                        {{"name", {std::string("a\0b", 3)}, nullptr}});
    const auto changed = (*source)->change(built.statement, MayAlways);
    ASSERT_FALSE(changed);
    EXPECT_NE(changed.error().message.find("NUL"), std::string::npos);
    EXPECT_EQ(db->one("SELECT count(*) FROM people"), "0");
}

TEST(Statements, QuoteNamesAndBindValues)
{
    EXPECT_EQ(quotedIdentifier("a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(quotedTable("public.my table"), "\"public\".\"my table\"");
    const TableView view{"t", "id", KeyKind::Integer, {"c"}, std::nullopt};
    const auto built = updateStatement(SourceKind::Postgres, view, "7", {{"c", {"'; --"}, "x"}},
                                       {{"c", {std::nullopt}, nullptr}});
    EXPECT_EQ(built.statement.sql,
              "UPDATE \"t\" SET \"c\" = $1 WHERE \"id\" = $2 AND \"c\"::text IS NOT "
              "DISTINCT FROM $3::text");
    EXPECT_EQ(built.shown, (Json{"x", "7", nullptr}));
    EXPECT_EQ(conditionOf(built.statement),
              "\"id\" = $2 AND \"c\"::text IS NOT DISTINCT FROM $3::text");
    const auto insert = insertStatement(SourceKind::Sqlite, view, "7", {{"c", {"v"}, "v"}});
    EXPECT_EQ(insert.statement.sql,
              "INSERT INTO \"t\" (\"id\", \"c\") VALUES (?1, ?2) ON CONFLICT (\"id\") DO NOTHING");
}

TEST(Fingerprints, DependOnTheKeyAndTheNormalForm)
{
    TempDir dir;
    TempDir other;
    const auto print = Fingerprint::open(dir.path());
    ASSERT_TRUE(print);
    struct stat status {};
    ASSERT_EQ(stat(dir.file("fingerprint.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    MappedField secret;
    secret.name = "pin";
    secret.kind = FieldKind::Decimal;
    secret.sensitive = true;
    EXPECT_EQ(print->shown(secret, "10.5", Platform::New), print->shown(secret, "10.50", Platform::New));
    EXPECT_NE(print->shown(secret, "10.5", Platform::New), print->shown(secret, "10.6", Platform::New));
    EXPECT_EQ(print->shown(secret, std::nullopt, Platform::New), nullptr);
    EXPECT_EQ(print->shown(secret, "10.5", Platform::New), Fingerprint::open(dir.path())->shown(secret, "10.5", Platform::New));
    EXPECT_NE(print->shown(secret, "10.5", Platform::New), Fingerprint::open(other.path())->shown(secret, "10.5", Platform::New));
    MappedField plain;
    plain.name = "note";
    EXPECT_EQ(print->shown(plain, "\xff\x01", Platform::New), "bytes ff01");
    EXPECT_LT(print->shown(plain, std::string(1'000'000, 'x'), Platform::New).get<std::string>().size(), 20'000u);
    EXPECT_EQ(print->ofRow({plain}, nullptr, Platform::New), "");
    std::ofstream(dir.file("fingerprint.key")) << "short";
    EXPECT_FALSE(Fingerprint::open(dir.path()));
}

TEST(Candidates, ComeBackAsTheyWere)
{
    Candidate candidate = firstLook({"a", "b", "m", false}, Platform::Legacy);
    lookAgain(candidate, {"c", "b", "m", false}, Platform::Legacy);
    EXPECT_EQ(candidateFromText(candidateText(candidate)), candidate);
    EXPECT_EQ(candidateFromText("not JSON").looks, 0);
}

} // namespace
} // namespace crossfade
