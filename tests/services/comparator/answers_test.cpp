// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What sources, mappings and differences answer, beyond the tables of roles and of bad input.
#include "tests/services/comparator/world.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

TEST(Sources, TellWhatIsThereAndKeepTheirSecret)
{
    World &world = World::instance();
    const std::string file = world.dir.file("pw");
    std::ofstream(file) << "hunter2\n";
    const Json body{{"name", "pg <b>\"'; DROP TABLE sources;--"},
                    {"kind", "POSTGRESQL"},
                    {"location", "postgresql://nobody@127.0.0.1:1/none"},
                    {"secret", {{"file", file}}}};
    const TestAnswer made = world.comparator.as("admin").post("/api/v1/sources", body);
    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(world.contract.check("POST", "/api/v1/sources", made), "");
    EXPECT_EQ(made.json.at("name"), body.at("name"));
    EXPECT_EQ(made.json.at("secret"), body.at("secret"));
    EXPECT_EQ(made.body.find("hunter2"), std::string::npos);
    const std::string path = "/api/v1/sources/" + textOf(made.json, "id");
    const TestAnswer test = world.send("admin", "POST", path + "/test", "{}");
    EXPECT_EQ(test.json.at("ok"), false);
    EXPECT_FALSE(textOf(test.json, "detail").empty());
    EXPECT_EQ(world.send("admin", "GET", path + "/columns?table=x").status, 503);
    EXPECT_EQ(world.send("admin", "POST", "/api/v1/sources", dumpJson(body)).status, 409);
    EXPECT_EQ(world.send("admin", "DELETE", path).status, 428);
    EXPECT_EQ(world.send("admin", "DELETE", path, "", {{"If-Match", "\"1\""}}).status, 204);
    EXPECT_EQ(world.comparator.log().find("hunter2"), std::string::npos);

    const TestAnswer good =
        world.send("admin", "POST", "/api/v1/sources/" + world.source + "/test", "{}");
    EXPECT_EQ(good.json.at("ok"), true);
    EXPECT_EQ(textOf(good.json, "server_version").rfind("SQLite 3.", 0), 0u);
    const TestAnswer columns =
        world.send("operator", "GET", "/api/v1/sources/" + world.source + "/columns?table=people");
    EXPECT_EQ(columns.json.at("columns")[0],
              (Json{{"name", "id"}, {"type", "TEXT"}, {"nullable", true}, {"key", true}}));
}

TEST(Mappings, RefuseATableWithoutAKey)
{
    World &world = World::instance();
    Json body = world.send("viewer", "GET", "/api/v1/mappings/" + world.mapping).json;
    for (const char *name : {"id", "version", "created_at", "updated_at"})
        body.erase(name);
    body["legacy"]["table"] = "keyless";
    body["fields"] = Json::array({field("name", "TEXT"), field("gone", "TEXT")});
    const TestAnswer answer = world.send("operator", "POST", "/api/v1/mappings", dumpJson(body));
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("is not unique"), std::string::npos);
    EXPECT_NE(answer.body.find("/fields/1/legacy_column"), std::string::npos);
    EXPECT_NE(answer.body.find("/fields/1/new_column"), std::string::npos);
}

TEST(Mappings, AndChecksKeepTheirVersions)
{
    World &world = World::instance();
    const std::string path = "/api/v1/checks/" + world.check;
    const TestAnswer before = world.send("viewer", "GET", path);
    const std::string version = before.header("etag");
    const std::string body = dumpJson({{"check_name", "users & <i>more</i>"},
                                       {"mapping_id", world.mapping},
                                       {"threshold_percentage", 50}});
    const TestAnswer after = world.send("operator", "PUT", path, body, {{"If-Match", version}});
    EXPECT_EQ(after.status, 200);
    EXPECT_EQ(after.json.at("check_name"), "users & <i>more</i>");
    EXPECT_EQ(world.send("operator", "PUT", path, body, {{"If-Match", version}}).status, 412);
    EXPECT_EQ(world.send("operator", "PUT", path, body).status, 428);
    EXPECT_EQ(after.json.at("last_run").at("state"), "FINISHED");
    EXPECT_EQ(after.json.at("trend").size(), 1u);
    EXPECT_EQ(after.json.at("open_differences"), 4);
}

