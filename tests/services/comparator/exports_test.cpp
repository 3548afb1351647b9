// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Differences as files: every one of them, nothing that is secret, and statements that do what they say.
#include "models/core/csv.h"
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace crossfade {
namespace {

std::vector<std::string> linesOf(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

std::string exported(const Comparator &comparator, const std::string &query)
{
    auto viewer = comparator.as("viewer");
    viewer.setTimeout(std::chrono::minutes(2)); // some are of 50 MB
    const TestAnswer answer = viewer.get("/api/v1/differences/export?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body.substr(0, 500);
    EXPECT_EQ(answer.error, "");
    return answer.body;
}

using Pair = std::pair<const char *, const char *>;

class Exports : public testing::TestWithParam<Pair> {
protected:
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        std::unique_ptr<TestDatabase> db = engine == "sqlite"     ? newSqlite(m_dir.file(file))
                                           : engine == "postgres" ? newPostgres()
                                                                  : newMariadb();
        const bool maria = engine == "mariadb";
        const std::string text = maria ? "varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : "text";
        const std::string bytes = maria ? "varbinary(50)" : engine == "postgres" ? "bytea" : "blob";
        const std::string time = engine == "postgres" ? "timestamptz" : maria ? "datetime(3)" : "text";
        db->run("CREATE TABLE people (id " + text + " NOT NULL PRIMARY KEY, name " + text + ", age bigint, score double precision, " +
                (maria ? "`wo?rd` " : "\"wo?rd\" ") + text + ", raw " + bytes + ", born " + time + ", secret " + text + ")");
        return db;
    }
    // As the engine writes the text down, whatever it holds.
    static std::string text(const TestDatabase &db, const std::string &value)
    {
        std::string hex;
        char digits[3];
        for (const char c : value) {
            std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
            hex += digits;
        }
        if (db.isPostgres()) return "convert_from('\\x" + hex + "', 'UTF8')";
        return db.kind() == "MARIADB" ? "CONVERT(X'" + hex + "' USING utf8mb4)" : "CAST(X'" + hex + "' AS TEXT)";
    }
    static void insert(TestDatabase &db, const std::string &id, const std::string &name, const std::string &rest)
    {
        db.run("INSERT INTO people VALUES (" + text(db, id) + ", " + text(db, name) + ", " + rest + ")");
    }
    static std::string raw(const TestDatabase &db, const std::string &hex)
    {
        return db.isPostgres() ? "'\\x" + hex + "'" : "X'" + hex + "'";
    }
    static std::string born(const TestDatabase &db, const std::string &time)
    {
        return "'2026-03-01 " + time + (db.isPostgres() ? "+00'" : "'");
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().second, "new.db");
};

TEST_P(Exports, AreStatementsThatRepair)
{
    const std::vector<std::string> odd{"O'Hara",        "a\\b",  "a\\' OR 1=1; --", "two\nlines\r\n", "tab\t",
                                       "\u00e9\U0001F600", "$1 ?1 ?", "\"`",          "NULL",          "-- no comment",
                                       " ",              "",      "x\nDELETE FROM people;"};
    for (std::size_t i = 0; i < odd.size(); ++i) {
        const std::string id = "u-" + std::to_string(i);
        insert(*m_legacy, id, odd[i], "1, 0.1, 'w', NULL, NULL, 'hush'"); // DIFFERENT
        insert(*m_fresh, id, "was " + odd[i], "1, 0.1, 'w', NULL, NULL, 'hush'");
        insert(*m_legacy, "m-" + odd[i], odd[i], "NULL, 1e10, 'w', " + raw(*m_legacy, "00ff27") + ", " + born(*m_legacy, "02:00:00") + ", NULL");
        insert(*m_fresh, "x-" + odd[i], odd[i], "17, 0.5, NULL, " + raw(*m_fresh, "5c27") + ", NULL, NULL");
    }
    insert(*m_legacy, "both", "one", "5, 1.5, 'word', " + raw(*m_legacy, "00") + ", " + born(*m_legacy, "02:00:00") + ", 'hush'");
    insert(*m_fresh, "both", "other", "6, 2.5, NULL, " + raw(*m_fresh, "ff") + ", " + born(*m_fresh, "02:00:01") + ", 'hush'");
    insert(*m_legacy, "same", "same", "1, 1, 'w', NULL, NULL, 'hush'");
    insert(*m_fresh, "same", "same", "1, 1, 'w', NULL, NULL, 'hush'");

    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(
        *m_legacy, *m_fresh,
        peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("age", "INTEGER"), field("score", "DECIMAL"),
                                           field("wo?rd", "TEXT"), field("raw", "BINARY"), field("born", "TIMESTAMP"),
                                           field("secret", "TEXT", {{"sensitive", true}})})));
    const Json before = comparator.fullRun(check);
    const int count = static_cast<int>(odd.size());
    EXPECT_EQ(before.at("missing"), count);
    EXPECT_EQ(before.at("extra"), count);
    EXPECT_EQ(before.at("different"), count + 1);
    std::vector<std::string> statements;
    std::vector<std::string> alone;
    std::size_t comments = 0;
    const std::string script = exported(comparator, "format=SQL&resolved=false");
    for (const std::string &line : linesOf(script)) {
        if (line.starts_with("-- ")) {
            ++comments;
            if (line.find("no statement") != std::string::npos) alone.push_back(line);
        } else {
            statements.push_back(line);
        }
    }
    EXPECT_EQ(alone, std::vector<std::string>());
    EXPECT_EQ(statements.size(), odd.size() * 3 + 6); // "both" differs in six fields
    EXPECT_EQ(comments, statements.size() + 3) << script;
    EXPECT_EQ(script.find("hush"), std::string::npos);
    for (const std::string &statement : statements)
        m_fresh->run(statement); // throws
    const Json after = comparator.fullRun(check);
    EXPECT_EQ(after.at("consistency_percentage"), 100.0) << dumpJson(comparator.all("/api/v1/differences?resolved=false"));
    EXPECT_EQ(after.at("matched"), 2 * count + 2);
    // Run once more they find nothing to change.
    const std::string rows = "SELECT count(*) FROM people";
    const std::string held = m_fresh->one(rows);
    for (const std::string &statement : statements)
        m_fresh->run(statement);
    EXPECT_EQ(m_fresh->one(rows), held);
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
}

