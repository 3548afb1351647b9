// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/autorepairlimit.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

TEST(AutoRepairLimit, CountsAndShares)
{
    const AutoRepairLimit limit;
    EXPECT_EQ(overAutoRepairLimit(limit, 20, 20), std::nullopt) << "no share of up to twenty";
    EXPECT_EQ(overAutoRepairLimit(limit, 21, 200), "21 rows to repair are more than 10 % of the 200 that were compared");
    EXPECT_EQ(overAutoRepairLimit(limit, 21, 210), std::nullopt) << "ten per cent at most";
    EXPECT_EQ(overAutoRepairLimit(limit, 1'000, 10'000), std::nullopt);
    EXPECT_EQ(overAutoRepairLimit(limit, 1'001, 1'000'000), "1001 rows to repair are more than 1000");
}

TEST(AutoRepairLimit, IsWhatTheMappingSays)
{
    const AutoRepairLimit strict{0, Percentage::fromHundredths(25), 3};
    EXPECT_EQ(overAutoRepairLimit(strict, 1, 400), std::nullopt);
    EXPECT_EQ(overAutoRepairLimit(strict, 1, 399), "1 row to repair is more than 0.25 % of the 399 that were compared");
    EXPECT_EQ(overAutoRepairLimit(strict, 4, 1'000'000), "4 rows to repair are more than 3");
    EXPECT_EQ(overAutoRepairLimit({0, Percentage(), 0}, 0, 0), std::nullopt);
}

} // namespace
} // namespace crossfade
