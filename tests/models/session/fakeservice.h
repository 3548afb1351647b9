// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/session/connection.h"

#include <QCoreApplication>
#include <QHash>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <memory>
#include <utility>

namespace crossfade::test {

struct FakeRequest {
    QString method;
    QString path;
    QUrlQuery query;
    QHash<QByteArray, QByteArray> headers; // names in lower case
    Json body;
    QByteArray bytes; // the body as it came

    QString item(const char *name) const
    {
        return query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded);
    }
};

struct FakeAnswer {
    int status = 200;
    Json body = Json::object();
    bool silent = false; // takes the request and does not answer, unless release() asks anew
    bool dropped = false; // closes the connection instead
    QByteArray bytes = {}; // a body made beforehand, instead of `body`
};

inline FakeAnswer problem(int status, const std::string &detail,
                          const std::vector<std::pair<std::string, std::string>> &fields = {})
{
    Json errors = Json::array();
    for (const auto &[pointer, message] : fields)
        errors.push_back(Json{{"pointer", pointer}, {"message", message}});
    Json body{{"type", "about:blank"}, {"title", "problem"}, {"status", status},
              {"detail", detail},      {"request_id", "r1"}};
    if (!fields.empty())
        body["errors"] = errors;
    return {status, std::move(body)};
}

inline Json listOf(Json items)
{
    const auto total = items.size();
    return Json{{"items", std::move(items)}, {"next_cursor", nullptr}, {"total", total}};
}

// A service by its behaviour: real HTTP on a port of its own, answers from a table, events on
// demand, and a record of what was asked. Events are stored and told again to those who come back by their last
// id; a replica shares them.
class FakeService : public QObject {
public:
    using Handler = std::function<FakeAnswer(const FakeRequest &)>;

    FakeService(ServiceName service, const QStringList &roles)
        : m_name(service == ServiceName::Router ? "router" : "comparator")
        , m_roles(roles)
    {
        m_events->replicas << this;
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = m_server.nextPendingConnection())
                take(socket);
        });
        on("GET /api/v1/session", [this](const FakeRequest &) {
            Json roles = Json::array();
            for (const QString &role : m_roles)
                roles.push_back(role.toStdString());
            return FakeAnswer{200, Json{{"subject", "operator-1"}, {"roles", roles},
                                        {"service", m_name}, {"version", "0.1.0"},
                                        {"server_time", "2026-11-21T14:02:11.000Z"},
                                        {"store_id", "0199aaaa-0000-7000-8000-000000000000"}}};
        });
    }

    ~FakeService() override
    {
        m_events->replicas.removeOne(this);
        for (QTcpSocket *socket : m_server.findChildren<QTcpSocket *>())
            socket->disconnect(this); // their end is nobody's business any more
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort())); }
    // "GET /api/v1/rules"; a path ending in '*' takes all that begin like it.
    void on(const char *route, Handler handler)
    {
        m_routes[QString::fromLatin1(route)] = std::move(handler);
    }
    void on(const char *route, Json body)
    {
        on(route, [body](const FakeRequest &) { return FakeAnswer{200, body}; });
    }
    void push(const char *type, const Json &data)
    {
        const QByteArray id = Prefix + QByteArray::number(m_events->stored.size() + 1);
        m_events->stored << "id: " + id + "\nevent: " + type + "\ndata: " +
                                QByteArray::fromStdString(dumpJson(data)) + "\n\n";
        for (const FakeService *replica : std::as_const(m_events->replicas))
            replica->tell(m_events->stored.last());
    }
    // From now on both are one service under two addresses: events of either are told by both.
    void replicate(FakeService &other)
    {
        m_events->replicas.removeOne(this);
        m_events = other.m_events;
        m_events->replicas << this;
    }
    // What a real one does every ten seconds, so that nobody takes the stream for dead.
    void beat()
    {
        tell(": beat\n\n");
    }
    bool hasStream() const
    {
        return std::any_of(m_streams.begin(), m_streams.end(),
                           [](const auto &stream) { return stream && stream->state() == QAbstractSocket::ConnectedState; });
    }
    // What was asked of this route, in order.
    QList<FakeRequest> asked(const char *route) const
    {
        QList<FakeRequest> found;
        for (const FakeRequest &request : m_log)
            if (matches(QString::fromLatin1(route), request))
                found << request;
        return found;
    }
    // Requests that were taken in silence are answered now, as the table says now.
    void release()
    {
        for (const auto &[socket, request] : std::exchange(m_held, {}))
            if (socket)
                answer(socket, request);
    }
    void stop()
    {
        m_server.close();
        for (QTcpSocket *socket : m_server.findChildren<QTcpSocket *>())
            socket->abort();
    }

