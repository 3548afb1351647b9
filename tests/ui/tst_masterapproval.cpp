// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwords.h"
#include "models/items/timetext.h"
#include "models/session/activitysession.h"
#include "models/session/approvalsjson.h"
#include "tests/models/session/shiftdata.h"
#include "tests/ui/pagetest.h"
#include "ui/approvals/approvaldialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/factlist.h"
#include "ui/shift/policyeditor.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Approve = "POST /api/v1/approvals/a-m/approve";
const char *const Override = "POST /api/v1/approvals/a-m/override";

// The question whether everybody goes to NEW, asked by `by`; who looks at it is operator-1.
struct Desk {
    FakePair services;
    std::unique_ptr<ShiftSession> shifts;
    std::unique_ptr<ApprovalsSession> approvals;
    std::unique_ptr<ApprovalDialog> dialog;

    explicit Desk(const QStringList &roles, const std::string &by = "admin-1", bool answered = false)
        : services(roles)
    {
        setUpShifts(services.router);
        services.router.on("GET /api/v1/approvals", listOf(Json::array({masterApprovalJson("OPEN", by, answered)})));
        services.router.on("POST /api/v1/previews", [](const FakeRequest &) { return FakeAnswer{201, previewJson(163'412, 0)}; });
        shifts = std::make_unique<ShiftSession>(&services.connection);
        approvals = std::make_unique<ApprovalsSession>(&services.connection);
    }
    bool open()
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && approvals->openMasterSwitch() != nullptr; }))
            return false;
        dialog = std::make_unique<ApprovalDialog>(approvals.get(), shifts.get(), "a-m");
        dialog->show();
        return true;
    }
    template <class Widget>
    Widget *get(const char *name) { return dialog->findChild<Widget *>(QLatin1String(name)); }
    int asked(const char *route) { return static_cast<int>(services.router.asked(route).size()); }
    bool factSays(const char *list, const QString &text)
    {
        for (const Fact &fact : get<FactList>(list)->facts())
            if ((fact.strong + QLatin1Char(' ') + fact.text).contains(text))
                return true;
        return false;
    }
};

} // namespace

