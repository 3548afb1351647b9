// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftacts.h"

#include "app/router/alertrecords.h"
#include "app/router/finalizing.h"
#include "app/router/shiftrecordings.h"
#include "app/service/killpoint.h"
#include "models/core/refusals.h"
#include "models/shift/changewindows.h"
#include "models/shift/takeover.h"

#include <algorithm>
#include <cctype>

namespace crossfade {

namespace {

constexpr std::int64_t EvidenceSeconds = 300; // of the series around a breach

std::string resultWord(const ShiftTransition &transition) {
    return transition.failed ? "HELD" : "SUCCESS";
}

HistoryEntry historyOf(WriteTransaction &tx, const PolicyRecord &before, const PolicyRecord &after,
                       const ShiftTransition &transition, const std::string &reason,
                       const Json &evidence) {
    HistoryEntry entry;
    entry.id = tx.newId();
    entry.policyId = after.policy.id;
    // Of the runner's own acts the look that decided it, which may be a moment ago.
    entry.at = after.status.since == before.status.since ? tx.now() : after.status.since;
    // Taken over, nobody moves.
    entry.from = transition.takesOver ? after.status.percentage : before.status.percentage;
    entry.to = after.status.percentage;
    entry.result = resultWord(transition);
    entry.state = shiftStateWord(after.status.state);
    entry.epoch = tx.epoch();
    entry.cause = shiftCauseWord(transition.cause);
    entry.actor = tx.actor().subject;
    entry.reason = reason;
    entry.evidence = evidence;
    return entry;
}

Json seriesValues(const SeriesColumns &columns) {
    Json values = Json::array();
    for (const std::optional<double> &value : columns.value)
        values.push_back(value ? Json(*value) : Json());
    return values;
}

// An expression is measured by nobody here: the judged windows are its series.
Json expressionEvidence(const Guard &guard, const Json &values, const Json &trippedAt) {
    Json times = Json::array();
    Json ours = Json::array();
    Json theirs = Json::array();
    for (const Json &value : values) {
        times.push_back(value.at("at"));
        ours.push_back(value.at("value"));
        theirs.push_back(nullptr);
    }
    return Json{{"guard", guardToJson(guard)},
                {"values", values},
                {"tripped_at", trippedAt},
                {"series", {{"t", times}, {"new", ours}, {"legacy", theirs}}}};
}

// Never empty of a policy that moves at the next sign-in: also of a record that was stored without them.
SessionShares sessionsOf(const PolicyRecord &record) {
    if (record.policy.moveAt == MoveAt::Immediate) return {};
    return record.status.sessions.empty() ? startedAt(record.status.percentage) : record.status.sessions;
}

// Whoever does one of these cannot be the second person. A start that was set for a time is the runner's own
// act when its time comes: it stays asked by who set it.
bool setsTarget(ShiftCause cause) {
    return cause == ShiftCause::Started || cause == ShiftCause::Retargeted ||
           cause == ShiftCause::Scheduled || cause == ShiftCause::TookOver;
}

// Up, now or by what it sets going.
bool mayLead(const ShiftStatus &before, const ShiftStatus &after, const ShiftOrder *order) {
    if (after.percentage > before.percentage) return true;
    const bool harmless = !order || order->command == ShiftCommand::Rollback ||
                          order->command == ShiftCommand::Suspend || order->command == ShiftCommand::Reject;
    return !harmless && after.percentage == before.percentage && before.state != ShiftState::RollbackProposed;
}

} // namespace

ShiftActs::ShiftActs(RouterState &state, ShiftBook &book, const Measurements &measurements,
                     ShiftMetrics &metrics)
    : m_state(state)
    , m_book(book)
    , m_measurements(measurements)
    , m_metrics(metrics) {}

std::optional<PolicyCover> ShiftActs::coverOf(const PolicyRecord &record) {
    const ShiftState state = record.status.state;
    const bool waits = state == ShiftState::Draft || state == ShiftState::Scheduled;
    if (waits || state == ShiftState::Finalized) return std::nullopt;
    return PolicyCover{record.policy.id,
                       record.policy.name,
                       record.policy.targetSystem,
                       record.policy.targetPlatform,
                       record.status.percentage,
                       record.policy.salt,
                       record.policy.usersWithoutId,
                       sessionsOf(record)};
}

std::optional<Error> ShiftActs::tooManyWith(std::size_t underWay) {
    if (underWay < SlotStore::MostPolicies) return std::nullopt;
    return refused(refusals::TooManyShifts, {std::to_string(underWay)});
}

std::string ShiftActs::alertKey(const PolicyRecord &record, std::string_view type,
                                const std::string &of) {
    return record.policy.id + ":" + record.status.percentage.text() + ":" + std::string(type) +
           (of.empty() ? std::string() : ":" + of);
}

bool ShiftActs::isTheStepAsked(const PolicyRecord &record, const Approval &approval) {
    return record.status.percentage == approval.from &&
           nextStop(record.policy, record.status.percentage, goalOf(record.policy, record.status)) == approval.to;
}

Json ShiftActs::evidenceOf(const PolicyRecord &record, const Guard &guard, Instant now) const {
    const ShiftBook::ViewPtr view = m_book.view(record.policy.id);
    Json values = Json::array();
    Json trippedAt;
    if (view) {
        if (const auto memory = view->guards.find(guard.id); memory != view->guards.end()) {
            const auto &recent = memory->second.recent();
            const std::size_t shown = std::min<std::size_t>(recent.size(), 30);
            for (auto it = recent.end() - static_cast<std::ptrdiff_t>(shown); it != recent.end();
                 ++it)
                values.push_back({{"at", formatInstant(it->at)},
                                  {"value", it->value ? Json(*it->value) : Json()},
                                  {"samples", it->samples},
                                  {"reference", it->reference ? Json(*it->reference) : Json()},
                                  {"p_value", it->pValue ? Json(*it->pValue) : Json()},
                                  {"verdict", verdictWord(it->verdict)}});
            if (const auto at = memory->second.trippedAt()) trippedAt = formatInstant(*at);
        }
    }
    if (trippedAt.is_null()) trippedAt = formatInstant(now);
    if (guard.metric == Metric::Promql || isOfSyncs(guard.metric)) return expressionEvidence(guard, values, trippedAt);
    const std::int64_t second = toMs(now) / 1000;
    SeriesQuery query{guard.metric, guard.statistic, {}, second - EvidenceSeconds, second, 1};
    query.filter.policyId = record.policy.id;
    query.filter.platform = Platform::New;
    const SeriesColumns ours = m_measurements.series(query, second);
    query.filter.platform = Platform::Legacy;
    const SeriesColumns theirs = m_measurements.series(query, second);
    Json times = Json::array();
    for (const std::int64_t t : ours.t)
        times.push_back(formatInstant(instantFromMs(t * 1000)));
    return Json{
        {"guard", guardToJson(guard)},
        {"values", values},
        {"tripped_at", trippedAt},
        {"series", {{"t", times}, {"new", seriesValues(ours)}, {"legacy", seriesValues(theirs)}}}};
}

Result<PolicyRecord> ShiftActs::carryOut(WriteTransaction &tx, const PolicyRecord &before,
                                         const ShiftTransition &transition,
                                         const std::string &operatorReason,
                                         const ShiftOrder *order, std::optional<Instant> doneAt,
                                         const Json *evidenceThen) {
    killPoint("shift.before-store");
    if (transition.cause == ShiftCause::Stepped) killPoint("shift.before-step");
    if (mayLead(before.status, transition.next, order)) {
        if (auto may = m_state.mayRaisePolicy(before.policy.id); !may) return fail(may.error());
    }
    if (transition.takesOver) { // with its share, which may be above what is served
        if (auto may = m_state.mayRaisePolicy(transition.takesOver->id); !may) return fail(may.error());
    }
    if (order) {
        const RecordedEvent recorded =
            recordedOrder(*order, before.status, before.shiftVersion, tx.now());
        if (auto kept = shiftrecordings::append(tx.db(), before.policy.id, recorded); !kept)
            return fail(kept.error());
    }
    PolicyRecord after = before;
    after.status = transition.next;
    ++after.shiftVersion;
    after.epoch = tx.epoch();
    if (transition.takesOver) {
        if (auto taken = takeOver(tx, after, *transition.takesOver); !taken)
            return fail(taken.error());
        after.status.sessions = transition.takesOver->sessions;
    } else if (after.policy.moveAt == MoveAt::NextSignIn) {
        after.status.sessions = sessionsOf(before);
        if (after.status.percentage != before.status.percentage)
            after.status.sessions = changedTo(after.status.sessions, after.status.percentage, tx.now());
    }
    if (order && setsTarget(transition.cause)) after.status.askedBy = tx.actor().subject;
    Json evidence;
    if (evidenceThen)
        evidence = *evidenceThen;
    else if (transition.tripped)
        evidence = evidenceOf(before, *transition.tripped, tx.now());
    if (auto moved = moveApprovals(tx, before, after, transition, evidence); !moved)
        return fail(moved.error());
    if (auto stored = shiftrecords::update(tx.db(), after); !stored) return fail(stored.error());
    const std::string reason = operatorReason.empty() ? transition.detail : operatorReason;
    if (auto published = publish(tx, before, after, transition, reason); !published)
        return fail(published.error());
    Json historyJson;
    if (isHistory(transition.cause)) {
        HistoryEntry entry = historyOf(tx, before, after, transition, reason, evidence);
        if (doneAt) {
            entry.at = *doneAt;
            entry.storedAt = tx.now();
        }
        if (auto kept = shiftrecords::appendHistory(tx.db(), entry); !kept)
            return fail(kept.error());
        historyJson = shiftrecords::historyToJson(entry);
    }
    if (auto raised = raiseAlerts(tx, before, after, transition); !raised) return fail(raised.error());
    const ShiftBook::ViewPtr view = m_book.view(after.policy.id);
    tx.emit("shift.changed",
            {{"policy", policyRecordToJson(after, view.get(), tx.now())},
             {"history", historyJson}});
    if (isHistory(transition.cause)) {
        std::string cause(shiftCauseWord(transition.cause));
        std::ranges::transform(cause, cause.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        tx.audit({"shift." + cause, "shift_policy", after.policy.id, statusToJson(before.status),
                  statusToJson(after.status), reason});
    }
    tx.afterCommit([this, before, after, cause = transition.cause, restart = transition.restartsGuards] {
        if (restart) m_book.askRestart(after.policy.id);
        m_book.put(after);
        m_metrics.countTransition(before, after);
        killPoint("shift.after-store");
        if (cause == ShiftCause::Stepped) killPoint("shift.after-step");
    });
    return after;
}

Result<void> ShiftActs::takeOver(WriteTransaction &tx, PolicyRecord &after,
                                 const PolicyCover &from) const {
    const auto covers = RouterState::policyCovers(tx.db());
    if (!covers) return fail(covers.error());
    const PolicyCover *now = takenOverBy(after.policy.targetSystem, *covers);
    if (!now || *now != from)
        return fail(ErrorKind::Conflict, "\"" + from.name + "\" changed meanwhile: start again");
    if (after.policy.salt == from.salt) return {};
    after.policy.salt = from.salt;
    after.updatedAt = tx.now();
    after.changedBy = tx.actor().subject;
    ++after.version;
    return {};
}

Result<void> ShiftActs::publish(WriteTransaction &tx, const PolicyRecord &before,
                                const PolicyRecord &after, const ShiftTransition &transition,
                                const std::string &reason) {
    const std::optional<PolicyCover> was = coverOf(before);
    const std::optional<PolicyCover> is = coverOf(after);
    if (was == is) return {};
    // The rule comes before the cover goes: at no moment, and in nobody's history, does neither decide.
    if (after.status.state == ShiftState::Finalized) {
        if (auto made = writeEqual(m_state, tx, after, reason); !made) return made;
    }
    const ChangeCause cause{std::string(shiftCauseWord(transition.cause)), reason};
    return m_state.change(tx, {PolicyChange{after.policy.id, is}}, cause);
}

Result<void> ShiftActs::moveApprovals(WriteTransaction &tx, const PolicyRecord &before,
                                      PolicyRecord &after, const ShiftTransition &transition,
                                      const Json &evidence) {
    if (transition.closesApproval) {
        // Closed already when a person decided it in this transaction.
        const auto open = approvalrecords::find(tx.db(), before.status.approvalId);
        if (open && open->state == ApprovalState::Open) {
            const auto closed = approvalrecords::close(tx, open->id, ApprovalState::Expired,
                                                       tx.actor().subject, transition.detail);
            if (!closed) return fail(closed.error());
        }
    }
    if (!transition.opensRollbackApproval && !transition.opensStepApproval) return {};
    const bool rollback = transition.opensRollbackApproval;
    Approval approval;
    approval.id = tx.newId();
    approval.kind = rollback ? ApprovalKind::Rollback : ApprovalKind::ShiftStep;
    approval.policyId = after.policy.id;
    approval.policyName = after.policy.name;
    // A step is asked for by whoever set the target the runner walks to.
    const bool person = !rollback && !after.status.askedBy.empty();
    approval.requestedBy = person ? after.status.askedBy : tx.actor().subject;
    approval.secondPerson = person && after.policy.secondPerson;
    approval.requestedAt = tx.now();
    approval.deadline = after.status.deadline.value_or(tx.now() + StepApprovalDeadline);
    approval.defaultApproves = rollback && after.policy.proposalRollsBack;
    approval.summary = transition.detail;
    approval.evidence = evidence;
    approval.from = after.status.percentage;
    approval.to = rollback ? after.status.rollbackFloor
                           : nextStop(after.policy, after.status.percentage,
                                      goalOf(after.policy, after.status));
    after.status.approvalId = approval.id;
    return approvalrecords::open(tx, std::move(approval));
}

Result<void> ShiftActs::raiseAlerts(WriteTransaction &tx, const PolicyRecord &before,
                                    const PolicyRecord &after, const ShiftTransition &transition) {
    const auto heldCause = after.status.heldCause;
    const std::string cause = heldCause ? std::string(heldCauseWord(*heldCause)) : std::string();
    const auto raise = [&](const char *type, const char *severity, const std::string &of) {
        AlertDraft draft;
        draft.type = type;
        draft.severity = severity;
        draft.message = after.policy.name + ": " + transition.detail;
        draft.details = {{"percentage", after.status.percentage.percent()},
                         {"state", shiftStateWord(after.status.state)}};
        draft.subjectType = "shift_policy";
        draft.subjectId = after.policy.id;
        draft.dedupeKey = alertKey(after, type, of);
        return alertrecords::raise(tx, draft);
    };
    if (transition.tripped) {
        if (auto raised = raise("GUARD_TRIPPED", "HIGH", transition.tripped->id); !raised) return raised;
    }
    switch (transition.next.state) {
    case ShiftState::Held:
        // The calendar was written by people, and its hold ends by itself.
        return raise("SHIFT_HELD", isCalendar(heldCause) ? "LOW" : "MEDIUM", cause);
    case ShiftState::RollbackProposed:
        // Each is a question of its own, with its own deadline: told though an earlier one is still open.
        return raise("ROLLBACK_PROPOSED", "HIGH", after.status.approvalId);
    case ShiftState::RolledBack:
        if (before.status.state == ShiftState::RolledBack && before.status.percentage == after.status.percentage)
            return {}; // nobody moved
        return raise("ROLLED_BACK", "HIGH", std::to_string(after.epoch));
    case ShiftState::Draft:
        if (!transition.failed) return {};
        return raise("SHIFT_NOT_STARTED", "HIGH", std::to_string(after.epoch));
    case ShiftState::Scheduled:
    case ShiftState::Stabilizing:
    case ShiftState::Evaluating:
    case ShiftState::AwaitingApproval:
    case ShiftState::AtTarget:
    case ShiftState::Suspended:
    case ShiftState::RollingBack:
    case ShiftState::Completed:
    case ShiftState::Finalized:
    case ShiftState::Failed:
        return {};
    }
    return {};
}

} // namespace crossfade
