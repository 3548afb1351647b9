// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/enginedrift.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace crossfade::test {
namespace {

using namespace std::chrono_literals;

const Instant DriftNow = instantFromMs(1'800'000'000'000);

EngineInstance goodEngine() {
    EngineInstance one;
    one.agentId = "agent-1";
    one.name = "edge";
    one.address = "10.0.0.1:80";
    one.bootId = "b1";
    one.bootSince = DriftNow - 1h;
    one.acknowledged = 10;
    one.acknowledgedAt = DriftNow - 50min;
    one.heardAt = DriftNow;
    one.sentAt = DriftNow;
    return one;
}

EngineReport reportOf(std::int64_t epoch, bool applied = true) {
    return {"edge", "10.0.0.1:80", "b1", epoch, applied, applied ? "" : "too large", 100ms, std::nullopt};
}

std::vector<EngineInstance> applied(std::vector<EngineInstance> known, const std::vector<EngineInstance> &changes) {
    for (const EngineInstance &one : changes) {
        const auto found = std::ranges::find(known, one.name, &EngineInstance::name);
        if (found == known.end())
            known.push_back(one);
        else
            *found = one;
    }
    return known;
}

std::optional<DriftCause> causeOf(const EngineInstance &one, const MissedEpochs &missed,
                                  Instant listening = DriftNow - 1h) {
    const auto drift = judgeDrift(one, missed, listening, DriftNow);
    return drift ? std::optional(drift->cause) : std::nullopt;
}

} // namespace

TEST(EngineDrift, wordsNameEveryCause) {
    for (const auto cause : {DriftCause::Gone, DriftCause::NotHeard, DriftCause::Refused, DriftCause::NotAcknowledged,
                             DriftCause::NotConverged})
        EXPECT_EQ(driftCauseFromWord(driftCauseWord(cause)), cause);
    EXPECT_EQ(driftCauseFromWord("ASLEEP"), std::nullopt);
}

