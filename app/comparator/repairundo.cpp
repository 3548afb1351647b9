// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairundo.h"

#include "app/comparator/repairdecision.h"
#include "app/comparator/rowjson.h"
#include "app/service/crypto.h"
#include "models/consistency/normalform.h"
#include "models/core/ids.h"
#include "models/core/refusals.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t LargestImage = 1 << 20; // bytes of values

bool isWritten(const RepairRecord &repair, const MappedField &field)
{
    return repair.fields.empty() || std::ranges::find(repair.fields, field.name) != repair.fields.end();
}

Json cellJson(const SourceRow &row, std::size_t place)
{
    const Cell &value = row.row.cells[place];
    Json cell{{"storage", std::string(1, row.storage[place])}};
    if (!value) return cell;
    const bool text = isValidUtf8(*value);
    cell[text ? "text" : "bytes"] = text ? *value : base64Url(*value);
    return cell;
}

std::optional<SqlParameter> cellFromJson(const Json &cell)
{
    if (!cell.is_object()) return std::nullopt;
    SqlParameter parameter;
    parameter.storage = cell.value("storage", std::string("t")).at(0);
    if (cell.contains("text")) parameter.value = cell.at("text").get<std::string>();
    if (cell.contains("bytes")) parameter.value = fromBase64Url(cell.at("bytes").get<std::string>());
    return parameter;
}

ColumnValue columnValue(const RepairRecord &repair, const Fingerprint &print, std::size_t place,
                        const SqlParameter &value)
{
    const MappedField &field = repair.sources.compared[place];
    return {field.column(repair.plan.target), value, print.shown(field, value.value, repair.plan.target)};
}

bool isUnderWay(const std::string &state)
{
    return state == "REQUESTED" || state == "EXECUTING";
}

} // namespace

Json imageJson(const RepairRecord &repair, const std::optional<SourceRow> &row)
{
    if (!row) return {{"present", false}};
    std::size_t bytes = 0;
    Json cells = Json::array();
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const bool sensitive = repair.sources.compared[i].sensitive;
        bytes += sensitive || !row->row.cells[i] ? 0 : row->row.cells[i]->size();
        cells.push_back(sensitive ? Json() : cellJson(*row, i));
    }
    if (bytes > LargestImage) return {{"present", true}, {"too_large", true}};
    return {{"present", true}, {"cells", std::move(cells)}};
}

std::optional<BeforeImage> imageFromJson(const Json &json)
{
    if (!json.is_object()) return std::nullopt;
    BeforeImage image;
    image.present = json.value("present", false);
    image.tooLarge = json.value("too_large", false);
    image.dropped = json.value("dropped", false);
    for (const Json &cell : json.value("cells", Json::array()))
        image.cells.push_back(cellFromJson(cell));
    return image;
}

std::string exactPrint(const Fingerprint &print, const std::optional<SourceRow> &row)
{
    if (!row) return "";
    std::string text = "written " + row->storage + " ";
    for (const Cell &cell : row->row.cells)
        appendEncoded(text, cell);
    return print.digest(text);
}

std::optional<std::string> undoObstacle(const RepairRecord &repair, const std::optional<BeforeImage> &image)
{
    if (!image) return "nothing was written by it, so there is nothing to undo";
    if (repair.plan.action == RepairAction::Insert) return std::nullopt;
    if (image->dropped) return "what was there before is no longer kept";
    if (image->tooLarge) return "the row was too large for its values to be kept";
    if (!image->present || image->cells.size() != repair.sources.compared.size())
        return "what was there before is not known";
    for (std::size_t i = 0; i < image->cells.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!image->cells[i] && isWritten(repair, field))
            return "the field " + field.name + " is sensitive: what it held before was not kept";
    }
    return std::nullopt;
}

bool isUndone(const RepairRecord &repair, const BeforeImage &image, const std::optional<SourceRow> &row)
{
    if (repair.plan.action == RepairAction::Insert || !row) return !row && !image.present;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        if (!isWritten(repair, repair.sources.compared[i])) continue;
        const std::optional<SqlParameter> &before = image.cells[i];
        if (!before || before->value != row->row.cells[i] || before->storage != row->storage[i]) return false;
    }
    return true;
}

RepairTarget undoTarget(const RepairRecord &repair, const BeforeImage &image, const std::optional<SourceRow> &row)
{
    if (repair.member.empty()) return repairTarget(repair);
    if (row) return repairTarget(repair, row->row.cells.front().value_or(""));
    const bool held = !image.cells.empty() && image.cells.front() && image.cells.front()->value;
    return repairTarget(repair, held ? *image.cells.front()->value : std::string());
}

