// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/splitsession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"

namespace crossfade {

SplitSession::SplitSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            readNames();
    });
    connect(connection, &Connection::targetChanged, this, [this] {
        m_percentNew.reset();
        m_requests = 0;
        m_policies.clear();
        m_names.clear();
        Q_EMIT changed();
    });
    connect(connection, &Connection::reachChanged, this, [this](ServiceName service, Reach reach) {
        if (service != ServiceName::Router || reach == Reach::Live)
            return;
        m_percentNew.reset();
        Q_EMIT changed();
    });
    connect(connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service != ServiceName::Router)
                    return;
                if (event.type == "metrics.tick") {
                    onTick(event.data);
                } else if (event.type == "shift.changed") {
                    const Json &policy = jsonAt(event.data, "policy");
                    m_names.insert(toText(jsonText(policy, "id")),
                                   toText(jsonText(policy, "policy_name")));
                }
            });
}

void SplitSession::readNames()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies");
    call.mustArrive = true;
    call.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return;
        m_names.clear();
        for (const Json &policy : jsonItems(reply->body))
            m_names.insert(toText(jsonText(policy, "id")), toText(jsonText(policy, "policy_name")));
        nameThem();
        Q_EMIT changed();
    });
}

void SplitSession::nameThem()
{
    for (PolicyShare &policy : m_policies)
        policy.name = m_names.value(policy.id, policy.id);
}

void SplitSession::onTick(const Json &data)
{
    m_percentNew = jsonOptionalNumber(data, "share_new_60s");
    m_requests = jsonInteger(data, "requests_60s");
    m_policies.clear();
    const Json &policies = jsonAt(data, "policies");
    if (policies.is_array())
        for (const Json &policy : policies) {
            m_policies.push_back({toText(jsonText(policy, "policy_id")),
                                  {},
                                  jsonOptionalNumber(policy, "percentage").value_or(0),
                                  toText(jsonText(policy, "state"))});
        }
    nameThem();
    Q_EMIT changed();
}

} // namespace crossfade
