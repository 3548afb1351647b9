// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakeconsole.h"

#include "ui/shared/buttons.h"
#include "ui/shared/chart.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QLabel>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *Charts[] = {"splitChart", "overviewSuccessChart", "consistencyChart"};

struct Desk {
    FakeConsole fake;

    explicit Desk(bool proposed = false)
    {
        setUpShifts(fake.services.router, proposed);
    }
    bool open()
    {
        if (!fake.connect())
            return false;
        fake.desk.window()->showPage(QStringLiteral("overview"));
        return QTest::qWaitFor([this] { return chart("splitChart") && !chart("splitChart")->lines().empty(); });
    }
    Chart *chart(const char *name) { return fake.desk.get<Chart>(name); }
    QAbstractItemView *table(const char *name) { return fake.desk.get<QAbstractItemView>(name); }
    bool says(QAbstractItemView *view, const QString &text)
    {
        for (int row = 0; view && row < view->model()->rowCount(); ++row)
            for (int column = 0; column < view->model()->columnCount(); ++column)
                if (view->model()->index(row, column).data().toString().contains(text))
                    return true;
        return false;
    }
};

} // namespace

class TestOverviewPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void drawsWhatWasMeasured()
    {
        Desk desk;
        QVERIFY(desk.open());
        for (const char *name : Charts)
            QVERIFY2(desk.chart(name), name);
        Chart *success = desk.chart("overviewSuccessChart");
        QTRY_COMPARE(success->lines().size(), std::size_t{2}); // LEGACY and NEW
        QTRY_VERIFY(success->lines()[0].points.size() > 100);
        // The hole of the service is a hole of the chart.
        QTRY_VERIFY(std::any_of(success->lines()[0].points.begin(), success->lines()[0].points.end(),
                                [](const TimedValue &point) { return !point.value.has_value(); }) ||
                    desk.fake.services.router.asked("GET /api/v1/series").size() > 0);
        QTRY_VERIFY(success->spokenText().contains(QStringLiteral("NEW: ")));
    }

    void showsWhatNeedsAPersonAndJumpsThere()
    {
        Desk desk(true);
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.says(desk.table("runningShifts"), QStringLiteral("logins")));
        QTRY_VERIFY(desk.fake.desk.get<Button>("overviewReview"));
        QVERIFY(desk.fake.desk.press("overviewReview"));
        QTRY_VERIFY(desk.fake.desk.get<QDialog>("approvalDialog"));
        // Never two for one thing.
        desk.fake.desk.window()->approvalRequested(QString::fromStdString(approvalJson("OPEN").at("id").get<std::string>()));
        int dialogs = 0;
        for (const QWidget *top : QApplication::topLevelWidgets())
            dialogs += top->isVisible() && top->objectName() == QLatin1String("approvalDialog") ? 1 : 0;
        QCOMPARE(dialogs, 1);
        desk.fake.desk.get<QDialog>("approvalDialog")->close();
        QTRY_VERIFY(!desk.fake.desk.get<QDialog>("approvalDialog"));
        auto *shifts = desk.table("runningShifts");
        shifts->setCurrentIndex(shifts->model()->index(0, 0));
        shifts->setFocus();
        QTest::keyClick(shifts, Qt::Key_Return);
        QTRY_COMPARE(desk.fake.desk.shown(), QStringLiteral("shift"));
    }

    void pauseHoldsTheChartsStill()
    {
        Desk desk;
        QVERIFY(desk.open());
        auto *pause = desk.fake.desk.get<Button>("overviewPause");
        QVERIFY(desk.fake.desk.press("overviewPause"));
        QVERIFY(pause->isChecked());
        Chart *split = desk.chart("splitChart");
        const int drawn = split->updateCount();
        QVERIFY(!QTest::qWaitFor([&] { return split->updateCount() > drawn + 1; }, 2'500));
        QVERIFY(desk.fake.desk.press("overviewPause"));
        QTRY_VERIFY(split->updateCount() > drawn + 1);
    }

    void aLostConnectionShowsItsAge()
    {
        Desk desk;
        QVERIFY(desk.open());
        auto *stale = desk.fake.desk.window()->currentPage()->findChild<StaleChip *>();
        QVERIFY(stale && !stale->isVisible());
        desk.fake.services.router.stop();
        QTRY_VERIFY_WITH_TIMEOUT(stale->isVisible() && !stale->text().isEmpty(), 20'000);
        QVERIFY(desk.fake.desk.get<Button>("rollBackButton")->isEnabled());
    }
};

QTEST_MAIN(TestOverviewPage)
#include "tst_overviewpage.moc"
