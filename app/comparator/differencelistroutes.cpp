// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/differenceexport.h"
#include "app/comparator/differencequery.h"
#include "app/comparator/differencestore.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace crossfade {

namespace {

constexpr std::size_t FirstSortColumn = 25; // after differenceColumns()

Result<std::int64_t> countOf(Database &db, const DifferenceQuery &query)
{
    const auto rows = db.query("SELECT count(*) FROM differences d" + query.where, query.values);
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<HttpResponse> listDifferences(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const Result<DifferenceQuery> query = differenceQuery(request);
    if (!query) return fail(query.error());
    const Result<std::int64_t> total = countOf(db, *query);
    if (!total) return fail(total.error());
    const Result<DifferenceQuery::Page> read = query->page(differenceColumns(), page->limit + 1, page->after);
    if (!read) return fail(read.error());
    const auto rows = db.query(read->sql, read->values);
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    std::optional<std::string> last;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        if (static_cast<std::int64_t>(i) == page->limit) {
            last = query->cursorOf((*rows)[i - 1], FirstSortColumn);
            break;
        }
        items.push_back(differenceRowJson((*rows)[i]));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), last, *total));
}

// How often each cause is in a group.
struct CauseCounts {
    std::int64_t total = 0;
    std::map<std::string, std::int64_t> causes;

    // The most frequent one; of several the first.
    std::pair<std::string, std::int64_t> top() const
    {
        const auto found = std::ranges::max_element(causes, {}, [](const auto &cause) { return cause.second; });
        return found == causes.end() ? std::pair<std::string, std::int64_t>() : std::pair<std::string, std::int64_t>(*found);
    }
};
using Groups = std::vector<std::pair<std::string, CauseCounts>>;

Json groupJson(const std::string &key, const CauseCounts &counts)
{
    const auto [cause, count] = counts.top();
    return {{"key", key.empty() ? Json() : Json(key)},
            {"count", counts.total},
            {"top_cause", cause},
            {"top_cause_share", Percentage::fromHundredths(count * Percentage::Whole / counts.total).percent()}};
}

// The greatest first. They are read in the order of the index that has all of it: of millions of differences no row is.
Result<Groups> groupsOf(Database &db, const DifferenceQuery &query, const std::string &column)
{
    const auto rows = db.query("SELECT " + column + ", d.cause, count(*) FROM differences d" + query.where +
                                   " GROUP BY d.resolved, d.cause, d.field_name, d.difference_type",
                               query.values);
    if (!rows) return fail(rows.error());
    std::map<std::string, CauseCounts> counts;
    for (const SqlRow &row : *rows) {
        CauseCounts &group = counts[row.text(0)];
        group.total += row.integer(2);
        group.causes[row.text(1)] += row.integer(2);
    }
    Groups groups(counts.begin(), counts.end());
    std::ranges::stable_sort(groups, std::ranges::greater(), [](const auto &group) { return group.second.total; });
    return groups;
}

// Counts by field or type, each with its most frequent cause.
Result<HttpResponse> summary(const HttpRequest &request, Database &db)
{
    const std::string by = request.queryText("by").value_or("field");
    if (by != "field" && by != "type") return invalid("?by", "must be one of field type");
    const Result<DifferenceQuery> query = differenceQuery(request);
    if (!query) return fail(query.error());
    const auto groups = groupsOf(db, *query, by == "field" ? "d.field_name" : "d.difference_type");
    const auto whole =
        db.query("SELECT count(*), max(d.id) FROM differences d" + query->where, query->values);
    const auto ignored = db.query("SELECT count(*) FROM differences d" + query->whereIgnored, query->values);
    if (!groups) return fail(groups.error());
    if (!whole) return fail(whole.error());
    if (!ignored) return fail(ignored.error());
    Json items = Json::array();
    for (const auto &[key, counts] : *groups)
        items.push_back(groupJson(key, counts));
    return HttpResponse::json({{"groups", std::move(items)},
                               {"total", whole->front().integer(0)},
                               {"ignored", ignored->front().integer(0)},
                               {"newest_id", textOrNull(whole->front(), 1)}});
}

