// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A store that was lost, or put back only half: nobody is served by an empty one, and a restore that dies leaves
// the old store or the new one.

#include "app/service/auditchain.h"
#include "tests/services/kit/ledger.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace crossfade {

namespace {

namespace fs = std::filesystem;

class LostStore : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(m_service.start()) << m_service.log();
        m_token = m_service.token("operator");
        ASSERT_EQ(add("first"), 201);
        m_copy = m_service.directory().file("copy.sqlite");
        ASSERT_EQ(m_service.command({"backup", "--to", m_copy}).exitCode, 0);
        ASSERT_EQ(add("second"), 201);
    }
    int add(const std::string &name) {
        return TestClient(m_service.url(), m_token).post("/api/v1/items", {{"name", name}}).status;
    }
    int items() { return TestClient(m_service.url(), m_token).get("/api/v1/items").json.value("total", -1); }
    bool exists(const std::string &name) { return fs::exists(m_service.dataFile(name)); }
    void lose() {
        m_service.stop();
        for (const char *end : {"", "-wal", "-shm"})
            fs::remove(m_service.dataFile(std::string("store.sqlite") + end));
    }
    void expectRefused(const std::vector<std::string> &command = {"serve"}) {
        const Output refused = m_service.command(command);
        EXPECT_EQ(refused.exitCode, 1);
        EXPECT_NE(refused.err.find("there is no store at"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("restore --from"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("remove " + m_service.dataFile("audit.head")), std::string::npos) << refused.err;
    }

    ProbeService m_service{false};
    std::string m_token;
    std::string m_copy;
};

TEST_F(LostStore, IsNotReplacedByAnEmptyOne) {
    lose();
    expectRefused();
    expectRefused({"token", "add", "--subject", "anna", "--roles", "admin"});
    EXPECT_FALSE(exists("store.sqlite")) << "nothing was made in its place";
    // A file without content is none either: what a full disk or a broken copy leaves.
    std::ofstream(m_service.dataFile("store.sqlite")).close();
    expectRefused();
    expectRefused();
    const Output restored = m_service.command({"restore", "--from", m_copy});
    ASSERT_EQ(restored.exitCode, 0) << restored.err;
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 1);
    expectIntactChain(m_service, m_token);
}

// Its log outlived it: that must not be read with the copy put in its place.
TEST_F(LostStore, TheLogOfALostFileIsNotThatOfTheNewOne) {
    for (int i = 0; i < 50; ++i)
        ASSERT_EQ(add("more" + std::to_string(i)), 201);
    m_service.kill();
    ASSERT_GT(fs::file_size(m_service.dataFile("store.sqlite-wal")), 0U);
    fs::remove(m_service.dataFile("store.sqlite"));
    expectRefused();
    const Output restored = m_service.command({"restore", "--from", m_copy});
    ASSERT_EQ(restored.exitCode, 0) << restored.err;
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 1);
    expectIntactChain(m_service, m_token);
    EXPECT_TRUE(exists("store.sqlite-wal.lost"));
}

TEST_F(LostStore, BeginsAnewWhereSomebodySaysSo) {
    lose();
    fs::remove(m_service.dataFile("audit.head"));
    ASSERT_TRUE(m_service.start()) << m_service.log();
    m_token = m_service.token("operator");
    EXPECT_EQ(items(), 0);
    expectIntactChain(m_service, m_token);
}

TEST_F(LostStore, AFolderOfSqliteDoesNotBeginAnEmptyDatabase) {
    m_service.stop();
    const TestStore database(true);
    const std::vector<std::string> there{"--data", m_service.data(), "--resources", m_service.resources(),
                                         "--database", database.database()};
    std::vector<std::string> serve{"serve"};
    serve.insert(serve.end(), there.begin(), there.end());
    const Output refused = runProgram("crossfade-probe", serve);
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.err.find("there is no store at"), std::string::npos) << refused.err;
    std::vector<std::string> restore{"restore", "--from", m_copy};
    restore.insert(restore.end(), there.begin(), there.end());
    const Output restored = runProgram("crossfade-probe", restore);
    ASSERT_EQ(restored.exitCode, 0) << restored.err;
    m_service.setDatabase(database.database());
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 1);
    expectIntactChain(m_service, m_token);
}

