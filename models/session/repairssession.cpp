// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/repairssession.h"

#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr int TellAfterMs = 30;
// A fresh look reads both sides and counts their rows.
constexpr std::chrono::seconds LookTimeout{30};

// The context of these texts for the translators.
struct RepairOrders {
    Q_DECLARE_TR_FUNCTIONS(RepairOrders)
};

const char *verbOf(RepairAct act)
{
    switch (act) {
    case RepairAct::Approve: return "approve";
    case RepairAct::Reject: return "reject";
    case RepairAct::Assign: return "assign";
    case RepairAct::Execute: return "execute";
    case RepairAct::Undo: return "undo";
    }
    return "";
}

// "repair of user 7 approved", for the activity list.
QString doneText(RepairAct act, const RepairRow &row)
{
    const QString type = toText(row.entityType).toLower();
    const QString id = toText(row.entityId);
    switch (act) {
    case RepairAct::Approve: return RepairOrders::tr("repair of %1 %2 approved").arg(type, id);
    case RepairAct::Reject: return RepairOrders::tr("repair of %1 %2 rejected").arg(type, id);
    case RepairAct::Assign: return RepairOrders::tr("repair of %1 %2 assigned").arg(type, id);
    case RepairAct::Execute: return RepairOrders::tr("repair of %1 %2 tried again").arg(type, id);
    case RepairAct::Undo: return RepairOrders::tr("undo of the repair of %1 %2 asked for").arg(type, id);
    }
    return {};
}

RestCall orderCall(const QString &id, const RepairOrder &order)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/repairs/%1/%2").arg(id, QString::fromLatin1(verbOf(order.act)));
    call.body = Json::object();
    if (!order.reason.isEmpty())
        call.body["reason"] = toUtf8(order.reason);
    if (order.executeAt && order.act == RepairAct::Approve)
        call.body["execute_at"] = formatInstant(*order.executeAt);
    if (order.act == RepairAct::Assign && !order.role.isEmpty())
        call.body["assigned_role"] = toUtf8(order.role);
    else if (order.act == RepairAct::Assign)
        call.body["assigned_to"] = toUtf8(order.person);
    const bool looks = order.act == RepairAct::Execute || order.act == RepairAct::Undo;
    if (looks && order.confirmDeletes)
        call.body["confirm_deletes"] = *order.confirmDeletes;
    if (looks)
        call.timeout = LookTimeout;
    return call;
}

} // namespace

RepairsSession::RepairsSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(TellAfterMs);
    connect(&m_soon, &QTimer::timeout, this, &RepairsSession::changed);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service != ServiceName::Comparator)
            return;
        askWho();
        refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        endReading();
        m_deciding.clear();
        m_subject.clear();
        m_leftOut = 0;
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

QString RepairsSession::decisionObstacle(const RepairRow &row) const
{
    const QString why = decisionObstacle();
    if (!why.isEmpty() || !needsAnother(row, owner()))
        return why;
    return tr("You asked for it yourself: a second person must approve.");
}

QString RepairsSession::subject() const
{
    return m_subject.isEmpty() ? m_connection->subject() : m_subject;
}

// The tokens of the two services may be two people's: tasks are assigned by the comparator's.
void RepairsSession::askWho()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/session");
    m_connection->get(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return;
        m_subject = toText(jsonText(reply->body, "subject"));
        Q_EMIT changed();
    });
}

InboxOwner RepairsSession::owner() const
{
    InboxOwner owner{toUtf8(subject()), {}};
    const QStringList roles = m_connection->roles(ServiceName::Comparator);
    for (const QString &role : roles)
        owner.roles.push_back(toUtf8(role));
    return owner;
}

std::array<int, RepairInboxCount> RepairsSession::counts() const
{
    return m_model.counts(owner());
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
    m_connection->get(ServiceName::Comparator, call, this,
                      [this, generation](const Result<RestReply> &reply) { onPage(reply, generation); });
}

void RepairsSession::onPage(const Result<RestReply> &reply, int generation)
{
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
    const auto read = static_cast<std::int64_t>(m_loading.size());
    m_leftOut = next.empty() ? 0 : std::max<std::int64_t>(1, jsonInteger(reply->body, "total") - read);
    m_model.setRows(std::move(m_loading), instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    for (const RepairRow &row : m_meanwhile)
        m_model.put(row);
    endReading();
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
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
    changedSoon();
    // What was seen of the task being looked at may hold no more.
    if (row.id == m_lookedAt)
        look(toText(row.id));
}

void RepairsSession::changedSoon()
{
    if (!m_soon.isActive())
        m_soon.start();
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

void RepairsSession::act(const QString &id, const RepairOrder &order)
{
    if (isDeciding(id))
        return;
    act(id, order, this, [this, id, order](const Result<RepairRow> &row) {
        if (row) {
            Q_EMIT done(doneText(order.act, *row));
            return;
        }
        if (const auto stop = deletionStop(row.error().message))
            Q_EMIT deletionsAsked(id, *stop);
        else
            // By then another task may be looked at: it says which one it is of.
            Q_EMIT failed(notDoneText(tr("Task %1 was not changed").arg(shortRepairId(toUtf8(id))), row.error()), row.error());
    });
}

void RepairsSession::act(const QString &id, const RepairOrder &order, QObject *context, Acted done)
{
    if (isDeciding(id)) {
        done(fail(ErrorKind::Conflict, toUtf8(tr("Another command on it is on its way."))));
        return;
    }
    m_deciding.insert(id);
    Q_EMIT changed();
    // Whoever asked may be gone by then; what came of it is still taken.
    m_connection->post(ServiceName::Comparator, orderCall(id, order), this,
                       [this, id, act = order.act, asked = QPointer<QObject>(context),
                        done = std::move(done)](const Result<RestReply> &reply) {
                           m_deciding.remove(id);
                           Q_EMIT changed();
                           if (!reply) {
                               if (asked)
                                   done(fail(reply.error()));
                               return;
                           }
                           const RepairRow row = repairFromJson(reply->body);
                           take(row);
                           m_connection->report(doneText(act, row));
                           if (asked)
                               done(row);
                       });
}

} // namespace crossfade
