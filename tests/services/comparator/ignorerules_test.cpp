// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Differences that somebody has accepted: hidden, counted, and back when their rule ends.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>

namespace crossfade {
namespace {

class IgnoreRules : public testing::Test {
protected:
    IgnoreRules()
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, city TEXT, secret TEXT)");
            side->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO people "
                      "SELECT i, 'name of ' || i, 'Oslo', 'hush ' || i FROM n");
        }
        m_fresh->run("UPDATE people SET name = upper(name) WHERE id IN (1, 2, 3)");
        m_fresh->run("UPDATE people SET name = upper(name), city = NULL WHERE id = 4");
        m_fresh->run("UPDATE people SET name = 'Xi' WHERE id = 5");
        m_fresh->run("UPDATE people SET secret = 'told' WHERE id = 6");
        m_fresh->run("DELETE FROM people WHERE id = 7");
    }
    void start(const std::vector<std::string> &environment = {})
    {
        m_comparator.start(environment);
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh,
                                        peopleMapping("INTEGER", Json::array({field("name", "TEXT"), field("city", "TEXT"),
                                                                              field("secret", "TEXT", {{"sensitive", true}})})));
    }
    // Once it has been held against all that is open.
    Json applied(const std::string &id)
    {
        Json rule;
        EXPECT_TRUE(waitFor([&] {
            rule = m_comparator.as("viewer").get("/api/v1/ignore-rules/" + id).json;
            return rule.value("being_applied", true) == false;
        })) << dumpJson(rule);
        return rule;
    }
    std::string add(Json rule, bool wait = true)
    {
        rule["reason"] = rule.value("reason", "known");
        const TestAnswer made = m_comparator.as("operator").post("/api/v1/ignore-rules", rule);
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = textOf(made.json, "id");
        if (wait) (void)applied(id);
        return id;
    }
    int end(const std::string &id)
    {
        const std::string path = "/api/v1/ignore-rules/" + id;
        const std::string version = m_comparator.as("viewer").get(path).header("etag");
        const int status = m_comparator.as("operator").send("DELETE", path, "", {{"If-Match", version}}).status;
        EXPECT_TRUE(waitFor([&] { return m_comparator.all(open("&ignored=SHOW&ignore_rule_id=" + id)).empty(); }));
        return status;
    }
    static std::string open(const std::string &more = "") { return "/api/v1/differences?resolved=false" + more; }
    std::set<std::string> shown(const std::string &more = "")
    {
        std::set<std::string> found;
        for (const Json &one : m_comparator.all(open(more)))
            found.insert(textOf(one, "entity_id") + " " + textOf(one, "field_name"));
        return found;
    }
    Json summary(const std::string &more = "")
    {
        return m_comparator.as("viewer").get("/api/v1/differences/summary?by=field&resolved=false" + more).json;
    }
    Json openOfCheck() { return m_comparator.as("viewer").get("/api/v1/checks/" + m_check).json.at("open_differences"); }

    const std::set<std::string> m_all{"1 name", "2 name", "3 name", "4 name", "4 city", "5 name", "6 secret", "7 "};
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
};

