// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connection.h"

#include "models/session/activitysession.h"
#include "models/session/connectionlink.h"

#include <QDateTime>
#include <QFutureWatcher>
#include <QPointer>

namespace crossfade {

namespace {

QString nameOf(ServiceName service)
{
    return service == ServiceName::Router ? Connection::tr("router") : Connection::tr("comparator");
}

constexpr qsizetype MostNamed = 3;

// What happened while a service was away, in the words of the activity list.
struct Missed {
    QStringList named;
    int unnamed = 0;

    void note(const ServerEvent &event)
    {
        // How many are held and how many keys there are changes by itself, with every check and every row that comes.
        if (event.type == "held.changed" || event.type == "key_index.changed")
            return;
        const auto line = activityOf(event, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        if (line && named.size() < MostNamed)
            named.append(line->text);
        else if (line)
            ++unnamed;
    }
    QString text() const
    {
        QString list = named.join(QStringLiteral(" · "));
        return unnamed == 0 ? list : list + QStringLiteral(" · +%1").arg(unnamed);
    }
};

QString backText(const QString &name, int events, qint64 awayMs, const Missed &missed)
{
    const QString text =
        Connection::tr("%1 is back: was away %2 s, %n event(s) missed, now caught up", nullptr, events)
            .arg(name)
            .arg(static_cast<double>(awayMs) / 1000, 0, 'f', awayMs < 10'000 ? 1 : 0);
    return missed.named.isEmpty() ? text : text + QLatin1Char('\n') + missed.text();
}

} // namespace

Connection::Connection(QObject *parent)
    : QObject(parent)
    , m_router(std::make_unique<ConnectionLink>(ServiceName::Router))
    , m_comparator(std::make_unique<ConnectionLink>(ServiceName::Comparator))
{
    qRegisterMetaType<ServiceName>();
    qRegisterMetaType<Reach>();
    qRegisterMetaType<ServerEvent>();
    watch(ServiceName::Router);
    watch(ServiceName::Comparator);
}

Connection::~Connection()
{
    // Calls that still run end as Cancelled; nobody is told of the closing any more.
    m_router->disconnect(this);
    m_comparator->disconnect(this);
}

void Connection::watch(ServiceName service)
{
    const ConnectionLink *from = &link(service);
    const auto missed = std::make_shared<Missed>(); // since it lives again
    connect(from, &ConnectionLink::reachChanged, this, [this, service, missed] {
        if (reach(service) == Reach::Live)
            *missed = {};
        Q_EMIT reachChanged(service, reach(service));
    });
    connect(from, &ConnectionLink::latencyChanged, this,
            [this, service] { Q_EMIT latencyChanged(service); });
    connect(from, &ConnectionLink::replicaChanged, this,
            [this, service, last = std::make_shared<QString>()] { onReplica(service, *last); });
    connect(from, &ConnectionLink::stranger, this, [this, service](const QString &address) {
        report(tr("%1 at %2 is no replica of the others: it has another store, and is not asked any more")
                   .arg(nameOf(service), address));
    });
    connect(from, &ConnectionLink::sessionChanged, this, &Connection::sessionChanged);
    connect(from, &ConnectionLink::refreshNeeded, this,
            [this, service] { Q_EMIT refreshNeeded(service); });
    connect(from, &ConnectionLink::event, this, [this, service, missed](const ServerEvent &what) {
        missed->note(what);
        Q_EMIT event(service, what);
    });
    connect(from, &ConnectionLink::caughtUp, this,
            [this, service, missed](int events, qint64 awayMs) {
                report(backText(nameOf(service), events, awayMs, *missed));
            });
    connect(from, &ConnectionLink::startedOver, this, [this, service] {
        report(tr("%1 is back but can't tell what happened meanwhile: everything was read anew")
                   .arg(nameOf(service)));
    });
}

// `last`: where it was before.
void Connection::onReplica(ServiceName service, QString &last)
{
    const QString address = replica(service).address;
    if (!address.isEmpty() && !last.isEmpty() && address != last)
        report(tr("%1: goes on at %2 instead of %3").arg(nameOf(service), address, last));
    if (!address.isEmpty() || reach(service) == Reach::Unknown)
        last = address;
    Q_EMIT replicaChanged(service);
}

ConnectionLink &Connection::link(ServiceName service) const
{
    return service == ServiceName::Router ? *m_router : *m_comparator;
}

void Connection::open(const ConnectionTarget &target)
{
    const bool same = target.profileName == m_profileName && target.routers == m_routers && target.comparator == m_comparatorUrl;
    m_profileName = target.profileName;
    m_routers = target.routers;
    m_comparatorUrl = target.comparator;
    if (!same) {
        ++m_target;
        Q_EMIT targetChanged();
    }
    m_router->open(target.routers, target.routerToken, target.caFile);
    m_comparator->open(target.comparator.isEmpty() ? QList<QUrl>() : QList<QUrl>{target.comparator},
                       target.comparatorToken, target.caFile);
    Q_EMIT sessionChanged();
}

void Connection::hangUp()
{
    m_router->close();
    m_comparator->close();
    Q_EMIT sessionChanged();
}

void Connection::close()
{
    m_router->close();
    m_comparator->close();
    ++m_target;
    m_profileName.clear();
    m_routers.clear();
    m_comparatorUrl.clear();
    Q_EMIT targetChanged();
    Q_EMIT sessionChanged();
}

void Connection::send(Verb verb, ServiceName service, RestCall call, QObject *context, Done done)
{
    const bool reading = verb == &RestClient::get;
    const auto note = reading && call.mustArrive ? &ConnectionLink::noteReading : &ConnectionLink::noteAnswer;
    call.owner = context;
    // The watcher is the context's child: without the context nobody is called.
    auto *watcher = new QFutureWatcher<Result<RestReply>>(context);
    connect(watcher, &QFutureWatcherBase::finished, watcher,
            [self = QPointer<Connection>(this), watcher, service, reading, note, target = m_target,
             done = std::move(done)] {
                watcher->deleteLater();
                const Result<RestReply> reply = watcher->future().resultCount() > 0
                                                    ? watcher->result()
                                                    : fail(ErrorKind::Cancelled, "given up");
                if (self && self->m_target != target) {
                    // What was to be read is of no use; who gave an order learns that nobody knows its end.
                    if (!reading)
                        done(fail(ErrorKind::Cancelled,
                                  tr("another connection was chosen before the answer came").toStdString()));
                    return;
                }
                if (self)
                    (self->link(service).*note)(reply);
                done(reply);
            });
    watcher->setFuture((link(service).client().*verb)(std::move(call)));
}

void Connection::get(ServiceName service, RestCall call, QObject *context, Done done)
{
    send(&RestClient::get, service, std::move(call), context, std::move(done));
}

void Connection::post(ServiceName service, RestCall call, QObject *context, Done done)
{
    send(&RestClient::post, service, std::move(call), context, std::move(done));
}

void Connection::put(ServiceName service, RestCall call, QObject *context, Done done)
{
    send(&RestClient::put, service, std::move(call), context, std::move(done));
}

void Connection::patch(ServiceName service, RestCall call, QObject *context, Done done)
{
    send(&RestClient::patch, service, std::move(call), context, std::move(done));
}

void Connection::remove(ServiceName service, RestCall call, QObject *context, Done done)
{
    send(&RestClient::remove, service, std::move(call), context, std::move(done));
}

Reach Connection::reach(ServiceName service) const
{
    return link(service).reach();
}

int Connection::latencyMs(ServiceName service) const
{
    return link(service).latencyMs();
}

bool Connection::readsAgain(ServiceName service) const
{
    return link(service).readsAgain();
}

qint64 Connection::ageMs(ServiceName service) const
{
    return link(service).ageMs();
}

QString Connection::problem(ServiceName service) const
{
    return link(service).problem();
}

Replica Connection::replica(ServiceName service) const
{
    return link(service).replica();
}

QString Connection::version(ServiceName service) const
{
    return link(service).version();
}

QString Connection::subject() const
{
    return m_router->subject();
}

QStringList Connection::roles(ServiceName service) const
{
    return link(service).roles();
}

bool Connection::hasRole(const QString &role) const
{
    return hasRole(ServiceName::Router, role);
}

bool Connection::hasRole(ServiceName service, const QString &role) const
{
    return link(service).roles().contains(role);
}

QString Connection::profileName() const
{
    return m_profileName;
}

void Connection::report(const QString &text)
{
    Q_EMIT activity(text);
}

} // namespace crossfade
