// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// When a shift may step and what it would have done: change windows, set starts, takeovers, drills.
#include "tests/models/session/shiftdata.h"
#include "tests/ui/pagetest.h"
#include "ui/shared/buttons.h"
#include "ui/shared/percentspin.h"
#include "ui/shared/stateview.h"
#include "ui/shift/shiftpage.h"

#include <QAbstractItemView>
#include <QLabel>

using namespace crossfade;
using namespace crossfade::test;

namespace {

Json windowJson(const char *zone = "Europe/Berlin")
{
    return Json{{"weekdays", {"FRI", "SAT"}}, {"from", "22:00"}, {"to", "06:00"}, {"time_zone", zone}};
}

struct PlanDesk {
    FakePair services{{QStringLiteral("operator")}};
    std::unique_ptr<ShiftSession> session;
    std::unique_ptr<ApprovalsSession> approvals;
    std::unique_ptr<SeriesStore> series;
    std::unique_ptr<ShiftPage> page;

    explicit PlanDesk(const Json &policies = policiesJson())
    {
        setUpShifts(services.router, false);
        services.router.on("GET /api/v1/shift-policies", listOf(policies));
        session = std::make_unique<ShiftSession>(&services.connection);
        approvals = std::make_unique<ApprovalsSession>(&services.connection);
        series = std::make_unique<SeriesStore>(&services.connection);
        page = std::make_unique<ShiftPage>(session.get(), approvals.get(), series.get());
        page->resize(pageSize());
        page->show();
    }
    bool open(const char *id)
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && session->phase() == LoadPhase::Ready; }))
            return false;
        page->showObject(QStringLiteral("policy:") + QLatin1String(id));
        return QTest::qWaitFor([&] { return session->selectedId() == id; });
    }
    template <class Widget>
    Widget *get(const char *name)
    {
        return test::find<Widget>(page.get(), name);
    }
    QString text(const char *name)
    {
        auto *label = get<QLabel>(name);
        return label != nullptr ? label->text() : QString();
    }
};

Json entryJson(int secondsAgo, double from, double to, const char *state, const char *cause, const char *detail)
{
    return Json{{"at", at(-secondsAgo)}, {"from_percentage", from}, {"to_percentage", to}, {"state", state},
                {"cause", cause}, {"held_cause", nullptr}, {"detail", detail}, {"guard_id", nullptr},
                {"by_operator", false}};
}

Json drillJson(const Json &items)
{
    return Json{{"policy_id", "p-logins"}, {"from", at(-3600)}, {"to", at(0)}, {"events", 360},
                {"recorded_from", at(-3600)}, {"recorded_to", at(-2)},
                {"start", {{"state", "STABILIZING"}, {"percentage", 20}}},
                {"end", {{"state", "ROLLED_BACK"}, {"percentage", 0}}}, {"items", items}, {"truncated", false},
                {"orders_ignored", 1}, {"guards_without_record", {"p50"}}};
}

const char *const Drill = "POST /api/v1/shift-policies/p-logins/drill";

} // namespace

class TestShiftPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void windowsAreAddedEditedAndSaved();
    void aWindowThatIsWrongSaysSoAndIsNotSaved();
    void tabGoesDownTheForm();
    void theFactsNameTheWindow();
    void heldOutsideItSaysWhenTheNextOpens();
    void aDrillTellsWhatItWouldHaveDone();
    void aDrillOfTheFormSendsWhatIsNotSaved();
    void aDrillThatFailsCanBeAskedAgain();
    void nothingRecordedIsSaid();
    void closingTakesTheQuestionBack();
    void aTakeoverIsSaidBeforeItStarts();
    void aStartCanBeSetToATime();
};

void TestShiftPlan::windowsAreAddedEditedAndSaved()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    desk.services.router.on("PUT /api/v1/shift-policies/p-logins", loginsJson());
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(editor != nullptr);
    QVERIFY(click(editor, "addWindow"));
    QTRY_VERIFY(find<QWidget>(editor, "ruleZoneName") && !find<QWidget>(editor, "ruleZoneName")->visibleRegion().isEmpty());
    QVERIFY(click(editor, "ruleDaySUN"));
    QVERIFY(type(editor, "ruleDayFrom", QStringLiteral("20:30")));
    QVERIFY(type(editor, "ruleDayTo", QStringLiteral("23:00")));
    QVERIFY(type(editor, "ruleZoneName", QStringLiteral("Asia/Shanghai")));
    shoot(editor, "plan-windows");
    QTRY_VERIFY(desk.get<Button>("savePolicy")->isEnabled());
    QVERIFY(click(editor, "savePolicy"));
    QTRY_VERIFY(!desk.services.router.asked("PUT /api/v1/shift-policies/p-logins").isEmpty());
    const Json sent = desk.services.router.asked("PUT /api/v1/shift-policies/p-logins").first().body;
    const Json wanted{{"weekdays", {"MON", "TUE", "WED", "THU", "FRI", "SUN"}}, {"from", "20:30"}, {"to", "23:00"},
                      {"time_zone", "Asia/Shanghai"}};
    QVERIFY2(sent.at("change_windows") == Json::array({wanted}), sent.dump().c_str());
}

