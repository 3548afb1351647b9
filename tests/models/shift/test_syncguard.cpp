// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/syncreading.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

constexpr std::int64_t SyncNow = 10'000;

Guard guardOfSyncs(Metric metric, double threshold) {
    Guard guard;
    guard.id = "syncs";
    guard.metric = metric;
    guard.comparison = naturalComparison(metric);
    guard.threshold = threshold;
    guard.minSamples = 100; // an answer is one sample, however many are asked for
    return guard;
}

Json syncItem(const Json &changes = Json::object()) {
    Json item{{"data_type", "USER"}, {"source_system", "LEGACY"}, {"target_system", "NEW"}, {"state", "FOLLOWING"},
              {"backlog", 3},        {"dead_letters", 1},         {"lag_seconds", 0},       {"last_error", nullptr}};
    item.update(changes);
    return item;
}

Judgement judgeSyncs(Metric metric, double threshold, const Json &items, std::int64_t askedAt = SyncNow) {
    const Guard guard = guardOfSyncs(metric, threshold);
    const auto answer = parseJson(dumpJson({{"items", items}})); // numbers as an answer has them
    const SyncFact fact = answer ? readSyncFact(*answer, at(askedAt)) : SyncFact{};
    return judgeWindow(guard, syncReading(guard, fact, at(SyncNow)), at(SyncNow));
}

TEST(SyncGuard, addsUpAllSyncs) {
    const Json two{syncItem(), syncItem({{"data_type", "ROLE"}, {"backlog", 4}, {"dead_letters", 0}})};
    const Judgement backlog = judgeSyncs(Metric::SyncBacklog, 7, two);
    EXPECT_EQ(backlog.verdict, Verdict::Pass) << backlog.detail;
    EXPECT_EQ(backlog.value, 7.0);
    EXPECT_EQ(backlog.detail, "7 is <= 7, n = 1");
    EXPECT_EQ(judgeSyncs(Metric::SyncBacklog, 6, two).verdict, Verdict::Breach);
    const Judgement dead = judgeSyncs(Metric::DeadLetters, 0, two);
    EXPECT_EQ(dead.verdict, Verdict::Breach);
    EXPECT_EQ(dead.detail, "1 is not <= 0, n = 1");
}

TEST(SyncGuard, withoutASyncNothingIsKnown) {
    for (const Metric metric : {Metric::SyncBacklog, Metric::DeadLetters}) {
        const Judgement judgement = judgeSyncs(metric, 1e9, Json::array());
        EXPECT_EQ(judgement.verdict, Verdict::NoData);
        EXPECT_EQ(judgement.detail, "no sync is active");
    }
}

TEST(SyncGuard, aBacklogThatNobodyLooksAtIsNotSmall) {
    const struct {
        Json changes;
        const char *says;
    } cases[]{{{{"state", "PAUSED"}, {"backlog", 0}}, "the sync of ROLE, LEGACY to NEW, is PAUSED"},
              {{{"state", "SUSPENDED"}, {"backlog", 0}}, "the sync of ROLE, LEGACY to NEW, is SUSPENDED"},
              {{{"state", "WAITING"}, {"backlog", 0}}, "the sync of ROLE, LEGACY to NEW, is WAITING"},
              {{{"last_error", "NEW: gone"}, {"backlog", 0}}, "the sync of ROLE, LEGACY to NEW, fails: NEW: gone"},
              {{{"lag_seconds", nullptr}, {"backlog", 0}},
               "the sync of ROLE, LEGACY to NEW, has not looked at everything yet"}};
    for (const auto &[changes, says] : cases) {
        Json other = syncItem({{"data_type", "ROLE"}});
        other.update(changes);
        const Json two{syncItem(), other};
        const Judgement backlog = judgeSyncs(Metric::SyncBacklog, 1e9, two);
        EXPECT_EQ(backlog.verdict, Verdict::SourceError);
        EXPECT_EQ(backlog.detail, says);
        EXPECT_EQ(judgeSyncs(Metric::DeadLetters, 2, two).verdict, Verdict::Pass) << "these are stored";
    }
}

TEST(SyncGuard, oldFiguresAreStaleHoweverGood) {
    EXPECT_EQ(judgeSyncs(Metric::DeadLetters, 5, Json::array({syncItem()}), SyncNow - 60).verdict, Verdict::Pass);
    const Judgement stale = judgeSyncs(Metric::DeadLetters, 5, Json::array({syncItem()}), SyncNow - 61);
    EXPECT_EQ(stale.verdict, Verdict::Stale);
    EXPECT_EQ(stale.detail, "the comparator's latest figures are too old");
}

TEST(SyncGuard, anAnswerThatCannotBeReadIsNoAnswer) {
    for (const Json &bad : {Json(), Json(5), Json::object(), syncItem({{"backlog", -1}}), syncItem({{"backlog", "3"}}),
                            syncItem({{"dead_letters", nullptr}}), syncItem({{"dead_letters", 0.5}}),
                            syncItem({{"source_system", "MOON"}}), syncItem({{"state", ""}})}) {
        const Judgement judgement = judgeSyncs(Metric::DeadLetters, 1e9, {syncItem(), bad});
        EXPECT_EQ(judgement.verdict, Verdict::SourceError) << bad.dump();
        EXPECT_EQ(judgement.detail, "the comparator's answer about a sync cannot be read");
    }
    EXPECT_FALSE(readSyncFact(Json::array(), at(SyncNow)).error.empty());
    EXPECT_FALSE(readSyncFact(Json{{"items", 1}}, at(SyncNow)).error.empty());
}

// Whatever a comparator answers: it passes only where every sync can be read and nothing is above the threshold.
RC_GTEST_PROP(SyncGuard, passesOnlyWhatIsKnown, (const std::vector<std::uint32_t> &backlogs, std::uint32_t threshold)) {
    Json items = Json::array();
    double sum = 0;
    for (const std::uint32_t backlog : backlogs) {
        items.push_back(syncItem({{"backlog", backlog}}));
        sum += backlog;
    }
    const bool passes = judgeSyncs(Metric::SyncBacklog, threshold, items).verdict == Verdict::Pass;
    RC_ASSERT(passes == (!backlogs.empty() && sum <= threshold));
}

TEST(SyncGuard, isReadFromPoliciesByTheNamesOfTheSourceToo) {
    const auto policy = policyFromJson({{"policy_name", "p"},
                                        {"target_system", "*"},
                                        {"guards", {{{"metric", "sync_backlog"}, {"threshold", 100}}}},
                                        {"monitoring_metrics", {"sync_backlog", "dead_letters"}},
                                        {"rollback_conditions", {{{"metric", "dead_letters"}, {"threshold", 0}}}}},
                                       "p1", {});
    ASSERT_TRUE(policy.has_value());
    ASSERT_EQ(policy->guards.size(), 2U);
    EXPECT_EQ(policy->guards[0].comparison, Comparison::AtMost);
    EXPECT_EQ(policy->guards[0].neededSamples(), 1U);
    EXPECT_EQ(policy->guards[1].metric, Metric::DeadLetters);
    EXPECT_EQ(policy->guards[1].onBreach, OnBreach::Rollback);
}

} // namespace
} // namespace crossfade::test
