// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/rollbackcatchup.h"

#include "app/router/alertrecords.h"
#include "app/router/approvalrecords.h"
#include "app/router/grouprecords.h"
#include "app/router/rollbackorder.h"
#include "app/router/shiftrecordings.h"
#include "app/router/unreadablepolicy.h"
#include "models/routing/routingjson.h"

#include <algorithm>

namespace crossfade {

namespace {

// How long an Idempotency-Key is the same request; after that its id is another act's.
constexpr std::chrono::hours KeyHolds{24};
// A router that kept a rollback on its own disk brings it later than that only if it stood still for so long; it
// then finds what operators did since, and takes nobody back whom they moved.
constexpr std::chrono::hours ActsKept{30 * 24};

constexpr const char *RolledBackWord = "ROLLED_BACK";
constexpr const char *ThereAlready = "THERE_ALREADY"; // by another, or nothing was above
constexpr const char *LiftedSince = "LIFTED";         // an operator began anew after it
constexpr const char *GoneWord = "GONE";
constexpr const char *AnsweredWord = "ANSWERED"; // what nobody had answered here, somebody has elsewhere
constexpr const char *FinalizedWord = "FINALIZED"; // there is no shift to roll back any more

Result<std::vector<RaisingAct>> raisingActs(Database &db, const std::string &policyId, Instant after) {
    const auto rows = db.query("SELECT at, from_percentage, cause, actor FROM shift_history WHERE policy_id = ? AND at > ?",
                               {policyId, toMs(after)});
    if (!rows) return fail(rows.error());
    std::vector<RaisingAct> acts;
    for (const SqlRow &row : *rows) {
        if (mayRaise(row.text(2), row.text(3)))
            acts.push_back({instantFromMs(row.integer(0)), Percentage::fromHundredths(row.integer(1))});
    }
    return acts;
}

// Whether they would be ended by it: a master NEW by a rollback of everything, or of the switches, alone.
bool concerns(const Switches &switches, const LocalRollback &rollback) {
    if (rollback.toLegacy) return switches.master != Master::Legacy;
    const bool master = rollback.scope == RollbackScope::All || rollback.scope == RollbackScope::Switches;
    return (master && switches.master == Master::New) || (switches.forwardOnly && (master || rollback.endsForwardOnly));
}

// Whether it did not concern the switches at some time since then: what they are now was somebody's choice after that.
Result<bool> wereOffSince(Database &db, const LocalRollback &rollback) {
    const Instant at = rollback.at;
    const auto rows = db.query("SELECT after_json FROM revision WHERE kind = 'switches' AND at > ? OR seq = (SELECT "
                               "max(seq) FROM revision WHERE kind = 'switches' AND at <= ?) ORDER BY seq",
                               {toMs(at), toMs(at)});
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        const auto json = parseJson(row.text(0));
        const auto switches = json ? switchesFromJson(*json) : fail(json.error());
        if (switches && !concerns(*switches, rollback)) return true;
    }
    return false;
}

std::string keyOfAlert(const LocalRollback &rollback) {
    return rollback.id + ":ROLLBACK_NOT_STORED";
}

} // namespace

