// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/drill.h"
#include "models/shift/promqlreading.h"
#include "tests/models/shift/make.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade::test {

// The runner's loop without its service: looks five times a second at what a made-up platform answers,
// judges at the policy's interval, acts, and keeps the record that a service keeps.
class LiveRun {
public:
    explicit LiveRun(ShiftPolicy policy) : m_policy(std::move(policy)) {}

    // What the world is like from now on.
    double successPercent = 100;
    std::uint64_t samples = 1'000;
    bool sourceFails = false;
    bool traffic = true;
    bool otherHealthy = true;
    std::optional<double> rate;  // requests a second on the target; none: `samples` in each window
    Milliseconds lookEvery{200};

    void run(int seconds) {
        const Instant end = m_now + Seconds(seconds);
        while (m_now < end) {
            m_now += lookEvery;
            look();
        }
    }
    bool command(ShiftOrder asked) {
        m_now += Milliseconds(37);
        const ShiftFacts facts = m_seen.value_or(gather()); // a person decides by the last look
        asked.facts = &facts;
        const auto transition = obey(m_policy, m_status, asked, m_now);
        if (!transition) return false;
        m_events.push_back(recordedOrder(asked, m_status, m_version, m_now));
        apply(*transition);
        return true;
    }
    void restart(int secondsDown) {
        m_now += Seconds(secondsDown);
        if (!isJudged()) return;
        ShiftFacts nothing;
        nothing.now = m_now;
        RecordedEvent event = recordedLook(nothing, m_status, m_version);
        event.kind = RecordedEvent::Kind::Restart;
        m_events.push_back(event);
        // What a service that starts knows of its guards is what was judged since the step.
        for (const Guard &guard : m_policy.guards) {
            GuardMemory memory;
            for (const Judgement &judgement : m_memories[guard.id].recent())
                if (judgement.at >= m_status.steppedAt) memory.add(guard, judgement);
            m_memories[guard.id] = memory;
        }
        m_judgedAt.reset();
        m_kept.reset();
        m_restartsGuards = false;
        if (const auto transition = restarted(m_policy, m_status, m_now)) apply(*transition);
    }

    const ShiftPolicy &policy() const { return m_policy; }
    const ShiftStatus &status() const { return m_status; }
    Instant now() const { return m_now; }
    const std::vector<RecordedEvent> &events() const { return m_events; }
    const std::vector<std::string> &history() const { return m_history; }

    static std::string line(Instant at, Percentage from, Percentage to, ShiftState state,
                            ShiftCause cause, const std::string &detail) {
        return std::to_string(toMs(at)) + " " + from.text() + " " + to.text() + " " +
               std::string(shiftStateWord(state)) + " " + std::string(shiftCauseWord(cause)) + " " +
               detail;
    }

private:
    bool isJudged() const {
        const ShiftState state = m_status.state;
        return state != ShiftState::Draft && state != ShiftState::Scheduled &&
               state != ShiftState::Finalized;
    }
    void look() {
        if (m_restartsGuards) {
            for (auto &[id, memory] : m_memories)
                memory.startAnew();
            m_restartsGuards = false;
        }
        const bool judges = isJudged();
        const bool due = !m_judgedAt || m_now - *m_judgedAt >= Seconds(m_policy.intervalSeconds);
        std::vector<RecordedReading> readings;
        if (judges && due) {
            m_judgedAt = m_now;
            for (const Guard &guard : m_policy.guards) {
                readings.push_back({measureOf(guard), read(guard)});
                const Guard here = guardAt(m_policy, m_status.percentage, guard);
                m_memories[guard.id].add(guard, judgeWindow(here, readings.back().reading, m_now));
            }
        }
        const ShiftFacts facts = gather();
        m_seen = facts;
        RecordedEvent seen = recordedLook(facts, m_status, m_version);
        seen.judged = judges && due;
        seen.readings = std::move(readings);
        const auto transition = advance(m_policy, m_status, facts);
        const bool kept = transition || (judges && (seen.judged || !m_kept || isNews(*m_kept, seen)));
        if (kept) {
            m_kept = seen;
            m_events.push_back(std::move(seen));
        }
        if (transition) apply(*transition);
    }
    WindowReading read(const Guard &guard) const {
        if (guard.metric == Metric::Promql) {
            PromqlFact fact;
            fact.value = PromAnswer{successPercent, m_now, {}};
            return promqlReading(guard, fact, m_status.steppedAt, m_now);
        }
        WindowReading reading;
        reading.to = m_now;
        reading.from = std::max(m_status.steppedAt, m_now - Seconds(guard.windowSeconds));
        if (sourceFails) reading.sourceError = "the source is down";
        const bool any = traffic && m_status.percentage > Percentage();
        if (any) reading.value = successPercent;
        if (any) reading.samples = samples;
        if (any && rate) { // whole seconds after the step
            const auto seconds = std::chrono::floor<Seconds>(m_now - reading.from).count();
            reading.samples = static_cast<std::uint64_t>(*rate * static_cast<double>(seconds));
        }
        return reading;
    }
    ShiftFacts gather() const {
        ShiftFacts facts = greenFacts(m_policy, m_now);
        for (std::size_t i = 0; i < m_policy.guards.size(); ++i) {
            const Guard &guard = m_policy.guards[i];
            facts.guards[i] = {&guard, std::nullopt, false};
            const auto memory = m_memories.find(guard.id);
            if (memory == m_memories.end()) continue;
            if (const Judgement *last = memory->second.last()) facts.guards[i].last = *last;
            facts.guards[i].tripped = memory->second.tripped(guard);
        }
        const bool any = traffic && m_status.percentage > Percentage();
        facts.newestEvidence.reset();
        if (any) facts.newestEvidence = std::chrono::floor<Seconds>(m_now);
        facts.targetRequestsPerSecond = any ? rate.value_or(12.5) : 0;
        facts.rollbackPath = otherHealthy ? Fact{true, "proven"} : Fact{false, "LEGACY is ill"};
        return facts;
    }
    void apply(const ShiftTransition &transition) {
        const Percentage before =
            transition.takesOver ? transition.next.percentage : m_status.percentage;
        m_status = transition.next;
        if (transition.opensStepApproval || transition.opensRollbackApproval)
            m_status.approvalId = "a1";
        m_restartsGuards = m_restartsGuards || transition.restartsGuards;
        ++m_version;
        if (isHistory(transition.cause))
            m_history.push_back(line(m_now, before, m_status.percentage, m_status.state,
                                     transition.cause, transition.detail));
    }

    const ShiftPolicy m_policy;
    ShiftStatus m_status;
    std::int64_t m_version = 1;
    Instant m_now = at(1'000);
    std::optional<Instant> m_judgedAt;
    std::map<std::string, GuardMemory> m_memories;
    bool m_restartsGuards = false;
    std::optional<ShiftFacts> m_seen; // at the last look
    std::optional<RecordedEvent> m_kept;
    std::vector<RecordedEvent> m_events;
    std::vector<std::string> m_history;
};

} // namespace crossfade::test
