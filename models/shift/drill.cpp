// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/drill.h"

#include "models/shift/changewindows.h"

#include <algorithm>

namespace crossfade {

namespace {

// How often the live runner looks.
constexpr Milliseconds LookEvery{200};
// What comes due by the clock alone is looked at in the next entry of the record, if that is not later
// than this: it may be the live run's own look.
constexpr Milliseconds Patience{3'000};

std::optional<Instant> dueOf(const ShiftPolicy &policy, const ShiftStatus &status, Instant after) {
    switch (status.state) {
    case ShiftState::Stabilizing:
        return status.stabilizationEndsAt;
    case ShiftState::Evaluating:
        return status.since + MaxSilence;
    case ShiftState::AwaitingApproval:
    case ShiftState::RollbackProposed:
        return status.deadline;
    case ShiftState::RollingBack:
        return status.steppedAt + Seconds(policy.intervalSeconds);
    case ShiftState::Held:
        return isCalendar(status.heldCause) ? calendarAt(policy, after).opensAt : std::nullopt;
    case ShiftState::Scheduled:
        return status.startsAt;
    case ShiftState::Draft:
    case ShiftState::AtTarget:
    case ShiftState::Suspended:
    case ShiftState::RolledBack:
    case ShiftState::Completed:
    case ShiftState::Finalized:
    case ShiftState::Failed:
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

Drill::Drill(const ShiftPolicy &policy)
    : m_policy(policy) {
    for (const Guard &guard : m_policy.guards)
        m_outcome.withoutRecord.push_back(guard.id);
}

void Drill::warmUp(const RecordedEvent &event) {
    if (event.kind == RecordedEvent::Kind::Look && event.judged) judge(event, event.status.percentage);
}

void Drill::begin(const RecordedEvent &event) {
    m_began = true;
    m_status = event.status;
    m_lookedAt = event.at;
    m_outcome.start = event.status;
    m_outcome.first = event.at;
}

void Drill::take(const RecordedEvent &event) {
    if (m_outcome.truncated) return;
    if (!m_began) begin(event);
    if (event.kind != RecordedEvent::Kind::Restart) passTimeUntil(event.at); // else nobody looked
    if (m_outcome.truncated) return;
    ++m_outcome.events;
    if (event.gap && m_outcome.gaps.size() < MostEntries)
        m_outcome.gaps.push_back({event.gap->from, event.at, event.gap->looks});
    m_outcome.last = event.at;
    m_lookedAt = event.at;
    m_acted = false;
    switch (event.kind) {
    case RecordedEvent::Kind::Look:
        restartGuards();
        if (event.judged) judge(event, m_status.percentage);
        m_facts = event.facts;
        if (!event.failed) lookAt(event.at);
        break;
    case RecordedEvent::Kind::Order:
        obeyOrder(event);
        break;
    case RecordedEvent::Kind::Restart:
        restart(event.at);
        break;
    }
    m_outcome.end = m_status;
}

// At the look after the act that asked for it, as the runner does.
void Drill::restartGuards() {
    if (!m_restartsGuards) return;
    for (auto &[id, memory] : m_memories)
        memory.startAnew();
    m_restartsGuards = false;
}

// What a service that starts knows of its guards is what was judged since the step.
void Drill::restart(Instant now) {
    for (const Guard &guard : m_policy.guards) {
        GuardMemory memory;
        for (const Judgement &judgement : m_memories[guard.id].recent()) {
            if (judgement.at >= m_status.steppedAt) memory.add(guard, judgement);
        }
        m_memories[guard.id] = std::move(memory);
    }
    m_judgedAt.reset();
    m_restartsGuards = false;
    if (const auto transition = restarted(m_policy, m_status, now)) apply(*transition, now, false);
}

// By the policy's own interval, which may be longer than the one it was recorded at.
void Drill::judge(const RecordedEvent &event, Percentage percentage) {
    const bool due = !m_judgedAt || event.at < *m_judgedAt ||
                     event.at - *m_judgedAt >= Seconds(m_policy.intervalSeconds);
    if (!due) return;
    m_judgedAt = event.at;
    for (const Guard &guard : m_policy.guards) {
        const auto found =
            std::ranges::find(event.readings, measureOf(guard), &RecordedReading::measure);
        WindowReading reading;
        if (found != event.readings.end()) {
            reading = found->reading;
            std::erase(m_outcome.withoutRecord, guard.id);
        } else {
            reading.from = event.at - Seconds(guard.windowSeconds);
            reading.to = event.at;
        }
        m_memories[guard.id].add(guard, judgeWindow(guardAt(m_policy, percentage, guard), reading, event.at));
    }
}

ShiftFacts Drill::factsAt(Instant now) const {
    ShiftFacts facts = m_facts;
    facts.now = now;
    for (const Guard &guard : m_policy.guards) {
        GuardFact fact{&guard, std::nullopt, false};
        if (const auto memory = m_memories.find(guard.id); memory != m_memories.end()) {
            if (const Judgement *last = memory->second.last()) fact.last = *last;
            fact.tripped = memory->second.tripped(guard);
        }
        facts.guards.push_back(std::move(fact));
    }
    return facts;
}

void Drill::lookAt(Instant now) {
    if (const auto transition = advance(m_policy, m_status, factsAt(now)))
        apply(*transition, now, false);
}

void Drill::obeyOrder(const RecordedEvent &event) {
    const ShiftFacts facts = factsAt(event.at);
    ShiftOrder order = event.order;
    order.facts = &facts;
    order.takesOver = event.takesOver ? &*event.takesOver : nullptr;
    // What would rise above this policy's own cap goes as far as that.
    if (order.command == ShiftCommand::Shift && order.target)
        order.target = std::min(*order.target, m_policy.max);
    if (order.command == ShiftCommand::Rollback && order.target)
        order.target = std::min(*order.target, m_status.percentage);
    if (const auto transition = obey(m_policy, m_status, order, event.at))
        apply(*transition, event.at, true);
    else
        ++m_outcome.ordersThatDidNotFit;
}

void Drill::apply(const ShiftTransition &transition, Instant now, bool byOrder) {
    const Percentage before =
        transition.takesOver ? transition.next.percentage : m_status.percentage;
    m_status = transition.next;
    if (transition.opensStepApproval || transition.opensRollbackApproval)
        m_status.approvalId = "drill";
    m_restartsGuards = m_restartsGuards || transition.restartsGuards;
    m_acted = true;
    if (!isHistory(transition.cause)) return;
    if (m_outcome.entries.size() >= MostEntries) {
        m_outcome.truncated = true;
        return;
    }
    m_outcome.entries.push_back({now, before, m_status.percentage, m_status.state,
                                 transition.cause, m_status.heldCause, transition.detail,
                                 transition.tripped ? transition.tripped->id : std::string(),
                                 byOrder});
}

std::optional<Instant> Drill::nextLook() const {
    std::optional<Instant> next = dueOf(m_policy, m_status, m_lookedAt);
    if (next && *next <= m_lookedAt) next.reset();
    if (m_acted && (!next || m_lookedAt + LookEvery < *next)) next = m_lookedAt + LookEvery;
    return next;
}

// The live runner looked all the time; where the record has no entry, nothing differed but the clock.
void Drill::passTimeUntil(Instant now) {
    for (auto next = nextLook(); next && *next + Patience < now && !m_outcome.truncated;
         next = nextLook()) {
        restartGuards();
        m_lookedAt = *next;
        m_acted = false;
        lookAt(*next);
    }
}

} // namespace crossfade
