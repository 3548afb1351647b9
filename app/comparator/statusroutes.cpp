// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routerpush.h"
#include "app/comparator/routes.h"

namespace crossfade {

namespace {

// Of everyone whom the router is to hold, and of what it has not taken yet.
Result<Json> heldCounts(Database &db)
{
    const auto rows = db.query("SELECT kind, count(*) FROM (SELECT DISTINCT kind, id FROM router_held WHERE kind <> '') AS held "
                               "GROUP BY kind");
    if (!rows) return fail(rows.error());
    Json counts{{"users", 0}, {"entities", 0}};
    for (const SqlRow &row : *rows)
        counts[row.text(0) == "USER" ? "users" : "entities"] = row.integer(1);
    const auto others = db.query("SELECT count(*) FROM router_held WHERE kind = ''");
    if (!others) return fail(others.error());
    const auto waiting = db.query("SELECT count(*) FROM router_held_changes c, router_push p WHERE p.what = 'HELD' AND "
                                  "c.epoch > p.pushed");
    if (!waiting) return fail(waiting.error());
    counts["without_id"] = others->front().integer(0);
    counts["changes_waiting"] = waiting->front().integer(0);
    return counts;
}

} // namespace

void addStatusRoutes(RouteTable &routes, const Context &context, const RouterAddress &router, bool keyIndex)
{
    routes.read("GET", "/api/v1/status", rulesFor(Readers),
                [context, router, keyIndex](const HttpRequest &, Database &db) -> Result<HttpResponse> {
                    Result<Json> pushes = routerPushesJson(db, router.isSet(), keyIndex);
                    if (!pushes) return fail(pushes.error());
                    Result<Json> held = heldCounts(db);
                    if (!held) return fail(held.error());
                    const Leadership &leadership = context.service.leadership();
                    return HttpResponse::json({{"leads", leadership.leads()},
                                               {"router",
                                                {{"urls", router.urls},
                                                 {"held", std::move(*held)},
                                                 {"pushes", std::move(*pushes)}}}});
                });
}

} // namespace crossfade
