// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/alarms.h"

#include "models/shift/changewindows.h"
#include "models/shift/shiftmachine.h"

#include <algorithm>
#include <iterator>

namespace crossfade {

bool isSilent(const Judgement &judgement) {
    switch (judgement.verdict) {
    case Verdict::NoData:
    case Verdict::Stale:
    case Verdict::SourceError:
        return true;
    case Verdict::Pass:
    case Verdict::Breach:
    case Verdict::TooFew:
        return false;
    }
    return false;
}

namespace {

// Whether the latest judgement is the one with which the silence since `from` became too long.
bool fellSilent(const std::vector<Judgement> &recent, Instant from) {
    auto first = recent.end();
    while (first != recent.begin() && isSilent(*std::prev(first)) && std::prev(first)->at >= from)
        --first;
    if (std::distance(first, recent.end()) < 2) return false;
    const auto last = std::prev(recent.end());
    return last->at - first->at >= MaxSilence && std::prev(last)->at - first->at < MaxSilence;
}

// Where the policy sends nobody there is nothing to measure.
bool isServed(const ShiftPolicy &policy, const ShiftStatus &status, Platform platform) {
    return platform == policy.targetPlatform
               ? status.percentage > Percentage()
               : status.percentage < Percentage::fromHundredths(Percentage::Whole);
}

// The machine tells of a trip it acts on; here it has stopped acting, or was already answered.
bool isLeftToPeople(const ShiftPolicy &policy, const ShiftStatus &status, const Guard &guard) {
    return !guardActs(policy, status, guard) || status.state == ShiftState::RollbackProposed ||
           (status.state == ShiftState::Held && status.heldCause == HeldCause::Guard);
}

// Whether its requests, and those it is compared with, can be measured at this share at all.
bool isMeasurable(const ShiftPolicy &policy, const ShiftStatus &status, const Guard &guard) {
    return isServed(policy, status, guard.platform) &&
           (!guard.isRelative() || isServed(policy, status, otherPlatform(guard.platform)));
}

} // namespace

std::vector<std::string> stillAlarming(const ShiftPolicy &policy, const ShiftStatus &status,
                                       const std::vector<GuardFact> &guards) {
    if (status.state == ShiftState::RollbackProposed) return {"ROLLBACK_PROPOSED"};
    if (status.state == ShiftState::Held)
        return isCalendar(status.heldCause) ? std::vector<std::string>() : std::vector<std::string>{"SHIFT_HELD"};
    std::vector<std::string> types;
    if (status.state == ShiftState::AwaitingApproval) types.emplace_back("APPROVAL_REQUESTED");
    if (status.percentage == Percentage()) return types;
    const bool judged = status.state != ShiftState::Finalized;
    const auto any = [&](auto holds) {
        return judged && std::ranges::any_of(guards, [&](const GuardFact &fact) {
                   return fact.guard->decides && fact.last && holds(fact);
               });
    };
    if (!guardsStop(status.state) && any([](const GuardFact &fact) { return fact.tripped; }))
        types.emplace_back("GUARD_TRIPPED");
    if (any([&](const GuardFact &fact) {
            return isSilent(*fact.last) && isMeasurable(policy, status, *fact.guard);
        }))
        types.emplace_back("METRICS_SILENT");
    return types;
}

bool isAnyUnknown(const std::vector<Guard> &guards, const std::vector<GuardFact> &facts) {
    return std::ranges::any_of(guards, [&](const Guard &guard) {
        return guard.decides && std::ranges::none_of(facts, [&](const GuardFact &fact) {
                   return fact.guard->id == guard.id && fact.last;
               });
    });
}

std::vector<StandingAlarm> standingOf(const std::vector<std::string> &alarming, const std::vector<GuardFact> &guards,
                                      bool quiet) {
    std::vector<StandingAlarm> all;
    for (const std::string &type : alarming) {
        if (type != "GUARD_TRIPPED") {
            all.push_back({type, {}, true});
            continue;
        }
        for (const GuardFact &fact : guards) {
            if (fact.guard->decides && fact.tripped) all.push_back({type, fact.guard->id, true});
        }
    }
    if (quiet) {
        all.push_back({"GUARD_TRIPPED", {}, false});
        all.push_back({"METRICS_SILENT", {}, false});
        return all;
    }
    // One that is still tripped is not over because somebody let the shift go on.
    for (const GuardFact &fact : guards) {
        if (fact.guard->decides && fact.tripped) all.push_back({"GUARD_TRIPPED", fact.guard->id, false});
    }
    return all;
}

std::vector<StandingAlarm> standingAlarms(const ShiftPolicy &policy, const ShiftStatus &status,
                                          const std::vector<GuardFact> &guards) {
    const ShiftState state = status.state;
    const bool spokenFor =
        state == ShiftState::Held || state == ShiftState::RollbackProposed || state == ShiftState::RollingBack;
    const bool judged = status.percentage > Percentage() && state != ShiftState::Finalized;
    auto all = standingOf(stillAlarming(policy, status, guards), judged ? guards : std::vector<GuardFact>(),
                          spokenFor || (judged && isAnyUnknown(policy.guards, guards)));
    if (state == ShiftState::Held && isCalendar(status.heldCause)) all.push_back({"SHIFT_HELD", {}, false});
    return all;
}

std::optional<GuardAlarm> alarmOf(const ShiftPolicy &policy, const ShiftStatus &status,
                                  const Guard &guard, const GuardMemory &memory) {
    const Judgement *last = memory.last();
    if (!guard.decides || !last || status.percentage == Percentage()) return std::nullopt;
    if (memory.trippedAt() == last->at && isLeftToPeople(policy, status, guard)) return GuardAlarm::Tripped;
    if (isMeasurable(policy, status, guard) && fellSilent(memory.recent(), status.steppedAt))
        return GuardAlarm::Silent;
    return std::nullopt;
}

} // namespace crossfade
