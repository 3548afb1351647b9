// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakeconsole.h"

#include "ui/shared/buttons.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPointer>
#include <QSettings>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Desk {
    FakeConsole fake;

    Desk() { fake.desk.window()->showPage(QStringLiteral("connections")); }
    QListWidget *list() { return fake.desk.get<QListWidget>("profileList"); }
    bool press(const char *name) { return fake.desk.press(name); }
    bool write(const char *name, const QString &text) { return type(fake.desk.window(), name, text); }
    bool fill(const QString &name)
    {
        if (!press("profileAdd") || !write("profileName", name))
            return false;
        fake.desk.get<QPlainTextEdit>("profileRouters")->setPlainText(fake.services.router.url().toString());
        return write("profileComparator", fake.services.comparator.url().toString());
    }
    QStringList findings()
    {
        QStringList texts;
        if (auto *all = fake.desk.get<QWidget>("testFindings"))
            for (const QLabel *label : all->findChildren<QLabel *>(QStringLiteral("findingText")))
                texts << label->text();
        return texts;
    }
};

} // namespace

class TestConnectionsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void theSandboxIsAlwaysThere()
    {
        Desk desk;
        QCOMPARE(desk.list()->count(), 1);
        QVERIFY(desk.fake.desk.get<Button>("sandboxStart")->isEnabled());
    }

    void aNewProfileIsSavedConnectedAndRemembered()
    {
        Desk desk;
        QVERIFY(desk.fill(QStringLiteral("prod-identity")));
        QVERIFY(desk.write("routerToken", QStringLiteral("s3cret-token")));
        QCOMPARE(desk.fake.desk.get<QLineEdit>("routerToken")->echoMode(), QLineEdit::Password);
        QVERIFY(desk.press("profileConnect"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.fake.desk.isLive(), 20'000);
        QCOMPARE(desk.fake.services.router.asked("GET /api/v1/session").last().headers["authorization"],
                 QByteArray("Bearer s3cret-token"));
        // Without a keychain that is said, and nothing of the token is on the disk.
        QTRY_VERIFY(desk.fake.desk.get<QLabel>("profileNote")->text().contains(QStringLiteral("never on disk")));
        desk.fake.desk.startAgain();
        QFile settings(desk.fake.desk.settingsFile());
        QVERIFY(settings.open(QIODevice::ReadOnly));
        const QByteArray kept = settings.readAll();
        QVERIFY(kept.contains("prod-identity"));
        QVERIFY(!kept.contains("s3cret"));
        desk.fake.desk.window()->showPage(QStringLiteral("connections"));
        QCOMPARE(desk.list()->count(), 2);
    }

    void mistakesStandAtTheirFields()
    {
        Desk desk;
        QVERIFY(desk.fill(QString()));
        QVERIFY(desk.press("profileSave"));
        const auto said = [&desk](const QString &text) {
            for (const QLabel *label : desk.fake.desk.window()->currentPage()->findChildren<QLabel *>())
                if (label->isVisible() && label->text().contains(text))
                    return true;
            return false;
        };
        QVERIFY(said(QStringLiteral("A profile needs a name.")));
        QVERIFY(desk.write("profileName", QStringLiteral("x")));
        desk.fake.desk.get<QPlainTextEdit>("profileRouters")->setPlainText(QStringLiteral("ftp://elsewhere"));
        QVERIFY(desk.press("profileSave"));
        QVERIFY(said(QStringLiteral("ftp://elsewhere")));
        QVERIFY(!said(QStringLiteral("A profile needs a name.")));
        QCOMPARE(desk.fake.desk.console().connections()->profiles()->all().size(), 1);
    }

    void theTestSaysExactlyWhatIsWrong()
    {
        Desk desk;
        QVERIFY(desk.fill(QStringLiteral("test-identity")));
        QVERIFY(desk.press("profileTest"));
        QTRY_COMPARE(desk.findings().size(), 2);
        QTRY_VERIFY2(desk.findings().value(0).contains(QStringLiteral("operator-1")), qPrintable(desk.findings().join(QLatin1Char('\n'))));
        desk.fake.services.router.on("GET /api/v1/session", [](const FakeRequest &) { return problem(401, "no"); });
        desk.fake.services.comparator.stop();
        QVERIFY(desk.press("profileTest"));
        QTRY_VERIFY2(desk.findings().value(0).contains(QStringLiteral("401")), qPrintable(desk.findings().join(QLatin1Char('\n'))));
        QTRY_VERIFY2(!desk.findings().value(1).isEmpty() && !desk.findings().value(1).contains(QStringLiteral("operator-1")),
                     qPrintable(desk.findings().join(QLatin1Char('\n'))));
        // Crossed addresses are named.
        desk.fake.desk.get<QPlainTextEdit>("profileRouters")->setPlainText(desk.fake.services.router.url().toString());
        desk.fake.services.router.on("GET /api/v1/session",
                                     Json{{"subject", "x"}, {"roles", Json::array()}, {"service", "comparator"}, {"version", "0.1.0"}});
        QVERIFY(desk.press("profileTest"));
        QTRY_VERIFY2(desk.findings().value(0).contains(QStringLiteral("Wrong service")), qPrintable(desk.findings().join(QLatin1Char('\n'))));
    }

    void anotherTimeZoneMakesTheWindowAnewOnlyAfterTheChoice()
    {
        Desk desk;
        QPointer<QComboBox> combo = desk.fake.desk.get<QComboBox>("zoneCombo");
        QVERIFY(combo);
        const QByteArray before = desk.fake.desk.console().settings()->timeZone();
        bool stillThere = false;
        // Asked last: whoever is destroyed by the first listener does not get here.
        QObject::connect(combo, &QComboBox::activated, qApp, [&] { stillThere = !combo.isNull(); });
        QTest::keyClick(combo, Qt::Key_Down);
        QVERIFY(stillThere);
        QTRY_VERIFY(desk.fake.desk.console().settings()->timeZone() != before);
        QTRY_VERIFY(combo.isNull()); // the window was made anew
        auto *made = desk.fake.desk.get<QComboBox>("zoneCombo");
        QVERIFY(made);
        QCOMPARE(made->currentData().toByteArray(), desk.fake.desk.console().settings()->timeZone());
    }

    void deletingAsksFirst()
    {
        Desk desk;
        QVERIFY(desk.fill(QStringLiteral("<b>old</b>")));
        QVERIFY(desk.press("profileSave"));
        QCOMPARE(desk.list()->count(), 2);
        QVERIFY(desk.press("profileDelete"));
        QTRY_VERIFY(desk.fake.desk.get<QWidget>("questionYes"));
        QTest::keyClick(desk.fake.desk.get<QWidget>("deleteProfileBox"), Qt::Key_Return); // Cancel is the default
        QTRY_VERIFY(!desk.fake.desk.get<QWidget>("questionYes"));
        QCOMPARE(desk.list()->count(), 2);
        QVERIFY(desk.press("profileDelete"));
        QTRY_VERIFY(desk.fake.desk.get<QWidget>("questionYes"));
        QVERIFY(desk.press("questionYes"));
        QTRY_COMPARE(desk.list()->count(), 1);
    }
};

QTEST_MAIN(TestConnectionsPage)
#include "tst_connectionspage.moc"
