// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulerow.h"

#include "models/core/ids.h"
#include "models/items/zones.h"

#include <algorithm>

namespace crossfade {

std::vector<FieldError> ruleProblems(const RuleInput &input)
{
    std::vector<FieldError> problems;
    if (!isValidName(input.name, MaxRuleNameBytes))
        problems.push_back({"/config_name", input.name.empty() ? "EMPTY" : "NAME"});
    if (input.kind != RuleType::Time && !isValidId(input.target))
        problems.push_back({"/target_entity", input.target.empty() ? "EMPTY" : "ID"});
    if (input.priority < 0 || input.priority > MaxRulePriority)
        problems.push_back({"/priority", "PRIORITY"});
    if (input.reason.size() > MaxRuleReasonBytes)
        problems.push_back({"/reason", "LONG"});
    if (input.window.isEmpty())
        problems.push_back({"/end_time", "WINDOW"});
    if (input.recurrence && input.recurrence->weekdays == 0)
        problems.push_back({"/recurrence/weekdays", "DAYS"});
    // Whether the zone exists is the service's to say: its database may be newer than the one here.
    if (input.recurrence && input.recurrence->timeZone.empty())
        problems.push_back({"/recurrence/time_zone", "ZONE"});
    return problems;
}

std::string problemAt(const std::vector<FieldError> &problems, std::string_view pointer)
{
    for (const FieldError &problem : problems)
        if (problem.pointer == pointer)
            return problem.message;
    return {};
}

namespace {

bool covers(const TimeWindow &outer, const TimeWindow &inner)
{
    const bool start = !outer.start || (inner.start && *outer.start <= *inner.start);
    const bool end = !outer.end || (inner.end && *inner.end <= *outer.end);
    return start && end;
}

bool covers(const RuleInput &outer, const RuleInput &inner)
{
    return covers(outer.window, inner.window) && coversByClock(outer.recurrence, inner.recurrence);
}

// Its weekly times and its bounds have nothing in common from now on.
bool neverRecurs(const RuleInput &input, Instant now)
{
    const ZonePtr zone = input.recurrence ? desktopZone(input.recurrence->timeZone) : nullptr;
    if (!zone)
        return false;
    const bool holds = input.window.contains(now) && input.recurrence->contains(now, *zone);
    return !holds && !nextChange(input.window, *input.recurrence, *zone, now);
}

// What cannot come true any more, by itself; empty: it can.
std::string neverHolds(const RuleInput &input, Instant now)
{
    if (input.window.isEmpty() || (input.window.end && *input.window.end <= now))
        return "NEVER_APPLIES";
    return neverRecurs(input, now) ? "NEVER_RECURS" : "";
}

} // namespace

std::vector<RuleFinding> findingsOfSubject(const std::vector<const RuleRow *> &rules, Instant now)
{
    std::vector<const RuleRow *> inForce;
    std::vector<RuleFinding> findings;
    for (const RuleRow *rule : rules) {
        if (!rule->input.active || rule->edit == RuleEdit::Deleted)
            continue;
        const std::string never = neverHolds(rule->input, now);
        if (!never.empty()) {
            findings.push_back({rule->id, rule->input.name, never, {}});
            continue;
        }
        // The nearest one before it that holds whenever it would.
        const auto before = std::find_if(inForce.rbegin(), inForce.rend(), [rule](const RuleRow *other) {
            return covers(other->input, rule->input);
        });
        if (before != inForce.rend()) {
            const bool agrees = (*before)->input.platform == rule->input.platform;
            findings.push_back(
                {rule->id, rule->input.name, agrees ? "SHADOWED" : "CONTRADICTED", (*before)->input.name});
        }
        inForce.push_back(rule);
    }
    return findings;
}

} // namespace crossfade
