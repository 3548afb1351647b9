// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/localrollback.h"

#include "models/shift/shiftmachine.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

rc::Gen<std::string> anyWords() {
    return rc::gen::element<std::string>("errors on NEW", "回滚", "", "a \"quoted\"\nline", "emoji 🙂");
}

rc::Gen<LocalRollback> anyRollback() {
    return rc::gen::exec([] {
        LocalRollback rollback;
        rollback.id = "r" + std::to_string(*rc::gen::inRange(0, 1'000));
        rollback.at = instantFromMs(*rc::gen::inRange<std::int64_t>(0, 2'000'000'000'000));
        rollback.actor = *anyWords();
        rollback.requestId = "q" + std::to_string(*rc::gen::inRange(0, 1'000));
        rollback.reason = *anyWords();
        rollback.scope = static_cast<RollbackScope>(*rc::gen::inRange(0, 4));
        rollback.target = Percentage::fromHundredths(*rc::gen::inRange(0, 10'001));
        rollback.epoch = *rc::gen::inRange(0, 1'000'000);
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
            rollback.policies.push_back({"p" + std::to_string(i), *anyWords(),
                                         Percentage::fromHundredths(*rc::gen::inRange(0, 10'001)),
                                         Percentage::fromHundredths(*rc::gen::inRange(0, 10'001))});
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
            LocalRollback::Group group{"g" + std::to_string(*rc::gen::inRange(0, 3)), *anyWords(), std::nullopt,
                                       static_cast<std::size_t>(*rc::gen::inRange(0, 1'000))};
            if (*rc::gen::arbitrary<bool>()) group.batch = static_cast<std::size_t>(*rc::gen::inRange(0, 9));
            rollback.groups.push_back(std::move(group));
        }
        rollback.endsMaster = *rc::gen::arbitrary<bool>();
        rollback.endsForwardOnly = *rc::gen::arbitrary<bool>();
        rollback.toLegacy = *rc::gen::arbitrary<bool>();
        rollback.approvalId = *rc::gen::element<std::string>("", "a1");
        return rollback;
    });
}

RC_GTEST_PROP(LocalRollbackProperties, isReadAsItWasWritten, ()) {
    const LocalRollback rollback = *anyRollback();
    const auto parsed = parseJson(dumpJson(localRollbackToJson(rollback)));
    RC_ASSERT(parsed.has_value());
    const auto again = localRollbackFromJson(*parsed);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == rollback);
}

RC_GTEST_PROP(LocalRollbackProperties, eachOfItsPoliciesAndGroupsHasACeiling, ()) {
    const LocalRollback rollback = *anyRollback();
    const Ceilings ceilings = ceilingsOf(rollback);
    for (const LocalRollback::Policy &policy : rollback.policies)
        RC_ASSERT(ceilings.policies.at(policy.id).percentage == policy.to);
    for (const LocalRollback::Group &group : rollback.groups) {
        const GroupCeiling &ceiling = ceilings.groups.at(group.id);
        RC_ASSERT(ceiling.all || (group.batch && ceiling.batches.contains(*group.batch)));
    }
    const bool ends = rollback.scope == RollbackScope::Switches && !rollback.toLegacy;
    RC_ASSERT(ceilings.switches == (rollback.scope == RollbackScope::All || ends));
    RC_ASSERT(ceilings.legacy == rollback.toLegacy);
    RC_ASSERT(ceilings.forwardOnly == rollback.endsForwardOnly);
}

// Whatever the order in which acts are looked at, and whatever more there are: only those after the rollback, from
// where it led, lift it; and once lifted it stays so.
RC_GTEST_PROP(LocalRollbackProperties, onlyAnActAfterItFromBelowLifts, ()) {
    const Percentage ceiling = Percentage::fromHundredths(*rc::gen::inRange(0, 5) * 1'000);
    const Instant rolledBackAt = at(10);
    std::vector<RaisingAct> acts;
    bool expected = false;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
        acts.push_back({at(*rc::gen::inRange(0, 20)), Percentage::fromHundredths(*rc::gen::inRange(0, 9) * 1'000)});
        RC_ASSERT(!expected || isLifted(ceiling, rolledBackAt, acts));
        expected = expected || (acts.back().at > rolledBackAt && acts.back().from <= ceiling);
        RC_ASSERT(isLifted(ceiling, rolledBackAt, acts) == expected);
    }
}

TEST(LocalRollback, onlyAPersonsActRaises) {
    for (const ShiftCause cause : {ShiftCause::Started, ShiftCause::Retargeted, ShiftCause::Resumed,
                                   ShiftCause::TookOver, ShiftCause::Finalized, ShiftCause::Scheduled}) {
        EXPECT_TRUE(mayRaise(shiftCauseWord(cause), "ann")) << shiftCauseWord(cause);
        EXPECT_FALSE(mayRaise(shiftCauseWord(cause), "runner")) << shiftCauseWord(cause);
    }
    for (const ShiftCause cause : {ShiftCause::Stepped, ShiftCause::RolledBack, ShiftCause::Suspended,
                                   ShiftCause::Overridden, ShiftCause::HeldEnded, ShiftCause::Restarted})
        EXPECT_FALSE(mayRaise(shiftCauseWord(cause), "ann")) << shiftCauseWord(cause);
}

TEST(LocalRollback, whatIsNoneIsNotRead) {
    LocalRollback rollback;
    rollback.id = "r";
    rollback.actor = "ann";
    const Json good = localRollbackToJson(rollback);
    ASSERT_TRUE(localRollbackFromJson(good));
    Json later = good;
    later["added_by_a_later_version"] = true;
    EXPECT_TRUE(localRollbackFromJson(later)) << "what is more does not make the rest unreadable";
    Json earlier = good;
    earlier.erase("master_to_legacy");
    earlier.erase("approval_id");
    EXPECT_EQ(localRollbackFromJson(earlier), rollback) << "nor does what an earlier version did not write";
    for (const char *field : {"id", "actor", "scope", "epoch"}) {
        Json bad = good;
        bad.erase(field);
        EXPECT_FALSE(localRollbackFromJson(bad)) << field;
        bad = good;
        bad[field] = Json::array();
        EXPECT_FALSE(localRollbackFromJson(bad)) << field;
    }
    EXPECT_FALSE(localRollbackFromJson(Json()));
    EXPECT_FALSE(localRollbackFromJson(Json::array({good})));
}

} // namespace
} // namespace crossfade::test
