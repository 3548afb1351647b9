// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/restclient.h"

#include "models/client/restexchange.h"
#include "models/client/tls.h"

#include <QNetworkAccessManager>

namespace crossfade {

namespace {

// A manager has six connections to a host: what comes seventh waits until one of them is free.
constexpr int MostSharedActs = 4;

void prepare(QNetworkAccessManager &network)
{
    network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    network.setAutoDeleteReplies(false);
}

} // namespace

// Acts never wait behind readings that hang, nor behind other acts that do: ROLL BACK goes out at once.
class RestClient::Private {
public:
    QNetworkAccessManager reading;
    QNetworkAccessManager acting;
    RestTarget target;
    int acts = 0; // under way
    // Deleted before the manager: each ends its future as Cancelled.
    std::unique_ptr<QObject> exchanges = std::make_unique<QObject>();

    QFuture<Result<RestReply>> send(const char *verb, RestCall call, RestClient *client);
    void prefer(const QUrl &base);
};

QFuture<Result<RestReply>> RestClient::Private::send(const char *verb, RestCall call,
                                                     RestClient *client)
{
    const bool act = qstrcmp(verb, "GET") != 0;
    QNetworkAccessManager *own = nullptr;
    if (act && acts >= MostSharedActs) {
        own = new QNetworkAccessManager;
        prepare(*own);
    }
    QNetworkAccessManager &network = own ? *own : act ? acting : reading;
    auto *exchange = new RestExchange(network, target, verb, std::move(call), exchanges.get());
    if (own)
        own->setParent(exchange);
    if (act) {
        ++acts;
        QObject::connect(exchange, &QObject::destroyed, client, [this] { --acts; });
    }
    QObject::connect(exchange, &RestExchange::answeredBy, client,
                     [this](const QUrl &base) { prefer(base); });
    QFuture<Result<RestReply>> future = exchange->future();
    exchange->start();
    return future;
}

void RestClient::Private::prefer(const QUrl &base)
{
    const qsizetype at = target.bases.indexOf(base);
    if (at > 0)
        target.bases.move(at, 0);
}

RestClient::RestClient(const QUrl &base, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    prepare(d->reading);
    prepare(d->acting);
    d->target.tls = tlsConfiguration({});
    setBase(base);
}

RestClient::~RestClient()
{
    d->exchanges.reset();
}

void RestClient::setBase(const QUrl &base)
{
    d->target.bases = {base};
}

void RestClient::setBases(const QList<QUrl> &bases)
{
    d->target.bases = bases;
}

QUrl RestClient::base() const
{
    return d->target.bases.value(0);
}

void RestClient::prefer(const QUrl &base)
{
    d->prefer(base);
}

void RestClient::setToken(const QByteArray &token)
{
    d->target.token = token;
}

void RestClient::setCaFile(const QString &file)
{
    d->target.tls = tlsConfiguration(file);
    // Connections made before go on under what they were made with.
    d->reading.clearConnectionCache();
    d->acting.clearConnectionCache();
}

QFuture<Result<RestReply>> RestClient::get(RestCall call)
{
    return d->send("GET", std::move(call), this);
}

QFuture<Result<RestReply>> RestClient::post(RestCall call)
{
    return d->send("POST", std::move(call), this);
}

QFuture<Result<RestReply>> RestClient::put(RestCall call)
{
    return d->send("PUT", std::move(call), this);
}

QFuture<Result<RestReply>> RestClient::patch(RestCall call)
{
    return d->send("PATCH", std::move(call), this);
}

QFuture<Result<RestReply>> RestClient::remove(RestCall call)
{
    return d->send("DELETE", std::move(call), this);
}

} // namespace crossfade
