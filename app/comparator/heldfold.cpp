// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How table router_held follows the differences and repairs.
#include "app/comparator/heldpush.h"

#include "app/comparator/entity.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t MostFound = 20'000; // at once; kept in memory
constexpr std::size_t RowsATransaction = 500;
constexpr std::int64_t RowsForgottenAtOnce = 5'000;
constexpr std::chrono::milliseconds LeastBetweenFolds{500};
constexpr int FoldsShare = 10; // of all time a tenth at most

// What somebody has accepted holds nobody.
constexpr const char *OpenDifference = "d.resolved = 0 AND d.state = 'CONFIRMED' AND d.ignored_by IS NULL";
constexpr const char *WaitingRepair = "r.status IN ('PENDING', 'ASSIGNED', 'APPROVED', 'EXECUTING')";

// Of a row of router_held under this name: nothing speaks for it any more.
std::string nothingHolds(const std::string &held)
{
    const std::string sameEntity = ".entity_type = " + held + ".entity_type AND ";
    return "NOT EXISTS (SELECT 1 FROM differences d WHERE d" + sameEntity + "d.entity_id = " + held + ".entity_id AND " +
           OpenDifference + ") AND NOT EXISTS (SELECT 1 FROM repairs r WHERE r" + sameEntity + "r.entity_id = " + held +
           ".entity_id AND " + WaitingRepair + ")";
}

} // namespace

// What was made by other rules is made anew; whoever has the old set needs the whole.
Result<void> HeldPush::forgetOtherRules()
{
    const std::string rules = m_rules.text();
    for (;;) {
        const Result<Json> done = write([&](WriteTransaction &tx) -> Result<Json> {
            const auto rows = tx.db().query("SELECT rules FROM router_push WHERE what = 'HELD'");
            if (!rows) return fail(rows.error());
            if (rows->empty()) return fail(ErrorKind::Internal, "the store lacks a row it was made with");
            if (rows->front().text(0) == rules) return Json(false);
            const auto some = tx.db().query("SELECT entity_type, entity_id FROM router_held LIMIT ?", {RowsForgottenAtOnce});
            if (!some) return fail(some.error());
            for (const SqlRow &row : *some) {
                const auto gone = tx.db().execute("DELETE FROM router_held WHERE entity_type = ? AND entity_id = ?",
                                                  {row.text(0), row.text(1)});
                if (!gone) return fail(gone.error());
            }
            if (static_cast<std::int64_t>(some->size()) == RowsForgottenAtOnce) return Json(true);
            const auto changes = tx.db().execute("DELETE FROM router_held_changes");
            if (!changes) return fail(changes.error());
            const auto noted = tx.db().execute(
                "UPDATE router_push SET rules = ?, epoch = epoch + 1, pruned = epoch + 1 WHERE what = 'HELD'", {rules});
            if (!noted) return fail(noted.error());
            return Json(false);
        });
        if (!done) return fail(done.error());
        if (!done->get<bool>() || router().isCancelled()) return {};
    }
}

Result<bool> HeldPush::fold()
{
    const Clock::time_point begun = Clock::now();
    const std::int64_t epoch = store().epoch();
    if (begun < m_foldAt || epoch == m_foldedEpoch) return true;
    const auto added = lacking();
    if (!added) return fail(added.error());
    if (const Result<void> done = takeOver(*added, true); !done) return fail(done.error());
    const auto gone = superfluous();
    if (!gone) return fail(gone.error());
    if (const Result<void> done = takeOver(*gone, false); !done) return fail(done.error());
    const auto most = static_cast<std::size_t>(MostFound);
    if (added->size() >= most || gone->size() >= most) return false;
    // What this wrote itself is no news, and neither is what was written since begun: it is looked at the next time.
    m_foldedEpoch = added->empty() && gone->empty() ? epoch : -1;
    m_foldAt = Clock::now() + std::max<Clock::duration>(LeastBetweenFolds, FoldsShare * (Clock::now() - begun));
    return true;
}

Result<std::size_t> HeldPush::partsOf(Database &db, const std::string &mappingId)
{
    const auto known = m_parts.find(mappingId);
    if (known != m_parts.end()) return known->second;
    const Result<MappedSources> mapping = loadMapping(db, mappingId);
    if (!mapping && mapping.error().kind == ErrorKind::Unavailable) return fail(mapping.error());
    // Of a mapping that is gone, or that cannot be read, the key is taken as it is.
    const std::size_t parts = mapping ? mapping->mapping.legacyTable.keyColumns().size() : 1;
    return m_parts[mappingId] = parts;
}

