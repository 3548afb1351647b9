// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/differenceexport.h"

#include "app/comparator/differencestore.h"
#include "app/comparator/rowjson.h"
#include "models/consistency/sqltext.h"
#include "models/core/csv.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t PieceBytes = 256 << 10;
constexpr std::int64_t FewestRows = 16; // of a piece, as they are asked for
constexpr std::int64_t MostRows = 1'000;
constexpr std::int64_t ScriptedRows = 200; // at most, of which both rows are read for one piece

// differenceColumns(), then what its repair is made of, then the columns of the order.
constexpr const char *ScriptColumns = "d.mapping_id, d.legacy_print, d.new_print, d.member";
constexpr std::size_t FirstScriptColumn = 25;
constexpr std::size_t FirstOrderColumn = 29;

const std::vector<std::string> &csvFields()
{
    static const std::vector<std::string> names{
        "id",           "run_id",        "check_id",          "check_name",  "entity_type",  "entity_id",
        "field_name",   "difference_type", "state",           "cause",       "legacy_value", "legacy_is_null",
        "new_value",    "new_is_null",   "legacy_present",    "new_present", "sensitive",    "tolerance",
        "found_at",     "last_seen_at",  "resolved",          "resolved_at", "resolution_notes", "repair_id",
        "repair_status", "ignore_rule_id"};
    return names;
}

void appendCsv(std::string &csv, const Json &difference)
{
    std::vector<std::string> cells;
    for (const std::string &name : csvFields()) {
        // An empty cell is no value, or the empty one: this tells which.
        if (name == "legacy_is_null" || name == "new_is_null") {
            const char *value = name == "new_is_null" ? "new_value" : "legacy_value";
            cells.push_back(difference.at(value).is_null() ? "true" : "false");
            continue;
        }
        const Json &value = difference.at(name);
        cells.push_back(value.is_null() ? "" : value.is_string() ? value.get<std::string>() : dumpJson(value));
    }
    appendCsvRecord(csv, cells);
}

// Why a difference has no repair at all.
std::string obstacleOf(const Json &difference)
{
    if (difference.at("resolved") == true) return "it is resolved";
    if (difference.at("state") != "CONFIRMED")
        return "it is " + difference.at("state").get<std::string>() + ": its row does not stand still";
    if (!difference.at("ignore_rule_id").is_null())
        return "it is ignored by the rule " + difference.at("ignore_rule_id").get<std::string>();
    return "";
}

ScriptedDifference scripted(const Json &difference, const SqlRow &row)
{
    ScriptedDifference one;
    one.id = difference.at("id").get<std::string>();
    one.mappingId = row.text(FirstScriptColumn);
    one.entityType = difference.at("entity_type").get<std::string>();
    one.entityId = difference.at("entity_id").get<std::string>();
    if (!difference.at("field_name").is_null()) one.field = difference.at("field_name").get<std::string>();
    one.type = differenceTypeFromWord(difference.at("difference_type").get<std::string>()).value_or(DifferenceType::Different);
    one.legacyPrint = row.text(FirstScriptColumn + 1);
    one.newPrint = row.text(FirstScriptColumn + 2);
    one.member = row.text(FirstScriptColumn + 3);
    one.sensitive = difference.at("sensitive") == true;
    one.obstacle = obstacleOf(difference);
    return one;
}

std::string scriptHead(Instant now)
{
    return sqlComment("The repairs of differences, by what both platforms held at " + formatInstant(now) + " and after.") +
           sqlComment("Each is on one line, in UTF-8, for the database that the line before it names, and changes nothing") +
           sqlComment("where that no longer holds what was seen. Crossfade's own repairs verify and can undo what they write.");
}

} // namespace

DifferenceExport::DifferenceExport(const Context &context, DifferenceQuery query, ExportFormat format)
    : m_context(context)
    , m_query(std::move(query))
    , m_format(format)
    , m_script(context)
{
    if (format == ExportFormat::Csv) appendCsvRecord(m_head, csvFields());
    if (format == ExportFormat::Sql) m_head = scriptHead(context.store.environment().now());
}

Result<void> DifferenceExport::begin(Database &reader)
{
    const auto newest = reader.query("SELECT max(id) FROM differences");
    if (!newest) return fail(newest.error());
    m_newest = newest->front().text(0);
    return {};
}

HttpResponse::Piece DifferenceExport::next()
{
    if (m_ended && m_head.empty()) return std::optional<std::string>();
    Page made;
    const Result<void> read = m_context.store.read([&](Database &reader) -> Result<void> {
        Result<Page> found = page(reader);
        if (!found) return fail(found.error());
        made = std::move(*found);
        return {};
    });
    if (!read) return fail(read.error());
    std::string text = std::exchange(m_head, {}) + made.text;
    if (m_format != ExportFormat::Sql) return std::optional(std::move(text));
    const Result<std::string> statements = m_script.textOf(made.differences);
    if (!statements) return fail(statements.error());
    expect(made.differences.size(), statements->size(), ScriptedRows);
    return std::optional(text + *statements);
}

Result<DifferenceExport::Page> DifferenceExport::page(Database &reader)
{
    const std::int64_t most = m_rows;
    const Result<DifferenceQuery::Page> asked = m_query.page(differenceColumns() + ", " + ScriptColumns, most, m_after, m_newest);
    if (!asked) return fail(asked.error());
    Page page;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    const auto read = reader.each(asked->sql, asked->values, [&](const SqlRow &row) {
        append(row, page);
        m_after = m_query.cursorOf(row, FirstOrderColumn);
        ++rows;
        bytes = page.text.size();
        return bytes < PieceBytes;
    });
    if (!read) return fail(read.error());
    m_ended = static_cast<std::int64_t>(rows) < most && bytes < PieceBytes;
    expect(rows, bytes, MostRows);
    return page;
}

// The next ones are about as long as these were.
void DifferenceExport::expect(std::size_t rows, std::size_t bytes, std::int64_t most)
{
    if (bytes > 0) m_rows = std::clamp(static_cast<std::int64_t>(rows * PieceBytes / bytes), FewestRows, most);
}

void DifferenceExport::append(const SqlRow &row, Page &page) const
{
    const Json difference = differenceRowJson(row);
    switch (m_format) {
    case ExportFormat::Csv:
        appendCsv(page.text, difference);
        break;
    case ExportFormat::Json:
        page.text += dumpJson(difference) + "\n";
        break;
    case ExportFormat::Sql:
        page.differences.push_back(scripted(difference, row));
        break;
    }
}

} // namespace crossfade
