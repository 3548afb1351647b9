// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Tolerances, and what a run says of each field, on every engine: whether digests find the few rows that differ or all
// rows differ a little and are read.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace crossfade {
namespace {

using TwoEngines = std::pair<const char *, const char *>;

class Tolerances : public testing::TestWithParam<TwoEngines> {
protected:
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        std::unique_ptr<TestDatabase> db = engine == "sqlite"     ? newSqlite(m_dir.file(file))
                                           : engine == "postgres" ? newPostgres()
                                                                  : newMariadb();
        const bool mariadb = engine == "mariadb";
        db->run(std::string("CREATE TABLE people (id bigint PRIMARY KEY, login ") +
                (mariadb ? "varchar(20) COLLATE utf8mb4_bin" : "text") + " UNIQUE, name " +
                (mariadb ? "varchar(20)" : "text") + ", credit " +
                (engine == "sqlite" ? "text" : "decimal(12,4)") + ", seen " +
                (engine == "sqlite" ? "text" : mariadb ? "datetime(3)" : "timestamp") + ", at bigint)");
        return db;
    }
    void put(TestDatabase &db, int id, const std::string &credit, const std::string &seen)
    {
        const std::string number = std::to_string(id);
        db.run("INSERT INTO people VALUES (" + number + ", 'u" + number + "', 'n', '" + credit + "', '" + seen + "', 1)");
    }
    static Json mapping(const char *keyKind, const char *key)
    {
        Json result = peopleMapping(keyKind, Json::array({field("name", "TEXT"),
                                                          field("credit", "DECIMAL", {{"tolerance", 0.005}}),
                                                          field("seen", "TIMESTAMP", {{"tolerance", 2}})}));
        result["legacy"]["key"] = result["new"]["key"] = key;
        return result;
    }
    static Json fieldOf(const Json &run, const std::string &name)
    {
        for (const Json &field : run.at("fields")) {
            if (field.at("field") == name) return field;
        }
        return {};
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().second, "new.db");
};

TEST_P(Tolerances, AreKeptToTheLastDigitAndNamedWithEachDifference)
{
    constexpr int Rows = 600;
    for (int i = 1; i <= Rows; ++i) {
        put(*m_legacy, i, "10.0000", "2026-03-01 02:00:00");
        put(*m_fresh, i, "10.0000", "2026-03-01 02:00:00");
    }
    m_fresh->run("UPDATE people SET credit = '10.0050', seen = '2026-03-01 01:59:58' WHERE id <= 20");
    m_fresh->run("UPDATE people SET credit = '9.9949' WHERE id IN (100, 101)");
    m_fresh->run("UPDATE people SET seen = '2026-03-01 02:00:03' WHERE id IN (101, 102)");
    m_fresh->run("UPDATE people SET name = 'other' WHERE id = 103");
    m_legacy->run("UPDATE people SET credit = NULL WHERE id = 104");
    m_legacy->run("DELETE FROM people WHERE id = 105");
    m_fresh->run("DELETE FROM people WHERE id IN (106, 107)");
    Comparator comparator({"--batch-rows", "200"});
    comparator.start();
    const auto holds = [&](const Json &run, int matched) {
        EXPECT_EQ(run.at("matched"), matched);
        EXPECT_EQ(run.at("different"), 5);
        EXPECT_EQ(run.at("missing"), 2);
        EXPECT_EQ(run.at("extra"), 1);
        const Json credit = fieldOf(run, "credit");
        EXPECT_EQ(credit, (Json{{"field", "credit"}, {"compared", Rows}, {"matched", Rows - 6}, {"different", 3}, {"ignored", 0},
                                {"consistency_percentage", 99.0}}));
        EXPECT_EQ(fieldOf(run, "seen").at("different"), 2);
        EXPECT_EQ(fieldOf(run, "name").at("different"), 1);
        EXPECT_EQ(fieldOf(run, "name").at("consistency_percentage"), 99.33);
        EXPECT_EQ(run.at("fields").size(), 3u);
    };
    const std::string byNumber = comparator.addCheck(*m_legacy, *m_fresh, mapping("INTEGER", "id"), "by number");
    const std::string byText = comparator.addCheck(*m_legacy, *m_fresh, mapping("TEXT", "login"), "by text");
    holds(comparator.fullRun(byNumber), Rows - 8);
    holds(comparator.fullRun(byText), Rows - 8);
    std::map<std::string, std::set<std::string>> found;
    for (const Json &item : comparator.all("/api/v1/differences?resolved=false&check_id=" + byNumber)) {
        found[textOf(item, "entity_id")].insert(textOf(item, "field_name"));
        const std::string field = textOf(item, "field_name");
        EXPECT_EQ(item.at("tolerance"), field == "credit" ? Json(0.005) : field == "seen" ? Json(2.0) : Json());
    }
    EXPECT_EQ(found, (std::map<std::string, std::set<std::string>>{{"100", {"credit"}}, {"101", {"credit", "seen"}},
                                                                   {"102", {"seen"}}, {"103", {"name"}},
                                                                   {"104", {"credit"}}, {"105", {""}},
                                                                   {"106", {""}}, {"107", {""}}}));
    const std::string id = textOf(comparator.all("/api/v1/differences?entity_id=100&check_id=" + byNumber).at(0), "id");
    const Json detail = comparator.as("viewer").get("/api/v1/differences/" + id).json;
    EXPECT_EQ(detail.at("entity").at("fields").at(1).at("tolerance"), 0.005);

    // Now nearly every row differs within its tolerance: they are read, and the same is found.
    m_fresh->run("UPDATE people SET credit = '10.0001' WHERE id > 200");
    holds(comparator.fullRun(byNumber), Rows - 8);
    holds(comparator.fullRun(byText), Rows - 8);
    EXPECT_EQ(comparator.all("/api/v1/differences?resolved=false&check_id=" + byNumber).size(), 9u);
}

