// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/tolerance.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace crossfade {

namespace {

constexpr std::int64_t MostPlaces = 100'000;

std::int64_t topOf(const DecimalForm &form)
{
    return form.exponent + static_cast<std::int64_t>(form.digits.size());
}

// The digits in units of 10^exponent, padded in front to `width`.
std::string inUnits(const DecimalForm &form, std::int64_t exponent, std::size_t width)
{
    std::string digits = form.digits;
    if (!digits.empty()) digits.append(static_cast<std::size_t>(form.exponent - exponent), '0');
    return std::string(width - digits.size(), '0') + digits;
}

// Of texts of one width; `high` is not less than `low`.
std::string difference(const std::string &high, const std::string &low)
{
    std::string result = high;
    int borrow = 0;
    for (std::size_t i = result.size(); i-- > 0;) {
        const int digit = high[i] - low[i] - borrow;
        borrow = digit < 0;
        result[i] = static_cast<char>('0' + digit + (borrow ? 10 : 0));
    }
    return result;
}

// Of texts whose first digit is 0.
std::string sum(const std::string &a, const std::string &b)
{
    std::string result = a;
    int carry = 0;
    for (std::size_t i = result.size(); i-- > 0;) {
        const int digit = a[i] - '0' + b[i] - '0' + carry;
        carry = digit > 9;
        result[i] = static_cast<char>('0' + digit % 10);
    }
    return result;
}

// Seconds since a day that lies before every timestamp: never negative, so that the fraction only adds to them.
DecimalForm secondsOf(const TimestampForm &moment)
{
    constexpr std::int64_t LongBefore = 1'000'000'000'000;
    return parseDecimal(std::to_string(moment.seconds + LongBefore) + "." + moment.fraction).value_or(DecimalForm());
}

} // namespace

bool isWithin(const DecimalForm &a, const DecimalForm &b, const DecimalForm &most)
{
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (const DecimalForm *form : {&a, &b, &most}) {
        if (form->digits.empty()) continue;
        low = std::min(low, form->exponent);
        high = std::max(high, topOf(*form));
    }
    if (high - low > MostPlaces) return false;
    const auto width = static_cast<std::size_t>(high - low + 1); // and a place for a carry
    const std::string first = inUnits(a, low, width);
    const std::string second = inUnits(b, low, width);
    const std::string apart = a.negative != b.negative ? sum(first, second)
                                                       : difference(std::max(first, second), std::min(first, second));
    return apart <= inUnits(most, low, width);
}

bool isWithin(const TimestampForm &a, const TimestampForm &b, const DecimalForm &most)
{
    return isWithin(secondsOf(a), secondsOf(b), most);
}

DecimalForm toleranceForm(double tolerance)
{
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), tolerance);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    return parseDecimal(text).value_or(DecimalForm());
}

} // namespace crossfade
