// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Permissions, roles: what a user has many of, a row each, compared as one set and repaired member by member.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>

namespace crossfade {
namespace {

using Pair = std::pair<const char *, const char *>;

std::unique_ptr<TestDatabase> grants(const TempDir &dir, const std::string &engine, const std::string &file,
                                     const std::string &userType, const std::string &memberType = "")
{
    std::unique_ptr<TestDatabase> db = engine == "sqlite"     ? newSqlite(dir.file(file))
                                       : engine == "postgres" ? newPostgres()
                                                              : newMariadb();
    const std::string text =
        engine == "mariadb" ? "varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : "text";
    db->run("CREATE TABLE grants (user_id " + (userType == "text" ? text : userType) + " NOT NULL, perm " +
            (memberType.empty() ? text : memberType) + " NOT NULL, note text, PRIMARY KEY (user_id, perm))");
    if (engine == "mariadb") db->run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'");
    return db;
}

Json grantMapping(const std::string &keyKind, Json member = Json::object())
{
    member["legacy_column"] = member["new_column"] = "perm";
    const std::string kind = member.value("kind", "TEXT");
    Json mapping = peopleMapping(keyKind, Json::array({field("permission", kind, member)}));
    mapping["data_type"] = "PERMISSION";
    mapping["set_field"] = "permission";
    for (const char *side : {"legacy", "new"})
        mapping[side].update({{"table", "grants"}, {"key", "user_id"}});
    return mapping;
}

void grant(TestDatabase &db, const std::string &user, const std::vector<std::string> &members)
{
    for (const std::string &member : members)
        db.run("INSERT INTO grants (user_id, perm) VALUES ('" + user + "', '" + member + "')");
}

std::set<std::string> differencesOf(const Comparator &comparator, const std::string &more = "")
{
    std::set<std::string> found;
    for (const Json &one : comparator.all("/api/v1/differences?resolved=false" + more)) {
        EXPECT_EQ(textOf(one, "field_name"), "permission");
        const std::string type = textOf(one, "difference_type");
        EXPECT_EQ(one.at("legacy_present"), type == "MISSING");
        EXPECT_EQ(one.at("new_present"), type == "EXTRA");
        EXPECT_TRUE(one.at(type == "MISSING" ? "new_value" : "legacy_value").is_null());
        found.insert(textOf(one, "entity_id") + " " + type + " " + textOf(one, type == "MISSING" ? "legacy_value" : "new_value"));
    }
    return found;
}

// A repair of each of these differences, approved, done; their ids.
std::vector<std::string> repairAll(const Comparator &comparator, const std::string &more = "", const char *end = "VERIFIED")
{
    Json ids = Json::array();
    for (const Json &one : comparator.all("/api/v1/differences?resolved=false" + more))
        ids.push_back(textOf(one, "id"));
    const TestAnswer made = comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "all"}});
    EXPECT_EQ(made.status, 201) << made.body;
    std::vector<std::string> repairs;
    if (made.status != 201) return repairs;
    EXPECT_EQ(made.json.at("items").size(), ids.size()); // one each
    for (const Json &repair : made.json.at("items")) {
        const std::string id = textOf(repair, "id");
        repairs.push_back(id);
        EXPECT_EQ(comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "as LEGACY has it"}}).status, 200);
        const Json done = comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
        EXPECT_EQ(textOf(done, "status"), end) << dumpJson(done);
    }
    return repairs;
}

std::string rowsOf(TestDatabase &db, const std::string &where = "1 = 1")
{
    return db.one("SELECT count(*) FROM grants WHERE " + where);
}

