// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Undos that a rule of their database refuses as long as others are not done, as the repairs before them: they wait for a
// while, and rows that exchanged values exchange them back together.
#include "app/comparator/repairattempt.h"

#include "app/comparator/setmember.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"
#include "models/consistency/normalform.h"
#include "models/consistency/valuering.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostUndosWaiting = 100;

// What it would write back over what the row holds; nothing where it is not as the repair left it.
ChangedRow writtenBackRow(const UndoRecord &undo, const Fingerprint &print, const std::optional<SourceRow> &row)
{
    ChangedRow changed;
    const RepairRecord &repair = undo.repair;
    if (!row || undoObstacle(repair, undo.image) || exactPrint(print, row) != *undo.writtenPrint) return changed;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        const bool written = repair.fields.empty() || std::ranges::find(repair.fields, field.name) != repair.fields.end();
        if (written && undo.image->cells[i])
            changed.push_back({i, normalForm(field, repair.plan.target, row->row.cells[i]),
                               normalForm(field, repair.plan.target, undo.image->cells[i]->value)});
    }
    return changed;
}

} // namespace

// "": none but those that wait in vain so far.
Result<std::string> RepairEngine::nextUndo(Database &db)
{
    for (int look = 0; look < 2; ++look) {
        std::string others;
        Database::Parameters values;
        for (const std::string &id : m_undoWaiting) {
            others += " AND id <> ?";
            values.emplace_back(id);
        }
        const auto rows = db.query("SELECT id FROM repairs WHERE undo_state IN ('REQUESTED', 'EXECUTING')" + others +
                                       " ORDER BY undo_state = 'REQUESTED', id LIMIT 1",
                                   values);
        if (!rows) return fail(rows.error());
        if (!rows->empty()) return rows->front().text(0);
        for (const std::string &id : m_undoPutOff.takeWorthATry())
            m_undoWaiting.erase(id);
    }
    return std::string();
}

Result<void> RepairEngine::endUndo(const UndoRecord &undo, UndoOutcome outcome)
{
    const RepairRecord &repair = undo.repair;
    const std::string &target = repair.sources.side(repair.plan.target).location;
    if (!outcome.putOff) {
        if (outcome.status == "DONE") wrote(target);
        return finishUndo(repair.id, &repair, outcome);
    }
    const RefusedRepair refused{repair.id, target, ringName(repair), *outcome.putOff, outcome.note};
    if (m_undoWaiting.size() >= MostUndosWaiting) {
        outcome.note = stuckSentence(refused);
        return finishUndo(repair.id, &repair, outcome);
    }
    const Result<Json> waits = write([&](WriteTransaction &tx) -> Result<Json> {
        if (outcome.confirmed) {
            if (Result<void> back = deletionguard::giveBack(tx.db(), repair.sources.mappingId); !back) return fail(back.error());
        }
        return changeUndo(tx, repair.id, {{"status", "REQUESTED"}});
    });
    if (!waits) return fail(waits.error());
    m_undoWaiting.insert(repair.id);
    m_undoPutOff.add(refused, std::chrono::steady_clock::now());
    return {};
}

// Whether there was something to do.
bool RepairEngine::workOnUndosPutOff()
{
    Result<void> done;
    const std::vector<RefusedRepair> possible = m_undoPutOff.tellPossibleRing(MostUndosWaiting);
    if (!possible.empty()) done = undoRings(possible);
    std::vector<RefusedRepair> stuck;
    if (possible.empty()) stuck = m_undoPutOff.takeStuck(std::chrono::steady_clock::now(), MostUndosWaiting);
    for (const RefusedRepair &undo : stuck) {
        m_undoWaiting.erase(undo.id);
        if (done) done = finishUndo(undo.id, nullptr, {"FAILED", stuckSentence(undo), nullptr, {}});
    }
    if (!done) {
        m_beginAnew = true;
        logError("repairs could not be undone together", {{"error", done.error().message}});
    }
    return done && (!possible.empty() || !stuck.empty());
}

Result<void> RepairEngine::undoRings(const std::vector<RefusedRepair> &possible)
{
    std::vector<UndoRecord> undos;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        for (const RefusedRepair &one : possible) {
            Result<UndoRecord> undo = loadUndo(db, one.id);
            if (!undo && undo.error().kind == ErrorKind::Unavailable) return fail(undo.error());
            if (undo && undo->state == "REQUESTED") undos.push_back(std::move(*undo));
        }
        return {};
    });
    if (!read || undos.size() < 2) return read;
    Result<EntityReader> reader = EntityReader::open(undos.front().repair.sources);
    std::vector<std::string> keys;
    for (const UndoRecord &undo : undos)
        keys.push_back(undo.repair.entityId);
    const Result<std::map<std::string, EntityPair>> pairs =
        reader ? reader->read(keys) : Result<std::map<std::string, EntityPair>>(fail(reader.error()));
    if (!pairs) return {}; // they fail as what others hold up
    std::vector<ChangedRow> rows;
    for (const UndoRecord &undo : undos)
        rows.push_back(writtenBackRow(undo, m_context.print, pairs->at(undo.repair.entityId).side(undo.repair.plan.target)));
    for (const ValueRing &found : valueRings(rows)) {
        Ring ring;
        std::vector<const UndoRecord *> members;
        std::vector<Attempt> attempts;
        for (const RingPlace &place : found) {
            const UndoRecord &undo = undos[place.row];
            ring.gives.push_back(place.gives);
            members.push_back(&undo);
            attempts.push_back({&undo.repair, pairs->at(undo.repair.entityId)});
        }
        if (Result<void> done = undoRing(ring, members, attempts, *reader); !done) return done;
    }
    return {};
}

Result<void> RepairEngine::undoRing(const Ring &ring, const std::vector<const UndoRecord *> &undos,
                                    std::vector<Attempt> &attempts, EntityReader &reader)
{
    const RepairRecord &first = undos.front()->repair;
    std::vector<RowWrite> taking;
    for (const UndoRecord *undo : undos) {
        if (Result<void> begun = beginUndo(undo->repair.id); !begun) return begun;
        m_undoPutOff.remove(undo->repair.id);
        m_undoWaiting.erase(undo->repair.id);
        taking.push_back({undo->repair.entityId,
                          undoStatement(undo->repair, m_context.print, *undo->image, std::nullopt).statement});
    }
    const Result<SourceLoan> target = lendSource(first.sources.side(first.plan.target), Access::Write);
    Result<void> written = target ? (*target)->keepForeignKeys() : Result<void>(fail(target.error()));
    killPoint("repair.before-undo");
    if (written) written = writeRing(**target, ring, attempts, taking);
    killPoint("repair.after-undo");
    if (written) wrote(first.sources.side(first.plan.target).location);
    for (std::size_t i = 0; i < undos.size(); ++i) {
        UndoOutcome outcome{"FAILED", written ? std::string() : written.error().message, nullptr, {}};
        if (attempts[i].outcome) outcome = {"STALE", attempts[i].outcome->note, attempts[i].outcome->verification, {}};
        else if (written) outcome = undone(*undos[i], reader, "written back");
        if (Result<void> done = finishUndo(undos[i]->repair.id, &undos[i]->repair, outcome); !done) return done;
    }
    return {};
}

} // namespace crossfade
