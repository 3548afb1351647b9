// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sudden death at every named point, and with a disk that forgets what was not synced: whatever a
// client was told is there afterwards, nothing stands there twice, and the chain is intact.

#include "tests/services/kit/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

namespace crossfade {

namespace {

class KillPoint : public testing::TestWithParam<std::string> {};

TEST_P(KillPoint, NothingAcknowledgedIsLost) {
    ProbeService service;
    const std::string token = service.token("operator");
    Ledger ledger;
    for (const int pass : {1, 7, 20}) {
        ASSERT_TRUE(
            service.start({}, {"CROSSFADE_KILL_POINT=" + GetParam() + ":" + std::to_string(pass)}))
            << service.log();
        ledger.fill(service.url(), token, 4, 400);
        ASSERT_EQ(service.process().wait(), 128 + SIGKILL) << "the point was not passed";
        ASSERT_TRUE(service.start()) << service.log();
        EXPECT_EQ(ledger.lost(service.url(), token), 0);
        ledger.repeatOpen(service.url(), token);
        expectIntactChain(service, token);
        expectGaplessEvents(service, token, ledger.told());
        service.kill();
    }
    EXPECT_GT(ledger.told(), 10u);
}

INSTANTIATE_TEST_SUITE_P(Points, KillPoint,
                         testing::Values("store.before-commit", "store.after-commit",
                                         "audit.mid-head", "service.before-answer"),
                         [](const auto &info) {
                             std::string name = info.param;
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](char c) {
                                     return !std::isalnum(static_cast<unsigned char>(c));
                                 },
                                 '_');
                             return name;
                         });

class PowerLoss : public testing::Test {
protected:
    // Runs clients against the service, kills it among their writes, and forgets what it never
    // synced. Answers how many acknowledged items were lost.
    int lossesWith(const std::vector<std::string> &arguments) {
        const std::string token = m_service.token("operator");
        EXPECT_TRUE(m_service.start(arguments,
                                    {"LD_PRELOAD=" CROSSFADE_BIN_DIR "/libcrossfade_powerloss.so",
                                     "CROSSFADE_POWERLOSS_DIR=" + m_service.data(),
                                     "ASAN_OPTIONS=verify_asan_link_order=0"}));
        Ledger ledger;
        std::thread clients([&] { ledger.fill(m_service.url(), token, 4, 2'000); });
        const TestClient watcher(m_service.url(), token);
        waitFor([&] { return watcher.get("/api/v1/items?limit=1").json.value("total", 0) >= 60; });
        m_service.kill();
        clients.join();
        forget();
        EXPECT_TRUE(m_service.start()) << m_service.log();
        EXPECT_GT(ledger.told(), 30u);
        m_token = token;
        return ledger.lost(m_service.url(), token);
    }
    void forget() {
        for (const char *name : {"store.sqlite", "store.sqlite-wal", "audit.head"}) {
            const std::string file = m_service.dataFile(name);
            const std::string durable = file + ".durable";
            if (std::filesystem::exists(durable))
                std::filesystem::rename(durable, file);
            else if (std::string(name) != "audit.head" && std::string(name) != "store.sqlite")
                std::filesystem::remove(file);
        }
        std::filesystem::remove(m_service.dataFile("store.sqlite-shm"));
    }

    ProbeService m_service;
    std::string m_token;
};

TEST_F(PowerLoss, LosesNothingThatWasAcknowledged) {
    EXPECT_EQ(lossesWith({}), 0);
    expectIntactChain(m_service, m_token);
}

TEST_F(PowerLoss, WouldShowAStoreThatDoesNotSync) {
    // The test above proves something only if it can fail.
    EXPECT_GT(lossesWith({"--store-sync", "off"}), 0);
}

} // namespace

} // namespace crossfade
