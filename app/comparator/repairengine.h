// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/deletionguard.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/repairundo.h"
#include "models/consistency/putoff.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// Executes approved repairs, at the leader alone, in their order, each exactly once: what was begun when the service died
// is looked at first, and only written if it had not been.
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
        std::optional<RefusedBy> putOff = {}; // it waits for others
        bool confirmed = false; // of such a deletion: it took one that somebody had confirmed
    };
    struct UndoOutcome {
        std::string status; // DONE, STALE, FAILED
        std::string note;
        Json verification;
        std::optional<EntityPair> pair; // as compared afterwards
        std::optional<RefusedBy> putOff = {}; // it waits for others
        bool confirmed = false; // of such a deletion: it took one that somebody had confirmed
    };

    // A repair that was begun, of which a side does not answer whether it was written.
    struct Unanswered {
        std::chrono::steady_clock::time_point since;
        std::chrono::steady_clock::time_point again;
        std::chrono::seconds pause{0};
    };

    struct Attempt;

    void loop();
    std::chrono::milliseconds untilNext() const;
    bool workOnNext();
    bool isStopping();
    Result<std::vector<std::string>> nextRepairs(Database &db);
    Result<std::string> begunBefore(Database &db) const;
    Result<void> giveUp(const std::string &repairId, const Error &error);
    Result<Json> giveUpIn(WriteTransaction &tx, const std::string &repairId, const std::string &why) const;
    Outcome refused(const Attempt &attempt, const Error &error) const;
    Result<Json> putOffIn(WriteTransaction &tx, const RepairRecord &repair, const Outcome &outcome) const;
    void rememberPutOff(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes);
    bool beginAnew();
    Result<void> endStuck();
    struct Ring;
    Result<void> carryOutRings(const std::vector<RefusedRepair> &possible);
    Result<std::vector<RepairRecord>> recordsOf(const std::vector<RefusedRepair> &refused);
    Result<std::vector<Ring>> ringsOf(std::vector<RepairRecord> repairs);
    Result<void> carryOutRing(Ring ring);
    Result<void> attemptRing(const Ring &ring, std::vector<Attempt> &attempts);
    Result<void> writeRing(Source &target, const Ring &ring, std::vector<Attempt> &attempts,
                           const std::vector<RowWrite> &taking);
    Result<std::vector<RowWrite>> giving(Source &target, const Ring &ring, const std::vector<Attempt> &attempts) const;
    std::vector<RowWrite> taking(const std::vector<Attempt> &attempts) const;
    Result<void> carryOut(std::vector<RepairRecord> repairs);
    Result<void> end(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes);
    void learnHowMany(const std::vector<Outcome> &outcomes);
    Result<void> begin(std::vector<RepairRecord> &repairs);
    Result<Json> beginIn(WriteTransaction &tx, const std::string &repairId) const;
    Result<void> recover(const RepairRecord &repair);
    Result<void> askAgainLater(const RepairRecord &repair, const Error &error);
    Result<bool> hasImage(const std::string &repairId) const;
    std::vector<Outcome> execute(const std::vector<RepairRecord> &repairs);
    static std::vector<Outcome> outcomesOf(std::vector<Attempt> &attempts, const Result<void> &done);
    Result<void> attempt(std::vector<Attempt> &attempts);
    void decide(Attempt &attempt, EntityReader &reader);
    Result<void> keepImages(const std::vector<Attempt *> &writing);
    Result<void> writeTogether(Source &target, const std::vector<Attempt *> &writing);
    Result<void> writeOneByOne(Source &target, const std::vector<Attempt *> &writing);
    void claimWritten(const std::vector<Attempt *> &writing);
    void countDeleted(const Attempt &attempt);
    Result<bool> mayDelete(const RepairRecord &repair, EntityReader &reader);
    Result<void> stopOthers(WriteTransaction &tx, const RepairRecord &repair, const deletionguard::Stop &stop) const;
    void verify(EntityReader &reader, const std::vector<Attempt *> &written) const;
    Outcome verified(const Attempt &attempt, const EntityPair &pair) const;
    Json verification(const RepairRecord &repair, const EntityPair &pair) const;
    Result<void> finish(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes);
    Result<void> finish(const RepairRecord &repair, const Outcome &outcome);
    Result<Json> finishIn(WriteTransaction &tx, const RepairRecord &repair, const Outcome &outcome) const;
    void dropOldImages();
    bool undoNext();
    Result<std::string> nextUndo(Database &db);
    Result<void> endUndo(const UndoRecord &undo, UndoOutcome outcome);
    bool workOnUndosPutOff();
    Result<void> undoRings(const std::vector<RefusedRepair> &possible);
    Result<void> undoRing(const Ring &ring, const std::vector<const UndoRecord *> &undos, std::vector<Attempt> &attempts,
                          EntityReader &reader);
    void wrote(const std::string &target);
    std::string ringName(const RepairRecord &repair) const;
    Result<void> beginUndo(const std::string &repairId);
    UndoOutcome writeBack(const UndoRecord &undo);
    UndoOutcome undone(const UndoRecord &undo, EntityReader &reader, const std::string &note) const;
    Result<void> finishUndo(const std::string &repairId, const RepairRecord *repair, const UndoOutcome &outcome);
    Result<void> reopen(WriteTransaction &tx, const RepairRecord &repair, const EntityPair &pair) const;
    Result<Json> write(const Store::WriteWork &work);

    Context m_context;
    std::deque<std::string> m_next; // approved and due when they were looked for, in their order
    PutOff m_putOff;                // they are approved, and not found with the others
    PutOff m_undoPutOff;            // the same of undos
    std::set<std::string> m_undoWaiting; // those in it
    bool m_beginAnew = true;        // what is stored of those that were put off is of another time
    std::size_t m_atOnce = 1;       // that many are carried out together
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
