// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"
#include "models/routing/snapshot.h"
#include "models/shift/gates.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Why a shift changed: one word for the history and for programs.
enum class ShiftCause {
    Started,
    Stepped,
    Stabilized,
    ReachedTarget,
    Completed,
    HeldByGuard,
    HeldByGate,
    HeldEnded,
    ApprovalOpened,
    ApprovalWithdrawn,
    ProposedRollback,
    RolledBack,
    RollbackStep,
    Rejected,
    Suspended,
    Resumed,
    Overridden,
    Retargeted,
    Finalized,
    Restarted,
    TookOver, // started at the percentage of the policy for *
    Scheduled,
    StartRefused, // its time came, and it could not start: a draft again
};
std::string_view shiftCauseWord(ShiftCause cause);
// Looking at the gates again is no news; everything else stands in the history.
bool isHistory(ShiftCause cause);

// What the runner must do beside storing the new status.
struct ShiftTransition {
    ShiftStatus next;
    ShiftCause cause = ShiftCause::Started;
    std::string detail;  // one sentence for the history
    bool failed = false; // history says HELD or FAILED rather than SUCCESS
    bool opensRollbackApproval = false;
    bool opensStepApproval = false;
    bool closesApproval = false;    // of the status before, if it had one
    bool restartsGuards = false;    // their k-of-n counts start anew
    const Guard *tripped = nullptr; // whose breach caused it; points into the policy
    std::optional<PolicyCover> takesOver = {}; // TookOver: whose salt the policy has from now on
};

constexpr Seconds StepApprovalDeadline{86'400}; // then the step counts as rejected
constexpr Seconds MaxSilence{60}; // without evidence this long after stabilization: HELD

// One look of the runner: at most one transition, nothing to do if there is none. Pure: the same
// policy, status and facts always give the same answer.
std::optional<ShiftTransition> advance(const ShiftPolicy &policy, const ShiftStatus &status,
                                       const ShiftFacts &facts);

// Whether the guard, once tripped, changes anything where the shift stands now; where not, only people are told.
bool guardActs(const ShiftPolicy &policy, const ShiftStatus &status, const Guard &guard);

// A service that starts goes on from what is stored: time spent down is no stabilization.
std::optional<ShiftTransition> restarted(const ShiftPolicy &policy, const ShiftStatus &status,
                                         Instant now);

// A step's approval that nobody can answer any more, or that was asked for another step: asked anew. Nothing
// where none is waited for.
std::optional<ShiftTransition> askedAnew(const ShiftPolicy &policy, const ShiftStatus &status, Instant now);

enum class RollbackMode { Immediate, Stepwise };

// Commands of people. Conflict when the command does not fit the state (see fits()), Invalid when a
// value is out of range. `now` becomes `since` of the new state.
struct ShiftOrder {
    ShiftCommand command = ShiftCommand::Shift;
    std::optional<Percentage> target; // Shift: absent = max; Rollback: absent = 0
    RollbackMode mode = RollbackMode::Immediate;
    Gate gate = Gate::Window; // Override
    // Approve of a step: the gates as they are now; every one but Approval must be green.
    const ShiftFacts *facts = nullptr;
    std::optional<Instant> startAt; // Shift of a policy that was not started: not before
    // Shift of a policy that covers nobody yet: what takenOverBy() its system answers.
    const PolicyCover *takesOver = nullptr;
};
Result<ShiftTransition> obey(const ShiftPolicy &policy, const ShiftStatus &status,
                             const ShiftOrder &order, Instant now);

// What happens next, when at the earliest, and what is in the way.
struct NextAction {
    enum class Kind { Step, Wait, Approval, Operator, None };
    Kind kind = Kind::None;
    std::optional<Percentage> percentage; // Step: to where
    std::optional<Instant> earliestAt;
    std::vector<Gate> blockedBy;
    std::string detail;
};
std::string_view nextActionWord(NextAction::Kind kind);
NextAction nextAction(const ShiftPolicy &policy, const ShiftStatus &status,
                      const ShiftFacts &facts);

} // namespace crossfade
