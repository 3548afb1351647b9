// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/switches.h"

namespace crossfade {

std::string_view masterWord(Master master)
{
    switch (master) {
    case Master::Off: return "OFF";
    case Master::New: return "NEW";
    case Master::Legacy: return "LEGACY";
    }
    return "OFF";
}

std::optional<Master> masterFromWord(std::string_view word)
{
    for (const Master master : {Master::Off, Master::New, Master::Legacy}) {
        if (masterWord(master) == word) return master;
    }
    return std::nullopt;
}

NotInLegacyObstacle notInLegacyObstacle(const Switches &before, const Switches &after, bool indexComplete)
{
    if (!after.notInLegacyToNew) return NotInLegacyObstacle::None;
    const bool stood = before.notInLegacyToNew && !before.insertsToNew;
    if (!after.insertsToNew && !stood) return NotInLegacyObstacle::NeedsInsertsToNew;
    if (!before.notInLegacyToNew && !indexComplete) return NotInLegacyObstacle::NeedsCompleteIndex;
    return NotInLegacyObstacle::None;
}

bool needsAdmin(const Switches &before, const Switches &after)
{
    return (after.newDecidesAll() && !before.newDecidesAll()) || (after.forwardOnly && !before.forwardOnly);
}

bool sameChoice(const Switches &a, const Switches &b)
{
    Switches same = a;
    same.updatedAt = b.updatedAt;
    same.changedBy = b.changedBy;
    same.version = b.version;
    return same == b;
}

} // namespace crossfade
