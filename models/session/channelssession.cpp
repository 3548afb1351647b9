// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/channelssession.h"

#include "models/items/text.h"
#include "models/session/channelsjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QPointer>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

// A channel is told within a second or so of the alert, and again after a while where that failed: no event
// says what came of it.
constexpr int AfterAlertMs = 3'000;
constexpr int WhileRetryingMs = 15'000;
constexpr std::chrono::seconds TestTimeout{20}; // the router waits ten for the channel

RestCall channelCall(const std::string &id = {}, const char *below = "")
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/channels");
    if (!id.empty())
        call.path += QLatin1Char('/') + QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
    call.path += QLatin1String(below);
    return call;
}

} // namespace

ChannelsSession::ChannelsSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, [this] {
        refresh();
        if (std::exchange(m_onceMore, false))
            m_again.start(AfterAlertMs);
    });
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service != ServiceName::Router)
            return;
        refresh();
        if (!m_lookedAt.empty())
            loadDeliveries();
    });
    connect(m_connection, &Connection::targetChanged, this, &ChannelsSession::forget);
    connect(m_connection, &Connection::event, this, [this](ServiceName service, const ServerEvent &event) {
        if (service == ServiceName::Router)
            onEvent(event);
    });
    connect(m_connection, &Connection::reachChanged, this, &ChannelsSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &ChannelsSession::changed);
    connect(&m_deliveries, &DeliveryModel::moreWanted, this, &ChannelsSession::loadMore);
}

void ChannelsSession::forget()
{
    ++m_generation;
    ++m_tests;
    m_again.stop();
    m_onceMore = m_reading = m_known = false;
    m_asked.clear();
    m_testing.clear();
    m_model.setRows({});
    m_phase = LoadPhase::Idle;
    look({});
    Q_EMIT changed();
}

bool ChannelsSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

qint64 ChannelsSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Router);
}

QString ChannelsSession::changeObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, "admin");
}

QString ChannelsSession::testObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, {"operator", "admin"});
}

void ChannelsSession::refresh()
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    m_reading = true;
    const int generation = ++m_generation;
    RestCall call = channelCall();
    call.mustArrive = true;
    addQuery(call, "limit", QStringLiteral("1000")); // there are never more than 50
    m_connection->get(ServiceName::Router, call, this, [this, generation](const Result<RestReply> &reply) {
        if (generation == m_generation)
            onList(reply);
    });
    Q_EMIT changed();
}

void ChannelsSession::onList(const Result<RestReply> &reply)
{
    m_reading = false;
    if (!reply) {
        m_error = reply.error();
        m_phase = LoadPhase::Failed;
        Q_EMIT changed();
        return;
    }
    std::vector<ChannelRow> rows;
    for (const Json &json : jsonItems(reply->body))
        rows.push_back(channelFromJson(json));
    const ChannelRow *before = m_model.rowOf(m_lookedAt);
    const auto told = before ? before->lastDelivery : std::nullopt;
    m_model.setRows(std::move(rows));
    m_known = true;
    m_phase = LoadPhase::Ready;
    const ChannelRow *now = m_model.rowOf(m_lookedAt);
    if (now && now->lastDelivery != told)
        loadDeliveries();
    follow();
    Q_EMIT changed();
}

// Where one is tried again nobody tells the end of it.
void ChannelsSession::follow()
{
    const bool retries = std::ranges::any_of(m_model.rows(), [](const ChannelRow &row) {
        return channelState(row) == "RETRYING";
    });
    if (retries && !m_again.isActive())
        m_again.start(WhileRetryingMs);
}

// Alerts that follow each other do not put it off for ever.
void ChannelsSession::refreshSoon()
{
    if (m_again.isActive() && m_again.remainingTime() <= AfterAlertMs)
        m_onceMore = true;
    else
        m_again.start(AfterAlertMs);
}

void ChannelsSession::onEvent(const ServerEvent &event)
{
    if (event.type == "alert.raised") {
        refreshSoon();
        return;
    }
    if (event.type != "channel.changed")
        return;
    const std::string id = jsonText(event.data, "id");
    if (jsonFlag(event.data, "deleted"))
        drop(id);
    else
        reload(id, this, [] {});
}

