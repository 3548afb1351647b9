// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs by another side than the one that counts for the mapping.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

class RepairSide : public testing::TestWithParam<bool> {
protected:
    void SetUp() override
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id varchar(20) PRIMARY KEY, name varchar(40))");
            side->run("INSERT INTO people VALUES ('a', 'Ann'), ('b', 'Bob'), ('c', 'Cy')");
        }
        m_fresh->run("UPDATE people SET name = 'Anna' WHERE id = 'a'");
        m_legacy->run("INSERT INTO people VALUES ('m', 'Mia')");
        m_fresh->run("INSERT INTO people VALUES ('x', 'Xi')");
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})));
        m_comparator.fullRun(m_check);
    }
    TestAnswer propose(const std::string &entity, const Json &side)
    {
        const Json open = m_comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity).at(0);
        return m_comparator.as("operator").post(
            "/api/v1/repairs",
            {{"difference_ids", Json::array({open.at("id")})}, {"authoritative", side}, {"reason", "NEW is right here"}});
    }
    Json carriedOut(const Json &repair)
    {
        const std::string id = textOf(repair, "id");
        EXPECT_EQ(m_comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "yes"}}).status, 200);
        return m_comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = GetParam() ? newPostgres() : newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
};

TEST_P(RepairSide, IsThatOfTheRequestBeforeThatOfTheMapping)
{
    const std::vector<std::tuple<std::string, std::string, std::string>> expected{
        {"a", "UPDATE", "Update name of USER a on LEGACY to what NEW holds."},
        {"m", "DELETE", "Delete USER m from LEGACY: NEW does not hold it."},
        {"x", "INSERT", "Insert USER x into LEGACY as NEW holds it."}};
    for (const auto &[entity, action, sentence] : expected) {
        const TestAnswer made = propose(entity, "NEW");
        ASSERT_EQ(made.status, 201) << made.body;
        const Json repair = made.json.at("items").at(0);
        EXPECT_EQ(repair.at("action"), action);
        EXPECT_EQ(repair.at("target_platform"), "LEGACY");
        EXPECT_EQ(repair.at("authoritative"), "NEW");
        EXPECT_EQ(repair.at("authoritative_by"), "REQUEST");
        EXPECT_EQ(repair.at("sentence"), sentence);
        const Json done = carriedOut(repair);
        EXPECT_EQ(done.at("status"), "VERIFIED") << dumpJson(done);
    }
    EXPECT_EQ(m_legacy->one("SELECT name FROM people WHERE id = 'a'"), "Anna");
    EXPECT_EQ(m_legacy->one("SELECT count(*) FROM people WHERE id = 'm'"), "0");
    EXPECT_EQ(m_legacy->one("SELECT name FROM people WHERE id = 'x'"), "Xi");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "4");
    EXPECT_EQ(m_comparator.fullRun(m_check).at("consistency_percentage"), 100.0);
    // It is undone as any other.
    const std::string id = textOf(m_comparator.all("/api/v1/repairs?entity_id=a").at(0), "id");
    ASSERT_EQ(m_comparator.as("approver").post("/api/v1/repairs/" + id + "/undo", {{"reason", "not so"}}).status / 100, 2);
    EXPECT_EQ(m_comparator.waitRepair(id, {"UNDONE"}).at("status"), "UNDONE");
    EXPECT_EQ(m_legacy->one("SELECT name FROM people WHERE id = 'a'"), "Ann");
}

TEST_P(RepairSide, IsThatOfTheMappingWhereTheRequestNamesNone)
{
    EXPECT_EQ(propose("a", "BOTH").status, 422);
    const TestAnswer made = propose("a", nullptr);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json.at("items")[0].at("target_platform"), "NEW");
    EXPECT_EQ(made.json.at("items")[0].at("authoritative"), "LEGACY");
    EXPECT_EQ(made.json.at("items")[0].at("authoritative_by"), "MAPPING");
}

INSTANTIATE_TEST_SUITE_P(On, RepairSide, testing::Bool(),
                         [](const auto &one) { return std::string(one.param ? "postgres" : "sqlite"); });

} // namespace
} // namespace crossfade
