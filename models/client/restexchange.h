// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/restclient.h"

#include <QElapsedTimer>
#include <QNetworkReply>
#include <QPromise>
#include <QSslConfiguration>
#include <QStringList>
#include <QTimer>

#include <functional>

class QNetworkAccessManager;

namespace crossfade {

// What all calls of a client share.
struct RestTarget {
    QList<QUrl> bases;
    QByteArray token;
    QSslConfiguration tls;
};

// One call from its first attempt to its one result. Deletes itself afterwards.
class RestExchange : public QObject {
    Q_OBJECT
public:
    RestExchange(QNetworkAccessManager &network, const RestTarget &target, const QByteArray &verb,
                 RestCall call, QObject *parent);
    ~RestExchange() override;

    QFuture<Result<RestReply>> future() { return m_promise.future(); }
    void start();

Q_SIGNALS:
    void answeredBy(const QUrl &base); // another than was asked first

private:
    void attempt();
    void takeBytes();
    void onFinished();
    void onTimeout();
    void giveUp();
    void dropReply();
    bool mayRepeat(const Error &error, bool surelyUnsent) const;
    void failAttempt(const Error &error, bool surelyUnsent);
    bool passesOn(int status) const;
    void readAnswer(int status);
    void parsed(int status, const Result<Json> &body);
    void end(Result<RestReply> result);

    QNetworkAccessManager &m_network;
    RestTarget m_target;
    QByteArray m_verb;
    RestCall m_call;
    QByteArray m_payload;
    QByteArray m_key;
    QPromise<Result<RestReply>> m_promise;
    QNetworkReply *m_reply = nullptr;
    QByteArray m_body;
    QStringList m_tlsProblems;
    QTimer m_limit;
    QElapsedTimer m_took;
    RestReply m_result;
    QByteArray m_contentType;
    int m_attempt = 0;
    bool m_ended = false;
};

} // namespace crossfade
