// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairstore.h"

#include "app/comparator/rowjson.h"
#include "models/consistency/memberset.h"
#include "models/core/refusals.h"

#include <set>

namespace crossfade {

namespace {

Result<Json> differenceIds(Database &db, const std::string &repairId)
{
    const auto rows =
        db.query("SELECT id FROM differences WHERE repair_id = ? ORDER BY id", {repairId});
    if (!rows) return fail(rows.error());
    Json ids = Json::array();
    for (const SqlRow &row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

RepairAction actionFromWord(const std::string &word)
{
    if (word == "INSERT") return RepairAction::Insert;
    return word == "DELETE" ? RepairAction::Delete : RepairAction::Update;
}

} // namespace

std::string repairColumns()
{
    return "id, check_id, mapping_id, entity_type, entity_id, action, target_platform, status, "
           "assigned_to, "
           "requested_by, requested_at, decided_by, decided_at, decision_reason, started_at, "
           "ended_at, fields, "
           "statement, condition, sentence, verification, error, reason, history, version, "
           "assigned_role, second_person, execute_at, repaired_fields, undo, put_off, side_by_request";
}

Result<Json> repairRowJson(Database &db, const SqlRow &row)
{
    Result<Json> ids = differenceIds(db, row.text(0));
    if (!ids) return fail(ids.error());
    return Json{{"id", row.text(0)},
                {"check_id", row.text(1)},
                {"mapping_id", row.text(2)},
                {"entity_type", row.text(3)},
                {"entity_id", row.text(4)},
                {"difference_ids", std::move(*ids)},
                {"action", row.text(5)},
                {"target_platform", row.text(6)},
                {"authoritative", row.text(6) == "NEW" ? "LEGACY" : "NEW"},
                {"authoritative_by", row.integer(31) != 0 ? "REQUEST" : "MAPPING"},
                {"status", row.text(7)},
                {"assigned_to", textOrNull(row, 8)},
                {"assigned_role", textOrNull(row, 25)},
                {"second_person", row.integer(26) != 0},
                {"execute_at", timeOrNull(row, 27)},
                {"repaired_fields", row.isNull(28) ? Json::array() : jsonOrNull(row, 28)},
                {"undo", jsonOrNull(row, 29)},
                {"put_off", textOrNull(row, 30)},
                {"requested_by", row.text(9)},
                {"requested_at", timeOrNull(row, 10)},
                {"decided_by", textOrNull(row, 11)},
                {"decided_at", timeOrNull(row, 12)},
                {"decision_reason", textOrNull(row, 13)},
                {"started_at", timeOrNull(row, 14)},
                {"ended_at", timeOrNull(row, 15)},
                {"fields", jsonOrNull(row, 16)},
                {"statement", row.text(17)},
                {"condition", row.text(18)},
                {"sentence", row.text(19)},
                {"verification", jsonOrNull(row, 20)},
                {"error", textOrNull(row, 21)},
                {"reason", row.text(22)},
                {"history", jsonOrNull(row, 23)},
                {"version", row.integer(24)}};
}

Result<Json> repairJson(Database &db, const std::string &id)
{
    const auto rows = db.query("SELECT " + repairColumns() + " FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    return repairRowJson(db, rows->front());
}

void narrowToMember(RepairRecord &repair)
{
    if (repair.member.empty()) return;
    for (MappedField &field : repair.sources.compared)
        field = memberField(field);
}

namespace {

struct StoredRepair {
    RepairRecord repair; // without its sources
    std::string mappingId;
    std::string mapping;
};

Result<StoredRepair> storedRepair(Database &db, const std::string &id)
{
    const auto rows =
        db.query("SELECT entity_type, entity_id, status, action, target_platform, field_names, "
                 "legacy_print, new_print, sentence, mapping_id, mapping, member FROM repairs WHERE id = ?",
                 {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    const SqlRow &row = rows->front();
    StoredRepair stored{{}, row.text(9), row.text(10)};
    RepairRecord &repair = stored.repair;
    repair.id = id;
    repair.entityType = row.text(0);
    repair.entityId = row.text(1);
    repair.status = repairStatusFromWord(row.text(2)).value_or(RepairStatus::Rejected);
    repair.plan = {actionFromWord(row.text(3)),
                   platformFromWord(row.text(4)).value_or(Platform::New)};
    for (const Json &field : jsonOrNull(row, 5))
        repair.fields.push_back(field.get<std::string>());
    repair.legacyPrint = row.text(6);
    repair.newPrint = row.text(7);
    repair.sentence = row.text(8);
    repair.member = row.text(11);
    return stored;
}

} // namespace

Result<RepairRecord> loadRepair(Database &db, const std::string &id)
{
    Result<StoredRepair> stored = storedRepair(db, id);
    if (!stored) return fail(stored.error());
    Result<MappedSources> sources = withSources(db, stored->mappingId, stored->mapping);
    if (!sources) return fail(sources.error());
    stored->repair.sources = std::move(*sources);
    narrowToMember(stored->repair);
    return std::move(stored->repair);
}

Result<std::vector<RepairRecord>> loadTogether(Database &db, const std::vector<std::string> &ids)
{
    std::vector<RepairRecord> repairs;
    std::string mapping;
    std::set<std::string> entities;
    for (const std::string &id : ids) {
        Result<StoredRepair> stored = storedRepair(db, id);
        if (!stored && !repairs.empty()) break; // its turn comes by itself
        if (!stored) return fail(stored.error());
        RepairRecord &repair = stored->repair;
        if (repairs.empty()) {
            Result<MappedSources> sources = withSources(db, stored->mappingId, stored->mapping);
            if (!sources) return fail(sources.error());
            repair.sources = std::move(*sources);
            mapping = std::move(stored->mapping);
            narrowToMember(repair);
        } else {
            const RepairRecord &first = repairs.front();
            const bool deletes = first.plan.action == RepairAction::Delete || repair.plan.action == RepairAction::Delete;
            const bool members = !first.member.empty() || !repair.member.empty(); // each in a table of its own
            const bool same = stored->mappingId == first.sources.mappingId && stored->mapping == mapping &&
                              repair.plan.target == first.plan.target && repair.status == first.status;
            if (deletes || members || !same || entities.contains(repair.entityId)) break;
            repair.sources = first.sources;
        }
        entities.insert(repair.entityId);
        repairs.push_back(std::move(repair));
    }
    return repairs;
}

Result<Json> commandRepair(WriteTransaction &tx, const std::string &id, RepairCommand command,
                           const std::string &note)
{
    const auto rows = tx.db().query("SELECT status, history, undo_state FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    const std::string before = rows->front().text(0);
    const auto status = repairStatusFromWord(before);
    const auto after = status ? afterCommand(*status, command) : std::nullopt;
    if (!after)
        return fail(refused(refusals::RepairTakesNo, {before, std::string(repairCommandWord(command))}));
    const std::string undo = rows->front().text(2);
    if (command != RepairCommand::Undo && (undo == "REQUESTED" || undo == "EXECUTING"))
        return fail(ErrorKind::Conflict, "its undo is under way");
    Json history = jsonOrNull(rows->front(), 1);
    history.push_back({{"at", formatInstant(tx.now())},
                       {"status", repairStatusWord(*after)},
                       {"actor", tx.actor().subject},
                       {"note", note}});
    const auto done = tx.db().execute(
        "UPDATE repairs SET status = ?, history = ?, version = version + 1 WHERE id = ?",
        {std::string(repairStatusWord(*after)), dumpJson(history), id});
    if (!done) return fail(done.error());
    const Result<Json> repair = repairJson(tx.db(), id);
    if (repair) tx.emit("repair.changed", {{"repair", *repair}});
    return repair;
}

} // namespace crossfade
