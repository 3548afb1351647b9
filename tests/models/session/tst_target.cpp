// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the sessions do as the connection under them goes, heals, or leads elsewhere.
#include "models/session/approvalssession.h"
#include "models/session/auditsession.h"
#include "models/session/consistencysession.h"
#include "models/session/overviewsession.h"
#include "models/session/rulessession.h"
#include "models/session/seriesstore.h"
#include "models/session/shiftsession.h"

#include "tests/models/session/fakedata.h"
#include "tests/models/session/shiftdata.h"

#include <QSignalSpy>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const SeriesKey Share{"share_new", "rate", "", ""};

// An organisation's two services: so many rules, so many policies, and one value in its series.
struct Site {
    FakeService router{ServiceName::Router, {QStringLiteral("operator")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};
    bool drops = false;

    Site(int rules, int policies, double share)
    {
        Json ruleList = Json::array();
        for (int i = 0; i < rules; ++i)
            ruleList.push_back(ruleJson("r" + std::to_string(i), "rule " + std::to_string(i), "user-1", "NEW", i));
        Json policyList = Json::array();
        for (int i = 0; i < policies; ++i)
            policyList.push_back(policyOf("p" + std::to_string(i), "policy", "HOLDING", 5, 50));
        answer("GET /api/v1/rules", listOf(ruleList));
        answer("GET /api/v1/shift-policies", listOf(policyList));
        answer("GET /api/v1/approvals", listOf(Json::array()));
        answer("GET /api/v1/audit", listOf(Json::array({Json{{"seq", 1}, {"at", at(-5)}, {"action", "rule.created"}}})));
        router.on("GET /api/v1/series", [share](const FakeRequest &) {
            return FakeAnswer{200, Json{{"step_seconds", 1}, {"t", Json::array({at(-5)})}, {"value", Json::array({share})}}};
        });
    }
    void answer(const char *route, const Json &body)
    {
        router.on(route, [this, body](const FakeRequest &) { return FakeAnswer{200, body, false, drops}; });
    }
};

// So many answers of the router, one after the other: what was on its way before them has arrived by then.
bool roundTrips(Connection &connection, int count)
{
    int answered = 0;
    QObject context;
    for (int asked = 0; asked < count; ++asked) {
        RestCall call;
        call.path = QStringLiteral("/api/v1/session");
        connection.get(ServiceName::Router, call, &context, [&](const Result<RestReply> &reply) { answered += reply ? 1 : 0; });
        if (!QTest::qWaitFor([&] { return answered == asked + 1; }))
            return false;
    }
    return true;
}

} // namespace

