// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/chart.h"

#include "ui/shared/chartpainter.h"

#include <QApplication>
#include <QDateTime>
#include <QEvent>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QToolTip>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr double MarkReach = 20; // of the mouse, around a mark
constexpr int UpdateMs = 250;

} // namespace

Chart::Chart(Mode mode, QWidget *parent)
    : QChartView(new QChart, parent), m_mode(mode), m_xAxis(new QValueAxis), m_yAxis(new QValueAxis),
      m_timer(new QTimer(this))
{
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMouseTracking(true);
    setBackgroundBrush(Qt::NoBrush);
    setCacheMode(QGraphicsView::CacheNone);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate); // labels reach over the lines' bounds
    setMinimumHeight(120);
    QChart *plot = chart();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->legend()->hide();
    plot->setBackgroundVisible(false);
    plot->setMargins(QMargins());
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->addAxis(m_xAxis, Qt::AlignBottom);
    plot->addAxis(m_yAxis, Qt::AlignLeft);
    m_xAxis->setVisible(false);
    m_yAxis->setVisible(false);
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, [this] {
        if (m_dirty && isVisible())
            rebuild();
    });
    if (mode == Mode::Split)
        m_values = {0, 100, 0, QStringLiteral("%")};
    rescale();
}

Chart::~Chart() = default;

void Chart::setMargins(const ChartMargins &margins)
{
    m_margins = margins;
    schedule();
}

void Chart::setValues(const ChartValues &values)
{
    m_values = values;
    schedule();
}

void Chart::setReach(qint64 reachMs)
{
    m_reach = reachMs;
    schedule();
}

void Chart::setRange(qint64 fromMs, qint64 toMs)
{
    m_next.from = fromMs;
    m_next.to = std::max(fromMs + 1, toMs);
    schedule();
}

void Chart::setLines(std::vector<ChartLine> lines)
{
    m_next.lines = std::move(lines);
    schedule();
}

void Chart::setThresholds(std::vector<ChartThreshold> thresholds)
{
    m_next.thresholds = std::move(thresholds);
    schedule();
}

void Chart::setEvents(std::vector<ChartEvent> events)
{
    m_next.events = std::move(events);
    schedule();
}

void Chart::setBreach(std::optional<ChartBreach> breach)
{
    m_next.breach = std::move(breach);
    schedule();
}

void Chart::setCrosshair(std::optional<qint64> atMs)
{
    if (m_crosshair == atMs)
        return;
    m_crosshair = atMs;
    viewport()->update();
}

void Chart::setStale(bool stale)
{
    if (m_stale == stale)
        return;
    m_stale = stale;
    schedule(); // lines and areas take other colours
    viewport()->update();
}

void Chart::schedule()
{
    m_dirty = true;
    if (m_timer->isActive() || !isVisible())
        return;
    const qint64 since = m_sinceUpdate.isValid() ? m_sinceUpdate.elapsed() : UpdateMs;
    m_timer->start(static_cast<int>(std::clamp<qint64>(UpdateMs - since, 0, UpdateMs)));
}

QRectF Chart::plotRect() const
{
    return QRectF(m_margins.left, m_margins.top, std::max(10, width() - m_margins.left - m_margins.right),
                  std::max(10, height() - m_margins.top - m_margins.bottom));
}

double Chart::xOf(qint64 at) const
{
    const QRectF plot = plotRect();
    return plot.left() + plot.width() * static_cast<double>(at - m_shown.from) / static_cast<double>(m_shown.to - m_shown.from);
}

double Chart::yOf(double value) const
{
    const QRectF plot = plotRect();
    return plot.bottom() - plot.height() * (value - m_scale.low) / (m_scale.high - m_scale.low);
}

qint64 Chart::timeAt(double x) const
{
    const QRectF plot = plotRect();
    const double share = (x - plot.left()) / plot.width();
    return m_shown.from + static_cast<qint64>(share * static_cast<double>(m_shown.to - m_shown.from));
}

QString Chart::spokenText() const
{
    QStringList parts;
    for (const ChartLine &line : m_shown.lines) {
        const auto last = valueAt(line.points, m_shown.to, std::max<qint64>(m_reach * 4, 10'000));
        const QString value = last ? QString::number(last->value, 'f', m_values.decimals) + QLatin1Char(' ') + m_values.unit
                                   : tr("no data");
        parts << tr("%1: %2").arg(line.name, value);
    }
    for (const ChartThreshold &threshold : m_shown.thresholds)
        parts << tr("threshold %1").arg(threshold.label);
    if (m_shown.breach)
        parts << m_shown.breach->text;
    return parts.join(QStringLiteral("; "));
}

void Chart::drawBackground(QPainter *painter, const QRectF &)
{
    painter->save();
    painter->resetTransform(); // the view's brush and items come in scene coordinates
    ChartPainter(*this, *painter).paintBehind();
    painter->restore();
}

void Chart::drawForeground(QPainter *painter, const QRectF &)
{
    painter->save();
    painter->resetTransform();
    ChartPainter(*this, *painter).paintInFront();
    painter->restore();
}

void Chart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    chart()->setPlotArea(plotRect());
    schedule(); // another height has room for another scale
}

void Chart::showEvent(QShowEvent *event)
{
    QChartView::showEvent(event);
    if (m_dirty)
        rebuild();
}

void Chart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    // Pens and hatches are made anew, and at once: nobody should see those of the other theme.
    if (event->type() == QEvent::PaletteChange && isVisible() && m_updates > 0)
        rebuild();
    else if (event->type() == QEvent::PaletteChange)
        schedule();
}

void Chart::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF position = event->position();
    const QRectF plot = plotRect();
    const bool inside = position.x() >= plot.left() && position.x() <= plot.right();
    const std::optional<qint64> at = inside ? std::optional(timeAt(position.x())) : std::nullopt;
    if (at != m_crosshair) {
        setCrosshair(at);
        Q_EMIT crosshairMoved(at);
    }
    const ChartEvent *mark = eventAt(position);
    setCursor(mark != nullptr && !mark->object.isEmpty() ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void Chart::mousePressEvent(QMouseEvent *event)
{
    if (const ChartEvent *mark = eventAt(event->position()); mark != nullptr && !mark->object.isEmpty())
        Q_EMIT eventActivated(mark->object);
}

void Chart::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    setCrosshair(std::nullopt);
    Q_EMIT crosshairMoved(std::nullopt);
}

const ChartEvent *Chart::eventAt(const QPointF &position) const
{
    if (position.y() > m_margins.top)
        return nullptr;
    for (const ChartEvent &mark : m_shown.events) {
        if (std::abs(xOf(mark.at) - position.x()) <= 9 && mark.at >= m_shown.from && mark.at <= m_shown.to)
            return &mark;
    }
    return nullptr;
}

bool Chart::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        // Marks close to each other are drawn as one: it tells of all of them.
        QStringList told;
        for (const ChartEvent &mark : m_shown.events)
            if (help->pos().y() <= m_margins.top && std::abs(xOf(mark.at) - help->pos().x()) <= MarkReach && told.size() < 12)
                told.append(mark.tooltip.toHtmlEscaped());
        if (!told.isEmpty())
            QToolTip::showText(help->globalPos(), told.join(QLatin1String("<br>")), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QChartView::viewportEvent(event);
}

} // namespace crossfade
