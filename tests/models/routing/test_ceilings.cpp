// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ceilings.h"

#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

constexpr int KnownPolicies = 4;
constexpr int KnownGroups = 3;
constexpr std::size_t Batches = 4;

std::string policyId(int number) { return "p" + std::to_string(number); }
std::string groupId(int number) { return "g" + std::to_string(number); }

rc::Gen<Ceilings> anyCeilings()
{
    return rc::gen::exec([] {
        Ceilings ceilings;
        for (int i = 0; i < KnownPolicies; ++i) {
            if (*rc::gen::arbitrary<bool>())
                ceilings.policies[policyId(i)] = {Percentage::fromHundredths(*rc::gen::inRange(0, 6) * 2'000),
                                                  at(*rc::gen::inRange(0, 4))};
        }
        for (int i = 0; i < KnownGroups; ++i) {
            if (*rc::gen::arbitrary<bool>()) continue;
            GroupCeiling &group = ceilings.groups[groupId(i)];
            group.all = *rc::gen::inRange(0, 3) == 0;
            const auto batches = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, static_cast<int>(Batches) + 2));
            for (const int batch : batches) {
                if (!group.all) group.batches.insert(static_cast<std::size_t>(batch));
            }
        }
        ceilings.switches = *rc::gen::arbitrary<bool>();
        ceilings.legacy = *rc::gen::arbitrary<bool>();
        ceilings.forwardOnly = *rc::gen::arbitrary<bool>();
        return ceilings;
    });
}

// With sessions in every other policy, and groups some of whose batches have moved.
rc::Gen<Snapshot> anyStored()
{
    return rc::gen::exec([] {
        std::vector<SnapshotChange> changes{*anySwitches()};
        for (int i = 0; i < KnownPolicies; ++i) {
            PolicyChange change = covering(policyId(i), "s" + std::to_string(i), *rc::gen::inRange(0, 10'001));
            if (i % 2 == 0) change.after->sessions = changedTo(startedAt(Percentage()), change.after->percentage, at(2));
            changes.emplace_back(std::move(change));
        }
        for (int i = 0; i < KnownGroups; ++i) {
            GroupCover cover;
            cover.id = groupId(i);
            std::vector<bool> moved(Batches);
            for (std::size_t batch = 0; batch < Batches; ++batch)
                moved[batch] = *rc::gen::arbitrary<bool>();
            cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
            changes.emplace_back(GroupChange{cover.id, cover});
        }
        return Snapshot().changed(changes, 7);
    });
}

RC_GTEST_PROP(CeilingsProperties, loweringCommutes, ())
{
    const Ceilings a = *anyCeilings();
    const Ceilings b = *anyCeilings();
    const Ceilings c = *anyCeilings();
    RC_ASSERT(lowest(a, b) == lowest(b, a));
    RC_ASSERT(lowest(lowest(a, b), c) == lowest(a, lowest(b, c)));
    RC_ASSERT(lowest(a, a) == a);
    RC_ASSERT(lowest(a, Ceilings()) == a);
}

RC_GTEST_PROP(CeilingsProperties, whatIsServedIsNeverAboveTheStoredStateNorTheCeiling, ())
{
    const Snapshot stored = *anyStored();
    const Ceilings ceilings = *anyCeilings();
    const Snapshot served = servedUnder(stored, ceilings);
    RC_ASSERT(served.epoch() == stored.epoch());
    RC_ASSERT(served.policies().size() == stored.policies().size());
    for (const PolicyCover &cover : stored.policies()) {
        const PolicyCover *now = served.policy(cover.id);
        const auto ceiling = ceilings.policies.find(cover.id);
        const bool capped = ceiling != ceilings.policies.end();
        const Percentage most = capped ? std::min(cover.percentage, ceiling->second.percentage) : cover.percentage;
        RC_ASSERT(now->percentage == most);
        // No session, whenever it began, keeps more than that.
        for (int second = 0; second < 6; ++second)
            RC_ASSERT(shareOfSession(now->sessions, now->percentage, at(second)) <= most);
        if (!capped) RC_ASSERT(*now == cover);
    }
    for (const GroupCover &cover : stored.groups()) {
        const auto ceiling = ceilings.groups.find(cover.id);
        for (std::size_t batch = 0; batch < Batches; ++batch) {
            const bool back = ceiling != ceilings.groups.end() &&
                              (ceiling->second.all || ceiling->second.batches.contains(batch));
            RC_ASSERT((*served.group(cover.id)->moved)[batch] == ((*cover.moved)[batch] && !back));
        }
    }
    RC_ASSERT(!ceilings.legacy || served.switches().master == Master::Legacy);
    RC_ASSERT(!ceilings.switches || !served.switches().newDecidesAll());
    RC_ASSERT(!ceilings.forwardOnly || !served.switches().forwardOnly);
    RC_ASSERT(ceilings.switches || ceilings.legacy || served.switches().master == stored.switches().master);
    RC_ASSERT(stored.switches().master != Master::Legacy || served.switches().master == Master::Legacy);
}

RC_GTEST_PROP(CeilingsProperties, oneAfterTheOtherIsBothTogether, ())
{
    const Snapshot stored = *anyStored();
    const Ceilings a = *anyCeilings();
    const Ceilings b = *anyCeilings();
    const Snapshot together = servedUnder(stored, lowest(a, b));
    for (const Snapshot &served : {servedUnder(servedUnder(stored, a), b), servedUnder(servedUnder(stored, b), a)}) {
        for (const PolicyCover &cover : together.policies())
            RC_ASSERT(served.policy(cover.id)->percentage == cover.percentage);
        for (const GroupCover &cover : together.groups())
            RC_ASSERT(*served.group(cover.id)->moved == *cover.moved);
        RC_ASSERT(sameChoice(served.switches(), together.switches()));
    }
}

// Whoever was moved is decided as if the lower share were stored.
RC_GTEST_PROP(CeilingsProperties, usersAreDecidedByTheCeiling, ())
{
    const auto stored = *rc::gen::inRange(0, 10'001);
    const auto ceiling = *rc::gen::inRange(0, 10'001);
    const Snapshot high = quiet().changed(covering("p", "*", stored), 2);
    const Snapshot low = quiet().changed(covering("p", "*", std::min(stored, ceiling)), 2);
    Ceilings ceilings;
    ceilings.policies["p"] = {Percentage::fromHundredths(ceiling), at(5)};
    const Snapshot served = servedUnder(high, ceilings);
    for (int i = 0; i < 50; ++i) {
        const std::string user = "user-" + std::to_string(i);
        RC_ASSERT(decide(served, userRequest(user)).platform == decide(low, userRequest(user)).platform);
    }
}

TEST(Ceilings, ofWhatIsNotThereChangeNothing)
{
    Ceilings ceilings;
    ceilings.policies["gone"] = {Percentage(), at(1)};
    ceilings.groups["gone"].all = true;
    const Snapshot stored = quiet().changed(covering("p", "*", 5'000), 3);
    EXPECT_TRUE(sameState(servedUnder(stored, ceilings), stored));
    EXPECT_TRUE(Ceilings().empty());
    EXPECT_FALSE(ceilings.empty());
}

} // namespace
} // namespace crossfade::test
