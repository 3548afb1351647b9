// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A service whose store is a PostgreSQL database, and what can happen to that database.

#include "app/service/servicestore.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/services/kit/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

namespace crossfade {

namespace {

class OnPostgres : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(m_service.start()) << m_service.log();
        m_token = m_service.token("operator");
        m_client = std::make_unique<TestClient>(m_service.url(), m_token);
        m_client->setTimeout(std::chrono::seconds(40));
    }
    int add(const std::string &name) { return m_client->post("/api/v1/items", {{"name", name}}).status; }
    TestAnswer addWithKey(const std::string &name) {
        return m_client->send("POST", "/api/v1/items", dumpJson({{"name", name}}),
                              {{"Content-Type", "application/json"}, {"Idempotency-Key", "key-" + name}});
    }
    void endConnections() {
        ASSERT_TRUE(m_service.store()->query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'crossfade%' "
            "AND datname = current_database()"));
    }
    bool works() {
        return waitFor([&] { return add("again-" + std::to_string(++m_count)) == 201; },
                       std::chrono::seconds(20));
    }

    ProbeService m_service{true};
    std::string m_token;
    std::unique_ptr<TestClient> m_client;
    int m_count = 0;
};

TEST_F(OnPostgres, StoreIsNamedByReadyAndMetrics) {
    const TestClient nobody(m_service.url());
    const TestAnswer ready = nobody.get("/readyz");
    ASSERT_EQ(ready.status, 200);
    EXPECT_EQ(ready.json["dependencies"][0]["name"], "store");
    EXPECT_EQ(ready.json["dependencies"][0]["detail"], "PostgreSQL");
    const std::string metrics = nobody.get("/metrics").body;
    EXPECT_NE(metrics.find("crossfade_store_info{engine=\"PostgreSQL\"} 1"), std::string::npos);
    EXPECT_NE(metrics.find("crossfade_store_unknown_commits 0"), std::string::npos);
}

TEST_F(OnPostgres, OneServiceAtATimeServesADatabase) {
    const Output second = runProgram(
        "crossfade-probe", {"serve", "--data", m_service.directory().file("other"), "--resources",
                            m_service.resources(), "--database", m_service.database()});
    EXPECT_EQ(second.exitCode, 1);
    EXPECT_NE(second.err.find("another service is serving"), std::string::npos) << second.err;
    // A service that was killed does not keep the next one out.
    m_service.kill();
    EXPECT_TRUE(m_service.start()) << m_service.log();
}

TEST_F(OnPostgres, AFolderOfAnotherStoreIsRefused) {
    m_service.stop();
    const TestStore other(true);
    const Output refused = runProgram(
        "crossfade-probe", {"serve", "--data", m_service.data(), "--resources", m_service.resources(),
                            "--database", other.database()});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.err.find("belongs to another store"), std::string::npos) << refused.err;
    // Another folder for the same store begins where the store stands.
    std::filesystem::rename(m_service.data(), m_service.data() + ".lost");
    ASSERT_TRUE(m_service.start()) << m_service.log();
    m_client = std::make_unique<TestClient>(m_service.url(), m_token);
    expectIntactChain(m_service, m_token);
    EXPECT_EQ(add("goes-on"), 201);
}

TEST_F(OnPostgres, EventsOfAnotherProcessComeInTheirPlace) {
    StoreOptions options;
    options.directory = m_service.directory().file("other");
    options.migrations = m_service.resources() + "/sql/probe";
    options.database = m_service.database();
    auto other = ServiceStore::open(options, Environment::real());
    ASSERT_TRUE(other) << other.error().message;
    EventReader reader(m_service.port(), m_token);
    ASSERT_TRUE(reader.block());
    for (int round = 0; round < 20; ++round) {
        const std::string name = "n" + std::to_string(round);
        ASSERT_TRUE((*other)->writeAndWait({"other", {}}, [&](WriteTransaction &transaction) -> Result<Json> {
            transaction.emit("item.changed", {{"item", {{"name", name + "-theirs"}}}});
            return Json();
        }));
        ASSERT_EQ(add(name + "-ours"), 201);
        for (const char *whose : {"-theirs", "-ours"}) {
            const auto event = reader.next();
            ASSERT_TRUE(event) << name << whose;
            EXPECT_NE(event->data.find(name + whose), std::string::npos) << event->data;
        }
    }
    expectIntactChain(m_service, m_token);
}