class Sets : public testing::TestWithParam<Pair> {
protected:
    void open(const std::string &userType, const std::string &memberType = "")
    {
        m_legacy = grants(m_dir, GetParam().first, "legacy.db", userType, memberType);
        m_fresh = grants(m_dir, GetParam().second, "new.db", userType, memberType);
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
};

TEST_P(Sets, AreComparedByUserAndRepairedByMember)
{
    open("text");
    for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
        for (int i = 0; i < 40; ++i)
            grant(*side, "same" + std::to_string(i), {"read", "write", "a|b", "\u00e9", " ", "Read"});
        grant(*side, "a", {"x"}); // keys around those of others
        grant(*side, "a b", {"x"});
        grant(*side, "A", {"x"});
    }
    grant(*m_legacy, "ann", {"read", "write", "admin"});
    grant(*m_fresh, "ann", {"read", "WRITE", "audit"});
    grant(*m_legacy, "bob", {"read", "a|b", "c\\"}); // NEW has nothing of him
    grant(*m_fresh, "cid", {"read"});                // LEGACY has nothing of her
    grant(*m_legacy, "d|e", {"f"});
    grant(*m_fresh, "d", {"e|f"});
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, grantMapping("TEXT"));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), 43);
    EXPECT_EQ(run.at("different"), 5);
    EXPECT_EQ(run.at("missing"), 0);
    EXPECT_EQ(run.at("extra"), 0);
    EXPECT_EQ(run.at("consistency_percentage"), 89.58); // 43 of 48 users
    EXPECT_EQ(run.at("unreadable"), 0);
    EXPECT_EQ(run.at("fields"), (Json::array({{{"field", "permission"},
                                               {"compared", 48},
                                               {"matched", 43},
                                               {"different", 5},
                                               {"ignored", 0},
                                               {"consistency_percentage", 89.58}}})));
    EXPECT_EQ(differencesOf(comparator),
              (std::set<std::string>{"ann MISSING admin", "ann MISSING write", "ann EXTRA WRITE", "ann EXTRA audit",
                                     "bob MISSING read", "bob MISSING a|b", "bob MISSING c\\", "cid EXTRA read", "d|e MISSING f",
                                     "d EXTRA e|f"}));
    // Seen again, they are the same ones.
    const auto before = comparator.all("/api/v1/differences?resolved=false");
    (void)comparator.fullRun(check);
    EXPECT_EQ(comparator.all("/api/v1/differences?resolved=false").size(), before.size());

    const Json byIds = comparator.waitRun(comparator.startRun(check, {{"scope", "IDS"}, {"ids", {"ann", "same1", "nobody"}}, {"reason", "some"}}));
    EXPECT_EQ(byIds.at("matched"), 2); // nobody has nothing on either side
    EXPECT_EQ(byIds.at("different"), 1);
    EXPECT_EQ(byIds.at("status"), "FAILED"); // below its threshold, and complete

    const std::vector<std::string> repairs = repairAll(comparator);
    EXPECT_EQ(repairs.size(), 10u);
    const Json after = comparator.fullRun(check);
    EXPECT_EQ(after.at("consistency_percentage"), 100.0) << dumpJson(comparator.all("/api/v1/differences?resolved=false"));
    EXPECT_EQ(after.at("matched"), 46); // ann, bob and d|e are equal now, cid and d have nothing any more
    EXPECT_EQ(rowsOf(*m_fresh), rowsOf(*m_legacy));
    EXPECT_EQ(rowsOf(*m_fresh, "user_id = 'bob' AND perm = 'a|b'"), "1");
    EXPECT_EQ(rowsOf(*m_fresh, "user_id = 'd'"), "0");
    std::set<std::string> sentences;
    for (const Json &repair : comparator.all("/api/v1/repairs?entity_id=ann"))
        sentences.insert(textOf(repair, "sentence"));
    EXPECT_TRUE(sentences.contains("Add permission \"admin\" to PERMISSION ann on NEW, as LEGACY has it.")) << sentences.size();
    EXPECT_TRUE(sentences.contains("Remove permission \"audit\" from PERMISSION ann on NEW: LEGACY does not have it."));
}

// Millions of users may have their sets in pages: no member is lost or counted twice at the end of one.
TEST_P(Sets, OfManyRowsAreReadWhole)
{
    open("bigint");
    for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
        std::string rows;
        for (int user = 1; user <= 60; ++user) {
            for (int member = 0; member < 97 + user; ++member)
                rows += std::string(rows.empty() ? "" : ", ") + "(" + std::to_string(user * user) + ", 'p" + std::to_string(member) + "')";
        }
        side->run("INSERT INTO grants (user_id, perm) VALUES " + rows);
        side->run("INSERT INTO grants (user_id, perm) VALUES (9007199254740993, 'big'), (-5, 'low')");
    }
    m_fresh->run("DELETE FROM grants WHERE user_id = 1600 AND perm = 'p50'");
    m_fresh->run("DELETE FROM grants WHERE user_id = 3600 AND perm = 'p156'"); // its last one
    m_legacy->run("DELETE FROM grants WHERE user_id = 1 AND perm = 'p0'");
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, grantMapping("INTEGER"));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), 59);
    EXPECT_EQ(run.at("different"), 3);
    EXPECT_EQ(run.at("rows_done"), 60 * 97 + 60 * 61 / 2 + 2);
    EXPECT_EQ(differencesOf(comparator), (std::set<std::string>{"1600 MISSING p50", "3600 MISSING p156", "1 EXTRA p0"}));
    (void)repairAll(comparator);
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
    EXPECT_EQ(rowsOf(*m_fresh), rowsOf(*m_legacy));
}

