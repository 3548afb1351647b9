// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/shiftsession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"
#include "models/session/shiftjson.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

Instant now()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

QString policyPath(const std::string &id, const QString &part)
{
    return QStringLiteral("/api/v1/shift-policies/%1/%2")
        .arg(QString::fromLatin1(QUrl::toPercentEncoding(toText(id))), part);
}

} // namespace

ShiftSession::ShiftSession(Connection *connection, QObject *parent)
    : QObject(parent), m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, &ShiftSession::forget);
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router)
                    onEvent(event);
            });
    connect(m_connection, &Connection::reachChanged, this, &ShiftSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &ShiftSession::changed);
}

void ShiftSession::forget()
{
    ++m_generation;
    ++m_detailGeneration;
    m_told.clear();
    m_toldHistory.reset();
    m_made.clear();
    m_policies.setRows({}, now());
    m_guards.setRows({}, now());
    m_history.setRows({});
    m_gates.clear();
    m_selected.clear();
    m_phase = m_detailPhase = LoadPhase::Idle;
    Q_EMIT changed();
    Q_EMIT selectionChanged();
    Q_EMIT detailChanged();
}

bool ShiftSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

QString ShiftSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, {"operator"});
}

std::string ShiftSession::subject() const
{
    return toUtf8(m_connection->subject());
}

void ShiftSession::refresh()
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    m_told.clear();
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies");
    call.mustArrive = true;
    addQuery(call, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, this,
                      [this, generation = ++m_generation](const Result<RestReply> &reply) {
                          onPolicies(generation, reply);
                      });
    Q_EMIT changed();
}

void ShiftSession::onPolicies(int generation, const Result<RestReply> &reply)
{
    if (generation != m_generation)
        return;
    std::vector<PolicyRow> rows;
    if (reply) {
        for (const Json &item : jsonItems(reply->body)) {
            Result<PolicyRow> row = policyRowFromJson(item);
            if (!row) {
                m_phase = LoadPhase::Failed;
                m_error = row.error();
                Q_EMIT changed();
                return;
            }
            rows.push_back(std::move(*row));
        }
    }
    m_phase = reply ? LoadPhase::Ready : LoadPhase::Failed;
    if (!reply) {
        m_error = reply.error();
        Q_EMIT changed();
        return;
    }
    m_policies.setRows(withTold(std::move(rows)), now());
    ensureSelection();
    Q_EMIT changed();
    loadDetail();
}

// The list as it was read, with what events told while it was on its way.
std::vector<PolicyRow> ShiftSession::withTold(std::vector<PolicyRow> rows) const
{
    std::erase_if(rows, [this](const PolicyRow &row) {
        const PolicyRow *known = m_policies.find(row.policy.id);
        return m_told.contains(row.policy.id) && (known == nullptr || known->shift.epoch >= row.shift.epoch);
    });
    const auto isListed = [&rows](const std::string &id) {
        return std::ranges::any_of(rows, [&id](const PolicyRow &row) { return row.policy.id == id; });
    };
    for (const std::string &id : m_told)
        if (const PolicyRow *known = m_policies.find(id); known != nullptr && !isListed(id))
            rows.push_back(*known);
    return rows;
}

void ShiftSession::ensureSelection()
{
    if (selected() != nullptr)
        return;
    const auto &rows = m_policies.rows();
    m_selected = rows.empty() ? std::string() : rows.front().policy.id;
    Q_EMIT selectionChanged();
}

void ShiftSession::select(const std::string &policyId)
{
    if (policyId == m_selected || m_policies.find(policyId) == nullptr)
        return;
    m_selected = policyId;
    m_detailPhase = LoadPhase::Idle;
    m_guards.setRows({}, now());
    m_history.setRows({});
    m_gates.clear();
    Q_EMIT selectionChanged();
    loadDetail();
}

