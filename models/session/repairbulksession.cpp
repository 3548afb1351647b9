// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/repairbulksession.h"

#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QUuid>

#include <array>
#include <chrono>
#include <utility>

namespace crossfade {

namespace {

constexpr int LookAfterMs = 250;
constexpr std::chrono::seconds DecideTimeout{30}; // a thousand in one transaction

using CriteriaPart = std::pair<const char *, const std::string RepairCriteria::*>;
constexpr std::array<CriteriaPart, 7> CriteriaParts{{
    {"action", &RepairCriteria::action},
    {"target_platform", &RepairCriteria::targetPlatform},
    {"entity_type", &RepairCriteria::entityType},
    {"assigned_to", &RepairCriteria::assignedTo},
    {"assigned_role", &RepairCriteria::assignedRole},
    {"requested_by", &RepairCriteria::requestedBy},
    {"q", &RepairCriteria::text},
}};

Json filterJson(const RepairCriteria &criteria)
{
    Json filter = Json::object();
    for (const auto &[name, part] : CriteriaParts)
        if (!(criteria.*part).empty())
            filter[name] = criteria.*part;
    return filter;
}

} // namespace

RepairBulkSession::RepairBulkSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(LookAfterMs);
    connect(&m_soon, &QTimer::timeout, this, &RepairBulkSession::start);
    // What was counted is of the services before: the number typed back must not hold for others.
    connect(m_connection, &Connection::targetChanged, this, &RepairBulkSession::forget);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator && m_looked && !m_deciding)
            start();
    });
}

void RepairBulkSession::forget()
{
    m_soon.stop();
    ++m_generation;
    m_rows.clear();
    m_tally = {};
    m_tooMany = false;
    m_key.clear();
    m_phase = LoadPhase::Loading;
    Q_EMIT changed();
}

void RepairBulkSession::look(const RepairCriteria &criteria, RepairVerdict verdict, const InboxOwner &owner)
{
    m_criteria = criteria;
    m_owner = owner;
    m_verdict = verdict;
    m_looked = true;
    ++m_generation;
    m_phase = LoadPhase::Loading;
    m_soon.start();
    Q_EMIT changed();
}

void RepairBulkSession::start()
{
    m_soon.stop();
    ++m_generation;
    m_rows.clear();
    m_tooMany = false;
    // The states that the comparator itself decides on.
    m_statuses = {"ASSIGNED", "PENDING"};
    if (m_verdict == RepairVerdict::Reject)
        m_statuses.insert(m_statuses.end(), {"FAILED", "STALE"});
    m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    next();
}

void RepairBulkSession::next()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs");
    addQuery(call, "limit", QString::number(Most));
    addQuery(call, "status", QString::fromLatin1(m_statuses.back()));
    for (const auto &[name, part] : CriteriaParts)
        if (!(m_criteria.*part).empty())
            addQuery(call, name, toText(m_criteria.*part));
    m_connection->get(ServiceName::Comparator, call, this,
                      [this, generation = m_generation](const Result<RestReply> &reply) {
                          if (generation == m_generation)
                              onPage(reply);
                      });
}

void RepairBulkSession::onPage(const Result<RestReply> &reply)
{
    if (!reply) {
        m_error = reply.error();
        m_phase = LoadPhase::Failed;
        Q_EMIT changed();
        return;
    }
    for (const Json &repair : jsonItems(reply->body))
        m_rows.push_back(repairFromJson(repair));
    m_tooMany = m_tooMany || !jsonText(reply->body, "next_cursor").empty();
    m_statuses.pop_back();
    if (!m_statuses.empty() && !m_tooMany) {
        next();
        return;
    }
    m_tally = tallyOf(m_rows, m_verdict, m_owner);
    m_tooMany = m_tooMany || m_tally.count > Most;
    m_rows.clear();
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void RepairBulkSession::decide(std::int64_t count, const QString &reason, std::optional<Instant> executeAt)
{
    if (m_deciding)
        return;
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs/bulk");
    call.body = Json{{"action", m_verdict == RepairVerdict::Reject ? "REJECT" : "APPROVE"},
                     {"filter", filterJson(m_criteria)},
                     {"expected_count", count},
                     {"reason", toUtf8(reason)}};
    if (executeAt)
        call.body["execute_at"] = formatInstant(*executeAt);
    if (m_key.isEmpty() || m_sent != call.body)
        m_key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    m_sent = call.body;
    call.key = m_key;
    call.timeout = DecideTimeout;
    m_deciding = true;
    Q_EMIT changed();
    m_connection->post(ServiceName::Comparator, call, this,
                       [this](const Result<RestReply> &reply) { onDecided(reply); });
}

void RepairBulkSession::onDecided(const Result<RestReply> &reply)
{
    m_deciding = false;
    if (!reply && isUnanswered(reply.error())) {
        Q_EMIT changed();
        Q_EMIT failed(reply.error());
        return;
    }
    m_key.clear(); // answered: another decision is another one
    if (reply) {
        const auto count = static_cast<int>(jsonInteger(reply->body, "count"));
        m_connection->report(m_verdict == RepairVerdict::Reject ? tr("%1 repairs rejected at once", nullptr, count).arg(count)
                                                                : tr("%1 repairs approved at once", nullptr, count).arg(count));
        Q_EMIT decided(count);
        return;
    }
    if (reply.error().code == "COUNT_CHANGED") {
        const QString sentence = errorText(reply.error());
        start();
        Q_EMIT countChanged(sentence);
        return;
    }
    Q_EMIT changed();
    Q_EMIT failed(reply.error());
}

} // namespace crossfade
