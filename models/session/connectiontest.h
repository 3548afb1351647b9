// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/connection.h"

#include <QList>
#include <QObject>

#include <memory>
#include <vector>

namespace crossfade {

// What a test of one address found.
struct AddressFinding {
    ServiceName service = ServiceName::Router;
    QString address;
    bool running = true;
    bool ok = false;
    std::string storeId = {}; // replicas of one service share it
    QString text = {}; // what is wrong, or "operator-1 (operator, viewer) · crossfade-router 0.1.0 · 8 ms"
};

// Asks every address of a profile who it is, each on its own, and says exactly what is wrong: DNS,
// refused, TLS, 401, another service, another version, another store than the replica before.
class ConnectionTest : public QObject {
    Q_OBJECT
public:
    explicit ConnectionTest(QObject *parent = nullptr);
    ~ConnectionTest() override;

    void run(const ConnectionTarget &target); // a test that still runs is dropped
    const QList<AddressFinding> &findings() const { return m_findings; }
    bool isRunning() const;

Q_SIGNALS:
    void changed();
    void finished(bool allWell);

private:
    void ask(const QUrl &url, ServiceName service, const QByteArray &token, const QString &caFile);
    void take(qsizetype index, const Result<RestReply> &reply);
    void findStrangers();

    QList<AddressFinding> m_findings;
    std::vector<std::unique_ptr<RestClient>> m_clients;
};

// The verdict on a /session answer; pure, for tests.
AddressFinding judgeSession(ServiceName service, const QString &address, const Json &session,
                            qint64 tookMs, const QString &ownVersion);

} // namespace crossfade
