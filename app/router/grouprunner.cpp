// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/grouprunner.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t GroupLookBack = 3'600; // for the newest sample

Instant instantOfSecond(std::int64_t second) {
    return instantFromMs(second * 1000);
}

} // namespace

GroupRunner::GroupRunner(Service &service, RouterState &state, GroupBook &book, GroupActs &acts,
                         PromProvider &prometheus)
    : m_service(service)
    , m_state(state)
    , m_book(book)
    , m_acts(acts)
    , m_prometheus(prometheus)
    , m_store(service) {}

void GroupRunner::look() {
    noteTerm();
    const Instant now = m_service.store().environment().now();
    const std::vector<GroupBook::RecordPtr> records = m_book.records();
    watchUsers(records);
    watchSeries(records);
    if (m_term == 0 && !m_alone) return follow(records, now); // whoever leads judges
    for (const GroupBook::RecordPtr &record : records)
        lookAt(standing(record), now);
}

// Before their first batch moves: nobody of it is to be missed.
void GroupRunner::watchUsers(const std::vector<GroupBook::RecordPtr> &records) {
    std::set<std::string> counted;
    for (const GroupBook::RecordPtr &record : records) {
        if (record->covers() && std::ranges::any_of(record->group.guards, &Guard::countsUsers))
            counted.insert(record->group.id);
    }
    m_state.groupMeasures().watchUsers(counted);
}

void GroupRunner::lookAt(const GroupBook::RecordPtr &record, Instant now) {
    if (!record->covers()) return;
    auto view = std::make_shared<ShiftView>();
    if (const GroupBook::ViewPtr before = m_book.view(record->group.id)) {
        view->guards = before->guards;
        view->judgedAt = before->judgedAt;
        view->judgedTerm = before->judgedTerm;
        // An edited guard is another guard: what was counted for the old one does not count.
        for (const Guard &guard : before->policy.guards) {
            if (std::ranges::find(record->group.guards, guard) != record->group.guards.end()) continue;
            view->guards.erase(guard.id);
            m_told[record->group.id].erase(guard.id);
        }
    }
    view->policy.guards = record->group.guards;
    const bool anew = isAnew(*record, *view);
    const bool due = !view->judgedAt || now < *view->judgedAt ||
                     now - *view->judgedAt >= Seconds(record->group.intervalSeconds);
    if (record->status.batch && (due || anew)) judge(*record, *view, now);
    const GroupFacts facts{now, standing(*record, *view)};
    m_book.putView(record->group.id, view); // from here on others read it
    const auto transition = advance(record->group, record->status, facts);
    if (!transition || carryOut(record, *transition) || transition->cause != GroupCause::BatchSettles) return;
    // That it settles moves nobody: while the store does not take it, that must not keep its guards from acting.
    const auto back = advance(record->group, transition->next, facts);
    if (back && back->cause == GroupCause::BatchRolledBack) static_cast<void>(carryOut(record, *back));
}

std::vector<GuardFact> GroupRunner::standing(const GroupRecord &record, const ShiftView &view) {
    std::vector<GuardFact> facts;
    for (const Guard &guard : record.group.guards) {
        GuardFact fact{&guard, std::nullopt, false};
        if (const auto memory = view.guards.find(guard.id); memory != view.guards.end()) {
            if (const Judgement *last = memory->second.last()) fact.last = *last;
            fact.tripped = memory->second.tripped(guard);
        }
        facts.push_back(std::move(fact));
    }
    return facts;
}

// Another batch, or the same one moved or resumed: nothing from before counts. After a restart what was seen
// and told of it stays known.
bool GroupRunner::isAnew(const GroupRecord &record, ShiftView &view) {
    const std::string &id = record.group.id;
    const Under under{record.status.batch, record.status.movedAt};
    const Under before = std::exchange(m_under[id], under);
    if (before == under) return false;
    if (m_restarted.erase(id) > 0 && before.first == under.first) {
        for (auto &[guardId, memory] : view.guards)
            memory.startAnew();
    } else {
        view.guards.clear();
        m_told.erase(id);
    }
    return true;
}

WindowReading GroupRunner::read(const GroupRecord &record, const Guard &guard, Instant now) const {
    if (guard.metric == Metric::Promql)
        return promqlReading(guard, m_prometheus.fact(guard), record.status.movedAt, now);
    const GroupMeasures &measures = m_state.groupMeasures();
    const std::string &id = record.group.id;
    const bool onTarget = guard.platform == record.group.targetPlatform;
    // Only whole seconds, and only those after the batch moved.
    const std::int64_t to = secondOf(now);
    const std::int64_t moved = std::chrono::ceil<Seconds>(record.status.movedAt).time_since_epoch().count();
    const std::int64_t from = std::min(to, std::max(to - guard.windowSeconds, moved));
    WindowReading reading;
    reading.from = instantOfSecond(from);
    reading.to = instantOfSecond(to);
    const Slot slot = measures.sum(id, onTarget, from, to);
    if (guard.countsUsers) {
        readUsers(guard, measures.users(id, onTarget, from, to),
                  guard.isRelative() ? measures.users(id, !onTarget, from, to) : UserCounts(), reading);
    } else if (guard.isRelative()) {
        readRelative(guard, slot, measures.sum(id, !onTarget, from, to), reading);
    } else {
        reading.samples = slot.samples(guard.metric);
        const auto seconds = static_cast<double>(std::max<std::int64_t>(1, to - from));
        if (reading.samples > 0) reading.value = slot.value(guard.metric, guard.statistic, seconds);
    }
    if (const auto latest = measures.latest(id, onTarget, to - GroupLookBack, to + 1))
        reading.newest = instantOfSecond(*latest);
    reading.clockFault = measures.clockFault(id, from);
    return reading;
}

void GroupRunner::judge(const GroupRecord &record, ShiftView &view, Instant now) {
    for (const Guard &guard : record.group.guards) {
        Judgement judgement = judgeWindow(guard, read(record, guard, now), now);
        m_judged.push_back({record.group.id, guard, judgement, judgingTerm()});
        GuardMemory &memory = view.guards[guard.id];
        memory.add(guard, std::move(judgement));
        alarm(record, guard, memory);
    }
    view.judgedAt = now;
    view.judgedTerm = judgingTerm();
}

void GroupRunner::alarm(const GroupRecord &record, const Guard &guard, const GuardMemory &memory) {
    GuardTold &told = m_told[record.group.id][guard.id];
    const auto alarm = alarmOf(record.group, record.status, record.users, guard, memory, told);
    if (!alarm) return;
    const bool tripped = *alarm == GuardAlarm::Tripped;
    AlertDraft draft;
    draft.type = tripped ? "GUARD_TRIPPED" : "METRICS_SILENT";
    draft.severity = "HIGH";
    draft.message = record.group.name + ": batch " + std::to_string(*record.status.batch + 1) + ": " +
                    guardTitle(guard) + (tripped ? " tripped: " : " was not measured for a minute: ") +
                    memory.last()->detail;
    draft.details = {{"state", groupStateWord(record.status.state)},
                     {"batch", *record.status.batch},
                     {"guard", guard.id}};
    draft.subjectType = "user_group";
    draft.subjectId = record.group.id;
    // Where everything is silent one alert of the batch says it all.
    draft.dedupeKey = GroupActs::alertKey(record.group.id, record.status.batch, draft.type,
                                          tripped ? guard.id : std::string());
    m_alarms.insert_or_assign(draft.dedupeKey, std::move(draft));
}

} // namespace crossfade
