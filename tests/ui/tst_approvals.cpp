// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/splitsession.h"
#include "tests/ui/approvalsdesk.h"
#include "ui/shared/chart.h"
#include "ui/shared/chip.h"
#include "ui/shared/percentspin.h"

#include <QAbstractItemView>
#include <QComboBox>

using namespace crossfade;
using namespace crossfade::test;

class TestApprovals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void rollingBackEverythingTakesAReasonAndOneClick();
    void everythingIsGroupsAndSwitchesToo();
    void groupsThatCannotBeReadAreNamedSo();
    void enterAloneNeverRollsBack();
    void onePolicyToAShareByPreset();
    void whatIsNotKnownIsSaidToBeUnknown();
    void theFifthPolicyIsRolledBackAlone();
    void aPolicyThatReachesZeroIsNotReplacedByEverything();
    void aPolicyThatIsGoneIsNotReplacedByEverything();
    void everythingIsMeasuredByTheRouter();

    void theApprovalShowsItsEvidence();
    void approvingTakesAReason();
    void anApprovalWithoutTheStoreIsSaid();
    void whatNeedsTheStoreSaysWhatDoesNot();
    void aSecondOperatorIsToldWhoWasFirst();
    void rejectingNeedsTheApprover();
};

void TestApprovals::rollingBackEverythingTakesAReasonAndOneClick()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, outcome());
    desk.rollBack();
    static_cast<RollBackDialog *>(desk.dialog.get())->setMeasuredShare(34.8);
    auto *confirm = desk.get<Button>("rollBackConfirm");
    QCOMPARE(confirm->text(), QStringLiteral("Roll back everything to 0\u202F%"));
    QVERIFY(!confirm->isEnabled());
    QVERIFY(!confirm->isDefault() && !confirm->autoDefault());
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("17\u202F590 users move back to LEGACY")));
    QCOMPARE(desk.get<QLabel>("rollBackNow")->text(), QStringLiteral("34.8\u202F% on NEW"));
    QCOMPARE(desk.get<QLabel>("rollBackAfter")->text(), QStringLiteral("27.8\u202F% on NEW"));
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("NEW sign-in page shows errors in two regions")));
    QVERIFY(confirm->isEnabled());
    shoot(desk.dialog.get(), "rollback");
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    const Json body = desk.services.router.asked(Rollbacks).first().body;
    QCOMPARE(body["scope"].get<std::string>(), std::string("ALL"));
    QCOMPARE(body["target_percentage"].get<double>(), 0.0);
    QCOMPARE(body["mode"].get<std::string>(), std::string("IMMEDIATE"));
    QTRY_COMPARE(desk.note(), QStringLiteral("Done in epoch 4818: logins 35 \u2192 0\u202F%"));
    QVERIFY(!confirm->isVisible());
    shoot(desk.dialog.get(), "rollback-done");
}

void TestApprovals::everythingIsGroupsAndSwitchesToo()
{
    Desk desk;
    const auto group = [](const char *id, const char *name, const char *state) {
        return Json{{"id", id}, {"group_name", name}, {"shift", {{"state", state}}}};
    };
    desk.services.router.on("GET /api/v1/user-groups", listOf(Json::array({group("g-1", "wave <b>1</b>", "HELD"), group("g-2", "wave 2", "DRAFT"),
                                                                           group("g-3", "wave 3", "ROLLED_BACK"), group("g-4", "wave 4", "COMPLETED")})));
    desk.services.router.on("GET /api/v1/switches", Json{{"master", "NEW"}, {"default_platform", "LEGACY"}, {"forward_only", true}, {"version", 3}});
    QVERIFY(desk.open());
    desk.rollBack();
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("go back as a whole: wave <b>1</b>, wave 4")));
    QVERIFY(desk.factSays("rollBackFacts", QStringLiteral("Master NEW is switched off")));
    QVERIFY(desk.factSays("rollBackFacts", QStringLiteral("Forward only is switched off")));
    QVERIFY(desk.factSays("rollBackFacts", QStringLiteral("17\u202F590 users move back to LEGACY")));
    const Json changes = desk.services.router.asked("POST /api/v1/previews").last().body["changes"];
    // Every policy's share, the two groups that have moved somebody, the switches.
    std::vector<Json> others;
    for (const Json &change : changes)
        if (change["kind"] != "shift.percentage")
            others.push_back(change);
    QCOMPARE(others.size(), std::size_t{3});
    QVERIFY2(others[0]["kind"] == "group.rollback" && others[0]["group_id"] == "g-1", others[0].dump().c_str());
    QVERIFY2(others[1]["kind"] == "group.rollback" && others[1]["group_id"] == "g-4", others[1].dump().c_str());
    QVERIFY2(others[2]["kind"] == "switches.put" && others[2]["switches"]["master"] == "OFF", others[2].dump().c_str());
    QCOMPARE(others[2]["switches"]["forward_only"].get<bool>(), false);
    shoot(desk.dialog.get(), "rollback-groups");
    Json done = outcome();
    done["groups"] = Json::array({{{"group_id", "g-1"}, {"group_name", "wave <b>1</b>"}, {"users", 1200}, {"state", "ROLLED_BACK"}}});
    desk.services.router.on(Rollbacks, done);
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("back")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_VERIFY2(desk.note().contains(QStringLiteral("group wave <b>1</b>: 1\u202F200 users")), qPrintable(desk.note()));
}

