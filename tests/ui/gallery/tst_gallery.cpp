// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the console over a real sandbox: every page, dialog and state, each a picture (see gallery.h).
#include "tests/ui/gallery/gallery.h"

#include "models/session/sandboxprocess.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chart.h"
#include "ui/shared/factlist.h"
#include "ui/shared/stateview.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>

using namespace crossfade;
using namespace crossfade::test;

class TestGallery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { failOnWarnings(); }
    void beforeConnecting();
    void loading();
    void rules();
    void ruleDialogs();
    void switches();
    void shiftAsks();
    void shiftRuns();
    void shiftBreaks();
    void shiftRollsBack();
    void consistency();
    void repairs();
    void auditAndFrame();
    void connections();
    void stale();
    void unreachable();
    void nothingIsCutOff();

private:
    void everyPage(const QString &prefix);
    bool isSettled();
    void addRules();
    Json shift() const { return m_gallery->router().get(policyPath() + "/shift").json; }
    std::string policyPath() const { return "/api/v1/shift-policies/" + m_gallery->fact("policy_id"); }
    bool isShift(const char *state) const
    {
        const Json now = shift();
        return now.is_object() && now.value("state", std::string()) == state;
    }
    bool hasFacts(const char *name, std::size_t least) const
    {
        auto *list = find<FactList>(m_gallery->window(), name);
        return list != nullptr && list->facts().size() >= least && !list->facts().front().text.contains(QChar(0x2026));
    }
    Json ruleNamed(const char *name) const
    {
        const Json items = m_gallery->router().get("/api/v1/rules?limit=100").json.value("items", Json::array());
        for (const Json &rule : items)
            if (rule.value("config_name", std::string()) == name)
                return rule;
        return nullptr;
    }
    void setErrors(double rate) const
    {
        m_gallery->control().send("PUT", "/api/v1/sandbox/faults/NEW",
                                  dumpJson(Json{{"error_rate", rate}, {"latency_ms", 0}, {"outage", false}}));
    }

    std::unique_ptr<Gallery> m_gallery;
};

void TestGallery::initTestCase()
{
    m_gallery = std::make_unique<Gallery>();
    QVERIFY(m_gallery->window() != nullptr);
}

// A skeleton comes after a while only: its timer is over.
bool TestGallery::isSettled()
{
    for (const StateView *view : m_gallery->window()->currentPage()->findChildren<StateView *>())
        for (const QTimer *timer : view->findChildren<QTimer *>(QString(), Qt::FindDirectChildrenOnly))
            if (view->isVisible() && timer->isActive())
                return false;
    return true;
}

void TestGallery::everyPage(const QString &prefix)
{
    for (const char *id : {"overview", "rules", "shift", "consistency", "repairs", "audit", "connections"}) {
        m_gallery->page(id);
        m_gallery->until("no skeleton still to come", [this] { return isSettled(); }, 5);
        m_gallery->shoot(prefix + QLatin1Char('-') + QLatin1String(id));
    }
}

void TestGallery::beforeConnecting()
{
    everyPage(QStringLiteral("00-none"));
}

// Services that are up but do not answer yet: skeletons at the rows' places.
void TestGallery::loading()
{
    Gallery &g = *m_gallery;
    auto *sandbox = g.console().connections()->sandbox();
    connect(sandbox, &SandboxProcess::ready, this, [&g] {
        g.signal("router", SIGSTOP);
        g.signal("comparator", SIGSTOP);
    });
    g.page("connections");
    g.choose("profileList", Profiles::sandboxId());
    g.press("sandboxStart");
    g.until("starting", [&] { return sandbox->state() == SandboxProcess::State::Starting; });
    g.shoot(QStringLiteral("01-starting"));
    g.until("the sandbox", [&] { return sandbox->state() != SandboxProcess::State::Starting; }, 90);
    QVERIFY(sandbox->state() == SandboxProcess::State::Running);
    everyPage(QStringLiteral("02-loading"));
    g.signal("router", SIGCONT);
    g.signal("comparator", SIGCONT);
    g.until("live", [&] {
        const Connection *connection = g.console().connections()->connection();
        return connection->reach(ServiceName::Router) == Reach::Live && connection->reach(ServiceName::Comparator) == Reach::Live;
    }, 40);
    everyPage(QStringLiteral("03-fresh"));
}

