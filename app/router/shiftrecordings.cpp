// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftrecordings.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace crossfade {

namespace shiftrecordings {

namespace {

constexpr std::array<std::string_view, 3> KindWords{"LOOK", "ORDER", "RESTART"};

std::string kindWord(RecordedEvent::Kind kind) {
    return std::string(KindWords[static_cast<std::size_t>(kind)]);
}

std::optional<RecordedEvent> eventOf(const SqlRow &row) {
    RecordedEvent event;
    for (std::size_t i = 0; i < KindWords.size(); ++i) {
        if (row.text(2) == KindWords[i]) event.kind = static_cast<RecordedEvent::Kind>(i);
    }
    event.shiftVersion = row.integer(0);
    event.at = instantFromMs(row.integer(1));
    const Result<Json> data = parseJson(row.text(3));
    if (!data || !readRecorded(*data, event)) return std::nullopt;
    return event;
}

} // namespace

Result<void> append(Database &db, std::string_view policyId, const RecordedEvent &event, std::int64_t term) {
    const auto done = db.execute(
        "INSERT INTO shift_recording (policy_id, shift_version, place, at, kind, data, term) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        {std::string(policyId), event.shiftVersion,
         std::int64_t{event.kind == RecordedEvent::Kind::Order}, toMs(event.at),
         kindWord(event.kind), dumpJson(recordedToJson(event)), term == 0 ? SqlValue(nullptr) : SqlValue(term)});
    if (!done) return fail(done.error());
    return {};
}

Result<bool> isKept(Database &db, std::string_view policyId, const RecordedEvent &event) {
    const auto rows = db.query(
        "SELECT 1 FROM shift_recording WHERE policy_id = ? AND at = ? AND shift_version = ? AND kind = ?",
        {std::string(policyId), toMs(event.at), event.shiftVersion, kindWord(event.kind)});
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<std::int64_t> count(Database &db, std::string_view policyId, Instant from, Instant to) {
    const auto rows = db.query(
        "SELECT count(*) FROM shift_recording WHERE policy_id = ? AND at >= ? AND at <= ?",
        {std::string(policyId), toMs(from), toMs(to)});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<void> each(Database &db, std::string_view policyId, Instant from, Instant to,
                  const std::function<bool(const RecordedEvent &)> &visit) {
    bool readable = true;
    const auto read = db.each(
        "SELECT shift_version, at, kind, data FROM shift_recording "
        "WHERE policy_id = ? AND at >= ? AND at <= ? ORDER BY shift_version, place, at, seq",
        {std::string(policyId), toMs(from), toMs(to)}, [&](const SqlRow &row) {
            const std::optional<RecordedEvent> event = eventOf(row);
            readable = event.has_value();
            return event && visit(*event);
        });
    if (!read) return fail(read.error());
    if (!readable) return fail(ErrorKind::Internal, "the record of the shift cannot be read");
    return {};
}

Result<std::optional<StoredLook>> latestLook(Database &db, std::string_view policyId, Instant from) {
    const auto rows = db.query("SELECT shift_version, at, kind, data, term FROM shift_recording WHERE policy_id = ? AND "
                               "at >= ? AND kind = 'LOOK' ORDER BY at DESC, seq DESC LIMIT 1",
                               {std::string(policyId), toMs(from)});
    if (!rows) return fail(rows.error());
    auto event = rows->empty() ? std::nullopt : eventOf(rows->front());
    if (!event) return std::optional<StoredLook>();
    return std::optional(StoredLook{std::move(*event), rows->front().integer(4)});
}

Result<void> forget(Database &db, Instant before) {
    const auto done = db.execute("DELETE FROM shift_recording WHERE at < ?", {toMs(before)});
    if (!done) return fail(done.error());
    return {};
}

} // namespace shiftrecordings

namespace {

// The earlier one first.
RecordedGap joined(const RecordedGap &a, const RecordedGap &b) {
    return {a.looks > 0 ? a.from : b.from, a.looks + b.looks};
}

} // namespace

void ShiftRecorder::saw(const std::string &policyId, RecordedEvent look) {
    const auto kept = m_kept.find(policyId);
    const bool news = kept == m_kept.end() || isNews(kept->second, look);
    if (!news && !look.judged && !look.failed) return;
    m_kept.insert_or_assign(policyId, look);
    if (const auto gap = m_gaps.find(policyId); gap != m_gaps.end()) {
        look.gap = gap->second;
        m_gaps.erase(gap);
    }
    m_waiting.emplace_back(policyId, std::move(look));
}

void ShiftRecorder::putBack(Waiting looks) {
    looks.insert(looks.end(), std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(m_waiting.end()));
    m_waiting = std::move(looks);
}

std::size_t ShiftRecorder::giveUpOld(Instant now) {
    const std::size_t tooMany = m_waiting.size() - std::min(m_waiting.size(), MostWaiting);
    std::size_t given = 0;
    while (given < m_waiting.size() && (given < tooMany || m_waiting[given].second.at < now - WaitsAtMost))
        ++given;
    for (std::size_t i = 0; i < given; ++i) {
        const RecordedEvent &event = m_waiting[i].second;
        RecordedGap &gap = m_gaps[m_waiting[i].first];
        gap = joined(gap, event.gap.value_or(RecordedGap())); // one before it was not told yet either
        gap = joined(gap, {event.at, 1});
    }
    m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(given));
    for (auto &[policyId, event] : m_waiting) {
        if (m_gaps.empty()) break;
        const auto gap = m_gaps.find(policyId);
        if (gap == m_gaps.end() || event.kind != RecordedEvent::Kind::Look) continue;
        event.gap = joined(gap->second, event.gap.value_or(RecordedGap()));
        m_gaps.erase(gap);
    }
    return given;
}

void ShiftRecorder::clear() {
    m_waiting.clear();
    m_gaps.clear();
}

void ShiftRecorder::acted(const std::string &policyId, const RecordedEvent &look) {
    m_kept.insert_or_assign(policyId, look);
}

void ShiftRecorder::restarted(const std::string &policyId, RecordedEvent event) {
    m_waiting.emplace_back(policyId, std::move(event));
}

void ShiftRecorder::forgetUnless(const std::function<bool(const std::string &)> &isThere) {
    std::erase_if(m_kept, [&](const auto &entry) { return !isThere(entry.first); });
    std::erase_if(m_gaps, [&](const auto &entry) { return !isThere(entry.first); });
}

} // namespace crossfade
