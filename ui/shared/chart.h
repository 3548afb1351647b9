// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics/axisscale.h"
#include "models/metrics/decimation.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/tokens.h"

#include <QElapsedTimer>
#include <QtCharts/QChartView>

#include <functional>
#include <optional>
#include <vector>

class QAreaSeries;
class QLineSeries;
class QTimer;
class QValueAxis;

namespace crossfade {

enum class LineKind { Fresh, Legacy, Neutral };
enum class LineWeight { Thin, Main, Dotted };

// One line of a chart. Times are milliseconds since 1970.
struct ChartLine {
    QString name;   // for the crosshair box, the end label and screen readers: "NEW", "p95"
    LineKind kind = LineKind::Fresh;
    LineWeight weight = LineWeight::Main;
    std::vector<TimedValue> points;
};

struct ChartThreshold {
    double value = 0;
    QString label; // "NEW ≥ 99.50 %"
};

// Something that happened, in the lane over the plot.
struct ChartEvent {
    qint64 at = 0;
    Glyph glyph = Glyph::Play;
    QString label;   // "10 → 15 %", beside the mark where there is room
    QString tooltip; // plain text
    QString object;  // what a click opens, "" = nothing
    bool red = false;
};

struct ChartBreach {
    qint64 from = 0;
    qint64 to = 0;
    QString text; // "3 of 3 windows over, tripped 14:31:20"
};

struct ChartMargins {
    int left = 48, top = 24, right = 96, bottom = 22;
};

// How the values of a chart are scaled and written.
struct ChartValues {
    std::optional<double> floor;
    std::optional<double> ceiling;
    int decimals = 1;
    QString unit; // "%", "ms"
};

// A live chart: at most 300 min/max buckets a line, at most 4 updates a second, none while hidden.
// Qt Charts draws the lines and areas; grid, labels, marks and crosshair are painted from the same
// ranges.
class Chart : public QChartView {
    Q_OBJECT
public:
    enum class Mode { Lines, Split }; // Split: NEW as an area from below, LEGACY hatched above
    explicit Chart(Mode mode = Mode::Lines, QWidget *parent = nullptr);
    ~Chart() override;

    void setMargins(const ChartMargins &margins);
    void setValues(const ChartValues &values);
    // How far apart two points may be and still be one line, ms.
    void setReach(qint64 reachMs);
    void setRange(qint64 fromMs, qint64 toMs);
    void setLines(std::vector<ChartLine> lines);
    void setThresholds(std::vector<ChartThreshold> thresholds);
    void setEvents(std::vector<ChartEvent> events);
    void setBreach(std::optional<ChartBreach> breach);
    void setCrosshair(std::optional<qint64> atMs); // from the other charts of the page
    void setStale(bool stale);

    const std::vector<ChartLine> &lines() const { return m_next.lines; }
    int updateCount() const { return m_updates; } // how often series were rebuilt; for tests
    QRectF plotRect() const;
    QString spokenText() const;

Q_SIGNALS:
    void crosshairMoved(std::optional<qint64> atMs);
    void eventActivated(const QString &object);

protected:
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    friend class ChartPainter;
    void schedule();
    void rebuild();
    void rescale();
    void drawLine(const ChartLine &line);
    void drawSplit(const ChartLine &line);
    QLineSeries *nextSeries(const QPen &pen);
    const ChartEvent *eventAt(const QPointF &position) const;
    double xOf(qint64 at) const;
    double yOf(double value) const;
    qint64 timeAt(double x) const;

    // What a drawing is made of. It changes as a whole, so that lines, labels and marks agree.
    struct Content {
        qint64 from = 0, to = 1;
        std::vector<ChartLine> lines;
        std::vector<ChartThreshold> thresholds;
        std::vector<ChartEvent> events;
        std::optional<ChartBreach> breach;
    };

    Mode m_mode;
    ChartMargins m_margins;
    ChartValues m_values;
    qint64 m_reach = 2'500;
    Content m_next;  // as it was set
    Content m_shown; // as it is drawn, at most 4 times a second anew
    std::optional<qint64> m_crosshair;
    AxisScale m_scale;
    bool m_stale = false;

    QValueAxis *m_xAxis;
    QValueAxis *m_yAxis;
    std::vector<QLineSeries *> m_series; // a pool: runs come and go
    std::size_t m_used = 0;
    std::vector<QAbstractSeries *> m_areas;
    QTimer *m_timer;
    QElapsedTimer m_sinceUpdate;
    int m_updates = 0;
    bool m_dirty = false;
};

} // namespace crossfade
