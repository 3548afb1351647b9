// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The store's files: migrations, locks, copies; the commands; configuration; TLS.

#include "app/service/sqlite.h"
#include "app/service/store.h"
#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace crossfade {

namespace {

void writeText(const std::string &file, const std::string &text) {
    std::ofstream(file) << text;
}

std::string migrationFile(const ProbeService &service, const std::string &name) {
    const std::string dialect = testsOnPostgres() ? "postgres" : "sqlite";
    return service.resources() + "/sql/probe/" + dialect + "/" + name;
}

bool addItem(ProbeService &service, const std::string &token, const std::string &name) {
    return TestClient(service.url(), token).post("/api/v1/items", {{"name", name}}).status == 201;
}

TEST(Migrations, AreAppliedInOrderAndTheOldStoreIsKept) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const std::string token = service.token("operator");
    ASSERT_TRUE(addItem(service, token, "old"));
    EXPECT_EQ(service.stop(), 0);
    EXPECT_FALSE(std::filesystem::exists(service.dataFile("store.sqlite.before-migration")));
    writeText(migrationFile(service, "0002_colour.sql"),
              "ALTER TABLE items ADD COLUMN colour TEXT DEFAULT 'red';");
    writeText(migrationFile(service, "0003_shade.sql"),
              "UPDATE items SET colour = colour || '-dark';");
    ASSERT_TRUE(service.start()) << service.log();
    EXPECT_EQ(service.store()->query("SELECT colour FROM items")->front().text(0), "red-dark");
    if (testsOnPostgres()) return; // no copy: its scripts are undone with their transaction
    auto before = SqliteDatabase::open(service.dataFile("store.sqlite.before-migration"),
                                       SqliteDatabase::Mode::ReadOnly);
    ASSERT_TRUE(before);
    EXPECT_FALSE((*before)->query("SELECT colour FROM items"));
    EXPECT_EQ((*before)->query("SELECT name FROM items")->front().text(0), "old");
}

TEST(Migrations, AFailedOneLeavesTheStoreAsItWas) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    service.stop();
    writeText(migrationFile(service, "0002_good.sql"), "CREATE TABLE extra (id INTEGER);");
    writeText(migrationFile(service, "0003_bad.sql"), "CREATE TABLE extra (id INTEGER);");
    EXPECT_FALSE(service.start());
    EXPECT_EQ(service.process().wait(), 1);
    EXPECT_NE(service.log().find("0003_bad.sql"), std::string::npos);
    std::filesystem::remove(migrationFile(service, "0003_bad.sql"));
    EXPECT_TRUE(service.start()) << service.log();
}

TEST(Migrations, ANewerStoreIsRefused) {
    ProbeService service;
    writeText(migrationFile(service, "0002_later.sql"), "CREATE TABLE later (id INTEGER);");
    ASSERT_TRUE(service.start());
    service.stop();
    std::filesystem::remove(migrationFile(service, "0002_later.sql"));
    EXPECT_FALSE(service.start());
    EXPECT_EQ(service.process().wait(), 1);
    EXPECT_NE(service.log().find("newer version"), std::string::npos);
}

TEST(StoreFolder, HasOneServiceAtATime) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const Output second = service.command({"serve"});
    EXPECT_EQ(second.exitCode, 1);
    EXPECT_NE(second.err.find("another service"), std::string::npos) << second.err;
}

TEST(Stop, SigtermEndsInUnderTwoSecondsAlsoWithStreams) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const std::string token = service.token("viewer");
    EventReader stream(service.port(), token);
    RawSocket idle(service.port());
    RawSocket half(service.port());
    half.send("GET /healthz HTTP/1.1\r\n");
    ASSERT_EQ(stream.status(), 200);
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(service.stop(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
    EXPECT_TRUE(stream.closedWithin(std::chrono::seconds(1)));
    EXPECT_EQ(service.log().find("cut short"), std::string::npos);
}

TEST(Tokens, AreAddedListedRevokedWhileTheServiceRuns) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const Output added =
        service.command({"token", "add", "--subject", "anna", "--roles", "viewer,approver"});
    EXPECT_EQ(added.exitCode, 0);
    EXPECT_EQ(added.out.size(), 44u) << "the token alone on its line: " << added.out;
    const std::string token = added.out.substr(0, 43);
    EXPECT_EQ(TestClient(service.url(), token).get("/api/v1/session").json["subject"], "anna");
    const Output listed = service.command({"token", "list"});
    const Json entry = parseJson(listed.out.substr(0, listed.out.find('\n'))).value_or(Json());
    EXPECT_EQ(entry["subject"], "anna");
    EXPECT_EQ(entry["roles"], "viewer,approver");
    EXPECT_EQ(listed.out.find(token), std::string::npos);
    // Nowhere in the store either.
    std::string stored;
    for (const char *table : {"tokens", "audit", "events"}) {
        const auto rows = service.store()->query("SELECT * FROM " + std::string(table));
        ASSERT_TRUE(rows);
        for (const SqlRow &row : *rows) {
            for (std::size_t column = 0; column < row.size(); ++column)
                stored += row.text(column) + "\n";
        }
    }
    EXPECT_NE(stored.find("anna"), std::string::npos);
    EXPECT_EQ(stored.find(token), std::string::npos);
    EXPECT_EQ(service.command({"token", "revoke", entry["id"].get<std::string>()}).exitCode, 0);
    EXPECT_TRUE(waitFor(
        [&] { return TestClient(service.url(), token).get("/api/v1/session").status == 401; },
        std::chrono::seconds(5)));
    EXPECT_EQ(service.command({"token", "revoke", "nobody"}).exitCode, 1);
}

