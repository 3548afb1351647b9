// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"
#include "ui/shared/chart.h"

#include <QSignalSpy>
#include <QtCharts/QLineSeries>

#include <cmath>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr qint64 From = 1'763'733'900'000;
constexpr qint64 To = From + 900'000;

ChartLine wave(LineKind kind, double middle, bool hole = false)
{
    ChartLine line;
    line.name = kind == LineKind::Fresh ? QStringLiteral("NEW") : QStringLiteral("LEGACY");
    line.kind = kind;
    for (qint64 at = From; at <= To; at += 1000) {
        const bool gone = hole && at > From + 400'000 && at < From + 460'000;
        line.points.push_back({at, gone ? std::nullopt : std::optional(middle + std::sin(static_cast<double>(at % 997'000) / 20'000))});
    }
    return line;
}

struct Desk {
    Chart chart;
    Desk()
    {
        chart.resize(600, 260);
        chart.setRange(From, To);
        chart.setValues({0, {}, 1, QStringLiteral("ms")});
        chart.setLines({wave(LineKind::Fresh, 150, true), wave(LineKind::Legacy, 140)});
        chart.show();
    }
    int visibleSeries() const
    {
        int count = 0;
        for (const QAbstractSeries *series : chart.chart()->series())
            count += series->isVisible() ? 1 : 0;
        return count;
    }
    qsizetype drawnPoints() const
    {
        qsizetype count = 0;
        for (const QAbstractSeries *series : chart.chart()->series()) {
            const auto *line = qobject_cast<const QLineSeries *>(series);
            count += line != nullptr && line->isVisible() ? line->count() : 0;
        }
        return count;
    }
};

} // namespace

class TestChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aGapIsAGap();
    void neverMoreThanThreeHundredBucketsALine();
    void atMostFourUpdatesASecond();
    void nothingHappensWhileHidden();
    void theThresholdIsAlwaysInSight();
    void crosshairsAreLinkedByTime();
    void eventsAreClickedInTheirLane();
    void aBreachIsBandedAndSpoken();
    void theSplitIsNewBelowAndLegacyHatchedAbove();
    void anotherPaletteDrawsAnew();
};

void TestChart::aGapIsAGap()
{
    Desk desk;
    QTRY_COMPARE(desk.visibleSeries(), 3); // NEW in two runs, LEGACY in one
    shoot(&desk.chart, "chart");
}

void TestChart::neverMoreThanThreeHundredBucketsALine()
{
    Desk desk;
    QTRY_VERIFY(desk.drawnPoints() > 0);
    QVERIFY(desk.drawnPoints() <= 2 * 2 * 300);
    QCOMPARE(desk.chart.lines()[1].points.size(), std::size_t{901}); // what was measured is all there
}

void TestChart::atMostFourUpdatesASecond()
{
    Desk desk;
    const int before = desk.chart.updateCount();
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 1'000) { // a flood of news, as long as it is measured
        desk.chart.setRange(From + timer.elapsed(), To + timer.elapsed());
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    }
    const int updates = desk.chart.updateCount() - before;
    QVERIFY2(updates >= 2 && updates <= 5, QByteArray::number(updates).constData());
}

void TestChart::nothingHappensWhileHidden()
{
    Desk desk;
    QTRY_VERIFY(desk.chart.updateCount() > 0);
    desk.chart.hide();
    const int before = desk.chart.updateCount();
    desk.chart.setLines({wave(LineKind::Fresh, 99)});
    QVERIFY(!QTest::qWaitFor([&] { return desk.chart.updateCount() != before; }, 600));
    desk.chart.show();
    QCOMPARE(desk.chart.updateCount(), before + 1); // once, with the latest
}

void TestChart::theThresholdIsAlwaysInSight()
{
    Desk desk;
    desk.chart.setThresholds({{400, QStringLiteral("NEW ≤ 400 ms")}});
    QTRY_VERIFY(desk.chart.updateCount() > 1);
    const QImage image = desk.chart.grab().toImage();
    const Tokens &t = tokensOf(desk.chart.palette());
    int dashes = 0;
    const QRectF plot = desk.chart.plotRect();
    for (int y = int(plot.top()); y < int(plot.bottom()); ++y) {
        int dark = 0;
        for (int x = int(plot.left()); x < int(plot.right()); ++x)
            dark += image.pixelColor(x, y).lightness() < t.text.lightness() + 60 ? 1 : 0;
        dashes = std::max(dashes, dark);
    }
    QVERIFY2(dashes > plot.width() * 0.4, QByteArray::number(dashes).constData());
    QVERIFY(desk.chart.spokenText().contains(QStringLiteral("NEW ≤ 400 ms")));
}

