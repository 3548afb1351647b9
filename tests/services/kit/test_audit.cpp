// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The audit chain over a real store, tampered with as somebody with its database would.

#include "app/service/auditchain.h"
#include "app/service/crypto.h"
#include "tests/services/kit/probeservice.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace crossfade {

namespace {

class Audit : public testing::Test {
protected:
    // Ten changes, then the service is stopped, the file changed, the service started again.
    void SetUp() override {
        ASSERT_TRUE(m_service.start()) << m_service.log();
        m_token = m_service.token("operator");
        addItems(10);
        const TestAnswer verdict = verification();
        ASSERT_EQ(verdict.json["intact"], true) << verdict.body;
        ASSERT_EQ(verdict.json["entries"], 11) << "ten items and the token";
    }
    void addItems(int count) {
        const TestClient client(m_service.url(), m_token);
        for (int i = 0; i < count; ++i)
            ASSERT_EQ(
                client.post("/api/v1/items", {{"name", "n" + std::to_string(m_items++)}}).status,
                201);
    }
    TestAnswer verification() {
        return TestClient(m_service.url(), m_token).get("/api/v1/audit/verification");
    }
    void tamper(const std::string &sql) {
        m_service.kill();
        auto database = m_service.store();
        ASSERT_TRUE(database);
        const auto done = database->script(sql);
        ASSERT_TRUE(done) << done.error().message;
        database.reset();
        ASSERT_TRUE(m_service.start()) << m_service.log();
    }
    std::string problem() {
        const TestAnswer verdict = verification();
        EXPECT_EQ(verdict.json["intact"], false) << verdict.body;
        if (verdict.json["first_broken"].is_null()) return {};
        return verdict.json["first_broken"]["problem"].get<std::string>();
    }

    ProbeService m_service;
    std::string m_token;
    int m_items = 0;
};

TEST_F(Audit, AnEditShows) {
    tamper("UPDATE audit SET reason = 'another reason' WHERE seq = 5");
    EXPECT_NE(problem().find("changed"), std::string::npos);
}

TEST_F(Audit, EveryColumnIsCovered) {
    for (const char *change : {"at = at + 1", "epoch = epoch + 1", "subject = 'x'", "action = 'x'",
                               "object_type = 'x'", "object_id = 'x'", "before_json = '{}'",
                               "after_json = 'null'", "request_id = 'x'", "id = 'x'"}) {
        tamper(std::string("CREATE TABLE keep AS SELECT * FROM audit; UPDATE audit SET ") + change +
               " WHERE seq = 7");
        EXPECT_NE(problem().find("changed"), std::string::npos) << change;
        tamper("DELETE FROM audit; INSERT INTO audit SELECT * FROM keep; DROP TABLE keep");
        EXPECT_EQ(verification().json["intact"], true) << change;
    }
}

TEST_F(Audit, ADeletionShows) {
    tamper("DELETE FROM audit WHERE seq = 5");
    EXPECT_NE(problem().find("missing"), std::string::npos);
}

TEST_F(Audit, ADeletionWithRenumberingShows) {
    tamper("DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = -(seq - 1) WHERE seq > 5; "
           "UPDATE audit SET seq = -seq WHERE seq < 0; UPDATE clock SET audit_seq = audit_seq - 1");
    EXPECT_NE(problem(), "");
}

TEST_F(Audit, AReorderShows) {
    tamper("UPDATE audit SET seq = -1 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6; "
           "UPDATE audit SET seq = 6 WHERE seq = -1");
    EXPECT_NE(problem().find("moved"), std::string::npos);
}

TEST_F(Audit, ACutOffTailShows) {
    tamper("DELETE FROM audit WHERE seq > 8");
    EXPECT_NE(problem().find("last entries"), std::string::npos);
}

TEST_F(Audit, ACutOffTailWithAForgedStoreHeadShowsByTheHeadFile) {
    const char *cut = "DELETE FROM audit WHERE seq > 8; UPDATE clock SET audit_seq = 8, "
                      "audit_hash = (SELECT hash FROM audit WHERE seq = 8)";
    tamper(cut);
    EXPECT_NE(problem().find("head file"), std::string::npos);
    // Growing past the old length must not make it good again.
    addItems(6);
    EXPECT_NE(problem(), "");
}

TEST_F(Audit, AnEmptiedChainShows) {
    tamper("DELETE FROM audit; UPDATE clock SET audit_seq = 0, audit_hash = '" +
           std::string(64, '0') + "'");
    EXPECT_NE(problem(), "");
}

TEST_F(Audit, AMissingHeadFileShows) {
    std::filesystem::remove(m_service.dataFile("audit.head"));
    EXPECT_NE(problem().find("head file"), std::string::npos);
    m_service.kill();
    ASSERT_TRUE(m_service.start());
    EXPECT_NE(problem().find("head file"), std::string::npos);
}

TEST_F(Audit, ARechainedForgeryShowsByTheHeadFile) {
    // An attacker who knows the rule recomputes all hashes after an edit; only the head differs.
    m_service.kill();
    auto database = m_service.store();
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("UPDATE audit SET reason = 'forged' WHERE seq = 5"));
    const auto rows =
        database->query(std::string("SELECT ") + AuditColumns + " FROM audit ORDER BY seq");
    std::string previous = GenesisHash;
    for (const SqlRow &row : *rows) {
        Json entry = auditEntryJson(row);
        entry.erase("hash");
        previous = chainHash(previous, entry);
        ASSERT_TRUE(database->execute("UPDATE audit SET hash = ? WHERE seq = ?",
                                         {previous, row.integer(0)}));
    }
    ASSERT_TRUE(database->execute("UPDATE clock SET audit_hash = ?", {previous}));
    database.reset();
    ASSERT_TRUE(m_service.start());
    EXPECT_NE(problem().find("head file"), std::string::npos);
}