TEST_F(OnPostgres, ConnectionsThatWereEndedAreMadeAnew) {
    Ledger ledger;
    std::atomic<bool> done = false;
    std::thread clients([&] {
        ledger.fill(m_service.url(), m_token, 4, 250);
        done = true;
    });
    int rounds = 0;
    while (!done) {
        const std::size_t before = ledger.told();
        waitFor([&] { return done || ledger.told() >= before + 40; });
        endConnections();
        ++rounds;
    }
    clients.join();
    EXPECT_GT(rounds, 2);
    ASSERT_TRUE(waitFor([&] { return TestClient(m_service.url()).get("/readyz").status == 200; }));
    EXPECT_EQ(ledger.lost(m_service.url(), m_token), 0);
    ledger.repeatOpen(m_service.url(), m_token);
    EXPECT_GT(ledger.told(), 900u);
    expectGaplessEvents(m_service, m_token, ledger.told());
    expectIntactChain(m_service, m_token);
}

// The database dies like its machine and comes back, twice, in mid-load.
TEST_F(OnPostgres, ADatabaseThatDiesLosesNothingThatWasAcknowledged) {
    Ledger ledger;
    for (int round = 0; round < 2; ++round) {
        std::atomic<bool> done = false;
        std::thread clients([&] {
            ledger.fill(m_service.url(), m_token, 4, 300);
            done = true;
        });
        const std::size_t before = ledger.told();
        EXPECT_TRUE(waitFor([&] { return ledger.told() >= before + 60; }));
        PostgresServer::instance().stopAtOnce();
        const TestAnswer down = TestClient(m_service.url()).get("/readyz");
        EXPECT_EQ(down.status, 503);
        EXPECT_EQ(down.json["dependencies"][0]["detail"], "PostgreSQL does not answer");
        EXPECT_EQ(m_client->get("/api/v1/session").status, 200) << "what needs no store is answered";
        EXPECT_EQ(add("while-down"), 503);
        PostgresServer::instance().startAgain();
        clients.join();
        ASSERT_TRUE(waitFor([&] { return TestClient(m_service.url()).get("/readyz").status == 200; }));
        EXPECT_EQ(ledger.lost(m_service.url(), m_token), 0);
        ledger.repeatOpen(m_service.url(), m_token);
        expectGaplessEvents(m_service, m_token, ledger.told());
        expectIntactChain(m_service, m_token);
    }
    EXPECT_GT(ledger.told(), 500u);
}

TEST_F(OnPostgres, AStoreHeldByAnotherIs503WithinABound) {
    const auto holder = m_service.store();
    ASSERT_TRUE(holdWriting(*holder));
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(add("held"), 503);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
    EXPECT_EQ(m_client->get("/api/v1/items").status, 200) << "reading goes on";
    holder->rollback();
    EXPECT_EQ(add("held"), 201);
}

TEST_F(OnPostgres, CopiesMoveBetweenBothKindsOfStore) {
    ASSERT_EQ(add("\xE7\x81\xB0\xE5\xBA\xA6 '\"\\"), 201);
    ASSERT_EQ(add("second"), 201);
    const std::string first = m_service.directory().file("first.sqlite");
    const Output backup = m_service.command({"backup", "--to", first});
    ASSERT_EQ(backup.exitCode, 0) << backup.err;
    const Json items = m_client->get("/api/v1/items").json;
    const Json audit = m_client->get("/api/v1/audit").json["items"];

    ProbeService local(false);
    const Output moved = local.command({"restore", "--from", first});
    ASSERT_EQ(moved.exitCode, 0) << moved.err;
    ASSERT_TRUE(local.start()) << local.log();
    const TestClient client(local.url(), m_token);
    EXPECT_EQ(client.get("/api/v1/items").json, items);
    const Json localAudit = client.get("/api/v1/audit").json["items"];
    EXPECT_EQ(Json(localAudit.begin() + 1, localAudit.end()), audit) << "and the entry of the restore";
    expectIntactChain(local, m_token);
    ASSERT_EQ(client.post("/api/v1/items", {{"name", "third"}}).status, 201);

    const std::string second = local.directory().file("second.sqlite");
    ASSERT_EQ(local.command({"backup", "--to", second}).exitCode, 0);
    const Output busy = m_service.command({"restore", "--from", second});
    EXPECT_EQ(busy.exitCode, 1) << "a service is using it";
    m_service.stop();
    const Output back = m_service.command({"restore", "--from", second});
    ASSERT_EQ(back.exitCode, 0) << back.err;
    EXPECT_TRUE(std::filesystem::exists(m_service.dataFile("store.sqlite.replaced")));
    EXPECT_FALSE(std::filesystem::exists(m_service.dataFile("restore.sqlite.part")));
    ASSERT_TRUE(m_service.start()) << m_service.log();
    m_client = std::make_unique<TestClient>(m_service.url(), m_token);
    EXPECT_EQ(m_client->get("/api/v1/items").json["total"], 3);
    expectIntactChain(m_service, m_token);
    EXPECT_EQ(add("fourth"), 201);
    expectIntactChain(m_service, m_token);
}

