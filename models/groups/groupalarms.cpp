// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/groupalarms.h"

#include "models/shift/shiftmachine.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

// The machine tells of a trip it acts on; here it does not act, or a person was asked already.
bool waitsForPeople(const GroupStatus &status) {
    return status.state == GroupState::Suspended || status.state == GroupState::RollbackProposed ||
           (status.state == GroupState::Held && status.hold == GroupHold::Guard);
}

// Whether its requests, and those it is compared with, can be measured at all: those of the batch under way
// on the target, on the other platform those of everybody who was not moved.
bool canBeMeasured(const UserGroup &group, const GroupStatus &status, std::size_t users, const Guard &guard) {
    if (!status.batch) return false;
    const bool ofTarget = guard.platform == group.targetPlatform;
    return (ofTarget && !guard.isRelative()) || usersOnTarget(group, status, users) < users;
}

// Since when the guard is silent without a break. Time in which nobody judged is no silence.
std::optional<Instant> silentSince(const UserGroup &group, const std::vector<Judgement> &recent, Instant from) {
    const Seconds longestPause{3 * group.intervalSeconds};
    std::optional<Instant> since;
    for (auto it = recent.rbegin(); it != recent.rend() && isSilent(*it) && it->at >= from; ++it) {
        if (since && *since - it->at > longestPause) break;
        since = it->at;
    }
    return since;
}

} // namespace

std::optional<GuardAlarm> alarmOf(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                  const Guard &guard, const GuardMemory &memory, GuardTold &told) {
    const Judgement *last = memory.last();
    if (!last || !status.batch || !guard.decides) return std::nullopt;
    if (last->verdict == Verdict::Pass) told.trip = false;
    if (!isSilent(*last)) told.silence = false;
    if (memory.tripped(guard) && waitsForPeople(status) && !std::exchange(told.trip, true)) {
        // What led to the hold, or to the question, was told with it.
        const bool ledToIt = status.state != GroupState::Suspended && memory.trippedAt() <= status.since;
        if (!ledToIt) return GuardAlarm::Tripped;
    }
    if (told.silence || !canBeMeasured(group, status, users, guard)) return std::nullopt;
    const auto since = silentSince(group, memory.recent(), status.movedAt);
    if (!since || last->at - *since < MaxSilence) return std::nullopt;
    told.silence = true;
    return GuardAlarm::Silent;
}

std::vector<std::string> stillAlarming(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                       const std::vector<GuardFact> &guards) {
    if (status.state == GroupState::RollbackProposed) return {"ROLLBACK_PROPOSED"};
    // Without a batch under way it stands still because of what went back.
    if (status.state == GroupState::Held && !status.batch) return {"SHIFT_HELD", "ROLLED_BACK"};
    if (status.state == GroupState::Held) return {"SHIFT_HELD"};
    if (status.state == GroupState::AwaitingApproval) return {"APPROVAL_REQUESTED"};
    if (!status.batch) return {};
    const auto any = [&](auto holds) {
        return std::ranges::any_of(guards, [&](const GuardFact &fact) {
            return fact.guard->decides && fact.last && holds(fact);
        });
    };
    std::vector<std::string> types;
    if (waitsForPeople(status) && any([](const GuardFact &fact) { return fact.tripped; }))
        types.emplace_back("GUARD_TRIPPED");
    if (any([&](const GuardFact &fact) {
            return isSilent(*fact.last) && canBeMeasured(group, status, users, *fact.guard);
        }))
        types.emplace_back("METRICS_SILENT");
    return types;
}

std::vector<StandingAlarm> standingAlarms(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                          const std::vector<GuardFact> &guards) {
    const bool spokenFor = status.state == GroupState::Held || status.state == GroupState::RollbackProposed;
    return standingOf(stillAlarming(group, status, users, guards), status.batch ? guards : std::vector<GuardFact>(),
                      spokenFor || (status.batch && isAnyUnknown(group.guards, guards)));
}

} // namespace crossfade
