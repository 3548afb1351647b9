// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What was read before an event may arrive after it: it must not take back what the event told.
#include "models/session/consistencysession.h"
#include "models/session/shiftsession.h"
#include "models/session/switchessession.h"

#include "tests/models/session/fakedata.h"
#include "tests/models/session/shiftdata.h"

#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Policies = "GET /api/v1/shift-policies";
const char *const Gates = "GET /api/v1/shift-policies/p-logins/gates";
const char *const History = "GET /api/v1/shift-policies/p-logins/history";

FakeAnswer heldBack(const FakeRequest &)
{
    FakeAnswer answer;
    answer.silent = true;
    return answer;
}

Json steppedTo(double percentage, int epoch)
{
    Json policy = loginsJson();
    policy["shift"]["percentage"] = percentage;
    policy["shift"]["epoch"] = epoch;
    return policy;
}

struct Desk {
    FakeService router{ServiceName::Router, {QStringLiteral("operator"), QStringLiteral("admin")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};
    Connection connection;

    Desk()
    {
        setUpRouter(router);
        setUpShifts(router);
        setUpComparator(comparator);
    }
    bool open()
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([this] {
            return connection.reach(ServiceName::Router) == Reach::Live && router.hasStream() &&
                   connection.reach(ServiceName::Comparator) == Reach::Live && comparator.hasStream();
        });
    }
    // An answer of the service that was asked for after all that is on its way has arrived, twice over.
    bool settle(ServiceName service)
    {
        int answered = 0;
        QObject context;
        for (int asked = 0; asked < 2; ++asked) {
            RestCall call;
            call.path = QStringLiteral("/api/v1/session");
            connection.get(service, call, &context, [&](const Result<RestReply> &reply) { answered += reply ? 1 : 0; });
            if (!QTest::qWaitFor([&] { return answered == asked + 1; }))
                return false;
        }
        return true;
    }
};

} // namespace

class TestOlderAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void switches()
    {
        Desk desk;
        SwitchesSession session(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(session.phase() == LoadPhase::Ready);
        const auto asked = desk.router.asked("GET /api/v1/switches").size();
        desk.router.on("GET /api/v1/switches", heldBack);
        session.refresh();
        QTRY_COMPARE(desk.router.asked("GET /api/v1/switches").size(), asked + 1);
        desk.router.push("switches.changed", Json{{"switches", switchesJson("LEGACY", "NEW", 9)}});
        QTRY_COMPARE(session.saved().version, 9);
        desk.router.on("GET /api/v1/switches", switchesJson("OFF", "NEW", 8));
        desk.router.release();
        QVERIFY(desk.settle(ServiceName::Router));
        QCOMPARE(session.saved().version, 9);
        QVERIFY(session.saved().master == Master::Legacy);
        QVERIFY(!session.isEdited());
        // Read anew, the service is believed whatever it says: another store counts from the beginning.
        session.refresh();
        QTRY_COMPARE(session.saved().version, 8);
    }

    void policies()
    {
        Desk desk;
        ShiftSession session(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(session.phase() == LoadPhase::Ready);
        const auto asked = desk.router.asked(Policies).size();
        desk.router.on(Policies, heldBack);
        session.refresh();
        QTRY_COMPARE(desk.router.asked(Policies).size(), asked + 1);
        Json created = policyOf("p-new", "new one", "DRAFT", 0, 100);
        desk.router.push("shift.changed", Json{{"policy", steppedTo(30, 4900)}});
        desk.router.push("shift.changed", Json{{"policy", created}});
        desk.router.push("shift.changed", Json{{"id", "p-reset"}, {"deleted", true}});
        QTRY_VERIFY(session.policies()->find("p-reset") == nullptr);
        desk.router.on(Policies, listOf(policiesJson()));
        desk.router.release();
        QVERIFY(desk.settle(ServiceName::Router));
        QCOMPARE(session.policies()->find("p-logins")->shift.percentage, 30.0);
        QVERIFY(session.policies()->find("p-new") != nullptr);
        QVERIFY(session.policies()->find("p-reset") == nullptr);
        QCOMPARE(session.policies()->find("p-lookups")->shift.state, std::string("DRAFT"));
        // What is read from now on holds.
        session.refresh();
        QTRY_VERIFY(session.policies()->find("p-reset") != nullptr);
        QVERIFY(session.policies()->find("p-new") == nullptr);
    }

    void aCommandsAnswer()
    {
        Desk desk;
        ShiftSession session(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(session.phase() == LoadPhase::Ready);
        const char *const suspend = "POST /api/v1/shift-policies/p-logins/suspend";
        desk.router.on(suspend, heldBack);
        QObject context;
        bool done = false;
        session.act("p-logins", ShiftCommand::Suspend, QStringLiteral("lunch"), &context,
                    [&done](const Result<void> &) { done = true; });
        QTRY_COMPARE(desk.router.asked(suspend).size(), 1);
        desk.router.push("shift.changed", Json{{"policy", steppedTo(0, 4900)}});
        QTRY_COMPARE(session.policies()->find("p-logins")->shift.percentage, 0.0);
        desk.router.on(suspend, shiftStateJson("p-logins", "SUSPENDED", 25));
        desk.router.release();
        QTRY_VERIFY(done);
        QCOMPARE(session.policies()->find("p-logins")->shift.percentage, 0.0);
    }

    void historyAndGates()
    {
        Desk desk;
        ShiftSession session(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(session.detailPhase() == LoadPhase::Ready);
        session.select("p-logins");
        QTRY_VERIFY(session.selectedId() == "p-logins" && session.detailPhase() == LoadPhase::Ready);
        const auto rows = session.history()->rows().size();
        desk.router.on(History, heldBack);
        desk.router.on(Gates, heldBack);
        const auto gatesAsked = desk.router.asked(Gates).size();
        const auto historyAsked = desk.router.asked(History).size();
        session.refresh();
        QTRY_COMPARE(desk.router.asked(Gates).size(), gatesAsked + 1);
        QTRY_COMPARE(desk.router.asked(History).size(), historyAsked + 1);
        // A step meanwhile: its gates are answered at once, those asked for before come later.
        Json gates = gatesOf();
        gates[0]["status"] = "BLOCKED";
        desk.router.on(Gates, Json{{"items", gates}});
        Json entry = historyOf()[0];
        entry["id"] = "h-new";
        desk.router.push("shift.changed", Json{{"policy", steppedTo(30, 4900)}, {"history", entry}});
        QTRY_COMPARE(session.history()->rows().size(), rows + 1);
        QTRY_COMPARE(session.gates().front().status, std::string("BLOCKED"));
        desk.router.on(Gates, Json{{"items", gatesOf()}});
        desk.router.on(History, listOf(historyOf()));
        desk.router.release();
        QTRY_VERIFY(session.detailPhase() == LoadPhase::Ready);
        QVERIFY(desk.settle(ServiceName::Router));
        QCOMPARE(session.history()->rows().size(), rows + 1);
        QCOMPARE(session.gates().front().status, std::string("BLOCKED"));
    }

    void checksAskedForTwice()
    {
        Desk desk;
        ConsistencySession session(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(session.phase() == LoadPhase::Ready);
        const int rows = session.model()->rowCount();
        QVERIFY(rows > 1);
        const auto asked = desk.comparator.asked("GET /api/v1/checks").size();
        desk.comparator.on("GET /api/v1/checks", heldBack);
        session.refresh();
        QTRY_COMPARE(desk.comparator.asked("GET /api/v1/checks").size(), asked + 1);
        desk.comparator.on("GET /api/v1/checks", listOf(Json::array({checkJson("c1", "only one", "USER", 99.9, 99.5, 0)})));
        session.refresh();
        QTRY_COMPARE(session.model()->rowCount(), 1);
        desk.comparator.on("GET /api/v1/checks", listOf(Json::array()));
        desk.comparator.release();
        QVERIFY(desk.settle(ServiceName::Comparator));
        QCOMPARE(session.model()->rowCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestOlderAnswers)
#include "tst_olderanswers.moc"
