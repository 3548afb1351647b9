// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwords.h"

#include "models/items/policywords.h"
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

QString approvalQuestion(const ApprovalRow &row)
{
    const QString name = toText(row.policyName);
    const QString from = shortPercent(row.fromPercentage);
    const QString to = shortPercent(row.toPercentage);
    return row.kind == "ROLLBACK" ? ApprovalWords::tr("Roll back %1 from %2 to %3?").arg(name, from, to)
                                  : ApprovalWords::tr("Raise %1 from %2 to %3?").arg(name, from, to);
}

QString approvalAsked(const ApprovalRow &row)
{
    return ApprovalWords::tr("Asked by %1 at %2 %3. If nobody answers by %4, %5.")
        .arg(actorText(row.requestedBy), timeOfDay(row.requestedAt), zoneName(row.requestedAt),
             timeOfDay(row.deadline), whatThen(row));
}

QString approvalDecided(const ApprovalRow &row)
{
    if (row.isOpen())
        return {};
    const QString at = row.decidedAt ? timeOfDay(*row.decidedAt) : QString();
    if (row.state == "EXPIRED")
        return ApprovalWords::tr("Nobody answered by %1: %2.").arg(timeOfDay(row.deadline), whatThen(row));
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
