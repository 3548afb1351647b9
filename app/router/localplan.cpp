// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/localplan.h"

#include "app/router/rollbackorder.h"
#include "app/router/routerules.h"
#include "models/routing/routingjson.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::string_view Policies = "/api/v1/shift-policies/";
constexpr std::string_view Groups = "/api/v1/user-groups/";
constexpr std::string_view Approvals = "/api/v1/approvals/";
constexpr std::string_view SwitchesPath = "/api/v1/switches";

Result<RollbacksOrder> orderOf(const HttpRequest &request) {
    if (request.path.starts_with(Policies)) return readPolicyRollback(request);
    if (request.path.starts_with(Groups)) return readGroupRollback(request);
    return readRollbacks(request);
}

// How many users of these batches are on the target, of batch after batch.
std::size_t usersMoved(const GroupCover &cover, std::optional<std::size_t> only) {
    const std::size_t members = cover.members ? cover.members->size() : 0;
    std::size_t users = 0;
    for (std::size_t batch = 0; cover.moved && batch < cover.moved->size(); ++batch) {
        if (!(*cover.moved)[batch] || (only && *only != batch)) continue;
        const std::size_t first = std::min(members, batch * cover.batchSize);
        users += std::min(members - first, cover.batchSize);
    }
    return users;
}

LocalRollback::Policy policyBack(const PolicyCover &cover, Percentage target) {
    return {cover.id, cover.name, cover.percentage, std::min(cover.percentage, target)};
}

Result<void> planPolicies(const RollbacksOrder &order, const ShiftBook &book, const Snapshot &snapshot,
                          LocalRollback &plan) {
    if (order.all) {
        for (const PolicyCover &cover : snapshot.policies()) {
            const ShiftBook::RecordPtr record = book.record(cover.id);
            if (record ? concernedByAll(*record, order.target) : cover.percentage > order.target)
                plan.policies.push_back(policyBack(cover, order.target));
        }
        return {};
    }
    for (const std::string &id : order.policyIds) {
        const PolicyCover *cover = snapshot.policy(id);
        const ShiftBook::RecordPtr record = book.record(id);
        // It keeps none of the others from going back.
        if (!cover || (record && !fits(record->status.state, ShiftCommand::Rollback))) continue;
        plan.policies.push_back(policyBack(*cover, order.target));
    }
    if (plan.policies.empty()) return fail(ErrorKind::Conflict, "the policy moves nobody here");
    return {};
}

Result<LocalRollback::Group> groupBack(const Snapshot &snapshot, const std::string &id,
                                       std::optional<std::size_t> batch) {
    const GroupCover *cover = snapshot.group(id);
    if (!cover) return fail(ErrorKind::Conflict, "the group moves nobody here");
    const bool there = !batch || (cover->moved && *batch < cover->moved->size() && (*cover->moved)[*batch]);
    if (!there) return fail(ErrorKind::Conflict, "the batch has nobody to take back");
    return LocalRollback::Group{cover->id, cover->name, batch, usersMoved(*cover, batch)};
}

Result<void> planGroups(const RollbacksOrder &order, const Snapshot &snapshot, LocalRollback &plan) {
    if (order.all) {
        for (const GroupCover &cover : snapshot.groups())
            plan.groups.push_back({cover.id, cover.name, std::nullopt, usersMoved(cover, std::nullopt)});
        return {};
    }
    for (const std::string &id : order.groupIds) {
        if (!snapshot.group(id)) continue;
        auto group = groupBack(snapshot, id, order.batch);
        if (!group) return fail(group.error());
        plan.groups.push_back(std::move(*group));
    }
    if (plan.groups.empty()) return fail(ErrorKind::Conflict, "the group moves nobody here");
    return {};
}

bool isBlank(const std::string &reason) {
    return reason.find_first_not_of(" \t\r\n") == std::string::npos;
}

} // namespace

Result<LocalRollback> LocalPlan::of(const HttpRequest &request, Instant now) const {
    const SnapshotPtr snapshot = m_state.snapshot();
    const bool shift = request.path.starts_with(Policies) && request.path.ends_with("/shift");
    auto plan = shift                                 ? lowerTarget(request, *snapshot)
                : request.path.starts_with(Approvals) ? approval(request, *snapshot, now)
                : request.path == SwitchesPath        ? switches(request, *snapshot)
                                                      : rollback(request, *snapshot);
    if (plan) plan->epoch = snapshot->epoch();
    return plan;
}

