// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/shiftmachine.h"

// What the shift machine's own acts (shiftmachine.cpp) and the commands of people (shiftorders.cpp)
// are made of. Each starts from what was looked at and answers the whole next status.
namespace crossfade::transitions {

struct Look {
    const ShiftPolicy &policy;
    const ShiftStatus &status;
    const ShiftFacts &facts;
};
using Step = std::optional<ShiftTransition>;

// Another state, since now; what belonged to the state before is cleared, its approval closed.
ShiftTransition to(const Look &look, ShiftState state, ShiftCause cause, std::string detail);
// The bake time of the present percentage begins.
ShiftTransition stabilize(const Look &look, ShiftCause cause, std::string detail);
ShiftTransition hold(const Look &look, HeldCause heldCause, ShiftCause cause, std::string detail);
// A proposed rollback is answered with staying: held, and no guard proposes it again.
ShiftTransition refuseRollback(const Look &look, std::string detail);
// In one step down to `floor`; guards begin to count anew.
ShiftTransition rollBackNow(const Look &look, Percentage floor, std::string detail);
// From rest or a stop: bake again where users already are, else straight to the gates.
ShiftTransition goOn(const Look &look, ShiftCause cause, std::string detail);
// The start of a policy at the percentage of the one whose users it takes over: nobody moves.
Result<ShiftTransition> takeOver(const Look &look, const PolicyCover &from, Percentage target);
// One stop up; nothing where there is none below the goal.
Step takeStep(const Look &look);

} // namespace crossfade::transitions
