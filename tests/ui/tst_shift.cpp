// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/session/shiftdata.h"
#include "tests/ui/pagetest.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chart.h"
#include "ui/shared/chip.h"
#include "ui/shared/fields.h"
#include "ui/shared/percentspin.h"
#include "ui/shared/stateview.h"
#include "ui/shift/percentageslider.h"
#include "ui/shift/shiftpage.h"

#include <QAbstractItemView>
#include <QLabel>
#include <QSignalSpy>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Desk {
    FakePair services;
    std::unique_ptr<ShiftSession> session;
    std::unique_ptr<ApprovalsSession> approvals;
    std::unique_ptr<SeriesStore> series;
    std::unique_ptr<ShiftPage> page;

    explicit Desk(bool proposed = false, const QStringList &roles = {QStringLiteral("operator")}) : services(roles)
    {
        setUpShifts(services.router, proposed);
        session = std::make_unique<ShiftSession>(&services.connection);
        approvals = std::make_unique<ApprovalsSession>(&services.connection);
        series = std::make_unique<SeriesStore>(&services.connection);
        page = std::make_unique<ShiftPage>(session.get(), approvals.get(), series.get());
        page->resize(pageSize());
        page->show();
    }
    bool open()
    {
        services.open();
        return QTest::qWaitFor([&] { return services.isLive() && session->phase() == LoadPhase::Ready; })
            && choose("p-logins");
    }
    bool choose(const char *id)
    {
        page->showObject(QStringLiteral("policy:") + QLatin1String(id));
        return QTest::qWaitFor([&] { return session->detailPhase() == LoadPhase::Ready && session->selectedId() == id; });
    }
    template <class Widget>
    Widget *get(const char *name)
    {
        return test::find<Widget>(page.get(), name);
    }
    // What the service tells of the policy from now on.
    bool becomes(const char *state, double percentage)
    {
        Json policy = loginsJson();
        policy["shift"]["state"] = state;
        policy["shift"]["percentage"] = percentage;
        policy["shift"]["epoch"] = ++epoch;
        services.router.push("shift.changed", {{"policy", policy}});
        return QTest::qWaitFor([&] {
            const ShiftRow &shift = session->selected()->shift;
            return shift.state == state && shift.percentage == percentage;
        });
    }
    bool askToApply30()
    {
        auto *spin = get<PercentSpin>("targetSpin");
        spin->setValue(30);
        return click(page.get(), "applyTarget") && QTest::qWaitFor([&] { return get<Button>("confirmButton") != nullptr; });
    }
    int epoch = 5000;
    QString text(const char *name)
    {
        auto *label = get<QLabel>(name);
        return label != nullptr ? label->text() : QString();
    }
};

} // namespace

class TestShift : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void showsThePolicyAndWhatComesNext();
    void aTargetIsPreviewedAndAppliedWithOneConfirmation();
    void goingBackTurnsApplyIntoRollBack();
    void aJudgementArrivesLive();
    void aProposedRollbackStandsUnderTheTitle();
    void gatesCanBeOverriddenWithAReason();
    void suspendAsksWhy();
    void aShiftThatWasRolledBackMeanwhileIsNotStartedAgain();
    void aWalkThatGoesOnDoesNotBlockTheQuestion();
    void resumingAsksAnewWhenTheShiftMoved();
    void nothingClosesWhileAnActIsOnItsWay();
    void withoutTheRoleNothingCanBeDriven();
    void anErrorSaysWhatFailedAndRetries();
    void noPolicyYetOffersToMakeOne();
    void theEditorSaysMistakesWhileTyping();
    void theServicesMistakesStandAtTheirFields();
    void everyInteractiveWidgetHasANameForScreenReaders();
    void aLostConnectionGreysWhatWasKnown();
};