// Killed at either side of the one step that puts the new file in place: before it the old store goes on, after it
// the new one, each with a chain that its head confirms.
TEST_F(LostStore, ARestoreThatDiesLeavesOneOrTheOther) {
    m_service.stop();
    const std::vector<std::string> arguments{"restore", "--from", m_copy, "--data", m_service.data(), "--resources",
                                             m_service.resources()};
    const auto dieAt = [&](const std::string &point) {
        Process restore("crossfade-probe", arguments, {}, {"CROSSFADE_KILL_POINT=" + point + ":1"});
        EXPECT_EQ(restore.wait(), 128 + SIGKILL) << point;
    };
    dieAt("restore.before-store");
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 2) << "the old one";
    expectIntactChain(m_service, m_token);
    EXPECT_FALSE(exists("store.sqlite.replaced")) << "nothing was replaced";
    ASSERT_EQ(add("third"), 201);
    m_service.stop();

    dieAt("restore.before-head");
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 1) << "the new one";
    expectIntactChain(m_service, m_token);
    EXPECT_FALSE(exists("audit.head.restored"));
    ASSERT_EQ(add("other"), 201);
    expectIntactChain(m_service, m_token);
    m_service.stop();
    EXPECT_TRUE(exists("store.sqlite.replaced"));
    // What was put aside is whole, and can be put back itself.
    const std::string aside = m_service.directory().file("aside.sqlite");
    fs::copy_file(m_service.dataFile("store.sqlite.replaced"), aside);
    ASSERT_EQ(m_service.command({"restore", "--from", aside}).exitCode, 0);
    ASSERT_TRUE(m_service.start()) << m_service.log();
    EXPECT_EQ(items(), 3);
    expectIntactChain(m_service, m_token);
}

// The folders of two replicas: a restore ties one of them to the new store, the other is told how.
class RestoredTogether : public testing::Test {
protected:
    void SetUp() override {
        m_second.setDatabase(m_first.database());
        ASSERT_TRUE(m_first.start() && m_second.start()) << m_first.log() << m_second.log();
        m_token = m_first.token("operator");
        ASSERT_EQ(add(m_first, "first"), 201);
        m_copy = m_first.directory().file("copy.sqlite");
        ASSERT_EQ(m_first.command({"backup", "--to", m_copy}).exitCode, 0);
        ASSERT_EQ(add(m_second, "second"), 201);
        m_first.stop();
        m_second.stop();
        const Output restored = m_first.command({"restore", "--from", m_copy});
        ASSERT_EQ(restored.exitCode, 0) << restored.err;
    }
    int add(ProbeService &service, const std::string &name) {
        return TestClient(service.url(), m_token).post("/api/v1/items", {{"name", name}}).status;
    }
    // What the refusal says is to be given.
    std::string toAccept(const std::string &text) {
        const std::string option = "--accept-store ";
        const std::size_t at = text.find(option);
        return at == std::string::npos ? "" : text.substr(at + option.size(), 36);
    }

    ProbeService m_first{true};
    ProbeService m_second{false};
    std::string m_token;
    std::string m_copy;
};

TEST_F(RestoredTogether, TheOtherFolderJoinsWhereSomebodySaysSo) {
    ASSERT_TRUE(m_first.start()) << m_first.log();
    const Output refused = m_second.command({"serve"});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.err.find("was restored from a copy"), std::string::npos) << refused.err;
    const std::string store = toAccept(refused.err);
    ASSERT_EQ(store.size(), 36U) << refused.err;
    const std::string wrong = (store[0] == '0' ? "1" : "0") + store.substr(1);
    EXPECT_EQ(m_second.command({"serve", "--accept-store", wrong}).exitCode, 1);

    ASSERT_TRUE(m_second.start({"--accept-store", store})) << m_second.log();
    EXPECT_TRUE(std::filesystem::exists(m_second.dataFile("audit.head.replaced"))) << "the head it had";
    ASSERT_EQ(add(m_second, "third"), 201);
    ASSERT_EQ(add(m_first, "fourth"), 201);
    expectIntactChain(m_first, m_token);
    expectIntactChain(m_second, m_token);
    EXPECT_EQ(TestClient(m_second.url(), m_token).get("/api/v1/items").json["total"], 3);
    m_second.stop();
    EXPECT_TRUE(m_second.start()) << "from then on without it: " << m_second.log();
    m_second.stop();
    EXPECT_TRUE(m_second.start({"--accept-store", store})) << "left in the unit it does nothing: " << m_second.log();
}

// The option helps to no store that was not restored: a mistyped database stays refused.
TEST_F(RestoredTogether, AnotherDatabaseIsStillRefused) {
    ProbeService other(true);
    ASSERT_TRUE(other.start());
    other.stop();
    const std::string uuid = other.store()->query("SELECT store_uuid FROM clock")->front().text(0);
    const Output refused =
        runProgram("crossfade-probe", {"serve", "--data", m_second.data(), "--resources", m_second.resources(),
                                       "--database", other.database(), "--accept-store", uuid});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.err.find("belongs to another store"), std::string::npos) << refused.err;
}

} // namespace

} // namespace crossfade