void ChannelsSession::reload(const std::string &id, QObject *context, std::function<void()> then)
{
    const int asked = ++m_asked[id];
    m_connection->get(ServiceName::Router, channelCall(id), context,
                      [self = QPointer<ChannelsSession>(this), id, asked, then = std::move(then)](const Result<RestReply> &reply) {
                          if (self && self->m_asked[id] == asked)
                              self->onOne(id, reply);
                          then();
                      });
}

void ChannelsSession::onOne(const std::string &id, const Result<RestReply> &reply)
{
    if (reply)
        put(channelFromJson(reply->body));
    else if (reply.error().kind == ErrorKind::NotFound)
        drop(id);
}

void ChannelsSession::put(const ChannelRow &row)
{
    const ChannelRow *before = m_model.rowOf(row.id);
    const bool toldAnew = before && before->lastDelivery != row.lastDelivery;
    m_model.put(row);
    if (toldAnew && row.id == m_lookedAt)
        loadDeliveries();
    follow();
    readAgain();
    Q_EMIT changed();
}

// A list that is on its way may be older than what was just told.
void ChannelsSession::readAgain()
{
    if (m_reading)
        refresh();
}

void ChannelsSession::drop(const std::string &id)
{
    ++m_asked[id];
    m_model.remove(id);
    if (id == m_lookedAt)
        look({});
    readAgain();
    Q_EMIT changed();
}

void ChannelsSession::create(const ChannelInput &input, QObject *context, Saved done)
{
    RestCall call = channelCall();
    call.body = channelBody(input);
    m_connection->post(ServiceName::Router, call, context,
                       [self = QPointer<ChannelsSession>(this), done = std::move(done)](const Result<RestReply> &reply) {
                           if (!reply)
                               return done(fail(reply.error()));
                           const ChannelRow row = channelFromJson(reply->body);
                           if (self)
                               self->put(row);
                           done(row);
                       });
}

void ChannelsSession::replace(const std::string &id, const std::string &version, const ChannelInput &input,
                              QObject *context, Saved done)
{
    RestCall call = channelCall(id);
    call.ifMatch = version;
    call.body = channelBody(input);
    m_connection->put(ServiceName::Router, call, context,
                      [self = QPointer<ChannelsSession>(this), context, id, done = std::move(done)](const Result<RestReply> &reply) {
                          if (!reply && self)
                              return self->afterConflict(id, reply.error(), context,
                                                         [done](const Result<void> &end) { done(fail(end.error())); });
                          if (!reply)
                              return done(fail(reply.error()));
                          const ChannelRow row = channelFromJson(reply->body);
                          if (self)
                              self->put(row);
                          done(row);
                      });
}

void ChannelsSession::remove(const std::string &id, const std::string &version, QObject *context, Removed done)
{
    RestCall call = channelCall(id);
    call.ifMatch = version;
    m_connection->remove(ServiceName::Router, call, context,
                         [self = QPointer<ChannelsSession>(this), context, id, done = std::move(done)](const Result<RestReply> &reply) {
                             if (!reply && self)
                                 return self->afterConflict(id, reply.error(), context, done);
                             if (self && reply)
                                 self->drop(id);
                             done(reply ? Result<void>() : fail(reply.error()));
                         });
}

// What is stored now comes before the bad news.
void ChannelsSession::afterConflict(const std::string &id, const Error &error, QObject *context, Removed done)
{
    if (error.kind == ErrorKind::NotFound)
        drop(id);
    if (error.kind == ErrorKind::Stale)
        reload(id, context, [error, done = std::move(done)] { done(fail(error)); });
    else
        done(fail(error));
}

void ChannelsSession::test(const std::string &id)
{
    if (isTesting())
        return;
    m_testing = id;
    RestCall call = channelCall(id, "/test");
    call.body = Json::object();
    call.timeout = TestTimeout;
    m_connection->post(ServiceName::Router, call, this, [this, id, test = ++m_tests](const Result<RestReply> &reply) {
        if (test == m_tests)
            onTested(id, reply);
    });
    Q_EMIT changed();
}

void ChannelsSession::onTested(const std::string &id, const Result<RestReply> &reply)
{
    m_testing.clear();
    Q_EMIT changed();
    if (!reply) {
        Q_EMIT testFailed(id, reply.error());
        return;
    }
    const DeliveryRow delivery = deliveryFromJson(reply->body);
    if (const ChannelRow *known = m_model.rowOf(id)) {
        ChannelRow row = *known;
        row.lastDelivery = delivery;
        put(row);
    }
    Q_EMIT tested(id, delivery);
}

} // namespace crossfade
