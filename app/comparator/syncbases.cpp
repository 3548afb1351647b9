// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is remembered of both sides, in the service's store.
#include "app/comparator/bulkinsert.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/syncstore.h"

#include <algorithm>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::size_t BasesOfKeys = 500;
constexpr const char *SameAsLegacy = "=";

} // namespace

namespace {

// What JSON writes as it stands; most that is held is so, and needs no tree of values.
bool isPlain(std::string_view text)
{
    return std::ranges::all_of(text, [](const char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

// As dumpJson() writes it; none where it is not as plain as that.
std::optional<std::string> plainText(const std::vector<std::string> &held)
{
    std::string text = "[";
    for (const std::string &value : held) {
        if (!isPlain(value)) return std::nullopt;
        text += text.size() > 1 ? ",\"" : "\"";
        text += value;
        text += '"';
    }
    return text + "]";
}

} // namespace

Held heldFrom(const SqlRow &row, std::size_t column)
{
    const Json list = jsonOrNull(row, column);
    if (!list.is_array()) return std::nullopt;
    std::vector<std::string> held;
    for (const Json &text : list)
        held.push_back(text.is_string() ? text.get<std::string>() : std::string(NeverHeld));
    return held;
}

SqlValue heldText(const Held &held)
{
    if (!held) return nullptr;
    if (std::optional<std::string> plain = plainText(*held)) return std::move(*plain);
    return dumpJson(*held);
}

namespace {

SyncBase baseOf(const SqlRow &row)
{
    SyncBase base;
    base.legacy = heldFrom(row, 1);
    base.fresh = row.text(2) == SameAsLegacy ? base.legacy : heldFrom(row, 2);
    return base;
}

} // namespace

Result<SyncBases> loadBases(Database &db, const std::string &configId, KeyKind kind,
                            const std::vector<std::string> &keys)
{
    SyncBases bases;
    for (std::size_t begin = 0; begin < keys.size(); begin += BasesOfKeys) {
        const std::size_t end = std::min(keys.size(), begin + BasesOfKeys);
        Database::Parameters values{configId};
        std::string places;
        for (std::size_t i = begin; i < end; ++i) {
            places += places.empty() ? "?" : ", ?";
            values.emplace_back(sortableKey(kind, keys[i]));
        }
        const auto rows = db.query("SELECT entity_id, legacy, fresh FROM sync_bases WHERE config_id = ? AND "
                                   "entity_order IN (" +
                                       places + ")",
                                   values);
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            bases[row.text(0)] = baseOf(row);
    }
    return bases;
}

Result<SyncBases> loadBaseRange(Database &db, const std::string &configId, KeyKind kind,
                                const std::optional<std::string> &after, const std::optional<std::string> &last,
                                std::int64_t limit)
{
    std::string where = "SELECT entity_id, legacy, fresh FROM sync_bases WHERE config_id = ?";
    Database::Parameters values{configId};
    if (after) {
        where += " AND entity_order > ?";
        values.emplace_back(sortableKey(kind, *after));
    }
    if (last) {
        where += " AND entity_order <= ?";
        values.emplace_back(sortableKey(kind, *last));
    }
    where += " ORDER BY entity_order";
    if (!last) {
        where += " LIMIT ?";
        values.emplace_back(limit);
    }
    SyncBases bases;
    const Result<void> read = db.each(where, values, [&](const SqlRow &row) {
        bases[row.text(0)] = baseOf(row);
        return true;
    });
    if (!read) return fail(read.error());
    return bases;
}

Result<void> storeBase(Database &db, const std::string &configId, KeyKind kind, const std::string &key,
                       const SyncBase &base)
{
    return storeBases(db, configId, kind, {std::pair<std::string, SyncBase>(key, base)});
}

Result<void> storeBases(Database &db, const std::string &configId, KeyKind kind,
                        const std::vector<std::pair<std::string, SyncBase>> &bases)
{
    std::map<std::string, const std::pair<std::string, SyncBase> *> byOrder; // no row twice in one statement
    for (const auto &one : bases)
        byOrder[sortableKey(kind, one.first)] = &one;
    Database::Parameters values;
    for (const auto &[order, one] : byOrder) {
        const auto &[key, base] = *one;
        if (!base.legacy && !base.fresh) {
            const auto gone =
                db.execute("DELETE FROM sync_bases WHERE config_id = ? AND entity_order = ?", {configId, order});
            if (!gone) return fail(gone.error());
            continue;
        }
        const bool same = base.legacy && base.legacy == base.fresh;
        values.insert(values.end(), {configId, order, key, heldText(base.legacy),
                                     same ? SqlValue(std::string(SameAsLegacy)) : heldText(base.fresh)});
    }
    return insertRows(db, "INSERT INTO sync_bases (config_id, entity_order, entity_id, legacy, fresh) VALUES", 5,
                      std::move(values),
                      "ON CONFLICT (config_id, entity_order) DO UPDATE SET legacy = excluded.legacy, fresh = excluded.fresh");
}

Result<KnownRows> countBases(Database &db, const std::string &configId)
{
    const auto rows =
        db.query("SELECT count(legacy), count(fresh) FROM sync_bases WHERE config_id = ?", {configId});
    if (!rows) return fail(rows.error());
    return KnownRows{rows->front().integer(0), rows->front().integer(1)};
}

} // namespace crossfade
