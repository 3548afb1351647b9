// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/fingerprint.h"
#include "app/comparator/statement.h"
#include "app/service/store.h"
#include "models/consistency/repairaction.h"

#include <string>
#include <vector>

namespace crossfade {

// A repair as its worker needs it.
struct RepairRecord {
    std::string id;
    std::string entityType;
    std::string entityId;
    RepairStatus status = RepairStatus::Pending;
    RepairPlan plan;
    std::vector<std::string> fields; // named fields of an update; empty: the whole row
    std::string legacyPrint;         // of the rows that were seen
    std::string newPrint;
    std::string sentence;
    MappedSources sources;
    // Of a member of the entity's set: which (memberPrint()); the compared field is then a member's, and rows are those of
    // repairedPair(). Empty: the repair is of the entity's row.
    std::string member = {};
};
// Its compared fields as its member has them.
void narrowToMember(RepairRecord &repair);

// The API's form; NotFound.
Result<Json> repairJson(Database &db, const std::string &id);
std::string repairColumns();
Result<Json> repairRowJson(Database &db, const SqlRow &row);
Result<RepairRecord> loadRepair(Database &db, const std::string &id);
// As many of them, from the first one on, as can be carried out together: of one mapping as it was then, each of another
// entity, none of them a deletion beside others. At least the first one.
Result<std::vector<RepairRecord>> loadTogether(Database &db, const std::vector<std::string> &ids);

// Takes the command if it fits the state (Conflict otherwise): the new state, its history, the
// event. `note` is for people. The answer is the repair as it is then.
Result<Json> commandRepair(WriteTransaction &tx, const std::string &id, RepairCommand command,
                           const std::string &note);

// Whether the two rows, as just read, are what was seen.
bool stillAsSeen(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair);
// Whether there is nothing left to do.
bool isAchieved(const RepairRecord &repair, const EntityPair &pair);
// Whether the repair's action is the one that these rows need.
bool fits(const RepairRecord &repair, const EntityPair &pair);
// Why the repair cannot be written, for people: no value of the target stands for one of the source.
std::optional<std::string> unwritable(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair);
// What a value of that side becomes on the other one, as people may see it.
Json shownWritten(const MappedField &field, const Fingerprint &print, Platform from, const Cell &value);
// Precondition: fits().
BuiltStatement repairStatement(const RepairRecord &repair, const Fingerprint &print,
                               const EntityPair &pair);
// Of a ring, in one transaction: first these columns of each hold something else, only where all is as it was seen; then
// each is written, over the row that is its own until the commit.
BuiltStatement givingStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair,
                               const std::vector<ColumnValue> &meanwhile);
BuiltStatement takingStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair);
// The same for people to run by themselves: no value of a sensitive field stands in it, so none is set or held against what
// was seen. An update holds only what it sets against it: those of one entity's other fields may be run before or after.
BuiltStatement toldStatement(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair);
// Field, before, after of the rows as read, as people may see them.
Json repairFields(const RepairRecord &repair, const Fingerprint &print, const EntityPair &pair);

} // namespace crossfade
