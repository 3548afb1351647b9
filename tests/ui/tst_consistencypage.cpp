// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/consistencydesk.h"
#include "ui/shared/difftext.h"
#include "ui/shared/stateview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTreeView>

using namespace crossfade;
using namespace crossfade::test;

class TestConsistencyPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aPageBuiltAnewSaysWhatTheSessionShows()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "groupByType"));
        QVERIFY(click(desk.page.get(), "onlyOpen"));
        QVERIFY(type(desk.page.get(), "differenceFilter", QStringLiteral("anais")));
        QTRY_COMPARE(desk.differences->filter().text, std::string("anais"));
        desk.page = std::make_unique<ConsistencyPage>(desk.checks.get(), desk.differences.get());
        desk.page->resize(pageSize());
        desk.page->show();
        QVERIFY(find<QAbstractButton>(desk.page.get(), "groupByType")->isChecked());
        QVERIFY(!find<QAbstractButton>(desk.page.get(), "onlyOpen")->isChecked());
        QCOMPARE(find<QLineEdit>(desk.page.get(), "differenceFilter")->text(), QStringLiteral("anais"));
        QVERIFY(desk.differences->grouping() == DifferenceGrouping::Type && !desk.differences->filter().open);
    }

    void showsChecksAndTheirRun()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QCOMPARE(desk.checks->model()->rowCount(), 3);
        QCOMPARE(desk.checks->model()->index(2, CheckModel::State).data(Qt::EditRole).toString(),
                 QStringLiteral("BELOW"));
        QCOMPARE(desk.checks->model()->passing(), 2);
        QTRY_VERIFY(desk.text("runRows").contains(QStringLiteral("rows/s")));
    }

    void aRunIsStartedFollowedPausedAndEnds()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        desk.services.comparator.on("POST /api/v1/checks/c1/run", [](const FakeRequest &) {
            return FakeAnswer{202, runJson("RUNNING", 0, 10000)};
        });
        QVERIFY(click(desk.page.get(), "runCheck"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "pauseRun"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "runCheck")->isEnabled());
        QCOMPARE(desk.services.comparator.asked("POST /api/v1/checks/c1/run")[0].body["scope"].get<std::string>(),
                 std::string("FULL"));
        desk.services.comparator.push("check.progress", Json{{"run", runJson("RUNNING", 6200, 10000)}});
        QTRY_VERIFY(desk.text("runPercent").startsWith(QStringLiteral("62")));
        shoot(desk.page.get(), "consistency-running");
        // A database that has enough to do is waited for, and the run says so.
        Json waiting = runJson("RUNNING", 6200, 10000);
        waiting["waiting_for"] = "LOAD_NEW";
        waiting["load"] = 42;
        desk.services.comparator.push("check.progress", Json{{"run", waiting}});
        QTRY_VERIFY2(desk.text("runDetail").contains(QStringLiteral("NEW has enough to do, its load is 42")),
                     qPrintable(desk.text("runDetail")));
        waiting["load"] = nullptr;
        desk.services.comparator.push("check.progress", Json{{"run", waiting}});
        QTRY_VERIFY(desk.text("runDetail").contains(QStringLiteral("NEW does not say in time")));
        desk.services.comparator.on("POST /api/v1/runs/run-812/pause", runJson("PAUSED", 6200, 10000));
        QVERIFY(click(desk.page.get(), "pauseRun"));
        QTRY_COMPARE(find<QPushButton>(desk.page.get(), "pauseRun")->text(), QStringLiteral("Resume"));
        desk.services.comparator.push("check.finished", Json{{"run", runJson("FINISHED", 10000, 10000)}});
        QTRY_VERIFY(!find<QPushButton>(desk.page.get(), "pauseRun"));
        // A late word of progress does not bring the run back.
        desk.services.comparator.push("check.progress", Json{{"run", runJson("RUNNING", 9000, 10000)}});
        QTRY_VERIFY(desk.services.comparator.asked("GET /api/v1/checks").size() > 1);
        QVERIFY(!find<QPushButton>(desk.page.get(), "pauseRun"));
    }

    void aRunGoesSlowerAndFasterWhileItRuns()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        QVERIFY(!find<QSpinBox>(desk.page.get(), "runLimit")); // of a run that has ended
        Json run = runJson("RUNNING", 6200, 10000);
        run["rows_per_second_limit"] = nullptr;
        run["version"] = 17;
        desk.services.comparator.push("check.progress", Json{{"run", run}});
        QTRY_VERIFY(find<QSpinBox>(desk.page.get(), "runLimit"));
        auto *limit = find<QSpinBox>(desk.page.get(), "runLimit");
        auto *set = find<QPushButton>(desk.page.get(), "setRunLimit");
        QCOMPARE(limit->text(), QStringLiteral("no limit"));
        QVERIFY(!set->isEnabled());
        limit->setFocus();
        limit->selectAll();
        QTest::keyClicks(limit, QStringLiteral("500"));
        QTest::keyClick(limit, Qt::Key_Enter);
        QVERIFY(set->isEnabled());
        run["rows_done"] = 6300; // the next progress leaves what is typed
        run["version"] = 18;
        desk.services.comparator.push("check.progress", Json{{"run", run}});
        QTRY_VERIFY(desk.text("runPercent").startsWith(QStringLiteral("63")));
        QCOMPARE(limit->value(), 500);
        shoot(desk.page.get(), "consistency-limit");
        run["rows_per_second_limit"] = 500;
        run["version"] = 19;
        desk.services.comparator.on("PATCH /api/v1/runs/run-812", run);
        QVERIFY(click(desk.page.get(), "setRunLimit"));
        QTRY_VERIFY(!set->isEnabled());
        const auto asked = desk.services.comparator.asked("PATCH /api/v1/runs/run-812");
        QCOMPARE(asked.size(), size_t(1));
        QCOMPARE(asked[0].body, Json({{"rows_per_second_limit", 500}}));
        QCOMPARE(asked[0].headers.value("if-match"), QByteArray("\"18\""));
        limit->setValue(0);
        QVERIFY(click(desk.page.get(), "setRunLimit"));
        QTRY_COMPARE(desk.services.comparator.asked("PATCH /api/v1/runs/run-812").size(), size_t(2));
        QVERIFY(desk.services.comparator.asked("PATCH /api/v1/runs/run-812")[1].body["rows_per_second_limit"].is_null());
    }

    void aNewCheckShowsTheServicesMistakesAtItsFields()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        desk.services.comparator.on("POST /api/v1/checks", [](const FakeRequest &) {
            return problem(422, "not valid", {{"/check_name", "is taken"}});
        });
        QVERIFY(click(desk.page.get(), "newCheck"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "checkCreate")->isEnabled());
        QVERIFY(type(desk.page.get(), "checkName", QStringLiteral("users-full")));
        shoot(find<QWidget>(nullptr, "newCheckDialog"), "consistency-newcheck");
        QVERIFY(click(desk.page.get(), "checkCreate"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "checkCreate")->isEnabled());
        QVERIFY(click(desk.page.get(), "checkCancel"));
    }

    void mappingsThatComeLaterAreOffered()
    {
        ConsistencyDesk desk;
        desk.services.comparator.on("GET /api/v1/mappings", [](const FakeRequest &) { return problem(503, "not now", {}); });
        desk.services.open();
        QTRY_VERIFY(desk.services.isLive() && desk.checks->phase() == LoadPhase::Ready);
        QVERIFY(click(desk.page.get(), "newCheck"));
        QVERIFY(type(desk.page.get(), "checkName", QStringLiteral("nightly")));
        auto *box = find<QComboBox>(nullptr, "checkMapping");
        auto *create = find<QPushButton>(nullptr, "checkCreate");
        QCOMPARE(box->count(), 0);
        QVERIFY(!create->isEnabled());
        const auto come = [&](Json list) {
            desk.services.comparator.on("GET /api/v1/mappings", listOf(std::move(list)));
            desk.checks->refresh();
        };
        come(Json::array());
        QTRY_VERIFY(desk.checks->mappingsAreRead());
        QVERIFY(!create->isEnabled());
        come(Json::array({mappingJson("m1", "USER")}));
        QTRY_COMPARE(box->count(), 1);
        QVERIFY(create->isEnabled());
        // One that comes before it leaves the choice as it is.
        come(Json::array({mappingJson("m2", "ORDER"), mappingJson("m1", "USER")}));
        QTRY_COMPARE(box->count(), 2);
        QCOMPARE(box->currentIndex(), 1);
        QVERIFY(box->currentText().startsWith(QStringLiteral("USER")));
        QVERIFY(click(nullptr, "checkCancel"));
    }

    void aNewCheckSetsWhenItRunsAndHowMuchItReads()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        desk.services.comparator.on("POST /api/v1/checks", [](const FakeRequest &) {
            return FakeAnswer{201, checkJson("c9", "nightly", "USER", 99.5, 99.5, 0)};
        });
        QVERIFY(click(desk.page.get(), "newCheck"));
        QVERIFY(type(desk.page.get(), "checkName", QStringLiteral("nightly")));
        find<QComboBox>(nullptr, "checkEvery")->setCurrentIndex(3);
        find<QComboBox>(nullptr, "checkDay")->setCurrentIndex(6);
        QVERIFY(type(nullptr, "checkTime", QStringLiteral("25:00")));
        QVERIFY(!find<QPushButton>(nullptr, "checkCreate")->isEnabled());
        QVERIFY(type(nullptr, "checkTime", QStringLiteral("02:30")));
        QVERIFY(type(nullptr, "checkZoneName", QStringLiteral("Mars/Sea")));
        QVERIFY(!find<QPushButton>(nullptr, "checkCreate")->isEnabled());
        QVERIFY(type(nullptr, "checkZoneName", QStringLiteral("Europe/Berlin")));
        QCOMPARE(find<QSpinBox>(nullptr, "checkSample")->value(), 1000);
        find<QSpinBox>(nullptr, "checkSample")->setValue(0);
        find<QCheckBox>(nullptr, "checkRepair")->setChecked(true);
        find<QCheckBox>(nullptr, "checkActive")->setChecked(false);
        shoot(find<QWidget>(nullptr, "newCheckDialog"), "consistency-newcheck-weekly");
        QVERIFY(click(nullptr, "checkCreate"));
        QTRY_VERIFY(!find<QWidget>(nullptr, "newCheckDialog"));
        const Json body = desk.services.comparator.asked("POST /api/v1/checks").last().body;
        const Json weekly{{"every", "WEEKLY"}, {"at", "02:30"}, {"weekday", "SUN"}, {"time_zone", "Europe/Berlin"}};
        QCOMPARE(body["check_frequency"], weekly);
        QCOMPARE(body["sample_size"], Json(0));
        QCOMPARE(body["auto_repair_enabled"], Json(true));
        QCOMPARE(body["active"], Json(false));
    }

    void anEditThatComesSecondKeepsWhatWasSetAndShowsWhatIsStored()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        auto stored = std::make_shared<Json>(checkJson("c1", "users-full", "USER", 99.51, 99.5, 1));
        (*stored)["check_frequency"] = Json{{"every", "SECONDS"}, {"seconds", 300}};
        (*stored)["sample_size"] = 70;
        desk.services.comparator.on("GET /api/v1/checks/c1",
                                    [stored](const FakeRequest &) { return FakeAnswer{200, *stored}; });
        desk.services.comparator.on("PUT /api/v1/checks/c1", [stored](const FakeRequest &request) {
            if (request.headers.value("if-match").contains('2'))
                return FakeAnswer{200, *stored};
            return problem(412, "changed since");
        });
        QVERIFY(click(desk.page.get(), "editCheck"));
        QTRY_VERIFY(find<QWidget>(nullptr, "editCheckDialog"));
        QCOMPARE(find<QSpinBox>(nullptr, "checkSeconds")->value(), 300);
        QCOMPARE(find<QSpinBox>(nullptr, "checkSample")->value(), 70);
        QVERIFY(type(nullptr, "checkName", QStringLiteral("mine")));
        (*stored)["check_name"] = "theirs";
        (*stored)["version"] = 2;
        QVERIFY(click(nullptr, "checkCreate"));
        QTRY_VERIFY(find<QLabel>(nullptr, "checkConflict"));
        QVERIFY(find<QLabel>(nullptr, "checkConflict")->text().contains(QStringLiteral("theirs")));
        QCOMPARE(find<QLineEdit>(nullptr, "checkName")->text(), QStringLiteral("mine"));
        shoot(find<QWidget>(nullptr, "editCheckDialog"), "consistency-editcheck-conflict");
        QVERIFY(click(nullptr, "checkCreate"));
        QTRY_VERIFY(!find<QWidget>(nullptr, "editCheckDialog"));
        QCOMPARE(desk.services.comparator.asked("PUT /api/v1/checks/c1").last().body["check_name"], Json("mine"));
    }

    void rowsComeByPagesAsTheyAreLookedAt()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QCOMPARE(desk.tree()->model()->rowCount(), 4);
        QVERIFY(desk.tree()->isExpanded(desk.group(0)));
        QCOMPARE(desk.tree()->model()->rowCount(desk.group(0)), 2300);
        QTRY_VERIFY(desk.isLoaded(desk.cell(0, 0)));
        QVERIFY(!desk.isLoaded(desk.cell(0, 2000)));
        const qsizetype before = desk.services.comparator.asked("GET /api/v1/differences").size();
        // A jump to the end loads the end, not what lies between.
        desk.tree()->scrollTo(desk.cell(0, 2250));
        QTRY_VERIFY(desk.isLoaded(desk.cell(0, 2250)));
        QVERIFY(!desk.isLoaded(desk.cell(0, 1000)));
        QCOMPARE(desk.cell(0, 2250).data().toString(), QStringLiteral("user 102650"));
        QVERIFY(desk.services.comparator.asked("GET /api/v1/differences").size() <= before + 3);
        QCOMPARE(desk.services.comparator.asked("GET /api/v1/differences/anchors").size(), 1);
    }

    void newerOnesWaitUntilTheyAreAskedFor()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        QTRY_VERIFY(desk.isLoaded(desk.cell(0, 0)));
        QSignalSpy resets(desk.tree()->model(), &QAbstractItemModel::modelReset);
        desk.services.comparator.push("difference.changed", Json{{"run_id", "run-812"}, {"added", 31}});
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "showNewer"));
        QCOMPARE(find<QPushButton>(desk.page.get(), "showNewer")->text(), QStringLiteral("31 newer · show"));
        QCOMPARE(resets.count(), 0);
        QVERIFY(click(desk.page.get(), "showNewer"));
        QTRY_COMPARE(resets.count(), 1);
        QVERIFY(!find<QPushButton>(desk.page.get(), "showNewer"));
    }

    void aDifferenceThatIsResolvedIsOneLessOfItsCheck()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        QTRY_VERIFY(desk.isLoaded(desk.cell(0, 0)));
        const auto openOfFirst = [&] { return desk.checks->model()->index(0, CheckModel::Open).data().toString(); };
        const QString before = openOfFirst();
        const Json check = checkJson("c1", "users-full", "USER", 99.51, 99.5, 17);
        desk.services.comparator.on("GET /api/v1/checks", listOf(Json::array({check})));
        const qsizetype asked = desk.services.comparator.asked("GET /api/v1/checks").size();
        for (int i = 0; i < 5; ++i) {
            Json resolved = fieldDifference("email", i);
            resolved["resolved"] = true;
            desk.services.comparator.push("difference.changed", Json{{"difference", resolved}});
        }
        QTRY_COMPARE(openOfFirst(), QStringLiteral("17"));
        QVERIFY(before != QStringLiteral("17"));
        QVERIFY(desk.services.comparator.asked("GET /api/v1/checks").size() <= asked + 2); // not one for each
    }

    void aDifferenceIsShownSideBySide()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.open(0, 1));
        QTRY_COMPARE(desk.differences->shown()->fields.size(), std::size_t(9));
        auto *table = desk.page->findChild<QAbstractItemView *>(QStringLiteral("entityFields"));
        QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("email"));
        QCOMPARE(table->model()->index(5, 1).data().toString(), QStringLiteral("NULL"));
        QCOMPARE(table->model()->index(5, 2).data().toString(), QStringLiteral("empty string"));
        desk.tree()->scrollTo(desk.cell(3, 0));
        QTRY_VERIFY(desk.isLoaded(desk.cell(3, 0)));
        shoot(desk.page.get(), "consistency");
    }

    void aRepairTakesAllFieldsOfTheEntity()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.open(0, 1));
        desk.services.comparator.on("POST /api/v1/repairs", [](const FakeRequest &) {
            return FakeAnswer{201, listOf(Json::array({repairJson("rep-1", "100482", "PENDING", nullptr)}))};
        });
        QSignalSpy opened(desk.page.get(), &Page::openRequested);
        QVERIFY(click(desk.page.get(), "repairDifference"));
        QTRY_COMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), QStringLiteral("repairs"));
        QCOMPARE(opened[0][1].toString(), QStringLiteral("repair:rep-1"));
        const Json body = desk.services.comparator.asked("POST /api/v1/repairs")[0].body;
        QCOMPARE(body["difference_ids"].size(), std::size_t(7));
    }

    void whatIsInMotionIsLeftToItsRun()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.open(0, 1));
        QVERIFY(find<QPushButton>(desk.page.get(), "recheckDifference")->isEnabled());
        Json moving = fieldDifference("email", 1);
        moving["state"] = "IN_FLIGHT";
        desk.services.comparator.push("difference.changed", Json{{"difference", moving}});
        QTRY_VERIFY(!find<QPushButton>(desk.page.get(), "recheckDifference")->isEnabled());
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("known")));
        for (const char *act : {"repairDifference", "resolveDifference", "recheckDifference"}) {
            auto *button = find<QPushButton>(desk.page.get(), act);
            QVERIFY2(!button->isEnabled(), act);
            QVERIFY2(button->toolTip().contains(QStringLiteral("in motion")), qPrintable(button->toolTip()));
        }
    }

    void resolvingNeedsANote()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.open(0, 1));
        const QString id = QString::fromStdString(desk.differences->shown()->difference.id);
        QVERIFY(!find<QPushButton>(desk.page.get(), "resolveDifference")->isEnabled());
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("known, both are right")));
        Json resolved = fieldDifference("email", 1);
        resolved["resolved"] = true;
        const QByteArray route = "POST /api/v1/differences/" + id.toLatin1() + "/resolve";
        desk.services.comparator.on(route.constData(), resolved);
        QVERIFY(click(desk.page.get(), "resolveDifference"));
        QTRY_VERIFY(desk.cell(0, 1).data(DifferenceModel::ResolvedRole).toBool());
        QVERIFY(!find<QPushButton>(desk.page.get(), "repairDifference")->isEnabled());
    }

    void groupingAndFilterAskTheServiceAnew()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "groupByType"));
        QTRY_COMPARE(desk.tree()->model()->rowCount(), 2);
        QVERIFY(click(desk.page.get(), "groupFlat"));
        QTRY_COMPARE(desk.tree()->model()->rowCount(), 2309);
        QVERIFY(type(desk.page.get(), "differenceFilter", QStringLiteral("a+b & <i>")));
        QTRY_VERIFY(!desk.services.comparator.asked("GET /api/v1/differences/summary").isEmpty() &&
                    desk.services.comparator.asked("GET /api/v1/differences/summary").last().item("q") ==
                        QStringLiteral("a+b & <i>"));
    }

    void signsAreWhatAPersonReads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<QString>("shown");
        QTest::newRow("a trailing space is a dot") << QByteArray("a@b ") << QByteArray("a@b") << QStringLiteral("a@b·");
        QTest::newRow("a common space stays") << QByteArray("a b") << QByteArray("a c") << QStringLiteral("a b");
        QTest::newRow("marks stand on a ring") << QByteArray("i\xcc\x88") << QByteArray("\xc3\xaf") << QString::fromUtf8("i◌\xcc\x88");
        QTest::newRow("direction marks have names") << QByteArray("a\xe2\x80\x8f") << QByteArray("a") << QStringLiteral("aRLM");
        QTest::newRow("an empty string is a word") << QByteArray("") << QByteArray("a") << QStringLiteral("empty string");
    }
    void signsAreWhatAPersonReads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, other);
        QFETCH(QString, shown);
        DiffValue value;
        value.text = text;
        value.other = other;
        QCOMPARE(shownDiffValue(value), shown);
    }

    void aLongValueIsCutAwayFromItsChangeAlikeOnBothSides()
    {
        DiffValue left;
        left.text = QByteArray(200, 'x') + "1" + QByteArray(50, 'y');
        left.other = QByteArray(200, 'x') + "2" + QByteArray(50, 'y');
        DiffValue right = left;
        std::swap(right.text, right.other);
        const QString a = shownDiffValue(left, 120);
        const QString b = shownDiffValue(right, 120);
        QVERIFY(a.contains(QLatin1Char('1')) && b.contains(QLatin1Char('2')));
        QVERIFY(a.startsWith(QChar(0x2026)) && a.endsWith(QChar(0x2026)));
        QCOMPARE(a.size(), b.size());
        QCOMPARE(a.indexOf(QLatin1Char('1')), b.indexOf(QLatin1Char('2')));
    }

    void lostConnectionBlocksAndErrorsAreShown()
    {
        ConsistencyDesk desk;
        desk.services.comparator.on("GET /api/v1/differences/summary",
                                    [](const FakeRequest &) { return problem(503, "the store is busy"); });
        desk.services.open();
        auto *state = desk.page->findChild<StateView *>(QStringLiteral("differencesState"));
        QCOMPARE(state->stateName(), QStringLiteral("loading"));
        QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
        shoot(desk.page.get(), "consistency-error");
        setUpComparator(desk.services.comparator);
        desk.page->refresh();
        QTRY_COMPARE(state->stateName(), QStringLiteral("full"));
        desk.services.comparator.stop();
        QTRY_VERIFY(!find<QPushButton>(desk.page.get(), "runCheck")->isEnabled());
        QVERIFY(find<QPushButton>(desk.page.get(), "runCheck")->toolTip().contains(QStringLiteral("comparator")));
        shoot(desk.page.get(), "consistency-stale");
    }
};

QTEST_MAIN(TestConsistencyPage)
#include "tst_consistencypage.moc"
