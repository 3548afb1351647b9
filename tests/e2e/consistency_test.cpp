// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// entity, field ("" for a row), cause
using Found = std::set<std::tuple<std::string, std::string, std::string>>;

std::string textOr(const Json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Over SQLite on both sides ("") or PostgreSQL as NEW.
class ConsistencyTest : public testing::TestWithParam<const char *> {
protected:
    ConsistencyTest()
        : sandbox(options())
    {
    }
    void SetUp() override
    {
        ASSERT_TRUE(sandbox.isUp());
        comparator = sandbox.comparator();
    }
    static std::vector<std::string> options()
    {
        std::vector<std::string> list{"--users", "50000", "--rate", "10"};
        if (std::string(GetParam()) == "PostgreSQL")
            list.insert(list.end(), {"--postgres", PostgresServer::instance().newDatabase()});
        return list;
    }

    std::vector<Json> all(const std::string &path) const
    {
        std::vector<Json> items;
        std::string cursor;
        do {
            const TestAnswer page =
                comparator.get(path + (path.find('?') == std::string::npos ? "?" : "&") +
                               "limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status, 200) << page.body;
            if (page.status != 200) break;
            for (const Json &item : page.json.at("items"))
                items.push_back(item);
            cursor = textOr(page.json, "next_cursor");
        } while (!cursor.empty());
        return items;
    }

    Json runCheck() const
    {
        const TestAnswer asked =
            comparator.post(sandbox.checkPath() + "/run", {{"scope", "FULL"}, {"reason", "test"}});
        EXPECT_EQ(asked.status, 202) << asked.body;
        const std::string path = "/api/v1/runs/" + asked.json.value("id", std::string());
        Json run;
        const bool ended = waitFor(
            [&] {
                run = comparator.get(path).json;
                const std::string state = run.value("state", "");
                return state == "FINISHED" || state == "FAILED" || state == "CANCELLED";
            },
            90s);
        EXPECT_TRUE(ended) << run.dump(2);
        EXPECT_EQ(run.value("state", ""), "FINISHED") << run.dump(2);
        return run;
    }

    Found openDifferences(std::map<std::string, std::string> *idOfEntity = nullptr) const
    {
        Found found;
        for (const Json &one : all("/api/v1/differences?resolved=false")) {
            EXPECT_EQ(one.value("state", ""), "CONFIRMED") << one.dump();
            found.emplace(textOr(one, "entity_id"), textOr(one, "field_name"),
                          textOr(one, "cause"));
            if (idOfEntity) (*idOfEntity)[textOr(one, "entity_id")] = textOr(one, "id");
        }
        return found;
    }

    Found plant(int count) const
    {
        const TestAnswer planted =
            sandbox.control().post("/api/v1/sandbox/plant", {{"count", count}, {"seed", 7}});
        EXPECT_EQ(planted.status, 200) << planted.body;
        Found found;
        for (const Json &one : planted.json.value("planted", Json::array())) {
            const std::string kind = textOr(one, "kind");
            const bool row = kind == "MISSING" || kind == "EXTRA";
            found.emplace(textOr(one, "entity_id"), textOr(one, "field"), row ? "ROW" : kind);
        }
        EXPECT_EQ(found.size(), static_cast<std::size_t>(count));
        return found;
    }

    std::int64_t rewritten() const
    {
        return sandbox.control().get("/api/v1/sandbox/status").json.value("rows_rewritten", 0);
    }

    TestSandbox sandbox;
    TestClient comparator{""};
};

INSTANTIATE_TEST_SUITE_P(Over, ConsistencyTest, testing::Values("SQLite", "PostgreSQL"),
                         [](const auto &info) { return std::string(info.param); });

TEST_P(ConsistencyTest, EveryPlantedDifferenceIsFoundNoneIsFalseAndFiftyAreRepaired)
{
    // Clean first: 50 000 users written differently on both sides, rows being rewritten: equal.
    const Json clean = runCheck();
    EXPECT_EQ(clean.value("consistency_percentage", 0.0), 100.0) << clean.dump(2);
    EXPECT_TRUE(openDifferences().empty());

    const Found planted = plant(300);
    const std::int64_t rewrittenBefore = rewritten();
    const Json run = runCheck();
    std::map<std::string, std::string> ids;
    EXPECT_EQ(openDifferences(&ids), planted);
    EXPECT_GT(rewritten(), rewrittenBefore); // the decoys were real
    EXPECT_LT(run.value("consistency_percentage", 100.0), 100.0);
    EXPECT_EQ(run.value("missing", 0) + run.value("extra", 0) + run.value("different", 0), 300);

    // Fifty of every kind.
    Found chosen;
    std::map<std::string, int> perKind;
    Json wanted = Json::array();
    for (const auto &one : planted) {
        if (chosen.size() == 50 || ++perKind[std::get<2>(one)] > 8) continue;
        chosen.insert(one);
        wanted.push_back(ids[std::get<0>(one)]);
    }
    ASSERT_EQ(wanted.size(), 50u);
    const TestAnswer made =
        comparator.post("/api/v1/repairs", {{"difference_ids", wanted}, {"reason", "planted"}});
    ASSERT_EQ(made.status, 201) << made.body;
    ASSERT_EQ(made.json.at("items").size(), 50u);
    const TestClient approver = sandbox.comparator("approver");
    for (const Json &repair : made.json.at("items")) {
        const std::string path = "/api/v1/repairs/" + textOr(repair, "id");
        const TestAnswer approved = approver.post(path + "/approve", {{"reason", "seen"}});
        EXPECT_EQ(approved.status, 200) << approved.body;
        Json now;
        EXPECT_TRUE(waitFor(
            [&] {
                now = comparator.get(path).json;
                return now.value("status", "") == "VERIFIED";
            },
            20s))
            << now.dump(2);
    }

    // What is left is what was not repaired, and nothing else came.
    Found left;
    std::set_difference(planted.begin(), planted.end(), chosen.begin(), chosen.end(),
                        std::inserter(left, left.end()));
    EXPECT_EQ(openDifferences(), left);
    const Json again = runCheck();
    EXPECT_EQ(again.value("missing", 0) + again.value("extra", 0) + again.value("different", 0),
              250);
    EXPECT_EQ(openDifferences(), left);
    for (const auto &[entity, field, cause] : chosen) {
        const TestAnswer legacy = sandbox.platform("legacy").get("/users/" + entity);
        const TestAnswer newer = sandbox.platform("new").get("/users/" + entity);
        EXPECT_EQ(legacy.status, newer.status) << entity;
        for (const char *name : {"email", "display_name", "department"})
            EXPECT_EQ(textOr(legacy.json, name), textOr(newer.json, name)) << entity;
    }
}

} // namespace
} // namespace crossfade
