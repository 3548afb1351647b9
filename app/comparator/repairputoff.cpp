// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs that a rule of their database refuses as long as others are not carried out: they stay approved, and are tried
// again once those are.
#include "app/comparator/repairengine.h"

#include "app/comparator/rowjson.h"
#include "models/consistency/mappingjson.h"

namespace crossfade {

namespace {

constexpr std::size_t MostEndedAtOnce = 128; // the store writes for nobody else meanwhile
const std::string PutOffNote = "put off: ";

// However often it is tried, its history tells of the first time and of the last.
Result<void> forgetLastTry(Database &db, const std::string &repairId)
{
    const auto rows = db.query("SELECT history FROM repairs WHERE id = ?", {repairId});
    if (!rows || rows->empty()) return rows ? Result<void>() : fail(rows.error());
    Json history = jsonOrNull(rows->front(), 0);
    if (history.size() < 2 || !history[history.size() - 2].at("note").get<std::string>().starts_with(PutOffNote)) return {};
    history.erase(history.size() - 1);
    history.erase(history.size() - 1);
    const auto kept = db.execute("UPDATE repairs SET history = ? WHERE id = ?", {dumpJson(history), repairId});
    return kept ? Result<void>() : fail(kept.error());
}

} // namespace

// Those that may hold each other's values. What it may have been mapped by before is another matter.
std::string RepairEngine::ringName(const RepairRecord &repair) const
{
    if (repair.plan.action != RepairAction::Update || !repair.member.empty()) return "";
    return std::string(platformWord(repair.plan.target)) + " " + repair.sources.mappingId + " " +
           m_context.print.digest(dumpJson(mappingJson(repair.sources.mapping)));
}

// What was put off by an earlier leader, or before the store failed, is found with the others.
bool RepairEngine::beginAnew()
{
    m_next.clear();
    m_putOff.clear();
    m_undoPutOff.clear();
    m_undoWaiting.clear();
    const Result<Json> done = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto found = tx.db().execute("UPDATE repairs SET put_off = NULL WHERE status = 'APPROVED' AND put_off IS NOT NULL");
        if (!found) return fail(found.error());
        return Json();
    });
    m_beginAnew = !done;
    return done.has_value();
}

Result<Json> RepairEngine::putOffIn(WriteTransaction &tx, const RepairRecord &repair, const Outcome &outcome) const
{
    if (outcome.confirmed) {
        if (Result<void> back = deletionguard::giveBack(tx.db(), repair.sources.mappingId); !back) return fail(back.error());
    }
    const auto kept = tx.db().execute("UPDATE repairs SET put_off = ? WHERE id = ?", {outcome.note, repair.id});
    if (!kept) return fail(kept.error());
    if (Result<void> forgotten = forgetLastTry(tx.db(), repair.id); !forgotten) return fail(forgotten.error());
    return commandRepair(tx, repair.id, RepairCommand::Recover, PutOffNote + outcome.note);
}

// In the order in which they were tried: what was written before one was refused does not make it worth another try.
void RepairEngine::rememberPutOff(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes)
{
    for (std::size_t i = 0; i < repairs.size(); ++i) {
        const RepairRecord &repair = repairs[i];
        const std::string &target = repair.sources.side(repair.plan.target).location;
        if (outcomes[i].wrote) wrote(target);
        if (outcomes[i].putOff)
            m_putOff.add({repair.id, target, ringName(repair), *outcomes[i].putOff, outcomes[i].note},
                         std::chrono::steady_clock::now());
    }
}

void RepairEngine::wrote(const std::string &target)
{
    m_putOff.wrote(target);
    m_undoPutOff.wrote(target);
}

// Nothing that waits was left to help them for a while.
Result<void> RepairEngine::endStuck()
{
    const std::vector<RefusedRepair> stuck = m_putOff.takeStuck(std::chrono::steady_clock::now(), MostEndedAtOnce);
    const Result<Json> ended = write([&](WriteTransaction &tx) -> Result<Json> {
        for (const RefusedRepair &repair : stuck) {
            if (const Result<Json> one = giveUpIn(tx, repair.id, stuckSentence(repair)); !one) return fail(one.error());
        }
        return Json();
    });
    return ended ? Result<void>() : fail(ended.error());
}

} // namespace crossfade
