// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/observationsroutes.h"

#include "app/router/observationlines.h"
#include "app/router/routerules.h"
#include "models/core/ids.h"
#include "models/routing/decision.h"
#include "models/routing/hash.h"

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::size_t BodyLimit = 4 << 20;

// NDJSON as the list it stands for.
Result<Json> linesToList(std::string_view body) {
    Json list = Json::array();
    while (!body.empty()) {
        const std::size_t end = body.find('\n');
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const Result<Json> item = parseJson(line);
        if (!item)
            return fail(ErrorKind::Malformed,
                        "line " + std::to_string(list.size() + 1) + ": " + item.error().message);
        list.push_back(*item);
        if (list.size() > ObservationsRoutes::MostObservations) break;
    }
    return list;
}

// Whose the request is for those who judge: of a policy, of the user's batch, or of neither.
struct DecidedBy {
    std::string policyId;
    bool group = false;
};

// As told, else as the router decides it for that time. Who has no id is not of a policy's cohorts: they stay where they
// are whatever the share is, and would vouch for, or against, users who were moved. So would members of a group whom
// a rule, a switch or a list serves.
DecidedBy decidedBy(const ToldObservation &told, const Snapshot &snapshot) {
    if (told.decided) {
        const bool isOfPolicy = told.decided->policyId && told.decided->reason != Reason::NoKey &&
                                snapshot.policy(*told.decided->policyId);
        return {isOfPolicy ? std::string(*told.decided->policyId) : std::string(),
                told.decided->reason == Reason::UserGroup};
    }
    DecisionRequest request;
    request.userId = told.userId.value_or("");
    request.systemId = told.systemId.value_or("");
    request.at = told.at;
    const Decision decision = decide(snapshot, request);
    return {decision.policy && decision.reason != Reason::NoKey ? decision.policy->id : std::string(),
            decision.reason == Reason::UserGroup};
}

// What a group's runner wants to know of it, if the user is in one.
void sight(const Observation &observation, const GroupHit &hit, std::vector<GroupSighting> &ofGroups) {
    if (!hit.group) return;
    ofGroups.push_back({hit.group->id, hit.member, hit.batch,
                        observation.cohort.platform == hit.group->targetPlatform, hit.moved,
                        observation.second, observation.score, observation.succeeded,
                        observation.latencyUs});
}

Json instantsToJson(const std::vector<std::int64_t> &seconds) {
    Json times = Json::array();
    for (const std::int64_t second : seconds)
        times.push_back(formatInstant(instantFromMs(second * 1000)));
    return times;
}

Json columnToJson(const std::vector<std::optional<double>> &column) {
    Json values = Json::array();
    for (const std::optional<double> &value : column)
        values.push_back(value ? Json(*value) : Json());
    return values;
}

std::int64_t secondOf(Instant instant) {
    return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
}

Failure badQuery(const char *name, std::string message) {
    return invalid(std::string("?") + name, std::move(message));
}

