// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/status.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, ShiftStateCount> StateWords{
    "DRAFT",     "SCHEDULED", "STABILIZING",       "EVALUATING",   "AWAITING_APPROVAL", "AT_TARGET",
    "HELD",      "SUSPENDED", "ROLLBACK_PROPOSED", "ROLLING_BACK", "ROLLED_BACK",       "COMPLETED",
    "FINALIZED", "FAILED"};
constexpr std::array<std::string_view, 8> CauseWords{
    "GUARD", "NO_EVIDENCE", "CONSISTENCY", "WINDOW", "FREEZE", "ENGINE", "HEALTH", "ROLLBACK_PATH"};
constexpr std::array<std::string_view, ShiftCommandCount> CommandWords{
    "shift", "suspend", "resume", "rollback", "override", "finalize", "approve", "reject"};
constexpr std::array<std::string_view, GateCount> GateWords{
    "WINDOW",         "STABILIZATION", "EVIDENCE", "TRAFFIC",       "GUARDS",  "NEW_HEALTH",
    "LEGACY_METRICS", "CONSISTENCY",   "SAMPLES",  "ROLLBACK_PATH", "APPROVAL"};

template <class Enum, std::size_t N>
std::optional<Enum> fromWord(const std::array<std::string_view, N> &words, std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

// shift suspend resume rollback override finalize approve reject
constexpr bool Table[ShiftStateCount][ShiftCommandCount] = {
    /* Draft            */ {true, false, false, false, false, false, false, false},
    /* Scheduled        */ {true, true, false, false, false, false, false, false},
    /* Stabilizing      */ {true, true, false, true, true, false, false, false},
    /* Evaluating       */ {true, true, false, true, true, false, false, false},
    /* AwaitingApproval */ {true, true, false, true, true, false, true, true},
    /* AtTarget         */ {true, true, false, true, false, false, false, false},
    /* Held             */ {true, true, true, true, true, false, false, false},
    /* Suspended        */ {false, false, true, true, false, false, false, false},
    /* RollbackProposed */ {false, false, false, true, false, false, true, true},
    /* RollingBack      */ {false, false, false, true, false, false, false, false},
    /* RolledBack       */ {true, false, false, true, false, true, false, false},
    /* Completed        */ {true, true, false, true, false, true, false, false},
    /* Finalized        */ {false, false, false, false, false, false, false, false},
    /* Failed           */ {true, false, false, true, false, true, false, false},
};

template <class T>
Json instantOrNull(const std::optional<T> &instant) {
    return instant ? Json(toMs(*instant)) : Json();
}

// Reads what statusToJson wrote; anything else makes `good` false.
struct StoredReader {
    const Json &json;
    bool good = true;

    const Json *field(const char *name) {
        const auto it = json.find(name);
        if (it != json.end()) return &*it;
        good = false;
        return nullptr;
    }
    std::int64_t integer(const char *name) {
        const Json *value = field(name);
        if (value && value->is_number_integer()) return value->get<std::int64_t>();
        good = false;
        return 0;
    }
    std::optional<std::int64_t> optionalInteger(const char *name) {
        const Json *value = field(name);
        if (!value || value->is_null()) return std::nullopt;
        return integer(name);
    }
    std::string text(const char *name) {
        const Json *value = field(name);
        if (value && value->is_string()) return value->get<std::string>();
        good = false;
        return {};
    }
    Percentage percentage(const char *name) { return Percentage::fromHundredths(integer(name)); }
    std::optional<Instant> instant(const char *name) {
        const auto ms = optionalInteger(name);
        return ms ? std::optional(instantFromMs(*ms)) : std::nullopt;
    }
};

std::set<Gate> readGates(StoredReader &in) {
    std::set<Gate> gates;
    const Json *list = in.field("overridden");
    for (std::size_t i = 0; list && list->is_array() && i < list->size(); ++i) {
        const Json &word = (*list)[i];
        const auto gate =
            word.is_string() ? gateFromWord(word.get_ref<const std::string &>()) : std::nullopt;
        if (gate)
            gates.insert(*gate);
        else
            in.good = false;
    }
    return gates;
}

} // namespace

std::string_view shiftStateWord(ShiftState state) {
    return StateWords[static_cast<std::size_t>(state)];
}
std::optional<ShiftState> shiftStateFromWord(std::string_view word) {
    return fromWord<ShiftState>(StateWords, word);
}
std::string_view heldCauseWord(HeldCause cause) {
    return CauseWords[static_cast<std::size_t>(cause)];
}
std::optional<HeldCause> heldCauseFromWord(std::string_view word) {
    return fromWord<HeldCause>(CauseWords, word);
}
std::string_view shiftCommandWord(ShiftCommand command) {
    return CommandWords[static_cast<std::size_t>(command)];
}
std::string_view gateWord(Gate gate) {
    return GateWords[static_cast<std::size_t>(gate)];
}
std::optional<Gate> gateFromWord(std::string_view word) {
    return fromWord<Gate>(GateWords, word);
}

bool fits(ShiftState state, ShiftCommand command) {
    return Table[static_cast<std::size_t>(state)][static_cast<std::size_t>(command)];
}

