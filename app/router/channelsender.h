// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/channelrecords.h"
#include "app/service/leadership.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// Tells channels of what is queued, on threads of its own: nothing else ever waits for a chat service. One
// message at a time to each channel, in order; what fails is tried again, each time later, and at last given
// up with an alert. A message may arrive twice where the service died between sending and noting it; where the
// store only does not take the note, the note alone is tried again, and its channel waits.
class ChannelSender {
public:
    // `caFile`: authorities that it trusts where the system does not know them; empty: none.
    ChannelSender(Store &store, const Leadership &leadership, prometheus::Registry &registry, std::string caFile);
    ~ChannelSender();
    void start();
    void stop(); // within some two seconds

    // Sends now and waits, at most ten seconds; the error is what the channel said, Invalid if it will say the
    // same again.
    // Otherwise what is to be known of it although it was sent: whom a mail did not reach; mostly "".
    Result<std::string> send(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id) const;

private:
    // What came of an attempt.
    struct Outcome {
        Delivery delivery; // as it was taken
        std::int64_t term = 0;
        bool sent = false;
        bool notTried = false;       // nor ever will be, for the reason in `error`
        bool refusedForGood = false; // few will do
        std::string error;
        int failures = 0; // to note it
        std::chrono::steady_clock::time_point again{};
    };

    void run(const std::stop_token &stop);
    bool takeNext(Outcome &taken);
    bool takeUnnoted(Outcome &outcome);
    bool attempt(Outcome &outcome);
    void settle(Outcome outcome);
    Result<void> note(const Outcome &outcome);
    bool isAnothers(Outcome &outcome) const;

    Store &m_store;
    const Leadership &m_leadership; // one replica at a time tells
    const std::string m_caFile;
    prometheus::Counter &m_sent;
    prometheus::Counter &m_retried;
    prometheus::Counter &m_failed;
    std::atomic<bool> m_cancelled{false};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::set<std::string> m_busy;             // channels
    std::map<std::string, Outcome> m_unnoted; // by channel, which is busy so long: never more than channels
    std::vector<std::jthread> m_threads;
};

} // namespace crossfade