BuiltStatement undoStatement(const RepairRecord &repair, const Fingerprint &print, const BeforeImage &image,
                             const std::optional<SourceRow> &row)
{
    const SourceKind kind = repair.sources.side(repair.plan.target).kind;
    if (!repair.member.empty()) {
        const RepairTarget target = undoTarget(repair, image, row);
        return repair.plan.action == RepairAction::Insert ? deleteStatement(kind, target.view, target.key, {})
                                                          : insertStatement(kind, target.view, target.key, {});
    }
    const TableView view = tableView(repair.sources.mapping, repair.plan.target);
    std::vector<ColumnValue> seen;
    std::vector<ColumnValue> before;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        if (row) seen.push_back(columnValue(repair, print, i, {row->row.cells[i], row->storage[i]}));
        if (i < image.cells.size() && image.cells[i] && isWritten(repair, repair.sources.compared[i]))
            before.push_back(columnValue(repair, print, i, *image.cells[i]));
    }
    switch (repair.plan.action) {
    case RepairAction::Insert:
        return deleteStatement(kind, view, repair.entityId, seen);
    case RepairAction::Delete:
        return insertStatement(kind, view, repair.entityId, before);
    case RepairAction::Update:
        break;
    }
    return updateStatement(kind, view, repair.entityId, before, seen);
}

Result<UndoRecord> loadUndo(Database &db, const std::string &id)
{
    Result<RepairRecord> repair = loadRepair(db, id);
    if (!repair) return fail(repair.error());
    const auto rows = db.query("SELECT before_image, written_print, undo_state FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    UndoRecord undo{std::move(*repair), imageFromJson(jsonOrNull(row, 0)), {}, row.text(2)};
    if (!row.isNull(1)) undo.writtenPrint = row.text(1);
    if (!undo.writtenPrint) undo.image.reset();
    return undo;
}

Result<Json> changeUndo(WriteTransaction &tx, const std::string &id, const Json &fields)
{
    const auto rows = tx.db().query("SELECT undo, undo_state FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    Json undo = jsonOrNull(rows->front(), 0);
    undo.update(fields);
    const auto done = tx.db().execute("UPDATE repairs SET undo = ?, undo_state = ?, version = version + 1 WHERE id = ?",
                                      {dumpJson(undo), undo.at("status").get<std::string>(), id});
    if (!done) return fail(done.error());
    Result<Json> repair = repairJson(tx.db(), id);
    if (repair) tx.emit("repair.changed", {{"repair", *repair}});
    return repair;
}

Result<Json> requestUndo(WriteTransaction &tx, const std::string &id, const std::string &reason)
{
    if (Result<Json> known = repairJson(tx.db(), id); !known) return known;
    // It writes as the repair did: nobody alone.
    if (Result<void> may = mayApprove(tx.db(), id, tx.actor().subject); !may) return fail(may.error());
    const Result<UndoRecord> undo = loadUndo(tx.db(), id);
    if (!undo && undo.error().kind == ErrorKind::NotFound) // what it was written to
        return fail(ErrorKind::Conflict, "this repair cannot be undone: " + undo.error().message);
    if (!undo) return fail(undo.error());
    const RepairStatus status = undo->repair.status;
    if (status == RepairStatus::Undone || isUnderWay(undo->state)) return repairJson(tx.db(), id);
    if (!afterCommand(status, RepairCommand::Undo))
        return fail(refused(refusals::RepairTakesNo, {std::string(repairStatusWord(status)), "undo"}));
    if (const auto obstacle = undoObstacle(undo->repair, undo->image))
        return fail(ErrorKind::Conflict, "this repair cannot be undone: " + *obstacle);
    const auto cleared = tx.db().execute("UPDATE repairs SET undo = '{}' WHERE id = ?", {id});
    if (!cleared) return fail(cleared.error());
    Result<Json> after = changeUndo(tx, id,
                                    {{"status", "REQUESTED"},
                                     {"requested_by", tx.actor().subject},
                                     {"requested_at", formatInstant(tx.now())},
                                     {"reason", reason},
                                     {"started_at", nullptr},
                                     {"ended_at", nullptr},
                                     {"error", nullptr},
                                     {"verification", nullptr}});
    if (!after) return after;
    tx.audit({"repair.undo", "repair", id, {{"status", repairStatusWord(status)}}, {{"undo", "REQUESTED"}}, reason});
    return after;
}

} // namespace crossfade
