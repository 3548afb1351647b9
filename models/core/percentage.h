// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <compare>
#include <cstdint>
#include <string>

namespace crossfade {

// A share of users, in whole hundredths of a percent: 0 … 10 000 stands for 0 … 100 %. An integer,
// so that steps add up exactly and a bucket number compares with it directly.
class Percentage {
public:
    constexpr Percentage() = default;
    static constexpr std::int32_t Whole = 10'000;

    // Precondition: 0 <= hundredths <= 10 000 (clamped outside it).
    static constexpr Percentage fromHundredths(std::int64_t hundredths)
    {
        Percentage result;
        result.m_hundredths =
            static_cast<std::int32_t>(hundredths < 0 ? 0 : (hundredths > Whole ? Whole : hundredths));
        return result;
    }
    // From the API's number: 0 … 100 with at most two decimals, else Invalid (message only, the
    // caller knows the pointer).
    static Result<Percentage> fromPercent(double percent);

    constexpr std::int32_t hundredths() const { return m_hundredths; }
    constexpr double percent() const { return m_hundredths / 100.0; }
    // "12.5", "100", "0.01": the shortest exact form, without the sign.
    std::string text() const;

    constexpr auto operator<=>(const Percentage &) const = default;

private:
    std::int32_t m_hundredths = 0;
};

constexpr Percentage operator+(Percentage a, Percentage b)
{
    return Percentage::fromHundredths(std::int64_t{a.hundredths()} + b.hundredths());
}
constexpr Percentage operator-(Percentage a, Percentage b)
{
    return Percentage::fromHundredths(std::int64_t{a.hundredths()} - b.hundredths());
}

} // namespace crossfade
