// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwords.h"

#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>

#include <algorithm>

namespace crossfade {

namespace {

struct ApprovalWords {
    Q_DECLARE_TR_FUNCTIONS(ApprovalWords)
};

QString whatThen(const ApprovalRow &row)
{
    const bool approves = row.defaultAction == "APPROVE";
    if (row.kind == "ROLLBACK")
        return approves ? ApprovalWords::tr("it rolls back") : ApprovalWords::tr("it stays, held");
    return approves ? ApprovalWords::tr("it goes on") : ApprovalWords::tr("it is rejected");
}

QString masterQuestion(const ApprovalRow &row)
{
    if (!row.switches)
        return ApprovalWords::tr("Change the master switch?");
    const Switches &before = row.switches->before;
    const Switches &after = row.switches->after;
    const QString from = toText(masterWord(before.master));
    const QString to = toText(masterWord(after.master));
    const bool forward = after.forwardOnly && !before.forwardOnly;
    if (forward && after.master != before.master)
        return ApprovalWords::tr("Set master from %1 to %2 and turn forward only on?").arg(from, to);
    if (forward)
        return ApprovalWords::tr("Turn forward only on?");
    return ApprovalWords::tr("Set master from %1 to %2?").arg(from, to);
}

// Of a relative guard only windows that share no second count, from the last one back.
void keepDisjoint(std::vector<ApprovalEvidence::Window> &windows, std::int64_t seconds)
{
    std::optional<std::int64_t> later;
    std::vector<ApprovalEvidence::Window> kept;
    for (auto it = windows.rbegin(); it != windows.rend(); ++it) {
        const std::int64_t end = toMs(it->at) / 1000;
        if (later && end > *later - seconds)
            continue;
        later = end;
        kept.push_back(*it);
    }
    windows.assign(kept.rbegin(), kept.rend());
}

} // namespace

Guard guardOf(const ApprovalEvidence &evidence)
{
    Guard guard;
    guard.id = evidence.guardId;
    guard.metric = metricFromWord(evidence.metric).value_or(Metric::SuccessRate);
    guard.statistic = statisticFromWord(evidence.statistic).value_or(Statistic::Rate);
    guard.platform = platformFromWord(evidence.platform).value_or(Platform::New);
    guard.comparison = evidence.comparison == "<=" ? Comparison::AtMost : Comparison::AtLeast;
    guard.threshold = evidence.threshold;
    guard.tolerance = evidence.tolerance;
    guard.expression = evidence.expression;
    guard.windowSeconds = evidence.windowSeconds;
    return guard;
}

QString actorText(const std::string &actor)
{
    return actor == "runner" || actor == "shift-runner" || actor.empty() ? ApprovalWords::tr("the shift runner")
                                                                         : toText(actor);
}

QString approvalName(const ApprovalRow &row)
{
    return row.isMasterSwitch() ? ApprovalWords::tr("Master switch") : toText(row.policyName);
}

QString approvalEffect(const ApprovalRow &row)
{
    if (row.batch)
        return ApprovalWords::tr("%n user(s)", nullptr, static_cast<int>(row.batch->users));
    if (!row.isMasterSwitch())
        return changeText(row.fromPercentage, row.toPercentage);
    if (!row.switches)
        return {};
    const auto side = [](const Switches &switches) {
        return switches.forwardOnly ? ApprovalWords::tr("forward only") : toText(masterWord(switches.master));
    };
    return side(row.switches->before) + QStringLiteral(" \u2192 ") + side(row.switches->after);
}

QString approvalSummary(const ApprovalRow &row)
{
    return row.isMasterSwitch() ? toText(row.summary) : runnerText(row.summary);
}

QString masterGateText(const std::string &gate)
{
    if (gate == "POLICIES")
        return ApprovalWords::tr("Shift policies");
    if (gate == "CONSISTENCY")
        return ApprovalWords::tr("Consistency");
    if (gate == "BACKFILL")
        return ApprovalWords::tr("Backfill");
    if (gate == "DEAD_LETTERS")
        return ApprovalWords::tr("Dead letters");
    if (gate == "REVERSE_SYNC")
        return ApprovalWords::tr("Sync from NEW to LEGACY");
    return toText(gate);
}

QString masterGateDetail(const MasterGateRow &gate)
{
    const QString detail = runnerText(gate.detail);
    if (gate.status == "UNKNOWN")
        return ApprovalWords::tr("unknown: %1").arg(detail);
    if (gate.status != "OVERRIDDEN")
        return detail;
    return ApprovalWords::tr("%1; %2 answers for it: \u201c%3\u201d")
        .arg(detail, toText(gate.overriddenBy), toText(gate.overrideReason));
}

int closedGates(const ApprovalRow &row)
{
    return static_cast<int>(std::ranges::count_if(row.gates, &MasterGateRow::isClosed));
}

QString approvalQuestion(const ApprovalRow &row)
{
    if (row.isMasterSwitch())
        return masterQuestion(row);
    const QString name = toText(row.policyName);
    if (row.batch)
        return (row.kind == "ROLLBACK" ? ApprovalWords::tr("Take batch %1 of the group %2 back?")
                                       : ApprovalWords::tr("Move batch %1 of the group %2?"))
            .arg(QString::number(row.batch->batch + 1), name);
    const QString from = shortPercent(row.fromPercentage);
    const QString to = shortPercent(row.toPercentage);
    return row.kind == "ROLLBACK" ? ApprovalWords::tr("Roll back %1 from %2 to %3?").arg(name, from, to)
                                  : ApprovalWords::tr("Raise %1 from %2 to %3?").arg(name, from, to);
}

QString approvalDeadline(const ApprovalRow &row)
{
    // Of another day with its day: the time of day alone would be read as over.
    const bool sameDay = localDateTime(row.requestedAt).date() == localDateTime(row.deadline).date();
    return sameDay ? timeOfDay(row.deadline) : shortTime(row.deadline, row.requestedAt);
}

QString approvalAsked(const ApprovalRow &row)
{
    return ApprovalWords::tr("Asked by %1 at %2 %3. If nobody answers by %4, %5.")
        .arg(actorText(row.requestedBy), timeOfDay(row.requestedAt), zoneName(row.requestedAt),
             approvalDeadline(row), whatThen(row));
}

QString approvalDecided(const ApprovalRow &row)
{
    if (row.isOpen())
        return {};
    const QString at = row.decidedAt ? timeOfDay(*row.decidedAt) : QString();
    if (row.state == "EXPIRED" && row.decidedAt && *row.decidedAt < row.deadline)
        return ApprovalWords::tr("Withdrawn at %1: %2.").arg(at, runnerText(row.decisionReason));
    if (row.state == "EXPIRED")
        return ApprovalWords::tr("Nobody answered by %1: %2.").arg(approvalDeadline(row), whatThen(row));
    const QString who = toText(row.decidedBy);
    const QString why = toText(row.decisionReason);
    return row.state == "APPROVED" ? ApprovalWords::tr("%1 approved it at %2: “%3”").arg(who, at, why)
                                   : ApprovalWords::tr("%1 rejected it at %2: “%3”").arg(who, at, why);
}

QString approvalLeft(const ApprovalRow &row, Instant now)
{
    return ApprovalWords::tr("%1 left").arg(durationText((toMs(row.deadline) - toMs(now) + 999) / 1000));
}

int breachedWindows(const ApprovalEvidence &evidence)
{
    return static_cast<int>(std::ranges::count(evidence.windows, std::string("BREACH"),
                                               &ApprovalEvidence::Window::verdict));
}

ApprovalEvidence judgedBy(ApprovalEvidence evidence, int n)
{
    auto &windows = evidence.windows;
    std::ranges::stable_sort(windows, {}, &ApprovalEvidence::Window::at);
    const auto isLater = [&](const ApprovalEvidence::Window &window) {
        return evidence.trippedAt && window.at > *evidence.trippedAt;
    };
    // A clock that differs must not hide all of them.
    if (!std::ranges::all_of(windows, isLater))
        std::erase_if(windows, isLater);
    if (evidence.tolerance)
        keepDisjoint(windows, evidence.windowSeconds);
    const auto most = static_cast<std::size_t>(std::max(1, n));
    if (windows.size() > most)
        windows.erase(windows.begin(), windows.end() - static_cast<std::ptrdiff_t>(most));
    return evidence;
}

} // namespace crossfade
