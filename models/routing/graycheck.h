// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <optional>
#include <string_view>

namespace crossfade {

// Whether NEW holds a gray list's entry equal, as the comparator answered last. An entry decides all the same:
// what is not equal is flagged, and asked for again until it is.
enum class GrayResult {
    Unchecked, // nobody answered yet
    Equal,
    Different, // a field's values differ
    Missing,   // NEW lacks it
    Extra,     // LEGACY lacks it: there is nothing to hold it against
    Absent,    // neither side has it
    NoKey,     // the check's mapping can have no such key
};
std::string_view grayResultWord(GrayResult result); // "UNCHECKED", …
std::optional<GrayResult> grayResultFromWord(std::string_view word);

// How long after the answer to ask again: 5 s, doubling to an hour, since a row may only be on its way. None:
// it is settled. `looks` counts the answers so far, this one too.
std::optional<Seconds> nextGrayLook(GrayResult result, std::int64_t looks);

} // namespace crossfade