TEST_F(IgnoreRules, HideAndCountWhatIsOpenAndBringItBack)
{
    start();
    (void)m_comparator.fullRun(m_check);
    EXPECT_EQ(shown(), m_all);
    const Json byField = summary().at("groups");
    ASSERT_EQ(byField.size(), 4u) << dumpJson(byField);
    EXPECT_EQ(byField.at(0), (Json{{"key", "name"}, {"count", 5}, {"top_cause", "CASE"}, {"top_cause_share", 80.0}}));
    EXPECT_EQ(byField.at(1), (Json{{"key", nullptr}, {"count", 1}, {"top_cause", "ROW"}, {"top_cause_share", 100.0}}));
    EXPECT_EQ(byField.at(2).at("key"), "city");
    EXPECT_EQ(byField.at(3).at("key"), "secret");
    for (const char *which : {"", "&resolved=false"}) { // nothing is resolved
        const Json byType = m_comparator.as("viewer").get(std::string("/api/v1/differences/summary?by=type") + which).json;
        EXPECT_EQ(byType.at("total"), 8) << which;
        EXPECT_EQ(byType.at("groups"),
                  (Json::array({{{"key", "DIFFERENT"}, {"count", 7}, {"top_cause", "CASE"}, {"top_cause_share", 57.14}},
                                {{"key", "MISSING"}, {"count", 1}, {"top_cause", "ROW"}, {"top_cause_share", 100.0}}})))
            << which;
    }
    const std::string id = add({{"data_type", "USER"}, {"field", "name"}, {"cause", "CASE"}, {"reason", "LEGACY shouts"}});
    EXPECT_EQ(shown(), (std::set<std::string>{"4 city", "5 name", "6 secret", "7 "}));
    EXPECT_EQ(shown("&ignored=ONLY"), (std::set<std::string>{"1 name", "2 name", "3 name", "4 name"}));
    EXPECT_EQ(shown("&ignored=SHOW"), m_all);
    EXPECT_EQ(shown("&ignore_rule_id=" + id), (std::set<std::string>{"1 name", "2 name", "3 name", "4 name"}));
    EXPECT_EQ(summary().at("groups").at(0), (Json{{"key", nullptr}, {"count", 1}, {"top_cause", "ROW"}, {"top_cause_share", 100.0}}));
    EXPECT_EQ(summary("&ignored=ONLY").at("groups"),
              Json::array({{{"key", "name"}, {"count", 4}, {"top_cause", "CASE"}, {"top_cause_share", 100.0}}}));
    EXPECT_EQ(summary().at("total"), 4);
    EXPECT_EQ(summary().at("ignored"), 4);
    EXPECT_EQ(summary("&field=name").at("ignored"), 4);
    EXPECT_EQ(summary("&field=city").at("ignored"), 0);
    EXPECT_EQ(openOfCheck(), 4);
    const Json rule = applied(id);
    EXPECT_EQ(rule.at("hidden_differences"), 4);
    EXPECT_EQ(rule.at("created_by"), "operator-1");
    EXPECT_EQ(rule.at("reason"), "LEGACY shouts");
    EXPECT_EQ(m_comparator.all("/api/v1/differences?entity_id=1&ignored=SHOW").at(0).at("ignore_rule_id"), id);

    // Nothing was deleted: they are what they were.
    EXPECT_EQ(end(id), 204);
    EXPECT_TRUE(waitFor([&] { return shown() == m_all; }));
    EXPECT_EQ(summary().at("ignored"), 0);
    EXPECT_EQ(openOfCheck(), 8);
}

TEST_F(IgnoreRules, StandApartInARun)
{
    start();
    const Json before = m_comparator.fullRun(m_check);
    EXPECT_EQ(before.at("consistency_percentage"), 93.0);
    EXPECT_EQ(before.at("ignored"), 0);
    EXPECT_EQ(before.at("ignored_by_rule"), Json::array());
    const std::string shouting = add({{"data_type", "USER"}, {"field", "name"}, {"cause", "CASE"}, {"reason", "shouts"}});
    const std::string lacking = add({{"difference_type", "MISSING"}, {"entity_pattern", "7"}, {"reason", "left"}});
    const Json run = m_comparator.fullRun(m_check);
    EXPECT_EQ(run.at("matched"), 93);
    EXPECT_EQ(run.at("different"), 3); // 4 differs in its city, too
    EXPECT_EQ(run.at("missing"), 0);
    EXPECT_EQ(run.at("ignored"), 4);
    EXPECT_EQ(run.at("consistency_percentage"), 96.87); // 93 of 96
    EXPECT_EQ(run.at("ignored_by_rule"),
              (Json::array({{{"rule_id", shouting}, {"reason", "shouts"}, {"differences", 4}},
                            {{"rule_id", lacking}, {"reason", "left"}, {"differences", 1}}})));
    for (const Json &field : run.at("fields")) {
        const std::string name = textOf(field, "field");
        EXPECT_EQ(field.at("different"), 1) << name;
        EXPECT_EQ(field.at("ignored"), name == "name" ? 5 : 1) << name;
        EXPECT_EQ(field.at("compared"), name == "name" ? 95 : 99) << name;
        EXPECT_EQ(field.at("matched"), name == "name" ? 94 : 98) << name;
    }
    // What a run told stays, and the next one tells how it is then.
    EXPECT_EQ(end(shouting), 204);
    EXPECT_EQ(m_comparator.run(textOf(run, "id")).at("ignored_by_rule").size(), 2u);
    const Json after = m_comparator.fullRun(m_check);
    EXPECT_EQ(after.at("ignored"), 1);
    EXPECT_EQ(after.at("different"), 6);
    EXPECT_EQ(after.at("consistency_percentage"), 93.93); // 93 of 99
}

