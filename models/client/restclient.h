// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <QFuture>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QUrlQuery>

#include <chrono>
#include <memory>
#include <string>

class QNetworkAccessManager;

namespace crossfade {

struct RestReply {
    int status = 0;
    Json body;                     // null when the answer had none
    std::string eventId;           // X-Crossfade-Event-Id
    std::string etag;              // without quotes
    std::chrono::milliseconds took{0};
};

struct RestCall {
    QString path;           // "/api/v1/rules"
    QUrlQuery query;
    Json body;              // null = none
    std::string ifMatch;    // version, "" = no header
    std::string reason;     // X-Reason, "" = none (acts carry it in the body)
    bool idempotent = true; // POST: send a fresh Idempotency-Key, kept over the call's own retries
    std::chrono::milliseconds timeout{10'000};
};

// REST calls to one service. Every future ends in exactly one result, also when the client dies
// (Cancelled). Replies over 64 KiB are parsed off the GUI thread. Problem answers become Error with
// their fields. Never logs the token.
class RestClient : public QObject {
    Q_OBJECT
public:
    RestClient(QUrl base, QObject *parent = nullptr);
    ~RestClient() override;

    void setBase(const QUrl &base);
    QUrl base() const;
    void setToken(const QByteArray &token);
    void setCaFile(const QString &file);

    QFuture<Result<RestReply>> get(RestCall call);
    QFuture<Result<RestReply>> post(RestCall call);
    QFuture<Result<RestReply>> put(RestCall call);
    QFuture<Result<RestReply>> patch(RestCall call);
    QFuture<Result<RestReply>> remove(RestCall call);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace crossfade
