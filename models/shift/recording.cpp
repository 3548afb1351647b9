// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/recording.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

namespace crossfade {

std::string measureOf(const Guard &guard) {
    char tolerance[40] = "-";
    if (guard.tolerance) std::snprintf(tolerance, sizeof tolerance, "%.17g", *guard.tolerance);
    std::string measure = std::string(metricWord(guard.metric)) + " " +
                          std::string(statisticWord(guard.statistic)) + " " +
                          std::string(platformWord(guard.platform)) + " " +
                          std::to_string(guard.windowSeconds) + " " + tolerance + " " +
                          guard.checkName;
    if (guard.countsUsers) measure += " users";
    if (guard.metric == Metric::Promql)
        measure += guard.source + " " + std::to_string(guard.expression.size()) + " " +
                   guard.expression + guard.samplesExpression;
    return measure;
}

RecordedEvent recordedLook(const ShiftFacts &facts, const ShiftStatus &status,
                           std::int64_t shiftVersion) {
    RecordedEvent event;
    event.at = facts.now;
    event.shiftVersion = shiftVersion;
    event.status = status;
    event.facts = facts;
    event.facts.guards.clear();
    return event;
}

RecordedEvent recordedOrder(const ShiftOrder &order, const ShiftStatus &status,
                            std::int64_t shiftVersion, Instant at) {
    RecordedEvent event;
    event.kind = RecordedEvent::Kind::Order;
    event.at = at;
    event.shiftVersion = shiftVersion;
    event.status = status;
    event.order = order;
    event.order.facts = nullptr;
    event.order.takesOver = nullptr;
    if (order.takesOver) event.takesOver = *order.takesOver;
    return event;
}

bool isNews(const RecordedEvent &kept, const RecordedEvent &look) {
    const auto gist = [](const RecordedEvent &event) {
        const ShiftFacts &facts = event.facts;
        const bool fresh =
            facts.newestEvidence && *facts.newestEvidence >= event.status.steppedAt;
        return std::tuple(event.shiftVersion, fresh, facts.targetRequestsPerSecond > 0,
                          facts.targetHealth.good, facts.otherMetrics.good,
                          facts.rollbackPath.good);
    };
    const auto same = [](const ConsistencyFact &a, const ConsistencyFact &b) {
        return a.checkName == b.checkName && a.percentage == b.percentage &&
               a.checkedAt == b.checkedAt && a.error == b.error;
    };
    return gist(kept) != gist(look) ||
           !std::ranges::equal(kept.facts.consistency, look.facts.consistency, same);
}

namespace {

template <class T>
Json recordedOrNull(const std::optional<T> &value) {
    return value ? Json(*value) : Json();
}
Json recordedMs(const std::optional<Instant> &instant) {
    return instant ? Json(toMs(*instant)) : Json();
}
// JSON has no infinity, and what was none of the numbers was the source's error already.
bool isNumber(const std::optional<double> &value) {
    return !value || std::isfinite(*value);
}

Json readingToJson(const RecordedReading &recorded) {
    const WindowReading &reading = recorded.reading;
    std::string error = reading.sourceError;
    if (error.empty() && (!isNumber(reading.value) || !isNumber(reading.reference)))
        error = "the source answered a value that is no number";
    Json json{{"measure", recorded.measure},
                {"value", isNumber(reading.value) ? recordedOrNull(reading.value) : Json()},
                {"samples", reading.samples},
                {"newest", recordedMs(reading.newest)},
                {"from", toMs(reading.from)},
                {"to", toMs(reading.to)},
                {"error", error},
                {"reference",
                 isNumber(reading.reference) ? recordedOrNull(reading.reference) : Json()},
                {"reference_samples", reading.referenceSamples},
                {"p_value", reading.pValue}};
    if (!reading.clockFault.empty()) json["clock_fault"] = reading.clockFault;
    return json;
}

Json factToJson(const Fact &fact) {
    return Json{{"good", fact.good}, {"detail", fact.detail}};
}

Json coverRecord(const std::optional<PolicyCover> &cover) {
    if (!cover) return {};
    return Json{{"id", cover->id},
                {"name", cover->name},
                {"platform", platformWord(cover->targetPlatform)},
                {"percentage", cover->percentage.hundredths()},
                {"salt", cover->salt},
                {"users_without_id", platformWord(cover->usersWithoutId)},
                {"sessions", sessionSharesToJson(cover->sessions)}};
}

Json lookToJson(const RecordedEvent &event) {
    Json consistency = Json::array();
    for (const ConsistencyFact &fact : event.facts.consistency)
        consistency.push_back({{"check", fact.checkName},
                               {"percentage", recordedOrNull(fact.percentage)},
                               {"checked_at", recordedMs(fact.checkedAt)},
                               {"error", fact.error}});
    Json readings = Json::array();
    for (const RecordedReading &reading : event.readings)
        readings.push_back(readingToJson(reading));
    Json gap;
    if (event.gap) gap = {{"from", toMs(event.gap->from)}, {"looks", event.gap->looks}};
    return Json{{"gap", gap},
                {"failed", event.failed},
                {"judged", event.judged},
                {"readings", readings},
                {"newest_evidence", recordedMs(event.facts.newestEvidence)},
                {"requests_per_second", event.facts.targetRequestsPerSecond},
                {"consistency", consistency},
                {"target_health", factToJson(event.facts.targetHealth)},
                {"other_metrics", factToJson(event.facts.otherMetrics)},
                {"rollback_path", factToJson(event.facts.rollbackPath)},
                {"takes_over", coverRecord(event.facts.takesOver)},
                {"start_refused", event.facts.startRefused}};
}

Json orderToJson(const RecordedEvent &event) {
    const ShiftOrder &order = event.order;
    return Json{{"command", shiftCommandWord(order.command)},
                {"target", order.target ? Json(order.target->hundredths()) : Json()},
                {"stepwise", order.mode == RollbackMode::Stepwise},
                {"gate", gateWord(order.gate)},
                {"start_at", recordedMs(order.startAt)},
                {"takes_over", coverRecord(event.takesOver)}};
}

// Reads what was written above; whatever else makes `good` false.
class RecordReader {
public:
    RecordReader(const Json &json, bool &good)
        : m_json(json)
        , m_good(good) {}

