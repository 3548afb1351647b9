// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/differencessession.h"

#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QTimer>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int OpenAgainAfterMs = 500;

RestCall listCall(const QString &rest = {})
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/differences") + rest;
    return call;
}

} // namespace

DifferencesSession::DifferencesSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
    , m_ignoreRules(new IgnoreRulesSession(connection, this))
{
    m_openAgain.setSingleShot(true);
    m_openAgain.setInterval(OpenAgainAfterMs);
    connect(&m_openAgain, &QTimer::timeout, this, [this] {
        if (!m_openId.empty())
            open(toText(m_openId)); // it may be hidden by now, or shown
    });
    connect(&m_model, &DifferenceModel::wanted, this, &DifferencesSession::onWanted);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator)
            reload();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_waiting.clear();
        m_inFlight = 0;
        m_total = 0;
        m_newer = 0;
        m_ignored = 0;
        m_outdated = false;
        m_filter.hidden = false; // the rules are others, too
        m_filter.ignoreRuleId.clear();
        m_anchored.clear();
        m_cursors.clear();
        m_model.setGroups(m_grouping, {}, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        m_phase = LoadPhase::Idle;
        m_openId.clear();
        m_opening = false;
        m_shown.reset();
        Q_EMIT changed();
        Q_EMIT shownChanged();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Comparator)
                    onEvent(event);
            });
    connect(m_connection, &Connection::reachChanged, this, &DifferencesSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &DifferencesSession::changed);
}

bool DifferencesSession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

QString DifferencesSession::repairObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator"});
}

QString DifferencesSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "approver", "admin"});
}

void DifferencesSession::setFilter(const DifferenceFilter &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    reload();
}

void DifferencesSession::setGrouping(DifferenceGrouping grouping)
{
    if (m_grouping == grouping)
        return;
    m_grouping = grouping;
    reload();
}

// Anchors and pages must agree on it: a cursor is a place in one order.
QString DifferencesSession::sortWord() const
{
    return m_grouping == DifferenceGrouping::Field ? QStringLiteral("entity_id")
                                                   : QStringLiteral("found_at");
}

void DifferencesSession::addFilters(RestCall &call, int group) const
{
    if (!m_filter.checkId.empty())
        addQuery(call, "check_id", toText(m_filter.checkId));
    if (!m_filter.text.empty())
        addQuery(call, "q", toText(m_filter.text));
    if (m_filter.open)
        addQuery(call, "resolved", QStringLiteral("false"));
    if (m_filter.hidden)
        addQuery(call, "ignored", QStringLiteral("ONLY"));
    if (m_filter.hidden && !m_filter.ignoreRuleId.empty())
        addQuery(call, "ignore_rule_id", toText(m_filter.ignoreRuleId));
    if (group < 0 || m_grouping == DifferenceGrouping::Flat)
        return;
    const DifferenceGroup &chosen = m_model.groups()[static_cast<std::size_t>(group)];
    const QString key = chosen.key ? toText(*chosen.key) : QString();
    addQuery(call, m_grouping == DifferenceGrouping::Field ? "field" : "type", key);
}

RestCall DifferencesSession::exportCall(const QString &format) const
{
    RestCall call = listCall(QStringLiteral("/export"));
    addQuery(call, "format", format);
    addQuery(call, "sort", sortWord());
    addFilters(call, -1);
    return call;
}

void DifferencesSession::reload()
{
    const int generation = ++m_generation;
    m_waiting.clear();
    m_inFlight = 0;
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    RestCall call = listCall(QStringLiteral("/summary"));
    call.mustArrive = true;
    addQuery(call, "by",
             m_grouping == DifferenceGrouping::Field ? QStringLiteral("field")
                                                     : QStringLiteral("type"));
    addFilters(call, -1);
    m_connection->get(
        ServiceName::Comparator, call, this, [this, generation](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            if (!reply) {
                m_error = reply.error();
                m_phase = LoadPhase::Failed;
                Q_EMIT changed();
                return;
            }
            std::vector<DifferenceGroup> groups;
            const Json &list = jsonAt(reply->body, "groups");
            if (list.is_array())
                for (const Json &group : list)
                    groups.push_back(groupFromJson(group));
            m_total = jsonInteger(reply->body, "total");
            m_ignored = jsonInteger(reply->body, "ignored");
            m_outdated = false;
            if (m_grouping == DifferenceGrouping::Flat)
                groups = m_total > 0 ? std::vector{DifferenceGroup{std::nullopt, m_total, {}, 0}}
                                     : std::vector<DifferenceGroup>();
            m_newer = 0;
            m_anchored.clear();
            m_cursors.assign(groups.size(), {std::string()});
            m_model.setGroups(m_grouping, std::move(groups),
                              instantFromMs(QDateTime::currentMSecsSinceEpoch()));
            m_phase = LoadPhase::Ready;
            Q_EMIT changed();
        });
}