void TestGallery::addRules()
{
    const auto add = [this](const char *name, const char *kind, const Json &target, const char *platform, int priority,
                            const char *reason, const Json &until) {
        Json rule{{"config_name", name}, {"config_type", kind}, {"target_platform", platform}, {"priority", priority}, {"reason", reason}};
        if (!target.is_null())
            rule["target_entity"] = target;
        if (!until.is_null())
            rule["end_time"] = until;
        const TestAnswer answer = m_gallery->router().post("/api/v1/rules", rule);
        if (answer.status != 201)
            m_gallery->note(QStringLiteral("no rule %1: %2").arg(QLatin1String(name), toText(answer.body)));
    };
    add("vip-board", "USER_BASED", "a.schneider", "LEGACY", 10, "board stays until Q1", nullptr);
    add("pilot-desk-01", "USER_BASED", "op-4471", "NEW", 20, "pilot group, service desk", nullptr);
    add("pilot-desk-02", "USER_BASED", "op-4472", "NEW", 20, "pilot group, service desk", nullptr);
    add("audit-compare", "USER_BASED", "u-audit", "BOTH", 50, "read compare for audit", "2027-01-30T00:00:00Z");
    add("ticket-88143", "USER_BASED", "100482", "LEGACY", 100, "two factor fails on NEW, <b>INC-88143</b>", "2026-12-23T18:00:00Z");
    add("\xE5\xBC\xA0\xE4\xBC\x9F\xE7\x9A\x84\xE8\xA7\x84\xE5\x88\x99", "USER_BASED", "wei.zhang", "NEW", 100, "\xE8\xAF\x95\xE7\x82\xB9", nullptr);
    add("kiosk-12", "USER_BASED", "kiosk-12", "LEGACY", 120, "kiosk image is frozen", nullptr);
    add("back-office", "SYSTEM_BASED", "back-office", "LEGACY", 100, "its own entry", nullptr);
    add("night load test", "TIME_BASED", nullptr, "NEW", 110, "night load test", "2020-11-22T02:00:00Z");
}

void TestGallery::rules()
{
    Gallery &g = *m_gallery;
    addRules();
    g.page("rules");
    g.seen("rulesTable");
    g.choose("rulesTable", QStringLiteral("ticket-88143"));
    g.write("testerUser", QStringLiteral("100482"));
    if (auto *edit = find<QLineEdit>(g.window(), "testerUser"))
        QTest::keyClick(edit, Qt::Key_Return);
    g.until("an answer of the tester", [&] {
        auto *verdict = find<QWidget>(g.window(), "testerResult");
        return verdict == nullptr || !verdict->property("text").toString().isEmpty();
    });
    g.shoot(QStringLiteral("10-rules"));
    if (auto *toggle = find<QWidget>(g.window(), "toggleTester"); toggle != nullptr) {
        g.press("toggleTester");
        g.shoot(QStringLiteral("11-rules-tester-toggled"));
        g.press("toggleTester");
    }
    g.press("segmentSystems");
    g.shoot(QStringLiteral("12-rules-systems"));
    g.press("segmentTimes");
    g.shoot(QStringLiteral("13-rules-times"));
    g.press("segmentUsers");
}

