// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/rulecolumns.h"

#include "models/core/csv.h"
#include "models/core/jsonitems.h"

#include <algorithm>

namespace crossfade {

namespace {

std::string cellOf(const Json &value)
{
    if (value.is_null()) return {};
    const auto *text = value.get_ptr<const std::string *>();
    return text ? *text : dumpJson(value);
}

// Spreadsheets write TRUE. What is no JSON stays a text, for the check of the field to refuse.
Json valueOf(const std::string &cell)
{
    std::string lower = cell;
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (lower == "true" || lower == "false") return lower == "true";
    auto json = parseJson(cell);
    return json ? std::move(*json) : Json(cell);
}

Json fieldOf(const RuleColumn &column, std::string cell)
{
    if (cell.empty()) return {};
    return column.cell == RuleColumn::Cell::Value ? valueOf(cell) : Json(std::move(cell));
}

std::string knownColumns()
{
    std::string names;
    for (const RuleColumn &column : RuleColumns)
        names += (names.empty() ? "" : ", ") + std::string(column.name);
    return names;
}

Result<std::vector<const RuleColumn *>> headOf(const std::vector<std::string> &cells)
{
    std::vector<const RuleColumn *> head;
    for (const std::string &cell : cells) {
        const RuleColumn *column = ruleColumn(cell);
        if (!column)
            return invalid("/columns/" + pointerToken(cell.substr(0, 100)),
                           "is not a column of rules; the first line must name some of " + knownColumns());
        if (std::ranges::find(head, column) != head.end())
            return invalid("/columns/" + cell, "stands twice in the first line");
        head.push_back(column);
    }
    return head;
}

} // namespace

const RuleColumn *ruleColumn(std::string_view name)
{
    const auto *found = std::ranges::find(RuleColumns, name, &RuleColumn::name);
    return found == std::ranges::end(RuleColumns) ? nullptr : found;
}

void appendRuleHead(std::string &csv)
{
    std::vector<std::string> cells;
    for (const RuleColumn &column : RuleColumns)
        cells.emplace_back(column.name);
    csv += "\xEF\xBB\xBF";
    appendCsvRecord(csv, cells);
}

void appendRule(std::string &csv, const Rule &rule)
{
    const Json json = ruleToJson(rule);
    std::vector<std::string> cells;
    for (const RuleColumn &column : RuleColumns)
        cells.push_back(cellOf(json.value(std::string(column.name), Json())));
    appendCsvRecord(csv, cells);
}

Result<void> readRulesCsv(std::string_view csv, const RuleRowSink &sink)
{
    std::vector<const RuleColumn *> head;
    auto read = readCsv(csv, [&](std::vector<std::string> cells, std::size_t row) -> Result<void> {
        if (head.empty()) {
            auto named = headOf(cells);
            if (!named) return fail(named.error());
            head = std::move(*named);
            return {};
        }
        Json fields = Json::object();
        for (std::size_t i = 0; i < head.size(); ++i)
            fields[std::string(head[i]->name)] = fieldOf(*head[i], std::move(cells[i]));
        return sink(fields, row);
    });
    if (read && head.empty())
        return fail(ErrorKind::Malformed, "there is no first line that names the columns");
    return read;
}

Result<void> readRulesJson(std::string_view json, const RuleRowSink &sink)
{
    return eachJsonItem(json, "rules",
                        [&](const Json &item, std::size_t index) { return sink(item, index + 1); });
}

} // namespace crossfade
