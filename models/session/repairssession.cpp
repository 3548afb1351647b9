// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/repairssession.h"

#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>

namespace crossfade {

RepairsSession::RepairsSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        endReading();
        m_deciding.clear();
        m_model.setRows({}, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        m_lookedAt.clear();
        m_preview.reset();
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Comparator && event.type == "repair.changed")
                    take(repairFromJson(jsonAt(event.data, "repair")));
            });
    connect(m_connection, &Connection::reachChanged, this, &RepairsSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &RepairsSession::changed);
}

bool RepairsSession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

qint64 RepairsSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Comparator);
}

QString RepairsSession::assignObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator"});
}

QString RepairsSession::decisionObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"approver"});
}

QString RepairsSession::subject() const
{
    return m_connection->subject();
}

std::array<int, RepairInboxCount> RepairsSession::counts() const
{
    return m_model.counts(toUtf8(subject()));
}

void RepairsSession::refresh()
{
    ++m_generation;
    endReading();
    m_reading = true;
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    loadPage({}, m_generation);
}

void RepairsSession::loadPage(const QString &cursor, int generation)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs");
    call.mustArrive = true;
    addQuery(call, "limit", QStringLiteral("1000"));
    if (!cursor.isEmpty())
        addQuery(call, "cursor", cursor);
    m_connection->get(
        ServiceName::Comparator, call, this, [this, generation](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            if (!reply) {
                m_error = reply.error();
                m_phase = LoadPhase::Failed;
                endReading();
                Q_EMIT changed();
                return;
            }
            for (const Json &repair : jsonItems(reply->body))
                m_loading.push_back(repairFromJson(repair));
            const std::string next = jsonText(reply->body, "next_cursor");
            if (!next.empty() && m_loading.size() < MaxTasks) {
                loadPage(toText(next), generation);
                return;
            }
            m_model.setRows(std::move(m_loading),
                            instantFromMs(QDateTime::currentMSecsSinceEpoch()));
            for (const RepairRow &row : m_meanwhile)
                m_model.put(row);
            endReading();
            m_phase = LoadPhase::Ready;
            Q_EMIT changed();
        });
}

void RepairsSession::endReading()
{
    m_reading = false;
    m_loading.clear();
    m_meanwhile.clear();
}

void RepairsSession::take(const RepairRow &row)
{
    if (row.id.empty())
        return;
    m_model.put(row);
    if (m_reading && m_meanwhile.size() < MaxTasks)
        m_meanwhile.push_back(row);
    Q_EMIT taskChanged(toText(row.id));
    Q_EMIT changed();
    // What was seen of the task being looked at may hold no more.
    if (row.id == m_lookedAt)
        look(toText(row.id));
}

void RepairsSession::look(const QString &id)
{
    m_lookedAt = toUtf8(id);
    const RepairRow *row = m_model.rowOf(id);
    m_preview.reset();
    Q_EMIT previewChanged();
    // A task that runs or is through has nothing to foresee.
    if (!row || !row->isOpen() || row->status == "EXECUTING" || row->status == "APPROVED")
        return;
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs/%1/preview").arg(id);
    m_connection->get(ServiceName::Comparator, call, this,
                      [this, id, version = row->version](const Result<RestReply> &reply) {
                          // The task may have changed since: then this is what would have been.
                          const RepairRow *now = m_model.rowOf(id);
                          if (!reply || toUtf8(id) != m_lookedAt || !now || now->version != version)
                              return;
                          m_preview = repairPreviewFromJson(reply->body);
                          m_preview->repairId = m_lookedAt;
                          Q_EMIT previewChanged();
                      });
}

void RepairsSession::act(const QString &id, const char *verb, Json body, const QString &words)
{
    if (isDeciding(id))
        return;
    m_deciding.insert(id);
    Q_EMIT changed();
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs/%1/%2").arg(id, QString::fromLatin1(verb));
    call.body = std::move(body);
    m_connection->post(ServiceName::Comparator, call, this,
                       [this, id, words](const Result<RestReply> &reply) {
                           m_deciding.remove(id);
                           Q_EMIT changed();
                           if (!reply) {
                               Q_EMIT failed(notDoneText(tr("The repair task was not changed"), reply.error()),
                                             reply.error());
                               return;
                           }
                           const RepairRow row = repairFromJson(reply->body);
                           take(row);
                           m_connection->report(words.arg(toText(row.entityType).toLower(),
                                                          toText(row.entityId)));
                           Q_EMIT done(words);
                       });
}

void RepairsSession::approve(const QString &id, const QString &reason)
{
    act(id, "approve", Json{{"reason", toUtf8(reason)}}, tr("repair of %1 %2 approved"));
}

void RepairsSession::reject(const QString &id, const QString &reason)
{
    act(id, "reject", Json{{"reason", toUtf8(reason)}}, tr("repair of %1 %2 rejected"));
}

void RepairsSession::assign(const QString &id, const QString &to, const QString &reason)
{
    Json body{{"assigned_to", toUtf8(to)}};
    if (!reason.isEmpty())
        body["reason"] = toUtf8(reason);
    act(id, "assign", std::move(body), tr("repair of %1 %2 assigned"));
}

void RepairsSession::execute(const QString &id)
{
    act(id, "execute", Json::object(), tr("repair of %1 %2 tried again"));
}

} // namespace crossfade
