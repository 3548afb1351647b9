// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/auditsession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QSaveFile>

#include <map>

namespace crossfade {

namespace {

constexpr std::size_t MostFields = 500;

Instant now()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

using Fields = std::map<std::string, std::string>;

// Objects become "outer.inner"; lists stay one value.
void flatten(const Json &json, const std::string &name, int depth, Fields &out)
{
    if (out.size() >= MostFields)
        return;
    if (json.is_object() && depth < 4 && !json.empty()) {
        for (const auto &[key, value] : json.items())
            flatten(value, name.empty() ? key : name + "." + key, depth + 1, out);
        return;
    }
    const auto *text = json.get_ptr<const std::string *>();
    out[name] = text ? *text : dumpJson(json);
}

std::vector<AuditChange> changesOf(const Json &before, const Json &after)
{
    Fields old;
    Fields next;
    if (!before.is_null())
        flatten(before, {}, 0, old);
    if (!after.is_null())
        flatten(after, {}, 0, next);
    std::vector<AuditChange> changes;
    for (const auto &[field, value] : old) {
        const auto found = next.find(field);
        changes.push_back({field, value,
                           found == next.end() ? std::nullopt : std::optional(found->second)});
    }
    for (const auto &[field, value] : next)
        if (!old.contains(field))
            changes.push_back({field, std::nullopt, value});
    return changes;
}

AuditVerification verificationFromJson(const Json &json)
{
    AuditVerification result;
    result.intact = jsonFlag(json, "intact");
    result.entries = jsonInteger(json, "entries");
    result.checkedAt = jsonInstant(json, "checked_at").value_or(now());
    const Json &broken = jsonAt(json, "first_broken");
    const Json &id = jsonAt(broken, "id");
    result.brokenId = id.is_number() ? dumpJson(id) : jsonText(broken, "id");
    result.problem = jsonText(broken, "problem");
    return result;
}

} // namespace

AuditRow auditFromJson(const Json &json)
{
    AuditRow row;
    const Json &id = jsonAt(json, "id");
    row.id = id.is_number() ? dumpJson(id) : jsonText(json, "id");
    row.at = jsonInstant(json, "at").value_or(Instant());
    row.subject = jsonText(json, "subject");
    row.action = jsonText(json, "action");
    row.objectType = jsonText(json, "object_type");
    row.objectId = jsonText(json, "object_id");
    row.reason = jsonText(json, "reason");
    row.requestId = jsonText(json, "request_id");
    row.hash = jsonText(json, "hash");
    row.changes = changesOf(jsonAt(json, "before"), jsonAt(json, "after"));
    return row;
}

AuditSession::AuditSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(&m_model, &AuditModel::moreWanted, this, &AuditSession::loadPage);
    connect(connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == m_service)
            refresh();
    });
    connect(connection, &Connection::targetChanged, this, [this] {
        startAnew();
        forgetVerification();
        Q_EMIT changed();
    });
    connect(connection, &Connection::reachChanged, this, &AuditSession::changed);
    connect(connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                // Every stored event stands for something that was done, and audited.
                if (service == m_service && !event.id.empty())
                    Q_EMIT newEntries();
            });
}

bool AuditSession::isStale() const
{
    return m_connection->reach(m_service) != Reach::Live;
}

void AuditSession::setService(ServiceName service)
{
    if (m_service == service)
        return;
    m_service = service;
    startAnew();
    forgetVerification();
    refresh();
}

// Nothing of the list before is left to be taken for the one that is asked for now.
void AuditSession::startAnew()
{
    ++m_generation;
    m_cursor.clear();
    m_total = -1;
    m_model.clear();
    m_phase = LoadPhase::Idle;
}

void AuditSession::forgetVerification()
{
    ++m_verifyGeneration; // also of one under way, which was asked of another service
    m_verifying = false;
    m_verification.reset();
    m_verifyError.reset();
    Q_EMIT verificationChanged();
}

void AuditSession::setFilter(const AuditFilter &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    startAnew();
    refresh();
}

void AuditSession::refresh()
{
    ++m_generation;
    m_cursor.clear();
    m_from.reset();
    if (m_filter.sinceHours > 0)
        m_from = instantFromMs(QDateTime::currentMSecsSinceEpoch() - m_filter.sinceHours * 3'600'000LL);
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    loadPage();
}

RestCall AuditSession::listCall() const
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/audit");
    call.mustArrive = true;
    addQuery(call, "limit", QStringLiteral("200"));
    const auto add = [&call](const char *name, const QString &value) {
        if (!value.isEmpty())
            addQuery(call, name, value);
    };
    add("action", m_filter.action);
    add("object_type", m_filter.objectType);
    add("object_id", m_filter.objectId);
    add("subject", m_filter.subject);
    add("from", m_from ? toText(formatInstant(*m_from)) : QString());
    add("cursor", m_cursor);
    return call;
}

void AuditSession::loadPage()
{
    m_connection->get(m_service, listCall(), this,
                      [this, generation = m_generation](const Result<RestReply> &reply) {
                          if (generation == m_generation)
                              onPage(reply);
                      });
}

void AuditSession::onPage(const Result<RestReply> &reply)
{
    if (!reply) {
        m_phase = LoadPhase::Failed;
        m_error = reply.error();
        Q_EMIT changed();
        return;
    }
    if (m_cursor.isEmpty())
        m_model.clear();
    std::vector<AuditRow> rows;
    for (const Json &json : jsonItems(reply->body))
        rows.push_back(auditFromJson(json));
    m_cursor = toText(jsonText(reply->body, "next_cursor"));
    m_total = jsonInteger(reply->body, "total", -1);
    m_model.append(std::move(rows), !m_cursor.isEmpty(), now());
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void AuditSession::verify()
{
    if (m_verifying)
        return;
    m_verifying = true;
    m_verifyError.reset();
    Q_EMIT verificationChanged();
    RestCall call;
    call.path = QStringLiteral("/api/v1/audit/verification");
    call.timeout = std::chrono::seconds(120); // it reads the whole chain
    m_connection->get(m_service, call, this, [this, generation = m_verifyGeneration](const Result<RestReply> &reply) {
        if (generation != m_verifyGeneration)
            return;
        m_verifying = false;
        m_verification.reset();
        if (reply)
            m_verification = verificationFromJson(reply->body);
        else
            m_verifyError = reply.error();
        Q_EMIT verificationChanged();
    });
}

void AuditSession::exportTo(const QString &file, Format format)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/audit/export");
    call.raw = true;
    call.accept = format == Format::Csv ? "text/csv" : "application/x-ndjson";
    call.timeout = std::chrono::minutes(5);
    m_connection->get(m_service, call, this, [this, file](const Result<RestReply> &reply) {
        if (!reply) {
            Q_EMIT exportFailed(errorText(reply.error()));
            return;
        }
        QSaveFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(reply->bytes) != reply->bytes.size() ||
            !out.commit()) {
            Q_EMIT exportFailed(tr("%1 could not be written: %2").arg(file, out.errorString()));
            return;
        }
        Q_EMIT exported(file, reply->bytes.size());
    });
}

} // namespace crossfade
