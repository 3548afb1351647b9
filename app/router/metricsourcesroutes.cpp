// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/metricsourcesroutes.h"

#include "app/router/routerules.h"

namespace crossfade {

namespace {

constexpr std::size_t LongestExpression = 1'000;

struct Trial {
    std::string source;
    std::string expression;
    std::string samplesExpression; // "" = none
};

Result<Trial> readTrial(const HttpRequest &request)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    Trial trial;
    trial.source = in.id("source");
    trial.expression = in.text("expression", LongestExpression, 1);
    trial.samplesExpression = in.optionalText("samples_expression", LongestExpression).value_or("");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return trial;
}

Result<HttpResponse> getSources(const HttpRequest &, Database &db)
{
    const auto set = metricsources::load(db);
    if (!set) return fail(set.error());
    return HttpResponse::object(metricsources::toJson(*set), set->version);
}

Json trialToJson(const PromAnswer &value, const std::optional<PromAnswer> &samples, double seconds)
{
    std::string error = value.error;
    if (error.empty() && samples && !samples->error.empty()) error = "samples: " + samples->error;
    return Json{{"value", value.value ? Json(*value.value) : Json()},
                {"at", value.at ? Json(formatInstant(*value.at)) : Json()},
                {"samples", samples && samples->value ? Json(*samples->value) : Json()},
                {"error", error.empty() ? Json() : Json(error)},
                {"took_seconds", seconds}};
}

} // namespace

MetricSourcesRoutes::MetricSourcesRoutes(Store &store, PromProvider &provider)
    : m_store(store)
    , m_provider(provider)
{
}

void MetricSourcesRoutes::addRoutes(RouteTable &routes)
{
    RouteRules versioned = changeable(Admins);
    versioned.ifMatch = true;
    routes.read("GET", "/api/v1/metric-sources", readable(), getSources);
    routes.write("PUT", "/api/v1/metric-sources", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return replace(request, tx); });
    routes.work("POST", "/api/v1/metric-sources/try", changeable(Operators), [this](const HttpRequest &request) {
        auto answer = tryOut(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
}

Result<void> MetricSourcesRoutes::load()
{
    return m_store.read([this](Database &db) { return load(db); });
}

Result<void> MetricSourcesRoutes::load(Database &db)
{
    auto set = metricsources::load(db);
    if (!set) return fail(set.error());
    m_provider.setSources(std::move(set->sources));
    return {};
}

Result<HttpResponse> MetricSourcesRoutes::replace(const HttpRequest &request, WriteTransaction &tx)
{
    const auto before = metricsources::load(tx.db());
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    MetricSourceSet after{metricsources::read(in), tx.now(), tx.actor().subject, before->version + 1};
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    if (auto stored = metricsources::store(tx.db(), after); !stored) return fail(stored.error());
    const Json json = metricsources::toJson(after);
    tx.emit("metric_sources.changed", {{"sources", after.sources.size()}, {"version", after.version}});
    tx.audit({"metric_sources.update", "metric_sources", "metric_sources", metricsources::toJson(*before), json,
              request.reason});
    tx.afterCommit([this, sources = after.sources] { m_provider.setSources(sources); });
    return HttpResponse::object(json, after.version);
}

Result<HttpResponse> MetricSourcesRoutes::tryOut(const HttpRequest &request)
{
    const auto trial = readTrial(request);
    if (!trial) return fail(trial.error());
    const std::unique_lock trying(m_trying, std::try_to_lock);
    if (!trying.owns_lock())
        return fail(ErrorKind::Conflict, "another expression is being tried: try again in a moment");
    const auto begun = std::chrono::steady_clock::now();
    const auto value = m_provider.ask({trial->source, trial->expression});
    if (!value) return fail(value.error());
    std::optional<PromAnswer> samples;
    if (value->error.empty() && !trial->samplesExpression.empty()) {
        auto counted = m_provider.ask({trial->source, trial->samplesExpression});
        if (!counted) return fail(counted.error());
        samples = std::move(*counted);
    }
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return HttpResponse::json(trialToJson(*value, samples, took));
}

} // namespace crossfade
