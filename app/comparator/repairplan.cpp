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

std::string timestampForSqlite(const std::string &text)
{
    const auto form = parseTimestamp(text);
    if (!form) return text;
    std::string result = formatInstant(instantFromMs(form->seconds * 1'000)); // "….000Z"
    result.resize(result.size() - 5);
    return result + (form->fraction.empty() ? "" : "." + form->fraction) + "Z";
}

} // namespace

SqlParameter converted(const MappedField &field, const Cell &value, char storage, SourceKind from,
                       SourceKind to)
{
    if (!value || from == to || to == SourceKind::Postgres) return {value, storage};
    switch (field.kind) {
    case FieldKind::Boolean:
        return {normalForm(field, value), 'i'};
    case FieldKind::Integer:
        return {value, 'i'};
    case FieldKind::Timestamp:
        return {timestampForSqlite(*value), 't'};
    case FieldKind::Text:
    case FieldKind::Decimal:
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
