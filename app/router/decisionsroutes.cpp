// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/decisionsroutes.h"

#include "app/router/routerules.h"
#include "models/routing/decisiontext.h"
#include "models/routing/routingjson.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::size_t MostRequests = 10'000;
constexpr std::size_t MostTraced = 1'000; // a trace is some 2 kB of text

constexpr std::size_t TextOfOne = 300; // about

Json decisionOf(const Snapshot &snapshot, const DecisionRequest &request, bool trace)
{
    Json json = decisionToJson(decide(snapshot, request));
    if (trace) json["trace"] = traceToJson(traceDecision(snapshot, request));
    return json;
}

std::string textOfAll(const Snapshot &snapshot, std::span<const DecisionRequest> requests)
{
    std::string text;
    text.reserve(20 + requests.size() * TextOfOne);
    text += R"({"decisions":[)";
    std::array<Decision, RuleTree::AtOnce> decisions;
    for (std::size_t first = 0; first < requests.size(); first += decisions.size()) {
        const auto some = requests.subspan(first, std::min(decisions.size(), requests.size() - first));
        decide(snapshot, some, decisions);
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (first + i > 0) text += ',';
            appendDecisionText(text, decisions[i]);
        }
    }
    text += "]}";
    return text;
}

// A request described as it is sent: the map says what it is. Nothing else describes it beside.
Json decisionOfHttp(JsonReader &in, const Json &http, const Snapshot &snapshot,
                    std::span<const RequestMapRow> map, Instant now, bool trace)
{
    for (const char *field : {"user_id", "system_id", "entity_id", "interface", "operation"}) {
        in.ignore(field);
        if (in.has(field)) in.reject(field, "must not stand beside http: the request map tells it");
    }
    JsonReader one(http, in.pointerTo("http"), in);
    const MappedRequest mapped = mapRequest(map, readHttpDescription(one));
    one.finish();
    DecisionRequest request;
    request.userId = mapped.userId;
    request.systemId = mapped.systemId;
    request.entityId = mapped.entityId;
    request.interface = mapped.interface;
    request.operation = mapped.operation;
    request.at = in.optionalInstant("at").value_or(now);
    request.signedInAt = in.optionalInstant("signed_in_at");
    Json json = decisionOf(snapshot, request, trace);
    json["mapped"] = mappedToJson(mapped);
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
    const bool traced = trace->value_or(false);
    const Instant now = m_environment.now();
    if (const auto plain = traced ? std::nullopt : plainDecisionRequests(request.body, MostRequests, now))
        return HttpResponse::text(textOfAll(*m_state.snapshot(), *plain));
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const Json *requests = in.optionalArray("requests", traced ? MostTraced : MostRequests);
    if (!in.has("requests")) in.reject("requests", "is required");
    const SnapshotPtr snapshot = m_state.snapshot();
    const RequestMapPtr map = m_maps.current();
    std::string text = R"({"decisions":[)";
    text.reserve(requests ? 20 + requests->size() * TextOfOne : 0);
    for (std::size_t i = 0; requests && i < requests->size(); ++i) {
        const Json &item = (*requests)[i];
        if (i > 0) text += ',';
        JsonReader one(item, "/requests/" + std::to_string(i), in);
        if (const Json *http = item.is_object() ? one.optionalObject("http") : nullptr)
            text += dumpJson(decisionOfHttp(one, *http, *snapshot, *map, now, traced));
        else
            text += dumpJson(decisionOf(*snapshot, readDecisionRequest(one, item, now), traced));
        one.finish();
    }
    if (auto error = in.finish()) return fail(*error);
    text += "]}";
    return HttpResponse::text(std::move(text));
}

} // namespace crossfade
