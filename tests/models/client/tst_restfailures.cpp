// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that nobody answers, that are answered by halves, or that are given up: each ends once, and says how.
#include "tests/models/client/restcalls.h"
#include "tests/models/client/scriptedserver.h"

#include <QRegularExpression>
#include <QTest>
#include <QTimer>

#include <memory>

using namespace crossfade;
using namespace crossfade::test;

class TestRestFailures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void hangingEndsInATimeout()
    {
        QList<QPointer<QTcpSocket>> sockets;
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            sockets.append(socket);
        });
        RestClient client(server.url());
        Ending ending(client.get(callTo("/x")));
        QVERIFY(ending.wait());
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::Timeout));
        // An answer that comes now is nobody's.
        for (const auto &socket : sockets)
            if (socket)
                ScriptedServer::answer(socket, 200, "{}");
        Ending other(client.get(callTo("/y")));
        QVERIFY(other.wait());
        QCOMPARE(ending.finished, 1);
        QCOMPARE(ending.watcher.future().resultCount(), 1);
    }

    void aBodyThatTricklesEndsInATimeout()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                          "Content-Length: 1000\r\n\r\n{");
            auto *timer = new QTimer(socket);
            QObject::connect(timer, &QTimer::timeout, socket, [socket] { socket->write(" "); });
            timer->start(20);
        });
        RestClient client(server.url());
        Ending ending(client.get(callTo("/x")));
        QVERIFY(ending.wait());
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::Timeout));
    }

    void whatIsCutIsNoAnswer()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                          "Content-Length: 1000\r\n\r\n{\"a\":1}");
            socket->flush();
            socket->disconnectFromHost();
        });
        RestClient client(server.url());
        Ending ending(client.get(callTo("/x")));
        QVERIFY(ending.wait());
        QVERIFY(!ending.result());
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::Network));
    }

    void garbageIsNamed()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            socket->write("SSH-2.0-OpenSSH_9.2\r\n");
            socket->disconnectFromHost();
        });
        RestClient client(server.url());
        Ending ending(client.get(callTo("/x")));
        QVERIFY(ending.wait());
        QVERIFY(!ending.result());
        QVERIFY(!ending.result().error().message.empty());
    }

    void tellsWhyThereIsNoConnection_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("message");
        quint16 free = 0;
        {
            const ScriptedServer gone;
            free = gone.serverPort();
        }
        QTest::newRow("refused") << QStringLiteral("http://127.0.0.1:%1").arg(free)
                                 << QStringLiteral("connection refused");
        QTest::newRow("no such name") << QStringLiteral("http://no-such-host.invalid")
                                      << QStringLiteral("not known (DNS)");
        QTest::newRow("no address") << QString() << QStringLiteral("http:// or https://");
        QTest::newRow("another scheme") << QStringLiteral("gopher://127.0.0.1:1")
                                        << QStringLiteral("http:// or https://");
    }

    void tellsWhyThereIsNoConnection()
    {
        QFETCH(const QString, url);
        QFETCH(const QString, message);
        RestClient client{QUrl(url)};
        RestCall call = callTo("/x");
        call.timeout = std::chrono::seconds(5);
        Ending ending(client.get(call));
        QVERIFY(ending.wait());
        QVERIFY(!ending.result());
        const QString text = QString::fromStdString(ending.result().error().message);
        QVERIFY2(text.contains(message), qPrintable(text));
    }

    void aDyingClientEndsItsCallsAsCancelled()
    {
        ScriptedServer server; // never answers
        auto client = std::make_unique<RestClient>(server.url());
        Ending a(client->get(callTo("/a")));
        Ending b(client->post(callTo("/b")));
        client.reset();
        QVERIFY(a.wait() && b.wait());
        QCOMPARE(static_cast<int>(a.result().error().kind), static_cast<int>(ErrorKind::Cancelled));
        QCOMPARE(static_cast<int>(b.result().error().kind), static_cast<int>(ErrorKind::Cancelled));
    }

    void aCallGoesWithItsOwner()
    {
        ScriptedServer server;
        RestClient client(server.url());
        auto owner = std::make_unique<QObject>();
        RestCall call = callTo("/a");
        call.owner = owner.get();
        Ending ending(client.get(call));
        QTRY_COMPARE(server.requests().size(), 1);
        owner.reset();
        QVERIFY(ending.wait());
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::Cancelled));
    }

    void aCancelledFutureGivesUpTheRequest()
    {
        bool gone = false;
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            connect(socket, &QTcpSocket::disconnected, this, [&gone] { gone = true; });
        });
        RestClient client(server.url());
        RestCall call = callTo("/a");
        call.timeout = std::chrono::seconds(30);
        QFuture<Result<RestReply>> future = client.get(call);
        QTRY_COMPARE(server.requests().size(), 1);
        future.cancel();
        QTRY_VERIFY(gone);
        QTRY_VERIFY(future.isFinished());
        QCOMPARE(future.resultCount(), 0);
    }

    void largeAnswersLeaveThisThreadFree()
    {
        QByteArray list = "{\"items\":[";
        for (int i = 0; i < 20'000; ++i)
            list += (i ? "," : "") + QByteArray("{\"id\":\"0123456789abcdef\",\"n\":") +
                    QByteArray::number(i) + "}";
        list += "]}";
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, list);
        });
        RestClient client(server.url());
        RestCall call = callTo("/big");
        call.timeout = std::chrono::seconds(10);
        Ending ending(client.get(call));
        QVERIFY(ending.wait());
        QVERIFY(ending.result());
        QCOMPARE(ending.result()->body.at("items").size(), 20'000U);
        // The client may also go while it is parsed.
        auto shortLived = std::make_unique<RestClient>(server.url());
        Ending late(shortLived->get(call));
        QTRY_COMPARE(server.requests().size(), 2);
        shortLived.reset();
        QVERIFY(late.wait());
        QCOMPARE(late.watcher.future().resultCount(), 1);
    }

    void anEndlessAnswerIsRefused()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            const auto pour = [socket] {
                if (socket->bytesToWrite() < (4 << 20))
                    socket->write(QByteArray(1 << 20, ' '));
            };
            QObject::connect(socket, &QTcpSocket::bytesWritten, socket, pour);
            pour();
        });
        RestClient client(server.url());
        RestCall call = callTo("/endless");
        call.timeout = std::chrono::seconds(20);
        Ending ending(client.get(call));
        QVERIFY(QTest::qWaitFor([&] { return ending.finished > 0; }, 20'000));
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::TooLarge));
    }
};

QTEST_GUILESS_MAIN(TestRestFailures)
#include "tst_restfailures.moc"
