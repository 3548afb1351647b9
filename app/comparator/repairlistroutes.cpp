// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairstore.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

namespace crossfade {

namespace {

struct RepairFilter {
    std::string where = " WHERE 1 = 1";
    Database::Parameters values;
};

Result<RepairFilter> readFilter(const HttpRequest &request)
{
    RepairFilter filter;
    if (const auto status = request.queryText("status")) {
        if (!repairStatusFromWord(*status))
            return invalid("?status", "must be one of PENDING ASSIGNED APPROVED REJECTED EXECUTING "
                                      "VERIFIED FAILED STALE");
        filter.where += " AND status = ?";
        filter.values.emplace_back(*status);
    }
    for (const char *name : {"assigned_to", "entity_id"}) {
        const auto text = request.queryText(name);
        if (!text) continue;
        filter.where += std::string(" AND ") + name + " = ?";
        filter.values.emplace_back(*text);
    }
    if (const auto text = request.queryText("q")) {
        filter.where +=
            " AND (lower(entity_id) LIKE ? ESCAPE '\\' OR lower(sentence) LIKE ? ESCAPE '\\')";
        filter.values.emplace_back(likePattern(*text));
        filter.values.emplace_back(likePattern(*text));
    }
    return filter;
}

// The newest first.
Result<HttpResponse> list(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    Result<RepairFilter> filter = readFilter(request);
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
    const auto rows = db.query(
        "SELECT count(CASE WHEN assigned_to = ? AND status NOT IN ('VERIFIED', 'REJECTED') THEN 1 END), "
        "count(CASE WHEN status = 'PENDING' THEN 1 END), "
        "count(CASE WHEN status IN ('PENDING', 'ASSIGNED') THEN 1 END), "
        "count(CASE WHEN status IN ('FAILED', 'STALE') THEN 1 END), "
        "count(CASE WHEN status IN ('VERIFIED', 'REJECTED') THEN 1 END), count(*) FROM repairs",
        {request.principal.subject});
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
    routes.read("GET", all,
                rulesFor(Readers, {"limit", "cursor", "status", "assigned_to", "entity_id", "q"}),
                list);
    routes.read("GET", all + "/summary", rulesFor(Readers), summary);
}

} // namespace crossfade
