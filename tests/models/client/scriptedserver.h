// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

namespace crossfade {

// A real server on a port of its own that does what a test tells it, also what no server should:
// hang, send garbage, close in the middle, answer late. Header-only: each test program links alone.
class ScriptedServer : public QTcpServer {
public:
    struct Request {
        QByteArray method;
        QByteArray target; // path and query
        QHash<QByteArray, QByteArray> headers; // names in lower case
        QByteArray body;
    };
    using Handler = std::function<void(QTcpSocket *socket, const Request &request)>;

    explicit ScriptedServer(Handler handler = {}, quint16 port = 0)
        : m_handler(std::move(handler))
    {
        listen(QHostAddress::LocalHost, port);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                serve(socket);
        });
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
    const QList<Request> &requests() const { return m_requests; }
    void setHandler(Handler handler) { m_handler = std::move(handler); }
    // All connections end at once, as when the process is killed.
    void dropAll()
    {
        for (QPointer<QTcpSocket> &socket : m_sockets)
            if (socket)
                socket->abort();
        m_sockets.clear();
    }

    static void answer(QTcpSocket *socket, int status, const QByteArray &body,
                       const QByteArray &type = "application/json", const QByteArray &headers = {})
    {
        socket->write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers +
                      "\r\n" + body);
    }
    static void beginStream(QTcpSocket *socket)
    {
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Cache-Control: no-store\r\n\r\n: connected\n\n");
    }

private:
    void serve(QTcpSocket *socket)
    {
        m_sockets.append(socket);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        auto buffer = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, buffer] {
            *buffer += socket->readAll();
            Request request;
            while (takeRequest(*buffer, request)) {
                m_requests.append(request);
                if (m_handler)
                    m_handler(socket, request);
                request = {};
            }
        });
    }

    static bool takeRequest(QByteArray &buffer, Request &request)
    {
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        const QList<QByteArray> lines = buffer.left(end).split('\n');
        const QList<QByteArray> first = lines.first().trimmed().split(' ');
        request.method = first.value(0);
        request.target = first.value(1);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (buffer.size() < end + 4 + length)
            return false;
        request.body = buffer.mid(end + 4, length);
        buffer.remove(0, end + 4 + length);
        return true;
    }

    Handler m_handler;
    QList<Request> m_requests;
    QList<QPointer<QTcpSocket>> m_sockets;
};

} // namespace crossfade
