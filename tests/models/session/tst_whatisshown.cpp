// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown is what was asked for: another difference, service, filter or target leaves nothing of the one before,
// and a list that was read slowly takes nothing back that was told meanwhile.
#include "models/session/approvalssession.h"
#include "models/session/auditsession.h"
#include "models/session/differencessession.h"
#include "models/session/switchessession.h"
#include "models/session/testersession.h"

#include "tests/models/session/fakedata.h"
#include "tests/models/session/shiftdata.h"

#include <QSignalSpy>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Site {
    FakeService router{ServiceName::Router, {QStringLiteral("operator"), QStringLiteral("admin")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};

    Site()
    {
        setUpShifts(router);
        setUpRouter(router);
        setUpComparator(comparator);
        router.on("GET /api/v1/audit", auditOf("router"));
        comparator.on("GET /api/v1/audit", auditOf("comparator"));
    }
    static Json auditOf(const std::string &who)
    {
        return listOf(Json::array({Json{{"id", 1}, {"at", at(-5)}, {"subject", who}, {"action", "rule.update"}}}));
    }
    bool open(Connection &connection)
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([&] {
            return connection.reach(ServiceName::Router) == Reach::Live && router.hasStream() && comparator.hasStream() &&
                   connection.reach(ServiceName::Comparator) == Reach::Live;
        });
    }
};

FakeAnswer silence(const FakeRequest &)
{
    return {200, Json::object(), true};
}

} // namespace

class TestWhatIsShown : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDifferenceThatIsNotReadYetIsNotTheOneBefore();
    void anotherTargetHasNoDifferenceOpen();
    void withoutAnchorsNoGroupIsReadWhole();
    void eachServiceHasItsOwnEntriesAndVerdict();
    void whatAFilterDidNotFindIsNotShownUnderIt();
    void anUnsavedSwitchOutlivesAFailedReading();
    void approvalsToldDuringARefreshHold();
    void anotherTargetHasNoAnswerYet();
};

void TestWhatIsShown::aDifferenceThatIsNotReadYetIsNotTheOneBefore()
{
    Site site;
    Connection connection;
    DifferencesSession differences(&connection);
    QVERIFY(site.open(connection));
    differences.open(QStringLiteral("d-a"));
    QTRY_VERIFY(differences.shown());
    site.comparator.on("GET /api/v1/differences/d-b", silence);
    differences.open(QStringLiteral("d-b"));
    QVERIFY(!differences.shown()); // nothing is here to be repaired or resolved
    QVERIFY(differences.isOpening());
    site.comparator.on("GET /api/v1/differences/d-b", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    QSignalSpy failed(&differences, &DifferencesSession::failed);
    site.comparator.release();
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!differences.shown() && !differences.isOpening());
    // The same one once more stays while it is read anew.
    differences.open(QStringLiteral("d-a"));
    QTRY_VERIFY(differences.shown());
    differences.open(QStringLiteral("d-a"));
    QVERIFY(differences.shown());
}

void TestWhatIsShown::anotherTargetHasNoDifferenceOpen()
{
    Site one;
    Site two;
    Connection connection;
    DifferencesSession differences(&connection);
    QVERIFY(one.open(connection));
    differences.open(QStringLiteral("d-a"));
    QTRY_VERIFY(differences.shown());
    QSignalSpy told(&differences, &DifferencesSession::shownChanged);
    QVERIFY(two.open(connection));
    QVERIFY(!differences.shown() && !differences.isOpening());
    QVERIFY(told.size() > 0);
}

