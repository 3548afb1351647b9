// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/drillroutes.h"

#include "app/router/routerules.h"
#include "app/router/shiftrecordings.h"
#include "app/router/shiftrecords.h"
#include "app/service/zones.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::hours LongestRange{24}; // the record is kept no longer
constexpr std::int64_t MostEvents = 100'000;
constexpr std::chrono::hours LongestWarmUp{1}; // the longest window of a guard

Json standingJson(const ShiftStatus &status) {
    return Json{{"state", shiftStateWord(status.state)},
                {"percentage", status.percentage.percent()}};
}

Json drillEntryJson(const DrillEntry &entry) {
    return Json{{"at", formatInstant(entry.at)},
                {"from_percentage", entry.from.percent()},
                {"to_percentage", entry.to.percent()},
                {"state", shiftStateWord(entry.state)},
                {"cause", shiftCauseWord(entry.cause)},
                {"held_cause", entry.heldCause ? Json(heldCauseWord(*entry.heldCause)) : Json()},
                {"detail", entry.detail},
                {"guard_id", entry.guardId.empty() ? Json() : Json(entry.guardId)},
                {"by_operator", entry.byOrder}};
}

Json outcomeJson(const DrillOutcome &outcome) {
    Json items = Json::array();
    for (const DrillEntry &entry : outcome.entries)
        items.push_back(drillEntryJson(entry));
    Json gaps = Json::array();
    for (const DrillGap &gap : outcome.gaps)
        gaps.push_back({{"from", formatInstant(gap.from)}, {"to", formatInstant(gap.to)}, {"looks", gap.looks}});
    const bool any = outcome.events > 0;
    return Json{{"events", outcome.events},
                {"recorded_from", any ? Json(formatInstant(*outcome.first)) : Json()},
                {"recorded_to", any ? Json(formatInstant(*outcome.last)) : Json()},
                {"start", any ? standingJson(outcome.start) : Json()},
                {"end", any ? standingJson(outcome.end) : Json()},
                {"items", items},
                {"gaps", gaps},
                {"truncated", outcome.truncated},
                {"orders_ignored", outcome.ordersThatDidNotFit},
                {"guards_without_record", outcome.withoutRecord}};
}

// The policy's own mistakes, told where it stands in this body.
Failure below(Error error, const std::string &field) {
    for (FieldError &one : error.fields)
        one.pointer = field + one.pointer;
    return fail(std::move(error));
}

void readRange(JsonReader &in, Instant &from, Instant &to) {
    const auto first = in.optionalInstant("from");
    const auto last = in.optionalInstant("to");
    if (!in.has("from")) in.reject("from", "is required");
    if (!in.has("to")) in.reject("to", "is required");
    if (first && last && *last <= *first) in.reject("to", "must be after from");
    if (first && last && *last - *first > LongestRange)
        in.reject("to", "must be at most 24 hours after from");
    from = first.value_or(Instant());
    to = last.value_or(Instant());
}

} // namespace

void DrillRoutes::addRoutes(RouteTable &routes) {
    routes.work("POST", "/api/v1/shift-policies/{id}/drill", changeable(Readers),
                [this](const HttpRequest &request) {
                    auto answer = drill(request);
                    return answer ? std::move(*answer)
                                  : HttpResponse::problem(answer.error(), request.requestId);
                });
}

Result<DrillRoutes::Question> DrillRoutes::question(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    Question question;
    question.policyId = request.parameter("id");
    readRange(in, question.from, question.to);
    const Json *input = in.optionalObject("policy");
    if (auto error = in.finish()) return fail(*error);
    Result<PolicyRecord> record = fail(ErrorKind::NotFound, "");
    auto read = m_store.read([&](Database &db) -> Result<void> {
        record = shiftrecords::find(db, question.policyId);
        return {};
    });
    if (!read) return fail(read.error());
    if (!record) return fail(record.error());
    question.policy = record->policy;
    if (!input) return question;
    Result<ShiftPolicy> policy = policyFromJson(*input, record->policy.salt, zoneTable);
    if (!policy) return below(policy.error(), "/policy");
    question.policy = std::move(*policy);
    question.policy.id = question.policyId;
    return question;
}

Result<DrillOutcome> DrillRoutes::replay(Database &db, const Question &question) const {
    const auto events =
        shiftrecordings::count(db, question.policyId, question.from, question.to);
    if (!events) return fail(events.error());
    if (*events > MostEvents)
        return invalid("/to", "the record holds " + std::to_string(*events) +
                                  " looks in this range, at most " + std::to_string(MostEvents) +
                                  " are replayed: choose a shorter one");
    Drill drill(question.policy);
    std::optional<Instant> steppedAt;
    auto first = shiftrecordings::each(db, question.policyId, question.from, question.to,
                                       [&](const RecordedEvent &event) {
                                           steppedAt = event.status.steppedAt;
                                           return false;
                                       });
    if (!first) return fail(first.error());
    if (!steppedAt) return drill.outcome();
    // What was judged of the same share before: it counts for k of n.
    const Instant since = std::max(*steppedAt, question.from - LongestWarmUp);
    auto warmed = shiftrecordings::each(db, question.policyId, since,
                                        question.from - Milliseconds(1),
                                        [&](const RecordedEvent &event) {
                                            if (event.status.steppedAt == *steppedAt)
                                                drill.warmUp(event);
                                            return !m_cancelled;
                                        });
    if (!warmed) return fail(warmed.error());
    auto replayed = shiftrecordings::each(db, question.policyId, question.from, question.to,
                                          [&](const RecordedEvent &event) {
                                              drill.take(event);
                                              return !m_cancelled && !drill.outcome().truncated;
                                          });
    if (!replayed) return fail(replayed.error());
    if (m_cancelled) return fail(ErrorKind::Unavailable, "the service is stopping");
    return drill.outcome();
}

Result<HttpResponse> DrillRoutes::drill(const HttpRequest &request) {
    const auto asked = question(request);
    if (!asked) return fail(asked.error());
    Result<DrillOutcome> outcome = DrillOutcome();
    auto read = m_store.read([&](Database &db) -> Result<void> {
        outcome = replay(db, *asked);
        return {};
    });
    if (!read) return fail(read.error());
    if (!outcome) return fail(outcome.error());
    Json json = outcomeJson(*outcome);
    json["policy_id"] = asked->policyId;
    json["from"] = formatInstant(asked->from);
    json["to"] = formatInstant(asked->to);
    return HttpResponse::json(json);
}

} // namespace crossfade
