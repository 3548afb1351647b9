// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"
#include "app/service/mariadb.h"
#include "tests/models/groups/anycriteria.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/services/router/routerservice.h"
#include "tests/support/mariadb.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <thread>

namespace crossfade {

namespace {

class MariadbDirectory : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start({}, {std::string("LOCKED_SECRET=") + MariadbServer::LockedPassword,
                                      "WRONG_SECRET=close sesame"}))
            << router.log();
    }
    std::string version() { return std::to_string(router.get("/api/v1/directory").at("version").get<int>()); }
    Json put(const Json &body)
    {
        const TestAnswer answer = router.call({"PUT", "/api/v1/directory", body, version()});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json;
    }
    // The field a refusal names.
    std::string refused(const Json &body)
    {
        const TestAnswer answer = router.call({"PUT", "/api/v1/directory", body, version()});
        EXPECT_EQ(answer.status, 422) << answer.body;
        EXPECT_EQ(answer.body.find("sesame"), std::string::npos) << answer.body;
        return pointerOf(answer);
    }
    Json refresh() { return router.post("/api/v1/directory/refresh", {}, 200); }
    bool known(const std::string &user) { return router.get("/api/v1/users/" + user).at("known"); }
    Json source(const std::string &location) const
    {
        return {{"kind", "MARIADB"}, {"location", location}, {"table", "people"}, {"id_column", "login"},
                {"refresh_seconds", 3600}};
    }

    MariadbServer &server = MariadbServer::instance();
    const std::string url = server.newDatabase();
    RouterService router;
};

} // namespace

TEST_F(MariadbDirectory, readsAndFollows)
{
    server.sql(url, "CREATE TABLE people (login VARCHAR(100), department TEXT) CHARACTER SET latin1;"
                    "INSERT INTO people VALUES ('zoe', 'a'), ('ann', NULL), ('not an id', 'c'), (NULL, 'd'), "
                    "('Zo\xC3\xAB', 'e')");
    Json body = source(url);
    body["attributes"] = {"department"};
    const Json directory = put(body);
    EXPECT_TRUE(directory.at("error").is_null()) << directory;
    EXPECT_EQ(directory.at("kind"), "MARIADB");
    EXPECT_EQ(directory.at("location"), url);
    EXPECT_EQ(directory.at("users"), 2);
    EXPECT_EQ(directory.at("invalid_ids"), 3);
    EXPECT_TRUE(known("ann"));
    server.sql(url, "INSERT INTO people VALUES ('bob', 'e'); DELETE FROM people WHERE login = 'ann'");
    EXPECT_EQ(refresh().at("users"), 2);
    EXPECT_FALSE(known("ann"));
    EXPECT_TRUE(known("bob"));
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("users") == 2; }));
}

