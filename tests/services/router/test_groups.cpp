// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/groupfixture.h"

#include "app/router/directorysource.h"
#include "tests/models/groups/anycriteria.h"

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>

#include <libpq-fe.h>
#include <sqlite3.h>

namespace crossfade {

namespace {

class Groups : public GroupTest {
protected:
    std::vector<std::string> members(const std::string &id) {
        std::vector<std::string> all;
        std::string cursor;
        do {
            const Json page = router.get(path(id, "/members?limit=3" + cursor));
            for (const Json &item : page.at("items"))
                all.push_back(item.at("user_id"));
            cursor = page.at("next_cursor").is_null() ? "" : "&cursor=" + page.at("next_cursor").get<std::string>();
        } while (!cursor.empty());
        return all;
    }
    void setDirectory(const Json &body) {
        const std::string version = std::to_string(router.get("/api/v1/directory").at("version").get<int>());
        const TestAnswer answer = router.call({"PUT", "/api/v1/directory", body, version});
        ASSERT_EQ(answer.status, 200) << answer.body;
        ASSERT_TRUE(answer.json.at("error").is_null()) << answer.body;
    }
    Json northerners() const {
        return {{"criteria",
                 {{"all",
                   {{{"attribute", "region"}, {"op", "EQUALS"}, {"value", "north"}},
                    {{"not", {{"attribute", "level"}, {"op", "LESS"}, {"value", 10}}}}}}}}};
    }
};

constexpr const char *PeopleSql =
    "CREATE TABLE people (login TEXT, region TEXT, level TEXT);"
    "INSERT INTO people VALUES ('ann', 'north', '12'), ('bob', 'north', '9'), ('cid', 'south', '50'),"
    "('dan', 'north', NULL), ('eve', 'North', '12'), ('fay', NULL, NULL), ('no id', 'north', '12')";

void runSqlite(const std::string &file, const char *sql) {
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

} // namespace

TEST_F(Groups, aDefinitionIsAnsweredAsItWasGiven) {
    const Json made = router.post("/api/v1/user-groups", groupBody("北方 <b>stores</b>", northerners()));
    const std::string id = made.at("id");
    EXPECT_EQ(made.at("group_name"), "北方 <b>stores</b>");
    EXPECT_EQ(made.at("criteria"), northerners().at("criteria"));
    EXPECT_EQ(made.at("size"), 0);
    EXPECT_EQ(made.at("shift").at("state"), "DRAFT");
    EXPECT_EQ(group(id), made);
    const TestAnswer changed = router.call({"PATCH", path(id), {{"batch_size", 5}}, "1", "operator"});
    EXPECT_EQ(changed.json.at("batch_size"), 5);
    EXPECT_EQ(changed.json.at("criteria"), made.at("criteria"));
    EXPECT_EQ(router.call({"PATCH", path(id), {{"batch_size", 6}}, "1", "operator"}).status, 412);
    EXPECT_EQ(router.call({"PATCH", path(id), {{"batch_size", 6}}, "", "operator"}).status, 428);
    // Names are told apart.
    const Json same = groupBody("北方 <b>stores</b>");
    EXPECT_EQ(router.call({"POST", "/api/v1/user-groups", same, {}, "operator"}).status, 409);
    EXPECT_EQ(router.call({"DELETE", path(id), {}, "2", "operator"}).status, 204);
    router.get(path(id), 404);
}

TEST_F(Groups, membersAreUploadedInThreeForms) {
    const std::string id = createGroup("stores");
    for (const char *type : {"text/plain", "text/csv", "application/x-ndjson"}) {
        const TestAnswer answer = upload(id, {"zoe", "ann", "bob", "ann", "dan", "cid"}, type);
        ASSERT_EQ(answer.status, 200) << type << answer.body;
        EXPECT_EQ(answer.json.at("group").at("size"), 5);
        EXPECT_EQ(members(id), (std::vector<std::string>{"ann", "bob", "cid", "dan", "zoe"})) << type;
    }
    EXPECT_EQ(batchesOf(id), "PPP");
    // The first wrong id refuses the list, and the one before stays.
    EXPECT_EQ(pointerOf(upload(id, {"ann", "not an id"})), "/lines/2");
    EXPECT_EQ(upload(id, {"{"}, "text/csv").status, 422);
    EXPECT_EQ(members(id).size(), 5U);
    EXPECT_EQ(router.send({"PUT", path(id, "/members"), {}, "1", "operator"}, "ann\n", "text/plain").status, 412);
}

TEST_F(Groups, manyMembersAreStoredInBlocks) {
    const std::string id = createGroup("everybody", {{"batch_size", 1'000}});
    std::string text;
    constexpr int Users = 300'000; // several blocks
    for (int i = 0; i < Users; ++i)
        text += "user-" + std::to_string(1'000'000 + i) + "\n";
    const TestAnswer answer = router.send({"PUT", path(id, "/members"), {}, "1", "operator"}, text, "text/plain");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("group").at("size"), Users);
    EXPECT_EQ(answer.json.at("group").at("shift").at("batches").at("total"), 300);
    ASSERT_EQ(act(id, "shift").status, 200);
    // Looked up and told from the middle of a later block, also after a restart.
    for (const char *user : {"user-1000000", "user-1150000", "user-1299999"}) {
        EXPECT_EQ(decide(user).at("group_id"), id) << user;
    }
    EXPECT_TRUE(decide("user-1300000").at("group_id").is_null());
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(decide("user-1299999").at("group_batch"), 299);
    EXPECT_EQ(router.get("/api/v1/users/user-1299999").at("decision").at("reason"), "USER_GROUP");
}

TEST_F(Groups, criteriaAreResolvedFromSqlite) {
    runSqlite(router.file("people.sqlite"), PeopleSql);
    setDirectory({{"kind", "SQLITE"}, {"location", router.file("people.sqlite")}, {"table", "people"},
                  {"id_column", "login"}, {"attributes", {"region", "level"}}});
    const std::string id = createGroup("north", northerners());
    const TestAnswer answer = act(id, "members/resolve");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("invalid_ids"), 1);
    EXPECT_EQ(members(id), (std::vector<std::string>{"ann", "dan"}));
    // An attribute the directory does not have is named when it is written down.
    const Json other = groupBody("other", {{"criteria", {{"attribute", "height"}, {"op", "IS_NULL"}}}});
    const TestAnswer unknown = router.call({"POST", "/api/v1/user-groups", other, {}, "operator"});
    EXPECT_EQ(unknown.status, 422);
    EXPECT_EQ(pointerOf(unknown), "/criteria/attribute");
    std::filesystem::remove(router.file("people.sqlite"));
    EXPECT_EQ(act(id, "members/resolve").status, 503);
    EXPECT_EQ(members(id).size(), 2U);
    EXPECT_EQ(act(createGroup("plain"), "members/resolve").status, 409);
}

TEST_F(Groups, membersAreResolvedOncePerKey) {
    runSqlite(router.file("people.sqlite"), PeopleSql);
    setDirectory({{"kind", "SQLITE"}, {"location", router.file("people.sqlite")}, {"table", "people"},
                  {"id_column", "login"}, {"attributes", {"region", "level"}}});
    const std::string id = createGroup("north", northerners());
    const auto resolve = [&](const char *key, const char *reason) {
        return router.call({"POST", path(id, "/members/resolve"), {{"reason", reason}}, {}, "operator",
                            {{"Idempotency-Key", key}}});
    };
    const TestAnswer first = resolve("once", "test");
    ASSERT_EQ(first.status, 200) << first.body;
    // The source is gone: what is told is what was told then.
    std::filesystem::remove(router.file("people.sqlite"));
    TestAnswer again = resolve("once", "test");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.json, first.json);
    EXPECT_EQ(group(id).at("version"), first.json.at("group").at("version"));
    EXPECT_EQ(pointerOf(resolve("once", "another")), "header:Idempotency-Key");
    // A source that does not answer is no answer a key keeps.
    EXPECT_EQ(resolve("twice", "test").status, 503);
    runSqlite(router.file("people.sqlite"), PeopleSql);
    EXPECT_EQ(resolve("twice", "test").status, 200);
    router.token("viewer");
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    again = resolve("once", "test");
    EXPECT_EQ(again.header("idempotency-replayed"), "true") << "also after a restart";
    EXPECT_EQ(router.get(path(id, "/members/progress")).at("running"), false);
    const auto lists = router.store()->query("SELECT (SELECT count(*) FROM group_part), (SELECT count(*) FROM group_list_begun)");
    ASSERT_TRUE(lists.has_value());
    EXPECT_EQ(lists->front().integer(0), 1) << "no list is left over";
    EXPECT_EQ(lists->front().integer(1), 0);
}

TEST_F(Groups, otherCriteriaDropTheMembersAndOldOnesAreNobodysHindrance) {
    runSqlite(router.file("people.sqlite"), PeopleSql);
    Json directory{{"kind", "SQLITE"}, {"location", router.file("people.sqlite")}, {"table", "people"},
                   {"id_column", "login"}, {"attributes", {"region", "level"}}};
    setDirectory(directory);
    const std::string id = createGroup("north", northerners());
    ASSERT_EQ(act(id, "members/resolve").status, 200);
    const auto patched = [&](const Json &change) {
        const std::string version = std::to_string(group(id).at("version").get<int>());
        return router.call({"PATCH", path(id), change, version, "operator"});
    };
    // An attribute the directory has no longer is asked after when the criteria are written, not with each guard.
    directory["attributes"] = {"level"};
    setDirectory(directory);
    const TestAnswer sized = patched({{"batch_size", 1}});
    ASSERT_EQ(sized.status, 200) << sized.body;
    EXPECT_EQ(sized.json.at("size"), 2);
    EXPECT_EQ(pointerOf(patched({{"criteria", {{"attribute", "region"}, {"op", "IS_NULL"}}}})), "/criteria/attribute");
    // Who was found by the old criteria must not be moved under the new ones.
    const TestAnswer other = patched({{"criteria", {{"attribute", "level"}, {"op", "IS_NULL"}}}});
    ASSERT_EQ(other.status, 200) << other.body;
    EXPECT_EQ(other.json.at("size"), 0);
    EXPECT_TRUE(members(id).empty());
    EXPECT_EQ(act(id, "shift").status, 409);
    ASSERT_EQ(act(id, "members/resolve").status, 200);
    EXPECT_EQ(members(id), (std::vector<std::string>{"dan", "fay"}));
}

TEST_F(Groups, theGuardsTurnWithTheGroup) {
    const std::string id = createGroup("stores");
    EXPECT_EQ(group(id).at("guards").at(0).at("platform"), "NEW");
    const TestAnswer turned = router.call({"PATCH", path(id), {{"initial_platform", "NEW"}}, "1", "operator"});
    ASSERT_EQ(turned.status, 200) << turned.body;
    EXPECT_EQ(turned.json.at("target_platform"), "LEGACY");
    EXPECT_EQ(turned.json.at("guards").at(0).at("platform"), "LEGACY");
}

TEST_F(Groups, criteriaAreResolvedFromPostgresql) {
    const std::string url = PostgresServer::instance().newDatabase();
    PGconn *connection = PQconnectdb(url.c_str());
    ASSERT_EQ(PQstatus(connection), CONNECTION_OK) << PQerrorMessage(connection);
    PQclear(PQexec(connection, PeopleSql));
    PQfinish(connection);
    setDirectory({{"kind", "POSTGRESQL"}, {"location", url}, {"table", "people"}, {"id_column", "login"},
                  {"attributes", {"region", "level"}}});
    const std::string id = createGroup("north", northerners());
    const TestAnswer answer = act(id, "members/resolve");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(members(id), (std::vector<std::string>{"ann", "dan"}));
}

TEST(GroupCriteria, postgresqlFindsWhatTheEvaluationFinds) {
    const std::string url = PostgresServer::instance().newDatabase();
    PGconn *connection = PQconnectdb(url.c_str());
    ASSERT_EQ(PQstatus(connection), CONNECTION_OK) << PQerrorMessage(connection);
    PQclear(PQexec(connection, "CREATE TABLE people (id SERIAL, region TEXT, \"shop \"\"no\"\"\" TEXT, level TEXT)"));
    DirectoryConfig config;
    config.kind = DirectoryKind::Postgresql;
    config.location = url;
    config.table = "people";
    config.idColumn = "id";
    config.attributes = test::attributeNames();
    const CancelFlag cancelled{false};
    const bool held = rc::check([&] {
        const auto rows = *rc::gen::resize(20, rc::gen::container<std::vector<test::Row>>(test::anyRow()));
        const Criteria criteria = *test::anyCriteria();
        PQclear(PQexec(connection, "TRUNCATE people RESTART IDENTITY"));
        for (const test::Row &row : rows) {
            const char *values[3];
            for (std::size_t i = 0; i < 3; ++i)
                values[i] = row[i] ? row[i]->c_str() : nullptr;
            PQclear(PQexecParams(connection,
                                 "INSERT INTO people (region, \"shop \"\"no\"\"\", level) VALUES ($1, $2, $3)", 3,
                                 nullptr, values, nullptr, nullptr, 0));
        }
        const auto sql = toSql(criteria, SqlDialect::Postgresql, config.attributes);
        RC_ASSERT(sql.has_value());
        std::vector<std::size_t> found;
        const auto read = readPostgresDirectory(
            config, cancelled,
            [&](std::string_view id) {
                found.push_back(std::stoul(std::string(id)));
                return true;
            },
            {sql->text, sql->values});
        if (!read) RC_FAIL(read.error().message + " " + sql->text);
        std::ranges::sort(found);
        RC_ASSERT(found == test::matching(criteria, rows));
    });
    EXPECT_TRUE(held);
    PQfinish(connection);
}

TEST_F(Groups, aUserIsInOneStartedGroupOnly) {
    const std::string first = createWith("first", 4, {{"start_at", "2199-01-01T00:00:00.000Z"}});
    const std::string second = createGroup("second");
    ASSERT_EQ(upload(second, {"u03", "u04"}).status, 200);
    ASSERT_EQ(act(first, "shift").status, 200);
    const TestAnswer refused = act(second, "shift");
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(pointerOf(refused), "/members");
    EXPECT_NE(refused.body.find("u03"), std::string::npos);
    EXPECT_NE(refused.body.find("first"), std::string::npos);
    EXPECT_EQ(stateOf(second), "DRAFT");
    // Free again once the other is gone.
    ASSERT_EQ(act(first, "rollback").status, 200);
    const std::string version = std::to_string(group(first).at("version").get<int>());
    ASSERT_EQ(router.call({"DELETE", path(first) + "?expected_count=4", {}, version, "operator"}).status, 204);
    EXPECT_EQ(act(second, "shift").status, 200);
}

TEST_F(Groups, anEmptyGroupIsNotStarted) {
    const std::string id = createGroup("nobody");
    EXPECT_EQ(act(id, "shift").status, 409);
    EXPECT_EQ(stateOf(id), "DRAFT");
    EXPECT_EQ(group(id).at("current_platform"), "LEGACY");
}

TEST_F(Groups, whatAStartedGroupFixes) {
    const std::string id = createWith("stores", 4, {{"start_at", "2199-01-01T00:00:00.000Z"}});
    ASSERT_EQ(act(id, "shift").status, 200);
    EXPECT_FALSE(shift(id).at("waits_for").is_null());
    const std::string version = std::to_string(group(id).at("version").get<int>());
    for (const auto &[change, pointer] :
         {std::pair{Json{{"batch_size", 3}}, "/batch_size"}, {Json{{"initial_platform", "NEW"}}, "/initial_platform"},
          {Json{{"criteria", {{"attribute", "a"}, {"op", "IS_NULL"}}}}, "/criteria"}})
        EXPECT_EQ(pointerOf(router.call({"PATCH", path(id), change, version, "operator"})), pointer);
    EXPECT_EQ(upload(id, {"ann"}).status, 409);
    EXPECT_EQ(act(id, "members/resolve").status, 409);
    EXPECT_EQ(router.call({"DELETE", path(id), {}, version, "operator"}).status, 409);
    // A new name is told with every decision.
    ASSERT_EQ(router.call({"PATCH", path(id), {{"group_name", "shops"}}, version, "operator"}).status, 200);
    const std::string trace = router.get("/api/v1/users/u00").at("decision").at("trace").dump();
    EXPECT_NE(trace.find("shops"), std::string::npos);
}

// Every decision asks each started group, so their number is bounded; whoever meets the bound is told what to do.
TEST_F(Groups, soManyMayBeStartedAtATime) {
    constexpr int Most = 64;
    // Without this the users of one that is deleted would move: everybody else is on NEW.
    const Json switches{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", switches, "1"}).status, 200);
    std::vector<std::string> ids;
    for (int i = 0; i <= Most; ++i) {
        ids.push_back(createGroup("group " + std::to_string(i), {{"start_at", "2199-01-01T00:00:00.000Z"}}));
        ASSERT_EQ(upload(ids.back(), names(1, i)).status, 200);
        if (i == Most) break;
        ASSERT_EQ(act(ids.back(), "shift").status, 200) << i;
    }
    const TestAnswer refused = act(ids.back(), "shift");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("64 started groups already: delete those"), std::string::npos) << refused.body;
    EXPECT_EQ(stateOf(ids.back()), "DRAFT");
    ASSERT_EQ(act(ids.front(), "rollback").status, 200);
    EXPECT_EQ(act(ids.back(), "shift").status, 409) << "one that is rolled back may be started again";
    const std::string version = std::to_string(group(ids.front()).at("version").get<int>());
    ASSERT_EQ(router.call({"DELETE", path(ids.front()), {}, version, "operator"}).status, 204);
    EXPECT_EQ(act(ids.back(), "shift").status, 200);
}

TEST_F(Groups, previewsTellWhoWouldMove) {
    const TestAnswer known =
        router.send({"PUT", "/api/v1/directory", {}, "1"}, "u00\nu01\nu02\nu03\nu04\nu99\n", "text/plain");
    ASSERT_EQ(known.status, 200) << known.body;
    const Json switches{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", switches, "1"}).status, 200);
    const std::string id = createWith("stores", 5);
    const auto preview = [&](Json change) {
        change["group_id"] = id;
        return router.post("/api/v1/previews", {{"changes", Json::array({change})}});
    };
    EXPECT_EQ(preview({{"kind", "group.shift"}}).at("to_new"),
              (Json{{"count", 5}, {"by_reason", {{"USER_GROUP", 5}}}}));
    const Json one = preview({{"kind", "group.shift"}, {"batch", 1}});
    EXPECT_EQ(one.at("to_new").at("count"), 2);
    EXPECT_EQ(one.at("sample_to_new"), (Json{"u02", "u03"}));
    EXPECT_EQ(preview({{"kind", "group.rollback"}}).at("to_legacy").at("count"), 0);
    const auto refused = [&](const Json &change) {
        return pointerOf(router.call({"POST", "/api/v1/previews", {{"changes", Json::array({change})}}}));
    };
    EXPECT_EQ(refused({{"kind", "group.shift"}, {"group_id", "none"}}), "/changes/0/group_id");
    EXPECT_EQ(refused({{"kind", "group.shift"}, {"group_id", id}, {"batch", 3}}), "/changes/0/batch");
}

} // namespace crossfade
