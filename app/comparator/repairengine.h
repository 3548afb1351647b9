// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/deletionguard.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/repairundo.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace crossfade {

// Executes approved repairs, at the leader alone, one after the other, each exactly once: what was begun when the
// service died is looked at first, and only written if it had not been.
class RepairEngine {
public:
    explicit RepairEngine(Context context);
    ~RepairEngine();
    void start();
    void stop();
    void wake(); // a repair was approved, or its undo asked for

private:
    // How an execution ended.
    struct Outcome {
        RepairCommand command = RepairCommand::Fail;
        std::string note;
        Json verification;
        bool wrote = false;
        std::string writtenPrint = {}; // of the row as it was left; exactPrint()
    };
    struct UndoOutcome {
        std::string status; // DONE, STALE, FAILED
        std::string note;
        Json verification;
        std::optional<EntityPair> pair; // as compared afterwards
    };

    // A repair that was begun, of which a side does not answer whether it was written.
    struct Unanswered {
        std::chrono::steady_clock::time_point since;
        std::chrono::steady_clock::time_point again;
        std::chrono::seconds pause{0};
    };

    void loop();
    std::chrono::milliseconds untilNext() const;
    bool workOnNext();
    Result<void> begin(const std::string &repairId);
    Result<Json> beginIn(WriteTransaction &tx, const std::string &repairId) const;
    Result<void> recover(const RepairRecord &repair);
    Result<void> askAgainLater(const RepairRecord &repair, const Error &error);
    Result<bool> hasImage(const std::string &repairId) const;
    Outcome execute(const RepairRecord &repair);
    Result<void> keepImage(const RepairRecord &repair, const EntityPair &pair);
    Result<void> mayDelete(const RepairRecord &repair, EntityReader &reader);
    Result<void> stopOthers(WriteTransaction &tx, const RepairRecord &repair, const deletionguard::Stop &stop) const;
    Outcome verify(const RepairRecord &repair, EntityReader &reader, const WrittenRow &written) const;
    Json verification(const RepairRecord &repair, const EntityPair &pair) const;
    Result<void> finish(const RepairRecord &repair, const Outcome &outcome);
    void dropOldImages();
    bool undoNext();
    Result<void> beginUndo(const std::string &repairId);
    UndoOutcome writeBack(const UndoRecord &undo);
    UndoOutcome undone(const UndoRecord &undo, EntityReader &reader, const std::string &note) const;
    Result<void> finishUndo(const std::string &repairId, const RepairRecord *repair, const UndoOutcome &outcome);
    Result<void> reopen(WriteTransaction &tx, const RepairRecord &repair, const EntityPair &pair) const;
    Result<Json> write(const Store::WriteWork &work);

    Context m_context;
    std::optional<Instant> m_nextDue; // of the approved ones that wait for their time, the first
    // The last mapping whose sides were counted: of a thousand deletions not each counts them anew.
    std::string m_countedMapping;
    std::chrono::steady_clock::time_point m_countAnewAt{};
    deletionguard::Rows m_counted;
    std::map<std::string, Unanswered> m_unanswered; // by repair
    std::chrono::steady_clock::time_point m_dropImagesAt{};
    std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_work = true;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