void TestWhatIsShown::withoutAnchorsNoGroupIsReadWhole()
{
    Site site;
    Connection connection;
    DifferencesSession differences(&connection);
    site.comparator.on("GET /api/v1/differences/anchors", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    QSignalSpy failed(&differences, &DifferencesSession::failed);
    QVERIFY(site.open(connection));
    QTRY_VERIFY(differences.phase() == LoadPhase::Ready);
    const QModelIndex group = differences.model()->index(0, 0);
    QCOMPARE(differences.model()->rowCount(group), 2300);
    const auto look = [&] { return differences.model()->index(1, 0, group).data().toString(); };
    look();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(site.comparator.asked("GET /api/v1/differences").size(), 0);
    // Looked at again, it is asked for again.
    Json anchors = Json::array();
    for (int at = 0; at < 5; ++at)
        anchors.push_back(Json{{"offset", 460 * at}, {"cursor", "at-" + std::to_string(460 * at)}});
    site.comparator.on("GET /api/v1/differences/anchors", Json{{"anchors", anchors}});
    QTRY_VERIFY(look().contains(QStringLiteral("100401")));
    QCOMPARE(site.comparator.asked("GET /api/v1/differences").first().item("limit"), QStringLiteral("460"));
}

void TestWhatIsShown::eachServiceHasItsOwnEntriesAndVerdict()
{
    Site site;
    Connection connection;
    AuditSession audit(&connection);
    QVERIFY(site.open(connection));
    QTRY_COMPARE(audit.model()->rowCount(), 1);
    site.router.on("GET /api/v1/audit/verification", silence);
    audit.verify();
    QTRY_COMPARE(site.router.asked("GET /api/v1/audit/verification").size(), 1);
    site.comparator.on("GET /api/v1/audit", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    audit.setService(ServiceName::Comparator);
    QCOMPARE(audit.model()->rowCount(), 0);
    QCOMPARE(audit.total(), -1);
    QVERIFY(!audit.isVerifying());
    QTRY_VERIFY(audit.phase() == LoadPhase::Failed);
    QCOMPARE(audit.model()->rowCount(), 0);
    site.comparator.on("GET /api/v1/audit/verification",
                       Json{{"intact", true}, {"entries", 7}, {"checked_at", at(0)}, {"first_broken", nullptr}});
    audit.verify();
    QTRY_VERIFY(audit.verification());
    // The router's verdict comes late, and is none of the comparator's.
    QSignalSpy verdicts(&audit, &AuditSession::verificationChanged);
    site.router.on("GET /api/v1/audit/verification",
                   Json{{"intact", false}, {"entries", 9}, {"checked_at", at(0)}, {"first_broken", {{"id", 3}, {"problem", "x"}}}});
    site.router.release();
    QSignalSpy changed(&audit, &AuditSession::changed);
    audit.setService(ServiceName::Router);
    verdicts.clear();
    QVERIFY(!audit.verification());
    QTRY_COMPARE(audit.model()->rowCount(), 1);
    QVERIFY(!audit.verification() && verdicts.isEmpty());
}

void TestWhatIsShown::whatAFilterDidNotFindIsNotShownUnderIt()
{
    Site site;
    Connection connection;
    AuditSession audit(&connection);
    QVERIFY(site.open(connection));
    QTRY_COMPARE(audit.model()->rowCount(), 1);
    site.router.on("GET /api/v1/audit", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    AuditFilter filter;
    filter.subject = QStringLiteral("nobody");
    filter.sinceHours = 24;
    audit.setFilter(filter);
    QCOMPARE(audit.model()->rowCount(), 0);
    QTRY_VERIFY(audit.phase() == LoadPhase::Failed);
    QCOMPARE(audit.model()->rowCount(), 0);
    const auto from = parseInstant(site.router.asked("GET /api/v1/audit").last().item("from").toStdString());
    QVERIFY(from.has_value());
    const qint64 hours = (QDateTime::currentMSecsSinceEpoch() - toMs(*from)) / 3'600'000;
    QCOMPARE(hours, qint64(24));
    // Read again, what was there before stays to be looked at.
    site.router.on("GET /api/v1/audit", Site::auditOf("nobody"));
    audit.refresh();
    QTRY_COMPARE(audit.model()->rowCount(), 1);
    site.router.on("GET /api/v1/audit", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    audit.refresh();
    QTRY_VERIFY(audit.phase() == LoadPhase::Failed);
    QCOMPARE(audit.model()->rowCount(), 1);
}

void TestWhatIsShown::anUnsavedSwitchOutlivesAFailedReading()
{
    Site site;
    Connection connection;
    SwitchesSession switches(&connection);
    QVERIFY(site.open(connection));
    QTRY_VERIFY(switches.phase() == LoadPhase::Ready);
    switches.setMaster(Master::Legacy);
    QVERIFY(switches.isEdited());
    site.router.on("GET /api/v1/switches", [](const FakeRequest &) { return problem(503, "The store is busy."); });
    switches.refresh();
    QTRY_VERIFY(switches.phase() == LoadPhase::Failed);
    site.router.on("GET /api/v1/switches", switchesJson("OFF", "NEW", 4));
    switches.refresh();
    QTRY_VERIFY(switches.phase() == LoadPhase::Ready);
    QVERIFY(switches.wanted().master == Master::Legacy);         // edited here
    QVERIFY(switches.wanted().defaultPlatform == Platform::New); // changed by others
    // Another router's switches are not edited by what was meant for this one.
    Site other;
    QVERIFY(other.open(connection));
    QTRY_VERIFY(switches.phase() == LoadPhase::Ready);
    QVERIFY(!switches.isEdited());
}

void TestWhatIsShown::approvalsToldDuringARefreshHold()
{
    const auto proposal = [](const char *id, const char *state) {
        Json json = approvalJson(state);
        json["id"] = id;
        return json;
    };
    const auto alert = [](const char *id, bool acknowledged) {
        return Json{{"id", id}, {"type", "GUARD"}, {"severity", "WARNING"}, {"message", "m"}, {"raised_at", at(-5)},
                    {"last_raised_at", at(-5)}, {"acknowledged_by", acknowledged ? Json("x") : Json()},
                    {"acknowledged_at", acknowledged ? Json(at(-1)) : Json()}};
    };
    Site site;
    Connection connection;
    ApprovalsSession approvals(&connection);
    QVERIFY(site.open(connection));
    QTRY_VERIFY(approvals.phase() == LoadPhase::Ready);
    site.router.on("GET /api/v1/approvals", silence);
    site.router.on("GET /api/v1/alerts", silence);
    const qsizetype asked = site.router.asked("GET /api/v1/alerts").size();
    approvals.refresh();
    QTRY_COMPARE(site.router.asked("GET /api/v1/alerts").size(), asked + 1);
    // Read before, told after: one is opened, one decided; one alert raised, one acknowledged.
    QSignalSpy changed(&approvals, &ApprovalsSession::changed);
    site.router.push("approval.opened", Json{{"approval", proposal("a-new", "OPEN")}});
    site.router.push("approval.closed", Json{{"approval", proposal("a-old", "APPROVED")}});
    site.router.push("alert.raised", Json{{"alert", alert("l-new", false)}});
    site.router.push("alert.acknowledged", Json{{"alert", alert("l-old", true)}});
    QTRY_COMPARE(changed.size(), 4);
    site.router.on("GET /api/v1/approvals", listOf(Json::array({proposal("a-old", "OPEN"), proposal("a-other", "OPEN")})));
    site.router.on("GET /api/v1/alerts", listOf(Json::array({alert("l-old", false), alert("l-other", false)})));
    site.router.release();
    QTRY_COMPARE(approvals.alerts().size(), 2U);
    QTRY_COMPARE(approvals.open().size(), 2U);
    QVERIFY(approvals.find("a-new") && approvals.find("a-new")->isOpen());
    QVERIFY(!approvals.find("a-old")->isOpen());
    for (const AlertRow &row : approvals.alerts())
        QVERIFY(row.id != "l-old");
}

void TestWhatIsShown::anotherTargetHasNoAnswerYet()
{
    Site one;
    Site two;
    two.router.on("POST /api/v1/decisions", silence);
    two.router.on("GET /api/v1/users/*", silence);
    Connection connection;
    RulesSession rules(&connection);
    SwitchesSession switches(&connection);
    TesterSession tester(&connection, &rules, &switches);
    QVERIFY(one.open(connection));
    TesterInput input;
    input.user = "100482";
    tester.setInput(input);
    QTRY_VERIFY(tester.now() && tester.since());
    QVERIFY(!tester.isStale());
    QVERIFY(tester.trace()->rowCount() > 0);
    connection.open(targetOf(two.router, two.comparator));
    QVERIFY(!tester.now() && !tester.since());
    QCOMPARE(tester.trace()->decidingRow(), -1);
    QCOMPARE(tester.epoch(), 0);
    // It asks by itself, and is told when the router goes.
    QTRY_COMPARE(two.router.asked("POST /api/v1/decisions").size(), 1);
    QSignalSpy changed(&tester, &TesterSession::changed);
    two.router.stop();
    QTRY_VERIFY(tester.isStale() && !changed.isEmpty());
}

QTEST_GUILESS_MAIN(TestWhatIsShown)
#include "tst_whatisshown.moc"
