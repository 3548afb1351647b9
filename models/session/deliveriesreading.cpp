// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the deliveries of one channel are read.
#include "models/session/channelssession.h"

#include "models/items/text.h"
#include "models/session/channelsjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QUrl>

namespace crossfade {

namespace {

RestCall deliveriesCall(const std::string &channelId)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/channels/%1/deliveries")
                    .arg(QString::fromLatin1(QUrl::toPercentEncoding(toText(channelId))));
    addQuery(call, "limit", QStringLiteral("100"));
    return call;
}

std::vector<DeliveryRow> deliveriesOf(const Json &answer)
{
    std::vector<DeliveryRow> rows;
    for (const Json &json : jsonItems(answer))
        rows.push_back(deliveryFromJson(json));
    return rows;
}

Instant momentOfReading()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

} // namespace

void ChannelsSession::look(const std::string &id)
{
    if (id == m_lookedAt)
        return;
    ++m_looks;
    m_lookedAt = id;
    m_cursor.clear();
    m_deliveries.setRows({}, false, momentOfReading());
    m_deliveriesPhase = LoadPhase::Idle;
    if (id.empty())
        Q_EMIT deliveriesChanged();
    else
        loadDeliveries();
}

void ChannelsSession::loadDeliveries()
{
    if (m_lookedAt.empty())
        return;
    if (m_deliveriesPhase != LoadPhase::Ready)
        m_deliveriesPhase = LoadPhase::Loading;
    const int look = ++m_looks;
    m_connection->get(ServiceName::Router, deliveriesCall(m_lookedAt), this, [this, look](const Result<RestReply> &reply) {
        if (look != m_looks)
            return;
        if (reply) {
            m_cursor = jsonText(reply->body, "next_cursor");
            m_deliveries.setRows(deliveriesOf(reply->body), !m_cursor.empty(), momentOfReading());
            m_deliveriesPhase = LoadPhase::Ready;
        } else {
            m_deliveriesError = reply.error();
            m_deliveriesPhase = LoadPhase::Failed;
        }
        Q_EMIT deliveriesChanged();
    });
    Q_EMIT deliveriesChanged();
}

void ChannelsSession::loadMore()
{
    RestCall call = deliveriesCall(m_lookedAt);
    addQuery(call, "cursor", toText(m_cursor));
    m_connection->get(ServiceName::Router, call, this, [this, look = m_looks](const Result<RestReply> &reply) {
        if (look != m_looks)
            return;
        if (!reply) {
            m_deliveries.moreFailed();
            return;
        }
        m_cursor = jsonText(reply->body, "next_cursor");
        m_deliveries.append(deliveriesOf(reply->body), !m_cursor.empty(), momentOfReading());
        Q_EMIT deliveriesChanged();
    });
}

} // namespace crossfade
