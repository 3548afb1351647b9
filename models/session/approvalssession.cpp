// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/approvalssession.h"

#include "models/items/text.h"
#include "models/routing/routingjson.h"
#include "models/session/approvalsjson.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t MostDecided = 50;
constexpr std::size_t MostAlerts = 1'000;

template <class Row>
auto findRow(std::vector<Row> &rows, const std::string &id)
{
    return std::find_if(rows.begin(), rows.end(), [&](const Row &row) { return row.id == id; });
}

QString actPath(const char *list, const std::string &id, const QString &act)
{
    return QStringLiteral("/api/v1/%1/%2/%3")
        .arg(QLatin1String(list), QString::fromLatin1(QUrl::toPercentEncoding(toText(id))), act);
}

} // namespace

ApprovalsSession::ApprovalsSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            refresh();
    });
    connect(m_connection, &Connection::reachChanged, this, &ApprovalsSession::changed);
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_newerApprovals.reset();
        m_newerAlerts.reset();
        m_open.clear();
        m_decided.clear();
        m_alerts.clear();
        m_knowsApprovals = m_knowsAlerts = false;
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router)
                    onEvent(event);
            });
}

void ApprovalsSession::refresh()
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    m_newerApprovals.emplace();
    m_newerAlerts.emplace();
    const int generation = ++m_generation;
    RestCall approvals;
    approvals.mustArrive = true;
    approvals.path = QStringLiteral("/api/v1/approvals");
    approvals.query.addQueryItem(QStringLiteral("state"), QStringLiteral("OPEN"));
    approvals.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, approvals, this,
                      [this, generation](const Result<RestReply> &reply) {
                          if (generation == m_generation)
                              onApprovals(reply);
                      });
    RestCall alerts;
    alerts.mustArrive = true;
    alerts.path = QStringLiteral("/api/v1/alerts");
    alerts.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, alerts, this,
                      [this, generation](const Result<RestReply> &reply) {
                          if (generation == m_generation)
                              onAlerts(reply);
                      });
    Q_EMIT changed();
}

