// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/overviewpage.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/overview/overviewfoot.h"
#include "ui/overview/rangechooser.h"
#include "ui/overview/shiftmarks.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chart.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int ClockMs = 1'000;

SeriesKey key(const char *metric, const char *statistic, const char *platform)
{
    return {metric, statistic, platform, {}};
}

} // namespace

OverviewPage::OverviewPage(const OverviewSessions &sessions, QWidget *parent)
    : Page(QStringLiteral("overview"), tr("Overview"), parent)
    , m_sessions(sessions)
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Gap);
    column->addWidget(buildCharts(), 1);
    m_foot = new OverviewFoot(content);
    connectFoot();
    column->addWidget(m_foot);
    m_state = new StateView(content);
    m_state->setObjectName(QStringLiteral("overviewState"));
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(PageMargin, PageMargin, PageMargin, PageMargin);
    all->setSpacing(Gap);
    all->addWidget(buildTitle());
    all->addWidget(m_state, 1);
    connect(m_state, &StateView::retry, this, &OverviewPage::refresh);
    connect(m_sessions.series, &SeriesStore::changed, this, &OverviewPage::redraw);
    connect(m_sessions.overview, &OverviewSession::changed, this, &OverviewPage::redraw);
    connect(m_sessions.shifts, &ShiftSession::changed, this, &OverviewPage::redraw);
    connect(m_sessions.approvals, &ApprovalsSession::changed, this,
            [this] { m_foot->setApprovals(m_sessions.approvals->open(), m_sessions.approvals->knowsApprovals()); });
    m_clock.setInterval(ClockMs);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        if (isVisible() && !m_pause->isChecked())
            redraw();
    });
    m_clock.start();
    followSeries();
    m_foot->setApprovals(m_sessions.approvals->open(), m_sessions.approvals->knowsApprovals());
    redraw();
}

void OverviewPage::refresh()
{
    m_sessions.overview->refresh();
    m_sessions.series->refresh();
    m_sessions.shifts->refresh();
    m_sessions.approvals->refresh();
}

QWidget *OverviewPage::buildTitle()
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(32);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_range = new RangeChooser(bar);
    m_span = new TextLabel({}, FontRole::Secondary, Ink::Secondary, bar);
    m_crosshair = new TextLabel({}, FontRole::Strong, Ink::Text, bar);
    m_stale = new StaleChip(bar);
    m_events = new Button(ButtonKind::Plain, Symbol::Filter, tr("Events"), bar);
    m_events->setObjectName(QStringLiteral("overviewEvents"));
    m_events->setCheckable(true);
    m_events->setChecked(true);
    m_events->setToolTip(tr("Show what happened to the shifts in the charts"));
    m_pause = new Button(ButtonKind::Plain, Symbol::Pause, tr("Pause"), bar);
    m_pause->setObjectName(QStringLiteral("overviewPause"));
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("Hold the charts still; measuring goes on"));
    row->addWidget(new TextLabel(title(), FontRole::PageTitle, Ink::Text, bar));
    row->addWidget(m_range);
    row->addWidget(m_span);
    row->addWidget(m_stale);
    row->addStretch(1);
    row->addWidget(m_crosshair);
    row->addWidget(m_events);
    row->addWidget(m_pause);
    connect(m_range, &RangeChooser::changed, this, [this] {
        followSeries();
        redraw();
    });
    connect(m_events, &QPushButton::toggled, this, &OverviewPage::drawEvents);
    connect(m_pause, &QPushButton::toggled, this, [this](bool paused) {
        if (!paused)
            redraw();
    });
    return bar;
}

