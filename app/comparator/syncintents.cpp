// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a sync is about to write: stored before it does, and held against what the sides show where nobody knows any
// more whether it was written.
#include "app/comparator/syncfollower.h"

#include "app/comparator/bulkinsert.h"
#include "app/comparator/rowjson.h"
#include "app/service/killpoint.h"

namespace crossfade {

namespace {

constexpr std::int64_t IntentsAtOnce = 500;

struct LeftIntent {
    std::string key;
    std::string order;
    std::string mappingPrint;
    SyncIntent intent;
};

using Fields = std::optional<std::vector<std::size_t>>;

SqlValue fieldsText(const Fields &fields)
{
    return fields ? SqlValue(dumpJson(Json(*fields))) : SqlValue(nullptr);
}

Fields fieldsFrom(const SqlRow &row, std::size_t column)
{
    const Json list = jsonOrNull(row, column);
    if (!list.is_array()) return std::nullopt;
    std::vector<std::size_t> fields;
    for (const Json &field : list) {
        if (field.is_number_unsigned()) fields.push_back(field.get<std::size_t>());
    }
    return fields;
}

Result<std::vector<LeftIntent>> leftIntents(Database &db, const std::string &configId)
{
    const auto rows = db.query("SELECT entity_id, entity_order, mapping_print, to_legacy, to_new, legacy, fresh, "
                               "legacy_fields, new_fields FROM sync_intents WHERE config_id = ? ORDER BY entity_order LIMIT ?",
                               {configId, IntentsAtOnce});
    if (!rows) return fail(rows.error());
    std::vector<LeftIntent> left;
    for (const SqlRow &row : *rows)
        left.push_back({row.text(0), row.text(1), row.text(2),
                        {heldFrom(row, 5), heldFrom(row, 6), row.integer(3) != 0, row.integer(4) != 0,
                         fieldsFrom(row, 7), fieldsFrom(row, 8)}});
    return left;
}

Result<std::map<std::string, SourceRow>> rowsNow(SyncLink &link, Platform side, bool writes,
                                                   const std::vector<std::string> &keys)
{
    // What was sent last may still be under way where this sync writes; elsewhere its account may only read.
    Source &source = link.source(side);
    Result<std::vector<SourceRow>> rows =
        writes ? source.fetchSettled(link.view(side), keys) : source.fetch(link.view(side), keys);
    if (!rows) {
        Error error = rows.error();
        error.message = std::string(platformWord(side)) + ": " + error.message;
        return fail(std::move(error));
    }
    std::map<std::string, SourceRow> byKey;
    for (SourceRow &row : *rows)
        byKey[row.row.key] = std::move(row);
    return byKey;
}

} // namespace

// Only while this process still leads: what is written to the sides is what the leader of now has announced.
Result<void> SyncFollower::intend(const std::vector<IntendedWrite> &writes) const
{
    Database::Parameters values;
    for (const IntendedWrite &one : writes) {
        const SyncIntent &intent = one.intent;
        const Database::Parameters row{m_id,
                                       sortableKey(m_plan.keyKind(), one.key),
                                       one.key,
                                       m_plan.mappingPrint,
                                       std::int64_t{intent.toLegacy},
                                       std::int64_t{intent.toNew},
                                       heldText(intent.legacy),
                                       heldText(intent.fresh),
                                       fieldsText(intent.legacyFields),
                                       fieldsText(intent.newFields)};
        values.insert(values.end(), row.begin(), row.end());
    }
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto known = tx.db().query("SELECT 1 FROM sync_configs WHERE id = ?", {m_id});
        if (!known) return fail(known.error());
        if (known->empty()) return fail(ErrorKind::Cancelled, "the sync was deleted");
        const auto kept = insertRows(
            tx.db(),
            "INSERT INTO sync_intents (config_id, entity_order, entity_id, mapping_print, to_legacy, to_new, legacy, "
            "fresh, legacy_fields, new_fields) VALUES",
            10, values,
            "ON CONFLICT (config_id, entity_order) DO UPDATE SET mapping_print = excluded.mapping_print, to_legacy = "
            "excluded.to_legacy, to_new = excluded.to_new, legacy = excluded.legacy, fresh = excluded.fresh, "
            "legacy_fields = excluded.legacy_fields, new_fields = excluded.new_fields");
        if (!kept) return fail(kept.error());
        for (const IntendedWrite &one : writes) {
            if (!one.learnt) continue;
            const Result<void> learnt = storeBase(tx.db(), m_id, m_plan.keyKind(), one.key, *one.learnt);
            if (!learnt) return fail(learnt.error());
        }
        return Json();
    });
    if (!stored) return fail(stored.error());
    killPoint("sync.after-intent");
    return {};
}

// All that is intended of this sync is of the work that is stored now: what was left before is settled first.
Result<void> SyncFollower::forgetIntents(Database &db) const
{
    const auto done = db.execute("DELETE FROM sync_intents WHERE config_id = ?", {m_id});
    return done ? Result<void>() : fail(done.error());
}

// After a death, or where a side or the store was lost in between: what was intended and is shown is remembered, before
// anything else is looked at.
Result<void> SyncFollower::settleIntents()
{
    while (m_unsettled) {
        if (Result<void> none = goesOn(); !none) return none;
        std::vector<LeftIntent> left;
        std::vector<std::string> keys;
        SyncBases bases;
        const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
            Result<std::vector<LeftIntent>> found = leftIntents(db, m_id);
            if (!found) return fail(found.error());
            left = std::move(*found);
            for (const LeftIntent &one : left) {
                if (one.mappingPrint == m_plan.mappingPrint) keys.push_back(one.key);
            }
            Result<SyncBases> known = loadBases(db, m_id, m_plan.keyKind(), keys);
            if (!known) return fail(known.error());
            bases = std::move(*known);
            return {};
        });
        if (!read) return read;
        if (left.empty()) {
            m_unsettled = false;
            return {};
        }
        std::map<std::string, SourceRow> legacy, fresh;
        if (!keys.empty()) {
            const Result<SyncLink *> link = this->link(0);
            if (!link) return fail(link.error());
            for (const Platform side : {Platform::Legacy, Platform::New}) {
                Result<std::map<std::string, SourceRow>> rows =
                    rowsNow(**link, side, m_plan.config.writes(side), keys);
                if (!rows) return fail(rows.error());
                (side == Platform::Legacy ? legacy : fresh) = std::move(*rows);
            }
        }
        const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
            for (const LeftIntent &one : left) {
                const auto gone = tx.db().execute("DELETE FROM sync_intents WHERE config_id = ? AND entity_order = ?",
                                                  {m_id, one.order});
                if (!gone) return fail(gone.error());
                if (one.mappingPrint != m_plan.mappingPrint) continue; // said of other fields
                const auto held = [&](Platform side) {
                    const auto &rows = side == Platform::Legacy ? legacy : fresh;
                    const auto row = rows.find(one.key);
                    return row == rows.end() ? Held() : m_plan.heldOf(&row->second.row, side);
                };
                const SyncBase &known = bases[one.key];
                const auto base = inStepAfter(
                    one.intent, {known.legacy, known.fresh, held(Platform::Legacy), held(Platform::New), std::nullopt, std::nullopt});
                if (!base) continue;
                const Result<void> kept =
                    storeBase(tx.db(), m_id, m_plan.keyKind(), one.key, {base->legacy, base->fresh});
                if (!kept) return fail(kept.error());
            }
            return Json();
        });
        if (!stored) return fail(stored.error());
    }
    return {};
}

} // namespace crossfade
