// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/ledger.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <set>
#include <vector>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// A client's book of what the comparator acknowledged.
class ComparatorBook {
public:
    explicit ComparatorBook(const TestSandbox &sandbox)
        : m_sandbox(sandbox)
    {
    }

    // Each answers false once the comparator does not.
    bool addSource()
    {
        const std::string name = "source-" + std::to_string(++m_count);
        const TestAnswer answer = m_sandbox.comparator("admin").post(
            "/api/v1/sources",
            {{"name", name}, {"kind", "SQLITE"}, {"location", m_sandbox.file("legacy.sqlite")}});
        return note(answer, 201, m_sources);
    }
    bool runCheck()
    {
        const TestAnswer answer = m_sandbox.comparator().post(
            m_sandbox.checkPath() + "/run", {{"scope", "FULL"}, {"reason", "test"}});
        return answer.status == 409 || note(answer, 202, m_runs); // 409: one is under way
    }
    bool repairNext()
    {
        const Json open =
            m_sandbox.comparator().get("/api/v1/differences?resolved=false&limit=200").json;
        if (!open.is_object() || !open.contains("items")) return false;
        for (const Json &one : open.at("items")) {
            if (one.value("repair_id", Json()).is_string()) continue;
            const TestAnswer made = m_sandbox.comparator().post(
                "/api/v1/repairs", {{"difference_ids", {one.value("id", "")}}, {"reason", "test"}});
            if (made.status == 0 || made.status == 503) return false;
            if (made.status != 201) continue;
            const std::string id = made.json.at("items").at(0).value("id", "");
            const TestAnswer approved =
                m_sandbox.comparator("approver")
                    .post("/api/v1/repairs/" + id + "/approve", {{"reason", "test"}});
            if (approved.status == 0 || approved.status == 503) return false;
            EXPECT_EQ(approved.status, 200) << approved.body;
            ++m_acknowledged;
            m_repairs.insert(id);
            return true;
        }
        return true;
    }

    // All of it is there, and what was begun comes to its end by itself.
    void hold() const
    {
        const TestClient comparator = m_sandbox.comparator();
        for (const std::string &id : m_sources)
            EXPECT_EQ(comparator.get("/api/v1/sources/" + id).status, 200) << id;
        expectAll("/api/v1/runs/", m_runs, "state", "FINISHED");
        expectAll("/api/v1/repairs/", m_repairs, "status", "VERIFIED");
        EXPECT_TRUE(auditIntact(comparator));
    }
    std::size_t acknowledged() const { return m_acknowledged; }
    std::size_t repairs() const { return m_repairs.size(); }

private:
    bool note(const TestAnswer &answer, int expected, std::set<std::string> &ids)
    {
        if (answer.status == 0 || answer.status == 503) return false;
        EXPECT_EQ(answer.status, expected) << answer.body;
        ids.insert(answer.json.value("id", ""));
        ++m_acknowledged;
        return true;
    }
    void expectAll(const std::string &path, const std::set<std::string> &ids, const char *field,
                   const std::string &wanted) const
    {
        for (const std::string &id : ids) {
            Json now;
            EXPECT_TRUE(waitFor(
                [&] {
                    now = m_sandbox.comparator().get(path + id).json;
                    return now.is_object() && now.value(field, "") == wanted;
                },
                60s))
                << now.dump(2);
        }
    }

    const TestSandbox &m_sandbox;
    int m_count = 0;
    std::size_t m_acknowledged = 0;
    std::set<std::string> m_sources;
    std::set<std::string> m_runs;
    std::set<std::string> m_repairs;
};

int openDifferences(const TestSandbox &sandbox)
{
    return sandbox.comparator()
        .get("/api/v1/differences?resolved=false&limit=1")
        .json.value("total", -1);
}

TEST(ComparatorKill, NothingAcknowledgedIsLostAtAnyPointDuringACheck)
{
    struct Point {
        const char *name;
        unsigned most; // passes before it strikes, drawn from 1 to this
    };
    constexpr std::array Points{
        Point{"check.after-batch", 1},    Point{"repair.before-execute", 3},
        Point{"store.after-commit", 40},  Point{"repair.after-execute", 3},
        Point{"store.before-commit", 40}, Point{"service.before-answer", 40},
        Point{"audit.mid-head", 20}};
    TestSandbox sandbox({"--rate", "5", "--users", "3000"});
    ASSERT_TRUE(sandbox.isUp());
    ComparatorBook book(sandbox);
    constexpr int Planted = 300;
    ASSERT_EQ(
        sandbox.control().post("/api/v1/sandbox/plant", {{"count", Planted}, {"seed", 3}}).status,
        200);
    ASSERT_TRUE(book.runCheck());
    book.hold();
    ASSERT_EQ(openDifferences(sandbox), Planted);

    std::mt19937 random(6);
    const std::size_t rounds = std::getenv("CROSSFADE_FULL") ? 50 : 6;
    for (std::size_t i = 0; i < rounds; ++i) {
        const Point &chosen = Points[i % Points.size()];
        const std::string point =
            std::string(chosen.name) + ":" + std::to_string(1 + random() % chosen.most);
        SCOPED_TRACE(point);
        ASSERT_TRUE(sandbox.restart("comparator", point));
        bool alive = book.runCheck();
        for (int acts = 0; alive && acts < 100; ++acts)
            alive = acts % 2 == 0 ? book.repairNext() : book.addSource();
        // The check goes on beside the acts: its point may be passed a little later.
        const bool ended =
            waitFor([&] { return sandbox.comparator().get("/healthz").status == 0; }, 20s);
        ASSERT_TRUE(ended) << "the comparator did not end";
        ASSERT_TRUE(sandbox.restart("comparator"));
        book.hold();
        if (testing::Test::HasFailure()) return;
    }
    // What it says is what is: each repair done once, no other row touched.
    ASSERT_TRUE(book.runCheck());
    book.hold();
    // An approval whose answer was lost may have happened, too: one a round at most.
    const int verified =
        sandbox.comparator().get("/api/v1/repairs?status=VERIFIED").json.value("total", -1);
    EXPECT_GE(verified, static_cast<int>(book.repairs()));
    EXPECT_LE(verified, static_cast<int>(book.repairs() + rounds));
    EXPECT_EQ(openDifferences(sandbox), Planted - verified);
    std::printf("%zu kills, %zu acts acknowledged, %d repairs verified, none lost\n", rounds,
                book.acknowledged(), verified);
}

} // namespace
} // namespace crossfade