void TestShiftPlan::aWindowThatIsWrongSaysSoAndIsNotSaved()
{
    Json logins = loginsJson();
    logins["change_windows"] = Json::array({windowJson(), windowJson("Asia/Kathmandu")});
    PlanDesk desk(Json::array({logins}));
    QVERIFY(desk.open("p-logins"));
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(editor != nullptr);
    auto *save = desk.get<Button>("savePolicy");
    QVERIFY(save->isEnabled());
    QVERIFY(type(editor, "ruleZoneName", QStringLiteral("Mars/Olympus")));
    QVERIFY(!save->isEnabled());
    QVERIFY(desk.text("dialogNote").contains(QLatin1String("Change windows")));
    QVERIFY(type(editor, "ruleZoneName", QStringLiteral("Europe/Berlin")));
    QTRY_VERIFY(save->isEnabled());
    QTRY_VERIFY(find<QWidget>(editor, "ruleDayFRI")->height() > 0); // it is laid out
    QVERIFY(click(editor, "ruleDayFRI"));
    QVERIFY(click(editor, "ruleDaySAT"));
    QVERIFY(!save->isEnabled()); // no day is left
    QVERIFY(click(editor, "removeWindow"));
    QTRY_VERIFY(save->isEnabled()); // the other one is well
}

void TestShiftPlan::tabGoesDownTheForm()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(click(editor, "addWindow"));
    QVERIFY(click(editor, "addGuard"));
    QStringList order;
    const QWidget *first = find<QWidget>(editor, "policy_policy_name");
    const QWidget *next = first;
    do {
        if (editor->isAncestorOf(next) && !next->objectName().isEmpty())
            order << next->objectName();
        next = next->nextInFocusChain();
    } while (next != first);
    // Also what was added after the buttons were there.
    const QStringList wanted{QStringLiteral("policy_approval"), QStringLiteral("policy_approval_above"), QStringLiteral("policy_on_breach"),
                             QStringLiteral("policy_consistency_gate"), QStringLiteral("addGuard"), QStringLiteral("guardMetric"),
                             QStringLiteral("addWindow"), QStringLiteral("ruleDayMON"), QStringLiteral("removeWindow"),
                             QStringLiteral("reasonEdit"), QStringLiteral("savePolicy")};
    for (int i = 1; i < wanted.size(); ++i)
        QVERIFY2(order.lastIndexOf(wanted.at(i)) > order.lastIndexOf(wanted.at(i - 1)),
                 qPrintable(wanted.at(i) + QStringLiteral(" in ") + order.join(QLatin1Char(' '))));
    QVERIFY(click(editor, "cancelButton"));
}

void TestShiftPlan::theFactsNameTheWindow()
{
    Json logins = loginsJson();
    logins["change_windows"] = Json::array({windowJson(), windowJson("Asia/Kathmandu")});
    PlanDesk desk(Json::array({logins}));
    QVERIFY(desk.open("p-logins"));
    auto *facts = desk.get<QWidget>("policyFacts");
    QVERIFY(facts != nullptr);
    QStringList texts;
    for (const QLabel *label : facts->findChildren<QLabel *>())
        texts << label->text();
    QVERIFY2(texts.join(u'|').contains(QStringLiteral("22:00\u201306:00 Europe/Berlin and 1 more")),
             qPrintable(texts.join(u'|')));
}

