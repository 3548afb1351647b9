// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the group runner reads when it begins to lead, and keeps and tells once a second.
#include "app/router/grouprunner.h"

#include "app/router/shiftrecords.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

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

const Actor &GroupRunner::actor() {
    static const Actor runner{"runner", {}};
    return runner;
}

std::int64_t GroupRunner::secondOf(Instant instant) {
    return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
}

Result<void> GroupRunner::load() {
    GroupMeasures &measures = m_state.groupMeasures();
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        auto records = readViews(db);
        if (!records) return fail(records.error());
        for (GroupRecord &record : *records) {
            if (record.covers())
                measures.watch(record.group.id, record.users, static_cast<std::size_t>(record.group.batchSize),
                               record.status.batch);
            m_book.put(std::move(record));
        }
        const std::int64_t second = secondOf(m_service.store().environment().now());
        if (auto loaded = measures.series().load(db, second); !loaded) return loaded;
        return db.each("SELECT group_id, batch, tried, proven FROM group_batch", {}, [&](const SqlRow &row) {
            measures.restore({row.text(0), static_cast<std::size_t>(row.integer(1)), row.text(2), row.text(3)});
            return true;
        });
    });
    if (!read) return read;
    watchSeries(m_book.records()); // what comes before the first look counts
    watchUsers(m_book.records());
    // Where there may be others the first look asks who leads.
    if (m_service.leadership().replica().empty()) noteTerm();
    return {};
}

Result<std::vector<GroupRecord>> GroupRunner::readViews(Database &db) {
    m_unreadable.clear();
    auto records = grouprecords::all(db, &m_unreadable);
    if (!records) return records;
    for (const GroupRecord &record : *records) {
        if (auto read = readView(db, record); !read) return fail(read.error());
    }
    return records;
}

Result<void> GroupRunner::readView(Database &db, const GroupRecord &record) {
    if (!record.covers() || !record.status.batch) return {};
    const std::string &id = record.group.id;
    auto stored = shiftrecords::judgements(db, id, record.status.movedAt);
    if (!stored) return fail(stored.error());
    const Instant newest = stored->empty() ? Instant() : stored->back().judgement.at;
    for (const Judged &one : m_judged) { // while the store was silent
        if (one.groupId == id && one.judgement.at >= record.status.movedAt && one.judgement.at > newest)
            stored->push_back({one.guard.id, shiftrecords::guardDefinition(one.guard), one.judgement, one.term});
    }
    auto view = std::make_shared<ShiftView>();
    view->policy.guards = record.group.guards;
    auto &told = m_told[id];
    told.clear();
    for (const Guard &guard : record.group.guards) {
        GuardMemory &memory = view->guards[guard.id];
        const std::string definition = shiftrecords::guardDefinition(guard);
        for (const shiftrecords::StoredJudgement &one : *stored) {
            if (one.guardId != guard.id || one.definition != definition) continue;
            memory.add(guard, one.judgement);
            alarmOf(record.group, record.status, record.users, guard, memory, told[guard.id]);
        }
    }
    m_under[id] = {record.status.batch, record.status.movedAt};
    m_book.putFirstView(id, std::move(view));
    return {};
}

void GroupRunner::noteTerm() {
    constexpr Seconds TryAgain{1};
    const std::int64_t term = m_service.leadership().term();
    const Instant now = m_service.store().environment().now();
    if (term == m_term && term != 0) return;
    m_term = 0;
    const bool wasAlone = m_alone;
    m_alone = term != 0 || m_service.leadership().isSilent();
    if (term == 0 || (now - m_triedToLead < TryAgain && now >= m_triedToLead)) return;
    m_term = term;
    m_triedToLead = now;
    if (!wasAlone) m_alarms.clear(); // of a follower: whoever led has told of them, or they are seen anew
    if (auto led = lead(); !led) {
        logError("groups are not led yet", {{"error", led.error().message}});
        m_term = 0; // tried again
        return;
    }
    m_lastTerm = term;
    m_alone = false;
}

