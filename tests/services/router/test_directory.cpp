// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <thread>

#include <libpq-fe.h>
#include <sqlite3.h>

namespace crossfade {

namespace {

void runSql(const std::string &file, const std::string &sql)
{
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    char *error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
        << (error ? error : "");
    sqlite3_free(error);
    sqlite3_close(database);
}

class DirectoryTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start({}, {"DIRECTORY_SECRET=unused"})) << router.log(); }

    Json put(const Json &body, int status = 200)
    {
        const std::string version = std::to_string(router.get("/api/v1/directory").at("version").get<int>());
        const TestAnswer answer = router.call({"PUT", "/api/v1/directory", body, version});
        EXPECT_EQ(answer.status, status) << answer.body;
        return answer.json;
    }
    TestAnswer upload(const std::string &body, const std::string &type)
    {
        const std::string version = std::to_string(router.get("/api/v1/directory").at("version").get<int>());
        return router.send({"PUT", "/api/v1/directory", {}, version}, body, type);
    }
    Json refresh() { return router.post("/api/v1/directory/refresh", {}, 200); }
    bool known(const std::string &user) { return router.get("/api/v1/users/" + user).at("known"); }
    Json sqlite() const
    {
        return {{"kind", "SQLITE"}, {"location", router.file("people.sqlite")}, {"table", "people"},
                {"id_column", "login"}, {"refresh_seconds", 3600}};
    }

    RouterService router;
};

} // namespace

TEST_F(DirectoryTest, startsWithNone)
{
    const Json directory = router.get("/api/v1/directory");
    EXPECT_EQ(directory.at("kind"), "NONE");
    EXPECT_EQ(directory.at("users"), 0);
    EXPECT_TRUE(directory.at("refreshed_at").is_null());
    EXPECT_FALSE(known("ann"));
}

TEST_F(DirectoryTest, readsSqliteAndFollowsIt)
{
    const std::string file = router.file("people.sqlite");
    runSql(file, "CREATE TABLE people (login TEXT, department TEXT);"
                 "INSERT INTO people VALUES ('zoe', 'a'), ('ann', 'b'), ('not an id', 'c'), (NULL, 'd');");
    Json body = sqlite();
    body["attributes"] = {"department"};
    const Json directory = put(body);
    EXPECT_EQ(directory.at("users"), 2);
    EXPECT_EQ(directory.at("invalid_ids"), 2);
    EXPECT_TRUE(directory.at("error").is_null());
    EXPECT_TRUE(known("ann"));
    runSql(file, "INSERT INTO people VALUES ('bob', 'e'); DELETE FROM people WHERE login = 'ann'");
    EXPECT_EQ(refresh().at("users"), 2);
    EXPECT_FALSE(known("ann"));
    EXPECT_TRUE(known("bob"));
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("users") == 2; }));
}

TEST_F(DirectoryTest, refreshesByItself)
{
    const std::string file = router.file("people.sqlite");
    runSql(file, "CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('ann');");
    Json body = sqlite();
    body["refresh_seconds"] = 1;
    EXPECT_EQ(put(body).at("users"), 1);
    runSql(file, "INSERT INTO people VALUES ('bob')");
    EXPECT_TRUE(waitFor([&] { return known("bob"); }));
}

TEST_F(DirectoryTest, keepsItsUsersWhileTheSourceFails)
{
    const std::string file = router.file("people.sqlite");
    runSql(file, "CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('ann');");
    put(sqlite());
    runSql(file, "DROP TABLE people");
    const Json failed = refresh();
    EXPECT_EQ(failed.at("users"), 1);
    EXPECT_NE(failed.at("error").get<std::string>().find("no such table"), std::string::npos);
    EXPECT_TRUE(known("ann"));
}

TEST_F(DirectoryTest, neverShowsTheUsersOfAnotherSource)
{
    EXPECT_EQ(upload("ann\nbob\n", "text/plain").json.at("users"), 2);
    const Json failed = put(sqlite());
    EXPECT_EQ(failed.at("users"), 0);
    EXPECT_TRUE(failed.at("refreshed_at").is_null());
    EXPECT_FALSE(failed.at("error").is_null());
    EXPECT_FALSE(known("ann"));
}