    const Json &at(const char *name) {
        static const Json nothing;
        const auto it = m_json.is_object() ? m_json.find(name) : m_json.end();
        if (m_json.is_object() && it != m_json.end()) return *it;
        m_good = false;
        return nothing;
    }
    bool has(const char *name) const { return m_json.is_object() && m_json.contains(name); }
    // What older records do not have.
    std::optional<RecordReader> part(const char *name) {
        const auto it = m_json.is_object() ? m_json.find(name) : m_json.end();
        if (!m_json.is_object() || it == m_json.end() || it->is_null()) return std::nullopt;
        return std::optional<RecordReader>(std::in_place, *it, m_good);
    }
    bool flag(const char *name) {
        const Json &value = at(name);
        m_good = m_good && value.is_boolean();
        return value.is_boolean() && value.get<bool>();
    }
    std::string text(const char *name) {
        const Json &value = at(name);
        m_good = m_good && value.is_string();
        return value.is_string() ? value.get<std::string>() : std::string();
    }
    std::optional<double> number(const char *name) {
        const Json &value = at(name);
        if (value.is_number()) return value.get<double>();
        m_good = m_good && value.is_null();
        return std::nullopt;
    }
    std::optional<std::int64_t> integer(const char *name) {
        const Json &value = at(name);
        if (value.is_number_integer()) return value.get<std::int64_t>();
        m_good = m_good && value.is_null();
        return std::nullopt;
    }
    std::optional<Instant> instant(const char *name) {
        const auto ms = integer(name);
        return ms ? std::optional(instantFromMs(*ms)) : std::nullopt;
    }
    std::uint64_t count(const char *name) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer(name).value_or(0)));
    }
    Platform platform(const char *name) {
        return text(name) == platformWord(Platform::New) ? Platform::New : Platform::Legacy;
    }
    Fact fact(const char *name) {
        RecordReader in(at(name), m_good);
        return {in.flag("good"), in.text("detail")};
    }

private:
    const Json &m_json;
    bool &m_good;
};

