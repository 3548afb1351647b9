// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the shift runner reads when it begins to lead, and keeps and tells once a second.
#include "app/router/shiftrunner.h"

#include "app/router/shiftevidence.h"
#include "app/service/log.h"
#include "models/shift/alarms.h"

#include <cmath>
#include <iterator>
#include <set>

namespace crossfade {

namespace {

constexpr std::int64_t KeptJudgements = 86'400;
constexpr std::int64_t UnstoredSeconds = 180; // how long slots wait to be stored

} // namespace

const Actor &ShiftRunner::actor() {
    static const Actor runner{"runner", {}};
    return runner;
}

std::int64_t ShiftRunner::secondOf(Instant instant) {
    return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
}

Instant ShiftRunner::startOf(std::int64_t second) {
    return instantFromMs(second * 1000);
}

bool ShiftRunner::isJudged(ShiftState state) {
    return state != ShiftState::Draft && state != ShiftState::Scheduled &&
           state != ShiftState::Finalized;
}

Result<void> ShiftRunner::load() {
    const Instant now = m_service.store().environment().now();
    if (auto loaded = m_measurements.load(m_service.store(), now); !loaded) return loaded;
    const auto read = m_service.store().read([this](Database &db) -> Result<void> {
        auto records = readViews(db);
        if (!records) return fail(records.error());
        for (PolicyRecord &record : *records)
            m_book.put(std::move(record));
        return {};
    });
    if (!read) return read;
    watchWhatPoliciesName();
    // Where there may be others the first look asks who leads, once what they commit is taken up.
    if (m_service.leadership().replica().empty()) noteTerm();
    return {};
}

// The policies as stored; their views begin from the judgements that are. Those before the last step are only shown.
Result<std::vector<PolicyRecord>> ShiftRunner::readViews(Database &db) {
    m_unreadable.clear();
    auto records = shiftrecords::all(db, &m_unreadable);
    if (!records) return records;
    const Instant now = m_service.store().environment().now();
    for (const PolicyRecord &record : *records) {
        auto view = std::make_shared<ShiftView>();
        view->policy = record.policy;
        const ShiftBook::RecordPtr standingNow = standing(std::make_shared<const PolicyRecord>(record));
        const Instant counted = standingNow->status.steppedAt;
        const Instant since = shownFrom(*standingNow, now);
        auto stored = shiftrecords::judgements(db, record.policy.id, since);
        if (!stored) return fail(stored.error());
        const Instant newest = stored->empty() ? Instant() : stored->back().judgement.at;
        for (const Pending &one : m_pending) { // what was judged while the store was silent
            if (one.policyId == record.policy.id && one.judgement.at >= since && one.judgement.at > newest)
                stored->push_back({one.guard.id, shiftrecords::guardDefinition(one.guard), one.judgement, one.term});
        }
        for (const Guard &guard : view->policy.guards) {
            GuardMemory &memory = view->guards[guard.id];
            const std::string definition = shiftrecords::guardDefinition(guard);
            bool counts = false;
            for (const shiftrecords::StoredJudgement &one : *stored) {
                if (!counts && one.judgement.at >= counted) {
                    memory.startAnew();
                    counts = true;
                }
                const bool same = one.definition.empty() || one.definition == definition;
                if (one.guardId == guard.id && same) memory.add(guard, one.judgement);
            }
            if (!counts) memory.startAnew();
        }
        if (m_term == 0 && !stored->empty()) { // whoever leads judges at once, and says when then
            view->judgedAt = stored->back().judgement.at;
            view->judgedTerm = stored->back().term;
        }
        m_book.putFirstView(record.policy.id, std::move(view));
    }
    return records;
}

void ShiftRunner::noteTerm() {
    constexpr Seconds TryAgain{1};
    const std::int64_t term = m_service.leadership().term();
    const Instant now = m_service.store().environment().now();
    if (term == m_term && term != 0) return;
    m_term = 0;
    m_alone = term != 0 || m_service.leadership().isSilent();
    if (term == 0 || (now - m_triedToLead < TryAgain && now >= m_triedToLead)) return;
    m_term = term;
    m_triedToLead = now;
    if (auto led = lead(); !led) {
        logError("shifts are not led yet", {{"error", led.error().message}});
        m_term = 0; // tried again
        return;
    }
    m_lastTerm = term;
    m_alone = false;
}

Result<void> ShiftRunner::lead() {
    std::vector<PolicyRecord> records;
    std::set<std::string> unasked;
    ShiftRecorder::Waiting restarts;
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        auto stored = readViews(db);
        if (!stored) return fail(stored.error());
        records = std::move(*stored);
        for (const PolicyRecord &record : records) {
            if (!isAsked(db, record)) unasked.insert(record.policy.id);
        }
        return {};
    });
    if (!read) return read;
    tellOfUnreadable(m_unreadable);
    const Instant now = m_service.store().environment().now();
    for (const PolicyRecord &stored : records) {
        const ShiftBook::RecordPtr standingNow = standing(std::make_shared<const PolicyRecord>(stored));
        const PolicyRecord &record = *standingNow;
        if (!isJudged(record.status.state)) continue;
        ShiftFacts nothing;
        nothing.now = now;
        RecordedEvent seen = recordedLook(nothing, record.status, record.shiftVersion);
        seen.kind = RecordedEvent::Kind::Restart;
        auto transition = restarted(record.policy, record.status, now);
        if (unasked.contains(record.policy.id)) transition = askedAnew(record.policy, record.status, now);
        if (!transition)
            restarts.emplace_back(record.policy.id, std::move(seen));
        else if (carryOut(record, *transition, seen, nullptr) == Carried::Unanswered)
            return fail(ErrorKind::Unavailable, "the store does not answer");
    }
    for (auto &[id, event] : restarts)
        m_recorder.restarted(id, std::move(event));
    return {};
}