void ShiftSession::loadDetail()
{
    if (m_selected.empty())
        return;
    ++m_detailGeneration;
    m_partsLeft = 0;
    m_toldHistory.emplace();
    if (m_detailPhase != LoadPhase::Ready)
        m_detailPhase = LoadPhase::Loading;
    Q_EMIT detailChanged();
    loadPart(QStringLiteral("guards"), [this](const Json &body) {
        if (const PolicyRow *row = selected())
            m_guards.setRows(guardRowsFromJson(jsonItems(body), row->policy), now());
    });
    loadGates();
    loadPart(QStringLiteral("history"), [this](const Json &body) {
        std::vector<HistoryRow> rows;
        for (const Json &item : jsonItems(body)) {
            rows.push_back(historyFromJson(item));
            rows.back().policyId = m_selected;
        }
        m_history.setRows(std::move(rows));
        for (const HistoryRow &told : std::exchange(m_toldHistory, std::nullopt).value_or(std::vector<HistoryRow>()))
            m_history.put(told);
    });
}

// Asked for anew while an answer is on its way: only the last one shows how things are.
void ShiftSession::loadGates()
{
    loadPart(QStringLiteral("gates"), [this, asked = ++m_gatesAsked](const Json &body) {
        if (asked == m_gatesAsked)
            m_gates = gateRowsFromJson(jsonItems(body));
    });
}

void ShiftSession::loadPart(const QString &part, const std::function<void(const Json &)> &take)
{
    ++m_partsLeft;
    RestCall call;
    call.path = policyPath(m_selected, part);
    call.mustArrive = true;
    if (part == QLatin1String("history"))
        addQuery(call, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, this,
                      [this, take, generation = m_detailGeneration](const Result<RestReply> &reply) {
                          if (generation != m_detailGeneration)
                              return;
                          --m_partsLeft;
                          if (!reply) {
                              m_detailPhase = LoadPhase::Failed;
                              m_error = reply.error();
                          } else {
                              take(reply->body);
                              if (m_partsLeft == 0 && m_detailPhase != LoadPhase::Failed)
                                  m_detailPhase = LoadPhase::Ready;
                          }
                          Q_EMIT detailChanged();
                      });
}

void ShiftSession::onEvent(const ServerEvent &event)
{
    if (event.type == "shift.changed") {
        onShiftChanged(event.data);
    } else if (event.type == "guard.judged" && jsonText(event.data, "policy_id") == m_selected) {
        const PolicyRow *row = selected();
        if (row == nullptr)
            return;
        m_guards.judge(guardRowsFromJson(jsonAt(event.data, "items"), row->policy), now());
        Q_EMIT detailChanged();
    }
}

void ShiftSession::onShiftChanged(const Json &data)
{
    const Json &json = jsonAt(data, "policy");
    if (!json.is_object()) {
        if (const std::string gone = jsonText(data, "id"); jsonFlag(data, "deleted") && !gone.empty()) {
            m_told.insert(gone);
            m_policies.remove(gone);
            ensureSelection();
            Q_EMIT changed();
            loadDetail();
        }
        return;
    }
    const Result<PolicyRow> row = policyRowFromJson(json);
    if (!row)
        return;
    const PolicyRow *known = m_policies.find(row->policy.id);
    const bool redefined = known == nullptr || !(known->policy == row->policy);
    if (known != nullptr && known->shift.epoch > row->shift.epoch)
        return; // older than what a command's answer already told
    m_told.insert(row->policy.id);
    m_policies.put(*row, now());
    if (const Json &entry = jsonAt(data, "history"); entry.is_object()) {
        HistoryRow history = historyFromJson(entry);
        history.policyId = row->policy.id;
        if (row->policy.id == m_selected) {
            if (m_toldHistory)
                m_toldHistory->push_back(history);
            m_history.put(history);
        }
    }
    ensureSelection();
    Q_EMIT changed();
    if (row->policy.id != m_selected)
        return;
    if (redefined)
        loadDetail();
    else
        loadGates();
}

} // namespace crossfade
