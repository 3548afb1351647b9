// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <QByteArray>
#include <QFuture>
#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QUrlQuery>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace crossfade {

struct RestReply {
    int status = 0;
    Json body;                     // null when the answer had none
    QByteArray bytes;              // of a raw call: the body as it came
    std::string eventId;           // X-Crossfade-Event-Id
    std::string etag;              // without quotes
    std::chrono::milliseconds took{0};
};

struct RestCall {
    QString path;           // "/api/v1/rules"
    QUrlQuery query;
    Json body;              // null = none
    QByteArray upload;      // a file instead, sent as it is
    QByteArray uploadType;  // its content type
    std::string ifMatch;    // version, "" = no header
    std::string reason;     // X-Reason, "" = none (acts carry it in the body)
    bool idempotent = true; // POST: send a fresh Idempotency-Key, kept over the call's own retries
    QByteArray key;         // the Idempotency-Key instead of a fresh one: to ask for the same act again
    std::chrono::milliseconds timeout{10'000}; // of each attempt
    bool mustArrive = false; // GET: when it fails, the service's data is read anew once it answers again
    bool raw = false;       // hand out the body unparsed (exports)
    QByteArray accept;      // "" = JSON
    // How far the upload is, or without one the answer: bytes, and of how many (-1: unknown).
    std::function<void(qint64 done, qint64 total)> progress;
    QObject *owner = nullptr; // when it goes, the call is given up (Cancelled)
};

// REST calls to one service. Every future ends in exactly one result, also when the client dies
// (Cancelled); a future that is cancelled by its holder gives the request up and has none. Replies
// over 64 KiB are parsed off the GUI thread. Problem answers become Error with their fields. Never
// logs the token.
//
// With several bases (replicas) a call that certainly, or harmlessly, did not take effect is sent
// again to the next one, acts under the same Idempotency-Key; the one that answered is asked first
// from then on.
class RestClient : public QObject {
    Q_OBJECT
public:
    explicit RestClient(const QUrl &base, QObject *parent = nullptr);
    ~RestClient() override;

    void setBase(const QUrl &base);
    void setBases(const QList<QUrl> &bases);
    QUrl base() const; // the one asked first
    void prefer(const QUrl &base); // asks this one of them first from now on
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
