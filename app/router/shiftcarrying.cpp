// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the shift runner does what was decided: in the store, and what lowers a share without it, where that does not
// answer.
#include "app/router/shiftrunner.h"

#include "app/router/ownrollbacks.h"
#include "app/service/log.h"
#include "app/service/withoutstore.h"

namespace crossfade {

namespace {

// Step by step it would need the store: then the rest of the way is gone at once.
Percentage loweredTo(const ShiftStatus &status, const ShiftTransition &transition) {
    return transition.cause == ShiftCause::RollbackStep ? status.rollbackFloor : transition.next.percentage;
}

std::string idOf(const PolicyRecord &record, const ShiftTransition &transition) {
    return ownRollbackId(record.policy.id, record.shiftVersion, loweredTo(record.status, transition).text());
}

} // namespace

// Where it stands: as stored, and beyond that as this runner has lowered it since.
ShiftBook::RecordPtr ShiftRunner::standing(const ShiftBook::RecordPtr &record) const {
    std::shared_ptr<PolicyRecord> lowered; // more than once: to a share first, and to nobody later
    for (std::int64_t version = record->shiftVersion;; ++version) {
        const auto own = m_state.ownRollbacks().ownOf(record->policy.id, version);
        const auto status = own ? statusFromJson(own->status) : std::nullopt;
        if (!status) break;
        if (!lowered) lowered = std::make_shared<PolicyRecord>(*record);
        lowered->status = *status;
        lowered->shiftVersion = version + 1;
    }
    return lowered ? ShiftBook::RecordPtr(lowered) : record;
}

ShiftRunner::Carried ShiftRunner::carryOut(const PolicyRecord &record, const ShiftTransition &transition,
                                           const RecordedEvent &seen, const ShiftBook::ViewPtr &view) {
    const bool lowers = transition.next.percentage < record.status.percentage;
    if (m_term != 0) {
        const Carried carried = carryIntoStore(record, transition, seen, view);
        if (carried != Carried::Unanswered || !lowers) return carried;
    }
    return lowers && lowerWithoutStore(record, transition, seen) ? Carried::Done : Carried::Unanswered;
}

ShiftRunner::Carried ShiftRunner::carryIntoStore(const PolicyRecord &record, const ShiftTransition &transition,
                                                 const RecordedEvent &seen, const ShiftBook::ViewPtr &view) {
    const bool lowers = transition.next.percentage < record.status.percentage;
    const auto happened = std::make_shared<std::atomic<bool>>(false);
    // `view` holds the guard that the transition points to.
    const auto work = [this, record, transition, seen, view, happened, lowers,
                       term = m_term](WriteTransaction &tx) -> Result<Json> {
        const Result<PolicyRecord> stored = shiftrecords::find(tx.db(), record.policy.id);
        if (!stored) return fail(stored.error());
        // Somebody was faster: what was seen no longer holds; the next look sees it anew.
        if (stored->shiftVersion != record.shiftVersion || stored->version != record.version) return Json();
        const auto done = m_acts.carryOut(tx, *stored, transition, {});
        if (!done) return fail(done.error());
        auto kept = shiftrecordings::append(tx.db(), record.policy.id, seen, term);
        if (!kept) return fail(kept.error());
        if (lowers) { // it may be stored although nobody waits for it any more
            auto noted = m_state.withoutStore().noteStored(tx, idOf(record, transition));
            if (!noted) return fail(noted.error());
        }
        tx.afterCommit([happened] { *happened = true; });
        return Json();
    };
    // A rollback of its own goes before what waits, as a person's does.
    const auto written = m_store.write(m_term, actor(), work, lowers ? Turn::First : Turn::Ordinary);
    const bool answered = written || httpStatus(written.error().kind) < 500;
    m_storeWorks = answered;
    if (!written)
        logError("a shift's step was not stored", {{"policy", record.policy.id}, {"error", written.error().message}});
    if (!answered) return Carried::Unanswered;
    return written && *happened ? Carried::Done : Carried::Overtaken;
}

// Any replica may (stack.md, "Rollback without a store"): it can only be too careful.
bool ShiftRunner::lowerWithoutStore(const PolicyRecord &record, const ShiftTransition &transition,
                                    const RecordedEvent &seen) {
    const Percentage to = loweredTo(record.status, transition);
    LocalRollback rollback;
    rollback.id = idOf(record, transition);
    rollback.at = seen.at;
    rollback.actor = actor().subject;
    rollback.reason = transition.detail;
    rollback.scope = RollbackScope::Policies;
    rollback.target = to;
    rollback.policies.push_back({record.policy.id, record.policy.name, record.status.percentage, to});
    OwnRollback own;
    own.version = record.shiftVersion;
    own.failed = transition.failed;
    own.term = judgingTerm();
    ShiftStatus next = transition.next;
    if (transition.cause == ShiftCause::RollbackStep) {
        ShiftFacts facts;
        facts.now = seen.at;
        rollback.reason = "the store does not answer: the rest of the stepwise rollback is done at once";
        next = transitions::rollBackNow({record.policy, record.status, facts}, to, rollback.reason).next;
    } else {
        own.look = recordedToJson(seen);
    }
    own.status = statusToJson(next);
    if (transition.tripped) {
        own.guardId = transition.tripped->id;
        own.evidence = m_acts.evidenceOf(record, *transition.tripped, seen.at);
    }
    if (auto kept = m_state.ownRollbacks().keepOwn(std::move(rollback), std::move(own)); !kept) {
        logError("a shift was not rolled back without the store",
                 {{"policy", record.policy.id}, {"error", kept.error().message}});
        return false;
    }
    m_book.askRestart(record.policy.id);
    return true;
}

} // namespace crossfade
