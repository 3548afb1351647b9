// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// One difference: one field of one entity, or the whole row. Words are the service's.
struct DifferenceRow {
    std::string id;
    std::string runId;
    std::string checkId;
    std::string checkName;
    std::string entityType;
    std::string entityId;
    std::optional<std::string> field; // none: the whole row
    std::string type;                 // MISSING EXTRA DIFFERENT
    std::string state;                // CONFIRMED IN_FLIGHT HOT
    std::optional<std::string> legacyValue; // none: SQL NULL
    std::optional<std::string> newValue;
    bool legacyPresent = true;
    bool newPresent = true;
    bool sensitive = false; // the values are fingerprints then
    std::string cause;
    std::optional<Instant> foundAt;
    std::optional<Instant> lastSeenAt;
    bool resolved = false;
    std::string resolutionNotes;
    std::string repairId;
    std::string repairStatus;
    std::string ignoreRuleId; // of the rule that hides it
    bool operator==(const DifferenceRow &) const = default;
};

struct DifferenceGroup {
    std::optional<std::string> key; // field or type; none: the whole row
    std::int64_t count = 0;
    std::string topCause;
    double topCauseShare = 0; // 0 … 100
    bool operator==(const DifferenceGroup &) const = default;
};

enum class DifferenceGrouping { Field, Type, Flat };

// One field of an entity as both platforms hold it.
struct EntityField {
    std::string name;
    std::optional<std::string> left; // none: SQL NULL
    std::optional<std::string> right;
    bool equal = true;
    bool sensitive = false;
    std::string differenceId;
    bool operator==(const EntityField &) const = default;
};

// An entity read anew, around the difference it was opened for.
struct EntityView {
    DifferenceRow difference;
    bool legacyPresent = true;
    bool newPresent = true;
    std::optional<Instant> legacyChangedAt;
    std::optional<Instant> newChangedAt;
    std::vector<EntityField> fields;
    std::string authoritative;
    std::optional<Instant> readAt;

    int differing() const;
    // The differences of this entity that a repair task can take together.
    std::vector<std::string> differenceIds() const;
};

} // namespace crossfade
