// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftevidence.h"

#include "app/router/shiftrecordings.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr Seconds StoredWithin{5}; // after it was seen, also under load

} // namespace

Result<std::optional<ShiftFacts>> publishedFacts(Database &db, const PolicyRecord &record, Instant now) {
    // Where nothing changes, a look is stored as often as guards are judged.
    const Instant from = now - Seconds(record.policy.intervalSeconds) - StoredWithin;
    auto look = shiftrecordings::latestLook(db, record.policy.id, from);
    if (!look) return fail(look.error());
    const bool ofThisStep = *look && (*look)->status.steppedAt == record.status.steppedAt;
    if (!ofThisStep) return std::optional<ShiftFacts>();
    const auto stored = shiftrecords::judgements(db, record.policy.id, record.status.steppedAt);
    if (!stored) return fail(stored.error());
    ShiftFacts facts = std::move((*look)->facts);
    facts.now = now;
    for (const Guard &guard : record.policy.guards) {
        GuardMemory memory;
        const std::string definition = shiftrecords::guardDefinition(guard);
        for (const shiftrecords::StoredJudgement &one : *stored) {
            if (one.guardId == guard.id && one.definition == definition) memory.add(guard, one.judgement);
        }
        GuardFact fact{&guard, std::nullopt, memory.tripped(guard)};
        if (const Judgement *last = memory.last()) fact.last = *last;
        facts.guards.push_back(std::move(fact));
    }
    return std::optional(std::move(facts));
}

} // namespace crossfade
