// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/restclient.h"
#include "tests/models/client/restcalls.h"
#include "tests/models/client/scriptedserver.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const QByteArray Problem =
    R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"2 fields are wrong",)"
    R"("code":"STALE_VERSION","values":["7"],"request_id":"r-1","errors":[{"pointer":"/name","message":"too long"},{"pointer":"/x","message":"unknown"}]})";

} // namespace

class TestRestClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void answers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("kind"); // of the error, -1 none
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, int status, const QByteArray &body,
                            const QByteArray &type, int kind, const char *message = "") {
            QTest::newRow(name) << status << body << type << kind << QString::fromLatin1(message);
        };
        const auto kind = [](ErrorKind value) { return static_cast<int>(value); };
        row("JSON", 200, R"({"a":1})", "application/json", -1);
        row("no body", 204, "", "", -1);
        row("created", 201, "[]", "application/json; charset=utf-8", -1);
        row("problem with fields", 422, Problem, "application/problem+json",
            kind(ErrorKind::Invalid), "2 fields are wrong");
        row("401", 401, R"({"title":"Unauthorized"})", "application/problem+json",
            kind(ErrorKind::Unauthorized), "Unauthorized");
        row("403 without a body", 403, "", "", kind(ErrorKind::Forbidden), "HTTP 403");
        row("404 of a web server", 404, "<h1>no</h1>", "text/html", kind(ErrorKind::NotFound),
            "HTTP 404");
        row("409", 409, R"({"detail":"held"})", "application/problem+json",
            kind(ErrorKind::Conflict), "held");
        row("412", 412, "{}", "application/problem+json", kind(ErrorKind::Stale), "HTTP 412");
        row("429", 429, "{}", "application/problem+json", kind(ErrorKind::RateLimited), "HTTP 429");
        row("500 with rubbish", 500, "\xff\xfe{", "application/problem+json",
            kind(ErrorKind::Internal), "HTTP 500");
        row("503", 503, "{}", "application/problem+json", kind(ErrorKind::Unavailable), "HTTP 503");
        row("HTML where JSON belongs", 200, "<html></html>", "text/html",
            kind(ErrorKind::Malformed), "not as a Crossfade service");
        row("half of a JSON", 200, R"({"a":)", "application/json", kind(ErrorKind::Malformed),
            "not as a Crossfade service");
        row("JSON called text", 200, "{}", "text/plain", kind(ErrorKind::Malformed),
            "not as a Crossfade service");
        row("redirect", 302, "", "", kind(ErrorKind::Malformed), "not as a Crossfade service");
    }

    void answers()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, type);
        QFETCH(const int, kind);
        QFETCH(const QString, message);
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, status, body, type,
                                   "X-Crossfade-Event-Id: ab-7\r\nETag: \"3\"\r\n");
        });
        RestClient client(server.url());
        Ending ending(client.get(callTo("/api/v1/x")));
        QVERIFY(ending.wait());
        QCOMPARE(ending.finished, 1);
        const Result<RestReply> reply = ending.result();
        if (kind < 0) {
            QVERIFY2(reply, reply ? "" : reply.error().message.c_str());
            QCOMPARE(reply->status, status);
            QCOMPARE(reply->eventId, std::string("ab-7"));
            QCOMPARE(reply->etag, std::string("3"));
            return;
        }
        QVERIFY(!reply);
        QCOMPARE(static_cast<int>(reply.error().kind), kind);
        QVERIFY2(QString::fromStdString(reply.error().message).contains(message),
                 reply.error().message.c_str());
    }

    void namesTheBadFields()
    {
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 422, Problem, "application/problem+json");
        });
        RestClient client(server.url());
        Ending ending(client.post(callTo("/api/v1/rules")));
        QVERIFY(ending.wait());
        const Error error = ending.result().error();
        QCOMPARE(error.fields.size(), 2U);
        QCOMPARE(error.fields[0], (FieldError{"/name", "too long"}));
        QCOMPARE(error.requestId, std::string("r-1"));
        QCOMPARE(error.code, std::string("STALE_VERSION"));
        QCOMPARE(error.values, std::vector<std::string>{"7"});
    }

    void sendsWhatTheServicesExpect()
    {
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, "{}");
        });
        RestClient client(QUrl(server.url().toString() + QStringLiteral("/prefix/")));
        client.setToken("s3cret");
        RestCall call = callTo("/api/v1/rules/a%2Fb");
        call.query.addQueryItem(QStringLiteral("q"), QStringLiteral("a b&c"));
        call.ifMatch = "7";
        call.reason = "peak is over, 50 % \xE2\x9C\x93";
        call.body = Json{{"n", 1}};
        Ending ending(client.patch(call));
        QVERIFY(ending.wait());
        const ScriptedServer::Request &got = server.requests().first();
        QCOMPARE(got.method, QByteArray("PATCH"));
        QCOMPARE(got.target, QByteArray("/prefix/api/v1/rules/a%2Fb?q=a%20b%26c"));
        QCOMPARE(got.headers.value("authorization"), QByteArray("Bearer s3cret"));
        QCOMPARE(got.headers.value("if-match"), QByteArray("\"7\""));
        QCOMPARE(got.headers.value("x-reason"), QByteArray("peak%20is%20over%2C%2050%20%25%20%E2%9C%93"));
        QCOMPARE(got.headers.value("accept-encoding"), QByteArray("identity"));
        QCOMPARE(got.headers.value("content-type"), QByteArray("application/json"));
        QVERIFY(!got.headers.contains("idempotency-key"));
        QCOMPARE(got.body, QByteArray("{\"n\":1}"));
    }

    void eachPostHasItsOwnKeyAndKeepsItWhenRepeated()
    {
        int count = 0;
        ScriptedServer server([&](QTcpSocket *socket, const ScriptedServer::Request &) {
            // The first try is accepted and then cut: nobody can know whether it took effect.
            if (++count == 1)
                socket->abort();
            else
                ScriptedServer::answer(socket, 200, "{}");
        });
        RestClient client(server.url());
        Ending first(client.post(callTo("/x")));
        QVERIFY(first.wait());
        QVERIFY(first.result());
        Ending second(client.post(callTo("/x")));
        QVERIFY(second.wait());
        QCOMPARE(server.requests().size(), 3);
        const auto key = [&](int at) { return server.requests().at(at).headers.value("idempotency-key"); };
        QVERIFY(key(0).size() >= 32);
        QCOMPARE(key(0), key(1));
        QVERIFY(key(2) != key(0));
    }

    void neverRepeatsWhatMightHaveTakenEffectWithoutAKey()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            socket->abort();
        });
        RestClient client(server.url());
        RestCall call = callTo("/x");
        call.ifMatch = "1";
        Ending ending(client.put(call));
        QVERIFY(ending.wait());
        QCOMPARE(static_cast<int>(ending.result().error().kind), static_cast<int>(ErrorKind::Network));
        // The network library itself may not send a PUT again either.
        QCOMPARE(server.requests().size(), 1);
    }

    void rawAnswersComeAsTheyAre()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, "a,b\r\n1,2\r\n", "text/csv");
        });
        RestClient client(server.url());
        RestCall call = callTo("/export");
        call.raw = true;
        call.accept = "text/csv";
        Ending ending(client.get(call));
        QVERIFY(ending.wait());
        QCOMPARE(ending.result()->bytes, QByteArray("a,b\r\n1,2\r\n"));
        QCOMPARE(server.requests().first().headers.value("accept"), QByteArray("text/csv"));
    }

    void asksTheNextReplicaAndRemembersIt()
    {
        quint16 free = 0;
        {
            const ScriptedServer gone;
            free = gone.serverPort();
        }
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, "{}");
        });
        const QUrl dead(QStringLiteral("http://127.0.0.1:%1").arg(free));
        RestClient client{dead};
        client.setBases({dead, server.url()});
        Ending ending(client.put(callTo("/x")));
        QVERIFY(ending.wait());
        QVERIFY(ending.result());
        QCOMPARE(client.base(), server.url());
    }

    // The connection broke, the act went on: its answer comes, not the word that it is under way.
    void anActThatStillRunsIsWaitedFor()
    {
        int refused = 0;
        ScriptedServer server([&refused](QTcpSocket *socket, const ScriptedServer::Request &request) {
            if (request.target == "/x" && ++refused == 1)
                ScriptedServer::answer(socket, 409, R"({"detail":"still in flight"})", "application/problem+json",
                                       "Retry-After: 1\r\n");
            else if (request.target == "/x")
                ScriptedServer::answer(socket, 200, R"({"epoch":7})");
            else
                ScriptedServer::answer(socket, 409, R"({"detail":"it is COMPLETED"})", "application/problem+json");
        });
        RestClient client(server.url());
        Ending ending(client.post(callTo("/x")));
        QVERIFY(ending.wait());
        QVERIFY(ending.result());
        QCOMPARE(server.requests().size(), 2);
        QCOMPARE(server.requests().at(0).headers.value("idempotency-key"),
                 server.requests().at(1).headers.value("idempotency-key"));
        // What does not fit the state is said at once.
        Ending other(client.post(callTo("/y")));
        QVERIFY(other.wait());
        QCOMPARE(other.result().error().message, std::string("it is COMPLETED"));
        QCOMPARE(server.requests().size(), 3);
    }

    void aReplicaThatCanDoNothingNowPassesOn()
    {
        ScriptedServer away([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 503, R"({"detail":"the store does not answer"})",
                                   "application/problem+json");
        });
        ScriptedServer well([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, "{}");
        });
        RestClient client(away.url());
        client.setBases({away.url(), well.url()});
        // What may have taken effect is not asked for twice.
        RestCall change = callTo("/x");
        change.ifMatch = "1";
        Ending changed(client.put(change));
        QVERIFY(changed.wait());
        QCOMPARE(static_cast<int>(changed.result().error().kind), static_cast<int>(ErrorKind::Unavailable));
        QCOMPARE(client.base(), away.url());
        QVERIFY(well.requests().isEmpty());
        Ending acted(client.post(callTo("/x")));
        QVERIFY(acted.wait());
        QVERIFY(acted.result());
        QCOMPARE(well.requests().first().headers.value("idempotency-key"),
                 away.requests().last().headers.value("idempotency-key"));
        QCOMPARE(client.base(), well.url());
        // When none can, it is said why.
        client.setBases({away.url(), away.url()});
        Ending read(client.get(callTo("/x")));
        QVERIFY(read.wait());
        QCOMPARE(read.result().error().message, std::string("the store does not answer"));
    }

    // A service that reads nothing any more, but still acts.
    void anActWaitsForNothingThatHangs()
    {
        ScriptedServer server([](QTcpSocket *socket, const ScriptedServer::Request &request) {
            if (request.target.startsWith("/rollbacks"))
                ScriptedServer::answer(socket, 200, "{}");
        });
        RestClient client(server.url());
        std::vector<std::unique_ptr<Ending>> hanging;
        for (int i = 0; i < 20; ++i) {
            RestCall reading = callTo("/rules");
            reading.timeout = std::chrono::seconds(20);
            hanging.push_back(std::make_unique<Ending>(client.get(reading)));
            RestCall asking = callTo("/previews");
            asking.timeout = std::chrono::seconds(20);
            asking.body = Json::object();
            hanging.push_back(std::make_unique<Ending>(client.post(asking)));
        }
        QTRY_VERIFY(server.requests().size() >= 12); // both are at their limits
        RestCall act = callTo("/rollbacks");
        act.body = Json::object();
        act.timeout = std::chrono::seconds(20);
        QElapsedTimer took;
        took.start();
        Ending ending(client.post(act));
        QVERIFY(ending.wait());
        QVERIFY(ending.result());
        QVERIFY2(took.elapsed() < 3'000, qPrintable(QString::number(took.elapsed())));
        for (const auto &each : hanging)
            QCOMPARE(each->finished, 0);
    }

    void aReplicaThatHangsDoesNotHoldUpARollback()
    {
        ScriptedServer hanging;
        ScriptedServer well([](QTcpSocket *socket, const ScriptedServer::Request &) {
            ScriptedServer::answer(socket, 200, "{}");
        });
        RestClient client(hanging.url());
        client.setBases({hanging.url(), well.url()});
        Ending ending(client.post(callTo("/api/v1/rollbacks")));
        QVERIFY(ending.wait());
        QVERIFY(ending.result());
        QCOMPARE(well.requests().first().headers.value("idempotency-key"),
                 hanging.requests().first().headers.value("idempotency-key"));
    }
};

QTEST_GUILESS_MAIN(TestRestClient)
#include "tst_restclient.moc"
