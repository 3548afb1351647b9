// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/percentage.h"

#include <cmath>

namespace crossfade {

Result<Percentage> Percentage::fromPercent(double percent)
{
    if (!std::isfinite(percent) || percent < 0 || percent > 100)
        return fail(ErrorKind::Invalid, "must be a number from 0 to 100");
    const double scaled = percent * 100;
    const double rounded = std::round(scaled);
    // Two-decimal numbers are not exact in binary: 33.33 * 100 differs from 3333 by a few ulp.
    if (std::abs(scaled - rounded) > 1e-6)
        return fail(ErrorKind::Invalid, "must have at most 2 decimals");
    return fromHundredths(static_cast<std::int64_t>(rounded));
}

std::string Percentage::text() const
{
    std::string result = std::to_string(m_hundredths / 100);
    const int rest = m_hundredths % 100;
    if (rest == 0) return result;
    result += '.';
    result += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) result += static_cast<char>('0' + rest % 10);
    return result;
}

} // namespace crossfade
