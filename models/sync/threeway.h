// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/row.h"
#include "models/consistency/timestampform.h"
#include "models/core/platform.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What a side holds of an entity: for each compared field a text that is the same for equal values. Nothing: no row.
using Held = std::optional<std::vector<std::string>>;
// Stands in what is remembered of a side for a field on which the sides were never in step: equal to no value.
inline constexpr std::string_view NeverHeld = "?";

// Who wins where both sides changed the same field since they were last in step.
enum class ConflictPolicy { Newer, Legacy, New, FieldOwner, Manual };
std::string_view conflictPolicyWord(ConflictPolicy policy);

struct MergeRules {
    bool toLegacy = true; // which sides are written
    bool toNew = true;
    bool deletes = true;     // a row deleted on one side is deleted on the other
    bool appendOnly = false; // rows are only ever added
    ConflictPolicy policy = ConflictPolicy::Manual;
    std::vector<Platform> owners;         // of each field, for FieldOwner
    Platform rowOwner = Platform::Legacy; // whose word counts for a row as a whole, for FieldOwner
    // Two change times that are not further apart cannot be put in order: the clocks of the two may differ by as much.
    std::chrono::milliseconds clockSkew{1'000};

    bool writes(Platform side) const { return side == Platform::Legacy ? toLegacy : toNew; }
};

// One entity: what each side held when both were last in step, and holds now.
struct MergeEntity {
    Held legacyBase;
    Held newBase;
    Held legacy;
    Held fresh;
    std::optional<TimestampForm> legacyChanged; // by the change columns
    std::optional<TimestampForm> newChanged;
    // The fields whose texts differ and whose values are equal all the same, within a tolerance. They are left as they
    // are, and so is what is remembered of them: what drifts within its tolerance is still a change once the other side
    // has moved on beyond it.
    std::set<std::size_t> near = {};

    const Held &base(Platform side) const { return side == Platform::Legacy ? legacyBase : newBase; }
    const Held &now(Platform side) const { return side == Platform::Legacy ? legacy : fresh; }
};

// What an operator decided for a field: whose value holds, or a value for both (`held` is its text of comparison).
struct FieldChoice {
    std::optional<Platform> take;
    Cell value;
    std::string held;
};
struct MergeChoices {
    std::optional<Platform> row; // for the whole entity
    std::map<std::size_t, FieldChoice> fields;
};

enum class WriteVerb { None, Insert, Update, Delete };
std::string_view writeVerbWord(WriteVerb verb);

struct FieldWrite {
    std::size_t field = 0;
    bool literal = false; // the choice's own value, else the other side's
    bool operator==(const FieldWrite &) const = default;
};
// An insert or update copies from the other side.
struct SideWrite {
    WriteVerb verb = WriteVerb::None;
    std::vector<FieldWrite> fields; // of an update
    bool operator==(const SideWrite &) const = default;
};

struct MergeConflict {
    std::optional<std::size_t> field; // none: the row as a whole, deleted here and changed there
    std::optional<Platform> winner;   // none: a person must decide
    bool operator==(const MergeConflict &) const = default;
};

struct Merged {
    SideWrite legacy; // what is to be written there
    SideWrite fresh;
    std::vector<MergeConflict> conflicts;
    // Of each field, whether what the sides hold after the writes is to be remembered; otherwise what was remembered
    // stays. Of a row that is on one side only: of the row.
    std::vector<bool> settleLegacy;
    std::vector<bool> settleNew;
    bool manual = false; // a conflict that nobody may decide here: nothing of the entity is written

    const SideWrite &write(Platform side) const { return side == Platform::Legacy ? legacy : fresh; }
    bool writesNothing() const { return legacy.verb == WriteVerb::None && fresh.verb == WriteVerb::None; }
};

// The three-way merge. A side changed where it no longer holds what is remembered of it, so what the sync has just
// written is no change: it is remembered as it stands after the write.
Merged mergeEntity(const MergeEntity &entity, const MergeRules &rules, const MergeChoices &choices = {});

// What of a merge was carried out where only these sides were written: the other's fields are not settled.
Merged carriedOut(Merged merged, bool onLegacy, bool onNew);

// What to remember of a side after the merge was carried out and the side holds `now`.
Held rememberedAfter(const MergeEntity &entity, const Merged &merged, Platform side, const Held &now);

// Whether the side no longer holds what is remembered of it.
bool isChanged(const Held &base, const Held &now);
// The same of an entity that is there, but for what is near.
bool isChangedBeyondNear(const MergeEntity &entity, Platform side);

} // namespace crossfade
