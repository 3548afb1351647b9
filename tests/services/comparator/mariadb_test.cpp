// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// MariaDB as a source: what only it does, on a real server.
#include "app/comparator/source.h"
#include "app/comparator/statement.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace crossfade {
namespace {

const Source::MayCommit MariadbMayAlways = [] { return Result<void>(); };

SourceSettings mariadbSettings(const std::string &location)
{
    SourceSettings settings;
    settings.kind = SourceKind::Mariadb;
    settings.location = location;
    return settings;
}

class MariadbSources : public testing::Test {
protected:
    std::unique_ptr<Source> connect(Access access = Access::Read)
    {
        Result<std::unique_ptr<Source>> source =
            connectSource(mariadbSettings(m_db->location()), access);
        EXPECT_TRUE(source) << (source ? "" : source.error().message);
        return source ? std::move(*source) : nullptr;
    }
    std::unique_ptr<TestDatabase> m_db = newMariadb();
};

TEST_F(MariadbSources, LoseNoDigitAndNoByte)
{
    m_db->run("CREATE TABLE t (id bigint unsigned PRIMARY KEY, f float, d double, n decimal(20,4), "
              "u bigint unsigned, w datetime(6), z timestamp(3) NULL, b varbinary(9), bits bit(9), "
              "l varchar(9) CHARACTER SET latin1, c char(5), e enum('a','b'), j json, y year)");
    m_db->run("INSERT INTO t VALUES (18446744073709551615, 0.1, 0.1 + 0.2e0, -12345678901234.5000, "
              "18446744073709551615, '2026-03-01 02:00:00.000001', '2026-03-01 02:00:00.250', "
              "x'00ff5c', b'101', 'é', 'ab', 'b', '{\"a\": 1}', 2026)");
    m_db->run("INSERT INTO t (id, f, d) VALUES (9007199254740993, 16777217, 1e300)");
    m_db->run("INSERT INTO t (id, d, w) VALUES (9007199254740992, -0.0, NULL)");
    const std::vector<std::string> columns{"f", "d", "n", "u", "w", "z", "b",
                                           "bits", "l", "c", "e", "j", "y"};
    const TableView view{"t", "id", KeyKind::Integer, columns, "w"};
    const auto source = connect(Access::Write);
    std::vector<std::string> keys;
    auto stream = source->stream(view, "9007199254740992", std::nullopt);
    ASSERT_TRUE(stream) << stream.error().message;
    KeyedRow row;
    while (*(*stream)->next(row))
        keys.push_back(row.key);
    stream->reset();
    EXPECT_EQ(keys, (std::vector<std::string>{"9007199254740993", "18446744073709551615"}));
    const std::vector<Cell> whole{"0.1",
                                  "0.30000000000000004",
                                  "-12345678901234.5000",
                                  "18446744073709551615",
                                  "2026-03-01 02:00:00.000001",
                                  "2026-03-01 02:00:00.250",
                                  "\\x00ff5c",
                                  "5",
                                  "\u00e9",
                                  "ab",
                                  "b",
                                  "{\"a\": 1}",
                                  "2026"};
    EXPECT_EQ(row.cells, whole);
    EXPECT_EQ(row.changed, "2026-03-01 02:00:00.000001");

    const auto rows =
        source->fetch(view, {"18446744073709551615", "9007199254740993", "9007199254740992"});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 3u);
    for (const SourceRow &seen : *rows) {
        EXPECT_EQ(seen.row.cells[0], seen.row.key == "9007199254740993" ? Cell("16777216")
                                     : seen.row.key[0] == '1'           ? Cell("0.1")
                                                                        : Cell());
        // Each can be written over, and deleted, as it was seen.
        std::vector<ColumnValue> values;
        for (std::size_t i = 0; i < columns.size(); ++i)
            values.push_back({columns[i], {seen.row.cells[i], seen.storage[i]}, nullptr});
        const auto update =
            updateStatement(SourceKind::Mariadb, view, seen.row.key, values, values);
        const auto updated = source->change(update.statement, MariadbMayAlways);
        ASSERT_TRUE(updated) << updated.error().message << update.statement.sql;
        EXPECT_EQ(*updated, 1) << seen.row.key;
        const auto again = source->fetch(view, {seen.row.key});
        ASSERT_EQ(again->size(), 1u);
        EXPECT_EQ((*again)[0].row, seen.row);
        const auto remove = deleteStatement(SourceKind::Mariadb, view, seen.row.key, values);
        EXPECT_EQ(*source->change(remove.statement, MariadbMayAlways), 1) << seen.row.key;
        const auto insert = insertStatement(SourceKind::Mariadb, view, seen.row.key, values);
        const auto inserted = source->change(insert.statement, MariadbMayAlways);
        ASSERT_TRUE(inserted) << inserted.error().message << insert.statement.sql;
        EXPECT_EQ(*inserted, 1);
        EXPECT_EQ(*source->change(insert.statement, MariadbMayAlways), 0); // exists
        EXPECT_EQ((*source->fetch(view, {seen.row.key}))[0].row, seen.row);
    }
}

