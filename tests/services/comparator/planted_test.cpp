// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// 300 differences of every kind planted by plain SQL among 50 000 rows, while a writer rewrites
// rows on both sides: all are found, nothing else is, and 50 of them are repaired.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace crossfade {
namespace {

constexpr int Rows = 50'000;
constexpr int Planted = 300;

void create(TestDatabase &db)
{
    const bool pg = db.isPostgres();
    db.run(pg ? "CREATE TABLE people (id text PRIMARY KEY, name text, note text, credit numeric, "
                "seen timestamptz, "
                "secret text)"
              : "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, note TEXT, credit NUMERIC, "
                "seen TEXT, "
                "secret TEXT)");
    const std::string number = "((i * 7919) % 100003)";
    const std::string values =
        pg ? "SELECT 'u-' || i, 'caf\u00e9 ' || i, CASE WHEN i % 10 = 0 THEN NULL ELSE 'n' || i "
             "END, 10.5, "
             "'2026-03-01T10:00:00+00:00', 's' || " +
                 number + " FROM generate_series(1, " + std::to_string(Rows) + ") i"
           : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                 std::to_string(Rows) +
                 ") SELECT 'u-' || i, 'caf\u00e9 ' || i, CASE WHEN i % 10 = 0 THEN NULL ELSE 'n' "
                 "|| i END, 10.50, "
                 "'2026-03-01T18:00:00+08:00', 's' || " +
                 number + " FROM n";
    db.run("INSERT INTO people " +
           (pg ? values : "(id, name, note, credit, seen, secret) " + values));
}

// Every kind by turns, at rows 150, 300, … 45 000; the truth as "id kind field cause".
std::set<std::string> plant(TestDatabase &fresh)
{
    struct Kind {
        const char *change; // of NEW's row; empty: the row goes
        const char *field;
        const char *cause;
    };
    const std::vector<Kind> kinds{
        {"", "", "ROW"},
        {"name = upper(name)", "name", "CASE"},
        {"note = ''", "note", "NULL_EMPTY"}, // rows divisible by 10 have NULL
        {"name = name || ' '", "name", "TRAILING_SPACE"},
        {"name = replace(name, '\u00e9', 'e\u0301')", "name", "UNICODE_FORM"},
        {"credit = 10.504", "credit", "SCALE"},
        {"seen = '2026-03-01T10:00:00+08:00'", "seen", "TIME_ZONE"},
        {"secret = 'other'", "secret", "VALUE"},
        {"name = 'somebody else'", "name", "VALUE"},
    };
    std::set<std::string> truth;
    for (int i = 0; i < Planted - 30; ++i) {
        const Kind &kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
        const std::string id = "u-" + std::to_string((i + 1) * 150);
        fresh.run(*kind.change
                      ? "UPDATE people SET " + std::string(kind.change) + " WHERE id = '" + id + "'"
                      : "DELETE FROM people WHERE id = '" + id + "'");
        truth.insert(id + (*kind.change ? " DIFFERENT " : " MISSING ") + kind.field + " " +
                     kind.cause);
    }
    for (int i = 0; i < 30; ++i) {
        const std::string id = "x-" + std::to_string(i);
        fresh.run("INSERT INTO people (id, name) VALUES ('" + id + "', 'nobody')");
        truth.insert(id + " EXTRA  ROW");
    }
    return truth;
}

// Rewrites 20 rows a second, LEGACY first and NEW 300 ms later.
class Writer {
public:
    Writer(std::unique_ptr<TestDatabase> legacy, std::unique_ptr<TestDatabase> fresh)
        : m_legacy(std::move(legacy))
        , m_fresh(std::move(fresh))
        , m_thread([this] { run(); })
    {
    }
    ~Writer() { stop(); }
    void stop()
    {
        m_stop = true;
        if (m_thread.joinable()) m_thread.join();
    }
    int written() const { return m_written; }

private:
    void run()
    {
        constexpr std::chrono::milliseconds Beat{50};
        std::vector<std::string> late;
        auto next = std::chrono::steady_clock::now();
        for (int i = 0; !m_stop; ++i) {
            const std::string change = "UPDATE people SET name = 'moved " + std::to_string(i) +
                                       "' WHERE id = 'u-" + std::to_string(1 + (i * 101) % 149) +
                                       "'";
            m_legacy->run(change);
            late.push_back(change);
            if (late.size() > 6) { // 6 beats = 300 ms
                m_fresh->run(late.front());
                late.erase(late.begin());
            }
            ++m_written;
            next += Beat;
            std::this_thread::sleep_until(next);
        }
        for (const std::string &change : late)
            m_fresh->run(change);
    }

    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_written = 0;
    std::thread m_thread;
};

Json mapping()
{
    return peopleMapping(
        "TEXT", Json::array({field("name", "TEXT"), field("note", "TEXT"),
                             field("credit", "DECIMAL", {{"scale", 2}}), field("seen", "TIMESTAMP"),
                             field("secret", "TEXT", {{"sensitive", true}})}));
}

std::set<std::string> asTruth(const std::vector<Json> &differences)
{
    std::set<std::string> result;
    for (const Json &item : differences)
        result.insert(textOf(item, "entity_id") + " " + textOf(item, "difference_type") + " " +
                      textOf(item, "field_name") + " " + textOf(item, "cause"));
    return result;
}

class PlantedTest : public testing::Test {
protected:
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newPostgres();
    Comparator m_comparator;

