// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/differencestore.h"

#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"
#include "models/consistency/memberset.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace crossfade {

namespace {

// What was seen of the rows that a difference is of: of an entity, or of one member of its set.
struct Seen {
    DifferenceType type = DifferenceType::Different;
    bool legacyPresent = false;
    bool newPresent = false;
    std::string legacyPrint;
    std::string newPrint;
    std::string rows;
};

struct FoundField {
    std::string name; // empty: the whole row
    Json legacy;
    Json fresh;
    bool sensitive = false;
    Cause cause = Cause::Row;
    Json tolerance = nullptr; // beyond which they differ
    std::string ignoredBy = {}; // the rule that hides it
    std::string member = {};    // of a set: which
    std::shared_ptr<const Seen> seen = {};

    std::pair<std::string, std::string> place() const { return {name, member}; } // among those of the entity
};

std::shared_ptr<const Seen> seenOf(const Fingerprint &print, const std::vector<MappedField> &compared, DifferenceType type,
                                   const KeyedRow *legacy, const KeyedRow *fresh)
{
    return std::make_shared<const Seen>(Seen{type, legacy != nullptr, fresh != nullptr,
                                             print.ofRow(compared, legacy, Platform::Legacy),
                                             print.ofRow(compared, fresh, Platform::New),
                                             dumpJson({{"legacy", print.shownRow(compared, legacy, Platform::Legacy)},
                                                       {"new", print.shownRow(compared, fresh, Platform::New)}})});
}

// One for each member that a side lacks.
std::vector<FoundField> foundMembers(const Fingerprint &print, const MappedField &set, const EntityPair &pair)
{
    std::vector<FoundField> result;
    const std::vector<MappedField> compared{memberField(set)};
    for (const MemberDifference &found : compareMembers(set, pair.legacy->row.cells.front(), pair.fresh->row.cells.front())) {
        const bool missing = found.type == DifferenceType::Missing;
        const KeyedRow row{pair.legacy->row.key, {found.member}, {}};
        FoundField field;
        field.name = set.name;
        (missing ? field.legacy : field.fresh) =
            print.shown(compared.front(), found.member, missing ? Platform::Legacy : Platform::New);
        field.cause = Cause::Value;
        field.member = memberPrint(print, set, found.form);
        field.seen = seenOf(print, compared, found.type, missing ? &row : nullptr, missing ? nullptr : &row);
        result.push_back(std::move(field));
    }
    return result;
}

std::vector<FoundField> foundFields(const Fingerprint &print, const MappedSources &sources,
                                    const EntityPair &pair, DifferenceType type)
{
    if (isSet(sources.compared)) return foundMembers(print, sources.compared.front(), pair);
    const auto seen = seenOf(print, sources.compared, type, pair.legacyRow(), pair.newRow());
    FoundField whole;
    whole.seen = seen;
    if (type != DifferenceType::Different) return {whole};
    std::vector<FoundField> result;
    for (const FieldDifference &found :
         compareRows(sources.compared, pair.legacy->row, pair.fresh->row)) {
        const MappedField &field = sources.compared[found.field];
        result.push_back({field.name, print.shown(field, pair.legacy->row.cells[found.field], Platform::Legacy),
                          print.shown(field, pair.fresh->row.cells[found.field], Platform::New), field.sensitive,
                          found.cause, field.tolerance ? Json(*field.tolerance) : Json()});
        result.back().seen = seen;
    }
    return result;
}

// What is the same for all differences of one entity.
struct EntityFacts {
    const FoundBy &by;
    const MappedSources &sources;
    const std::string &key;
    DifferenceState state;
};

SqlValue jsonText(const Json &value)
{
    return value.is_null() ? SqlValue(nullptr) : SqlValue(dumpJson(value));
}

// A stored value, or that it is not told.
std::string toldValue(const std::string &column)
{
    return "CASE WHEN " + column + " IS NOT NULL AND " + IsWithheld +
           " THEN '\"withheld: found before the field was sensitive\"' ELSE " + column + " END";
}

std::string ignoredBy(const std::vector<ignores::Active> &rules, const EntityFacts &facts, const FoundField &field)
{
    const std::optional<std::string> legacy = ignores::shownText(field.legacy);
    const std::optional<std::string> fresh = ignores::shownText(field.fresh);
    IgnoreFacts found{facts.by.checkId, facts.sources.mapping.dataType, facts.key, field.name, field.seen->type, field.cause,
                      {}, {}};
    if (legacy) found.legacy = *legacy;
    if (fresh) found.fresh = *fresh;
    const ignores::Active *rule = ignores::firstFit(rules, found);
    return rule ? rule->id : std::string();
}

SqlValue ruleOrNull(const std::string &id)
{
    return id.empty() ? SqlValue(nullptr) : SqlValue(id);
}

struct Open {
    std::string id; // empty: there is none
    bool inFlight = false;
};
const char *const InFlightWord = "IN_FLIGHT";

Result<Open> openDifference(Database &db, const EntityFacts &facts, const FoundField &field)
{
    const auto rows = db.query("SELECT id, state FROM differences INDEXED BY differences_open WHERE "
                               "check_id = ? AND entity_id = ? "
                               "AND field_name = ? AND member = ? AND resolved = 0",
                               {facts.by.checkId, facts.key, field.name, field.member});
    if (!rows) return fail(rows.error());
    return rows->empty() ? Open() : Open{rows->front().text(0), rows->front().text(1) == InFlightWord};
}

Result<void> seeAgain(WriteTransaction &tx, const EntityFacts &facts, const FoundField &field,
                      const std::string &id)
{
    const auto done = tx.db().execute(
        "UPDATE differences SET run_id = ?, difference_type = ?, state = ?, legacy_value = ?, "
        "new_value = ?, "
        "legacy_present = ?, new_present = ?, cause = ?, last_seen_at = ?, legacy_print = ?, "
        "new_print = ?, "
        "rows = ?, sensitive = ?, mapping_id = ?, tolerance = ?, ignored_by = ?, version = version + 1 WHERE id = ?",
        {facts.by.runId, std::string(differenceTypeWord(field.seen->type)),
         std::string(differenceStateWord(facts.state)), jsonText(field.legacy),
         jsonText(field.fresh), std::int64_t{field.seen->legacyPresent},
         std::int64_t{field.seen->newPresent}, std::string(causeWord(field.cause)),
         toMs(tx.now()), field.seen->legacyPrint, field.seen->newPrint, field.seen->rows,
         std::int64_t{field.sensitive}, facts.sources.mappingId, jsonText(field.tolerance),
         ruleOrNull(field.ignoredBy), id});
    return done ? Result<void>() : fail(done.error());
}

Result<void> insert(WriteTransaction &tx, const EntityFacts &facts, const FoundField &field)
{
    const std::int64_t now = toMs(tx.now());
    const auto done = tx.db().execute(
        "INSERT INTO differences (id, run_id, check_id, check_name, mapping_id, entity_type, "
        "entity_id, "
        "entity_order, field_name, difference_type, state, legacy_value, new_value, "
        "legacy_present, new_present, "
        "sensitive, cause, found_at, last_seen_at, legacy_print, new_print, rows, tolerance, ignored_by, "
        "member, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {tx.newId(),
         facts.by.runId,
         facts.by.checkId,
         facts.by.checkName,
         facts.sources.mappingId,
         facts.sources.mapping.dataType,
         facts.key,
         sortableKey(facts.sources.mapping.keyKind, facts.key),
         field.name,
         std::string(differenceTypeWord(field.seen->type)),
         std::string(differenceStateWord(facts.state)),
         jsonText(field.legacy),
         jsonText(field.fresh),
         std::int64_t{field.seen->legacyPresent},
         std::int64_t{field.seen->newPresent},
         std::int64_t{field.sensitive},
         std::string(causeWord(field.cause)),
         now,
         now,
         field.seen->legacyPrint,
         field.seen->newPrint,
         field.seen->rows,
         jsonText(field.tolerance),
         ruleOrNull(field.ignoredBy),
         field.member});
    return done ? Result<void>() : fail(done.error());
}

