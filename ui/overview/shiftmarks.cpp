// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/shiftmarks.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <optional>

namespace crossfade {

namespace {

ChartEvent markOf(const HistoryRow &row)
{
    ChartEvent mark;
    mark.at = toMs(row.at);
    mark.object = QStringLiteral("policy:") + toText(row.policyId);
    const QString change = changeText(row.from, row.to);
    mark.tooltip = QStringLiteral("%1 %2 · %3 · %4\n%5")
                       .arg(timeOfDay(row.at), toText(row.policyName), causeText(row.cause), toText(row.actor),
                            toText(row.reason));
    if (row.to < row.from || row.state == "ROLLBACK_PROPOSED") {
        mark.red = true;
        mark.glyph = row.to < row.from ? Glyph::Undo : Glyph::Warning;
        mark.label = row.to < row.from ? change : stateText(row.state);
    } else if (row.to > row.from) {
        mark.glyph = Glyph::Play;
        mark.label = change;
    } else if (row.result == "HELD" || row.state == "SUSPENDED") {
        mark.glyph = Glyph::Pause;
        mark.label = stateText(row.state);
    } else {
        mark.glyph = Glyph::Check;
    }
    return mark;
}

const Guard *strictest(const std::vector<PolicyRow> &policies, Metric metric)
{
    const Guard *found = nullptr;
    for (const PolicyRow &row : policies) {
        if (row.shift.state == "DRAFT" || row.shift.state == "FINALIZED") continue;
        for (const Guard &guard : row.policy.guards) {
            const bool fits = guard.metric == metric && guard.decides && !guard.isRelative() && guard.platform == Platform::New &&
                              (metric != Metric::Latency || guard.statistic == Statistic::P95);
            if (fits && (!found || !holds(guard.comparison, found->threshold, guard.threshold))) found = &guard;
        }
    }
    return found;
}

} // namespace

std::vector<ChartEvent> marksOf(const std::vector<HistoryRow> &history)
{
    std::vector<ChartEvent> marks;
    for (const HistoryRow &row : history)
        marks.push_back(markOf(row));
    return marks;
}

void collectThresholds(const std::vector<PolicyRow> &policies, std::vector<ChartThreshold> &rates,
                       std::vector<ChartThreshold> &times)
{
    if (const Guard *guard = strictest(policies, Metric::SuccessRate))
        rates.push_back({guard->threshold, QStringLiteral("NEW ") + mustBeText(*guard)});
    if (const Guard *guard = strictest(policies, Metric::Latency))
        times.push_back({guard->threshold, QStringLiteral("p95 NEW ") + mustBeText(*guard)});
}

} // namespace crossfade
