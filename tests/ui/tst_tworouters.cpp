// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The console over two routers on one PostgreSQL database, of which the one it is connected to is killed.
#include "tests/models/session/fakedata.h"
#include "tests/support/replicas.h"
#include "tests/ui/consoledesk.h"

#include "models/items/text.h"
#include "ui/shared/percentspin.h"

#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QLabel>
#include <QTimer>

#include <set>

using namespace crossfade;
using namespace crossfade::test;

namespace {

// What README promises of a console whose router is gone.
constexpr int GoesOnWithinMs = 6'000;
constexpr int Soon = 20'000;
constexpr int Users = 400;

QString addressAt(const Replicas &replicas, std::size_t number)
{
    return QStringLiteral("127.0.0.1:%1").arg(replicas.port(number));
}

struct Desk {
    Replicas replicas;
    TempDir folder;
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("viewer")}};
    QTimer beats;
    std::unique_ptr<ConsoleDesk> desk;
    std::set<std::string> told; // rules that events told of
    QStringList lines;
    int refreshed = 0;

    Desk()
    {
        setUpComparator(comparator);
        QObject::connect(&beats, &QTimer::timeout, [this] { comparator.beat(); });
        beats.start(2'000);
    }
    MainWindow *window() { return desk->window(); }
    // Users, and a policy whose share can be previewed.
    bool fill()
    {
        const TestClient client = replicas.client(0);
        const std::string version = std::to_string(client.get("/api/v1/switches").json.value("version", 0));
        std::string ids;
        for (int i = 0; i < Users; ++i)
            ids += "user-" + std::to_string(i) + "\n";
        return client.put("/api/v1/switches", Json{{"master", "OFF"}, {"default_platform", "LEGACY"}}, version)
                       .status == 200 &&
               client.send("PUT", "/api/v1/directory", ids, {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}})
                       .status == 200 &&
               client.post("/api/v1/shift-policies", Json{{"policy_name", "sign-ins"}, {"target_system", "*"}})
                       .status == 201;
    }
    // Of one who may do everything that is done here by hand.
    QByteArray token()
    {
        const Output made =
            runProgram("crossfade-router", {"token", "add", "--subject", "ann", "--roles", "operator,admin", "--data",
                                            folder.file("token"), "--database", replicas.database()});
        return QByteArray::fromStdString(made.out.substr(0, made.out.find('\n')));
    }
    bool connect()
    {
        desk = std::make_unique<ConsoleDesk>();
        Profile profile;
        profile.name = QStringLiteral("two");
        for (std::size_t i = 0; i < 2; ++i)
            profile.routers << QString::fromStdString(replicas.url(i));
        profile.comparator = comparator.url().toString();
        auto *connections = desk->console().connections();
        const QString id = connections->profiles()->put(profile);
        connections->setToken(id, ServiceName::Router, token());
        connections->setToken(id, ServiceName::Comparator, "comparator-token");
        auto *connection = desk->connection();
        QObject::connect(connection, &Connection::event, [this](ServiceName service, const ServerEvent &event) {
            if (service == ServiceName::Router && event.type == "rule.changed")
                told.insert(event.data.at("rule").value("config_name", std::string()));
        });
        QObject::connect(connection, &Connection::activity, [this](const QString &line) { lines << line; });
        QObject::connect(connection, &Connection::refreshNeeded,
                         [this](ServiceName service) { refreshed += service == ServiceName::Router ? 1 : 0; });
        connections->connectTo(id);
        return QTest::qWaitFor([this] { return isLiveAt(0); }, Soon);
    }
    bool isLiveAt(std::size_t number)
    {
        auto *connection = desk->connection();
        return connection->reach(ServiceName::Router) == Reach::Live &&
               connection->replica(ServiceName::Router).address == addressAt(replicas, number);
    }
    bool addRule(std::size_t at, const std::string &name)
    {
        return replicas.client(at)
                   .post("/api/v1/rules", Json{{"config_name", name},
                                               {"config_type", "USER_BASED"},
                                               {"target_entity", "of-" + name},
                                               {"target_platform", "NEW"},
                                               {"priority", 10},
                                               {"reason", "by another operator"}})
                   .status == 201;
    }
    QStringList shownRules()
    {
        QStringList names;
        const auto *table = desk->get<QAbstractItemView>("rulesTable");
        for (int row = 0; table && row < table->model()->rowCount(); ++row)
            names << table->model()->index(row, RuleModel::Name).data().toString();
        return names;
    }
    // As an operator does it: a form, its button, and the bar that saves.
    bool addRuleByHand(const QString &name)
    {
        return desk->press("addRule") && type(window(), "ruleName", name) &&
               type(window(), "ruleTarget", QStringLiteral("of-") + name) && desk->press("ruleOk") &&
               QTest::qWaitFor([this] { return desk->press("saveEdits"); }, Soon);
    }
    bool isStored(std::size_t at, const QString &name)
    {
        const TestAnswer rules = replicas.client(at).get("/api/v1/rules");
        for (const Json &rule : rules.json.value("items", Json::array()))
            if (rule.value("config_name", std::string()) == toUtf8(name)) return true;
        return false;
    }
    QString text(const char *label)
    {
        const auto *found = desk->get<QLabel>(label);
        return found ? found->text() : QString();
    }
    QString movedUsers()
    {
        const auto *table = desk->get<QAbstractItemView>("movedUsersTable");
        return table && table->model()->rowCount() > 0 ? table->model()->index(0, 0).data().toString() : QString();
    }
};

} // namespace