TEST_F(MariadbDirectory, readsNumbersOfAnotherSchemaByItself)
{
    const std::string other = server.newDatabase();
    const std::string schema = other.substr(other.rfind('/') + 1);
    server.sql(other, "CREATE TABLE `odd ``people` (`Log in` BIGINT UNSIGNED);"
                      "INSERT INTO `odd ``people` SELECT seq FROM seq_1_to_20000;"
                      "INSERT INTO `odd ``people` VALUES (18446744073709551615)");
    Json body = source(url);
    body["table"] = schema + ".odd `people";
    body["id_column"] = "Log in";
    body["refresh_seconds"] = 1;
    EXPECT_EQ(put(body).at("users"), 20'001);
    EXPECT_TRUE(known("20000"));
    EXPECT_FALSE(known("20001"));
    EXPECT_TRUE(known("18446744073709551615"));
    server.sql(other, "INSERT INTO `odd ``people` VALUES (20001)");
    EXPECT_TRUE(waitFor([&] { return known("20001"); }));
}

TEST_F(MariadbDirectory, whatIsWrongIsNamedBeforeItIsTaken)
{
    server.sql(url, "CREATE TABLE people (login TEXT, department TEXT); INSERT INTO people VALUES ('ann', 'a');"
                    "CREATE USER IF NOT EXISTS half@'%'; GRANT SELECT (login) ON people TO half@'%'");
    EXPECT_EQ(put(source(url)).at("users"), 1);
    const auto with = [&](const char *field, Json value) {
        Json body = source(url);
        body[field] = std::move(value);
        return body;
    };
    EXPECT_EQ(refused(source("mariadb://root@127.0.0.1:1/none")), "/location");
    EXPECT_EQ(refused(source(url + "none")), "/location");
    EXPECT_EQ(refused(source(MariadbServer::urlFor("stranger", url))), "/location");
    const std::string locked = MariadbServer::urlFor("locked", url);
    EXPECT_EQ(refused(source(locked)), "/location"); // a password is missing, and none is named
    Json secret = source(locked);
    secret["secret"] = {{"env", "WRONG_SECRET"}};
    EXPECT_EQ(refused(secret), "/secret");
    secret["secret"] = {{"file", router.file("not-there")}};
    EXPECT_EQ(refused(secret), "/secret");
    EXPECT_EQ(refused(with("table", "persons")), "/table");
    EXPECT_EQ(refused(with("table", "people`; DROP TABLE people; -- ")), "/table");
    EXPECT_EQ(refused(with("table", std::string(200, 't'))), "/table");
    EXPECT_EQ(refused(with("table", "mysql_.people")), "/table");
    EXPECT_EQ(refused(with("id_column", "user")), "/id_column");
    EXPECT_EQ(refused(with("attributes", {"department", "depart`ment"})), "/attributes/1");
    Json half = source(MariadbServer::urlFor("half", url));
    half["attributes"] = {"department"};
    EXPECT_EQ(refused(half), "/attributes/0");
    half["attributes"] = Json::array();
    EXPECT_EQ(put(half).at("users"), 1); // a privilege for what is read is enough
    secret["secret"] = {{"env", "LOCKED_SECRET"}};
    const Json taken = put(secret);
    EXPECT_EQ(taken.at("users"), 1) << taken;
    EXPECT_EQ(router.log().find("sesame"), std::string::npos);
}

TEST_F(MariadbDirectory, aUrlIsReadToItsEnd)
{
    for (const char *location :
         {"postgresql://ann@db/people", "people.sqlite", "mariadb://ann:secret@db/people", "mariadb://ann:@db/people",
          "mariadb://db/people", "mariadb://ann@db", "mariadb://ann@/people", "mariadb://ann@db:0/people",
          "mariadb://ann@db:33o6/people", "mariadb://ann@[::1/people", "mariadb://ann@[::1]3306/people",
          "mariadb://ann%zz@db/people", "mariadb://ann@db/people?sslmode=maybe",
          "mariadb://ann@db/people?password=secret",
          "mariadb://ann@db/people?passw%6Frd=secret", "mariadb://ann@db/people?compress=1",
          "mariadb://ann@db/people?sslmode=verify-full", "mariadb://ann@db/people?sslcert=/tmp/cert"})
        EXPECT_EQ(refused(source(location)), "/location") << location;
    const auto target = parseMariadbUrl("mysql://%61nn%40x@[::1]:3307/pe%20ople?sslmode=verify-ca&"
                                        "sslrootcert=%2Fca.pem&sslcert=/c.pem&sslkey=/k.pem");
    ASSERT_TRUE(target.has_value()) << target.error().message;
    EXPECT_EQ(target->user, "ann@x");
    EXPECT_EQ(target->host, "::1");
    EXPECT_EQ(target->port, 3307U);
    EXPECT_EQ(target->database, "pe ople");
    EXPECT_EQ(target->tls, MariadbTls::VerifyCa);
    EXPECT_EQ(target->tlsRootCertificate, "/ca.pem");
}

TEST_F(MariadbDirectory, tlsProvesTheServer)
{
    server.sql(url, "CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('ann');"
                    "CREATE USER IF NOT EXISTS hidden@'%' REQUIRE SSL; GRANT ALL ON *.* TO hidden@'%'");
    const std::string hidden = MariadbServer::urlFor("hidden", url);
    EXPECT_EQ(refused(source(hidden + "?sslmode=disable")), "/location");
    const std::string ca = "&sslrootcert=" + server.rootCertificate();
    const std::string strange = "&sslrootcert=" + server.strangeCertificate();
    for (const std::string &options : {std::string(), std::string("?sslmode=prefer"), std::string("?sslmode=require"),
                                       "?sslmode=verify-ca" + ca, "?sslmode=verify-full" + ca})
        EXPECT_EQ(put(source(hidden + options)).at("users"), 1) << options;
    EXPECT_EQ(refused(source(hidden + "?sslmode=verify-ca" + strange)), "/location");
    EXPECT_EQ(refused(source(hidden + "?sslmode=verify-full" + strange)), "/location");
    EXPECT_EQ(refused(source(hidden + "?sslmode=verify-ca&sslrootcert=/not/there.pem")), "/location");
    // The certificate is for the address, not for this name of it.
    std::string named = hidden;
    named.replace(named.find("127.0.0.1"), 9, "localhost");
    EXPECT_EQ(put(source(named + "?sslmode=verify-ca" + ca)).at("users"), 1);
    EXPECT_EQ(refused(source(named + "?sslmode=verify-full" + ca)), "/location");
    EXPECT_EQ(put(source(url + "?socket=" + server.socketFile())).at("users"), 1);
}

TEST_F(MariadbDirectory, aSourceThatDiesWhileItIsReadEmptiesNothing)
{
    server.sql(url, "CREATE TABLE people (login TEXT); INSERT INTO people VALUES ('ann'), ('bob')");
    CuttingProxy proxy(server.port());
    Json body = source(proxy.through(url) + "?sslmode=disable");
    ASSERT_EQ(put(body).at("users"), 2);
    // One that never ends takes the place of the table.
    server.sql(url, "RENAME TABLE people TO people_then; CREATE VIEW people AS SELECT CONCAT('u', seq) AS login FROM "
                    "seq_1_to_1000000000000");
    const auto broken = [&](const std::function<void()> &breakIt) {
        std::thread refreshing([&] { refresh(); });
        EXPECT_TRUE(waitFor([&] {
            const Json now = router.get("/api/v1/directory");
            return now.at("refreshing") == true && now.at("rows_read") > 1'000;
        }));
        breakIt();
        refreshing.join();
        EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("refreshing") == false; }));
        const Json now = router.get("/api/v1/directory");
        EXPECT_FALSE(now.at("error").is_null());
        EXPECT_EQ(now.at("users"), 2) << now;
        EXPECT_TRUE(known("ann"));
    };
    broken([&] { proxy.cutAll(); });
    broken([&] { server.sql(url, "SELECT @id := id FROM information_schema.processlist WHERE info LIKE '%people%' AND "
                                 "id <> connection_id() LIMIT 1; EXECUTE IMMEDIATE CONCAT('KILL ', @id)"); });
    // Cancelled, the server does not work on for nobody.
    broken([&] { EXPECT_EQ(router.call({"POST", "/api/v1/directory/cancel", {}, {}, "operator"}).status, 200); });
    EXPECT_TRUE(waitFor([&] {
        return server.sql(url, "SELECT COUNT(*) FROM information_schema.processlist WHERE "
                               "command IN ('Execute', 'Query') AND id <> connection_id()") == "0\n";
    }));
    // And one that falls silent keeps nobody: neither the stop of the router.
    std::thread refreshing([&] { router.call({"POST", "/api/v1/directory/refresh", {}}); });
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/directory").at("rows_read") > 1'000; }));
    proxy.silence(true);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(router.stop(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
    refreshing.join();
}

// A read that waits for its first row is ended as well as one that is full of them, with TLS too.
TEST_F(MariadbDirectory, aReadThatOnlyWaitsCanBeEnded)
{
    server.sql(url, "CREATE VIEW people AS SELECT SUM(seq * 2) AS login FROM seq_1_to_1000000000000");
    DirectoryConfig config;
    config.kind = DirectoryKind::Mariadb;
    config.table = "people";
    config.idColumn = "login";
    const auto working = [&] {
        return server.sql(url, "SELECT COUNT(*) FROM information_schema.processlist WHERE "
                               "command IN ('Execute', 'Query') AND id <> connection_id()") != "0\n";
    };
    for (const char *options : {"?sslmode=disable", "?sslmode=require"}) {
        config.location = url + options;
        CancelFlag cancelled{false};
        Result<void> read;
        std::thread reading(
            [&] { read = readMariadbDirectory(config, cancelled, [](std::string_view) { return true; }); });
        EXPECT_TRUE(waitFor(working)) << options;
        const auto begun = std::chrono::steady_clock::now();
        cancelled = true;
        reading.join();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10)) << options;
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(read.error().kind, ErrorKind::Cancelled) << read.error().message;
        EXPECT_TRUE(waitFor([&] { return !working(); })) << options;
    }
}

