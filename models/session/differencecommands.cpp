// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with one difference or some of them.
#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/differencessession.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QUrl>

namespace crossfade {

namespace {

RestCall differencesCall(const QString &rest)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/differences") + rest;
    return call;
}

} // namespace

void DifferencesSession::open(const QString &id)
{
    m_openId = toUtf8(id);
    m_opening = !id.isEmpty();
    // Whoever acts while this one is read must not act on the one before.
    if (m_shown && m_shown->difference.id != m_openId)
        m_shown.reset();
    Q_EMIT shownChanged();
    if (id.isEmpty())
        return;
    m_connection->get(ServiceName::Comparator, differencesCall(QStringLiteral("/") + id), this,
                      [this, id](const Result<RestReply> &reply) {
                          if (toUtf8(id) != m_openId)
                              return;
                          m_opening = false;
                          if (reply) {
                              m_shown = entityFromJson(reply->body);
                              if (const std::string &rule = m_shown->difference.ignoreRuleId;
                                  !rule.empty() && !m_ignoreRules->model()->rowOf(rule))
                                  m_ignoreRules->refresh();
                          } else {
                              Q_EMIT failed(tr("The difference could not be read"), reply.error());
                          }
                          Q_EMIT shownChanged();
                      });
}

void DifferencesSession::recheck(const QString &id)
{
    RestCall call = differencesCall(QStringLiteral("/%1/recheck").arg(id));
    call.body = Json::object();
    m_connection->post(ServiceName::Comparator, call, this,
                       [this, id](const Result<RestReply> &reply) {
                           if (!reply) {
                               Q_EMIT failed(tr("The recheck did not work"), reply.error());
                               return;
                           }
                           const DifferenceRow row = differenceFromJson(reply->body);
                           take(row);
                           Q_EMIT rechecked(row);
                           if (m_openId == row.id)
                               open(id);
                       });
}

void DifferencesSession::resolve(const QString &id, const QString &notes)
{
    RestCall call = differencesCall(QStringLiteral("/%1/resolve").arg(id));
    call.body = Json::object();
    call.body["notes"] = toUtf8(notes);
    m_connection->post(ServiceName::Comparator, call, this,
                       [this](const Result<RestReply> &reply) {
                           if (reply)
                               take(differenceFromJson(reply->body));
                           else
                               Q_EMIT failed(notDoneText(tr("The difference was not resolved"), reply.error()), reply.error());
                       });
}

void DifferencesSession::repair(const std::vector<std::string> &ids, const QString &reason)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs");
    call.body = Json::object();
    call.body["difference_ids"] = ids;
    call.body["reason"] = toUtf8(reason);
    m_connection->post(ServiceName::Comparator, call, this,
                       [this](const Result<RestReply> &reply) {
                           if (!reply) {
                               Q_EMIT failed(notDoneText(tr("No repair task was made"), reply.error()), reply.error());
                               return;
                           }
                           const Json &items = jsonItems(reply->body);
                           const QString first =
                               items.empty() ? QString() : toText(jsonText(items.front(), "id"));
                           Q_EMIT repairCreated(first, static_cast<int>(items.size()));
                           if (!m_openId.empty())
                               open(toText(m_openId));
                       });
}

} // namespace crossfade