TEST_F(DirectoryTest, namesAColumnThatIsNotThere)
{
    runSql(router.file("people.sqlite"), "CREATE TABLE people (login TEXT)");
    Json body = sqlite();
    body["attributes"] = {"department"};
    EXPECT_NE(put(body).at("error").get<std::string>().find("department"), std::string::npos);
    body = sqlite();
    body["table"] = "people\"; DROP TABLE people; --";
    EXPECT_FALSE(put(body).at("error").is_null());
    EXPECT_TRUE(put(sqlite()).at("error").is_null());
}

TEST_F(DirectoryTest, readsPostgres)
{
    const std::string url = PostgresServer::instance().newDatabase();
    PGconn *connection = PQconnectdb(url.c_str());
    ASSERT_EQ(PQstatus(connection), CONNECTION_OK) << PQerrorMessage(connection);
    PQclear(PQexec(connection, "CREATE SCHEMA \"Odd\"; CREATE TABLE \"Odd\".people (\"Login\" integer);"
                               "INSERT INTO \"Odd\".people SELECT generate_series(1, 20000)"));
    PQfinish(connection);
    const Json body{{"kind", "POSTGRESQL"}, {"location", url}, {"table", "Odd.people"}, {"id_column", "Login"},
                    {"secret", {{"env", "DIRECTORY_SECRET"}}}};
    const Json directory = put(body);
    EXPECT_EQ(directory.at("error"), Json()) << router.log();
    EXPECT_EQ(directory.at("users"), 20'000);
    EXPECT_TRUE(known("20000"));
    EXPECT_FALSE(known("20001"));
    EXPECT_EQ(directory.at("secret").at("env"), "DIRECTORY_SECRET");
}

TEST_F(DirectoryTest, aSourceThatDoesNotAnswerIsAnError)
{
    const Json body{{"kind", "POSTGRESQL"}, {"location", "postgresql://nobody@127.0.0.1:1/none"},
                    {"table", "people"}, {"id_column", "login"}};
    EXPECT_FALSE(put(body).at("error").is_null());
    Json secret = body;
    secret["secret"] = {{"file", router.file("not-there")}};
    EXPECT_NE(put(secret).at("error").get<std::string>().find("not-there"), std::string::npos);
}

TEST_F(DirectoryTest, uploadsSurviveARestart)
{
    std::string ids;
    for (int i = 0; i < 150'000; ++i)
        ids += "user-" + std::to_string(i) + "\r\n";
    const TestAnswer text = upload(ids, "text/plain");
    ASSERT_EQ(text.status, 200) << text.body;
    EXPECT_EQ(text.json.at("kind"), "UPLOAD");
    EXPECT_EQ(text.json.at("users"), 150'000);
    const TestAnswer lines = upload("\"ann\"\n{\"user_id\":\"bob\"}\n\n", "application/x-ndjson");
    ASSERT_EQ(lines.status, 200) << lines.body;
    EXPECT_EQ(lines.json.at("users"), 2);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("users") == 2; }));
    EXPECT_TRUE(known("bob"));
    EXPECT_FALSE(known("user-1"));
    const Json entry = router.get("/api/v1/audit?limit=1").at("items")[0];
    EXPECT_EQ(entry.at("action"), "directory.update");
    EXPECT_EQ(entry.at("after").at("kind"), "UPLOAD");
}

