// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/rulessession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"

#include <QDateTime>

namespace crossfade {

namespace {

QString rulePath(const std::string &id)
{
    return QStringLiteral("/api/v1/rules/") +
           QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
}

Instant now()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

} // namespace

RulesSession::RulesSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            refresh();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router)
                    onEvent(event);
            });
    connect(m_connection, &Connection::reachChanged, this, &RulesSession::publish);
    connect(m_connection, &Connection::sessionChanged, this, &RulesSession::publish);
    connect(&m_model, &RuleModel::toggled, this, &RulesSession::setActive);
}

bool RulesSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

qint64 RulesSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Router);
}

QString RulesSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, {"operator", "admin"});
}

void RulesSession::refresh()
{
    ++m_generation;
    m_loading.clear();
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    publish();
    loadPage({}, m_generation);
}

void RulesSession::loadPage(const QString &cursor, int generation)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/rules");
    addQuery(call, "limit", QStringLiteral("1000"));
    if (!cursor.isEmpty())
        addQuery(call, "cursor", cursor);
    m_connection->get(
        ServiceName::Router, call, this, [this, generation](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            if (!reply) {
                m_error = reply.error();
                m_phase = LoadPhase::Failed;
                publish();
                return;
            }
            for (const Json &rule : jsonItems(reply->body))
                m_loading.push_back(ruleFromJson(rule));
            const std::string next = jsonText(reply->body, "next_cursor");
            if (!next.empty() && m_loading.size() < MaxRules) {
                loadPage(toText(next), generation);
                return;
            }
            m_edits.setSaved(std::move(m_loading));
            m_loading.clear();
            m_phase = LoadPhase::Ready;
            publish();
        });
}

void RulesSession::onEvent(const ServerEvent &event)
{
    if (event.type != "rule.changed")
        return;
    if (jsonFlag(event.data, "deleted"))
        m_edits.removeSaved(jsonText(event.data, "id"));
    else if (jsonAt(event.data, "rule").is_object())
        m_edits.putSaved(ruleFromJson(jsonAt(event.data, "rule")));
    publish();
}

void RulesSession::publish()
{
    const std::vector<RuleRow> rows = m_edits.rows();
    m_findings = ruleFindings(rows, now());
    m_model.setEditable(obstacle().isEmpty());
    m_model.setRows(rows, now());
    Q_EMIT changed();
}

QString RulesSession::add(const RuleInput &input)
{
    const QString id = toText(m_edits.add(input));
    publish();
    return id;
}

QString RulesSession::duplicate(const QString &id)
{
    std::optional<RuleInput> input = m_edits.current(toUtf8(id));
    if (!input)
        return {};
    input->name = toUtf8(tr("%1-copy").arg(toText(input->name)));
    return add(*input);
}

void RulesSession::change(const QString &id, const RuleInput &input)
{
    m_edits.change(toUtf8(id), input);
    publish();
}

void RulesSession::setActive(const QString &id, bool active)
{
    std::optional<RuleInput> input = m_edits.current(toUtf8(id));
    if (!input || input->active == active)
        return;
    input->active = active;
    change(id, *input);
}

void RulesSession::remove(const QString &id)
{
    m_edits.remove(toUtf8(id));
    publish();
}

void RulesSession::revert(const QString &id)
{
    m_edits.revert(toUtf8(id));
    publish();
}

void RulesSession::discard()
{
    m_edits.discard();
    publish();
}

Json RulesSession::changesJson() const
{
    Json changes = Json::array();
    for (const std::string &id : m_edits.editIds()) {
        const RulesEdits::Edit *edit = m_edits.edit(id);
        Json change = Json::object();
        change["kind"] = edit->kind == RuleEdit::Deleted ? "rule.delete" : "rule.put";
        if (edit->kind != RuleEdit::Added)
            change["id"] = id;
        if (edit->kind != RuleEdit::Deleted)
            change["rule"] = ruleToJson(edit->input);
        changes.push_back(std::move(change));
    }
    return changes;
}

void RulesSession::preview()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/previews");
    call.body = Json::object();
    call.body["changes"] = changesJson();
    m_connection->post(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        if (reply)
            Q_EMIT previewed(previewFromJson(reply->body));
        else
            Q_EMIT previewFailed(reply.error());
    });
}

void RulesSession::save(const QString &reason)
{
    if (m_saving || m_edits.count() == 0)
        return;
    m_saving = true;
    m_savedCount = 0;
    m_reason = toUtf8(reason);
    const std::vector<std::string> ids = m_edits.editIds();
    m_queue.assign(ids.begin(), ids.end());
    publish();
    saveNext();
}

