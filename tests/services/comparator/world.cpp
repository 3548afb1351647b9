// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crossfade {

World::World()
{
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, secret TEXT)");
        side->run("CREATE TABLE keyless (id TEXT, name TEXT)");
    }
    legacy->run("INSERT INTO people VALUES ('a', 'Ann', 's'), ('b', 'Bob', 's'), ('m', 'Mia', 's')");
    fresh->run("INSERT INTO people VALUES ('a', 'Anna', 's'), ('b', 'Bob', 't'), ('x', 'Xi', 's')");
    comparator.start();
    check = comparator.addCheck(
        *legacy, *fresh,
        peopleMapping("TEXT", Json::array({field("name", "TEXT"),
                                           field("secret", "TEXT", {{"sensitive", true}})})));
    run = textOf(comparator.fullRun(check), "id");
    source = textOf(comparator.all("/api/v1/sources").at(0), "id");
    mapping = textOf(comparator.all("/api/v1/mappings").at(0), "id");
    difference = differenceOf("a");
    repair = repairOf("b");
    addSync();
    const TestAnswer rule = comparator.as("operator").post("/api/v1/ignore-rules", {{"data_type", "USER"},
                                                                                  {"field", "name"},
                                                                                  {"entity_pattern", "nobody*"},
                                                                                  {"reason", "not there"}});
    EXPECT_EQ(rule.status, 201) << rule.body;
    ignoreRule = textOf(rule.json, "id");
}

// A sync that nobody has run, and one entity whose conflict it left to a person: it has written nothing.
void World::addSync()
{
    const TestAnswer made = comparator.as("operator").post("/api/v1/sync-configs", {{"source_system", "LEGACY"},
                                                                                    {"target_system", "NEW"},
                                                                                    {"mapping_id", mapping},
                                                                                    {"sync_direction", "BIDIRECTIONAL"},
                                                                                    {"sync_frequency", "BATCH"}});
    EXPECT_EQ(made.status, 201) << made.body;
    sync = textOf(made.json, "id");
    EXPECT_EQ(comparator.as("operator").post("/api/v1/sync-configs/" + sync + "/run", {{"ids", {"a"}}}).status, 202);
    EXPECT_TRUE(waitFor([&] { return comparator.all("/api/v1/sync-tasks?state=DEAD").size() == 1; }));
    task = textOf(comparator.all("/api/v1/sync-tasks").at(0), "id");
}

World &World::instance()
{
    static World world;
    return world;
}

TestAnswer World::send(const std::string &role, const std::string &method, const std::string &path,
                       const std::string &body, TestClient::Headers headers)
{
    const bool typed = std::ranges::any_of(
        headers, [](const auto &header) { return header.first == "Content-Type"; });
    if (!body.empty() && !typed) headers.emplace_back("Content-Type", "application/json");
    const TestAnswer answer = comparator.as(role).send(method, path, body, headers);
    const std::string problem = contract.check(method, path, answer);
    EXPECT_EQ(problem, "") << method << " " << path << " → " << answer.status << " "
                           << answer.body.substr(0, 500);
    return answer;
}

std::string World::filled(std::string pattern) const
{
    const std::map<std::string, std::string> ids{
        {"sources", source}, {"mappings", mapping},       {"checks", check},
        {"runs", run},       {"differences", difference}, {"repairs", repair},
        {"sync-configs", sync},  {"sync-tasks", task}, {"ignore-rules", ignoreRule}};
    const std::size_t place = pattern.find("{id}");
    if (place == std::string::npos) return pattern;
    const std::string kind = pattern.substr(8, place - 9);
    return pattern.replace(place, 4, ids.at(kind));
}

std::string World::differenceOf(const std::string &entity) const
{
    return textOf(comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity).at(0),
                  "id");
}

std::string World::repairOf(const std::string &entity)
{
    const TestAnswer made = comparator.as("operator")
                                .post("/api/v1/repairs", {{"difference_ids", {differenceOf(entity)}}});
    EXPECT_EQ(made.status, 201) << made.body;
    return made.status == 201 ? textOf(made.json.at("items")[0], "id") : "";
}

} // namespace crossfade
