// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftjson.h"

#include <algorithm>

namespace crossfade {

namespace {

Json instantOrNull(const std::optional<Instant> &instant) {
    return instant ? Json(formatInstant(*instant)) : Json();
}

Json percentageOrNull(const std::optional<Percentage> &percentage) {
    return percentage ? Json(percentage->percent()) : Json();
}

Json numberOrNull(const std::optional<double> &number) {
    return number ? Json(*number) : Json();
}

Json termOrNull(std::int64_t term) {
    return term == 0 ? Json() : Json(term);
}

ShiftFacts factsOf(const ShiftView *view, Instant now) {
    ShiftFacts facts;
    if (view) facts = view->facts;
    facts.now = now;
    return facts;
}

Json recentToJson(const GuardMemory &memory) {
    Json recent = Json::array();
    for (const Judgement &judgement : memory.recent())
        recent.push_back({{"at", formatInstant(judgement.at)},
                          {"value", numberOrNull(judgement.value)},
                          {"verdict", verdictWord(judgement.verdict)},
                          {"samples", judgement.samples},
                          {"reference", numberOrNull(judgement.reference)},
                          {"p_value", numberOrNull(judgement.pValue)}});
    return recent;
}

Json guardStandingToJson(const Guard &guard, const GuardMemory &memory, bool recent) {
    const Judgement *last = memory.last();
    Json json{{"guard", guardToJson(guard)},
              {"verdict", verdictWord(last ? last->verdict : Verdict::NoData)},
              {"value", last ? numberOrNull(last->value) : Json()},
              {"samples", last ? last->samples : 0},
              {"reference", last ? numberOrNull(last->reference) : Json()},
              {"p_value", last ? numberOrNull(last->pValue) : Json()},
              {"breaches", memory.breaches(guard)},
              {"windows", guard.windows},
              {"tripped", memory.tripped(guard)},
              {"tripped_at", instantOrNull(memory.trippedAt())},
              {"window_from", last ? Json(formatInstant(last->from)) : Json()},
              {"window_to", last ? Json(formatInstant(last->to)) : Json()},
              {"judged_at", last ? Json(formatInstant(last->at)) : Json()},
              {"detail", last ? last->detail : std::string("not judged yet")}};
    if (recent) json["recent"] = recentToJson(memory);
    return json;
}

} // namespace

Json nextActionToJson(const NextAction &action) {
    Json blockedBy = Json::array();
    for (const Gate gate : action.blockedBy)
        blockedBy.push_back(gateWord(gate));
    return Json{{"action", nextActionWord(action.kind)},
                {"percentage", percentageOrNull(action.percentage)},
                {"earliest_at", instantOrNull(action.earliestAt)},
                {"blocked_by", blockedBy},
                {"detail", action.detail}};
}

Json shiftToJson(const PolicyRecord &record, const ShiftView *view, Instant now) {
    const ShiftStatus &status = record.status;
    const std::vector<Percentage> stops = allStops(record.policy);
    const Percentage next =
        nextStop(record.policy, status.percentage, goalOf(record.policy, status));
    const auto index = std::ranges::upper_bound(stops, status.percentage) - stops.begin() - 1;
    return Json{
        {"policy_id", record.policy.id},
        {"state", shiftStateWord(status.state)},
        {"percentage", status.percentage.percent()},
        {"target_percentage", percentageOrNull(status.target)},
        {"step_index", index},
        {"steps_total", stops.size() - 1},
        {"next_step", next > status.percentage ? Json(next.percent()) : Json()},
        {"held_cause", status.heldCause ? Json(heldCauseWord(*status.heldCause)) : Json()},
        {"held_detail", status.heldDetail.empty() ? Json() : Json(status.heldDetail)},
        {"since", formatInstant(status.since)},
        {"starts_at", instantOrNull(status.startsAt)},
        {"stabilization_ends_at", instantOrNull(status.stabilizationEndsAt)},
        {"approval_id", status.approvalId.empty() ? Json() : Json(status.approvalId)},
        {"next_action", nextActionToJson(nextAction(record.policy, status, factsOf(view, now)))},
        {"cleared_percentage", status.cleared.percent()},
        {"epoch", record.epoch},
        {"updated_at", formatInstant(status.since)},
        {"version", record.shiftVersion}};
}

Json policyRecordToJson(const PolicyRecord &record, const ShiftView *view, Instant now) {
    Json json = policyToJson(record.policy);
    json["created_at"] = formatInstant(record.createdAt);
    json["updated_at"] = formatInstant(record.updatedAt);
    json["changed_by"] = record.changedBy;
    json["version"] = record.version;
    json["shift"] = shiftToJson(record, view, now);
    return json;
}

Json gatesToJson(const PolicyRecord &record, const ShiftView *view, Instant now) {
    const ShiftFacts facts = factsOf(view, now);
    Json items = Json::array();
    for (const GateReport &report : gatesFor(record.policy, record.status, facts))
        items.push_back({{"gate", gateWord(report.gate)},
                         {"status", gateStateWord(report.state)},
                         {"detail", report.detail},
                         {"opens_at", instantOrNull(report.opensAt)}});
    return Json{{"items", items},
                {"next_action", nextActionToJson(nextAction(record.policy, record.status, facts))},
                {"seen_at", view ? instantOrNull(view->seenAt) : Json()},
                {"term", termOrNull(view && view->seenAt ? view->seenTerm : 0)}};
}

Json guardsToJson(const ShiftPolicy &policy, const ShiftView *view, bool recent) {
    static const GuardMemory nothing;
    Json items = Json::array();
    for (const Guard &guard : policy.guards) {
        const auto found = view ? view->guards.find(guard.id)
                                : std::map<std::string, GuardMemory>::const_iterator();
        const bool known = view && found != view->guards.end();
        items.push_back(guardStandingToJson(guard, known ? found->second : nothing, recent));
    }
    return Json{{"judged_at", view ? instantOrNull(view->judgedAt) : Json()},
                {"term", termOrNull(view && view->judgedAt ? view->judgedTerm : 0)},
                {"items", items}};
}

} // namespace crossfade
