// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What both sides hold of a few ids right now.
#include "tests/services/comparator/world.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace crossfade {
namespace {

class Comparisons : public testing::Test {
protected:
    TestAnswer compare(const Json &ids, const std::string &check = "users")
    {
        return world.send("service", "POST", "/api/v1/comparisons", dumpJson({{"check_name", check}, {"ids", ids}}));
    }
    // "id RESULT" of each.
    std::vector<std::string> told(const Json &ids, const std::string &check = "users")
    {
        std::vector<std::string> lines;
        const TestAnswer answer = compare(ids, check);
        EXPECT_EQ(answer.status, 200) << answer.body;
        if (answer.status != 200) return lines;
        for (const Json &item : answer.json.at("items"))
            lines.push_back(textOf(item, "id") + " " + textOf(item, "result"));
        return lines;
    }

    World world;
};

TEST_F(Comparisons, TellWhatBothSidesHoldNow)
{
    for (TestDatabase *side : {world.legacy.get(), world.fresh.get()})
        side->run("INSERT INTO people VALUES ('e', 'Eve', 's')");
    EXPECT_EQ(told({"e", "a", "m", "x", "q", "e"}),
              (std::vector<std::string>{"e EQUAL", "a DIFFERENT", "m MISSING", "x EXTRA", "q ABSENT"}));
    world.fresh->run("UPDATE people SET name = 'Ann' WHERE id = 'a'");
    EXPECT_EQ(told({"a"}), std::vector<std::string>{"a EQUAL"});
}

TEST_F(Comparisons, StoreNothing)
{
    const auto audited = world.comparator.all("/api/v1/audit").size();
    const auto runs = world.comparator.all("/api/v1/runs").size();
    const auto differences = world.comparator.all("/api/v1/differences").size();
    world.fresh->run("DELETE FROM people WHERE id = 'b'");
    EXPECT_EQ(told({"b"}), std::vector<std::string>{"b MISSING"});
    EXPECT_EQ(world.comparator.all("/api/v1/audit").size(), audited);
    EXPECT_EQ(world.comparator.all("/api/v1/runs").size(), runs);
    EXPECT_EQ(world.comparator.all("/api/v1/differences").size(), differences);
}

TEST_F(Comparisons, TakeFiveHundredIdsAndNotOneMore)
{
    Json ids = Json::array();
    for (int i = 0; i < 500; ++i)
        ids.push_back("id-" + std::to_string(i));
    EXPECT_EQ(told(ids).size(), 500u);
    ids.push_back("one-more");
    EXPECT_EQ(compare(ids).status, 422);
    EXPECT_EQ(compare({"a"}, "nobody knows it").status, 422);
}

TEST_F(Comparisons, ADeadSourceIsNoAnswer)
{
    world.fresh.reset();
    std::filesystem::remove(world.dir.file("new.db"));
    EXPECT_EQ(compare({"a"}).status, 503);
}

} // namespace
} // namespace crossfade
