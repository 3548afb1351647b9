// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/refusals.h"

namespace crossfade::refusals {

// Without something that is deleted or turned into a rule users would be served otherwise at once.
inline constexpr Refusal PolicyDeleteToStar{"POLICY_DELETE_TO_STAR", Conflict,
                                            "\"%1\" for * would cover its users, at %2 %: finalize this policy instead, "
                                            "and nobody moves"};
inline constexpr Refusal PolicyDeleteToDefault{"POLICY_DELETE_TO_DEFAULT", Conflict,
                                               "default_platform %1 would serve its users at once, who are on %2 now: set "
                                               "default_platform to %2 first, or finalize this policy instead"};
inline constexpr Refusal PolicyDeleteNoId{"POLICY_DELETE_NO_ID", Conflict,
                                          "default_platform %1 would serve the requests without a user id at once, which are "
                                          "on %2 now: set users_without_id to %1 first"};
inline constexpr Refusal GroupDeleteMoves{"GROUP_DELETE_MOVES", Conflict,
                                          "%1 of its users would be served otherwise at once, by the policies or "
                                          "default_platform: give expected_count=%1 to delete it all the same"};
inline constexpr Refusal GroupEndMoves{"GROUP_END_MOVES", Conflict,
                                       "%1 of its users would be served otherwise without it: a completed group goes once "
                                       "the policies or default_platform serve them all by its target, or roll it back"};
inline constexpr Refusal GroupCountChanged{"GROUP_COUNT_CHANGED", Conflict,
                                           "%1 of its users would move, not the expected %2: look again"};
inline constexpr Refusal FinalizeMoves{"FINALIZE_MOVES", Conflict,
                                       "the rule or default would move at once those who are decided for by %1: end that "
                                       "first, or write the rule yourself, whose preview tells whom it moves"};

// All of them, beside those of refusals.h.
inline constexpr std::array OfEndings{PolicyDeleteToStar, PolicyDeleteToDefault, PolicyDeleteNoId, GroupDeleteMoves,
                                      GroupEndMoves,      GroupCountChanged,     FinalizeMoves};

} // namespace crossfade::refusals
