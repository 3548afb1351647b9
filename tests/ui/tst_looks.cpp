// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Parts that several pages are drawn with.
#include "tests/ui/gallery/clipped.h"
#include "tests/ui/pagetest.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/difftext.h"
#include "ui/shared/labels.h"
#include "ui/shared/tableview.h"
#include "ui/shift/sliderpainter.h"

#include <QPushButton>
#include <QShortcut>
#include <QStandardItemModel>
#include <QVBoxLayout>

using namespace crossfade;
using namespace crossfade::test;

class TestLooks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    // Both cells of a row leave out the same start, also where only one of them is too long.
    void bothSidesShareOneCut()
    {
        DiffValue legacy;
        legacy.text = "oleksandra.shevchenko@example.com";
        legacy.other = "oleksandra.shevchenko@example.com ";
        DiffValue fresh;
        fresh.text = legacy.other;
        fresh.other = legacy.text;
        fresh.side = DiffSide::New;
        const QFontMetrics mono(fontOf(FontRole::Mono));
        for (const int letters : {12, 20, 33}) {
            const int width = mono.horizontalAdvance(QString(letters, QLatin1Char('m')));
            const QString left = shownDiffValue(legacy, width);
            const QString right = shownDiffValue(fresh, width);
            QVERIFY2(left.startsWith(QChar(0x2026)), qPrintable(left));
            QCOMPARE(right.left(left.size()), left);
            QVERIFY(right.endsWith(QChar(0x00b7))); // the blank that only NEW has
        }
    }

    void aSmallCapTakesTheRoom()
    {
        const SliderGeometry small(QSize(1000, 108), 20);
        const SliderGeometry whole(QSize(1000, 108), 100);
        QVERIFY(small.isBroken());
        QVERIFY(!whole.isBroken());
        QVERIFY(small.x(20) - small.x(0) > 0.7 * (small.x(100) - small.x(0)));
        for (const SliderGeometry &each : {small, whole})
            for (const double percentage : {0.0, 5.0, 19.9, 20.0, 55.0, 100.0})
                QVERIFY(std::abs(each.percentage(each.x(percentage)) - percentage) < 0.001);
        QCOMPARE(whole.x(50) - whole.x(0), whole.x(100) - whole.x(50));
        QCOMPARE(small.x(100), whole.x(100));
    }

    void chipsAndHeadsAreNotCut()
    {
        QStandardItemModel model(1, 2);
        model.setHorizontalHeaderLabels({QStringLiteral("A head of some length"), QStringLiteral("State")});
        model.setItem(0, 1, new QStandardItem(QStringLiteral("AWAITING_APPROVAL")));
        TableView table;
        table.setModel(&model);
        table.setColumns({{0, CellKind::Text, 40}, {1, CellKind::Chip, 40}});
        table.resize(600, 100);
        table.show();
        QVERIFY(table.columnWidth(1) >= chipWidth(chipOf(QStringLiteral("AWAITING_APPROVAL"))));
        QVERIFY(clippedTexts(&table).isEmpty());
    }

    // The check of the gallery finds what it is for.
    void whatIsCutOffIsFound()
    {
        QWidget window;
        auto *label = new TextLabel(QStringLiteral("a text that needs more room than it has"), FontRole::Body, Ink::Text, &window);
        window.resize(300, 60);
        label->setGeometry(0, 0, 40, 20);
        window.show();
        QCOMPARE(clippedTexts(&window).size(), 1);
        label->setGeometry(0, 0, 290, 20);
        QVERIFY(clippedTexts(&window).isEmpty());
        label->setGeometry(200, 0, 290, 20);
        QCOMPARE(clippedTexts(&window).size(), 1);
    }

    void aDialogShutsItsWindowButNotWhatIsAlwaysReachable()
    {
        QWidget window;
        auto *column = new QVBoxLayout(&window);
        auto *shut = new QPushButton(QStringLiteral("shut"));
        auto *open = new QPushButton(QStringLiteral("open"));
        column->addWidget(shut);
        column->addWidget(open);
        setAlwaysReachable(open);
        int shutClicks = 0;
        int openClicks = 0;
        connect(shut, &QPushButton::clicked, &window, [&] { ++shutClicks; });
        connect(open, &QPushButton::clicked, &window, [&] { ++openClicks; });
        window.show();
        auto *dialog = new QDialog(&window);
        openDialog(dialog);
        const auto click = [&](QWidget *widget) {
            QTest::mouseClick(window.windowHandle(), Qt::LeftButton, Qt::NoModifier,
                              widget->mapTo(&window, widget->rect().center()));
        };
        click(shut);
        QTest::keyClick(shut, Qt::Key_Space);
        click(open);
        QCOMPARE(shutClicks, 0);
        QCOMPARE(openClicks, 1);
        QVERIFY(dialog->isVisible());
        dialog->close();
        click(shut);
        QCOMPARE(shutClicks, 1);
    }
};

QTEST_MAIN(TestLooks)
#include "tst_looks.moc"