private:
    struct Events {
        QByteArrayList stored; // as they go over the wire; the first has number 1
        QList<FakeService *> replicas;
    };
    static inline const QByteArray Prefix = "0199aaaa-";

    void tell(const QByteArray &wire) const
    {
        for (const QPointer<QTcpSocket> &stream : m_streams)
            if (stream)
                stream->write(wire);
    }
    void take(QTcpSocket *socket)
    {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_buffers.remove(socket);
            socket->deleteLater();
        });
    }
    void openStream(QTcpSocket *socket, const FakeRequest &request)
    {
        m_streams.removeIf([](const QPointer<QTcpSocket> &stream) { return stream.isNull(); });
        m_streams << socket;
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: here\n\n");
        const QByteArray last = request.headers.value("last-event-id");
        if (last.startsWith(Prefix))
            for (const QByteArray &missed : m_events->stored.mid(last.mid(Prefix.size()).toLongLong()))
                socket->write(missed);
    }
    static bool matches(const QString &route, const FakeRequest &request)
    {
        const QString line = request.method + QLatin1Char(' ') + request.path;
        return route.endsWith(QLatin1Char('*')) ? line.startsWith(route.chopped(1)) : line == route;
    }

    void read(QTcpSocket *socket)
    {
        QByteArray &buffer = m_buffers[socket];
        buffer += socket->readAll();
        const qsizetype head = buffer.indexOf("\r\n\r\n");
        if (head < 0)
            return;
        FakeRequest request = parseHead(buffer.left(head));
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (buffer.size() < head + 4 + length)
            return;
        const QByteArray body = buffer.mid(head + 4, length);
        m_buffers.remove(socket);
        request.bytes = body;
        if (auto json = parseJson(body.toStdString()))
            request.body = *json;
        m_log << request;
        answer(socket, request);
    }

    static FakeRequest parseHead(const QByteArray &head)
    {
        FakeRequest request;
        const QList<QByteArray> lines = head.split('\n');
        const QList<QByteArray> words = lines.front().trimmed().split(' ');
        request.method = QString::fromLatin1(words.value(0));
        const QUrl url(QString::fromLatin1(words.value(1)));
        request.path = url.path();
        request.query = QUrlQuery(url);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
        }
        return request;
    }

    void answer(QTcpSocket *socket, const FakeRequest &request)
    {
        if (request.path == QLatin1String("/api/v1/events")) {
            openStream(socket, request);
            return;
        }
        FakeAnswer answer = problem(404, "no such thing");
        QString best;
        for (auto route = m_routes.begin(); route != m_routes.end(); ++route)
            if (matches(route.key(), request) && route.key().size() > best.size())
                best = route.key();
        if (!best.isEmpty())
            answer = m_routes[best](request);
        if (answer.silent) {
            m_held.append({socket, request});
            return;
        }
        if (answer.dropped) {
            socket->abort();
            return;
        }
        const QByteArray body =
            answer.bytes.isEmpty() ? QByteArray::fromStdString(dumpJson(answer.body)) : answer.bytes;
        const QByteArray type =
            answer.status < 400 ? "application/json" : "application/problem+json";
        socket->write("HTTP/1.1 " + QByteArray::number(answer.status) + " X\r\nContent-Type: " +
                      type + "\r\nX-Crossfade-Event-Id: " + Prefix + QByteArray::number(m_events->stored.size()) +
                      "\r\nConnection: close\r\nContent-Length: " +
                      QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }

    std::string m_name;
    QStringList m_roles;
    QTcpServer m_server;
    QHash<QString, Handler> m_routes;
    QHash<QTcpSocket *, QByteArray> m_buffers;
    QList<QPointer<QTcpSocket>> m_streams;
    QList<std::pair<QPointer<QTcpSocket>, FakeRequest>> m_held;
    QList<FakeRequest> m_log;
    std::shared_ptr<Events> m_events = std::make_shared<Events>();
};

inline ConnectionTarget targetOf(const FakeService &router, const FakeService &comparator)
{
    ConnectionTarget target;
    target.profileName = QStringLiteral("fake");
    target.routers = {router.url()};
    target.comparator = comparator.url();
    target.routerToken = "token";
    target.comparatorToken = "token";
    return target;
}

} // namespace crossfade::test
