// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/seriesstore.h"

#include "tests/models/session/shiftdata.h"

#include <QSignalSpy>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const SeriesKey Rate{"authentication_success_rate", "rate", "NEW", ""};
const SeriesKey Share{"share_new", "rate", "", ""};
const SeriesKey OfPolicy{"authorization_latency", "p95", "NEW", "p-logins"};

// A router whose /series and ticks come from one table of seconds, so that both can be held
// against each other.
struct Desk {
    FakeService router{ServiceName::Router, {QStringLiteral("viewer")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("viewer")}};
    Connection connection;
    SeriesStore store{&connection};
    qint64 start = QDateTime::currentSecsSinceEpoch();
    std::map<qint64, int> counts; // requests of NEW in a second; none = nothing measured

    Desk()
    {
        router.on("GET /api/v1/series", [this](const FakeRequest &request) { return FakeAnswer{200, series(request)}; });
    }
    static double rateOf(int count) { return 100.0 - count * 0.125; }
    static double shareOf(int count) { return 100.0 * count / (count + 30); }
    Json valueOf(const QString &metric, qint64 second) const
    {
        const auto found = counts.find(second);
        if (found == counts.end())
            return nullptr;
        if (metric == QLatin1String("share_new"))
            return shareOf(found->second);
        return metric == QLatin1String("authorization_latency") ? Json(100.0 + found->second) : Json(rateOf(found->second));
    }
    Json series(const FakeRequest &request) const
    {
        const qint64 from = toMs(*parseInstant(request.item("from").toStdString())) / 1000;
        const qint64 to = toMs(*parseInstant(request.item("to").toStdString())) / 1000;
        const qint64 step = std::max<qint64>(1, request.item("step").toLongLong());
        Json t = Json::array();
        Json value = Json::array();
        for (qint64 s = from; s < to; s += step) {
            t.push_back(formatInstant(instantFromMs(s * 1000)));
            value.push_back(valueOf(request.item("metric"), s));
        }
        return Json{{"step_seconds", step}, {"t", t}, {"value", value}};
    }
    void tick(qint64 second, const std::vector<qint64> &finished)
    {
        Json slots = Json::array();
        for (const qint64 s : finished) {
            const auto found = counts.find(s);
            if (found == counts.end())
                continue;
            for (const bool ofPolicy : {false, true})
                slots.push_back({{"t", formatInstant(instantFromMs(s * 1000))}, {"platform", "NEW"},
                                 {"policy_id", ofPolicy ? Json("p-logins") : Json()}, {"count", found->second},
                                 {"ok", found->second}, {"success_rate", rateOf(found->second)}, {"p50", 40},
                                 {"p95", 100.0 + found->second}, {"p99", 200}});
            slots.push_back({{"t", formatInstant(instantFromMs(s * 1000))}, {"platform", "LEGACY"}, {"policy_id", nullptr},
                             {"count", 30}, {"ok", 30}, {"success_rate", 100}, {"p50", 1}, {"p95", 2}, {"p99", 3}});
        }
        router.push("metrics.tick", {{"at", formatInstant(instantFromMs(second * 1000))}, {"slots", slots}});
    }
    bool open()
    {
        ConnectionTarget target = targetOf(router, comparator);
        connection.open(target);
        return QTest::qWaitFor([&] { return connection.reach(ServiceName::Router) == Reach::Live && router.hasStream(); });
    }
    bool knows(const SeriesKey &key, qint64 second) const
    {
        for (const TimedValue &point : store.points(key))
            if (point.at == second * 1000)
                return true;
        return false;
    }
    // Point by point what /series says of the same time.
    QString difference(const SeriesKey &key, qint64 from, qint64 to) const
    {
        std::map<std::int64_t, std::optional<double>> told;
        for (const TimedValue &point : store.points(key))
            told[point.at / 1000] = point.value;
        for (qint64 s = from; s < to; ++s) {
            const Json expected = valueOf(QString::fromStdString(key.metric), s);
            if (!told.contains(s))
                return QStringLiteral("second %1 is missing").arg(s - start);
            if (expected.is_null() != !told[s].has_value() || (told[s] && *told[s] != expected.get<double>()))
                return QStringLiteral("second %1 differs").arg(s - start);
        }
        return {};
    }
};

} // namespace

class TestSeriesStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ticksCarryOnWhatWasRead();
    void secondsWithoutMeasurementAreGaps();
    void whatWasMissedIsReadAgain();
    void anHourIsReadInPiecesSecondBySecond();
    void aDayIsCoarse();
    void aFailureIsKnownAndRetried();
    void aSpanThatStandsStillStaysWhole();
    void aLateAnswerIsNotTakenForAnotherSpan();
};

void TestSeriesStore::ticksCarryOnWhatWasRead()
{
    Desk desk;
    for (qint64 s = desk.start - 400; s < desk.start; ++s)
        desk.counts[s] = static_cast<int>(s % 17) + 1;
    QVERIFY(desk.open());
    for (const SeriesKey &key : {Rate, Share, OfPolicy})
        desk.store.follow(key, 300);
    QTRY_VERIFY(desk.store.isLoaded(Rate) && desk.store.isLoaded(Share) && desk.store.isLoaded(OfPolicy));
    for (qint64 s = desk.start; s < desk.start + 40; ++s)
        desk.counts[s] = static_cast<int>(s % 13) + 2;
    for (qint64 s = desk.start; s < desk.start + 40; ++s)
        desk.tick(s + 3, {s});
    QTRY_VERIFY(desk.knows(Rate, desk.start + 39));
    for (const SeriesKey &key : {Rate, Share, OfPolicy})
        QCOMPARE(desk.difference(key, desk.start - 200, desk.start + 40), QString());
    QVERIFY(desk.store.points(Rate).size() <= 310); // what is older than asked goes
}

void TestSeriesStore::secondsWithoutMeasurementAreGaps()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.store.follow(Rate, 300);
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    desk.counts[desk.start + 1] = 5;
    desk.counts[desk.start + 5] = 6; // 2, 3 and 4: nothing
    desk.tick(desk.start + 8, {desk.start + 1, desk.start + 5});
    QTRY_VERIFY(desk.knows(Rate, desk.start + 5));
    QCOMPARE(desk.difference(Rate, desk.start - 100, desk.start + 6), QString());
    desk.counts[desk.start + 3] = 9; // it came late, and is told later
    desk.tick(desk.start + 9, {desk.start + 3});
    QTRY_COMPARE(desk.difference(Rate, desk.start - 100, desk.start + 6), QString());
}

void TestSeriesStore::whatWasMissedIsReadAgain()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.store.follow(Rate, 300);
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    // 100 seconds of which nobody told this console; the service was down in the middle of them.
    for (qint64 s = desk.start; s < desk.start + 100; ++s)
        if (s < desk.start + 40 || s >= desk.start + 60)
            desk.counts[s] = static_cast<int>(s % 9) + 1;
    desk.tick(desk.start + 100, {desk.start + 98});
    QTRY_VERIFY(desk.knows(Rate, desk.start + 98));
    QCOMPARE(desk.difference(Rate, desk.start - 100, desk.start + 99), QString());
}

