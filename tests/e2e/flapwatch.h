// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/e2e/users.h"
#include "tests/support/heartbeat.h"
#include "tests/support/replicas.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace crossfade {

// The times in which nothing is broken, or has not been for so long that both have to answer alike again. Any thread.
class CalmTimes {
public:
    using Clock = std::chrono::steady_clock;

    void begin(Clock::time_point from = Clock::now()) // it may be in the future; nothing while it has begun
    {
        const std::lock_guard lock(m_mutex);
        if (!m_since) m_since = from;
    }
    void end()
    {
        const std::lock_guard lock(m_mutex);
        m_since.reset();
    }
    std::optional<Clock::time_point> since() const
    {
        const std::lock_guard lock(m_mutex);
        return m_since;
    }

private:
    mutable std::mutex m_mutex;
    std::optional<Clock::time_point> m_since = Clock::now();
};

// A user whom a router has sent to NEW stays there, whatever happens to it, as long as nobody rolls back. Where nothing
// is broken the other router sends him there, too, as soon as a change reaches it: whoever asks the two in turn would
// see him go back and forth otherwise.
class FlapWatch {
public:
    FlapWatch(Replicas &replicas, std::int64_t users, const CalmTimes &calm, const Heartbeat &heartbeat)
        : m_replicas(replicas)
        , m_users(users)
        , m_calm(calm)
        , m_heartbeat(heartbeat)
        , m_token(replicas.token("admin"))
        , m_thread([this](const std::stop_token &stop) { run(stop); })
    {
    }
    // How long a change is under way from one to the other. A sanitizer makes a service several times as slow.
    static std::chrono::milliseconds propagation()
    {
        return std::chrono::milliseconds(std::getenv("CROSSFADE_SANITIZED") ? 1'000 : 200);
    }
    int flapped() const { return m_flapped; }
    int looks() const { return m_looks; }
    // How often one was seen behind the other in calm times, how often for too long, and the longest.
    int differed() const { return m_differed; }
    int late() const { return m_late; }
    std::chrono::milliseconds longest() const { return std::chrono::milliseconds(m_longest.load()); }

private:
    using Clock = std::chrono::steady_clock;

    struct Seen {
        std::set<std::string> onNew; // at the last look
        std::optional<Clock::time_point> behind; // since when somebody is known to be on NEW whom it is yet to send there
        bool told = false;                       // that it is late
    };

    void run(const std::stop_token &stop)
    {
        std::array<Seen, 2> seen;
        while (!stop.stop_requested()) {
            for (std::size_t i = 0; i < seen.size(); ++i)
                look(i, seen[i], seen[1 - i]);
            std::this_thread::sleep_for(std::chrono::milliseconds(10)); // whoever is watched wants to work, too
        }
    }
    void look(std::size_t number, Seen &mine, Seen &others)
    {
        TestClient client(m_replicas.url(number), m_token);
        client.setTimeout(std::chrono::seconds(1));
        const auto asked = Clock::now();
        const auto decisions = decisionsOfAll(client, m_users);
        if (decisions.empty()) return; // dead, or standing still
        std::set<std::string> now = on("NEW", decisions);
        if (!std::ranges::includes(now, mine.onNew)) ++m_flapped;
        mine.onNew = std::move(now);
        ++m_looks;
        if (!std::ranges::includes(others.onNew, mine.onNew) && !others.behind) {
            others.behind = Clock::now();
            others.told = false;
        }
        if (!mine.behind) return;
        if (!std::ranges::includes(mine.onNew, others.onNew)) {
            noteBehind(mine, asked);
            return;
        }
        mine.behind.reset();
    }
    // It was so when it was asked, at least.
    void noteBehind(Seen &mine, Clock::time_point asked)
    {
        const auto calm = m_calm.since();
        if (!calm) return;
        const auto from = std::max(*mine.behind, *calm); // what it missed in trouble it has to have learnt by then
        if (asked <= from) return;
        const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(asked - from);
        m_longest = std::max<std::int64_t>(m_longest, lasted.count());
        ++m_differed;
        if (mine.told || lasted <= propagation() + m_heartbeat.heldUpSince(from)) return;
        mine.told = true;
        ++m_late;
    }

    Replicas &m_replicas;
    const std::int64_t m_users;
    const CalmTimes &m_calm;
    const Heartbeat &m_heartbeat;
    const std::string m_token;
    std::atomic<int> m_flapped = 0;
    std::atomic<int> m_looks = 0;
    std::atomic<int> m_differed = 0;
    std::atomic<int> m_late = 0;
    std::atomic<std::int64_t> m_longest = 0;
    std::jthread m_thread;
};

} // namespace crossfade