// Each side has its own words for them, and its own spelling.
TEST_P(Sets, KeepToTheRulesOfTheirMember)
{
    open("text");
    grant(*m_legacy, "ann", {"R", "W", " Other "});
    grant(*m_fresh, "ann", {"read", "other", "X"});
    Comparator comparator;
    comparator.start();
    const Json map = Json::array({{{"legacy", "R"}, {"new", "read"}}, {{"legacy", "W"}, {"new", "write"}}});
    const std::string check =
        comparator.addCheck(*m_legacy, *m_fresh, grantMapping("TEXT", {{"value_map", map}, {"transforms", {"TRIM", "LOWER"}}}));
    (void)comparator.fullRun(check);
    EXPECT_EQ(differencesOf(comparator), (std::set<std::string>{"ann MISSING W", "ann EXTRA X"}));
    (void)repairAll(comparator);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM grants WHERE user_id = 'ann' AND perm = 'write'"), "1");
    EXPECT_EQ(rowsOf(*m_fresh), "3");
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
}

// What was repaired can be undone, and the statements of an export do the same.
TEST_P(Sets, AreUndoneAndExportedByMember)
{
    open("bigint", "bigint");
    grant(*m_legacy, "7", {"1", "2"});
    grant(*m_fresh, "7", {"2", "3"});
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, grantMapping("INTEGER", {{"kind", "INTEGER"}}));
    (void)comparator.fullRun(check);
    const std::set<std::string> found{"7 MISSING 1", "7 EXTRA 3"};
    EXPECT_EQ(differencesOf(comparator), found);
    const Json detail = comparator.as("viewer").get("/api/v1/differences/" +
                                                    textOf(comparator.all("/api/v1/differences?resolved=false&type=EXTRA").at(0), "id")).json;
    ASSERT_EQ(detail.at("entity").at("fields").size(), 3u) << dumpJson(detail);
    for (const Json &field : detail.at("entity").at("fields"))
        EXPECT_EQ(field.at("equal"), textOf(field, "legacy") == "2" && textOf(field, "new") == "2") << dumpJson(field);
    const std::vector<std::string> repairs = repairAll(comparator);
    EXPECT_EQ(m_fresh->one("SELECT sum(perm * perm) FROM grants"), "5"); // 1 and 2
    for (const std::string &id : repairs) {
        const TestAnswer undo = comparator.as("approver").post("/api/v1/repairs/" + id + "/undo", {{"reason", "too early"}});
        EXPECT_EQ(undo.status, 200) << undo.body;
        Json last;
        EXPECT_TRUE(waitFor([&] {
            last = comparator.as("viewer").get("/api/v1/repairs/" + id).json;
            return textOf(last, "status") == "UNDONE" || textOf(last.value("undo", Json()), "status") == "FAILED";
        })) << dumpJson(last);
        EXPECT_EQ(textOf(last, "status"), "UNDONE") << dumpJson(last);
    }
    EXPECT_EQ(m_fresh->one("SELECT sum(perm * perm) FROM grants"), "13"); // 2 and 3
    EXPECT_EQ(differencesOf(comparator), found); // again
    const TestAnswer script = comparator.as("viewer").get("/api/v1/differences/export?format=SQL&resolved=false");
    ASSERT_EQ(script.status, 200) << script.body;
    std::istringstream lines(script.body);
    int statements = 0;
    for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(line.find("no statement"), std::string::npos) << line;
        if (line.starts_with("-- ")) continue;
        m_fresh->run(line);
        ++statements;
    }
    EXPECT_EQ(statements, 2);
    EXPECT_EQ(m_fresh->one("SELECT sum(perm * perm) FROM grants"), "5");
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
}

