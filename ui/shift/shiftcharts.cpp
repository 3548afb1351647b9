// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/shiftcharts.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/pane.h"

#include <QDateTime>
#include <QHBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr qint64 RangeSeconds = 900;
constexpr qint64 LeastSeconds = 120;
constexpr ChartMargins SmallMargins{44, 24, 66, 22};

const char *const Success = "authentication_success_rate";
const char *const Latency = "authorization_latency";

Chart *makeChart(const QString &name, const char *objectName, QWidget *parent)
{
    auto *chart = new Chart(Chart::Mode::Lines, parent);
    chart->setObjectName(QLatin1String(objectName));
    chart->setAccessibleName(name);
    chart->setMargins(SmallMargins);
    chart->setMinimumHeight(84);
    return chart;
}

bool isRollback(const HistoryRow &row)
{
    return row.to < row.from || row.cause == "PROPOSED_ROLLBACK" || row.cause == "HELD_BY_GUARD";
}

Glyph glyphFor(const HistoryRow &row)
{
    if (row.cause == "PROPOSED_ROLLBACK" || row.cause == "HELD_BY_GUARD")
        return Glyph::Warning;
    if (row.to < row.from)
        return Glyph::Undo;
    if (row.cause == "SUSPENDED" || row.result == "HELD")
        return Glyph::Pause;
    if (row.cause == "COMPLETED" || row.cause == "REACHED_TARGET")
        return Glyph::Check;
    return row.result == "FAILED" ? Glyph::Cross : Glyph::Play;
}

// A policy that has been measured for two minutes is not drawn as a line at the edge of fifteen.
qint64 beginOf(const std::vector<ChartLine> &lines, qint64 now)
{
    qint64 begin = now - LeastSeconds * 1000;
    for (const ChartLine &line : lines) {
        const auto first = std::ranges::find_if(line.points, [](const TimedValue &point) { return point.value.has_value(); });
        if (first != line.points.end())
            begin = std::min<qint64>(begin, first->at);
    }
    return std::max(begin, now - RangeSeconds * 1000);
}

} // namespace

std::vector<ChartEvent> eventsOf(const std::vector<HistoryRow> &history, const QString &policyName)
{
    std::vector<ChartEvent> events;
    for (const HistoryRow &row : history) {
        const bool moved = row.from != row.to;
        if (!moved && glyphFor(row) == Glyph::Play)
            continue; // started, resumed, retargeted: nothing that a line would show
        ChartEvent event;
        event.at = toMs(row.at);
        event.glyph = glyphFor(row);
        event.label = moved ? changeText(row.from, row.to) : row.result == "HELD" ? stateText("HELD") : QString();
        event.tooltip = ShiftCharts::tr("%1 · %2 · %3 · %4 · %5")
                            .arg(timeOfDay(row.at), policyName, changeText(row.from, row.to), causeText(row.cause), toText(row.actor));
        event.object = QStringLiteral("policy:") + toText(row.policyId);
        event.red = isRollback(row);
        events.push_back(event);
    }
    return events;
}

