// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairscript.h"

#include "app/comparator/mariadbform.h"
#include "app/comparator/setmember.h"
#include "models/consistency/memberset.h"
#include "models/consistency/sqltext.h"

#include <algorithm>
#include <set>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t MostSides = 16; // mappings that are kept in mind
constexpr std::chrono::seconds ReadWithin{10};
constexpr std::size_t SetsReadAtOnce = 10; // each of them may be as large as many rows

SqlDialect dialectOf(SourceKind kind)
{
    switch (kind) {
    case SourceKind::Sqlite:
        return SqlDialect::Sqlite;
    case SourceKind::Postgres:
        return SqlDialect::Postgres;
    case SourceKind::Mariadb:
        break;
    }
    return SqlDialect::Mariadb;
}

// Nothing where a value cannot be written down.
std::optional<std::string> textWithValues(SourceKind kind, const SqlStatement &statement)
{
    std::vector<std::string> literals;
    for (const SqlParameter &parameter : statement.parameters) {
        Cell value = parameter.value;
        if (value && kind == SourceKind::Mariadb && parameter.storage == 'f') value = exactSingle(*value);
        const auto literal = sqlLiteral(dialectOf(kind), value, parameter.storage);
        if (!literal) return std::nullopt;
        literals.push_back(*literal);
    }
    return withLiterals(dialectOf(kind), statement.sql, literals);
}

// The sensitive fields that a whole row is written without.
std::string leftOut(const RepairRecord &repair)
{
    std::string names;
    for (const MappedField &field : repair.sources.compared) {
        if (field.sensitive) names += (names.empty() ? "" : ", ") + field.name;
    }
    if (names.empty() || repair.plan.action == RepairAction::Update) return "";
    return repair.plan.action == RepairAction::Insert ? "; without " + names + ", which is never exported"
                                                      : "; whatever " + names + " holds, which is never exported";
}

// Rows are read all at once, sets a few at a time.
std::size_t endOfThoseTogether(const std::vector<ScriptedDifference> &differences, std::size_t begin)
{
    std::set<std::pair<std::string, std::string>> sets; // by mapping
    for (std::size_t i = begin; i < differences.size(); ++i) {
        if (differences[i].member.empty()) continue;
        sets.emplace(differences[i].mappingId, differences[i].entityId);
        if (sets.size() > SetsReadAtOnce) return i;
    }
    return differences.size();
}

std::string whatItIs(const ScriptedDifference &difference)
{
    const std::string entity = difference.entityType + " " + difference.entityId;
    return difference.id + " " + std::string(differenceTypeWord(difference.type)) + " " +
           (difference.field.empty() ? entity : difference.field + " of " + entity);
}

} // namespace

RepairScript::RepairScript(const Context &context)
    : m_context(context)
{
}

Result<RepairScript::Sides *> RepairScript::sidesOf(const std::string &mappingId)
{
    if (const auto known = m_sides.find(mappingId); known != m_sides.end()) return &known->second;
    Sides sides;
    const Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
        Result<MappedSources> found = loadMapping(db, mappingId);
        if (!found && (found.error().kind == ErrorKind::Unavailable || found.error().kind == ErrorKind::Cancelled))
            return fail(found.error()); // the store
        if (!found) {
            sides.problem = found.error().message;
            return {};
        }
        sides.sources = std::move(*found);
        sides.sources->legacy.statementTimeout = sides.sources->fresh.statementTimeout = ReadWithin;
        return {};
    });
    if (!loaded) return fail(loaded.error());
    if (m_sides.size() >= MostSides) m_sides.clear();
    return &(m_sides[mappingId] = std::move(sides));
}

RepairScript::Rows RepairScript::read(Sides &sides, const std::vector<std::string> &keys) const
{
    Result<EntityReader> reader = EntityReader::open(*sides.sources);
    if (!reader) {
        sides.problem = reader.error().message;
        return {};
    }
    Result<Rows> rows = reader->read(keys);
    if (rows) return std::move(*rows);
    sides.problem = rows.error().message;
    return {};
}

