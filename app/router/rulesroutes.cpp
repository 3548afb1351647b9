// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/rulesroutes.h"

#include "app/router/routerules.h"
#include "app/router/ruleslist.h"
#include "app/service/zones.h"
#include "models/routing/routingjson.h"

namespace crossfade {

namespace {

Result<Rule> readRule(const Json &body)
{
    JsonReader in(body);
    Rule rule = readRuleInput(in, zoneTable);
    if (auto error = in.finish()) return fail(*error);
    return rule;
}

HttpResponse answer(const Rule &rule, Json warnings, int status)
{
    Json json = ruleToJson(rule);
    json["warnings"] = std::move(warnings);
    HttpResponse response = HttpResponse::object(json, rule.version, status);
    if (status == 201) response.headers.emplace_back("Location", "/api/v1/rules/" + rule.id);
    return response;
}

void announce(WriteTransaction &tx, const Rule &rule, bool deleted)
{
    tx.emit("rule.changed", {{"rule", deleted ? Json() : ruleToJson(rule)},
                             {"id", rule.id},
                             {"deleted", deleted}});
}

} // namespace

void RulesModule::addRoutes(RouteTable &routes)
{
    RouteRules change = changeable(Operators, {"dry_run"});
    RouteRules versioned = change;
    versioned.ifMatch = true;
    RouteRules removal = changeable(Operators);
    removal.ifMatch = true;
    RouteRules list = readableList(ruleFilters());
    list.ofStoreAlone = true;
    RouteRules single = readable();
    single.ofStoreAlone = true;
    RouteRules anchors = readable(ruleFilters());
    anchors.query.emplace_back("count");
    anchors.ofStoreAlone = true;
    routes.read("GET", "/api/v1/rules", list, listRules);
    routes.read("GET", "/api/v1/rules/anchors", anchors, ruleAnchors);
    routes.write("POST", "/api/v1/rules", change, [this](const HttpRequest &request, WriteTransaction &tx) {
        return create(request, tx);
    });
    routes.read("GET", "/api/v1/rules/{id}", single,
                [](const HttpRequest &request, Database &db) -> Result<HttpResponse> {
                    const auto rule = RouterState::rule(db, request.parameter("id"));
                    if (!rule) return fail(rule.error());
                    return HttpResponse::text(ruleText(*rule), rule->version);
                });
    routes.write("PUT", "/api/v1/rules/{id}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return replace(request, tx, false);
                 });
    routes.write("PATCH", "/api/v1/rules/{id}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return replace(request, tx, true);
                 });
    routes.write("DELETE", "/api/v1/rules/{id}", removal,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return remove(request, tx); });
}

Json RulesModule::warningsOf(const Rule &rule, const RulePtr &before, Instant now) const
{
    Effort effort = EffortOfOneRule;
    const SnapshotPtr snapshot = m_state.snapshot();
    const auto warned = [&](const Snapshot &others) {
        return warningsToJson(ruleWarnings(others, rule, now, effort, *m_maps.pairs()));
    };
    // What it was for before, it is for no more.
    const bool moves = before && (before->type != rule.type || before->target != rule.target);
    return moves ? warned(snapshot->changed(RuleChange{before, nullptr}, snapshot->epoch())) : warned(*snapshot);
}

Result<HttpResponse> RulesModule::create(const HttpRequest &request, WriteTransaction &tx)
{
    const auto dryRun = isDryRun(request);
    if (!dryRun) return fail(dryRun.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto rule = readRule(*body);
    if (!rule) return fail(rule.error());
    Json warnings = warningsOf(*rule, nullptr, tx.now());
    if (*dryRun) return HttpResponse::json({{"warnings", std::move(warnings)}});
    const auto created = m_state.createRule(tx, std::move(*rule), {RuleCause, request.reason});
    if (!created) return fail(created.error());
    return answer(*created, std::move(warnings), 201);
}

Result<HttpResponse> RulesModule::replace(const HttpRequest &request, WriteTransaction &tx, bool patch)
{
    const auto dryRun = isDryRun(request);
    if (!dryRun) return fail(dryRun.error());
    const auto before = RouterState::rule(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto rule = readRule(patch ? patchedRuleInput(*before, *body) : *body);
    if (!rule) return fail(rule.error());
    rule->id = before->id;
    rule->createdAt = before->createdAt;
    rule->updatedAt = tx.now();
    rule->changedBy = tx.actor().subject;
    rule->version = before->version + 1;
    const auto old = std::make_shared<const Rule>(*before);
    Json warnings = warningsOf(*rule, old, tx.now());
    if (*dryRun) return HttpResponse::json({{"warnings", std::move(warnings)}});
    const RuleChange change{old, std::make_shared<const Rule>(*rule)};
    if (auto done = m_state.change(tx, {change}, {RuleCause, request.reason}); !done)
        return fail(done.error());
    announce(tx, *rule, false);
    tx.audit({"rule.update", "rule", rule->id, ruleToJson(*before), ruleToJson(*rule), request.reason});
    return answer(*rule, std::move(warnings), 200);
}

Result<HttpResponse> RulesModule::remove(const HttpRequest &request, WriteTransaction &tx)
{
    const auto before = RouterState::rule(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const RuleChange change{std::make_shared<const Rule>(*before), nullptr};
    if (auto done = m_state.change(tx, {change}, {RuleCause, request.reason}); !done)
        return fail(done.error());
    announce(tx, *before, true);
    tx.audit({"rule.delete", "rule", before->id, ruleToJson(*before), {}, request.reason});
    return HttpResponse::noContent();
}

} // namespace crossfade
