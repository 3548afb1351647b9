// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/rulessession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QTimer>

#include <memory>
#include <utility>

namespace crossfade {

namespace {

using namespace std::chrono_literals;
constexpr int FewRules = 2'000;
constexpr std::chrono::milliseconds ShownEvery = 100ms;

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
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_edits = {}; // they were meant for other services
        m_findings.clear();
        m_model.setRows({}, now());
        m_meanwhile.reset();
        m_undo.clear();
        m_phase = LoadPhase::Idle;
        m_complete = false;
        publish();
    });
    connect(m_connection, &Connection::event, this,
            [this, due = std::make_shared<bool>(false)](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router && event.type == "rules.imported")
                    refresh(); // it tells how many, not which
                if (service != ServiceName::Router || event.type != "rule.changed")
                    return;
                onEvent(event);
                // A program may send thousands of them, and showing many rules anew takes its time.
                if (std::exchange(*due, true))
                    return;
                QTimer::singleShot(m_model.rowCount() > FewRules ? ShownEvery : 0ms, this, [this, due] {
                    *due = false;
                    publish();
                });
            });
    connect(m_connection, &Connection::reachChanged, this, &RulesSession::publish);
    connect(m_connection, &Connection::sessionChanged, this, &RulesSession::publish);
    connect(&m_model, &RuleModel::toggled, this, &RulesSession::setActive);
    m_transfer = new RuleTransferSession(connection, this);
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
    m_loaded.clear();
    m_meanwhile.emplace();
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    publish();
    loadPage({}, m_generation);
}

void RulesSession::loadPage(const QString &cursor, int generation)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/rules");
    call.mustArrive = true;
    addQuery(call, "limit", QStringLiteral("1000"));
    if (!cursor.isEmpty())
        addQuery(call, "cursor", cursor);
    m_connection->get(
        ServiceName::Router, call, this, [this, generation](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            if (!reply) {
                m_error = reply.error();
                m_meanwhile.reset();
                m_phase = LoadPhase::Failed;
                publish();
                return;
            }
            takePage(reply->body);
            const std::string next = jsonText(reply->body, "next_cursor");
            if (!next.empty() && m_loaded.size() < MaxRules) {
                showTouched(); // page by page: the window goes on meanwhile
                loadPage(toText(next), generation);
                return;
            }
            m_loaded.insert(m_meanwhile->begin(), m_meanwhile->end());
            m_edits.keepSaved(std::exchange(m_loaded, {}));
            m_meanwhile.reset();
            m_phase = LoadPhase::Ready;
            m_complete = true;
            publish();
        });
}

void RulesSession::takePage(const Json &page)
{
    for (const Json &rule : jsonItems(page)) {
        RuleRow row = ruleRowFromJson(rule);
        m_loaded.insert(row.id);
        // What an event said of it came later, even that it is gone.
        if (!m_meanwhile->contains(row.id))
            m_edits.putSaved(std::move(row));
    }
}

void RulesSession::onEvent(const ServerEvent &event)
{
    const bool deleted = jsonFlag(event.data, "deleted");
    if (!deleted && !jsonAt(event.data, "rule").is_object())
        return;
    std::optional<RuleRow> row;
    if (!deleted)
        row = ruleRowFromJson(jsonAt(event.data, "rule"));
    const std::string id = row ? row->id : jsonText(event.data, "id");
    if (m_meanwhile)
        m_meanwhile->insert(id);
    if (row)
        m_edits.putSaved(std::move(*row));
    else
        m_edits.removeSaved(id);
}

void RulesSession::publish()
{
    m_model.setEditable(obstacle().isEmpty());
    showTouched();
    Q_EMIT changed();
}

// Of a hundred thousand rules only those that are others.
void RulesSession::showTouched()
{
    std::vector<RuleRowPtr> rows;
    std::unordered_set<std::string> gone;
    for (const std::string &id : m_edits.takeTouched()) {
        RuleRowPtr row = m_edits.row(id);
        if (!row) {
            m_findings.remove(id);
            gone.insert(id);
            continue;
        }
        m_findings.put(row);
        rows.push_back(std::move(row));
    }
    m_findings.settle(now());
    m_model.removeRows(gone);
    m_model.putRows(rows, now());
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

void RulesSession::change(const QString &id, const RuleInput &input, const std::optional<RuleRow> &seen)
{
    m_edits.change(toUtf8(id), input, seen ? &*seen : nullptr);
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

} // namespace crossfade