TEST_F(Audit, AHeadThatLagsAfterACrashIsFine) {
    // What a death between commit and head leaves: a head that is an older element of the chain.
    m_service.kill();
    auto database = m_service.store();
    const auto rows = database->query("SELECT hash FROM audit WHERE seq = 9");
    database.reset();
    std::filesystem::remove(m_service.dataFile("audit.head"));
    ASSERT_TRUE(AuditHeadFile(m_service.dataFile("audit.head")).write({9, rows->front().text(0)}));
    ASSERT_TRUE(m_service.start());
    EXPECT_EQ(verification().json["intact"], true);
    addItems(1);
    EXPECT_EQ(verification().json["intact"], true);
}

TEST_F(Audit, ListsFiltersAndExports) {
    const TestClient client(m_service.url(), m_token);
    const TestAnswer page = client.get("/api/v1/audit?action=item.create&limit=4");
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_EQ(page.json["total"], 10);
    EXPECT_EQ(page.json["items"].size(), 4u);
    EXPECT_EQ(page.json["items"][0]["after"]["name"], "n9") << "the newest first";
    EXPECT_EQ(page.json["items"][0]["before"], nullptr);
    EXPECT_EQ(page.json["items"][0]["subject"], "tester");
    const TestAnswer next = client.get("/api/v1/audit?action=item.create&limit=4&cursor=" +
                                       page.json["next_cursor"].get<std::string>());
    EXPECT_EQ(next.json["items"][0]["after"]["name"], "n5");
    EXPECT_EQ(client.get("/api/v1/audit?from=yesterday").status, 422);
    EXPECT_EQ(client.get("/api/v1/audit?to=2020-01-01T00:00:00Z").json["total"], 0);
    const std::string lines = client.get("/api/v1/audit/export").body;
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 11);
    const TestAnswer csv = client.send("GET", "/api/v1/audit/export", {}, {{"Accept", "text/csv"}});
    EXPECT_TRUE(csv.header("content-type").starts_with("text/csv"));
    EXPECT_TRUE(csv.body.starts_with("seq,id,at,"));
}

TEST(AuditHead, SurvivesAHalfWrittenSlot) {
    const TempDir directory;
    const std::string file = directory.file("audit.head");
    AuditHeadFile head(file);
    EXPECT_EQ(head.read(), std::nullopt);
    const ChainHead first{1, sha256Hex("1")};
    const ChainHead second{2, sha256Hex("2")};
    ASSERT_TRUE(head.write(first));
    ASSERT_TRUE(head.write(second));
    EXPECT_EQ(head.read(), second);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 40);
    EXPECT_EQ(head.read(), first);
    std::ofstream(file, std::ios::in | std::ios::binary).write("garbage", 7);
    EXPECT_EQ(head.read(), std::nullopt);
}

} // namespace

} // namespace crossfade