void RulesSession::saveNext()
{
    const RulesEdits::Edit *edit = nullptr;
    while (!m_queue.empty() && !(edit = m_edits.edit(m_queue.front())))
        m_queue.pop_front();
    if (!edit) {
        finishSave();
        return;
    }
    const std::string id = m_queue.front();
    m_queue.pop_front();
    RestCall call;
    call.reason = m_reason;
    const auto done = [this, id](const Result<RestReply> &reply) { onSaved(id, reply); };
    if (edit->kind == RuleEdit::Added || !m_edits.saved(id)) {
        call.path = QStringLiteral("/api/v1/rules");
        call.body = ruleToJson(edit->input);
        m_connection->post(ServiceName::Router, call, this, done);
        return;
    }
    call.path = rulePath(id);
    call.ifMatch = edit->base.version;
    if (edit->kind == RuleEdit::Deleted) {
        m_connection->remove(ServiceName::Router, call, this, done);
        return;
    }
    call.body = ruleToJson(edit->input);
    m_connection->put(ServiceName::Router, call, this, done);
}

void RulesSession::onSaved(const std::string &id, const Result<RestReply> &reply)
{
    const RulesEdits::Edit *edit = m_edits.edit(id);
    if (!reply) {
        m_edits.setProblems(id, reply.error().fields);
        if (reply.error().kind == ErrorKind::Stale) {
            askConflict(id);
        } else {
            publish();
            Q_EMIT saveFailed(toText(id), reply.error());
            // Without the service there is no point in trying the others.
            if (reply.error().kind == ErrorKind::Network || reply.error().kind == ErrorKind::Timeout)
                m_queue.clear();
        }
        saveNext();
        return;
    }
    ++m_savedCount;
    Undo step;
    if (edit && edit->kind != RuleEdit::Added)
        step.before = edit->base;
    const bool deleted = edit && edit->kind == RuleEdit::Deleted;
    m_edits.revert(id);
    if (deleted) {
        m_edits.removeSaved(id);
    } else {
        step.after = ruleFromJson(reply->body);
        m_edits.putSaved(*step.after);
    }
    m_undo.push_back(std::move(step));
    if (m_undo.size() > MaxUndo)
        m_undo.erase(m_undo.begin());
    saveNext();
}

void RulesSession::finishSave()
{
    m_saving = false;
    m_lastSavedMs = QDateTime::currentMSecsSinceEpoch();
    publish();
    if (m_savedCount > 0) {
        m_connection->report(m_savedCount == 1 ? tr("1 routing rule saved")
                                             : tr("%1 routing rules saved").arg(m_savedCount));
        Q_EMIT saved(m_savedCount);
    }
}

void RulesSession::askConflict(const std::string &id)
{
    RestCall call;
    call.path = rulePath(id);
    m_connection->get(ServiceName::Router, call, this,
                      [this, id](const Result<RestReply> &reply) {
                          const RulesEdits::Edit *edit = m_edits.edit(id);
                          if (!edit)
                              return;
                          RuleConflict found{id, edit->base.input, edit->input, std::nullopt};
                          if (reply)
                              found.theirs = ruleFromJson(reply->body);
                          else if (reply.error().kind != ErrorKind::NotFound)
                              return Q_EMIT saveFailed(toText(id), reply.error());
                          Q_EMIT conflict(found);
                      });
}

void RulesSession::resolve(const RuleConflict &conflict, const RuleInput &merged)
{
    if (conflict.theirs) {
        m_edits.rebase(conflict.id, *conflict.theirs, merged);
    } else {
        // Deleted meanwhile: kept as a new rule, or given up by reverting it.
        m_edits.revert(conflict.id);
        m_edits.removeSaved(conflict.id);
        m_edits.add(merged);
    }
    publish();
}

void RulesSession::undo()
{
    if (m_undo.empty() || m_saving)
        return;
    const Undo step = m_undo.back();
    m_undo.pop_back();
    RestCall call;
    call.reason = toUtf8(tr("undo"));
    const auto done = [this, step](const Result<RestReply> &reply) { onUndone(step, reply); };
    if (!step.after) {
        call.path = QStringLiteral("/api/v1/rules");
        call.body = ruleToJson(step.before->input);
        m_connection->post(ServiceName::Router, call, this, done);
        return;
    }
    call.path = rulePath(step.after->id);
    call.ifMatch = step.after->version;
    if (!step.before) {
        m_connection->remove(ServiceName::Router, call, this, done);
        return;
    }
    call.body = ruleToJson(step.before->input);
    m_connection->put(ServiceName::Router, call, this, done);
}

void RulesSession::onUndone(const Undo &step, const Result<RestReply> &reply)
{
    if (!reply) {
        // Without the service nothing was decided: it may be asked for again.
        if (reply.error().kind == ErrorKind::Network || reply.error().kind == ErrorKind::Timeout)
            m_undo.push_back(step);
        Q_EMIT saveFailed(step.after ? toText(step.after->id) : QString(), reply.error());
        return;
    }
    if (!step.before)
        m_edits.removeSaved(step.after->id);
    else
        m_edits.putSaved(ruleFromJson(reply->body));
    m_connection->report(tr("last saved edit of a rule taken back"));
    publish();
}

} // namespace crossfade