void TestShiftPlan::heldOutsideItSaysWhenTheNextOpens()
{
    Json logins = loginsJson();
    Json &shift = logins["shift"];
    shift["state"] = "HELD";
    shift["held_cause"] = "WINDOW";
    shift["held_detail"] = "outside the change windows: the next opens FRI 2026-11-27 22:00 Europe/Berlin";
    shift["stabilization_ends_at"] = nullptr;
    shift["next_action"] = {{"action", "WAIT"}, {"percentage", 30}, {"earliest_at", at(3 * 86'400)},
                            {"blocked_by", {"WINDOW"}}, {"detail", shift["held_detail"]}};
    PlanDesk desk(Json::array({logins}));
    QVERIFY(desk.open("p-logins"));
    QVERIFY2(desk.text("nextAction").startsWith(QStringLiteral("Next: 30\u202F% at ")), qPrintable(desk.text("nextAction")));
    QVERIFY(!desk.text("nextAction").contains(QLatin1String("today")));
    QVERIFY2(desk.text("nextCondition").contains(QLatin1String("FRI 2026-11-27 22:00 Europe/Berlin")),
             qPrintable(desk.text("nextCondition")));
    shoot(desk.page.get(), "plan-held");
}

void TestShiftPlan::aDrillTellsWhatItWouldHaveDone()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    desk.services.router.on(Drill, drillJson(Json::array(
        {entryJson(1800, 20, 25, "STABILIZING", "STEPPED", "guards held at 20 %"),
         entryJson(1200, 25, 25, "HELD", "HELD_BY_GUARD", "authentication_success_rate tripped: 60 % is not >= 99 %, n = 500"),
         entryJson(1080, 25, 0, "ROLLED_BACK", "ROLLED_BACK", "nobody answered within the deadline")})));
    QVERIFY(click(desk.page.get(), "drillPolicy"));
    QTRY_VERIFY(desk.get<QAbstractItemView>("drillTable") != nullptr);
    QCOMPARE(desk.get<QAbstractItemView>("drillTable")->model()->rowCount(), 3);
    const QString sentence = desk.text("drillSentence");
    QVERIFY2(sentence.contains(QLatin1String("held at ")) && sentence.contains(QLatin1String("rolled back at ")),
             qPrintable(sentence));
    QVERIFY(sentence.contains(QStringLiteral("0\u202F%")));
    QVERIFY(desk.text("drillCaveats").contains(QLatin1String("p50")));
    shoot(desk.get<QDialog>("drillDialog"), "plan-drill");
    const Json body = desk.services.router.asked(Drill).first().body;
    QVERIFY(!body.contains("policy"));
    const qint64 span = toMs(*parseInstant(body.at("to").get<std::string>())) - toMs(*parseInstant(body.at("from").get<std::string>()));
    QCOMPARE(span, qint64(3'600'000));
    QVERIFY(click(desk.page.get(), "drillRange3"));
    QTRY_COMPARE(desk.services.router.asked(Drill).size(), 2);
    QVERIFY(click(desk.page.get(), "drillClose"));
}

void TestShiftPlan::aDrillOfTheFormSendsWhatIsNotSaved()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    desk.services.router.on(Drill, drillJson(Json::array()));
    QVERIFY(click(desk.page.get(), "editPolicy"));
    auto *editor = desk.get<QDialog>("policyEditor");
    QVERIFY(type(editor, "policy_steps", QStringLiteral("1, 5, 25")));
    QVERIFY(click(editor, "drillUnsaved"));
    QTRY_VERIFY(!desk.services.router.asked(Drill).isEmpty());
    const Json policy = desk.services.router.asked(Drill).first().body.at("policy");
    QCOMPARE(policy.at("steps").size(), std::size_t{3});
    QVERIFY(!policy.contains("id"));
    QTRY_COMPARE(desk.get<StateView>("drillState")->stateName(), QStringLiteral("empty"));
    QVERIFY(desk.services.router.asked("PUT /api/v1/shift-policies/p-logins").isEmpty());
    QVERIFY(click(desk.page.get(), "drillClose"));
}

void TestShiftPlan::aDrillThatFailsCanBeAskedAgain()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    desk.services.router.on(Drill, [](const FakeRequest &) {
        return problem(422, "too much", {{"/to", "choose a shorter one"}});
    });
    QVERIFY(click(desk.page.get(), "drillPolicy"));
    QTRY_COMPARE(desk.get<StateView>("drillState")->stateName(), QStringLiteral("error"));
    desk.services.router.on(Drill, drillJson(Json::array({entryJson(60, 20, 25, "STABILIZING", "STEPPED", "x")})));
    Q_EMIT desk.get<StateView>("drillState")->retry();
    QTRY_COMPARE(desk.get<StateView>("drillState")->stateName(), QStringLiteral("full"));
    QVERIFY(click(desk.page.get(), "drillClose"));
}

