// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulerow.h"

#include "models/core/ids.h"
#include "models/items/zones.h"

#include <algorithm>
#include <tuple>

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

bool decidesBefore(const RuleRow &a, const RuleRow &b)
{
    return std::tie(a.input.priority, a.id) < std::tie(b.input.priority, b.id);
}

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

bool sameSubject(const RuleInput &a, const RuleInput &b)
{
    return a.kind == b.kind && (a.kind == RuleType::Time || a.target == b.target);
}

} // namespace

std::vector<RuleFinding> ruleFindings(const std::vector<RuleRow> &rules, Instant now)
{
    std::vector<const RuleRow *> inForce;
    std::vector<RuleFinding> findings;
    for (const RuleRow &rule : rules) {
        if (!rule.input.active || rule.edit == RuleEdit::Deleted)
            continue;
        if (rule.input.window.isEmpty() || (rule.input.window.end && *rule.input.window.end <= now))
            findings.push_back({rule.id, rule.input.name, "NEVER_APPLIES", {}});
        else if (neverRecurs(rule.input, now))
            findings.push_back({rule.id, rule.input.name, "NEVER_RECURS", {}});
        else
            inForce.push_back(&rule);
    }
    std::ranges::sort(inForce, [](const RuleRow *a, const RuleRow *b) {
        return std::tie(a->input.kind, a->input.target) < std::tie(b->input.kind, b->input.target) ||
               (std::tie(a->input.kind, a->input.target) ==
                    std::tie(b->input.kind, b->input.target) &&
                decidesBefore(*a, *b));
    });
    for (std::size_t at = 1; at < inForce.size(); ++at) {
        // The rows of one subject stand together, the deciding ones first.
        for (std::size_t before = at; before-- > 0;) {
            if (!sameSubject(inForce[before]->input, inForce[at]->input))
                break;
            if (!covers(inForce[before]->input, inForce[at]->input))
                continue;
            const bool agrees = inForce[before]->input.platform == inForce[at]->input.platform;
            findings.push_back({inForce[at]->id, inForce[at]->input.name,
                                agrees ? "SHADOWED" : "CONTRADICTED",
                                inForce[before]->input.name});
            break;
        }
    }
    return findings;
}

} // namespace crossfade
