// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/rollbackcatchup.h"

#include "app/router/alertrecords.h"
#include "app/router/grouprecords.h"
#include "app/router/rollbackorder.h"
#include "app/router/unreadablepolicy.h"
#include "models/routing/routingjson.h"

#include <algorithm>

namespace crossfade {

namespace {

// How long an Idempotency-Key is the same request; after that its id is another act's.
constexpr std::chrono::hours KeyHolds{24};

constexpr const char *RolledBackWord = "ROLLED_BACK";
constexpr const char *ThereAlready = "THERE_ALREADY"; // by another, or nothing was above
constexpr const char *LiftedSince = "LIFTED";         // an operator began anew after it
constexpr const char *GoneWord = "GONE";
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

// Whether they would be ended by it: a master NEW by a rollback of everything alone.
bool concerns(const Switches &switches, RollbackScope scope) {
    return switches.forwardOnly || (scope == RollbackScope::All && switches.master == Master::New);
}

// Whether the switches were off at some time since then: what they are now was somebody's choice after that.
Result<bool> wereOffSince(Database &db, Instant at, RollbackScope scope) {
    const auto rows = db.query("SELECT after_json FROM revision WHERE kind = 'switches' AND at > ? OR seq = (SELECT "
                               "max(seq) FROM revision WHERE kind = 'switches' AND at <= ?) ORDER BY seq",
                               {toMs(at), toMs(at)});
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        const auto json = parseJson(row.text(0));
        const auto switches = json ? switchesFromJson(*json) : fail(json.error());
        if (switches && !concerns(*switches, scope)) return true;
    }
    return false;
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
    draft.dedupeKey = rollback.id + ":ROLLBACK_NOT_STORED";
    return alertrecords::raise(tx, draft);
}

Result<void> RollbackCatchUp::store(WriteTransaction &tx, const LocalRollback &rollback) {
    const auto stored = isStored(tx, rollback);
    if (!stored) return fail(stored.error());
    if (*stored) return {};
    auto policiesDone = policies(tx, rollback);
    if (!policiesDone) return fail(policiesDone.error());
    auto groupsDone = groups(tx, rollback);
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

Result<Json> RollbackCatchUp::policies(WriteTransaction &tx, const LocalRollback &rollback) {
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
        auto became = policy(tx, rollback, id);
        if (!became) return fail(became.error());
        done[id] = std::move(*became);
    }
    return done;
}

Result<std::string> RollbackCatchUp::policy(WriteTransaction &tx, const LocalRollback &rollback, const std::string &id) {
    const auto before = shiftrecords::find(tx.db(), id);
    if (!before && before.error().kind == ErrorKind::NotFound) return std::string(GoneWord);
    if (!before && shiftrecords::unreadable(tx.db(), id)) {
        const auto lowered = unreadablepolicy::lower(m_state, tx, id, rollback.target, rollback.reason);
        if (!lowered) return fail(lowered.error());
        return std::string(*lowered ? RolledBackWord : ThereAlready);
    }
    if (!before) return fail(before.error());
    const auto acts = raisingActs(tx.db(), id, rollback.at);
    if (!acts) return fail(acts.error());
    if (isLifted(rollback.target, rollback.at, *acts)) return std::string(LiftedSince);
    if (before->status.state == ShiftState::Finalized && before->status.percentage > rollback.target) {
        if (auto told = alert(tx, rollback, before->policy.name + " was finalized before"); !told)
            return fail(told.error());
        return std::string(FinalizedWord);
    }
    if (!concernedByAll(*before, rollback.target)) return std::string(ThereAlready);
    const ShiftOrder order = rollbackOf(*before, rollback.target, RollbackMode::Immediate);
    const auto transition = obey(before->policy, before->status, order, tx.now());
    if (!transition) return fail(transition.error());
    const auto after = m_acts.carryOut(tx, *before, *transition, rollback.reason, &order, rollback.at);
    if (!after) return fail(after.error());
    return std::string(RolledBackWord);
}

Result<Json> RollbackCatchUp::groups(WriteTransaction &tx, const LocalRollback &rollback) {
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
        const auto taken = m_state.groupCatchUp()(tx, group, rollback.at, rollback.reason);
        if (!taken) return fail(taken.error());
        done[group.id] = *taken ? RolledBackWord : ThereAlready;
    }
    return done;
}

Result<bool> RollbackCatchUp::switches(WriteTransaction &tx, const LocalRollback &rollback) {
    if (rollback.scope != RollbackScope::All && !rollback.endsForwardOnly) return false;
    const auto before = RouterState::switches(tx.db());
    if (!before) return fail(before.error());
    if (!concerns(*before, rollback.scope)) return false;
    const auto wereOff = wereOffSince(tx.db(), rollback.at, rollback.scope);
    if (!wereOff) return fail(wereOff.error());
    if (*wereOff) return false;
    Switches after = *before;
    if (rollback.scope == RollbackScope::All && after.master == Master::New) after.master = Master::Off;
    after.forwardOnly = false;
    auto set = m_state.setSwitches(tx, after, {"ROLLBACK", rollback.reason});
    if (!set) return fail(set.error());
    return true;
}

} // namespace crossfade
