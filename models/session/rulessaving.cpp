// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What RulesSession asks of the router: previews, saving, conflicts, undo.
#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/rulessession.h"

#include <QDateTime>
#include <QUrl>

namespace crossfade {

namespace {

QString rulePath(const std::string &id)
{
    return QStringLiteral("/api/v1/rules/") +
           QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
}

} // namespace

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
    if (edit->kind == RuleEdit::Changed && !m_edits.saved(id)) {
        onConflict(id, fail(ErrorKind::NotFound, "deleted meanwhile"));
        saveNext();
        return;
    }
    RestCall call;
    call.reason = m_reason;
    // The event of this very save may come before its answer, and take the edit away.
    const auto done = [this, id, sent = *edit](const Result<RestReply> &reply) { onSaved(id, sent, reply); };
    if (edit->kind == RuleEdit::Added) {
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

void RulesSession::onNotSaved(const std::string &id, const RulesEdits::Edit &edit, const Error &error)
{
    if (error.kind == ErrorKind::NotFound && edit.kind != RuleEdit::Added) {
        m_edits.removeSaved(id); // somebody else deleted it; of an own deletion nothing is left to do
        onConflict(id, fail(error));
        return;
    }
    m_edits.setProblems(id, error.fields);
    if (error.kind == ErrorKind::Stale) {
        askConflict(id);
        return;
    }
    publish();
    Q_EMIT saveFailed(toText(id), error);
    // Without the service there is no point in trying the others.
    if (error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout)
        m_queue.clear();
}

void RulesSession::onSaved(const std::string &id, const RulesEdits::Edit &edit, const Result<RestReply> &reply)
{
    if (!reply) {
        onNotSaved(id, edit, reply.error());
        saveNext();
        return;
    }
    ++m_savedCount;
    Undo step;
    if (edit.kind != RuleEdit::Added)
        step.before = edit.base;
    m_edits.revert(id);
    if (edit.kind == RuleEdit::Deleted) {
        m_edits.removeSaved(id);
    } else {
        step.after = ruleRowFromJson(reply->body);
        m_edits.putSaved(*step.after);
    }
    if (m_meanwhile)
        m_meanwhile->insert(step.after ? step.after->id : id);
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
                      [this, id](const Result<RestReply> &reply) { onConflict(id, reply); });
}

void RulesSession::onConflict(const std::string &id, const Result<RestReply> &reply)
{
    const RulesEdits::Edit *edit = m_edits.edit(id);
    if (!edit)
        return;
    RuleConflict found{id, edit->base.input, edit->input, edit->kind == RuleEdit::Deleted, std::nullopt};
    if (reply) {
        found.theirs = ruleRowFromJson(reply->body);
    } else if (reply.error().kind != ErrorKind::NotFound) {
        Q_EMIT saveFailed(toText(id), reply.error());
        return;
    } else if (found.deletes) {
        m_edits.removeSaved(id);
        publish();
        return;
    }
    Q_EMIT conflict(found);
}

void RulesSession::keepTheirs(const RuleConflict &conflict)
{
    m_edits.revert(conflict.id);
    if (conflict.theirs)
        m_edits.putSaved(*conflict.theirs);
    else
        m_edits.removeSaved(conflict.id);
    publish();
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
        m_edits.putSaved(ruleRowFromJson(reply->body));
    m_connection->report(tr("last saved edit of a rule taken back"));
    publish();
}

} // namespace crossfade
