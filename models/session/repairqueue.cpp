// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/repairqueue.h"

#include "models/items/text.h"
#include "models/session/sessionwords.h"

#include <utility>

namespace crossfade {

RepairQueue::RepairQueue(RepairsSession *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    // What is asked next would be asked of other services.
    connect(session->connection(), &Connection::targetChanged, this, [this] {
        if (m_running)
            end();
    });
}

void RepairQueue::start(std::vector<std::string> ids, const RepairOrder &order)
{
    if (m_running)
        return;
    m_ids = std::move(ids);
    m_order = order;
    m_at = 0;
    m_done = 0;
    m_refusals.clear();
    m_stopping = false;
    m_running = true;
    next();
}

void RepairQueue::stop()
{
    m_stopping = true;
}

void RepairQueue::next()
{
    if (!m_running)
        return;
    if (m_stopping || m_at == m_ids.size() || !m_session) {
        end();
        return;
    }
    const std::string id = m_ids[m_at++];
    m_session->act(toText(id), m_order, this, [this, id](const Result<RepairRow> &row) { onAnswer(id, row); });
}

void RepairQueue::onAnswer(const std::string &id, const Result<RepairRow> &row)
{
    if (!m_running)
        return;
    if (row) {
        ++m_done;
    } else {
        const RepairRow *known = m_session ? m_session->model()->rowOf(toText(id)) : nullptr;
        const QString what = known ? toText(known->entityType).toLower() + QLatin1Char(' ') + toText(known->entityId)
                                   : shortRepairId(id);
        m_refusals.push_back({id, what, notDoneText(errorText(row.error()), row.error())});
        m_stopping = m_stopping || isUnanswered(row.error());
    }
    Q_EMIT progressed();
    // Not from within the answer: a refusal that comes at once would go ever deeper.
    QMetaObject::invokeMethod(this, &RepairQueue::next, Qt::QueuedConnection);
}

void RepairQueue::end()
{
    m_running = false;
    Q_EMIT finished();
}

} // namespace crossfade
