// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// A decimal number as digits × 10^exponent, exactly: never through a floating point number.
struct DecimalForm {
    bool negative = false;
    std::string digits; // without zeros at either end; empty is zero
    std::int64_t exponent = 0;
    int written = 0; // fraction digits as written ("10.50" has 2)

    // "-105e-1": the same text for every spelling of the same number.
    std::string text() const;
};

// "+10.50", "-.5", "1e300"; nothing for anything else (NaN, Infinity, empty, blanks).
std::optional<DecimalForm> parseDecimal(std::string_view text);
// Whether both become the same number when rounded (half away from zero) or cut to `places` digits.
bool equalAtScale(const DecimalForm &a, const DecimalForm &b, int places);

// "-12", "0", "9007199254740993": an integer without sign +, leading zeros or minus zero.
bool isCanonicalInteger(std::string_view text);
// Negative, zero or positive, of two canonical integers of any length.
int compareIntegers(std::string_view a, std::string_view b);

} // namespace crossfade