TEST_F(MariadbDirectory, nothingIsWrittenAndADayIsUtc)
{
    server.sql(url, "CREATE TABLE people (login TEXT);"
                    "CREATE FUNCTION zone() RETURNS TEXT DETERMINISTIC READS SQL DATA "
                    "RETURN CONCAT(@@session.time_zone, @@session.character_set_client);"
                    "CREATE VIEW session AS SELECT REPLACE(REPLACE(zone(), '+', 'p'), ':', '-') AS login;"
                    "EXECUTE IMMEDIATE 'CREATE FUNCTION writes() RETURNS TEXT MODIFIES SQL DATA "
                    "BEGIN INSERT INTO people VALUES (\"eve\"); RETURN \"eve\"; END';"
                    "CREATE VIEW writing AS SELECT writes() AS login");
    Json body = source(url);
    body["table"] = "session";
    EXPECT_EQ(put(body).at("users"), 1);
    EXPECT_TRUE(known("p00-00utf8mb4"));
    body["table"] = "writing";
    const TestAnswer refusal = router.call({"PUT", "/api/v1/directory", body, version()});
    EXPECT_EQ(refusal.status, 422) << refusal.body;
    EXPECT_EQ(pointerOf(refusal), "/table");
    EXPECT_NE(refusal.body.find("READ ONLY"), std::string::npos) << refusal.body;
    EXPECT_EQ(server.sql(url, "SELECT COUNT(*) FROM people"), "0\n");
}

