// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/batches.h"
#include "models/groups/group.h"
#include "models/shift/gates.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// AwaitingApproval: the next batch moves once a person says so; RollbackProposed: whether the batch under way
// is taken back is asked.
enum class GroupState { Draft, Running, Held, Suspended, Completed, RolledBack, AwaitingApproval, RollbackProposed };
inline constexpr std::size_t GroupStateCount = 8;
std::string_view groupStateWord(GroupState state);
std::optional<GroupState> groupStateFromWord(std::string_view word);

// Why a group stands still by itself. NoEvidence ends by itself, the others by an operator.
enum class GroupHold { Guard, NoEvidence, BatchesRolledBack };
std::string_view groupHoldWord(GroupHold hold);

// Approve and Reject answer the open approval.
enum class GroupCommand { Shift, Suspend, Resume, Rollback, RollbackBatch, Approve, Reject };
inline constexpr std::size_t GroupCommandCount = 7;
std::string_view groupCommandWord(GroupCommand command);
bool fits(GroupState state, GroupCommand command);

enum class GroupCause {
    Started,
    BatchMoved,    // its users are on the target from now on
    BatchSettles,
    BatchProven,   // its guards held: MOVED
    Completed,
    HeldByGuard,
    HeldForEvidence,
    HeldEnded, // its guards find evidence again: it settles anew
    HeldByRolledBack,
    BatchRolledBack,
    RolledBack,
    Suspended,
    Resumed,
    Restarted,
    ApprovalOpened,
    ApprovalWithdrawn, // its time is over, or nobody is asked any more
    Rejected,          // by a person, or because nobody answered
    ProposedRollback,
    RollbackRefused,
};
std::string_view groupCauseWord(GroupCause cause);

// Where a group stands. At most one batch is under way: MOVING, SETTLING or HELD.
struct GroupStatus {
    GroupState state = GroupState::Draft;
    std::optional<GroupHold> hold; // of Held
    std::string holdDetail;
    Instant since{};
    std::optional<std::size_t> batch; // under way
    Instant movedAt{};                // of that batch, or its last resume: nothing from before counts
    Instant settlesAt{};              // its guards decide from then on
    std::optional<Instant> deadline;  // of AwaitingApproval and RollbackProposed
    std::string approvalId;           // of the same; kept by whoever opens it
    std::string askedBy;              // who started the group
    bool rollbackRefused = false;     // of the batch under way: not asked again
    BatchTable batches;
    bool operator==(const GroupStatus &) const = default;
};

struct GroupFacts {
    Instant now{};
    std::vector<GuardFact> guards; // judged over the users of the batch under way
};

enum class GroupQuestion { None, Batch, Rollback };

struct GroupTransition {
    GroupStatus next;
    GroupCause cause = GroupCause::Started;
    std::optional<std::size_t> batch; // it is about
    std::string detail;               // one sentence for the history
    bool failed = false;              // it stands still, or goes back, by itself
    const Guard *tripped = nullptr;   // whose breach caused it; points into the group
    GroupQuestion opens = GroupQuestion::None; // an approval about `batch`
};

// One look of the runner: at most one transition. Pure: the same always gives the same.
std::optional<GroupTransition> advance(const UserGroup &group, const GroupStatus &status,
                                       const GroupFacts &facts);
// A service that starts goes on from what is stored: time spent down does not settle a batch.
std::optional<GroupTransition> restarted(const UserGroup &group, const GroupStatus &status, Instant now);

// A batch's approval that nobody can answer any more: asked anew. Nothing where none is waited for.
std::optional<GroupTransition> askedAnew(const GroupStatus &status, Instant now);

struct GroupOrder {
    GroupCommand command = GroupCommand::Shift;
    std::size_t batch = 0; // RollbackBatch; Approve: the one that was asked about
};
// Conflict where the command does not fit the state, or there is nobody to move; Invalid at /batch where
// that batch has nobody to take back. `users` is how many members the group has.
Result<GroupTransition> obey(const UserGroup &group, const GroupStatus &status, const GroupOrder &order,
                             std::size_t users, Instant now);

// Where the group as a whole is: on its target only when every batch has moved.
Platform currentPlatform(const UserGroup &group, const GroupStatus &status);
// How many members are served by the target.
std::size_t usersOnTarget(const UserGroup &group, const GroupStatus &status, std::size_t users);
// Whether it waits for the answer to an approval.
constexpr bool awaitsAnswer(GroupState state) {
    return state == GroupState::AwaitingApproval || state == GroupState::RollbackProposed;
}
// What keeps the next batch from moving at that moment; "" for nothing.
std::string whatWaits(const UserGroup &group, Instant now);

Json groupStatusToJson(const GroupStatus &status); // for the store
std::optional<GroupStatus> groupStatusFromJson(const Json &json);

} // namespace crossfade