void TestGallery::ruleDialogs()
{
    Gallery &g = *m_gallery;
    g.press("addRule");
    g.seen("ruleEditor");
    g.shoot(QStringLiteral("14-rule-editor-empty"));
    g.expectRollBackOver("ruleEditor");
    g.write("ruleName", QStringLiteral("ticket-90001"));
    g.write("ruleTarget", QStringLiteral("not an id"));
    g.shoot(QStringLiteral("15-rule-editor-mistake"));
    g.write("ruleTarget", QStringLiteral("j.oneill"));
    g.press("ruleOk");
    g.choose("rulesTable", QStringLiteral("ticket-90001"));
    g.shoot(QStringLiteral("16-rules-unsaved"));
    g.press("previewEdits");
    g.seen("previewDialog");
    g.shoot(QStringLiteral("17-rules-preview"));
    g.expectRollBackOver("previewDialog");
    g.closeDialogs();
    g.press("discardEdits");
    // Two edit the same rule; the other one is first.
    g.choose("rulesTable", QStringLiteral("kiosk-12"));
    auto *table = find<QAbstractItemView>(g.window(), "rulesTable");
    QVERIFY(table != nullptr);
    QTest::keyClick(table, Qt::Key_Return);
    g.seen("ruleEditor");
    g.write("ruleReason", QStringLiteral("mine: frozen until March"));
    g.press("ruleOk");
    const Json theirs = ruleNamed("kiosk-12");
    QVERIFY(theirs.is_object());
    g.router().patch("/api/v1/rules/" + theirs.at("id").get<std::string>(),
                     {{"reason", "theirs: frozen until May"}, {"priority", 115}}, dumpJson(theirs.at("version")));
    g.press("saveEdits");
    g.seen("conflictDialog");
    g.shoot(QStringLiteral("18-rules-conflict"));
    g.expectRollBackOver("conflictDialog");
    g.closeDialogs();
    if (auto *discard = find<QWidget>(g.window(), "discardEdits"); discard != nullptr && discard->isEnabled())
        g.press("discardEdits");
    // And once it is deleted meanwhile.
    g.choose("rulesTable", QStringLiteral("kiosk-12"));
    QTest::keyClick(table, Qt::Key_Return);
    g.seen("ruleEditor");
    g.write("ruleReason", QStringLiteral("mine again"));
    g.press("ruleOk");
    const Json rule = ruleNamed("kiosk-12");
    QVERIFY(rule.is_object());
    g.router().remove("/api/v1/rules/" + rule.at("id").get<std::string>(), dumpJson(rule.at("version")));
    g.press("saveEdits");
    g.seen("conflictDialog");
    g.shoot(QStringLiteral("18b-rules-deleted"));
    g.closeDialogs();
    if (auto *discard = find<QWidget>(g.window(), "discardEdits"); discard != nullptr && discard->isEnabled())
        g.press("discardEdits");
}

void TestGallery::switches()
{
    Gallery &g = *m_gallery;
    g.press("segmentSwitches");
    g.seen("masterSwitch");
    g.shoot(QStringLiteral("19-switches"));
    if (auto *choice = find<Segmented>(g.window(), "defaultPlatform"))
        QTest::mouseClick(choice->segment(1 - choice->currentIndex()), Qt::LeftButton);
    g.shoot(QStringLiteral("20-switches-edited"));
    g.press("discardSwitches");
    g.press("segmentUsers");
}

void TestGallery::shiftAsks()
{
    Gallery &g = *m_gallery;
    g.page("shift");
    g.choose("policyList", toText(g.fact("policy_id")));
    g.seen("percentageSlider");
    g.write("targetSpin", QStringLiteral("15"));
    if (auto *spin = find<QAbstractSpinBox>(g.window(), "targetSpin"))
        QTest::keyClick(spin, Qt::Key_Return);
    g.until("the preview", [&] {
        auto *apply = find<QWidget>(g.window(), "applyTarget");
        return apply != nullptr && apply->isEnabled();
    });
    g.shoot(QStringLiteral("30-shift-target"));
    g.press("previewList");
    g.seen("movedUsersDialog");
    g.until("users", [&] {
        auto *table = find<QAbstractItemView>(g.window(), "movedUsersTable");
        return table != nullptr && table->model()->rowCount() > 0;
    });
    g.shoot(QStringLiteral("31-moved-users"));
    g.expectRollBackOver("movedUsersDialog");
    g.closeDialogs();
    g.press("editPolicy");
    g.seen("policyEditor");
    g.shoot(QStringLiteral("32-policy-editor"));
    g.expectRollBackOver("policyEditor");
    for (QScrollArea *area : find<QWidget>(g.window(), "policyEditor")->findChildren<QScrollArea *>())
        area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
    g.shoot(QStringLiteral("33-policy-editor-guards"));
    g.write("policy_policy_name", QString());
    g.shoot(QStringLiteral("34-policy-editor-mistake"));
    g.closeDialogs();
    g.press("newPolicy");
    g.seen("policyEditor");
    g.shoot(QStringLiteral("35-policy-new"));
    g.closeDialogs();
    g.press("showGates");
    g.shoot(QStringLiteral("36-gates"));
    g.choose("gatesTable", QString());
    if (auto *gate = find<QWidget>(g.window(), "overrideGate"); gate != nullptr && gate->isEnabled()) {
        g.press("overrideGate");
        g.seen("reasonDialog");
        g.shoot(QStringLiteral("37-override"));
        g.closeDialogs();
    }
    g.press("showGuards");
    g.press("applyTarget");
    g.seen("reasonDialog");
    g.until("the counts", [&] { return hasFacts("applyFacts", 1); });
    g.write("reasonEdit", QStringLiteral("the morning peak is over"));
    g.shoot(QStringLiteral("38-apply"));
    g.expectRollBackOver("reasonDialog");
    g.press("confirmButton");
    g.until("the target", [&] { return shift().value("target_percentage", Json(0)) == Json(15.0); });
}

