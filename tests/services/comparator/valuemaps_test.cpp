// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two sides that write the same values differently, on every engine: compared by a value map and in their wall clocks,
// repaired and synced to what the other side writes.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using EnginePair = std::pair<const char *, const char *>;

class ValueMaps : public testing::TestWithParam<EnginePair> {
protected:
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        if (engine == "sqlite") return newSqlite(m_dir.file(file));
        return engine == "postgres" ? newPostgres() : newMariadb();
    }
    static bool isMariadb(const TestDatabase &db) { return db.kind() == "MARIADB"; }
    // LEGACY: codes, letters, Shanghai's wall clock. NEW: words, booleans, UTC.
    void SetUp() override
    {
        const std::string key = isMariadb(*m_legacy) ? "varchar(20) COLLATE utf8mb4_bin" : "text";
        m_legacy->run("CREATE TABLE people (id bigint PRIMARY KEY, login " + key +
                      " UNIQUE, status char(1), level integer, active varchar(1), seen " +
                      (m_legacy->isPostgres() ? "timestamp" : isMariadb(*m_legacy) ? "datetime(3)" : "text") + ", at bigint)");
        const std::string word = isMariadb(*m_fresh) ? "varchar(20) COLLATE utf8mb4_bin" : "text";
        m_fresh->run("CREATE TABLE people (id bigint PRIMARY KEY, login " + word + " UNIQUE, status " + word +
                     ", level integer, active boolean, seen " +
                     (m_fresh->isPostgres() ? "timestamp with time zone" : isMariadb(*m_fresh) ? "datetime(3)" : "text") +
                     ", at bigint)");
        for (int i = 1; i <= 300; ++i) {
            put(*m_legacy, i, i % 2 ? "'A'" : "'D'", i % 3, i % 2 ? "'J'" : "'N'", "'2026-03-01 10:00:00.5'");
            put(*m_fresh, i, i % 2 ? "'active'" : "'gone'", (i % 3) * 10, i % 2 ? "TRUE" : "FALSE",
                m_fresh->isPostgres() ? "'2026-03-01 02:00:00.5+00'" : "'2026-03-01 02:00:00.5'");
        }
    }
    static void put(TestDatabase &db, int id, const std::string &status, int level, const std::string &active,
                    const std::string &seen)
    {
        db.run("INSERT INTO people VALUES (" + std::to_string(id) + ", 'u" + std::to_string(id) + "', " + status + ", " +
               std::to_string(level) + ", " + active + ", " + seen + ", 1)");
    }
    static Json mapping(const char *keyKind, const char *key)
    {
        const auto pairs = [](std::vector<std::pair<std::string, std::string>> all) {
            Json list = Json::array();
            for (const auto &[legacy, fresh] : all)
                list.push_back({{"legacy", legacy}, {"new", fresh}});
            return Json{{"value_map", list}};
        };
        Json result = peopleMapping(
            keyKind, Json::array({field("status", "TEXT", pairs({{"A", "active"}, {"D", "gone"}})),
                                  field("level", "INTEGER", pairs({{"1", "10"}, {"2", "20"}})),
                                  field("active", "BOOLEAN", pairs({{"J", "1"}, {"N", "0"}})),
                                  field("seen", "TIMESTAMP", {{"legacy_time_zone", "Asia/Shanghai"}})}));
        result["legacy"]["key"] = result["new"]["key"] = key;
        return result;
    }
    // Rows that digests of the bytes would call equal, and others that they would not.
    void spoil()
    {
        m_legacy->run("UPDATE people SET status = 'D' WHERE id = 7");
        m_legacy->run("UPDATE people SET level = 2 WHERE id = 10");
        m_fresh->run("UPDATE people SET active = FALSE WHERE id = 11");
        m_fresh->run(std::string("UPDATE people SET seen = ") +
                     (m_fresh->isPostgres() ? "'2026-03-01 10:00:00.5+00'" : "'2026-03-01 10:00:00.5'") + " WHERE id = 12");
        m_fresh->run("UPDATE people SET level = 1 WHERE id = 13"); // the very number that LEGACY holds
        m_legacy->run("DELETE FROM people WHERE id = 14");
        m_fresh->run("DELETE FROM people WHERE id = 15");
    }
    std::map<std::string, std::string> found(const Comparator &comparator, const std::string &check)
    {
        std::map<std::string, std::string> result;
        for (const Json &item : comparator.all("/api/v1/differences?resolved=false&check_id=" + check))
            result[textOf(item, "entity_id")] +=
                textOf(item, "field_name") + (item.at("field_name").is_null() ? textOf(item, "difference_type") : "");
        return result;
    }
    Json repaired(const Comparator &comparator, const std::string &check, const std::string &entity)
    {
        Json ids = Json::array();
        for (const Json &item :
             comparator.all("/api/v1/differences?resolved=false&check_id=" + check + "&entity_id=" + entity))
            ids.push_back(item.at("id"));
        const TestAnswer made = comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "r"}});
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = textOf(made.json.at("items").at(0), "id");
        m_preview = comparator.as("viewer").get("/api/v1/repairs/" + id + "/preview").json;
        EXPECT_EQ(comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "r"}}).status, 200);
        return comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
    }
    std::string statusOf(TestDatabase &db, int id)
    {
        return db.one("SELECT status FROM people WHERE id = " + std::to_string(id));
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().second, "new.db");
    Json m_preview;
};

