// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

using namespace crossfade;
using namespace crossfade::test;

namespace {

std::string detailOf(const Snapshot &snapshot, const DecisionRequest &request, std::string_view line)
{
    for (const TraceLine &one : traceDecision(snapshot, request)) {
        if (one.line == line) return one.detail;
    }
    return {};
}

} // namespace

RC_GTEST_PROP(Trace, exactlyOneLineDecidesAndItIsTheDecisions, ())
{
    const Snapshot snapshot = Snapshot().changed(*anyChanges(), 1);
    const std::string user = *rc::gen::inRange(0, 4) == 0 ? std::string("not an id") : *anyUser();
    const std::string system = *anySystem();
    const DecisionRequest request = userRequest(user, system, *anyInstant());
    const Decision decision = decide(snapshot, request);
    const std::vector<TraceLine> trace = traceDecision(snapshot, request);
    RC_ASSERT(trace.size() == AllLines.size());
    RC_ASSERT(std::ranges::count_if(trace, &TraceLine::decides) == 1);
    bool seen = false;
    for (const TraceLine &line : trace) {
        RC_ASSERT(!line.condition.empty());
        RC_ASSERT(!line.detail.empty());
        if (!line.decides) {
            RC_ASSERT(seen || !line.applies);
            continue;
        }
        seen = true;
        RC_ASSERT(line.applies);
        RC_ASSERT(line.line == lineNumber(decision.line));
    }
}

TEST(Trace, saysWhatWasLookedAt)
{
    Rule over = userRule("u1", "ann", Platform::New);
    over.window.end = at(10);
    Rule off = userRule("u2", "ann", Platform::New);
    off.active = false;
    Rule later = userRule("u3", "ann", Platform::New);
    later.window.start = at(5000);
    Snapshot snapshot = quiet().changed(added(over), 2).changed(added(off), 3).changed(
        added(later), 4);
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "3"),
              "No rule for user ann holds at 1970-01-01T00:16:40.000Z: "
              "\"rule u1\" (priority 100) ended at 1970-01-01T00:00:10.000Z; "
              "\"rule u2\" (priority 100) is switched off; "
              "\"rule u3\" (priority 100) starts at 1970-01-01T01:23:20.000Z.");
    EXPECT_EQ(detailOf(snapshot, userRequest("bob"), "3"), "There is no rule for user bob.");
    EXPECT_EQ(detailOf(snapshot, userRequest("b b"), "3"), "The request has no valid user id.");
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "4"), "The request has no valid system id.");
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "5"), "There is no rule for this time.");
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "10b"), "No shift policy covers this request.");
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "11"), "The default platform is LEGACY.");
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "1"), "The master switch is OFF.");
    snapshot = snapshot.changed(added(userRule("u4", "ann", Platform::New)), 5);
    EXPECT_EQ(detailOf(snapshot, userRequest("ann"), "3"),
              "Rule \"rule u4\" (priority 100) holds always and says NEW. 3 more for user ann come after it.");
}

TEST(Trace, showsBucketAndPercentage)
{
    // xxhsum: user-000001 with salt logins has bucket 557.
    const Snapshot at5 = quiet().changed(covering("p", "shop", 500), 2);
    EXPECT_EQ(detailOf(at5, userRequest("user-000001", "shop"), "10b"),
              "Policy \"policy p\" covers system shop at 5 %: bucket 557 is not below 500, so LEGACY.");
    const Snapshot at6 = quiet().changed(covering("p", "*", 558), 2);
    EXPECT_EQ(detailOf(at6, userRequest("user-000001", "shop"), "10b"),
              "Policy \"policy p\" covers every system at 5.58 %: bucket 557 is below 558, so NEW.");
    EXPECT_EQ(detailOf(at6, userRequest("", "shop"), "10a"),
              "Policy \"policy p\" covers every system; users without an id go to LEGACY.");
}

TEST(Trace, manyRulesOfOneTargetMakeAShortSentence)
{
    std::vector<SnapshotChange> changes;
    for (int i = 0; i < 1000; ++i) {
        Rule rule = userRule("r" + std::to_string(i), "ann", Platform::New);
        rule.active = false;
        changes.emplace_back(added(rule));
    }
    const std::string detail = detailOf(quiet().changed(changes, 2), userRequest("ann"), "3");
    EXPECT_LT(detail.size(), 500U);
    EXPECT_NE(detail.find("and 997 more"), std::string::npos) << detail;
}
