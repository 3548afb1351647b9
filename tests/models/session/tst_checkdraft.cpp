// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/checkdraft.h"

#include <QTest>

using namespace crossfade;

namespace {

CheckFrequency at(RecurringTime::Every every, int minute, int weekday, const char *zone)
{
    CheckFrequency frequency;
    frequency.at = RecurringTime{every, minute, weekday, zone};
    return frequency;
}

CheckFrequency seconds(std::int64_t count)
{
    CheckFrequency frequency;
    frequency.seconds = count;
    return frequency;
}

} // namespace

class TestCheckDraft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNewOneIsWhatTheComparatorWouldTake()
    {
        const CheckDraft draft;
        QVERIFY(checkEntryFromJson(Json::object()).draft == draft);
        const Json body = checkDraftJson(draft);
        QVERIFY(body.at("check_frequency").is_null());
        QCOMPARE(body.at("sample_size"), Json(1'000));
        QCOMPARE(body.at("threshold_percentage"), Json(99.5));
        QCOMPARE(body.at("auto_repair_enabled"), Json(false));
        QCOMPARE(body.at("active"), Json(true));
    }

    void whenItRunsIsWrittenAsTheComparatorReadsIt_data()
    {
        QTest::addColumn<int>("row");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("never by itself") << 0 << QByteArray("null");
        QTest::newRow("each hour") << 1 << QByteArray(R"({"every": "HOURLY", "at": "00:15", "weekday": null, "time_zone": "Asia/Kolkata"})");
        QTest::newRow("each day") << 2 << QByteArray(R"({"every": "DAILY", "at": "23:05", "weekday": null, "time_zone": "UTC"})");
        QTest::newRow("each week") << 3 << QByteArray(R"({"every": "WEEKLY", "at": "02:30", "weekday": "SUN", "time_zone": "Europe/Berlin"})");
        QTest::newRow("every so many seconds") << 4 << QByteArray(R"({"every": "SECONDS", "seconds": 300})");
    }
    void whenItRunsIsWrittenAsTheComparatorReadsIt()
    {
        QFETCH(int, row);
        QFETCH(QByteArray, written);
        using Every = RecurringTime::Every;
        const std::optional<CheckFrequency> frequencies[] = {std::nullopt, at(Every::Hour, 15, 0, "Asia/Kolkata"),
                                                             at(Every::Day, 23 * 60 + 5, 0, "UTC"),
                                                             at(Every::Week, 150, 6, "Europe/Berlin"), seconds(300)};
        CheckDraft draft;
        draft.name = "nightly";
        draft.frequency = frequencies[row];
        const Json expected = Json::parse(written.toStdString());
        Json body = checkDraftJson(draft);
        for (const auto &[name, value] : expected.items())
            QVERIFY2(body.at("check_frequency").value(name, Json()) == value, dumpJson(body).c_str());
        QVERIFY(expected.is_object() || body.at("check_frequency").is_null());
        body["id"] = "c1";
        body["version"] = 7;
        const CheckEntry read = checkEntryFromJson(body);
        QVERIFY(read.draft == draft);
        QCOMPARE(read.id, std::string("c1"));
        QCOMPARE(read.version, std::string("7"));
    }

    void everythingThatIsSetComesBack()
    {
        CheckDraft draft;
        draft.name = "users";
        draft.mappingId = "m1";
        draft.threshold = 97.25;
        draft.sampleSize = 0;
        draft.autoRepair = true;
        draft.active = false;
        QVERIFY(checkEntryFromJson(checkDraftJson(draft)).draft == draft);
    }

    void whatACheckHasOfARunIsNotSent()
    {
        const Json body = checkDraftJson(checkEntryFromJson(Json{{"id", "c1"}, {"version", 3}, {"last_run", nullptr}, {"data_type", "USER"}}).draft);
        QCOMPARE(body.size(), std::size_t(7));
        for (const char *name : {"id", "version", "last_run", "data_type", "notification_channels"})
            QVERIFY2(!body.contains(name), name);
    }
};

QTEST_APPLESS_MAIN(TestCheckDraft)
#include "tst_checkdraft.moc"