void TestApprovals::groupsThatCannotBeReadAreNamedSo()
{
    Desk desk;
    desk.services.router.on("GET /api/v1/user-groups", [](const FakeRequest &) { return problem(503, "the store is busy"); });
    QVERIFY(desk.open());
    desk.rollBack();
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("17\u202F590 users move back to LEGACY")));
    QVERIFY(desk.factSays("rollBackFacts", QStringLiteral("User groups not all could be read; all of them go back")));
}

void TestApprovals::enterAloneNeverRollsBack()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, outcome());
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    auto *reason = desk.get<QLineEdit>("reasonEdit");
    QTest::keyClick(reason, Qt::Key_Return);
    QTest::keyClick(reason, Qt::Key_Enter);
    QVERIFY(desk.dialog->isVisible());
    QTest::keyClick(reason, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(desk.asked(Rollbacks), 1); // once, for three presses of Enter
}

void TestApprovals::onePolicyToAShareByPreset()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, outcome());
    desk.rollBack("p-logins");
    auto *confirm = desk.get<Button>("rollBackConfirm");
    QCOMPARE(confirm->text(), QStringLiteral("Roll back logins to 0\u202F%"));
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    desk.get<PercentSpin>("rollBackTarget")->setValue(60);
    QVERIFY(!confirm->isEnabled()); // it serves 35 % only
    desk.get<PercentSpin>("rollBackTarget")->setValue(12.5);
    QVERIFY(click(desk.dialog.get(), "rollBackBySteps"));
    QVERIFY(confirm->isEnabled());
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    const Json body = desk.services.router.asked(Rollbacks).first().body;
    QVERIFY(body["policy_ids"] == Json::array({"p-logins"}));
    QCOMPARE(body["target_percentage"].get<double>(), 12.5);
    QCOMPARE(body["mode"].get<std::string>(), std::string("STEPWISE"));
}

void TestApprovals::whatIsNotKnownIsSaidToBeUnknown()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.rollBack();
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("unknown writes")));
    QCOMPARE(desk.get<QLabel>("rollBackNow")->text(), QStringLiteral("not known")); // nobody measured
    desk.services.router.on("POST /api/v1/previews", [](const FakeRequest &) { return problem(503, "No directory."); });
    desk.get<PercentSpin>("rollBackTarget")->setValue(1);
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("No directory.")));
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(desk.get<Button>("rollBackConfirm")->isEnabled()); // it needs no preview
}

void TestApprovals::theFifthPolicyIsRolledBackAlone()
{
    Desk desk;
    Json policies = Json::array();
    for (const char *id : {"p-1", "p-2", "p-3", "p-4", "p-5", "p-6"})
        policies.push_back(policyOf(id, std::string("name-") + id, "STABILIZING", 25, 50));
    desk.services.router.on("GET /api/v1/shift-policies", listOf(policies));
    desk.services.router.on(Rollbacks, outcome());
    QVERIFY(desk.open());
    desk.rollBack("p-5");
    auto *confirm = desk.get<Button>("rollBackConfirm");
    QCOMPARE(confirm->text(), QStringLiteral("Roll back name-p-5 to 0\u202F%"));
    auto *list = desk.get<QComboBox>("rollBackWhatList");
    QVERIFY(list->isVisible());
    QVERIFY(!desk.get<QWidget>("rollBackWhat")->isVisible());
    QCOMPARE(list->count(), 7);
    QCOMPARE(list->currentText(), QStringLiteral("name-p-5 25\u202F%"));
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(confirm->text(), QStringLiteral("Roll back name-p-6 to 0\u202F%"));
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(confirm->text(), QStringLiteral("Roll back everything to 0\u202F%"));
    QTest::keyClick(list, Qt::Key_Up);
    shoot(desk.dialog.get(), "rollback-many");
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    QVERIFY(desk.services.router.asked(Rollbacks).first().body["policy_ids"] == Json::array({"p-6"}));
}

