// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakeconsole.h"

#include "ui/frame/commandpalette.h"
#include "ui/shared/buttons.h"
#include "ui/shared/tableview.h"

#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QSplitter>
#include <QSplitterHandle>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *Rollbacks = "POST /api/v1/rollbacks";

} // namespace

// The frame by real keys and clicks.
class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyPageHasItsDigit()
    {
        FakeConsole fake;
        static constexpr Qt::Key keys[] = {Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5, Qt::Key_6, Qt::Key_7};
        for (qsizetype i = 0; i < pageIds().size(); ++i) {
            fake.desk.key(keys[i], Qt::ControlModifier);
            QCOMPARE(fake.desk.shown(), pageIds()[i]);
        }
        // No page stands there yet: nothing happens.
        for (const Qt::Key key : {Qt::Key_8, Qt::Key_9, Qt::Key_0, Qt::Key_Minus}) {
            fake.desk.key(key, Qt::ControlModifier);
            QCOMPARE(fake.desk.shown(), pageIds().last());
        }
        QVERIFY(fake.desk.window()->windowTitle().startsWith(QStringLiteral("Connections")));
    }

    void f5ReadsAnew()
    {
        FakeConsole fake;
        QVERIFY(fake.connect());
        const std::pair<Qt::Key, const char *> pages[] = {{Qt::Key_1, "GET /api/v1/shift-policies"},
                                                          {Qt::Key_2, "GET /api/v1/rules"},
                                                          {Qt::Key_3, "GET /api/v1/shift-policies"},
                                                          {Qt::Key_6, "GET /api/v1/audit"}};
        for (const auto &[key, route] : pages) {
            fake.desk.key(key, Qt::ControlModifier);
            QTRY_VERIFY(!fake.services.router.asked(route).isEmpty());
            const qsizetype before = fake.services.router.asked(route).size();
            fake.desk.key(Qt::Key_F5);
            QTRY_VERIFY2(fake.services.router.asked(route).size() > before, route);
        }
        fake.desk.key(Qt::Key_4, Qt::ControlModifier);
        const qsizetype before = fake.services.comparator.asked("GET /api/v1/checks").size();
        fake.desk.key(Qt::Key_F5);
        QTRY_VERIFY(fake.services.comparator.asked("GET /api/v1/checks").size() > before);
    }

    void ctrlFGoesToTheFilter_data()
    {
        QTest::addColumn<QString>("page");
        for (const char *page : {"rules", "repairs", "audit"})
            QTest::newRow(page) << QString::fromLatin1(page);
    }

    void ctrlFGoesToTheFilter()
    {
        QFETCH(const QString, page);
        FakeConsole fake;
        QVERIFY(fake.connect());
        fake.desk.window()->showPage(page);
        fake.desk.key(Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
        QVERIFY(fake.desk.window()->currentPage()->isAncestorOf(QApplication::focusWidget()));
        for (const char letter : {'x', 'y'})
            QTest::keyClick(fake.desk.window()->windowHandle(), letter);
        QCOMPARE(qobject_cast<QLineEdit *>(QApplication::focusWidget())->text(), QStringLiteral("xy"));
    }

    void ctrlKFindsPagesAndActions()
    {
        FakeConsole fake;
        QVERIFY(fake.connect());
        fake.desk.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(fake.desk.get<QLineEdit>("paletteEdit"));
        QVERIFY(type(nullptr, "paletteEdit", QStringLiteral("audit")));
        auto *list = fake.desk.get<QListView>("paletteList");
        QVERIFY(list && list->model()->rowCount() > 0);
        QTest::keyClick(fake.desk.get<QLineEdit>("paletteEdit"), Qt::Key_Return);
        QTRY_COMPARE(fake.desk.shown(), QStringLiteral("audit"));
        QVERIFY(!fake.desk.get<QWidget>("commandPalette"));
        // A policy is found by its name, and shown.
        QTRY_VERIFY(!fake.desk.window()->page(QStringLiteral("shift"))->paletteEntries().isEmpty());
        fake.desk.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(fake.desk.get<QLineEdit>("paletteEdit"));
        QVERIFY(fake.desk.get<QLineEdit>("paletteEdit")->text().isEmpty());
        QVERIFY(type(nullptr, "paletteEdit", QStringLiteral("logins")));
        QTest::keyClick(fake.desk.get<QLineEdit>("paletteEdit"), Qt::Key_Return);
        QTRY_COMPARE(fake.desk.shown(), QStringLiteral("shift"));
        // Escape leaves everything as it was.
        fake.desk.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(fake.desk.get<QLineEdit>("paletteEdit"));
        QTest::keyClick(fake.desk.get<QLineEdit>("paletteEdit"), Qt::Key_Escape);
        QTRY_VERIFY(!fake.desk.get<QWidget>("commandPalette"));
        QCOMPARE(fake.desk.shown(), QStringLiteral("shift"));
    }

    void theBestFitComesFirst()
    {
        const PaletteChoice audit{QStringLiteral("Audit"), QStringLiteral("page"), {}, {}, {}};
        const PaletteChoice rule{QStringLiteral("vip-board"), QStringLiteral("rule for audit"), {}, {}, {}};
        QVERIFY(paletteScore(audit, QStringLiteral("au")) > paletteScore(rule, QStringLiteral("au")));
        QCOMPARE(paletteScore(audit, QStringLiteral("audit zebra")), 0);
        QVERIFY(paletteScore(rule, QStringLiteral("board vip")) > 0);
    }

    void ctrlZTakesBackTheLastSavedEdit()
    {
        FakeConsole fake;
        fake.services.router.on("PUT /api/v1/rules/r1", [](const FakeRequest &request) {
            Json saved = request.body;
            saved["id"] = "r1";
            saved["version"] = 2;
            return FakeAnswer{200, saved};
        });
        QVERIFY(fake.connect());
        fake.desk.key(Qt::Key_2, Qt::ControlModifier);
        QTRY_VERIFY(fake.desk.get<QAbstractItemView>("rulesTable"));
        auto *table = fake.desk.get<QAbstractItemView>("rulesTable");
        QTRY_VERIFY(table->model()->rowCount() > 0);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(0, RuleModel::Active)).center());
        QTRY_VERIFY(fake.desk.get<QWidget>("saveEdits"));
        QVERIFY(fake.desk.press("saveEdits"));
        QTRY_COMPARE(fake.services.router.asked("PUT /api/v1/rules/r1").size(), 1);
        QTRY_VERIFY(!fake.desk.get<QWidget>("saveEdits"));
        table->setFocus();
        fake.desk.key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(fake.services.router.asked("PUT /api/v1/rules/r1").size(), 2);
        const auto asked = fake.services.router.asked("PUT /api/v1/rules/r1");
        QVERIFY(asked[0].body["active"] != asked[1].body["active"]);
        // Elsewhere there is nothing to take back, and that is said.
        QVERIFY(fake.desk.get<QLabel>("statusText"));
        fake.desk.key(Qt::Key_1, Qt::ControlModifier);
        fake.desk.key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(fake.desk.get<QLabel>("statusText")->text(), QStringLiteral("There is nothing to undo here."));
    }

    // Everything but the session hangs, and the comparator is gone: ROLL BACK goes through.
    void rollBackWorksWhileAllElseHangs_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<bool>("byKeys");
        for (const QString &page : pageIds())
            QTest::newRow(qPrintable(page)) << page << (page.size() % 2 == 0);
    }

    void rollBackWorksWhileAllElseHangs()
    {
        QFETCH(const QString, page);
        QFETCH(const bool, byKeys);
        FakeConsole fake;
        for (const char *route : {"GET /api/v1/rules*", "GET /api/v1/shift-policies*", "GET /api/v1/switches*",
                                  "GET /api/v1/series*", "GET /api/v1/approvals*", "GET /api/v1/alerts*", "GET /api/v1/audit*",
                                  "POST /api/v1/previews*"})
            fake.services.router.on(route, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        fake.services.router.on(Rollbacks, Json{{"epoch", 7}, {"items", Json::array()}});
        fake.services.comparator.stop();
        fake.desk.console().connections()->connectTo(
            fake.desk.addProfile(fake.services.router.url(), fake.services.comparator.url()));
        QTRY_COMPARE_WITH_TIMEOUT(fake.desk.connection()->reach(ServiceName::Router), Reach::Live, 20'000);
        fake.desk.window()->showPage(page);
        if (byKeys)
            fake.desk.key(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        else
            QVERIFY(fake.desk.press("rollBackButton"));
        QTRY_VERIFY(fake.desk.get<QDialog>("rollBackDialog"));
        QWidget *dialog = fake.desk.get<QDialog>("rollBackDialog");
        QVERIFY(!find<QWidget>(dialog, "rollBackConfirm")->isEnabled()); // not without a reason
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("all else hangs")));
        QVERIFY(click(dialog, "rollBackConfirm"));
        QTRY_COMPARE(fake.services.router.asked(Rollbacks).size(), 1);
        const FakeRequest asked = fake.services.router.asked(Rollbacks).first();
        QCOMPARE(asked.body["scope"].get<std::string>(), std::string("ALL"));
        QCOMPARE(asked.body["target_percentage"].get<double>(), 0.0);
        QVERIFY(!asked.headers["idempotency-key"].isEmpty());
    }

    void theLayoutIsRemembered()
    {
        FakeConsole fake;
        QVERIFY(fake.connect());
        MainWindow *window = fake.desk.window();
        window->resize(1500, 850);
        window->showPage(QStringLiteral("rules"));
        auto *splitter = window->currentPage()->findChild<QSplitter *>();
        QVERIFY(splitter && splitter->count() > 1);
        QTRY_VERIFY(splitter->sizes()[0] > 0);
        const int before = splitter->sizes()[0];
        QWidget *handle = splitter->handle(1);
        const QPoint middle = handle->rect().center();
        QTest::mousePress(handle, Qt::LeftButton, {}, middle);
        QTest::mouseMove(handle, middle - QPoint(40, 0));
        QTest::mouseRelease(handle, Qt::LeftButton, {}, middle - QPoint(40, 0));
        const int moved = splitter->sizes()[0];
        QVERIFY(moved != before);
        QTRY_VERIFY(fake.desk.get<TableView>("rulesTable"));
        auto *table = fake.desk.get<TableView>("rulesTable");
        table->horizontalHeader()->setSortIndicator(RuleModel::Name, Qt::DescendingOrder);
        fake.desk.startAgain();
        window = fake.desk.window();
        QCOMPARE(window->size(), QSize(1500, 850));
        QVERIFY(fake.connect());
        window->showPage(QStringLiteral("rules"));
        splitter = window->currentPage()->findChild<QSplitter *>();
        QTRY_COMPARE(splitter->sizes()[0], moved);
        QTRY_VERIFY(fake.desk.get<TableView>("rulesTable"));
        QHeaderView *header = fake.desk.get<TableView>("rulesTable")->horizontalHeader();
        QCOMPARE(header->sortIndicatorSection(), int(RuleModel::Name));
        QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    }

    void unsavedEditsAreNotLostUnasked()
    {
        FakeConsole fake;
        QVERIFY(fake.connect());
        FakePair elsewhere;
        setUpRouter(elsewhere.router);
        setUpShifts(elsewhere.router);
        fake.desk.window()->showPage(QStringLiteral("rules"));
        QTRY_VERIFY(fake.desk.get<TableView>("rulesTable"));
        QAbstractItemModel *rules = fake.desk.get<TableView>("rulesTable")->model();
        const QModelIndex active = rules->index(0, RuleModel::Active);
        QTRY_VERIFY(rules->setData(active, false, Qt::EditRole));
        const QString before = fake.desk.console().connections()->current()->id;
        const QString other = fake.desk.addProfile(elsewhere.router.url(), elsewhere.comparator.url());

        // The window asks, and stays.
        QVERIFY(!fake.desk.window()->close());
        QTRY_VERIFY(fake.desk.get<QDialog>("leaveBox"));
        QVERIFY(fake.desk.press("questionNo"));
        QTRY_VERIFY(!fake.desk.get<QDialog>("leaveBox"));
        QVERIFY(fake.desk.window()->isVisible());

        // So does the choice of another profile; to connect to the same one again costs nothing.
        fake.desk.console().connections()->connectTo(other);
        QTRY_VERIFY(fake.desk.get<QDialog>("leaveBox"));
        QCOMPARE(fake.desk.console().connections()->current()->id, before);
        QVERIFY(fake.desk.press("questionNo"));
        QTRY_VERIFY(!fake.desk.get<QDialog>("leaveBox"));
        fake.desk.console().connections()->connectTo(before);
        QVERIFY(!fake.desk.get<QDialog>("leaveBox"));
        QTRY_VERIFY(fake.desk.isLive());
        QVERIFY(!fake.desk.window()->close()); // the edit is still there
        QTRY_VERIFY(fake.desk.get<QDialog>("leaveBox"));
        QVERIFY(fake.desk.press("questionNo"));
        QTRY_VERIFY(!fake.desk.get<QDialog>("leaveBox"));

        fake.desk.console().connections()->connectTo(other);
        QTRY_VERIFY(fake.desk.get<QDialog>("leaveBox"));
        QVERIFY(fake.desk.press("questionYes"));
        QTRY_COMPARE(fake.desk.console().connections()->current()->id, other);
        QTRY_VERIFY(fake.desk.connection()->reach(ServiceName::Router) == Reach::Live);
        QVERIFY(fake.desk.window()->close()); // nothing is left to lose
    }

    void anEditOfTheProfileInUseTakesEffect()
    {
        FakeConsole fake;
        QVERIFY(fake.connect());
        FakePair elsewhere;
        setUpRouter(elsewhere.router);
        setUpShifts(elsewhere.router);
        ConnectionsSession *connections = fake.desk.console().connections();
        Profile profile = *connections->current();
        QVERIFY(fake.desk.press("rollBackButton"));
        QTRY_VERIFY(fake.desk.get<QDialog>("rollBackDialog"));
        profile.name = QStringLiteral("moved");
        profile.routers = {elsewhere.router.url().toString()};
        connections->profiles()->put(profile);
        QTRY_VERIFY(!fake.desk.get<QDialog>("rollBackDialog")); // it asked of the other one
        QTRY_VERIFY(elsewhere.router.hasStream());
        QTRY_VERIFY(fake.desk.connection()->reach(ServiceName::Router) == Reach::Live);
        QCOMPARE(fake.desk.connection()->profileName(), QStringLiteral("moved"));
        // Its end is the connection's end.
        connections->profiles()->remove(profile.id);
        QVERIFY(connections->current() == nullptr);
        QVERIFY(fake.desk.connection()->reach(ServiceName::Router) == Reach::Unknown);
    }

    void whatIsNotKnownIsNotCalledNone()
    {
        FakeConsole fake;
        for (const char *list : {"GET /api/v1/approvals", "GET /api/v1/alerts"})
            fake.services.router.on(list, [](const FakeRequest &) { return problem(503, "not now"); });
        QVERIFY(fake.connect());
        const auto text = [&fake](const char *chip) { return fake.desk.get<QAbstractButton>(chip)->text(); };
        QTRY_VERIFY(!fake.services.router.asked("GET /api/v1/alerts").isEmpty());
        QCOMPARE(text("approvalsChip"), QStringLiteral("— approvals"));
        QCOMPARE(text("alertsChip"), QStringLiteral("— alerts"));
        QTRY_VERIFY(!text("masterChip").isEmpty() && text("masterChip") != QStringLiteral("—"));
        const QString master = text("masterChip");
        fake.services.router.stop();
        QTRY_COMPARE(text("masterChip"), QStringLiteral("WAS ") + master);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
