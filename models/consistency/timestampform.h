// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// A moment, exactly: whole seconds of UTC and the fraction's digits (any number, trailing zeros
// cut).
struct TimestampForm {
    std::int64_t seconds = 0;
    std::string fraction;
    int offsetSeconds = 0; // east of UTC, as written
    bool zoned = false;    // a zone was written at all

    std::string text() const; // "1763733731.25": the same for every spelling of the same moment
};

// Back from text(); nothing for anything else.
std::optional<TimestampForm> momentForm(std::string_view text);

// A date, or date and time with 'T' or blanks between, seconds and fraction optional, then Z or
// ±HH[:MM[:SS]]. Without a zone the wall time is UTC's. Nothing for anything else ("infinity", BC).
std::optional<TimestampForm> parseTimestamp(std::string_view text);
// Whether the two read as one wall time in different zones: a whole number of quarter hours apart,
// at most 14 hours (a database may already have turned both into UTC, so the offsets are lost).
bool differByZone(const TimestampForm &a, const TimestampForm &b);

} // namespace crossfade
