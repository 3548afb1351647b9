// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/shiftmachine.h"

#include <string>

namespace crossfade::test {

inline Instant at(std::int64_t seconds) {
    return instantFromMs(seconds * 1000);
}
inline Percentage percent(double value) {
    return Percentage::fromPercent(value).value();
}

inline Guard successGuard() {
    Guard guard;
    guard.id = "success";
    guard.threshold = 99;
    guard.minSamples = 10;
    return guard;
}

// A policy by increments of 5 with one deciding guard, stabilization of 60 s.
inline ShiftPolicy plainPolicy() {
    ShiftPolicy policy;
    policy.id = "p1";
    policy.name = "users";
    policy.targetSystem = "*";
    policy.salt = "s";
    policy.stabilizationSeconds = 60;
    policy.guards = {successGuard()};
    return policy;
}

inline ShiftStatus statusIn(ShiftState state, double percentage) {
    ShiftStatus status;
    status.state = state;
    status.percentage = percent(percentage);
    status.since = at(1'000);
    status.steppedAt = at(1'000);
    if (state == ShiftState::Stabilizing) status.stabilizationEndsAt = at(1'060);
    if (state == ShiftState::RollbackProposed) {
        status.deadline = at(1'300);
        status.approvalId = "a1";
    }
    if (state == ShiftState::AwaitingApproval) status.approvalId = "a1";
    if (state == ShiftState::Held) status.heldCause = HeldCause::Guard;
    return status;
}

inline Judgement judged(Verdict verdict, Instant when, std::uint64_t samples = 1'000) {
    Judgement judgement;
    judgement.at = when;
    judgement.verdict = verdict;
    judgement.samples = samples;
    judgement.value = verdict == Verdict::Pass ? 100.0 : 50.0;
    judgement.detail = std::string(verdictWord(verdict));
    return judgement;
}

// Facts under which every gate but the approval is open.
inline ShiftFacts greenFacts(const ShiftPolicy &policy, Instant now) {
    ShiftFacts facts;
    facts.now = now;
    for (const Guard &guard : policy.guards)
        facts.guards.push_back({&guard, judged(Verdict::Pass, now), false});
    facts.newestEvidence = now;
    facts.targetRequestsPerSecond = 50;
    if (policy.consistencyGate) {
        for (const std::string &name : policy.consistencyGate->checkNames)
            facts.consistency.push_back({name, 100.0, now, {}});
    }
    facts.targetHealth = {true, "good"};
    facts.otherMetrics = {true, "fresh"};
    facts.rollbackPath = {true, "proven"};
    return facts;
}

inline ShiftFacts trippedFacts(const ShiftPolicy &policy, Instant now) {
    ShiftFacts facts = greenFacts(policy, now);
    facts.guards.front().last = judged(Verdict::Breach, now);
    facts.guards.front().tripped = true;
    return facts;
}

inline ShiftOrder order(ShiftCommand command, std::optional<double> target = std::nullopt) {
    ShiftOrder made;
    made.command = command;
    if (target) made.target = percent(*target);
    return made;
}

} // namespace crossfade::test
