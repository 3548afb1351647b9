// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/weeklyjson.h"
#include "models/shift/policy.h"

namespace crossfade {

namespace {

template <class T>
Json orNull(const std::optional<T> &value) {
    return value ? Json(*value) : Json();
}

Json textOrNull(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

const char *approvalWord(StepApproval approval) {
    switch (approval) {
    case StepApproval::None:
        return "NONE";
    case StepApproval::EachStep:
        return "EACH_STEP";
    case StepApproval::Above:
        return "ABOVE";
    }
    return "NONE";
}

Json stepToJson(const ShiftStep &step) {
    return Json{{"percentage", step.percentage.percent()},
                {"stabilization_seconds", orNull(step.stabilizationSeconds)},
                {"min_samples", orNull(step.minSamples)}};
}

Json consistencyGateToJson(const std::optional<ConsistencyGate> &gate) {
    if (!gate) return {};
    return Json{{"check_names", gate->checkNames},
                {"minimum_percentage", gate->minimumPercentage},
                {"max_age_seconds", gate->maxAgeSeconds}};
}

} // namespace

Json guardToJson(const Guard &guard) {
    return Json{{"id", guard.id},
                {"metric", metricWord(guard.metric)},
                {"statistic", statisticWord(guard.statistic)},
                {"platform", platformWord(guard.platform)},
                {"comparison", comparisonWord(guard.comparison)},
                {"threshold", guard.isRelative() ? Json() : Json(guard.threshold)},
                {"tolerance", orNull(guard.tolerance)},
                {"critical_threshold", orNull(guard.criticalThreshold)},
                {"window_seconds", guard.windowSeconds},
                {"min_samples", guard.minSamples},
                {"breaches", guard.breaches},
                {"windows", guard.windows},
                {"mode", guard.decides ? "DECIDE" : "SHOW"},
                {"on_breach", guard.onBreach ? Json(onBreachWord(*guard.onBreach)) : Json()},
                {"counts", guard.countsUsers ? "USERS" : "REQUESTS"},
                {"check_name", textOrNull(guard.checkName)},
                {"source", textOrNull(guard.source)},
                {"expression", textOrNull(guard.expression)},
                {"samples_expression", textOrNull(guard.samplesExpression)}};
}

Json policyToJson(const ShiftPolicy &policy) {
    Json steps; // null: by increment
    for (const ShiftStep &step : policy.steps)
        steps.push_back(stepToJson(step));
    Json guards = Json::array();
    for (const Guard &guard : policy.guards)
        guards.push_back(guardToJson(guard));
    Json freezes = Json::array();
    for (const Freeze &freeze : policy.freezes)
        freezes.push_back({{"start", formatInstant(freeze.start)},
                           {"end", formatInstant(freeze.end)},
                           {"reason", freeze.reason},
                           {"time_zone", textOrNull(freeze.timeZone)}});
    Json windows = Json::array();
    for (const Recurrence &window : policy.changeWindows)
        windows.push_back(weeklyWindowToJson(window.weekly));
    return Json{{"id", policy.id},
                {"policy_name", policy.name},
                {"target_system", policy.targetSystem},
                {"target_platform", platformWord(policy.targetPlatform)},
                {"max_shift_percentage", policy.max.percent()},
                {"shift_increment", policy.increment.percent()},
                {"steps", steps},
                {"guards", guards},
                {"stabilization_seconds", policy.stabilizationSeconds},
                {"interval_seconds", policy.intervalSeconds},
                {"change_windows", windows},
                {"freezes", freezes},
                {"on_breach", onBreachWord(policy.onBreach)},
                {"proposal_deadline_seconds", policy.proposalDeadlineSeconds},
                {"proposal_default", policy.proposalRollsBack ? "ROLLBACK" : "HOLD"},
                {"approval", approvalWord(policy.approval)},
                {"approval_above", policy.approval == StepApproval::Above
                                       ? Json(policy.approvalAbove.percent())
                                       : Json()},
                {"second_person", policy.secondPerson},
                {"consistency_gate", consistencyGateToJson(policy.consistencyGate)},
                {"users_without_id", platformWord(policy.usersWithoutId)},
                {"move_at", policy.moveAt == MoveAt::NextSignIn ? "NEXT_SIGN_IN" : "IMMEDIATE"},
                {"new_health_url", textOrNull(policy.newHealthUrl)},
                {"legacy_health_url", textOrNull(policy.legacyHealthUrl)},
                {"salt", policy.salt}};
}

} // namespace crossfade
