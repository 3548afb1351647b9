// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Databases that say how they want to be treated by the checks that read them.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/contract.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

class Load : public testing::TestWithParam<const char *> {
protected:
    void SetUp() override
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id integer NOT NULL PRIMARY KEY, name varchar(40)); ");
            std::string rows;
            for (int i = 1; i <= 9'000; ++i)
                rows += (i > 1 ? ", (" : "(") + std::to_string(i) + ", 'n" + std::to_string(i) + "')";
            side->run("INSERT INTO people VALUES " + rows);
        }
        m_fresh->run("UPDATE people SET name = 'other' WHERE id = 8000");
        m_fresh->run("CREATE TABLE busy (n integer NOT NULL)");
        m_fresh->run("INSERT INTO busy VALUES (20)");
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
        for (const Json &source : m_comparator.all("/api/v1/sources")) {
            if (textOf(source, "location") == m_fresh->location()) m_source = source;
        }
    }
    // NEW's source with these settings; what it was answered.
    TestAnswer put(const Json &settings)
    {
        Json body{{"name", m_source.at("name")}, {"kind", m_source.at("kind")}, {"location", m_source.at("location")},
                  {"secret", m_source.at("secret")}};
        body.update(settings);
        const std::string path = "/api/v1/sources/" + textOf(m_source, "id");
        TestAnswer answer = m_comparator.as("admin").put(path, body, std::to_string(m_source.at("version").get<int>()));
        if (answer.status == 200) m_source = answer.json;
        EXPECT_EQ(m_contract.check("PUT", path, answer), "");
        return answer;
    }
    Json guarded(double most) const { return {{"load_query", {{"sql", "SELECT n FROM busy"}, {"at_most", most}}}}; }
    bool waits(const std::string &run, const Json &load) const
    {
        return waitFor([&] {
            const Json now = m_comparator.run(run);
            return now.at("waiting_for") == "LOAD_NEW" && now.at("load") == load;
        });
    }

    std::unique_ptr<TestDatabase> database(const char *file)
    {
        const std::string engine = GetParam();
        if (engine == "sqlite") return newSqlite(m_dir.file(file));
        return engine == "postgres" ? newPostgres() : newMariadb();
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = database("new.db");
    Comparator m_comparator{std::vector<std::string>{"--batch-rows", "1000"}};
    Contract m_contract{"comparator.yaml"};
    std::string m_check;
    Json m_source;
};

TEST_P(Load, IsWaitedForAndToldAllTheWhile)
{
    ASSERT_EQ(put(guarded(10)).status, 200);
    const std::string tested = "/api/v1/sources/" + textOf(m_source, "id") + "/test";
    const TestAnswer test = m_comparator.as("operator").post(tested, Json::object());
    EXPECT_EQ(test.json.at("load"), 20) << test.body;
    EXPECT_EQ(m_contract.check("POST", tested, test), "");
    const std::string run = m_comparator.startRun(m_check);
    ASSERT_TRUE(waits(run, 20.0));
    const TestAnswer told = m_comparator.as("viewer").get("/api/v1/runs/" + run);
    EXPECT_EQ(m_contract.check("GET", "/api/v1/runs/" + run, told), "");
    EXPECT_EQ(told.json.at("rows_done"), 0);
    m_fresh->run("UPDATE busy SET n = 12");
    ASSERT_TRUE(waits(run, 12.0));
    // A waiting run is paused, and goes on waiting, also after a sudden death.
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/runs/" + run + "/pause", Json::object()).status / 100, 2);
    const Json paused = m_comparator.waitRun(run, {"PAUSED"});
    EXPECT_TRUE(paused.at("waiting_for").is_null());
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/runs/" + run + "/resume", Json::object()).status / 100, 2);
    ASSERT_TRUE(waits(run, 12.0));
    m_comparator.kill();
    m_comparator.start();
    ASSERT_TRUE(waits(run, 12.0));
    m_fresh->run("UPDATE busy SET n = 3");
    const Json ended = m_comparator.waitRun(run);
    EXPECT_EQ(ended.at("different"), 1);
    EXPECT_TRUE(ended.at("waiting_for").is_null());
    EXPECT_TRUE(ended.at("load").is_null());
}

TEST_P(Load, IsNoLongerWaitedForOnceItsSourceSaysSo)
{
    ASSERT_EQ(put(guarded(10)).status, 200);
    const std::string run = m_comparator.startRun(m_check);
    ASSERT_TRUE(waits(run, 20.0));
    ASSERT_EQ(put(Json::object()).status, 200); // says nothing of it
    EXPECT_FALSE(m_source.at("load_query").is_null());
    ASSERT_EQ(put({{"load_query", nullptr}}).status, 200);
    EXPECT_EQ(m_comparator.waitRun(run).at("different"), 1);
    ASSERT_EQ(put(guarded(10)).status, 200);
    const std::string other = m_comparator.startRun(m_check);
    ASSERT_TRUE(waits(other, 20.0));
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/runs/" + other + "/cancel", Json::object()).status / 100, 2);
    EXPECT_TRUE(m_comparator.waitRun(other, {"CANCELLED"}).at("waiting_for").is_null());
}