TEST_F(IgnoreRules, AreHeldAgainstWhatIsFoundLater)
{
    start();
    const std::string id = add({{"data_type", "USER"}, {"field", "city"}, {"legacy", {{"pattern", "O*"}}}, {"new", {{"value", nullptr}}}});
    const Json run = m_comparator.fullRun(m_check);
    EXPECT_EQ(run.at("ignored"), 0); // its name differs as well
    EXPECT_EQ(shown("&ignored=ONLY"), (std::set<std::string>{"4 city"}));
    // Its value is another one by now: that one nobody has accepted.
    m_fresh->run("UPDATE people SET city = 'Rome' WHERE id = 4");
    const std::string difference = textOf(m_comparator.all(open("&field=city&ignored=ONLY")).at(0), "id");
    const TestAnswer looked = m_comparator.as("operator").post("/api/v1/differences/" + difference + "/recheck", Json::object());
    EXPECT_EQ(looked.status, 200) << looked.body;
    EXPECT_EQ(looked.json.at("ignore_rule_id"), nullptr);
    EXPECT_TRUE(shown().contains("4 city"));
    m_fresh->run("UPDATE people SET city = NULL WHERE id = 4");
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/differences/" + difference + "/recheck", Json::object()).json.at("ignore_rule_id"),
              id);
}

TEST_F(IgnoreRules, EndByThemselves)
{
    start();
    (void)m_comparator.fullRun(m_check);
    const auto ends = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) + std::chrono::seconds(3);
    const std::string id = add({{"field", "name"}, {"ends_at", formatInstant(ends)}});
    EXPECT_EQ(shown(), (std::set<std::string>{"4 city", "6 secret", "7 "}));
    const auto rule = [&] { return m_comparator.as("viewer").get("/api/v1/ignore-rules/" + id).json; };
    EXPECT_TRUE(waitFor([&] { return rule().at("ended") == true && shown() == m_all; }, std::chrono::seconds(20)));
    EXPECT_GE(std::chrono::system_clock::now(), ends);
    EXPECT_EQ(rule().at("hidden_differences"), 0);
    const std::vector<Json> audit = m_comparator.all("/api/v1/audit?action=ignore_rule.end");
    ASSERT_EQ(audit.size(), 1u);
    EXPECT_EQ(audit.at(0).at("object_id"), id);
    // Begun anew, without an end.
    const TestAnswer again = m_comparator.as("operator").send("PUT", "/api/v1/ignore-rules/" + id,
                                                              R"({"field":"name","reason":"once more"})",
                                                              {{"If-Match", "\"2\""}, {"Content-Type", "application/json"}});
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(applied(id).at("hidden_differences"), 5);
    EXPECT_EQ(again.json.at("reason"), "once more");
}

// Rules are changed one over another; each change is the work of a version, and is in the audit log.
TEST_F(IgnoreRules, AreChangedByOneAfterAnother)
{
    start();
    (void)m_comparator.fullRun(m_check);
    const std::string id = add({{"field", "name"}});
    const std::string path = "/api/v1/ignore-rules/" + id;
    const auto put = [&](const Json &body, const std::string &version) {
        return m_comparator.as("operator").send("PUT", path, dumpJson(body),
                                                {{"If-Match", '"' + version + '"'}, {"Content-Type", "application/json"}});
    };
    EXPECT_EQ(put({{"field", "city"}, {"reason", "the other one"}}, "1").status, 200);
    EXPECT_EQ(put({{"field", "secret"}, {"reason", "late"}}, "1").status, 412);
    EXPECT_EQ(applied(id).at("hidden_differences"), 1);
    EXPECT_EQ(shown("&ignored=ONLY"), (std::set<std::string>{"4 city"}));
    // The older of two that fit hides it.
    const std::string second = add({{"entity_pattern", "4"}});
    EXPECT_EQ(shown("&ignore_rule_id=" + second), (std::set<std::string>{"4 name"}));
    EXPECT_EQ(end(id), 204);
    EXPECT_TRUE(waitFor([&] { return shown("&ignore_rule_id=" + second) == std::set<std::string>{"4 name", "4 city"}; }));
    std::vector<std::string> actions;
    for (const Json &entry : m_comparator.all("/api/v1/audit?object_type=ignore_rule&object_id=" + id))
        actions.push_back(textOf(entry, "action") + " " + textOf(entry, "subject"));
    EXPECT_EQ(actions, (std::vector<std::string>{"ignore_rule.delete operator-1", "ignore_rule.update operator-1",
                                                 "ignore_rule.create operator-1"}));
}

