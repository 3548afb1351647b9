// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/percentage.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace crossfade {

namespace {

Percentage anyPercentage() {
    return Percentage::fromHundredths(*rc::gen::inRange<std::int64_t>(0, 10'001));
}

TEST(Percentage, AcceptsTwoDecimals) {
    EXPECT_EQ(Percentage::fromPercent(33.33)->hundredths(), 3'333);
    EXPECT_EQ(Percentage::fromPercent(0)->hundredths(), 0);
    EXPECT_EQ(Percentage::fromPercent(100)->hundredths(), 10'000);
    EXPECT_EQ(Percentage::fromPercent(0.01)->hundredths(), 1);
    EXPECT_EQ(Percentage::fromPercent(99.99)->hundredths(), 9'999);
}

TEST(Percentage, RefusesMoreDecimalsAndWhatIsOutside) {
    for (const double bad :
         {33.333, 0.001, 99.999, 100.01, -0.01, -1.0, 1e300,
          std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        const auto percentage = Percentage::fromPercent(bad);
        ASSERT_FALSE(percentage) << bad;
        EXPECT_EQ(percentage.error().kind, ErrorKind::Invalid);
    }
}

TEST(Percentage, ShortestExactText) {
    EXPECT_EQ(Percentage::fromHundredths(0).text(), "0");
    EXPECT_EQ(Percentage::fromHundredths(1).text(), "0.01");
    EXPECT_EQ(Percentage::fromHundredths(10).text(), "0.1");
    EXPECT_EQ(Percentage::fromHundredths(1'250).text(), "12.5");
    EXPECT_EQ(Percentage::fromHundredths(10'000).text(), "100");
}

RC_GTEST_PROP(Percentage, NumberAndBackIsExact, ()) {
    const Percentage percentage = anyPercentage();
    const auto again = Percentage::fromPercent(percentage.percent());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == percentage);
    RC_ASSERT(*Percentage::fromPercent(std::stod(percentage.text())) == percentage);
}

RC_GTEST_PROP(Percentage, ThousandthsAreRefused, ()) {
    const std::int64_t thousandths = *rc::gen::inRange<std::int64_t>(0, 100'001);
    const auto result = Percentage::fromPercent(static_cast<double>(thousandths) / 1'000.0);
    RC_ASSERT(result.has_value() == (thousandths % 10 == 0));
}

RC_GTEST_PROP(Percentage, SumsStayInRange, ()) {
    const Percentage a = anyPercentage();
    const Percentage b = anyPercentage();
    RC_ASSERT(a + b >= a);
    RC_ASSERT(a - b <= a);
    RC_ASSERT((a + b).hundredths() == std::min(a.hundredths() + b.hundredths(), 10'000));
    RC_ASSERT((a - b).hundredths() == std::max(a.hundredths() - b.hundredths(), 0));
}

RC_GTEST_PROP(Percentage, ClampsWhatIsOutside, (std::int64_t hundredths)) {
    const std::int32_t value = Percentage::fromHundredths(hundredths).hundredths();
    RC_ASSERT(value >= 0 && value <= Percentage::Whole);
}

} // namespace

} // namespace crossfade