Result<std::string> RepairScript::textOf(const std::vector<ScriptedDifference> &differences)
{
    std::string text;
    for (std::size_t begin = 0; begin < differences.size();) {
        const std::size_t end = endOfThoseTogether(differences, begin);
        const Result<std::string> some = textOfSome(std::span(differences).subspan(begin, end - begin));
        if (!some) return some;
        text += *some;
        begin = end;
    }
    return text;
}

Result<std::string> RepairScript::textOfSome(std::span<const ScriptedDifference> differences)
{
    std::map<std::string, std::set<std::string>> asked; // by mapping
    for (const ScriptedDifference &difference : differences) {
        if (difference.obstacle.empty() && !difference.sensitive) asked[difference.mappingId].insert(difference.entityId);
    }
    std::map<std::string, Rows> rows;
    for (const auto &[mapping, keys] : asked) {
        const Result<Sides *> sides = sidesOf(mapping);
        if (!sides) return fail(sides.error());
        if ((*sides)->problem.empty()) rows[mapping] = read(**sides, {keys.begin(), keys.end()});
    }
    std::string text;
    for (const ScriptedDifference &difference : differences) {
        const Result<Sides *> sides = sidesOf(difference.mappingId);
        if (!sides) return fail(sides.error());
        text += lineOf(difference, **sides, rows[difference.mappingId]);
    }
    return text;
}

std::string RepairScript::lineOf(const ScriptedDifference &difference, const Sides &sides, const Rows &rows) const
{
    const std::string what = whatItIs(difference);
    const auto none = [&](const std::string &why) { return sqlComment(what + ": no statement: " + why); };
    if (!difference.obstacle.empty()) return none(difference.obstacle);
    if (difference.sensitive) return none("the field is sensitive, and its values are never exported: repair it in Crossfade");
    if (!sides.problem.empty()) return none(sides.problem);
    RepairRecord repair;
    repair.entityId = difference.entityId;
    repair.sources = *sides.sources;
    repair.plan = planRepair(difference.type, repair.sources.mapping.authoritative);
    if (repair.sources.mapping.table(repair.plan.target).isQuery())
        return none("the rows of " + std::string(platformWord(repair.plan.target)) + " are those of a query");
    if (!difference.field.empty()) repair.fields = {difference.field};
    repair.legacyPrint = difference.legacyPrint;
    repair.newPrint = difference.newPrint;
    repair.member = difference.member;
    if (isSet(repair.sources.compared) == difference.member.empty()) return none("the mapping has changed since: recheck it");
    narrowToMember(repair);
    const auto field = std::ranges::find(repair.sources.compared, difference.field, &MappedField::name);
    if (!difference.field.empty() && (field == repair.sources.compared.end() || field->sensitive))
        return none("the mapping has changed since: recheck it");
    const auto found = rows.find(difference.entityId);
    if (found == rows.end()) return none("it was not read");
    const EntityPair pair = repairedPair(repair, m_context.print, found->second);
    if (isAchieved(repair, pair)) return none("there is nothing left to repair");
    if (!stillAsSeen(repair, m_context.print, pair) || !fits(repair, pair))
        return none("a side no longer holds what was seen: recheck it");
    if (const auto problem = unwritable(repair, m_context.print, pair)) return none(*problem);
    const SourceKind kind = repair.sources.side(repair.plan.target).kind;
    const auto statement = textWithValues(kind, toldStatement(repair, m_context.print, pair).statement);
    if (!statement) return none("a value of it cannot be written as text");
    return sqlComment(what + ", on " + std::string(platformWord(repair.plan.target)) + " (" +
                      std::string(sourceKindWord(kind)) + ")" + leftOut(repair)) +
           *statement + ";\n";
}

} // namespace crossfade
