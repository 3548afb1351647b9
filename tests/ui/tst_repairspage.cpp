// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/session/fakedata.h"
#include "tests/ui/pagetest.h"
#include "ui/repairs/repairspage.h"
#include "ui/shared/chip.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QLabel>
#include <QPushButton>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Assigned = "0199aaaa-0000-7000-8000-000000020913";
const char *const Pending = "0199aaaa-0000-7000-8000-000000020927";
const char *const Stale = "0199aaaa-0000-7000-8000-000000020936";

struct Desk {
    FakePair services;
    std::unique_ptr<RepairsSession> session;
    std::unique_ptr<RepairsPage> page;

    explicit Desk(const QStringList &roles = {QStringLiteral("operator"), QStringLiteral("approver")})
        : services(roles)
    {
        setUpComparator(services.comparator);
        session = std::make_unique<RepairsSession>(&services.connection);
        page = std::make_unique<RepairsPage>(session.get());
        page->resize(pageSize());
        page->show();
    }
    bool connect()
    {
        services.open();
        return QTest::qWaitFor(
            [&] { return services.isLive() && session->phase() == LoadPhase::Ready; });
    }
    QAbstractItemView *table() { return page->findChild<QAbstractItemView *>(QStringLiteral("repairList")); }
    QStringList entities()
    {
        QStringList all;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            all << table()->model()->index(row, RepairModel::Entity).data().toString();
        all.sort();
        return all;
    }
    void show(const char *id) { page->showObject(QStringLiteral("repair:") + QString::fromLatin1(id)); }
    QString status() { return find<Chip>(page.get(), "repairStatus")->text(); }
    void answer(const char *id, const char *verb, const char *status)
    {
        const QByteArray route = QByteArray("POST /api/v1/repairs/") + id + "/" + verb;
        services.comparator.on(route.constData(), repairJson(id, "204118", status, "operator-1"));
    }
    QList<FakeRequest> asked(const char *id, const char *verb)
    {
        const QByteArray route = QByteArray("POST /api/v1/repairs/") + id + "/" + verb;
        return services.comparator.asked(route.constData());
    }
};

} // namespace

class TestRepairsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void inboxesHoldWhatBelongsThere()
    {
        Desk desk;
        QVERIFY(desk.connect());
        QCOMPARE(desk.entities().size(), 4);
        QVERIFY(click(desk.page.get(), "inboxMine"));
        QCOMPARE(desk.entities(), QStringList{QStringLiteral("user 204118")});
        QVERIFY(click(desk.page.get(), "inboxFailed"));
        QTRY_COMPARE(desk.entities(), QStringList({QStringLiteral("user 101201"), QStringLiteral("user 734002")}));
        QVERIFY(click(desk.page.get(), "inboxDone"));
        QTRY_COMPARE(desk.entities(), QStringList{QStringLiteral("user 101007")});
        QCOMPARE(desk.page->badge(), QStringLiteral("2"));
    }

    void aTaskShowsExactlyWhatItWouldDo()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Assigned);
        QTRY_COMPARE(desk.status(), QStringLiteral("ASSIGNED to operator-1"));
        QCOMPARE(find<QLabel>(desk.page.get(), "repairSentence")->text(),
                 QStringLiteral("Update 2 fields on NEW with the values of LEGACY"));
        auto *fields = desk.page->findChild<QAbstractItemView *>(QStringLiteral("repairFields"));
        QCOMPARE(fields->model()->rowCount(), 3);
        QCOMPARE(fields->model()->index(2, 2).data().toString(), QStringLiteral("unchanged"));
        QTRY_VERIFY(desk.session->preview().has_value());
        shoot(desk.page.get(), "repairs");
        QVERIFY(!find<QLabel>(desk.page.get(), "changedSince"));
    }

    void keysDecideAndAReasonIsAskedFor()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Assigned);
        desk.answer(Assigned, "approve", "EXECUTING");
        QVERIFY(QTest::qWaitForWindowActive(desk.page.get()));
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_A);
        QCOMPARE(desk.asked(Assigned, "approve").size(), 0);
        auto *reason = find<QLineEdit>(desk.page.get(), "reasonEdit");
        QTRY_VERIFY(reason->hasFocus());
        // In the field the keys are letters.
        QTest::keyClicks(reason, QStringLiteral("as agreed"));
        QCOMPARE(reason->text(), QStringLiteral("as agreed"));
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_A);
        QTRY_COMPARE(desk.asked(Assigned, "approve").size(), 1);
        QCOMPARE(desk.asked(Assigned, "approve")[0].body["reason"].get<std::string>(), std::string("as agreed"));
        QTRY_COMPARE(desk.status(), QStringLiteral("EXECUTING"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "approveRepair")->isEnabled());
        // Its end arrives by itself, and the task stays in sight although it is through.
        QTRY_VERIFY(desk.services.comparator.hasStream());
        Json verified = repairJson(Assigned, "204118", "VERIFIED", "operator-1");
        verified["verification"] = Json{{"at", "2026-11-21T14:00:00.000Z"}, {"equal", true},
                                        {"detail", "both sides hold the same values"}};
        desk.services.comparator.push("repair.changed", Json{{"repair", verified}});
        QTRY_COMPARE(desk.status(), QStringLiteral("VERIFIED"));
        QCOMPARE(find<QLabel>(desk.page.get(), "repairResult")->text(), QStringLiteral("both sides hold the same values"));
        shoot(desk.page.get(), "repairs-verified");
    }

    void aHeldKeyDecidesOneTaskOnly()
    {
        Desk desk;
        Json repairs = Json::array();
        for (const char *id : {"r-1", "r-2", "r-3"})
            repairs.push_back(repairJson(id, "204118", "ASSIGNED", "operator-1"));
        desk.services.comparator.on("GET /api/v1/repairs", listOf(repairs));
        desk.services.comparator.on("POST /api/v1/repairs/*", [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        QVERIFY(desk.connect());
        QVERIFY(QTest::qWaitForWindowActive(desk.page.get()));
        QVERIFY(click(desk.page.get(), "inboxMine"));
        QTRY_COMPARE(desk.entities().size(), 3);
        desk.table()->setCurrentIndex(desk.table()->model()->index(0, RepairModel::Entity));
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("as agreed")));
        desk.table()->setFocus();
        QTest::simulateEvent(desk.table(), true, Qt::Key_A, Qt::NoModifier, QStringLiteral("a"), false);
        for (int i = 0; i < 5; ++i)
            QTest::simulateEvent(desk.table(), true, Qt::Key_A, Qt::NoModifier, QStringLiteral("a"), true);
        QTRY_COMPARE(desk.services.comparator.asked("POST /api/v1/repairs/*").size(), 1);
        QCoreApplication::processEvents();
        const QList<FakeRequest> asked = desk.services.comparator.asked("POST /api/v1/repairs/*");
        QCOMPARE(asked.size(), 1);
        // The one that is on its way takes no second decision, neither from here nor from elsewhere.
        const QString id = asked[0].path.section(QLatin1Char('/'), -2, -2);
        QVERIFY(desk.session->isDeciding(id));
        desk.show(id.toUtf8().constData());
        QVERIFY(!find<QPushButton>(desk.page.get(), "approveRepair")->isEnabled());
        desk.session->reject(id, QStringLiteral("after all not"));
        QVERIFY(desk.services.comparator.asked("POST /api/v1/repairs/*").size() == 1);
        desk.services.comparator.on("POST /api/v1/repairs/*", repairJson(id.toUtf8().constData(), "204118", "EXECUTING", "operator-1"));
        desk.services.comparator.release();
        QTRY_VERIFY(!desk.session->isDeciding(id));
        QTRY_COMPARE(desk.status(), QStringLiteral("EXECUTING"));
        QCOMPARE(desk.services.comparator.asked("POST /api/v1/repairs/*").size(), 1);
    }

    void whatIsToldDuringARefreshIsNewerThanItsPages()
    {
        Desk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        // The page was read before the task was approved; it arrives after the event.
        desk.services.comparator.on("GET /api/v1/repairs", [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        const auto before = desk.services.comparator.asked("GET /api/v1/repairs").size();
        desk.page->refresh();
        QTRY_VERIFY(desk.services.comparator.asked("GET /api/v1/repairs").size() > before);
        Json approved = repairJson(Assigned, "204118", "VERIFIED", "operator-1");
        approved["version"] = 9;
        desk.services.comparator.push("repair.changed", {{"repair", approved}});
        const auto statusOf = [&desk] { return desk.session->model()->rowOf(QString::fromLatin1(Assigned))->status; };
        QTRY_COMPARE(statusOf(), std::string("VERIFIED"));
        desk.services.comparator.on("GET /api/v1/repairs",
                                    listOf(Json::array({repairJson(Assigned, "204118", "ASSIGNED", "operator-1")})));
        desk.services.comparator.release();
        QTRY_COMPARE(desk.session->model()->rows().size(), std::size_t{1}); // the page has arrived
        QCOMPARE(statusOf(), std::string("VERIFIED"));
    }

    void aTaskIsAssigned()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Pending);
        desk.answer(Pending, "assign", "ASSIGNED");
        QVERIFY(click(desk.page.get(), "assignRepair"));
        QVERIFY(type(desk.page.get(), "assignTo", QStringLiteral("not a name")));
        QVERIFY(!find<QPushButton>(desk.page.get(), "assignOk")->isEnabled());
        QVERIFY(type(desk.page.get(), "assignTo", QStringLiteral("operator-1")));
        shoot(find<QWidget>(nullptr, "assignDialog"), "repairs-assign");
        QVERIFY(click(desk.page.get(), "assignOk"));
        QTRY_COMPARE(desk.asked(Pending, "assign").size(), 1);
        QCOMPARE(desk.asked(Pending, "assign")[0].body["assigned_to"].get<std::string>(), std::string("operator-1"));
    }

    void staleSaysWhatChangedSince()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Stale);
        QTRY_VERIFY(find<QLabel>(desk.page.get(), "changedSince"));
        auto *changed = desk.page->findChild<QAbstractItemView *>(QStringLiteral("changedFields"));
        QCOMPARE(changed->model()->rowCount(), 1);
        QCOMPARE(changed->model()->index(0, 0).data().toString(), QStringLiteral("email"));
        QCOMPARE(changed->model()->index(0, 2).data().toString(), QStringLiteral("soren@example.dk"));
        QCOMPARE(find<QPushButton>(desk.page.get(), "approveRepair")->text(), QStringLiteral("Look again and run"));
        shoot(desk.page.get(), "repairs-stale");
    }

    void aRefusalIsTold()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Assigned);
        const QByteArray route = QByteArray("POST /api/v1/repairs/") + Assigned + "/reject";
        desk.services.comparator.on(route.constData(),
                                    [](const FakeRequest &) { return problem(409, "operator-2 approved it first"); });
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("no")));
        QVERIFY(click(desk.page.get(), "rejectRepair"));
        QTRY_VERIFY(find<QLabel>(desk.page.get(), "repairNote"));
        QVERIFY(find<QLabel>(desk.page.get(), "repairNote")->text().contains(QStringLiteral("operator-2 approved it first")));
    }

    // Nobody knows whether it was done: it is not called undone.
    void noAnswerIsNoRefusal()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Assigned);
        const QByteArray route = QByteArray("POST /api/v1/repairs/") + Assigned + "/reject";
        desk.services.comparator.on(route.constData(), [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("no")));
        QVERIFY(click(desk.page.get(), "rejectRepair"));
        QTRY_COMPARE(desk.services.comparator.asked(route.constData()).size(), 1);
        desk.services.comparator.stop(); // it may have done it
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>(desk.page.get(), "repairNote"), 60'000);
        QVERIFY(find<QLabel>(desk.page.get(), "repairNote")->text().startsWith(QStringLiteral("No answer: it may")));
    }

    void anOperatorMayAssignButNotApprove()
    {
        Desk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        desk.show(Assigned);
        QVERIFY(!find<QPushButton>(desk.page.get(), "approveRepair")->isEnabled());
        QVERIFY(find<QPushButton>(desk.page.get(), "approveRepair")->toolTip().contains(QStringLiteral("approver")));
        QVERIFY(find<QPushButton>(desk.page.get(), "assignRepair")->isEnabled());
    }

    void aRefreshKeepsTheSelection()
    {
        Desk desk;
        QVERIFY(desk.connect());
        desk.show(Pending);
        Json repairs = Json::array();
        repairs.push_back(repairJson("0199aaaa-0000-7000-8000-000000029999", "1", "PENDING", nullptr));
        repairs.push_back(repairJson(Pending, "100533", "PENDING", nullptr));
        desk.services.comparator.on("GET /api/v1/repairs", listOf(repairs));
        desk.page->refresh();
        QTRY_COMPARE(desk.entities().size(), 2);
        QCOMPARE(desk.table()->currentIndex().data(RepairModel::IdRole).toString(), QString::fromLatin1(Pending));
    }

    void aTaskMadeJustNowIsShownWhenItArrives()
    {
        Desk desk;
        QVERIFY(desk.connect());
        Json repairs = Json::array({repairJson("0199aaaa-0000-7000-8000-000000031111", "7", "PENDING", nullptr)});
        desk.services.comparator.on("GET /api/v1/repairs", listOf(repairs));
        desk.show("0199aaaa-0000-7000-8000-000000031111");
        QTRY_COMPARE(desk.table()->currentIndex().siblingAtColumn(RepairModel::Entity).data().toString(), QStringLiteral("user 7"));
    }

    void emptyAndErrorAreShown()
    {
        Desk desk;
        desk.services.comparator.on("GET /api/v1/repairs", [](const FakeRequest &) { return problem(503, "busy"); });
        auto *state = desk.page->findChild<StateView *>(QStringLiteral("repairsState"));
        QCOMPARE(state->stateName(), QStringLiteral("loading"));
        desk.services.open();
        QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
        desk.services.comparator.on("GET /api/v1/repairs", listOf(Json::array()));
        desk.page->refresh();
        QTRY_COMPARE(state->stateName(), QStringLiteral("empty"));
        shoot(desk.page.get(), "repairs-empty");
    }
};

QTEST_MAIN(TestRepairsPage)
#include "tst_repairspage.moc"
