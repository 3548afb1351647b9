// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connectionlink.h"

#include "models/client/backoff.h"
#include "models/items/text.h"
#include "models/session/jsonread.h"

#include <QFutureWatcher>
#include <QRandomGenerator>

#include <utility>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds PingEvery{10'000};
constexpr std::chrono::milliseconds PingRefused{1'000}; // to see soon that a refusal was taken back
constexpr std::chrono::milliseconds SessionLimit{5'000};
constexpr std::chrono::seconds ForgetMissed{60};

QString addressOf(const QUrl &base)
{
    return base.port() < 0 ? base.host() : QStringLiteral("%1:%2").arg(base.host()).arg(base.port());
}

Replica::Role roleFrom(const std::string &word)
{
    return word == "LEADER" ? Replica::Role::Leader : word == "FOLLOWER" ? Replica::Role::Follower : Replica::Role::Unknown;
}

const char *programOf(ServiceName service)
{
    return service == ServiceName::Router ? "crossfade-router" : "crossfade-comparator";
}

// Services may name themselves with or without the family's name.
bool isService(const std::string &name, ServiceName wanted)
{
    const std::string_view program = programOf(wanted);
    return name.empty() || name == program || name == program.substr(std::string_view("crossfade-").size());
}

} // namespace

ConnectionLink::ConnectionLink(ServiceName service, QObject *parent)
    : QObject(parent)
    , m_service(service)
    , m_client(QUrl())
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { askSession(true); });
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &ConnectionLink::readAgain);
    connect(&m_ping, &QTimer::timeout, this, [this] { askSession(false); });
    connect(&m_stream, &EventStream::stateChanged, this, &ConnectionLink::onStream);
    connect(&m_stream, &EventStream::heard, this, [this] { m_heard.start(); });
    connect(&m_stream, &EventStream::failed, this,
            [this](const Error &error) { setReach(Reach::Lost, toText(error.message)); });
    connect(&m_stream, &EventStream::received, this, &ConnectionLink::event);
    connect(&m_stream, &EventStream::caughtUp, this, &ConnectionLink::caughtUp);
    connect(&m_stream, &EventStream::reset, this, [this] {
        Q_EMIT startedOver();
        Q_EMIT refreshNeeded();
    });
}

void ConnectionLink::open(const QList<QUrl> &bases, const QByteArray &token, const QString &caFile)
{
    close();
    if (bases.isEmpty())
        return;
    m_open = true;
    m_bases = bases;
    m_token = token;
    m_caFile = caFile;
    m_client.setBases(bases);
    m_client.setToken(token);
    m_client.setCaFile(caFile);
    m_stream.setTargets(bases, token, caFile);
    m_attempt = 0;
    setReach(Reach::Connecting);
    askSession(true);
}

void ConnectionLink::close()
{
    ++m_generation;
    m_open = false;
    m_retry.stop();
    m_ping.stop();
    m_again.stop();
    m_missed.invalidate();
    m_readWhenLive = false;
    m_stream.close();
    // Nothing goes to the services that were left, whatever is pressed before others are known.
    m_client.setBases({});
    m_client.setToken({});
    m_heard.invalidate();
    m_latencyMs = -1;
    m_subject.clear();
    m_roles.clear();
    m_version.clear();
    m_strangers.clear();
    m_storeId.clear();
    m_replica = {};
    setReach(Reach::Unknown);
    Q_EMIT replicaChanged();
}

void ConnectionLink::askSession(bool first)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/session");
    call.timeout = SessionLimit;
    auto *watcher = new QFutureWatcher<Result<RestReply>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, first, generation = m_generation] {
                watcher->deleteLater();
                if (generation == m_generation && watcher->future().resultCount() > 0)
                    onSession(watcher->result(), first);
            });
    watcher->setFuture(m_client.get(call));
}

void ConnectionLink::onSession(const Result<RestReply> &reply, bool first)
{
    noteAnswer(reply);
    if (!reply) {
        // While the stream lives, it is the judge of reach; a refused token is not to be overlooked.
        const bool refused = reply.error().kind == ErrorKind::Unauthorized;
        if (!first && refused)
            m_ping.start(PingRefused);
        if (first || refused)
            setReach(Reach::Lost, toText(reply.error().message));
        if (first)
            retrySoon();
        return;
    }
    if (!isService(jsonText(reply->body, "service"), m_service)) {
        setReach(Reach::Lost, tr("%1 is not a %2: it calls itself “%3”.")
                                  .arg(m_client.base().toDisplayString(),
                                       QLatin1String(programOf(m_service)),
                                       toText(jsonText(reply->body, "service"))));
        if (first)
            retrySoon();
        return;
    }
    if (isStranger(reply->body)) {
        leaveOut(m_client.base());
        return;
    }
    readSession(reply->body);
    if (!first) {
        // What a refusal said holds no more, and the stream lived all the time.
        m_ping.start(PingEvery);
        if (m_stream.state() == EventStream::State::Live)
            setReach(Reach::Live);
        askRole();
        return;
    }
    m_attempt = 0;
    m_ping.start(PingEvery);
    m_stream.prefer(m_client.base());
    m_stream.open(reply->eventId);
    Q_EMIT refreshNeeded();
}

