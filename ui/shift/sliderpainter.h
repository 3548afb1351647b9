// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tokens.h"
#include "ui/shift/sliderstate.h"

#include <QRectF>
#include <QSize>

class QPainter;

namespace crossfade {

// Where things stand on the slider: the scale is linear, 0 to 100.
// Where a percentage is. What lies beyond a small cap can't be reached: it takes a short end behind a
// break, and the part that can be worked with takes the room.
class SliderGeometry {
public:
    explicit SliderGeometry(QSize size, double max = 100);
    bool isBroken() const;
    double x(double percentage) const;
    double percentage(double x) const;
    QRectF track() const;
    QRectF grabArea() const; // where a press takes the handle
    int width() const { return m_width; }

private:
    double length() const;

    int m_width;
    double m_max;
    double m_share; // of the length that goes to 0..max
};

// Draws the slider from the track upwards: each part on its own.
class SliderPainter {
public:
    SliderPainter(QPainter &painter, const SliderGeometry &geometry, const SliderState &state,
                  double target, const Tokens &tokens, bool enabled);
    void paintTrack();
    void paintScale();
    void paintRail();
    void paintHandles(bool focus);
    void paintBubble(const QString &text);

private:
    void fillPart(double from, double to, const QBrush &brush, const QColor &border);
    void paintBreak();
    void paintLabel(double percentage, const QString &text, bool strong, const QColor &color);

    QPainter &m_painter;
    SliderGeometry m_geometry;
    const SliderState &m_state;
    double m_target;
    const Tokens &m_tokens;
    bool m_enabled;
    double m_ratio;
};

} // namespace crossfade