ShiftCharts::ShiftCharts(ShiftSession *session, SeriesStore *series, QWidget *parent)
    : QWidget(parent), m_session(session), m_series(series), m_successPane(new Pane(tr("Success rate"), this)),
      m_latencyPane(new Pane(tr("Latency"), this)),
      m_success(makeChart(tr("Success rate of NEW and LEGACY"), "successChart", this)),
      m_latency(makeChart(tr("Latency of NEW and LEGACY"), "latencyChart", this))
{
    m_success->setValues({0, 100, 2, QStringLiteral("%")});
    m_latency->setValues({0, {}, 0, QStringLiteral("ms")});
    m_successPane->setContent(m_success);
    m_latencyPane->setContent(m_latency);
    m_successPane->setSubtitle(tr("% · 1 s slots"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_successPane);
    row->addWidget(m_latencyPane);
    link(m_success, m_latency);
    link(m_latency, m_success);
    connect(m_series, &SeriesStore::changed, this, &ShiftCharts::feed);
    connect(m_session, &ShiftSession::detailChanged, this, &ShiftCharts::feed);
}

void ShiftCharts::link(Chart *from, Chart *to)
{
    connect(from, &Chart::crosshairMoved, to, &Chart::setCrosshair);
}

void ShiftCharts::showPolicy()
{
    if (m_policyId == m_session->selectedId())
        return;
    for (const char *platform : {"NEW", "LEGACY"}) {
        m_series->unfollow({Success, "rate", platform, m_policyId});
        m_series->unfollow({Latency, m_statistic, platform, m_policyId});
    }
    m_policyId = m_session->selectedId();
    follow();
    feed();
}

void ShiftCharts::follow()
{
    if (m_policyId.empty())
        return;
    // The percentile that a guard of this policy judges is the one worth watching.
    m_statistic = "p95";
    if (const PolicyRow *row = m_session->selected()) {
        for (const Guard &guard : row->policy.guards) {
            if (guard.metric == Metric::Latency && guard.statistic != Statistic::Mean) {
                m_statistic = toUtf8(statisticText(guard.statistic));
                break;
            }
        }
    }
    m_latencyPane->setTitle(tr("Latency %1").arg(toText(m_statistic)));
    m_latencyPane->setSubtitle(tr("ms · 1 s slots"));
    for (const char *platform : {"NEW", "LEGACY"}) {
        m_series->follow({Success, "rate", platform, m_policyId}, RangeSeconds);
        m_series->follow({Latency, m_statistic, platform, m_policyId}, RangeSeconds);
    }
}

std::vector<ChartLine> ShiftCharts::linesOf(const char *metric, const char *statistic) const
{
    std::vector<ChartLine> lines;
    for (const char *platform : {"NEW", "LEGACY"}) {
        ChartLine line;
        line.name = QLatin1String(platform);
        line.kind = line.name == QLatin1String("NEW") ? LineKind::Fresh : LineKind::Legacy;
        line.points = m_series->points({metric, statistic, platform, m_policyId});
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<ChartThreshold> ShiftCharts::thresholdsOf(Metric metric) const
{
    std::vector<ChartThreshold> thresholds;
    const PolicyRow *row = m_session->selected();
    for (std::size_t i = 0; row != nullptr && i < row->policy.guards.size(); ++i) {
        const Guard &guard = row->policy.guards[i];
        // A relative guard moves with the other platform's line: it has no level of its own.
        const bool shown = guard.metric == metric && !guard.isRelative()
            && (metric != Metric::Latency || toUtf8(statisticText(guard.statistic)) == m_statistic);
        if (shown)
            thresholds.push_back({guard.threshold, tr("%1 %2").arg(toText(platformWord(guard.platform)), mustBeText(guard))});
    }
    return thresholds;
}

void ShiftCharts::feed()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const PolicyRow *row = m_session->selected();
    const QString name = row != nullptr ? toText(row->policy.name) : QString();
    const auto events = eventsOf(m_session->history()->rows(), name);
    for (Chart *chart : {m_success, m_latency}) {
        chart->setEvents(events);
    }
    auto success = linesOf(Success, "rate");
    auto latency = linesOf(Latency, m_statistic.c_str());
    const qint64 from = std::min(beginOf(success, now), beginOf(latency, now));
    for (Chart *chart : {m_success, m_latency})
        chart->setRange(from, now);
    m_success->setLines(std::move(success));
    m_latency->setLines(std::move(latency));
    m_success->setThresholds(thresholdsOf(Metric::SuccessRate));
    m_latency->setThresholds(thresholdsOf(Metric::Latency));
}

void ShiftCharts::setStale(bool stale)
{
    m_success->setStale(stale);
    m_latency->setStale(stale);
}

} // namespace crossfade
