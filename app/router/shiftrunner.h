// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/alertrecords.h"
#include "app/router/measurements.h"
#include "app/router/probes.h"
#include "app/router/promprovider.h"
#include "app/router/runnerstore.h"
#include "app/router/shiftacts.h"
#include "app/router/shiftrecordings.h"
#include "app/service/service.h"
#include "models/shift/transitions.h"

#include <atomic>
#include <map>
#include <string>

namespace crossfade {

// The guard loop: looks at every policy, judges its guards at its interval, asks the shift machine,
// and carries out what that decides. Lives in the service: it needs no console.
class ShiftRunner {
public:
    ShiftRunner(Service &service, RouterState &state, ShiftBook &book, ShiftActs &acts, Measurements &measurements,
                Probes &probes, PromProvider &prometheus, ShiftMetrics &metrics);

    // Reads policies, judgements and slots. As the only replica: begins to lead, too.
    Result<void> load();
    void look();       // a few times a second, on one thread
    void eachSecond(); // keeps slots and judgements, sends metrics.tick; same thread

private:
    struct Pending { // judged, not yet stored
        std::string policyId;
        Guard guard;
        Judgement judgement;
        std::int64_t term = 0;
    };

    struct Proof { // that what a rollback goes back to is on disk
        std::int64_t shiftVersion = 0;
        Instant at{};
        Fact fact;
    };

    static const Actor &actor(); // of what the runner does
    static std::int64_t secondOf(Instant instant);
    static Instant startOf(std::int64_t second);
    static bool isJudged(ShiftState state); // judged, shown and told; whether it acts is guardsAct()

    // Whoever leads does so from what is stored; shifts that were baking when the leader before it (or
    // the service) ended begin anew. Followers do nothing, and show what the leader judged and saw.
    void noteTerm();
    void follow(const std::vector<ShiftBook::RecordPtr> &records, Instant now);
    Result<void> followOne(Database &db, const std::string &id, Instant now);
    Result<void> lead();
    // Whether the approval that the policy waits for can still be answered.
    static bool isAsked(Database &db, const PolicyRecord &record);
    Result<std::vector<PolicyRecord>> readViews(Database &db);
    void lookAt(const ShiftBook::RecordPtr &record, Instant now);
    // Answers what it judged by, for the record.
    std::vector<RecordedReading> judge(const PolicyRecord &record, ShiftView &view, Instant now);
    WindowReading read(const PolicyRecord &record, const Guard &guard, Instant now) const;
    ShiftFacts gather(const PolicyRecord &record, const ShiftView &view, Instant now);
    void gatherStart(const PolicyRecord &record, ShiftFacts &facts) const;
    Fact rollbackPath(const PolicyRecord &record, const std::string &otherUrl, Instant now);
    Fact reverseSyncs(Platform changesOf, Instant now) const;
    Fact servesRequests(const PolicyRecord &record, Platform other, Instant now) const;
    Fact previousEpoch(const PolicyRecord &record, Instant now);
    enum class Carried { Done, Overtaken, Unanswered }; // Overtaken: by another act, or refused
    // Done: `seen` is stored with it. `view`: whose guard the transition points to, if to any.
    Carried carryOut(const PolicyRecord &record, const ShiftTransition &transition, const RecordedEvent &seen,
                     const ShiftBook::ViewPtr &view);
    Carried carryIntoStore(const PolicyRecord &record, const ShiftTransition &transition, const RecordedEvent &seen,
                           const ShiftBook::ViewPtr &view);
    bool lowerWithoutStore(const PolicyRecord &record, const ShiftTransition &transition, const RecordedEvent &seen);
    ShiftBook::RecordPtr standing(const ShiftBook::RecordPtr &record) const;
    // Of the leader that judges here, also once the store is silent.
    std::int64_t judgingTerm() const { return m_term != 0 ? m_term : m_lastTerm; }
    void alarm(const PolicyRecord &record, const Guard &guard, const GuardMemory &memory);
    void tellOfUnreadable(const std::vector<std::string> &ids);
    void watchWhatPoliciesName();
    void watchExpressions();
    void keepRows(std::int64_t nowSecond);
    void store(std::int64_t nowSecond);
    void takeStored(); // what became of the last one
    void boundWaiting(Instant now);
    void tick(Instant now);
    void keepAlerts(Instant now);

    Service &m_service;
    RouterState &m_state;
    ShiftBook &m_book;
    ShiftActs &m_acts;
    Measurements &m_measurements;
    Probes &m_probes;
    PromProvider &m_prometheus;
    ShiftMetrics &m_metrics;
    RunnerStore m_store;
    const Seconds m_remindEvery; // what still waits for a person is told again
    Instant m_alertsKeptAt{};
    Instant m_followedAt{};
    std::int64_t m_term = 0;     // 0: another replica leads, or nobody knows
    std::int64_t m_lastTerm = 0; // last held; 0: never
    // The store is silent, so nobody is known to lead: each replica judges what it sees, and only lowers.
    bool m_alone = false;
    Instant m_triedToLead{};
    // Slots to be stored: of a follower those of the last minutes, which the leader may have died with.
    std::map<std::pair<std::int64_t, SlotKey>, Measurements::Row> m_rows;
    std::vector<std::string> m_unreadable;
    std::vector<Pending> m_pending; // oldest first
    ShiftRecorder m_recorder;
    std::map<std::string, AlertDraft> m_alarms; // not yet stored, by dedupe key
    // On its way into the store, which nothing waits for: an import may be before it.
    struct Batch {
        std::map<std::pair<std::int64_t, SlotKey>, Measurements::Row> rows;
        std::vector<Pending> judgements;
        ShiftRecorder::Waiting looks;
        std::map<std::string, AlertDraft> alarms;
        std::map<std::string, Json> judged;
        std::int64_t term = 0; // of who looked
        bool again = false; // after one of which it is not known whether it was stored
        std::mutex mutex;
        std::optional<Result<void>> result; // none: still under way
    };
    static Result<void> storeAll(WriteTransaction &tx, const Batch &batch, std::int64_t nowSecond);
    std::shared_ptr<Batch> m_storing; // null: none
    std::map<std::string, Proof> m_proofs; // by policy
    std::map<std::string, Json> m_judged; // policies judged since the last second: guard.judged
    std::int64_t m_lastSecond = 0;
    bool m_storeWorks = true;
    bool m_again = false; // the last batch failed
};

} // namespace crossfade
