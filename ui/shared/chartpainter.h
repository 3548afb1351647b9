// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/chart.h"

#include <QPen>

#include <cmath>

class QPainter;

namespace crossfade {

QPen chartPen(const ChartLine &line, const Tokens &tokens, bool stale);
// A line of one device pixel, wherever it falls.
inline double snap(double position) { return std::floor(position) + 0.5; }

// What a chart paints itself, in widget coordinates.
class ChartPainter {
public:
    ChartPainter(const Chart &chart, QPainter &painter);
    void paintBehind();  // grid, breach band, axis labels
    void paintInFront(); // thresholds, marks along the lines, events, end labels, crosshair

private:
    // Events at one place of the lane.
    struct EventLine {
        double x = 0;
        bool red = false;
    };
    struct Mark {
        std::vector<EventLine> lines; // ascending
        Glyph glyph;
        QString label;
        bool red = false;
    };
    std::vector<Mark> marks() const;
    void paintGrid();
    void paintTimes();
    void paintBreach();
    void paintThresholds();
    void paintMarkers();
    void paintEvents();
    void paintNothing();
    void paintEndLabels();
    void paintCrosshair();
    void paintMark(const QPointF &at, LineKind kind, double radius, bool ringed);
    void text(const QPointF &baseline, const QString &text, const QColor &color);
    QColor textColor(LineKind kind) const;
    QColor lineColor(LineKind kind) const;
    QString valueText(double value) const;
    double roomFor(const QPointF &topLeft, const QSizeF &size) const;

    const Chart &m_chart;
    QPainter &m_painter;
    const Tokens &m_tokens;
    QRectF m_plot;
};

} // namespace crossfade
