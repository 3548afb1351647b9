// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairfilter.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

namespace crossfade {

namespace {

// The newest first.
Result<HttpResponse> list(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    Result<RepairFilter> filter = repairFilter(request);
    if (!filter) return fail(filter.error());
    const auto total = db.query("SELECT count(*) FROM repairs" + filter->where, filter->values);
    if (!total) return fail(total.error());
    if (page->after) {
        filter->where += " AND id < ?";
        filter->values.emplace_back(*page->after);
    }
    filter->values.emplace_back(page->limit + 1);
    const auto rows = db.query("SELECT " + repairColumns() + " FROM repairs" + filter->where +
                                   " ORDER BY id DESC LIMIT ?",
                               filter->values);
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0),
                      [&db](const SqlRow &row) { return repairRowJson(db, row); });
}

Result<HttpResponse> summary(const HttpRequest &request, Database &db)
{
    // Those of a role are everybody's who has it.
    std::string mine = "assigned_to = ?";
    Database::Parameters values{request.principal.subject};
    for (const Role role : request.principal.roles) {
        mine += " OR assigned_role = ?";
        values.emplace_back(std::string(roleWord(role)));
    }
    const auto rows = db.query(
        "SELECT count(CASE WHEN (" + mine + ") AND status NOT IN ('VERIFIED', 'REJECTED', 'UNDONE') THEN 1 END), "
        "count(CASE WHEN status = 'PENDING' THEN 1 END), "
        "count(CASE WHEN status IN ('PENDING', 'ASSIGNED') THEN 1 END), "
        "count(CASE WHEN status IN ('FAILED', 'STALE') THEN 1 END), "
        "count(CASE WHEN status IN ('VERIFIED', 'REJECTED', 'UNDONE') THEN 1 END), count(*) FROM repairs",
        values);
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    return HttpResponse::json({{"mine", row.integer(0)},
                               {"unassigned", row.integer(1)},
                               {"for_approval", row.integer(2)},
                               {"failed", row.integer(3)},
                               {"done", row.integer(4)},
                               {"total", row.integer(5)}});
}

} // namespace

void addRepairListRoutes(RouteTable &routes)
{
    const std::string all = "/api/v1/repairs";
    std::vector<std::string> query = repairFilterNames();
    query.insert(query.end(), {"limit", "cursor"});
    routes.read("GET", all, rulesFor(Readers, query), list);
    routes.read("GET", all + "/summary", rulesFor(Readers), summary);
}

} // namespace crossfade
