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