TEST(EngineDrift, twoSecondsToAcknowledgeThirtyToConverge) {
    const EngineInstance one = goodEngine();
    EXPECT_EQ(causeOf(one, {}), std::nullopt);
    EXPECT_EQ(causeOf(one, {RuleEpoch{11, DriftNow - 1'999ms}, {}}), std::nullopt);
    EXPECT_EQ(causeOf(one, {RuleEpoch{11, DriftNow - 2s}, {}}), DriftCause::NotAcknowledged);
    EngineInstance logging = one;
    logging.converged = 9;
    EXPECT_EQ(causeOf(logging, {{}, RuleEpoch{10, DriftNow - 29'999ms}}), std::nullopt);
    EXPECT_EQ(causeOf(logging, {{}, RuleEpoch{10, DriftNow - 30s}}), DriftCause::NotConverged);
    EXPECT_EQ(causeOf(one, {{}, RuleEpoch{10, DriftNow - 30s}}), std::nullopt) << "no line tells";
    EXPECT_EQ(causeOf(logging, {{}, RuleEpoch{11, DriftNow - 30s}}), std::nullopt) << "it does not serve that yet";
}

TEST(EngineDrift, aNewBootAndANewLeaderAreGivenTheirTime) {
    EngineInstance one = goodEngine();
    const MissedEpochs old{RuleEpoch{11, DriftNow - 10min}, {}};
    one.bootSince = DriftNow - 1'999ms;
    EXPECT_EQ(causeOf(one, old), std::nullopt);
    one.drift = EngineDrift{DriftCause::NotAcknowledged, DriftNow - 5min};
    EXPECT_EQ(causeOf(one, old), DriftCause::NotAcknowledged) << "to be started anew is not to catch up";
    one = goodEngine();
    EXPECT_EQ(causeOf(one, old, DriftNow - 1'999ms), std::nullopt);
    EXPECT_EQ(causeOf(one, old, DriftNow - 2s), DriftCause::NotAcknowledged);
    one.heardAt = DriftNow - 10min;
    EXPECT_EQ(causeOf(one, {}, DriftNow - 29'999ms), std::nullopt) << "nobody could hear it";
    EXPECT_EQ(causeOf(one, {}, DriftNow - 30s), DriftCause::NotHeard);
    one.drift = EngineDrift{DriftCause::NotHeard, DriftNow - 10min};
    EXPECT_EQ(causeOf(one, {}, DriftNow), DriftCause::NotHeard) << "a new leader takes nothing back";
}

// Every combination of what the judgement looks at, against the rules written down one by one.
TEST(EngineDrift, everyCombination) {
    const std::array<std::optional<EngineDrift>, 4> before{
        std::nullopt, EngineDrift{DriftCause::NotHeard, DriftNow - 40min},
        EngineDrift{DriftCause::NotAcknowledged, DriftNow - 41min}, EngineDrift{DriftCause::Gone, DriftNow - 42min}};
    int tried = 0;
    std::array<int, 6> seen{};
    for (const auto &drift : before)
    for (const bool gone : {false, true})
    for (const auto heard : {0ms, 29'999ms, 30'000ms})
    for (const auto listening : {500ms, 2'000ms, 29'999ms, 30'000ms})
    for (const auto boot : {100ms, 2'000ms, 60'000ms})
    for (const std::int64_t refused : {-1, 10, 11, 12})
    for (const auto missing : {-1ms, 1'999ms, 2'000ms, 45'000ms})
    for (const std::int64_t converged : {-1, 8, 10})
    for (const auto behind : {29'999ms, 30'000ms}) {
        EngineInstance one = goodEngine();
        one.drift = drift;
        if (gone) one.goneAt = DriftNow - 3s;
        one.heardAt = DriftNow - heard;
        one.bootSince = DriftNow - boot;
        if (refused >= 0) {
            one.refused = refused;
            one.refusedAt = DriftNow - 7s;
        }
        MissedEpochs missed;
        if (missing >= 0ms) missed.unacknowledged = RuleEpoch{11, DriftNow - missing};
        if (converged >= 0) one.converged = converged;
        if (converged == 8) missed.unconverged = RuleEpoch{9, DriftNow - behind};
        const auto youngest = [&](Milliseconds age) { return drift ? age : std::min({age, boot, Milliseconds(listening)}); };
        const bool heardNot = heard >= 30s && (listening >= 30s || (drift && drift->cause == DriftCause::NotHeard));
        std::optional<DriftCause> expected;
        if (gone) expected = DriftCause::Gone;
        else if (heardNot) expected = DriftCause::NotHeard;
        else if (missing >= 0ms && refused >= 11) expected = DriftCause::Refused;
        else if (missing >= 0ms && youngest(missing) >= 2s) expected = DriftCause::NotAcknowledged;
        else if (converged == 8 && youngest(behind) >= 30s) expected = DriftCause::NotConverged;
        const auto judged = judgeDrift(one, missed, DriftNow - listening, DriftNow);
        ASSERT_EQ(judged.has_value(), expected.has_value()) << tried;
        if (judged) {
            ASSERT_EQ(judged->cause, *expected) << tried;
            ASSERT_LE(judged->since, DriftNow);
            if (drift) {
                ASSERT_EQ(judged->since, drift->since) << "it goes on";
            }
        }
        ++seen[expected ? static_cast<std::size_t>(*expected) : 5];
        ++tried;
    }
    EXPECT_EQ(tried, 4 * 2 * 3 * 4 * 3 * 4 * 4 * 3 * 2);
    for (const int count : seen)
        EXPECT_GT(count, 0);
}

TEST(EngineDrift, whatIsGoneOrSilentForLongIsForgotten) {
    EngineInstance one = goodEngine();
    EXPECT_FALSE(isForgotten(one, DriftNow));
    one.goneAt = DriftNow - 1h;
    EXPECT_TRUE(isForgotten(one, DriftNow));
    EXPECT_FALSE(isForgotten(one, DriftNow - 1ms));
    one = goodEngine();
    one.heardAt = DriftNow - std::chrono::hours(7 * 24);
    EXPECT_TRUE(isForgotten(one, DriftNow));
    EXPECT_FALSE(isForgotten(one, DriftNow - 1ms));
}

TEST(EngineReports, aRefusalLeavesWhatIsServed) {
    const std::vector<EngineInstance> known{goodEngine()};
    const Instant later = DriftNow + 1s;
    auto changes = engineChanges(known, {later, {reportOf(11, false)}}, "agent-1", later);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].acknowledged, 10);
    EXPECT_EQ(changes[0].refused, 11);
    EXPECT_EQ(changes[0].refusal, "too large");
    EXPECT_EQ(changes[0].refusedAt, later - 100ms);
    changes = engineChanges(changes, {later, {reportOf(12)}}, "agent-1", later);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].acknowledged, 12);
    EXPECT_EQ(changes[0].refused, std::nullopt);
    EXPECT_EQ(changes[0].refusal, "");
}

TEST(EngineReports, anotherBootServesNothingUntilItSaysSo) {
    EngineInstance before = goodEngine();
    before.drift = EngineDrift{DriftCause::NotAcknowledged, DriftNow - 1min};
    EngineReport report = reportOf(0);
    report.bootId = "b2";
    const auto changes = engineChanges({before}, {DriftNow, {report}}, "agent-1", DriftNow);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].acknowledged, 0);
    EXPECT_EQ(changes[0].bootSince, DriftNow);
    EXPECT_EQ(changes[0].drift, before.drift) << "until it is judged";
}

TEST(EngineReports, onlyNewsAreStored) {
    const std::vector<EngineInstance> known{goodEngine()};
    for (const auto &[passed, stored] : {std::pair(4'999ms, 0U), std::pair(5'000ms, 1U)}) {
        const Instant at = DriftNow + passed;
        EXPECT_EQ(engineChanges(known, {at, {reportOf(10)}}, "agent-1", at).size(), stored) << passed.count();
    }
    const auto gone = engineChanges(known, {DriftNow + 1s, {}}, "agent-1", DriftNow + 1s);
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].goneAt, DriftNow + 1s);
    EXPECT_TRUE(engineChanges(gone, {DriftNow + 9s, {}}, "agent-1", DriftNow + 9s).empty()) << "it stays gone";
    const auto back = engineChanges(gone, {DriftNow + 9s, {reportOf(10)}}, "agent-1", DriftNow + 9s);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].goneAt, std::nullopt);
}

TEST(EngineReports, whatWasOvertakenIsLeftAlone) {
    const std::vector<EngineInstance> known{goodEngine()};
    EXPECT_TRUE(isOvertaken(known, {DriftNow - 1ms, {}}));
    EXPECT_TRUE(isOvertaken(known, {DriftNow - 60s, {}}));
    EXPECT_FALSE(isOvertaken(known, {DriftNow - 60s - 1ms, {}})) << "its clock was set back";
    EXPECT_FALSE(isOvertaken(known, {DriftNow, {}})) << "the same again";
    EXPECT_TRUE(engineChanges(known, {DriftNow - 1ms, {reportOf(9)}}, "agent-1", DriftNow).empty());
}

RC_GTEST_PROP(EngineReportsProperty, toldTwiceIsToldOnceAndTheLastWordStands, ()) {
    std::vector<EngineInstance> known;
    Instant now = DriftNow;
    const int posts = *rc::gen::inRange(1, 20);
    for (int i = 0; i < posts; ++i) {
        now += Milliseconds(*rc::gen::inRange(0, 9'000));
        EngineReports reports{now, {}};
        for (const char *name : {"a", "b", "c"}) {
            if (*rc::gen::inRange(0, 4) == 0) continue;
            EngineReport report = reportOf(*rc::gen::inRange(0, 5), *rc::gen::inRange(0, 3) != 0);
            report.name = name;
            report.bootId = *rc::gen::element<std::string>("b1", "b2");
            if (*rc::gen::inRange(0, 2) == 0) report.converged = *rc::gen::inRange<std::int64_t>(0, 5);
            reports.instances.push_back(report);
        }
        known = applied(known, engineChanges(known, reports, "agent-1", now));
        RC_ASSERT(engineChanges(known, reports, "agent-1", now).empty());
        for (const EngineReport &report : reports.instances) {
            const auto one = std::ranges::find(known, report.name, &EngineInstance::name);
            RC_ASSERT((one != known.end() && !one->goneAt && one->bootId == report.bootId));
            RC_ASSERT((report.applied ? one->acknowledged == report.epoch && !one->refused
                                      : one->refused == report.epoch));
            RC_ASSERT(one->converged == report.converged);
            RC_ASSERT(now - one->heardAt < HeardStoredEvery);
        }
        for (const EngineInstance &one : known)
            RC_ASSERT(one.goneAt.has_value() ==
                      (std::ranges::find(reports.instances, one.name, &EngineReport::name) == reports.instances.end()));
    }
}

} // namespace crossfade::test