TEST_F(MariadbSources, SeeTheBytesOfAKeyNotItsCollation)
{
    m_db->run("CREATE TABLE people (id varchar(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci "
              "PRIMARY KEY, name text)");
    for (const char *id : {"b", "A", "a-b", "ab", "_", "\u00e9", "z"})
        m_db->run(std::string("INSERT INTO people VALUES ('") + id + "', 'n')");
    const TableView view{"people", "id", KeyKind::Text, {"name"}, std::nullopt};
    const auto source = connect(Access::Write);
    const auto read = [&](const std::optional<std::string> &after) {
        std::string keys;
        auto stream = source->stream(view, after, std::nullopt);
        KeyedRow row;
        while (*(*stream)->next(row))
            keys += row.key + " ";
        return keys;
    };
    EXPECT_EQ(read(std::nullopt), "A _ a-b ab b z \u00e9 ");
    EXPECT_EQ(read("_"), "a-b ab b z \u00e9 ");
    EXPECT_TRUE(source->fetch(view, {"a", "B", "z "})->empty());
    EXPECT_EQ(source->fetch(view, {"A", "\u00e9"})->size(), 2u);
    const auto built = updateStatement(SourceKind::Mariadb, view, "a", {{"name", {"x"}, nullptr}},
                                       {{"name", {"n"}, nullptr}});
    EXPECT_EQ(*source->change(built.statement, MariadbMayAlways), 0); // there is an A
    const auto other = updateStatement(SourceKind::Mariadb, view, "A", {{"name", {"x"}, nullptr}},
                                       {{"name", {"N"}, nullptr}});
    EXPECT_EQ(*source->change(other.statement, MariadbMayAlways), 0); // n, not N
}

TEST_F(MariadbSources, ShowWhatTheAccountMayRead)
{
    m_db->run("CREATE TABLE people (id int PRIMARY KEY, name text, secret text, place point)");
    const std::string name = m_db->one("SELECT database()");
    m_db->run("CREATE OR REPLACE USER reader@'%'");
    m_db->run("GRANT SELECT (id, name, place) ON " + name + ".people TO reader@'%'");
    const std::string url = MariadbServer::urlFor("reader", m_db->location());
    const auto source = connectSource(mariadbSettings(url), Access::Read);
    ASSERT_TRUE(source) << source.error().message;
    const auto columns = (*source)->columns("people");
    ASSERT_TRUE(columns) << columns.error().message;
    std::string seen;
    for (const Column &column : *columns)
        seen += column.name + (column.readable ? "+" : "-") + (column.comparable ? "+ " : "- ");
    EXPECT_EQ(seen, "id++ name++ place+- ");
    EXPECT_TRUE((*source)->columns("people_secrets")->empty());
    // Reading is enough for a check, and is all such an account can do.
    m_db->run("INSERT INTO people (id, name) VALUES (1, 'n')");
    EXPECT_EQ((*source)->size({"people", "id", KeyKind::Integer, {"name"}, {}})->rows, 1);
    const auto writer = connectSource(mariadbSettings(url), Access::Write);
    const auto refused = (*writer)->change({"DELETE FROM people WHERE id = 1", {}}, MariadbMayAlways);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("denied"), std::string::npos) << refused.error().message;
}