// Within its tolerance a value is in step: it is left as it is, and a real change is carried over.
TEST_P(Tolerances, LeaveASyncNothingToWrite)
{
    for (int i = 1; i <= 20; ++i) {
        put(*m_legacy, i, "10.0000", "2026-03-01 02:00:00");
        put(*m_fresh, i, "10.0030", "2026-03-01 02:00:01");
    }
    Comparator comparator;
    comparator.start();
    Json synced = mapping("INTEGER", "id");
    synced["legacy"].update({{"source_id", comparator.addSource("legacy", *m_legacy)}, {"changed_column", "at"}});
    synced["new"].update({{"source_id", comparator.addSource("new", *m_fresh)}, {"changed_column", "at"}});
    const TestAnswer mapped = comparator.as("operator").post("/api/v1/mappings", synced);
    ASSERT_EQ(mapped.status, 201) << mapped.body;
    const TestAnswer made = comparator.as("operator")
                                .post("/api/v1/sync-configs", {{"source_system", "LEGACY"},
                                                               {"target_system", "NEW"},
                                                               {"mapping_id", textOf(mapped.json, "id")},
                                                               {"sync_direction", "BIDIRECTIONAL"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string sync = "/api/v1/sync-configs/" + textOf(made.json, "id");
    ASSERT_EQ(comparator.as("operator").post(sync + "/backfill", Json::object()).status, 202);
    ASSERT_TRUE(waitFor([&] { return textOf(comparator.as("viewer").get(sync).json, "state") == "FOLLOWING"; },
                        std::chrono::seconds(60)));
    EXPECT_EQ(comparator.all("/api/v1/sync-logs").size(), 0u);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE credit = '10.0030'"), "20");
    m_legacy->run("UPDATE people SET credit = '10.0010', name = 'new', at = 2 WHERE id = 1");
    m_legacy->run("UPDATE people SET credit = '11.0000', at = 2 WHERE id = 2");
    EXPECT_TRUE(waitFor([&] { return m_fresh->one("SELECT credit FROM people WHERE id = 2") == "11.0000" &&
                                     m_fresh->one("SELECT name FROM people WHERE id = 1") == "new"; },
                        std::chrono::seconds(30)));
    EXPECT_EQ(m_fresh->one("SELECT credit FROM people WHERE id = 1"), "10.0030");
    EXPECT_EQ(m_legacy->one("SELECT credit FROM people WHERE id = 1"), "10.0010");
    // Changed on LEGACY within it, then on NEW beyond it: neither is overwritten by the other.
    m_legacy->run("UPDATE people SET credit = '10.0070', name = 'new', at = 3 WHERE id = 3");
    ASSERT_TRUE(waitFor([&] { return m_fresh->one("SELECT name FROM people WHERE id = 3") == "new"; },
                        std::chrono::seconds(30)));
    m_fresh->run("UPDATE people SET credit = '10.0015', at = 3 WHERE id = 3");
    EXPECT_TRUE(waitFor([&] { return comparator.all("/api/v1/sync-tasks?state=DEAD").size() == 1; },
                        std::chrono::seconds(30)));
    EXPECT_EQ(m_legacy->one("SELECT credit FROM people WHERE id = 3"), "10.0070");
    EXPECT_EQ(m_fresh->one("SELECT credit FROM people WHERE id = 3"), "10.0015");
}

INSTANTIATE_TEST_SUITE_P(Of, Tolerances,
                         testing::Values(TwoEngines("sqlite", "postgres"), TwoEngines("postgres", "postgres"),
                                         TwoEngines("postgres", "mariadb"), TwoEngines("mariadb", "sqlite")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