TEST_P(ValueMaps, AreComparedExactlyByEitherKindOfKeyAndRepaired)
{
    Comparator comparator({"--batch-rows", "64"});
    comparator.start();
    const std::string byNumber = comparator.addCheck(*m_legacy, *m_fresh, mapping("INTEGER", "id"), "by number");
    const std::string byText = comparator.addCheck(*m_legacy, *m_fresh, mapping("TEXT", "login"), "by text");
    EXPECT_EQ(comparator.fullRun(byNumber).at("matched"), 300);
    spoil();
    const std::map<std::string, std::string> expected{{"7", "status"}, {"10", "level"}, {"11", "active"}, {"12", "seen"},
                                                      {"13", "level"}, {"14", "EXTRA"}, {"15", "MISSING"}};
    const Json run = comparator.fullRun(byNumber);
    EXPECT_EQ(found(comparator, byNumber), expected);
    EXPECT_EQ(run.at("matched"), 293);
    EXPECT_EQ(run.at("different"), 5);
    EXPECT_EQ(comparator.fullRun(byText).at("matched"), 293);
    EXPECT_EQ(found(comparator, byText).size(), 7u);

    for (const auto &[entity, field] : expected) {
        if (entity == "14") continue; // a deletion, which maps nothing
        const Json repair = repaired(comparator, byNumber, entity);
        EXPECT_EQ(textOf(repair, "status"), "VERIFIED") << entity << " " << repair;
        if (entity != "7") continue;
        EXPECT_EQ(repair.at("fields").at(0).at("before"), "active");
        EXPECT_EQ(repair.at("fields").at(0).at("after"), "gone");
        EXPECT_EQ(m_preview.at("after").at("status"), "gone");
    }
    EXPECT_EQ(statusOf(*m_fresh, 7), "gone");
    EXPECT_EQ(m_fresh->one("SELECT level FROM people WHERE id = 10"), "20");
    EXPECT_EQ(statusOf(*m_fresh, 15), "active");
    EXPECT_EQ(comparator.fullRun(byNumber).at("matched"), 299);
}

TEST_P(ValueMaps, AreWrittenBackwardsAndWhatHasNoPlaceThereIsRefused)
{
    Comparator comparator;
    comparator.start();
    Json backwards = mapping("INTEGER", "id");
    backwards["authoritative"] = "NEW";
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, backwards);
    m_fresh->run("UPDATE people SET status = 'gone', active = FALSE, level = 20 WHERE id = 1");
    m_fresh->run("DELETE FROM people WHERE id = 3");
    m_fresh->run("UPDATE people SET status = 'A' WHERE id = 5");
    m_fresh->run("INSERT INTO people SELECT 301, 'u301', status, level, active, seen, at FROM people WHERE id = 9");
    comparator.fullRun(check);
    EXPECT_EQ(textOf(repaired(comparator, check, "1"), "status"), "VERIFIED");
    EXPECT_EQ(m_legacy->one("SELECT status FROM people WHERE id = 1"), "D");
    EXPECT_EQ(m_legacy->one("SELECT active FROM people WHERE id = 1"), "N");
    EXPECT_EQ(m_legacy->one("SELECT level FROM people WHERE id = 1"), "2");
    EXPECT_EQ(textOf(repaired(comparator, check, "301"), "status"), "VERIFIED");
    EXPECT_EQ(m_legacy->one("SELECT count(*) FROM people l JOIN people r ON l.seen = r.seen WHERE l.id = 301 AND r.id = 9"),
              "1");
    const Json refused = repaired(comparator, check, "5");
    EXPECT_EQ(textOf(refused, "status"), "FAILED");
    EXPECT_EQ(textOf(refused, "error"), "status: no value of LEGACY stands for \"A\" of NEW");
    EXPECT_EQ(textOf(m_preview, "statement"), "");
    EXPECT_NE(textOf(m_preview, "detail").find("no value of LEGACY"), std::string::npos);
    EXPECT_EQ(statusOf(*m_legacy, 5), "A");
}