INSTANTIATE_TEST_SUITE_P(Of, Sets,
                         testing::Values(Pair("sqlite", "postgres"), Pair("postgres", "mariadb"), Pair("mariadb", "sqlite")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

class SetRepairs : public testing::Test {
protected:
    void start(const std::vector<std::string> &environment = {})
    {
        m_comparator.start(environment);
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, grantMapping("TEXT"));
        (void)m_comparator.fullRun(m_check);
    }
    // Of the difference whose member this is, on the side that has it.
    std::string create(const std::string &value)
    {
        std::string difference;
        for (const Json &found : m_comparator.all("/api/v1/differences?resolved=false")) {
            if (found.at("legacy_value") == value || found.at("new_value") == value) difference = textOf(found, "id");
        }
        const TestAnswer made = m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", {difference}}});
        EXPECT_EQ(made.status, 201) << made.body;
        return made.status == 201 ? textOf(made.json.at("items")[0], "id") : "";
    }
    Json approve(const std::string &id)
    {
        EXPECT_EQ(m_comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "r"}}).status, 200);
        return m_comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = grants(m_dir, "sqlite", "legacy.db", "text");
    std::unique_ptr<TestDatabase> m_fresh = grants(m_dir, "sqlite", "new.db", "text");
    Comparator m_comparator;
    std::string m_check;
};

// Others of the user's members are no matter of it; this one is.
TEST_F(SetRepairs, HoldTheirMemberAgainstWhatWasSeen)
{
    grant(*m_legacy, "ann", {"a", "b", "c"});
    grant(*m_fresh, "ann", {"x", "y"});
    start();
    const std::string missing = create("a");
    const std::string stale = create("x");
    const TestAnswer preview = m_comparator.as("viewer").get("/api/v1/repairs/" + missing + "/preview");
    EXPECT_EQ(preview.json.at("before"), nullptr);
    EXPECT_EQ(preview.json.at("after"), (Json{{"permission", "a"}}));
    EXPECT_EQ(preview.json.at("still_as_seen"), true);
    EXPECT_EQ(textOf(preview.json, "statement").rfind("INSERT INTO \"grants\" (\"user_id\", \"perm\") ", 0), 0u) << preview.body;
    m_fresh->run("INSERT INTO grants (user_id, perm) VALUES ('ann', 'b')");
    EXPECT_EQ(textOf(approve(missing), "status"), "VERIFIED");
    EXPECT_EQ(rowsOf(*m_fresh, "perm IN ('a', 'b')"), "2");
    // By now both sides have it: nothing is removed.
    m_legacy->run("INSERT INTO grants (user_id, perm) VALUES ('ann', 'x'), ('ann', 'y')");
    EXPECT_EQ(textOf(approve(stale), "status"), "STALE");
    EXPECT_EQ(rowsOf(*m_fresh), "4");
}

// However many sets there are, each has its statements, in the order of the list.
TEST_F(SetRepairs, AreExportedOfManySets)
{
    for (int i = 0; i < 25; ++i) {
        const std::string user = "u" + std::to_string(10 + i);
        grant(*m_legacy, user, {"read", "admin"});
        grant(*m_fresh, user, {"read", "audit"});
    }
    start();
    const TestAnswer script =
        m_comparator.as("viewer").get("/api/v1/differences/export?format=SQL&resolved=false&sort=entity_id");
    ASSERT_EQ(script.status, 200) << script.body;
    std::istringstream lines(script.body);
    std::vector<std::string> users;
    for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(line.find("no statement"), std::string::npos) << line;
        if (line.starts_with("-- ")) continue;
        const std::size_t user = line.find("'u");
        ASSERT_NE(user, std::string::npos) << line;
        users.push_back(line.substr(user + 1, 3));
        m_fresh->run(line);
    }
    ASSERT_EQ(users.size(), 50u);
    EXPECT_TRUE(std::ranges::is_sorted(users));
    EXPECT_EQ(std::set<std::string>(users.begin(), users.end()).size(), 25u);
    EXPECT_EQ(m_comparator.fullRun(m_check).at("consistency_percentage"), 100.0);
    EXPECT_EQ(rowsOf(*m_fresh, "perm = 'audit'"), "0");
}