    std::string post(const std::string &role, const std::string &path, const Json &body,
                     int expected)
    {
        const TestAnswer answer = m_comparator.as(role).post(path, body);
        EXPECT_EQ(answer.status, expected) << path << " " << answer.body;
        return textOf(answer.json, "id");
    }
    Json createRepairs(const std::vector<std::string> &differences)
    {
        const TestAnswer answer =
            m_comparator.as("operator")
                .post("/api/v1/repairs",
                      {{"difference_ids", differences}, {"reason", "found by the nightly check"}});
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.json.at("items");
    }
};

TEST_F(PlantedTest, AreAllFoundNoneFalselyAndRepaired)
{
    create(*m_legacy);
    create(*m_fresh);
    const std::set<std::string> truth = plant(*m_fresh);
    ASSERT_EQ(truth.size(), static_cast<std::size_t>(Planted));
    m_comparator.start();
    const std::string check = m_comparator.addCheck(*m_legacy, *m_fresh, mapping());
    const std::string list = "/api/v1/differences?resolved=false&check_id=" + check;
    {
        Writer writer(openSame(*m_legacy), openSame(*m_fresh));
        for (int round = 0; round < 2; ++round) { // the second run stores nothing twice
            const Json run = m_comparator.fullRun(check);
            EXPECT_EQ(run.at("missing").get<int>() + run.at("extra").get<int>() +
                          run.at("different").get<int>(),
                      Planted);
            EXPECT_EQ(run.at("matched"), Rows + 30 - Planted);
            EXPECT_EQ(run.at("hot"), 0);
            EXPECT_EQ(asTruth(m_comparator.all(list)), truth);
        }
        EXPECT_GT(writer.written(), 40);
    }
    const TestAnswer summary =
        m_comparator.as("viewer").get("/api/v1/differences/summary?by=field&check_id=" + check);
    EXPECT_EQ(summary.json.at("total"), Planted);
    EXPECT_EQ(summary.json.at("groups")[0].at("key"), "name");
    for (const Json &item : m_comparator.all(list + "&field=secret")) {
        EXPECT_EQ(textOf(item, "legacy_value").rfind("fingerprint ", 0), 0u);
        EXPECT_NE(item.at("legacy_value"), item.at("new_value"));
    }

    std::vector<std::string> chosen;
    for (const Json &item : m_comparator.all(list + "&sort=entity_id&q=u-")) {
        if (chosen.size() < 50) chosen.push_back(textOf(item, "id"));
    }
    for (const Json &repair : createRepairs(chosen))
        post("approver", "/api/v1/repairs/" + textOf(repair, "id") + "/approve",
             {{"reason", "as LEGACY has it"}}, 200);
    EXPECT_TRUE(
        waitFor([&] { return m_comparator.all("/api/v1/repairs?status=VERIFIED").size() == 50; },
                std::chrono::seconds(60)));
    const Json after = m_comparator.fullRun(check);
    EXPECT_EQ(after.at("matched"), Rows + 30 - Planted + 50);
    EXPECT_EQ(m_comparator.all(list).size(), static_cast<std::size_t>(Planted - 50));
}

} // namespace
} // namespace crossfade
