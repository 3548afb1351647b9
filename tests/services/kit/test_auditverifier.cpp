// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Verifications of the audit log: one at a time, and not beyond the end of the service.

#include "app/service/auditverifier.h"
#include "app/service/sqlitestore.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <new>
#include <thread>

namespace crossfade {

namespace {

// A verification that lasts until it is let go, and finds as many entries as there were verifications.
class HeldVerification {
public:
    Result<ChainVerdict> operator()()
    {
        ChainVerdict verdict;
        verdict.entries = ++m_begun;
        while (!m_letGo)
            std::this_thread::yield();
        return verdict;
    }
    bool waitBegun() const
    {
        return waitFor([this] { return m_begun > 0; });
    }
    int begun() const { return m_begun; }
    void letGo() { m_letGo = true; }

private:
    std::atomic<int> m_begun{0};
    std::atomic<bool> m_letGo{false};
};

// Whether four who asked while one ran got what that one found. Not, if one of them came too late.
bool allShare()
{
    HeldVerification held;
    AuditVerifier verifier([&] { return held(); }, std::chrono::minutes(1));
    auto first = std::async(std::launch::async, [&] { return verifier.verdict(); });
    if (!held.waitBegun()) return false;
    std::atomic<int> asking{0};
    std::vector<std::future<Result<ChainVerdict>>> others;
    for (int i = 0; i < 4; ++i)
        others.push_back(std::async(std::launch::async, [&] {
            ++asking;
            return verifier.verdict();
        }));
    waitFor([&] { return asking == 4; });
    held.letGo();
    EXPECT_EQ(first.get()->entries, 1);
    bool shared = true;
    for (auto &other : others) {
        const Result<ChainVerdict> verdict = other.get();
        EXPECT_TRUE(verdict);
        shared = shared && verdict && verdict->entries == 1;
    }
    return shared;
}

TEST(AuditVerifier, WhoComesMeanwhileGetsTheSameVerdict)
{
    bool shared = false;
    for (int attempt = 0; attempt < 10 && !shared; ++attempt)
        shared = allShare();
    EXPECT_TRUE(shared);
}

TEST(AuditVerifier, ALongOneIsNotWaitedFor)
{
    HeldVerification held;
    AuditVerifier verifier([&] { return held(); }, std::chrono::milliseconds(20));
    auto first = std::async(std::launch::async, [&] { return verifier.verdict(); });
    ASSERT_TRUE(held.waitBegun());
    const auto refused = verifier.verdict();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    EXPECT_NE(refused.error().message.find("already"), std::string::npos);
    EXPECT_EQ(held.begun(), 1) << "and none begun beside it";
    held.letGo();
    EXPECT_EQ(first.get()->entries, 1);
    EXPECT_EQ(verifier.verdict()->entries, 2) << "afterwards there is a new one";
}

TEST(AuditVerifier, AFailureDoesNotBlockTheNext)
{
    int runs = 0;
    AuditVerifier verifier(
        [&]() -> Result<ChainVerdict> {
            if (++runs == 1) throw std::bad_alloc();
            return ChainVerdict();
        },
        std::chrono::milliseconds(20));
    EXPECT_EQ(verifier.verdict().error().kind, ErrorKind::Internal);
    EXPECT_TRUE(verifier.verdict());
}

TEST(AuditVerifier, IsGivenUpWhenTheServiceEnds)
{
    const TempDir directory;
    StoreOptions options;
    options.directory = directory.path() / "data";
    options.migrations = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/service";
    auto store = SqliteStore::open(options, Environment::real());
    ASSERT_TRUE(store) << store.error().message;
    const auto written = (*store)->writeAndWait({"tester", "r"}, [](WriteTransaction &tx) -> Result<Json> {
        for (int i = 0; i < 100; ++i)
            tx.audit({"item.create", "item", std::to_string(i), nullptr, {{"i", i}}, {}});
        return Json();
    });
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ((*store)->verifyAudit()->entries, 100);
    (*store)->beginStop();
    const auto given = (*store)->verifyAudit();
    ASSERT_FALSE(given);
    EXPECT_EQ(given.error().kind, ErrorKind::Cancelled);
}

} // namespace

} // namespace crossfade