void ConnectionLink::readSession(const Json &body)
{
    const QString subject = toText(jsonText(body, "subject"));
    QStringList roles;
    for (const std::string &role : jsonTexts(body, "roles"))
        roles.append(toText(role));
    m_version = toText(jsonText(body, "version"));
    if (subject == m_subject && roles == m_roles)
        return;
    m_subject = subject;
    m_roles = roles;
    Q_EMIT sessionChanged();
}

// A replica shares the store of the one before. Of a single address another store is one that was restored.
bool ConnectionLink::isStranger(const Json &body)
{
    const std::string id = jsonText(body, "store_id");
    const QUrl at = m_client.base();
    if (m_bases.size() > 1 && !m_storeId.empty() && !id.empty() && id != m_storeId && at != m_storeAt)
        return true;
    m_storeId = id;
    m_storeAt = at;
    return false;
}

// Nobody shall act on another installation in the belief that it is this one.
void ConnectionLink::leaveOut(const QUrl &base)
{
    const QString address = addressOf(base);
    m_strangers.append(base);
    QList<QUrl> others = m_bases;
    others.removeIf([this](const QUrl &url) { return m_strangers.contains(url); });
    m_ping.stop();
    m_stream.close();
    m_client.setBases(others);
    m_stream.setTargets(others, m_token, m_caFile);
    setReach(Reach::Lost, tr("%1 is no replica of %2: it has another store. Mend the profile's addresses.")
                              .arg(address, addressOf(m_storeAt)));
    Q_EMIT stranger(address);
    retrySoon();
}

void ConnectionLink::retrySoon()
{
    m_retry.start(backoffDelay(m_attempt++, QRandomGenerator::global()->generateDouble()));
}

void ConnectionLink::noteAnswer(const Result<RestReply> &reply)
{
    const bool answered = reply || (reply.error().kind != ErrorKind::Network &&
                                    reply.error().kind != ErrorKind::Timeout &&
                                    reply.error().kind != ErrorKind::Cancelled);
    if (!answered)
        return;
    m_heard.start();
    if (!reply)
        return;
    m_latencyMs = static_cast<int>(reply->took.count());
    Q_EMIT latencyChanged();
    // Where one replica no longer answers, the stream leaves it, too, however alive its connection looks.
    if (m_stream.state() != EventStream::State::Closed)
        m_stream.prefer(m_client.base());
    // It answers: no need to sit out the stream's backoff.
    m_stream.retryNow();
}

void ConnectionLink::noteReading(const Result<RestReply> &reply)
{
    noteAnswer(reply);
    if (!m_open || reply || (reply.error().kind != ErrorKind::Network && reply.error().kind != ErrorKind::Timeout))
        return;
    if (!m_missed.isValid() || m_missed.elapsed() > std::chrono::milliseconds(ForgetMissed).count())
        m_unread = 0;
    m_missed.start();
    if (!m_again.isActive())
        m_again.start(backoffDelay(m_unread++, QRandomGenerator::global()->generateDouble()));
}

void ConnectionLink::readAgain()
{
    m_readWhenLive = m_reach != Reach::Live;
    if (!m_readWhenLive)
        Q_EMIT refreshNeeded();
}

void ConnectionLink::setReach(Reach reach, const QString &problem)
{
    const bool same = m_reach == reach && m_problem == problem;
    m_reach = reach;
    m_problem = problem;
    if (!same)
        Q_EMIT reachChanged();
}

void ConnectionLink::onStream(EventStream::State state)
{
    if (!m_open)
        return;
    switch (state) {
    case EventStream::State::Live:
        m_heard.start();
        settle();
        setReach(Reach::Live);
        if (m_readWhenLive)
            readAgain();
        break;
    case EventStream::State::Waiting:
        setReach(Reach::Lost, m_problem);
        break;
    case EventStream::State::Connecting:
    case EventStream::State::Closed: break;
    }
}

// The stream goes on at one of several: it is asked for all else, too, and who it is.
void ConnectionLink::settle()
{
    const QUrl base = m_stream.base();
    m_client.prefer(base);
    if (m_bases.size() < 2)
        return;
    const Replica before = std::exchange(m_replica, Replica{addressOf(base), static_cast<int>(m_bases.indexOf(base)) + 1,
                                                            static_cast<int>(m_bases.size()), Replica::Role::Unknown});
    Q_EMIT replicaChanged();
    if (before.address == m_replica.address)
        askRole();
    else
        askSession(false);
}

// Which of the replicas leads is nobody's secret, and can change at any time.
void ConnectionLink::askRole()
{
    if (m_bases.size() < 2 || m_stream.state() != EventStream::State::Live)
        return;
    RestCall call;
    call.path = QStringLiteral("/readyz");
    call.timeout = SessionLimit;
    auto *watcher = new QFutureWatcher<Result<RestReply>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, generation = m_generation, asked = m_replica.address] {
                watcher->deleteLater();
                const bool arrived = watcher->future().resultCount() > 0 && watcher->result();
                if (generation != m_generation || asked != m_replica.address || addressOf(m_client.base()) != asked)
                    return;
                const Replica::Role role =
                    arrived ? roleFrom(jsonText(watcher->result()->body, "role")) : Replica::Role::Unknown;
                if (std::exchange(m_replica.role, role) != role)
                    Q_EMIT replicaChanged();
            });
    watcher->setFuture(m_client.get(call));
}

} // namespace crossfade
