// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/connection.h"

#include <QElapsedTimer>
#include <QTimer>

namespace crossfade {

// One service of a Connection: reads its session, then follows its stream; tells the owner what
// changed through its signals.
class ConnectionLink : public QObject {
    Q_OBJECT
public:
    explicit ConnectionLink(ServiceName service, QObject *parent = nullptr);

    void open(const QList<QUrl> &bases, const QByteArray &token, const QString &caFile);
    void close();

    RestClient &client() { return m_client; }
    Reach reach() const { return m_reach; }
    int latencyMs() const { return m_latencyMs; }
    qint64 ageMs() const { return m_heard.isValid() ? m_heard.elapsed() : -1; }
    QString problem() const { return m_problem; }
    QString version() const { return m_version; }
    QString subject() const { return m_subject; }
    QStringList roles() const { return m_roles; }
    // Which of several replicas is in use, and what it says it does.
    const Replica &replica() const { return m_replica; }
    // Every answer of this service tells something about it.
    void noteAnswer(const Result<RestReply> &reply);
    // One that was only to be read: nobody asks again by hand, so what did not arrive is asked for again once
    // the service answers.
    void noteReading(const Result<RestReply> &reply);
    // Something did not arrive and will be asked for again.
    bool readsAgain() const { return m_again.isActive() || m_readWhenLive; }

Q_SIGNALS:
    void reachChanged();
    void replicaChanged();
    void latencyChanged();
    void sessionChanged();
    void refreshNeeded();
    void event(const crossfade::ServerEvent &event);
    void caughtUp(int missed, qint64 awayMs);
    void startedOver(); // what was missed can't be told
    void stranger(const QString &address); // it is no replica of the others, and is left out

private:
    void askSession(bool first);
    void onSession(const Result<RestReply> &reply, bool first);
    void readSession(const Json &body);
    bool isStranger(const Json &body);
    void leaveOut(const QUrl &base);
    void retrySoon();
    void setReach(Reach reach, const QString &problem = {});
    void onStream(EventStream::State state);
    void settle();
    void askRole();
    void readAgain();

    ServiceName m_service;
    RestClient m_client;
    EventStream m_stream;
    QList<QUrl> m_bases; // as the profile has them
    QList<QUrl> m_strangers;
    Replica m_replica;
    std::string m_storeId;
    QUrl m_storeAt; // who named it
    QByteArray m_token;
    QString m_caFile;
    QTimer m_retry;
    QTimer m_ping;
    QTimer m_again;
    QElapsedTimer m_heard;
    Reach m_reach = Reach::Unknown;
    QString m_problem;
    QString m_version;
    QString m_subject;
    QStringList m_roles;
    int m_latencyMs = -1;
    int m_attempt = 0;
    QElapsedTimer m_missed; // since a reading last did not arrive
    int m_unread = 0;       // such rounds in a row
    bool m_readWhenLive = false;
    int m_generation = 0; // of open(): answers of an earlier one are dropped
    bool m_open = false;
};

} // namespace crossfade