void TestSeriesStore::anHourIsReadInPiecesSecondBySecond()
{
    Desk desk;
    for (qint64 s = desk.start - 4'000; s < desk.start; ++s)
        desk.counts[s] = static_cast<int>(s % 17) + 1;
    QVERIFY(desk.open());
    desk.store.follow(Rate, 3'600);
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    QVERIFY(desk.store.points(Rate).size() > 3'500);
    QCOMPARE(desk.difference(Rate, desk.start - 3'500, desk.start - 1), QString());
    for (const FakeRequest &request : desk.router.asked("GET /api/v1/series")) {
        const qint64 from = toMs(*parseInstant(request.item("from").toStdString()));
        const qint64 to = toMs(*parseInstant(request.item("to").toStdString()));
        QVERIFY(to - from <= 2'000'000); // what the service gives in one answer
    }
}

void TestSeriesStore::aDayIsCoarse()
{
    Desk desk;
    QVERIFY(desk.open());
    desk.store.follow(Rate, 86'400);
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    QCOMPARE(desk.store.stepMs(Rate), qint64(60'000));
    QVERIFY(desk.store.points(Rate).size() <= 1'442);
}

void TestSeriesStore::aFailureIsKnownAndRetried()
{
    Desk desk;
    desk.router.on("GET /api/v1/series", [](const FakeRequest &) { return problem(503, "No metrics."); });
    QVERIFY(desk.open());
    desk.store.follow(Rate, 300);
    QTRY_VERIFY(desk.store.error() != nullptr);
    QCOMPARE(QString::fromStdString(desk.store.error()->message), QStringLiteral("No metrics."));
    desk.router.on("GET /api/v1/series", [&](const FakeRequest &request) { return FakeAnswer{200, desk.series(request)}; });
    desk.store.refresh();
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    QVERIFY(desk.store.error() == nullptr);
}

void TestSeriesStore::aSpanThatStandsStillStaysWhole()
{
    Desk desk;
    for (qint64 s = desk.start - 400; s < desk.start; ++s)
        desk.counts[s] = static_cast<int>(s % 17) + 1;
    QVERIFY(desk.open());
    desk.store.followSpan(Rate, desk.start - 300, desk.start - 200);
    desk.store.followSpan(OfPolicy, desk.start - 300, desk.start + 50); // its end is yet to come
    desk.store.follow(Share, 300); // tells when the tick has arrived
    QTRY_VERIFY(desk.store.isLoaded(Rate) && desk.store.isLoaded(Share) && desk.store.isLoaded(OfPolicy));
    QCOMPARE(desk.difference(Rate, desk.start - 300, desk.start - 200), QString());
    const qsizetype size = static_cast<qsizetype>(desk.store.points(Rate).size());
    QCOMPARE(size, 100);
    const auto asked = [&] {
        qsizetype count = 0;
        for (const FakeRequest &request : desk.router.asked("GET /api/v1/series"))
            count += request.item("metric") == QLatin1String("authentication_success_rate") ? 1 : 0;
        return count;
    };
    const qsizetype before = asked();
    // Time passes, and with it what a series that follows it would drop.
    for (qint64 s = desk.start; s < desk.start + 250; ++s) {
        desk.counts[s] = 3;
        desk.tick(s + 1, {s});
    }
    QTRY_VERIFY(desk.knows(Share, desk.start + 249));
    QCOMPARE(static_cast<qsizetype>(desk.store.points(Rate).size()), size);
    QCOMPARE(desk.difference(Rate, desk.start - 300, desk.start - 200), QString());
    QCOMPARE(asked(), before);
    QCOMPARE(desk.difference(OfPolicy, desk.start - 300, desk.start + 50), QString());
    QVERIFY(!desk.knows(OfPolicy, desk.start + 100));
    desk.store.refresh();
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    QCOMPARE(desk.difference(Rate, desk.start - 300, desk.start - 200), QString());
}

void TestSeriesStore::aLateAnswerIsNotTakenForAnotherSpan()
{
    Desk desk;
    for (qint64 s = desk.start - 400; s < desk.start; ++s)
        desk.counts[s] = 4;
    QVERIFY(desk.open());
    desk.router.on("GET /api/v1/series", [](const FakeRequest &) { return FakeAnswer{200, Json::object(), true}; });
    desk.store.follow(Rate, 300);
    QTRY_COMPARE(desk.router.asked("GET /api/v1/series").size(), 1);
    desk.store.unfollow(Rate);
    desk.store.followSpan(Rate, desk.start - 300, desk.start - 200);
    QTRY_COMPARE(desk.router.asked("GET /api/v1/series").size(), 2);
    desk.router.on("GET /api/v1/series", [&](const FakeRequest &request) { return FakeAnswer{200, desk.series(request)}; });
    desk.router.release();
    QTRY_VERIFY(desk.store.isLoaded(Rate));
    desk.store.follow(Share, 60);
    QTRY_VERIFY(desk.store.isLoaded(Share)); // whatever was under way has come
    QCOMPARE(desk.store.points(Rate).size(), 100U);
}

QTEST_GUILESS_MAIN(TestSeriesStore)
#include "tst_seriesstore.moc"
