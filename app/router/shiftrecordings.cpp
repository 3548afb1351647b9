// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftrecordings.h"

#include <array>

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

void ShiftRecorder::saw(const std::string &policyId, RecordedEvent look) {
    const auto kept = m_kept.find(policyId);
    const bool news = kept == m_kept.end() || isNews(kept->second, look);
    if (!news && !look.judged && !look.failed) return;
    m_kept.insert_or_assign(policyId, look);
    m_waiting.emplace_back(policyId, std::move(look));
}

void ShiftRecorder::acted(const std::string &policyId, const RecordedEvent &look) {
    m_kept.insert_or_assign(policyId, look);
}

void ShiftRecorder::restarted(const std::string &policyId, RecordedEvent event) {
    m_waiting.emplace_back(policyId, std::move(event));
}

void ShiftRecorder::forgetUnless(const std::function<bool(const std::string &)> &isThere) {
    std::erase_if(m_kept, [&](const auto &entry) { return !isThere(entry.first); });
}

} // namespace crossfade