TEST(MariadbCriteria, mariadbFindsWhatTheEvaluationFinds)
{
    MariadbServer &server = MariadbServer::instance();
    const std::string url = server.newDatabase();
    server.sql(url, "CREATE TABLE people (id BIGINT AUTO_INCREMENT PRIMARY KEY, region TEXT, `shop \"no\"` TEXT, "
                    "level TEXT)");
    DirectoryConfig config;
    config.kind = DirectoryKind::Mariadb;
    config.location = url;
    config.table = "people";
    config.idColumn = "id";
    config.attributes = test::attributeNames();
    const CancelFlag never{false};
    auto target = parseMariadbUrl(url);
    ASSERT_TRUE(target.has_value());
    target->readOnly = false;
    MariadbConnection connection(*target, never);
    ASSERT_TRUE(connection.connect().has_value());
    const bool held = rc::check([&] {
        const auto rows = *rc::gen::resize(20, rc::gen::container<std::vector<test::Row>>(test::anyRow()));
        const Criteria criteria = *test::anyCriteria();
        RC_ASSERT(connection.run("TRUNCATE people").has_value());
        for (const test::Row &row : rows) {
            auto insert = connection.prepare("INSERT INTO people (region, `shop \"no\"`, level) VALUES (?, ?, ?)");
            RC_ASSERT(insert.has_value());
            RC_ASSERT(insert->execute(row).has_value());
        }
        const auto sql = toSql(criteria, SqlDialect::Mariadb, config.attributes);
        RC_ASSERT(sql.has_value());
        std::vector<std::size_t> found;
        const auto read = readMariadbDirectory(
            config, never,
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
}

TEST(DirectorySelect, quotesNamesForMariadb)
{
    DirectoryConfig config;
    config.kind = DirectoryKind::Mariadb;
    config.table = "odd.ta`ble";
    config.idColumn = "a \"b";
    config.attributes = {"y`"};
    EXPECT_EQ(directorySelect(config), "SELECT `a \"b`, `y``` FROM `odd`.`ta``ble`");
}

} // namespace crossfade
