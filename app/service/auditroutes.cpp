// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/standardroutes.h"
#include "models/core/csv.h"

namespace crossfade {

namespace {

// The filters of a request as SQL: "1 = 1 AND action = ? …".
struct Filter {
    std::string where = "1 = 1";
    Database::Parameters values;

    void equal(const HttpRequest &request, const char *name)
    {
        const auto value = request.queryText(name);
        if (!value) return;
        where += std::string(" AND ") + name + " = ?";
        values.emplace_back(*value);
    }
    void bound(const std::optional<Instant> &instant, const char *comparison)
    {
        if (!instant) return;
        where += std::string(" AND at ") + comparison + " ?";
        values.emplace_back(toMs(*instant));
    }
};

Result<Filter> filterOf(const HttpRequest &request)
{
    const auto from = request.queryInstant("from");
    if (!from) return fail(from.error());
    const auto to = request.queryInstant("to");
    if (!to) return fail(to.error());
    Filter filter;
    for (const char *name : {"action", "object_type", "object_id", "subject"})
        filter.equal(request, name);
    filter.bound(*from, ">=");
    filter.bound(*to, "<");
    return filter;
}

std::string selectEntries(const Filter &filter, const char *order)
{
    return std::string("SELECT ") + AuditColumns + " FROM audit WHERE " + filter.where +
           " ORDER BY seq " + order;
}

Result<HttpResponse> listAudit(const HttpRequest &request, Database &reader)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    auto filter = filterOf(request);
    if (!filter) return fail(filter.error());
    const auto total =
        reader.query("SELECT count(*) FROM audit WHERE " + filter->where, filter->values);
    if (!total) return fail(total.error());
    if (page->after) {
        filter->where += " AND seq < CAST(? AS BIGINT)";
        filter->values.emplace_back(*page->after);
    }
    filter->values.emplace_back(page->limit + 1);
    const auto rows = reader.query(selectEntries(*filter, "DESC") + " LIMIT ?", filter->values);
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    std::optional<std::string> next;
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            next = items.back().at("seq").dump();
            break;
        }
        items.push_back(auditEntryJson(row));
    }
    return HttpResponse::json(pageAnswer(std::move(items), next, total->front().integer(0)));
}

const std::vector<std::string> &exportedFields()
{
    static const std::vector<std::string> names{"seq", "id", "at", "epoch", "subject", "action", "object_type",
                                                "object_id", "before", "after", "reason", "request_id", "hash"};
    return names;
}

void appendCsv(std::string &csv, const Json &entry)
{
    std::vector<std::string> cells;
    for (const std::string &name : exportedFields()) {
        const Json &value = entry.at(name);
        cells.push_back(value.is_string() ? value.get<std::string>() : dumpJson(value));
    }
    appendCsvRecord(csv, cells);
}

Result<HttpResponse> exportAudit(const HttpRequest &request, Database &reader)
{
    const auto filter = filterOf(request);
    if (!filter) return fail(filter.error());
    const bool csv = request.header("accept").find("text/csv") != std::string::npos;
    constexpr std::size_t MostBytes = 32 << 20; // of memory, for each of the four readers
    HttpResponse response;
    response.contentType = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    if (csv) appendCsvRecord(response.body, exportedFields());
    auto done = reader.each(selectEntries(*filter, "ASC"), filter->values, [&](const SqlRow &row) {
        const Json entry = auditEntryJson(row);
        if (csv)
            appendCsv(response.body, entry);
        else
            response.body += dumpJson(entry) + "\n";
        return response.body.size() < MostBytes;
    });
    if (!done) return fail(done.error());
    if (response.body.size() >= MostBytes)
        return invalid("?from", "the export is too large; choose a shorter time");
    return response;
}

HttpResponse verification(const HttpRequest &request, ServiceStore &store)
{
    const auto verdict = store.verifyAudit();
    if (!verdict) return HttpResponse::problem(verdict.error(), request.requestId);
    Json broken;
    if (!verdict->intact) broken = {{"id", verdict->brokenId}, {"problem", verdict->problem}};
    return HttpResponse::json({{"intact", verdict->intact},
                               {"entries", verdict->entries},
                               {"checked_at", formatInstant(store.environment().now())},
                               {"first_broken", std::move(broken)}});
}

} // namespace

void addAuditRoutes(RouteTable &routes, ServiceStore &store)
{
    RouteRules rules;
    rules.roles = {Role::Viewer};
    rules.query = {"action", "object_type", "object_id", "subject", "from", "to"};
    routes.read("GET", "/api/v1/audit/export", rules, exportAudit);
    RouteRules paged = rules;
    paged.query.insert(paged.query.end(), {"limit", "cursor"});
    routes.read("GET", "/api/v1/audit", paged, listAudit);
    RouteRules plain;
    plain.roles = {Role::Viewer};
    routes.work("GET", "/api/v1/audit/verification", plain, [&store](const HttpRequest &request) {
        return verification(request, store);
    });
}

} // namespace crossfade
