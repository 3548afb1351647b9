// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/synclistener.h"
#include "app/comparator/synctasks.h"
#include "app/comparator/syncworkers.h"
#include "models/sync/changewindow.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <span>
#include <stop_token>
#include <thread>

namespace crossfade {

// Carries one sync out, on a thread of its own: works on its tasks, copies what exists, follows changes. What it has
// done is stored with the place it has come to, so that after a sudden end it goes on from there; what it did in
// between it finds done.
class SyncFollower {
public:
    SyncFollower(const Context &context, SyncWorkers &workers, std::string configId);
    ~SyncFollower();
    void wake();
    void askToStop(); // ends what the sources are doing; the destructor waits

private:
    using Clock = std::chrono::steady_clock;
    // What a commit stores beside the results: marks, checkpoints.
    using Also = std::function<Result<void>(WriteTransaction &)>;
    using RememberedItem = std::pair<std::string, SyncBase>;
    enum class Pass { Poll, Sweep, Backfill };

    // A stretch of all rows, in the order of their keys.
    struct Item {
        std::string key;
        std::optional<SyncBase> base; // to be remembered; else the entity is to be worked on
    };
    struct Segment {
        std::vector<Item> items;
        std::vector<std::string> deletions;
        std::optional<std::string> last; // of the keys looked at
        std::int64_t rows = 0;
        bool ended = false;
    };
    struct Scan {
        Pass pass = Pass::Sweep;
        SideCounts legacy;
        SideCounts fresh;
        bool fromStart = true;
        std::vector<std::string> deletions;
        SideCounts &side(Platform side) { return side == Platform::Legacy ? legacy : fresh; }
    };

    // What is known of a side's change table beyond its mark.
    struct Captured {
        std::string place;
        ChangeWindow window;
        SideCounts counts; // of deletions since the last look at all rows
    };

    void run(const std::stop_token &stop);
    Result<void> intend(const std::vector<IntendedWrite> &writes) const;
    Result<void> forgetIntents(Database &db) const;
    Result<void> settleIntents();
    Result<std::chrono::milliseconds> step();
    Result<void> prepare();
    Result<void> tasks();
    Result<void> pass();
    bool isDue(Instant now) const;
    Result<void> poll(Platform side);
    Result<void> pollPage(Platform side, std::span<const SourceRow> rows, SideCounts &counts);
    Result<void> followTable(Platform side);
    Result<void> lookAt(Platform side, const std::vector<std::string> &keys, SideCounts &counts,
                        std::set<std::string> &gone);
    Result<void> carryGone(Platform side, const std::set<std::string> &gone);
    Result<void> judgeGone(Platform side, SideCounts &counts);
    Result<void> lookForNewNumbers(Platform side, SyncLink &link);
    Result<std::optional<ChangePlace>> lastPlace(Platform side, SyncLink &link);
    void listen();
    Result<void> scan(Pass pass);
    Result<void> beginScan(Scan &scan, std::optional<std::string> &after);
    Result<Segment> gather(Scan &scan, const std::optional<std::string> &after);
    Result<void> judge(Scan &scan, Segment &segment, const SyncBases &bases, const std::string &key,
                       const KeyedRow *legacy, const KeyedRow *fresh) const;
    Result<void> carryOut(Scan &scan, const Segment &segment);
    Result<void> endScan(Scan &scan);
    Result<void> lookAtTheLeft();
    Result<void> clearBases();

    Result<void> work(const std::vector<std::string> &keys, const std::vector<RememberedItem> &remembered,
                      const Also &also, bool passTasksBy);
    Result<std::vector<EntityResult>> syncAll(const std::vector<std::string> &keys, const SyncBases &bases,
                                              const SyncTasks &tasks);
    Result<void> commit(const std::vector<EntityResult> &results, const std::vector<RememberedItem> &remembered,
                        const SyncTasks &tasks, const Also &also);
    Result<void> stopFor(const std::optional<std::string> &cause);
    Result<void> noteError(const std::string &error);
    Result<void> goesOn() const; // Cancelled when stopping or in another state by now
    Result<Json> write(const Store::WriteWork &work) const;
    Result<SyncLink *> link(std::size_t index);
    void dropLinks();
    void renewLink();
    void tidy();
    Instant now() const { return m_context.store.environment().now(); }
    double chance() { return std::uniform_real_distribution<double>(0, 1)(m_random); }

    Context m_context;
    SyncWorkers &m_workers;
    const std::string m_id;
    SyncRecord m_record;
    SyncPlan m_plan;
    std::string m_linkedTo;
    std::string m_error = "?"; // as it is stored; at first nobody knows
    int m_failures = 0;
    std::set<std::string> m_resting; // of the last work, what differs within a tolerance and is left so
    // What a poll of each side saw of such entities: its change column finds them again and again.
    std::map<std::string, std::string> m_nearSeen[2];
    Captured m_captured[2]; // of LEGACY, of NEW
    bool m_unsettled = true; // intents may be left, of which nobody knows whether they were written
    Clock::time_point m_lastTold{};
    Clock::time_point m_lastTidied{};
    std::mt19937_64 m_random{std::random_device{}()};

    mutable std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_work = true;
    bool m_stopping = false;
    std::vector<std::unique_ptr<SyncLink>> m_links; // one for each worker
    struct Listening {
        std::string to; // what it listens to; "": nothing
        std::unique_ptr<SyncListener> listener;
    };
    Listening m_listening[2]; // of LEGACY, of NEW
    std::jthread m_thread;
};

} // namespace crossfade
