// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Routing rules: tables, tester, editor, preview, conflicts, switches.
#include "tests/ui/gallery/tst_gallery.h"

#include "ui/shared/buttons.h"

#include <QDateTime>
#include <QFile>
#include <QFileDialog>
#include <QTimeZone>

namespace crossfade::test {

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
    // Never while the gallery is walked: in its hours nobody is served by NEW, and no shift goes on.
    const QTimeZone berlin("Europe/Berlin");
    const int hour = QDateTime::currentDateTimeUtc().toTimeZone(berlin).time().hour();
    const bool byDay = hour >= 20 || hour < 6;
    const TestAnswer nights = m_gallery->router().post(
        "/api/v1/rules", {{"config_name", "quiet nights"}, {"config_type", "TIME_BASED"}, {"target_platform", "LEGACY"},
                          {"priority", 90}, {"reason", "batch jobs of the old system"},
                          {"recurrence", {{"weekdays", {"MON", "TUE", "WED", "THU", "FRI"}}, {"from", byDay ? "10:00" : "22:00"},
                                          {"to", byDay ? "16:00" : "06:00"}, {"time_zone", berlin.id().toStdString()}}}});
    if (nights.status != 201)
        m_gallery->note(QStringLiteral("no recurring rule: %1").arg(toText(nights.body)));
}

// In a low window the tester comes by a button, until the window is large again.
void TestGallery::shootTester(const QString &name)
{
    m_gallery->window()->resize(1280, 720);
    QCoreApplication::processEvents();
    m_gallery->press("toggleTester");
    m_gallery->shoot(name);
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
    shootTester(QStringLiteral("11-rules-tester-toggled"));
    g.press("segmentSystems");
    g.shoot(QStringLiteral("12-rules-systems"));
    g.press("segmentTimes");
    g.shoot(QStringLiteral("13-rules-times"));
    recurringRule();
    g.press("segmentUsers");
}

// The editor of a rule that comes again every week, well and with every mistake it can have.
void TestGallery::recurringRule()
{
    Gallery &g = *m_gallery;
    g.choose("rulesTable", QStringLiteral("quiet nights"));
    auto *table = find<QAbstractItemView>(g.window(), "rulesTable");
    QVERIFY(table != nullptr);
    QTest::keyClick(table, Qt::Key_Return);
    g.seen("ruleEditor");
    g.shoot(QStringLiteral("13b-rule-editor-recurring"));
    for (const char *day : {"ruleDayMON", "ruleDayTUE", "ruleDayWED", "ruleDayTHU", "ruleDayFRI"})
        g.press(day);
    g.write("ruleDayFrom", QStringLiteral("25:00"));
    g.write("ruleZoneName", QStringLiteral("Europe/Atlantis"));
    g.shoot(QStringLiteral("13c-rule-editor-recurring-mistakes"));
    g.expectRollBackOver("ruleEditor");
    g.closeDialogs();
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

void TestGallery::ruleFiles()
{
    Gallery &g = *m_gallery;
    QTemporaryDir folder;
    const auto import = [&](const char *name, const QByteArray &rows) {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("id,config_name,config_type,target_entity,target_platform,priority,end_time\n" + rows);
        file.close();
        g.press("importRules");
        g.seen("importFileDialog");
        auto *dialog = find<QFileDialog>(g.window(), "importFileDialog");
        QVERIFY(dialog != nullptr);
        Q_EMIT dialog->fileSelected(file.fileName());
        dialog->close();
        g.seen("importDialog");
        g.until("a report", [&] { return !find<QWidget>(g.window(), "importState")->property("state").toString().contains(QLatin1String("loading")); });
    };
    import("wave-7.csv", ",wave-7-desk,USER_BASED,op-4471,LEGACY,10,\n,wave-7-shop,USER_BASED,shop 12,NEW,100,\n"
                         ",wave-7-late,USER_BASED,j.oneill,NEU,100,yesterday\n");
    g.shoot(QStringLiteral("18c-import-mistakes"));
    g.expectRollBackOver("importDialog");
    g.closeDialogs();
    import("wave-8.csv", ",wave-8-desk,USER_BASED,op-4471,LEGACY,10,\n,wave-8-shop,USER_BASED,shop-12,NEW,100,\n");
    g.shoot(QStringLiteral("18d-import-warnings"));
    g.press("importChanges");
    g.shoot(QStringLiteral("18e-import-changes"));
    g.closeDialogs();
    import("wave-9.csv", "\"wave-9\n");
    g.shoot(QStringLiteral("18f-import-refused"));
    g.closeDialogs();
    g.press("exportRules");
    g.seen("exportMenu");
    g.shoot(QStringLiteral("18g-export-menu"));
    g.closeDialogs();
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

} // namespace crossfade::test