void ApprovalsSession::onApprovals(const Result<RestReply> &reply)
{
    const auto newer = std::exchange(m_newerApprovals, std::nullopt);
    if (!reply) {
        m_phase = LoadPhase::Failed;
        m_error = reply.error();
        Q_EMIT changed();
        return;
    }
    m_knowsApprovals = true;
    m_open.clear();
    for (const Json &json : jsonItems(reply->body))
        put(approvalFromJson(json), false);
    for (const auto &[id, approval] : newer.value_or(std::map<std::string, ApprovalRow>()))
        put(approval, false);
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void ApprovalsSession::onAlerts(const Result<RestReply> &reply)
{
    const auto newer = std::exchange(m_newerAlerts, std::nullopt);
    if (!reply)
        return; // the approvals' answer tells of the failure
    m_knowsAlerts = true;
    m_alerts.clear();
    for (const Json &json : jsonItems(reply->body))
        put(alertFromJson(json));
    for (const auto &[id, alert] : newer.value_or(std::map<std::string, AlertRow>()))
        put(alert);
    Q_EMIT changed();
}

void ApprovalsSession::take(const ApprovalRow &approval)
{
    if (m_newerApprovals)
        m_newerApprovals->insert_or_assign(approval.id, approval);
    put(approval, true);
}

void ApprovalsSession::take(const AlertRow &alert)
{
    if (m_newerAlerts)
        m_newerAlerts->insert_or_assign(alert.id, alert);
    put(alert);
}

void ApprovalsSession::onEvent(const ServerEvent &event)
{
    if (event.type == "approval.opened" || event.type == "approval.changed" || event.type == "approval.closed") {
        take(approvalFromJson(jsonAt(event.data, "approval")));
    } else if (event.type == "alert.raised" || event.type == "alert.acknowledged") {
        const AlertRow alert = alertFromJson(jsonAt(event.data, "alert"));
        take(alert);
        if (alert.isOpen())
            Q_EMIT alertRaised(alert);
    } else {
        return;
    }
    Q_EMIT changed();
}

void ApprovalsSession::put(const ApprovalRow &approval, bool announce)
{
    if (approval.id.empty() || (approval.isOpen() && findRow(m_decided, approval.id) != m_decided.end()))
        return; // an event older than what is known
    const auto found = findRow(m_open, approval.id);
    const bool known = found != m_open.end();
    if (known)
        m_open.erase(found);
    if (approval.isOpen()) {
        const auto at = std::find_if(m_open.begin(), m_open.end(), [&](const ApprovalRow &row) {
            return row.deadline > approval.deadline;
        });
        m_open.insert(at, approval);
        if (announce && !known)
            Q_EMIT opened(approval);
        return;
    }
    if (findRow(m_decided, approval.id) != m_decided.end())
        return;
    m_decided.insert(m_decided.begin(), approval);
    if (m_decided.size() > MostDecided)
        m_decided.pop_back();
    if (announce)
        Q_EMIT closed(approval);
}

void ApprovalsSession::put(const AlertRow &alert)
{
    const auto found = findRow(m_alerts, alert.id);
    if (found != m_alerts.end())
        m_alerts.erase(found);
    if (alert.id.empty() || !alert.isOpen())
        return;
    const auto at = std::find_if(m_alerts.begin(), m_alerts.end(), [&](const AlertRow &row) {
        return row.lastRaisedAt <= alert.lastRaisedAt;
    });
    m_alerts.insert(at, alert);
    if (m_alerts.size() > MostAlerts)
        m_alerts.pop_back();
}

const ApprovalRow *ApprovalsSession::find(const std::string &id) const
{
    for (const auto *rows : {&m_open, &m_decided})
        for (const ApprovalRow &row : *rows)
            if (row.id == id)
                return &row;
    return nullptr;
}

const ApprovalRow *ApprovalsSession::openOfPolicy(const std::string &policyId) const
{
    for (const ApprovalRow &row : m_open)
        if (row.policyId == policyId)
            return &row;
    return nullptr;
}

const ApprovalRow *ApprovalsSession::openMasterSwitch() const
{
    for (const ApprovalRow &row : m_open)
        if (row.isMasterSwitch())
            return &row;
    return nullptr;
}

void ApprovalsSession::previewSwitches(const ApprovalRow &row, QObject *context, Previewed done)
{
    if (!row.switches)
        return done(fail(ErrorKind::Malformed, "it does not say which switches it changes"));
    preview({{"kind", "switches.put"}, {"switches", switchesChoiceToJson(row.switches->after)}}, context,
            std::move(done));
}

void ApprovalsSession::previewBatch(const ApprovalRow &row, QObject *context, Previewed done)
{
    if (row.batch)
        preview({{"kind", row.kind == "ROLLBACK" ? "group.rollback" : "group.shift"},
                 {"group_id", row.batch->groupId},
                 {"batch", row.batch->batch}},
                context, std::move(done));
}

void ApprovalsSession::preview(Json change, QObject *context, Previewed done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/previews");
    call.body = Json{{"changes", Json::array({std::move(change)})}};
    m_connection->post(ServiceName::Router, call, context,
                       [done = std::move(done)](const Result<RestReply> &reply) {
                           if (reply)
                               done(previewFromJson(reply->body));
                           else
                               done(fail(reply.error()));
                       });
}

void ApprovalsSession::overrideGates(const std::string &id, const std::vector<std::string> &gates,
                                     const QString &reason, QObject *context, Answered done)
{
    decide(id, QStringLiteral("override"), Json{{"gates", gates}, {"reason", toUtf8(reason)}}, context,
           std::move(done));
}

void ApprovalsSession::approve(const std::string &id, const QString &reason, QObject *context,
                               Answered done)
{
    decide(id, QStringLiteral("approve"), Json{{"reason", toUtf8(reason)}}, context, std::move(done));
}

void ApprovalsSession::reject(const std::string &id, const QString &reason, QObject *context,
                              Answered done)
{
    decide(id, QStringLiteral("reject"), Json{{"reason", toUtf8(reason)}}, context, std::move(done));
}

void ApprovalsSession::decide(const std::string &id, const QString &act, Json body, QObject *context,
                              Answered done)
{
    RestCall call;
    call.path = actPath("approvals", id, act);
    call.body = std::move(body);
    // The session may outlive the dialog that asked, and the dialog the answer.
    m_connection->post(ServiceName::Router, call, context,
                       [this, self = QPointer<ApprovalsSession>(this), done = std::move(done)](
                           const Result<RestReply> &reply) {
                           if (!reply) {
                               done(fail(reply.error()));
                               return;
                           }
                           if (self && isUnstoredRollback(reply->body)) {
                               done(self->approvedWithoutStore(reply->body));
                               return;
                           }
                           const ApprovalRow row = approvalFromJson(reply->body);
                           if (self) {
                               take(row);
                               Q_EMIT changed();
                           }
                           done(row);
                       });
}

// The users are back; the approval stays open in the store until that answers, and its event tells then.
ApprovalRow ApprovalsSession::approvedWithoutStore(const Json &rollback)
{
    const std::string id = jsonText(rollback, "approval_id");
    const ApprovalRow *known = find(id);
    ApprovalRow row = known != nullptr ? *known : ApprovalRow();
    row.id = id;
    row.state = "APPROVED";
    row.decidedBy = jsonText(rollback, "actor");
    row.decidedAt = jsonInstant(rollback, "at");
    row.decisionReason = jsonText(rollback, "reason");
    m_connection->report(tr("rolled back at this router; not yet stored, will be stored when the database answers"));
    take(row);
    Q_EMIT changed();
    return row;
}

void ApprovalsSession::acknowledge(const std::string &alertId)
{
    RestCall call;
    call.path = actPath("alerts", alertId, QStringLiteral("acknowledge"));
    call.body = Json::object();
    m_connection->post(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        if (!reply) {
            Q_EMIT acknowledgeFailed(reply.error());
            return;
        }
        take(alertFromJson(reply->body));
        Q_EMIT changed();
    });
}

} // namespace crossfade
