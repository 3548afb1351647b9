// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/random.h"
#include "app/sandbox/sqlconnection.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// Rewrites rows on both platforms, NEW a little later than LEGACY, as a running sync would: whoever
// compares meanwhile sees differences that are none. Only the rows of isRewritten().
class RowWriter {
public:
    struct Options {
        std::string legacy; // database locations
        std::string newPlatform;
        std::int64_t users = 50'000;
        double perSecond = 20;
        std::chrono::milliseconds lag{300};
        std::uint64_t seed = 1;
    };
    // Starts writing once both sides agree again (a killed sandbox may have left a row half
    // written).
    static Result<std::unique_ptr<RowWriter>> start(Options options);
    ~RowWriter(); // writes what NEW still lacks, then stops
    RowWriter(const RowWriter &) = delete;
    RowWriter &operator=(const RowWriter &) = delete;

    std::int64_t written() const; // rows both sides have

private:
    using Clock = std::chrono::steady_clock;
    struct Rewrite {
        std::int64_t number = 0;
        std::string phone;
        std::int64_t atMs = 0;
        Clock::time_point due;
    };
    RowWriter(Options options, std::unique_ptr<SqlConnection> legacy,
              std::unique_ptr<SqlConnection> newer);
    Result<void> settle();
    void run();
    void rewriteNext();
    void deliverDue(Clock::time_point until);
    Result<void> writeNew(const Rewrite &rewrite);

    Options m_options;
    std::unique_ptr<SqlConnection> m_legacy;
    std::unique_ptr<SqlConnection> m_new;
    SeededRandom m_random;
    std::int64_t m_next = 7; // the first rewritten number
    std::deque<Rewrite> m_pending;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stop = false;
    std::int64_t m_written = 0;
    std::thread m_thread;
};

} // namespace crossfade
