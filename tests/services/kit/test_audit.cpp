// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The audit chain over a real store, tampered with as somebody with its database would.

#include "app/service/auditchain.h"
#include "app/service/crypto.h"
#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"
#include "tests/support/measured.h"

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
    for (const char *cursor : {"YWJj", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}) // "abc", twenty nines
        EXPECT_EQ(client.get(std::string("/api/v1/audit?cursor=") + cursor).status, 422) << cursor;
    EXPECT_EQ(client.get("/api/v1/audit?to=2020-01-01T00:00:00Z").json["total"], 0);
    const std::string lines = client.get("/api/v1/audit/export").body;
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 11);
    const TestAnswer csv = client.send("GET", "/api/v1/audit/export", {}, {{"Accept", "text/csv"}});
    EXPECT_TRUE(csv.header("content-type").starts_with("text/csv"));
    EXPECT_TRUE(csv.body.starts_with("seq,id,at,"));
}

// An audit log of some 45 MiB, its sequence numbers far apart.
class LongAudit : public Audit {
protected:
    static constexpr int Entries = 15'000;
    void SetUp() override {
        Audit::SetUp();
        tamper("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(Entries) +
               ") INSERT INTO audit (seq, id, at, epoch, subject, action, object_type, object_id, before_json, "
               "after_json, reason, request_id, hash) SELECT 100 + 10 * i, 'big-' || i, 1700000000000, 1, 'x', 'item.big', "
               "'item', 'i', 'null', '\"' || printf('%.*c', 2800, 'x') || '\"', '', '', 'h' FROM n");
    }
    std::string request(const std::string &query, const std::string &version) const {
        return "GET /api/v1/audit/export" + query + " HTTP/" + version + "\r\nHost: a\r\nAuthorization: Bearer " +
               m_token + "\r\n\r\n";
    }
    std::int64_t mostMemory() { // KiB, of the service so far
        std::ifstream status("/proc/" + std::to_string(m_service.process().pid()) + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6));
        }
        return -1;
    }
};

TEST_F(LongAudit, IsExportedWholeInBoundedMemory) {
    ASSERT_EQ(m_service.stop(), 0);
    ASSERT_TRUE(m_service.start({}, measuredEnvironment())) << m_service.log();
    TestClient client(m_service.url(), m_token);
    client.setTimeout(std::chrono::minutes(1));
    client.get("/api/v1/audit/export?action=item.create");
    const std::int64_t before = mostMemory();
    ASSERT_GT(before, 0);
    for (const char *type : {"application/x-ndjson", "text/csv"}) {
        const TestAnswer answer = client.send("GET", "/api/v1/audit/export", {}, {{"Accept", type}});
        ASSERT_EQ(answer.status, 200) << answer.error;
        EXPECT_TRUE(answer.header("content-type").starts_with(type));
        EXPECT_EQ(answer.header("content-length"), "");
        EXPECT_GT(answer.body.size(), std::size_t{40} << 20);
        const std::ptrdiff_t head = type == std::string("text/csv") ? 1 : 0;
        EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 11 + Entries + head);
        EXPECT_NE(answer.body.find("big-" + std::to_string(Entries), answer.body.size() - 4'000), std::string::npos);
    }
#if !defined(__SANITIZE_THREAD__) // which has memory of its own for all of ours
    EXPECT_LT(mostMemory() - before, 16 << 10) << "a few pieces, not the whole";
#endif
}

TEST_F(LongAudit, FiltersReachBeyondOnePiece) {
    const TestClient client(m_service.url(), m_token);
    EXPECT_EQ(client.get("/api/v1/audit/export?action=nothing.such").body, "");
    addItems(1);
    const std::string lines = client.get("/api/v1/audit/export?action=item.create").body;
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 11);
}

TEST_F(LongAudit, EachVersionOfHttpHasItsWayToTheEnd) {
    RawSocket socket(m_service.port());
    socket.send(request("?action=item.create", "1.1"));
    const auto chunked = socket.until("\r\n0\r\n\r\n"); // a head may end in a nought, too
    ASSERT_TRUE(chunked);
    EXPECT_NE(chunked->find("Transfer-Encoding: chunked\r\n"), std::string::npos) << *chunked;
    EXPECT_EQ(chunked->find("Content-Length"), std::string::npos);
    EXPECT_NE(chunked->find("\"n9\""), std::string::npos);
    std::string head = request("", "1.1");
    socket.send(head.replace(0, 3, "HEAD"));
    const auto bare = socket.until("\r\n\r\n");
    ASSERT_TRUE(bare) << "the connection goes on";
    EXPECT_EQ(statusOf(*bare), 200);
    socket.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(statusOf(socket.response()), 200) << "and HEAD has no body";

    RawSocket old(m_service.port());
    old.send(request("?action=item.create", "1.0"));
    const auto plain = old.until("\"n9\"");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->find("Transfer-Encoding"), std::string::npos) << *plain;
    EXPECT_NE(plain->find("Connection: close"), std::string::npos);
    EXPECT_TRUE(old.closedWithin(std::chrono::seconds(5)));
}

TEST_F(LongAudit, AClientThatDoesNotReadHoldsNothingUp) {
    RawSocket slow(m_service.port(), 4'096);
    slow.send(request("", "1.1"));
    ASSERT_TRUE(slow.until("\r\n\r\n"));
    addItems(1);
    EXPECT_EQ(TestClient(m_service.url(), m_token).get("/api/v1/items").status, 200);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(m_service.stop(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4));
    EXPECT_FALSE(slow.until("0\r\n\r\n")) << "what is cut off does not look whole";
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
