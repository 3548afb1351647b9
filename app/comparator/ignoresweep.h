// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/ignorestore.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// Holds the open differences against the ignore rules when these have changed, or one's time is over: at the leader
// alone, in small transactions, however many differences there are. What is found later is held against them as it is
// stored. A process that dies in the middle leaves the rest to the next one.
class IgnoreSweep {
public:
    explicit IgnoreSweep(const Context &context);
    ~IgnoreSweep();
    void start();
    void stop();
    void wake(); // the rules have changed

private:
    struct Change {
        std::string id;
        std::int64_t version = 0;
        std::string rule; // that hides it from now on; empty: none
    };
    struct Chunk {
        std::vector<Change> changes;
        std::string last; // id up to which was looked; empty: there were no more
    };

    void run(const std::stop_token &stop);
    bool sweepIfChanged(const std::stop_token &stop); // false: it could not
    Result<void> endThoseWhoseTimeIsOver();
    Result<void> sweep(const std::stop_token &stop, std::int64_t changes);
    Result<Chunk> look(const std::vector<ignores::Active> &rules, const std::string &after) const;
    Result<void> store(const std::vector<Change> &changes);
    Result<Json> write(const Store::WriteWork &work);

    Context m_context;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_work = true;
    std::jthread m_thread;
};

} // namespace crossfade
