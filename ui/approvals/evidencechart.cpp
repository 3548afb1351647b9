// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/evidencechart.h"

#include "models/items/approvalwords.h"
#include "models/items/policywords.h"
#include "models/items/timetext.h"
#include "ui/shared/chart.h"

#include <QCoreApplication>

#include <algorithm>

namespace crossfade {

namespace {

struct EvidenceChart {
    Q_DECLARE_TR_FUNCTIONS(EvidenceChart)
};

ChartLine lineOf(const ApprovalEvidence &evidence, bool fresh)
{
    ChartLine line;
    line.name = fresh ? QStringLiteral("NEW") : QStringLiteral("LEGACY");
    line.kind = fresh ? LineKind::Fresh : LineKind::Legacy;
    const auto &values = fresh ? evidence.seriesNew : evidence.seriesLegacy;
    for (std::size_t i = 0; i < evidence.seriesAt.size() && i < values.size(); ++i)
        line.points.push_back({toMs(evidence.seriesAt[i]), values[i]});
    return line;
}

// From the first breaching window to the end of what is shown.
std::optional<ChartBreach> breachOf(const ApprovalEvidence &evidence, qint64 end)
{
    std::optional<qint64> first;
    for (const ApprovalEvidence::Window &window : evidence.windows) {
        if (window.verdict == "BREACH" && !first)
            first = toMs(window.at);
    }
    if (!first)
        return std::nullopt;
    const int breaches = breachedWindows(evidence);
    const QString text = evidence.trippedAt
        ? EvidenceChart::tr("%1 of %2 windows over, tripped %3").arg(breaches).arg(evidence.windows.size()).arg(timeOfDay(*evidence.trippedAt))
        : EvidenceChart::tr("%1 of %2 windows over").arg(breaches).arg(evidence.windows.size());
    return ChartBreach{*first, std::max(end, *first + 1), text};
}

qint64 typicalStep(const ApprovalEvidence &evidence)
{
    if (evidence.seriesAt.size() < 2)
        return 10'000;
    return std::max<qint64>(1000, toMs(evidence.seriesAt[1]) - toMs(evidence.seriesAt[0]));
}

} // namespace

Chart *makeEvidenceChart(const ApprovalEvidence &evidence, QWidget *parent)
{
    const Guard guard = guardOf(evidence);
    auto *chart = new Chart(Chart::Mode::Lines, parent);
    chart->setObjectName(QStringLiteral("evidenceChart"));
    chart->setAccessibleName(EvidenceChart::tr("Evidence: %1").arg(guardText(guard)));
    const bool expression = guard.metric == Metric::Promql; // in whatever unit, of either sign
    const bool syncs = isOfSyncs(guard.metric);
    const bool rate = guard.metric != Metric::Latency && guard.metric != Metric::RequestRate;
    chart->setValues(expression ? ChartValues{{}, {}, 2, {}} : syncs ? ChartValues{0, {}, 0, {}} : rate ? ChartValues{0, 100, 2, QStringLiteral("%")} : ChartValues{0, {}, 0, QStringLiteral("ms")});
    chart->setReach(typicalStep(evidence) * 2 + 500);
    const auto &times = evidence.seriesAt;
    const qint64 end = times.empty() ? 0 : toMs(times.back());
    if (!times.empty())
        chart->setRange(toMs(times.front()), end);
    if (expression || syncs) {
        ChartLine line = lineOf(evidence, true);
        line.name = metricText(guard.metric); // it is of no platform
        chart->setLines({line});
    } else {
        chart->setLines({lineOf(evidence, true), lineOf(evidence, false)});
    }
    if (!guard.isRelative())
        chart->setThresholds({{guard.threshold, mustBeText(guard)}});
    chart->setBreach(breachOf(evidence, end));
    if (evidence.trippedAt)
        chart->setEvents({{toMs(*evidence.trippedAt), Glyph::Warning, {}, EvidenceChart::tr("guard tripped"), {}, true}});
    return chart;
}

} // namespace crossfade
