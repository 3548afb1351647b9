// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/testersession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QUrl>

namespace crossfade {

namespace {

TesterAnswer answerFromJson(const Json &decision)
{
    TesterAnswer answer;
    answer.platform =
        platformFromWord(jsonText(decision, "platform")).value_or(Platform::Legacy);
    answer.mode = jsonText(decision, "mode");
    answer.line = jsonText(decision, "line");
    answer.reason = jsonText(decision, "reason");
    answer.detail = jsonText(decision, "rule_reason");
    return answer;
}

TesterSince sinceFromJson(const Json &user)
{
    TesterSince since;
    since.known = jsonFlag(user, "known");
    since.since = jsonInstant(user, "since");
    since.changedBy = jsonText(user, "changed_by");
    since.changeReason = jsonText(user, "change_reason");
    const Json &history = jsonAt(user, "history");
    for (std::size_t i = history.is_array() ? history.size() : 0; i-- > 0;) // the router has the oldest first
        since.history.push_back({jsonInstant(history[i], "at"), jsonText(history[i], "from"),
                                 jsonText(history[i], "to"), jsonText(history[i], "cause"),
                                 jsonText(history[i], "actor"), jsonText(history[i], "reason")});
    return since;
}

// Where the group of the user has them: the last word of what the router found on that line.
std::optional<Platform> groupPlatform(const TraceLine &line)
{
    if (line.line == lineNumber(Line::UserGroup) && line.applies)
        for (const Platform platform : {Platform::New, Platform::Legacy})
            if (line.detail.ends_with(" " + std::string(platformWord(platform)) + "."))
                return platform;
    return std::nullopt;
}

SnapshotChange groupOfOne(const std::string &user, Platform platform)
{
    GroupCover cover;
    cover.id = "known";
    cover.initialPlatform = cover.targetPlatform = platform;
    IdSetBuilder members(1);
    members.add(user);
    if (Result<IdSet> built = members.build())
        cover.members = std::make_shared<const IdSet>(std::move(*built));
    return GroupChange{cover.id, cover};
}

} // namespace

TesterSession::TesterSession(Connection *connection, RulesSession *rules,
                             SwitchesSession *switches, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
    , m_rules(rules)
    , m_switches(switches)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(120);
    connect(&m_delay, &QTimer::timeout, this, &TesterSession::ask);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service != ServiceName::Router)
            return;
        refreshPolicies();
        m_delay.start();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation; // what is under way was asked of another router
        m_delay.stop();
        m_asking = false;
        m_now.reset();
        m_since.reset();
        m_error.reset();
        m_nowLines.clear();
        m_policies.clear();
        m_epoch = 0;
        decideEdited();
    });
    connect(m_connection, &Connection::reachChanged, this, &TesterSession::changed);
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router)
                    onEvent(event);
            });
    connect(m_rules, &RulesSession::changed, this, &TesterSession::decideEdited);
    connect(m_switches, &SwitchesSession::changed, this, &TesterSession::decideEdited);
}

bool TesterSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

qint64 TesterSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Router);
}

void TesterSession::setInput(const TesterInput &input)
{
    if (m_input == input)
        return;
    m_input = input;
    m_delay.start();
    decideEdited();
}

void TesterSession::onEvent(const ServerEvent &event)
{
    if (event.type == "shift.changed") {
        const Json &policy = jsonAt(event.data, "policy");
        if (const auto cover = coverOfPolicy(policy))
            m_policies[cover->id] = *cover;
        else
            m_policies.erase(jsonText(policy, "id"));
    } else if (event.type != "rule.changed" && event.type != "rules.imported" &&
               event.type != "switches.changed" && event.type != "gray_list.changed" &&
               event.type != "held.changed" && event.type != "key_index.changed" && event.type != "group.changed") {
        return;
    }
    if (!m_input.isEmpty())
        m_delay.start();
}

void TesterSession::refreshPolicies()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/shift-policies");
    addQuery(call, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return;
        m_policies.clear();
        for (const Json &policy : jsonItems(reply->body))
            if (const auto cover = coverOfPolicy(policy))
                m_policies[cover->id] = *cover;
        decideEdited();
    });
}

void TesterSession::ask()
{
    m_delay.stop();
    ++m_generation;
    m_error.reset();
    if (m_input.isEmpty()) {
        m_now.reset();
        m_since.reset();
        m_nowLines.clear();
        decideEdited();
        return;
    }
    m_asking = true;
    Q_EMIT changed();
    askDecision(m_generation);
    if (!m_input.user.empty())
        askUser(m_generation);
    else
        m_since.reset();
}

