// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/observationlines.h"

#include "models/core/ids.h"
#include "models/metrics/slot.h"
#include "models/routing/decision.h"

#include <simdjson.h>

#include <string>

namespace crossfade {

namespace {

namespace dom = simdjson::dom;

// Each is true where the value is of that type and within its bounds.
bool isText(dom::element value, std::string_view &text)
{
    return value.get(text) == simdjson::SUCCESS;
}

bool isId(dom::element value, std::optional<std::string_view> &id)
{
    if (value.is_null()) return true;
    std::string_view text;
    if (!isText(value, text) || !isValidId(text)) return false;
    id = text;
    return true;
}

bool isInteger(dom::element value, std::int64_t least, std::int64_t most, std::int64_t &number)
{
    return value.get(number) == simdjson::SUCCESS && number >= least && number <= most;
}

bool isNumber(dom::element value, double least, double most, double &number)
{
    return value.get(number) == simdjson::SUCCESS && number >= least && number <= most;
}

// Which fields an object had: none may stand twice.
class FieldsSeen {
public:
    bool first(unsigned field)
    {
        const bool isFirst = (m_seen & field) == 0;
        m_seen |= field;
        return isFirst;
    }
    bool hasAll(unsigned fields) const { return (m_seen & fields) == fields; }
    bool hasNone(unsigned fields) const { return (m_seen & fields) == 0; }

private:
    unsigned m_seen = 0;
};

bool readDecided(dom::element value, std::optional<ToldObservation::Decided> &decided)
{
    if (value.is_null()) return true;
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return false;
    enum : unsigned { ReasonField = 1, PolicyField = 2, EpochField = 4 };
    FieldsSeen seen;
    decided.emplace();
    for (const auto [key, field] : object) {
        if (key == "reason") {
            std::string_view word;
            if (!seen.first(ReasonField) || !isText(field, word)) return false;
            const std::optional<Reason> reason = reasonFromWord(word);
            if (!reason) return false;
            decided->reason = *reason;
        } else if (key == "policy_id") {
            if (!seen.first(PolicyField) || !isId(field, decided->policyId)) return false;
        } else if (key == "epoch") {
            std::int64_t epoch = 0;
            if (!seen.first(EpochField)) return false;
            if (!field.is_null() && !isInteger(field, 0, std::numeric_limits<std::int64_t>::max(), epoch)) return false;
        } else {
            return false;
        }
    }
    return seen.hasAll(ReasonField);
}

enum : unsigned {
    AtField = 1,
    PlatformField = 2,
    SystemField = 4,
    UserField = 8,
    DecisionField = 16,
    MetricField = 32,
    ValueField = 64,
    StatusField = 128,
    LatencyField = 256,
    OkField = 512
};

bool readPlatform(dom::element value, Platform &platform)
{
    std::string_view word;
    if (!isText(value, word)) return false;
    platform = word == "NEW" ? Platform::New : Platform::Legacy;
    return word == "NEW" || word == "LEGACY";
}

bool readField(std::string_view key, dom::element value, FieldsSeen &seen, ToldObservation &told)
{
    std::string_view text;
    if (key == "at") {
        if (!seen.first(AtField) || !isText(value, text) || text.size() > 64) return false;
        const Result<Instant> at = parseInstant(text);
        if (at) told.at = *at;
        return at.has_value();
    }
    if (key == "platform") return seen.first(PlatformField) && readPlatform(value, told.platform);
    if (key == "system_id") return seen.first(SystemField) && isId(value, told.systemId);
    if (key == "user_id") return seen.first(UserField) && isId(value, told.userId);
    if (key == "status") return seen.first(StatusField) && isInteger(value, 0, 599, told.status);
    if (key == "latency_ms") return seen.first(LatencyField) && isNumber(value, 0, LongestLatencyMs, told.latencyMs);
    if (key == "decision") return seen.first(DecisionField) && readDecided(value, told.decided);
    if (key == "ok") {
        bool ok = false;
        if (!seen.first(OkField)) return false;
        if (value.is_null()) return true;
        if (value.get(ok) != simdjson::SUCCESS) return false;
        told.ok = ok;
        return true;
    }
    if (key == "metric")
        return seen.first(MetricField) && isText(value, text) && text == metricWord(Metric::Satisfaction);
    if (key == "value") return seen.first(ValueField) && isNumber(value, LeastScore, MostScore, told.score.emplace());
    return false;
}

bool readLine(dom::element line, Instant now, ToldObservation &told)
{
    dom::object object;
    if (line.get(object) != simdjson::SUCCESS) return false;
    FieldsSeen seen;
    for (const auto [key, value] : object) {
        if (!readField(key, value, seen, told)) return false;
    }
    const bool isInTime = told.at >= now - OldestObservation && told.at <= now + AheadObservation;
    if (!seen.hasAll(AtField | PlatformField) || !isInTime) return false;
    return seen.hasAll(MetricField | ValueField)
               ? seen.hasNone(StatusField | LatencyField | OkField)
               : seen.hasAll(StatusField | LatencyField) && seen.hasNone(MetricField | ValueField);
}

std::optional<ToldObservation::Decided> readDecidedBy(JsonReader &in, std::optional<std::string> &policyId)
{
    const Json *decision = in.optionalObject("decision");
    if (!decision) return std::nullopt;
    JsonReader inner(*decision, in.pointerTo("decision"), in);
    const std::string reason = inner.text("reason", 40, 1);
    if (!reason.empty() && !reasonFromWord(reason)) inner.reject("reason", "is not a known reason");
    policyId = inner.optionalId("policy_id");
    inner.optionalInteger("epoch", 0, std::numeric_limits<std::int64_t>::max());
    inner.finish();
    return ToldObservation::Decided{reasonFromWord(reason).value_or(Reason::DefaultRouting), policyId};
}

} // namespace

void readObservation(JsonReader &in, Instant now, const std::function<void(const ToldObservation &)> &take)
{
    ToldObservation told;
    if (!in.has("at")) in.reject("at", "is required");
    told.at = in.optionalInstant("at").value_or(now);
    if (told.at < now - OldestObservation)
        in.reject("at", "is older than " + std::to_string(OldestObservation.count()) + " s");
    if (told.at > now + AheadObservation)
        in.reject("at", "is more than " + std::to_string(AheadObservation.count()) + " s ahead of this service's clock");
    told.platform = in.word("platform", {"LEGACY", "NEW"}) == 1 ? Platform::New : Platform::Legacy;
    const auto systemId = in.optionalId("system_id");
    const auto userId = in.optionalId("user_id");
    std::optional<std::string> policyId;
    told.systemId = systemId;
    told.userId = userId;
    told.decided = readDecidedBy(in, policyId);
    if (in.has("metric")) {
        if (in.text("metric", 100, 1) != metricWord(Metric::Satisfaction))
            in.reject("metric", "must be user_satisfaction: the others are measured from requests");
        told.score = in.number("value", {LeastScore, MostScore});
    } else {
        told.status = in.integer("status", 0, 599);
        told.latencyMs = in.number("latency_ms", {0, LongestLatencyMs});
        told.ok = in.optionalBoolean("ok");
    }
    in.finish();
    take(told);
}

bool readPlainLines(std::string_view lines, Instant now, std::size_t most,
                    const std::function<void(const ToldObservation &)> &take)
{
    // The parser looks at some bytes beyond what it reads.
    std::string padded;
    padded.reserve(lines.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(lines);
    dom::parser parser;
    std::size_t count = 0;
    for (std::string_view rest = padded; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (++count > most) return false;
        dom::element element;
        if (parser.parse(line.data(), line.size(), false).get(element) != simdjson::SUCCESS) return false;
        ToldObservation told;
        if (!readLine(element, now, told)) return false;
        take(told);
    }
    return count > 0;
}

} // namespace crossfade
