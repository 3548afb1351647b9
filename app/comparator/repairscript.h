// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/entity.h"
#include "app/comparator/repairstore.h"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crossfade {

// A difference as its repair is written down.
struct ScriptedDifference {
    std::string id;
    std::string mappingId;
    std::string entityType;
    std::string entityId;
    std::string field; // empty: the whole row
    DifferenceType type = DifferenceType::Different;
    std::string legacyPrint;
    std::string newPrint;
    bool sensitive = false;
    std::string member;   // of a set
    std::string obstacle; // why it has no repair; empty: it may have one
};

// Differences as the statements that would repair them, each with a line before it that says what it is; where there is
// none, that line says why. The statements are the repairs' own, made from what both sides hold now, with their values in
// them: but those of sensitive fields, of which nothing is ever written down.
class RepairScript {
public:
    explicit RepairScript(const Context &context);
    // Asks both sides; where they do not answer the text says so, and they are not asked again.
    Result<std::string> textOf(const std::vector<ScriptedDifference> &differences);

private:
    // A mapping with its two sides, as far as they can be had.
    struct Sides {
        std::optional<MappedSources> sources;
        std::string problem; // why nothing can be said of its differences
    };
    using Rows = std::map<std::string, EntityPair>;
    Result<std::string> textOfSome(std::span<const ScriptedDifference> differences);
    Result<Sides *> sidesOf(const std::string &mappingId);
    Rows read(Sides &sides, const std::vector<std::string> &keys) const;
    std::string lineOf(const ScriptedDifference &difference, const Sides &sides, const Rows &rows) const;

    Context m_context;
    std::map<std::string, Sides> m_sides; // by mapping
};

} // namespace crossfade