void TestShift::showsThePolicyAndWhatComesNext()
{
    Desk desk;
    QVERIFY(desk.open());
    QCOMPARE(desk.session->policies()->rowCount(), 6);
    QVERIFY(desk.get<Chip>("stateChip")->text().startsWith(QLatin1String("STABILIZING 03:1")));
    QVERIFY(desk.text("nextAction").startsWith(QStringLiteral("Next: 30\u202F% at ")));
    QVERIFY(desk.text("nextCondition").startsWith(QLatin1String("if all guards hold 03:1")));
    auto *guards = desk.get<QAbstractItemView>("guardsTable");
    QCOMPARE(guards->model()->rowCount(), 4);
    QCOMPARE(guards->model()->index(0, GuardModel::Now).data().toString(), QStringLiteral("99.93\u202F%"));
    QCOMPARE(guards->model()->index(1, GuardModel::MustBe).data().toString(), QStringLiteral("\u2264\u202F182\u202Fms"));
    QCOMPARE(desk.text("guardsSummary"), QStringLiteral("3 PASS · 1 TOO FEW (1 SHOW, never block)"));
    auto *chart = desk.get<Chart>("successChart");
    QTRY_COMPARE(chart->lines().size(), std::size_t{2});
    QTRY_VERIFY(chart->lines()[0].points.size() > 800);
    QTRY_VERIFY(chart->updateCount() > 0);
    shoot(desk.page.get(), "shift");
}

void TestShift::aTargetIsPreviewedAndAppliedWithOneConfirmation()
{
    Desk desk;
    QVERIFY(desk.open());
    Json walking = loginsJson()["shift"];
    walking["target_percentage"] = 30;
    desk.services.router.on("POST /api/v1/shift-policies/p-logins/shift", walking);
    auto *slider = desk.get<PercentageSlider>("percentageSlider");
    auto *spin = desk.get<PercentSpin>("targetSpin");
    QCOMPARE(spin->value(), 50.0); // the applied target
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(slider, Qt::Key_PageUp);
    QCOMPARE(spin->value(), 30.0);
    QTRY_VERIFY(slider->bubble().contains(QStringLiteral("2\u202F513 users")));
    shoot(desk.page.get(), "shift-target");
    QVERIFY(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/shift").isEmpty());
    auto *apply = desk.get<Button>("applyTarget");
    QCOMPARE(apply->text(), QStringLiteral("Apply target 30\u202F%…"));
    QVERIFY(click(desk.page.get(), "applyTarget"));
    QTRY_VERIFY(test::find<QWidget>(desk.page.get(), "applyFacts") != nullptr);
    QVERIFY(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/shift").isEmpty());
    QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("peak is over")));
    shoot(test::find<QWidget>(desk.page.get(), "applyFacts")->window(), "shift-apply");
    QVERIFY(click(desk.page.get(), "confirmButton"));
    QTRY_COMPARE(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/shift").size(), 1);
    const Json body = desk.services.router.asked("POST /api/v1/shift-policies/p-logins/shift").first().body;
    QCOMPARE(body["target_percentage"].get<double>(), 30.0);
    QCOMPARE(body["reason"].get<std::string>(), std::string("peak is over"));
    QTRY_VERIFY(test::find<QWidget>(desk.page.get(), "confirmButton") == nullptr);
}

void TestShift::goingBackTurnsApplyIntoRollBack()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *spin = desk.get<PercentSpin>("targetSpin");
    spin->setFocus();
    spin->selectAll();
    QTest::keyClicks(spin, QStringLiteral("10"));
    auto *apply = desk.get<Button>("applyTarget");
    QCOMPARE(apply->kind(), ButtonKind::RedOutline);
    QCOMPARE(apply->text(), QStringLiteral("Roll back to 10\u202F%…"));
    auto *slider = desk.get<PercentageSlider>("percentageSlider");
    QTRY_VERIFY(slider->bubble().contains(QStringLiteral("17\u202F590 users back to LEGACY")));
    shoot(desk.page.get(), "shift-back");
    QVERIFY(click(desk.page.get(), "applyTarget"));
    QTRY_VERIFY(desk.get<PercentSpin>("rollBackTarget") != nullptr);
    QCOMPARE(desk.get<PercentSpin>("rollBackTarget")->value(), 10.0);
    QCOMPARE(desk.get<Button>("rollBackConfirm")->text(), QStringLiteral("Roll back logins to 10\u202F%"));
}

void TestShift::aJudgementArrivesLive()
{
    Desk desk;
    QVERIFY(desk.open());
    Json items = guardStandings(true);
    for (Json &item : items) {
        item.erase("recent");
        item["judged_at"] = at(1);
    }
    desk.services.router.push("guard.judged", {{"policy_id", "p-logins"}, {"judged_at", at(1)}, {"items", items}});
    auto *guards = desk.get<QAbstractItemView>("guardsTable");
    QTRY_COMPARE(guards->model()->index(1, GuardModel::Verdict).data().toString(), QStringLiteral("BREACH"));
    QCOMPARE(desk.session->guards()->rows()[1].recent.size(), std::size_t{61});
    QVERIFY(desk.text("guardsSummary").contains(QLatin1String("1 BREACH")));
}

