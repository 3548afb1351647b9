// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/warnings.h"

#include <algorithm>

namespace crossfade {

namespace {

// A list of thousands would help nobody.
constexpr std::size_t MostWarnings = 20;

RuleList sameTarget(const Snapshot &snapshot, const Rule &rule)
{
    switch (rule.type) {
    case RuleType::User: return snapshot.userRules(rule.target);
    case RuleType::System: return snapshot.systemRules(rule.target);
    case RuleType::Time: return snapshot.timeRules();
    }
    return {};
}

// What of the window lies in the future; open at the start means "from now on".
TimeWindow fromNow(const TimeWindow &window, Instant now)
{
    TimeWindow rest = window;
    if (rest.start && *rest.start <= now) rest.start.reset();
    return rest;
}

bool isOver(const TimeWindow &window, Instant now)
{
    return window.isEmpty() || (window.end && *window.end <= now);
}

bool covers(const TimeWindow &outer, const TimeWindow &inner)
{
    const bool starts = !outer.start || (inner.start && *outer.start <= *inner.start);
    const bool ends = !outer.end || (inner.end && *inner.end <= *outer.end);
    return starts && ends;
}

bool overlap(const TimeWindow &a, const TimeWindow &b)
{
    const bool aEndsFirst = a.end && b.start && *a.end <= *b.start;
    const bool bEndsFirst = b.end && a.start && *b.end <= *a.start;
    return !aEndsFirst && !bEndsFirst;
}

bool recursWithin(const Rule &inner, const Rule &outer)
{
    const auto weekly = [](const Rule &rule) {
        return rule.recurrence ? std::optional(rule.recurrence->weekly) : std::nullopt;
    };
    return coversByClock(weekly(outer), weekly(inner));
}

std::string named(const Rule &rule)
{
    return "\"" + rule.name + "\" (priority " + std::to_string(rule.priority) + ")";
}

// False if the effort did not suffice.
bool compareWith(const Rule &rule, const Rule &other, Instant now, Effort &effort,
                 std::vector<RuleWarning> &warnings)
{
    if (!effort.spend(1)) return false;
    const TimeWindow mine = fromNow(rule.window, now);
    const TimeWindow others = fromNow(other.window, now);
    if (isOver(other.window, now) || !overlap(mine, others)) return true;
    const std::optional<bool> meet = everMeet(rule, other, now, effort);
    if (!meet || !*meet) return meet.has_value();
    const bool otherFirst = ruleComesBefore(other, rule);
    if (otherFirst && covers(others, mine) && recursWithin(rule, other))
        warnings.push_back({"SHADOWED", "The rule never applies: " + named(other) + " comes before it "
                            "for the same target at all times.", other.id, "/priority"});
    else if (!otherFirst && covers(mine, others) && recursWithin(other, rule))
        warnings.push_back({"SHADOWS", "The rule comes before " + named(other) +
                            " at all times: that one no longer applies.", other.id, "/priority"});
    if (rule.platform != other.platform)
        warnings.push_back({"CONTRADICTS", named(other) + " says " +
                            std::string(platformWord(other.platform)) + " for the same target in an "
                            "overlapping window; " +
                            (otherFirst ? "that one wins." : "this rule wins."),
                            other.id, "/target_platform"});
    return true;
}

void compareWithAll(const Snapshot &snapshot, const Rule &rule, Instant now, Effort &effort,
                    std::vector<RuleWarning> &warnings)
{
    for (const RulePtr &other : sameTarget(snapshot, rule)) {
        if (other->id == rule.id || !other->active) continue;
        if (warnings.size() >= MostWarnings) return;
        if (compareWith(rule, *other, now, effort, warnings)) continue;
        warnings.push_back({"NOT_COMPARED", "There are too many rules of this target to compare each with each: "
                            "some that contradict each other may not be named.", {}, "/target_entity"});
        return;
    }
}

Snapshot withRule(const Snapshot &snapshot, const Rule &rule)
{
    RuleChange change{nullptr, std::make_shared<const Rule>(rule)};
    for (const RulePtr &other : sameTarget(snapshot, rule)) {
        if (other->id == rule.id) change.before = other;
    }
    if (change.before && *change.before == rule) return snapshot;
    return snapshot.changed(change, snapshot.epoch());
}

void lookForSplit(const Snapshot &snapshot, const Rule &rule, const ReadWritePairs &pairs, Instant now, Effort &effort,
                  std::vector<RuleWarning> &warnings)
{
    if (pairs.pairs().empty()) return;
    const auto split = findSplit(withRule(snapshot, rule), rule, pairs, now, effort);
    if (split) {
        warnings.push_back({"SPLITS_READS_WRITES",
                            std::string("The rule splits the reads and writes of ") +
                                (split->someUsers ? "some users: " : "one user: ") + split->reads + " goes to " +
                                std::string(platformWord(split->readsOn)) + ", " + split->writes + " to " +
                                std::string(platformWord(split->writesOn)) + ".",
                            split->otherRuleId, "/target_platform"});
    } else if (effort.left == 0) {
        warnings.push_back({"NOT_COMPARED", "There is too much in the request map to look whether the rule splits "
                            "reads and writes.", {}, {}});
    }
}

} // namespace

std::vector<RuleWarning> ruleWarnings(const Snapshot &snapshot, const Rule &rule, Instant now, Effort &effort,
                                      const ReadWritePairs &pairs)
{
    std::vector<RuleWarning> warnings;
    if (!rule.active) return warnings;
    if (rule.window.isEmpty())
        return {{"EMPTY_WINDOW", "The rule never applies: its window ends before it starts.", {},
                 "/end_time"}};
    if (isOver(rule.window, now))
        return {{"PAST_WINDOW", "The rule never applies: its window ended at " +
                 formatInstant(*rule.window.end) + ".", {}, "/end_time"}};
    if (rule.recurrence && !rule.holds(now) && !nextChange(rule, now))
        return {{"EMPTY_WINDOW", "The rule never applies: none of its weekly times lies between its start and "
                 "its end.", {}, "/recurrence"}};
    if (snapshot.switches().forwardOnly && snapshot.switches().master == Master::Off)
        warnings.push_back({"MASTER_DECIDES", "Forward only is on: NEW answers before every rule.", {}, {}});
    if (snapshot.switches().master != Master::Off)
        warnings.push_back({"MASTER_DECIDES", "The master switch is " +
                            std::string(masterWord(snapshot.switches().master)) +
                            ": it decides before every rule.", {}, {}});
    compareWithAll(snapshot, rule, now, effort, warnings);
    const bool compared = warnings.empty() || warnings.back().code != "NOT_COMPARED";
    if (compared) lookForSplit(snapshot, rule, pairs, now, effort, warnings);
    return warnings;
}

std::vector<RuleWarning> changeWarnings(const RoutingBasis &before, const RoutingBasis &after, Instant now,
                                        Effort &effort)
{
    std::vector<RuleWarning> warnings;
    for (const Split &split : newSplits(before, after, now, effort, MostWarnings))
        warnings.push_back({"SPLITS_READS_WRITES",
                            "The change splits the reads and writes of some users: " + split.reads + " goes to " +
                                std::string(platformWord(split.readsOn)) + ", " + split.writes + " to " +
                                std::string(platformWord(split.writesOn)) + ".",
                            split.otherRuleId, {}});
    if (warnings.empty() && effort.left == 0)
        warnings.push_back({"NOT_COMPARED", "There is too much in the request map to look whether the change splits "
                            "reads and writes.", {}, {}});
    return warnings;
}

} // namespace crossfade
