// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/differencequery.h"

#include "app/comparator/differencestore.h"
#include "app/comparator/rowjson.h"

#include <algorithm>
#include <iterator>

namespace crossfade {

namespace {

constexpr std::size_t LongestText = 1'000;

struct Filter {
    const char *parameter;
    const char *column;
    std::vector<std::string_view> words; // allowed; empty: any text
};

const std::vector<Filter> &filters()
{
    static const std::vector<Filter> all{
        {"run_id", "d.run_id", {}},
        {"check_id", "d.check_id", {}},
        {"entity_id", "d.entity_id", {}},
        {"field", "d.field_name", {}},
        {"type", "d.difference_type", {"MISSING", "EXTRA", "DIFFERENT"}},
        {"state", "d.state", {"CONFIRMED", "IN_FLIGHT", "HOT"}},
        {"cause",
         "d.cause",
         {"NULL_EMPTY", "TRAILING_SPACE", "UNICODE_FORM", "CASE", "SCALE", "TIME_ZONE", "VALUE",
          "ROW"}},
    };
    return all;
}

std::string mustBeOneOf(const Filter &filter)
{
    std::string message = "must be one of";
    for (const std::string_view word : filter.words)
        message += " " + std::string(word);
    return message;
}

bool allows(const Filter &filter, const std::string &text)
{
    return filter.words.empty() || std::ranges::find(filter.words, text) != filter.words.end();
}

Result<void> addFilters(const HttpRequest &request, DifferenceQuery &query)
{
    for (const Filter &filter : filters()) {
        const auto text = request.queryText(filter.parameter);
        if (!text) continue;
        if (!allows(filter, *text)) return invalid("?" + std::string(filter.parameter), mustBeOneOf(filter));
        query.where += std::string(" AND ") + filter.column + " = ?";
        query.values.emplace_back(*text);
    }
    const Result<std::optional<bool>> resolved = request.queryBoolean("resolved");
    if (!resolved) return fail(resolved.error());
    query.openAndResolved = !*resolved;
    if (*resolved) {
        query.where += " AND d.resolved = ?";
        query.values.emplace_back(std::int64_t{**resolved});
    }
    if (const auto rule = request.queryText("ignore_rule_id")) {
        query.where += " AND d.ignored_by = ?";
        query.values.emplace_back(*rule);
    }
    if (const auto text = request.queryText("q")) {
        // What is not told is not guessed at either.
        query.where += " AND (lower(d.entity_id) LIKE ? ESCAPE '\\' OR ((lower(d.legacy_value) LIKE ? ESCAPE '\\' "
                       "OR lower(d.new_value) LIKE ? ESCAPE '\\') AND NOT " +
                       std::string(IsWithheld) + "))";
        for (int i = 0; i < 3; ++i)
            query.values.emplace_back(likePattern(*text));
    }
    return {};
}

// Hidden means hidden: who wants to see them says so.
Result<void> addIgnored(const HttpRequest &request, DifferenceQuery &query)
{
    query.whereIgnored = query.where + " AND d.ignored_by IS NOT NULL";
    const std::string word = request.queryText("ignored").value_or(request.queryText("ignore_rule_id") ? "SHOW" : "HIDE");
    if (word == "HIDE")
        query.where += " AND d.ignored_by IS NULL";
    else if (word == "ONLY")
        query.where = query.whereIgnored;
    else if (word != "SHOW")
        return invalid("?ignored", "must be one of HIDE SHOW ONLY");
    return {};
}

} // namespace

DifferenceFilter readDifferenceFilter(JsonReader &parent)
{
    DifferenceFilter result;
    const Json *object = parent.optionalObject("filter");
    if (!object) return result;
    JsonReader in(*object, parent.pointerTo("filter"), parent);
    for (const Filter &filter : filters()) {
        if (std::string_view(filter.parameter) == "state") continue;
        const auto text = in.optionalText(filter.parameter, LongestText);
        if (!text) continue;
        if (!allows(filter, *text)) in.reject(filter.parameter, mustBeOneOf(filter));
        result.where += std::string(" AND ") + filter.column + " = ?";
        result.values.emplace_back(*text);
    }
    in.finish();
    return result;
}

std::string DifferenceQuery::columnList() const
{
    std::string list;
    for (const std::string &column : columns)
        list += (list.empty() ? "" : ", ") + column;
    return list;
}

std::string DifferenceQuery::order() const
{
    std::string list;
    for (const std::string &column : columns)
        list += (list.empty() ? " ORDER BY " : ", ") + column + (descending ? " DESC" : "");
    return list;
}

// The indexes have the open ones apart from those that are resolved: a page of both is the first rows of two pages.
Result<DifferenceQuery::Page> DifferenceQuery::page(const std::string &selected, std::int64_t most,
                                                    const std::optional<std::string> &cursor,
                                                    const std::optional<std::string> &newest) const
{
    std::string which = where;
    Database::Parameters rows = values;
    if (newest) {
        which += " AND d.id <= ?";
        rows.emplace_back(*newest);
    }
    if (cursor) {
        const Result<std::string> rest = after(*cursor, rows);
        if (!rest) return fail(rest.error());
        which += *rest;
    }
    rows.emplace_back(most);
    const std::string ordered = order() + " LIMIT ?";
    const std::string start = "SELECT " + selected + ", " + columnList() + " FROM ";
    const std::string repairs = " LEFT JOIN repairs r ON r.id = d.repair_id";
    if (!openAndResolved) return Page{start + "differences d" + repairs + which + ordered, std::move(rows)};
    const auto half = [&](const char *resolved) {
        return std::string("SELECT * FROM (SELECT d.* FROM differences d") + which + " AND d.resolved = " + resolved + ordered +
               ") AS " + (*resolved == '0' ? "open_ones" : "resolved_ones");
    };
    Page page{start + "(" + half("0") + " UNION ALL " + half("1") + ") AS d" + repairs + ordered, rows};
    std::ranges::copy(rows, std::back_inserter(page.values));
    page.values.emplace_back(most);
    return page;
}

Result<std::string> DifferenceQuery::after(const std::string &cursor,
                                           Database::Parameters &parameters) const
{
    const Json key = Json::parse(cursor, nullptr, false);
    if (!key.is_array() || key.size() != columns.size() + 1 || key[0] != sort)
        return invalid("?cursor", "is not a cursor of this order");
    std::string places;
    for (std::size_t i = 1; i < key.size(); ++i) {
        places += places.empty() ? "?" : ", ?";
        if (key[i].is_number_integer())
            parameters.emplace_back(key[i].get<std::int64_t>());
        else if (key[i].is_string())
            parameters.emplace_back(key[i].get<std::string>());
        else
            return invalid("?cursor", "is not a cursor of this order");
    }
    return " AND (" + columnList() + ") " + (descending ? "<" : ">") + " (" + places + ")";
}

std::string DifferenceQuery::cursorOf(const SqlRow &row, std::size_t first) const
{
    Json key = Json::array({sort});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const SqlValue &value = row.value(first + i);
        if (std::holds_alternative<std::int64_t>(value))
            key.push_back(std::get<std::int64_t>(value));
        else
            key.push_back(row.text(first + i));
    }
    return dumpJson(key);
}

Result<DifferenceQuery> differenceQuery(const HttpRequest &request)
{
    DifferenceQuery query;
    query.where = " WHERE 1 = 1";
    if (Result<void> added = addFilters(request, query); !added) return fail(added.error());
    if (Result<void> added = addIgnored(request, query); !added) return fail(added.error());
    query.sort = request.queryText("sort").value_or("found_at");
    query.descending = query.sort.starts_with('-');
    const std::string word = query.descending ? query.sort.substr(1) : query.sort;
    if (word == "found_at")
        query.columns = {"d.found_at", "d.id"};
    else if (word == "entity_id")
        query.columns = {"d.entity_order", "d.field_name", "d.id"};
    else if (word == "field_name")
        query.columns = {"d.field_name", "d.entity_order", "d.id"};
    else
        return invalid(
            "?sort",
            "must be one of found_at entity_id field_name, with - before it to turn it round");
    return query;
}

std::vector<std::string> differenceFilters(std::vector<std::string> more)
{
    std::vector<std::string> names{"resolved", "ignored", "ignore_rule_id", "q", "sort"};
    for (const Filter &filter : filters())
        names.emplace_back(filter.parameter);
    std::ranges::move(more, std::back_inserter(names));
    return names;
}

} // namespace crossfade
