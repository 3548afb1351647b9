// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/grouprunner.h"

#include "app/router/shiftrecords.h"
#include "app/service/log.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::int64_t GroupLookBack = 3'600; // for the newest sample
const Actor GroupActor{"runner", {}};

std::int64_t wholeSecondOf(Instant instant) {
    return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
}

Instant instantOfSecond(std::int64_t second) {
    return instantFromMs(second * 1000);
}

AlertDraft unreadableGroup(const std::string &id) {
    AlertDraft draft;
    draft.type = "GROUP_UNREADABLE";
    draft.severity = "HIGH";
    draft.message = "the stored user group " + id + " cannot be read: its users stay where they are";
    draft.subjectType = "user_group";
    draft.subjectId = id;
    draft.dedupeKey = id + ":" + draft.type;
    return draft;
}

} // namespace

GroupRunner::GroupRunner(Service &service, RouterState &state, GroupBook &book, GroupActs &acts,
                         PromProvider &prometheus)
    : m_service(service)
    , m_state(state)
    , m_book(book)
    , m_acts(acts)
    , m_prometheus(prometheus) {}

Result<void> GroupRunner::load() {
    std::vector<std::string> unreadable;
    GroupMeasures &measures = m_state.groupMeasures();
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        const auto records = grouprecords::all(db, &unreadable);
        if (!records) return fail(records.error());
        for (const GroupRecord &record : *records) {
            m_book.put(record);
            if (record.covers())
                measures.watch(record.group.id, record.users, static_cast<std::size_t>(record.group.batchSize),
                               record.status.batch);
        }
        const Instant now = m_service.store().environment().now();
        if (auto loaded = measures.series().load(db, wholeSecondOf(now)); !loaded) return loaded;
        return db.each("SELECT group_id, batch, tried, proven FROM group_batch", {}, [&](const SqlRow &row) {
            measures.restore({row.text(0), static_cast<std::size_t>(row.integer(1)), row.text(2), row.text(3)});
            return true;
        });
    });
    if (!read) return read;
    watchSeries(m_book.records()); // what comes before the first look counts
    // A start that fails would leave every other group as it is.
    for (const std::string &id : unreadable) {
        logError("a stored user group cannot be read and is left alone", {{"group", id}});
        m_alarms[id] = unreadableGroup(id);
    }
    // Where there may be others the first look asks who leads.
    if (m_service.leadership().replica().empty()) noteTerm();
    return {};
}

void GroupRunner::noteTerm() {
    const std::int64_t term = m_service.leadership().term();
    if (term == std::exchange(m_term, term) || term == 0) return;
    lead();
}

void GroupRunner::lead() {
    std::vector<GroupRecord> records; // as stored: the leader before may have been faster than what is taken up
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        std::vector<std::string> unreadable;
        auto stored = grouprecords::all(db, &unreadable);
        if (!stored) return fail(stored.error());
        records = std::move(*stored);
        return {};
    });
    if (!read) {
        logError("groups are not led yet", {{"error", read.error().message}});
        m_term = 0; // the next look tries again
        return;
    }
    const Instant now = m_service.store().environment().now();
    for (const GroupRecord &record : records) {
        if (const auto transition = restarted(record.group, record.status, now)) carryOut(record, *transition);
    }
}

void GroupRunner::look() {
    noteTerm();
    const Instant now = m_service.store().environment().now();
    const std::vector<GroupBook::RecordPtr> records = m_book.records();
    watchUsers(records);
    watchSeries(records);
    if (m_term == 0) return follow(records, now); // whoever leads judges
    for (const GroupBook::RecordPtr &record : records)
        lookAt(record, now);
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
            if (std::ranges::find(record->group.guards, guard) == record->group.guards.end())
                view->guards.erase(guard.id);
        }
    }
    view->policy.guards = record->group.guards;
    const Under under{record->status.batch, record->status.movedAt};
    const bool anew = std::exchange(m_under[record->group.id], under) != under;
    if (anew) view->guards.clear();
    const bool due = !view->judgedAt || now < *view->judgedAt ||
                     now - *view->judgedAt >= Seconds(record->group.intervalSeconds);
    if (record->status.batch && (due || anew)) judge(*record, *view, now);
    GroupFacts facts{now, {}};
    for (const Guard &guard : record->group.guards) {
        const GuardMemory &memory = view->guards[guard.id];
        GuardFact fact{&guard, std::nullopt, memory.tripped(guard)};
        if (const Judgement *last = memory.last()) fact.last = *last;
        facts.guards.push_back(std::move(fact));
    }
    m_book.putView(record->group.id, view); // from here on others read it
    if (const auto transition = advance(record->group, record->status, facts)) carryOut(*record, *transition);
}

