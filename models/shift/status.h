// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/sessionshares.h"
#include "models/shift/policy.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace crossfade {

enum class ShiftState {
    Draft,            // never started
    Scheduled,        // waits for its start
    Stabilizing,      // a step was taken, its bake time runs
    Evaluating,       // the gates before the next step are looked at
    AwaitingApproval, // every other gate is green
    AtTarget,         // the asked target below max is reached and its guards held
    Held,             // stopped, see HeldCause
    Suspended,        // stopped by an operator; acts on nothing
    RollbackProposed, // a guard tripped; waits for a person or the deadline
    RollingBack,      // stepwise, on its way down
    RolledBack,       // at any percentage
    Completed,        // max is reached and its guards held
    Finalized,        // turned into a rule; the only state without a way out
    Failed,           // the engine refused 3 times; traffic unchanged
};
constexpr std::size_t ShiftStateCount = 14;
std::string_view shiftStateWord(ShiftState state);
std::optional<ShiftState> shiftStateFromWord(std::string_view word);

enum class HeldCause {
    Guard,
    NoEvidence,
    Consistency,
    Window,
    Freeze,
    Engine,
    Health,
    RollbackPath
};
std::string_view heldCauseWord(HeldCause cause);
std::optional<HeldCause> heldCauseFromWord(std::string_view word);

enum class ShiftCommand { Shift, Suspend, Resume, Rollback, Override, Finalize, Approve, Reject };
constexpr std::size_t ShiftCommandCount = 8;
std::string_view shiftCommandWord(ShiftCommand command);

// The table state × command: whether the command fits at all. What else must hold is the machine's.
bool fits(ShiftState state, ShiftCommand command);

// The gates before a step, in the order they are asked. NewHealth and LegacyMetrics stand in the
// place of Stabilization to Guards and of Samples for the first step out of 0 %.
enum class Gate {
    Window,
    Stabilization,
    Evidence,
    Traffic,
    Guards,
    NewHealth,
    LegacyMetrics,
    Consistency,
    Samples,
    RollbackPath,
    Approval,
};
constexpr std::size_t GateCount = 11;
std::string_view gateWord(Gate gate);
std::optional<Gate> gateFromWord(std::string_view word);

// Where a shift stands: all that is stored of it.
struct ShiftStatus {
    ShiftState state = ShiftState::Draft;
    Percentage percentage;
    std::optional<Percentage> target; // absent: max
    Percentage cleared; // the highest percentage whose guards held since the last rollback
    std::optional<HeldCause> heldCause;
    std::string heldDetail;
    bool rollbackRefused = false; // Held: a person, or the deadline, answered a proposal with it
    Instant since{};     // of the state
    Instant steppedAt{}; // evidence must be newer: last change of the percentage, or resume
    std::optional<Instant> stabilizationEndsAt;
    std::optional<Instant> startsAt; // Scheduled: when the walk begins
    std::optional<Instant> deadline; // RollbackProposed: when the default acts
    Percentage rollbackFloor;        // RollingBack: where to; RollbackProposed: what is proposed
    std::string approvalId;          // the open approval, if any
    std::string askedBy;             // who set the target: started the shift, or retargeted it
    std::set<Gate> overridden;       // by an operator, for the next step only
    SessionShares sessions = {};     // of a policy that moves at the next sign-in, once it was started
    bool operator==(const ShiftStatus &) const = default;
};

Percentage goalOf(const ShiftPolicy &policy, const ShiftStatus &status);
// Whether the shift walks or waits by itself (not stopped by a person, not at rest).
bool isRunning(ShiftState state);
// Whether guards may act: not in Draft, Scheduled, Suspended, Finalized.
bool guardsAct(ShiftState state);
// Whether there is something that they stop. Where nothing walks up any more (RollingBack, RolledBack, Failed) they
// only take back who is left on the target: see guardActs().
bool guardsStop(ShiftState state);

Json statusToJson(const ShiftStatus &status); // for the store
std::optional<ShiftStatus> statusFromJson(const Json &json);

} // namespace crossfade