class TestTwoRouters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); }
    void init() { failOnWarnings(); }

    void theConsoleGoesOnWhereItsRouterIsKilled()
    {
        Desk desk;
        QVERIFY2(desk.replicas.startAll(), desk.replicas.log(0).c_str());
        QVERIFY(desk.fill());
        QVERIFY(desk.connect());
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("routerLabel").contains(QStringLiteral("1/2")), Soon);
        // A preview is made at the first, and looked at once it is gone.
        desk.window()->showPage(QStringLiteral("shift"));
        QTRY_VERIFY_WITH_TIMEOUT(
            desk.desk->get<PercentSpin>("targetSpin") && desk.desk->get<PercentSpin>("targetSpin")->isEnabled(), Soon);
        desk.desk->get<PercentSpin>("targetSpin")->setValue(50);
        QTRY_VERIFY_WITH_TIMEOUT(desk.desk->get<QWidget>("previewList")->isEnabled(), Soon);
        desk.window()->showPage(QStringLiteral("rules"));
        QVERIFY(desk.addRule(0, "before"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.shownRules(), QStringList{QStringLiteral("before")}, Soon);
        const int refreshed = desk.refreshed;

        desk.replicas.kill(0);
        QElapsedTimer since;
        since.start();
        for (const char *name : {"meanwhile-1", "meanwhile-2", "meanwhile-3"})
            QVERIFY(desk.addRule(1, name));
        QTRY_VERIFY_WITH_TIMEOUT(desk.isLiveAt(1) && desk.text("routerLabel").contains(QStringLiteral("2/2")), Soon);
        const qint64 tookMs = since.elapsed();
        QTRY_COMPARE_WITH_TIMEOUT(desk.shownRules().size(), 4, Soon);
        qInfo("goes on at the other after %lld ms", static_cast<long long>(tookMs));
        QVERIFY2(tookMs < GoesOnWithinMs, qPrintable(QString::number(tookMs)));
        // On screen, without loss, and nothing was read anew.
        QVERIFY2(desk.text("statusLife").contains(addressAt(desk.replicas, 1)), qPrintable(desk.text("statusLife")));
        const QString line = QStringLiteral("router: goes on at %1 instead of %2")
                                 .arg(addressAt(desk.replicas, 1), addressAt(desk.replicas, 0));
        QVERIFY2(desk.lines.contains(line), qPrintable(desk.lines.join(QLatin1Char('\n'))));
        QCOMPARE(desk.told, (std::set<std::string>{"before", "meanwhile-1", "meanwhile-2", "meanwhile-3"}));
        QCOMPARE(desk.refreshed, refreshed);
        shoot(desk.window(), "tworouters-after");

        QVERIFY(desk.addRuleByHand(QStringLiteral("by-hand")));
        QTRY_VERIFY_WITH_TIMEOUT(desk.isStored(1, QStringLiteral("by-hand")), Soon);
        QTRY_COMPARE_WITH_TIMEOUT(desk.shownRules().size(), 5, Soon);

        // The other has never heard of the preview: it is made anew, nobody is bothered.
        desk.window()->showPage(QStringLiteral("shift"));
        QVERIFY(desk.desk->press("previewList"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.movedUsers().startsWith(QStringLiteral("user-")), Soon);
        QVERIFY(desk.desk->press("closeButton"));

        // The first comes back, as a follower: what happens at it is seen, and the console stays where it is.
        QVERIFY2(desk.replicas.startAgain(0), desk.replicas.log(0).c_str());
        QVERIFY(desk.addRule(0, "back"));
        desk.window()->showPage(QStringLiteral("rules"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.shownRules().contains(QStringLiteral("back")), Soon);
        QVERIFY(desk.isLiveAt(1));
        // And the other way round.
        desk.replicas.kill(1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.isLiveAt(0), Soon);
        QVERIFY(desk.addRuleByHand(QStringLiteral("at-the-first")));
        QTRY_VERIFY_WITH_TIMEOUT(desk.isStored(0, QStringLiteral("at-the-first")), Soon);
    }
};

QTEST_MAIN(TestTwoRouters)
#include "tst_tworouters.moc"
