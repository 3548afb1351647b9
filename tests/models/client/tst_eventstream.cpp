// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/eventstream.h"
#include "tests/models/client/scriptedserver.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <memory>

using namespace crossfade;

namespace {

// A stream that a test speaks into, and what the client made of it.
struct Desk {
    ScriptedServer server;
    EventStream stream;
    QPointer<QTcpSocket> socket;
    QStringList seen; // "id type"
    QList<std::pair<int, qint64>> caughtUp;
    QList<Error> failures;
    int resets = 0;

    Desk()
    {
        server.setHandler([this](QTcpSocket *from, const ScriptedServer::Request &) {
            socket = from;
            ScriptedServer::beginStream(from);
        });
        QObject::connect(&stream, &EventStream::received, [this](const ServerEvent &event) {
            seen.append(QString::fromStdString(event.id + " " + event.type));
        });
        QObject::connect(&stream, &EventStream::caughtUp,
                         [this](int missed, qint64 ms) { caughtUp.append({missed, ms}); });
        QObject::connect(&stream, &EventStream::failed,
                         [this](const Error &error) { failures.append(error); });
        QObject::connect(&stream, &EventStream::reset, [this] { ++resets; });
        stream.setTarget(server.url(), "t0ken", {});
    }
    bool live()
    {
        return QTest::qWaitFor([this] { return stream.state() == EventStream::State::Live; });
    }
    void say(const QByteArray &bytes) const
    {
        socket->write(bytes);
        socket->flush();
    }
};

} // namespace