void TestGallery::shiftRuns()
{
    Gallery &g = *m_gallery;
    g.until("5 %", [&] { return shift().value("percentage", 0.0) >= 5; }, 60);
    g.shoot(QStringLiteral("40-shift-runs"));
    g.press("suspendButton");
    if (find<QWidget>(g.window(), "reasonDialog") != nullptr) {
        g.shoot(QStringLiteral("41-suspend"));
        g.closeDialogs();
    }
    g.until("15 %", [&] { return isShift("AT_TARGET"); }, 90);
    g.shoot(QStringLiteral("42-shift-at-target"));
    // Another one sends it elsewhere while the question is open.
    g.write("targetSpin", QStringLiteral("20"));
    if (auto *spin = find<QAbstractSpinBox>(g.window(), "targetSpin"))
        QTest::keyClick(spin, Qt::Key_Return);
    g.press("applyTarget");
    g.seen("reasonDialog");
    g.router().post(policyPath() + "/shift", {{"target_percentage", 16}, {"reason", "one more"}});
    g.until("no way on", [&] {
        auto *confirm = find<QWidget>(g.window(), "confirmButton");
        return confirm != nullptr && !confirm->isEnabled() && hasFacts("applyFacts", 1);
    });
    g.shoot(QStringLiteral("39-apply-changed"));
    g.closeDialogs();
    g.until("16 %", [&] { return isShift("AT_TARGET"); }, 30);
    g.page("overview");
    if (auto *chart = find<Chart>(g.window(), "splitChart"))
        QTest::mouseMove(chart, chart->rect().center() + QPoint(60, 0));
    g.shoot(QStringLiteral("43-overview"));
    g.press("rangeCustom");
    g.seen("spanPopup");
    g.shoot(QStringLiteral("43b-range"));
    g.closeDialogs();
}

void TestGallery::shiftBreaks()
{
    Gallery &g = *m_gallery;
    g.page("shift");
    setErrors(40);
    g.until("a proposal", [&] { return isShift("ROLLBACK_PROPOSED"); }, 60);
    g.seen("rollbackProposal");
    g.shoot(QStringLiteral("44-proposed"));
    g.press("reviewButton");
    g.seen("approvalDialog");
    g.write("reasonEdit", QStringLiteral("errors on NEW with every window; back to 0 %"));
    g.until("effects", [&] { return hasFacts("approvalEffects", 3); });
    g.shoot(QStringLiteral("45-approval"));
    g.expectRollBackOver("approvalDialog");
    g.closeDialogs();
    g.page("overview");
    g.shoot(QStringLiteral("46-overview-proposed"));
    g.press("alertsChip");
    g.shoot(QStringLiteral("47-alerts"));
    g.press("drawerClose");
    g.press("activityButton");
    g.shoot(QStringLiteral("48-activity"));
    g.press("drawerClose");
}

