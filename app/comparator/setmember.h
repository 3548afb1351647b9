// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A member of an entity's set, as differences and repairs name it: by a keyed digest of what it is compared as.
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/fingerprint.h"
#include "app/comparator/repairstore.h"

#include <string>

namespace crossfade {

std::string memberPrint(const Fingerprint &print, const MappedField &field, const std::string &form);

// The rows a repair is of, as both sides hold them now: the entity's, or, of a member of its set, a row for the member
// with it as its only cell. `whole` are both sets.
EntityPair repairedPair(const RepairRecord &repair, const Fingerprint &print, EntityPair whole);
Result<EntityPair> readRepaired(EntityReader &reader, const RepairRecord &repair, const Fingerprint &print);

// What a repair writes to: the view of the target's rows, and the key of the one row. Of a member, `member` is as the
// target holds it, or is to hold it.
struct RepairTarget {
    TableView view;
    std::string key;
};
RepairTarget repairTarget(const RepairRecord &repair, const std::string &member = {});
// The same of a repair whose rows these are, and of the undo of one that left or found this row on the target.
RepairTarget repairTarget(const RepairRecord &repair, const EntityPair &pair);
// A row that was read by the target's view as repairedPair() has it.
std::optional<SourceRow> asRepaired(const RepairRecord &repair, std::optional<SourceRow> row);

} // namespace crossfade
