// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connectiontest.h"
#include "models/session/profiles.h"
#include "models/session/settings.h"
#include "tests/models/client/scriptedserver.h"

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace crossfade;

namespace {

Profile makeProfile(const QString &name, const QStringList &routers,
                    const QString &comparator = QStringLiteral("http://c.example:8444"))
{
    Profile profile;
    profile.name = name;
    profile.routers = routers;
    profile.comparator = comparator;
    profile.colour = QStringLiteral("#6B3FA8");
    profile.environment = EnvironmentWord::Prod;
    return profile;
}

QByteArray session(const char *service, const char *version)
{
    return QByteArray(R"({"subject":"operator-1","roles":["operator","viewer"],"service":")") + service +
           R"(","version":")" + version + R"("})";
}

} // namespace

class TestProfiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::setApplicationVersion(QStringLiteral("0.1.0")); }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void areKeptAndTheSandboxIsAlwaysThere()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("s.ini"));
        QString id;
        {
            QSettings store(file, QSettings::IniFormat);
            Profiles profiles(&store);
            QCOMPARE(profiles.all().size(), 1);
            QVERIFY(profiles.all().first().isSandbox());
            Profile profile = makeProfile(QStringLiteral("prod; identity \"1\" 身份"),
                                          {QStringLiteral("https://a:1"), QStringLiteral("https://b:2")});
            profile.caFile = QStringLiteral("/etc/ca, own.pem");
            id = profiles.put(profile);
            profiles.put(makeProfile(QStringLiteral("test"), {QStringLiteral("http://t")}));
            profiles.setCurrentId(id);
        }
        QSettings store(file, QSettings::IniFormat);
        Profiles profiles(&store);
        QCOMPARE(profiles.all().size(), 3);
        QVERIFY(profiles.all().last().isSandbox());
        const Profile *kept = profiles.find(id);
        QVERIFY(kept);
        QCOMPARE(kept->name, QStringLiteral("prod; identity \"1\" 身份"));
        QCOMPARE(kept->routers.size(), 2);
        QCOMPARE(kept->caFile, QStringLiteral("/etc/ca, own.pem"));
        QCOMPARE(kept->environment, EnvironmentWord::Prod);
        QCOMPARE(profiles.currentId(), id);
        Profile renamed = *kept;
        renamed.name = QStringLiteral("other");
        profiles.put(renamed);
        QCOMPARE(profiles.all().size(), 3);
        profiles.remove(id);
        profiles.remove(Profiles::sandboxId());
        QCOMPARE(profiles.all().size(), 2);
    }

    void refusesWhatCantWork_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("routers");
        QTest::addColumn<QString>("comparator");
        QTest::addColumn<QString>("field"); // to blame, empty: well
        const auto row = [](const char *tag, const char *name, const QStringList &routers,
                            const char *comparator, const char *field) {
            QTest::newRow(tag) << QString::fromLatin1(name) << routers
                               << QString::fromLatin1(comparator) << QString::fromLatin1(field);
        };
        const QStringList good{QStringLiteral("https://r.example:8443")};
        row("well", "a", good, "https://c.example", "");
        row("without a comparator", "a", good, "", "");
        row("no name", "  ", good, "", "name");
        row("taken name", "taken", good, "", "name");
        row("no router", "a", {}, "", "routers");
        row("second router bad", "a", {good.first(), QStringLiteral("nonsense")}, "", "routers");
        row("no scheme", "a", {QStringLiteral("r.example:8443")}, "", "routers");
        row("replicas", "a", {good.first(), QStringLiteral("https://s.example:8443")}, "", "");
        row("one address twice", "a", {good.first(), QStringLiteral("https://R.example:8443/")}, "", "routers");
        row("one address twice, with its port", "a",
            {QStringLiteral("https://r.example"), QStringLiteral("https://r.example:443")}, "", "routers");
        row("one in the clear", "a", {good.first(), QStringLiteral("http://s.example:8443")}, "", "routers");
        QStringList many;
        for (int i = 0; i < 9; ++i)
            many << QStringLiteral("https://r%1.example").arg(i);
        row("too many", "a", many, "", "routers");
        row("file", "a", {QStringLiteral("file:///etc/passwd")}, "", "routers");
        row("user info would leak", "a", {QStringLiteral("https://me:pw@r.example")}, "", "routers");
        row("query", "a", {QStringLiteral("https://r.example/?x=1")}, "", "routers");
        row("bad comparator", "a", good, "ftp://c", "comparator");
    }

    void refusesWhatCantWork()
    {
        QFETCH(const QString, name);
        QFETCH(const QStringList, routers);
        QFETCH(const QString, comparator);
        QFETCH(const QString, field);
        Profile other = makeProfile(QStringLiteral("taken"), {QStringLiteral("http://x")});
        other.id = QStringLiteral("1");
        QString blamed;
        const QString problem = profileProblem(makeProfile(name, routers, comparator), {other}, &blamed);
        QCOMPARE(problem.isEmpty(), field.isEmpty());
        QCOMPARE(blamed, field);
    }

    void settingsTellOfChangesOnly()
    {
        const QTemporaryDir folder;
        QSettings store(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
        Settings settings(&store);
        QSignalSpy theme(&settings, &Settings::themeChanged);
        settings.setTheme(QStringLiteral("dark"));
        settings.setTheme(QStringLiteral("dark"));
        QCOMPARE(theme.count(), 1);
        settings.setTimeZone("Asia/Shanghai");
        settings.setLanguage(QStringLiteral("zh_CN"));
        settings.setNotifies(false);
        const Settings again(&store);
        QCOMPARE(again.theme(), QStringLiteral("dark"));
        QCOMPARE(again.timeZone(), QByteArray("Asia/Shanghai"));
        QCOMPARE(again.language(), QStringLiteral("zh_CN"));
        QVERIFY(!again.notifies());
    }

    void theTestSaysExactlyWhatIsWrong_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *tag, int status, const QByteArray &body, bool ok, const char *text) {
            QTest::newRow(tag) << status << body << ok << QString::fromUtf8(text);
        };
        row("well", 200, session("crossfade-router", "0.1.0"), true, "operator-1 (operator, viewer)");
        row("short name", 200, session("router", "0.1.7"), true, "crossfade-router 0.1.7");
        row("401", 401, R"({"detail":"no"})", false, "(401)");
        row("wrong service", 200, session("crossfade-comparator", "0.1.0"), false, "crossfade-comparator");
        row("another version", 200, session("router", "0.2.0"), false, "0.2.0");
        row("another program", 200, R"({"hello":"world"})", false, "not as a Crossfade service");
        row("a web page", 200, "<html>", false, "not as a Crossfade service");
        row("503", 503, R"({"detail":"starting"})", false, "starting");
    }

    void theTestSaysExactlyWhatIsWrong()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const bool, ok);
        QFETCH(const QString, text);
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, status, body);
        });
        ConnectionTest test;
        QSignalSpy finished(&test, &ConnectionTest::finished);
        ConnectionTarget target;
        target.routers = {server.url()};
        target.routerToken = "t";
        test.run(target);
        QVERIFY(test.isRunning());
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(finished.first().first().toBool(), ok);
        const AddressFinding finding = test.findings().first();
        QCOMPARE(finding.ok, ok);
        QVERIFY2(finding.text.contains(text), qPrintable(finding.text));
        QCOMPARE(server.requests().first().headers.value("authorization"), QByteArray("Bearer t"));
    }

    void theTestAsksEachAddressOnItsOwn()
    {
        ScriptedServer router([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, session("router", "0.1.0"));
        });
        quint16 free = 0;
        {
            const ScriptedServer gone;
            free = gone.serverPort();
        }
        ConnectionTest test;
        ConnectionTarget target;
        target.routers = {router.url(), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(free)),
                          QUrl(QStringLiteral("http://no-such-host.invalid"))};
        target.comparator = router.url();
        test.run(target);
        QTRY_VERIFY_WITH_TIMEOUT(!test.isRunning(), 10'000);
        QCOMPARE(test.findings().size(), 4);
        QVERIFY(test.findings().at(0).ok);
        QVERIFY(test.findings().at(1).text.contains(QStringLiteral("refused")));
        QVERIFY(test.findings().at(2).text.contains(QStringLiteral("DNS")));
        QVERIFY(test.findings().at(3).text.contains(QStringLiteral("Wrong service")));
        // A router of another installation is no replica, however well it answers.
        ScriptedServer stranger([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, session("router", "0.1.0").replace("{", R"({"store_id":"other",)"));
        });
        ScriptedServer first([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, session("router", "0.1.0").replace("{", R"({"store_id":"one",)"));
        });
        ConnectionTarget mixed;
        mixed.routers = {first.url(), stranger.url()};
        test.run(mixed);
        QTRY_VERIFY_WITH_TIMEOUT(!test.isRunning(), 10'000);
        QVERIFY(test.findings().at(0).ok);
        QVERIFY(!test.findings().at(1).ok);
        QVERIFY2(test.findings().at(1).text.contains(first.url().toString()), qPrintable(test.findings().at(1).text));
        // A test that is started anew drops the one before.
        test.run(target);
        test.run(target);
        QTRY_VERIFY_WITH_TIMEOUT(!test.isRunning(), 10'000);
        QCOMPARE(test.findings().size(), 4);
    }
};

QTEST_GUILESS_MAIN(TestProfiles)
#include "tst_profiles.moc"
