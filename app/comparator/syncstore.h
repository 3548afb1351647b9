// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"
#include "app/service/store.h"
#include "models/sync/syncconfig.h"
#include "models/sync/syncstate.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// A sync as its follower needs it.
struct SyncRecord {
    std::string id;
    std::string dataType;
    SyncConfig config;
    SyncState state = SyncState::Waiting;
    std::string mappingPrint; // that what is remembered belongs to; "" before anything is
    std::optional<ChangePlace> legacyMark;
    std::optional<ChangePlace> newMark;
    std::set<Platform> switched; // sides that something else tells of than when the mark was made, which is no mark then
    bool unfinished = false; // a backfill was begun
    std::optional<std::string> backfillKey;
    std::int64_t backfillRows = 0;
    int passWish = 0; // 2: whatever the mass limits say
    std::optional<Instant> lastPassAt;
    std::optional<Instant> lastSweepAt;
    Instant createdAt{};

    // What the mark of a side is a place in; "": the change column.
    std::string place(Platform side) const
    {
        const SyncCapture *table = config.changeTable(side);
        return table ? table->place() : "";
    }
    std::optional<ChangePlace> &mark(Platform side) { return side == Platform::Legacy ? legacyMark : newMark; }
};
Result<SyncRecord> loadSync(Database &db, const std::string &id);
// How far the changes of a side are carried over; none: what tells of them has nothing yet.
Result<void> storeMark(Database &db, const SyncRecord &record, Platform side, const std::optional<ChangePlace> &mark);
Result<std::vector<std::string>> activeSyncs(Database &db);
// How far what carries over the changes of this mapping is behind; 0 where nothing does.
Result<Milliseconds> syncLag(Database &db, const std::string &mappingId, Instant now);

// The API's form; NotFound.
Result<Json> syncJson(Database &db, const std::string &id, Instant now);
std::string syncColumns();
Result<Json> syncRowJson(Database &db, const SqlRow &row, Instant now);
// What somebody set of it, for the audit.
Json syncSettingsOf(const Json &sync);

// Takes the command if it fits the state (Conflict otherwise); the event. The answer is the sync as it is then.
Result<Json> commandSync(WriteTransaction &tx, const std::string &id, SyncCommand command,
                         const std::optional<std::string> &cause = {});
// sync.changed, with the sync as it is.
Result<Json> tellSync(WriteTransaction &tx, const std::string &id);

// What a side holds, as it is stored.
Held heldFrom(const SqlRow &row, std::size_t column);
SqlValue heldText(const Held &held);

// What is remembered of an entity.
struct SyncBase {
    Held legacy;
    Held fresh;
    bool operator==(const SyncBase &) const = default;
};
using SyncBases = std::map<std::string, SyncBase>; // by entity id
Result<SyncBases> loadBases(Database &db, const std::string &configId, KeyKind kind,
                            const std::vector<std::string> &keys);
// Of the keys after `after` and up to `last`, in their order; without `last`: at most `limit`.
Result<SyncBases> loadBaseRange(Database &db, const std::string &configId, KeyKind kind,
                                const std::optional<std::string> &after, const std::optional<std::string> &last,
                                std::int64_t limit);
// An empty base is forgotten.
Result<void> storeBase(Database &db, const std::string &configId, KeyKind kind, const std::string &key,
                       const SyncBase &base);
// The same of many, in few statements; of a key that stands twice the last one.
Result<void> storeBases(Database &db, const std::string &configId, KeyKind kind,
                        const std::vector<std::pair<std::string, SyncBase>> &bases);
struct KnownRows {
    std::int64_t legacy = 0;
    std::int64_t fresh = 0;
};
Result<KnownRows> countBases(Database &db, const std::string &configId);

} // namespace crossfade
