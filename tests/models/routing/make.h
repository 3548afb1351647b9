// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"
#include "models/routing/warnings.h"

#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

namespace crossfade::test {

// How often this thread asked for memory; counted in test_recurrence.cpp.
extern thread_local long allocations;

inline Instant at(std::int64_t seconds) { return instantFromMs(seconds * 1000); }

inline Rule userRule(std::string id, std::string user, Platform platform)
{
    Rule rule;
    rule.id = std::move(id);
    rule.name = "rule " + rule.id;
    rule.target = std::move(user);
    rule.platform = platform;
    rule.reason = "because " + rule.id;
    rule.changedBy = "ann";
    return rule;
}

inline Rule systemRule(std::string id, std::string system, Platform platform)
{
    Rule rule = userRule(std::move(id), std::move(system), platform);
    rule.type = RuleType::System;
    return rule;
}

inline Rule timeRule(std::string id, TimeWindow window, Platform platform)
{
    Rule rule = userRule(std::move(id), "", platform);
    rule.type = RuleType::Time;
    rule.window = window;
    return rule;
}

inline RuleChange added(Rule rule) { return {nullptr, std::make_shared<const Rule>(std::move(rule))}; }
inline RuleChange removed(Rule rule) { return {std::make_shared<const Rule>(std::move(rule)), nullptr}; }
inline RuleChange replaced(Rule before, Rule after)
{
    return {std::make_shared<const Rule>(std::move(before)),
            std::make_shared<const Rule>(std::move(after))};
}

inline Switches switchesOf(Master master, Platform defaultPlatform)
{
    Switches switches;
    switches.master = master;
    switches.defaultPlatform = defaultPlatform;
    return switches;
}

inline PolicyChange covering(std::string id, std::string system, std::int64_t hundredths,
                             std::string salt = "logins")
{
    PolicyCover cover;
    cover.id = id;
    cover.name = "policy " + id;
    cover.targetSystem = std::move(system);
    cover.percentage = Percentage::fromHundredths(hundredths);
    cover.salt = std::move(salt);
    return {std::move(id), cover};
}

inline GrayListChange grayList(std::string name, GrayKind kind, bool enforced = false)
{
    GrayList list;
    list.name = name;
    list.kind = kind;
    list.enforced = enforced;
    return {std::move(name), list};
}
inline GrayEntryChange listed(std::string list, std::string id) { return {std::move(list), std::move(id), true}; }
inline HeldChange heldUser(std::string id, bool held = true) { return {HeldChange::Kind::User, std::move(id), held}; }
inline HeldChange sparedUser(std::string id) { return {HeldChange::Kind::User, std::move(id), true, true}; }
inline HeldChange heldEntity(std::string id) { return {HeldChange::Kind::Entity, std::move(id), true}; }
KeyIndexChange keysOf(const std::vector<std::string> &keys, bool complete = true);

// LEGACY by default and nothing else.
inline Snapshot quiet() { return Snapshot().changed(switchesOf(Master::Off, Platform::Legacy), 1); }

inline DecisionRequest userRequest(std::string_view user, std::string_view system = {},
                                   Instant when = at(1000))
{
    DecisionRequest request;
    request.userId = user;
    request.systemId = system;
    request.at = when;
    return request;
}

inline std::vector<RuleWarning> warningsOf(const Snapshot &snapshot, const Rule &rule, Instant now)
{
    Effort effort = EffortOfOneRule;
    return ruleWarnings(snapshot, rule, now, effort);
}

// Small alphabets, so that rules of one target, equal priorities and touching windows are common.
rc::Gen<std::string> anyUser();
rc::Gen<std::string> anySystem();
rc::Gen<std::string> anyEntity();    // numbers and others
rc::Gen<std::string> anyInterface();
rc::Gen<Instant> anyInstant();
rc::Gen<Rule> anyRule();
rc::Gen<PolicyChange> anyCover();
rc::Gen<Switches> anySwitches();
// Changes as a store would record them: each names the state before it rightly. All kinds but the key index,
// which no log of changes holds.
rc::Gen<std::vector<SnapshotChange>> anyChanges();

std::set<std::string> idsOf(const IdTree &tree);
bool sameLists(const Snapshot &a, const Snapshot &b);
// Equality of what decisions can depend on, the key index apart.
bool sameState(const Snapshot &a, const Snapshot &b);

} // namespace crossfade::test
