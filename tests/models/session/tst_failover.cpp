// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A router under two addresses: what the console makes of one that goes.
#include "models/session/rulessession.h"

#include "tests/models/session/fakedata.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const QStringList Roles{QStringLiteral("operator"), QStringLiteral("approver")};

struct Desk {
    FakeService one{ServiceName::Router, Roles};
    FakeService two{ServiceName::Router, Roles};
    FakeService comparator{ServiceName::Comparator, Roles};
    Connection connection;
    QStringList told; // the ids of events
    QStringList lines;
    int refreshed = 0;

    Desk()
    {
        for (FakeService *router : {&one, &two})
            setUpRouter(*router);
        two.replicate(one);
        one.on("GET /readyz", Json{{"ready", true}, {"role", "LEADER"}, {"term", 4}});
        two.on("GET /readyz", Json{{"ready", true}, {"role", "FOLLOWER"}, {"term", 4}});
        QObject::connect(&connection, &Connection::event, [this](ServiceName service, const ServerEvent &event) {
            if (service == ServiceName::Router)
                told << QString::fromStdString(event.id);
        });
        QObject::connect(&connection, &Connection::activity, [this](const QString &line) { lines << line; });
        QObject::connect(&connection, &Connection::refreshNeeded,
                         [this](ServiceName service) { refreshed += service == ServiceName::Router ? 1 : 0; });
    }
    bool isLiveAt(const FakeService &router) const
    {
        return connection.reach(ServiceName::Router) == Reach::Live &&
               connection.replica(ServiceName::Router).address == addressOf(router);
    }
    bool open()
    {
        ConnectionTarget target = targetOf(one, comparator);
        target.routers << two.url();
        connection.open(target);
        return QTest::qWaitFor([this] { return isLiveAt(one); });
    }
    static QString addressOf(const FakeService &router)
    {
        return QStringLiteral("127.0.0.1:%1").arg(router.url().port());
    }
    void change(FakeService &router) { router.push("rule.changed", Json{{"id", "r1"}, {"deleted", true}}); }
    // Reads the rules, while `context` lives, and counts the answers.
    void read(std::chrono::milliseconds timeout, QObject *context, int *answered)
    {
        RestCall call;
        call.path = QStringLiteral("/api/v1/rules");
        call.timeout = timeout;
        connection.get(ServiceName::Router, call, context,
                       [answered](const Result<RestReply> &reply) { *answered += reply ? 1 : 0; });
    }
};

} // namespace