void TestChart::crosshairsAreLinkedByTime()
{
    Desk one;
    Desk two;
    two.chart.resize(700, 260); // another width, the same time
    two.chart.move(0, 500);     // not under the other one's mouse
    connect(&one.chart, &Chart::crosshairMoved, &two.chart, &Chart::setCrosshair);
    QTRY_VERIFY(one.chart.updateCount() > 0 && two.chart.updateCount() > 0);
    QSignalSpy moved(&one.chart, &Chart::crosshairMoved);
    const QRectF plot = one.chart.plotRect();
    QTest::mouseMove(one.chart.viewport(), QPoint(int(plot.left() + plot.width() / 3), 100));
    QTRY_VERIFY(!moved.isEmpty());
    const QRectF other = two.chart.plotRect();
    const QColor text = tokensOf(two.chart.palette()).text;
    const QImage image = two.chart.grab().toImage();
    const int x = int(other.left() + other.width() / 3);
    bool line = false;
    for (int near = x - 2; near <= x + 2; ++near)
        line = line || image.pixelColor(near, int(other.bottom()) - 4) == text;
    QVERIFY(line);
    shoot(&two.chart, "chart-crosshair");
}

void TestChart::eventsAreClickedInTheirLane()
{
    Desk desk;
    desk.chart.setEvents({{From + 450'000, Glyph::Play, QStringLiteral("20 → 25 %"), QStringLiteral("<b>x</b>"), QStringLiteral("policy:p1"), false}});
    QTRY_VERIFY(desk.chart.updateCount() > 1);
    QSignalSpy activated(&desk.chart, &Chart::eventActivated);
    const QRectF plot = desk.chart.plotRect();
    QTest::mouseClick(desk.chart.viewport(), Qt::LeftButton, {}, QPoint(int(plot.center().x()), 12));
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated.first().first().toString(), QStringLiteral("policy:p1"));
    QTest::mouseClick(desk.chart.viewport(), Qt::LeftButton, {}, plot.center().toPoint());
    QCOMPARE(activated.size(), 1);
}

void TestChart::aBreachIsBandedAndSpoken()
{
    Desk desk;
    desk.chart.setBreach(ChartBreach{From + 600'000, To, QStringLiteral("3 of 3 windows over")});
    QTRY_VERIFY(desk.chart.updateCount() > 1);
    const QRectF plot = desk.chart.plotRect();
    const QImage image = desk.chart.grab().toImage();
    const QColor inside = image.pixelColor(int(plot.left() + plot.width() * 0.9), int(plot.top()) + 20);
    const QColor outside = image.pixelColor(int(plot.left() + plot.width() * 0.1), int(plot.top()) + 20);
    QVERIFY(inside.red() > inside.blue());
    QCOMPARE(outside, tokensOf(desk.chart.palette()).base);
    QVERIFY(desk.chart.spokenText().contains(QLatin1String("3 of 3 windows over")));
    shoot(&desk.chart, "chart-breach");
}

void TestChart::theSplitIsNewBelowAndLegacyHatchedAbove()
{
    Chart chart(Chart::Mode::Split);
    chart.resize(600, 260);
    chart.setRange(From, To);
    ChartLine share;
    share.name = QStringLiteral("NEW");
    for (qint64 at = From; at <= To; at += 1000)
        share.points.push_back({at, 25.0});
    chart.setLines({share});
    chart.show();
    QTRY_VERIFY(chart.updateCount() > 0);
    const QImage image = chart.grab().toImage();
    const QRectF plot = chart.plotRect();
    const QColor below = image.pixelColor(int(plot.center().x()), int(plot.bottom()) - 20);
    QVERIFY(below.blue() > below.red());
    int ground = 0;
    int lines = 0;
    for (int x = int(plot.center().x()); x < int(plot.center().x()) + 60; ++x) {
        const QColor above = image.pixelColor(x, int(plot.top()) + 30);
        (above == tokensOf(chart.palette()).legacyTint ? ground : lines) += 1;
    }
    QVERIFY(ground > 5 && lines > 5);
    shoot(&chart, "chart-split");
}

void TestChart::anotherPaletteDrawsAnew()
{
    Desk desk;
    QTRY_VERIFY(desk.chart.updateCount() > 0);
    desk.chart.setPalette(paletteOf(darkTokens()));
    QTRY_VERIFY(desk.chart.updateCount() > 1);
    bool dark = false;
    for (const QAbstractSeries *series : desk.chart.chart()->series())
        dark = dark || qobject_cast<const QLineSeries *>(series)->pen().color() == darkTokens().fresh;
    QVERIFY(dark);
    shoot(&desk.chart, "chart-dark");
}

QTEST_MAIN(TestChart)
#include "tst_chart.moc"
