// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The form of a time rule that comes again every week, by real clicks and keys.
#include "models/items/text.h"
#include "models/items/zones.h"
#include "tests/models/core/zonetables.h"
#include "tests/ui/pagetest.h"
#include "ui/rules/ruleeditor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace crossfade;
using namespace crossfade::test;

namespace {

RuleInput timeRuleInput()
{
    RuleInput input;
    input.kind = RuleType::Time;
    input.name = "nights";
    return input;
}

struct Form {
    RuleEditor editor;

    explicit Form(const RuleInput &input, const std::vector<FieldError> &problems = {})
        : editor(QStringLiteral("nights"), input, problems, nullptr)
    {
        editor.show();
    }
    QCheckBox *repeats() { return editor.findChild<QCheckBox *>(QStringLiteral("ruleRepeats")); }
    bool press(const char *name) { return click(&editor, name); }
    bool write(const char *name, const QString &text) { return type(&editor, name, text); }
    bool canKeep()
    {
        return editor.findChild<QPushButton *>(QStringLiteral("ruleOk"))->isEnabled();
    }
    QString next() { return editor.findChild<QLabel *>(QStringLiteral("ruleNext"))->text(); }
    bool says(const char *text)
    {
        for (QLabel *label : editor.findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(QString::fromUtf8(text))) return true;
        return false;
    }
};

} // namespace

class TestRuleEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        prepareLook();
        QLocale::setDefault(QLocale(QLocale::English));
    }
    void init() { failOnWarnings(); }

    void onlyTimeRulesRepeat()
    {
        RuleInput user;
        user.name = "vip";
        user.target = "ann";
        Form form(user);
        QVERIFY(!form.repeats()->isVisible());
        QVERIFY(!form.editor.input().recurrence);
        Form timed(timeRuleInput());
        QVERIFY(timed.repeats()->isVisible());
        QVERIFY(!timed.repeats()->isChecked());
        QVERIFY(find<QLineEdit>(&timed.editor, "ruleDayFrom") == nullptr);
        QVERIFY(timed.canKeep());
        QVERIFY(!timed.editor.input().recurrence);
    }

    void aWeeklyTimeIsClickedTogether()
    {
        Form form(timeRuleInput());
        const int small = form.editor.height();
        QVERIFY(form.press("ruleRepeats"));
        QTRY_VERIFY(form.editor.height() > small);
        // The system's own zone is preset, and no day: which they are is for the operator to say.
        QCOMPARE(form.editor.findChild<QComboBox *>(QStringLiteral("ruleZone"))->currentText(),
                 systemZoneName());
        QVERIFY(form.says("at least one day"));
        QVERIFY(!form.canKeep());
        for (const char *day : {"ruleDayMON", "ruleDayTUE", "ruleDayFRI", "ruleDayTUE"})
            QVERIFY(form.press(day));
        QVERIFY(form.canKeep());
        QVERIFY(form.write("ruleDayFrom", QStringLiteral("9:30")));
        QVERIFY(form.write("ruleDayTo", QStringLiteral("17:00")));
        QVERIFY(form.says("of the same day"));
        QVERIFY(form.write("ruleDayTo", QStringLiteral("06:00")));
        QVERIFY(form.says("of the next day"));
        QVERIFY(form.write("ruleZoneName", QStringLiteral("Asia/Kathmandu")));
        QVERIFY(form.canKeep());
        QVERIFY(form.editor.input().recurrence ==
                weekly(Mon | Fri, "09:30", "06:00", "Asia/Kathmandu"));
        QVERIFY2(form.next().contains(QStringLiteral("in force")) ||
                     form.next().contains(QStringLiteral("In force")),
                 qPrintable(form.next()));
        shoot(&form.editor, "rules-editor-recurrence");
        // Without the check it is a plain rule again, and the form is as small as it was.
        QVERIFY(form.press("ruleRepeats"));
        QVERIFY(!form.editor.input().recurrence);
        QTRY_COMPARE(form.editor.height(), small);
        QSignalSpy kept(&form.editor, &QDialog::accepted);
        QVERIFY(form.press("ruleOk"));
        QCOMPARE(kept.count(), 1);
    }

    void daysAndTimesAreReachedByKeys()
    {
        Form form(timeRuleInput());
        form.repeats()->setFocus();
        QTest::keyClick(form.repeats(), Qt::Key_Space);
        QWidget *monday = find<QWidget>(&form.editor, "ruleDayMON");
        QVERIFY(monday != nullptr);
        QVERIFY(!monday->accessibleName().isEmpty());
        for (QWidget *at = form.repeats(); at != monday; at = at->nextInFocusChain())
            QVERIFY(at == form.repeats() || at->focusPolicy() == Qt::NoFocus || !at->isVisible());
        QTest::keyClick(monday, Qt::Key_Space);
        QVERIFY(form.editor.input().recurrence->on(0));
    }

    void mistakesStandBesideTheirFields()
    {
        RuleInput input = timeRuleInput();
        input.recurrence = weekly(Mon, "22:00", "06:00", "Europe/Berlin");
        Form form(input);
        QVERIFY(form.canKeep());
        QVERIFY(form.editor.input() == input);
        QVERIFY(form.write("ruleDayFrom", QStringLiteral("25:00")));
        QVERIFY(form.says("a time like 22:00"));
        QVERIFY(!form.canKeep());
        QCOMPARE(form.next(), QString());
        QVERIFY(form.write("ruleDayFrom", QStringLiteral("21:00")));
        QVERIFY(!form.says("a time like 22:00"));
        QVERIFY(form.canKeep());
        QVERIFY(form.write("ruleZoneName", QStringLiteral("Europe/Atlantis")));
        QVERIFY(form.says("a time zone like Europe/Berlin"));
        QVERIFY(!form.canKeep());
        QVERIFY(form.write("ruleZoneName", QStringLiteral("UTC")));
        QVERIFY(form.canKeep());
        QVERIFY(form.press("ruleDayMON"));
        QVERIFY(form.says("at least one day"));
        QVERIFY(!form.canKeep());
    }

    // The service's zones may be newer than those of this desktop.
    void aZoneThatOnlyTheServiceKnowsIsNoMistake()
    {
        RuleInput input = timeRuleInput();
        input.recurrence = weekly(Mon, "22:00", "06:00", "Europe/Newest");
        Form form(input);
        QVERIFY(form.canKeep());
        QCOMPARE(form.next(), QString());
        QVERIFY(form.press("ruleDayTUE"));
        QVERIFY(form.canKeep());
        QVERIFY(form.editor.input().recurrence == weekly(Mon | Tue, "22:00", "06:00", "Europe/Newest"));
    }

    void whatTheServiceSaidStandsThereUntilItIsMended()
    {
        RuleInput input = timeRuleInput();
        input.recurrence = weekly(Mon, "22:00", "06:00", "Europe/Berlin");
        Form form(input, {{"/recurrence/time_zone", "is <b>unknown</b> there"}});
        QVERIFY(form.says("is <b>unknown</b> there"));
        QVERIFY(form.write("ruleZoneName", QStringLiteral("UTC")));
        QVERIFY(!form.says("is <b>unknown</b> there"));
    }

    void typingFindsAZoneByAnyPartOfItsName()
    {
        Form form(timeRuleInput());
        QVERIFY(form.press("ruleRepeats"));
        auto *zone = form.editor.findChild<QComboBox *>(QStringLiteral("ruleZone"));
        zone->completer()->setCompletionPrefix(QStringLiteral("kathm"));
        QVERIFY(zone->completer()->completionCount() >= 1);
        QCOMPARE(zone->completer()->currentCompletion(), QStringLiteral("Asia/Kathmandu"));
        QVERIFY(zone->count() > 300);
    }
};

QTEST_MAIN(TestRuleEditor)
#include "tst_ruleeditor.moc"
