// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the group runner does what was decided: in the store, and what takes a batch back without it, where that does
// not answer; and how it stores what it judged and measured.
#include "app/router/grouprunner.h"

#include "app/router/shiftrecordings.h"
#include "app/router/shiftrecords.h"
#include "app/service/log.h"
#include "app/service/withoutstore.h"

#include <algorithm>
#include <iterator>

namespace crossfade {

namespace {

bool takesBack(const GroupTransition &transition) {
    return transition.cause == GroupCause::BatchRolledBack && transition.batch;
}

std::string idOf(const GroupRecord &record, const GroupTransition &transition) {
    return ownRollbackId(record.group.id, record.groupVersion, std::to_string(*transition.batch));
}

} // namespace

GroupBook::RecordPtr GroupRunner::standing(const GroupBook::RecordPtr &record) const {
    const auto own = m_state.ownRollbacks().ownOf(record->group.id, record->groupVersion);
    auto status = own ? groupStatusFromJson(own->status) : std::nullopt;
    if (!status) return record;
    auto lowered = std::make_shared<GroupRecord>(*record);
    lowered->status = std::move(*status);
    ++lowered->groupVersion;
    return lowered;
}

Result<void> GroupRunner::carryOut(const GroupBook::RecordPtr &record, const GroupTransition &transition) {
    const bool back = takesBack(transition);
    Result<void> written = fail(ErrorKind::Unavailable, "the store does not answer");
    if (m_term != 0) {
        const auto work = [this, record, transition, back](WriteTransaction &tx) -> Result<Json> {
            const auto stored = grouprecords::find(tx.db(), record->group.id);
            if (!stored) return fail(stored.error());
            // Somebody was faster: what was seen no longer holds; the next look sees it anew.
            if (stored->groupVersion != record->groupVersion || stored->version != record->version) return Json();
            const auto done = m_acts.carryOut(tx, *stored, transition, {});
            if (!done) return fail(done.error());
            if (back) { // it may be stored although nobody waits for it any more
                auto noted = m_state.withoutStore().noteStored(tx, idOf(*record, transition));
                if (!noted) return fail(noted.error());
            }
            return Json();
        };
        // A rollback of its own goes before what waits, as a person's does.
        written = m_store.write(m_term, actor(), work, back ? Turn::First : Turn::Ordinary);
        if (!written)
            logError("a group's step was not stored",
                     {{"group", record->group.id}, {"error", written.error().message}});
    }
    const bool answered = written || httpStatus(written.error().kind) < 500;
    if (!answered && back) lowerWithoutStore(*record, transition, transition.next.since);
    return answered ? Result<void>() : written;
}

// As any replica may (stack.md, "Rollback without a store").
void GroupRunner::lowerWithoutStore(const GroupRecord &record, const GroupTransition &transition, Instant now) {
    LocalRollback rollback;
    rollback.id = idOf(record, transition);
    rollback.at = now;
    rollback.actor = actor().subject;
    rollback.reason = transition.detail;
    rollback.scope = RollbackScope::Groups;
    rollback.groups.push_back({record.group.id, record.group.name, transition.batch,
                               batchUsers(record.group, record.users, *transition.batch)});
    OwnRollback own;
    own.version = record.groupVersion;
    own.status = groupStatusToJson(transition.next);
    own.failed = transition.failed;
    own.term = judgingTerm();
    if (transition.tripped) {
        own.guardId = transition.tripped->id;
        own.evidence = m_acts.evidenceOf(record, *transition.tripped);
    }
    if (auto kept = m_state.ownRollbacks().keepOwn(std::move(rollback), std::move(own)); !kept)
        logError("a batch was not rolled back without the store",
                 {{"group", record.group.id}, {"error", kept.error().message}});
}

Result<void> GroupRunner::storeBits(WriteTransaction &tx, const Batch &batch) {
    std::map<std::string, BatchTable> tables;
    for (const auto &[key, one] : batch.bits) {
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

Result<void> GroupRunner::storeAll(WriteTransaction &tx, const Batch &batch, std::int64_t nowSecond) {
    if (auto stored = storeBits(tx, batch); !stored) return stored;
    for (const Judged &one : batch.judged) {
        auto kept = shiftrecords::appendJudgement(tx.db(), one.groupId, one.guard, one.judgement, one.term);
        if (!kept) return kept;
    }
    std::vector<GroupSeries::Row> rows;
    for (const auto &[key, row] : batch.series)
        rows.push_back(row);
    if (auto written = GroupSeries::writeRows(tx.db(), rows, nowSecond); !written) return written;
    for (const auto &[id, draft] : batch.alarms) {
        if (auto raised = alertrecords::raise(tx, draft); !raised) return raised;
    }
    return {};
}

void GroupRunner::store() {
    if (m_bits.empty() && m_judged.empty() && m_alarms.empty() && m_series.empty()) return;
    m_storing = std::make_shared<Batch>();
    m_storing->bits.swap(m_bits);
    m_storing->judged.swap(m_judged);
    m_storing->series.swap(m_series);
    m_storing->alarms.swap(m_alarms);
    const auto work = [batch = m_storing, nowSecond = m_lastSecond](WriteTransaction &tx) -> Result<Json> {
        if (auto stored = storeAll(tx, *batch, nowSecond); !stored) return fail(stored.error());
        return Json();
    };
    const auto done = [batch = m_storing](const Result<Json> &written) {
        const std::lock_guard lock(batch->mutex);
        batch->result = Result<void>();
        if (!written) batch->result = fail(written.error());
    };
    writeLeadingLater(m_service.store(), m_service.leadership(), m_term, actor(), work, done);
}

void GroupRunner::takeStored() {
    if (!m_storing) return;
    {
        const std::lock_guard lock(m_storing->mutex);
        if (!m_storing->result) return;
    }
    const std::shared_ptr<Batch> batch = std::exchange(m_storing, nullptr);
    if (*batch->result) return;
    logError("what was measured of groups was not stored", {{"error", batch->result->error().message}});
    // What came since is newer.
    m_bits.merge(batch->bits);
    m_series.merge(batch->series);
    m_alarms.merge(batch->alarms);
    m_judged.insert(m_judged.begin(), std::make_move_iterator(batch->judged.begin()),
                    std::make_move_iterator(batch->judged.end()));
}

// A store that is away for long must not fill the memory.
void GroupRunner::boundWaiting(Instant now) {
    const std::size_t before = m_judged.size();
    std::erase_if(m_judged, [oldest = now - ShiftRecorder::WaitsAtMost](const Judged &one) {
        return one.judgement.at < oldest;
    });
    if (m_judged.size() > ShiftRecorder::MostWaiting)
        m_judged.erase(m_judged.begin(), m_judged.end() - static_cast<std::ptrdiff_t>(ShiftRecorder::MostWaiting));
    if (m_judged.size() < before)
        logWarning("judgements of groups that could not be stored are given up",
                   {{"judgements", before - m_judged.size()}});
}

} // namespace crossfade
