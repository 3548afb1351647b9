// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/standardroutes.h"

#include "app/service/dispatcher.h"

namespace crossfade {

namespace {

HttpResponse plainText(std::string body, std::string contentType)
{
    HttpResponse response;
    response.body = std::move(body);
    response.contentType = std::move(contentType);
    return response;
}

HttpResponse ready(const std::vector<Service::Dependency> &dependencies, const Leadership *leadership)
{
    bool good = true;
    Json items = Json::array();
    for (const Service::Dependency &dependency : dependencies) {
        const auto state = dependency.check();
        good = good && state.has_value();
        items.push_back({{"name", dependency.name},
                         {"ok", state.has_value()},
                         {"detail", !state             ? state.error().message
                                    : dependency.tell ? dependency.tell()
                                                      : dependency.about}});
    }
    Json body{{"ready", good}, {"dependencies", std::move(items)}};
    if (leadership) {
        body["role"] = leadership->leads() ? "LEADER" : "FOLLOWER";
        body["term"] = leadership->knownTerm();
    }
    return HttpResponse::json(body, good ? 200 : 503);
}

Json session(const HttpRequest &request, const Service::Identity &identity, const ServiceStore &store)
{
    Json roles = Json::array();
    for (const Role role : request.principal.roles)
        roles.push_back(roleWord(role));
    return {{"subject", request.principal.subject},
            {"roles", std::move(roles)},
            {"service", identity.name},
            {"version", identity.version},
            {"server_time", formatInstant(store.environment().now())},
            {"store_id", store.uuid()}};
}

} // namespace

void StandardRoutes::addTo(RouteTable &routes) const
{
    RouteRules open;
    open.open = true;
    RouteRules local;
    local.loopbackOpen = true;
    routes.loop("GET", "/healthz", open,
                [](const HttpRequest &) { return HttpResponse::json({{"status", "ok"}}); });
    routes.work("GET", "/readyz", open,
                [all = dependencies, who = leadership](const HttpRequest &) { return ready(all, who); });
    routes.work("GET", "/metrics", local, [&registry = metrics, refresh = beforeMetrics](const HttpRequest &) {
        refresh();
        return plainText(HttpMetrics::exposition(registry),
                         "text/plain; version=0.0.4; charset=utf-8");
    });
    routes.loop("GET", "/openapi.yaml", open, [text = openapi](const HttpRequest &) {
        return plainText(text, "application/yaml");
    });
    routes.loop("GET", "/api/v1/session", {},
                [&identity = identity, &store = store](const HttpRequest &request) {
                    return HttpResponse::json(session(request, identity, store));
                });
    RouteRules events;
    events.roles = {Role::Viewer, Role::Agent, Role::Service};
    events.query = {"topics", "last_event_id"};
    routes.loop("GET", EventsPattern, events, [](const HttpRequest &) { return HttpResponse(); });
    addAuditRoutes(routes, store);
}

} // namespace crossfade