Pane *OverviewPage::buildChart(Plot plot, const QString &title, const QString &subtitle, const char *objectName)
{
    auto *pane = new Pane(title, this);
    pane->setSubtitle(subtitle);
    auto *chart = new Chart(plot == Split ? Chart::Mode::Split : Chart::Mode::Lines, pane);
    chart->setObjectName(QLatin1String(objectName));
    chart->setAccessibleName(title);
    chart->setMinimumHeight(120);
    ChartValues values;
    values.unit = plot == Latency ? QStringLiteral("ms") : QStringLiteral("%");
    if (plot == Split) {
        values.floor = 0;
        values.ceiling = 100;
    } else if (plot == Latency) {
        values.floor = 0;
        values.decimals = 0;
    } else {
        values.floor = 0;
        values.ceiling = 100;
        values.decimals = 2;
    }
    chart->setValues(values);
    connect(chart, &Chart::crosshairMoved, this, &OverviewPage::showCrosshair);
    connect(chart, &Chart::eventActivated, this,
            [this](const QString &object) { Q_EMIT openRequested(QStringLiteral("shift"), object); });
    m_charts[static_cast<std::size_t>(plot)] = chart;
    pane->setContent(chart);
    return pane;
}

QWidget *OverviewPage::buildCharts()
{
    auto *area = new QWidget(this);
    auto *grid = new QGridLayout(area);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Gap);
    grid->addWidget(buildChart(Split, tr("Split"), tr("% of requests, all systems"), "splitChart"), 0, 0);
    grid->addWidget(buildChart(Success, tr("Success rate"), QStringLiteral("%"), "overviewSuccessChart"), 0, 1);
    grid->addWidget(buildChart(Latency, tr("Latency"), tr("ms · p50 thin, p95 thick, p99 dotted"),
                               "overviewLatencyChart"),
                    1, 0);
    grid->addWidget(buildChart(Consistency, tr("Consistency"), tr("% of each check's runs"), "consistencyChart"), 1, 1);
    for (int i = 0; i < 2; ++i) {
        grid->setRowStretch(i, 1);
        grid->setColumnStretch(i, 1);
    }
    return area;
}

void OverviewPage::connectFoot()
{
    connect(m_foot, &OverviewFoot::policyActivated, this, [this](const QString &id) {
        Q_EMIT openRequested(QStringLiteral("shift"), QStringLiteral("policy:") + id);
    });
    connect(m_foot, &OverviewFoot::reviewRequested, this, &OverviewPage::approvalRequested);
}

