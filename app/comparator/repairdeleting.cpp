// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the worker that carries repairs out deletes, held against the limits of its mapping.
#include "app/comparator/repairengine.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::steady_clock::duration CountsHold = std::chrono::seconds(5);
constexpr int CountsAtMostOneIn = 10; // of the time that counting takes, but never older than
constexpr std::chrono::steady_clock::duration CountsHoldAtMost = std::chrono::seconds(60);

} // namespace

// Whether that took a confirmation; Conflict where somebody has to be asked first.
Result<bool> RepairEngine::mayDelete(const RepairRecord &repair, EntityReader &reader)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point before = Clock::now();
    if (m_countedMapping != repair.sources.mappingId || before >= m_countAnewAt) {
        m_countedMapping.clear();
        const Result<deletionguard::Rows> rows = deletionguard::countRows(reader);
        if (!rows) return fail(rows.error());
        m_counted = *rows;
        m_countedMapping = repair.sources.mappingId;
        const Clock::time_point now = Clock::now();
        m_countAnewAt = now + std::clamp((now - before) * CountsAtMostOneIn, CountsHold, CountsHoldAtMost);
    }
    deletionguard::Permit permit;
    const Result<Json> judged = write([&](WriteTransaction &tx) -> Result<Json> {
        Result<deletionguard::Permit> found = deletionguard::permit(tx, repair, m_counted);
        if (!found) return fail(found.error());
        permit = std::move(*found);
        if (permit.stop && permit.stop->tooMany) {
            if (Result<void> stopped = stopOthers(tx, repair, *permit.stop); !stopped) return fail(stopped.error());
        }
        return Json();
    });
    if (!judged) return fail(judged.error());
    if (permit.stop) return fail(deletionguard::refusal(repair.id, repair.plan.action, *permit.stop));
    return permit.confirmed;
}

// Each that is stopped makes those that wait fewer: without this the last of too many would be made after all, by their
// place in the queue.
Result<void> RepairEngine::stopOthers(WriteTransaction &tx, const RepairRecord &repair,
                                      const deletionguard::Stop &stop) const
{
    const auto rows = tx.db().query("SELECT id FROM repairs WHERE mapping_id = ? AND action = 'DELETE' AND status = "
                                    "'APPROVED' AND coalesce(execute_at, 0) <= ? AND id <> ? ORDER BY id",
                                    {repair.sources.mappingId, toMs(tx.now()), repair.id});
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        const std::string id = row.text(0);
        const std::string why = deletionguard::refusal(id, RepairAction::Delete, stop).message;
        if (const Result<Json> begun = beginIn(tx, id); !begun) return fail(begun.error());
        const auto ended =
            tx.db().execute("UPDATE repairs SET ended_at = ?, error = ? WHERE id = ?", {toMs(tx.now()), why, id});
        if (!ended) return fail(ended.error());
        const Result<Json> failed = commandRepair(tx, id, RepairCommand::Fail, why);
        if (!failed) return fail(failed.error());
        tx.audit({"repair.execute", "repair", id, {{"status", "APPROVED"}}, {{"status", failed->at("status")}}, why});
    }
    return {};
}

} // namespace crossfade