TEST(Tokens, BadOnesAreUsageErrors) {
    const ProbeService service;
    EXPECT_EQ(service.command({"token", "add", "--subject", "a", "--roles", "king"}).exitCode, 2);
    EXPECT_EQ(service.command({"token", "add", "--subject", "a b", "--roles", "viewer"}).exitCode,
              2);
    EXPECT_EQ(service.command({"token", "add", "--roles", "viewer"}).exitCode, 2);
    EXPECT_EQ(
        service
            .command({"token", "add", "--subject", "a", "--roles", "viewer", "--expires", "soon"})
            .exitCode,
        2);
    EXPECT_EQ(service.command({"token", "steal"}).exitCode, 2);
    EXPECT_EQ(runProgram("crossfade-probe", {}).exitCode, 2);
}

TEST(Configuration, EveryKeyIsAnOptionAndAMisspeltOneIsRefused) {
    ProbeService service;
    const std::string good = service.directory().file("good.toml");
    writeText(good, "log-level = \"warning\"\nmax-connections = 5\n");
    EXPECT_TRUE(service.start({"--config", good}));
    EXPECT_EQ(service.log().find("serving"), std::string::npos) << "log-level from the file";
    service.stop();
    for (const char *bad :
         {"lissten = \"127.0.0.1:0\"\n", "max-connections = 0\n", "log-level = \"loud\"\n"}) {
        const std::string file = service.directory().file("bad.toml");
        writeText(file, bad);
        EXPECT_EQ(service.command({"serve", "--config", file}).exitCode, 2) << bad;
    }
    EXPECT_EQ(service.command({"serve", "--listen", "nowhere"}).exitCode, 2);
    EXPECT_EQ(service.command({"serve", "--listen", "127.0.0.1:99999"}).exitCode, 2);
    EXPECT_EQ(service.command({"serve", "--no-such-option"}).exitCode, 2);
    EXPECT_EQ(runProgram("crossfade-probe", {"serve"}).exitCode, 2) << "--data is required";
}

TEST(Configuration, HelpAndVersionExitWithZero) {
    for (const std::vector<std::string> &arguments : {std::vector<std::string>{"--help"},
                                                      {"--version"},
                                                      {"serve", "--help"},
                                                      {"token", "add", "--help"},
                                                      {"backup", "--help"}}) {
        const Output output = runProgram("crossfade-probe", arguments);
        EXPECT_EQ(output.exitCode, 0);
        EXPECT_FALSE(output.out.empty());
        EXPECT_EQ(output.out.find("store-sync"), std::string::npos);
    }
    ProbeService service;
    ASSERT_TRUE(service.start());
    const std::string taken = "127.0.0.1:" + std::to_string(service.port());
    const Output second =
        runProgram("crossfade-probe", {"serve", "--data", service.directory().file("other"),
                                       "--resources", service.resources(), "--listen", taken});
    EXPECT_EQ(second.exitCode, 1);
    EXPECT_NE(second.err.find("cannot listen"), std::string::npos);
}