void TestApprovals::aPolicyThatReachesZeroIsNotReplacedByEverything()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, outcome());
    desk.rollBack("p-logins");
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    auto *confirm = desk.get<Button>("rollBackConfirm");
    QVERIFY(confirm->isEnabled());
    // Somebody else was quicker.
    Json policy = policyOf("p-logins", "logins", "ROLLED_BACK", 0, 50);
    policy["shift"]["epoch"] = 4900;
    desk.services.router.push("shift.changed", {{"policy", policy}});
    QTRY_COMPARE(desk.shifts->policies()->find("p-logins")->shift.percentage, 0.0);
    QCOMPARE(confirm->text(), QStringLiteral("Roll back logins to 0\u202F%"));
    QVERIFY(!confirm->isEnabled());
    QVERIFY(confirm->toolTip().contains(QLatin1String("already serves no more")));
    QTest::keyClick(desk.get<QLineEdit>("reasonEdit"), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(desk.note().startsWith(QLatin1String("Ctrl+Enter confirms"))); // nothing was sent
    QCOMPARE(desk.asked(Rollbacks), 0);
}

void TestApprovals::aPolicyThatIsGoneIsNotReplacedByEverything()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.rollBack("p-logins");
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    desk.services.router.push("shift.changed", {{"id", "p-logins"}, {"deleted", true}});
    QTRY_VERIFY(desk.shifts->policies()->find("p-logins") == nullptr);
    auto *confirm = desk.get<Button>("rollBackConfirm");
    QCOMPARE(confirm->text(), QStringLiteral("Roll back logins to 0\u202F%"));
    QVERIFY(!confirm->isEnabled());
    QTest::keyClick(desk.get<QComboBox>("rollBackWhatList"), Qt::Key_End); // chosen by a person, it may
    QCOMPARE(confirm->text(), QStringLiteral("Roll back everything to 0\u202F%"));
    QVERIFY(confirm->isEnabled());
}

void TestApprovals::everythingIsMeasuredByTheRouter()
{
    Desk desk;
    SplitSession split(&desk.services.connection);
    QVERIFY(desk.open());
    desk.rollBack();
    static_cast<RollBackDialog *>(desk.dialog.get())->follow(&split);
    QCOMPARE(desk.get<QLabel>("rollBackNow")->text(), QStringLiteral("not known"));
    QTRY_VERIFY(desk.factSays("rollBackFacts", QStringLiteral("17\u202F590 users")));
    const int previews = desk.asked("POST /api/v1/previews");
    desk.services.router.push("metrics.tick", {{"share_new_60s", 40.0}, {"requests_60s", 900}, {"policies", Json::array()}});
    QTRY_COMPARE(desk.get<QLabel>("rollBackNow")->text(), QStringLiteral("40.0\u202F% on NEW"));
    QCOMPARE(desk.get<QLabel>("rollBackAfter")->text(), QStringLiteral("33.0\u202F% on NEW"));
    QCOMPARE(desk.asked("POST /api/v1/previews"), previews); // a tick asks for no other preview
}

void TestApprovals::theApprovalShowsItsEvidence()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.approval();
    QVERIFY(desk.get<Chip>("approvalLeft")->text().startsWith(QLatin1String("03:4")));
    QVERIFY(desk.get<QLabel>("approvalAsked")->text().startsWith(QLatin1String("Asked by the shift runner at ")));
    QCOMPARE(desk.get<Chip>("approvalBreach")->text(), QStringLiteral("BREACH 3 of 3"));
    auto *windows = desk.get<QAbstractItemView>("approvalWindows");
    QCOMPARE(windows->model()->rowCount(), 3);
    QCOMPARE(windows->model()->index(2, ApprovalWindowModel::Value).data().toString(), QStringLiteral("217\u202Fms"));
    auto *chart = desk.get<Chart>("evidenceChart");
    QCOMPARE(chart->lines().size(), std::size_t{2});
    QTRY_VERIFY(chart->spokenText().contains(QLatin1String("3 of 3 windows over, tripped ")));
    QTRY_VERIFY(desk.factSays("approvalEffects", QStringLiteral("17\u202F590 users")));
    QVERIFY(desk.factSays("approvalEffects", QStringLiteral("keeps 35\u202F%, HELD until an operator resumes")));
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("p95 on NEW climbs with every window; back to 0 until it is fixed.")));
    shoot(desk.dialog.get(), "approval");
}

