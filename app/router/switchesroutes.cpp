// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/switchesroutes.h"

#include "app/router/listtables.h"
#include "app/router/routerules.h"
#include "models/routing/routingjson.h"
#include "models/routing/warnings.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

Result<void> mayChange(const HttpRequest &request, const Switches &before, const Switches &after)
{
    if (before.master == after.master && before.forwardOnly == after.forwardOnly) return {};
    if (needsAdmin(before, after) && !request.principal.has(Role::Admin))
        return fail(refused(after.forwardOnly ? refusals::AdminForForward : refusals::AdminForMaster));
    if (request.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return invalid("/reason", "is required to change the master switch or forward only");
    return {};
}

// Of users who have no rule of their own.
Json splitsBy(const Switches &wanted, const Snapshot &snapshot, const ReadWritePairs &pairs, Instant now)
{
    Effort effort = EffortOfOneRule;
    const Snapshot after = snapshot.changed(wanted, snapshot.epoch());
    return warningsToJson(changeWarnings({snapshot, pairs}, {after, pairs}, now, effort));
}

Result<void> mayLookUpKeys(Database &db, const Switches &before, const Switches &after)
{
    const auto index = listtables::keyIndex(db);
    if (!index) return fail(index.error());
    switch (notInLegacyObstacle(before, after, index->complete)) {
    case NotInLegacyObstacle::None: return {};
    case NotInLegacyObstacle::NeedsInsertsToNew:
        return invalid("/not_in_legacy_to_new", "needs inserts_to_new: while LEGACY takes new data, the index of "
                                                "its keys is never exact");
    case NotInLegacyObstacle::NeedsCompleteIndex:
        return invalid("/not_in_legacy_to_new", "needs a complete index of LEGACY's keys, which the comparator pushes");
    }
    return {};
}

} // namespace

void SwitchesModule::addRoutes(RouteTable &routes)
{
    RouteRules change = changeable(Operators, {"dry_run"});
    change.ifMatch = true;
    routes.read("GET", "/api/v1/switches", readable(),
                [](const HttpRequest &, Database &db) -> Result<HttpResponse> {
                    const auto switches = RouterState::switches(db);
                    if (!switches) return fail(switches.error());
                    return HttpResponse::object(switchesToJson(*switches), switches->version);
                });
    // The master switch to LEGACY is a rollback.
    routes.keptWrite(
        "PUT", "/api/v1/switches", first(change),
        [this](const HttpRequest &request, WriteTransaction &tx) { return put(request, tx); },
        m_state.withoutStore());
}

Result<HttpResponse> SwitchesModule::put(const HttpRequest &request, WriteTransaction &tx)
{
    const auto dryRun = isDryRun(request);
    if (!dryRun) return fail(dryRun.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const auto before = RouterState::switches(tx.db());
    if (!before) return fail(before.error());
    const Switches wanted = readSwitchesInput(in, *before);
    if (auto error = in.finish()) return fail(*error);
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    if (auto allowed = mayChange(request, *before, wanted); !allowed) return fail(allowed.error());
    if (auto allowed = mayLookUpKeys(tx.db(), *before, wanted); !allowed) return fail(allowed.error());
    Json warnings = splitsBy(wanted, *m_state.snapshot(), *m_maps.pairs(), tx.now());
    if (*dryRun) return HttpResponse::json({{"warnings", std::move(warnings)}});
    if (needsAdmin(*before, wanted)) {
        const auto asked = m_masterSwitch.ask(tx, *before, wanted, request.reason);
        if (!asked) return fail(asked.error());
        HttpResponse response = HttpResponse::json(approvalToJson(*asked), 202);
        response.setHeader("Location", "/api/v1/approvals/" + asked->id);
        return response;
    }
    const auto after = m_state.setSwitches(tx, wanted, {"SWITCHES", request.reason});
    if (!after) return fail(after.error());
    Json json = switchesToJson(*after);
    json["warnings"] = std::move(warnings);
    return HttpResponse::object(json, after->version);
}

} // namespace crossfade