Result<void> GroupRunner::lead() {
    std::vector<GroupRecord> records; // as stored: the leader before may have been faster than what is taken up
    std::set<std::string> unasked;    // whose approval was closed while the record could not be read
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        auto stored = readViews(db);
        if (!stored) return fail(stored.error());
        records = std::move(*stored);
        for (const GroupRecord &record : records) {
            if (record.status.state != GroupState::AwaitingApproval) continue;
            const auto approval = approvalrecords::find(db, record.status.approvalId);
            const bool gone = approval ? approval->state != ApprovalState::Open
                                       : approval.error().kind == ErrorKind::NotFound;
            if (gone) unasked.insert(record.group.id);
        }
        return {};
    });
    if (!read) return read;
    tellOfUnreadable();
    const Instant now = m_service.store().environment().now();
    m_restarted.clear();
    for (const GroupRecord &stored : records) {
        const GroupBook::RecordPtr record = standing(std::make_shared<const GroupRecord>(stored));
        const std::string &id = record->group.id;
        Result<void> done;
        if (const auto anew = restarted(record->group, record->status, now)) {
            m_restarted.insert(id);
            done = carryOut(record, *anew);
        } else if (const auto asked = askedAnew(record->status, now); asked && unasked.contains(id)) {
            done = carryOut(record, *asked);
        }
        if (!done) return done;
    }
    return {};
}

// A start that fails would leave every other group as it is.
void GroupRunner::tellOfUnreadable() {
    for (const std::string &id : m_unreadable) {
        logError("a stored user group cannot be read and is left alone", {{"group", id}});
        m_alarms.insert_or_assign(id, unreadableGroup(id));
    }
}

void GroupRunner::eachSecond() {
    const Instant now = m_service.store().environment().now();
    if (secondOf(now) == m_lastSecond) return;
    m_lastSecond = secondOf(now);
    GroupMeasures &measures = m_state.groupMeasures();
    measures.settle(m_lastSecond);
    keepSeries();
    watchExpressions();
    if (m_term != 0) keepAlerts(now);
    for (GroupMeasures::Bits &one : measures.takeChanged())
        m_bits.insert_or_assign(std::pair(one.groupId, one.batch), std::move(one));
    // Of a group that is gone nothing is left to be stored.
    std::erase_if(m_bits, [this](const auto &entry) { return !m_book.view(entry.first.first); });
    takeStored();
    boundWaiting(now);
    if (m_term == 0 && !m_alone) { // stored by whoever leads; the bits are kept for the case that it dies with them
        m_judged.clear();
        m_alarms.clear();
    }
    if (m_term != 0 && !m_storing) store();
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

// What of its alerts stands is told again at an interval, until it is acknowledged; what is over is settled.
void GroupRunner::keepAlerts(Instant now) {
    const Seconds every(m_state.options().remindSeconds);
    const auto isGone = [this](const auto &entry) { return !m_book.view(entry.first); };
    std::erase_if(m_under, isGone);
    std::erase_if(m_told, isGone);
    if (now - m_alertsKeptAt < alertrecords::lookEvery(every)) return;
    m_alertsKeptAt = now;
    alertrecords::StandingAlarms all;
    for (const GroupBook::RecordPtr &record : m_book.records()) {
        const GroupBook::ViewPtr view = m_book.view(record->group.id);
        all[record->group.id] = standingAlarms(record->group, record->status, record->users,
                                               view ? standing(*record, *view) : std::vector<GuardFact>());
    }
    if (all.empty()) return;
    const auto work = [all = std::move(all), before = now - every](WriteTransaction &tx) -> Result<Json> {
        if (auto kept = alertrecords::keep(tx, "user_group", all, before); !kept) return fail(kept.error());
        return Json();
    };
    const auto done = [](const Result<Json> &written) {
        if (!written) logError("reminders were not stored", {{"error", written.error().message}});
    };
    writeLeadingLater(m_service.store(), m_service.leadership(), m_term, actor(), work, done);
}

} // namespace crossfade
