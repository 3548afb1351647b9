// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/fetch.h"
#include "models/shift/gates.h"
#include "models/shift/syncreading.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// What the newest whole run of a check says, of the comparator's form of the check.
ConsistencyFact consistencyFactOf(const std::string &name, const Json &check, Instant now);

// Asks others, on threads of its own, so that nothing ever waits for them: the platforms' health
// URLs and the comparator's checks and syncs. What was answered last is read at once. Some URLs are asked at the
// same time: those of a platform that is dead must not make the answers of the others too old.
class Probes {
public:
    Probes(std::string comparatorUrl, std::string comparatorTokenFile,
           std::function<Instant()> now);
    ~Probes();

    void start();
    void stop();

    // What to ask from now on, beside how the syncs stand, which is always asked.
    void watch(std::set<std::string> healthUrls, std::set<std::string> checkNames);
    // Good when the last three answers in a row were, and none is older than 10 s.
    Fact health(const std::string &url) const;
    // What a comparator told of its checks by itself, and for how long that counts. What it answers to a question goes
    // before it.
    struct Told {
        Instant at{};
        Seconds valid{0};
        std::map<std::string, ConsistencyFact> facts; // by check
    };
    void keepTold(Told told);
    // Whether all that is known of it was told, by one that has told nothing for too long.
    bool isSilent(const std::string &checkName) const;
    ConsistencyFact consistency(const std::string &checkName) const;
    SyncFact syncs() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Answer {
        Instant at{};
        bool good = false;
        std::string detail;
    };
    struct Watched {
        Clock::time_point due;
        bool asking = false;
        std::deque<Answer> answers; // the last three
    };

    void runHealth(const std::stop_token &stop);
    void runComparator(const std::stop_token &stop);
    std::map<std::string, Watched>::iterator nextUrl(); // the one due first of those not being asked
    bool isDue();
    // With the mutex held.
    std::optional<ConsistencyFact> toldOf(const std::string &checkName) const;
    bool goesByTold(const std::string &checkName, const std::optional<ConsistencyFact> &told) const;
    bool toldTooLongAgo() const;
    Answer askHealth(const std::string &url) const;
    FetchRequest comparatorRequest(const char *path) const;
    void askChecks();
    void askSyncs();
    void keepSyncs(SyncFact fact);
    void keepError(const std::set<std::string> &names, const std::string &error);

    const std::string m_comparatorUrl;
    const std::string m_comparatorTokenFile;
    const std::function<Instant()> m_now;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::set<std::string> m_checkNames;
    std::map<std::string, Watched> m_health; // by URL
    std::map<std::string, ConsistencyFact> m_consistency;
    std::optional<SyncFact> m_syncs;
    std::optional<Told> m_told;
    std::atomic<bool> m_stopping{false};
    std::vector<std::jthread> m_threads;
};

} // namespace crossfade