Result<void> resolveOthers(WriteTransaction &tx, const FoundBy &by, const std::string &key,
                           const std::set<std::pair<std::string, std::string>> &shown, DifferenceState state)
{
    const auto rows =
        tx.db().query("SELECT id, field_name, member, state FROM differences INDEXED BY differences_open "
                      "WHERE check_id = ? AND entity_id = ? AND resolved = 0",
                      {by.checkId, key});
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        if (shown.contains({row.text(1), row.text(2)})) continue;
        if (row.text(3) == InFlightWord) {
            const auto gone = tx.db().execute("DELETE FROM differences WHERE id = ?", {row.text(0)});
            if (!gone) return fail(gone.error());
        } else if (state != DifferenceState::InFlight) {
            if (auto done = resolveDifference(tx, row.text(0), "No longer there when looked at again"); !done) return done;
        }
    }
    return {};
}

} // namespace

const char *const IsWithheld = "(d.sensitive = 0 AND EXISTS (SELECT 1 FROM sensitive_fields s WHERE s.mapping_id = "
                               "d.mapping_id AND s.field = d.field_name))";

bool Recorded::isHidden() const
{
    return !fields.empty() && std::ranges::none_of(fields, [](const Field &field) { return field.ignoredBy.empty(); });
}

Result<Recorded> recordDifferences(WriteTransaction &tx, const Fingerprint &print, const MappedSources &sources,
                                   const FoundBy &by, const std::string &key, const EntityPair &pair,
                                   DifferenceState state)
{
    const auto rules = ignores::active(tx.db(), tx.now());
    if (!rules) return fail(rules.error());
    return recordDifferences(tx, print, sources, by, key, pair, state, *rules);
}

