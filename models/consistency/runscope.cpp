// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/runscope.h"

#include <algorithm>
#include <cstddef>

namespace crossfade {

std::string_view runScopeWord(RunScope scope)
{
    return RunScopeWords[static_cast<std::size_t>(scope)];
}

std::optional<RunScope> runScopeFromWord(std::string_view word)
{
    const auto found = std::ranges::find(RunScopeWords, word);
    if (found == RunScopeWords.end()) return std::nullopt;
    return static_cast<RunScope>(found - RunScopeWords.begin());
}

bool isByKeys(RunScope scope)
{
    return scope == RunScope::Ids || scope == RunScope::Sample;
}

} // namespace crossfade
