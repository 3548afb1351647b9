// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is planned and who must agree: change windows, set starts, drills, the master switch, lists and user groups.
#include "tests/ui/gallery/tst_gallery.h"

#include "ui/shared/stateview.h"

#include <QComboBox>
#include <QDateTime>
#include <QScrollArea>
#include <QSpinBox>

#include <array>

namespace crossfade::test {

namespace {

// The place of PromQL and of a consistency check among the metrics.
constexpr int PromqlMetric = 6;
constexpr int ConsistencyMetric = 5;

std::string textOf(const Json &json, const char *name)
{
    return json.is_object() && json.contains(name) && json.at(name).is_string() ? json.at(name).get<std::string>() : std::string();
}

void scrollTo(QWidget *dialog, QWidget *field)
{
    QCoreApplication::processEvents(); // what was added is laid out first
    for (QScrollArea *area : dialog->findChildren<QScrollArea *>())
        if (area->isAncestorOf(field))
            area->ensureWidgetVisible(field, 0, 60);
}

} // namespace

void TestGallery::expect(const char *what, const TestAnswer &answer, int status)
{
    if (answer.status != status)
        m_gallery->note(QStringLiteral("%1 answered %2: %3").arg(QLatin1String(what)).arg(answer.status).arg(toText(answer.body)));
}

// Lists and a group, and what of them the rules' page shows.
void TestGallery::listsAndGroups()
{
    Gallery &g = *m_gallery;
    expect("a list", g.router().post("/api/v1/gray-lists", {{"name", "pilot-stores"}, {"kind", "USER"}, {"description", "stores of the pilot"}}), 201);
    expect("its entries", g.router().post("/api/v1/gray-lists/pilot-stores/entries", {{"entries", {"u0000011", "u0000012", "u0000013"}}}), 200);
    const TestAnswer group = g.router().post("/api/v1/user-groups", {{"group_name", "wave 1"}, {"batch_size", 2}, {"batch_interval_seconds", 1}});
    expect("a group", group, 201);
    QVERIFY(group.json.is_object());
    const std::string path = "/api/v1/user-groups/" + textOf(group.json, "id");
    expect("its members", g.router().send("PUT", path + "/members", "u0000001\nu0000002\nu0000003\n",
                                          {{"Content-Type", "text/plain"}, {"If-Match", "\"" + dumpJson(group.json.value("version", Json(1))) + "\""}}), 200);
    expect("its shift", g.router().post(path + "/shift", {{"reason", "the first wave"}}), 200);
    g.page("rules");
    g.press("segmentUsers");
    g.write("testerUser", QStringLiteral("u0000001"));
    g.until("the group's line", [&] {
        auto *trace = find<QAbstractItemView>(g.window(), "testerTrace");
        if (trace == nullptr || trace->model() == nullptr)
            return false;
        for (int row = 0; row < trace->model()->rowCount(); ++row)
            if (trace->model()->index(row, 2).data().toString().contains(QLatin1String("wave 1")))
                return true;
        return false;
    });
    g.shoot(QStringLiteral("11b-rules-tester-group"));
    shootTester(QStringLiteral("11c-rules-tester-group-shown"));
    g.write("testerUser", QStringLiteral("100482"));
}

// Everybody to NEW is asked for; the request is answered by somebody else while it is looked at.
void TestGallery::masterApproval()
{
    Gallery &g = *m_gallery;
    g.page("rules");
    g.press("segmentSwitches");
    g.seen("masterSwitch");
    const Json before = g.admin().get("/api/v1/switches").json;
    QVERIFY(before.is_object());
    Json wanted{{"master", "NEW"}, {"default_platform", "LEGACY"}, {"reason", "All stores are moved; <b>quiet</b> since Monday."}};
    const TestAnswer asked = g.admin().put("/api/v1/switches", wanted, dumpJson(before.at("version")));
    expect("the request", asked, 202);
    g.seen("masterWaiting");
    g.shoot(QStringLiteral("21-switches-waiting"));
    if (auto *held = g.window()->findChild<QWidget *>(QStringLiteral("heldState")))
        scrollTo(g.window(), held);
    g.shoot(QStringLiteral("21b-switches-lists"));
    g.press("reviewMaster");
    g.seen("approvalDialog");
    g.until("effects", [&] { return hasFacts("approvalEffects", 2); });
    g.write("reasonEdit", QStringLiteral("agreed with the stores"));
    g.shoot(QStringLiteral("22-master-approval"));
    g.expectRollBackOver("approvalDialog");
    expect("its end", g.admin().post("/api/v1/approvals/" + textOf(asked.json, "id") + "/reject", {{"reason", "not before the holidays"}}), 200);
    g.until("the answer", [&] {
        auto *dialog = find<QWidget>(g.window(), "approvalDialog");
        auto *reason = dialog == nullptr ? nullptr : find<QLineEdit>(dialog, "reasonEdit");
        return reason != nullptr && !reason->isEnabled();
    });
    g.shoot(QStringLiteral("23-master-rejected"));
    g.closeDialogs();
    g.press("segmentUsers");
}

// The policy's form: approval, windows and guards of every kind, well and with mistakes.
void TestGallery::policyPlans()
{
    Gallery &g = *m_gallery;
    g.page("shift");
    g.choose("policyList", toText(g.fact("policy_id")));
    g.press("editPolicy");
    g.seen("policyEditor");
    auto *editor = find<QWidget>(g.window(), "policyEditor");
    QVERIFY(editor != nullptr);
    editor->findChild<QComboBox *>(QStringLiteral("policy_approval"))->setCurrentIndex(2);
    editor->findChild<QComboBox *>(QStringLiteral("policy_second_person"))->setCurrentIndex(1);
    g.shoot(QStringLiteral("35b-policy-approval"));
    for (const int metric : {ConsistencyMetric, PromqlMetric}) {
        g.press("addGuard");
        editor->findChildren<QComboBox *>(QStringLiteral("guardMetric")).last()->setCurrentIndex(metric);
    }
    scrollTo(editor, editor->findChildren<QComboBox *>(QStringLiteral("guardSource")).last());
    g.shoot(QStringLiteral("35c-policy-guards"));
    g.press("addWindow");
    g.until("the window in sight", [&] {
        auto *zone = find<QWidget>(editor, "ruleZone");
        return zone != nullptr && !zone->visibleRegion().isEmpty();
    });
    g.shoot(QStringLiteral("35d-policy-window"));
    g.write("ruleDayFrom", QStringLiteral("25:00"));
    g.write("ruleZoneName", QStringLiteral("Europe/Atlantis"));
    scrollTo(editor, find<QWidget>(editor, "ruleZone"));
    g.shoot(QStringLiteral("35e-policy-window-mistakes"));
    g.expectRollBackOver("policyEditor");
    g.closeDialogs();
}

// A start that is set, called off, and one outside of its windows.
void TestGallery::setStarts()
{
    Gallery &g = *m_gallery;
    g.choose("policyList", toText(g.fact("policy_id")));
    g.write("targetSpin", QStringLiteral("15"));
    if (auto *spin = find<QAbstractSpinBox>(g.window(), "targetSpin"))
        QTest::keyClick(spin, Qt::Key_Return);
    g.press("applyTarget");
    g.seen("startAt");
    g.until("the counts", [&] { return hasFacts("applyFacts", 1); });
    g.write("startAt", QStringLiteral("tonight"));
    g.shoot(QStringLiteral("37b-apply-start-mistake"));
    const QDateTime start(QDate::currentDate().addDays(1), QTime(22, 0));
    g.write("startAt", start.toString(QStringLiteral("yyyy-MM-dd HH:mm")));
    g.shoot(QStringLiteral("37c-apply-start"));
    g.closeDialogs();
    // In three days, so that no window is open now.
    static constexpr std::array Days{"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
    const auto day = static_cast<std::size_t>(QDate::currentDate().addDays(3).dayOfWeek() - 1);
    Json window{{"weekdays", {Days[day]}}, {"from", "22:00"}, {"to", "23:00"}, {"time_zone", "Asia/Shanghai"}};
    const TestAnswer made = g.router().post("/api/v1/shift-policies",
        {{"policy_name", "reports"}, {"target_system", "reports"}, {"max_shift_percentage", 30}, {"change_windows", Json::array({window, window})},
         {"approval", "ABOVE"}, {"approval_above", 10}, {"second_person", true}});
    expect("a policy", made, 201);
    const std::string path = "/api/v1/shift-policies/" + textOf(made.json, "id");
    const auto state = [&] { return g.router().get(path + "/shift").json; };
    expect("its start", g.router().post(path + "/shift", {{"start_at", formatInstant(instantFromMs(start.toMSecsSinceEpoch()))}}), 200);
    g.choose("policyList", toText(textOf(made.json, "id")));
    g.until("the button of a set start", [&] { return textOf(state(), "state") == "SCHEDULED" && find<QWidget>(g.window(), "suspendButton") != nullptr; });
    g.shoot(QStringLiteral("37d-scheduled"));
    g.press("suspendButton");
    g.seen("reasonDialog");
    g.shoot(QStringLiteral("37e-call-off"));
    g.closeDialogs();
    expect("calling it off", g.router().post(path + "/suspend", {{"reason", "at once instead"}}), 200);
    expect("its start now", g.router().post(path + "/shift", {{"reason", "now"}}), 200);
    g.until("held by its windows", [&] { return textOf(state(), "held_cause") == "WINDOW"; });
    g.shoot(QStringLiteral("37f-held-window"));
    expect("its end", g.router().post(path + "/rollback", {{"target_percentage", 0}, {"reason", "enough seen"}}), 200);
    g.until("rolled back", [&] { return textOf(state(), "state") == "ROLLED_BACK"; });
    const Json now = g.router().get(path).json;
    QVERIFY(now.is_object());
    expect("its deletion", g.router().remove(path, dumpJson(now.at("version"))), 204);
    g.choose("policyList", toText(g.fact("policy_id")));
}

void TestGallery::drills()
{
    Gallery &g = *m_gallery;
    g.page("shift");
    g.press("drillPolicy");
    g.seen("drillDialog");
    g.until("what it would have done", [&] {
        auto *view = find<StateView>(g.window(), "drillState");
        return view != nullptr && view->stateName() != QLatin1String("loading");
    });
    g.shoot(QStringLiteral("43c-drill"));
    g.expectRollBackOver("drillDialog");
    g.closeDialogs();
}

} // namespace crossfade::test
