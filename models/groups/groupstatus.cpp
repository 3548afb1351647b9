// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/groupmachine.h"

#include "models/shift/changewindows.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, GroupStateCount> StateWords{"DRAFT",     "RUNNING",   "HELD",
                                                                   "SUSPENDED", "COMPLETED", "ROLLED_BACK",
                                                                   "AWAITING_APPROVAL", "ROLLBACK_PROPOSED"};
constexpr std::array<std::string_view, 3> HoldWords{"GUARD", "NO_EVIDENCE", "BATCHES_ROLLED_BACK"};
constexpr std::array<std::string_view, GroupCommandCount> CommandWords{"shift", "suspend", "resume",
                                                                       "rollback", "rollback of a batch",
                                                                       "approval", "rejection"};
constexpr std::array<std::string_view, 19> CauseWords{
    "STARTED",           "BATCH_MOVED",        "BATCH_SETTLES",     "BATCH_PROVEN", "COMPLETED", "HELD_BY_GUARD",
    "HELD_FOR_EVIDENCE", "HELD_ENDED",         "HELD_BY_ROLLED_BACK", "BATCH_ROLLED_BACK",  "ROLLED_BACK",
    "SUSPENDED",         "RESUMED",            "RESTARTED",           "APPROVAL_OPENED",    "APPROVAL_WITHDRAWN",
    "REJECTED",          "PROPOSED_ROLLBACK",  "ROLLBACK_REFUSED"};

// shift suspend resume rollback rollbackBatch approve reject
constexpr bool Table[GroupStateCount][GroupCommandCount] = {
    /* Draft            */ {true, false, false, false, false, false, false},
    /* Running          */ {false, true, false, true, true, false, false},
    /* Held             */ {false, true, true, true, true, false, false},
    /* Suspended        */ {false, false, true, true, true, false, false},
    /* Completed        */ {false, false, false, true, true, false, false},
    /* RolledBack       */ {true, false, false, true, false, false, false},
    /* AwaitingApproval */ {false, true, false, true, true, true, true},
    /* RollbackProposed */ {false, false, false, true, true, true, true},
};

template <class Enum, std::size_t N>
std::optional<Enum> enumOf(const std::array<std::string_view, N> &words, std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

} // namespace

std::string_view groupStateWord(GroupState state) {
    return StateWords[static_cast<std::size_t>(state)];
}

std::optional<GroupState> groupStateFromWord(std::string_view word) {
    return enumOf<GroupState>(StateWords, word);
}

std::string_view groupHoldWord(GroupHold hold) {
    return HoldWords[static_cast<std::size_t>(hold)];
}

std::string_view groupCommandWord(GroupCommand command) {
    return CommandWords[static_cast<std::size_t>(command)];
}

std::string_view groupCauseWord(GroupCause cause) {
    return CauseWords[static_cast<std::size_t>(cause)];
}

bool fits(GroupState state, GroupCommand command) {
    return Table[static_cast<std::size_t>(state)][static_cast<std::size_t>(command)];
}

Platform currentPlatform(const UserGroup &group, const GroupStatus &status) {
    return status.state == GroupState::Completed ? group.targetPlatform : group.initialPlatform;
}

std::size_t usersOnTarget(const UserGroup &group, const GroupStatus &status, std::size_t users) {
    std::size_t moved = 0;
    for (std::size_t batch = 0; batch < status.batches.size(); ++batch) {
        if (isOnTarget(status.batches.at(batch))) moved += batchUsers(group, users, batch);
    }
    return moved;
}

std::string whatWaits(const UserGroup &group, Instant now) {
    if (group.startAt && now < *group.startAt) return "no batch moves before " + formatInstant(*group.startAt);
    ShiftPolicy times;
    times.changeWindows = group.changeWindows;
    times.freezes = group.freezes;
    const CalendarStanding calendar = calendarAt(times, now);
    return calendar.open ? std::string() : calendar.detail;
}

Json groupStatusToJson(const GroupStatus &status) {
    Json json{{"state", groupStateWord(status.state)},
              {"hold", status.hold ? Json(groupHoldWord(*status.hold)) : Json()},
              {"hold_detail", status.holdDetail},
              {"since", toMs(status.since)},
              {"batch", status.batch ? Json(*status.batch) : Json()},
              {"moved_at", toMs(status.movedAt)},
              {"settles_at", toMs(status.settlesAt)},
              {"batches", status.batches.text()}};
    if (status.deadline) json["deadline"] = toMs(*status.deadline);
    if (!status.approvalId.empty()) json["approval_id"] = status.approvalId;
    if (!status.askedBy.empty()) json["asked_by"] = status.askedBy;
    if (status.rollbackRefused) json["rollback_refused"] = true;
    return json;
}

std::optional<GroupStatus> groupStatusFromJson(const Json &json) {
    JsonReader in(json);
    GroupStatus status;
    const auto state = groupStateFromWord(in.text("state", 40));
    const auto hold = in.optionalText("hold", 40);
    if (hold) status.hold = enumOf<GroupHold>(HoldWords, *hold);
    status.holdDetail = in.text("hold_detail", 1 << 20);
    constexpr std::int64_t Most = 1LL << 50;
    status.since = instantFromMs(in.integer("since", -Most, Most));
    if (const auto batch = in.optionalInteger("batch", 0, MostBatches)) status.batch = static_cast<std::size_t>(*batch);
    status.movedAt = instantFromMs(in.integer("moved_at", -Most, Most));
    status.settlesAt = instantFromMs(in.integer("settles_at", -Most, Most));
    if (const auto deadline = in.optionalInteger("deadline", -Most, Most)) status.deadline = instantFromMs(*deadline);
    status.approvalId = in.optionalText("approval_id", 200).value_or("");
    status.askedBy = in.optionalText("asked_by", 1'000).value_or("");
    status.rollbackRefused = in.optionalBoolean("rollback_refused").value_or(false);
    const auto batches = BatchTable::fromText(in.text("batches", 16 << 20));
    in.ignore("epoch"); // the store's own
    if (in.finish() || !state || !batches || (hold && !status.hold)) return std::nullopt;
    if (status.batch && *status.batch >= batches->size()) return std::nullopt;
    status.state = *state;
    status.batches = *batches;
    return status;
}

} // namespace crossfade