TEST_F(MariadbSources, ProveTheServerAndTakeThePasswordByReference)
{
    MariadbServer &server = MariadbServer::instance();
    TempDir dir;
    std::ofstream(dir.file("pw")) << MariadbServer::LockedPassword << "\n";
    SourceSettings settings = mariadbSettings(MariadbServer::urlFor("locked", m_db->location()) +
                                              "?sslmode=verify-full&sslrootcert=" +
                                              server.rootCertificate());
    EXPECT_FALSE(connectSource(settings, Access::Read));
    settings.secret = SecretReference{true, dir.file("pw")};
    const auto source = connectSource(settings, Access::Read);
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->serverVersion()->rfind("MariaDB 1", 0), 0u);
    settings.location = MariadbServer::urlFor("locked", m_db->location()) +
                        "?sslmode=verify-ca&sslrootcert=" + server.strangeCertificate();
    const auto strange = connectSource(settings, Access::Read);
    ASSERT_FALSE(strange);
    EXPECT_EQ(strange.error().message.find("sesame"), std::string::npos);
}

TEST_F(MariadbSources, AreRefusedByTheApiWithTheFieldThatIsWrong)
{
    Comparator comparator;
    comparator.start();
    const auto refused = [&](const std::string &location) {
        const TestAnswer answer =
            comparator.as("admin").post("/api/v1/sources", {{"name", "maria"},
                                                            {"kind", "MARIADB"},
                                                            {"location", location}});
        EXPECT_EQ(answer.status, 422) << answer.body;
        return answer.status == 422 ? textOf(answer.json.at("errors")[0], "pointer") : "";
    };
    EXPECT_EQ(refused("mariadb://root:pw@127.0.0.1/db"), "/location");
    EXPECT_EQ(refused("postgresql://127.0.0.1/db"), "/location");
    EXPECT_EQ(refused("mariadb://root@127.0.0.1/db?sslmode=verify-full"), "/location");
    const std::string id = comparator.addSource("maria", *m_db);
    const TestAnswer tested =
        comparator.as("operator").post("/api/v1/sources/" + id + "/test", Json::object());
    EXPECT_EQ(tested.json.at("ok"), true) << tested.body;
    EXPECT_EQ(textOf(tested.json, "server_version").rfind("MariaDB", 0), 0u);
    m_db->run("CREATE TABLE people (id int, place point, name text)");
    const TestAnswer mapped = comparator.as("operator").post(
        "/api/v1/mappings",
        {{"data_type", "USER"},
         {"legacy", {{"source_id", id}, {"table", "people"}, {"key", "id"}}},
         {"new", {{"source_id", id}, {"table", "nothing"}, {"key", "id"}}},
         {"key_kind", "INTEGER"},
         {"fields", Json::array({field("place", "TEXT"), field("name", "TEXT")})}});
    ASSERT_EQ(mapped.status, 422) << mapped.body;
    std::string problems;
    for (const Json &error : mapped.json.at("errors"))
        problems += textOf(error, "pointer") + ": " + textOf(error, "message") + "\n";
    EXPECT_EQ(problems, "/legacy/key: the column id of people is not unique: rows without a key "
                        "cannot be compared\n"
                        "/fields/0/legacy_column: the column place of people has the type point, "
                        "which cannot be compared\n"
                        "/new/table: there is no table nothing\n");
}

} // namespace
} // namespace crossfade
