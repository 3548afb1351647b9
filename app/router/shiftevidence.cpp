// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftevidence.h"

#include "app/router/shiftrecordings.h"

#include <algorithm>
#include <map>
#include <utility>

namespace crossfade {

namespace {

constexpr Seconds StoredWithin{5}; // after it was seen, also under load

// The look at this step, without guards; nothing if nobody has looked lately.
Result<std::optional<shiftrecordings::StoredLook>> lookAtStep(Database &db, const PolicyRecord &record, Instant now) {
    // Where nothing changes, a look is stored as often as guards are judged.
    const Instant from = now - Seconds(record.policy.intervalSeconds) - StoredWithin;
    auto look = shiftrecordings::latestLook(db, record.policy.id, from);
    if (look && *look && (*look)->event.status.steppedAt != record.status.steppedAt) look->reset();
    return look;
}

GuardFact guardFactOf(const Guard &guard, const GuardMemory &memory) {
    GuardFact fact{&guard, std::nullopt, memory.tripped(guard)};
    if (const Judgement *last = memory.last()) fact.last = *last;
    return fact;
}

} // namespace

Result<std::optional<ShiftFacts>> publishedFacts(Database &db, const PolicyRecord &record, Instant now) {
    auto look = lookAtStep(db, record, now);
    if (!look) return fail(look.error());
    if (!*look) return std::optional<ShiftFacts>();
    const auto stored = shiftrecords::judgements(db, record.policy.id, record.status.steppedAt);
    if (!stored) return fail(stored.error());
    ShiftFacts facts = std::move((*look)->event.facts);
    facts.now = now;
    for (const Guard &guard : record.policy.guards) {
        GuardMemory memory;
        const std::string definition = shiftrecords::guardDefinition(guard);
        for (const shiftrecords::StoredJudgement &one : *stored) {
            if (one.guardId == guard.id && one.definition == definition) memory.add(guard, one.judgement);
        }
        facts.guards.push_back(guardFactOf(guard, memory));
    }
    return std::optional(std::move(facts));
}

ShiftView viewToFollow(const ShiftView &before, const std::vector<Guard> &guards) {
    ShiftView view;
    view.guards = before.guards;
    view.judgedAt = before.judgedAt;
    view.judgedTerm = before.judgedTerm;
    view.followedTo = before.followedTo;
    view.followedFrom = before.followedFrom;
    for (const Guard &guard : before.policy.guards) {
        if (std::ranges::find(guards, guard) == guards.end()) view.guards.erase(guard.id);
    }
    return view;
}

Instant shownFrom(const PolicyRecord &record, Instant now) {
    const Seconds sparkline(record.policy.intervalSeconds * static_cast<std::int64_t>(GuardMemory::MostRecent));
    return std::min(record.status.steppedAt, now - sparkline);
}

Result<void> followShift(Database &db, const PolicyRecord &record, ShiftView &view, Instant now) {
    auto followed = followGuards(db, record.policy.id, shownFrom(record, now), record.status.steppedAt, view);
    if (!followed) return followed;
    auto look = lookAtStep(db, record, now);
    if (!look) return fail(look.error());
    view.facts = *look ? std::move((*look)->event.facts) : ShiftFacts();
    view.seenAt = *look ? std::optional((*look)->event.at) : std::nullopt;
    view.seenTerm = *look ? (*look)->term : 0;
    view.facts.now = now;
    for (const Guard &guard : view.policy.guards)
        view.facts.guards.push_back(guardFactOf(guard, view.guards[guard.id]));
    return {};
}

Result<void> followGuards(Database &db, const std::string &id, Instant from, Instant counted, ShiftView &view) {
    std::map<std::string, std::pair<const Guard *, std::string>> known; // by id, with its definition
    for (const Guard &guard : view.policy.guards)
        known[guard.id] = {&guard, shiftrecords::guardDefinition(guard)};
    auto stored = shiftrecords::judgements(db, id, std::max(from, view.followedTo + Milliseconds(1)));
    if (!stored) return fail(stored.error());
    const auto shownOnly = [counted](const shiftrecords::StoredJudgement &one) { return one.judgement.at < counted; };
    const auto first = std::ranges::find_if_not(*stored, shownOnly); // oldest first
    for (auto one = stored->begin(); one != stored->end(); ++one) {
        if (one == first && first != stored->begin()) view.countAnew();
        view.followedTo = one->judgement.at;
        const auto guard = known.find(one->guardId);
        if (guard == known.end() || guard->second.second != one->definition) continue;
        view.judgedAt = one->judgement.at;
        view.judgedTerm = one->term;
        view.guards[one->guardId].add(*guard->second.first, std::move(one->judgement));
    }
    if (first == stored->end() && !stored->empty()) view.countAnew();
    return {};
}

} // namespace crossfade