TEST_F(OnPostgres, ThePasswordComesFromFileOrVariableAndIsNeverShown) {
    std::string url = m_service.database();
    url.replace(url.find("postgres@"), 9, "locked@");
    m_service.stop();
    m_service.setDatabase(url);
    const std::string file = m_service.directory().file("secret");
    std::ofstream(file) << PostgresServer::LockedPassword << "\n";
    EXPECT_FALSE(m_service.start()) << "no password, no store";
    ASSERT_TRUE(m_service.start({"--database-secret-file", file})) << m_service.log();
    m_service.stop();
    ASSERT_TRUE(m_service.start({"--database-secret-env", "STORE_SECRET"},
                                {"STORE_SECRET=" + std::string(PostgresServer::LockedPassword)}))
        << m_service.log();
    EXPECT_EQ(m_service.command({"token", "list", "--database-secret-file", file}).exitCode, 0);
    EXPECT_EQ(m_service.log().find(PostgresServer::LockedPassword), std::string::npos);
    EXPECT_EQ(m_service.command({"token", "list", "--database-secret-env", "NOT_SET"}).exitCode, 1);
    const Output wrong = m_service.command({"token", "list"});
    EXPECT_EQ(wrong.exitCode, 1);
    const Output inUrl = runProgram("crossfade-probe", {"token", "list", "--data", m_service.data(), "--database",
                                                        "postgresql://locked:hush@127.0.0.1/x"});
    EXPECT_EQ(inUrl.exitCode, 2);
    EXPECT_EQ(inUrl.err.find("hush"), std::string::npos) << inUrl.err;
}

class CutOff : public OnPostgres {
protected:
    void SetUp() override {
        m_service.setDatabase(m_proxy.through(m_service.database()));
        OnPostgres::SetUp();
    }
    bool isStored(const std::string &name) {
        const auto rows = m_service.store()->query("SELECT count(*) FROM items WHERE name = ?", {name});
        return rows && rows->front().integer(0) == 1;
    }
    std::string unknownCommits() {
        const std::string metrics = TestClient(m_service.url()).get("/metrics").body;
        const std::size_t at = metrics.find("\ncrossfade_store_unknown_commits ");
        return at == std::string::npos ? "" : metrics.substr(at + 33, metrics.find('\n', at + 1) - at - 33);
    }

    CuttingProxy m_proxy{PostgresServer::instance().port()};
};

TEST_F(CutOff, ACommitWithoutAnAnswerIsLookedUpAndWasStored) {
    EventReader reader(m_service.port(), m_token);
    ASSERT_TRUE(reader.block());
    m_proxy.cutNext(CuttingProxy::Cut::AfterCommit);
    const TestAnswer answer = addWithKey("cut");
    EXPECT_TRUE(m_proxy.hasCut());
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_TRUE(isStored("cut"));
    EXPECT_EQ(unknownCommits(), "1");
    const auto event = reader.next();
    ASSERT_TRUE(event) << "it was published, too";
    EXPECT_NE(event->data.find("cut"), std::string::npos);
    EXPECT_EQ(add("next"), 201);
    expectIntactChain(m_service, m_token);
}