// Whoever has a difference or a repair and is not in the table.
Result<std::vector<HeldPush::Row>> HeldPush::lacking()
{
    std::vector<Row> found;
    m_parts.clear();
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        const std::string missing = " AND NOT EXISTS (SELECT 1 FROM router_held h WHERE h.entity_type = ";
        for (const std::string &sql :
             {"SELECT d.entity_type, d.entity_id, d.mapping_id FROM differences d WHERE " + std::string(OpenDifference) + missing +
                  "d.entity_type AND h.entity_id = d.entity_id) LIMIT ?",
              "SELECT r.entity_type, r.entity_id, r.mapping_id FROM repairs r WHERE " + std::string(WaitingRepair) + missing +
                  "r.entity_type AND h.entity_id = r.entity_id) LIMIT ?"}) {
            const auto rows = db.query(sql, {MostFound});
            if (!rows) return fail(rows.error());
            for (const SqlRow &row : *rows) {
                const Result<std::size_t> parts = partsOf(db, row.text(2));
                if (!parts) return fail(parts.error());
                found.push_back({row.text(0), row.text(1), heldIdOf(m_rules, row.text(0), row.text(1), *parts)});
            }
        }
        return {};
    });
    if (!read) return fail(read.error());
    return found;
}

Result<std::vector<HeldPush::Row>> HeldPush::superfluous()
{
    std::vector<Row> found;
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT h.entity_type, h.entity_id, h.kind, h.id FROM router_held h WHERE " +
                                       nothingHolds("h") + " LIMIT ?",
                                   {MostFound});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            found.push_back({row.text(0), row.text(1), {row.text(2), row.text(3)}});
        return {};
    });
    if (!read) return fail(read.error());
    return found;
}

Result<void> HeldPush::takeOver(const std::vector<Row> &rows, bool held)
{
    for (std::size_t from = 0; from < rows.size(); from += RowsATransaction) {
        if (router().isCancelled()) return fail(ErrorKind::Cancelled, "stopped");
        const std::size_t to = std::min(rows.size(), from + RowsATransaction);
        const Result<Json> done = write([&](WriteTransaction &tx) -> Result<Json> {
            if (Result<void> taken = takeOverSome(tx, rows, from, to, held); !taken) return fail(taken.error());
            return Json();
        });
        if (!done) return fail(done.error());
    }
    return {};
}

// One epoch. An id stays held while another entity stands for it, and an entity where a difference was found since it was
// looked at.
Result<void> HeldPush::takeOverSome(WriteTransaction &tx, const std::vector<Row> &rows, std::size_t from, std::size_t to, bool held)
{
    const auto advanced = tx.db().execute("UPDATE router_push SET epoch = epoch + 1 WHERE what = 'HELD'");
    if (!advanced) return fail(advanced.error());
    const auto epoch = tx.db().query("SELECT epoch FROM router_push WHERE what = 'HELD'");
    if (!epoch) return fail(epoch.error());
    for (std::size_t i = from; i < to; ++i) {
        const Row &row = rows[i];
        const auto done = held ? tx.db().execute("INSERT INTO router_held (entity_type, entity_id, kind, id) VALUES (?, ?, ?, ?) "
                                                 "ON CONFLICT (entity_type, entity_id) DO NOTHING",
                                                 {row.type, row.entity, row.held.kind, row.held.id})
                               : tx.db().execute("DELETE FROM router_held WHERE entity_type = ? AND entity_id = ? AND " +
                                                     nothingHolds("router_held"),
                                                 {row.type, row.entity});
        if (!done) return fail(done.error());
        if (*done == 0 || row.held.kind.empty()) continue;
        if (!held) {
            const auto others = tx.db().query("SELECT 1 FROM router_held WHERE kind = ? AND id = ? LIMIT 1",
                                              {row.held.kind, row.held.id});
            if (!others) return fail(others.error());
            if (!others->empty()) continue;
        }
        const auto noted = tx.db().execute(
            "INSERT INTO router_held_changes (kind, id, held, epoch) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET held = excluded.held, epoch = excluded.epoch",
            {row.held.kind, row.held.id, std::int64_t{held}, epoch->front().integer(0)});
        if (!noted) return fail(noted.error());
    }
    return {};
}

} // namespace crossfade
