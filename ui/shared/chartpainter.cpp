// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/chartpainter.h"

#include "ui/shared/theme.h"

#include <QDateTime>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr double EventSide = 16;
constexpr qint64 Day = 24 * 3600 * 1000LL;
constexpr qint64 MinuteMs = 60'000;
constexpr int MarksAlongALine = 6;

QString timeLabel(qint64 at, qint64 step)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
    if (step >= Day)
        return QLocale().toString(time, QStringLiteral("d MMM"));
    return time.toString(step < MinuteMs ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

} // namespace

QPen chartPen(const ChartLine &line, const Tokens &t, bool stale)
{
    QColor color = line.kind == LineKind::Fresh ? t.fresh : line.kind == LineKind::Legacy ? t.legacy : t.text;
    if (stale)
        color = t.disabled;
    double width = line.kind == LineKind::Legacy ? 1.6 : 2;
    if (line.weight != LineWeight::Main)
        width = 1.2;
    QPen pen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (line.weight == LineWeight::Dotted)
        pen.setDashPattern({1, 2.5});
    return pen;
}

ChartPainter::ChartPainter(const Chart &chart, QPainter &painter)
    : m_chart(chart), m_painter(painter), m_tokens(tokensOf(chart.palette())), m_plot(chart.plotRect())
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(fontOf(FontRole::Axis));
}

void ChartPainter::paintBehind()
{
    m_painter.fillRect(QRect(0, 0, m_chart.width(), m_chart.height()), m_tokens.base);
    paintGrid();
    paintTimes();
    paintBreach();
}

void ChartPainter::paintInFront()
{
    paintThresholds();
    paintNothing();
    paintMarkers();
    paintEvents();
    paintEndLabels();
    paintCrosshair();
}

void ChartPainter::text(const QPointF &baseline, const QString &text, const QColor &color)
{
    m_painter.setPen(color);
    m_painter.drawText(baseline, text);
}

QColor ChartPainter::textColor(LineKind kind) const
{
    if (m_chart.m_stale)
        return m_tokens.tertiary;
    if (kind == LineKind::Fresh)
        return m_tokens.freshText;
    return kind == LineKind::Legacy ? m_tokens.legacyText : m_tokens.text;
}

QColor ChartPainter::lineColor(LineKind kind) const
{
    return chartPen({{}, kind, LineWeight::Main, {}}, m_tokens, m_chart.m_stale).color();
}

QString ChartPainter::valueText(double value) const
{
    return QString::number(value, 'f', m_chart.m_values.decimals);
}

void ChartPainter::paintGrid()
{
    const QFontMetricsF metrics(m_painter.font());
    for (const double tick : m_chart.m_scale.ticks()) {
        const double y = m_chart.yOf(tick);
        const bool bottom = tick <= m_chart.m_scale.low + m_chart.m_scale.step / 2;
        m_painter.setPen(QPen(bottom ? m_tokens.mid : m_tokens.hairline, 1));
        m_painter.drawLine(QPointF(m_plot.left(), snap(y)), QPointF(m_plot.right(), snap(y)));
        const QString label = QString::number(tick, 'f', m_chart.m_scale.decimals);
        text(QPointF(m_plot.left() - 8 - metrics.horizontalAdvance(label), y + metrics.capHeight() / 2), label,
             m_tokens.secondary);
    }
}

void ChartPainter::paintTimes()
{
    const QFontMetricsF metrics(m_painter.font());
    const int most = std::max(2, static_cast<int>(m_plot.width() / 74));
    const qint64 offset = QDateTime::fromMSecsSinceEpoch(m_chart.m_shown.to).offsetFromUtc() * 1000LL;
    const qint64 step = timeStep(m_chart.m_shown.from, m_chart.m_shown.to, most);
    for (const std::int64_t at : timeTicks(m_chart.m_shown.from, m_chart.m_shown.to, offset, most)) {
        const double x = m_chart.xOf(at);
        m_painter.setPen(QPen(m_tokens.mid, 1));
        m_painter.drawLine(QPointF(snap(x), m_plot.bottom()), QPointF(snap(x), m_plot.bottom() + 4));
        const QString label = timeLabel(at, step);
        text(QPointF(x - metrics.horizontalAdvance(label) / 2, m_plot.bottom() + 17), label, m_tokens.secondary);
    }
}

