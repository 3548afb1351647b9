// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/takeover.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::string_view EverySystem = "*";

Failure refused(const std::string &from, const std::string &why) {
    return fail(ErrorKind::Conflict, "it would take over from \"" + from + "\", and " + why);
}

} // namespace

const PolicyCover *takenOverBy(std::string_view system, std::span<const PolicyCover> covers) {
    if (system == EverySystem) return nullptr;
    const auto found = std::ranges::find(covers, EverySystem, &PolicyCover::targetSystem);
    return found == covers.end() ? nullptr : &*found;
}

Result<void> asksEnough(const ShiftPolicy &policy, const ShiftPolicy &from) {
    if (!asksLess(policy, from)) return {};
    return refused(from.name, "that one asks for more approvals, or for a second person: approval, steps and "
                              "second_person must ask for no less");
}

Result<void> canTakeOver(const ShiftPolicy &policy, const PolicyCover &from) {
    if (policy.targetPlatform != from.targetPlatform)
        return refused(from.name, "that one moves users to " +
                                 std::string(platformWord(from.targetPlatform)) +
                                 ": target_platform must be the same");
    if (policy.usersWithoutId != from.usersWithoutId)
        return refused(from.name, "that one serves users without an id on " +
                                 std::string(platformWord(from.usersWithoutId)) +
                                 ": users_without_id must be the same");
    if ((policy.moveAt == MoveAt::NextSignIn) == from.sessions.empty())
        return refused(from.name, std::string("that one moves users ") +
                                 (from.sessions.empty() ? "at once" : "at their next sign-in") +
                                 ": move_at must be the same");
    if (policy.max < from.percentage)
        return refused(from.name, "that one is at " + from.percentage.text() +
                                 " %: max_shift_percentage must not be below");
    return {};
}

} // namespace crossfade
