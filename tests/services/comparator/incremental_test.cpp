// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that look at what changed since the last one, on every engine, and at what no change column tells.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <ctime>

namespace crossfade {
namespace {

constexpr int Rows = 3'000;

// So long ago, in UTC, as all three engines read it.
std::string wallClock(std::chrono::seconds ago)
{
    const std::time_t at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - ago);
    std::tm parts{};
    gmtime_r(&at, &parts);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    return text;
}

// What of a row no two columns have: `key` of a number makes its key.
struct Table {
    std::string keyType = "bigint";
    std::string keyPrefix; // of keys that are texts
    std::string changedType;
};

class People {
public:
    People(const std::string &engine, const std::string &file, Table table = {})
        : m_engine(engine)
        , m_table(std::move(table))
        , m_db(engine == "sqlite" ? newSqlite(file) : engine == "postgres" ? newPostgres() : newMariadb())
    {
        if (m_table.changedType.empty())
            m_table.changedType = engine == "postgres" ? "timestamptz" : engine == "mariadb" ? "datetime(6)" : "text";
        m_db->run("CREATE TABLE people (id " + m_table.keyType + " PRIMARY KEY, name varchar(60), changed_at " +
                  m_table.changedType + " NULL)");
    }
    TestDatabase &db() { return *m_db; }
    std::string key(int i) const
    {
        return m_table.keyPrefix.empty() ? std::to_string(i) : "'" + m_table.keyPrefix + std::to_string(i) + "'";
    }
    // In the change column's own form.
    std::string changed(const std::string &value) const
    {
        const bool number = value.find_first_not_of("0123456789") == std::string::npos || value == "NULL";
        return number ? value : "'" + value + (m_table.changedType == "timestamptz" ? "+00'" : "'");
    }
    std::string ago(std::chrono::seconds time) const { return changed(wallClock(time)); }
    std::string now() const { return ago(std::chrono::seconds(0)); }

