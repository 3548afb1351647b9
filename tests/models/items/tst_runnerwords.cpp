// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/runnerwords.h"
#include "models/items/text.h"

#include <QCoreApplication>
#include <QTest>
#include <QTranslator>

using namespace crossfade;

namespace {

// Says that it was asked, so that a test sees which sentences a language can change.
class Marker : public QTranslator {
public:
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        const bool ours = qstrcmp(context, "RunnerWords") == 0;
        return ours ? QLatin1Char('~') + QString::fromUtf8(source) : QString();
    }
    bool isEmpty() const override { return false; }
};

} // namespace

class TestRunnerWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sentencesOfTheRunner_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("shown");
        const auto add = [](const char *said, const char *shown) {
            QTest::newRow(said) << QString::fromUtf8(said) << QString::fromUtf8(shown);
        };
        add("rolled back", "rolled back");
        add("no health URL of LEGACY is set, 100.0 % of 40 requests on it were good, the store takes writes and holds the "
            "previous epoch",
            "no health URL of LEGACY is set, 100.0 % of 40 requests on it were good; the store takes writes and holds the "
            "previous epoch");
        add("no health URL of LEGACY is set and nothing was measured on it in the last 10 s, the store takes writes and "
            "holds the previous epoch",
            "no health URL of LEGACY is set and nothing was measured on it in the last 10 s; the store takes writes and "
            "holds the previous epoch");
        add("no health URL of NEW is set, 0.0 % of 1 requests on it were good",
            "no health URL of NEW is set, 0.0 % of 1 requests on it were good");
        add("guards held at 20 %", "guards held at 20 %");
        add("n = 3, needs 100", "n = 3, needs 100");
        add("authentication_success_rate tripped: 89.2857 % is not >= 99 %, n = 28",
            "success rate: 89.2857 %, must be ≥ 99 %, n = 28");
        add("authorization_latency p95: TOO_FEW, n = 3, needs 100", "p95 latency: n = 3, needs 100");
        add("authentication_success_rate: not judged since the step", "success rate: not judged since the step");
        add("http://[::1]:80/a%20b%2 was not asked yet", "http://[::1]:80/a%20b%2 was not asked yet");
        add("authorization_latency p95 was not measured for a minute: no sample in the window",
            "p95 latency: no sample in the window");
        add("authentication_success_rate tripped: 97 % is worse than LEGACY's 99.2 % by more than 0.5 points, p = 0.00031, "
            "n = 812 and 11204",
            "success rate: 97 % is worse than the 99.2 % of LEGACY by more than 0.5 points, p = 0.00031, n = 812 and 11204");
        add("97 % is worse than LEGACY's 99.2 % by more than 0.5 points, p = 0.00031, n = 812 and 11204, trips below p = 1e-06",
            "97 % is worse than the 99.2 % of LEGACY by more than 0.5 points, p = 0.00031, n = 812 and 11204, trips below p = 1e-06");
        add("26 ms is worse than NEW's 20 ms by more than 10 %, p = 0.0031, n = 200 and 300, trips below p = 0.001",
            "26 ms is worse than the 20 ms of NEW by more than 10 %, p = 0.0031, n = 200 and 300, trips below p = 0.001");
        add("21.5 ms is not worse than NEW's 20 ms by more than 10 %, p = 0.21, n = 200 and 300",
            "21.5 ms is not worse than the 20 ms of NEW by more than 10 %, p = 0.21, n = 200 and 300");
        add("outside the change windows: the next opens FRI 2026-11-27 22:00 Europe/Berlin",
            "outside the change windows: the next opens FRI 2026-11-27 22:00 Europe/Berlin");
        add("outside the change windows: the zone Mars/Olympus is not known to the service",
            "outside the change windows: the service does not know the zone Mars/Olympus");
        add("takes over 20 % from all: users", "takes over 20 % from all: users");
        add("it did not start: \"x\" covers its system", "it did not start: \"x\" covers its system");
        add("sync_backlog: the sync of USER, LEGACY to NEW, is PAUSED", "sync backlog: the sync of USER from LEGACY to NEW is PAUSED");
        add("the sync of USER, NEW to LEGACY, fails: NEW: gone", "the sync of USER from NEW to LEGACY fails: NEW: gone");
        add("dead_letters tripped: 1 is not <= 0, n = 1", "dead letters: 1, must be ≤ 0, n = 1");
        add("batch 12 has moved", "batch 12 has moved");
        add("batch 2: authentication_success_rate: 50 % is not >= 99 %, n = 28",
            "batch 2: success rate: 50 %, must be ≥ 99 %, n = 28");
        add("no sample of LEGACY to compare with", "no sample of LEGACY to compare with");
        add("authentication_success_rate: TOO_FEW, n = 12 on LEGACY, needs 100", "success rate: n = 12 on LEGACY, needs 100");
        add("0.95 is not <= 0.8", "0.95, must be ≤ 0.8");
        add("-1e-07 is >= -5", "-1e-07 is ≥ -5");
        add("59 s of the window lie after the step, needs 60", "59 s of the window lie after the step, needs 60");
        add("main: no answer within 1000 ms", "main: no answer within 1000 ms");
        add("main: answered 400: parse error: <b>%1</b>", "main: answered 400: parse error: <b>%1</b>");
        add("PROMQL «max(cpu{job=\"a: b\"}) > 1» tripped: 0.95 is not <= 0.8", "max(cpu{job=\"a: b\"}) > 1: 0.95, must be ≤ 0.8");
        add("PROMQL «%1»: NO_DATA, the expression matched nothing", "%1: the expression matched nothing");
        add("PROMQL «sum(\n up)» was not measured for a minute: main: not asked yet", "sum( up): main: not asked yet");
        add("", "");
        add("a sentence of a later version <b>%1</b>", "a sentence of a later version <b>%1</b>");
        add("users: tripped over", "users: tripped over");
    }
    void sentencesOfTheRunner()
    {
        QFETCH(QString, said);
        QFETCH(QString, shown);
        QCOMPARE(runnerText(toUtf8(said)), shown);
    }

    void everyClauseCanBeTranslated()
    {
        Marker marker;
        QCoreApplication::installTranslator(&marker);
        QCOMPARE(runnerText("guards held at 20 %"), QStringLiteral("~guards held at 20 %"));
        QCOMPARE(runnerText("authentication_success_rate: not judged since the step"),
                 QStringLiteral("~success rate: ~not judged since the step"));
        QCOMPARE(runnerText("batch 3 is back"), QStringLiteral("~batch 3 is back"));
        QCOMPARE(runnerText("batch 3: authentication_success_rate: not judged yet"),
                 QStringLiteral("~batch 3: ~success rate: ~not judged yet"));
        QCOMPARE(runnerText("PROMQL «up» tripped: the expression matched nothing"),
                 QStringLiteral("~up: ~the expression matched nothing"));
        QCoreApplication::removeTranslator(&marker);
    }
};

QTEST_GUILESS_MAIN(TestRunnerWords)
#include "tst_runnerwords.moc"
