// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"

#include <array>
#include <string_view>
#include <vector>

namespace crossfade {

// A refusal that an operator meets: its code stays whatever is done to its sentence, and whoever reads it in
// another language goes by the code and the values for %1 to %9.
struct Refusal {
    std::string_view code;
    ErrorKind kind = ErrorKind::Conflict;
    std::string_view sentence;
};

Error refused(const Refusal &refusal, std::vector<std::string> values = {}, std::vector<FieldError> fields = {});

namespace refusals {

using enum ErrorKind;
// Of every service.
inline constexpr Refusal TokenNeeded{"TOKEN_NEEDED", Unauthorized, "a valid token is needed"};
inline constexpr Refusal RoleNeeded{"ROLE_NEEDED", Forbidden, "this needs one of the roles %1"};
inline constexpr Refusal StaleVersion{"STALE_VERSION", Stale, "somebody changed it meanwhile: it is at version %1"};
inline constexpr Refusal VersionNeeded{"VERSION_NEEDED", PreconditionRequired,
                                       "the change needs If-Match with the version it was made from"};
inline constexpr Refusal StillInFlight{"STILL_IN_FLIGHT", Conflict,
                                       "the first request with this Idempotency-Key is still in flight"};
inline constexpr Refusal KeyOfAnother{"KEY_OF_ANOTHER", Invalid, "this Idempotency-Key was used with another body"};
inline constexpr Refusal Overloaded{"OVERLOADED", Unavailable, "the service is overloaded; try again"};
inline constexpr Refusal TooMuchWaits{"TOO_MUCH_WAITS", Unavailable, "too much is waiting; try again later"};
inline constexpr Refusal DatabaseSilent{"DATABASE_SILENT", Unavailable, "the database does not answer"};
inline constexpr Refusal ConnectionLost{"CONNECTION_LOST", Unavailable, "database: the connection was lost"};
inline constexpr Refusal NeedsStore{"NEEDS_STORE", Unavailable,
                                    "%1; this cannot be done without the database, a rollback at once can: %2"};
// Of approvals.
inline constexpr Refusal SecondPerson{"SECOND_PERSON", Forbidden, "you asked for it: a second person must approve"};
inline constexpr Refusal ApproverRejects{"APPROVER_REJECTS", Forbidden,
                                         "rejecting a proposed rollback needs the role approver"};
inline constexpr Refusal ApproverDecides{"APPROVER_DECIDES", Forbidden, "deciding needs the role approver"};
inline constexpr Refusal ApproverForStep{"APPROVER_FOR_STEP", Forbidden, "deciding on a step needs the role approver"};
inline constexpr Refusal ApproverForMaster{"APPROVER_FOR_MASTER", Forbidden,
                                           "deciding on the master switch needs the role approver"};
inline constexpr Refusal AlreadyDecided{"ALREADY_DECIDED", Conflict, "%1 was first: it is %2, %3"};
inline constexpr Refusal DeadlineOver{"DEADLINE_OVER", Conflict, "nobody answered within the deadline"};
inline constexpr Refusal NoLongerAsked{"NO_LONGER_ASKED", Conflict, "the shift no longer waits for this approval"};
inline constexpr Refusal OtherStepNow{"OTHER_STEP_NOW", Conflict,
                                      "the policy was changed since: this is no longer its next step"};
inline constexpr Refusal MasterAsked{"MASTER_ASKED", Conflict, "%1 asked already: approval %2 is open until %3"};
inline constexpr Refusal SwitchesChanged{"SWITCHES_CHANGED", Conflict,
                                         "the switches were changed since it was asked, by %1: ask for it again"};
inline constexpr Refusal AdminForForward{"ADMIN_FOR_FORWARD", Forbidden, "forward only needs the role admin"};
inline constexpr Refusal AdminForMaster{"ADMIN_FOR_MASTER", Forbidden,
                                        "setting the master switch to NEW needs the role admin"};
// Of shifts and groups.
inline constexpr Refusal CommandDoesNotFit{"COMMAND_DOES_NOT_FIT", Conflict, "%1 does not fit the state %2"};
inline constexpr Refusal GroupTakesNo{"GROUP_TAKES_NO", Conflict, "a group that is %1 takes no %2"};
inline constexpr Refusal RepairTakesNo{"REPAIR_TAKES_NO", Conflict, "a repair that is %1 cannot take %2"};
inline constexpr Refusal AlreadyGoesThere{"ALREADY_GOES_THERE", Conflict, "the shift already goes to %1 %"};
inline constexpr Refusal StartedAlready{"STARTED_ALREADY", Conflict,
                                        "the shift was started already: it has no start ahead"};
inline constexpr Refusal GatesUnknown{"GATES_UNKNOWN", Conflict, "the gates are not known yet"};
inline constexpr Refusal GatesOld{"GATES_OLD", Conflict, "the gates were last looked at %1: try again in a moment"};
inline constexpr Refusal GateNotGreen{"GATE_NOT_GREEN", Conflict, "%1 is not green: %2"};
inline constexpr Refusal NoStep{"NO_STEP", Conflict, "there is no step to take"};
inline constexpr Refusal GroupIsEmpty{"GROUP_IS_EMPTY", Conflict, "the group has no members"};
inline constexpr Refusal MembersFixed{"MEMBERS_FIXED", Conflict, "the members are fixed once the group was started"};
inline constexpr Refusal SystemCovered{"SYSTEM_COVERED", Conflict, "another policy already covers the system %1"};
inline constexpr Refusal TooManyShifts{"TOO_MANY_SHIFTS", Conflict,
                                       "%1 policies are under way and no more could be judged: finalize or delete one "
                                       "first"};
inline constexpr Refusal NoIdFixed{"NO_ID_FIXED", Conflict,
                                   "users_without_id %1 would move every request without a user id there at once, past "
                                   "all guards: let the shift reach 100 % or roll it back to 0 % first"};
inline constexpr Refusal PolicyFinalized{"POLICY_FINALIZED", Conflict, "a finalized policy does not change any more"};
inline constexpr Refusal StepIsAsked{"STEP_IS_ASKED", Conflict,
                                     "somebody is asked to approve the next step of this policy: suspend it first"};
inline constexpr Refusal ApprovalsFixed{"APPROVALS_FIXED", Conflict,
                                        "while it is under way it cannot ask for fewer approvals, nor drop the second "
                                        "person: roll it back, or call its start off, first"};
inline constexpr Refusal PolicyNotDeletable{"POLICY_NOT_DELETABLE", Conflict,
                                            "only a draft, a finalized policy, or one rolled back to 0 % can be deleted"};
inline constexpr Refusal GroupNotDeletable{"GROUP_NOT_DELETABLE", Conflict,
                                           "only a draft, or a group that is rolled back or completed, can be deleted"};

// All that a console should know.
inline constexpr std::array All{
    TokenNeeded,      RoleNeeded,      StaleVersion,      VersionNeeded,  StillInFlight,   KeyOfAnother,
    Overloaded,       TooMuchWaits,    DatabaseSilent,    ConnectionLost, SecondPerson,    ApproverRejects,
    ApproverDecides,  ApproverForStep, ApproverForMaster, AlreadyDecided, DeadlineOver,    NoLongerAsked,
    OtherStepNow,     MasterAsked,     SwitchesChanged,   AdminForForward, AdminForMaster, CommandDoesNotFit,
    GroupTakesNo,     RepairTakesNo,   AlreadyGoesThere,  StartedAlready, GatesUnknown,    GatesOld,
    GateNotGreen,     NoStep,          GroupIsEmpty,      MembersFixed,   SystemCovered,   PolicyFinalized,
    StepIsAsked,      ApprovalsFixed,  PolicyNotDeletable, GroupNotDeletable, NeedsStore, TooManyShifts, NoIdFixed};

} // namespace refusals

} // namespace crossfade