    // Rows 1 to `count`, each changed a minute after the one before, the last one a day ago.
    void fill(int count)
    {
        std::string values;
        for (int i = 1; i <= count; ++i) {
            values += (values.empty() ? "(" : ", (") + key(i) + ", 'name of " + std::to_string(i) + "', " +
                      ago(std::chrono::hours(24) + std::chrono::minutes(count - i)) + ")";
            if (i % 1'000 != 0 && i != count) continue;
            m_db->run("INSERT INTO people VALUES " + values);
            values.clear();
        }
    }
    void insert(int i, const std::string &changedAt)
    {
        m_db->run("INSERT INTO people VALUES (" + key(i) + ", 'name of " + std::to_string(i) + "', " + changedAt + ")");
    }
    void rename(int i, const std::string &name, const std::string &changedAt)
    {
        m_db->run("UPDATE people SET name = '" + name + "', changed_at = " + changedAt + " WHERE id = " + key(i));
    }
    void rename(int i, const std::string &name) // and nothing tells of it
    {
        m_db->run("UPDATE people SET name = '" + name + "' WHERE id = " + key(i));
    }
    void remove(int i) { m_db->run("DELETE FROM people WHERE id = " + key(i)); }

private:
    std::string m_engine;
    Table m_table;
    std::unique_ptr<TestDatabase> m_db;
};

Json changingMapping(const std::string &keyKind = "INTEGER", bool legacy = true, bool fresh = true,
                     Json fields = Json::array({field("name", "TEXT")}))
{
    Json mapping = peopleMapping(keyKind, std::move(fields));
    if (legacy) mapping["legacy"]["changed_column"] = "changed_at";
    if (fresh) mapping["new"]["changed_column"] = "changed_at";
    return mapping;
}

Json incremental(const Comparator &comparator, const std::string &check, bool keys = false)
{
    Json body{{"scope", "INCREMENTAL"}};
    if (keys) body["keys"] = true;
    return comparator.waitRun(comparator.startRun(check, body));
}

std::set<std::string> openKeys(const Comparator &comparator, const std::string &check)
{
    std::set<std::string> keys;
    for (const Json &difference : comparator.all("/api/v1/differences?resolved=false&check_id=" + check))
        keys.insert(textOf(difference, "entity_id"));
    return keys;
}

struct ChangingPair {
    const char *name;
    const char *legacy;
    const char *fresh;
    const char *keyPrefix; // "": whole numbers
};

class Changes : public testing::TestWithParam<ChangingPair> {
protected:
    static Table table(const char *engine)
    {
        const std::string prefix = GetParam().keyPrefix;
        if (prefix.empty()) return {};
        return {std::string(engine) == "sqlite" ? "text" : "varchar(40)", prefix, ""};
    }
    std::string text(int i) const { return GetParam().keyPrefix + std::to_string(i); }
    std::set<std::string> texts(const std::vector<int> &numbers) const
    {
        std::set<std::string> keys;
        for (const int i : numbers)
            keys.insert(text(i));
        return keys;
    }
    TempDir m_dir;
    People m_legacy{GetParam().legacy, m_dir.file("legacy.db"), table(GetParam().legacy)};
    People m_fresh{GetParam().fresh, m_dir.file("new.db"), table(GetParam().fresh)};
};

TEST_P(Changes, AreFoundOnEitherSideAndWhatWasMendedIsResolved)
{
    m_legacy.fill(Rows);
    m_fresh.fill(Rows);
    m_fresh.rename(10, "other");
    Comparator comparator;
    comparator.start();
    const std::string check =
        comparator.addCheck(m_legacy.db(), m_fresh.db(), changingMapping(*GetParam().keyPrefix ? "TEXT" : "INTEGER"));
    const Json full = comparator.fullRun(check);
    EXPECT_EQ(full.at("different"), 1);
    EXPECT_FALSE(full.contains("changes"));

    // Nothing changed: the open difference is read again, and what the overlap holds.
    const Json quiet = incremental(comparator, check);
    EXPECT_EQ(quiet.at("scope"), "INCREMENTAL");
    EXPECT_LE(quiet.at("rows_done").get<int>(), 150) << dumpJson(quiet);
    EXPECT_EQ(quiet.at("different"), 1);
    EXPECT_EQ(quiet.at("matched"), Rows - 1);
    EXPECT_EQ(quiet.at("consistency_percentage"), full.at("consistency_percentage"));
    EXPECT_EQ(quiet.at("status"), "SUCCESS");
    const Json &told = quiet.at("changes");
    EXPECT_EQ(told.at("population"), Rows);
    EXPECT_GE(told.at("carried").get<int>(), Rows - 150);
    EXPECT_EQ(told.at("looks_at_keys"), false);
    EXPECT_EQ(told.at("full_run_id"), full.at("id"));
    EXPECT_EQ(told.at("changes_of"), Json::array({"LEGACY", "NEW"}));
    EXPECT_EQ(openKeys(comparator, check), texts({10}));

    m_legacy.rename(20, "changed here", m_legacy.now());
    m_fresh.rename(30, "changed there", m_fresh.now());
    m_legacy.insert(6'001, m_legacy.now());
    m_fresh.insert(6'002, m_fresh.now());
    m_fresh.remove(40);
    // Begun before the marks were taken, committed after them.
    m_legacy.rename(50, "late", m_legacy.ago(std::chrono::seconds(40)));
    m_legacy.rename(60, "untold");
    const Json changed = incremental(comparator, check);
    EXPECT_LE(changed.at("rows_done").get<int>(), 160) << dumpJson(changed);
    EXPECT_EQ(changed.at("different"), 4);
    EXPECT_EQ(changed.at("missing"), 1);
    EXPECT_EQ(changed.at("extra"), 1);
    EXPECT_EQ(changed.at("changes").at("keys_checked_at"), told.at("keys_checked_at"));
    EXPECT_EQ(openKeys(comparator, check), texts({10, 20, 30, 50, 6'001, 6'002}));

    const Json withKeys = incremental(comparator, check, true);
    EXPECT_EQ(withKeys.at("missing"), 2) << dumpJson(withKeys);
    EXPECT_EQ(withKeys.at("changes").at("looks_at_keys"), true);
    EXPECT_EQ(withKeys.at("changes").at("population"), Rows + 2);
    EXPECT_GT(textOf(withKeys.at("changes"), "keys_checked_at"), textOf(told, "keys_checked_at"));
    EXPECT_LE(withKeys.at("rows_done").get<int>(), 160) << "of all keys only those that one side lacks are read";
    EXPECT_EQ(withKeys.at("matched"), Rows + 2 - 4 - 2 - 1);
    EXPECT_EQ(openKeys(comparator, check), texts({10, 20, 30, 40, 50, 6'001, 6'002}));

    // Mended without a word in the change column.
    for (const int i : {10, 20, 30, 50}) {
        m_legacy.rename(i, "mended");
        m_fresh.rename(i, "mended");
    }
    m_legacy.remove(6'001);
    m_fresh.remove(6'002);
    m_fresh.insert(40, m_fresh.ago(std::chrono::hours(48)));
    const Json mended = incremental(comparator, check);
    EXPECT_EQ(mended.at("consistency_percentage"), 100.0) << dumpJson(mended);
    EXPECT_EQ(openKeys(comparator, check), std::set<std::string>());
    // What nobody told of, only a look at all rows finds; a gate goes by nothing else.
    const Json checks = comparator.as("viewer").get("/api/v1/checks/" + check).json;
    EXPECT_EQ(checks.at("last_full_run").at("id"), full.at("id"));
    EXPECT_EQ(checks.at("last_run").at("scope"), "INCREMENTAL");
    EXPECT_EQ(comparator.fullRun(check).at("different"), 1);
    EXPECT_EQ(openKeys(comparator, check), texts({60}));
}

INSTANTIATE_TEST_SUITE_P(Engines, Changes,
                         testing::Values(ChangingPair{"postgres_postgres", "postgres", "postgres", ""},
                                         ChangingPair{"postgres_mariadb", "postgres", "mariadb", ""},
                                         ChangingPair{"sqlite_postgres", "sqlite", "postgres", ""},
                                         ChangingPair{"mariadb_sqlite", "mariadb", "sqlite", ""},
                                         ChangingPair{"texts_postgres_mariadb", "postgres", "mariadb", "person|"},
                                         ChangingPair{"texts_mariadb_sqlite", "mariadb", "sqlite", "person|"},
                                         ChangingPair{"texts_postgres_postgres", "postgres", "postgres", "p-"}),
                         [](const auto &info) { return std::string(info.param.name); });

class ChangeRuns : public testing::Test {
protected:
    TempDir m_dir;
};

// Far more rows of one value than a page of keys has, and a kill in the middle of them.
TEST_F(ChangeRuns, SurviveKillsAmongManyRowsOfOneValue)
{
    constexpr int Many = 24'000;
    People legacy("postgres", "");
    People fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(Many);
    fresh.fill(Many);
    Comparator comparator({"--batch-rows", "2000"});
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), Many);
    legacy.db().run("UPDATE people SET changed_at = " + legacy.now());
    fresh.db().run("UPDATE people SET changed_at = " + fresh.now());
    fresh.db().run("UPDATE people SET name = 'other' WHERE id % 1000 = 0"); // 24, on every page
    fresh.db().run("DELETE FROM people WHERE id % 1000 = 1");               // 24
    comparator.kill();
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:30"}); // of 48 lists of one side
    const std::string run = comparator.startRun(check, {{"scope", "INCREMENTAL"}});
    for (const char *next : {"check.after-batch:40", "check.after-batch:20"}) { // both in the other side's
        ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
        comparator.start({std::string("CROSSFADE_KILL_POINT=") + next});
    }
    ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
    comparator.start();
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("different"), 24) << dumpJson(finished);
    EXPECT_EQ(finished.at("missing"), 24);
    EXPECT_EQ(finished.at("matched"), Many - 48);
    EXPECT_EQ(finished.at("rows_done"), Many + Many - 24) << "no list of keys was read twice";
    EXPECT_EQ(finished.at("segments_done"), 48 + 48);
    EXPECT_EQ(openKeys(comparator, check).size(), 48u);
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);

    // Without a kill what changed on both sides is read once.
    legacy.db().run("UPDATE people SET changed_at = " + legacy.now());
    fresh.db().run("UPDATE people SET changed_at = " + fresh.now());
    EXPECT_EQ(incremental(comparator, check).at("rows_done"), Many);
}

TEST_F(ChangeRuns, MoveNoMarkUnlessTheyEndWhole)
{
    People legacy("sqlite", m_dir.file("legacy.db"));
    People fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(Rows);
    fresh.fill(Rows);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    comparator.fullRun(check);
    legacy.db().run("UPDATE people SET changed_at = " + legacy.ago(std::chrono::hours(3)));
    legacy.rename(1, "first", legacy.ago(std::chrono::hours(3)));
    legacy.rename(Rows, "last", legacy.ago(std::chrono::hours(3)));
    // Later than the rest by more than what is read twice: it must not hide them.
    legacy.rename(5, "newest", legacy.now());
    const Json slow{{"scope", "INCREMENTAL"}, {"rows_per_second_limit", 400}};
    const auto act = [&](const std::string &run, const char *what) {
        return comparator.as("operator").post("/api/v1/runs/" + run + "/" + what, Json::object()).status;
    };
    const std::string first = comparator.startRun(check, slow);
    EXPECT_TRUE(waitFor([&] { return comparator.run(first).at("rows_done") > 0; }));
    EXPECT_EQ(act(first, "cancel"), 200);
    const Json cancelled = comparator.waitRun(first, {"CANCELLED"}, std::chrono::seconds(5));
    EXPECT_EQ(cancelled.at("status"), "PARTIAL");
    EXPECT_TRUE(cancelled.at("consistency_percentage").is_null()) << "no share of anything";
    EXPECT_TRUE(cancelled.at("changes").at("carried").is_null());

    const std::string second = comparator.startRun(check, {{"scope", "INCREMENTAL"}, {"rows_per_second_limit", 1'500}});
    EXPECT_TRUE(waitFor([&] { return comparator.run(second).at("segments_done") >= 2; }));
    EXPECT_EQ(act(second, "pause"), 200);
    const Json paused = comparator.waitRun(second, {"PAUSED"}, std::chrono::seconds(5));
    EXPECT_LT(paused.at("rows_done").get<int>(), Rows);
    EXPECT_EQ(act(second, "resume"), 200);
    const Json finished = comparator.waitRun(second);
    EXPECT_EQ(finished.at("different"), 3) << dumpJson(finished);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "5", std::to_string(Rows)}));
    // Now it has moved: of the many none is read again.
    EXPECT_LE(incremental(comparator, check).at("rows_done").get<int>(), 150);
}

TEST_F(ChangeRuns, NeedAFullRunAndAColumnThatTells)
{
    People legacy("sqlite", m_dir.file("legacy.db"));
    People fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(10);
    fresh.fill(10);
    Comparator comparator;
    comparator.start();
    const std::string silent = comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", false, false), "silent");
    const auto start = [&](const std::string &check, const Json &body) {
        return comparator.as("operator").post("/api/v1/checks/" + check + "/run", body);
    };
    const Json asked{{"scope", "INCREMENTAL"}};
    const TestAnswer none = start(silent, asked);
    EXPECT_EQ(none.status, 422) << none.body;
    EXPECT_EQ(none.json.at("errors").at(0).at("pointer"), "/scope");
    EXPECT_NE(none.body.find("changed_column"), std::string::npos) << none.body;

    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping(), "told");
    const TestAnswer early = start(check, asked);
    EXPECT_EQ(early.status, 409);
    EXPECT_NE(early.body.find("FULL"), std::string::npos) << early.body;
    EXPECT_EQ(start(check, {{"scope", "FULL"}, {"keys", true}}).status, 422);
    EXPECT_TRUE(comparator.all("/api/v1/runs").empty()) << "nothing was queued";
    comparator.fullRun(check);
    EXPECT_EQ(incremental(comparator, check).at("consistency_percentage"), 100.0);