// It is closed where the record could not be read for a while; and another program may step otherwise.
bool ShiftRunner::isAsked(Database &db, const PolicyRecord &record) {
    if (record.status.state != ShiftState::AwaitingApproval) return true;
    const auto approval = approvalrecords::find(db, record.status.approvalId);
    if (!approval) return approval.error().kind != ErrorKind::NotFound;
    return approval->state == ApprovalState::Open && ShiftActs::isTheStepAsked(record, *approval);
}

// A start that fails would leave every other policy without its guards.
void ShiftRunner::tellOfUnreadable(const std::vector<std::string> &ids) {
    for (const std::string &id : ids) {
        logError("a stored shift policy cannot be read and is left alone", {{"policy", id}});
        m_alarms.insert_or_assign(id, shiftrecords::unreadableAlert(id));
    }
}

void ShiftRunner::eachSecond() {
    const Instant now = m_service.store().environment().now();
    if (secondOf(now) == m_lastSecond) return;
    m_lastSecond = secondOf(now);
    watchWhatPoliciesName();
    keepRows(m_lastSecond);
    takeStored();
    boundWaiting(now);
    if (m_term != 0 && !m_storing) {
        keepAlerts(now);
        store(m_lastSecond);
    }
    if (m_term == 0 && !m_alone) { // stored, told and raised by whoever leads
        m_pending.clear();
        m_recorder.clear();
        m_judged.clear();
        m_alarms.clear();
    }
    m_metrics.show(m_book.records(), m_book);
    tick(now);
}

void ShiftRunner::keepRows(std::int64_t nowSecond) {
    for (Measurements::Row &row : m_measurements.settle(nowSecond)) {
        const std::pair key(row.resolution, row.key);
        m_rows.insert_or_assign(key, std::move(row));
    }
    // The coarsest slot of a moment ago began up to a minute before.
    std::erase_if(m_rows, [&](const auto &entry) { return entry.first.second.second < nowSecond - UnstoredSeconds; });
}

