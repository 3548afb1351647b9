// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/overviewsession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/shiftjson.h"

#include <algorithm>

namespace crossfade {

OverviewSession::OverviewSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            readPolicies();
        else
            readChecks();
    });
    connect(connection, &Connection::targetChanged, this, [this] {
        m_events.clear();
        m_consistency.clear();
        m_loaded = m_failed = false;
        Q_EMIT changed();
    });
    connect(connection, &Connection::event, this, &OverviewSession::onEvent);
    connect(connection, &Connection::reachChanged, this, &OverviewSession::changed);
}

bool OverviewSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

void OverviewSession::refresh()
{
    readPolicies();
    readChecks();
}

void OverviewSession::readPolicies()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies");
    call.mustArrive = true;
    call.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        m_failed = !reply;
        if (!reply) {
            m_error = reply.error();
        } else {
            m_loaded = true;
            m_events.clear();
            for (const Json &policy : jsonItems(reply->body))
                readHistory(jsonText(policy, "id"), jsonText(policy, "policy_name"));
        }
        Q_EMIT changed();
    });
}

void OverviewSession::readHistory(const std::string &policyId, const std::string &policyName)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies/%1/history").arg(toText(policyId));
    call.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("100"));
    m_connection->get(ServiceName::Router, call, this, [this, policyId, policyName](const Result<RestReply> &reply) {
        if (!reply)
            return; // the marks are missing; the charts and their states say what is wrong
        for (const Json &item : jsonItems(reply->body)) {
            HistoryRow row = historyFromJson(item);
            row.policyId = policyId;
            row.policyName = policyName;
            put(std::move(row));
        }
        Q_EMIT changed();
    });
}

void OverviewSession::readChecks()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/checks");
    call.mustArrive = true;
    call.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("100"));
    m_connection->get(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return;
        m_consistency.clear();
        for (const Json &check : jsonItems(reply->body)) {
            Consistency line;
            line.name = jsonText(check, "check_name");
            line.threshold = jsonOptionalNumber(check, "threshold_percentage").value_or(0);
            const Json &trend = jsonAt(check, "trend");
            for (std::size_t i = 0; trend.is_array() && i < trend.size(); ++i) {
                if (const auto at = jsonInstant(trend[i], "at"))
                    line.points.push_back({toMs(*at), jsonOptionalNumber(trend[i], "consistency_percentage")});
            }
            m_consistency.push_back(std::move(line));
        }
        Q_EMIT changed();
    });
}

void OverviewSession::onEvent(ServiceName service, const ServerEvent &event)
{
    if (service == ServiceName::Comparator) {
        if (event.type == "check.finished")
            readChecks();
        return;
    }
    if (event.type != "shift.changed" || !jsonAt(event.data, "history").is_object())
        return;
    const Json &policy = jsonAt(event.data, "policy");
    HistoryRow row = historyFromJson(jsonAt(event.data, "history"));
    row.policyId = jsonText(policy, "id");
    row.policyName = jsonText(policy, "policy_name");
    put(std::move(row));
    Q_EMIT changed();
}

void OverviewSession::put(HistoryRow row)
{
    const auto same = std::ranges::find(m_events, row.id, &HistoryRow::id);
    if (same != m_events.end()) {
        *same = std::move(row);
        return;
    }
    const auto after = std::ranges::upper_bound(m_events, row.at, {}, &HistoryRow::at);
    m_events.insert(after, std::move(row));
    if (m_events.size() > MostEvents)
        m_events.erase(m_events.begin());
}

} // namespace crossfade
