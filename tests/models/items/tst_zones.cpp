// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop's zones as the domain's tables, and weekly times in words.
#include "models/items/rulewords.h"
#include "models/items/zones.h"
#include "tests/models/core/zonetables.h"
#include "tests/models/items/rulefound.h"

#include <QLocale>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

RuleInput recurring(const WeeklyWindow &window)
{
    RuleInput input;
    input.kind = RuleType::Time;
    input.name = "nights";
    input.recurrence = window;
    return input;
}

} // namespace

class TestZones : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("TZ", "Europe/Berlin");
        tzset();
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        QLocale::setDefault(QLocale(QLocale::English));
    }

    void agreeWithWhatIsKnownOfThem()
    {
        for (const ZonePtr &known : {utcZone(), berlin(), newYork(), lordHowe(), kathmandu()}) {
            const ZonePtr table = desktopZone(known->name());
            QVERIFY2(table != nullptr, known->name().c_str());
            for (Instant at = utc("2026-01-01T00:00:00Z"); at < utc("2027-12-31T00:00:00Z");
                 at += std::chrono::minutes(30))
                QVERIFY2(table->wallTimeAt(at) == known->wallTimeAt(at), formatInstant(at).c_str());
        }
        const ZonePtr samoa = desktopZone("Pacific/Apia");
        QVERIFY(samoa != nullptr);
        for (Instant at = utc("2011-12-25T00:00:00Z"); at < utc("2012-01-05T00:00:00Z");
             at += std::chrono::minutes(10))
            QVERIFY2(samoa->wallTimeAt(at) == apia()->wallTimeAt(at), formatInstant(at).c_str());
        // Far beyond what the zone files list.
        const ZonePtr far = desktopZone("Europe/Berlin");
        QCOMPARE(far->periodAt(utc("2097-07-01T00:00:00Z")).offset, Seconds(7'200));
        QCOMPARE(far->periodAt(utc("9999-12-01T00:00:00Z")).offset, Seconds(3'600));
    }

    void onlyIanaNamesAreKnown()
    {
        QVERIFY(isDesktopZone("Europe/Berlin"));
        QVERIFY(isDesktopZone("UTC"));
        for (const char *name :
             {"", "Europe/Atlantis", "UTC+02:00", "Berlin", "../../etc/passwd"}) {
            QVERIFY2(!isDesktopZone(name), name);
            QVERIFY2(desktopZone(name) == nullptr, name);
        }
        const QStringList names = desktopZoneNames();
        QVERIFY(names.size() > 300);
        QVERIFY(names.contains(QStringLiteral("Asia/Kathmandu")));
        QVERIFY(!names.contains(QStringLiteral("UTC+02:00")));
        QVERIFY(isDesktopZone(systemZoneName().toStdString()));
    }

    void theOffsetOfNowIsTold()
    {
        QCOMPARE(zoneOffsetText("Asia/Shanghai", utc("2026-11-21T12:00:00Z")), QStringLiteral("UTC+08:00"));
        QCOMPARE(zoneOffsetText("Europe/Berlin", utc("2026-11-21T12:00:00Z")), QStringLiteral("UTC+01:00"));
        QCOMPARE(zoneOffsetText("Europe/Berlin", utc("2026-07-21T12:00:00Z")), QStringLiteral("UTC+02:00"));
        QCOMPARE(zoneOffsetText("America/St_Johns", utc("2026-12-21T12:00:00Z")), QStringLiteral("UTC\u221203:30"));
        QCOMPARE(zoneOffsetText("Mars/Olympus", utc("2026-12-21T12:00:00Z")), QString());
    }

    void weeklyTimesInWords_data()
    {
        QTest::addColumn<int>("days");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, int days, const char *from, const char *to,
                            const char *words) {
            QTest::newRow(name) << days << QString::fromUtf8(from) << QString::fromUtf8(to)
                                << QString::fromUtf8(words);
        };
        row("a range", WorkDays, "22:00", "06:00", "Mon–Fri 22:00–06:00 Europe/Berlin");
        row("one day", Sun, "22:00", "06:00", "Sun 22:00–06:00 Europe/Berlin");
        row("two days are no range", Sat | Sun, "08:00", "17:30",
            "Sat, Sun 08:00–17:30 Europe/Berlin");
        row("a range and a day", Mon | Tue | Wed | Sat, "08:00", "17:30",
            "Mon–Wed, Sat 08:00–17:30 Europe/Berlin");
        row("days apart", Mon | Wed | Fri, "08:00", "17:30",
            "Mon, Wed, Fri 08:00–17:30 Europe/Berlin");
        row("every day", Daily, "01:00", "02:00", "daily 01:00–02:00 Europe/Berlin");
        row("whole days", Sat | Sun, "00:00", "00:00", "Sat, Sun all day Europe/Berlin");
    }
    void weeklyTimesInWords()
    {
        QFETCH(int, days);
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, words);
        const WeeklyWindow window = weekly(static_cast<std::uint8_t>(days), qPrintable(from),
                                           qPrintable(to), "Europe/Berlin");
        QCOMPARE(weeklyText(window), words);
    }

    void dayNamesAreThoseOfTheLanguage()
    {
        QLocale::setDefault(QLocale(QLocale::Chinese, QLocale::China));
        const QString words = weeklyText(weekly(WorkDays, "22:00", "06:00", "Asia/Shanghai"));
        QVERIFY2(words.startsWith(QStringLiteral("周一–周五 22:00–06:00")), qPrintable(words));
    }

    void saysWhenItNextBeginsOrEnds()
    {
        const Instant saturday = utc("2026-11-21T12:00:00Z");
        RuleInput nights = recurring(weekly(WorkDays, "22:00", "06:00", "Europe/Berlin"));
        QCOMPARE(nextChangeText(nights, saturday),
                 QStringLiteral("Next in force from 23 Nov 22:00 CET."));
        QCOMPARE(nextChangeText(nights, utc("2026-11-23T22:00:00Z")),
                 QStringLiteral("In force now, until 24 Nov 06:00 CET."));
        nights.window.end = utc("2026-11-22T12:00:00Z");
        QCOMPARE(nextChangeText(nights, saturday), QStringLiteral("It is never in force."));
        QCOMPARE(inForceText(nights, saturday),
                 QStringLiteral("Mon–Fri 22:00–06:00 Europe/Berlin, until 22 Nov 13:00"));
        const RuleInput always = recurring(weekly(Daily, "00:00", "00:00", "UTC"));
        QCOMPARE(nextChangeText(always, saturday), QStringLiteral("In force now, for ever."));
        RuleInput unknown = nights;
        unknown.recurrence->timeZone = "Europe/Atlantis";
        QCOMPARE(nextChangeText(unknown, saturday), QString());
        QCOMPARE(nextChangeText(RuleInput(), saturday), QString());
    }

    void inputIsCheckedBeforeTheServiceHasTo()
    {
        RuleInput input = recurring(weekly(Mon, "22:00", "06:00", "Europe/Berlin"));
        QVERIFY(ruleProblems(input).empty());
        input.recurrence->weekdays = 0;
        input.recurrence->timeZone.clear();
        const std::vector<FieldError> problems = ruleProblems(input);
        QCOMPARE(problems.size(), std::size_t(2));
        QCOMPARE(ruleFieldText(problemAt(problems, "/recurrence/weekdays")),
                 QStringLiteral("at least one day"));
        QCOMPARE(ruleFieldText(problemAt(problems, "/recurrence/time_zone")),
                 QStringLiteral("a time zone like Europe/Berlin"));
    }

    void findingsKnowTheClock()
    {
        const auto row = [](const char *name, int priority,
                            const std::optional<WeeklyWindow> &window) {
            RuleRow row;
            row.id = name;
            row.input.kind = RuleType::Time;
            row.input.name = name;
            row.input.priority = priority;
            row.input.recurrence = window;
            return row;
        };
        RuleRow never = row("never", 1, weekly(Wed, "08:00", "09:00", "UTC"));
        never.input.window = {utc("2026-11-21T00:00:00Z"), utc("2026-11-23T00:00:00Z")};
        const RuleRow nights = row("nights", 2, weekly(WorkDays, "22:00", "06:00", "UTC"));
        const RuleRow within = row("within", 3, weekly(Tue, "23:00", "05:00", "UTC"));
        const RuleRow beside = row("beside", 4, weekly(Tue, "06:00", "22:00", "UTC"));
        const RuleRow elsewhere =
            row("elsewhere", 5, weekly(Tue, "23:00", "23:30", "Europe/Lisbon"));
        const RuleRow plain = row("plain", 6, std::nullopt);
        QStringList found;
        for (const RuleFinding &finding : findingsOf(
                 {never, nights, within, beside, elsewhere, plain}, utc("2026-11-21T12:00:00Z")))
            found << QString::fromStdString(finding.ruleName + " " + finding.code + " " +
                                            finding.otherName);
        found.sort();
        QCOMPARE(found, QStringList({QStringLiteral("never NEVER_RECURS "),
                                     QStringLiteral("within SHADOWED nights")}));
    }
};

QTEST_GUILESS_MAIN(TestZones)
#include "tst_zones.moc"
