// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connection.h"
#include "models/session/activitysession.h"
#include "models/session/approvalssession.h"
#include "models/session/splitsession.h"
#include "tests/models/session/fakeservice.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Desk {
    FakeService router{ServiceName::Router, {QStringLiteral("operator")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("viewer")}};
    Connection connection;
    QList<ServiceName> refreshed;
    QStringList events;
    QStringList lines;

    Desk()
    {
        QObject::connect(&connection, &Connection::refreshNeeded,
                         [this](ServiceName service) { refreshed.append(service); });
        QObject::connect(&connection, &Connection::event,
                         [this](ServiceName, const ServerEvent &event) {
                             events.append(QString::fromStdString(event.type));
                         });
        QObject::connect(&connection, &Connection::activity,
                         [this](const QString &line) { lines.append(line); });
    }
    bool open()
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([this] {
            return connection.reach(ServiceName::Router) == Reach::Live &&
                   connection.reach(ServiceName::Comparator) == Reach::Live;
        });
    }
};

Json approval(const char *id, const char *state, const char *deadline)
{
    return Json{{"approval",
                 {{"id", id}, {"kind", "ROLLBACK"}, {"state", state}, {"policy_id", "p"},
                  {"policy_name", "logins"}, {"requested_by", "runner"},
                  {"requested_at", "2026-11-21T14:00:00.000Z"}, {"deadline", deadline},
                  {"default_action", "APPROVE"}, {"summary", "roll back?"},
                  {"effect", {{"from_percentage", 25}, {"to_percentage", 0}}}, {"version", 1}}}};
}

} // namespace

class TestConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void knowsBothServices()
    {
        Desk desk;
        QCOMPARE(desk.connection.reach(ServiceName::Router), Reach::Unknown);
        QVERIFY(desk.open());
        QCOMPARE(desk.connection.subject(), QStringLiteral("operator-1"));
        QVERIFY(desk.connection.hasRole(QStringLiteral("operator")));
        QVERIFY(!desk.connection.hasRole(ServiceName::Comparator, QStringLiteral("operator")));
        QVERIFY(desk.connection.latencyMs(ServiceName::Router) >= 0);
        QVERIFY(desk.connection.ageMs(ServiceName::Router) >= 0);
        QCOMPARE(desk.connection.profileName(), QStringLiteral("fake"));
        // Pages are told to read once each, after the stream's starting point was taken.
        QCOMPARE(desk.refreshed.size(), 2);
        const auto streams = desk.router.asked("GET /api/v1/events");
        QCOMPARE(streams.first().headers.value("last-event-id"), QByteArray("0199aaaa-0"));
    }

    void handsOnTheEvents()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.push("rule.changed", Json{{"id", "1"}});
        QTRY_COMPARE(desk.events, QStringList{QStringLiteral("rule.changed")});
    }

    void noCallOutlivesItsContext()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on("GET /api/v1/slow", [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        int called = 0;
        auto context = std::make_unique<QObject>();
        RestCall call;
        call.path = QStringLiteral("/api/v1/slow");
        desk.connection.get(ServiceName::Router, call, context.get(),
                            [&called](const Result<RestReply> &) { ++called; });
        QTRY_COMPARE(desk.router.asked("GET /api/v1/slow").size(), 1);
        context.reset();
        desk.router.push("a", Json::object());
        QTRY_COMPARE(desk.events.size(), 1);
        QCOMPARE(called, 0);
    }

    void oneCallOneAnswer()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on("POST /api/v1/things", [](const FakeRequest &) { return problem(409, "held"); });
        QStringList answers;
        RestCall call;
        call.path = QStringLiteral("/api/v1/things");
        desk.connection.post(ServiceName::Router, call, this, [&answers](const Result<RestReply> &reply) {
            answers.append(reply ? QStringLiteral("ok") : QString::fromStdString(reply.error().message));
        });
        QTRY_COMPARE(answers, QStringList{QStringLiteral("held")});
        // A refusal is no loss of the connection.
        QCOMPARE(desk.connection.reach(ServiceName::Router), Reach::Live);
    }

    void aLostServiceIsSaidAndTheOtherGoesOn()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.stop();
        QTRY_COMPARE(desk.connection.reach(ServiceName::Router), Reach::Lost);
        QTRY_VERIFY(desk.connection.problem(ServiceName::Router).contains(QStringLiteral("127.0.0.1")));
        QCOMPARE(desk.connection.reach(ServiceName::Comparator), Reach::Live);
    }

    void aRefusalThatIsTakenBackIsForgotten()
    {
        Desk desk;
        QVERIFY(desk.open());
        const Json session{{"subject", "operator-1"}, {"roles", Json::array({"operator"})}, {"service", "router"}};
        desk.router.on("GET /api/v1/session", [](const FakeRequest &) { return problem(401, "revoked"); });
        QTRY_COMPARE_WITH_TIMEOUT(desk.connection.reach(ServiceName::Router), Reach::Lost, 20'000);
        desk.router.on("GET /api/v1/session", session);
        // The stream lived all the time: nothing else says that all is well again.
        QTRY_COMPARE_WITH_TIMEOUT(desk.connection.reach(ServiceName::Router), Reach::Live, 20'000);
        QVERIFY(desk.connection.problem(ServiceName::Router).isEmpty());
    }

    void theWrongServiceIsNamed()
    {
        Desk desk;
        ConnectionTarget target = targetOf(desk.router, desk.comparator);
        std::swap(target.routers.first(), target.comparator);
        desk.connection.open(target);
        QTRY_COMPARE(desk.connection.reach(ServiceName::Router), Reach::Lost);
        QVERIFY(desk.connection.problem(ServiceName::Router).contains(QStringLiteral("comparator")));
        QCOMPARE(desk.refreshed.size(), 0);
    }

    void aRefusedTokenIsNamed()
    {
        Desk desk;
        desk.router.on("GET /api/v1/session", [](const FakeRequest &) { return problem(401, "revoked"); });
        desk.connection.open(targetOf(desk.router, desk.comparator));
        QTRY_COMPARE(desk.connection.reach(ServiceName::Router), Reach::Lost);
        QCOMPARE(desk.connection.problem(ServiceName::Router), QStringLiteral("revoked"));
    }

    void anotherProfileForgetsTheFirst()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.connection.close();
        QCOMPARE(desk.connection.subject(), QString());
        QCOMPARE(desk.connection.reach(ServiceName::Router), Reach::Unknown);
        QVERIFY(desk.open());
        QCOMPARE(desk.refreshed.size(), 4);
    }

    void keepsTheOpenQuestionsSoonestFirst()
    {
        Desk desk;
        ApprovalsSession session(&desk.connection);
        QSignalSpy opened(&session, &ApprovalsSession::opened);
        QSignalSpy closed(&session, &ApprovalsSession::closed);
        desk.router.on("GET /api/v1/approvals",
                       listOf(Json::array({approval("late", "OPEN", "2026-11-21T15:00:00.000Z")["approval"]})));
        desk.router.on("GET /api/v1/alerts", listOf(Json::array()));
        QVERIFY(desk.open());
        QTRY_COMPARE(session.open().size(), 1U);
        QCOMPARE(opened.count(), 0); // it was there before
        desk.router.push("approval.opened", approval("soon", "OPEN", "2026-11-21T14:05:00.000Z"));
        QTRY_COMPARE(session.open().size(), 2U);
        QCOMPARE(session.open().front().id, std::string("soon"));
        QCOMPARE(opened.count(), 1);
        desk.router.push("approval.closed", approval("soon", "APPROVED", "2026-11-21T14:05:00.000Z"));
        QTRY_COMPARE(session.open().size(), 1U);
        QCOMPARE(closed.count(), 1);
        // An event from before does not open it again.
        desk.router.push("approval.opened", approval("soon", "OPEN", "2026-11-21T14:05:00.000Z"));
        desk.router.push("marker", Json::object());
        QTRY_VERIFY(desk.events.contains(QStringLiteral("marker")));
        QCOMPARE(session.open().size(), 1U);
        QVERIFY(session.find("soon") && !session.find("soon")->isOpen());
    }

    void aSecondAnswerIsToldOfTheFirst()
    {
        Desk desk;
        ApprovalsSession session(&desk.connection);
        desk.router.on("POST /api/v1/approvals/*", [](const FakeRequest &request) {
            return request.body.value("reason", "") == "too slow" ? problem(409, "answered by operator-2")
                                                                  : FakeAnswer{};
        });
        QVERIFY(desk.open());
        QString said;
        session.approve("x", QStringLiteral("too slow"), this, [&said](const Result<ApprovalRow> &row) {
            said = row ? QString() : QString::fromStdString(row.error().message);
        });
        QTRY_COMPARE(said, QStringLiteral("answered by operator-2"));
    }

    void acknowledgesAlerts()
    {
        Desk desk;
        ApprovalsSession session(&desk.connection);
        const Json alert{{"id", "a"}, {"type", "SHIFT_HELD"}, {"severity", "HIGH"},
                         {"message", "<b>held</b>"}, {"raised_at", "2026-11-21T14:00:00.000Z"},
                         {"last_raised_at", "2026-11-21T14:00:00.000Z"}, {"count", 2}};
        Json done = alert;
        done["acknowledged_by"] = "operator-1";
        done["acknowledged_at"] = "2026-11-21T14:01:00.000Z";
        desk.router.on("GET /api/v1/alerts", listOf(Json::array({alert})));
        desk.router.on("GET /api/v1/approvals", listOf(Json::array()));
        desk.router.on("POST /api/v1/alerts/a/acknowledge", done);
        QVERIFY(desk.open());
        QTRY_COMPARE(session.alerts().size(), 1U);
        QCOMPARE(session.alerts().front().message, std::string("<b>held</b>"));
        session.acknowledge("a");
        QTRY_COMPARE(session.alerts().size(), 0U);
    }

    void tellsWhatHappened()
    {
        Desk desk;
        ActivitySession session(&desk.connection);
        QVERIFY(desk.open());
        desk.router.push("shift.changed",
                         Json{{"at", "2026-11-21T14:02:11.000Z"},
                              {"policy", {{"policy_name", "logins"}}},
                              {"history", {{"from_percentage", 20}, {"to_percentage", 25},
                                           {"state", "STABILIZING"}, {"result", "SUCCESS"},
                                           {"actor", "operator-1"}, {"reason", "step 5"}}}});
        QTRY_COMPARE(session.lines().size(), 1U);
        QVERIFY(session.lines().front().text.contains(QStringLiteral("logins")));
        QCOMPARE(session.lines().front().detail,
                 QStringLiteral("STABILIZING · operator-1 · “step 5”"));
        desk.router.push("metrics.tick", Json::object());
        desk.connection.report(QStringLiteral("saved"));
        QCOMPARE(session.lines().size(), 2U);
        QCOMPARE(session.lines().front().text, QStringLiteral("saved"));
    }

    void followsTheMeasuredSplit()
    {
        Desk desk;
        SplitSession session(&desk.connection);
        desk.router.on("GET /api/v1/shift-policies",
                       listOf(Json::array({Json{{"id", "p1"}, {"policy_name", "logins"}}})));
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.router.asked("GET /api/v1/shift-policies").size(), 1);
        desk.router.push("metrics.tick",
                         Json{{"share_new_60s", 25.5}, {"requests_60s", 1000},
                              {"policies", {{{"policy_id", "p1"}, {"percentage", 25}, {"state", "HELD"}}}}});
        QTRY_VERIFY(session.percentNew().has_value());
        QCOMPARE(*session.percentNew(), 25.5);
        QCOMPARE(session.requests(), 1000);
        QTRY_COMPARE(session.policies().front().name, QStringLiteral("logins"));
        desk.router.push("metrics.tick", Json{{"share_new_60s", nullptr}, {"requests_60s", 0}});
        QTRY_VERIFY(!session.percentNew().has_value());
        // A share that is not measured any more is not shown as if it were.
        desk.router.push("metrics.tick", Json{{"share_new_60s", 10}, {"requests_60s", 10}});
        QTRY_VERIFY(session.percentNew().has_value());
        desk.router.stop();
        QTRY_VERIFY(!session.percentNew().has_value());
    }
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