void ChartPainter::paintBreach()
{
    if (!m_chart.m_shown.breach)
        return;
    const ChartBreach &breach = *m_chart.m_shown.breach;
    const double left = std::clamp(m_chart.xOf(breach.from), m_plot.left(), m_plot.right());
    const double right = std::clamp(m_chart.xOf(breach.to), left, m_plot.right());
    QColor band = m_tokens.red;
    band.setAlphaF(0.12F);
    m_painter.fillRect(QRectF(left, m_plot.top(), std::max(2.0, right - left), m_plot.height()), band);
    m_painter.setPen(QPen(m_tokens.red, 1.2));
    m_painter.drawLine(QPointF(snap(left), m_plot.top()), QPointF(snap(left), m_plot.bottom()));
    m_painter.save();
    m_painter.setFont(fontOf(FontRole::Chip));
    const double width = QFontMetricsF(m_painter.font()).horizontalAdvance(breach.text);
    // Left of the band where there is room, so that it does not lie over the lines that broke.
    const double x = left - width - 6 > m_plot.left() ? left - width - 6 : left + 6;
    text(QPointF(x, m_plot.top() + 17), breach.text, m_tokens.redText);
    m_painter.restore();
}

void ChartPainter::paintThresholds()
{
    for (const ChartThreshold &threshold : m_chart.m_shown.thresholds) {
        const double y = snap(m_chart.yOf(threshold.value));
        QPen pen(m_tokens.text, 1.2);
        pen.setDashPattern({5, 3.5});
        m_painter.setPen(pen);
        m_painter.drawLine(QPointF(m_plot.left(), y), QPointF(m_plot.right(), y));
        const QPointF place(m_plot.left() + 10, y - 5 < m_plot.top() + 10 ? y + 14 : y - 5);
        const QFontMetricsF metrics(m_painter.font());
        const QRectF ground(place.x() - 2, place.y() - metrics.ascent() + 1,
                            metrics.horizontalAdvance(threshold.label) + 4, metrics.ascent() + 2);
        QColor veil = m_tokens.base;
        veil.setAlphaF(0.8F);
        m_painter.fillRect(ground, veil);
        text(place, threshold.label, m_tokens.text);
    }
}

void ChartPainter::paintMark(const QPointF &at, LineKind kind, double radius, bool ringed)
{
    m_painter.setPen(QPen(m_tokens.base, ringed ? 2 : 1));
    m_painter.setBrush(lineColor(kind));
    if (kind == LineKind::Legacy) {
        const double r = radius * 1.25;
        m_painter.drawPolygon(QPolygonF{at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)});
    } else {
        m_painter.drawEllipse(at, radius, radius);
    }
    m_painter.setBrush(Qt::NoBrush);
}

void ChartPainter::paintMarkers()
{
    if (m_chart.m_mode == Chart::Mode::Split)
        return;
    m_painter.save();
    m_painter.setClipRect(m_plot.adjusted(-4, -4, 4, 4));
    const qint64 apart = (m_chart.m_shown.to - m_chart.m_shown.from) / MarksAlongALine;
    int index = 0;
    for (const ChartLine &line : m_chart.m_shown.lines) {
        if (line.weight != LineWeight::Main || line.kind == LineKind::Neutral)
            continue;
        // Offset against each other, so that two close lines stay told apart.
        const qint64 first = m_chart.m_shown.from + apart * (1 + 2 * (index++ % 3)) / 6;
        for (qint64 at = first; at < m_chart.m_shown.to; at += apart) {
            const auto value = valueAt(line.points, at, m_chart.m_reach);
            if (value)
                paintMark(QPointF(m_chart.xOf(value->at), m_chart.yOf(value->value)), line.kind, 3.6, false);
        }
    }
    m_painter.restore();
}

