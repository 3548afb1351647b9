// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/decisionsroutes.h"

#include "app/router/routerules.h"
#include "models/routing/routingjson.h"

namespace crossfade {

namespace {

constexpr std::size_t MostRequests = 10'000;
constexpr std::size_t MostTraced = 1'000; // a trace is some 2 kB of text

Json decisionOf(const Snapshot &snapshot, const DecisionRequest &request, bool trace)
{
    Json json = decisionToJson(decide(snapshot, request));
    if (trace) json["trace"] = traceToJson(traceDecision(snapshot, request));
    return json;
}

} // namespace

void DecisionsModule::addRoutes(RouteTable &routes)
{
    RouteRules rules = changeable(Readers, {"trace"});
    rules.bodyLimit = 4 << 20;
    routes.loop("POST", "/api/v1/decisions", rules, [this](const HttpRequest &request) {
        auto answer = decideAll(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
}

Result<HttpResponse> DecisionsModule::decideAll(const HttpRequest &request) const
{
    const auto trace = request.queryBoolean("trace");
    if (!trace) return fail(trace.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const bool traced = trace->value_or(false);
    const Json *requests = in.optionalArray("requests", traced ? MostTraced : MostRequests);
    if (!in.has("requests")) in.reject("requests", "is required");
    const SnapshotPtr snapshot = m_state.snapshot();
    const Instant now = m_environment.now();
    Json decisions = Json::array();
    for (std::size_t i = 0; requests && i < requests->size(); ++i) {
        const Json &item = (*requests)[i];
        JsonReader one(item, "/requests/" + std::to_string(i), in);
        const DecisionRequest described = readDecisionRequest(one, item, now);
        one.finish();
        decisions.push_back(decisionOf(*snapshot, described, traced));
    }
    if (auto error = in.finish()) return fail(*error);
    return HttpResponse::json({{"decisions", std::move(decisions)}});
}

} // namespace crossfade
