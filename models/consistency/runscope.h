// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace crossfade {

// What a run looks at: all rows, those of some keys, a sample drawn for it, or what changed since a mark.
enum class RunScope { Full, Ids, Sample, Incremental };
inline constexpr std::array<std::string_view, 4> RunScopeWords{"FULL", "IDS", "SAMPLE", "INCREMENTAL"};

std::string_view runScopeWord(RunScope scope);
std::optional<RunScope> runScopeFromWord(std::string_view word);

// Whether its keys are known one by one before it begins to read rows (in run_ids).
bool isByKeys(RunScope scope);

} // namespace crossfade
