// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sudden death at every named point, and with a disk that forgets what was not synced: whatever a
// client was told is there afterwards, nothing stands there twice, and the chain is intact.

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

namespace crossfade {

namespace {

// What clients were told: name → id of the item.
class Ledger {
public:
    // Posts items from several clients until the service is gone.
    void fill(const std::string &url, const std::string &token, int threads, int most) {
        std::vector<std::thread> clients;
        for (int t = 0; t < threads; ++t)
            clients.emplace_back([this, url, token, t, most] {
                const TestClient client(url, token);
                for (int i = 0; i < most; ++i) {
                    const std::string name = "m" + std::to_string(m_round) + "-" +
                                             std::to_string(t) + "-" + std::to_string(i);
                    const TestAnswer answer = post(client, name);
                    const std::lock_guard lock(m_mutex);
                    if (answer.status == 201)
                        m_told[name] = answer.json["id"].get<std::string>();
                    else
                        m_open.push_back(name);
                    if (answer.status == 0) return;
                }
            });
        for (std::thread &client : clients)
            client.join();
        ++m_round;
    }
    // Ids told and no longer there, or there under another id.
    int lost(const std::string &url, const std::string &token) const {
        const auto stored = items(url, token);
        int count = 0;
        for (const auto &[name, id] : m_told) {
            const auto it = stored.find(name);
            if (it == stored.end() || it->second != id) ++count;
        }
        return count;
    }
    // What got no answer is asked for again with its key: it must come to exist exactly once.
    void repeatOpen(const std::string &url, const std::string &token) {
        const TestClient client(url, token);
        for (const std::string &name : m_open) {
            const TestAnswer answer = post(client, name);
            ASSERT_EQ(answer.status, 201) << answer.body;
            m_told[name] = answer.json["id"].get<std::string>();
        }
        m_open.clear();
        EXPECT_EQ(items(url, token).size(), m_told.size());
    }
    std::size_t told() const { return m_told.size(); }

private:
    static TestAnswer post(const TestClient &client, const std::string &name) {
        return client.send(
            "POST", "/api/v1/items", dumpJson({{"name", name}}),
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "key-" + name}});
    }
    static std::map<std::string, std::string> items(const std::string &url,
                                                    const std::string &token) {
        const TestClient client(url, token);
        std::map<std::string, std::string> result;
        std::string query = "?limit=1000";
        while (true) {
            const TestAnswer answer = client.get("/api/v1/items" + query);
            if (answer.status != 200) return result;
            for (const Json &item : answer.json["items"])
                result[item["name"].get<std::string>()] = item["id"].get<std::string>();
            if (answer.json["next_cursor"].is_null()) return result;
            query = "?limit=1000&cursor=" + answer.json["next_cursor"].get<std::string>();
        }
    }

    std::mutex m_mutex;
    int m_round = 0;
    std::map<std::string, std::string> m_told;
    std::vector<std::string> m_open;
};

// The stored events count up by one, without gap, and there is one for each item.
void expectGaplessEvents(ProbeService &service, const std::string &token, std::size_t items) {
    const TestClient client(service.url(), token);
    const std::string last = client.get("/api/v1/items").header("x-crossfade-event-id");
    EXPECT_EQ(last.substr(last.find('-') + 1), std::to_string(items));
    if (items == 0) return;
    EventReader reader(service.port(), token, last.substr(0, last.find('-')) + "-0");
    for (std::size_t i = 1; i <= items; ++i) {
        const auto event = reader.next();
        ASSERT_TRUE(event) << i;
        ASSERT_EQ(event->id.substr(event->id.find('-') + 1), std::to_string(i));
    }
}

void expectIntactChain(ProbeService &service, const std::string &token) {
    const TestAnswer verdict = TestClient(service.url(), token).get("/api/v1/audit/verification");
    EXPECT_EQ(verdict.json["intact"], true) << verdict.body;
}

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