TEST(Differences, PageSortAndShowTheirEntity)
{
    World &world = World::instance();
    std::string cursor;
    std::vector<std::string> order;
    do {
        const TestAnswer page = world.send("viewer", "GET",
                                           "/api/v1/differences?sort=-entity_id&limit=1" +
                                               (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_EQ(page.json.at("total"), 4);
        for (const Json &item : page.json.at("items"))
            order.push_back(textOf(item, "entity_id"));
        cursor = textOf(page.json, "next_cursor");
    } while (!cursor.empty() && order.size() < 10);
    EXPECT_EQ(order, (std::vector<std::string>{"x", "m", "b", "a"}));
    const TestAnswer anchors =
        world.send("viewer", "GET", "/api/v1/differences/anchors?sort=entity_id&count=2");
    ASSERT_EQ(anchors.json.at("anchors").size(), 1u);
    EXPECT_EQ(anchors.json.at("anchors")[0].at("offset"), 2);
    const TestAnswer there = world.send("viewer", "GET",
                                        "/api/v1/differences?sort=entity_id&cursor=" +
                                            textOf(anchors.json.at("anchors")[0], "cursor"));
    EXPECT_EQ(there.json.at("items")[0].at("entity_id"), "m");
    const TestAnswer wrong = world.send("viewer", "GET",
                                        "/api/v1/differences?sort=field_name&cursor=" +
                                            textOf(anchors.json.at("anchors")[0], "cursor"));
    EXPECT_EQ(wrong.status, 422);

    const TestAnswer detail =
        world.send("viewer", "GET", "/api/v1/differences/" + world.difference);
    const Json &entity = detail.json.at("entity");
    EXPECT_EQ(entity.at("fields")[0].at("legacy"), "Ann");
    EXPECT_EQ(entity.at("fields")[0].at("difference_id"), world.difference);
    EXPECT_EQ(entity.at("fields")[1].at("equal"), true);
    EXPECT_EQ(textOf(entity.at("fields")[1], "legacy").rfind("fingerprint ", 0), 0u);
    EXPECT_EQ(world.send("viewer", "GET", "/api/v1/differences?q=Anna").json.at("total"), 1);
    EXPECT_EQ(world.send("viewer", "GET", "/api/v1/differences?q=%25").json.at("total"), 0);
    EXPECT_EQ(world.send("viewer", "GET", "/api/v1/differences/summary?by=type").json.at("total"),
              4);
}

TEST(Differences, VanishWhenLookedAtAgainAndCanBeSetAside)
{
    World &world = World::instance();
    const std::string id =
        textOf(world.comparator.all("/api/v1/differences?entity_id=x").at(0), "id");
    EXPECT_EQ(world.send("operator", "POST", "/api/v1/differences/" + id + "/recheck", "{}")
                  .json.at("resolved"),
              false);
    world.fresh->run("DELETE FROM people WHERE id = 'x'");
    EXPECT_EQ(world.send("operator", "POST", "/api/v1/differences/" + id + "/recheck", "{}")
                  .json.at("resolved"),
              true);
    const std::string other =
        textOf(world.comparator.all("/api/v1/differences?entity_id=m").at(0), "id");
    const std::string path = "/api/v1/differences/" + other + "/resolve";
    EXPECT_EQ(world.send("operator", "POST", path, R"({"notes":"a test account"})")
                  .json.at("resolution_notes"),
              "a test account");
    EXPECT_EQ(world.send("operator", "POST", path, R"({"notes":"again"})").status, 409);
    EXPECT_EQ(world.comparator.as("operator")
                  .post("/api/v1/repairs", {{"difference_ids", {other}}})
                  .status,
              409);
    world.fresh->run("INSERT INTO people VALUES ('x', 'Xi', 's')");
}

} // namespace
} // namespace crossfade
