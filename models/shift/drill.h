// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/recording.h"

#include <map>

namespace crossfade {

// One thing a policy would have done.
struct DrillEntry {
    Instant at{};
    Percentage from;
    Percentage to;
    ShiftState state = ShiftState::Draft;
    ShiftCause cause = ShiftCause::Started;
    std::optional<HeldCause> heldCause;
    std::string detail;
    std::string guardId; // whose breach caused it; "" = none
    bool byOrder = false; // a person's, replayed
};

// Where the record says nothing: what would have happened there is not known.
struct DrillGap {
    Instant from{};
    Instant to{};
    std::uint64_t looks = 0;
};

struct DrillOutcome {
    ShiftStatus start; // as it stood when the record begins
    ShiftStatus end;   // as this policy would stand when it ends
    std::size_t events = 0;
    std::optional<Instant> first; // of the record
    std::optional<Instant> last;
    std::vector<DrillEntry> entries;
    bool truncated = false;                 // more than MostEntries; the replay stopped there
    std::size_t ordersThatDidNotFit = 0;    // of people, to a shift that stood elsewhere by then
    std::vector<DrillGap> gaps; // oldest first, the first MostEntries of them
    std::vector<std::string> withoutRecord; // guards for which nothing was recorded: never green
};

// Replays what was recorded of a shift against a policy, saved or not: what it would have done, and
// when. The policy under which the record was made gives exactly what the live run did. Pure.
class Drill {
public:
    static constexpr std::size_t MostEntries = 1'000;

    explicit Drill(const ShiftPolicy &policy);

    // Judged before the first entry of the record, without acting: fills the guards' k of n.
    void warmUp(const RecordedEvent &event);
    // The next entry of the record, in the order of RecordedEvent::shiftVersion.
    void take(const RecordedEvent &event);
    const DrillOutcome &outcome() const { return m_outcome; }

private:
    void begin(const RecordedEvent &event);
    void restartGuards();
    void restart(Instant now);
    void judge(const RecordedEvent &event, Percentage percentage);
    void lookAt(Instant now);
    void obeyOrder(const RecordedEvent &event);
    void apply(const ShiftTransition &transition, Instant now, bool byOrder);
    void passTimeUntil(Instant now);
    std::optional<Instant> nextLook() const;
    ShiftFacts factsAt(Instant now) const;

    const ShiftPolicy m_policy;
    std::map<std::string, GuardMemory> m_memories; // by guard id
    ShiftFacts m_facts;                            // of the look before
    ShiftStatus m_status;
    std::optional<Instant> m_judgedAt;
    Instant m_lookedAt{};
    bool m_acted = false; // at the last look
    bool m_restartsGuards = false;
    bool m_began = false;
    DrillOutcome m_outcome;
};

} // namespace crossfade