void ShiftRunner::store(std::int64_t nowSecond) {
    if (m_rows.empty() && m_pending.empty() && m_alarms.empty() && m_recorder.isEmpty()) return;
    m_storing = std::make_shared<Batch>();
    m_storing->rows.swap(m_rows);
    m_storing->judgements.swap(m_pending);
    m_storing->looks = m_recorder.take();
    m_storing->alarms.swap(m_alarms);
    m_storing->judged.swap(m_judged);
    m_storing->term = m_term;
    m_storing->again = m_again;
    const auto work = [batch = m_storing, nowSecond](WriteTransaction &tx) -> Result<Json> {
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

void ShiftRunner::takeStored() {
    if (!m_storing) return;
    {
        const std::lock_guard lock(m_storing->mutex);
        if (!m_storing->result) return;
    }
    const std::shared_ptr<Batch> batch = std::exchange(m_storing, nullptr);
    const Result<void> &written = *batch->result;
    m_storeWorks = written || written.error().kind == ErrorKind::Conflict;
    m_again = !written;
    if (written) return;
    logError("metrics were not stored", {{"error", written.error().message}});
    m_rows.merge(batch->rows); // what was measured since is newer
    m_alarms.merge(batch->alarms); // told once the store works again
    m_judged.merge(batch->judged);
    m_pending.insert(m_pending.begin(), std::make_move_iterator(batch->judgements.begin()),
                     std::make_move_iterator(batch->judgements.end()));
    m_recorder.putBack(std::move(batch->looks));
}

// A store that is away for long must not fill the memory. What is given up of the record of looks is a gap in it.
void ShiftRunner::boundWaiting(Instant now) {
    const std::size_t before = m_pending.size();
    std::erase_if(m_pending, [oldest = now - ShiftRecorder::WaitsAtMost](const Pending &one) {
        return one.judgement.at < oldest;
    });
    if (m_pending.size() > ShiftRecorder::MostWaiting)
        m_pending.erase(m_pending.begin(), m_pending.end() - static_cast<std::ptrdiff_t>(ShiftRecorder::MostWaiting));
    const std::size_t looks = m_recorder.giveUpOld(now);
    if (looks > 0 || m_pending.size() < before)
        logWarning("judgements that could not be stored are given up",
                   {{"judgements", before - m_pending.size()}, {"looks", looks}});
}

Result<void> ShiftRunner::storeAll(WriteTransaction &tx, const Batch &batch, std::int64_t nowSecond) {
    std::vector<Measurements::Row> rows;
    for (const auto &[key, row] : batch.rows)
        rows.push_back(row);
    if (auto written = Measurements::writeRows(tx.db(), rows, nowSecond); !written) return written;
    for (const Pending &pending : batch.judgements) {
        auto kept = shiftrecords::appendJudgement(tx.db(), pending.policyId, pending.guard, pending.judgement,
                                                  pending.term);
        if (!kept) return kept;
    }
    for (const auto &[policyId, look] : batch.looks) {
        if (batch.again) { // it may be stored although that was not known
            const auto known = shiftrecordings::isKept(tx.db(), policyId, look);
            if (!known) return fail(known.error());
            if (*known) continue;
        }
        if (auto kept = shiftrecordings::append(tx.db(), policyId, look, batch.term); !kept) return kept;
    }
    const Instant old = startOf(nowSecond - KeptJudgements);
    for (const auto forget : {shiftrecords::forgetJudgements, shiftrecordings::forget}) {
        if (auto kept = forget(tx.db(), old); !kept) return kept;
    }
    for (const auto &[key, draft] : batch.alarms) {
        if (auto raised = alertrecords::raise(tx, draft); !raised) return raised;
    }
    for (const auto &[id, judged] : batch.judged)
        tx.emit("guard.judged", judged);
    return {};
}

// What of its alerts stands is told again at an interval, until it is acknowledged; what is over is settled.
void ShiftRunner::keepAlerts(Instant now) {
    const auto isGone = [this](const auto &entry) { return !m_book.record(entry.first); };
    std::erase_if(m_proofs, isGone);
    m_recorder.forgetUnless([this](const std::string &id) { return m_book.record(id) != nullptr; });
    if (now - m_alertsKeptAt < alertrecords::lookEvery(m_remindEvery)) return;
    m_alertsKeptAt = now;
    alertrecords::StandingAlarms standing;
    for (const ShiftBook::RecordPtr &record : m_book.records()) {
        const ShiftBook::ViewPtr view = m_book.view(record->policy.id);
        standing[record->policy.id] = standingAlarms(record->policy, record->status,
                                                     view ? view->facts.guards : std::vector<GuardFact>());
    }
    if (standing.empty()) return;
    const auto work = [standing = std::move(standing),
                       before = now - m_remindEvery](WriteTransaction &tx) -> Result<Json> {
        if (auto kept = alertrecords::keep(tx, "shift_policy", standing, before); !kept) return fail(kept.error());
        return Json();
    };
    const auto done = [](const Result<Json> &written) {
        if (!written) logError("reminders were not stored", {{"error", written.error().message}});
    };
    writeLeadingLater(m_service.store(), m_service.leadership(), m_term, actor(), work, done);
}

void ShiftRunner::tick(Instant now) {
    const std::int64_t second = secondOf(now);
    Json policies = Json::array();
    for (const ShiftBook::RecordPtr &record : m_book.records())
        policies.push_back({{"policy_id", record->policy.id},
                            {"percentage", record->status.percentage.percent()},
                            {"state", shiftStateWord(record->status.state)}});
    const std::optional<double> share = m_measurements.shareOfNew(second - 60, second);
    Json tick{{"at", formatInstant(now)},
              {"slots", m_measurements.takeTickSlots(second)},
              {"share_new_60s", share ? Json(std::round(*share * 100) / 100) : Json()},
              {"requests_60s", m_measurements.requests(second - 60, second)},
              {"policies", policies}};
    m_state.groupTick()(tick, now);
    m_service.broadcast("metrics.tick", tick);
}

} // namespace crossfade
