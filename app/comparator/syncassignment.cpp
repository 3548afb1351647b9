// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncassignment.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/assignmentrules.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostTasksNamed = 100; // tasks in one alert; the count tells of all
constexpr std::int64_t MinuteMs = 60'000;

Result<std::int64_t> waitingFor(Database &db, const std::string &configId, const Assignee &to)
{
    const auto rows = db.query("SELECT count(*) FROM sync_tasks WHERE config_id = ? AND state = 'DEAD' AND cause = "
                               "'CONFLICT' AND coalesce(assigned_to, '') = ? AND coalesce(assigned_role, '') = ?",
                               {configId, to.person, to.role});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

// Within the router's limit, whatever the length of a name.
std::string subjectOf(const SyncPlan &plan, const Assignee &to, Instant now)
{
    return plan.id + ":" + plan.print.digest("conflicts of " + assigneeText(to)) + ":" +
           std::to_string(toMs(now) / MinuteMs);
}

} // namespace

Result<Assignee> ConflictAssignments::assign(Database &db, const SyncPlan &plan, const EntityResult &conflict,
                                             const std::string &taskId)
{
    if (!m_rules) {
        Result<std::vector<AssignmentRule>> rules = assignmentRules(db);
        if (!rules) return fail(rules.error());
        m_rules = std::move(*rules);
    }
    const auto place = firstFit(*m_rules, {plan.dataType, conflict.type, conflict.conflictFields});
    if (!place) return Assignee();
    const Assignee &to = (*m_rules)[*place].to;
    Told &told = m_told[{to.person, to.role}];
    if (told.taskIds.empty()) told.entityId = conflict.key;
    told.taskIds.push_back(taskId);
    return to;
}

Result<void> ConflictAssignments::tell(WriteTransaction &tx, const SyncPlan &plan) const
{
    for (const auto &[key, told] : m_told) {
        const Assignee to{key.first, key.second};
        const Result<std::int64_t> waiting = waitingFor(tx.db(), plan.id, to);
        if (!waiting) return fail(waiting.error());
        Json details{{"config_id", plan.id}, {"data_type", plan.dataType}, {"count", *waiting}};
        details[to.role.empty() ? "assigned_to" : "assigned_role"] = to.role.empty() ? to.person : to.role;
        const std::size_t named = std::min(told.taskIds.size(), MostTasksNamed);
        details["task_ids"] = std::vector<std::string>(told.taskIds.begin(),
                                                       told.taskIds.begin() + static_cast<std::ptrdiff_t>(named));
        const CheckAlert alert = *waiting > 1 ? conflictsAssigned(*waiting, plan.name(), assigneeText(to))
                                              : conflictAssigned(plan.dataType, told.entityId, assigneeText(to));
        if (auto added = alertqueue::add(tx, alert, subjectOf(plan, to, tx.now()), details, "sync_config"); !added)
            return added;
    }
    return {};
}

} // namespace crossfade
