// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs over a sample: which rows they draw, what they say of the rest, and that they go on with what they drew.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <tuple>

namespace crossfade {
namespace {

constexpr int Rows = 6'000;

struct SampledTable {
    const char *legacy;
    const char *fresh;
    const char *keys; // integer, text, composite
};

class SampledRuns : public testing::TestWithParam<SampledTable> {
protected:
    void SetUp() override
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            fill(*side, 1, Rows);
        m_comparator.start();
        Json mapping = peopleMapping(isInteger() ? "INTEGER" : "TEXT", Json::array({field("name", "TEXT")}));
        for (const char *side : {"legacy", "new"}) {
            if (!isInteger()) mapping[side]["key"] = "login";
            if (isComposite()) mapping[side]["more_keys"] = Json::array({"id"});
        }
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, mapping);
    }
    static bool isInteger() { return std::string(GetParam().keys) == "integer"; }
    static bool isComposite() { return std::string(GetParam().keys) == "composite"; }
    // The key of a row's number as the comparator tells it, in SQL of PostgreSQL.
    static std::string key(const std::string &number)
    {
        if (isInteger()) return number + "::text";
        const std::string login = "'ü|user' || " + number;
        return isComposite() ? "'ü\\|user' || " + number + " || '|' || " + number : login;
    }
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        std::unique_ptr<TestDatabase> db = engine == "sqlite"     ? newSqlite(m_dir.file(file), false)
                                           : engine == "postgres" ? newPostgres()
                                                                  : newMariadb();
        const std::string text = engine == "mariadb" ? "varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "text";
        const std::string unique = isInteger() ? "id" : isComposite() ? "login, id" : "login";
        db->run("CREATE TABLE people (id bigint NOT NULL, login " + text + " NOT NULL, name text, PRIMARY KEY (" + unique + "))");
        return db;
    }
    static void fill(TestDatabase &db, int from, int to)
    {
        std::string values;
        for (int i = from; i <= to; ++i) {
            const std::string number = std::to_string(i);
            values += (values.empty() ? "(" : ", (") + number + ", 'ü|user" + number + "', 'name of " + number + "')";
            if (i % 1'000 != 0 && i != to) continue;
            db.run("INSERT INTO people (id, login, name) VALUES " + values);
            values.clear();
        }
    }
    // 2 % of all rows: missing, extra and different ones.
    void plant()
    {
        m_fresh->run("DELETE FROM people WHERE id % 100 = 0");                  // 60
        m_fresh->run("UPDATE people SET name = 'other' WHERE id % 200 = 50");   // 30
        fill(*m_fresh, 1'000'001, 1'000'030);
    }
    Json sample(std::int64_t size, std::optional<std::int64_t> seed = {})
    {
        Json body{{"scope", "SAMPLE"}, {"sample_size", size}, {"reason", "a look"}};
        if (seed) body["seed"] = *seed;
        return m_comparator.waitRun(m_comparator.startRun(m_check, body));
    }
    std::size_t open() { return m_comparator.all("/api/v1/differences?resolved=false&check_id=" + m_check).size(); }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().legacy, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().fresh, "new.db");
    Comparator m_comparator;
    std::string m_check;
};

