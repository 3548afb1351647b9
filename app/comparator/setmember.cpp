// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/setmember.h"

#include "models/consistency/memberset.h"
#include "models/consistency/normalform.h"

namespace crossfade {

namespace {

char storageOf(SourceKind kind, const MappedField &field)
{
    return kind == SourceKind::Sqlite && field.kind == FieldKind::Integer ? 'i' : 't';
}

SourceRow memberRow(const RepairRecord &repair, Platform side, const std::string &member)
{
    const char storage = storageOf(repair.sources.side(side).kind, repair.sources.compared.front());
    return {{repair.entityId, {member}, {}}, std::string(1, storage)};
}

std::optional<SourceRow> ofSide(const RepairRecord &repair, const Fingerprint &print, Platform side,
                                const std::optional<SourceRow> &whole)
{
    if (!whole || whole->row.cells.empty()) return std::nullopt;
    const MappedField &field = repair.sources.compared.front();
    for (const std::string &member : membersOf(whole->row.cells.front().value_or(""))) {
        if (memberPrint(print, field, memberForm(field, side, member)) == repair.member)
            return memberRow(repair, side, member);
    }
    return std::nullopt;
}

} // namespace

std::string memberPrint(const Fingerprint &print, const MappedField &field, const std::string &form)
{
    std::string text = "member ";
    appendEncoded(text, field.name);
    appendEncoded(text, form);
    return print.digest(text);
}

EntityPair repairedPair(const RepairRecord &repair, const Fingerprint &print, EntityPair whole)
{
    if (repair.member.empty()) return whole;
    return {ofSide(repair, print, Platform::Legacy, whole.legacy), ofSide(repair, print, Platform::New, whole.fresh)};
}

Result<EntityPair> readRepaired(EntityReader &reader, const RepairRecord &repair, const Fingerprint &print)
{
    Result<EntityPair> whole = reader.readOne(repair.entityId);
    if (!whole) return whole;
    return repairedPair(repair, print, std::move(*whole));
}

RepairTarget repairTarget(const RepairRecord &repair, const std::string &member)
{
    const Mapping &mapping = repair.sources.mapping;
    const Platform target = repair.plan.target;
    if (repair.member.empty()) return {tableView(mapping, target), repair.entityId};
    const std::size_t columns = mapping.table(target).keyColumns().size();
    std::vector<std::string> parts = splitKey(repair.entityId, columns).value_or(std::vector<std::string>(columns));
    parts.push_back(member);
    return {memberView(mapping, target), joinedKey(parts)};
}

RepairTarget repairTarget(const RepairRecord &repair, const EntityPair &pair)
{
    if (repair.member.empty()) return repairTarget(repair);
    const Platform target = repair.plan.target;
    const Platform source = otherPlatform(target);
    if (const auto &held = pair.side(target); held && repair.plan.action == RepairAction::Delete)
        return repairTarget(repair, held->row.cells.front().value_or(""));
    const auto &wanted = pair.side(source);
    if (!wanted) return repairTarget(repair, std::string());
    const SqlParameter value = carried(repair.sources.compared.front(), source, wanted->row.cells.front(), 't',
                                       repair.sources.side(source).kind, repair.sources.side(target).kind);
    return repairTarget(repair, value.value.value_or(""));
}

std::optional<SourceRow> asRepaired(const RepairRecord &repair, std::optional<SourceRow> row)
{
    if (repair.member.empty() || !row || row->row.cells.empty()) return row;
    return memberRow(repair, repair.plan.target, row->row.cells.front().value_or(""));
}

} // namespace crossfade