void TestGallery::shiftRollsBack()
{
    Gallery &g = *m_gallery;
    g.page("shift");
    setErrors(0);
    // Over another dialog, to the end.
    g.press("editPolicy");
    g.seen("policyEditor");
    g.press("rollBackButton");
    g.seen("rollBackDialog");
    g.until("the preview", [&] { return hasFacts("rollBackFacts", 2); });
    QVERIFY(type(find<QDialog>(g.window(), "rollBackDialog"), "reasonEdit", QStringLiteral("back until the cause is known")));
    g.shoot(QStringLiteral("50-roll-back"));
    g.press("rollBackConfirm");
    g.until("rolled back", [&] { return isShift("ROLLED_BACK"); });
    g.shoot(QStringLiteral("51-roll-back-done"));
    g.closeDialogs();
    g.shoot(QStringLiteral("52-rolled-back"));
    g.press("deletePolicy");
    g.seen("reasonDialog");
    g.shoot(QStringLiteral("53-policy-delete"));
    g.closeDialogs();
}

void TestGallery::consistency()
{
    Gallery &g = *m_gallery;
    g.control().post("/api/v1/sandbox/plant", Json{{"count", 45}, {"kinds", Json::array()}, {"seed", 7}});
    g.page("consistency");
    g.choose("checksTable", toText(g.fact("check_id")));
    g.press("runCheck");
    g.seen("segmentSquares");
    g.shoot(QStringLiteral("60-check-runs"));
    g.until("its end", [&] {
        const Json check = g.comparator().get("/api/v1/checks/" + g.fact("check_id")).json;
        return check.is_object() && check.value("last_run", Json()).is_object() &&
               check.at("last_run").value("state", std::string()) == "FINISHED";
    }, 60);
    g.until("differences", [&] {
        auto *view = find<QAbstractItemView>(g.window(), "differencesView");
        return view != nullptr && view->model()->rowCount() > 0;
    });
    g.shoot(QStringLiteral("61-consistency"));
    g.press("groupFlat");
    g.until("rows", [&] {
        auto *view = find<QAbstractItemView>(g.window(), "differencesView");
        return view != nullptr && view->model()->rowCount() > 5;
    });
    g.choose("differencesView", QStringLiteral("DIFFERENT"));
    g.seen("entityFields");
    g.shoot(QStringLiteral("62-difference"));
    g.press("newCheck");
    g.shoot(QStringLiteral("63-new-check"));
    g.expectRollBackOver("newCheckDialog");
    g.closeDialogs();
    g.press("runByIds");
    g.write("runIds", QStringLiteral("100482, 100517"));
    g.shoot(QStringLiteral("64-run-by-ids"));
    g.expectRollBackOver("runIdsDialog");
    g.closeDialogs();
    g.write("reasonEdit", QStringLiteral("LEGACY is right here"));
    g.press("repairDifference");
    g.until("a repair", [&] {
        const Json list = g.comparator().get("/api/v1/repairs?limit=5").json;
        return list.is_object() && !list.value("items", Json::array()).empty();
    });
}

void TestGallery::repairs()
{
    Gallery &g = *m_gallery;
    g.page("repairs");
    g.choose("repairList", QString());
    g.seen("statementView");
    g.shoot(QStringLiteral("70-repairs"));
    g.press("assignRepair");
    g.seen("assignDialog");
    g.shoot(QStringLiteral("71-assign"));
    g.expectRollBackOver("assignDialog");
    g.closeDialogs();
    g.write("reasonEdit", QStringLiteral("seen and understood"));
    g.press("approveRepair");
    g.until("verified", [&] {
        const Json list = g.comparator().get("/api/v1/repairs?limit=5").json;
        return list.is_object() && !list.value("items", Json::array()).empty() &&
               list.at("items").front().value("status", std::string()) == "VERIFIED";
    });
    g.press("inboxDone");
    g.choose("repairList", QString());
    g.shoot(QStringLiteral("72-verified"));
}