INSTANTIATE_TEST_SUITE_P(Of, Exports,
                         testing::Values(Pair("sqlite", "postgres"), Pair("postgres", "mariadb"), Pair("mariadb", "sqlite"),
                                         Pair("postgres", "postgres"), Pair("sqlite", "sqlite"), Pair("mariadb", "mariadb")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

class ExportFiles : public testing::Test {
protected:
    ExportFiles()
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, secret TEXT)");
        m_legacy->run("INSERT INTO people VALUES ('a', 'Ann', 'hush'), ('b', NULL, 'hush'), ('c', '=1+1', 'hush'), ('m', 'Mia', 'hush')");
        m_fresh->run("INSERT INTO people VALUES ('a', 'Anna', 'hush'), ('b', '', 'told'), ('c', '@x', 'hush'), ('x', 'Xi', 'told')");
    }
    void start()
    {
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh,
                                        peopleMapping("TEXT", Json::array({field("name", "TEXT"),
                                                                           field("secret", "TEXT", {{"sensitive", true}})})));
        (void)m_comparator.fullRun(m_check);
    }
    std::vector<std::string> alone(const std::string &query)
    {
        std::vector<std::string> lines;
        for (const std::string &line : linesOf(exported(m_comparator, "format=SQL&" + query))) {
            const std::size_t why = line.find("no statement: ");
            if (why != std::string::npos) lines.push_back(line.substr(why + 14));
        }
        return lines;
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
};