TEST(Backup, OfARunningServiceIsRestoredWithANewIdentity) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    const std::string token = service.token("operator");
    ASSERT_TRUE(addItem(service, token, "before"));
    const std::string copy = service.directory().file("copy.sqlite");
    ASSERT_EQ(service.command({"backup", "--to", copy}).exitCode, 0);
    EXPECT_EQ(service.command({"backup", "--to", copy}).exitCode, 1) << "not overwritten";
    ASSERT_TRUE(addItem(service, token, "after"));
    const std::string oldId =
        TestClient(service.url(), token).get("/api/v1/items").header("x-crossfade-event-id");
    EXPECT_EQ(service.command({"restore", "--from", copy}).exitCode, 1) << "a service is using it";
    service.stop();
    const Output restored = service.command({"restore", "--from", copy});
    ASSERT_EQ(restored.exitCode, 0) << restored.err;
    ASSERT_TRUE(service.start()) << service.log();
    const TestClient client(service.url(), token);
    const TestAnswer items = client.get("/api/v1/items");
    EXPECT_EQ(items.json["total"], 1);
    EXPECT_EQ(items.json["items"][0]["name"], "before");
    EXPECT_NE(items.header("x-crossfade-event-id").substr(0, 8), oldId.substr(0, 8));
    EXPECT_EQ(client.get("/api/v1/audit/verification").json["intact"], true);
    // What the copy did not hold is gone, but not without a trace.
    const TestAnswer audit = client.get("/api/v1/audit?action=store.restore");
    ASSERT_EQ(audit.json["items"].size(), 1u) << audit.body;
    const Json &entry = audit.json["items"][0];
    EXPECT_EQ(entry["before"]["sequence"].get<int>(), entry["after"]["sequence"].get<int>() + 1);
    ASSERT_TRUE(addItem(service, token, "later"));
    EXPECT_EQ(client.get("/api/v1/audit/verification").json["intact"], true);
    EventReader reader(service.port(), token, oldId);
    EXPECT_EQ(reader.next()->type, "reset");
    EXPECT_TRUE(std::filesystem::exists(service.dataFile("store.sqlite.replaced")));
}

TEST(Backup, ADamagedCopyIsRefused) {
    ProbeService service;
    const std::string junk = service.directory().file("junk");
    writeText(junk, std::string(8'192, 'x'));
    EXPECT_EQ(service.command({"restore", "--from", junk}).exitCode, 1);
    EXPECT_NE(service.command({"restore", "--from", service.directory().file("nothing")}).exitCode,
              0);
    EXPECT_FALSE(std::filesystem::exists(service.dataFile("store.sqlite")));
}

class Tls : public testing::Test {
protected:
    void SetUp() override {
        m_certificate = m_service.directory().file("cert.pem");
        m_key = m_service.directory().file("key.pem");
        const Output made = runProgram("/usr/bin/openssl",
                                       {"req", "-x509", "-newkey", "ec", "-pkeyopt",
                                        "ec_paramgen_curve:P-256", "-nodes", "-subj",
                                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                                        "-days", "2", "-keyout", m_key, "-out", m_certificate});
        ASSERT_EQ(made.exitCode, 0) << made.err;
    }
    Output curl(std::vector<std::string> more) {
        std::vector<std::string> arguments{"-sS", "--max-time", "10", "--cacert", m_certificate};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runProgram("/usr/bin/curl", arguments);
    }
    ProbeService m_service;
    std::string m_certificate;
    std::string m_key;
};

TEST_F(Tls, RoundTripAndNothingOlderThan12) {
    ASSERT_TRUE(m_service.start({"--tls-cert", m_certificate, "--tls-key", m_key}))
        << m_service.log();
    ASSERT_TRUE(m_service.url().starts_with("https://"));
    const std::string bearer = "Authorization: Bearer " + m_service.token("operator");
    const Output posted =
        curl({"-H", bearer, "-H", "Content-Type: application/json", "-d", "{\"name\":\"tls\"}",
              m_service.url() + "/api/v1/items", m_service.url() + "/api/v1/items"});
    EXPECT_NE(posted.out.find("\"name\":\"tls\""), std::string::npos) << posted.err;
    EXPECT_EQ(curl({"--tlsv1.2", "--tls-max", "1.2", m_service.url() + "/healthz"}).exitCode, 0);
    EXPECT_NE(curl({"--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0",
                    m_service.url() + "/healthz"})
                  .exitCode,
              0);
    // The stream over TLS: the replay, then the time limit.
    const Output streamed = curl({"-N", "--max-time", "2", "-H", bearer,
                                  m_service.url() + "/api/v1/events?last_event_id=x"});
    EXPECT_NE(streamed.out.find("event: reset"), std::string::npos) << streamed.err;
    // Plain HTTP and silence to a TLS port harm nobody.
    RawSocket plain(m_service.port());
    plain.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(plain.closedWithin(std::chrono::seconds(3)));
    EXPECT_EQ(curl({m_service.url() + "/healthz"}).exitCode, 0);
    EXPECT_EQ(m_service.stop(), 0);
}

TEST_F(Tls, HalfAConfigurationIsAUsageError) {
    EXPECT_EQ(m_service.command({"serve", "--tls-cert", m_certificate}).exitCode, 2);
    EXPECT_EQ(m_service.command({"serve", "--tls-cert", m_certificate, "--tls-key", m_certificate})
                  .exitCode,
              2);
    EXPECT_EQ(m_service.command({"serve", "--tls-cert", "/nowhere", "--tls-key", m_key}).exitCode,
              2);
}

} // namespace

} // namespace crossfade
