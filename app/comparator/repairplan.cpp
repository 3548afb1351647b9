// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a repair does, worked out from the two rows as they were just read.
#include "app/comparator/repairstore.h"
#include "app/comparator/setmember.h"

#include "models/consistency/difference.h"
#include "models/consistency/normalform.h"

#include <algorithm>
#include <functional>

namespace crossfade {

namespace {

bool isNamed(const RepairRecord &repair, const MappedField &field)
{
    return repair.fields.empty() ||
           std::ranges::find(repair.fields, field.name) != repair.fields.end();
}

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

using Wanted = std::function<bool(const MappedField &)>;

// What the target's columns are to hold: of the named fields, the source's values.
std::vector<ColumnValue> wanted(const RepairRecord &repair, const Fingerprint &print, const Sides &sides,
                                const Wanted &isWanted)
{
    const SourceKind from = repair.sources.side(sides.source).kind;
    const SourceKind to = repair.sources.side(sides.target).kind;
    std::vector<ColumnValue> values;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!isNamed(repair, field) || !isWanted(field)) continue;
        const Cell &cell = sides.sourceRow->row.cells[i];
        const SqlParameter value = carried(field, sides.source, cell, sides.sourceRow->storage[i], from, to);
        values.push_back({field.column(sides.target), value, print.shown(field, value.value, sides.target)});
    }
    return values;
}

// What the target's columns were just seen to hold.
std::vector<ColumnValue> seen(const RepairRecord &repair, const Fingerprint &print, const Sides &sides,
                              const Wanted &isWanted)
{
    std::vector<ColumnValue> values;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!isWanted(field)) continue;
        const Cell &cell = sides.targetRow->row.cells[i];
        values.push_back({field.column(sides.target),
                          {cell, sides.targetRow->storage[i]},
                          print.shown(field, cell, sides.target)});
    }
    return values;
}

// `set`: of which fields columns are set; `held`: of which they are to hold what was seen.
BuiltStatement statementOf(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair, const Wanted &set,
                           const Wanted &held)
{
    const Sides sides = sidesOf(repair, pair);
    const SourceKind kind = repair.sources.side(sides.target).kind;
    if (!repair.member.empty()) { // all of its row is in its key
        const RepairTarget target = repairTarget(repair, pair);
        return repair.plan.action == RepairAction::Insert ? insertStatement(kind, target.view, target.key, {})
                                                          : deleteStatement(kind, target.view, target.key, {});
    }
    const TableView view = tableView(repair.sources.mapping, sides.target);
    switch (repair.plan.action) {
    case RepairAction::Insert:
        return insertStatement(kind, view, repair.entityId, wanted(repair, print, sides, set));
    case RepairAction::Delete:
        return deleteStatement(kind, view, repair.entityId, seen(repair, print, sides, held));
    case RepairAction::Update:
        break;
    }
    return updateStatement(kind, view, repair.entityId, wanted(repair, print, sides, set), seen(repair, print, sides, held));
}

} // namespace

std::optional<std::string> unwritable(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    const Sides sides = sidesOf(repair, pair);
    if (repair.plan.action == RepairAction::Delete || !sides.sourceRow) return std::nullopt;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        const Cell &cell = sides.sourceRow->row.cells[i];
        if (isNamed(repair, field) && !writtenFor(field, sides.source, cell))
            return noValueFor(field, sides.target, print.shown(field, cell, sides.source));
    }
    return std::nullopt;
}

Json shownWritten(const MappedField &field, const Fingerprint &print, Platform from, const Cell &value)
{
    const std::optional<Cell> written = writtenFor(field, from, value);
    return written ? print.shown(field, *written, otherPlatform(from)) : print.shown(field, value, from);
}

bool stillAsSeen(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    return print.ofRow(repair.sources.compared, pair.legacyRow(), Platform::Legacy) == repair.legacyPrint &&
           print.ofRow(repair.sources.compared, pair.newRow(), Platform::New) == repair.newPrint;
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
    const auto all = [](const MappedField &) { return true; };
    return statementOf(repair, print, pair, all, all);
}

BuiltStatement givingStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair,
                               const std::vector<ColumnValue> &meanwhile)
{
    const Sides sides = sidesOf(repair, pair);
    const auto all = [](const MappedField &) { return true; };
    return updateStatement(repair.sources.side(sides.target).kind, tableView(repair.sources.mapping, sides.target),
                           repair.entityId, meanwhile, seen(repair, print, sides, all));
}

BuiltStatement takingStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    const auto all = [](const MappedField &) { return true; };
    const auto none = [](const MappedField &) { return false; };
    return statementOf(repair, print, pair, all, none);
}

BuiltStatement toldStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    const auto told = [](const MappedField &field) { return !field.sensitive; };
    const auto held = [&](const MappedField &field) {
        return !field.sensitive && (repair.plan.action != RepairAction::Update || isNamed(repair, field));
    };
    return statementOf(repair, print, pair, told, held);
}

Json repairFields(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair)
{
    const Sides sides = sidesOf(repair, pair);
    Json fields = Json::array();
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!isNamed(repair, field)) continue;
        const bool written = sides.sourceRow && repair.plan.action != RepairAction::Delete;
        fields.push_back({{"field", field.name},
                          {"before", sides.targetRow ? print.shown(field, sides.targetRow->row.cells[i], sides.target) : Json()},
                          {"after", written ? shownWritten(field, print, sides.source, sides.sourceRow->row.cells[i]) : Json()},
                          {"sensitive", field.sensitive}});
    }
    return fields;
}

} // namespace crossfade