void TestShift::aProposedRollbackStandsUnderTheTitle()
{
    Desk desk(true);
    QVERIFY(desk.open());
    QTRY_VERIFY(desk.get<QWidget>("rollbackProposal") != nullptr);
    QTRY_VERIFY(desk.get<Chip>("stateChip")->text().contains(QLatin1String("rolls back in 03:")));
    QCOMPARE(desk.page->badge(), QStringLiteral("1"));
    QVERIFY(desk.get<Button>("shiftRollBack") == nullptr); // the proposal asks the same
    QCOMPARE(desk.get<PercentageSlider>("percentageSlider")->target(), 0.0);
    QSignalSpy asked(desk.page.get(), &ShiftPage::approvalRequested);
    shoot(desk.page.get(), "shift-proposed");
    QVERIFY(click(desk.page.get(), "reviewButton"));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().toString(), QStringLiteral("a-1"));
}

void TestShift::gatesCanBeOverriddenWithAReason()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on("POST /api/v1/shift-policies/p-logins/override", loginsJson()["shift"]);
    QVERIFY(click(desk.page.get(), "showGates"));
    auto *gates = desk.get<QAbstractItemView>("gatesTable");
    QVERIFY(gates != nullptr);
    QCOMPARE(gates->model()->rowCount(), 9);
    QVERIFY(!desk.get<Button>("overrideGate")->isEnabled());
    const QRect row = gates->visualRect(gates->model()->index(1, 0));
    QTest::mouseClick(gates->viewport(), Qt::LeftButton, {}, row.center());
    shoot(desk.page.get(), "shift-gates");
    QVERIFY(click(desk.page.get(), "overrideGate"));
    QTRY_VERIFY(desk.get<Button>("confirmButton") != nullptr);
    QVERIFY(!desk.get<Button>("confirmButton")->isEnabled()); // a reason is needed
    QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("watched by two of us")));
    QVERIFY(click(desk.page.get(), "confirmButton"));
    QTRY_COMPARE(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/override").size(), 1);
    QCOMPARE(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/override").first().body["gate"].get<std::string>(), std::string("STABILIZATION"));
}

void TestShift::suspendAsksWhy()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on("POST /api/v1/shift-policies/p-logins/suspend",
                            [](const FakeRequest &) { return problem(409, "The shift is COMPLETED."); });
    QVERIFY(click(desk.page.get(), "suspendButton"));
    QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("lunch")));
    QVERIFY(click(desk.page.get(), "confirmButton"));
    QTRY_COMPARE(desk.text("dialogNote"), QStringLiteral("The shift is COMPLETED."));
    QCOMPARE(desk.get<QLineEdit>("reasonEdit")->text(), QStringLiteral("lunch")); // input stays
    desk.services.router.on("POST /api/v1/shift-policies/p-logins/suspend", shiftStateJson("p-logins", "SUSPENDED", 25));
    QVERIFY(click(desk.page.get(), "confirmButton"));
    QTRY_VERIFY(desk.get<Button>("resumeButton") != nullptr);
    QVERIFY(desk.get<Chip>("stateChip")->text().startsWith(QLatin1String("SUSPENDED")));
}

void TestShift::aShiftThatWasRolledBackMeanwhileIsNotStartedAgain()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.askToApply30());
    QVERIFY(desk.get<Button>("confirmButton")->isEnabled());
    QVERIFY(desk.becomes("ROLLED_BACK", 0));
    auto *confirm = desk.get<Button>("confirmButton");
    QVERIFY(!confirm->isEnabled());
    QCOMPARE(desk.text("dialogNote"), QStringLiteral("It changed meanwhile. Close this and look again."));
    // Not even when it is again what was told.
    QVERIFY(desk.becomes("STABILIZING", 25));
    QVERIFY(!confirm->isEnabled());
    QTest::keyClick(desk.get<QLineEdit>("reasonEdit"), Qt::Key_Return);
    QVERIFY(confirm->isVisible());
    QVERIFY(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/shift").isEmpty());
    QVERIFY(click(desk.page.get(), "cancelButton"));
    QTRY_VERIFY(desk.get<Button>("confirmButton") == nullptr);
}

