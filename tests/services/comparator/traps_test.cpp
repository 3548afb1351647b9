// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The trap rows through real databases, on each pair of engines.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

struct Engines {
    const char *name;
    bool legacyPostgres;
    bool newPostgres;
};

struct Trap {
    const char *name;
    const char *column;
    const char *legacy; // SQL literals
    const char *fresh;
    const char *cause; // "" equal
};

const std::vector<Trap> Traps{
    {"null_empty", "t", "NULL", "''", "NULL_EMPTY"},
    {"empty_blank", "t", "''", "' '", "TRAILING_SPACE"},
    {"null_word", "t", "NULL", "'NULL'", "VALUE"},
    {"null_tag", "t", "'<null>'", "NULL", "VALUE"},
    {"null_null", "t", "NULL", "NULL", ""},
    {"trailing", "t", "'x '", "'x'", "TRAILING_SPACE"},
    {"case", "t", "'Abc'", "'abc'", "CASE"},
    {"unicode", "t", "'caf\u00e9'", "'cafe\u0301'", "UNICODE_FORM"},
    {"emoji", "t", "'\U0001F600 ok'", "'\U0001F600 ok'", ""},
    {"markup", "t", "'<b>''x''</b>'", "'<b>''x''</b>'", ""},
    {"percent", "t", "'100%_\\'", "'100%_\\'", ""},
    {"decimal_equal", "d", "10.5", "10.50", ""},
    {"decimal_scale", "d", "10.504", "10.50", "SCALE"},
    {"decimal_other", "d", "10.5", "99.5", "VALUE"},
    {"big", "n", "9007199254740993", "9007199254740993", ""},
    {"big_other", "n", "9007199254740993", "9007199254740992", "VALUE"},
    {"zone_equal", "w", "'2026-03-01T10:00:00+08:00'", "'2026-03-01T02:00:00Z'", ""},
    {"zone_wall", "w", "'2026-03-01T10:00:00+08:00'", "'2026-03-01T10:00:00Z'", "TIME_ZONE"},
    {"micro", "w", "'2026-03-01T12:00:00.999999Z'", "'2026-03-01T12:00:01Z'", "VALUE"},
    {"bool_equal", "b", "TRUE", "TRUE", ""},
    {"bool_other", "b", "TRUE", "FALSE", "VALUE"},
    {"bool_null", "b", "NULL", "FALSE", "VALUE"},
};

class TrapRows : public testing::TestWithParam<Engines> {
protected:
    std::unique_ptr<TestDatabase> database(bool postgres, const std::string &name)
    {
        auto result = postgres ? newPostgres() : newSqlite(m_dir.file(name), name == "legacy.db");
        result->run(postgres
                        ? "CREATE TABLE people (id text PRIMARY KEY, t text, d numeric, n bigint, "
                          "w timestamptz, b boolean)"
                        : "CREATE TABLE people (id TEXT PRIMARY KEY, t TEXT, d NUMERIC, n INTEGER, "
                          "w TEXT, b BOOLEAN)");
        return result;
    }
    TempDir m_dir;
};

TEST_P(TrapRows, HaveTheStatedOutcome)
{
    auto legacy = database(GetParam().legacyPostgres, "legacy.db");
    auto fresh = database(GetParam().newPostgres, "new.db");
    for (const Trap &trap : Traps) {
        const std::string head = std::string("INSERT INTO people (id, ") + trap.column +
                                 ") VALUES ('" + trap.name + "', ";
        legacy->run(head + trap.legacy + ")");
        fresh->run(head + trap.fresh + ")");
    }
    // Keys that a language's order would sort otherwise, and neighbours that run together.
    for (const char *id : {"Zz", "a-b", "a_b", "\u00e9", "e", "ab", "a", "A", "~"}) {
        legacy->run(std::string("INSERT INTO people (id, t) VALUES ('k") + id + "', 'same')");
        fresh->run(std::string("INSERT INTO people (id, t) VALUES ('k") + id + "', 'same')");
    }
    legacy->run("INSERT INTO people (id, t) VALUES ('only legacy', 'x')");
    fresh->run("INSERT INTO people (id, t) VALUES ('only new', 'x')");

    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(
        *legacy, *fresh,
        peopleMapping(
            "TEXT",
            Json::array({field("t", "TEXT"), field("d", "DECIMAL", {{"scale", 2}}),
                         field("n", "INTEGER"), field("w", "TIMESTAMP"), field("b", "BOOLEAN")})));
    const Json run = comparator.fullRun(check);
    std::map<std::string, std::string> found;
    for (const Json &difference : comparator.all("/api/v1/differences?check_id=" + check))
        found[textOf(difference, "entity_id")] +=
            textOf(difference, "field_name") + textOf(difference, "cause");
    std::int64_t different = 0;
    for (const Trap &trap : Traps) {
        const std::string expected = *trap.cause ? std::string(trap.column) + trap.cause : "";
        EXPECT_EQ(found[trap.name], expected) << trap.name;
        different += *trap.cause ? 1 : 0;
        found.erase(trap.name);
    }
    EXPECT_EQ(found,
              (std::map<std::string, std::string>{{"only legacy", "ROW"}, {"only new", "ROW"}}));
    EXPECT_EQ(run.at("different"), different);
    EXPECT_EQ(run.at("missing"), 1);
    EXPECT_EQ(run.at("extra"), 1);
    EXPECT_EQ(run.at("matched"), static_cast<std::int64_t>(Traps.size()) - different + 9);
    EXPECT_EQ(run.at("status"), "FAILED");
    EXPECT_EQ(run.at("in_flight"), 0);
}