class TestTarget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatDidNotArriveIsReadAgainByItself()
    {
        Site site(3, 1, 5);
        site.drops = true;
        Connection connection;
        RulesSession rules(&connection);
        OverviewSession overview(&connection);
        connection.open(targetOf(site.router, site.comparator));
        QTRY_VERIFY(connection.reach(ServiceName::Router) == Reach::Live);
        QTRY_VERIFY(rules.phase() == LoadPhase::Failed && overview.error() != nullptr);
        QVERIFY(connection.readsAgain(ServiceName::Router));
        site.drops = false;
        // Nobody presses anything, and the stream lived all the time.
        QTRY_VERIFY(rules.phase() == LoadPhase::Ready && overview.isLoaded());
        QCOMPARE(rules.model()->rowCount(), 3);
        QVERIFY(overview.error() == nullptr);
        // Nor is anything asked for once all is here: nothing is put off for later, and of what is on its way
        // nothing makes for another question.
        QTRY_VERIFY(!connection.readsAgain(ServiceName::Router));
        QVERIFY(roundTrips(connection, 20));
        const qsizetype asked = site.router.asked("GET /api/v1/rules").size();
        QVERIFY(roundTrips(connection, 50));
        QVERIFY(!connection.readsAgain(ServiceName::Router));
        QCOMPARE(site.router.asked("GET /api/v1/rules").size(), asked);
    }

    void anotherTargetStartsWithNothingOfTheOneBefore()
    {
        Site one(3, 2, 5);
        Site two(1, 1, 80);
        two.drops = true; // what it has does not come yet
        Connection connection;
        RulesSession rules(&connection);
        ShiftSession shifts(&connection);
        AuditSession audit(&connection);
        OverviewSession overview(&connection);
        SeriesStore series(&connection);
        series.follow(Share, 300);
        connection.open(targetOf(one.router, one.comparator));
        QTRY_COMPARE(rules.model()->rowCount(), 3);
        QTRY_COMPARE(shifts.policies()->rowCount(), 2);
        QTRY_COMPARE(audit.model()->rowCount(), 1);
        QTRY_VERIFY(overview.isLoaded());
        QTRY_VERIFY(!series.points(Share).empty() && series.points(Share).back().value == 5);
        RuleInput mine = rules.model()->rows().front().input;
        mine.name = "not saved";
        rules.change(QString::fromStdString(rules.model()->rows().front().id), mine);
        QCOMPARE(rules.edits().count(), 1);

        connection.open(targetOf(two.router, two.comparator));
        QCOMPARE(rules.model()->rowCount(), 0);
        QCOMPARE(rules.edits().count(), 0); // they belong to other rules
        QCOMPARE(shifts.policies()->rowCount(), 0);
        QCOMPARE(audit.model()->rowCount(), 0);
        QVERIFY(!overview.isLoaded());
        for (const TimedValue &point : series.points(Share))
            QVERIFY(point.value != 5);
        two.drops = false;
        QTRY_COMPARE(rules.model()->rowCount(), 1);
        QTRY_COMPARE(shifts.policies()->rowCount(), 1);
        QTRY_VERIFY(!series.points(Share).empty() && series.points(Share).back().value == 80);
        for (const TimedValue &point : series.points(Share))
            QVERIFY(point.value != 5);

        // The same target once more, as a reconnect does it: what is known stays to be looked at.
        two.drops = true;
        connection.hangUp();
        connection.open(targetOf(two.router, two.comparator));
        QCOMPARE(rules.model()->rowCount(), 1);
        connection.close();
        QCOMPARE(rules.model()->rowCount(), 0);
    }

    void whatIsLeftIsAskedNothingMore()
    {
        Site site(1, 1, 5);
        Connection connection;
        connection.open(targetOf(site.router, site.comparator));
        QTRY_VERIFY(connection.reach(ServiceName::Router) == Reach::Live);
        connection.close();
        RestCall call;
        call.path = QStringLiteral("/api/v1/rollbacks");
        call.body = Json{{"scope", "ALL"}};
        std::optional<ErrorKind> ended;
        connection.post(ServiceName::Router, call, this, [&](const Result<RestReply> &reply) {
            ended = reply ? ErrorKind::Internal : reply.error().kind;
        });
        QTRY_VERIFY(ended);
        QCOMPARE(*ended, ErrorKind::Network);
        QVERIFY(site.router.asked("POST /api/v1/rollbacks").isEmpty());
    }

    void anAnswerThatComesTooLateIsOfNobody()
    {
        Site one(1, 1, 5);
        Site two(1, 1, 5);
        one.router.on("GET /api/v1/slow", [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        one.router.on("POST /api/v1/slow", [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
        Connection connection;
        connection.open(targetOf(one.router, one.comparator));
        QTRY_VERIFY(connection.reach(ServiceName::Router) == Reach::Live);
        RestCall call;
        call.path = QStringLiteral("/api/v1/slow");
        call.timeout = std::chrono::milliseconds(700);
        call.idempotent = false;
        bool read = false;
        std::optional<ErrorKind> ordered;
        connection.get(ServiceName::Router, call, this, [&](const Result<RestReply> &) { read = true; });
        connection.post(ServiceName::Router, call, this, [&](const Result<RestReply> &reply) {
            ordered = reply ? ErrorKind::Internal : reply.error().kind;
        });
        QTRY_VERIFY(!one.router.asked("POST /api/v1/slow").isEmpty());
        connection.open(targetOf(two.router, two.comparator));
        QTRY_VERIFY(ordered);
        QCOMPARE(*ordered, ErrorKind::Cancelled);
        QVERIFY(!read);
    }
};

QTEST_MAIN(TestTarget)
#include "tst_target.moc"
