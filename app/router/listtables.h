// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/routing/snapshot.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace crossfade {

constexpr std::size_t MostLegacyKeys = 20'000'000;

// The rows of gray lists, held entities and LEGACY's key index as domain values.
namespace listtables {

struct GrayListRow {
    GrayList list;
    std::int64_t entries = 0;
};
// The columns of a list in the order grayListOf() expects them.
extern const char *const GrayListColumns;
GrayListRow grayListOf(const SqlRow &row);
Result<GrayListRow> grayList(Database &db, std::string_view name); // NotFound

// "?, ?, …" for the values of IN (…): a statement has so many of them at the most.
inline constexpr std::size_t MostInList = 500;
std::string placesOf(std::string_view places, std::size_t times);
// Which of the ids, in order and each once, stand on the list; a statement for MostInList of them.
Result<std::vector<std::string>> listedOf(Database &db, const std::string &list, std::span<const std::string> ids);

// What was pushed last, beside the ids themselves. Version 1: nothing ever was.
struct PushedSet {
    bool complete = false;
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
    std::string uploadId;   // of the key index
    std::int64_t keys = 0; // of the key index
    // Of the held: whose they are, up to which of its changes, if nobody else has changed them since; else ''.
    std::string source = {};
    std::int64_t sourceEpoch = 0;
    std::string push = {}; // that is being put in force in parts
};
Result<PushedSet> heldSet(Database &db);
Result<PushedSet> keyIndex(Database &db);

// Everybody with a confirmed difference, as the transaction or reader sees them; in no order.
Result<void> eachHeld(Database &db, const std::function<void(HeldChange)> &visit);
// Whom of them to spare, or to spare no more, when holding begins now (see holding.h).
Result<std::vector<SnapshotChange>> sparedAtBeginning(Database &db, const Snapshot &before, Instant at);
// The definition of one who is spared, in the log of revisions; others have none.
extern const char *const SparedDefinition;

std::string_view heldKindWord(HeldChange::Kind kind); // "USER", "ENTITY"

// Stores a change; what it changes to what is already there is left out of the log of revisions. A list's
// entry is NotFound where there is no such list.
struct Cause {
    std::string_view cause;
    std::string_view reason;
};
Result<void> store(WriteTransaction &tx, const GrayListChange &change, const Cause &cause);
Result<void> store(WriteTransaction &tx, const GrayEntryChange &change, const Cause &cause);
Result<void> store(WriteTransaction &tx, const HeldChange &change, const Cause &cause);
// Entries of one list, or those held, go several to a statement: a rollback may be waiting. As many as that from
// here on, all added or all removed, each another one; else none.
std::span<const SnapshotChange> membersTogether(std::span<const SnapshotChange> changes);
Result<void> storeMembers(WriteTransaction &tx, std::span<const SnapshotChange> changes, const Cause &cause);
// The keys themselves are stored as parts beforehand.
Result<void> store(WriteTransaction &tx, const KeyIndexChange &change, const Cause &cause);

// LEGACY's keys as they were pushed last.
Result<KeyIndexChange> readKeyIndex(Database &db);
// Everything the tables hold.
Result<void> readAll(Database &db, SnapshotEdit &edit);

} // namespace listtables

} // namespace crossfade
