// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/session/shiftdata.h"
#include "tests/ui/rulesdesk.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

using namespace crossfade;
using namespace crossfade::test;

class TestSwitches : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void everySwitchIsSavedAsItIsShown()
    {
        RulesDesk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        QTRY_VERIFY(find<QWidget>(desk.page.get(), "dualWriteOn"));
        for (const char *on : {"dualWriteOn", "aggregationOn", "insertsToNewOn"})
            QVERIFY(click(desk.page.get(), on));
        auto *threshold = find<QLineEdit>(desk.page.get(), "idThreshold");
        QVERIFY(type(desk.page.get(), "idThreshold", QStringLiteral("12x")));
        auto *save = find<QPushButton>(desk.page.get(), "saveSwitches");
        QVERIFY(!save->isEnabled());
        QVERIFY(save->toolTip().contains(QStringLiteral("whole number")));
        QVERIFY(type(desk.page.get(), "idThreshold", QStringLiteral("500000")));
        QVERIFY(save->isEnabled()); // none of these changes who serves everybody
        desk.page->findChild<QDoubleSpinBox *>(QStringLiteral("readCompare"))->setValue(2.5);
        // Forward only is for administrators.
        QVERIFY(click(desk.page.get(), "forwardOnlyOn"));
        QVERIFY(!save->isEnabled());
        QVERIFY(save->toolTip().contains(QStringLiteral("admin")));
        QVERIFY(click(desk.page.get(), "forwardOnlyOff"));
        Json stored = switchesJson("OFF", "LEGACY", 4);
        stored.update({{"dual_write", true}, {"aggregation", true}, {"inserts_to_new", true},
                       {"id_threshold", 500000}, {"read_compare_percent", 2.5}});
        desk.services.router.on("PUT /api/v1/switches", stored);
        QVERIFY(click(desk.page.get(), "saveSwitches"));
        QTRY_VERIFY(!desk.switches->isEdited());
        const Json body = desk.services.router.asked("PUT /api/v1/switches")[0].body;
        for (const char *name : {"dual_write", "aggregation", "inserts_to_new"})
            QVERIFY(body[name] == Json(true));
        QVERIFY(body["forward_only"] == Json(false));
        QVERIFY(body["id_threshold"] == Json(500000));
        QVERIFY(body["read_compare_percent"] == Json(2.5));
        // An emptied threshold is none, not 0.
        QVERIFY(type(desk.page.get(), "idThreshold", QString()));
        QVERIFY(desk.switches->isEdited());
        QVERIFY(!desk.switches->wanted().idThreshold);
        QVERIFY(click(desk.page.get(), "discardSwitches"));
        QTRY_COMPARE(threshold->text(), QStringLiteral("500000"));
    }

    void whatStandsBehindTheSwitchesIsTold()
    {
        RulesDesk desk({QStringLiteral("viewer")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        const auto says = [&](const char *name) { return desk.page->findChild<QLabel *>(QLatin1String(name))->text(); };
        QTRY_COMPARE(says("heldState"), QStringLiteral("Nobody is known yet: the comparator pushes them."));
        QTRY_COMPARE(says("grayListsState"), QStringLiteral("pilot (entities: 120, enforced); vip (users: 12)"));
        desk.services.router.push("held.changed", {{"held", {{"users", 1200}, {"entities", 3}, {"complete", false}, {"updated_at", at(-60)}}}});
        QTRY_VERIFY2(says("heldState").startsWith(QStringLiteral("Known users: 1\u202F200, entities: 3, not complete · ")), qPrintable(says("heldState")));
        desk.services.router.push("gray_list.changed", {{"name", "pilot"}, {"deleted", true}, {"list", nullptr}});
        desk.services.router.push("gray_list.changed", {{"name", "desk"}, {"deleted", false}, {"list", {{"name", "desk"}, {"kind", "INTERFACE"},
                                                                                                       {"enforced", false}, {"entries", 1}}}});
        QTRY_COMPARE(says("grayListsState"), QStringLiteral("desk (interfaces: 1); vip (users: 12)"));
        shoot(desk.page.get(), "rules-switches-known");
    }

    // It says why it cannot be switched on, and what may not be taken from under it.
    void whatLegacyDoesNotKnowNeedsTwoThings()
    {
        RulesDesk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        auto *toggle = desk.page->findChild<QWidget *>(QStringLiteral("notInLegacy"));
        auto *text = desk.page->findChild<QLabel *>(QStringLiteral("notInLegacyState"));
        QTRY_VERIFY(toggle->isVisible() && text->isVisible());
        QVERIFY(!toggle->isEnabled());
        QVERIFY(toggle->toolTip().contains(QStringLiteral("inserts")));
        QVERIFY(click(desk.page.get(), "insertsToNewOn"));
        QTRY_VERIFY(toggle->toolTip().contains(QStringLiteral("index")));
        QVERIFY(!toggle->isEnabled());
        desk.services.router.push("key_index.changed", Json{{"key_index", {{"keys", 20'000}, {"complete", true}, {"updated_at", at(-60)}}}});
        QTRY_VERIFY(toggle->isEnabled());
        QVERIFY2(text->text().startsWith(QStringLiteral("Keys in the index: 20\u202F000 · ")), qPrintable(text->text()));
        QVERIFY(click(desk.page.get(), "notInLegacyOn"));
        QVERIFY(click(desk.page.get(), "holdInconsistentOn"));
        auto *save = find<QPushButton>(desk.page.get(), "saveSwitches");
        QVERIFY(save->isEnabled());
        shoot(desk.page.get(), "rules-switches-lists");
        Json stored = switchesJson("OFF", "LEGACY", 4);
        stored.update({{"inserts_to_new", true}, {"not_in_legacy_to_new", true}, {"hold_inconsistent", true}});
        desk.services.router.on("PUT /api/v1/switches", stored);
        QVERIFY(click(desk.page.get(), "saveSwitches"));
        QTRY_VERIFY(!desk.switches->isEdited());
        const Json body = desk.services.router.asked("PUT /api/v1/switches")[0].body;
        QVERIFY(body["not_in_legacy_to_new"] == Json(true));
        QVERIFY(body["hold_inconsistent"] == Json(true));
        // An index that is lost later takes nothing away, but inserts must stay.
        desk.services.router.push("key_index.changed", Json{{"key_index", {{"keys", 2}, {"complete", false}}}});
        QVERIFY(click(desk.page.get(), "insertsToNewOff"));
        QTRY_VERIFY(!save->isEnabled());
        QVERIFY(save->toolTip().contains(QStringLiteral("inserts")));
        QVERIFY(toggle->isEnabled());
        QVERIFY(click(desk.page.get(), "notInLegacyOff"));
        QTRY_VERIFY(save->isEnabled());
    }

    // What the router found of this request stands when a switch is tried out here.
    void aSwitchIsTriedOutWithWhatTheRouterFound()
    {
        RulesDesk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        Json answer = decisionJson("NEW", "10b", "PERCENTAGE");
        answer["trace"].insert(answer["trace"].begin() + 5,
                               Json{{"line", "7"}, {"condition", "held"}, {"applies", false}, {"decides", false},
                                    {"detail", "User 100482 has a confirmed difference."}, {"found", true}});
        desk.services.router.on("POST /api/v1/decisions", Json{{"decisions", Json::array({answer})}});
        TesterInput input;
        input.user = "100482";
        desk.tester->setInput(input);
        QTRY_VERIFY(desk.tester->now());
        QVERIFY(!desk.tester->edited());
        Switches wanted = desk.switches->wanted();
        wanted.holdInconsistent = true;
        desk.switches->want(wanted);
        QTRY_VERIFY(desk.tester->edited());
        QCOMPARE(desk.tester->edited()->reason, std::string("HELD_INCONSISTENT"));
        QCOMPARE(desk.tester->edited()->line, std::string("7"));
        // Nothing is known of another request until the router answered.
        input.user = "100483";
        desk.tester->setInput(input);
        QVERIFY(desk.tester->edited()->reason != "HELD_INCONSISTENT");
    }

    // Everybody to NEW is asked for, not done; who asked is shown until it is answered.
    void everybodyToNewIsAskedFor()
    {
        RulesDesk desk({QStringLiteral("admin")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        QVERIFY(!find<QWidget>(desk.page.get(), "masterWaiting") || !find<QWidget>(desk.page.get(), "masterWaiting")->isVisible());
        QVERIFY(click(desk.page.get(), "masterNew"));
        auto *save = find<QPushButton>(desk.page.get(), "saveSwitches");
        QCOMPARE(save->text(), QStringLiteral("Ask a second person…"));
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("All stores are moved")));
        const Json asked = masterApprovalJson("OPEN", "operator-1", false);
        desk.services.router.on("PUT /api/v1/switches", [&](const FakeRequest &) {
            desk.services.router.push("approval.opened", {{"approval", asked}});
            return FakeAnswer{202, asked};
        });
        QSignalSpy opened(desk.page.get(), &RulesPage::approvalRequested);
        QVERIFY(click(desk.page.get(), "saveSwitches"));
        QTRY_VERIFY(find<QWidget>(desk.page.get(), "masterWaiting") && find<QWidget>(desk.page.get(), "masterWaiting")->isVisible());
        QTRY_VERIFY(!desk.switches->isEdited());
        QVERIFY(desk.switches->saved().master == Master::Off); // nothing is changed yet
        QVERIFY(!desk.switches->canUndo());
        const QString text = find<QLabel>(desk.page.get(), "masterWaitingText")->text();
        QVERIFY(text.startsWith(QStringLiteral("Set master from OFF to NEW? Asked by operator-1 at ")));
        QVERIFY(text.contains(QStringLiteral("<b>quiet</b>"))); // as it was written
        shoot(desk.page.get(), "rules-switches-waiting");
        QVERIFY(click(desk.page.get(), "reviewMaster"));
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("a-m"));
        // A second request is not made while the first is open; LEGACY is a rollback and waits for nobody.
        QVERIFY(click(desk.page.get(), "masterNew"));
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("again")));
        QVERIFY(!save->isEnabled());
        QVERIFY(save->toolTip().contains(QStringLiteral("asked already")));
        QVERIFY(click(desk.page.get(), "masterLegacy"));
        QVERIFY(save->isEnabled());
        QCOMPARE(save->text(), QStringLiteral("Set master to LEGACY"));
        desk.services.router.push("approval.closed", {{"approval", masterApprovalJson("REJECTED", "operator-1", false)}});
        QTRY_VERIFY(!find<QWidget>(desk.page.get(), "masterWaiting") || !find<QWidget>(desk.page.get(), "masterWaiting")->isVisible());
    }

    // The router has done it although its store does not answer: said, and nothing is taken for stored.
    void legacyWithoutTheStoreIsSaid()
    {
        RulesDesk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        QVERIFY(click(desk.page.get(), "masterLegacy"));
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("NEW is down")));
        desk.services.router.on("PUT /api/v1/switches", [](const FakeRequest &) {
            return FakeAnswer{202, {{"id", "r-1"}, {"scope", "SWITCHES"}, {"master_to_legacy", true}, {"stored", false}}};
        });
        QSignalSpy reported(&desk.services.connection, &Connection::activity);
        QVERIFY(click(desk.page.get(), "saveSwitches"));
        QTRY_COMPARE(reported.count(), 1);
        QVERIFY(reported.first().first().toString().startsWith(QLatin1String("done at this router; not yet stored")));
        QTRY_VERIFY(!desk.switches->isEdited());
        QVERIFY(desk.switches->saved().master == Master::Off);
        QVERIFY(!desk.switches->canUndo());
    }

    void switchesNeedAReasonAndARole()
    {
        RulesDesk desk({QStringLiteral("operator")});
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentSwitches"));
        QVERIFY(click(desk.page.get(), "masterLegacy"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "saveSwitches"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "saveSwitches")->isEnabled());
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("NEW is down")));
        shoot(desk.page.get(), "rules-switches");
        QVERIFY(find<QPushButton>(desk.page.get(), "saveSwitches")->isEnabled());
        QVERIFY(click(desk.page.get(), "masterNew"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "saveSwitches")->isEnabled());
        QVERIFY(find<QPushButton>(desk.page.get(), "saveSwitches")->toolTip().contains(QStringLiteral("admin")));
        QVERIFY(click(desk.page.get(), "masterLegacy"));
        desk.services.router.on("PUT /api/v1/switches", switchesJson("LEGACY", "LEGACY", 4));
        QVERIFY(click(desk.page.get(), "saveSwitches"));
        QTRY_VERIFY(!desk.switches->isEdited());
        const auto asked = desk.services.router.asked("PUT /api/v1/switches");
        QCOMPARE(asked[0].body["reason"].get<std::string>(), std::string("NEW is down"));
        QCOMPARE(asked[0].headers["if-match"], QByteArray("\"3\""));
    }
};

QTEST_MAIN(TestSwitches)
#include "tst_switches.moc"