Result<SeriesQuery> readQuery(const HttpRequest &request, std::int64_t now) {
    SeriesQuery query;
    const auto metric = metricFromWord(request.queryText("metric").value_or(""));
    if (!metric || isOfComparator(*metric) || *metric == Metric::Promql)
        return badQuery("metric", "must be a known metric");
    query.metric = *metric;
    const auto statisticText = request.queryText("statistic");
    const auto statistic = statisticFromWord(statisticText.value_or("rate"));
    if (!statistic) return badQuery("statistic", "must be one of rate mean p50 p95 p99");
    query.statistic = *statistic;
    if (const auto word = request.queryText("platform")) {
        const auto platform = platformFromWord(*word);
        if (!platform || *platform == Platform::Both)
            return badQuery("platform", "must be LEGACY or NEW");
        query.filter.platform = *platform;
    }
    for (const char *name : {"system_id", "policy_id"}) {
        const auto id = request.queryText(name);
        if (id && !isValidId(*id)) return badQuery(name, "is not a valid id");
        (std::string_view(name) == "system_id" ? query.filter.systemId : query.filter.policyId) =
            id;
    }
    const auto from = request.queryInstant("from");
    if (!from) return fail(from.error());
    const auto to = request.queryInstant("to");
    if (!to) return fail(to.error());
    query.to = *to ? secondOf(**to) : now;
    query.from = *from ? secondOf(**from) : query.to - 300;
    const auto step = request.queryInteger("step", 1, 1, 86'400);
    if (!step) return fail(step.error());
    const auto unit = static_cast<std::int64_t>(SlotStore::resolutionFor(now - query.from));
    query.step = (*step + unit - 1) / unit * unit;
    if (query.to < query.from) return badQuery("to", "must not be before from");
    if ((query.to - query.from) / query.step > MostSeriesPoints)
        return badQuery("step", "must be large enough for at most 2000 points");
    return query;
}

// A group's requests are counted by platform alone.
Result<std::optional<std::string>> readGroup(const HttpRequest &request) {
    const auto id = request.queryText("group_id");
    if (!id) return std::optional<std::string>();
    if (!isValidId(*id)) return badQuery("group_id", "is not a valid id");
    for (const char *other : {"system_id", "policy_id"}) {
        if (request.queryText(other)) return badQuery("group_id", std::string("cannot be asked for with ") + other);
    }
    return id;
}

} // namespace

ObservationsRoutes::ObservationsRoutes(Store &store, RouterState &state, Measurements &measurements,
                                       ObservationShare &share, prometheus::Registry &metrics)
    : m_store(store)
    , m_environment(store.environment())
    , m_state(state)
    , m_measurements(measurements)
    , m_share(share)
    , m_accepted(prometheus::BuildCounter()
                     .Name("crossfade_observations_accepted_total")
                     .Help("Observations taken into metric slots.")
                     .Register(metrics)
                     .Add({})) {}

void ObservationsRoutes::addRoutes(RouteTable &routes) {
    RouteRules intake = changeable({Role::Observer, Role::Service, Role::Admin});
    intake.bodyLimit = BodyLimit;
    intake.contentTypes = "application/json,application/x-ndjson";
    routes.loopOrKeyed(
        "/api/v1/observations", intake, [this](const HttpRequest &request) { return observe(request); },
        [this](const HttpRequest &request) -> Result<void> {
            auto seen = read(request);
            if (!seen) return fail(seen.error());
            request.prepared = std::make_shared<const Seen>(std::move(*seen));
            return {};
        },
        [this](const HttpRequest &request, WriteTransaction &tx) { return observeOnce(request, tx); });
    routes.work("GET", "/api/v1/series",
                readable({"metric", "statistic", "platform", "system_id", "policy_id", "group_id", "from",
                          "to", "step"}),
                [this](const HttpRequest &request) { return series(request); });
}

HttpResponse ObservationsRoutes::observe(const HttpRequest &request) {
    const auto seen = read(request);
    if (!seen) return HttpResponse::problem(seen.error(), request.requestId);
    return take(*seen);
}

Result<HttpResponse> ObservationsRoutes::observeOnce(const HttpRequest &request, WriteTransaction &tx) {
    const auto seen = std::any_cast<std::shared_ptr<const Seen>>(request.prepared);
    if (auto forgotten = forgetKeys(tx); !forgotten) return fail(forgotten.error());
    tx.afterCommit([this, seen] { take(*seen); });
    return answer(*seen);
}

// A batch whose key is gone is older than what is taken: it is refused, and does not count twice either.
Result<void> ObservationsRoutes::forgetKeys(WriteTransaction &tx) {
    constexpr std::int64_t NowAndThen = 1'000;
    if (m_keyed++ % NowAndThen != 0) return {};
    const auto removed = tx.db().execute(
        "DELETE FROM idempotency WHERE path = '/api/v1/observations' AND at < ? AND at < "
        "(SELECT at FROM idempotency WHERE path = '/api/v1/observations' ORDER BY at DESC LIMIT 1 OFFSET ?)",
        {toMs(tx.now() - KeysNeeded), MostKeys});
    if (!removed) return fail(removed.error());
    return {};
}