RecordedReading readReading(RecordReader in) {
    RecordedReading recorded;
    recorded.measure = in.text("measure");
    WindowReading &reading = recorded.reading;
    reading.value = in.number("value");
    reading.samples = in.count("samples");
    reading.newest = in.instant("newest");
    reading.from = in.instant("from").value_or(Instant());
    reading.to = in.instant("to").value_or(Instant());
    reading.sourceError = in.text("error");
    reading.reference = in.number("reference");
    reading.referenceSamples = in.count("reference_samples");
    reading.pValue = in.number("p_value").value_or(1);
    if (in.has("clock_fault")) reading.clockFault = in.text("clock_fault");
    return recorded;
}

std::optional<PolicyCover> readCover(const Json &json, bool &good) {
    if (json.is_null()) return std::nullopt;
    RecordReader in(json, good);
    const bool told = json.is_object() && json.contains("sessions"); // older records have none
    const auto sessions = sessionSharesFromJson(told ? in.at("sessions") : Json::array());
    good = good && sessions;
    return PolicyCover{in.text("id"),
                       in.text("name"),
                       "*",
                       in.platform("platform"),
                       Percentage::fromHundredths(in.integer("percentage").value_or(0)),
                       in.text("salt"),
                       in.platform("users_without_id"),
                       sessions.value_or(SessionShares())};
}

void readLook(RecordReader &in, RecordedEvent &event, bool &good) {
    if (auto gap = in.part("gap"))
        event.gap = RecordedGap{gap->instant("from").value_or(event.at), gap->count("looks")};
    event.failed = in.flag("failed");
    event.judged = in.flag("judged");
    for (const Json &item : in.at("readings"))
        event.readings.push_back(readReading(RecordReader(item, good)));
    ShiftFacts &facts = event.facts;
    facts.now = event.at;
    facts.newestEvidence = in.instant("newest_evidence");
    facts.targetRequestsPerSecond = in.number("requests_per_second").value_or(0);
    for (const Json &item : in.at("consistency")) {
        RecordReader one(item, good);
        facts.consistency.push_back({one.text("check"), one.number("percentage"),
                                     one.instant("checked_at"), one.text("error")});
    }
    facts.targetHealth = in.fact("target_health");
    facts.otherMetrics = in.fact("other_metrics");
    facts.rollbackPath = in.fact("rollback_path");
    facts.takesOver = readCover(in.at("takes_over"), good);
    facts.startRefused = in.text("start_refused");
}

void readOrder(RecordReader &in, RecordedEvent &event, bool &good) {
    const std::string command = in.text("command");
    const auto gate = gateFromWord(in.text("gate"));
    bool known = false;
    for (std::size_t i = 0; i < ShiftCommandCount; ++i) {
        if (shiftCommandWord(static_cast<ShiftCommand>(i)) != command) continue;
        event.order.command = static_cast<ShiftCommand>(i);
        known = true;
    }
    good = good && known && gate;
    event.order.gate = gate.value_or(Gate::Window);
    if (const auto target = in.integer("target"))
        event.order.target = Percentage::fromHundredths(*target);
    event.order.mode = in.flag("stepwise") ? RollbackMode::Stepwise : RollbackMode::Immediate;
    event.order.startAt = in.instant("start_at");
    event.takesOver = readCover(in.at("takes_over"), good);
}

} // namespace

Json recordedToJson(const RecordedEvent &event) {
    Json json = Json::object();
    if (event.kind == RecordedEvent::Kind::Look) json = lookToJson(event);
    if (event.kind == RecordedEvent::Kind::Order) json = orderToJson(event);
    json["status"] = statusToJson(event.status);
    return json;
}

bool readRecorded(const Json &json, RecordedEvent &event) {
    bool good = true;
    RecordReader in(json, good);
    const std::optional<ShiftStatus> status = statusFromJson(in.at("status"));
    if (!status) return false;
    event.status = *status;
    if (event.kind == RecordedEvent::Kind::Look) readLook(in, event, good);
    if (event.kind == RecordedEvent::Kind::Order) readOrder(in, event, good);
    return good;
}

} // namespace crossfade