void TestGallery::auditAndFrame()
{
    Gallery &g = *m_gallery;
    g.page("audit");
    g.press("auditVerify");
    g.choose("auditTable", QString());
    g.seen("auditChanges");
    g.until("the chain", [&] { return find<QWidget>(g.window(), "auditChain")->property("proven").toBool(); });
    g.shoot(QStringLiteral("73-audit"));
    g.press("auditCsv");
    g.seen("auditExportDialog");
    g.shoot(QStringLiteral("74-audit-export"));
    g.closeDialogs();
    g.press("paletteField");
    g.seen("commandPalette");
    g.shoot(QStringLiteral("80-palette"));
    g.write("paletteEdit", QStringLiteral("log"));
    g.shoot(QStringLiteral("81-palette-typed"));
    g.closeDialogs();
    g.page("overview");
    g.shoot(QStringLiteral("82-overview-end"));
    g.window()->activateWindow();
    g.window()->setAttribute(Qt::WA_KeyboardFocusChange); // as Tab does: from here on the focus is shown
    g.page("shift");
    if (auto *list = find<QAbstractItemView>(g.window(), "policyList"))
        list->setFocus(Qt::TabFocusReason);
    g.shoot(QStringLiteral("83-focus-list"));
    if (auto *slider = find<QWidget>(g.window(), "percentageSlider"))
        slider->setFocus(Qt::TabFocusReason);
    g.shoot(QStringLiteral("84-focus-slider"));
}

void TestGallery::connections()
{
    Gallery &g = *m_gallery;
    g.page("connections");
    g.choose("profileList", Profiles::sandboxId());
    g.shoot(QStringLiteral("85-connections-sandbox"));
    g.press("profileAdd");
    g.write("profileName", QStringLiteral("prod-identity"));
    g.write("profileRouters", QStringLiteral("http://127.0.0.1:9"));
    g.write("profileComparator", QStringLiteral("http://127.0.0.1:9"));
    g.press("profileSave");
    g.shoot(QStringLiteral("86-connections-profile"));
    g.press("profileTest");
    g.seen("findingText");
    g.shoot(QStringLiteral("87-connections-test"));
    g.press("profileDelete");
    g.shoot(QStringLiteral("88-connections-delete"));
    g.expectRollBackOver("deleteProfileBox");
    g.closeDialogs();
    // Edits that another profile would lose.
    g.page("rules");
    g.choose("rulesTable", QStringLiteral("vip-board"));
    QTest::keyClick(find<QAbstractItemView>(g.window(), "rulesTable"), Qt::Key_Return);
    g.seen("ruleEditor");
    g.write("ruleReason", QStringLiteral("board stays until Q2"));
    g.press("ruleOk");
    const Profile *other = g.console().connections()->profiles()->findByName(QStringLiteral("prod-identity"));
    QVERIFY(other != nullptr);
    g.console().connections()->connectTo(other->id);
    g.seen("leaveBox");
    g.shoot(QStringLiteral("89-leave"));
    g.press("questionNo");
    g.press("discardEdits");
}

// Both services are gone: what was read stays, greyed, with its age.
void TestGallery::stale()
{
    Gallery &g = *m_gallery;
    g.signal("router", SIGSTOP);
    g.signal("comparator", SIGSTOP);
    g.until("lost", [&] {
        return g.console().connections()->connection()->reach(ServiceName::Router) == Reach::Lost;
    }, 60);
    everyPage(QStringLiteral("90-stale"));
    g.signal("router", SIGCONT);
    g.signal("comparator", SIGCONT);
}

void TestGallery::unreachable()
{
    Gallery &g = *m_gallery;
    const Profile *nowhere = g.console().connections()->profiles()->findByName(QStringLiteral("prod-identity"));
    QVERIFY(nowhere != nullptr);
    g.console().connections()->connectTo(nowhere->id);
    g.until("lost", [&] {
        return g.console().connections()->connection()->reach(ServiceName::Router) != Reach::Live;
    }, 30);
    everyPage(QStringLiteral("91-unreachable"));
}

void TestGallery::nothingIsCutOff()
{
    QVERIFY2(m_gallery->taken().size() > 60, qPrintable(QString::number(m_gallery->taken().size())));
    QVERIFY2(m_gallery->problems().isEmpty(), qPrintable(m_gallery->problems().join(QLatin1Char('\n'))));
}

QTEST_MAIN(TestGallery)
#include "tst_gallery.moc"
