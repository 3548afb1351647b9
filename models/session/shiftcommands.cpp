// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator asks of shifts: the commands of ShiftSession.
#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"
#include "models/session/shiftjson.h"
#include "models/session/shiftsession.h"

#include <QDateTime>
#include <QPointer>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds TrialTimeout{15'000}; // two queries of at most five seconds
constexpr std::chrono::milliseconds DrillTimeout{60'000}; // a day of looks is long

RestCall actCall(const std::string &id, const char *act, Json body)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies/%1/%2")
                    .arg(QString::fromLatin1(QUrl::toPercentEncoding(toText(id))), QLatin1String(act));
    call.body = std::move(body);
    return call;
}

const char *actWord(ShiftCommand command)
{
    switch (command) {
    case ShiftCommand::Suspend: return "suspend";
    case ShiftCommand::Resume: return "resume";
    case ShiftCommand::Finalize: return "finalize";
    case ShiftCommand::Shift:
    case ShiftCommand::Rollback:
    case ShiftCommand::Override:
    case ShiftCommand::Approve:
    case ShiftCommand::Reject: break;
    }
    return "shift";
}

} // namespace

void ShiftSession::takeShift(const Json &json)
{
    const PolicyRow *known = m_policies.find(jsonText(json, "policy_id"));
    if (known == nullptr)
        return;
    PolicyRow row = *known;
    row.shift = shiftFromJson(json);
    if (row.shift.epoch < known->shift.epoch)
        return; // an event told more meanwhile
    m_told.insert(row.policy.id);
    m_policies.put(std::move(row), instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    Q_EMIT changed();
}

void ShiftSession::command(RestCall call, QObject *context, Done done)
{
    m_connection->post(ServiceName::Router, std::move(call), context,
                       [self = QPointer<ShiftSession>(this), done = std::move(done)](
                           const Result<RestReply> &reply) {
                           if (!reply) {
                               done(fail(reply.error()));
                               return;
                           }
                           if (self && isUnstoredRollback(reply->body))
                               self->m_connection->report(tr("rolled back at this router; not yet stored, will be "
                                                             "stored when the database answers"));
                           else if (self)
                               self->takeShift(reply->body);
                           done({});
                       });
}

void ShiftSession::applyTarget(const std::string &id, double target, const QString &reason,
                               QObject *context, Done done, std::optional<Instant> startAt)
{
    Json body{{"target_percentage", target}, {"reason", toUtf8(reason)}};
    if (startAt)
        body["start_at"] = formatInstant(*startAt);
    command(actCall(id, "shift", std::move(body)), context, std::move(done));
}

void ShiftSession::rollBack(const std::string &id, double target, bool stepwise, const QString &reason,
                            QObject *context, Done done)
{
    command(actCall(id, "rollback", {{"target_percentage", target},
                                     {"mode", stepwise ? "STEPWISE" : "IMMEDIATE"},
                                     {"reason", toUtf8(reason)}}),
            context, std::move(done));
}

void ShiftSession::act(const std::string &id, ShiftCommand command, const QString &reason,
                       QObject *context, Done done)
{
    this->command(actCall(id, actWord(command), {{"reason", toUtf8(reason)}}), context, std::move(done));
}

void ShiftSession::overrideGate(const std::string &id, const std::string &gate, const QString &reason,
                                QObject *context, Done done)
{
    command(actCall(id, "override", {{"gate", gate}, {"reason", toUtf8(reason)}}), context,
            std::move(done));
}

void ShiftSession::save(const ShiftPolicy &policy, const std::string &version, const QString &reason,
                        QObject *context, Done done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies");
    call.body = policyToJson(policy);
    call.body.erase("id");
    if (policy.salt.empty())
        call.body.erase("salt"); // the service makes one
    call.reason = toUtf8(reason);
    const auto answered = [self = QPointer<ShiftSession>(this), done = std::move(done)](
                              const Result<RestReply> &reply) {
        if (!reply) {
            done(fail(reply.error()));
            return;
        }
        const Result<PolicyRow> row = policyRowFromJson(reply->body);
        if (self && row) {
            self->m_told.insert(row->policy.id);
            self->m_policies.put(*row, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
            self->select(row->policy.id);
            Q_EMIT self->changed();
            self->m_connection->report(tr("saved shift policy “%1”").arg(toText(row->policy.name)));
        }
        done({});
    };
    if (policy.id.empty()) {
        m_connection->post(ServiceName::Router, call, context, answered);
        return;
    }
    call.path += QLatin1Char('/') + QString::fromLatin1(QUrl::toPercentEncoding(toText(policy.id)));
    call.ifMatch = version;
    m_connection->put(ServiceName::Router, call, context, answered);
}

void ShiftSession::remove(const std::string &id, const QString &reason, QObject *context, Done done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies/")
        + QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
    if (const PolicyRow *row = m_policies.find(id))
        call.ifMatch = row->version;
    call.reason = toUtf8(reason);
    m_connection->remove(ServiceName::Router, call, context,
                         [self = QPointer<ShiftSession>(this), id, done = std::move(done)](
                             const Result<RestReply> &reply) {
                             if (reply && self) {
                                 self->m_policies.remove(id);
                                 self->ensureSelection();
                                 Q_EMIT self->changed();
                                 self->loadDetail();
                             }
                             done(reply ? Result<void>() : Result<void>(fail(reply.error())));
                         });
}

void ShiftSession::metricSources(QObject *context, SourcesListed done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/metric-sources");
    m_connection->get(ServiceName::Router, call, context, [done = std::move(done)](const Result<RestReply> &reply) {
        if (!reply) {
            done(fail(reply.error()));
            return;
        }
        std::vector<std::string> names;
        for (const Json &item : jsonItems(reply->body))
            names.push_back(jsonText(item, "name"));
        done(names);
    });
}

void ShiftSession::tryExpression(const Guard &guard, QObject *context, Tried done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/metric-sources/try");
    call.timeout = TrialTimeout;
    call.body = Json{{"source", guard.source}, {"expression", guard.expression}};
    if (guard.countsSamples())
        call.body["samples_expression"] = guard.samplesExpression;
    m_connection->post(ServiceName::Router, call, context, [done = std::move(done)](const Result<RestReply> &reply) {
        if (!reply) {
            done(fail(reply.error()));
            return;
        }
        const Json &body = reply->body;
        done(ExpressionTrial{jsonOptionalNumber(body, "value"), jsonInstant(body, "at"), jsonOptionalNumber(body, "samples"),
                             jsonText(body, "error"), jsonOptionalNumber(body, "took_seconds").value_or(0)});
    });
}

void ShiftSession::drill(const std::string &id, Instant from, Instant to,
                         const std::optional<ShiftPolicy> &unsaved, QObject *context, Drilled done)
{
    Json body{{"from", formatInstant(from)}, {"to", formatInstant(to)}};
    if (unsaved) {
        body["policy"] = policyToJson(*unsaved);
        body["policy"].erase("id");
    }
    RestCall call = actCall(id, "drill", std::move(body));
    call.timeout = DrillTimeout;
    m_connection->post(ServiceName::Router, std::move(call), context,
                       [done = std::move(done)](const Result<RestReply> &reply) {
                           if (reply)
                               done(drillFromJson(reply->body));
                           else
                               done(fail(reply.error()));
                       });
}

} // namespace crossfade
