// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/channelrecords.h"
#include "app/service/leadership.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace crossfade {

// Tells channels of what is queued, on threads of its own: nothing else ever waits for a chat service. One
// message at a time to each channel, in order; what fails is tried again, each time later, and at last given
// up with an alert. A message may arrive twice where the service died between sending and noting it.
class ChannelSender {
public:
    ChannelSender(Store &store, const Leadership &leadership, prometheus::Registry &registry);
    ~ChannelSender();
    void start();
    void stop(); // within some two seconds

    // Sends now and waits, at most ten seconds; the error is what the channel said.
    Result<void> send(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id) const;

private:
    void run(const std::stop_token &stop);
    void attempt(Delivery delivery);
    bool takeNext(Delivery &delivery);
    Result<void> note(Delivery &delivery, const Result<void> &sent);

    Store &m_store;
    const Leadership &m_leadership; // one replica at a time tells
    prometheus::Counter &m_sent;
    prometheus::Counter &m_retried;
    prometheus::Counter &m_failed;
    std::atomic<bool> m_cancelled{false};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::set<std::string> m_busy; // channels
    std::vector<std::jthread> m_threads;
};

} // namespace crossfade