Percentage goalOf(const ShiftPolicy &policy, const ShiftStatus &status) {
    return std::min(status.target.value_or(policy.max), policy.max);
}

bool isRunning(ShiftState state) {
    switch (state) {
    case ShiftState::Stabilizing:
    case ShiftState::Evaluating:
    case ShiftState::AwaitingApproval:
    case ShiftState::Held:
    case ShiftState::RollingBack:
    case ShiftState::RollbackProposed:
        return true;
    case ShiftState::Draft:
    case ShiftState::Scheduled:
    case ShiftState::AtTarget:
    case ShiftState::Suspended:
    case ShiftState::RolledBack:
    case ShiftState::Completed:
    case ShiftState::Finalized:
    case ShiftState::Failed:
        return false;
    }
    return false;
}

bool guardsAct(ShiftState state) {
    switch (state) {
    case ShiftState::Stabilizing:
    case ShiftState::Evaluating:
    case ShiftState::AwaitingApproval:
    case ShiftState::AtTarget:
    case ShiftState::Held:
    case ShiftState::RollbackProposed:
    case ShiftState::RollingBack:
    case ShiftState::RolledBack:
    case ShiftState::Completed:
    case ShiftState::Failed:
        return true;
    case ShiftState::Draft:
    case ShiftState::Scheduled:
    case ShiftState::Suspended:
    case ShiftState::Finalized:
        return false;
    }
    return false;
}

bool guardsStop(ShiftState state) {
    switch (state) {
    case ShiftState::Stabilizing:
    case ShiftState::Evaluating:
    case ShiftState::AwaitingApproval:
    case ShiftState::AtTarget:
    case ShiftState::Held:
    case ShiftState::RollbackProposed:
    case ShiftState::Completed:
        return true;
    case ShiftState::Draft:
    case ShiftState::Scheduled:
    case ShiftState::Suspended:
    case ShiftState::RollingBack:
    case ShiftState::RolledBack:
    case ShiftState::Finalized:
    case ShiftState::Failed:
        return false;
    }
    return false;
}

Json statusToJson(const ShiftStatus &status) {
    Json gates = Json::array();
    for (const Gate gate : status.overridden)
        gates.push_back(gateWord(gate));
    return Json{{"state", shiftStateWord(status.state)},
                {"percentage", status.percentage.hundredths()},
                {"target", status.target ? Json(status.target->hundredths()) : Json()},
                {"cleared", status.cleared.hundredths()},
                {"held_cause", status.heldCause ? Json(heldCauseWord(*status.heldCause)) : Json()},
                {"held_detail", status.heldDetail},
                {"rollback_refused", status.rollbackRefused},
                {"since", toMs(status.since)},
                {"stepped_at", toMs(status.steppedAt)},
                {"stabilization_ends_at", instantOrNull(status.stabilizationEndsAt)},
                {"starts_at", instantOrNull(status.startsAt)},
                {"deadline", instantOrNull(status.deadline)},
                {"rollback_floor", status.rollbackFloor.hundredths()},
                {"approval_id", status.approvalId},
                {"asked_by", status.askedBy},
                {"overridden", gates},
                {"sessions", sessionSharesToJson(status.sessions)}};
}

std::optional<ShiftStatus> statusFromJson(const Json &json) {
    if (!json.is_object()) return std::nullopt;
    StoredReader in{json};
    ShiftStatus status;
    const auto state = shiftStateFromWord(in.text("state"));
    status.percentage = in.percentage("percentage");
    if (const auto target = in.optionalInteger("target"))
        status.target = Percentage::fromHundredths(*target);
    status.cleared = in.percentage("cleared");
    const Json *cause = in.field("held_cause");
    if (cause && cause->is_string()) {
        status.heldCause = heldCauseFromWord(cause->get_ref<const std::string &>());
        in.good = in.good && status.heldCause;
    }
    status.heldDetail = in.text("held_detail");
    // Absent in what was stored before it was told apart: nobody is asked a second time then.
    const auto refused = json.find("rollback_refused");
    status.rollbackRefused =
        refused == json.end() || !refused->is_boolean() || refused->get<bool>();
    status.since = instantFromMs(in.integer("since"));
    status.steppedAt = instantFromMs(in.integer("stepped_at"));
    status.stabilizationEndsAt = in.instant("stabilization_ends_at");
    if (json.contains("starts_at")) status.startsAt = in.instant("starts_at"); // older ones have none
    status.deadline = in.instant("deadline");
    status.rollbackFloor = in.percentage("rollback_floor");
    status.approvalId = in.text("approval_id");
    // Absent in what was stored before approvals knew who asked.
    if (json.contains("asked_by")) status.askedBy = in.text("asked_by");
    status.overridden = readGates(in);
    // Absent in what was stored before sessions mattered.
    if (const auto sessions = json.find("sessions"); sessions != json.end()) {
        auto shares = sessionSharesFromJson(*sessions);
        in.good = in.good && shares;
        status.sessions = std::move(shares).value_or(SessionShares());
    }
    if (!state || !in.good) return std::nullopt;
    status.state = *state;
    return status;
}

} // namespace crossfade
