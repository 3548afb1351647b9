// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/auditexport.h"
#include "app/service/auditverifier.h"
#include "app/service/standardroutes.h"

namespace crossfade {

namespace {

// How long a second verification waits for the first: it keeps one of two threads for slow work meanwhile.
constexpr std::chrono::seconds VerifierPatience{2};

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
        const auto before = page->afterNumber();
        if (!before) return fail(before.error());
        filter->where += " AND seq < ?";
        filter->values.emplace_back(*before);
    }
    filter->values.emplace_back(page->limit + 1);
    const auto rows = reader.query(std::string("SELECT ") + AuditColumns + " FROM audit WHERE " + filter->where +
                                       " ORDER BY seq DESC LIMIT ?",
                                   filter->values);
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
    return HttpResponse::json(pageAnswer(*page, std::move(items), next, total->front().integer(0)));
}

HttpResponse::Piece nextPiece(AuditExport &entries, ServiceStore &store)
{
    if (entries.ended()) return std::optional<std::string>();
    Result<std::string> piece;
    const auto read = store.read([&](Database &reader) -> Result<void> {
        piece = entries.piece(reader);
        return {};
    });
    if (!read) return fail(read.error());
    if (!piece) return fail(piece.error());
    return std::optional(std::move(*piece));
}

Result<HttpResponse> exportAudit(const HttpRequest &request, Database &reader, ServiceStore &store)
{
    auto filter = filterOf(request);
    if (!filter) return fail(filter.error());
    const bool csv = request.header("accept").find("text/csv") != std::string::npos;
    const auto entries = std::make_shared<AuditExport>(std::move(filter->where), std::move(filter->values), csv);
    if (auto begun = entries->begin(reader); !begun) return fail(begun.error());
    auto first = entries->piece(reader);
    if (!first) return fail(first.error());
    HttpResponse response;
    response.contentType = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    response.body = std::move(*first);
    if (!entries->ended()) response.rest = [entries, &store] { return nextPiece(*entries, store); };
    return response;
}

HttpResponse verification(const HttpRequest &request, const ServiceStore &store, AuditVerifier &verifier)
{
    const auto verdict = verifier.verdict();
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
    routes.read("GET", "/api/v1/audit/export", rules, [&store](const HttpRequest &request, Database &reader) {
        return exportAudit(request, reader, store);
    });
    RouteRules paged = rules;
    paged.query.insert(paged.query.end(), {"limit", "cursor"});
    routes.read("GET", "/api/v1/audit", paged, listAudit);
    RouteRules plain;
    plain.roles = {Role::Viewer};
    const auto verifier = std::make_shared<AuditVerifier>([&store] { return store.verifyAudit(); }, VerifierPatience);
    routes.work("GET", "/api/v1/audit/verification", plain, [&store, verifier](const HttpRequest &request) {
        return verification(request, store, *verifier);
    });
}

} // namespace crossfade