WindowReading GroupRunner::read(const GroupRecord &record, const Guard &guard, Instant now) const {
    if (guard.metric == Metric::Promql)
        return promqlReading(guard, m_prometheus.fact(guard), record.status.movedAt, now);
    const GroupMeasures &measures = m_state.groupMeasures();
    const std::string &id = record.group.id;
    const bool onTarget = guard.platform == record.group.targetPlatform;
    // Only whole seconds, and only those after the batch moved.
    const std::int64_t to = wholeSecondOf(now);
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
    return reading;
}

void GroupRunner::judge(const GroupRecord &record, ShiftView &view, Instant now) {
    for (const Guard &guard : record.group.guards) {
        Judgement judgement = judgeWindow(guard, read(record, guard, now), now);
        m_judged.push_back({record.group.id, guard, judgement, m_term});
        GuardMemory &memory = view.guards[guard.id];
        const bool before = memory.tripped(guard);
        memory.add(guard, std::move(judgement));
        if (!before && memory.tripped(guard)) alarm(record, guard, memory);
    }
    view.judgedAt = now;
    view.judgedTerm = m_term;
}

// Nothing acts on it while the group is suspended: it is told, once.
void GroupRunner::alarm(const GroupRecord &record, const Guard &guard, const GuardMemory &memory) {
    if (record.status.state != GroupState::Suspended || !record.status.batch || !guard.decides) return;
    AlertDraft draft;
    draft.type = "GUARD_TRIPPED";
    draft.severity = "HIGH";
    draft.message = record.group.name + ": " + guardTitle(guard) + " tripped while suspended: " + memory.last()->detail;
    draft.details = {{"state", groupStateWord(record.status.state)},
                     {"batch", *record.status.batch},
                     {"guard", guard.id}};
    draft.subjectType = "user_group";
    draft.subjectId = record.group.id;
    draft.dedupeKey = record.group.id + ":" + std::to_string(*record.status.batch) + ":" + draft.type;
    m_alarms.insert_or_assign(draft.dedupeKey, std::move(draft));
}

void GroupRunner::carryOut(const GroupRecord &record, const GroupTransition &transition) {
    // A rollback of its own goes before what waits, as a person's does.
    const bool back = transition.cause == GroupCause::RolledBack || transition.cause == GroupCause::BatchRolledBack;
    const auto written = writeLeading(
        m_service.store(), m_service.leadership(), m_term, GroupActor, [&](WriteTransaction &tx) -> Result<Json> {
            const auto stored = grouprecords::find(tx.db(), record.group.id);
            if (!stored) return fail(stored.error());
            // Somebody was faster: what was seen no longer holds; the next look sees it anew.
            if (stored->groupVersion != record.groupVersion || stored->version != record.version) return Json();
            const auto done = m_acts.carryOut(tx, *stored, transition, {});
            if (!done) return fail(done.error());
            return Json();
        }, back ? Turn::First : Turn::Ordinary);
    if (!written)
        logError("a group's step was not stored",
                 {{"group", record.group.id}, {"error", written.error().message}});
}

Result<void> GroupRunner::storeBits(WriteTransaction &tx) const {
    std::map<std::string, BatchTable> tables;
    for (const auto &[key, one] : m_bits) {
        const auto [table, isNew] = tables.try_emplace(one.groupId);
        if (isNew) {
            const auto record = grouprecords::find(tx.db(), one.groupId);
            if (record)
                table->second = record->status.batches;
            else if (httpStatus(record.error().kind) >= 500)
                return fail(record.error());
        }
        // What was taken back since, or is gone, has proven nothing.
        if (one.batch >= table->second.size() || !isOnTarget(table->second.at(one.batch))) continue;
        const auto stored = tx.db().execute(
            "INSERT INTO group_batch (group_id, batch, tried, proven) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (group_id, batch) DO UPDATE SET tried = excluded.tried, proven = excluded.proven",
            {one.groupId, static_cast<std::int64_t>(one.batch), one.tried, one.proven});
        if (!stored) return fail(stored.error());
    }
    return {};
}

