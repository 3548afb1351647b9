// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/transaction.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace crossfade {

struct WriteJob {
    Actor actor;
    std::function<Result<void>(StoreTransaction &)> work;
    // Called after the work was rolled back for a refusal (below 500), in the same transaction:
    // what is written here stays. May be empty.
    std::function<void(Database &, const Error &)> refused;
    std::function<void(Result<void>)> done; // once, after the commit
    std::chrono::steady_clock::time_point submitted{}; // set by submit()
    Turn turn = Turn::Ordinary;
    int gaveWay = 0; // how often it was begun in vain
};

// The one writer thread with group commit: all queued works share one transaction and one fsync,
// each between its own savepoint and release.
class Writer {
public:
    struct Start {
        std::int64_t epoch = 0;
        ChainHead head;          // what the head file says
        bool headFits = true;    // false: the head file stays as it is, the finding must not vanish
    };
    using Events = std::function<void(std::vector<StoredEvent>)>;
    Writer(std::unique_ptr<StoreConnection> database, AuditHeadFile headFile,
           const Environment &environment, std::size_t maxQueued, Start start);
    ~Writer();

    void setEvents(Events events);
    // Told of each change: from submitting it until it is on disk, or refused.
    using Times = std::function<void(std::chrono::steady_clock::duration)>;
    void setTimes(Times times);
    // Where others write to the store too: what they committed after that epoch, read within the writer's
    // transaction; answers the epoch it stands at then. On the writer thread, before anything of ours that
    // comes later: so everything is published in the order of the commits.
    using TakeUp = std::function<Result<std::int64_t>(StoreConnection &, std::int64_t after)>;
    void setTakeUp(TakeUp takeUp);
    void lookAround(); // any thread: others may have committed
    // Told whether a change that goes first waits or runs here, so that large ones elsewhere give way. Any thread,
    // quickly: it is called with changes waiting.
    using Hurry = std::function<void(bool)>;
    void setHurry(Hurry hurry);
    std::size_t queued() const;
    void submit(WriteJob job);
    void stop(); // finishes what is queued
    std::int64_t epoch() const { return m_epoch.load(); }
    // Commits of which it was not known at once whether they took effect.
    std::int64_t unknownCommits() const { return m_unknownCommits.load(); }

private:
    struct Outcome {
        WriteJob job;
        Result<void> result;
        std::unique_ptr<StoreTransaction> transaction;
        bool gaveWay = false; // undone, to be done again
    };

    void run();
    std::vector<Outcome> takeGroup();
    void takeRest(std::vector<Outcome> &group);
    void idle();
    void takeUpIdle();
    Result<void> takeUpFound();
    Result<void> takeUp();
    void commitGroup(std::vector<Outcome> &group);
    Result<void> runAll(std::vector<Outcome> &group);
    void runOne(Outcome &outcome);
    Result<void> commit(std::vector<Outcome> &group);
    Result<void> settle(bool patiently);
    void published(std::vector<Outcome> &group);
    void tellTimes(const std::vector<Outcome> &group);
    void advanceHead(const std::vector<Outcome> &group);
    bool isFirstWaiting() const;
    bool letFirst();
    void giveWay(Outcome &outcome);
    void answer(std::vector<Outcome> &group);

    std::unique_ptr<StoreConnection> m_database;
    AuditHeadFile m_headFile;
    ChainHead m_writtenHead;
    bool m_headFits;
    const Environment &m_environment;
    const std::size_t m_maxQueued;
    std::atomic<std::int64_t> m_epoch;
    std::atomic<std::int64_t> m_unknownCommits = 0;
    std::vector<Outcome> m_unsettled; // may have been committed or not; answered as such already
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<WriteJob> m_queue;
    Events m_events;
    Times m_times;
    TakeUp m_takeUp;
    std::string m_takeUpError; // said last
    Hurry m_hurry;
    int m_firsts = 0; // that wait or run
    bool m_lookAround = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