// A source without an end: what was read of it is not everybody.
TEST_F(DirectoryTest, aReadTellsHowFarItIsAndCanBeEnded)
{
    ASSERT_EQ(upload("ann\nbob\n", "text/plain").json.at("rows_read"), 2);
    runSql(router.file("people.sqlite"),
           "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
           "SELECT 'zoe' AS login FROM n; CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('cid');");
    Json body = sqlite();
    body["table"] = "endless";
    const auto ended = [&](const std::function<void()> &act) {
        const std::string version = std::to_string(router.get("/api/v1/directory").at("version").get<int>());
        TestClient admin = router.client("admin");
        admin.setTimeout(std::chrono::seconds(60));
        std::thread putting([&] {
            admin.send("PUT", "/api/v1/directory", dumpJson(body),
                       {{"Content-Type", "application/json"}, {"If-Match", '"' + version + '"'}});
        });
        const auto reads = [&] {
            const Json directory = router.get("/api/v1/directory");
            return directory.at("table") == "endless" && directory.at("refreshing") == true &&
                   directory.at("rows_read") > 1'000;
        };
        EXPECT_TRUE(waitFor(reads));
        act();
        putting.join();
    };
    ended([&] {
        const TestAnswer answer =
            router.call({"POST", "/api/v1/directory/cancel", {{"reason", "wrong view"}}, {}, "operator"});
        EXPECT_EQ(answer.status, 200) << answer.body;
    });
    const Json directory = router.get("/api/v1/directory");
    EXPECT_EQ(directory.at("refreshing"), false);
    EXPECT_EQ(directory.at("users"), 0); // neither half of this source nor those of the one before
    EXPECT_EQ(directory.at("error"), "the refresh was cancelled");
    EXPECT_EQ(router.call({"POST", "/api/v1/directory/cancel", {}}).status, 409);
    const Json entry = router.get("/api/v1/audit?limit=1").at("items")[0];
    EXPECT_EQ(entry.at("action"), "directory.cancel");
    EXPECT_EQ(entry.at("reason"), "wrong view");
    // Another source ends the read of the one before by itself.
    const auto other = [&] {
        const auto begun = std::chrono::steady_clock::now();
        EXPECT_EQ(put(sqlite()).at("users"), 1);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
    };
    body["refresh_seconds"] = 1;
    ended([&] { ASSERT_TRUE(waitFor([&] { return router.call({"POST", "/api/v1/directory/cancel", {}}).status == 200; })); });
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("refreshing") == true; })); // anew, by itself
    other();
    EXPECT_TRUE(known("cid"));
}

TEST_F(DirectoryTest, commandsAreDoneOncePerKey)
{
    const std::string file = router.file("people.sqlite");
    runSql(file, "CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('ann');");
    put(sqlite());
    const auto command = [&](const char *name, const char *key) {
        return router.call({"POST", std::string("/api/v1/directory/") + name, {}, {}, "operator",
                            {{"Idempotency-Key", key}}});
    };
    const TestAnswer first = command("refresh", "once");
    ASSERT_EQ(first.status, 200) << first.body;
    runSql(file, "INSERT INTO people VALUES ('bob')");
    const TestAnswer again = command("refresh", "once");
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.json.at("refreshed_at"), first.json.at("refreshed_at"));
    EXPECT_FALSE(known("bob")) << "it was not read again";
    EXPECT_EQ(command("refresh", "twice").json.at("users"), 2);
    EXPECT_EQ(command("cancel", "stop").status, 409);
    EXPECT_EQ(command("cancel", "stop").header("idempotency-replayed"), "true");
}

