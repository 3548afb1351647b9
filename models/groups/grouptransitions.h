// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/groupmachine.h"

#include <string>

// What the runner's look (groupmachine.cpp) and people's orders (grouporders.cpp) do alike.
namespace crossfade::grouptransitions {

// To be told to people: they count from one.
std::string named(std::size_t batch);

// Of the batch under way, if any; everything else stays as it is.
GroupTransition transitionOf(const GroupStatus &status, GroupCause cause, std::string detail);
void enter(GroupTransition &transition, GroupState state, Instant now);
void settle(const UserGroup &group, GroupTransition &transition, Instant now);
GroupTransition hold(const GroupStatus &status, GroupHold why, GroupCause cause, std::string detail, Instant now);

GroupTransition moveBatch(const UserGroup &group, const GroupStatus &status, std::size_t batch, std::string detail,
                          Instant now);
// The answers to a proposed rollback: that batch goes back, or stays held.
GroupTransition takeProposedBack(const GroupStatus &status, const std::string &why, Instant now);
GroupTransition refuseRollback(const GroupStatus &status, const std::string &why, Instant now);
// The batch that was asked about does not move; nor does any other.
GroupTransition rejectBatch(const GroupStatus &status, const std::string &why, Instant now);

} // namespace crossfade::grouptransitions
