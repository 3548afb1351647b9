// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/observationshare.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <tuple>

namespace crossfade {
namespace {

TEST(ObservationShare, WhatIsToldComesBackAsItWas) {
    EXPECT_TRUE(rc::check([](const std::vector<std::tuple<std::uint32_t, bool, std::string, bool, std::uint32_t>> &given) {
        SharedObservations told;
        for (const auto &[second, isNew, text, succeeded, latency] : given) {
            std::string system;
            for (const char c : text)
                system += static_cast<char>('a' + (static_cast<unsigned char>(c) % 26));
            Observation one{second, {isNew ? Platform::New : Platform::Legacy, system, "p"}, {}, succeeded, latency};
            if (latency % 3 == 0) one.score = 1 + latency % 5;
            told.requests.push_back(one);
            told.ofGroups.push_back(
                {"g", latency, second, isNew, succeeded, second, one.score, succeeded, latency});
        }
        const auto back = sharedFromText(sharedText(told));
        RC_ASSERT(back.has_value());
        RC_ASSERT(back->requests.size() == given.size() && back->ofGroups.size() == given.size());
        RC_ASSERT(sharedText(*back) == sharedText(told));
    }));
    for (const char *bad : {"", "[]", "{}", R"({"requests":[[1]],"groups":[]})", R"({"requests":[],"groups":[[]]})",
                            R"({"requests":[[-1,true,"","",null,true,1]],"groups":[]})"})
        EXPECT_FALSE(sharedFromText(bad)) << bad;
}

} // namespace
} // namespace crossfade
