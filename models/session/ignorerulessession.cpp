// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/ignorerulessession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QPointer>
#include <QUrl>
#include <QUuid>

#include <utility>

namespace crossfade {

namespace {

constexpr int RulesAgainAfterMs = 200;

RestCall ignoreCall(const std::string &id = {})
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/ignore-rules");
    if (!id.empty())
        call.path += QLatin1Char('/') + QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
    return call;
}

IgnoreRuleRow ignoreRuleFromJson(const Json &json)
{
    IgnoreRuleRow rule;
    rule.id = jsonText(json, "id");
    rule.version = jsonVersion(json);
    rule.checkId = jsonText(json, "check_id");
    rule.dataType = jsonText(json, "data_type");
    rule.entityPattern = jsonText(json, "entity_pattern");
    rule.field = jsonText(json, "field");
    rule.type = jsonText(json, "difference_type");
    rule.cause = jsonText(json, "cause");
    rule.ofValues = jsonAt(json, "legacy").is_object() || jsonAt(json, "new").is_object();
    rule.endsAt = jsonInstant(json, "ends_at");
    rule.ended = jsonFlag(json, "ended");
    rule.reason = jsonText(json, "reason");
    rule.hidden = jsonInteger(json, "hidden_differences");
    rule.beingApplied = jsonFlag(json, "being_applied");
    rule.createdBy = jsonText(json, "created_by");
    rule.createdAt = jsonInstant(json, "created_at");
    return rule;
}

Json draftJson(const IgnoreDraft &draft)
{
    Json json{{"reason", draft.reason}};
    if (!draft.dataType.empty())
        json["data_type"] = draft.dataType;
    if (!draft.field.empty())
        json["field"] = draft.field;
    if (!draft.entityId.empty())
        json["entity_pattern"] = entityPatternOf(draft.entityId);
    if (draft.endsAt)
        json["ends_at"] = formatInstant(*draft.endsAt);
    return json;
}

} // namespace

IgnoreRulesSession::IgnoreRulesSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(RulesAgainAfterMs);
    connect(&m_soon, &QTimer::timeout, this, &IgnoreRulesSession::refresh);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator && m_asked)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_soon.stop();
        m_model.setRows({}, {});
        m_known = false;
        m_key.clear();
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this, [this](ServiceName service, const ServerEvent &event) {
        if (service == ServiceName::Comparator && event.type == "ignore_rule.changed" && m_asked && !m_soon.isActive())
            m_soon.start();
    });
    connect(m_connection, &Connection::reachChanged, this, &IgnoreRulesSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &IgnoreRulesSession::changed);
}

bool IgnoreRulesSession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

qint64 IgnoreRulesSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Comparator);
}

QString IgnoreRulesSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "admin"});
}

void IgnoreRulesSession::refresh()
{
    m_asked = true;
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    m_loading.clear();
    loadPage({}, ++m_generation);
}

void IgnoreRulesSession::loadPage(const std::string &cursor, int generation)
{
    RestCall call = ignoreCall();
    addQuery(call, "limit", QStringLiteral("1000"));
    if (!cursor.empty())
        addQuery(call, "cursor", toText(cursor));
    m_connection->get(ServiceName::Comparator, call, this, [this, generation](const Result<RestReply> &reply) {
        if (generation == m_generation)
            onRules(reply);
    });
}

void IgnoreRulesSession::onRules(const Result<RestReply> &reply)
{
    if (!reply) {
        m_error = reply.error();
        m_phase = LoadPhase::Failed;
        Q_EMIT changed();
        return;
    }
    for (const Json &rule : jsonItems(reply->body))
        m_loading.push_back(ignoreRuleFromJson(rule));
    // The oldest come first, and those whose time is over stay: the ones that hold may be on a later page.
    const std::string next = jsonText(reply->body, "next_cursor");
    if (!next.empty() && m_loading.size() < MostRules && !jsonItems(reply->body).empty()) {
        loadPage(next, m_generation);
        return;
    }
    m_model.setRows(std::exchange(m_loading, {}), instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    m_known = true;
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void IgnoreRulesSession::create(const IgnoreDraft &draft, QObject *context, Done done)
{
    RestCall call = ignoreCall();
    call.body = draftJson(draft);
    if (m_key.isEmpty() || m_sent != call.body)
        m_key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    m_sent = call.body;
    call.key = m_key;
    m_connection->post(ServiceName::Comparator, call, this,
                       [this, asked = QPointer<QObject>(context), done = std::move(done)](const Result<RestReply> &reply) {
                           if (reply || !isUnanswered(reply.error()))
                               m_key.clear(); // another one is another rule
                           if (reply) {
                               m_connection->report(tr("ignore rule made: %1")
                                                        .arg(ignoreScopeText(ignoreRuleFromJson(reply->body))));
                               refresh();
                           }
                           if (asked)
                               done(reply ? Result<void>() : fail(reply.error()));
                       });
}

void IgnoreRulesSession::remove(const IgnoreRuleRow &rule, const QString &reason, QObject *context, Done done)
{
    RestCall call = ignoreCall(rule.id);
    call.ifMatch = rule.version;
    call.reason = toUtf8(reason);
    m_connection->remove(ServiceName::Comparator, call, this,
                         [this, scope = ignoreScopeText(rule), asked = QPointer<QObject>(context),
                          done = std::move(done)](const Result<RestReply> &reply) {
                             if (reply)
                                 m_connection->report(tr("ignore rule ended: %1").arg(scope));
                             refresh();
                             if (asked)
                                 done(reply ? Result<void>() : fail(reply.error()));
                         });
}

} // namespace crossfade