// Held against the formula in SQL of the test's own.
TEST_P(SampledRuns, DrawTheKeysOfTheirSeedOnBothSides)
{
    plant();
    const Json run = sample(2'000, 7);
    const std::string bound = std::to_string(static_cast<std::int64_t>(2'000.0 / Rows * static_cast<double>(1LL << 60)));
    const auto reference = newPostgres();
    const auto drawn = [&](const std::string &numbers) {
        return std::stoi(reference->one("SELECT count(*) FROM " + numbers + " AS n(i) WHERE ('x' || left(md5('7:' || " +
                                        key("i") + "), 15))::bit(60)::bigint <= " + bound));
    };
    const int missing = drawn("generate_series(100, 6000, 100)");
    const int extra = drawn("generate_series(1000001, 1000030)");
    const int different = drawn("generate_series(50, 6000, 200)");
    EXPECT_EQ(run.at("missing"), missing);
    EXPECT_EQ(run.at("extra"), extra);
    EXPECT_EQ(run.at("different"), different);
    EXPECT_EQ(run.at("matched"), drawn("generate_series(1, 6000)") - missing - different);
    EXPECT_GT(missing * extra * different, 0);
    EXPECT_EQ(run.at("sample").at("rows"), drawn("generate_series(1, 6000)") + extra);
    EXPECT_EQ(run.at("rows_done"), run.at("sample").at("rows"));
    EXPECT_EQ(run.at("sample").at("seed"), 7);
    EXPECT_EQ(open(), static_cast<std::size_t>(missing + extra + different));
}

TEST_P(SampledRuns, AreBelowAboveOrUndecided)
{
    const Json few = sample(100); // clean, but no more than that
    EXPECT_EQ(few.at("sample").at("outcome"), "UNDECIDED") << dumpJson(few);
    EXPECT_EQ(few.at("status"), "PARTIAL");
    EXPECT_EQ(few.at("consistency_percentage"), 100.0);
    EXPECT_LT(few.at("sample").at("lower_percentage"), 99.5);
    EXPECT_EQ(few.at("sample").at("upper_percentage"), 100.0);
    const Json clean = sample(800);
    EXPECT_GE(clean.at("sample").at("rows"), 598);
    EXPECT_EQ(clean.at("sample").at("outcome"), "ABOVE") << dumpJson(clean);
    EXPECT_EQ(clean.at("status"), "SUCCESS");
    EXPECT_EQ(clean.at("sample").at("population"), Rows);
    EXPECT_EQ(clean.at("sample").at("confidence_percentage"), 95.0);
    EXPECT_NE(clean.at("sample").at("seed"), few.at("sample").at("seed"));
    const auto store = m_comparator.store();
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting"), "0");

    plant();
    const Json bad = sample(2'000, 11);
    EXPECT_EQ(bad.at("sample").at("outcome"), "BELOW") << dumpJson(bad);
    EXPECT_EQ(bad.at("status"), "FAILED");
    EXPECT_LT(bad.at("sample").at("upper_percentage"), 99.5);
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting WHERE type = 'DATA_INCONSISTENCY'"), "1");

    const Json all = sample(100'000);
    EXPECT_EQ(all.at("sample").at("rows"), Rows + 30);
    EXPECT_EQ(all.at("sample").at("population"), Rows + 30);
    EXPECT_EQ(all.at("sample").at("lower_percentage"), 98.0); // 5 910 of 6 030
    EXPECT_EQ(all.at("sample").at("upper_percentage"), 98.0);
    // None of it is a look at all rows by which a gate may go.
    const Json check = m_comparator.as("viewer").get("/api/v1/checks/" + m_check).json;
    EXPECT_TRUE(check.at("last_full_run").is_null());
    EXPECT_EQ(check.at("trend").size(), 0U);
    EXPECT_EQ(check.at("last_run").at("scope"), "SAMPLE");
    EXPECT_EQ(store->one("SELECT count(*) FROM run_ids"), "0");
}

TEST_P(SampledRuns, LeaveOpenWhatTheyDidNotLookAt)
{
    plant();
    m_comparator.fullRun(m_check);
    EXPECT_EQ(open(), 120U);
    const Json run = sample(2'000, 3);
    const std::size_t drawn = run.at("missing").get<std::size_t>() + run.at("extra").get<std::size_t>() +
                              run.at("different").get<std::size_t>();
    EXPECT_GT(drawn, 10U);
    EXPECT_EQ(open(), 120U);
    m_fresh->run("DELETE FROM people");
    fill(*m_fresh, 1, Rows);
    EXPECT_EQ(sample(2'000, 3).at("sample").at("rows").get<std::size_t>(),
              run.at("sample").at("rows").get<std::size_t>() - run.at("extra").get<std::size_t>());
    // What was extra is in neither table now, and so in no sample of these.
    EXPECT_EQ(open(), 120U - drawn + run.at("extra").get<std::size_t>());
    m_comparator.fullRun(m_check);
    EXPECT_EQ(open(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Of, SampledRuns,
                         testing::Values(SampledTable{"sqlite", "sqlite", "integer"},
                                         SampledTable{"postgres", "postgres", "integer"},
                                         SampledTable{"postgres", "mariadb", "text"},
                                         SampledTable{"mariadb", "sqlite", "composite"},
                                         SampledTable{"sqlite", "postgres", "text"},
                                         SampledTable{"mariadb", "mariadb", "integer"}),
                         [](const auto &one) {
                             return std::string(one.param.legacy) + "_" + one.param.fresh + "_" + one.param.keys;
                         });

class DyingSamples : public testing::TestWithParam<const char *> {};

// What was drawn is the sample, whenever the process dies.
TEST_P(DyingSamples, GoOnWithTheSameRows)
{
    TempDir dir;
    const auto legacy = newSqlite(dir.file("legacy.db"));
    const auto fresh = newSqlite(dir.file("new.db"));
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        side->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
                  "INSERT INTO people SELECT i, 'name of ' || i FROM n");
    }
    fresh->run("DELETE FROM people WHERE id % 40 = 0");
    Comparator comparator;
    comparator.start({std::string("CROSSFADE_KILL_POINT=") + GetParam()});
    const std::string check = comparator.addCheck(*legacy, *fresh, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    const std::string id = comparator.startRun(check, {{"scope", "SAMPLE"}, {"sample_size", 2'000}, {"reason", "a look"}});
    EXPECT_EQ(comparator.process().wait(), 128 + 9);
    const auto store = comparator.store();
    const std::string seed = store->one("SELECT sample_seed FROM runs");
    const std::string keys = store->one("SELECT count(*) FROM run_ids");
    EXPECT_GT(std::stoi(keys), 1'500);
    comparator.start();
    const Json run = comparator.waitRun(id);
    EXPECT_EQ(std::to_string(run.at("sample").at("seed").get<std::int64_t>()), seed);
    EXPECT_EQ(std::to_string(run.at("sample").at("rows").get<std::int64_t>()), keys);
    EXPECT_EQ(run.at("rows_done"), run.at("rows_total"));
    // A run that nothing happened to, with the same seed, finds the same.
    const Json again = comparator.waitRun(comparator.startRun(
        check, {{"scope", "SAMPLE"}, {"sample_size", 2'000}, {"seed", run.at("sample").at("seed")}, {"reason", "again"}}));
    for (const char *name : {"matched", "missing", "extra", "different", "consistency_percentage"})
        EXPECT_EQ(run.at(name), again.at(name)) << name;
    EXPECT_EQ(again.at("sample"), run.at("sample"));
}

INSTANTIATE_TEST_SUITE_P(At, DyingSamples, testing::Values("check.after-draw:1", "check.after-batch:2"),
                         [](const auto &one) { return one.index == 0 ? "Draw" : "Batch"; });

} // namespace
} // namespace crossfade
