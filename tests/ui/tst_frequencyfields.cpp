// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"

#include "ui/consistency/frequencyfields.h"
#include "ui/shared/fields.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QSpinBox>

using namespace crossfade;
using namespace crossfade::test;

namespace {

using Every = RecurringTime::Every;

CheckFrequency at(Every every, int minute, const char *zone)
{
    CheckFrequency frequency;
    frequency.at = RecurringTime{every, minute, 0, zone};
    return frequency;
}

QStringList shownEditors(FrequencyFields &fields)
{
    QStringList names;
    for (const char *name : {"checkEvery", "checkDay", "checkTime", "checkMinute", "checkZone", "checkSeconds"})
        if (auto *editor = fields.findChild<QWidget *>(QString::fromLatin1(name)); editor && editor->isVisible())
            names << QString::fromLatin1(name).mid(5);
    return names;
}

void choose(FrequencyFields &fields, int entry)
{
    auto *box = find<QComboBox>(&fields, "checkEvery");
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Home);
    for (int i = 0; i < entry; ++i)
        QTest::keyClick(box, Qt::Key_Down);
}

QString problemOf(FrequencyFields &fields, const char *editor)
{
    auto *field = qobject_cast<FormField *>(fields.findChild<QWidget *>(QString::fromLatin1(editor))->parentWidget());
    return field ? field->problem() : QString();
}

} // namespace

class TestFrequencyFields : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void eachChoiceShowsItsOwnFields()
    {
        FrequencyFields fields;
        fields.show();
        const QStringList shown{QStringLiteral("Every"), QStringLiteral("Every Minute Zone"), QStringLiteral("Every Time Zone"),
                                QStringLiteral("Every Day Time Zone"), QStringLiteral("Every Seconds")};
        for (int entry = 0; entry < shown.size(); ++entry) {
            choose(fields, entry);
            QCOMPARE(shownEditors(fields).join(QLatin1Char(' ')), shown[entry]);
            QVERIFY(fields.isGood());
        }
    }

    void anHourlyOneIsShownAndChanged()
    {
        FrequencyFields fields;
        fields.show();
        fields.fill(at(Every::Hour, 15, "Asia/Kolkata"));
        QCOMPARE(find<QComboBox>(&fields, "checkEvery")->currentIndex(), 1);
        auto *minute = find<QSpinBox>(&fields, "checkMinute");
        QCOMPARE(minute->value(), 15);
        QVERIFY(fields.frequency() == at(Every::Hour, 15, "Asia/Kolkata"));
        QSignalSpy edited(&fields, &FrequencyFields::edited);
        minute->setFocus();
        minute->selectAll();
        QTest::keyClicks(minute, QStringLiteral("7"));
        QCOMPARE(edited.count(), 1);
        QVERIFY(fields.frequency() == at(Every::Hour, 7, "Asia/Kolkata"));
        QTest::keyClick(minute, Qt::Key_Down);
        QVERIFY(fields.frequency() == at(Every::Hour, 6, "Asia/Kolkata"));
        minute->selectAll();
        QTest::keyClicks(minute, QStringLiteral("75")); // an hour has none
        QVERIFY(fields.frequency() == at(Every::Hour, 7, "Asia/Kolkata"));
        // A time of the day that is not well is of no account here.
        QVERIFY(fields.isGood());
        QCOMPARE(frequencyText(fields.frequency()), QStringLiteral("hourly at minute 7, Asia/Kolkata"));
    }

    void aDailyOneIsShownAndChanged()
    {
        FrequencyFields fields;
        fields.show();
        fields.fill(at(Every::Day, 23 * 60 + 5, "America/New_York"));
        auto *time = find<QLineEdit>(&fields, "checkTime");
        QCOMPARE(time->text(), QStringLiteral("23:05"));
        QCOMPARE(find<QLineEdit>(&fields, "checkZoneName")->text(), QStringLiteral("America/New_York"));
        QVERIFY(type(&fields, "checkTime", QStringLiteral("7:30")));
        QVERIFY(fields.frequency() == at(Every::Day, 450, "America/New_York"));
        for (const char *bad : {"24:00", "7", "7:5", "noon"}) {
            QVERIFY(type(&fields, "checkTime", QLatin1String(bad)));
            QVERIFY2(!fields.isGood(), bad);
            QVERIFY2(!problemOf(fields, "checkTime").isEmpty(), bad);
        }
        QVERIFY(type(&fields, "checkTime", QStringLiteral("00:00")));
        QVERIFY(fields.isGood() && problemOf(fields, "checkTime").isEmpty());
        QVERIFY(type(&fields, "checkZoneName", QStringLiteral("Mars/Sea")));
        QVERIFY(!fields.isGood());
        QVERIFY(!problemOf(fields, "checkZone").isEmpty());
        QVERIFY(type(&fields, "checkZoneName", QStringLiteral("UTC")));
        QVERIFY(fields.frequency() == at(Every::Day, 0, "UTC"));
        QCOMPARE(frequencyText(fields.frequency()), QStringLiteral("daily at 00:00, UTC"));
    }

    void aTimeThatWasTypedOutlivesAnotherChoice()
    {
        FrequencyFields fields;
        fields.show();
        choose(fields, 2);
        QVERIFY(type(&fields, "checkTime", QStringLiteral("04:10")));
        choose(fields, 4);
        choose(fields, 2);
        QCOMPARE(find<QLineEdit>(&fields, "checkTime")->text(), QStringLiteral("04:10"));
    }

    void aStoredZoneThatThisDesktopDoesNotKnowIsKept()
    {
        FrequencyFields fields;
        fields.show();
        fields.fill(at(Every::Hour, 0, "Moon/Base"));
        QVERIFY(fields.isGood());
        QVERIFY(fields.frequency() == at(Every::Hour, 0, "Moon/Base"));
    }

    void whatTheComparatorFindsStandsAtItsField()
    {
        FrequencyFields fields;
        fields.show();
        fields.fill(at(Every::Hour, 15, "UTC"));
        fields.showProblems({{"/check_frequency/at", "must be 00:MM"}, {"/check_frequency/time_zone", "is no zone"}});
        QCOMPARE(problemOf(fields, "checkMinute"), QStringLiteral("must be 00:MM"));
        QCOMPARE(problemOf(fields, "checkZone"), QStringLiteral("is no zone"));
        fields.fill(at(Every::Day, 15, "UTC"));
        fields.showProblems({{"/check_frequency/at", "must be HH:MM"}, {"/check_frequency", "must be an object"}});
        QCOMPARE(problemOf(fields, "checkTime"), QStringLiteral("must be HH:MM"));
        QCOMPARE(problemOf(fields, "checkEvery"), QStringLiteral("must be an object"));
    }
};

QTEST_MAIN(TestFrequencyFields)
#include "tst_frequencyfields.moc"