Result<bool> RollbackCatchUp::isStored(WriteTransaction &tx, const LocalRollback &rollback) {
    const auto rows = tx.db().query("SELECT 1 FROM rollback_act WHERE id = ? AND at > ?",
                                    {rollback.id, toMs(rollback.at - KeyHolds)});
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<void> RollbackCatchUp::noteStored(WriteTransaction &tx, const std::string &id) {
    auto noted = tx.db().execute("INSERT INTO rollback_act (id, at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET "
                                 "at = excluded.at",
                                 {id, toMs(tx.now())});
    if (!noted) return fail(noted.error());
    // A rollback waits for no long clearing up: few at a time, and still more than come.
    auto forgotten = tx.db().execute("DELETE FROM rollback_act WHERE id IN (SELECT id FROM rollback_act WHERE at < ? "
                                     "ORDER BY at LIMIT 100)", {toMs(tx.now() - ActsKept)});
    if (!forgotten) return fail(forgotten.error());
    return {};
}

Result<void> RollbackCatchUp::alert(WriteTransaction &tx, const LocalRollback &rollback, const std::string &why) {
    AlertDraft draft;
    draft.type = "ROLLBACK_NOT_STORED";
    draft.severity = "HIGH";
    draft.message = "The rollback that " + rollback.actor + " did at " + formatInstant(rollback.at) +
                    " while the store did not answer was not stored: " + why;
    draft.details = {{"rollback", rollback.id}, {"request_id", rollback.requestId}};
    draft.subjectType = "rollback";
    draft.subjectId = rollback.id;
    draft.dedupeKey = keyOfAlert(rollback);
    return alertrecords::raise(tx, draft);
}

Result<void> RollbackCatchUp::settle(WriteTransaction &tx, const LocalRollback &rollback) {
    return alertrecords::settle(tx, keyOfAlert(rollback));
}

Result<void> RollbackCatchUp::store(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own) {
    const auto stored = isStored(tx, rollback);
    if (!stored) return fail(stored.error());
    if (*stored) return {};
    if (auto answered = answer(tx, rollback); !answered) return answered;
    auto policiesDone = policies(tx, rollback, own);
    if (!policiesDone) return fail(policiesDone.error());
    auto groupsDone = groups(tx, rollback, own);
    if (!groupsDone) return fail(groupsDone.error());
    const auto switched = switches(tx, rollback);
    if (!switched) return fail(switched.error());
    const Json outcome{{"rollback", localRollbackToJson(rollback)},
                       {"stored_at", formatInstant(tx.now())},
                       {"policies", std::move(*policiesDone)},
                       {"groups", std::move(*groupsDone)},
                       {"switches_ended", *switched}};
    tx.audit({"rollback.local", "rollback", rollback.id, {}, outcome, rollback.reason});
    tx.emit("rollback.local", {{"rollback", outcome.at("rollback")}, {"stored_at", outcome.at("stored_at")}});
    return noteStored(tx, rollback.id);
}

// Who was first to answer in the store has answered; the users are back all the same.
Result<void> RollbackCatchUp::answer(WriteTransaction &tx, const LocalRollback &rollback) {
    if (rollback.approvalId.empty()) return {};
    const auto approval = approvalrecords::find(tx.db(), rollback.approvalId);
    if (!approval && approval.error().kind == ErrorKind::NotFound) return {};
    if (!approval) return fail(approval.error());
    if (approval->state != ApprovalState::Open) return {};
    const auto closed = approvalrecords::close(tx, rollback.approvalId, ApprovalState::Approved, rollback.actor,
                                               rollback.reason);
    if (!closed) return fail(closed.error());
    return {};
}

Result<Json> RollbackCatchUp::policies(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own) {
    Json done = Json::object();
    std::vector<std::string> ids;
    for (const LocalRollback::Policy &one : rollback.policies)
        ids.push_back(one.id);
    if (rollback.scope == RollbackScope::All) {
        // Also those that this router did not know of.
        std::vector<std::string> unreadable;
        const auto records = shiftrecords::all(tx.db(), &unreadable);
        if (!records) return fail(records.error());
        for (const PolicyRecord &record : *records) {
            if (concernedByAll(record, rollback.target)) ids.push_back(record.policy.id);
        }
        ids.insert(ids.end(), unreadable.begin(), unreadable.end());
    }
    for (const std::string &id : ids) {
        if (done.contains(id)) continue;
        auto became = policy(tx, rollback, own, id);
        if (!became) return fail(became.error());
        done[id] = std::move(*became);
    }
    return done;
}

// In its record and its history stands what would have stood there had the store answered.
Result<std::string> RollbackCatchUp::asDecided(WriteTransaction &tx, const LocalRollback &rollback,
                                               const OwnRollback &own, const PolicyRecord &before,
                                               const ShiftStatus &next) {
    ShiftTransition transition;
    transition.next = next;
    transition.cause = ShiftCause::RolledBack;
    transition.detail = rollback.reason;
    transition.failed = own.failed;
    transition.closesApproval = !before.status.approvalId.empty();
    const auto guard = std::ranges::find(before.policy.guards, own.guardId, &Guard::id);
    if (guard != before.policy.guards.end()) transition.tripped = &*guard;
    RecordedEvent look;
    look.at = rollback.at;
    look.shiftVersion = own.version;
    if (!own.look.is_null() && readRecorded(own.look, look)) {
        auto kept = shiftrecordings::append(tx.db(), before.policy.id, look, own.term);
        if (!kept) return fail(kept.error());
    }
    const auto after = m_acts.carryOut(tx, before, transition, {}, nullptr, rollback.at, &own.evidence);
    if (!after) return fail(after.error());
    return std::string(RolledBackWord);
}

Result<std::string> RollbackCatchUp::policy(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own,
                                            const std::string &id) {
    const auto before = shiftrecords::find(tx.db(), id);
    if (!before && before.error().kind == ErrorKind::NotFound) return std::string(GoneWord);
    if (!before && shiftrecords::unreadable(tx.db(), id)) {
        const auto lowered = unreadablepolicy::lower(m_state, tx, id, rollback.target, rollback.reason);
        if (!lowered) return fail(lowered.error());
        return std::string(*lowered ? RolledBackWord : ThereAlready);
    }
    if (!before) return fail(before.error());
    if (own && own->version == before->shiftVersion) {
        if (const auto next = statusFromJson(own->status)) return asDecided(tx, rollback, *own, *before, *next);
    }
    if (own && own->guardId.empty()) return std::string(AnsweredWord);
    const auto acts = raisingActs(tx.db(), id, rollback.at);
    if (!acts) return fail(acts.error());
    if (isLifted(rollback.target, rollback.at, *acts)) return std::string(LiftedSince);
    if (before->status.state == ShiftState::Finalized && before->status.percentage > rollback.target) {
        if (auto told = alert(tx, rollback, before->policy.name + " was finalized before"); !told)
            return fail(told.error());
        return std::string(FinalizedWord);
    }
    if (!concernedByAll(*before, rollback.target)) return std::string(ThereAlready);
    ShiftOrder order = rollbackOf(*before, rollback.target, RollbackMode::Immediate);
    const bool proposed = before->status.state == ShiftState::RollbackProposed && !rollback.approvalId.empty() &&
                          before->status.approvalId == rollback.approvalId;
    if (proposed) order.command = ShiftCommand::Approve;
    const auto transition = obey(before->policy, before->status, order, tx.now());
    if (!transition) return fail(transition.error());
    const auto after = m_acts.carryOut(tx, *before, *transition, rollback.reason, &order, rollback.at);
    if (!after) return fail(after.error());
    return std::string(RolledBackWord);
}

Result<Json> RollbackCatchUp::groups(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own) {
    Json done = Json::object();
    std::vector<LocalRollback::Group> groups = rollback.groups;
    if (rollback.scope == RollbackScope::All) {
        std::vector<std::string> unreadable;
        const auto records = grouprecords::all(tx.db(), &unreadable);
        if (!records) return fail(records.error());
        for (const GroupRecord &record : *records)
            groups.push_back({record.group.id, record.group.name, std::nullopt, 0});
        for (const std::string &id : unreadable)
            groups.push_back({id, {}, std::nullopt, 0});
    }
    for (const LocalRollback::Group &group : groups) {
        if (done.contains(group.id)) continue;
        const auto taken = m_state.groupCatchUp()(tx, group, rollback.at, rollback.reason, own);
        if (!taken) return fail(taken.error());
        done[group.id] = *taken ? RolledBackWord : ThereAlready;
    }
    return done;
}

Result<bool> RollbackCatchUp::switches(WriteTransaction &tx, const LocalRollback &rollback) {
    const auto before = RouterState::switches(tx.db());
    if (!before) return fail(before.error());
    if (!concerns(*before, rollback)) return false;
    const auto wereOff = wereOffSince(tx.db(), rollback);
    if (!wereOff) return fail(wereOff.error());
    if (*wereOff) return false;
    Switches after = *before;
    if (rollback.toLegacy) {
        after.master = Master::Legacy;
    } else {
        const bool master = rollback.scope == RollbackScope::All || rollback.scope == RollbackScope::Switches;
        if (master && after.master == Master::New) after.master = Master::Off;
        after.forwardOnly = false;
    }
    const char *cause = rollback.scope == RollbackScope::Switches ? "SWITCHES" : "ROLLBACK";
    auto set = m_state.setSwitches(tx, after, {cause, rollback.reason});
    if (!set) return fail(set.error());
    return true;
}

} // namespace crossfade
