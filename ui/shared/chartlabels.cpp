// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart says in words beside its lines: at their ends and at the crosshair.
#include "ui/shared/chartpainter.h"

#include "ui/shared/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace crossfade {

namespace {

constexpr double LabelApart = 15;

} // namespace

void ChartPainter::paintEndLabels()
{
    struct Label {
        double y;
        QString text;
        LineKind kind;
    };
    std::vector<Label> labels;
    const qint64 reach = std::max<qint64>(m_chart.m_reach * 3, (m_chart.m_shown.to - m_chart.m_shown.from) / 20);
    for (const ChartLine &line : m_chart.m_shown.lines) {
        const auto last = valueAt(line.points, m_chart.m_shown.to, reach);
        if (!last)
            continue;
        if (m_chart.m_mode == Chart::Mode::Split) {
            labels.push_back({m_chart.yOf((100 + last->value) / 2), QStringLiteral("LEGACY ") + QString::number(100 - last->value, 'f', 1), LineKind::Legacy});
            labels.push_back({m_chart.yOf(last->value), QStringLiteral("NEW ") + QString::number(last->value, 'f', 1), LineKind::Fresh});
            break;
        }
        const bool roomy = m_chart.m_margins.right > 80;
        const QString name = roomy || line.weight != LineWeight::Main ? line.name + QLatin1Char(' ') : QString();
        labels.push_back({m_chart.yOf(last->value), name + valueText(last->value), line.kind});
    }
    std::sort(labels.begin(), labels.end(), [](const Label &a, const Label &b) { return a.y < b.y; });
    for (std::size_t i = 1; i < labels.size(); ++i)
        labels[i].y = std::max(labels[i].y, labels[i - 1].y + LabelApart);
    double limit = m_plot.bottom();
    for (std::size_t i = labels.size(); i-- > 0;) {
        labels[i].y = std::min(labels[i].y, limit);
        limit = labels[i].y - LabelApart;
    }
    m_painter.save();
    m_painter.setFont(fontOf(FontRole::Chip));
    const QFontMetricsF metrics(m_painter.font());
    for (const Label &label : labels) {
        paintMark(QPointF(m_plot.right() + 10, label.y), label.kind, 3.4, false);
        const double space = m_chart.width() - m_plot.right() - 20;
        QString shown = label.text;
        if (metrics.horizontalAdvance(shown) > space) // the number counts, the diamond tells the rest
            shown.replace(QLatin1String("LEGACY"), QLatin1String("LEG."));
        text(QPointF(m_plot.right() + 18, label.y + metrics.capHeight() / 2),
             metrics.elidedText(shown, Qt::ElideMiddle, space), textColor(label.kind));
    }
    m_painter.restore();
}

// How many points of lines a box would cover: the emptiest place gets it.
double ChartPainter::roomFor(const QPointF &topLeft, const QSizeF &size) const
{
    const QRectF box(topLeft, size);
    double covered = 0;
    for (const ChartLine &line : m_chart.m_shown.lines) {
        for (double x = box.left(); x <= box.right(); x += 6) {
            const auto value = valueAt(line.points, m_chart.timeAt(x), m_chart.m_reach);
            if (value && box.adjusted(0, -6, 0, 6).contains(x, m_chart.yOf(value->value)))
                ++covered;
        }
    }
    return covered;
}

void ChartPainter::paintCrosshair()
{
    if (!m_chart.m_crosshair || *m_chart.m_crosshair < m_chart.m_shown.from || *m_chart.m_crosshair > m_chart.m_shown.to)
        return;
    const double x = m_chart.xOf(*m_chart.m_crosshair);
    m_painter.setPen(QPen(m_tokens.text, 1));
    m_painter.drawLine(QPointF(snap(x), m_plot.top()), QPointF(snap(x), m_plot.bottom()));
    struct Entry {
        LineKind kind;
        QString text;
    };
    std::vector<Entry> entries;
    for (const ChartLine &line : m_chart.m_shown.lines) {
        const auto value = valueAt(line.points, *m_chart.m_crosshair, m_chart.m_reach);
        if (value) {
            const QPointF point(x, m_chart.yOf(value->value));
            m_painter.setPen(QPen(m_tokens.base, 1));
            paintMark(point, line.kind, 4, true);
        }
        const QString unit = m_chart.m_values.unit;
        const QString shown = value ? valueText(value->value) + NarrowSpace + unit : QString(QChar(0x2014));
        entries.push_back({line.kind, line.name + QLatin1Char(' ') + shown});
        if (m_chart.m_mode == Chart::Mode::Split) {
            if (value)
                entries.push_back({LineKind::Legacy, QStringLiteral("LEGACY ") + valueText(100 - value->value) + NarrowSpace + unit});
            break;
        }
    }
    if (entries.empty())
        return;
    const QFontMetricsF metrics(m_painter.font());
    double width = 0;
    for (const Entry &entry : entries)
        width = std::max(width, metrics.horizontalAdvance(entry.text));
    const QSizeF size(width + 30, 16 * static_cast<double>(entries.size()) + 8);
    const double left = x + 10 + size.width() < m_plot.right() ? x + 10 : x - 10 - size.width();
    QPointF best;
    double least = 1e9;
    for (const double share : {0.04, 0.5, 0.96}) {
        const double top = m_plot.top() + (m_plot.height() - size.height()) * share;
        const double covered = roomFor(QPointF(left, top), size);
        if (covered < least) {
            least = covered;
            best = QPointF(left, top);
        }
    }
    m_painter.setPen(QPen(m_tokens.mid, 1));
    m_painter.setBrush(m_tokens.base);
    m_painter.drawRoundedRect(QRectF(best, size), 4, 4);
    double y = best.y() + 16;
    for (const Entry &entry : entries) {
        paintMark(QPointF(best.x() + 12, y - metrics.capHeight() / 2), entry.kind, 3.4, false);
        text(QPointF(best.x() + 22, y), entry.text, m_tokens.text);
        y += 16;
    }
}

} // namespace crossfade
