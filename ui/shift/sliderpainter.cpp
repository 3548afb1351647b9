// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/sliderpainter.h"

#include "models/items/policywords.h"
#include "ui/shared/chip.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr double ScaleLeft = 92;
constexpr double ScaleRight = 96;
constexpr double BubbleHeight = 24;
constexpr double LabelBaseline = 42;
constexpr double TickTop = 48;
constexpr double TrackTop = 53;
constexpr double TrackHeight = 12;
constexpr double RailTop = TrackTop + TrackHeight + 8;
constexpr double RailHeight = 3;
constexpr double WordsBaseline = 93;
constexpr double BrokenUnder = 70; // a cap from here on leaves little behind it
constexpr double ShareWhenBroken = 0.78;

struct SliderWords {
    Q_DECLARE_TR_FUNCTIONS(PercentageSlider)
};

} // namespace

SliderGeometry::SliderGeometry(QSize size, double max)
    : m_width(size.width()), m_max(max), m_share(max > 0 && max < BrokenUnder ? ShareWhenBroken : max / 100)
{
}

bool SliderGeometry::isBroken() const
{
    return m_share > m_max / 100 + 0.001;
}

double SliderGeometry::length() const
{
    return m_width - ScaleLeft - ScaleRight;
}

double SliderGeometry::x(double percentage) const
{
    if (percentage <= m_max || m_max >= 100)
        return ScaleLeft + length() * (m_max > 0 ? m_share * percentage / m_max : 0);
    return ScaleLeft + length() * (m_share + (1 - m_share) * (percentage - m_max) / (100 - m_max));
}

double SliderGeometry::percentage(double x) const
{
    const double at = (x - ScaleLeft) / length();
    if (at <= m_share || m_max >= 100)
        return m_share > 0 ? at / m_share * m_max : 0;
    return m_max + (at - m_share) / (1 - m_share) * (100 - m_max);
}

QRectF SliderGeometry::track() const
{
    return {x(0), TrackTop, x(100) - x(0), TrackHeight};
}

QRectF SliderGeometry::grabArea() const
{
    return track().adjusted(-12, -10, 12, 10);
}

SliderPainter::SliderPainter(QPainter &painter, const SliderGeometry &geometry,
                             const SliderState &state, double target, const Tokens &tokens, bool enabled)
    : m_painter(painter), m_geometry(geometry), m_state(state), m_target(target), m_tokens(tokens),
      m_enabled(enabled), m_ratio(painter.device()->devicePixelRatioF())
{
    painter.setRenderHint(QPainter::Antialiasing);
}

void SliderPainter::fillPart(double from, double to, const QBrush &brush, const QColor &border)
{
    if (to - from < 0.001)
        return;
    const QRectF track = m_geometry.track();
    const QRectF part(m_geometry.x(from), track.top(), m_geometry.x(to) - m_geometry.x(from), track.height());
    QPainterPath outline;
    outline.addRoundedRect(track, 3, 3);
    m_painter.save();
    m_painter.setClipPath(outline);
    m_painter.fillRect(part, brush);
    m_painter.restore();
    if (!border.isValid())
        return;
    // The border follows the track's rounding at its ends and is straight within it.
    m_painter.save();
    m_painter.setClipRect(part);
    m_painter.setPen(QPen(border, 1));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    m_painter.restore();
}

void SliderPainter::paintTrack()
{
    const Tokens &t = m_tokens;
    const double now = m_state.current;
    const bool back = m_target < now - 0.005;
    const double low = std::min(now, m_target);
    const double high = std::max(now, m_target);
    const QColor fresh = m_enabled ? t.fresh : t.tertiary;
    fillPart(m_state.max, 100, hatchBrush(t.mid, t.neutralTint, true, m_ratio), t.mid);
    fillPart(high, m_state.max, hatchBrush(m_enabled ? t.legacy : t.mid, m_enabled ? t.legacyTint : t.base, false, m_ratio),
             m_enabled ? t.legacy : t.mid);
    if (m_geometry.isBroken())
        paintBreak();
    fillPart(0, low, fresh, QColor());
    if (back)
        fillPart(low, high, hatchBrush(t.red, t.redTint, true, m_ratio), t.red);
    else
        fillPart(low, high, hatchBrush(fresh, t.freshTint, false, m_ratio), fresh);
    for (const double stop : m_state.stops) {
        if (stop > 0 && stop < m_state.max)
            m_painter.fillRect(QRectF(m_geometry.x(stop) - 0.75, TrackTop, 1.5, TrackHeight), t.base);
    }
    m_painter.setFont(fontOf(FontRole::Strong));
    const double middle = TrackTop + TrackHeight / 2 + 5;
    paintPlatform(m_painter, QPointF(12, middle), QStringLiteral("NEW"), QStringLiteral("NEW"), t);
    paintPlatform(m_painter, QPointF(m_geometry.x(100) + 16, middle), QStringLiteral("LEGACY"),
                  QStringLiteral("LEGACY"), t);
}