TEST_F(ExportFiles, HoldWhatTheListShows)
{
    start();
    for (const std::string filter : {"sort=found_at", "type=DIFFERENT", "field=name", "resolved=false&sort=-entity_id", "q=ann", "entity_id=none"}) {
        const std::vector<Json> listed = m_comparator.all("/api/v1/differences?" + filter);
        std::vector<Json> lines;
        for (const std::string &line : linesOf(exported(m_comparator, "format=JSON&" + filter)))
            lines.push_back(parseJson(line).value_or(Json()));
        EXPECT_EQ(lines, listed) << filter;
        std::vector<std::vector<std::string>> records;
        const Result<void> read = readCsv(exported(m_comparator, "format=CSV&" + filter), [&](std::vector<std::string> cells, std::size_t) {
            records.push_back(std::move(cells));
            return Result<void>();
        });
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_EQ(records.size(), listed.size() + 1) << filter;
        for (std::size_t i = 0; i < listed.size(); ++i) {
            for (std::size_t column = 0; column < records[0].size(); ++column) {
                const std::string &name = records[0][column];
                if (!listed[i].contains(name)) continue;
                const Json &value = listed[i].at(name);
                const std::string told = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : dumpJson(value);
                EXPECT_EQ(records[i + 1][column], told) << name;
            }
        }
        for (const char *format : {"CSV", "JSON", "SQL"}) {
            const std::string all = exported(m_comparator, std::string("format=") + format + "&" + filter);
            EXPECT_EQ(all.find("hush"), std::string::npos) << format;
            EXPECT_EQ(all.find("told'"), std::string::npos) << format;
        }
    }
    const std::string csv = exported(m_comparator, "entity_id=b&field=name");
    EXPECT_NE(csv.find("NULL_EMPTY,,true,,false,"), std::string::npos) << csv; // NULL told from the empty text
    EXPECT_NE(exported(m_comparator, "entity_id=c").find("'=1+1"), std::string::npos); // no formula of a spreadsheet
    const TestAnswer answer = m_comparator.as("viewer").get("/api/v1/differences/export?format=SQL");
    EXPECT_EQ(answer.header("content-disposition"), "attachment; filename=\"differences.sql\"");
}

TEST_F(ExportFiles, SayWhyThereIsNoStatement)
{
    start();
    EXPECT_EQ(alone("field=secret"),
              (std::vector<std::string>{"the field is sensitive, and its values are never exported: repair it in Crossfade"}));
    const std::string script = exported(m_comparator, "format=SQL&type=MISSING");
    EXPECT_NE(script.find("; without secret, which is never exported\nINSERT INTO \"people\" (\"id\", \"name\") VALUES ('m', 'Mia') "),
              std::string::npos)
        << script;
    m_fresh->run("UPDATE people SET name = 'Anne' WHERE id = 'a'");
    EXPECT_EQ(alone("entity_id=a"), (std::vector<std::string>{"a side no longer holds what was seen: recheck it"}));
    m_fresh->run("UPDATE people SET name = 'Ann' WHERE id = 'a'");
    EXPECT_EQ(alone("entity_id=a"), (std::vector<std::string>{"there is nothing left to repair"}));
    const std::string found = textOf(m_comparator.all("/api/v1/differences?entity_id=a").at(0), "id");
    (void)m_comparator.as("operator").post("/api/v1/differences/" + found + "/resolve", {{"notes", "by hand"}});
    EXPECT_EQ(alone("entity_id=a"), (std::vector<std::string>{"it is resolved"}));
    const TestAnswer rule = m_comparator.as("operator").post("/api/v1/ignore-rules", {{"entity_pattern", "c"}, {"reason", "known"}});
    ASSERT_EQ(rule.status, 201) << rule.body;
    EXPECT_TRUE(waitFor([&] { return m_comparator.all("/api/v1/differences?entity_id=c").empty(); }));
    EXPECT_TRUE(alone("entity_id=c").empty());
    EXPECT_EQ(alone("entity_id=c&ignored=SHOW"),
              (std::vector<std::string>{"it is ignored by the rule " + textOf(rule.json, "id")}));
    // A side that is gone: the file tells it, and is whole all the same.
    for (const Json &source : m_comparator.all("/api/v1/sources")) {
        const Json body{{"name", source.at("name")}, {"kind", "SQLITE"}, {"location", m_dir.file("nowhere.db")}};
        ASSERT_EQ(m_comparator.as("admin").put("/api/v1/sources/" + textOf(source, "id"), body, "1").status, 200);
    }
    for (const std::string &why : alone("field=name&entity_id=b"))
        EXPECT_NE(why.find("there is no database file"), std::string::npos) << why;
    EXPECT_EQ(alone("field=name&entity_id=b").size(), 1u);
}