// Called while the view draws: only noted here, asked for once it has finished.
void DifferencesSession::onWanted(int group, int page)
{
    m_waiting.emplace_front(group, page);
    if (m_pumping)
        return;
    m_pumping = true;
    QTimer::singleShot(0, this, [this] {
        m_pumping = false;
        pump();
    });
}

void DifferencesSession::pump()
{
    while (m_waiting.size() > MaxWaiting) {
        const Place dropped = m_waiting.back();
        m_waiting.pop_back();
        m_model.forgetPage(dropped.first, dropped.second);
    }
    while (m_inFlight < MaxInFlight && !m_waiting.empty()) {
        const Place place = m_waiting.front();
        m_waiting.pop_front();
        const auto group = static_cast<std::size_t>(place.first);
        if (group >= m_cursors.size())
            continue;
        const bool needsAnchors = m_model.groups()[group].count > PageRows;
        if (needsAnchors && !m_anchored.contains(place.first))
            askAnchors(place.first);
        else if (static_cast<std::size_t>(place.second) < m_cursors[group].size())
            askPage(place, {}, m_cursors[group][static_cast<std::size_t>(place.second)]);
    }
}

void DifferencesSession::askAnchors(int group)
{
    m_anchored.insert(group);
    ++m_inFlight;
    const int generation = m_generation;
    const std::int64_t count = m_model.groups()[static_cast<std::size_t>(group)].count;
    const std::int64_t pages = std::min<std::int64_t>(1000, (count + PageRows - 1) / PageRows);
    RestCall call = listCall(QStringLiteral("/anchors"));
    addQuery(call, "count", QString::number(pages));
    addQuery(call, "sort", sortWord());
    addFilters(call, group);
    m_connection->get(
        ServiceName::Comparator, call, this,
        [this, generation, group](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            --m_inFlight;
            if (!reply) {
                // Without them the group would be one page, read whole: it is asked for again when looked at.
                m_anchored.erase(group);
                m_model.forgetPage(group, 0);
                Q_EMIT failed(tr("Differences could not be read"), reply.error());
                pump();
                return;
            }
            std::vector<int> starts{0};
            std::vector<std::string> cursors{std::string()};
            const Json &anchors = jsonAt(reply->body, "anchors");
            if (anchors.is_array())
                for (const Json &anchor : anchors) {
                    const std::int64_t offset = jsonInteger(anchor, "offset");
                    if (offset <= starts.back() ||
                        offset >= m_model.groups()[static_cast<std::size_t>(group)].count)
                        continue;
                    starts.push_back(static_cast<int>(offset));
                    cursors.push_back(jsonText(anchor, "cursor"));
                }
            m_cursors[static_cast<std::size_t>(group)] = std::move(cursors);
            m_model.forgetPage(group, 0);
            m_model.setPageStarts(group, std::move(starts));
            pump();
        });
}

void DifferencesSession::askPage(Place place, std::vector<DifferenceRow> rows,
                                 const std::string &cursor)
{
    ++m_inFlight;
    const int generation = m_generation;
    const int size = m_model.pageSize(place.first, place.second);
    const int left = size - static_cast<int>(rows.size());
    RestCall call = listCall();
    addQuery(call, "limit", QString::number(std::clamp(left, 1, 1000)));
    addQuery(call, "sort", sortWord());
    if (!cursor.empty())
        addQuery(call, "cursor", toText(cursor));
    addFilters(call, place.first);
    m_connection->get(
        ServiceName::Comparator, call, this,
        [this, generation, place, size, rows = std::move(rows)](
            const Result<RestReply> &reply) mutable {
            if (generation != m_generation)
                return;
            --m_inFlight;
            if (!reply) {
                m_model.forgetPage(place.first, place.second);
                Q_EMIT failed(tr("Differences could not be read"), reply.error());
                pump();
                return;
            }
            for (const Json &difference : jsonItems(reply->body))
                rows.push_back(differenceFromJson(difference));
            const std::string next = jsonText(reply->body, "next_cursor");
            // A page longer than one answer goes on where that ended.
            if (!next.empty() && static_cast<int>(rows.size()) < size && !jsonItems(reply->body).empty()) {
                askPage(place, std::move(rows), next);
                return;
            }
            m_model.setPage(place.first, place.second, std::move(rows));
            pump();
        });
}

void DifferencesSession::onEvent(const ServerEvent &event)
{
    if (event.type != "difference.changed")
        return;
    if (jsonAt(event.data, "difference").is_object()) {
        take(differenceFromJson(jsonAt(event.data, "difference")));
        return;
    }
    m_newer += jsonInteger(event.data, "added");
    if (jsonInteger(event.data, "ignore_rules_applied") > 0) {
        m_outdated = true;
        if (!m_openAgain.isActive())
            m_openAgain.start();
    }
    Q_EMIT changed();
}

void DifferencesSession::take(const DifferenceRow &row)
{
    m_model.update(row);
    if (m_shown && m_shown->difference.id == row.id) {
        m_shown->difference = row;
        Q_EMIT shownChanged();
    }
}

} // namespace crossfade
