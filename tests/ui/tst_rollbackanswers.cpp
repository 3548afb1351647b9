// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the dialogs of a rollback say of the answer, and do while there is none.
#include "tests/ui/approvalsdesk.h"

using namespace crossfade;
using namespace crossfade::test;

class TestRollbackAnswers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void whoStaysOnNewAllTheSameIsTold();
    void whatIsNotStoredYetIsSaid();
    void whoCouldNotGoBackIsNamed();
    void aFailureKeepsTheInput();
    void itWorksWhileNothingElseDoes();
    void nothingClosesWhileTheOrderIsOnItsWay();
    void withoutAnAnswerNothingIsClaimed();
    void anAnswerOnItsWayDoesNotClose();
};

void TestRollbackAnswers::whoStaysOnNewAllTheSameIsTold()
{
    const auto done = [](const Json &still) {
        Desk desk;
        if (!desk.open())
            return QString();
        Json answer = outcome();
        answer["still_new_by"] = still;
        desk.services.router.on(Rollbacks, answer);
        desk.rollBack();
        if (!type(desk.dialog.get(), "reasonEdit", QStringLiteral("errors")))
            return QString();
        auto *confirm = desk.get<Button>("rollBackConfirm");
        if (!QTest::qWaitFor([&] { return confirm->isEnabled(); }))
            return QString();
        QTest::mouseClick(confirm, Qt::LeftButton);
        if (!QTest::qWaitFor([&] { return desk.note().startsWith(QLatin1String("Done in epoch")); }))
            return QString();
        shoot(desk.dialog.get(), "rollback-done-not-all");
        return desk.note().section(QLatin1Char('\n'), 1);
    };
    QCOMPARE(done(Json::array({{{"reason", "MASTER_NEW"}, {"count", 0}, {"names", Json::array()}, {"detail", "x"}}})),
             QStringLiteral("Still on NEW: everybody, by the master switch."));
    QCOMPARE(done(Json::array({{{"reason", "USER_RULE"}, {"count", 12'000}, {"names", Json::array()}, {"detail", "x"}},
                               {{"reason", "GRAY_LIST"}, {"count", 3}, {"names", {"shops", "staff"}}, {"detail", "x"}},
                               {{"reason", "LATER"}, {"count", 1}, {"names", Json::array()}, {"detail", "what a later router says"}}})),
             QStringLiteral("Still on NEW: users by rules of their own: 12\u202F000; who is on the gray lists shops, staff and 1 "
                            "more; what a later router says."));
    QCOMPARE(done(Json::array()), QString());
    QVERIFY(done(Json()).contains(QLatin1String("could not be read")));
}

void TestRollbackAnswers::whatIsNotStoredYetIsSaid()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, [](const FakeRequest &) {
        return FakeAnswer{202,
                          {{"id", "r-1"},
                           {"at", "2026-11-22T09:41:07.000Z"},
                           {"actor", "ann"},
                           {"request_id", "q-1"},
                           {"reason", "why"},
                           {"scope", "ALL"},
                           {"target_percentage", 0},
                           {"epoch", 4817},
                           {"items",
                            {{{"policy_id", "p-1"}, {"policy_name", "logins"}, {"from_percentage", 35}, {"to_percentage", 0}}}},
                           {"groups", Json::array()},
                           {"master_ended", true},
                           {"forward_only_ended", false},
                           {"stored", false},
                           {"error", nullptr},
                           {"detail", "rolled back at this router"}},
                          false};
    });
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_VERIFY2(desk.note().startsWith(QStringLiteral("Rolled back at the router that answered: logins 35 \u2192 0\u202F%, "
                                                       "master NEW \u2192 OFF. Not yet stored")),
                 qPrintable(desk.note()));
    QVERIFY(!desk.note().contains(QLatin1String("Done in epoch")));
    QVERIFY(!desk.get<Button>("rollBackConfirm")->isVisible());
}

