// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/requestmaproutes.h"

#include "app/router/routerules.h"
#include "app/router/takenevents.h"
#include "models/routing/routingjson.h"
#include "models/routing/warnings.h"

namespace crossfade {

namespace {

struct StoredMap {
    std::vector<RequestMapRow> rows;
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
};

Json mapJson(const StoredMap &map)
{
    return {{"rows", requestMapToJson(map.rows)},
            {"updated_at", formatInstant(map.updatedAt)},
            {"changed_by", map.changedBy},
            {"version", map.version}};
}

Result<StoredMap> storedMap(Database &db)
{
    const auto rows = db.query("SELECT rows_json, updated_at, changed_by, version FROM request_map");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store has no request map");
    const SqlRow &row = rows->front();
    const auto list = parseJson(row.text(0));
    if (!list) return fail(ErrorKind::Internal, "the stored request map is not JSON");
    const Json body{{"rows", *list}};
    JsonReader in(body);
    StoredMap map{readRequestMap(in), instantFromMs(row.integer(1)), row.text(2), row.integer(3)};
    if (const auto error = in.finish())
        return fail(ErrorKind::Internal, "the stored request map cannot be read: " + error->message);
    return map;
}

} // namespace

RequestMapPtr RequestMaps::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_map;
}

std::shared_ptr<const ReadWritePairs> RequestMaps::pairs() const
{
    const std::lock_guard lock(m_mutex);
    return m_pairs;
}

void RequestMaps::publish(RequestMapPtr map)
{
    auto pairs = std::make_shared<const ReadWritePairs>(*map);
    const std::lock_guard lock(m_mutex);
    m_map = std::move(map);
    m_pairs = std::move(pairs);
}

void RequestMapModule::addRoutes(RouteTable &routes)
{
    RouteRules change = changeable(Admins, {"dry_run"});
    change.ifMatch = true;
    routes.read("GET", "/api/v1/request-map", readable(),
                [](const HttpRequest &, Database &db) -> Result<HttpResponse> {
                    const auto map = storedMap(db);
                    if (!map) return fail(map.error());
                    return HttpResponse::object(mapJson(*map), map->version);
                });
    routes.write("PUT", "/api/v1/request-map", change,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return put(request, tx); });
}

Result<void> RequestMapModule::start()
{
    return m_store.read([this](Database &db) { return read(db); });
}

Result<void> RequestMapModule::takeUp(Database &db, const TakenUp &taken)
{
    return taken.all || tellsOf(taken, "request_map.changed") ? read(db) : Result<void>();
}

Result<void> RequestMapModule::read(Database &db)
{
    auto map = storedMap(db);
    if (!map) return fail(map.error());
    m_maps.publish(std::make_shared<const std::vector<RequestMapRow>>(std::move(map->rows)));
    return {};
}

// Of users who have no rule of their own.
Json RequestMapModule::splitsBy(const std::vector<RequestMapRow> &rows, Instant now) const
{
    Effort effort = EffortOfOneRule;
    const SnapshotPtr snapshot = m_state.snapshot();
    const auto before = m_maps.pairs();
    const ReadWritePairs after(rows);
    return warningsToJson(changeWarnings({*snapshot, *before}, {*snapshot, after}, now, effort));
}

Result<HttpResponse> RequestMapModule::put(const HttpRequest &request, WriteTransaction &tx)
{
    const auto dryRun = isDryRun(request);
    if (!dryRun) return fail(dryRun.error());
    const auto before = storedMap(tx.db());
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    StoredMap after{readRequestMap(in), tx.now(), tx.actor().subject, before->version + 1};
    if (auto error = in.finish()) return fail(*error);
    Json warnings = splitsBy(after.rows, tx.now());
    if (*dryRun) return HttpResponse::json({{"warnings", std::move(warnings)}});
    const auto row = tx.db().execute(
        "UPDATE request_map SET rows_json = ?, updated_at = ?, changed_by = ?, version = ?",
        {dumpJson(requestMapToJson(after.rows)), toMs(after.updatedAt), after.changedBy, after.version});
    if (!row) return fail(row.error());
    tx.emit("request_map.changed", {{"rows", after.rows.size()}, {"version", after.version}});
    tx.audit({"request_map.update", "request_map", "request_map", mapJson(*before), mapJson(after), request.reason});
    tx.afterCommit([this, map = std::make_shared<const std::vector<RequestMapRow>>(after.rows)] { m_maps.publish(map); });
    Json json = mapJson(after);
    json["warnings"] = std::move(warnings);
    return HttpResponse::object(json, after.version);
}

} // namespace crossfade