TEST_P(Load, ThatCannotBeToldEndsTheRun)
{
    const std::string two = GetParam() == std::string("sqlite") ? "SELECT 1, 2" : "SELECT n, n FROM busy";
    for (const std::string &sql : {std::string("SELECT n FROM nowhere"), two, std::string("SELECT name FROM people WHERE id = 1"),
                                   std::string("SELECT n FROM busy WHERE n < 0")}) {
        ASSERT_EQ(put({{"load_query", {{"sql", sql}, {"at_most", 1}}}}).status, 200);
        const TestAnswer test =
            m_comparator.as("operator").post("/api/v1/sources/" + textOf(m_source, "id") + "/test", Json::object());
        EXPECT_EQ(test.json.at("ok"), false) << test.body;
        const Json run = m_comparator.waitRun(m_comparator.startRun(m_check), {"FAILED"});
        EXPECT_NE(textOf(run, "error").find("the load query of NEW: "), std::string::npos) << dumpJson(run);
    }
    const auto refused = [this](const Json &settings) {
        const TestAnswer answer = put(settings);
        return answer.status == 422 ? textOf(answer.json.at("errors").at(0), "pointer") : answer.body;
    };
    EXPECT_EQ(refused({{"load_query", {{"sql", "DELETE FROM busy"}, {"at_most", 1}}}}), "/load_query/sql");
    EXPECT_EQ(refused({{"load_query", {{"sql", "SELECT 1;"}, {"at_most", 1}}}}), "/load_query/sql");
    EXPECT_EQ(refused({{"load_query", {{"sql", "SELECT 1"}}}}), "/load_query/at_most");
    EXPECT_EQ(refused({{"statement_ms_limit", 1}}), "/statement_ms_limit");
}

// A database that takes too long to say how busy it is is busy.
TEST_P(Load, ThatIsNotToldInTimeIsTooMuch)
{
    const std::string engine = GetParam();
    if (engine == "sqlite") // nothing sleeps there
        m_fresh->run("CREATE VIEW slow AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) AS n FROM c");
    const std::string sql = engine == "sqlite"     ? "SELECT n FROM slow"
                            : engine == "postgres" ? "SELECT 0 FROM pg_sleep(30)"
                                                   : "SELECT count(*) FROM people a, people b, people c";
    ASSERT_EQ(put({{"load_query", {{"sql", sql}, {"at_most", 1}}}}).status, 200);
    const std::string run = m_comparator.startRun(m_check);
    ASSERT_TRUE(waits(run, nullptr)) << dumpJson(m_comparator.run(run)) << m_comparator.log();
    ASSERT_EQ(put({{"load_query", nullptr}}).status, 200);
    EXPECT_EQ(m_comparator.waitRun(run).at("different"), 1);
}

INSTANTIATE_TEST_SUITE_P(Of, Load, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &info) { return std::string(info.param); });

// Of a database that became slow a check takes smaller pieces, with rests between them.
TEST(Statements, AreKeptShort)
{
    const auto legacy = newPostgres();
    const auto fresh = newPostgres();
    for (TestDatabase *side : {legacy.get(), fresh.get()})
        side->run("CREATE TABLE people (id integer NOT NULL PRIMARY KEY, name text); "
                  "INSERT INTO people SELECT i, 'n' || i FROM generate_series(1, 30000) i");
    // A row of NEW takes its time to be read.
    fresh->run("CREATE FUNCTION slow(t text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'DECLARE s text := t; BEGIN FOR i IN 1..20 LOOP "
               "s := md5(s); END LOOP; RETURN t; END'");
    Comparator comparator;
    comparator.start();
    Json mapping = peopleMapping("INTEGER", Json::array({field("name", "TEXT")}));
    mapping["new"] = {{"query", "SELECT id, slow(name) AS name FROM people"}, {"key", "id"}};
    const std::string check = comparator.addCheck(*legacy, *fresh, mapping);
    const int freely = comparator.fullRun(check).at("segments_done").get<int>();
    for (const Json &source : comparator.all("/api/v1/sources")) {
        if (textOf(source, "location") != fresh->location()) continue;
        Json body{{"name", source.at("name")}, {"kind", source.at("kind")}, {"location", source.at("location")},
                  {"secret", source.at("secret")}, {"statement_ms_limit", 50}};
        ASSERT_EQ(comparator.as("admin").put("/api/v1/sources/" + textOf(source, "id"), body, "1").status, 200);
    }
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), 30'000);
    EXPECT_GE(run.at("segments_done").get<int>(), 4 * freely) << dumpJson(run);
}

} // namespace
} // namespace crossfade
