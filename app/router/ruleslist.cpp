// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/ruleslist.h"

#include "app/router/routingtables.h"
#include "models/routing/routingjson.h"

#include <algorithm>

namespace crossfade {

namespace {

using Where = RuleSelection;

void add(Where &where, const std::string &condition, SqlValue value)
{
    where.where += " AND " + condition;
    where.values.push_back(std::move(value));
}

Result<void> addWord(const HttpRequest &request, const char *name, const char *column,
                     const std::vector<std::string_view> &words, Where &where)
{
    const auto text = request.queryText(name);
    if (!text) return {};
    if (std::ranges::find(words, *text) == words.end()) {
        std::string message = "must be one of";
        for (const std::string_view word : words)
            message += " " + std::string(word);
        return invalid("?" + std::string(name), std::move(message));
    }
    add(where, std::string(column) + " = ?", *text);
    return {};
}

// A text that LIKE finds anywhere, whatever characters it has; in small letters, as lower() leaves them
// in both kinds of store.
std::string anywhere(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return pattern + "%";
}

void addSearch(const std::string &text, Where &where)
{
    const std::string pattern = anywhere(text);
    where.where += " AND (lower(config_name) LIKE ? ESCAPE '\\' OR lower(target) LIKE ? ESCAPE '\\' "
                 "OR lower(reason) LIKE ? ESCAPE '\\')";
    where.values.insert(where.values.end(), {pattern, pattern, pattern});
}

} // namespace

std::vector<std::string> ruleFilters()
{
    return {"type", "target", "platform", "active", "q"};
}

Result<RuleSelection> ruleSelection(const HttpRequest &request)
{
    Where where;
    auto type = addWord(request, "type", "config_type", {"USER_BASED", "SYSTEM_BASED", "TIME_BASED"},
                        where);
    if (!type) return fail(type.error());
    auto platform =
        addWord(request, "platform", "target_platform", {"LEGACY", "NEW", "BOTH"}, where);
    if (!platform) return fail(platform.error());
    const auto active = request.queryBoolean("active");
    if (!active) return fail(active.error());
    if (*active) add(where, "active = ?", std::int64_t{**active ? 1 : 0});
    if (const auto target = request.queryText("target")) add(where, "target = ?", *target);
    if (const auto text = request.queryText("q")) {
        if (text->size() > 200) return invalid("?q", "must have at most 200 bytes");
        addSearch(*text, where);
    }
    return where;
}

Result<void> eachRuleAfter(const std::string &id, std::int64_t atMost, const RuleSelection &selection, Database &db,
                           const std::function<void(const Rule &)> &visit)
{
    Where where = selection;
    if (!id.empty()) add(where, "id > ?", id);
    where.values.emplace_back(atMost);
    return db.each("SELECT " + std::string(routingtables::RuleColumns) + " FROM rule WHERE " + where.where +
                       " ORDER BY id LIMIT ?",
                   where.values, [&](const SqlRow &row) {
                       visit(routingtables::ruleOf(row));
                       return true;
                   });
}

Result<HttpResponse> listRules(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    auto where = ruleSelection(request);
    if (!where) return fail(where.error());
    const auto total = db.query("SELECT count(*) FROM rule WHERE " + where->where, where->values);
    if (!total) return fail(total.error());
    if (page->after) add(*where, "id > ?", *page->after);
    where->values.emplace_back(page->limit + 1);
    std::string text = R"({"items":[)";
    std::string last;
    std::int64_t count = 0;
    const auto done = db.each("SELECT " + std::string(routingtables::RuleColumns) + " FROM rule WHERE " + where->where +
                                  " ORDER BY id LIMIT ?",
                              where->values, [&](const SqlRow &row) {
                                  if (++count > page->limit) return true; // says that more follow
                                  if (count > 1) text += ',';
                                  const Rule rule = routingtables::ruleOf(row);
                                  appendRuleText(text, rule);
                                  last = rule.id;
                                  return true;
                              });
    if (!done) return fail(done.error());
    text += R"(],"next_cursor":)";
    text += count > page->limit ? '"' + pageCursor(*page, last) + '"' : "null";
    text += R"(,"total":)" + std::to_string(total->front().integer(0)) + '}';
    return HttpResponse::text(std::move(text));
}

Result<HttpResponse> ruleAnchors(const HttpRequest &request, Database &db)
{
    const auto count = request.queryInteger("count", 100, 1, 10'000);
    if (!count) return fail(count.error());
    const auto page = pageRequest(request); // of the list
    if (!page) return fail(page.error());
    const auto where = ruleSelection(request);
    if (!where) return fail(where.error());
    const auto whole = db.query("SELECT count(*) FROM rule WHERE " + where->where, where->values);
    if (!whole) return fail(whole.error());
    const std::int64_t total = whole->front().integer(0);
    const std::int64_t step = std::max<std::int64_t>(1, (total + *count - 1) / *count);
    Database::Parameters values = where->values;
    values.insert(values.end(), {step, total});
    const auto rows = db.query("SELECT place, id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM rule "
                               "WHERE " + where->where + ") AS numbered WHERE place % ? = 0 AND place < ? ORDER BY place",
                               values);
    if (!rows) return fail(rows.error());
    Json anchors = Json::array();
    for (const SqlRow &row : *rows)
        anchors.push_back({{"offset", row.integer(0)}, {"cursor", pageCursor(*page, row.text(1))}});
    return HttpResponse::json({{"anchors", std::move(anchors)}, {"total", total}});
}

} // namespace crossfade