// Two slanted gaps: from here on the scale is another one.
void SliderPainter::paintBreak()
{
    const double middle = m_geometry.x((m_state.max + 100) / 2);
    m_painter.setPen(QPen(m_tokens.base, 3, Qt::SolidLine, Qt::FlatCap));
    for (const double apart : {-3.5, 3.5})
        m_painter.drawLine(QPointF(middle + apart - 3, TrackTop + TrackHeight + 2), QPointF(middle + apart + 3, TrackTop - 2));
    m_painter.setPen(QPen(m_tokens.secondary, 1.2, Qt::SolidLine, Qt::RoundCap));
    for (const double apart : {-3.5, 3.5})
        m_painter.drawLine(QPointF(middle + apart - 4, TrackTop + TrackHeight + 4), QPointF(middle + apart + 4, TrackTop - 4));
}

void SliderPainter::paintLabel(double percentage, const QString &text, bool strong, const QColor &color)
{
    QFont font = fontOf(strong ? FontRole::PaneTitle : FontRole::Axis);
    m_painter.setFont(font);
    m_painter.setPen(color);
    const double width = QFontMetricsF(font).horizontalAdvance(text);
    m_painter.drawText(QPointF(m_geometry.x(percentage) - width / 2, LabelBaseline), text);
}

void SliderPainter::paintScale()
{
    const Tokens &t = m_tokens;
    const QFontMetricsF strong(fontOf(FontRole::PaneTitle));
    const QFontMetricsF plain(fontOf(FontRole::Axis));
    const QString now = shortPercent(m_state.current);
    const double nowLeft = m_geometry.x(m_state.current) - strong.horizontalAdvance(now) / 2 - 5;
    const double nowRight = m_geometry.x(m_state.current) + strong.horizontalAdvance(now) / 2 + 5;
    std::vector<double> labels = m_state.stops;
    if (m_state.max < 100)
        labels.push_back(100);
    double freeFrom = -1e9; // right end of the last label drawn
    const double maxHalf = plain.horizontalAdvance(shortNumber(m_state.max)) / 2 + 4;
    for (const double stop : labels) {
        const double x = m_geometry.x(stop);
        m_painter.fillRect(QRectF(std::round(x) - 0.5, TickTop, 1, 4), t.secondary);
        const QString text = shortNumber(stop);
        const double half = plain.horizontalAdvance(text) / 2 + 3;
        const bool isEnd = stop >= m_state.max;
        const bool underNow = x + half > nowLeft && x - half < nowRight;
        const bool underMax = !isEnd && x + half > m_geometry.x(m_state.max) - maxHalf;
        if (underNow || underMax || x - half < freeFrom)
            continue; // its tick tells where it is
        paintLabel(stop, text, false, stop < m_state.current ? t.text : t.secondary);
        freeFrom = x + half;
    }
    paintLabel(m_state.current, now, true, t.text);
    if (m_state.max >= 100)
        return;
    const double x = std::round(m_geometry.x(m_state.max));
    m_painter.fillRect(QRectF(x - 1, TickTop - 2, 2, RailTop + 9 - TickTop), t.ink);
    m_painter.setFont(fontOf(FontRole::Chip));
    m_painter.setPen(t.text);
    const QString cap = SliderWords::tr("max %1 · cap of this policy").arg(shortPercent(m_state.max));
    m_painter.drawText(QPointF(x + 6, RailTop + 8), cap);
}

