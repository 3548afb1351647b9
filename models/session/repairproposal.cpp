// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/repairproposal.h"

#include "models/consistency/repairaction.h"
#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QUuid>

#include <chrono>

namespace crossfade {

namespace {

constexpr std::chrono::seconds ProposeTimeout{30}; // a thousand in one transaction

// As the comparator sees it: a task that has come to its end stands in nobody's way.
bool isUnderRepair(const DifferenceRow &row)
{
    const auto status = repairStatusFromWord(row.repairStatus);
    return status && !isFinal(*status);
}

} // namespace

Json proposalFilterJson(const ProposalFilter &filter)
{
    Json json = Json::object();
    if (!filter.checkId.empty())
        json["check_id"] = filter.checkId;
    if (filter.field)
        json["field"] = *filter.field;
    if (!filter.type.empty())
        json["type"] = filter.type;
    if (!filter.cause.empty())
        json["cause"] = filter.cause;
    return json;
}

RepairProposalSession::RepairProposalSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    // What was counted is of the services before.
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_key.clear();
        m_phase = LoadPhase::Loading;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator && m_looked && !m_proposing)
            start();
    });
}

void RepairProposalSession::look(const ProposalFilter &filter)
{
    m_filter = filter;
    m_looked = true;
    start();
}

void RepairProposalSession::askFields()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/differences/summary");
    addQuery(call, "by", QStringLiteral("field"));
    addQuery(call, "resolved", QStringLiteral("false"));
    addQuery(call, "state", QStringLiteral("CONFIRMED"));
    m_connection->get(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) {
        if (!reply || !jsonAt(reply->body, "groups").is_array())
            return; // the filter goes without
        m_fields.clear();
        for (const Json &group : jsonAt(reply->body, "groups"))
            m_fields.push_back(jsonText(group, "key"));
        Q_EMIT fieldsRead();
    });
}

void RepairProposalSession::start()
{
    ++m_generation;
    m_entities.clear();
    m_count = m_underRepair = 0;
    m_tooMany = false;
    m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    next({}, 1);
}

void RepairProposalSession::next(const std::string &cursor, int page)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/differences");
    addQuery(call, "limit", QStringLiteral("1000"));
    addQuery(call, "resolved", QStringLiteral("false"));
    addQuery(call, "state", QStringLiteral("CONFIRMED"));
    const Json filter = proposalFilterJson(m_filter);
    for (const auto &[name, value] : filter.items())
        addQuery(call, name.c_str(), toText(value.get<std::string>()));
    if (!cursor.empty())
        addQuery(call, "cursor", toText(cursor));
    m_connection->get(ServiceName::Comparator, call, this,
                      [this, page, generation = m_generation](const Result<RestReply> &reply) {
                          if (generation == m_generation)
                              onPage(reply, page);
                      });
}

void RepairProposalSession::onPage(const Result<RestReply> &reply, int page)
{
    if (!reply) {
        m_error = reply.error();
        m_phase = LoadPhase::Failed;
        Q_EMIT changed();
        return;
    }
    for (const Json &item : jsonItems(reply->body)) {
        const DifferenceRow row = differenceFromJson(item);
        if (isUnderRepair(row)) {
            ++m_underRepair;
            continue;
        }
        ++m_count;
        m_entities.emplace(row.checkId, row.entityId);
    }
    const std::string cursor = jsonText(reply->body, "next_cursor");
    m_tooMany = m_count > Most || (!cursor.empty() && page == MostPages);
    if (!m_tooMany && !cursor.empty()) {
        next(cursor, page + 1);
        return;
    }
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void RepairProposalSession::propose(const QString &reason)
{
    if (m_proposing || m_phase != LoadPhase::Ready || m_tooMany)
        return;
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs");
    call.body = Json{{"filter", proposalFilterJson(m_filter)}, {"expected_count", m_count}, {"reason", toUtf8(reason)}};
    if (m_key.isEmpty() || m_sent != call.body)
        m_key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    m_sent = call.body;
    call.key = m_key;
    call.timeout = ProposeTimeout;
    m_proposing = true;
    Q_EMIT changed();
    m_connection->post(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) { onProposed(reply); });
}

void RepairProposalSession::onProposed(const Result<RestReply> &reply)
{
    m_proposing = false;
    if (!reply && isUnanswered(reply.error())) {
        Q_EMIT changed();
        Q_EMIT failed(reply.error());
        return;
    }
    m_key.clear(); // answered: another proposal is another one
    if (reply) {
        const Json &items = jsonItems(reply->body);
        const int tasks = static_cast<int>(items.size());
        m_connection->report(tr("%n repair task(s) proposed", nullptr, tasks));
        Q_EMIT changed();
        Q_EMIT proposed(items.empty() ? QString() : toText(jsonText(items.front(), "id")), tasks);
        return;
    }
    if (const Error &error = reply.error(); error.code == "COUNT_CHANGED" && error.values.size() == 2) {
        start();
        Q_EMIT countChanged(toText(error.values[0]), toText(error.values[1]));
        return;
    }
    Q_EMIT changed();
    Q_EMIT failed(reply.error());
}

} // namespace crossfade
