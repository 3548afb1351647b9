// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/finalizing.h"

#include "app/router/whomoves.h"
#include "models/core/endrefusals.h"

namespace crossfade {

namespace {

constexpr const char *NewestId = "~"; // after all others: on equal priority they win

Rule equalRule(const ShiftPolicy &policy, Platform platform, const std::string &reason) {
    Rule rule;
    rule.name = policy.name;
    rule.type = RuleType::System;
    rule.target = policy.targetSystem;
    rule.platform = platform;
    rule.reason = reason;
    return rule;
}

// The policy gone, and this in its place.
Result<void> nobodyMoves(const RouterState &state, WriteTransaction &tx, const ShiftPolicy &policy,
                         const SnapshotChange &instead) {
    const auto before = snapshotIn(state, tx.db());
    if (!before) return fail(before.error());
    const std::vector<SnapshotChange> changes{instead, PolicyChange{policy.id, std::nullopt}};
    const Snapshot after = before->changed(changes, before->epoch());
    const std::string system = policy.targetSystem == "*" ? std::string() : policy.targetSystem;
    const std::vector<MovedBy> moved = movedBy(*before, after, system, tx.now());
    if (moved.empty()) return {};
    return fail(refused(refusals::FinalizeMoves, {movedByText(moved)}));
}

} // namespace

Result<void> writeEqual(RouterState &state, WriteTransaction &tx, const PolicyRecord &record,
                        const std::string &reason) {
    const ShiftPolicy &policy = record.policy;
    const bool all = record.status.percentage.hundredths() == Percentage::Whole;
    if (!all && record.status.percentage != Percentage())
        return fail(ErrorKind::Conflict, "no rule says the same as a shift at " + record.status.percentage.text() +
                                             " %: bring it to 100 % or roll it back to 0 % first");
    const Platform platform = all ? policy.targetPlatform : otherPlatform(policy.targetPlatform);
    const ChangeCause cause{"FINALIZED", reason};
    if (policy.targetSystem == "*") {
        auto switches = RouterState::switches(tx.db());
        if (!switches) return fail(switches.error());
        switches->defaultPlatform = platform;
        if (auto nobody = nobodyMoves(state, tx, policy, *switches); !nobody) return nobody;
        if (auto set = state.setSwitches(tx, *switches, cause); !set) return fail(set.error());
        return {};
    }
    Rule rule = equalRule(policy, platform, reason);
    Rule newest = rule;
    newest.id = NewestId;
    const RuleChange added{nullptr, std::make_shared<const Rule>(std::move(newest))};
    if (auto nobody = nobodyMoves(state, tx, policy, added); !nobody) return nobody;
    if (auto made = state.createRule(tx, std::move(rule), cause); !made) return fail(made.error());
    return {};
}

} // namespace crossfade
