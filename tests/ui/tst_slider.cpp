// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"
#include "ui/shift/percentageslider.h"

#include <QAccessible>
#include <QSignalSpy>

using namespace crossfade;
using namespace crossfade::test;

namespace {

SliderState ordinary()
{
    SliderState state;
    for (int stop = 0; stop <= 50; stop += 5)
        state.stops.push_back(stop);
    state.max = 50;
    state.current = 25;
    state.applied = 50;
    state.cleared = 20;
    state.progress = 0.36;
    state.clearedText = QStringLiteral("guards held to 20 %");
    state.railText = QStringLiteral("25 % stabilizing, 01:48 of 05:00");
    return state;
}

struct Desk {
    PercentageSlider slider;
    Desk()
    {
        slider.resize(960, 108);
        slider.setState(ordinary());
        slider.setTarget(25);
        slider.show();
    }
    QColor at(double percentage, int y = 59)
    {
        return slider.grab().toImage().pixelColor(slider.positionOf(percentage), y);
    }
};

} // namespace

class TestSlider : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void keysMoveTheTarget_data();
    void keysMoveTheTarget();
    void nothingGoesBeyondTheCap();
    void theMouseCatchesStops();
    void aPressElsewhereMovesNothing();
    void draggingTellsEachTarget();
    void escapeTakesTheTargetBack();
    void colorsTellThePlatformsApart();
    void goingBackIsRed();
    void screenReadersHearTheValue();
    void theBubbleStaysInside_data();
    void theBubbleStaysInside();
    void manyStopsKeepTheirLabelsApart();
};

void TestSlider::keysMoveTheTarget_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<double>("expected");
    QTest::newRow("right: a tenth up") << int(Qt::Key_Right) << false << 25.1;
    QTest::newRow("left: a tenth down") << int(Qt::Key_Left) << false << 24.9;
    QTest::newRow("shift right: a hundredth up") << int(Qt::Key_Right) << true << 25.01;
    QTest::newRow("shift left: a hundredth down") << int(Qt::Key_Left) << true << 24.99;
    QTest::newRow("page up: the next stop") << int(Qt::Key_PageUp) << false << 30.0;
    QTest::newRow("page down: the stop before") << int(Qt::Key_PageDown) << false << 20.0;
    QTest::newRow("home: 0") << int(Qt::Key_Home) << false << 0.0;
    QTest::newRow("end: the cap") << int(Qt::Key_End) << false << 50.0;
}

void TestSlider::keysMoveTheTarget()
{
    QFETCH(int, key);
    QFETCH(bool, shift);
    QFETCH(double, expected);
    Desk desk;
    QSignalSpy edited(&desk.slider, &PercentageSlider::targetEdited);
    desk.slider.setFocus();
    QTest::keyClick(&desk.slider, static_cast<Qt::Key>(key), shift ? Qt::ShiftModifier : Qt::NoModifier);
    QVERIFY(std::abs(desk.slider.target() - expected) < 1e-9);
    QCOMPARE(edited.size(), 1);
}

void TestSlider::nothingGoesBeyondTheCap()
{
    Desk desk;
    desk.slider.setTarget(99);
    QCOMPARE(desk.slider.target(), 50.0);
    desk.slider.setTarget(-3);
    QCOMPARE(desk.slider.target(), 0.0);
    QTest::mouseClick(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(90), 59));
    QCOMPARE(desk.slider.target(), 50.0);
    SliderState smaller = ordinary();
    smaller.max = 30;
    smaller.stops = {0, 30};
    desk.slider.setState(smaller);
    QCOMPARE(desk.slider.target(), 30.0);
}

void TestSlider::theMouseCatchesStops()
{
    Desk desk;
    QTest::mouseClick(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(40) + 3, 59));
    QCOMPARE(desk.slider.target(), 40.0);
    QTest::mouseClick(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(42.5), 59));
    QVERIFY(std::abs(desk.slider.target() - 42.5) < 0.11); // between stops: tenths
    QCOMPARE(desk.slider.target() * 10, std::round(desk.slider.target() * 10));
}

void TestSlider::aPressElsewhereMovesNothing()
{
    Desk desk;
    for (const char *what : {"Press", "Release"})
        QTest::ignoreMessage(QtWarningMsg, qPrintable(QStringLiteral("Mouse event \"Mouse%1\" not accepted by receiving widget")
                                                          .arg(QLatin1String(what))));
    QTest::mouseClick(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(40), 100));
    QTest::mouseClick(&desk.slider, Qt::RightButton, {}, QPoint(desk.slider.positionOf(40), 59));
    QCOMPARE(desk.slider.target(), 25.0);
    desk.slider.setEnabled(false);
    QTest::mouseClick(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(40), 59));
    QCOMPARE(desk.slider.target(), 25.0);
}

