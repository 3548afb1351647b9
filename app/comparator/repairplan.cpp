// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a repair does, worked out from the two rows as they were just read.
#include "app/comparator/repairstore.h"

#include "models/consistency/difference.h"
#include "models/consistency/normalform.h"
#include "models/consistency/timestampform.h"

#include <algorithm>

namespace crossfade {

namespace {

bool isNamed(const RepairRecord &repair, const MappedField &field)
{
    return repair.fields.empty() ||
           std::ranges::find(repair.fields, field.name) != repair.fields.end();
}

// In UTC: "2026-03-01T02:00:00.25Z".
std::string timestampInUtc(const std::string &text)
{
    const auto form = parseTimestamp(text);
    if (!form) return text;
    std::string result = formatInstant(instantFromMs(form->seconds * 1'000)); // "….000Z"
    result.resize(result.size() - 5);
    return result + (form->fraction.empty() ? "" : "." + form->fraction) + "Z";
}

// "2026-03-01 02:00:00.25": the session's zone is UTC, and MySQL takes no letter for it.
std::string timestampForMariadb(const std::string &text)
{
    std::string result = timestampInUtc(text);
    if (!result.ends_with('Z') || result.size() < 20 || result[10] != 'T') return text;
    result.pop_back();
    result[10] = ' ';
    return result;
}

} // namespace

SqlParameter converted(const MappedField &field, const Cell &value, char storage, SourceKind from,
                       SourceKind to)
{
    if (!value || from == to) return {value, storage};
    switch (field.kind) {
    case FieldKind::Boolean:
        if (to == SourceKind::Postgres) break;
        return {normalForm(field, value), 'i'};
    case FieldKind::Integer:
        if (to == SourceKind::Sqlite) return {value, 'i'};
        break;
    case FieldKind::Timestamp:
        if (to == SourceKind::Sqlite) return {timestampInUtc(*value), 't'};
        if (to == SourceKind::Mariadb) return {timestampForMariadb(*value), 't'};
        break;
    case FieldKind::Binary:
        return {value, to == SourceKind::Postgres ? 't' : 'b'};
    case FieldKind::Text:
    case FieldKind::Decimal:
    case FieldKind::Json:
        break;
    }
    return {value, 't'};
}

namespace {

struct Sides {
    Platform target;
    Platform source;
    const std::optional<SourceRow> &targetRow;
    const std::optional<SourceRow> &sourceRow;
};

Sides sidesOf(const RepairRecord &repair, const EntityPair &pair)
{
    const Platform target = repair.plan.target;
    const Platform source = otherPlatform(target);
    return {target, source, pair.side(target), pair.side(source)};
}

// What the target's columns are to hold: of the named fields, the source's values.
std::vector<ColumnValue> wanted(const RepairRecord &repair, const Fingerprint &print,
                                const Sides &sides)
{
    const SourceKind from = repair.sources.side(sides.source).kind;
    const SourceKind to = repair.sources.side(sides.target).kind;
    std::vector<ColumnValue> values;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!isNamed(repair, field)) continue;
        const Cell &cell = sides.sourceRow->row.cells[i];
        const SqlParameter value = converted(field, cell, sides.sourceRow->storage[i], from, to);
        values.push_back({field.column(sides.target), value, print.shown(field, value.value)});
    }
    return values;
}

// What the target's columns were just seen to hold, all of them.
std::vector<ColumnValue> seen(const RepairRecord &repair, const Fingerprint &print,
                              const Sides &sides)
{
    std::vector<ColumnValue> values;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        const Cell &cell = sides.targetRow->row.cells[i];
        values.push_back({field.column(sides.target),
                          {cell, sides.targetRow->storage[i]},
                          print.shown(field, cell)});
    }
    return values;
}

} // namespace

bool stillAsSeen(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    return print.ofRow(repair.sources.compared, pair.legacyRow()) == repair.legacyPrint &&
           print.ofRow(repair.sources.compared, pair.newRow()) == repair.newPrint;
}

bool isAchieved(const RepairRecord &repair, const EntityPair &pair)
{
    if (repair.plan.action == RepairAction::Delete) return !pair.legacy && !pair.fresh;
    if (!pair.legacy || !pair.fresh) return false;
    const auto different = compareRows(repair.sources.compared, pair.legacy->row, pair.fresh->row);
    return std::ranges::none_of(different, [&](const FieldDifference &found) {
        return isNamed(repair, repair.sources.compared[found.field]);
    });
}

bool fits(const RepairRecord &repair, const EntityPair &pair)
{
    const Sides sides = sidesOf(repair, pair);
    switch (repair.plan.action) {
    case RepairAction::Insert:
        return sides.sourceRow && !sides.targetRow;
    case RepairAction::Delete:
        return !sides.sourceRow && sides.targetRow;
    case RepairAction::Update:
        break;
    }
    return sides.sourceRow && sides.targetRow;
}

BuiltStatement repairStatement(const RepairRecord &repair, const Fingerprint &print,
                               const EntityPair &pair)
{
    const Sides sides = sidesOf(repair, pair);
    const SourceKind kind = repair.sources.side(sides.target).kind;
    const TableView view = tableView(repair.sources.mapping, sides.target);
    switch (repair.plan.action) {
    case RepairAction::Insert:
        return insertStatement(kind, view, repair.entityId, wanted(repair, print, sides));
    case RepairAction::Delete:
        return deleteStatement(kind, view, repair.entityId, seen(repair, print, sides));
    case RepairAction::Update:
        break;
    }
    return updateStatement(kind, view, repair.entityId, wanted(repair, print, sides),
                           seen(repair, print, sides));
}

Json repairFields(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    const Sides sides = sidesOf(repair, pair);
    const auto shown = [&](const MappedField &field, const std::optional<SourceRow> &row,
                           std::size_t i) {
        return row ? print.shown(field, row->row.cells[i]) : Json();
    };
    Json fields = Json::array();
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!isNamed(repair, field)) continue;
        fields.push_back({{"field", field.name},
                          {"before", shown(field, sides.targetRow, i)},
                          {"after", shown(field, sides.sourceRow, i)},
                          {"sensitive", field.sensitive}});
    }
    return fields;
}

} // namespace crossfade
