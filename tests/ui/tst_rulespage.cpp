// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/timetext.h"
#include "tests/ui/rulesdesk.h"
#include "ui/rules/testerpane.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>

using namespace crossfade;
using namespace crossfade::test;

class TestRulesPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        prepareLook();
    }
    void init() { failOnWarnings(); }

    void everyControlHasANameToBeFoundBy()
    {
        RulesDesk desk;
        for (QWidget *widget : desk.page->findChildren<QWidget *>()) {
            const bool asks = qobject_cast<QPushButton *>(widget) ||
                              qobject_cast<QComboBox *>(widget) ||
                              (qobject_cast<QLineEdit *>(widget) &&
                               !qobject_cast<QSpinBox *>(widget->parentWidget()));
            if (!asks || !widget->isVisible())
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            const auto *button = qobject_cast<QPushButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     qPrintable(widget->objectName()));
        }
    }

    void showsRulesOfOneKindAtATime()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QCOMPARE(desk.names().size(), 6);
        QCOMPARE(desk.names().first(), QStringLiteral("vip-board"));
        QVERIFY(click(desk.page.get(), "segmentSystems"));
        QCOMPARE(desk.names(), QStringList{QStringLiteral("back-office")});
        QVERIFY(click(desk.page.get(), "segmentTimes"));
        QCOMPARE(desk.state(), QStringLiteral("empty"));
        QVERIFY(click(desk.page.get(), "segmentUsers"));
        QVERIFY(type(desk.page.get(), "ruleFilter", QStringLiteral("op-44")));
        QTRY_COMPARE(desk.names(), QStringList{QStringLiteral("pilot-desk-01")});
        auto *finding = find<QLabel>(desk.page.get(), "findingName");
        QVERIFY(finding);
        QCOMPARE(finding->text(), QStringLiteral("ticket-87002"));
    }

    void addsARuleAndSavesIt()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(!find<QPushButton>(desk.page.get(), "saveEdits"));
        QVERIFY(click(desk.page.get(), "addRule"));
        QVERIFY(!find<QPushButton>(desk.page.get(), "ruleOk")->isEnabled());
        QVERIFY(type(desk.page.get(), "ruleName", QStringLiteral("ticket-1 <b>&")));
        QVERIFY(type(desk.page.get(), "ruleTarget", QStringLiteral("10 0482")));
        QVERIFY(!find<QPushButton>(desk.page.get(), "ruleOk")->isEnabled());
        shoot(find<QWidget>(nullptr, "ruleEditor"), "rules-editor");
        QVERIFY(type(desk.page.get(), "ruleTarget", QStringLiteral("100482")));
        find<QComboBox>(desk.page.get(), "rulePlatform")->setCurrentText(QStringLiteral("LEGACY"));
        find<QSpinBox>(desk.page.get(), "rulePriority")->setValue(15);
        QVERIFY(click(desk.page.get(), "ruleOk"));
        QTRY_COMPARE(desk.names().size(), 7);
        QCOMPARE(desk.names()[2], QStringLiteral("ticket-1 <b>&"));
        QCOMPARE(desk.rules->edits().count(), 1);
        desk.services.router.on("POST /api/v1/rules", [](const FakeRequest &request) {
            Json rule = request.body;
            rule["id"] = "r9";
            rule["version"] = 1;
            rule["warnings"] = Json::array();
            return FakeAnswer{201, rule};
        });
        QVERIFY(type(desk.page.get(), "reasonEdit", QStringLiteral("asked for it")));
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_COMPARE(desk.rules->edits().count(), 0);
        const auto asked = desk.services.router.asked("POST /api/v1/rules");
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0].body["target_entity"].get<std::string>(), std::string("100482"));
        QCOMPARE(asked[0].body["target_platform"].get<std::string>(), std::string("LEGACY"));
        QCOMPARE(asked[0].body["priority"].get<int>(), 15);
        QCOMPARE(asked[0].headers["x-reason"], QByteArray("asked%20for%20it"));
        QVERIFY(!asked[0].headers["idempotency-key"].isEmpty());
        QVERIFY(!find<QPushButton>(desk.page.get(), "saveEdits"));
    }

    // A rule that comes again every week: made, shown in words, tried, doubled, saved.
    void aRecurringTimeRuleIsMadeAndSaved()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(click(desk.page.get(), "segmentTimes"));
        QVERIFY(click(desk.page.get(), "addRule"));
        QVERIFY(type(desk.page.get(), "ruleName", QStringLiteral("nights")));
        QVERIFY(click(desk.page.get(), "ruleRepeats"));
        for (const char *day : {"ruleDayMON", "ruleDayTUE", "ruleDayWED", "ruleDayTHU", "ruleDayFRI", "ruleDaySAT", "ruleDaySUN"})
            QVERIFY(click(desk.page.get(), day));
        QVERIFY(type(desk.page.get(), "ruleDayFrom", QStringLiteral("02:00")));
        QVERIFY(type(desk.page.get(), "ruleDayTo", QStringLiteral("03:00")));
        QVERIFY(type(desk.page.get(), "ruleZoneName", QStringLiteral("UTC")));
        find<QComboBox>(desk.page.get(), "rulePlatform")->setCurrentText(QStringLiteral("LEGACY"));
        QVERIFY(click(desk.page.get(), "ruleOk"));
        QTRY_COMPARE(desk.names(), QStringList{QStringLiteral("nights")});
        const auto inForce = [&](int row) { return desk.table()->model()->index(row, RuleModel::InForce).data().toString(); };
        QCOMPARE(inForce(0), QStringLiteral("daily 02:00–03:00 UTC"));
        // The tester obeys it, with the edits not yet saved.
        QVERIFY(type(desk.page.get(), "testerUser", QStringLiteral("nobody")));
        QVERIFY(type(desk.page.get(), "testerAt", QStringLiteral("2026-11-21T02:30:00Z")));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerEdited"));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerEdited")->detail().contains(QStringLiteral("line 5 TIME_RULE")));
        QVERIFY(type(desk.page.get(), "testerAt", QStringLiteral("2026-11-21T03:00:00Z")));
        QTRY_VERIFY(!find<TesterVerdict>(desk.page.get(), "testerEdited")->detail().contains(QStringLiteral("TIME_RULE")));
        QVERIFY(click(desk.page.get(), "duplicateRule"));
        QTRY_COMPARE(desk.names().size(), 2);
        QCOMPARE(inForce(1), QStringLiteral("daily 02:00–03:00 UTC"));
        shoot(desk.page.get(), "rules-recurring");
        QVERIFY(click(desk.page.get(), "deleteRule"));
        desk.services.router.on("POST /api/v1/rules", [](const FakeRequest &request) {
            Json rule = request.body;
            rule.update({{"id", "r9"}, {"version", 1}, {"warnings", Json::array()}});
            return FakeAnswer{201, rule};
        });
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_COMPARE(desk.rules->edits().count(), 0);
        const Json sent = desk.services.router.asked("POST /api/v1/rules").first().body["recurrence"];
        QVERIFY2(sent == Json({{"weekdays", {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}}, {"from", "02:00"}, {"to", "03:00"},
                               {"time_zone", "UTC"}}), dumpJson(sent).c_str());
        QCOMPARE(desk.names().size(), 1); // saved, read back, and the same
        QCOMPARE(inForce(0), QStringLiteral("daily 02:00–03:00 UTC"));
    }

    void weeklyTimesAreAFieldOfAConflict()
    {
        RulesDesk desk;
        const auto rule = [](const char *from, int version) {
            Json json = ruleJson("t1", "nights", "", "NEW", 10, version);
            json.update({{"config_type", "TIME_BASED"}, {"target_entity", nullptr}});
            json["recurrence"] = {{"weekdays", {"SAT", "SUN"}}, {"from", from}, {"to", "06:00"}, {"time_zone", "UTC"}};
            return json;
        };
        desk.services.router.on("GET /api/v1/rules", listOf(Json::array({rule("22:00", 1)})));
        QVERIFY(desk.connect());
        desk.services.router.on("PUT /api/v1/rules/t1", [](const FakeRequest &) { return problem(412, "version 2 is stored"); });
        desk.services.router.on("GET /api/v1/rules/t1", rule("23:00", 2));
        RuleInput mine = *desk.rules->edits().current("t1");
        QVERIFY(mine.recurrence.has_value());
        mine.recurrence->timeZone = "Europe/Berlin";
        desk.rules->change(QStringLiteral("t1"), mine);
        QCOMPARE(desk.rules->edits().count(), 1);
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "conflictMerge"));
        auto *theirs = find<QRadioButton>(desk.page.get(), "conflictTheirs.recurrence");
        QVERIFY(theirs != nullptr);
        QCOMPARE(theirs->text(), QStringLiteral("Sat, Sun 23:00–06:00 UTC"));
        QVERIFY(find<QRadioButton>(desk.page.get(), "conflictMine.recurrence")->isChecked());
        QTest::mouseClick(theirs, Qt::LeftButton, {}, QPoint(8, theirs->height() / 2));
        QVERIFY(theirs->isChecked());
        QVERIFY(click(desk.page.get(), "conflictMerge"));
        QCOMPARE(desk.rules->edits().count(), 0); // theirs is what is saved
    }

    void badFieldsOfTheServiceComeBackToTheirFields()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        desk.services.router.on("POST /api/v1/rules", [](const FakeRequest &) {
            return problem(422, "the name is taken", {{"/config_name", "is taken by r1"}});
        });
        QVERIFY(desk.add(QStringLiteral("vip-board"), QStringLiteral("x")));
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_VERIFY(find<QLineEdit>(desk.page.get(), "ruleName"));
        QCOMPARE(desk.rules->edits().count(), 1);
        QWidget *editor = find<QWidget>(nullptr, "ruleEditor");
        bool told = false;
        for (QLabel *label : editor->findChildren<QLabel *>())
            told = told || (label->isVisible() && label->text().contains(QStringLiteral("is taken by r1")));
        QVERIFY(told);
        QVERIFY(click(desk.page.get(), "ruleCancel"));
    }

    void aConflictIsMergedFieldByField()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        Json theirs = ruleJson("r3", "pilot-desk-01", "op-4471", "NEW", 33, 2);
        theirs["changed_by"] = "operator-7";
        desk.services.router.on("PUT /api/v1/rules/r3", [&](const FakeRequest &request) {
            if (request.headers["if-match"].contains("1"))
                return problem(412, "version 2 is stored");
            Json saved = request.body;
            saved["id"] = "r3";
            saved["version"] = 3;
            return FakeAnswer{200, saved};
        });
        desk.services.router.on("GET /api/v1/rules/r3", theirs);
        RuleInput mine = *desk.rules->edits().current("r3");
        mine.platform = Platform::Legacy;
        desk.rules->change(QStringLiteral("r3"), mine);
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "conflictMerge"));
        shoot(find<QWidget>(nullptr, "conflictDialog"), "rules-conflict");
        // Each side's own change is preset.
        QVERIFY(find<QRadioButton>(desk.page.get(), "conflictMine.platform")->isChecked());
        QVERIFY(find<QRadioButton>(desk.page.get(), "conflictTheirs.priority")->isChecked());
        QVERIFY(click(desk.page.get(), "conflictMerge"));
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_COMPARE(desk.rules->edits().count(), 0);
        const auto asked = desk.services.router.asked("PUT /api/v1/rules/r3");
        QCOMPARE(asked.size(), 2);
        QCOMPARE(asked[1].headers["if-match"], QByteArray("\"2\""));
        QCOMPARE(asked[1].body["target_platform"].get<std::string>(), std::string("LEGACY"));
        QCOMPARE(asked[1].body["priority"].get<int>(), 33);
    }

    void aDeletionOfWhatOthersChangedIsAskedAsOne()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        desk.services.router.on("DELETE /api/v1/rules/r3", [](const FakeRequest &) { return problem(412, "version 2 is stored"); });
        desk.services.router.on("GET /api/v1/rules/r3", ruleJson("r3", "pilot-desk-01", "op-4471", "LEGACY", 33, 2));
        desk.page->showObject(QStringLiteral("rule:r3"));
        QVERIFY(click(desk.page.get(), "deleteRule"));
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "conflictMerge"));
        shoot(find<QWidget>(nullptr, "conflictDialog"), "rules-conflict-deletion");
        QCOMPARE(find<QPushButton>(desk.page.get(), "conflictMerge")->text(), QStringLiteral("Delete it all the same"));
        QVERIFY(!find<QRadioButton>(desk.page.get(), "conflictMine.platform")); // there is nothing to merge
        QVERIFY(click(desk.page.get(), "conflictTheirs"));
        QCOMPARE(desk.rules->edits().count(), 0);
        QCOMPARE(desk.rules->model()->rowOf(QStringLiteral("r3"))->input.priority, 33);
    }

    void anEditorThatStoodOpenOverwritesNothing()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        desk.page->showObject(QStringLiteral("rule:r3"));
        QTest::keyClick(desk.table(), Qt::Key_Return);
        QTRY_VERIFY(find<QLineEdit>(desk.page.get(), "ruleTarget"));
        desk.services.router.push("rule.changed", Json{{"rule", ruleJson("r3", "pilot-desk-01", "op-4471", "LEGACY", 33, 2)},
                                                       {"id", "r3"}, {"deleted", false}});
        QTRY_COMPARE(desk.rules->model()->rowOf(QStringLiteral("r3"))->input.priority, 33);
        QVERIFY(type(desk.page.get(), "ruleTarget", QStringLiteral("op-9")));
        QVERIFY(click(desk.page.get(), "ruleOk"));
        desk.services.router.on("PUT /api/v1/rules/r3", [](const FakeRequest &) { return problem(412, "version 2 is stored"); });
        desk.services.router.on("GET /api/v1/rules/r3", ruleJson("r3", "pilot-desk-01", "op-4471", "LEGACY", 33, 2));
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "conflictMerge"));
        QCOMPARE(desk.services.router.asked("PUT /api/v1/rules/r3").first().headers["if-match"], QByteArray("\"1\""));
        QVERIFY(find<QRadioButton>(desk.page.get(), "conflictTheirs.priority")->isChecked());
        QVERIFY(find<QRadioButton>(desk.page.get(), "conflictMine.target")->isChecked());
        QVERIFY(click(desk.page.get(), "conflictLater"));
    }

    void undoTakesBackTheLastSavedEditOnly()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(!desk.page->undo());
        desk.services.router.on("PUT /api/v1/rules/r1", [](const FakeRequest &request) {
            Json saved = request.body;
            saved["id"] = "r1";
            saved["version"] = 2;
            return FakeAnswer{200, saved};
        });
        // The toggle in the table, by a real click.
        const QModelIndex cell = desk.table()->model()->index(0, RuleModel::Active);
        QTest::mouseClick(desk.table()->viewport(), Qt::LeftButton, {},
                          desk.table()->visualRect(cell).center());
        QTRY_COMPARE(desk.rules->edits().count(), 1);
        QVERIFY(click(desk.page.get(), "saveEdits"));
        QTRY_COMPARE(desk.rules->edits().count(), 0);
        QVERIFY(desk.page->undo());
        QTRY_COMPARE(desk.services.router.asked("PUT /api/v1/rules/r1").size(), 2);
        const auto asked = desk.services.router.asked("PUT /api/v1/rules/r1");
        QCOMPARE(asked[0].body["active"].get<bool>(), false);
        QCOMPARE(asked[1].body["active"].get<bool>(), true);
        QCOMPARE(asked[1].headers["if-match"], QByteArray("\"2\""));
        QVERIFY(!desk.page->undo());
    }

    void previewTellsWhoMoves()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.add(QStringLiteral("ticket"), QStringLiteral("100482")));
        QVERIFY(click(desk.page.get(), "previewEdits"));
        QTRY_VERIFY(find<QLabel>(desk.page.get(), "previewFacts"));
        shoot(find<QWidget>(nullptr, "previewDialog"), "rules-preview");
        // Unknown is said, never 0.
        QVERIFY(find<QLabel>(desk.page.get(), "previewFacts")->text().contains(QStringLiteral("unknown")));
        const auto asked = desk.services.router.asked("POST /api/v1/previews");
        QCOMPARE(asked[0].body["changes"][0]["kind"].get<std::string>(), std::string("rule.put"));
        QVERIFY(click(desk.page.get(), "previewClose"));
    }

    void previewShowsTheWarningsOfTheEdits()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.add(QStringLiteral("ticket"), QStringLiteral("100482")));
        desk.services.router.on("POST /api/v1/previews", [](const FakeRequest &) {
            Json none{{"count", 0}, {"by_reason", Json::object()}};
            Json warning{{"config_name", "ticket <b>"}, {"code", "SPLITS_READS_WRITES"}, {"rule_id", nullptr}, {"pointer", nullptr},
                         {"message", "The rule splits the reads and writes of one user: view (GET /a) goes to NEW, "
                                     "change (PUT /a) to LEGACY."}};
            return FakeAnswer{201, Json{{"id", "p"}, {"known_users", 0}, {"to_new", none}, {"to_legacy", none},
                                        {"held", nullptr}, {"stranded_writes", nullptr},
                                        {"sample_to_new", Json::array()}, {"sample_to_legacy", Json::array()},
                                        {"warnings", Json::array({warning})}}};
        });
        QVERIFY(click(desk.page.get(), "previewEdits"));
        QTRY_VERIFY(find<QPlainTextEdit>(nullptr, "previewWarnings"));
        const QString shown = find<QPlainTextEdit>(nullptr, "previewWarnings")->toPlainText();
        QVERIFY2(shown.contains(QStringLiteral("“ticket <b>”: It splits one user's reads and writes")), qPrintable(shown));
        QVERIFY2(shown.contains(QStringLiteral("view (GET /a) goes to NEW, change (PUT /a) to LEGACY")), qPrintable(shown));
        shoot(find<QWidget>(nullptr, "previewDialog"), "rules-preview-warnings");
        QVERIFY(click(desk.page.get(), "previewClose"));
    }

    // There are more lines than the tester has room for.
    void theLineThatDecidedIsInView()
    {
        RulesDesk desk;
        desk.services.router.on("POST /api/v1/decisions",
                                Json{{"decisions", Json::array({decisionJson("LEGACY", "11", "DEFAULT_ROUTING")})}});
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "testerUser", QStringLiteral("100482")));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerResult"));
        auto *lines = find<QAbstractItemView>(desk.page.get(), "testerTrace");
        QVERIFY(lines);
        QTRY_COMPARE(lines->currentIndex().row(), 14);
        QVERIFY(lines->viewport()->height() < 15 * lines->visualRect(lines->currentIndex()).height());
        QTRY_VERIFY(lines->viewport()->rect().contains(lines->visualRect(lines->currentIndex())));
    }

    void theTesterAnswersNowAndWithTheEdits()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "testerUser", QStringLiteral("100482")));
        QVERIFY(type(desk.page.get(), "testerSystem", QStringLiteral("auth-web")));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerResult"));
        QTRY_COMPARE(find<TesterVerdict>(desk.page.get(), "testerResult")->text(), QStringLiteral("NEW"));
        QVERIFY(!find<TesterVerdict>(desk.page.get(), "testerEdited"));
        QTRY_VERIFY(find<QLabel>(desk.page.get(), "testerSince"));
        QVERIFY(find<QLabel>(desk.page.get(), "testerSince")->text().startsWith(QStringLiteral("On NEW since")));
        // A move of long ago says its day.
        const Instant moved = *parseInstant("2026-11-21T13:02:11.000Z");
        const QString day = shortTime(moved, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        QVERIFY2(find<QLabel>(desk.page.get(), "testerSince")->text().contains(day), qPrintable(day));
        RuleInput input;
        input.name = "ticket-88143";
        input.target = "100482";
        input.platform = Platform::Legacy;
        desk.rules->add(input);
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerEdited"));
        auto *edited = find<TesterVerdict>(desk.page.get(), "testerEdited");
        QCOMPARE(edited->text(), QStringLiteral("LEGACY"));
        QVERIFY2(edited->detail().contains(QStringLiteral("line 3 USER_RULE")), qPrintable(edited->detail()));
        desk.page->showObject(QStringLiteral("rule:r3"));
        shoot(desk.page.get(), "rules");
        desk.rules->discard();
        QTRY_VERIFY(!find<TesterVerdict>(desk.page.get(), "testerEdited"));
        // A page that is built anew asks what the session answers.
        desk.page = std::make_unique<RulesPage>(desk.rules.get(), desk.switches.get(), desk.tester.get(), desk.approvals.get());
        desk.page->resize(pageSize());
        desk.page->show();
        QCOMPARE(find<QLineEdit>(desk.page.get(), "testerUser")->text(), QStringLiteral("op-4471"));
        QCOMPARE(find<QLineEdit>(desk.page.get(), "testerSystem")->text(), QStringLiteral("auth-web"));
        QVERIFY(!find<QWidget>(desk.page.get(), "testerStale"));
        desk.services.router.stop();
        QTRY_VERIFY(find<QWidget>(desk.page.get(), "testerStale"));
    }

    void aUserOfAGroupStaysWithItWhateverElseIsEdited()
    {
        RulesDesk desk;
        // As the router tells it of somebody whose batch has moved.
        IdSetBuilder members(1);
        members.add("100482");
        GroupCover group;
        group.id = "g1";
        group.name = "wave 1";
        group.members = std::make_shared<const IdSet>(*members.build());
        group.moved = std::make_shared<const std::vector<bool>>(1, true);
        const Snapshot snapshot = Snapshot().changed(GroupChange{group.id, group}, 7);
        DecisionRequest request;
        request.userId = "100482";
        request.at = instantFromMs(QDateTime::currentMSecsSinceEpoch());
        Json decision = decisionJson("NEW", "9", "USER_GROUP");
        decision["trace"] = Json::array();
        for (const TraceLine &line : traceDecision(snapshot, request))
            decision["trace"].push_back({{"line", line.line}, {"condition", line.condition}, {"applies", line.applies},
                                         {"decides", line.decides}, {"detail", line.detail}, {"found", nullptr}});
        desk.services.router.on("POST /api/v1/decisions", Json{{"decisions", Json::array({decision})}});
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "testerUser", QStringLiteral("100482")));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerResult"));
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerResult")->detail().contains(QStringLiteral("line 9 USER_GROUP")));
        RuleInput other;
        other.name = "somebody else";
        other.target = "op-4471";
        other.platform = Platform::Legacy;
        desk.rules->add(other);
        QTRY_VERIFY(find<TesterVerdict>(desk.page.get(), "testerEdited"));
        auto *edited = find<TesterVerdict>(desk.page.get(), "testerEdited");
        QCOMPARE(edited->text(), QStringLiteral("NEW"));
        QVERIFY2(edited->detail().contains(QStringLiteral("line 9 USER_GROUP")), qPrintable(edited->detail()));
    }

    void ofManyMovesTheLastAreTold()
    {
        RulesDesk desk;
        Json moves = Json::array();
        for (int i = 1; i <= 8; ++i) // as the router has them: the oldest first
            moves.push_back({{"at", "2026-11-0" + std::to_string(i) + "T13:02:11.000Z"}, {"from", i % 2 ? "LEGACY" : "NEW"},
                             {"to", i % 2 ? "NEW" : "LEGACY"}, {"cause", "move " + std::to_string(i)}, {"actor", "operator-1"},
                             {"reason", ""}, {"epoch", i}});
        desk.services.router.on("GET /api/v1/users/*",
                                Json{{"user_id", "100482"}, {"known", true}, {"since", "2026-11-08T13:02:11.000Z"},
                                     {"changed_by", "operator-1"}, {"change_reason", ""}, {"history", moves}});
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "testerUser", QStringLiteral("100482")));
        const auto told = [&] {
            QStringList all;
            for (const QLabel *label : find<QWidget>(desk.page.get(), "tester")->findChildren<QLabel *>())
                if (label->isVisible() && label->text().contains(QStringLiteral("move ")))
                    all << label->text().section(QStringLiteral("move "), 1).left(1);
            return all.join(QString());
        };
        QTRY_COMPARE(told(), QStringLiteral("876543"));
    }

    void withoutTheRoleNothingCanBeEdited()
    {
        RulesDesk desk({QStringLiteral("viewer")});
        QVERIFY(desk.connect());
        QVERIFY(!find<QPushButton>(desk.page.get(), "addRule")->isEnabled());
        QVERIFY(find<QPushButton>(desk.page.get(), "addRule")->toolTip().contains(QStringLiteral("operator")));
        const QModelIndex cell = desk.table()->model()->index(0, RuleModel::Active);
        QTest::mouseClick(desk.table()->viewport(), Qt::LeftButton, {},
                          desk.table()->visualRect(cell).center());
        QCOMPARE(desk.rules->edits().count(), 0);
    }

    void loadingErrorAndStaleAreShown()
    {
        RulesDesk desk;
        QCOMPARE(desk.state(), QStringLiteral("loading"));
        desk.services.router.on("GET /api/v1/rules",
                                [](const FakeRequest &) { return problem(503, "the store is busy"); });
        desk.services.open();
        QTRY_COMPARE(desk.state(), QStringLiteral("error"));
        shoot(desk.page.get(), "rules-error");
        setUpRouter(desk.services.router);
        desk.page->refresh();
        QTRY_COMPARE(desk.state(), QStringLiteral("full"));
        desk.services.router.stop();
        QTRY_VERIFY(!find<QPushButton>(desk.page.get(), "addRule")->isEnabled());
        QCOMPARE(desk.state(), QStringLiteral("full"));
        shoot(desk.page.get(), "rules-stale");
    }

    void eventsOfOthersArriveAndKeepTheSelection()
    {
        RulesDesk desk;
        QVERIFY(desk.connect());
        desk.page->showObject(QStringLiteral("rule:r3"));
        QTRY_VERIFY(desk.services.router.hasStream());
        desk.services.router.push("rule.changed",
                                  Json{{"rule", ruleJson("r8", "aaa-first", "u8", "NEW", 1)},
                                       {"id", "r8"}, {"deleted", false}});
        QTRY_COMPARE(desk.names().size(), 7);
        QCOMPARE(desk.table()->currentIndex().data(RuleModel::IdRole).toString(), QStringLiteral("r3"));
        desk.services.router.push("rule.changed", Json{{"rule", nullptr}, {"id", "r1"}, {"deleted", true}});
        QTRY_COMPARE(desk.names().size(), 6);
        QCOMPARE(desk.table()->currentIndex().data(RuleModel::IdRole).toString(), QStringLiteral("r3"));
    }
};

QTEST_MAIN(TestRulesPage)
#include "tst_rulespage.moc"
