// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The whole console over a router with two addresses, one of which goes.
#include "tests/ui/fakeconsole.h"

#include "ui/shared/buttons.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QTableView>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Desk {
    FakeConsole fake;
    FakeService second{ServiceName::Router,
                       {QStringLiteral("operator"), QStringLiteral("approver"), QStringLiteral("admin")}};

    Desk()
    {
        setUpRouter(second);
        setUpShifts(second);
        setUpAudit(second);
        second.replicate(first());
        first().on("GET /readyz", Json{{"ready", true}, {"role", "LEADER"}, {"term", 1}});
        second.on("GET /readyz", Json{{"ready", true}, {"role", "FOLLOWER"}, {"term", 1}});
    }
    FakeService &first() { return fake.services.router; }
    // As an operator does it: a new profile, two lines of addresses.
    bool write(const QString &routers)
    {
        fake.desk.window()->showPage(QStringLiteral("connections"));
        if (!fake.desk.press("profileAdd") || !type(fake.desk.window(), "profileName", QStringLiteral("prod-identity")))
            return false;
        return rewrite(routers) &&
               type(fake.desk.window(), "profileComparator", fake.services.comparator.url().toString()) &&
               type(fake.desk.window(), "routerToken", QStringLiteral("t")) &&
               type(fake.desk.window(), "comparatorToken", QStringLiteral("t"));
    }
    bool rewrite(const QString &routers)
    {
        auto *edit = fake.desk.get<QPlainTextEdit>("profileRouters");
        if (!edit)
            return false;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, routers);
        return edit->toPlainText() == routers;
    }
    QString both() { return first().url().toString() + QLatin1Char(' ') + second.url().toString(); }
    QString text(const char *label)
    {
        const auto *found = fake.desk.get<QLabel>(label);
        return found ? found->text() : QString();
    }
    bool says(const QString &text)
    {
        for (const QLabel *label : fake.desk.window()->currentPage()->findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(text))
                return true;
        return false;
    }
};

QString addressOf(const FakeService &router)
{
    return QStringLiteral("127.0.0.1:%1").arg(router.url().port());
}

} // namespace

class TestReplicas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void theConsoleGoesOnAtTheOther()
    {
        Desk desk;
        QVERIFY(desk.write(desk.both()));
        QVERIFY(desk.fake.desk.press("profileConnect"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.fake.desk.isLive(), 20'000);
        const auto shows = [&desk](const char *start) {
            return desk.text("routerLabel").startsWith(QString::fromUtf8(start));
        };
        QTRY_VERIFY2(shows("✓ router · 1/2"), qPrintable(desk.text("routerLabel")));
        QTRY_VERIFY2(desk.text("statusLife").contains(addressOf(desk.first()) + QStringLiteral(", leader")),
                     qPrintable(desk.text("statusLife")));
        const auto *label = desk.fake.desk.get<QLabel>("routerLabel");
        QVERIFY2(label->toolTip().startsWith(QStringLiteral("Replica 1 of 2 in use: ") + addressOf(desk.first())),
                 qPrintable(label->toolTip()));
        desk.fake.desk.window()->showPage(QStringLiteral("rules"));
        auto *roll = desk.fake.desk.get<QAbstractButton>("rollBackButton");
        QVERIFY(roll && roll->isEnabled());

        desk.first().stop();
        QTRY_VERIFY_WITH_TIMEOUT(desk.fake.desk.isLive() && shows("✓ router · 2/2"), 20'000);
        QTRY_VERIFY2(desk.text("statusLife").contains(addressOf(desk.second) + QStringLiteral(", follower")),
                     qPrintable(desk.text("statusLife")));
        // What happens at the other one is seen as before.
        desk.second.push("switches.changed", Json{{"switches", switchesJson("LEGACY", "LEGACY", 9)}});
        QTRY_VERIFY2(desk.fake.desk.get<QAbstractButton>("masterChip")->text().contains(QStringLiteral("LEGACY")),
                     qPrintable(desk.fake.desk.get<QAbstractButton>("masterChip")->text()));
        QCOMPARE(desk.fake.desk.shown(), QStringLiteral("rules"));
        QVERIFY(desk.fake.desk.get<QAbstractButton>("rollBackButton")->isEnabled());
    }

    void oneAddressSaysNothingOfReplicas()
    {
        Desk desk;
        QVERIFY(desk.write(desk.first().url().toString()));
        QVERIFY(desk.fake.desk.press("profileConnect"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.fake.desk.isLive(), 20'000);
        QVERIFY(!desk.text("routerLabel").contains(QLatin1Char('/')));
        QVERIFY(!desk.text("statusLife").contains(QStringLiteral("127.0.0.1")));
        QVERIFY(desk.first().asked("GET /readyz").isEmpty());
    }

    void wrongAddressesAreNamed()
    {
        Desk desk;
        const QString first = desk.first().url().toString();
        QVERIFY(desk.write(first + QLatin1Char(' ') + first + QLatin1Char('/')));
        QVERIFY(desk.fake.desk.press("profileSave"));
        QVERIFY(desk.says(QStringLiteral("stands twice")));
        QVERIFY(desk.rewrite(first + QStringLiteral(" https://127.0.0.1:1")));
        QVERIFY(desk.fake.desk.press("profileSave"));
        QVERIFY(desk.says(QStringLiteral("either all addresses of a router begin with https, or none")));
        QCOMPARE(desk.fake.desk.console().connections()->profiles()->all().size(), 1);
        // Another installation answers well, but is no replica.
        desk.second.on("GET /api/v1/session",
                       Json{{"subject", "x"}, {"roles", Json::array({"viewer"})}, {"service", "router"},
                            {"version", "0.1.0"}, {"store_id", "0199bbbb-0000-7000-8000-000000000000"}});
        QVERIFY(desk.rewrite(desk.both()));
        QVERIFY(desk.fake.desk.press("profileTest"));
        QTRY_VERIFY(desk.says(QStringLiteral("No replica of %1: it has another store.").arg(first)));
        QVERIFY(desk.fake.desk.press("profileSave"));
        QCOMPARE(desk.fake.desk.console().connections()->profiles()->all().size(), 2);
    }
};

QTEST_MAIN(TestReplicas)
#include "tst_replicas.moc"