class TestEventStream : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void handsOutEventsInOrder()
    {
        Desk desk;
        desk.stream.open("ab-4");
        QVERIFY(desk.live());
        const auto &headers = desk.server.requests().first().headers;
        QCOMPARE(desk.server.requests().first().target, QByteArray("/api/v1/events"));
        QCOMPARE(headers.value("last-event-id"), QByteArray("ab-4"));
        QCOMPARE(headers.value("authorization"), QByteArray("Bearer t0ken"));
        QCOMPARE(headers.value("accept-encoding"), QByteArray("identity"));
        desk.say("id: ab-5\nevent: rule.changed\ndata: {\"id\":1}\n\nevent: metrics.tick\ndata: {}\n\n");
        // Cut in the middle of a message.
        desk.say("id: ab-6\nevent: switches.ch");
        desk.say("anged\ndata: {}\n\n");
        QTRY_COMPARE(desk.seen.size(), 3);
        QCOMPARE(desk.seen, (QStringList{QStringLiteral("ab-5 rule.changed"), QStringLiteral(" metrics.tick"),
                                         QStringLiteral("ab-6 switches.changed")}));
        QCOMPARE(desk.stream.lastEventId(), std::string("ab-6"));
        QCOMPARE(desk.caughtUp.size(), 0);
    }

    void withoutAnIdItAsksForNoReplay()
    {
        Desk desk;
        desk.stream.open({});
        QVERIFY(desk.live());
        QVERIFY(!desk.server.requests().first().headers.contains("last-event-id"));
    }

    void comesBackByItselfAndSaysWhatItMissed()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("id: ab-2\nevent: a\ndata: {}\n\n");
        QTRY_COMPARE(desk.seen.size(), 1);
        desk.server.setHandler([&desk](QTcpSocket *from, const ScriptedServer::Request &) {
            desk.socket = from;
            ScriptedServer::beginStream(from);
            from->write("id: ab-3\nevent: b\ndata: {}\n\nid: ab-4\nevent: c\ndata: {}\n\n"
                        "event: metrics.tick\ndata: {}\n\n");
        });
        desk.server.dropAll();
        QTRY_COMPARE_WITH_TIMEOUT(desk.caughtUp.size(), 1, 10'000);
        QCOMPARE(desk.caughtUp.first().first, 2);
        QVERIFY(desk.caughtUp.first().second >= 0);
        QCOMPARE(desk.server.requests().last().headers.value("last-event-id"), QByteArray("ab-2"));
        QCOMPARE(desk.seen.size(), 4);
        // What comes now is live, not missed.
        desk.say("id: ab-5\nevent: d\ndata: {}\n\n");
        QTRY_COMPARE(desk.seen.size(), 5);
        QCOMPARE(desk.caughtUp.size(), 1);
    }

    void aServerThatEndsTheAnswerPolitelyIsGoneToo()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.socket->disconnectFromHost();
        QTRY_COMPARE_WITH_TIMEOUT(desk.server.requests().size(), 2, 10'000);
        QVERIFY(desk.failures.size() >= 1);
    }

    void silenceIsDeath()
    {
        Desk desk;
        desk.stream.setHeartbeat(std::chrono::milliseconds(100));
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        QTRY_VERIFY_WITH_TIMEOUT(!desk.failures.isEmpty(), 5'000);
        QCOMPARE(static_cast<int>(desk.failures.first().kind), static_cast<int>(ErrorKind::Timeout));
        QTRY_COMPARE_WITH_TIMEOUT(desk.server.requests().size(), 2, 10'000);
    }

    void heartbeatsKeepItAlive()
    {
        Desk desk;
        desk.stream.setHeartbeat(std::chrono::milliseconds(100));
        QSignalSpy heard(&desk.stream, &EventStream::heard);
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        QTimer beat;
        connect(&beat, &QTimer::timeout, [&desk] {
            if (desk.socket)
                desk.say(": heartbeat\n\n");
        });
        beat.start(100);
        QTRY_VERIFY_WITH_TIMEOUT(heard.count() >= 12, 10'000);
        QCOMPARE(desk.failures.size(), 0);
        QCOMPARE(desk.server.requests().size(), 1);
    }

    void aConsoleThatStoodStillBlamesNobody()
    {
        Desk desk;
        desk.stream.setHeartbeat(std::chrono::milliseconds(500));
        QSignalSpy heard(&desk.stream, &EventStream::heard);
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        QTRY_VERIFY(heard.count() >= 1);
        QTest::qSleep(1'800); // longer than three beats: what came could not be heard
        QCoreApplication::processEvents();
        const auto before = heard.count();
        desk.say("id: ab-2\nevent: a\ndata: {}\n\n");
        QTRY_VERIFY(heard.count() > before);
        QCOMPARE(desk.seen, QStringList{QStringLiteral("ab-2 a")});
        QCOMPARE(desk.failures.size(), 0);
        QCOMPARE(desk.server.requests().size(), 1);
    }

    void tellsWhatTheServiceRefused()
    {
        Desk desk;
        desk.server.setHandler([](QTcpSocket *from, const ScriptedServer::Request &) {
            ScriptedServer::answer(from, 401, R"({"title":"Unauthorized","detail":"revoked"})",
                                   "application/problem+json");
        });
        desk.stream.open("ab-1");
        QTRY_VERIFY(!desk.failures.isEmpty());
        QCOMPARE(static_cast<int>(desk.failures.first().kind), static_cast<int>(ErrorKind::Unauthorized));
        QCOMPARE(desk.failures.first().message, std::string("revoked"));
    }

    void whatIsNoStreamIsNotOurs()
    {
        Desk desk;
        desk.server.setHandler([](QTcpSocket *from, const ScriptedServer::Request &) {
            ScriptedServer::answer(from, 200, "<html></html>", "text/html");
        });
        desk.stream.open("ab-1");
        QTRY_VERIFY(!desk.failures.isEmpty());
        QCOMPARE(static_cast<int>(desk.failures.first().kind), static_cast<int>(ErrorKind::Malformed));
    }

    void aResetAsksForAFreshStart()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("id: cd-9\nevent: reset\ndata: {\"last_event_id\":\"cd-9\"}\n\n"
                 "id: cd-10\nevent: a\ndata: {}\n\n");
        QTRY_COMPARE(desk.resets, 1);
        QTRY_COMPARE(desk.seen.size(), 1);
        QCOMPARE(desk.stream.lastEventId(), std::string("cd-10"));
    }

    void anEndlessEventIsCutOff()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("data: " + QByteArray(6 << 20, 'x'));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.failures.isEmpty(), 10'000);
        QCOMPARE(static_cast<int>(desk.failures.first().kind), static_cast<int>(ErrorKind::TooLarge));
    }

    void dataThatIsNoJsonIsPassedOver()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("id: ab-2\nevent: a\ndata: {oops\n\nid: ab-3\nevent: b\ndata: {}\n\n");
        QTRY_COMPARE(desk.seen.size(), 1);
        QCOMPARE(desk.seen.first(), QStringLiteral("ab-3 b"));
    }

    void asksTheNextReplica()
    {
        Desk desk;
        quint16 free = 0;
        {
            const ScriptedServer gone;
            free = gone.serverPort();
        }
        desk.stream.setTargets({QUrl(QStringLiteral("http://127.0.0.1:%1").arg(free)), desk.server.url()},
                               "t", {});
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        QCOMPARE(desk.failures.size(), 1);
    }

    void closedMeansClosed()
    {
        Desk desk;
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.stream.close();
        desk.server.dropAll();
        QCOMPARE(desk.stream.state(), EventStream::State::Closed);
        QVERIFY(!QTest::qWaitFor([&desk] { return desk.server.requests().size() > 1; }, 700));
    }

    void mayBeClosedFromWithinAnEvent()
    {
        Desk desk;
        QObject::connect(&desk.stream, &EventStream::received, &desk.stream,
                         [&desk] { desk.stream.close(); });
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("id: ab-2\nevent: a\ndata: {}\n\nid: ab-3\nevent: b\ndata: {}\n\n");
        QTRY_COMPARE(desk.stream.state(), EventStream::State::Closed);
        QCOMPARE(desk.seen.size(), 1);
    }

    // What came with it belongs to the stream that was left.
    void mayBeOpenedAnewFromWithinAnEvent()
    {
        Desk desk;
        QObject::connect(&desk.stream, &EventStream::received, &desk.stream, [&desk](const ServerEvent &event) {
            if (event.id == "ab-2")
                desk.stream.open("cd-1");
        });
        desk.stream.open("ab-1");
        QVERIFY(desk.live());
        desk.say("id: ab-2\nevent: a\ndata: {}\n\nid: ab-3\nevent: b\ndata: {}\n\n");
        QTRY_COMPARE(desk.server.requests().size(), 2);
        QCOMPARE(desk.server.requests().last().headers.value("last-event-id"), QByteArray("cd-1"));
        QVERIFY(desk.live());
        QCOMPARE(desk.seen, QStringList{QStringLiteral("ab-2 a")});
        QCOMPARE(desk.stream.lastEventId(), std::string("cd-1"));
    }
};

QTEST_GUILESS_MAIN(TestEventStream)
#include "tst_eventstream.moc"