// Evenly spaced cursors: the page after the cursor of an anchor begins at its offset.
Result<HttpResponse> anchors(const HttpRequest &request, Database &db)
{
    const Result<std::int64_t> count = request.queryInteger("count", 100, 1, 10'000);
    if (!count) return fail(count.error());
    const Result<PageRequest> page = pageRequest(request); // of the list
    if (!page) return fail(page.error());
    const Result<DifferenceQuery> query = differenceQuery(request);
    if (!query) return fail(query.error());
    const Result<std::int64_t> total = countOf(db, *query);
    if (!total) return fail(total.error());
    const std::int64_t step = std::max<std::int64_t>(1, (*total + *count - 1) / *count);
    Database::Parameters values = query->values;
    values.emplace_back(step);
    std::string aliases;
    std::string names;
    for (std::size_t i = 0; i < query->columns.size(); ++i) {
        const std::string name = "k" + std::to_string(i);
        aliases += query->columns[i] + " AS " + name + ", ";
        names += ", " + name;
    }
    const auto rows =
        db.query("SELECT place" + names + " FROM (SELECT " + aliases + "row_number() OVER (" +
                     query->order().substr(1) + ") AS place FROM differences d" + query->where +
                     ") AS placed WHERE place % ? = 0 ORDER BY place",
                 values);
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (const SqlRow &row : *rows) {
        if (row.integer(0) >= *total) break;
        items.push_back({{"offset", row.integer(0)}, {"cursor", pageCursor(*page, query->cursorOf(row, 1))}});
    }
    return HttpResponse::json({{"anchors", std::move(items)}, {"total", *total}});
}

struct ExportForm {
    const char *word;
    ExportFormat format;
    const char *contentType;
    const char *file;
};
constexpr ExportForm ExportForms[] = {
    {"CSV", ExportFormat::Csv, "text/csv; charset=utf-8", "differences.csv"},
    {"JSON", ExportFormat::Json, "application/x-ndjson", "differences.ndjson"},
    {"SQL", ExportFormat::Sql, "application/sql", "differences.sql"},
};

// All that the list would show, however many, piece by piece.
Result<HttpResponse> exportAll(const Context &context, const HttpRequest &request, Database &db)
{
    const std::string word = request.queryText("format").value_or("CSV");
    const auto form = std::ranges::find_if(ExportForms, [&](const ExportForm &one) { return word == one.word; });
    if (form == std::end(ExportForms)) return invalid("?format", "must be one of CSV JSON SQL");
    Result<DifferenceQuery> query = differenceQuery(request);
    if (!query) return fail(query.error());
    const auto all = std::make_shared<DifferenceExport>(context, std::move(*query), form->format);
    if (Result<void> begun = all->begin(db); !begun) return fail(begun.error());
    HttpResponse response;
    response.contentType = form->contentType;
    response.setHeader("Content-Disposition", std::string("attachment; filename=\"") + form->file + '"');
    response.rest = [all] { return all->next(); };
    return response;
}

} // namespace

void addDifferenceListRoutes(RouteTable &routes, const Context &context)
{
    const std::string all = "/api/v1/differences";
    routes.read("GET", all, rulesFor(Readers, differenceFilters({"limit", "cursor"})), listDifferences);
    routes.read("GET", all + "/summary", rulesFor(Readers, differenceFilters({"by"})), summary);
    routes.read("GET", all + "/export", rulesFor(Readers, differenceFilters({"format"})),
                [context](const HttpRequest &request, Database &db) { return exportAll(context, request, db); });
    routes.read("GET", all + "/anchors", rulesFor(Readers, differenceFilters({"count"})), anchors);
}

} // namespace crossfade