Result<void> GroupRunner::storeAll(WriteTransaction &tx) const {
    if (auto stored = storeBits(tx); !stored) return stored;
    for (const Judged &one : m_judged) {
        auto kept = shiftrecords::appendJudgement(tx.db(), one.groupId, one.guard, one.judgement, one.term);
        if (!kept) return kept;
    }
    std::vector<GroupSeries::Row> rows;
    for (const auto &[key, row] : m_series)
        rows.push_back(row);
    if (auto written = GroupSeries::writeRows(tx.db(), rows, m_lastSecond); !written) return written;
    for (const auto &[id, draft] : m_alarms) {
        if (auto raised = alertrecords::raise(tx, draft); !raised) return raised;
    }
    return {};
}

void GroupRunner::eachSecond() {
    const Instant now = m_service.store().environment().now();
    if (wholeSecondOf(now) == m_lastSecond) return;
    m_lastSecond = wholeSecondOf(now);
    GroupMeasures &measures = m_state.groupMeasures();
    measures.settle(m_lastSecond);
    keepSeries();
    watchExpressions();
    if (m_term != 0) remind(now);
    for (GroupMeasures::Bits &one : measures.takeChanged())
        m_bits.insert_or_assign(std::pair(one.groupId, one.batch), std::move(one));
    // Of a group that is gone nothing is left to be stored.
    std::erase_if(m_bits, [this](const auto &entry) { return !m_book.view(entry.first.first); });
    if (m_term == 0) { // stored by whoever leads; the bits are kept for the case that it dies with them
        m_judged.clear();
        return;
    }
    if (m_bits.empty() && m_judged.empty() && m_alarms.empty() && m_series.empty()) return;
    const auto work = [&](WriteTransaction &tx) -> Result<Json> {
        if (auto stored = storeAll(tx); !stored) return fail(stored.error());
        return Json();
    };
    const auto written = writeLeading(m_service.store(), m_service.leadership(), m_term, GroupActor, work);
    m_judged.clear();
    if (!written) {
        logError("what was measured of groups was not stored", {{"error", written.error().message}});
        return;
    }
    m_bits.clear();
    m_series.clear();
    m_alarms.clear();
}

// Also before a batch moves: its first judgement is to find an answer.
void GroupRunner::watchExpressions() {
    PromProvider::Watched watched;
    for (const GroupBook::RecordPtr &record : m_book.records()) {
        const GroupState state = record->status.state;
        if (!record->covers() || state == GroupState::Completed || state == GroupState::RolledBack) continue;
        for (const Guard &guard : record->group.guards)
            PromProvider::addTo(watched, guard, record->group.intervalSeconds);
    }
    m_prometheus.watch(watched, PromProvider::Watcher::Groups);
}

// A group that waits for a person says so again at an interval, until the alert is acknowledged.
void GroupRunner::remind(Instant now) {
    const Seconds every(m_state.options().remindSeconds);
    const auto isGone = [this](const auto &entry) { return !m_book.view(entry.first); };
    std::erase_if(m_remindedAt, isGone);
    std::erase_if(m_under, isGone);
    for (const GroupBook::RecordPtr &record : m_book.records()) {
        const GroupState state = record->status.state;
        if (state != GroupState::Held && state != GroupState::RollbackProposed) continue;
        Instant &last = m_remindedAt[record->group.id];
        last = std::max(last, record->status.since);
        if (now - last < every) continue;
        last = now;
        const auto written = writeLeading(
            m_service.store(), m_service.leadership(), m_term, GroupActor, [&](WriteTransaction &tx) -> Result<Json> {
                const auto told =
                    alertrecords::remind(tx, record->group.id,
                                         {"SHIFT_HELD", "GUARD_TRIPPED", "ROLLBACK_PROPOSED"}, now - every);
                if (!told) return fail(told.error());
                return Json();
            });
        if (!written) logError("a reminder was not stored", {{"error", written.error().message}});
    }
}

} // namespace crossfade