void TestShift::aWalkThatGoesOnDoesNotBlockTheQuestion()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.askToApply30());
    QVERIFY(desk.becomes("EVALUATING", 25));
    QVERIFY(desk.get<Button>("confirmButton")->isEnabled());
    QVERIFY(desk.becomes("STABILIZING", 27));
    QVERIFY(desk.get<Button>("confirmButton")->isEnabled());
    QVERIFY(desk.becomes("STABILIZING", 30)); // it is there already
    QVERIFY(!desk.get<Button>("confirmButton")->isEnabled());
}

void TestShift::resumingAsksAnewWhenTheShiftMoved()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.becomes("SUSPENDED", 25));
    QVERIFY(click(desk.page.get(), "resumeButton"));
    QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("go on")));
    QVERIFY(desk.get<Button>("confirmButton")->isEnabled());
    QVERIFY(desk.becomes("ROLLED_BACK", 5));
    QVERIFY(!desk.get<Button>("confirmButton")->isEnabled());
    QCOMPARE(desk.text("dialogNote"), QStringLiteral("It changed meanwhile. Close this and look again."));
    QVERIFY(desk.services.router.asked("POST /api/v1/shift-policies/p-logins/resume").isEmpty());
}

void TestShift::nothingClosesWhileAnActIsOnItsWay()
{
    Desk desk;
    QVERIFY(desk.open());
    const char *const suspend = "POST /api/v1/shift-policies/p-logins/suspend";
    desk.services.router.on(suspend, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
    QVERIFY(click(desk.page.get(), "suspendButton"));
    QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("lunch")));
    auto *dialog = desk.get<QDialog>("reasonDialog");
    QVERIFY(click(desk.page.get(), "confirmButton"));
    QTRY_COMPARE(desk.services.router.asked(suspend).size(), 1);
    QVERIFY(!desk.get<Button>("cancelButton")->isEnabled());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(dialog->isVisible());
    desk.services.router.on(suspend, shiftStateJson("p-logins", "SUSPENDED", 25));
    desk.services.router.release();
    QTRY_VERIFY(desk.get<Button>("resumeButton") != nullptr);
    QTRY_VERIFY(desk.get<QDialog>("reasonDialog") == nullptr);

    const char *const save = "PUT /api/v1/shift-policies/p-logins";
    desk.services.router.on(save, [](const FakeRequest &) { return FakeAnswer{200, {}, true}; });
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(click(editor, "savePolicy"));
    QTRY_COMPARE(desk.services.router.asked(save).size(), 1);
    QTest::keyClick(editor, Qt::Key_Escape);
    QVERIFY(editor->isVisible());
    desk.services.router.on(save, loginsJson());
    desk.services.router.release();
    QTRY_VERIFY(desk.get<QDialog>("policyEditor") == nullptr);
}

void TestShift::withoutTheRoleNothingCanBeDriven()
{
    Desk desk(false, {QStringLiteral("viewer")});
    QVERIFY(desk.open());
    for (const char *name : {"applyTarget", "suspendButton", "editPolicy", "newPolicy", "shiftRollBack"}) {
        auto *button = desk.get<Button>(name);
        QVERIFY2(button != nullptr && !button->isEnabled(), name);
        QVERIFY2(button->toolTip().contains(QLatin1String("operator")), name);
    }
    QVERIFY(!desk.get<QWidget>("percentageSlider")->isEnabled());
}

void TestShift::anErrorSaysWhatFailedAndRetries()
{
    Desk desk;
    desk.services.router.on("GET /api/v1/shift-policies", [](const FakeRequest &) { return problem(503, "The store is locked."); });
    desk.services.open();
    auto *state = desk.page->findChild<StateView *>(QStringLiteral("shiftState"));
    QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
    shoot(desk.page.get(), "shift-error");
    setUpShifts(desk.services.router);
    QVERIFY(click(desk.page.get(), "retryButton"));
    QTRY_COMPARE(state->stateName(), QStringLiteral("full"));
}

void TestShift::noPolicyYetOffersToMakeOne()
{
    Desk desk;
    desk.services.router.on("GET /api/v1/shift-policies", listOf(Json::array()));
    desk.services.open();
    auto *state = desk.page->findChild<StateView *>(QStringLiteral("shiftState"));
    QTRY_COMPARE(state->stateName(), QStringLiteral("empty"));
    shoot(desk.page.get(), "shift-empty");
    QTRY_VERIFY(state->emptyButton()->isEnabled());
    QVERIFY(click(desk.page.get(), "emptyAction"));
    QTRY_VERIFY(desk.get<QWidget>("savePolicy") != nullptr);
}