// Each member that is removed is a deletion: too many of them are asked about first.
TEST_F(SetRepairs, StandUnderTheLimitsOnDeletions)
{
    for (int i = 0; i < 40; ++i) {
        const std::string user = "u" + std::to_string(i);
        grant(*m_legacy, user, {"read", "write", "list"});
        grant(*m_fresh, user, {"read", "write", "list", "old", "older", "oldest"});
    }
    start();
    Json ids = Json::array();
    for (const Json &one : m_comparator.all("/api/v1/differences?resolved=false"))
        ids.push_back(textOf(one, "id"));
    ASSERT_EQ(ids.size(), 120u);
    const TestAnswer made = m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}});
    ASSERT_EQ(made.status, 201) << made.body;
    const TestAnswer bulk = m_comparator.as("approver").post(
        "/api/v1/repairs/bulk", {{"action", "APPROVE"}, {"filter", {{"action", "DELETE"}}}, {"expected_count", 120}, {"reason", "all"}});
    ASSERT_EQ(bulk.status, 200) << bulk.body;
    EXPECT_TRUE(waitFor([&] { return m_comparator.all("/api/v1/repairs?status=FAILED").size() == 120; }));
    EXPECT_EQ(rowsOf(*m_fresh), "240");
    const Json failed = m_comparator.all("/api/v1/repairs?status=FAILED").at(0);
    EXPECT_NE(textOf(failed, "error").find("nothing was deleted"), std::string::npos) << dumpJson(failed);
}

class KilledSetRepair : public SetRepairs, public testing::WithParamInterface<const char *> {};

TEST_P(KilledSetRepair, IsDoneOnce)
{
    grant(*m_legacy, "ann", {"a", "b"});
    grant(*m_fresh, "ann", {"b", "c"});
    start({std::string("CROSSFADE_KILL_POINT=") + GetParam() + ":1"});
    const std::string repair = create("a");
    EXPECT_EQ(m_comparator.as("approver").post("/api/v1/repairs/" + repair + "/approve", {{"reason", "r"}}).status, 200);
    EXPECT_EQ(m_comparator.process().wait(), 128 + SIGKILL);
    m_comparator.start();
    EXPECT_EQ(textOf(m_comparator.waitRepair(repair, {"VERIFIED", "FAILED", "STALE"}), "status"), "VERIFIED");
    EXPECT_EQ(rowsOf(*m_fresh), "3");
    EXPECT_EQ(rowsOf(*m_fresh, "perm = 'a'"), "1");
}

INSTANTIATE_TEST_SUITE_P(At, KilledSetRepair, testing::Values("repair.before-execute", "repair.after-execute"),
                         [](const auto &info) { return std::string(info.param).substr(7) == "before-execute" ? "before" : "after"; });

TEST_F(SetRepairs, AreNotSyncsAndIgnoredAsOthers)
{
    grant(*m_legacy, "ann", {"a", "b"});
    grant(*m_fresh, "ann", {"b", "legacy-only"});
    start();
    const std::string mapping = textOf(m_comparator.all("/api/v1/mappings").at(0), "id");
    const TestAnswer sync = m_comparator.as("operator").post("/api/v1/sync-configs", {{"source_system", "LEGACY"},
                                                                                  {"target_system", "NEW"},
                                                                                  {"mapping_id", mapping},
                                                                                  {"sync_direction", "UNIDIRECTIONAL"},
                                                                                  {"sync_frequency", "BATCH"}});
    EXPECT_EQ(sync.status, 422) << sync.body;
    EXPECT_NE(sync.body.find("/mapping_id"), std::string::npos);
    const TestAnswer rule = m_comparator.as("operator").post(
        "/api/v1/ignore-rules", {{"data_type", "PERMISSION"}, {"field", "permission"}, {"new", {{"pattern", "legacy-*"}}}, {"reason", "meant"}});
    ASSERT_EQ(rule.status, 201) << rule.body;
    EXPECT_TRUE(waitFor([&] { return differencesOf(m_comparator) == std::set<std::string>{"ann MISSING a"}; }));
    Json run = m_comparator.fullRun(m_check);
    EXPECT_EQ(run.at("different"), 1);
    EXPECT_EQ(run.at("ignored"), 0);
    EXPECT_EQ(run.at("ignored_by_rule").at(0).at("differences"), 1);
    grant(*m_fresh, "ann", {"a"});
    run = m_comparator.fullRun(m_check);
    EXPECT_EQ(run.at("different"), 0);
    EXPECT_EQ(run.at("ignored"), 1);
    EXPECT_EQ(run.at("fields").at(0).at("ignored"), 1);
}

} // namespace
} // namespace crossfade