class TestMasterApproval : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void itShowsWhoAsksForWhatAndWhatIsNotGreen()
    {
        Desk desk({QStringLiteral("approver")});
        QVERIFY(desk.open());
        QVERIFY(desk.get<QLabel>("approvalAsked")->text().startsWith(QLatin1String("Asked by admin-1 at ")));
        QVERIFY(desk.get<QLabel>("approvalAsked")->text().endsWith(QLatin1String("it is rejected.")));
        const ApprovalRow *asked = desk.approvals->openMasterSwitch(); // until tomorrow: the time alone would be read as over
        QVERIFY2(desk.get<QLabel>("approvalAsked")->text().contains(QStringLiteral("by %1,").arg(shortTime(asked->deadline, asked->requestedAt))),
                 qPrintable(desk.get<QLabel>("approvalAsked")->text()));
        QVERIFY(desk.get<QLabel>("dialogNote")->text().contains(QLatin1String("Whoever asked cannot approve")));
        QVERIFY(desk.get<QLabel>("approvalWords")->text().contains(QLatin1String("<b>quiet</b>")));
        QCOMPARE(desk.get<FactList>("masterGates")->facts().size(), std::size_t{5});
        QVERIFY(desk.factSays("masterGates", QStringLiteral("Shift policies logins is STABILIZING; not done either: 1")));
        QVERIFY(desk.factSays("masterGates", QStringLiteral("Backfill unknown: no sync runs")));
        QTRY_VERIFY(desk.factSays("approvalEffects", QStringLiteral("163\u202F412 users move to NEW")));
        const Json change = desk.services.router.asked("POST /api/v1/previews").last().body["changes"][0];
        QCOMPARE(change["kind"].get<std::string>(), std::string("switches.put"));
        QCOMPARE(change["switches"]["master"].get<std::string>(), std::string("NEW"));
        QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("agreed")));
        auto *approve = desk.get<Button>("approveButton");
        QCOMPARE(approve->text(), QStringLiteral("Approve OFF \u2192 NEW"));
        QVERIFY(!approve->isEnabled());
        QVERIFY(approve->toolTip().contains(QLatin1String("4 gate")));
        QVERIFY(desk.get<Button>("rejectButton")->isEnabled());
        shoot(desk.dialog.get(), "master-approval");
    }

    void whatCannotBeCountedIsSaid()
    {
        Desk desk({QStringLiteral("approver")});
        desk.services.router.on("POST /api/v1/previews", [](const FakeRequest &) { return problem(503, "the store is busy"); });
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.factSays("approvalEffects", QStringLiteral("not counted: ")));
        QVERIFY(!desk.factSays("approvalEffects", QStringLiteral("being counted")));
    }

    void answeringForGatesIsAnActOfItsOwn()
    {
        Desk desk({QStringLiteral("approver")});
        QVERIFY(desk.open());
        auto *answer = desk.get<Button>("overrideGates");
        QVERIFY(answer->text().startsWith(QLatin1String("Answer for 4 gate")));
        QVERIFY(!answer->isEnabled()); // without a reason
        QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("counted twice")));
        QVERIFY(answer->isEnabled());
        desk.services.router.on(Override, masterApprovalJson("OPEN", "admin-1", true));
        QVERIFY(click(desk.dialog.get(), "overrideGates"));
        QTRY_VERIFY(desk.factSays("masterGates", QStringLiteral("admin-2 answers for it: \u201ccopied by hand, counted twice\u201d")));
        const Json body = desk.services.router.asked(Override).first().body;
        QVERIFY(body["gates"] == Json::array({"POLICIES", "BACKFILL", "DEAD_LETTERS", "REVERSE_SYNC"}));
        QCOMPARE(body["reason"].get<std::string>(), std::string("counted twice"));
        QVERIFY(!answer->isVisible());
        QCOMPARE(desk.asked(Approve), 0); // nothing is approved by it
        shoot(desk.dialog.get(), "master-approval-answered");
        QVERIFY(desk.get<Button>("approveButton")->isEnabled());
        desk.services.router.on(Approve, masterApprovalJson("APPROVED", "admin-1", true));
        QVERIFY(click(desk.dialog.get(), "approveButton"));
        QTRY_VERIFY(!desk.dialog->isVisible());
        QVERIFY(desk.approvals->openMasterSwitch() == nullptr);
    }

    void aGateThatClosesMeanwhileIsShown()
    {
        Desk desk({QStringLiteral("approver")}, "admin-1", true);
        QVERIFY(desk.open());
        QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("agreed")));
        QVERIFY(desk.get<Button>("approveButton")->isEnabled());
        desk.services.router.push("approval.changed", {{"approval", masterApprovalJson("OPEN", "admin-1", false)}});
        QTRY_VERIFY(!desk.get<Button>("approveButton")->isEnabled());
        QVERIFY(desk.get<Button>("overrideGates")->isVisible());
        QCOMPARE(desk.get<QLineEdit>("reasonEdit")->text(), QStringLiteral("agreed")); // what was written stays
    }

    void whoeverAskedCannotApproveAndIsToldBeforeTheClick()
    {
        Desk desk({QStringLiteral("admin"), QStringLiteral("approver"), QStringLiteral("operator")}, "operator-1", true);
        QVERIFY(desk.open());
        QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("me")));
        auto *approve = desk.get<Button>("approveButton");
        QVERIFY(!approve->isEnabled());
        QVERIFY(approve->toolTip().contains(QLatin1String("a second person must approve")));
        QTest::keyClick(desk.get<QLineEdit>("reasonEdit"), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(desk.asked(Approve), 0);
        auto *reject = desk.get<Button>("rejectButton");
        QCOMPARE(reject->text(), QStringLiteral("Withdraw"));
        QVERIFY(reject->isEnabled());
        QVERIFY(desk.get<QLabel>("dialogNote")->text().contains(QLatin1String("a second person must approve")));
        // What is long from the start asks for no more room than it takes.
        const auto *gates = desk.get<FactList>("masterGates");
        QVERIFY2(gates->parentWidget()->height() <= gates->height() + 40,
                 qPrintable(QStringLiteral("%1 for %2").arg(gates->parentWidget()->height()).arg(gates->height())));
        shoot(desk.dialog.get(), "master-approval-own");
    }

    void anAdminAloneMayTakeHisOwnBack()
    {
        Desk desk({QStringLiteral("admin")}, "operator-1");
        QVERIFY(desk.open());
        QVERIFY(type(desk.dialog.get(), "reasonEdit", QStringLiteral("too early")));
        QVERIFY(desk.get<Button>("rejectButton")->isEnabled());
        QVERIFY(!desk.get<Button>("approveButton")->isEnabled());
        Desk other({QStringLiteral("admin")}, "admin-2");
        QVERIFY(other.open());
        QVERIFY(type(other.dialog.get(), "reasonEdit", QStringLiteral("too early")));
        QVERIFY(!other.get<Button>("rejectButton")->isEnabled());
        QVERIFY(other.get<Button>("rejectButton")->toolTip().contains(QLatin1String("approver")));
    }

    void withdrawnByAChangeIsSaid()
    {
        Desk desk({QStringLiteral("approver")});
        QVERIFY(desk.open());
        desk.services.router.push("approval.closed", {{"approval", masterApprovalJson("EXPIRED", "admin-1", false)}});
        auto *note = desk.get<QLabel>("dialogNote");
        QTRY_VERIFY(note->text().startsWith(QLatin1String("Withdrawn at ")));
        QVERIFY(note->text().endsWith(QLatin1String("the switches were changed.")));
        QVERIFY(!desk.get<Button>("approveButton")->isEnabled());
        QVERIFY(!desk.get<Button>("overrideGates")->isVisible());
    }

    void itIsNamedWhereverApprovalsAreListed()
    {
        const ApprovalRow row = approvalFromJson(masterApprovalJson("OPEN", "admin-1", false));
        QCOMPARE(approvalName(row), QStringLiteral("Master switch"));
        QCOMPARE(approvalEffect(row), QStringLiteral("OFF \u2192 NEW"));
        QCOMPARE(approvalQuestion(row), QStringLiteral("Set master from OFF to NEW?"));
        QCOMPARE(closedGates(row), 4);
        ApprovalRow forward = row;
        forward.switches->after = forward.switches->before;
        forward.switches->after.forwardOnly = true;
        QCOMPARE(approvalQuestion(forward), QStringLiteral("Turn forward only on?"));
        QCOMPARE(approvalEffect(forward), QStringLiteral("OFF \u2192 forward only"));
        Json ofGroup = masterApprovalJson("OPEN", "admin-1", false);
        ofGroup["kind"] = "SHIFT_STEP";
        ofGroup["group"] = {{"id", "g1"}, {"name", "north <b>"}, {"batch", 2}, {"users", 7}};
        const ApprovalRow batch = approvalFromJson(ofGroup);
        QCOMPARE(approvalQuestion(batch), QStringLiteral("Move batch 3 of the group north <b>?"));
        QCOMPARE(batch.batch->groupId, std::string("g1"));
        QVERIFY(approvalEffect(batch).contains(QLatin1Char('7')));
        ServerEvent event;
        event.type = "approval.opened";
        event.data = Json{{"approval", masterApprovalJson("OPEN", "admin-1", false)}};
        const auto line = activityOf(event, instantFromMs(0));
        QVERIFY(line.has_value());
        QCOMPARE(line->text, QStringLiteral("Master switch asks for an approval"));
    }

    void thePolicyEditorAsksFromWhereOnAndByWhom()
    {
        Desk desk({QStringLiteral("operator")});
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.shifts->policies()->find("p-logins") != nullptr);
        PolicyEditor editor(desk.shifts.get(), desk.shifts->policies()->find("p-logins"));
        editor.show();
        auto *approval = editor.findChild<QComboBox *>(QStringLiteral("policy_approval"));
        auto *above = editor.findChild<QDoubleSpinBox *>(QStringLiteral("policy_approval_above"));
        auto *person = editor.findChild<QComboBox *>(QStringLiteral("policy_second_person"));
        QVERIFY(approval && above && person);
        QVERIFY(!above->isEnabled() && !person->isEnabled()); // approval: none
        QTest::keyClick(approval, Qt::Key_Down);
        QVERIFY(!above->isEnabled() && person->isEnabled());
        QTest::keyClick(approval, Qt::Key_Down);
        QVERIFY(above->isEnabled() && person->isEnabled());
        above->setValue(25);
        for (const char *name : {"policy_move_at", "policy_users_without_id"})
            QTest::keyClick(editor.findChild<QComboBox *>(QLatin1String(name)), Qt::Key_Down);
        QTest::keyClick(person, Qt::Key_Down);
        shoot(&editor, "policy-approval");
        desk.services.router.on("PUT /api/v1/shift-policies/p-logins", policyOf("p-logins", "logins", "STABILIZING", 35, 50));
        QVERIFY(click(&editor, "savePolicy"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/shift-policies/p-logins"), 1);
        const Json body = desk.services.router.asked("PUT /api/v1/shift-policies/p-logins").first().body;
        QCOMPARE(body["approval"].get<std::string>(), std::string("ABOVE"));
        QCOMPARE(body["approval_above"].get<double>(), 25.0);
        QCOMPARE(body["second_person"].get<bool>(), true);
        QCOMPARE(body["move_at"].get<std::string>(), std::string("NEXT_SIGN_IN"));
        QCOMPARE(body["users_without_id"].get<std::string>(), std::string("NEW"));
    }
};

QTEST_MAIN(TestMasterApproval)
#include "tst_masterapproval.moc"