void OverviewPage::followSeries()
{
    for (const SeriesKey &followed : m_followed)
        m_sessions.series->unfollow(followed);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const TimeSpan span = m_range->span(now);
    const qint64 seconds = std::max<qint64>(1, (now - span.fromMs) / 1'000);
    m_followed = {key("share_new", "rate", "")};
    for (const char *platform : {"LEGACY", "NEW"}) {
        m_followed.push_back(key("authentication_success_rate", "rate", platform));
        for (const char *statistic : {"p50", "p95", "p99"})
            m_followed.push_back(key("authorization_latency", statistic, platform));
    }
    for (const SeriesKey &followed : m_followed) {
        if (m_range->followsLive())
            m_sessions.series->follow(followed, seconds);
        else
            m_sessions.series->followSpan(followed, span.fromMs / 1'000, (span.toMs + 999) / 1'000);
    }
}

void OverviewPage::redraw()
{
    const bool stale = m_sessions.overview->isStale();
    m_stale->setAge(m_sessions.overview->ageMs());
    m_stale->setStale(stale && m_sessions.overview->isLoaded());
    if (const Error *error = m_sessions.overview->error(); error && !m_sessions.overview->isLoaded()) {
        m_state->showError(tr("The overview could not be read"), errorText(*error),
                           tr("Traffic is not affected: shifts run in the router, and ROLL BACK works."));
        return;
    }
    if (!m_sessions.overview->isLoaded()) {
        m_state->showLoading();
        return;
    }
    m_state->showContent();
    m_foot->setPolicies(m_sessions.shifts->policies()->rows(),
                        instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    m_foot->setStale(stale);
    for (Chart *chart : m_charts)
        chart->setStale(stale);
    if (m_pause->isChecked())
        return;
    drawRange();
    drawLines();
    drawConsistency();
    drawEvents();
}

void OverviewPage::drawRange()
{
    const TimeSpan span = m_range->span(QDateTime::currentMSecsSinceEpoch());
    for (Chart *chart : m_charts)
        chart->setRange(span.fromMs, span.toMs);
    const bool oneDay = span.toMs - span.fromMs < DayMs;
    const auto text = [oneDay](qint64 at) {
        return QDateTime::fromMSecsSinceEpoch(at).toString(oneDay ? QStringLiteral("HH:mm")
                                                                  : QStringLiteral("MM-dd HH:mm"));
    };
    const QString zone = zoneName(instantFromMs(span.toMs));
    m_span->setText(m_range->followsLive()
                        ? tr("%1 – %2 %3, follows live").arg(text(span.fromMs), text(span.toMs), zone)
                        : tr("%1 – %2 %3, stands still").arg(text(span.fromMs), text(span.toMs), zone));
}

ChartLine OverviewPage::line(const SeriesKey &series, const QString &name, int kind, int weight) const
{
    return {name, static_cast<LineKind>(kind), static_cast<LineWeight>(weight), m_sessions.series->points(series)};
}

void OverviewPage::drawLines()
{
    const qint64 reach = m_sessions.series->stepMs(key("share_new", "rate", "")) * 5 / 2;
    for (const Plot plot : {Split, Success, Latency})
        m_charts[plot]->setReach(std::max<qint64>(reach, 2'500));
    const auto of = [this](const char *metric, const char *statistic, bool fresh, const QString &name, LineWeight weight) {
        return line(key(metric, statistic, fresh ? "NEW" : "LEGACY"), name,
                    static_cast<int>(fresh ? LineKind::Fresh : LineKind::Legacy), static_cast<int>(weight));
    };
    m_charts[Split]->setLines({line(key("share_new", "rate", ""), QStringLiteral("NEW"),
                                    static_cast<int>(LineKind::Fresh), static_cast<int>(LineWeight::Main))});
    std::vector<ChartLine> success;
    std::vector<ChartLine> latency;
    for (const bool fresh : {false, true}) {
        const QString name = fresh ? QStringLiteral("NEW") : QStringLiteral("LEGACY");
        success.push_back(of("authentication_success_rate", "rate", fresh, name, LineWeight::Main));
        latency.push_back(of("authorization_latency", "p50", fresh, QStringLiteral("p50"), LineWeight::Thin));
        latency.push_back(of("authorization_latency", "p95", fresh, QStringLiteral("p95"), LineWeight::Main));
        latency.push_back(of("authorization_latency", "p99", fresh, QStringLiteral("p99"), LineWeight::Dotted));
    }
    m_charts[Success]->setLines(std::move(success));
    m_charts[Latency]->setLines(std::move(latency));
    std::vector<ChartThreshold> rates;
    std::vector<ChartThreshold> times;
    collectThresholds(m_sessions.shifts->policies()->rows(), rates, times);
    m_charts[Success]->setThresholds(std::move(rates));
    m_charts[Latency]->setThresholds(std::move(times));
}

void OverviewPage::drawConsistency()
{
    std::vector<ChartLine> lines;
    std::vector<ChartThreshold> thresholds;
    for (const OverviewSession::Consistency &check : m_sessions.overview->consistency()) {
        lines.push_back({toText(check.name), LineKind::Neutral, LineWeight::Main, check.points});
        if (thresholds.empty())
            thresholds.push_back({check.threshold, tr("consistency ≥ %1").arg(percentText(check.threshold))});
    }
    // Runs are far apart; the line between two of them is what is known.
    m_charts[Consistency]->setReach(7 * 86'400'000LL);
    m_charts[Consistency]->setLines(std::move(lines));
    m_charts[Consistency]->setThresholds(std::move(thresholds));
}

void OverviewPage::drawEvents()
{
    const std::vector<ChartEvent> events =
        m_events->isChecked() ? marksOf(m_sessions.overview->events()) : std::vector<ChartEvent>();
    for (Chart *chart : m_charts)
        chart->setEvents(events);
}

void OverviewPage::showCrosshair(std::optional<qint64> at)
{
    for (Chart *chart : m_charts)
        chart->setCrosshair(at);
    m_crosshair->setText(
        at ? tr("Crosshair %1 %2").arg(timeOfDay(instantFromMs(*at)), zoneName(instantFromMs(*at))) : QString());
}

} // namespace crossfade
