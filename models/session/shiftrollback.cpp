// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rolling back more than one shift: what it would do, and the act.
#include "models/items/text.h"
#include "models/routing/routingjson.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"
#include "models/session/shiftsession.h"

#include <QPointer>

#include <memory>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds RollbackTimeout{20'000};

// Gathered from one answer to the next.
struct Gathered {
    RollbackPreview preview;
    Json changes = Json::array();
    QObject *context = nullptr; // alive in every answer: they are given to nobody else
    ShiftSession::RollbackPreviewed done;
};

void gatherGroups(Gathered &all, const Result<RestReply> &reply)
{
    all.preview.groupsKnown = reply && !jsonAt(reply->body, "next_cursor").is_string();
    if (!reply)
        return;
    for (const Json &group : jsonItems(reply->body)) {
        const std::string state = jsonText(jsonAt(group, "shift"), "state");
        if (state == "DRAFT" || state == "ROLLED_BACK")
            continue;
        all.preview.groups.push_back(jsonText(group, "group_name"));
        all.changes.push_back({{"kind", "group.rollback"}, {"group_id", jsonText(group, "id")}});
    }
}

void gatherSwitches(Gathered &all, const Json &body)
{
    Switches after = switchesOf(body);
    all.preview.endsMaster = after.master == Master::New;
    all.preview.endsForwardOnly = after.forwardOnly;
    if (!all.preview.endsMaster && !all.preview.endsForwardOnly)
        return;
    if (all.preview.endsMaster)
        after.master = Master::Off;
    after.forwardOnly = false;
    all.changes.push_back({{"kind", "switches.put"}, {"switches", switchesChoiceToJson(after)}});
}

std::vector<StillNewRow> stillNewFromJson(const Json &list)
{
    std::vector<StillNewRow> rows;
    for (std::size_t at = 0; list.is_array() && at < list.size(); ++at) {
        const Json &item = list[at];
        StillNewRow row{jsonText(item, "reason"), jsonInteger(item, "count"), {}, jsonText(item, "detail")};
        const Json &names = jsonAt(item, "names");
        for (std::size_t i = 0; names.is_array() && i < names.size(); ++i)
            if (names[i].is_string())
                row.names.push_back(names[i].get<std::string>());
        rows.push_back(std::move(row));
    }
    return rows;
}

// One of those named that was not taken back, `what` a policy or a group.
std::optional<RollbackOutcome::Refused> refusedFromJson(const Json &item, const std::string &what)
{
    const Json &refusal = jsonAt(item, "refused");
    if (!refusal.is_object())
        return std::nullopt;
    RollbackOutcome::Refused refused;
    refused.name = jsonText(item, (what + "_name").c_str());
    if (refused.name.empty())
        refused.name = jsonText(item, (what + "_id").c_str());
    refused.why = {ErrorKind::Conflict, jsonText(refusal, "detail"), {}, {}};
    refused.why.code = jsonText(refusal, "code");
    const Json &values = jsonAt(refusal, "values");
    for (std::size_t i = 0; values.is_array() && i < values.size(); ++i)
        if (values[i].is_string())
            refused.why.values.push_back(values[i].get<std::string>());
    return refused;
}

RollbackOutcome outcomeFromJson(const Json &body)
{
    RollbackOutcome outcome;
    outcome.epoch = jsonInteger(body, "epoch");
    for (const Json &item : jsonItems(body)) {
        if (auto refused = refusedFromJson(item, "policy")) {
            outcome.refused.push_back(std::move(*refused));
            continue;
        }
        outcome.items.push_back({jsonText(item, "policy_name"),
                                 jsonOptionalNumber(item, "from_percentage").value_or(0),
                                 jsonOptionalNumber(item, "to_percentage").value_or(0),
                                 jsonText(item, "state")});
    }
    const Json &groups = jsonAt(body, "groups");
    for (std::size_t i = 0; groups.is_array() && i < groups.size(); ++i) {
        if (auto refused = refusedFromJson(groups[i], "group"))
            outcome.refused.push_back(std::move(*refused));
        else
            outcome.groups.push_back({jsonText(groups[i], "group_name"), jsonInteger(groups[i], "users")});
    }
    outcome.masterFrom = jsonText(body, "master_from");
    outcome.masterTo = jsonText(body, "master_to");
    outcome.forwardOnlyEnded = jsonFlag(body, "forward_only_ended");
    outcome.stillNew = stillNewFromJson(jsonAt(body, "still_new_by"));
    outcome.stillNewUnknown = body.contains("still_new_by") && jsonAt(body, "still_new_by").is_null();
    outcome.stored = !isUnstoredRollback(body);
    if (jsonFlag(body, "master_ended")) {
        outcome.masterFrom = masterWord(Master::New);
        outcome.masterTo = masterWord(Master::Off);
    }
    return outcome;
}

} // namespace

void ShiftSession::previewEverything(const std::vector<std::string> &ids, double percentage, QObject *context,
                                     RollbackPreviewed done)
{
    auto all = std::make_shared<Gathered>();
    all->context = context;
    all->done = std::move(done);
    for (const std::string &id : ids)
        all->changes.push_back({{"kind", "shift.percentage"}, {"policy_id", id}, {"percentage", percentage}});
    const auto asked = [all](const Result<RulePreview> &users) {
        if (!users)
            return all->done(fail(users.error()));
        all->preview.users = *users;
        all->done(all->preview);
    };
    const auto withSwitches = [self = QPointer<ShiftSession>(this), all, asked](const Result<RestReply> &reply) {
        if (!reply)
            return all->done(fail(reply.error()));
        gatherSwitches(*all, reply->body);
        if (all->changes.empty())
            return all->done(all->preview);
        if (self)
            self->makePreview(all->changes, all->context, asked);
    };
    RestCall groups;
    groups.path = QStringLiteral("/api/v1/user-groups");
    addQuery(groups, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, groups, context,
                      [self = QPointer<ShiftSession>(this), all, withSwitches](const Result<RestReply> &reply) {
                          gatherGroups(*all, reply);
                          RestCall switches;
                          switches.path = QStringLiteral("/api/v1/switches");
                          if (self)
                              self->m_connection->get(ServiceName::Router, switches, all->context, withSwitches);
                      });
}

void ShiftSession::rollBack(const RollbackOrder &order, QObject *context, RolledBack done)
{
    Json body{{"scope", order.everything ? "ALL" : "POLICIES"},
              {"target_percentage", order.target},
              {"mode", order.stepwise ? "STEPWISE" : "IMMEDIATE"},
              {"reason", order.reason}};
    if (!order.everything)
        body["policy_ids"] = order.policyIds;
    RestCall call;
    call.path = QStringLiteral("/api/v1/rollbacks");
    call.body = std::move(body);
    call.timeout = RollbackTimeout;
    m_connection->post(ServiceName::Router, call, context,
                       [self = QPointer<ShiftSession>(this), done = std::move(done)](
                           const Result<RestReply> &reply) {
                           if (!reply) {
                               done(fail(reply.error()));
                               return;
                           }
                           if (self)
                               self->refresh();
                           done(outcomeFromJson(reply->body));
                       });
}

} // namespace crossfade