TEST_F(IgnoreRules, NameASecretByItsFingerprintAlone)
{
    start();
    (void)m_comparator.fullRun(m_check);
    const Json found = m_comparator.all(open("&field=secret")).at(0);
    const std::string print = textOf(found, "new_value");
    ASSERT_EQ(print.rfind("fingerprint ", 0), 0u);
    for (const Json &value : {Json{{"value", "told"}}, Json{{"pattern", "tol*"}}}) {
        const TestAnswer refused = m_comparator.as("operator").post(
            "/api/v1/ignore-rules", {{"data_type", "USER"}, {"field", "secret"}, {"new", value}, {"reason", "r"}});
        EXPECT_EQ(refused.status, 422);
        EXPECT_EQ(refused.body.find("told"), std::string::npos) << refused.body;
    }
    (void)add({{"data_type", "USER"}, {"field", "secret"}, {"new", {{"value", print}}}});
    EXPECT_EQ(shown("&ignored=ONLY"), (std::set<std::string>{"6 secret"}));
    for (const Json &entry : m_comparator.all("/api/v1/audit"))
        EXPECT_EQ(dumpJson(entry).find("told"), std::string::npos);
}

// A store of before with mappings and differences in it: what is sensitive is known at once, and what is hidden stays so.
TEST_F(IgnoreRules, AreInAStoreThatComesWithItsData)
{
    start();
    (void)m_comparator.fullRun(m_check);
    const std::string id = add({{"field", "city"}});
    m_comparator.kill();
    const auto store = m_comparator.store();
    store->run("DROP TABLE sensitive_fields");
    store->run("DROP INDEX differences_counts");
    std::ifstream file(std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/comparator/" +
                       (store->isPostgres() ? "postgres" : "sqlite") + "/0030_difference_counts.sql");
    const std::string script{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ASSERT_FALSE(script.empty());
    store->run(script);
    EXPECT_EQ(store->one("SELECT count(*) FROM sensitive_fields"), "1");
    EXPECT_EQ(store->one("SELECT field FROM sensitive_fields"), "secret");
    m_comparator.start();
    EXPECT_EQ(shown("&ignored=ONLY"), (std::set<std::string>{"4 city"}));
    EXPECT_EQ(applied(id).at("hidden_differences"), 1);
    EXPECT_EQ(summary().at("total"), 7);
}

// A death in the middle of many: the next process goes on.
TEST_F(IgnoreRules, AreAppliedAfterADeath)
{
    m_fresh->run("WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3499) INSERT INTO people "
                 "SELECT i, 'stranger', 'Oslo', 's' FROM n");
    start({"CROSSFADE_KILL_POINT=ignore.after-chunk:2"});
    (void)m_comparator.fullRun(m_check);
    const std::string id = add({{"difference_type", "EXTRA"}}, false);
    EXPECT_EQ(m_comparator.process().wait(), 128 + SIGKILL);
    m_comparator.start();
    const Json rule = applied(id);
    EXPECT_EQ(rule.at("hidden_differences"), 2'500);
    EXPECT_EQ(shown(), m_all);
    EXPECT_EQ(summary().at("ignored"), 2'500);
    // In pages, with anchors, and hidden in both.
    const Json anchors = m_comparator.as("viewer").get("/api/v1/differences/anchors?resolved=false&ignored=ONLY&count=5").json;
    EXPECT_EQ(anchors.at("total"), 2'500);
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/differences/anchors?resolved=false").json.at("total"), 8);
    EXPECT_EQ(m_comparator.all(open("&ignored=ONLY&sort=entity_id")).size(), 2'500u);
}

} // namespace
} // namespace crossfade
