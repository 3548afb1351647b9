// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The lines 2, 6 and 8a of the decision table and what is laid over it.

#include "tests/models/routing/make.h"

#include "models/core/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr std::array Operations{Operation::Read, Operation::List, Operation::Insert, Operation::Update,
                                Operation::Delete};

bool isWrite(Operation operation)
{
    return operation == Operation::Insert || operation == Operation::Update || operation == Operation::Delete;
}

DecisionRequest requestOf(std::string_view user, Operation operation, std::string_view entity = {})
{
    DecisionRequest request = userRequest(user, "bank", at(5500));
    request.operation = operation;
    request.entityId = entity;
    return request;
}

Snapshot with(Switches switches)
{
    switches.defaultPlatform = Platform::Legacy;
    return quiet().changed(switches, 2);
}

} // namespace

TEST(SwitchLines, forwardOnlyIsNewForEverythingAndNeverDual)
{
    Switches switches;
    switches.forwardOnly = true;
    switches.dualWrite = true;
    switches.aggregation = true;
    switches.readCompare = Percentage::fromHundredths(10'000);
    const Snapshot snapshot = with(switches).changed(added(userRule("u", "ann", Platform::Both)), 3);
    for (const Operation operation : Operations) {
        const Decision decision = decide(snapshot, requestOf("ann", operation));
        EXPECT_EQ(decision.reason, Reason::ForwardOnly);
        EXPECT_EQ(lineNumber(decision.line), "2");
        EXPECT_EQ(decision.platform, Platform::New);
        EXPECT_EQ(decision.mode, Mode::Single);
    }
    switches.master = Master::Legacy; // line 1 comes first: the way back
    EXPECT_EQ(decide(with(switches), requestOf("ann", Operation::Read)).platform, Platform::Legacy);
    switches.master = Master::New;
    EXPECT_EQ(decide(with(switches), requestOf("ann", Operation::Read)).reason, Reason::MasterNew);
}

TEST(SwitchLines, insertsGoToNewAfterTheRules)
{
    Switches switches;
    switches.insertsToNew = true;
    switches.dualWrite = true;
    const Snapshot snapshot = with(switches).changed(added(userRule("u", "ann", Platform::Legacy)), 3);
    const Decision inserted = decide(snapshot, requestOf("bob", Operation::Insert));
    EXPECT_EQ(inserted.reason, Reason::NewData);
    EXPECT_EQ(inserted.platform, Platform::New);
    EXPECT_EQ(inserted.mode, Mode::Single); // LEGACY never knew it
    EXPECT_EQ(decide(snapshot, requestOf("bob", Operation::Update)).reason, Reason::DefaultRouting);
    EXPECT_EQ(decide(snapshot, requestOf("ann", Operation::Insert)).reason, Reason::UserRule);
}

TEST(SwitchLines, theThresholdIsForNumbers)
{
    Switches switches;
    switches.idThreshold = 1'000;
    switches.dualWrite = true;
    const Snapshot snapshot = with(switches);
    const auto reasonOf = [&](std::string_view entity) {
        return decide(snapshot, requestOf("bob", Operation::Read, entity)).reason;
    };
    for (const char *reached : {"1000", "1001", "0001000", "9223372036854775807", "9223372036854775808",
                                "99999999999999999999999999"})
        EXPECT_EQ(reasonOf(reached), Reason::IdThreshold) << reached;
    for (const char *below : {"", "999", "0", "00000000000000000000000999", "1000a", "a1000", "+1000", "-1000",
                              "1000.0", "1 000", "1000:"})
        EXPECT_EQ(reasonOf(below), Reason::DefaultRouting) << below;
    EXPECT_EQ(decide(snapshot, requestOf("bob", Operation::Update, "1000")).mode, Mode::Single);
    EXPECT_EQ(decide(snapshot, requestOf("bob", Operation::Update, "999")).mode, Mode::DualWrite);
    // A threshold of 0 is one: it is not "none".
    switches.idThreshold = 0;
    EXPECT_EQ(decide(with(switches), requestOf("bob", Operation::Read, "0")).reason, Reason::IdThreshold);
}

TEST(SwitchLines, writesGoToBothWithThePlatformThatDecidedFirst)
{
    Switches switches;
    switches.dualWrite = true;
    const Snapshot snapshot =
        with(switches).changed(added(userRule("u", "ann", Platform::New)), 3).changed(covering("p", "*", 0), 4);
    for (const Operation operation : Operations) {
        const Decision ofAnn = decide(snapshot, requestOf("ann", operation));
        const Decision ofBob = decide(snapshot, requestOf("bob", operation));
        EXPECT_EQ(ofAnn.mode, isWrite(operation) ? Mode::DualWrite : Mode::Single);
        EXPECT_EQ(ofAnn.platform, isWrite(operation) ? Platform::Both : Platform::New);
        EXPECT_EQ(ofAnn.primary, Platform::New);
        EXPECT_EQ(ofAnn.reason, Reason::UserRule);
        EXPECT_EQ(ofBob.primary, Platform::Legacy);
        EXPECT_EQ(ofBob.reason, Reason::Percentage);
    }
}

TEST(SwitchLines, listsAreAggregated)
{
    Switches switches;
    switches.aggregation = true;
    const Decision decision = decide(with(switches), requestOf("bob", Operation::List));
    EXPECT_EQ(decision.platform, Platform::Both);
    EXPECT_EQ(decision.mode, Mode::Aggregate);
    EXPECT_EQ(decision.primary, Platform::Legacy);
    EXPECT_EQ(decide(with(switches), requestOf("bob", Operation::Read)).mode, Mode::Single);
}

// The sample is the hash of system.md 1.2, and grows without ever letting go of a user.
RC_GTEST_PROP(SwitchLines, theSampleOfReadsIsStickyAndMovesNobody, ())
{
    const std::string user = *anyUser();
    const auto low = *rc::gen::inRange(0, 10'001);
    const auto high = *rc::gen::inRange(low, 10'001);
    const std::string key = user + ":rc";
    const bool sampled = XXH32(key.data(), key.size(), 0) % 10'000 < static_cast<std::uint32_t>(low);
    RC_ASSERT(isReadCompared(user, Percentage::fromHundredths(low)) == sampled);
    if (sampled) RC_ASSERT(isReadCompared(user, Percentage::fromHundredths(high)));
    Switches switches = *anySwitches();
    switches.readCompare = Percentage::fromHundredths(low);
    Switches none = switches;
    none.readCompare = Percentage();
    const Decision compared = decide(with(switches), requestOf(user, Operation::Read));
    const Decision single = decide(with(none), requestOf(user, Operation::Read));
    RC_ASSERT(compared.platform == single.platform);
    RC_ASSERT(compared.primary == single.primary);
    RC_ASSERT(compared.reason == single.reason);
    const bool never = switches.master != Master::Off || switches.forwardOnly;
    RC_ASSERT((compared.mode == Mode::Compare) == (sampled && !never));
}

// Whatever the switches: what is laid over never changes who answers, and BOTH is never a primary.
RC_GTEST_PROP(SwitchLines, anOverlayNeverChangesWhoAnswers, ())
{
    const std::vector<SnapshotChange> changes = *anyChanges();
    Snapshot snapshot;
    std::int64_t epoch = 1;
    for (const SnapshotChange &change : changes) snapshot = snapshot.changed(change, ++epoch);
    Switches plain = snapshot.switches();
    plain.dualWrite = plain.aggregation = false;
    plain.readCompare = Percentage();
    const Snapshot bare = snapshot.changed(plain, epoch + 1);
    const std::string user = *anyUser();
    const std::string entity = std::to_string(*rc::gen::inRange(0, 3'000));
    for (const Operation operation : Operations) {
        const Decision with = decide(snapshot, requestOf(user, operation, entity));
        const Decision without = decide(bare, requestOf(user, operation, entity));
        RC_ASSERT(with.primary == without.primary);
        RC_ASSERT(with.reason == without.reason);
        RC_ASSERT(with.primary != Platform::Both);
        RC_ASSERT((with.mode == Mode::Single) <= (with.platform != Platform::Both));
    }
}

// The trace names the line that decides, of every line of the table.
RC_GTEST_PROP(SwitchLines, theTraceAgreesWithTheDecision, ())
{
    const Snapshot snapshot = quiet().changed(*anySwitches(), 2);
    const std::string user = *anyUser();
    const std::string entity = std::to_string(*rc::gen::inRange(0, 3'000));
    const DecisionRequest request = requestOf(user, *rc::gen::elementOf(std::vector(Operations.begin(), Operations.end())), entity);
    const std::string decided(lineNumber(decide(snapshot, request).line));
    int deciding = 0;
    for (const TraceLine &line : traceDecision(snapshot, request)) {
        deciding += line.decides ? 1 : 0;
        if (line.decides) RC_ASSERT(line.line == decided);
        RC_ASSERT(!line.detail.empty());
    }
    RC_ASSERT(deciding == 1);
}