HttpResponse ObservationsRoutes::take(const Seen &seen) {
    m_measurements.add(seen.observations);
    m_state.groupMeasures().add(seen.ofGroups);
    m_share.add(seen.observations, seen.ofGroups);
    m_accepted.Increment(static_cast<double>(seen.observations.size()));
    return answer(seen);
}

HttpResponse ObservationsRoutes::answer(const Seen &seen) {
    return HttpResponse::json({{"accepted", seen.observations.size()}}, 202);
}

Result<ObservationsRoutes::Seen> ObservationsRoutes::read(const HttpRequest &request) const {
    const SnapshotPtr snapshot = m_state.snapshot();
    const Instant now = m_environment.now();
    const bool lines = request.header("content-type").starts_with("application/x-ndjson");
    if (lines) {
        Seen seen;
        if (readPlainLines(request.body, now, MostObservations,
                           [&](const ToldObservation &told) { seen.add(told, *snapshot); }))
            return seen;
    }
    // With the faults, if there are any, by name.
    Result<Json> body = lines ? linesToList(request.body) : request.json();
    if (!body) return fail(body.error());
    const Json whole = lines ? Json{{"observations", *body}} : *body;
    JsonReader in(whole);
    const Json *items = in.optionalArray("observations", MostObservations);
    if (!items && !in.has("observations")) in.reject("observations", "is required");
    Seen seen;
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], in.pointerTo("observations") + "/" + std::to_string(i), in);
        readObservation(item, now, [&](const ToldObservation &told) { seen.add(told, *snapshot); });
    }
    if (auto error = in.finish()) return fail(*error);
    return seen;
}

void ObservationsRoutes::Seen::add(const ToldObservation &told, const Snapshot &snapshot) {
    Observation &observation = observations.emplace_back();
    observation.second = secondOf(told.at);
    if (told.userId) observation.user = std::max<std::uint64_t>(1, textHash(*told.userId));
    DecidedBy by = decidedBy(told, snapshot);
    observation.cohort = {told.platform, std::string(told.systemId.value_or("")), std::move(by.policyId)};
    observation.score = told.score;
    if (!told.score) {
        observation.succeeded = told.ok.value_or(told.status > 0 && told.status < 500);
        observation.latencyUs = static_cast<std::uint32_t>(std::lround(told.latencyMs * 1000));
    }
    if (told.userId && by.group) sight(observation, snapshot.groupOf(*told.userId), ofGroups);
}

HttpResponse ObservationsRoutes::series(const HttpRequest &request) const {
    const std::int64_t now = secondOf(m_environment.now());
    const auto query = readQuery(request, now);
    if (!query) return HttpResponse::problem(query.error(), request.requestId);
    const auto groupId = readGroup(request);
    if (!groupId) return HttpResponse::problem(groupId.error(), request.requestId);
    SeriesColumns columns;
    if (!*groupId) {
        columns = m_measurements.series(*query, now);
    } else {
        const auto read = m_store.read([&](Database &db) -> Result<void> {
            auto stored = GroupSeries::series(db, **groupId, *query, now);
            if (!stored) return fail(stored.error());
            columns = std::move(*stored);
            return {};
        });
        if (!read) return HttpResponse::problem(read.error(), request.requestId);
    }
    return HttpResponse::json({{"metric", metricWord(query->metric)},
                               {"statistic", statisticWord(query->statistic)},
                               {"step_seconds", columns.stepSeconds},
                               {"t", instantsToJson(columns.t)},
                               {"value", columnToJson(columns.value)},
                               {"min", columnToJson(columns.min)},
                               {"max", columnToJson(columns.max)},
                               {"count", columns.count}});
}

} // namespace crossfade