void TestShiftPlan::nothingRecordedIsSaid()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    Json nothing = drillJson(Json::array());
    nothing["events"] = 0;
    nothing["start"] = nullptr;
    nothing["end"] = nullptr;
    desk.services.router.on(Drill, nothing);
    QVERIFY(click(desk.page.get(), "drillPolicy"));
    QTRY_COMPARE(desk.get<StateView>("drillState")->stateName(), QStringLiteral("empty"));
    QCOMPARE(desk.text("drillSentence"), QString());
    shoot(desk.get<QDialog>("drillDialog"), "plan-drill-empty");
    QVERIFY(click(desk.page.get(), "drillClose"));
}

void TestShiftPlan::closingTakesTheQuestionBack()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-logins"));
    FakeAnswer silent;
    silent.silent = true;
    desk.services.router.on(Drill, [silent](const FakeRequest &) { return silent; });
    QVERIFY(click(desk.page.get(), "drillPolicy"));
    QTRY_VERIFY(!desk.services.router.asked(Drill).isEmpty());
    QTRY_COMPARE(desk.get<StateView>("drillState")->stateName(), QStringLiteral("loading"));
    QVERIFY(click(desk.page.get(), "drillClose"));
    QTRY_VERIFY(desk.get<QDialog>("drillDialog") == nullptr);
    desk.services.router.on(Drill, drillJson(Json::array()));
    desk.services.router.release(); // answers nobody
    QVERIFY(desk.get<Button>("drillPolicy")->isEnabled());
}

void TestShiftPlan::aTakeoverIsSaidBeforeItStarts()
{
    Json all = policyOf("p-all", "everybody", "STABILIZING", 40, 100);
    all["target_system"] = "*";
    PlanDesk desk(Json::array({all, policyOf("p-lookups", "lookups", "DRAFT", 0, 100)}));
    QVERIFY(desk.open("p-lookups"));
    auto *spin = desk.get<PercentSpin>("targetSpin");
    QVERIFY(spin != nullptr);
    spin->setValue(60);
    QVERIFY(click(desk.page.get(), "applyTarget"));
    QTRY_VERIFY(desk.get<QDialog>("reasonDialog") != nullptr);
    QStringList texts;
    for (const QLabel *label : desk.get<QDialog>("reasonDialog")->findChildren<QLabel *>())
        texts << label->text();
    QVERIFY2(texts.join(u'|').contains(QStringLiteral("“everybody” for all others, at the same 40\u202F%")),
             qPrintable(texts.join(u'|')));
    shoot(desk.get<QDialog>("reasonDialog"), "plan-takeover");
}

void TestShiftPlan::aStartCanBeSetToATime()
{
    PlanDesk desk;
    QVERIFY(desk.open("p-lookups"));
    Json waits = policyOf("p-lookups", "lookups", "SCHEDULED", 0, 100)["shift"];
    desk.services.router.on("POST /api/v1/shift-policies/p-lookups/shift", waits);
    desk.get<PercentSpin>("targetSpin")->setValue(60);
    QVERIFY(click(desk.page.get(), "applyTarget"));
    QTRY_VERIFY(desk.get<QLineEdit>("startAt") != nullptr);
    auto *dialog = desk.get<QDialog>("reasonDialog");
    QVERIFY(type(dialog, "startAt", QStringLiteral("tonight")));
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_VERIFY(desk.text("dialogNote").contains(QLatin1String(" 22:00")));
    QVERIFY(desk.services.router.asked("POST /api/v1/shift-policies/p-lookups/shift").isEmpty());
    QVERIFY(type(dialog, "startAt", QStringLiteral("2099-05-01 22:00")));
    QTRY_VERIFY(desk.get<Button>("confirmButton")->isEnabled());
    QCOMPARE(desk.get<Button>("confirmButton")->text(), QStringLiteral("Start it then"));
    shoot(dialog, "plan-start");
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_VERIFY(!desk.services.router.asked("POST /api/v1/shift-policies/p-lookups/shift").isEmpty());
    const Json body = desk.services.router.asked("POST /api/v1/shift-policies/p-lookups/shift").first().body;
    const QDateTime local(QDate(2099, 5, 1), QTime(22, 0));
    QCOMPARE(QString::fromStdString(body.at("start_at").get<std::string>()),
             QString::fromStdString(formatInstant(instantFromMs(local.toMSecsSinceEpoch()))));
}

QTEST_MAIN(TestShiftPlan)
#include "tst_shiftplan.moc"