// A field may become sensitive when much of it was found already.
TEST_F(ExportFiles, WithholdWhatIsSensitiveByNow)
{
    start();
    const auto idOf = [&](const std::string &query) { return textOf(m_comparator.all("/api/v1/differences?" + query).at(0), "id"); };
    const std::string different = idOf("entity_id=a");
    const std::string lacking = idOf("entity_id=m");
    EXPECT_NE(exported(m_comparator, "format=CSV").find("Anna"), std::string::npos);
    EXPECT_EQ(m_comparator.all("/api/v1/differences?q=anna").size(), 1u);
    Json mapping = m_comparator.all("/api/v1/mappings").at(0);
    const std::string path = "/api/v1/mappings/" + textOf(mapping, "id");
    const std::string version = std::to_string(mapping.at("version").get<int>());
    for (const char *name : {"id", "version", "created_at", "updated_at"})
        mapping.erase(name);
    for (Json &one : mapping.at("fields"))
        one["sensitive"] = true;
    // What a rule says of it is no more told than the differences are.
    const TestAnswer rule = m_comparator.as("operator").post(
        "/api/v1/ignore-rules", {{"data_type", "USER"}, {"field", "name"}, {"new", {{"value", "Zoe"}}}, {"reason", "known"}});
    ASSERT_EQ(rule.status, 201) << rule.body;
    const TestAnswer refused = m_comparator.as("operator").put(path, mapping, version);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_NE(refused.body.find("/fields/0/sensitive"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find(textOf(rule.json, "id")), std::string::npos) << refused.body;
    EXPECT_EQ(m_comparator.as("operator").remove("/api/v1/ignore-rules/" + textOf(rule.json, "id"), "1").status, 204);
    const TestAnswer put = m_comparator.as("operator").put(path, mapping, version);
    ASSERT_EQ(put.status, 200) << put.body;
    for (const char *format : {"CSV", "JSON", "SQL"}) {
        const std::string all = exported(m_comparator, std::string("format=") + format);
        for (const char *value : {"Anna", "Mia", "=1+1", "@x"})
            EXPECT_EQ(all.find(value), std::string::npos) << format << " " << value;
    }
    EXPECT_EQ(m_comparator.all("/api/v1/differences?q=anna").size(), 0u); // nor can it be guessed
    const Json withheld = m_comparator.all("/api/v1/differences?entity_id=b&field=name").at(0);
    EXPECT_EQ(withheld.at("sensitive"), true);
    EXPECT_TRUE(withheld.at("legacy_value").is_null()); // that it was NULL is no secret
    EXPECT_EQ(textOf(withheld, "new_value"), "withheld: found before the field was sensitive");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/differences/" + different).body.find("Anna"), std::string::npos);
    // Nor does a repair take it over.
    const auto repair = [&](const std::string &id) {
        return m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", {id}}});
    };
    EXPECT_EQ(repair(different).status, 409);
    const TestAnswer inserts = repair(lacking);
    EXPECT_EQ(inserts.status, 201) << inserts.body;
    EXPECT_EQ(inserts.body.find("Mia"), std::string::npos) << inserts.body;
    // Looked at again it has its fingerprints.
    const TestAnswer looked = m_comparator.as("operator").post("/api/v1/differences/" + different + "/recheck", Json::object());
    ASSERT_EQ(looked.status, 200) << looked.body;
    EXPECT_EQ(textOf(looked.json, "new_value").rfind("fingerprint ", 0), 0u) << looked.body;
    EXPECT_EQ(repair(different).status, 201);
}

long peakOf(const Comparator &comparator)
{
    std::ifstream status("/proc/" + std::to_string(const_cast<Comparator &>(comparator).process().pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    return 0;
}

TEST_F(ExportFiles, DoNotGrowWithTheirLength)
{
    m_fresh->run("DELETE FROM people");
    m_legacy->run("DELETE FROM people");
    const std::string rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO people "
                             "SELECT 'u' || i, hex(zeroblob(2500)) || ";
    m_legacy->run(rows + "'a', 's' FROM n");
    m_fresh->run(rows + "'b', 's' FROM n");
    start();
    const long before = peakOf(m_comparator);
    ASSERT_GT(before, 0);
    for (const char *format : {"CSV", "JSON", "SQL"}) {
        const std::string all = exported(m_comparator, std::string("format=") + format);
        EXPECT_GT(all.size(), 45'000'000u) << format;
        std::size_t last = 0;
        for (const std::string &line : linesOf(all))
            last += line.find("5000a") != std::string::npos || line.find("u5000") != std::string::npos ? 1 : 0;
        EXPECT_GE(last, 1u) << format;
    }
    EXPECT_LT(peakOf(m_comparator) - before, std::getenv("CROSSFADE_SANITIZED") ? 128 * 1'024 : 32 * 1'024) << "KiB";
}

} // namespace
} // namespace crossfade