class TestFailover : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theStreamGoesOnAtTheNext()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.change(desk.one);
        QTRY_COMPARE(desk.told, QStringList{QStringLiteral("0199aaaa-1")});
        const QString first = Desk::addressOf(desk.one);
        desk.one.stop();
        // Nobody is listening yet: the other one has it in its log.
        desk.change(desk.two);
        desk.change(desk.two);
        QTRY_VERIFY(desk.isLiveAt(desk.two));
        desk.change(desk.two);
        const QStringList all{QStringLiteral("0199aaaa-1"), QStringLiteral("0199aaaa-2"), QStringLiteral("0199aaaa-3"),
                              QStringLiteral("0199aaaa-4")};
        QTRY_COMPARE(desk.told, all);
        QCOMPARE(desk.two.asked("GET /api/v1/events").first().headers.value("last-event-id"), QByteArray("0199aaaa-1"));
        QCOMPARE(desk.refreshed, 1); // nothing was read anew
        const QString line =
            QStringLiteral("router: goes on at %1 instead of %2").arg(Desk::addressOf(desk.two), first);
        QVERIFY2(desk.lines.contains(line), qPrintable(desk.lines.join(QLatin1Char('\n'))));
    }

    void saysWhichOneIsInUseAndWhetherItLeads()
    {
        Desk desk;
        QVERIFY(desk.open());
        const auto replica = [&desk] { return desk.connection.replica(ServiceName::Router); };
        QTRY_COMPARE(replica().role, Replica::Role::Leader);
        QCOMPARE(replica().number, 1);
        QCOMPARE(replica().count, 2);
        desk.one.stop();
        QTRY_COMPARE(replica().role, Replica::Role::Follower);
        QCOMPARE(replica().number, 2);
        // Where there is only one, there is nothing to say.
        QVERIFY(desk.connection.replica(ServiceName::Comparator) == Replica());
        desk.connection.close();
        QVERIFY(replica() == Replica());
    }

    void anActIsRepeatedUnderItsKey()
    {
        Desk desk;
        QVERIFY(desk.open());
        const char *const Rollbacks = "POST /api/v1/rollbacks";
        desk.one.on(Rollbacks, [](const FakeRequest &) {
            FakeAnswer answer;
            answer.dropped = true; // it may have been done
            return answer;
        });
        desk.two.on(Rollbacks, Json{{"epoch", 7}});
        RestCall call;
        call.path = QStringLiteral("/api/v1/rollbacks");
        call.body = Json{{"scope", "ALL"}};
        QList<std::int64_t> epochs;
        QObject context;
        desk.connection.post(ServiceName::Router, call, &context, [&epochs](const Result<RestReply> &reply) {
            epochs << (reply ? reply->body.value("epoch", std::int64_t(0)) : -1);
        });
        QTRY_COMPARE(epochs.size(), 1);
        QCOMPARE(epochs.first(), 7);
        const auto asked = desk.one.asked(Rollbacks);
        QVERIFY(!asked.isEmpty());
        QCOMPARE(desk.two.asked(Rollbacks).size(), 1);
        const FakeRequest again = desk.two.asked(Rollbacks).first();
        QVERIFY(!again.headers.value("idempotency-key").isEmpty());
        QCOMPARE(again.headers.value("idempotency-key"), asked.first().headers.value("idempotency-key"));
        QVERIFY(again.body == asked.first().body);
    }

    // The process is stopped: its connections stay open, and nothing comes of them.
    void oneThatHangsIsLeft()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.one.hang();
        QObject context;
        int answered = 0;
        desk.read(std::chrono::milliseconds(500), &context, &answered);
        QTRY_COMPARE(answered, 1);
        QTRY_VERIFY(desk.isLiveAt(desk.two));
        desk.change(desk.two);
        QTRY_COMPARE(desk.told, QStringList{QStringLiteral("0199aaaa-1")});
        // What is asked for from now on does not wait for the one that hangs.
        const auto before = desk.one.asked("GET /api/v1/rules").size();
        desk.read(std::chrono::seconds(10), &context, &answered);
        QTRY_COMPARE(answered, 2);
        QCOMPARE(desk.one.asked("GET /api/v1/rules").size(), before);
    }

    // Nobody asks for anything: the console finds out by itself, long before the stream was silent for too long.
    void oneThatHangsIsNoticed()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.one.hang();
        QElapsedTimer took;
        took.start();
        QTRY_VERIFY_WITH_TIMEOUT(desk.isLiveAt(desk.two), 29'000);
        desk.change(desk.two);
        QTRY_COMPARE(desk.told, QStringList{QStringLiteral("0199aaaa-1")});
        qInfo("left after %lld ms", static_cast<long long>(took.elapsed()));
    }

    // It answers all else: its answers must not call the stream back from the one that has one to give.
    void oneWithoutStreamsIsLeft()
    {
        Desk desk;
        desk.one.refuseStreams();
        desk.one.on("GET /api/v1/events",
                    [](const FakeRequest &) { return problem(503, "too many event streams are open"); });
        ConnectionTarget target = targetOf(desk.one, desk.comparator);
        target.routers << desk.two.url();
        QObject context;
        int answered = 0;
        QTimer asking;
        QObject::connect(&asking, &QTimer::timeout, &context,
                         [&] { desk.read(std::chrono::seconds(10), &context, &answered); });
        asking.start(5);
        desk.connection.open(target);
        QTRY_VERIFY(desk.isLiveAt(desk.two));
        const int before = answered;
        QTRY_VERIFY(answered > before + 10);
        QVERIFY(desk.isLiveAt(desk.two));
        QCOMPARE(desk.two.asked("GET /api/v1/events").size(), 1);
        asking.stop();
        QTRY_VERIFY(desk.two.asked("GET /api/v1/rules").size() > 0); // what is read is of the one that tells
    }

    void backAndForthNothingIsLostOrDoubled()
    {
        Desk desk;
        RulesSession rules(&desk.connection);
        QVERIFY(desk.open());
        QTRY_VERIFY(rules.phase() == LoadPhase::Ready);
        QStringList expected;
        FakeService *in = &desk.one;
        FakeService *next = &desk.two;
        for (int round = 0; round < 4; ++round) {
            const std::string id = "n" + std::to_string(round);
            in->push("rule.changed",
                     Json{{"id", id}, {"deleted", false}, {"rule", ruleJson(id, "new " + id, "u-" + id, "NEW", 5)}});
            in->stop();
            desk.change(*next);
            QTRY_VERIFY(desk.isLiveAt(*next));
            for (int i = 0; i < 2; ++i)
                expected << QStringLiteral("0199aaaa-%1").arg(expected.size() + 1);
            QTRY_COMPARE(desk.told, expected);
            QVERIFY(rules.edits().saved(id) != nullptr);
            in->start();
            std::swap(in, next);
        }
        QCOMPARE(desk.refreshed, 1);
    }

    void aStrangerIsLeftOut()
    {
        Desk desk;
        const Json other{{"subject", "operator-1"}, {"roles", Json::array({"operator"})}, {"service", "router"},
                         {"version", "0.1.0"}, {"store_id", "0199bbbb-0000-7000-8000-000000000000"}};
        desk.two.on("GET /api/v1/session", other);
        QVERIFY(desk.open());
        const QString right = Desk::addressOf(desk.one); // once it is stopped it has none
        desk.one.stop();
        const auto said = [&desk] { return desk.connection.problem(ServiceName::Router); };
        QTRY_VERIFY2(desk.lines.join(QLatin1Char('\n')).contains(QStringLiteral("is no replica")),
                     qPrintable(desk.lines.join(QLatin1Char('\n'))));
        QTRY_VERIFY2(said().contains(right), qPrintable(said()));
        QVERIFY(desk.connection.reach(ServiceName::Router) == Reach::Lost);
        const auto asked = desk.two.asked("GET /api/v1/*").size();
        // The right one comes back: the console with it, and what the other one showed is read anew.
        const int before = desk.refreshed;
        desk.one.start();
        QTRY_VERIFY_WITH_TIMEOUT(desk.isLiveAt(desk.one), 20'000);
        QVERIFY(desk.refreshed > before);
        QCOMPARE(desk.two.asked("GET /api/v1/*").size(), asked);
    }

    void withoutAnyItIsSaidAndTriedAgain()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.one.stop();
        desk.two.stop();
        QTRY_VERIFY(desk.connection.reach(ServiceName::Router) == Reach::Lost);
        desk.two.start();
        QTRY_VERIFY_WITH_TIMEOUT(desk.isLiveAt(desk.two), 20'000);
    }
};

QTEST_GUILESS_MAIN(TestFailover)
#include "tst_failover.moc"
