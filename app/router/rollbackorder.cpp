// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/rollbackorder.h"

#include "models/groups/batches.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

// The second time it would go back from where it no longer is.
std::vector<std::string> eachOnce(std::vector<std::string> ids) {
    std::set<std::string> seen;
    std::erase_if(ids, [&](const std::string &id) { return !seen.insert(id).second; });
    return ids;
}

} // namespace

void RefusedRollbacks::add(Json item, const Error &why) {
    const std::string code = why.code.empty() ? std::string(errorKindWord(why.kind)) : why.code;
    const std::string detail = why.fields.empty() ? why.message : why.fields.front().message;
    item["refused"] = {{"code", code}, {"values", why.values}, {"detail", detail}};
    m_items.push_back(std::move(item));
    if (!m_first) m_first = why;
}

void RefusedRollbacks::moveTo(Json &items) {
    for (Json &item : m_items)
        items.push_back(std::move(item));
    m_items.clear();
}

RollbackMode readRollbackMode(JsonReader &in) {
    return in.optionalWord("mode", {"IMMEDIATE", "STEPWISE"}) == std::size_t{1} ? RollbackMode::Stepwise
                                                                                : RollbackMode::Immediate;
}

Result<RollbacksOrder> readRollbacks(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    RollbacksOrder many;
    const std::size_t scope = in.word("scope", {"ALL", "POLICIES", "GROUPS"});
    many.all = scope == 0;
    many.groups = scope == 2;
    many.groupIds = eachOnce(in.optionalTexts("group_ids", 1'000, 100));
    if (many.groups == many.groupIds.empty())
        in.reject("group_ids", many.groups ? "must name at least one group" : "goes with scope GROUPS only");
    many.policyIds = eachOnce(in.optionalTexts("policy_ids", 1'000, 100));
    if (scope == 1 && many.policyIds.empty()) in.reject("policy_ids", "must name at least one policy");
    if (scope != 1 && !many.policyIds.empty()) in.reject("policy_ids", "goes with scope POLICIES only");
    many.target = in.optionalPercentage("target_percentage").value_or(Percentage());
    many.mode = readRollbackMode(in);
    if (many.groups && many.target > Percentage()) in.reject("target_percentage", "a group goes back whole");
    if (many.groups && many.mode == RollbackMode::Stepwise) in.reject("mode", "a group goes back at once");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return many;
}

Result<RollbacksOrder> readPolicyRollback(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    RollbacksOrder order;
    order.all = false;
    order.policyIds = {request.parameter("id")};
    order.target = in.optionalPercentage("target_percentage").value_or(Percentage());
    order.mode = readRollbackMode(in);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return order;
}

Result<RollbacksOrder> readGroupRollback(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    RollbacksOrder order;
    order.all = false;
    order.groups = true;
    order.groupIds = {request.parameter("id")};
    if (const auto batch = in.optionalInteger("batch", 0, static_cast<std::int64_t>(MostBatches)))
        order.batch = static_cast<std::size_t>(*batch);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return order;
}

bool concernedByAll(const PolicyRecord &record, Percentage target) {
    if (record.status.state == ShiftState::Scheduled) return true; // its start is called off
    const bool there = record.status.state == ShiftState::RolledBack && record.status.percentage <= target;
    return !there && fits(record.status.state, ShiftCommand::Rollback);
}

ShiftOrder rollbackOf(const PolicyRecord &record, Percentage target, RollbackMode mode) {
    ShiftOrder order;
    order.command =
        record.status.state == ShiftState::Scheduled ? ShiftCommand::Suspend : ShiftCommand::Rollback;
    order.target = std::min(target, record.status.percentage);
    order.mode = mode;
    return order;
}

} // namespace crossfade
