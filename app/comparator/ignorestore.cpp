// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/ignorestore.h"

#include "app/comparator/rowjson.h"

#include <algorithm>

namespace crossfade::ignores {

namespace {

Result<IgnoreRule> ruleFromText(const std::string &id, const std::string &text)
{
    const Json body = Json::parse(text, nullptr, false);
    JsonReader in(body);
    IgnoreRule rule = readIgnoreRule(in);
    if (const auto error = in.finish())
        return fail(ErrorKind::Internal, "the stored ignore rule " + id + " cannot be read: " + error->message);
    return rule;
}

} // namespace

Result<std::vector<Active>> active(Database &db, Instant now)
{
    const auto rows = db.query("SELECT id, reason, rule FROM ignore_rules WHERE ended = 0 AND (ends_at IS NULL OR ends_at > "
                               "?) ORDER BY id",
                               {toMs(now)});
    if (!rows) return fail(rows.error());
    std::vector<Active> result;
    for (const SqlRow &row : *rows) {
        Result<IgnoreRule> rule = ruleFromText(row.text(0), row.text(2));
        if (!rule) return fail(rule.error());
        result.push_back({row.text(0), row.text(1), std::move(*rule)});
    }
    return result;
}

const Active *firstFit(const std::vector<Active> &rules, const IgnoreFacts &facts)
{
    const auto found = std::ranges::find_if(rules, [&](const Active &one) { return fits(one.rule, facts); });
    return found == rules.end() ? nullptr : &*found;
}

Result<void> addToRun(Database &db, const std::string &runId, const std::vector<Active> &rules, const Counts &counts)
{
    for (const auto &[id, differences] : counts) {
        const auto rule = std::ranges::find(rules, id, &Active::id);
        const auto added = db.execute(
            "INSERT INTO run_ignored (run_id, rule_id, reason, differences) VALUES (?, ?, ?, ?) ON CONFLICT (run_id, "
            "rule_id) DO UPDATE SET reason = excluded.reason, differences = run_ignored.differences + "
            "excluded.differences",
            {runId, id, rule == rules.end() ? std::string() : rule->reason, differences});
        if (!added) return fail(added.error());
    }
    return {};
}

Result<Json> jsonOfRun(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT rule_id, reason, differences FROM run_ignored WHERE run_id = ? ORDER BY rule_id",
                               {runId});
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (const SqlRow &row : *rows)
        items.push_back({{"rule_id", row.text(0)}, {"reason", row.text(1)}, {"differences", row.integer(2)}});
    return items;
}

Result<void> resetRun(Database &db, const std::string &runId)
{
    const auto done = db.execute("DELETE FROM run_ignored WHERE run_id = ?", {runId});
    return done ? Result<void>() : fail(done.error());
}

Result<void> noteChange(Database &db)
{
    const auto done = db.execute("UPDATE ignore_state SET changes = changes + 1");
    return done ? Result<void>() : fail(done.error());
}

std::string ruleColumns()
{
    // What it hides now: counted by an index that has the hidden ones alone.
    return "r.id, r.rule, r.reason, r.ended, r.created_by, r.created_at, r.changed_by, r.updated_at, r.version, "
           "(SELECT count(*) FROM differences d WHERE d.ignored_by = r.id AND d.resolved = 0), "
           "(SELECT CASE WHEN applied < changes THEN 1 ELSE 0 END FROM ignore_state)";
}

Json ruleRowJson(const SqlRow &row)
{
    Json rule = jsonOrNull(row, 1);
    rule.update({{"id", row.text(0)},
                 {"reason", row.text(2)},
                 {"ended", row.integer(3) != 0},
                 {"created_by", row.text(4)},
                 {"created_at", timeOrNull(row, 5)},
                 {"changed_by", row.text(6)},
                 {"updated_at", timeOrNull(row, 7)},
                 {"version", row.integer(8)},
                 {"hidden_differences", row.integer(9)},
                 {"being_applied", row.integer(10) != 0}});
    return rule;
}

Result<Json> ruleJson(Database &db, const std::string &id)
{
    const auto rows = db.query("SELECT " + ruleColumns() + " FROM ignore_rules r WHERE r.id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no ignore rule " + id);
    return ruleRowJson(rows->front());
}

Result<std::string> namingValue(Database &db, const std::string &dataType, const std::string &field)
{
    const auto rows = db.query("SELECT id, rule FROM ignore_rules ORDER BY id");
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        const Result<IgnoreRule> rule = ruleFromText(row.text(0), row.text(1));
        if (!rule) return fail(rule.error());
        if (rule->dataType == dataType && rule->field == field && !keepsValuesSecret(*rule)) return row.text(0);
    }
    return std::string();
}

std::optional<std::string> shownText(const Json &value)
{
    return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

} // namespace crossfade::ignores
