// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the console over a real sandbox: every page, dialog and state, each a picture (see gallery.h).
#include "tests/ui/gallery/tst_gallery.h"

#include "models/session/sandboxprocess.h"
#include "ui/shared/stateview.h"

#include <QTimer>

namespace crossfade::test {

void TestGallery::initTestCase()
{
    m_gallery = std::make_unique<Gallery>();
    QVERIFY(m_gallery->window() != nullptr);
}

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
    g.press("runPart");
    g.shoot(QStringLiteral("64-run-part-sample"));
    g.press("runPartChanges");
    g.shoot(QStringLiteral("64a-run-part-changes"));
    g.press("runPartIds");
    g.write("runIds", QStringLiteral("100482, 100517"));
    g.shoot(QStringLiteral("64b-run-part-ids"));
    g.expectRollBackOver("runPartDialog");
    g.closeDialogs();
    g.press("proposeRepairs");
    g.seen("proposeFacts");
    g.shoot(QStringLiteral("64c-propose-repairs"));
    g.expectRollBackOver("proposeDialog");
    g.closeDialogs();
    g.write("reasonEdit", QStringLiteral("LEGACY is right here"));
    g.press("repairDifference");
    g.until("a repair", [&] {
        const Json list = g.comparator().get("/api/v1/repairs?limit=5").json;
        return list.is_object() && !list.value("items", Json::array()).empty();
    });
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

} // namespace crossfade::test

QTEST_MAIN(crossfade::test::TestGallery)
