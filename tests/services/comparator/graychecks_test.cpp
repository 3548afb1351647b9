// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A real router asks a real comparator whether NEW holds what stands on its gray lists.
#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/routerprocess.h"

#include <gtest/gtest.h>

#include <fstream>

namespace crossfade {
namespace {

TEST(GrayListsOfARouter, KnowWhatNewHoldsEqual)
{
    TempDir dir;
    const auto legacy = newSqlite(dir.file("legacy.db"));
    const auto fresh = newSqlite(dir.file("new.db"));
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        side->run("INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }
    fresh->run("UPDATE people SET name = 'B' WHERE id = 2");
    fresh->run("DELETE FROM people WHERE id = 3");
    Comparator comparator;
    comparator.start();
    comparator.addCheck(*legacy, *fresh, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    std::ofstream(dir.file("token")) << comparator.token("viewer") << '\n';
    RouterProcess router;
    router.start({"--comparator", comparator.url(), "--comparator-token-file", dir.file("token")});
    const std::string entries = "/api/v1/gray-lists/pilots/entries";
    ASSERT_EQ(router.as("lead").post("/api/v1/gray-lists",
                                     {{"name", "pilots"}, {"kind", "ENTITY"}, {"check_name", "users"}}).status, 201);
    ASSERT_EQ(router.as("lead").post(entries, {{"entries", {"1", "2", "3", "4", "x1"}}}).status, 200);
    const auto told = [&] {
        std::string lines;
        const TestAnswer answer = router.as("viewer").get(entries);
        for (const Json &item : answer.status == 200 ? answer.json.at("items") : Json::array())
            lines += textOf(item, "id") + " " + textOf(item, "result") + "\n";
        return lines;
    };
    EXPECT_TRUE(waitFor([&] { return told() == "1 EQUAL\n2 DIFFERENT\n3 MISSING\n4 ABSENT\nx1 NO_KEY\n"; })) << told();
    // Once it is repaired the flag goes by itself.
    fresh->run("UPDATE people SET name = 'b' WHERE id = 2");
    EXPECT_TRUE(waitFor([&] { return told().find("2 EQUAL\n") != std::string::npos; }, std::chrono::seconds(30))) << told();
    // A check that is no more: what was answered stands, and what is added stands unchecked.
    comparator.kill();
    ASSERT_EQ(router.as("lead").post(entries, {{"entries", {"5"}}}).status, 200);
    EXPECT_NE(told().find("5 UNCHECKED\n"), std::string::npos);
    EXPECT_NE(told().find("1 EQUAL\n"), std::string::npos);
}

} // namespace
} // namespace crossfade
