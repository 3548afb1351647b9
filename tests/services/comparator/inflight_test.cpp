// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that do not stand still while a run looks at them again: told as such until they do.
#include "tests/services/comparator/fixture.h"
#include "tests/support/contract.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace crossfade {
namespace {

using std::chrono::milliseconds;

class InFlight : public testing::Test {
protected:
    InFlight()
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT); "
                      "INSERT INTO people VALUES ('a', 'Ann'), ('b', 'Bob'), ('c', 'Cid'), ('d', 'Dan')");
        m_fresh->run("UPDATE people SET name = 'Dora' WHERE id = 'd'"); // stands still
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})));
    }
    ~InFlight() override { stand(); }

    // LEGACY's name of `key` changes all the time, to what NEW never has.
    void move(const std::string &key)
    {
        m_legacy->run("UPDATE people SET name = 'at once' WHERE id = '" + key + "'");
        m_moving = true;
        m_mover = std::jthread([this, key] {
            const auto db = openSame(*m_legacy);
            for (int i = 0; m_moving; ++i) {
                db->run("UPDATE people SET name = 'name " + std::to_string(i) + "' WHERE id = '" + key + "'");
                std::this_thread::sleep_for(milliseconds(50));
            }
        });
    }
    void stand()
    {
        m_moving = false;
        if (m_mover.joinable()) m_mover.join();
    }
    std::vector<Json> differences(const std::string &more = "") const
    {
        return m_comparator.all("/api/v1/differences?check_id=" + m_check + more);
    }
    std::string stateOf(const std::string &key) const
    {
        for (const Json &one : differences("&resolved=false"))
            if (textOf(one, "entity_id") == key) return textOf(one, "state");
        return "";
    }
    bool waitState(const std::string &key, const std::string &state) const
    {
        return waitFor([&] { return stateOf(key) == state; }, std::chrono::seconds(30));
    }
    std::string runThatSees(const std::string &key)
    {
        move(key);
        const std::string run = m_comparator.startRun(m_check);
        EXPECT_TRUE(waitState(key, "IN_FLIGHT"));
        return run;
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
    std::atomic<bool> m_moving = false;
    std::jthread m_mover;
};

TEST_F(InFlight, IsToldAndNotActedOnUntilTheRowStandsStill)
{
    const std::string run = runThatSees("b");
    Contract contract("comparator.yaml");
    const std::string listed = "/api/v1/differences?state=IN_FLIGHT";
    const TestAnswer list = m_comparator.as("viewer").get(listed);
    EXPECT_EQ(contract.check("GET", listed, list), "");
    ASSERT_EQ(list.json.at("items").size(), 1u) << "what stands still is not in motion";
    const Json moving = list.json.at("items").at(0);
    const std::string id = textOf(moving, "id");
    EXPECT_EQ(textOf(moving, "entity_id"), "b");
    EXPECT_EQ(textOf(moving, "run_id"), run);
    EXPECT_EQ(m_comparator.run(run).at("different"), 0);
    // Nobody repairs, resolves or looks at what a run is looking at.
    const TestClient lead = m_comparator.as("operator");
    EXPECT_EQ(lead.post("/api/v1/repairs", {{"difference_ids", {id}}}).status, 409);
    EXPECT_EQ(lead.post("/api/v1/differences/" + id + "/recheck", Json::object()).status, 409);
    EXPECT_EQ(lead.post("/api/v1/differences/" + id + "/resolve", {{"notes", "n"}}).status, 409);
    EXPECT_NE(lead.get("/api/v1/differences/export?format=CSV&state=IN_FLIGHT").body.find(id), std::string::npos);
    stand();
    const Json ended = m_comparator.waitRun(run);
    EXPECT_EQ(ended.at("different"), 2) << dumpJson(ended);
    EXPECT_EQ(ended.at("hot"), 0);
    EXPECT_EQ(stateOf("b"), "CONFIRMED");
    EXPECT_EQ(stateOf("d"), "CONFIRMED");
    EXPECT_EQ(textOf(m_comparator.as("viewer").get("/api/v1/differences/" + id).json, "state"), "CONFIRMED"); // the same one
}

TEST_F(InFlight, LeavesNoTraceOnceTheRowsAreEqual)
{
    const std::string run = runThatSees("b");
    stand();
    m_legacy->run("UPDATE people SET name = 'Bob' WHERE id = 'b'");
    EXPECT_EQ(m_comparator.waitRun(run).at("different"), 1);
    EXPECT_EQ(differences().size(), 1u) << "neither open nor resolved";
}

TEST_F(InFlight, IsHotAfterFiveLooks)
{
    const std::string run = runThatSees("b");
    const Json ended = m_comparator.waitRun(run);
    EXPECT_EQ(ended.at("hot"), 1);
    EXPECT_EQ(ended.at("different"), 1);
    EXPECT_EQ(stateOf("b"), "HOT");
    EXPECT_TRUE(differences("&state=IN_FLIGHT").empty());
}

// It was seen to stand still and differ: that it moves again does not take it back.
TEST_F(InFlight, LeavesWhatIsConfirmedAsItStands)
{
    m_legacy->run("UPDATE people SET name = 'Rob' WHERE id = 'b'");
    (void)m_comparator.fullRun(m_check);
    ASSERT_EQ(stateOf("b"), "CONFIRMED");
    move("b");
    const std::string run = m_comparator.startRun(m_check);
    const bool settled = waitFor(
        [&] {
            EXPECT_TRUE(differences("&state=IN_FLIGHT").empty());
            return textOf(m_comparator.run(run), "state") == "FINISHED";
        },
        std::chrono::seconds(60));
    EXPECT_TRUE(settled);
    EXPECT_EQ(stateOf("b"), "HOT");
}

TEST_F(InFlight, IsSettledByTheRunThatGoesOnAfterASuddenDeath)
{
    const std::string run = runThatSees("b");
    m_comparator.kill();
    stand();
    m_comparator.start();
    EXPECT_EQ(m_comparator.waitRun(run).at("different"), 2);
    EXPECT_EQ(stateOf("b"), "CONFIRMED");
    EXPECT_TRUE(differences("&state=IN_FLIGHT").empty());
}

TEST_F(InFlight, GoesWithARunThatIsCancelled)
{
    const std::string run = runThatSees("b");
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/runs/" + run + "/cancel", Json::object()).status / 100, 2);
    (void)m_comparator.waitRun(run, {"CANCELLED"});
    EXPECT_TRUE(differences("&state=IN_FLIGHT").empty());
    EXPECT_EQ(stateOf("b"), "");
}

} // namespace
} // namespace crossfade
