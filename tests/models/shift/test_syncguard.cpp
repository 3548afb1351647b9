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

std::string wayBack(const Json &items, Platform from = Platform::New, std::int64_t askedAt = SyncNow) {
    const auto answer = parseJson(dumpJson({{"items", items}}));
    const SyncFact fact = answer ? readSyncFact(*answer, at(askedAt)) : SyncFact{};
    const Fact carried = carriedBack(fact, from, Seconds(300), at(SyncNow));
    return (carried.good ? "good" : "bad") + (carried.detail.empty() ? "" : ": " + carried.detail);
}

TEST(SyncGuard, aWayBackIsAsGoodAsWhatIsCarriedOverIt) {
    const auto back = [](const Json &changes) {
        Json item = syncItem({{"source_system", "NEW"}, {"target_system", "LEGACY"}, {"lag_seconds", 300}});
        item.update(changes);
        return Json::array({item});
    };
    EXPECT_EQ(wayBack(back(Json::object())), "good: the syncs back are 300 s behind at most");
    EXPECT_EQ(wayBack(back({{"lag_seconds", 301}})),
              "bad: the sync of USER, NEW to LEGACY, is 301 s behind, more than 300 s");
    EXPECT_EQ(wayBack(back({{"lag_seconds", nullptr}})),
              "bad: the sync of USER, NEW to LEGACY, has not looked at everything yet");
    EXPECT_EQ(wayBack(back({{"state", "PAUSED"}})), "bad: the sync of USER, NEW to LEGACY, is PAUSED");
    EXPECT_EQ(wayBack(back({{"last_error", "no table"}})), "bad: the sync of USER, NEW to LEGACY, fails: no table");
    const Json both = Json::array({syncItem({{"sync_direction", "BIDIRECTIONAL"}, {"lag_seconds", 500}})});
    EXPECT_EQ(wayBack(both), "bad: the sync of USER, LEGACY to NEW, is 500 s behind, more than 300 s");
    EXPECT_EQ(wayBack(both, Platform::Legacy).substr(0, 4), "bad:");
}

TEST(SyncGuard, whatCarriesNothingBackIsNotInTheWay) {
    EXPECT_EQ(wayBack(Json::array()), "good");
    EXPECT_EQ(wayBack(Json::array({syncItem({{"state", "PAUSED"}, {"lag_seconds", 9'000}})})), "good") << "it goes the other way";
    EXPECT_EQ(wayBack(Json::array({syncItem({{"state", "PAUSED"}})}), Platform::Legacy).substr(0, 4), "bad:") << "a shift to LEGACY";
}

// Who overrides what a comparator that is gone cannot say must not be held by it once more; but a sync that was there
// and of which nothing is heard may be far behind.
TEST(SyncGuard, aWayBackOfWhichNobodyTellsAnyMoreIsNotProven) {
    const std::string silent = "the comparator has not told for a while how the syncs stand";
    const Json both = Json::array({syncItem({{"sync_direction", "BIDIRECTIONAL"}})});
    EXPECT_EQ(wayBack(both, Platform::New, SyncNow - 11), "bad: the sync of USER, LEGACY to NEW: " + silent);
    const std::string unknown = "good: whether a sync goes back is not known";
    EXPECT_EQ(wayBack(Json::array(), Platform::New, SyncNow - 11), unknown);
    EXPECT_EQ(wayBack(Json::array({syncItem()}), Platform::New, SyncNow - 11), unknown);
    EXPECT_EQ(wayBack(Json::array({Json("no item")})), unknown);
    const auto answer = parseJson(dumpJson({{"items", both}}));
    SyncFact gone = readSyncFact(*answer, at(SyncNow));
    gone.error = "the comparator: no answer";
    EXPECT_EQ(carriedBack(gone, Platform::New, Seconds(300), at(SyncNow)).detail,
              "the sync of USER, LEGACY to NEW: the comparator: no answer");
    EXPECT_FALSE(carriedBack(gone, Platform::New, Seconds(300), at(SyncNow)).good);
    EXPECT_TRUE(syncReading(guardOfSyncs(Metric::SyncBacklog, 9), gone, at(SyncNow)).sourceError == gone.error);
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
