// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Run {
    int exitCode = -1;
    QStringList lines;
    QString errors;

    qsizetype count(const char *word) const
    {
        return lines.filter(QRegularExpression(QStringLiteral("\\b%1\\b").arg(QLatin1String(word)))).size();
    }
};

Run runConsole(const QStringList &arguments, int seconds)
{
    QProcess process;
    process.start(QStringLiteral(CROSSFADE_BIN_DIR "/crossfade"), arguments);
    Run run;
    if (!process.waitForFinished(seconds * 1'000)) {
        process.kill();
        process.waitForFinished();
    } else if (process.exitStatus() == QProcess::NormalExit) {
        run.exitCode = process.exitCode();
    }
    run.lines = QString::fromUtf8(process.readAllStandardOutput()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    run.errors = QString::fromUtf8(process.readAllStandardError());
    return run;
}

} // namespace

// The program as it is built. The tour that succeeds is run by itself, under a display.
class TestTour : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatItIs()
    {
        const Run version = runConsole({QStringLiteral("--version")}, 20);
        QCOMPARE(version.exitCode, 0);
        QVERIFY(version.lines.value(0).startsWith(QStringLiteral("crossfade 0.")));
        const Run help = runConsole({QStringLiteral("--help")}, 20);
        QCOMPARE(help.exitCode, 0);
        QVERIFY(help.lines.join(QLatin1Char(' ')).contains(QStringLiteral("--tour")));
    }

    void refusesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("option") << QStringList{QStringLiteral("--nonsense")} << 2;
        QTest::newRow("word") << QStringList{QStringLiteral("nonsense")} << 2;
        QTest::newRow("shots without tour")
            << QStringList{QStringLiteral("--shots"), QStringLiteral("x")} << 2;
        QTest::newRow("no such profile")
            << QStringList{QStringLiteral("--profile"), QStringLiteral("no such"),
                           QStringLiteral("--settings"), QStringLiteral("/nonexistent/s.ini")}
            << 1;
    }

    void refusesWhatItDoesNotKnow()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const int, exitCode);
        const Run run = runConsole(arguments, 20);
        QCOMPARE(run.exitCode, exitCode);
        QVERIFY(run.errors.contains(QStringLiteral("crossfade: ")));
    }

    // A sandbox whose router is killed as soon as it is ready: no step may pass.
    void withoutARouterEveryStepFails()
    {
        const QTemporaryDir folder;
        const QString script = folder.filePath(QStringLiteral("sandbox"));
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n"
                   "out=" + folder.filePath(QStringLiteral("out")).toUtf8() + "\n"
                   CROSSFADE_BIN_DIR "/crossfade-sandbox \"$@\" --users 5000 >$out &\n"
                   "child=$!\n"
                   "trap 'kill $child' TERM\n"
                   "while [ ! -s $out ] && kill -0 $child; do sleep 0.1; done\n"
                   "kill -KILL $(sed 's/.*\"router\":{\"pid\":\\([0-9]*\\).*/\\1/' $out)\n"
                   "cat $out\n"
                   "wait $child\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        file.close();
        const Run run = runConsole({QStringLiteral("--tour"), QStringLiteral("--sandbox-program"), script}, 240);
        const QString all = run.lines.join(QLatin1Char('\n')) + run.errors;
        QVERIFY2(run.exitCode == 1, qPrintable(all));
        QVERIFY2(run.count("FAILED") >= 15, qPrintable(all));
        QVERIFY2(run.count("ok") == 0, qPrintable(all));
    }
};

QTEST_GUILESS_MAIN(TestTour)
#include "tst_tour.moc"
