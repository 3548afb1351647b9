// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/curlloop.h"
#include "app/sandbox/loadmix.h"
#include "app/sandbox/observations.h"
#include "models/core/platform.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace crossfade {

struct LoadSettings {
    double rate = 20;            // requests a second, 0–2 000
    std::int64_t users = 50'000; // drawn from the first so many
    bool operator==(const LoadSettings &) const = default;
};

struct LoadCounts {
    std::int64_t drawn = 0;     // requests wanted
    std::int64_t undecided = 0; // given up because the router did not say
    std::int64_t toNew = 0;     // calls ended, by platform
    std::int64_t toLegacy = 0;
    std::int64_t failed = 0; // calls that were not answered 200
    std::int64_t timedOut = 0;
    std::int64_t reported = 0; // observations the router took
    std::int64_t refused = 0;  // observations it did not want
    std::int64_t dropped = 0;  // observations that waited too long for it
    std::size_t inFlight = 0;
};

// The practice users. An open loop: requests come at the set rate whatever the platforms do. Each
// asks the router who serves it (questions gathered for at most GatherLimit), calls that platform
// at once, and the real outcome and time of the call are reported. A decision is used for one call
// and never kept; one that took longer than StaleLimit to arrive is asked again. While the router
// is down nobody is served, and it is asked again every RetryInterval.
class LoadGenerator {
public:
    struct Options {
        std::string router; // base URL
        std::string token;
        std::string legacy;
        std::string newPlatform;
        std::string systemId = "auth-web";
        std::uint64_t seed = 1;
        std::int64_t knownUsers = 50'000;
    };
    static constexpr std::chrono::milliseconds GatherLimit{25};
    static constexpr std::chrono::milliseconds StaleLimit{100};
    static constexpr std::chrono::milliseconds ReportInterval{200};
    static constexpr std::chrono::milliseconds RetryInterval{300};

    LoadGenerator(Options options, const People &people, LoadSettings settings);
    ~LoadGenerator();
    LoadGenerator(const LoadGenerator &) = delete;
    LoadGenerator &operator=(const LoadGenerator &) = delete;

    // Any thread.
    LoadSettings settings() const;
    void set(LoadSettings settings);
    LoadCounts counts() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Wanted {
        LoadMix::Draw draw;
        int asked = 0;
    };
    void run();
    void drawDue();
    void askDue();
    void reportDue();
    Clock::duration untilNext() const;
    void onDecisions(std::vector<Wanted> wanted, const CallOutcome &outcome);
    void giveUp(std::vector<Wanted> wanted);
    void callPlatform(const Wanted &wanted, const Json &decision);
    void onCalled(const Wanted &wanted, Platform platform, const Json &decision,
                  const CallOutcome &outcome);
    template <class Change>
    void count(Change change);

    Options m_options;
    const People &m_people;
    LoadMix m_mix;
    CurlLoop m_loop;
    ObservationQueue m_observations;
    std::vector<Wanted> m_gathering;
    Clock::time_point m_nextDraw = Clock::now();
    Clock::time_point m_gatherUntil;
    Clock::time_point m_nextReport = Clock::now();
    Clock::time_point m_askAgainAt; // the router failed: not before this
    bool m_reporting = false;

    mutable std::mutex m_mutex;
    LoadSettings m_settings;
    LoadCounts m_counts;
    std::atomic<bool> m_stop{false};
    std::thread m_thread;
};

} // namespace crossfade
