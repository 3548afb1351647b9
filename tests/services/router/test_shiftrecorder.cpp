// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What waits for a store that is away is bounded, and what is given up is a gap that a drill tells of.
#include "app/router/shiftrecordings.h"
#include "models/shift/drill.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr Instant RecorderStart{Milliseconds(1'790'000'000'000)};

RecordedEvent judgedAt(Instant at) {
    RecordedEvent look;
    look.at = at;
    look.facts.now = at;
    look.judged = true;
    return look;
}

std::vector<RecordedEvent> ofPolicy(const ShiftRecorder::Waiting &waiting, const std::string &id) {
    std::vector<RecordedEvent> events;
    for (const auto &[policyId, event] : waiting) {
        if (policyId == id) events.push_back(event);
    }
    return events;
}

TEST(ShiftRecorderBounds, whatIsTooMuchIsAGapOfEachPolicy) {
    ShiftRecorder recorder;
    constexpr std::size_t Rounds = ShiftRecorder::MostWaiting / 2 + 25;
    for (std::size_t i = 0; i < Rounds; ++i) {
        const Instant at = RecorderStart + Milliseconds(i);
        recorder.saw("a", judgedAt(at));
        recorder.saw("b", judgedAt(at));
    }
    const Instant now = RecorderStart + Seconds(60);
    EXPECT_EQ(recorder.giveUpOld(now), 50U);
    EXPECT_EQ(recorder.giveUpOld(now), 0U);
    const ShiftRecorder::Waiting waiting = recorder.take();
    EXPECT_EQ(waiting.size(), ShiftRecorder::MostWaiting);
    for (const char *id : {"a", "b"}) {
        const auto events = ofPolicy(waiting, id);
        EXPECT_EQ(events.front().gap, (RecordedGap{RecorderStart, 25}));
        EXPECT_FALSE(events[1].gap);
    }
}

TEST(ShiftRecorderBounds, whatWaitsTooLongIsGivenUpAndGapsAreJoined) {
    ShiftRecorder recorder;
    for (int i = 0; i < 4; ++i)
        recorder.saw("a", judgedAt(RecorderStart + Seconds(i)));
    EXPECT_EQ(recorder.giveUpOld(RecorderStart + ShiftRecorder::WaitsAtMost), 0U);
    EXPECT_EQ(recorder.giveUpOld(RecorderStart + ShiftRecorder::WaitsAtMost + Seconds(1)), 1U);
    // Taken to be stored, which fails; more was seen meanwhile.
    ShiftRecorder::Waiting taken = recorder.take();
    EXPECT_EQ(taken.front().second.gap, (RecordedGap{RecorderStart, 1}));
    recorder.saw("a", judgedAt(RecorderStart + Seconds(900)));
    recorder.putBack(std::move(taken));
    EXPECT_EQ(recorder.giveUpOld(RecorderStart + Seconds(900)), 3U);
    const ShiftRecorder::Waiting left = recorder.take();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left.front().second.gap, (RecordedGap{RecorderStart, 4}));
    // Where nothing is left the next look tells.
    recorder.saw("a", judgedAt(RecorderStart + Seconds(1'000)));
    EXPECT_EQ(recorder.giveUpOld(RecorderStart + Seconds(2'000)), 1U);
    EXPECT_TRUE(recorder.isEmpty());
    recorder.saw("a", judgedAt(RecorderStart + Seconds(2'001)));
    EXPECT_EQ(recorder.take().front().second.gap, (RecordedGap{RecorderStart + Seconds(1'000), 1}));
}

TEST(ShiftRecorderBounds, aDrillTellsOfTheGap) {
    ShiftPolicy policy;
    policy.id = "p";
    RecordedEvent look = judgedAt(RecorderStart + Seconds(10));
    look.gap = RecordedGap{RecorderStart, 7};
    RecordedEvent read;
    read.at = look.at;
    ASSERT_TRUE(readRecorded(recordedToJson(look), read));
    EXPECT_EQ(read.gap, look.gap);
    Drill drill(policy);
    drill.take(judgedAt(RecorderStart - Seconds(1)));
    drill.take(read);
    ASSERT_EQ(drill.outcome().gaps.size(), 1U);
    EXPECT_EQ(drill.outcome().gaps[0].from, RecorderStart);
    EXPECT_EQ(drill.outcome().gaps[0].to, look.at);
    EXPECT_EQ(drill.outcome().gaps[0].looks, 7U);
    // What an older program wrote has none.
    Json older = recordedToJson(look);
    older.erase("gap");
    RecordedEvent without;
    without.at = look.at;
    ASSERT_TRUE(readRecorded(older, without));
    EXPECT_FALSE(without.gap);
}

} // namespace
} // namespace crossfade