void SliderPainter::paintRail()
{
    const Tokens &t = m_tokens;
    const double start = m_geometry.x(0);
    const double cleared = m_geometry.x(std::min(m_state.cleared, m_state.current));
    const double now = m_geometry.x(m_state.current);
    const auto bar = [&](double from, double to, const QColor &color) {
        if (to - from >= 1) {
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(color);
            m_painter.drawRoundedRect(QRectF(from, RailTop, to - from, RailHeight), 1.5, 1.5);
        }
    };
    bar(start, cleared, t.green);
    const bool running = now > cleared + 1;
    if (running) {
        bar(cleared + 2, now, t.hairline);
        bar(cleared + 2, cleared + 2 + (now - cleared - 2) * m_state.progress.value_or(0), t.secondary);
    }
    m_painter.setFont(fontOf(FontRole::Secondary));
    const QFontMetricsF metrics(m_painter.font());
    double end = start;
    if (!m_state.clearedText.isEmpty()) {
        paintGlyph(m_painter, QRectF(start, WordsBaseline - 10, 11, 11), Glyph::Check, t.green);
        m_painter.setPen(t.greenText);
        m_painter.drawText(QPointF(start + 15, WordsBaseline), m_state.clearedText);
        end = start + 15 + metrics.horizontalAdvance(m_state.clearedText) + 16;
    }
    if (m_state.railText.isEmpty())
        return;
    // Under its part of the rail where the words before it leave room.
    const double x = std::max(end, running ? cleared + 2 : end);
    m_painter.setPen(m_state.stopped ? t.redText : t.secondary);
    m_painter.drawText(QPointF(x, WordsBaseline),
                       metrics.elidedText(m_state.railText, Qt::ElideRight, m_geometry.width() - x - 8));
}

void SliderPainter::paintHandles(bool focus)
{
    const Tokens &t = m_tokens;
    const double middle = TrackTop + TrackHeight / 2;
    const double now = m_geometry.x(m_state.current);
    QPainterPath house;
    house.addPolygon(QPolygonF{{now - 5, TrackTop - 4}, {now + 5, TrackTop - 4}, {now + 5, TrackTop + 5},
                               {now, TrackTop + 11}, {now - 5, TrackTop + 5}});
    house.closeSubpath();
    m_painter.setPen(QPen(t.base, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    m_painter.setBrush(t.ink);
    m_painter.drawPath(house);
    const bool back = m_target < m_state.current - 0.005;
    const QColor color = !m_enabled ? t.disabled : back ? t.redFill : t.fresh;
    if (m_state.applied && std::abs(*m_state.applied - m_target) > 0.005
        && std::abs(*m_state.applied - m_state.current) > 0.005) {
        m_painter.setBrush(t.base);
        m_painter.setPen(QPen(m_enabled ? t.fresh : t.disabled, 2));
        m_painter.drawEllipse(QPointF(m_geometry.x(*m_state.applied), middle), 6, 6);
    }
    const QPointF handle(m_geometry.x(m_target), middle);
    if (focus) {
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(t.ink, 2));
        m_painter.drawEllipse(handle, 14, 14);
    }
    m_painter.setBrush(t.base);
    m_painter.setPen(QPen(color, 1.2));
    m_painter.drawEllipse(handle, 11, 11);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(color);
    m_painter.drawEllipse(handle, 8.5, 8.5);
    m_painter.setBrush(t.base);
    m_painter.drawEllipse(handle, 4, 4);
}

void SliderPainter::paintBubble(const QString &text)
{
    const Tokens &t = m_tokens;
    const double moved = m_target - m_state.current;
    const QString sign = moved < 0 ? QString(QChar(0x2212)) : QStringLiteral("+");
    const int decimals = std::abs(moved * 10 - std::round(moved * 10)) > 0.01 ? 2 : 1;
    QString shown = sign + QString::number(std::abs(moved), 'f', decimals) + NarrowSpace + QLatin1Char('%');
    if (!text.isEmpty())
        shown += QStringLiteral(" · ") + text;
    const QFont font = fontOf(FontRole::PaneTitle);
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(shown) + 20;
    const double x = m_geometry.x(m_target);
    const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, m_geometry.width() - width));
    const bool back = moved < 0;
    const QColor ground = back ? t.redTint : t.ink; // the red fill is the confirming button's
    QPainterPath shape;
    shape.addRoundedRect(QRectF(left, 0, width, BubbleHeight), Radius, Radius);
    QPainterPath pointer;
    pointer.addPolygon(QPolygonF{{x - 6, BubbleHeight - 1}, {x + 6, BubbleHeight - 1}, {x, BubbleHeight + 5}});
    m_painter.setPen(back ? QPen(t.red, 1) : QPen(Qt::NoPen));
    m_painter.setBrush(ground);
    m_painter.drawPath(shape.united(pointer).translated(0, back ? 0.5 : 0));
    m_painter.setFont(font);
    m_painter.setPen(back ? t.redText : t.inkText);
    const double baseline = (BubbleHeight + metrics.ascent() - metrics.descent()) / 2;
    m_painter.drawText(QPointF(left + 10, baseline), shown);
}

} // namespace crossfade
