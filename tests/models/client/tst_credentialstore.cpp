// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/credentialstore.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace crossfade;

namespace {

constexpr const char *InnerVariable = "CROSSFADE_WITH_KEYRING";

std::optional<QString> write(CredentialStore &store, const QString &key, const QByteArray &token)
{
    std::optional<QString> problem;
    QObject context;
    store.write(key, token, &context, [&problem](const QString &text) { problem = text; });
    if (!QTest::qWaitFor([&problem] { return problem.has_value(); }, 10'000))
        return std::nullopt;
    return problem;
}

std::optional<CredentialStore::Found> read(CredentialStore &store, const QString &key)
{
    std::optional<CredentialStore::Found> found;
    QObject context;
    store.read(key, &context, [&found](const CredentialStore::Found &answer) { found = answer; });
    if (!QTest::qWaitFor([&found] { return found.has_value(); }, 10'000))
        return std::nullopt;
    return found;
}

// A keyring that takes every call and answers none: as one that waits for a password nobody types.
class MuteKeyring : public QDBusVirtualObject {
public:
    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &, const QDBusConnection &) override
    {
        ++m_calls;
        return true;
    }
    int calls() const { return m_calls; }

private:
    int m_calls = 0;
};

// This program again, in a session of its own; `before` is run by its shell.
int runInSession(const char *test, const char *before)
{
    const QTemporaryDir home;
    QDir(home.path()).mkdir(QStringLiteral("run"));
    QFile::setPermissions(home.filePath(QStringLiteral("run")),
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.filePath(QStringLiteral("run")));
    environment.insert(QLatin1String(InnerVariable), QStringLiteral("1"));
    environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
    environment.remove(QStringLiteral("DISPLAY"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QStringLiteral("dbus-run-session"),
                  {QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"),
                   QStringLiteral("%1 exec \"$0\" %2").arg(QLatin1String(before), QLatin1String(test)),
                   QCoreApplication::applicationFilePath()});
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
        return -1;
    }
    return process.exitCode();
}

} // namespace

class TestCredentialStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Outside: no session bus at all. The token lives for this run, and the operator is told.
    void withoutAKeychainTheTokenIsKeptForThisRun()
    {
        if (qEnvironmentVariableIsSet(InnerVariable))
            return;
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        const QTemporaryDir home;
        qputenv("HOME", home.path().toUtf8());
        CredentialStore store;
        const QString key = QStringLiteral("profile/router");
        QElapsedTimer took;
        took.start();
        const auto problem = write(store, key, "t0ken");
        QVERIFY(problem.has_value());
        QVERIFY(!problem->isEmpty());
        QVERIFY(took.elapsed() < 6'000);
        const auto found = read(store, key);
        QVERIFY(found.has_value());
        QCOMPARE(found->token, QByteArray("t0ken"));
        // Nothing of it is on the disk.
        QProcess grep;
        grep.start(QStringLiteral("grep"), {QStringLiteral("-r"), QStringLiteral("t0ken"), home.path()});
        QVERIFY(grep.waitForFinished());
        QCOMPARE(grep.exitCode(), 1);
        CredentialStore another;
        const auto unknown = read(another, key);
        QVERIFY(unknown.has_value());
        QVERIFY(unknown->token.isEmpty());
        QVERIFY(!unknown->problem.isEmpty());
    }

    void answersOnceAndOnlyWhileItsContextLives()
    {
        CredentialStore store;
        store.keepInMemory(QStringLiteral("k"), "v");
        int called = 0;
        {
            QObject context;
            store.read(QStringLiteral("k"), &context, [&called](const auto &) { ++called; });
        }
        const auto found = read(store, QStringLiteral("k"));
        QVERIFY(found.has_value());
        QCOMPARE(found->token, QByteArray("v"));
        QCOMPARE(called, 0);
    }

    void inARealKeychain()
    {
        if (!qEnvironmentVariableIsSet(InnerVariable)) {
            QCOMPARE(runInSession("inARealKeychain",
                                  "printf secret | gnome-keyring-daemon --unlock "
                                  "--components=secrets >/dev/null 2>&1;"),
                     0);
            return;
        }
        const QString key = QStringLiteral("profile/router");
        {
            CredentialStore store;
            const auto problem = write(store, key, QByteArray("s3cret \xE2\x9C\x93"));
            QVERIFY(problem.has_value());
            QCOMPARE(*problem, QString());
        }
        // Another run finds it.
        CredentialStore store;
        auto found = read(store, key);
        QVERIFY(found.has_value());
        QCOMPARE(found->token, QByteArray("s3cret \xE2\x9C\x93"));
        std::optional<QString> forgotten;
        QObject context;
        store.forget(key, &context, [&forgotten](const QString &problem) { forgotten = problem; });
        QTRY_VERIFY(forgotten.has_value());
        QCOMPARE(*forgotten, QString());
        CredentialStore later;
        found = read(later, key);
        QVERIFY(found.has_value());
        QVERIFY(found->token.isEmpty());
        QCOMPARE(found->problem, QString());
    }

    void aKeyringThatNeverAnswersIsWaitedForFiveSeconds()
    {
        if (!qEnvironmentVariableIsSet(InnerVariable)) {
            QCOMPARE(runInSession("aKeyringThatNeverAnswersIsWaitedForFiveSeconds", ""), 0);
            return;
        }
        MuteKeyring mute;
        QDBusConnection bus = QDBusConnection::sessionBus();
        QVERIFY(bus.registerVirtualObject(QStringLiteral("/"), &mute, QDBusConnection::SubPath));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.secrets")));
        CredentialStore store;
        const QString key = QStringLiteral("profile/router");
        QElapsedTimer took;
        took.start();
        const auto problem = write(store, key, "t0ken");
        QVERIFY(problem.has_value());
        QVERIFY2(problem->contains(QStringLiteral("does not answer")), qPrintable(*problem));
        QVERIFY2(took.elapsed() >= 4'500 && took.elapsed() < 7'000, qPrintable(QString::number(took.elapsed())));
        QVERIFY(mute.calls() > 0);
        // For this run it is known, and nothing waits for it again.
        took.start();
        const auto found = read(store, key);
        QVERIFY(found.has_value());
        QCOMPARE(found->token, QByteArray("t0ken"));
        QVERIFY(took.elapsed() < 1'000);
    }
};

QTEST_GUILESS_MAIN(TestCredentialStore)
#include "tst_credentialstore.moc"