void TestSlider::draggingTellsEachTarget()
{
    Desk desk;
    QSignalSpy edited(&desk.slider, &PercentageSlider::targetEdited);
    QTest::mousePress(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(25), 59));
    for (const double place : {27.5, 30.0, 35.0})
        QTest::mouseMove(&desk.slider, QPoint(desk.slider.positionOf(place), 59));
    QTest::mouseRelease(&desk.slider, Qt::LeftButton, {}, QPoint(desk.slider.positionOf(35), 59));
    QCOMPARE(desk.slider.target(), 35.0);
    QCOMPARE(edited.size(), 3);
    QTest::mouseMove(&desk.slider, QPoint(desk.slider.positionOf(10), 59));
    QCOMPARE(desk.slider.target(), 35.0); // the button is up
}

void TestSlider::escapeTakesTheTargetBack()
{
    Desk desk;
    desk.slider.setFocus();
    QTest::keyClick(&desk.slider, Qt::Key_End);
    QVERIFY(desk.slider.isMoved());
    QTest::keyClick(&desk.slider, Qt::Key_Escape);
    QCOMPARE(desk.slider.target(), 25.0);
}

void TestSlider::colorsTellThePlatformsApart()
{
    Desk desk;
    const Tokens &t = tokensOf(desk.slider.palette());
    QCOMPARE(desk.at(12.5), t.fresh); // solid NEW
    const QImage image = desk.slider.grab().toImage();
    bool hatch = false;
    bool ground = false;
    for (int x = desk.slider.positionOf(41); x < desk.slider.positionOf(44); ++x) {
        const QColor color = image.pixelColor(x, 59);
        ground = ground || color == t.legacyTint;
        hatch = hatch || color.hue() != t.legacyTint.hue() || color.saturation() > t.legacyTint.saturation() + 40;
    }
    QVERIFY(ground && hatch); // LEGACY is told by lines as well
    shoot(&desk.slider, "slider");
}

void TestSlider::goingBackIsRed()
{
    Desk desk;
    desk.slider.setTarget(10);
    QVERIFY(desk.slider.goesBack());
    const Tokens &t = tokensOf(desk.slider.palette());
    const QImage image = desk.slider.grab().toImage();
    int red = 0;
    for (int x = desk.slider.positionOf(15); x < desk.slider.positionOf(20); ++x)
        red += image.pixelColor(x, 53) == t.red ? 1 : 0;
    QVERIFY(red > 10); // the outline
    QCOMPARE(image.pixelColor(desk.slider.positionOf(10) + 14, 3), t.redTint); // the bubble
    shoot(&desk.slider, "slider-back");
}

void TestSlider::screenReadersHearTheValue()
{
    Desk desk;
    desk.slider.setTarget(30);
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(&desk.slider);
    QVERIFY(interface != nullptr);
    QCOMPARE(interface->role(), QAccessible::Slider);
    QVERIFY(interface->valueInterface() != nullptr);
    QCOMPARE(interface->valueInterface()->currentValue().toDouble(), 30.0);
    QCOMPARE(interface->valueInterface()->maximumValue().toDouble(), 50.0);
    QCOMPARE(interface->text(QAccessible::Value), QStringLiteral("now 25\u202F%, target 30\u202F%, at most 50\u202F%"));
    interface->valueInterface()->setCurrentValue(35);
    QCOMPARE(desk.slider.target(), 35.0);
}

void TestSlider::theBubbleStaysInside_data()
{
    QTest::addColumn<double>("target");
    QTest::newRow("at the left end") << 0.0;
    QTest::newRow("at the cap") << 50.0;
}

void TestSlider::theBubbleStaysInside()
{
    QFETCH(double, target);
    Desk desk;
    desk.slider.setTarget(target);
    desk.slider.setBubble(QString(40, QLatin1Char('w')));
    const QImage image = desk.slider.grab().toImage();
    const Tokens &t = tokensOf(desk.slider.palette());
    const QColor ground = target < 25 ? t.redTint : t.ink;
    int filled = 0;
    for (int x = 0; x < image.width(); ++x)
        filled += image.pixelColor(x, 2) == ground ? 1 : 0;
    QVERIFY(filled > 300); // all of it, none cut off
    QVERIFY(image.pixelColor(image.width() - 1, 12) != ground || target > 0);
}

void TestSlider::manyStopsKeepTheirLabelsApart()
{
    Desk desk;
    SliderState state = ordinary();
    state.stops.clear();
    for (int stop = 0; stop <= 50; ++stop)
        state.stops.push_back(stop);
    desk.slider.setState(state);
    const QImage image = desk.slider.grab().toImage();
    const Tokens &t = tokensOf(desk.slider.palette());
    // Between two labels there is at least one empty column of the label row.
    int empty = 0;
    for (int x = desk.slider.positionOf(1); x < desk.slider.positionOf(20); ++x) {
        bool bare = true;
        for (int y = 34; y < 43 && bare; ++y)
            bare = image.pixelColor(x, y) == t.window;
        empty += bare ? 1 : 0;
    }
    QVERIFY(empty > 30);
    shoot(&desk.slider, "slider-many");
}

QTEST_MAIN(TestSlider)
#include "tst_slider.moc"