void TesterSession::askDecision(int generation)
{
    Json request = Json::object();
    const auto put = [&](const char *field, const std::string &value) {
        if (!value.empty())
            request[field] = value;
    };
    put("user_id", m_input.user);
    put("system_id", m_input.system);
    put("entity_id", m_input.entity);
    request["operation"] = std::string(operationWord(m_input.operation));
    if (m_input.at)
        request["at"] = formatInstant(*m_input.at);
    RestCall call;
    call.path = QStringLiteral("/api/v1/decisions");
    addQuery(call, "trace", QStringLiteral("true"));
    call.body = Json::object();
    call.body["requests"] = Json::array({std::move(request)});
    m_connection->post(
        ServiceName::Router, call, this, [this, generation](const Result<RestReply> &reply) {
            if (generation != m_generation)
                return;
            m_asking = false;
            if (!reply) {
                m_error = reply.error();
                m_now.reset();
                m_nowLines.clear();
            } else if (const Json &list = jsonAt(reply->body, "decisions");
                       list.is_array() && !list.empty()) {
                m_now = answerFromJson(list.front());
                m_nowLines = traceFromJson(list.front());
                m_nowInput = m_input;
                m_epoch = jsonInteger(list.front(), "epoch");
            }
            decideEdited();
        });
}

void TesterSession::askUser(int generation)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/users/") +
                QString::fromLatin1(QUrl::toPercentEncoding(toText(m_input.user)));
    if (!m_input.system.empty())
        addQuery(call, "system_id", toText(m_input.system));
    m_connection->get(ServiceName::Router, call, this,
                      [this, generation](const Result<RestReply> &reply) {
                          if (generation != m_generation)
                              return;
                          m_since.reset();
                          if (reply)
                              m_since = sinceFromJson(reply->body);
                          Q_EMIT changed();
                      });
}

bool TesterSession::tooManyRules() const
{
    return (m_rules->edits().count() > 0 || m_switches->isEdited()) &&
           m_rules->model()->rows().size() > MaxLocalRules;
}

Snapshot TesterSession::snapshotOf(const RuleRows &rules, const Switches &switches) const
{
    std::vector<SnapshotChange> changes;
    for (const RuleRow &row : rules)
        if (row.edit != RuleEdit::Deleted)
            changes.push_back(
                RuleChange{nullptr, std::make_shared<const Rule>(ruleForDecision(row))});
    changes.push_back(switches);
    for (const auto &[id, cover] : m_policies)
        changes.push_back(PolicyChange{id, cover});
    for (SnapshotChange &known : listsKnown())
        changes.push_back(std::move(known));
    return Snapshot().changed(changes, m_epoch);
}

// Lists and groups are the router's and too long to be here; of this one request its trace says what they hold.
std::vector<SnapshotChange> TesterSession::listsKnown() const
{
    std::vector<SnapshotChange> known;
    if (!(m_nowInput == m_input))
        return known;
    const auto list = [&](const char *name, GrayKind kind, bool enforced) {
        GrayList made;
        made.name = name;
        made.kind = kind;
        made.enforced = enforced;
        known.push_back(GrayListChange{name, made});
    };
    const bool user = !m_input.user.empty();
    const std::string &id = user ? m_input.user : m_input.entity;
    for (const TraceLine &line : m_nowLines) {
        if (line.line == "7" && line.found.value_or(false))
            known.push_back(HeldChange{user ? HeldChange::Kind::User : HeldChange::Kind::Entity, id, true});
        if (line.line == "8b" && line.found.value_or(false))
            known.push_back(KeyIndexChange{std::make_shared<const KeyIndex>(KeyIndex{{}, true, 1})});
        if (line.line == "8c" && line.applies) {
            list("listed", user ? GrayKind::User : GrayKind::Entity, false);
            known.push_back(GrayEntryChange{"listed", id, true});
        }
        if (line.line == "8d" && line.applies)
            list("enforced", GrayKind::Entity, true);
        if (const std::optional<Platform> platform = groupPlatform(line))
            known.push_back(groupOfOne(m_input.user, *platform));
    }
    return known;
}

void TesterSession::decideEdited()
{
    m_edited.reset();
    std::vector<TraceLine> editedLines;
    std::vector<TraceLine> savedLines;
    const bool edits = m_rules->edits().count() > 0 || m_switches->isEdited();
    if (edits && !m_input.isEmpty() && !tooManyRules()) {
        const Snapshot snapshot = snapshotOf(m_rules->model()->rows(), m_switches->wanted());
        const Snapshot saved = snapshotOf(m_rules->edits().savedRows(), m_switches->saved());
        DecisionRequest request;
        request.userId = m_input.user;
        request.systemId = m_input.system;
        request.entityId = m_input.entity;
        request.operation = m_input.operation;
        request.at =
            m_input.at.value_or(instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        const Decision decision = decide(snapshot, request);
        m_edited = TesterAnswer{decision.platform, std::string(modeWord(decision.mode)),
                                std::string(lineNumber(decision.line)),
                                std::string(reasonWord(decision.reason)),
                                decision.rule ? decision.rule->reason : std::string()};
        editedLines = traceDecision(snapshot, request);
        savedLines = traceDecision(saved, request);
    }
    m_trace.setLines(m_nowLines, savedLines, editedLines);
    Q_EMIT changed();
}

} // namespace crossfade