// What arrives in pieces is read in pieces: no line is cut, and none of it is in memory as a whole.
TEST_F(DirectoryTest, anUploadIsReadWhileItArrives)
{
    std::string lines;
    for (int i = 0; i < 10'000; ++i)
        lines += "{\"user_id\": \"user-" + std::to_string(1'000'000 + i) + "\", \"note\": \"" +
                 std::string(static_cast<std::size_t>(i % 50), 'x') + "\"}\n";
    lines.pop_back(); // the last line needs no end
    const TestAnswer whole = upload(lines, "application/x-ndjson");
    ASSERT_EQ(whole.status, 200) << whole.body;
    EXPECT_EQ(whole.json.at("users"), 10'000);
    EXPECT_TRUE(known("user-1000000"));
    EXPECT_TRUE(known("user-1009999"));
    // The number of a wrong one is that of the whole list.
    std::string text;
    for (int i = 0; i < 30'000; ++i)
        text += "user-" + std::to_string(i) + "\n\n";
    EXPECT_EQ(pointerOf(upload(text + "no id\n", "text/plain")), "/30000");
    const TestAnswer malformed = upload(lines + "\n{\"name\": 5}\n", "application/x-ndjson");
    EXPECT_EQ(malformed.status, 400);
    EXPECT_NE(malformed.body.find("line 10001 "), std::string::npos) << malformed.body;
    EXPECT_EQ(upload(std::string(70'000, 'x'), "text/plain").status, 400) << "a line without an end";
    EXPECT_EQ(router.send({"PUT", "/api/v1/directory", {}, "99"}, text, "text/plain").status, 412);
    EXPECT_EQ(upload("ann\n", "text/plain").json.at("users"), 1) << "nothing stands in its way";
}

TEST_F(DirectoryTest, anUploadIsAllOrNothing)
{
    upload("ann\n", "text/plain");
    const TestAnswer wrong = upload("bob\nnot an id\ncy\n", "text/plain");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(pointerOf(wrong), "/1");
    EXPECT_EQ(upload("{\"name\":\"bob\"}\n", "application/x-ndjson").status, 400);
    EXPECT_EQ(upload("[]", "application/xml").status, 415);
    EXPECT_TRUE(known("ann"));
    EXPECT_FALSE(known("bob"));
}

TEST_F(DirectoryTest, badInputNamesItsField)
{
    const auto pointer = [&](const Json &body) {
        const TestAnswer answer = router.call({"PUT", "/api/v1/directory", body, "1"});
        EXPECT_EQ(answer.status, 422) << body;
        return pointerOf(answer);
    };
    const auto with = [&](const char *field, Json value) {
        Json body = sqlite();
        body[field] = std::move(value);
        return body;
    };
    EXPECT_EQ(pointer({{"kind", "LDAP"}}), "/kind");
    EXPECT_EQ(pointer({{"kind", "UPLOAD"}}), "/kind");
    EXPECT_EQ(pointer({{"kind", "SQLITE"}}), "/location");
    EXPECT_EQ(pointer(with("table", nullptr)), "/table");
    EXPECT_EQ(pointer(with("id_column", 5)), "/id_column");
    EXPECT_EQ(pointer(with("refresh_seconds", 0)), "/refresh_seconds");
    EXPECT_EQ(pointer(with("attributes", Json{1})), "/attributes/0");
    EXPECT_EQ(pointer(with("secret", Json::object())), "/secret");
    EXPECT_EQ(pointer(with("password", "x")), "/password");
    Json url = with("kind", "POSTGRESQL");
    EXPECT_EQ(pointer(url), "/location");
    url["location"] = "postgresql://ann:secret@db/people";
    EXPECT_EQ(pointer(url), "/location");
    for (const char *query : {"password=secret", "passw%6Frd=secret", "sslpassword=secret",
                              "ssl%70assword=secret", "no_such_option=1"}) {
        url["location"] = std::string("postgresql://db/people?") + query;
        EXPECT_EQ(pointer(url), "/location") << query;
    }
    url["location"] = "postgresql://ann:se%63ret@db/people";
    EXPECT_EQ(pointer(url), "/location");
    url["location"] = "postgresql://ann@127.0.0.1:1/people?connect_timeout=2&sslcert=/tmp/cert";
    EXPECT_EQ(router.call({"PUT", "/api/v1/directory", url, "1"}).status, 200) << "no secret";
}

TEST(DirectorySelect, quotesNames)
{
    DirectoryConfig config;
    config.table = "odd.ta\"ble";
    config.idColumn = "a b";
    config.attributes = {"x", "y\""};
    EXPECT_EQ(directorySelect(config), "SELECT \"a b\", \"x\", \"y\"\"\" FROM \"odd\".\"ta\"\"ble\"");
}

} // namespace crossfade
