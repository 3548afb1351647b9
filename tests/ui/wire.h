// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace crossfade::test {

// A wire between the console and a service that a test can cut, and mend when it wants to.
class Wire : public QObject {
public:
    explicit Wire(const QUrl &service)
        : m_service(service)
    {
        m_server.listen(QHostAddress::LocalHost);
        m_port = m_server.serverPort();
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *near = m_server.nextPendingConnection())
                join(near);
        });
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port)); }
    void cut()
    {
        m_server.close();
        const QList<QTcpSocket *> sockets = findChildren<QTcpSocket *>() + m_server.findChildren<QTcpSocket *>();
        for (QTcpSocket *socket : sockets)
            socket->abort();
    }
    bool mend() { return m_server.listen(QHostAddress::LocalHost, m_port); }
    // All that the console has sent so far.
    const QByteArray &sent() const { return m_sent; }

private:
    void join(QTcpSocket *near)
    {
        auto *far = new QTcpSocket(this);
        connect(far, &QTcpSocket::connected, near, [this, near, far] { pass(near, far); });
        connect(near, &QTcpSocket::readyRead, far, [this, near, far] { pass(near, far); });
        connect(far, &QTcpSocket::readyRead, near, [near, far] { near->write(far->readAll()); });
        connect(far, &QTcpSocket::disconnected, near, &QTcpSocket::disconnectFromHost);
        connect(far, &QTcpSocket::errorOccurred, near, &QTcpSocket::disconnectFromHost);
        connect(near, &QTcpSocket::disconnected, far, &QTcpSocket::disconnectFromHost);
        connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
        connect(far, &QTcpSocket::disconnected, far, &QObject::deleteLater);
        far->connectToHost(m_service.host(), static_cast<quint16>(m_service.port()));
    }
    void pass(QTcpSocket *near, QTcpSocket *far)
    {
        if (far->state() != QAbstractSocket::ConnectedState)
            return; // once it is connected
        const QByteArray bytes = near->readAll();
        m_sent += bytes;
        far->write(bytes);
    }

    QUrl m_service;
    QTcpServer m_server;
    QByteArray m_sent;
    quint16 m_port = 0;
};

} // namespace crossfade::test