void TestApprovals::approvingTakesAReason()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Approve, approvalJson("APPROVED"));
    desk.approval();
    auto *approve = desk.get<Button>("approveButton");
    QCOMPARE(approve->text(), QStringLiteral("Approve roll back to 0\u202F%"));
    QVERIFY(!approve->isEnabled());
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too slow")));
    QTest::keyClick(desk.get<QLineEdit>("reasonEdit"), Qt::Key_Return);
    QCOMPARE(desk.asked(Approve), 0);
    QVERIFY(click(desk.dialog.get(), "approveButton"));
    QTRY_COMPARE(desk.asked(Approve), 1);
    QCOMPARE(desk.services.router.asked(Approve).first().body["reason"].get<std::string>(), std::string("too slow"));
    QTRY_VERIFY(!desk.dialog->isVisible());
    QVERIFY(desk.approvals->open().empty());
}

void TestApprovals::anApprovalWithoutTheStoreIsSaid()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Approve, [](const FakeRequest &) {
        return FakeAnswer{202,
                          {{"id", "r-1"},
                           {"at", "2026-11-22T09:41:07.000Z"},
                           {"actor", "ann"},
                           {"reason", "too slow"},
                           {"approval_id", "a-1"},
                           {"stored", false}}};
    });
    desk.approval();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too slow")));
    QSignalSpy reported(&desk.services.connection, &Connection::activity);
    QVERIFY(click(desk.dialog.get(), "approveButton"));
    QTRY_COMPARE(reported.count(), 1);
    QVERIFY(reported.first().first().toString().startsWith(QLatin1String("rolled back at this router; not yet stored")));
    QTRY_VERIFY(!desk.dialog->isVisible());
    QVERIFY(desk.approvals->open().empty());
    QCOMPARE(desk.approvals->find("a-1")->decidedBy, std::string("ann"));
}

void TestApprovals::whatNeedsTheStoreSaysWhatDoesNot()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Approve, [](const FakeRequest &) {
        return FakeAnswer{503,
                          {{"type", "about:blank"},
                           {"title", "Service Unavailable"},
                           {"status", 503},
                           {"detail", "no; this cannot be done"},
                           {"code", "NEEDS_STORE"},
                           {"values", {"the database does not answer", "POST /api/v1/rollbacks"}},
                           {"request_id", "q-1"}}};
    });
    desk.approval();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too slow")));
    QVERIFY(click(desk.dialog.get(), "approveButton"));
    QTRY_VERIFY2(desk.note().contains(QStringLiteral("“Roll back” at once can, and so can POST /api/v1/rollbacks")),
                 qPrintable(desk.note()));
    QVERIFY(desk.get<Button>("approveButton")->isEnabled());
}

void TestApprovals::aSecondOperatorIsToldWhoWasFirst()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.approval();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too slow")));
    desk.services.router.push("approval.closed", {{"approval", approvalJson("APPROVED")}});
    QTRY_VERIFY(desk.note().startsWith(QLatin1String("operator-2 approved it at ")));
    QVERIFY(desk.note().contains(QStringLiteral("NEW pool is down")));
    QVERIFY(!desk.get<Button>("approveButton")->isEnabled());
    QVERIFY(!desk.get<Button>("rejectButton")->isEnabled());
    QVERIFY(desk.dialog->isVisible()); // not taken away under the operator's hands
    shoot(desk.dialog.get(), "approval-decided");
    QVERIFY(click(desk.dialog.get(), "decideLaterButton"));
    QVERIFY(!desk.dialog->isVisible());
}

void TestApprovals::rejectingNeedsTheApprover()
{
    Desk desk({QStringLiteral("operator")});
    QVERIFY(desk.open());
    desk.approval();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(desk.get<Button>("approveButton")->isEnabled());
    QVERIFY(!desk.get<Button>("rejectButton")->isEnabled());
    QVERIFY(desk.get<Button>("rejectButton")->toolTip().contains(QLatin1String("approver")));
}

QTEST_MAIN(TestApprovals)
#include "tst_approvals.moc"