TEST_P(ValueMaps, WallTimesOfOneZoneStayWallTimes)
{
    m_fresh->run("DROP TABLE people");
    m_fresh->run(std::string("CREATE TABLE people (id bigint PRIMARY KEY, seen ") +
                 (m_fresh->isPostgres() ? "timestamp" : isMariadb(*m_fresh) ? "datetime(3)" : "text") + ")");
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(
        *m_legacy, *m_fresh,
        peopleMapping("INTEGER", Json::array({field("seen", "TIMESTAMP", {{"legacy_time_zone", "Asia/Shanghai"},
                                                                           {"new_time_zone", "Asia/Shanghai"}})})));
    m_legacy->run("DELETE FROM people WHERE id > 1");
    comparator.fullRun(check);
    EXPECT_EQ(textOf(repaired(comparator, check, "1"), "status"), "VERIFIED");
    const std::string text = isMariadb(*m_fresh) ? "CAST(seen AS CHAR)" : "CAST(seen AS text)";
    EXPECT_EQ(m_fresh->one("SELECT " + text + " FROM people").substr(0, 19), "2026-03-01 10:00:00");
    EXPECT_EQ(comparator.fullRun(check).at("matched"), 1);
}

// Eight hours apart, and of the same digits: what names its zone is no wall time.
TEST_P(ValueMaps, ATimeThatNamesItsZoneIsNoWallTimeOfItsDigits)
{
    m_fresh->run("DROP TABLE people");
    const bool typed = m_fresh->isPostgres();
    m_fresh->run("CREATE TABLE people (id bigint PRIMARY KEY, login varchar(20) UNIQUE, seen " +
                 std::string(typed ? "timestamp with time zone" : "varchar(40)") + ")");
    for (int i = 1; i <= 300; ++i) {
        const std::string hour = i % 50 == 7 ? "10" : "02";
        const std::string zone = i % 2 ? "Z" : "+00:00";
        m_fresh->run("INSERT INTO people VALUES (" + std::to_string(i) + ", 'u" + std::to_string(i) + "', '2026-03-01 " + hour +
                     ":00:00.5" + zone + "')");
    }
    Comparator comparator;
    comparator.start();
    for (const auto &[kind, key] : {std::pair("INTEGER", "id"), std::pair("TEXT", "login")}) {
        Json mapping = peopleMapping(kind, Json::array({field("seen", "TIMESTAMP", {{"legacy_time_zone", "Asia/Shanghai"},
                                                                                     {"new_time_zone", "Asia/Shanghai"}})}));
        mapping["legacy"]["key"] = mapping["new"]["key"] = key;
        if (kind == std::string("TEXT")) mapping["data_type"] = "LOGIN";
        const std::string check = comparator.addCheck(*m_legacy, *m_fresh, mapping, kind);
        const Json run = comparator.fullRun(check);
        EXPECT_EQ(run.at("different"), 6) << dumpJson(run);
        EXPECT_EQ(run.at("matched"), 294);
        const std::string u = kind == std::string("TEXT") ? "u" : "";
        EXPECT_TRUE(found(comparator, check).contains(u + "57"));
    }
}

TEST_P(ValueMaps, AreSyncedBothWays)
{
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
                                                               {"sync_direction", "BIDIRECTIONAL"},
                                                               {"error_handling", "SKIP"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string sync = "/api/v1/sync-configs/" + textOf(made.json, "id");
    ASSERT_EQ(comparator.as("operator").post(sync + "/backfill", Json::object()).status, 202);
    ASSERT_TRUE(waitFor([&] { return textOf(comparator.as("viewer").get(sync).json, "state") == "FOLLOWING"; },
                        std::chrono::seconds(60)))
        << comparator.as("viewer").get(sync).body;
    EXPECT_EQ(comparator.all("/api/v1/sync-logs").size(), 0u); // all was in step: nothing was written
    m_legacy->run("UPDATE people SET status = 'D', active = 'N', at = 2 WHERE id = 1");
    m_fresh->run("UPDATE people SET level = 20, status = 'active', at = 2 WHERE id = 4");
    m_fresh->run("UPDATE people SET status = 'A', at = 2 WHERE id = 6");
    EXPECT_TRUE(waitFor([&] { return statusOf(*m_fresh, 1) == "gone" && statusOf(*m_legacy, 4) == "A"; },
                        std::chrono::seconds(30)));
    EXPECT_EQ(m_legacy->one("SELECT level FROM people WHERE id = 4"), "2");
    EXPECT_TRUE(waitFor(
        [&] {
            for (const Json &log : comparator.all("/api/v1/sync-logs?status=FAILED"))
                if (textOf(log, "error_message").find("no value of LEGACY stands for \"A\"") != std::string::npos) return true;
            return false;
        },
        std::chrono::seconds(30)));
    EXPECT_EQ(statusOf(*m_legacy, 6), "D");
}

INSTANTIATE_TEST_SUITE_P(Of, ValueMaps,
                         testing::Values(EnginePair("sqlite", "sqlite"), EnginePair("sqlite", "postgres"),
                                         EnginePair("postgres", "mariadb"), EnginePair("mariadb", "sqlite"),
                                         EnginePair("postgres", "postgres"), EnginePair("mariadb", "mariadb")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