INSTANTIATE_TEST_SUITE_P(Pairs, TrapRows,
                         testing::Values(Engines{"sqlite_sqlite", false, false},
                                         Engines{"sqlite_postgres", false, true},
                                         Engines{"postgres_sqlite", true, false},
                                         Engines{"postgres_postgres", true, true}),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(Columns, OfManyTypesCompareAcrossEngines)
{
    TempDir dir;
    auto legacy = newPostgres();
    auto fresh = newPostgres();
    legacy->run("CREATE TABLE people (id uuid PRIMARY KEY, f real, j json, c char(6), bin bytea, "
                "big numeric)");
    fresh->run("CREATE TABLE people (id text PRIMARY KEY, f double precision, j text, c text, bin "
               "bytea, big numeric)");
    const std::string id = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    legacy->run("INSERT INTO people VALUES ('" + id +
                "', 0.1, '{\"a\":1}', 'ab', '\\x00ff', 1e300)");
    fresh->run("INSERT INTO people VALUES ('" + id +
               "', 0.1, '{\"a\":1}', 'ab', '\\x00fe', 1e300)");
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(
        *legacy, *fresh,
        peopleMapping("TEXT",
                      Json::array({field("f", "DECIMAL"), field("j", "TEXT"), field("c", "TEXT"),
                                   field("bin", "TEXT"), field("big", "DECIMAL")})));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("different"), 1);
    const auto found = comparator.all("/api/v1/differences?check_id=" + check);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(textOf(found[0], "field_name"), "bin");
    EXPECT_EQ(textOf(found[0], "legacy_value"), "\\x00ff");
}

TEST(IntegerKeys, AreMergedByValueAcrossAGap)
{
    TempDir dir;
    auto legacy = newSqlite(dir.file("legacy.db"));
    auto fresh = newPostgres();
    legacy->run("CREATE TABLE people (id INTEGER PRIMARY KEY, t TEXT)");
    fresh->run("CREATE TABLE people (id bigint PRIMARY KEY, t text)");
    for (const char *id : {"-5", "1", "2", "9", "10", "100", "1000000000000", "1000000000010",
                           "9223372036854775807"}) {
        legacy->run(std::string("INSERT INTO people VALUES (") + id + ", 'x')");
        if (std::string(id) != "9")
            fresh->run(std::string("INSERT INTO people VALUES (") + id + ", 'x')");
    }
    fresh->run("INSERT INTO people VALUES (11, 'x')");
    Comparator comparator({"--batch-rows", "3"});
    comparator.start();
    const std::string check = comparator.addCheck(
        *legacy, *fresh, peopleMapping("INTEGER", Json::array({field("t", "TEXT")})));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), 8);
    EXPECT_EQ(run.at("missing"), 1);
    EXPECT_EQ(run.at("extra"), 1);
    const auto found = comparator.all("/api/v1/differences?sort=entity_id&check_id=" + check);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(textOf(found[0], "entity_id"), "9");
    EXPECT_EQ(textOf(found[1], "entity_id"), "11");
}

} // namespace
} // namespace crossfade