void TestRollbackAnswers::whoCouldNotGoBackIsNamed()
{
    Desk desk;
    QVERIFY(desk.open());
    Json answer = outcome();
    answer["still_new_by"] = Json::array();
    answer["items"].push_back({{"policy_id", "p-9"}, {"policy_name", "bank"}, {"from_percentage", 100}, {"to_percentage", 100},
                               {"state", "FINALIZED"},
                               {"refused", {{"code", "COMMAND_DOES_NOT_FIT"}, {"values", {"rollback", "FINALIZED"}}, {"detail", "x"}}}});
    desk.services.router.on(Rollbacks, answer);
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_VERIFY(desk.note().startsWith(QLatin1String("Done in epoch")));
    QVERIFY2(!desk.note().contains(QLatin1String("bank 100")), qPrintable(desk.note()));
    const QString second = desk.note().section(QLatin1Char('\n'), 1);
    QVERIFY2(second.startsWith(QLatin1String("bank was not rolled back: ")), qPrintable(second));
    QVERIFY2(second.contains(QLatin1String("does not fit the state")), qPrintable(second));
}

void TestRollbackAnswers::aFailureKeepsTheInput()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, [](const FakeRequest &) { return problem(503, "The store does not answer."); });
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_VERIFY(desk.note().contains(QLatin1String("The store does not answer.")));
    QCOMPARE(desk.get<QLineEdit>("reasonEdit")->text(), QStringLiteral("why"));
    QVERIFY(desk.get<Button>("rollBackConfirm")->isEnabled());
    shoot(desk.dialog.get(), "rollback-failed");
    desk.services.router.on(Rollbacks, outcome());
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_VERIFY(desk.note().startsWith(QLatin1String("Done in epoch")));
}

void TestRollbackAnswers::itWorksWhileNothingElseDoes()
{
    Desk desk;
    for (const char *route : {"GET /api/v1/shift-policies", "POST /api/v1/previews", "GET /api/v1/approvals"})
        desk.services.router.on(route, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; }); // hangs
    desk.services.router.on(Rollbacks, outcome());
    desk.services.open();
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("everything else is broken")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    QTRY_VERIFY(desk.note().startsWith(QLatin1String("Done in epoch")));
}

void TestRollbackAnswers::nothingClosesWhileTheOrderIsOnItsWay()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    QVERIFY(!desk.get<Button>("cancelButton")->isEnabled());
    QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
    QVERIFY(desk.dialog->isVisible());
    QVERIFY(!desk.dialog->close());
    QVERIFY(desk.dialog->isVisible());
    desk.services.router.on(Rollbacks, outcome());
    desk.services.router.release();
    QTRY_VERIFY(desk.note().startsWith(QLatin1String("Done in epoch 4818")));
    QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
    QVERIFY(!desk.dialog->isVisible());
}

void TestRollbackAnswers::withoutAnAnswerNothingIsClaimed()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Rollbacks, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
    desk.rollBack();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("why")));
    QVERIFY(click(desk.dialog.get(), "rollBackConfirm"));
    QTRY_COMPARE(desk.asked(Rollbacks), 1);
    desk.services.router.stop(); // it may have done it
    QTRY_VERIFY_WITH_TIMEOUT(desk.note().startsWith(QLatin1String("No answer: it may or may not have been done. "
                                                                  "Look at the shares before asking again.")),
                             60'000);
    QVERIFY(!desk.note().contains(QLatin1String("Not rolled back")));
    QCOMPARE(desk.get<QLineEdit>("reasonEdit")->text(), QStringLiteral("why"));
    QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
    QVERIFY(!desk.dialog->isVisible());
}

void TestRollbackAnswers::anAnswerOnItsWayDoesNotClose()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on(Approve, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
    desk.approval();
    QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too slow")));
    QVERIFY(click(desk.dialog.get(), "approveButton"));
    QTRY_COMPARE(desk.asked(Approve), 1);
    QVERIFY(!desk.get<Button>("decideLaterButton")->isEnabled());
    QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
    QVERIFY(!desk.dialog->close()); // as when another approval is opened
    QVERIFY(desk.dialog->isVisible());
    desk.services.router.on(Approve, approvalJson("APPROVED"));
    desk.services.router.release();
    QTRY_VERIFY(!desk.dialog->isVisible());
    QVERIFY(desk.approvals->open().empty());
}

QTEST_MAIN(TestRollbackAnswers)
#include "tst_rollbackanswers.moc"
