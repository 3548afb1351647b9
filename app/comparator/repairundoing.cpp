// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The undo of a repair, by the worker that carries repairs out: what was there before is written back over what the
// repair left, and over nothing else.
#include "app/comparator/differencestore.h"
#include "app/comparator/repairattempt.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::hours ImagesAreKept{30 * 24};
constexpr std::chrono::hours BetweenDroppingImages{1};
constexpr const char *DroppedImage = R"({"dropped":true})";

// The columns of a deleted row that nobody compared, and so nobody kept; "" if there are none.
std::string unkeptColumns(const RepairRecord &repair, EntityReader &reader)
{
    if (repair.plan.action != RepairAction::Delete) return "";
    const TableView &view = reader.view(repair.plan.target);
    const Result<std::vector<Column>> columns = reader.source(repair.plan.target).columns(view.table);
    if (!columns) return ""; // as compared it holds what it held, whatever else there is
    const std::vector<std::string> keys = view.keyColumns();
    std::string names;
    for (const Column &column : *columns) {
        const auto isNamed = [&](const std::vector<std::string> &list) {
            return std::ranges::find(list, column.name) != list.end();
        };
        if (!isNamed(keys) && !isNamed(view.columns)) names += (names.empty() ? "" : ", ") + column.name;
    }
    return names;
}

} // namespace

// They hold what rows held, and nobody undoes a repair after so long.
void RepairEngine::dropOldImages()
{
    const auto now = std::chrono::steady_clock::now();
    if (now < m_dropImagesAt) return;
    m_dropImagesAt = now + BetweenDroppingImages;
    const Result<Json> dropped = write([&](WriteTransaction &tx) -> Result<Json> {
        // Of an insert there is none, it is undone by what it wrote.
        const auto done = tx.db().execute("UPDATE repairs SET before_image = ? WHERE before_image IS NOT NULL AND "
                                          "before_image <> ? AND action <> 'INSERT' AND status NOT IN ('APPROVED', "
                                          "'EXECUTING') AND undo_state NOT IN ('REQUESTED', 'EXECUTING') AND ended_at < ?",
                                          {std::string(DroppedImage), std::string(DroppedImage),
                                           toMs(tx.now() - ImagesAreKept)});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!dropped) logError("old rows of repairs could not be dropped", {{"error", dropped.error().message}});
}

bool RepairEngine::undoNext()
{
    std::string id;
    std::optional<UndoRecord> undo;
    std::optional<Error> unreadable;
    const Result<void> found = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<std::string> next = nextUndo(db);
        if (!next) return fail(next.error());
        if (next->empty()) return {};
        Result<UndoRecord> loaded = loadUndo(db, *next);
        if (!loaded && (loaded.error().kind == ErrorKind::Unavailable || loaded.error().kind == ErrorKind::Cancelled))
            return fail(loaded.error()); // the store, not this repair
        id = *next;
        if (loaded)
            undo = std::move(*loaded);
        else
            unreadable = loaded.error();
        return {};
    });
    if (found && id.empty()) return workOnUndosPutOff();
    Result<void> done = found;
    if (done) done = beginUndo(id);
    if (done) done = unreadable ? finishUndo(id, nullptr, {"FAILED", unreadable->message, nullptr, {}})
                                : endUndo(*undo, writeBack(*undo));
    if (!done) m_beginAnew = true;
    if (!done) logError("a repair could not be undone", {{"repair", id}, {"error", done.error().message}});
    return done.has_value();
}

Result<void> RepairEngine::beginUndo(const std::string &repairId)
{
    const Result<Json> begun = write([&](WriteTransaction &tx) {
        return changeUndo(tx, repairId, {{"status", "EXECUTING"}, {"started_at", formatInstant(tx.now())}});
    });
    return begun ? Result<void>() : fail(begun.error());
}