// Marks that would lie over each other become one: it shows the gravest glyph and how many they are.
std::vector<ChartPainter::Mark> ChartPainter::marks() const
{
    std::vector<const ChartEvent *> events;
    for (const ChartEvent &event : m_chart.m_shown.events) {
        if (event.at >= m_chart.m_shown.from && event.at <= m_chart.m_shown.to)
            events.push_back(&event);
    }
    std::sort(events.begin(), events.end(), [](const auto *a, const auto *b) { return a->at < b->at; });
    std::vector<Mark> marks;
    for (const ChartEvent *event : events) {
        const double x = m_chart.xOf(event->at);
        if (marks.empty() || x - marks.back().lines.back().x > EventSide + 3) {
            marks.push_back({{{x, event->red}}, event->glyph, event->label, event->red});
            continue;
        }
        Mark &mark = marks.back();
        if (event->red && !mark.red) {
            mark.glyph = event->glyph;
            mark.red = true;
        }
        mark.lines.push_back({x, event->red});
        mark.label = event->label; // what holds since
    }
    return marks;
}

void ChartPainter::paintEvents()
{
    const QFontMetricsF metrics(m_painter.font());
    double freeFrom = 0; // right end of what is drawn in the lane so far
    const std::vector<Mark> all = marks();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Mark &mark = all[i];
        const QColor color = mark.red ? m_tokens.redText : m_tokens.secondary;
        for (const EventLine &line : mark.lines) {
            QPen dots(line.red ? m_tokens.redText : m_tokens.secondary, 1);
            dots.setDashPattern({1, 2.5});
            m_painter.setPen(dots);
            m_painter.drawLine(QPointF(snap(line.x), EventSide + 6), QPointF(snap(line.x), m_plot.bottom()));
        }
        const QString count = mark.lines.size() > 1 ? QString::number(mark.lines.size()) : QString();
        const double side = EventSide - 1 + (count.isEmpty() ? 0 : metrics.horizontalAdvance(count) + 2);
        const double middle = (mark.lines.front().x + mark.lines.back().x) / 2;
        const QRectF box(std::round(middle - side / 2) + 0.5, 4.5, side, EventSide - 1);
        m_painter.setPen(QPen(mark.red ? m_tokens.red : m_tokens.secondary, 1));
        m_painter.setBrush(mark.red ? m_tokens.redTint : m_tokens.base);
        m_painter.drawRoundedRect(box, 4, 4);
        m_painter.setBrush(Qt::NoBrush);
        paintGlyph(m_painter, QRectF(box.left() + 3, box.top() + 3, EventSide - 7, EventSide - 7), mark.glyph, color);
        text(QPointF(box.left() + EventSide - 2, 16), count, color);
        const double width = metrics.horizontalAdvance(mark.label);
        const double nextLeft = i + 1 < all.size() ? all[i + 1].lines.front().x - EventSide : m_chart.width() - 4.0;
        double end = box.right();
        if (!mark.label.isEmpty() && box.right() + 6 + width < nextLeft - 4) {
            text(QPointF(box.right() + 6, 16), mark.label, m_tokens.secondary);
            end = box.right() + 6 + width;
        } else if (!mark.label.isEmpty() && box.left() - 6 - width > freeFrom + 4 && box.left() - 6 - width > 2) {
            text(QPointF(box.left() - 6 - width, 16), mark.label, m_tokens.secondary);
        }
        freeFrom = end;
    }
}

// Never an empty grid without a word.
void ChartPainter::paintNothing()
{
    for (const ChartLine &line : m_chart.m_shown.lines)
        for (const TimedValue &point : line.points)
            if (point.at >= m_chart.m_shown.from && point.at <= m_chart.m_shown.to && point.value)
                return;
    const QString words = Chart::tr("no data in this range");
    m_painter.setFont(fontOf(FontRole::Secondary));
    const QFontMetricsF metrics(m_painter.font());
    double middle = m_plot.center().y();
    for (const ChartThreshold &threshold : m_chart.m_shown.thresholds)
        if (std::abs(m_chart.yOf(threshold.value) - middle) < 20)
            middle = m_chart.yOf(threshold.value) + 30; // beside its dashed line
    const QRectF ground(m_plot.center().x() - metrics.horizontalAdvance(words) / 2 - 8, middle - 10,
                        metrics.horizontalAdvance(words) + 16, 20);
    m_painter.fillRect(ground, m_tokens.base);
    text(QPointF(ground.left() + 8, middle + metrics.capHeight() / 2), words, m_tokens.secondary);
    m_painter.setFont(fontOf(FontRole::Axis));
}

} // namespace crossfade
