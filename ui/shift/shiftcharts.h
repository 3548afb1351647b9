// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/seriesstore.h"
#include "models/session/shiftsession.h"
#include "ui/shared/chart.h"

#include <QWidget>

namespace crossfade {

class Pane;

// The marks of a shift's history for the lane of a chart.
std::vector<ChartEvent> eventsOf(const std::vector<HistoryRow> &history, const QString &policyName);

// Success rate and latency of the requests that the selected policy decided, side by side, with a
// crosshair over both.
class ShiftCharts : public QWidget {
    Q_OBJECT
public:
    ShiftCharts(ShiftSession *session, SeriesStore *series, QWidget *parent = nullptr);
    void showPolicy();
    void setStale(bool stale);

private:
    void follow();
    void feed();
    std::vector<ChartLine> linesOf(const char *metric, const char *statistic) const;
    std::vector<ChartThreshold> thresholdsOf(Metric metric) const;
    void link(Chart *from, Chart *to);

    ShiftSession *m_session;
    SeriesStore *m_series;
    std::string m_policyId;
    std::string m_statistic = "p95";
    Pane *m_successPane;
    Pane *m_latencyPane;
    Chart *m_success;
    Chart *m_latency;
};

} // namespace crossfade
