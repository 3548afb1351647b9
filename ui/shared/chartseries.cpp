// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn by Qt Charts: the lines and areas of a chart, and the scale they stand on.
#include "ui/shared/chart.h"

#include "ui/shared/chartpainter.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::size_t Buckets = 300;

} // namespace

void Chart::rescale()
{
    std::optional<double> low;
    std::optional<double> high;
    const auto take = [&](double value) {
        low = low ? std::min(*low, value) : value;
        high = high ? std::max(*high, value) : value;
    };
    for (const ChartLine &line : m_shown.lines) {
        for (const TimedValue &point : line.points) {
            if (point.value && point.at >= m_shown.from && point.at <= m_shown.to)
                take(*point.value);
        }
    }
    for (const ChartThreshold &threshold : m_shown.thresholds)
        take(threshold.value);
    // A label is 15 high; there is no use in more lines than labels.
    const int parts = std::clamp(static_cast<int>(plotRect().height() / 30), 2, 5);
    if (m_mode == Mode::Split) {
        m_scale = {0, 100, 25, 0};
    } else if (!low) {
        const double top = m_values.ceiling.value_or(m_values.floor.value_or(0) + 100);
        m_scale = axisScale(m_values.floor.value_or(0), top, parts);
    } else {
        const double room = (*high - *low) * 0.06;
        m_scale = axisScale(*low - room, *high + room, parts, m_values.floor, m_values.ceiling);
    }
    m_yAxis->setRange(m_scale.low, m_scale.high);
    m_xAxis->setRange(-static_cast<double>(m_shown.to - m_shown.from) / 1000, 0); // seconds ago
}

QLineSeries *Chart::nextSeries(const QPen &pen)
{
    if (m_used == m_series.size()) {
        auto *series = new QLineSeries;
        chart()->addSeries(series);
        series->attachAxis(m_xAxis);
        series->attachAxis(m_yAxis);
        m_series.push_back(series);
    }
    QLineSeries *series = m_series[m_used++];
    series->setPen(pen);
    series->setVisible(true);
    return series;
}

void Chart::drawLine(const ChartLine &line)
{
    const auto runs = decimate(line.points, m_shown.from, m_shown.to, Buckets, m_reach);
    const QPen pen = chartPen(line, tokensOf(palette()), m_stale);
    for (const PlotRun &run : runs) {
        QList<QPointF> points;
        for (const PlotPoint &point : run)
            points << QPointF(static_cast<double>(point.at - m_shown.to) / 1000, point.value);
        if (points.size() == 1) // alone between gaps: a short stroke instead of nothing
            points << points.first() + QPointF(0.2, 0);
        nextSeries(pen)->replace(points);
    }
}

void Chart::drawSplit(const ChartLine &line)
{
    const Tokens &t = tokensOf(palette());
    QColor solid = m_stale ? t.tertiary : t.fresh;
    solid.setAlphaF(0.30F);
    QColor strokes = m_stale ? t.tertiary : t.legacy;
    strokes.setAlphaF(0.45F); // a large area: as loud as the bars it would drown the line
    const QBrush hatch = hatchBrush(strokes, m_stale ? t.neutralTint : t.legacyTint, false, devicePixelRatioF());
    for (const PlotRun &run : decimate(line.points, m_shown.from, m_shown.to, Buckets, m_reach)) {
        auto *middle = new QLineSeries;
        auto *top = new QLineSeries;
        auto *bottom = new QLineSeries;
        for (const PlotPoint &point : run) {
            const double x = static_cast<double>(point.at - m_shown.to) / 1000;
            middle->append(x, point.value);
            top->append(x, 100);
            bottom->append(x, 0);
        }
        auto *fresh = new QAreaSeries(middle, bottom);
        auto *legacy = new QAreaSeries(top, middle);
        fresh->setBrush(solid);
        legacy->setBrush(hatch);
        // The area deletes no lines: they live with it.
        for (QLineSeries *edge : {middle, bottom, top})
            edge->setParent(fresh);
        for (QAreaSeries *area : {legacy, fresh}) {
            area->setPen(Qt::NoPen);
            chart()->addSeries(area);
            area->attachAxis(m_xAxis);
            area->attachAxis(m_yAxis);
            m_areas.push_back(area);
        }
    }
}

void Chart::rebuild()
{
    m_dirty = false;
    ++m_updates;
    m_sinceUpdate.start();
    m_shown = m_next;
    rescale();
    for (auto it = m_areas.rbegin(); it != m_areas.rend(); ++it) {
        chart()->removeSeries(*it);
        delete *it;
    }
    m_areas.clear();
    if (m_mode == Mode::Split && !m_shown.lines.empty()) {
        drawSplit(m_shown.lines.front());
        // Series are drawn in the order they came: the edge line belongs over the areas.
        for (QLineSeries *series : m_series) {
            chart()->removeSeries(series);
            delete series;
        }
        m_series.clear();
    }
    m_used = 0;
    for (const ChartLine &line : m_shown.lines) {
        drawLine(line);
        if (m_mode == Mode::Split)
            break;
    }
    for (std::size_t i = m_used; i < m_series.size(); ++i)
        m_series[i]->setVisible(false);
    setAccessibleDescription(spokenText());
    chart()->setPlotArea(plotRect());
    viewport()->update();
}

} // namespace crossfade
