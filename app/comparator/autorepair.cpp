// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/autorepair.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/entity.h"
#include "app/comparator/repaircreate.h"
#include "app/comparator/repairdecision.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runstore.h"
#include "models/consistency/difference.h"
#include "models/consistency/repairaction.h"

#include <algorithm>
#include <vector>

namespace crossfade::autorepair {

namespace {

constexpr std::int64_t EntitiesAtOnce = 50; // the writer is held for so long

// The differences that the run has seen of entities without a repair, in which safe actions would make them go away.
// A repair that was rejected or failed is for people to look at, and so is what a rule hides.
constexpr const char *Open =
    " FROM differences WHERE check_id = ? AND run_id = ? AND resolved = 0 AND state = 'CONFIRMED' AND ignored_by IS NULL "
    "AND repair_id IS NULL AND difference_type IN (";

std::vector<std::string> safeTypes(const Mapping &mapping)
{
    std::vector<std::string> words;
    for (const DifferenceType type : {DifferenceType::Missing, DifferenceType::Extra, DifferenceType::Different}) {
        const RepairAction action = planRepair(type, mapping.authoritative).action;
        if (std::ranges::find(mapping.safeRepairs, action) != mapping.safeRepairs.end())
            words.emplace_back(differenceTypeWord(type));
    }
    return words;
}

Result<void> done(Database &db, const std::string &runId)
{
    const auto stored = db.execute("UPDATE runs SET repairs_due = 0 WHERE id = ?", {runId});
    return stored ? Result<void>() : fail(stored.error());
}

struct Wanted {
    std::string open;
    Database::Parameters values;
};

Result<std::vector<std::string>> differencesOf(Database &db, const Wanted &wanted, const std::string &entity)
{
    Database::Parameters values = wanted.values;
    values.emplace_back(entity);
    const auto rows = db.query("SELECT id" + wanted.open + " AND entity_id = ? ORDER BY id", values);
    if (!rows) return fail(rows.error());
    std::vector<std::string> ids;
    for (const SqlRow &row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

struct Check {
    std::string id;
    std::string name;
    Json channels;
};

// Whoever sees to the check is told why the run's differences stay open.
Result<void> stop(WriteTransaction &tx, const std::string &runId, const Check &check, const std::string &why)
{
    Json details{{"run_id", runId}};
    if (check.channels.is_array() && !check.channels.empty()) details["notification_channels"] = check.channels;
    if (auto told = alertqueue::add(tx, autoRepairStopped(check.name, why), check.id, details); !told)
        return fail(told.error());
    tx.audit({"check.auto_repair_limit", "run", runId, nullptr, {{"check_id", check.id}, {"because", why}},
              "more differences than the check may repair by itself"});
    return done(tx.db(), runId);
}

// Of the whole run, before the first of it is repaired.
Result<std::optional<std::string>> overLimit(Database &db, const std::string &runId, const Wanted &wanted,
                                             const Mapping &mapping)
{
    const auto due = db.query("SELECT count(DISTINCT entity_id)" + wanted.open, wanted.values);
    if (!due) return fail(due.error());
    const Result<CheckCounts> counts = runCounts(db, runId);
    if (!counts) return fail(counts.error());
    return overAutoRepairLimit(mapping.autoRepairLimit.value_or(AutoRepairLimit()), due->front().integer(0), counts->total());
}

Result<void> repair(WriteTransaction &tx, const Context &context, const std::vector<std::string> &ids)
{
    const std::string reason = "the check repairs by itself what its mapping says is safe";
    const Result<Json> repairs = createRepairs(tx, context, ids, reason);
    if (!repairs) return fail(repairs.error());
    for (const Json &one : *repairs) {
        if (context.secondPerson) continue;
        const Result<Json> decided = decideRepair(tx, one.at("id").get<std::string>(), {true, reason, std::nullopt});
        if (!decided) return fail(decided.error());
    }
    return {};
}

} // namespace

Result<bool> askForSome(WriteTransaction &tx, const Context &context, const std::string &runId,
                        const std::string &checkId, std::string &after)
{
    const auto checks = tx.db().query(
        "SELECT mapping_id, auto_repair_enabled, check_name, notification_channels FROM checks WHERE id = ?", {checkId});
    if (!checks) return fail(checks.error());
    Mapping mapping;
    std::vector<std::string> types;
    if (!checks->empty() && checks->front().integer(1) != 0) { // nobody has switched it off meanwhile
        const Result<MappedSources> sources = loadMapping(tx.db(), checks->front().text(0));
        if (!sources && sources.error().kind == ErrorKind::Unavailable) return fail(sources.error());
        if (sources) mapping = sources->mapping;
        if (sources) types = safeTypes(mapping);
    }
    Wanted wanted{Open, {checkId, runId}};
    for (const std::string &type : types) {
        wanted.open += wanted.values.size() > 2 ? ", ?" : "?";
        wanted.values.emplace_back(type);
    }
    wanted.open += ")";
    if (after.empty() && !types.empty()) {
        const Result<std::optional<std::string>> over = overLimit(tx.db(), runId, wanted, mapping);
        if (!over) return fail(over.error());
        if (*over) {
            const Check check{checkId, checks->front().text(2), jsonOrNull(checks->front(), 3)};
            if (Result<void> stopped = stop(tx, runId, check, **over); !stopped) return fail(stopped.error());
            return false;
        }
    }
    Database::Parameters behind = wanted.values;
    behind.emplace_back(after);
    const auto entities = types.empty()
        ? Result<std::vector<SqlRow>>()
        : tx.db().query("SELECT DISTINCT entity_id" + wanted.open + " AND entity_id > ? ORDER BY entity_id LIMIT " +
                            std::to_string(EntitiesAtOnce),
                        behind);
    if (!entities) return fail(entities.error());
    if (entities->empty()) {
        if (Result<void> stored = done(tx.db(), runId); !stored) return fail(stored.error());
        return false;
    }
    for (const SqlRow &row : *entities) {
        const Result<std::vector<std::string>> ids = differencesOf(tx.db(), wanted, row.text(0));
        if (!ids) return fail(ids.error());
        const Result<void> asked = repair(tx, context, *ids);
        const bool forPeople = !asked && (asked.error().kind == ErrorKind::Conflict || asked.error().kind == ErrorKind::Invalid);
        if (!asked && !forPeople) return fail(asked.error());
        after = row.text(0);
    }
    return true;
}

} // namespace crossfade::autorepair
