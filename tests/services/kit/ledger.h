// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

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
            TestAnswer answer;
            waitFor([&] { // a store that has just come back may need a moment more
                answer = post(client, name);
                return answer.status == 201;
            });
            ASSERT_EQ(answer.status, 201) << answer.body;
            m_told[name] = answer.json["id"].get<std::string>();
        }
        m_open.clear();
        EXPECT_EQ(items(url, token).size(), m_told.size());
    }
    std::size_t told() {
        const std::lock_guard lock(m_mutex);
        return m_told.size();
    }

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
inline void expectGaplessEvents(ProbeService &service, const std::string &token, std::size_t items) {
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

inline void expectIntactChain(ProbeService &service, const std::string &token) {
    const TestAnswer verdict = TestClient(service.url(), token).get("/api/v1/audit/verification");
    EXPECT_EQ(verdict.json["intact"], true) << verdict.body;
}

} // namespace crossfade