TEST_F(CutOff, ACommitThatNeverArrivedIsLookedUpAndWasNotStored) {
    m_proxy.cutNext(CuttingProxy::Cut::BeforeCommit);
    const TestAnswer answer = addWithKey("cut");
    EXPECT_TRUE(m_proxy.hasCut());
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_FALSE(isStored("cut"));
    EXPECT_EQ(addWithKey("cut").status, 201);
    expectGaplessEvents(m_service, m_token, 1);
    expectIntactChain(m_service, m_token);
}

// The database cannot be asked in time: the answer says that nobody knows, and once it can be asked
// everybody hears of what was stored, in order and before anything that came later.
TEST_F(CutOff, WhatCannotBeKnownIsSaidSoAndPublishedLater) {
    EventReader reader(m_service.port(), m_token);
    ASSERT_TRUE(reader.block());
    m_proxy.refuse(true);
    m_proxy.cutNext(CuttingProxy::Cut::AfterCommit);
    const auto started = std::chrono::steady_clock::now();
    const TestAnswer answer = addWithKey("cut");
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("not known"), std::string::npos) << answer.body;
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
    const TestAnswer while503 = addWithKey("meanwhile");
    EXPECT_EQ(while503.status, 503);
    EXPECT_TRUE(isStored("cut"));
    m_proxy.refuse(false);
    const auto event = reader.next(std::chrono::seconds(10));
    ASSERT_TRUE(event) << "told without any new write";
    EXPECT_NE(event->data.find("cut"), std::string::npos);
    const TestAnswer again = addWithKey("cut");
    EXPECT_EQ(again.status, 201) << again.body;
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(addWithKey("meanwhile").status, 201);
    expectGaplessEvents(m_service, m_token, 2);
    expectIntactChain(m_service, m_token);
}

TEST_F(CutOff, CommitsThatAreCutAtRandomLoseAndRepeatNothing) {
    Ledger ledger;
    std::atomic<bool> done = false;
    std::thread clients([&] {
        ledger.fill(m_service.url(), m_token, 3, 150);
        done = true;
    });
    for (int round = 0; !done; ++round) {
        m_proxy.cutNext(round % 2 == 0 ? CuttingProxy::Cut::AfterCommit : CuttingProxy::Cut::BeforeCommit);
        waitFor([&] { return done || m_proxy.hasCut(); });
    }
    m_proxy.cutNext(CuttingProxy::Cut::None);
    clients.join();
    EXPECT_EQ(ledger.lost(m_service.url(), m_token), 0);
    ledger.repeatOpen(m_service.url(), m_token);
    EXPECT_EQ(ledger.told(), 450u);
    expectGaplessEvents(m_service, m_token, ledger.told());
    expectIntactChain(m_service, m_token);
}

// Nothing comes through and nothing is closed, as behind a dead firewall.
TEST_F(CutOff, SilenceEndsInABound) {
    ASSERT_EQ(add("before"), 201);
    m_proxy.silence(true);
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(add("silent"), 503);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(40));
    EXPECT_EQ(m_client->get("/api/v1/session").status, 200);
    m_proxy.silence(false);
    m_proxy.cutAll();
    EXPECT_TRUE(works());
    expectIntactChain(m_service, m_token);
}

TEST_F(CutOff, ReadersThatFindNobodyWaitTogether) {
    StoreOptions options;
    options.directory = m_service.directory().file("other");
    options.migrations = m_service.resources() + "/sql/probe";
    options.database = m_service.database();
    const auto store = ServiceStore::open(options, Environment::real());
    ASSERT_TRUE(store) << store.error().message;
    m_proxy.silence(true);
    const auto started = std::chrono::steady_clock::now();
    std::vector<std::thread> readers;
    std::atomic<int> refused = 0;
    for (int i = 0; i < 6; ++i)
        readers.emplace_back([&] {
            const auto read = (*store)->read([](Database &) { return Result<void>(); });
            if (!read) ++refused;
        });
    for (std::thread &reader : readers)
        reader.join();
    EXPECT_EQ(refused, 6);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(9)) << "three seconds, not six times";
    m_proxy.silence(false);
    m_proxy.cutAll();
    EXPECT_TRUE((*store)->read([](Database &) { return Result<void>(); })) << "and none is lost for it";
}

} // namespace

} // namespace crossfade
