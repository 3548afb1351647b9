// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The traffic shift: asked for, running, breaching, rolled back.
#include "tests/ui/gallery/tst_gallery.h"

#include "ui/shared/chart.h"

#include <QComboBox>
#include <QScrollArea>
#include <QScrollBar>

namespace crossfade::test {

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
    if (auto *comparison = find<QComboBox>(g.window(), "guardComparison"))
        comparison->setCurrentIndex(2); // against the other platform
    g.shoot(QStringLiteral("33b-policy-editor-relative"));
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
}

void TestGallery::shiftStarts()
{
    Gallery &g = *m_gallery;
    g.write("targetSpin", QStringLiteral("15"));
    if (auto *spin = find<QAbstractSpinBox>(g.window(), "targetSpin"))
        QTest::keyClick(spin, Qt::Key_Return);
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

} // namespace crossfade::test
