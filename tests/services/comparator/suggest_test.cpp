// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A draft from real tables of every engine, which is taken as it is and finds what differs.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/contract.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using Drafted = std::pair<const char *, const char *>;

class Suggestions : public testing::TestWithParam<Drafted> {
protected:
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        if (engine == "sqlite") return newSqlite(m_dir.file(file));
        return engine == "postgres" ? newPostgres() : newMariadb();
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().second, "new.db");
};

TEST_P(Suggestions, MakeAMappingThatCanBeUsed)
{
    const bool mariadb = m_legacy->kind() == "MARIADB";
    m_legacy->run(std::string("CREATE TABLE people (UserId integer NOT NULL PRIMARY KEY, FullName ") +
                  (mariadb ? "varchar(60)" : "text") + ", balance decimal(10,2), active boolean, created " +
                  (m_legacy->isPostgres() ? "timestamp" : "datetime") + ", old_thing integer)");
    m_fresh->run(std::string("CREATE TABLE people (user_id bigint NOT NULL PRIMARY KEY, full_name ") +
                 (m_fresh->kind() == "MARIADB" ? "varchar(60)" : "text") + ", balance decimal(12,4), active boolean, created " +
                 (m_fresh->isPostgres() ? "timestamp with time zone" : "datetime") + ", new_thing integer)");
    for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
        side->run("INSERT INTO people VALUES (1, 'Ann', 10.5, TRUE, '2026-03-01 02:00:00', 7), "
                  "(2, 'Bob', 1, FALSE, NULL, 8)");
    m_fresh->run("UPDATE people SET full_name = 'Rob' WHERE user_id = 2");
    Comparator comparator;
    comparator.start();
    const Json body{{"data_type", "USER"},
                    {"legacy", {{"source_id", comparator.addSource("l", *m_legacy)}, {"table", "people"}}},
                    {"new", {{"source_id", comparator.addSource("n", *m_fresh)}, {"table", "people"}}}};
    const TestAnswer draft = comparator.as("operator").post("/api/v1/mappings/suggest", body);
    ASSERT_EQ(draft.status, 200) << draft.body;
    EXPECT_EQ(Contract("comparator.yaml").check("POST", "/api/v1/mappings/suggest", draft), "");
    const Json &mapping = draft.json.at("mapping");
    EXPECT_EQ(mapping.at("key_kind"), "INTEGER");
    EXPECT_EQ(mapping.at("new").at("key"), "user_id");
    EXPECT_EQ(draft.json.at("unpaired_legacy").size(), 1u);
    EXPECT_EQ(draft.json.at("unpaired_new").at(0).at("column"), "new_thing");
    std::map<std::string, std::string> kinds;
    for (const Json &field : mapping.at("fields"))
        kinds[textOf(field, "name")] = textOf(field, "kind");
    EXPECT_EQ(kinds, (std::map<std::string, std::string>{{"full_name", "TEXT"}, {"balance", "DECIMAL"},
                                                         {"active", "BOOLEAN"}, {"created", "TIMESTAMP"}}));
    const TestAnswer made = comparator.as("operator").post("/api/v1/mappings", mapping);
    ASSERT_EQ(made.status, 201) << made.body;
    const TestAnswer check = comparator.as("operator").post(
        "/api/v1/checks", {{"check_name", "c"}, {"mapping_id", textOf(made.json, "id")}});
    ASSERT_EQ(check.status, 201) << check.body;
    const Json run = comparator.fullRun(textOf(check.json, "id"));
    EXPECT_EQ(run.at("matched"), 1);
    EXPECT_EQ(run.at("different"), 1);
    Json nowhere = body;
    nowhere["new"]["table"] = "nobody";
    EXPECT_EQ(comparator.as("operator").post("/api/v1/mappings/suggest", nowhere).status, 422);
}

INSTANTIATE_TEST_SUITE_P(Of, Suggestions,
                         testing::Values(Drafted("sqlite", "postgres"), Drafted("postgres", "mariadb"),
                                         Drafted("mariadb", "sqlite")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