RepairEngine::UndoOutcome RepairEngine::writeBack(const UndoRecord &undo)
{
    const RepairRecord &repair = undo.repair;
    const Platform target = repair.plan.target;
    const std::string name(platformWord(target));
    const auto failed = [](const Error &error) { return UndoOutcome{"FAILED", error.message, nullptr, {}}; };
    if (const auto obstacle = undoObstacle(repair, undo.image)) return {"FAILED", *obstacle, nullptr, {}};
    Result<EntityReader> reader = EntityReader::open(repair.sources);
    if (!reader) return failed(reader.error());
    const Result<EntityPair> pair = readRepaired(*reader, repair, m_context.print);
    if (!pair) return failed(pair.error());
    // Also what was written back right before the service ended.
    if (isUndone(repair, *undo.image, pair->side(target)))
        return undone(undo, *reader, name + " held already what was there before");
    if (exactPrint(m_context.print, pair->side(target)) != *undo.writtenPrint)
        return {"STALE", name + " no longer holds what the repair wrote; nothing was written", verification(repair, *pair), {}};
    Result<bool> may = false;
    if (repair.plan.action == RepairAction::Insert) may = mayDelete(repair, *reader);
    if (!may) return failed(may.error());
    const BuiltStatement built = undoStatement(repair, m_context.print, *undo.image, pair->side(target));
    const Result<SourceLoan> source = lendSource(repair.sources.side(target), Access::Write);
    if (!source) return failed(source.error());
    if (Result<void> kept = (*source)->keepForeignKeys(); !kept) return failed(kept.error());
    killPoint("repair.before-undo");
    const RepairTarget place = undoTarget(repair, *undo.image, pair->side(target));
    const auto written = (*source)->write(place.view, {{place.key, built.statement}},
                                          [this] { return m_context.stillLeads(); });
    if (!written)
        return {"FAILED", written.error().message, nullptr, {}, refusedBy(written.error()), refusedBy(written.error()) && *may};
    killPoint("repair.after-undo");
    if (written->front().changed != 1)
        return {"STALE", "the row had changed in the last moment; nothing was written", verification(repair, *pair), {}};
    if (!isUndone(repair, *undo.image, asRepaired(repair, written->front().now)))
        return {"FAILED", "written back, but " + name + " does not hold what was there before", verification(repair, *pair), {}};
    return undone(undo, *reader, "written back");
}

// Looks at both sides once more: what differs again is a difference again.
RepairEngine::UndoOutcome RepairEngine::undone(const UndoRecord &undo, EntityReader &reader, const std::string &note) const
{
    const Result<EntityPair> whole = reader.readOne(undo.repair.entityId);
    if (!whole) return {"DONE", note + ", but not compared: " + whole.error().message, nullptr, {}};
    const EntityPair pair = repairedPair(undo.repair, m_context.print, *whole);
    const bool holds = isUndone(undo.repair, *undo.image, pair.side(undo.repair.plan.target));
    Json seen = verification(undo.repair, pair);
    const std::string name(platformWord(undo.repair.plan.target));
    std::string detail = name + (holds ? " holds what it held before the repair" : " has been changed since");
    if (const std::string unkept = unkeptColumns(undo.repair, reader); !unkept.empty())
        detail += ", but for what is not compared, and so was not kept: " + unkept;
    seen["detail"] = detail;
    return {"DONE", note, std::move(seen), *whole};
}

Result<void> RepairEngine::finishUndo(const std::string &repairId, const RepairRecord *repair, const UndoOutcome &outcome)
{
    const bool done = outcome.status == "DONE";
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        Result<Json> after = changeUndo(tx, repairId,
                                        {{"status", outcome.status},
                                         {"ended_at", formatInstant(tx.now())},
                                         {"error", done ? Json() : Json(outcome.note)},
                                         {"verification", outcome.verification}});
        if (!after) return after;
        if (done) {
            const auto at = tx.db().execute("UPDATE repairs SET undo_ended_at = ? WHERE id = ?", {toMs(tx.now()), repairId});
            if (!at) return fail(at.error());
        }
        if (done) after = commandRepair(tx, repairId, RepairCommand::Undo, outcome.note);
        if (!after) return after;
        if (done && repair && outcome.pair) {
            if (auto open = reopen(tx, *repair, *outcome.pair); !open) return fail(open.error());
        }
        tx.audit({"repair.undone", "repair", repairId, {{"undo", "EXECUTING"}},
                  {{"undo", outcome.status}, {"status", after->at("status")}}, outcome.note});
        return after;
    });
    return stored ? Result<void>() : fail(stored.error());
}

Result<void> RepairEngine::reopen(WriteTransaction &tx, const RepairRecord &repair, const EntityPair &pair) const
{
    const auto rows = tx.db().query("SELECT run_id, check_id, check_name FROM differences WHERE repair_id = ? "
                                    "ORDER BY id LIMIT 1",
                                    {repair.id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {}; // the check is gone, and its differences with it
    const FoundBy by{rows->front().text(0), rows->front().text(1), rows->front().text(2)};
    MappedSources sources = repair.sources;
    sources.compared = sources.mapping.comparedFields(); // also of sets, of which the repair is of one member
    const auto recorded =
        recordDifferences(tx, m_context.print, sources, by, repair.entityId, pair, DifferenceState::Confirmed);
    if (!recorded) return fail(recorded.error());
    const auto open = tx.db().query("SELECT id FROM differences WHERE check_id = ? AND entity_id = ? AND resolved = 0",
                                    {by.checkId, repair.entityId});
    if (!open) return fail(open.error());
    for (const SqlRow &row : *open) {
        const Result<Json> difference = differenceJson(tx.db(), row.text(0));
        if (!difference) return fail(difference.error());
        tx.emit("difference.changed", {{"difference", *difference}});
    }
    return {};
}

} // namespace crossfade
