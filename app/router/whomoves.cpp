// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/whomoves.h"

#include "app/router/groupacts.h"
#include "app/router/routingtables.h"
#include "models/core/endrefusals.h"

#include <algorithm>

namespace crossfade {

namespace {

bool isKnown(const GroupCover *known, const GroupCover &stored) {
    if (!known || known->membersId != stored.membersId || !known->members) return false;
    GroupCover same = *known;
    same.members = stored.members;
    return same == stored;
}

// Members that are asked one by one while nothing else is written.
constexpr std::size_t MostMembersInWrite = 10'000;

// Whether nothing that they would be served by is another one now. Whatever is published makes another snapshot.
bool isAsCounted(const MembersCounted &counted, const RouterState &state, const Snapshot &now) {
    if (!counted.snapshot || counted.snapshot != state.snapshot()) return false;
    return sameChoice(counted.snapshot->switches(), now.switches()) && counted.snapshot->policies() == now.policies() &&
           counted.snapshot->sharesGroupsWith(now);
}

} // namespace

Result<Snapshot> snapshotIn(const RouterState &state, Database &db) {
    auto switches = RouterState::switches(db);
    if (!switches) return fail(switches.error());
    const auto policies = RouterState::policyCovers(db);
    if (!policies) return fail(policies.error());
    auto groups = routingtables::groupCovers(db);
    if (!groups) return fail(groups.error());
    const SnapshotPtr known = state.snapshot();
    std::vector<SnapshotChange> changes{std::move(*switches)};
    for (const PolicyCover &cover : known->policies())
        changes.emplace_back(PolicyChange{cover.id, std::nullopt});
    for (const PolicyCover &cover : *policies)
        changes.emplace_back(PolicyChange{cover.id, cover});
    for (const GroupCover &cover : known->groups()) {
        if (std::ranges::find(*groups, cover.id, &GroupCover::id) == groups->end())
            changes.emplace_back(GroupChange{cover.id, std::nullopt});
    }
    for (GroupCover &cover : *groups) {
        if (isKnown(known->group(cover.id), cover)) continue;
        if (auto filled = fillMembers(state, db, cover); !filled) return fail(filled.error());
        const std::string id = cover.id;
        changes.emplace_back(GroupChange{id, std::move(cover)});
    }
    return known->changed(changes, known->epoch());
}

Result<void> mayUncover(const RouterState &state, WriteTransaction &tx, const PolicyCover &cover) {
    const auto before = snapshotIn(state, tx.db());
    if (!before) return fail(before.error());
    const Snapshot after = before->changed(PolicyChange{cover.id, std::nullopt}, before->epoch());
    const std::string system = cover.targetSystem == "*" ? std::string() : cover.targetSystem;
    const std::vector<MovedBy> moved = movedBy(*before, after, system, tx.now());
    if (moved.empty()) return {};
    if (const PolicyCover *next = after.policyFor(system))
        return fail(refused(refusals::PolicyDeleteToStar, {next->name, next->percentage.text()}));
    const Platform theirs = after.switches().defaultPlatform;
    const std::vector<std::string> fromTo{std::string(platformWord(theirs)), std::string(platformWord(otherPlatform(theirs)))};
    const bool withId = std::ranges::find(moved, Reason::Percentage, &MovedBy::reason) != moved.end();
    return fail(refused(withId ? refusals::PolicyDeleteToDefault : refusals::PolicyDeleteNoId, fromTo));
}

MembersCounted countMembers(const RouterState &state, const std::string &groupId, Instant now) {
    const SnapshotPtr snapshot = state.snapshot();
    const GroupCover *group = snapshot->group(groupId);
    if (!group) return {};
    return {snapshot, movedWithoutGroup(*snapshot, *group, now)};
}

Result<void> mayUngroup(const RouterState &state, WriteTransaction &tx, const std::string &groupId, bool completed,
                        const MembersCounted &counted, std::optional<std::uint64_t> expected) {
    const auto now = snapshotIn(state, tx.db());
    if (!now) return fail(now.error());
    const GroupCover *group = now->group(groupId);
    std::uint64_t moved = counted.moved;
    if (group && !isAsCounted(counted, state, *now)) {
        if (group->members && group->members->size() > MostMembersInWrite)
            return fail(ErrorKind::Conflict, "what serves its users was changed meanwhile: try again");
        moved = movedWithoutGroup(*now, *group, tx.now());
    }
    const std::string many = std::to_string(moved);
    if (completed && moved > 0) return fail(refused(refusals::GroupEndMoves, {many}));
    if (expected && *expected != moved)
        return fail(refused(refusals::GroupCountChanged, {many, std::to_string(*expected)}));
    if (!expected && moved > 0) return fail(refused(refusals::GroupDeleteMoves, {many}));
    return {};
}

} // namespace crossfade
