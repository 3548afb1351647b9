// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/approvalssession.h"
#include "models/session/overviewsession.h"
#include "models/session/seriesstore.h"
#include "models/session/shiftsession.h"
#include "ui/frame/page.h"

#include <QTimer>

#include <array>
#include <vector>

namespace crossfade {

class Button;
class Chart;
class OverviewFoot;
class Pane;
class RangeChooser;
class StateView;
class StaleChip;
class TextLabel;
struct ChartLine;

struct OverviewSessions {
    ShiftSession *shifts;
    ApprovalsSession *approvals;
    OverviewSession *overview;
    SeriesStore *series;
};

// Four live charts over one time range with one crosshair, and what needs a person below them.
class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(const OverviewSessions &sessions, QWidget *parent = nullptr);

    void refresh() override;

Q_SIGNALS:
    void approvalRequested(const QString &approvalId);

private:
    enum Plot { Split, Success, Latency, Consistency, PlotCount };

    QWidget *buildTitle();
    QWidget *buildCharts();
    void connectFoot();
    Pane *buildChart(Plot plot, const QString &title, const QString &subtitle, const char *objectName);
    void followSeries();
    void redraw();
    void drawRange();
    void drawLines();
    void drawConsistency();
    void drawEvents();
    void showCrosshair(std::optional<qint64> at);
    ChartLine line(const SeriesKey &key, const QString &name, int kind, int weight) const;

    OverviewSessions m_sessions;
    RangeChooser *m_range;
    TextLabel *m_span;
    TextLabel *m_crosshair;
    Button *m_events;
    Button *m_pause;
    StaleChip *m_stale;
    StateView *m_state;
    std::array<Chart *, PlotCount> m_charts{};
    OverviewFoot *m_foot;
    QTimer m_clock; // the window of time slides also when nothing is measured
    std::vector<SeriesKey> m_followed;
};

} // namespace crossfade
