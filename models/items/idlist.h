// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What the comparator takes with one run by ids.
inline constexpr std::size_t MostRunIds = 10'000;
inline constexpr std::size_t LongestRunId = 1'000;   // bytes
inline constexpr std::size_t MostIdBytes = 1'000'000; // of the whole list

// Ids as a person pastes them: separated by line breaks, blanks, commas or semicolons, in double quotes where one of
// these is part of an id ("" in there is a quote).
struct IdList {
    enum class Problem { None, Empty, TooMany, TooLong, TooLarge, OpenQuote };
    std::vector<std::string> ids; // each once, in the order they first stand in; not all of them where there is a problem
    std::size_t again = 0;        // stood there a second time
    Problem problem = Problem::None;
    std::string where;            // of TooLong and OpenQuote: the beginning of that id
};
IdList idsIn(std::string_view text);

} // namespace crossfade