Result<LocalRollback> LocalPlan::rollback(const HttpRequest &request, const Snapshot &snapshot) const {
    const auto order = orderOf(request);
    if (!order) return fail(order.error());
    // Step by step it would need the runner, and that the store.
    if (order->mode == RollbackMode::Stepwise)
        return fail(ErrorKind::Conflict, "a stepwise rollback needs the store");
    LocalRollback plan;
    plan.scope = order->scope();
    plan.target = order->target;
    if (!order->groups) {
        if (auto planned = planPolicies(*order, m_book, snapshot, plan); !planned) return fail(planned.error());
    }
    if (order->groups || order->all) {
        if (auto planned = planGroups(*order, snapshot, plan); !planned) return fail(planned.error());
    }
    plan.endsMaster = order->all && snapshot.switches().master == Master::New;
    plan.endsForwardOnly = snapshot.switches().forwardOnly;
    return plan;
}

// A lower target is a rollback to it; a higher one, or a start, is what only a stored act may do.
Result<LocalRollback> LocalPlan::lowerTarget(const HttpRequest &request, const Snapshot &snapshot) const {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const auto target = in.optionalPercentage("target_percentage");
    const bool later = in.optionalInstant("start_at").has_value();
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    const PolicyCover *cover = snapshot.policy(request.parameter("id"));
    const ShiftBook::RecordPtr record = m_book.record(request.parameter("id"));
    if (!target || later || !cover || *target >= cover->percentage)
        return fail(ErrorKind::Conflict, "it lowers nothing");
    if (record && !fits(record->status.state, ShiftCommand::Shift))
        return fail(ErrorKind::Conflict, "the shift takes no other target now");
    if (isBlank(request.reason)) return invalid("/reason", "is required to lower the percentage");
    LocalRollback plan;
    plan.scope = RollbackScope::Policies;
    plan.target = *target;
    plan.policies.push_back(policyBack(*cover, *target));
    return plan;
}

// Whoever may use the route may approve a proposed rollback: the service itself has asked for it.
Result<LocalRollback> LocalPlan::approval(const HttpRequest &request, const Snapshot &snapshot, Instant now) const {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    const std::string id = request.parameter("id");
    LocalRollback plan;
    plan.approvalId = id;
    for (const ShiftBook::RecordPtr &record : m_book.records()) {
        const ShiftStatus &status = record->status;
        if (status.state != ShiftState::RollbackProposed || status.approvalId != id) continue;
        const bool over = status.deadline && now >= *status.deadline && !record->policy.proposalRollsBack;
        const PolicyCover *cover = snapshot.policy(record->policy.id);
        if (over || !cover) return fail(ErrorKind::Conflict, "the approval can no longer be given here");
        plan.scope = RollbackScope::Policies;
        plan.target = status.rollbackFloor;
        plan.policies.push_back(policyBack(*cover, plan.target));
        return plan;
    }
    const auto proposed = m_state.groupProposal() ? m_state.groupProposal()(id, now) : std::nullopt;
    if (!proposed) return fail(ErrorKind::Conflict, "no rollback is proposed by it");
    auto group = groupBack(snapshot, proposed->id, proposed->batch);
    if (!group) return fail(group.error());
    plan.scope = RollbackScope::Groups;
    plan.groups.push_back(std::move(*group));
    return plan;
}

// Only what takes users from NEW and changes nothing else: the rest of the switches has no ceiling.
Result<LocalRollback> LocalPlan::switches(const HttpRequest &request, const Snapshot &snapshot) {
    if (request.queryText("dry_run")) return fail(ErrorKind::Conflict, "it only asks");
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const Switches &before = snapshot.switches();
    const Switches wanted = readSwitchesInput(in, before);
    if (auto error = in.finish()) return fail(*error);
    if (auto fresh = requireVersion(request, before.version); !fresh) return fail(fresh.error());
    Switches rest = wanted;
    rest.master = before.master;
    rest.forwardOnly = before.forwardOnly;
    if (!sameChoice(rest, before)) return fail(ErrorKind::Conflict, "other switches are changed too");
    if (isBlank(request.reason)) return invalid("/reason", "is required to change the master switch or forward only");
    LocalRollback plan;
    plan.scope = RollbackScope::Switches;
    plan.toLegacy = wanted.master == Master::Legacy && before.master != Master::Legacy &&
                    wanted.forwardOnly == before.forwardOnly;
    if (plan.toLegacy) return plan;
    const bool off = wanted.master == Master::Off && !wanted.forwardOnly;
    plan.endsMaster = off && before.master == Master::New;
    plan.endsForwardOnly = off && before.forwardOnly && before.master != Master::Legacy;
    if (!plan.endsMaster && !plan.endsForwardOnly)
        return fail(ErrorKind::Conflict, "it takes nobody from NEW");
    return plan;
}

std::string LocalPlan::instead(const HttpRequest &request) {
    const std::string everything = R"(POST /api/v1/rollbacks with {"scope": "ALL"})";
    if (request.path == SwitchesPath) return everything + ", or master LEGACY and no other change";
    if (!request.path.starts_with(Policies))
        return "POST …/rollback of the policy or the group, or " + everything;
    return "POST " + std::string(Policies) + request.parameter("id") + R"(/rollback with {"mode": "IMMEDIATE"}, or )" +
           everything;
}

} // namespace crossfade
