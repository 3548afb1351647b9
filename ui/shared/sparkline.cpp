// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/sparkline.h"

#include "ui/shared/glyphs.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace crossfade {

namespace {

struct Extent {
    double low = 0, high = 1;
    bool any = false;
};

Extent extentOf(const QVariantList &values, std::optional<double> threshold)
{
    Extent e;
    const auto take = [&](double v) {
        e.low = e.any ? std::min(e.low, v) : v;
        e.high = e.any ? std::max(e.high, v) : v;
        e.any = true;
    };
    for (const QVariant &value : values) {
        if (value.isValid() && !value.isNull())
            take(value.toDouble());
    }
    if (e.any && threshold)
        take(*threshold);
    if (e.high - e.low < 1e-9)
        e.high = e.low + 1;
    return e;
}

} // namespace

void paintSparkline(QPainter &painter, const QRectF &rect, const QVariantList &values,
                    std::optional<double> threshold, const QColor &line, const Tokens &tokens)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const Extent extent = extentOf(values, threshold);
    if (!extent.any) {
        painter.setPen(QPen(tokens.tertiary, 1, Qt::DotLine));
        painter.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.right(), rect.center().y()));
        painter.restore();
        return;
    }
    const double width = rect.width() - 4; // room for the end dot
    const double steps = std::max<double>(1, static_cast<double>(values.size()) - 1);
    const auto x = [&](qsizetype i) { return rect.left() + width * static_cast<double>(i) / steps; };
    const auto y = [&](double v) {
        return rect.bottom() - (v - extent.low) / (extent.high - extent.low) * rect.height();
    };
    if (threshold) {
        QPen pen(tokens.secondary, 1);
        pen.setDashPattern({3, 2.5});
        painter.setPen(pen);
        painter.drawLine(QPointF(rect.left(), y(*threshold)), QPointF(rect.right(), y(*threshold)));
    }
    QPainterPath path;
    bool open = false;
    QPointF last;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const bool here = values.at(i).isValid() && !values.at(i).isNull();
        if (here) {
            last = QPointF(x(i), y(values.at(i).toDouble()));
            open ? path.lineTo(last) : path.moveTo(last);
        }
        open = here;
    }
    painter.setPen(QPen(line, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(line);
    painter.drawEllipse(last, 2, 2);
    painter.restore();
}

void paintSplit(QPainter &painter, const QRectF &rect, double percentNew, double cap,
                const Tokens &tokens)
{
    painter.save();
    const double at = rect.left() + rect.width() * std::clamp(percentNew, 0.0, 100.0) / 100;
    const double split = std::round(at);
    painter.setPen(QPen(tokens.legacy, 1));
    const qreal ratio = painter.device()->devicePixelRatioF();
    painter.setBrush(hatchBrush(tokens.legacy, tokens.legacyTint, false, ratio));
    if (split < rect.right() - 1) {
        const double left = split > rect.left() ? split + 1.5 : rect.left() + 0.5;
        painter.drawRect(QRectF(QPointF(left, rect.top() + 0.5), QPointF(rect.right() - 0.5, rect.bottom() - 0.5)));
    }
    if (percentNew > 0) {
        const QPointF end(std::max(split, rect.left() + 2), rect.bottom());
        painter.fillRect(QRectF(rect.topLeft(), end), tokens.fresh);
    }
    if (cap >= 0) {
        const double x = std::round(rect.left() + rect.width() * std::min(cap, 100.0) / 100);
        const double left = std::min(x, rect.right() - 2);
        painter.fillRect(QRectF(left, rect.top() - 2, 2, rect.height() + 4), tokens.ink);
    }
    painter.restore();
}

SplitBar::SplitBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void SplitBar::setPercentNew(std::optional<double> percent)
{
    m_percent = percent;
    setAccessibleName(percent ? tr("NEW %1 %, LEGACY %2 %").arg(*percent, 0, 'f', 1).arg(100 - *percent, 0, 'f', 1)
                              : tr("Split unknown"));
    update();
}

void SplitBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF bar(0, (height() - 10) / 2, width(), 10);
    const Tokens &tokens = tokensOf(palette());
    if (m_percent)
        paintSplit(painter, bar, *m_percent, -1, tokens);
    else
        painter.fillRect(bar, tokens.neutralTint);
}

} // namespace crossfade
