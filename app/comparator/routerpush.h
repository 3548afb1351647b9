// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/routerlink.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

namespace crossfade {

// One kind of what the router is told, on a thread of its own, at the leader alone. How it stands is kept in table
// router_push, for every process on the store to tell. While it fails it is tried again, more and more rarely and never at
// the same time as others; once it has failed for long, whoever looks after it is told.
class RouterPush {
public:
    RouterPush(const Context &context, const RouterAddress &router, std::string what);
    virtual ~RouterPush() = default;
    RouterPush(const RouterPush &) = delete;
    RouterPush &operator=(const RouterPush &) = delete;
    void start();
    void askToStop();
    void stop(); // by whoever made it, before it goes away; within a second

protected:
    enum class Done {
        Nothing, // the router was not asked
        Reached,
        Pushed,
    };
    struct Step {
        Done done = Done::Nothing;
        bool more = false; // is due at once
        std::optional<Json> detail = {}; // to be kept from now on
    };
    // What is due now.
    virtual Result<Step> push() = 0;
    virtual void interrupt() {} // any thread: what a step waits for beside the router ends
    // This process leads from now on: what it remembers may be another one's past.
    virtual Result<void> begin() = 0;

    using Clock = std::chrono::steady_clock;
    Store &store() const { return m_context.store; }
    Instant now() const { return m_context.store.environment().now(); }
    Result<Json> write(const Store::WriteWork &work) const;
    Result<std::string> source(Database &db) const; // as whom this store's comparators tell
    RouterLink &router() { return m_router; }
    const Context &context() const { return m_context; }
    const std::string &what() const { return m_what; }

private:
    void run(const std::stop_token &stop);
    std::chrono::milliseconds once();
    void noteSuccess(const Step &step);
    void noteFailure(const Error &error);
    std::chrono::milliseconds pause();

    Context m_context;
    RouterLink m_router;
    const std::string m_what; // the row's name
    int m_failures = 0;
    std::string m_error; // that is stored
    Clock::time_point m_notedAt{};
    bool m_noted = false;  // something since this process leads
    bool m_alerted = false;
    std::minstd_rand m_random;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    std::jthread m_thread;
};

// How each of them stands, of the API: [{what, state, …}].
Result<Json> routerPushesJson(Database &db, bool configured, bool keyIndex);

} // namespace crossfade