void TestShift::theEditorSaysMistakesWhileTyping()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(editor != nullptr);
    auto *save = desk.get<Button>("savePolicy");
    QVERIFY(save->isEnabled());
    QVERIFY(type(editor, "policy_target_system", QStringLiteral("no spaces")));
    QVERIFY(!save->isEnabled());
    auto *field = qobject_cast<FormField *>(desk.get<QLineEdit>("policy_target_system")->parentWidget());
    QVERIFY(field->problem().contains(QLatin1String("A-Z")));
    // Said beside the button too: the field itself may be scrolled out of sight.
    QVERIFY(desk.text("dialogNote").contains(QLatin1String("System: ")));
    QVERIFY(type(editor, "policy_steps", QStringLiteral("5, 1")));
    auto *steps = qobject_cast<FormField *>(desk.get<QLineEdit>("policy_steps")->parentWidget());
    QVERIFY(!steps->problem().isEmpty());
    shoot(editor, "shift-editor");
    QVERIFY(type(editor, "policy_target_system", QStringLiteral("auth-web")));
    QVERIFY(type(editor, "policy_steps", QStringLiteral("1, 5, 25")));
    QVERIFY(save->isEnabled());
    QVERIFY(field->problem().isEmpty());
}

void TestShift::theServicesMistakesStandAtTheirFields()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.on("POST /api/v1/shift-policies", [](const FakeRequest &) {
        return problem(422, "The policy has mistakes.", {{"/policy_name", "is taken"}});
    });
    QVERIFY(click(desk.page.get(), "newPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(!desk.get<Button>("savePolicy")->isEnabled()); // it has no name yet
    auto *field = qobject_cast<FormField *>(desk.get<QLineEdit>("policy_policy_name")->parentWidget());
    QCOMPARE(field->problem(), QString()); // which nobody has come to write
    QVERIFY(type(editor, "policy_policy_name", QStringLiteral("<b>sneaky</b>")));
    QVERIFY(click(editor, "savePolicy"));
    QTRY_COMPARE(field->problem(), QStringLiteral("is taken"));
    QCOMPARE(desk.services.router.asked("POST /api/v1/shift-policies").first().body["policy_name"].get<std::string>(), std::string("<b>sneaky</b>"));
    Json saved = policyOf("p-new", "<b>sneaky</b>", "DRAFT", 0, 100);
    desk.services.router.on("POST /api/v1/shift-policies", [saved](const FakeRequest &) { return FakeAnswer{201, saved}; });
    QVERIFY(click(editor, "savePolicy"));
    QTRY_COMPARE(desk.session->selectedId(), std::string("p-new"));
    QTRY_COMPARE(desk.text("policyName"), QStringLiteral("<b>sneaky</b>"));
    QCOMPARE(desk.get<QLabel>("policyName")->textFormat(), Qt::PlainText);
}

void TestShift::everyInteractiveWidgetHasANameForScreenReaders()
{
    Desk desk;
    QVERIFY(desk.open());
    const auto widgets = desk.page->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        const bool interactive = widget->focusPolicy() != Qt::NoFocus && widget->isVisible()
            && !widget->objectName().startsWith(QLatin1String("qt_"));
        auto *button = qobject_cast<QAbstractButton *>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
        const QByteArray who = widget->metaObject()->className() + QByteArray(" ") + widget->objectName().toUtf8();
        QVERIFY2(!interactive || named || widget->focusProxy() != nullptr, who.constData());
    }
}

void TestShift::aLostConnectionGreysWhatWasKnown()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.services.router.stop();
    QTRY_VERIFY_WITH_TIMEOUT(desk.session->isStale(), 20'000);
    QTRY_VERIFY(desk.get<Chip>("staleChip") != nullptr);
    QVERIFY(!desk.get<Button>("applyTarget")->isEnabled());
    QCOMPARE(desk.get<QAbstractItemView>("guardsTable")->model()->rowCount(), 4); // still there
    shoot(desk.page.get(), "shift-stale");
}

QTEST_MAIN(TestShift)
#include "tst_shift.moc"