    // The mapping is another: what was compared by the old one says nothing of it.
    const std::string id = textOf(comparator.as("viewer").get("/api/v1/checks/" + check).json, "mapping_id");
    const TestAnswer before = comparator.as("viewer").get("/api/v1/mappings/" + id);
    Json mapping = before.json;
    for (const char *name : {"id", "version", "created_at", "updated_at"})
        mapping.erase(name);
    mapping["fields"][0]["transforms"] = Json::array({"UPPER"});
    const TestAnswer put = comparator.as("operator").put("/api/v1/mappings/" + id, mapping,
                                                         std::to_string(before.json.at("version").get<int>()));
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(start(check, asked).status, 409);
    comparator.fullRun(check);
    EXPECT_EQ(incremental(comparator, check).at("status"), "SUCCESS");
    EXPECT_EQ(comparator.as("operator").get("/api/v1/checks/" + check).status, 200);
}

// Of one side that tells nothing, only what changed with the other side's row is seen.
TEST_F(ChangeRuns, GoByTheSideThatTells)
{
    People legacy("postgres", "");
    People fresh("postgres", "");
    legacy.fill(500);
    fresh.fill(500);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", true, false));
    comparator.fullRun(check);
    legacy.rename(1, "a", legacy.now());
    fresh.rename(2, "b", fresh.now());
    const Json run = incremental(comparator, check);
    EXPECT_EQ(run.at("changes").at("changes_of"), Json::array({"LEGACY"}));
    EXPECT_TRUE(run.at("changes").at("new_from").is_null());
    EXPECT_EQ(openKeys(comparator, check), std::set<std::string>{"1"});
    EXPECT_EQ(run.at("rows_done"), 1);
    comparator.fullRun(check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2"}));
}

TEST_F(ChangeRuns, LookAtAllKeysInEveryTenth)
{
    People legacy("sqlite", m_dir.file("legacy.db"));
    People fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(200);
    fresh.fill(200);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    comparator.fullRun(check);
    legacy.remove(7);
    for (int round = 1; round <= 11; ++round) {
        const Json run = incremental(comparator, check);
        EXPECT_EQ(run.at("changes").at("looks_at_keys"), round == 10) << round;
        EXPECT_EQ(run.at("extra"), round >= 10 ? 1 : 0) << round;
    }
}

// Numbers of milliseconds, numbers of versions, and rows that no number was given.
TEST_F(ChangeRuns, ReadNumbersAndTellWhatNullHides)
{
    People legacy("mariadb", "", {"bigint", "", "bigint"});
    People fresh("postgres", "", {"bigint", "", "bigint"});
    for (People *side : {&legacy, &fresh}) {
        for (int i = 1; i <= 300; ++i)
            side->insert(i, std::to_string(side == &legacy ? 1'700'000'000'000 + 120'000 * i : i));
        side->insert(301, "NULL");
    }
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), 301);
    EXPECT_LE(incremental(comparator, check).at("rows_done").get<int>(), 2) << "the last of each side";
    legacy.rename(1, "a", "1700100000000");
    fresh.rename(2, "b", "302");
    fresh.rename(301, "unseen");
    fresh.insert(302, "NULL");
    const Json run = incremental(comparator, check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2"})) << dumpJson(run);
    incremental(comparator, check, true);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2", "302"})) << "its key is seen";
    comparator.fullRun(check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2", "301", "302"}));
}

// Wall clocks eight hours behind the database's: by what they show, or by the zone that the mapping names.
TEST_F(ChangeRuns, ReadClocksOfOtherZones)
{
    for (const bool named : {false, true}) {
        const Table wall{"bigint", "", "timestamp"};
        People legacy("postgres", "", wall);
        People fresh("postgres", "", wall);
        legacy.fill(500);
        fresh.fill(500);
        Comparator comparator;
        comparator.start();
        Json fields = Json::array({field("name", "TEXT")});
        if (named)
            fields.push_back(field("changed_at", "TIMESTAMP",
                                   {{"legacy_time_zone", "Etc/GMT+8"}, {"new_time_zone", "Etc/GMT+8"}, {"ignored", true}}));
        const std::string check =
            comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", true, true, fields));
        comparator.fullRun(check);
        const int quiet = incremental(comparator, check).at("rows_done").get<int>();
        EXPECT_GE(quiet, named ? 0 : 60) << "an hour and the overlap";
        EXPECT_LE(quiet, named ? 0 : 64);
        legacy.rename(3, "there", legacy.ago(std::chrono::hours(8)));
        fresh.rename(4, "here", fresh.ago(std::chrono::hours(8) + std::chrono::seconds(40)));
        incremental(comparator, check);
        EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"3", "4"})) << named;
    }
}

// Where no database makes digests of the keys they are read one by one.
TEST_F(ChangeRuns, LookAtKeysThatHaveNoDigests)
{
    People legacy("postgres", "", {"numeric", "", ""});
    People fresh("mariadb", "", {"decimal(20,0)", "", ""});
    legacy.fill(2'500);
    fresh.fill(2'500);
    Comparator comparator({"--batch-rows", "300"});
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), 2'500);
    legacy.db().run("DELETE FROM people WHERE id BETWEEN 100 AND 800"); // more than are kept before they are looked at
    fresh.remove(2'500);
    comparator.kill();
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:4"});
    const std::string run = comparator.startRun(check, {{"scope", "INCREMENTAL"}, {"keys", true}});
    ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
    comparator.start();
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("extra"), 701) << dumpJson(finished);
    EXPECT_EQ(finished.at("missing"), 1);
    EXPECT_EQ(finished.at("changes").at("population"), 2'500);
    EXPECT_EQ(finished.at("matched"), 2'500 - 702);
}

} // namespace
} // namespace crossfade
