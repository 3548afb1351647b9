// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/agentclock.h"
#include "app/router/agentslots.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <tuple>

namespace crossfade {
namespace {

TEST(AgentSlotsText, WhatIsStoredComesBackAsItWas) {
    EXPECT_TRUE(rc::check([](const std::vector<std::tuple<bool, std::uint32_t, std::uint64_t, bool>> &given) {
        std::vector<AgentSlot> slots;
        bool anyUsers = false;
        for (const auto &[isNew, latency, user, good] : given) {
            AgentSlot one{77, {isNew ? Platform::New : Platform::Legacy, "s", "p", true}, "g", 3, good, isNew, {}, {}};
            one.slot.addRequest(good, latency);
            if (user % 3 == 0) {
                one.users.add(user, good);
                anyUsers = true;
            }
            slots.push_back(std::move(one));
        }
        const std::string users = agentUsersText(slots);
        RC_ASSERT(users.empty() != anyUsers);
        const auto back = agentSlotsFromText(77, agentSlotsText(slots), users);
        RC_ASSERT(back.has_value() && back->size() == slots.size());
        RC_ASSERT(agentSlotsText(*back) == agentSlotsText(slots));
        RC_ASSERT(agentUsersText(*back) == users);
        const auto withoutUsers = agentSlotsFromText(77, agentSlotsText(slots), "");
        RC_ASSERT(withoutUsers.has_value() && agentUsersText(*withoutUsers).empty());
    }));
    for (const char *bad : {"", "{}", "[1]", "[[true]]", R"([[true,"","","",-1,true,true,"0;0;0;0;0;"]])",
                            R"([[true,"","","",0,true,true,"nonsense"]])"})
        EXPECT_FALSE(agentSlotsFromText(1, bad, "")) << bad;
    EXPECT_FALSE(agentSlotsFromText(1, "[]", R"([["",""]])")) << "users of nobody";
}

TEST(AgentClock, IsOffBeyondASecondStaleBeyondFiveAndGoodBelowAHalf) {
    using agentclock::Level;
    using agentclock::levelOf;
    const struct {
        int offset;
        Level fromGood;
        Level fromOff;
    } rows[] = {{0, Level::Good, Level::Good},       {499, Level::Good, Level::Good},
                {500, Level::Good, Level::Off},      {1'000, Level::Good, Level::Off},
                {1'001, Level::Off, Level::Off},     {5'000, Level::Off, Level::Off},
                {5'001, Level::Stale, Level::Stale}, {1'000'000'000, Level::Stale, Level::Stale}};
    for (const auto &row : rows) {
        for (const int sign : {1, -1}) {
            EXPECT_EQ(levelOf(Milliseconds(sign * row.offset), Level::Good), row.fromGood) << sign * row.offset;
            EXPECT_EQ(levelOf(Milliseconds(sign * row.offset), Level::Off), row.fromOff) << sign * row.offset;
            EXPECT_EQ(levelOf(Milliseconds(sign * row.offset), Level::Stale), row.fromOff) << sign * row.offset;
        }
    }
}

} // namespace
} // namespace crossfade