Result<Recorded> recordDifferences(WriteTransaction &tx, const Fingerprint &print, const MappedSources &sources,
                                   const FoundBy &by, const std::string &key, const EntityPair &pair,
                                   DifferenceState state, const std::vector<ignores::Active> &rules)
{
    const auto type = differenceType(sources.compared, pair.legacyRow(), pair.newRow());
    if (!type) return resolveOthers(tx, by, key, {}, state).map([] { return Recorded(); });
    const EntityFacts facts{by, sources, key, state};
    Recorded recorded;
    recorded.type = type;
    std::set<std::pair<std::string, std::string>> shown;
    for (FoundField &field : foundFields(print, sources, pair, *type)) {
        shown.insert(field.place());
        field.ignoredBy = ignoredBy(rules, facts, field);
        recorded.fields.push_back({field.name, field.ignoredBy});
        const Result<Open> open = openDifference(tx.db(), facts, field);
        if (!open) return fail(open.error());
        if (state == DifferenceState::InFlight && !open->id.empty() && !open->inFlight) continue;
        const Result<void> stored =
            open->id.empty() ? insert(tx, facts, field) : seeAgain(tx, facts, field, open->id);
        if (!stored) return fail(stored.error());
        recorded.added += open->id.empty() ? 1 : 0;
    }
    if (Result<void> resolved = resolveOthers(tx, by, key, shown, state); !resolved)
        return fail(resolved.error());
    return recorded;
}

Result<std::int64_t> forgetInFlight(WriteTransaction &tx, const std::string &runId, const std::vector<std::string> &keys)
{
    Database::Parameters values{runId};
    std::string places;
    for (const std::string &key : keys) {
        places += places.empty() ? "?" : ", ?";
        values.emplace_back(key);
    }
    return tx.db().execute("DELETE FROM differences WHERE run_id = ? AND state = 'IN_FLIGHT' AND resolved = 0" +
                               (keys.empty() ? "" : " AND entity_id IN (" + places + ")"),
                           values);
}

std::string differenceColumns()
{
    return "d.id, d.run_id, d.check_id, d.check_name, d.entity_type, d.entity_id, d.field_name, "
           "d.difference_type, d.state, " +
           toldValue("d.legacy_value") + ", " + toldValue("d.new_value") +
           ", d.legacy_present, d.new_present, CASE WHEN " + IsWithheld +
           " THEN 1 ELSE d.sensitive END, d.cause, d.found_at, d.last_seen_at, d.resolved, d.resolved_at, "
           "d.resolution_notes, "
           "d.repair_id, r.status, d.version, d.tolerance, d.ignored_by";
}

Json differenceRowJson(const SqlRow &row)
{
    return {{"id", row.text(0)},
            {"run_id", row.text(1)},
            {"check_id", row.text(2)},
            {"check_name", row.text(3)},
            {"entity_type", row.text(4)},
            {"entity_id", row.text(5)},
            {"field_name", row.text(6).empty() ? Json() : Json(row.text(6))},
            {"difference_type", row.text(7)},
            {"state", row.text(8)},
            {"legacy_value", jsonOrNull(row, 9)},
            {"new_value", jsonOrNull(row, 10)},
            {"legacy_present", row.integer(11) != 0},
            {"new_present", row.integer(12) != 0},
            {"sensitive", row.integer(13) != 0},
            {"cause", row.text(14)},
            {"found_at", timeOrNull(row, 15)},
            {"last_seen_at", timeOrNull(row, 16)},
            {"resolved", row.integer(17) != 0},
            {"resolved_at", timeOrNull(row, 18)},
            {"resolution_notes", textOrNull(row, 19)},
            {"repair_id", textOrNull(row, 20)},
            {"repair_status", textOrNull(row, 21)},
            {"version", row.integer(22)},
            {"tolerance", jsonOrNull(row, 23)},
            {"ignore_rule_id", textOrNull(row, 24)}};
}

Result<Json> differenceJson(Database &db, const std::string &id)
{
    const auto rows = db.query(
        "SELECT " + differenceColumns() + " FROM differences d LEFT JOIN repairs r ON r.id = d.repair_id WHERE d.id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no difference " + id);
    return differenceRowJson(rows->front());
}

Result<void> resolveDifference(WriteTransaction &tx, const std::string &id,
                               const std::string &notes)
{
    const auto done = tx.db().execute(
        "UPDATE differences SET resolved = 1, resolved_at = ?, resolution_notes = ?, "
        "version = version + 1 WHERE id = ? AND resolved = 0",
        {toMs(tx.now()), notes, id});
    return done ? Result<void>() : fail(done.error());
}

} // namespace crossfade
