// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftrecords.h"

#include "app/service/crypto.h"
#include "app/service/zones.h"

namespace crossfade::shiftrecords {

namespace {

constexpr const char *PolicyColumns = "SELECT id, definition, status, created_at, updated_at, "
                                      "changed_by, version, shift_version, policy_name FROM shift_policy";

Result<ShiftPolicy> policyOf(Json definition) {
    definition.erase("id");
    Result<ShiftPolicy> policy = policyFromJson(definition, {});
    if (!policy) return policy;
    // In a window of a zone that this machine does not know no step is taken; all else goes on.
    for (Recurrence &window : policy->changeWindows)
        window.zone = zoneTable(window.weekly.timeZone);
    return policy;
}

// For the person who has to do something about it.
Failure unreadableRecord(const SqlRow &row, const std::string &what) {
    return fail(ErrorKind::Conflict, "the stored shift policy \"" + row.text(8) + "\" (" + row.text(0) +
                                         ") cannot be read: " + what +
                                         "; it can only be rolled back or deleted");
}

Result<PolicyRecord> recordOf(const SqlRow &row) {
    const Result<Json> definition = parseJson(row.text(1));
    if (!definition || !definition->is_object())
        return unreadableRecord(row, "its definition is not a JSON object");
    Result<ShiftPolicy> policy = policyOf(*definition);
    if (!policy) return unreadableRecord(row, "in its definition, " + policy.error().message);
    const Result<Json> status = parseJson(row.text(2));
    const std::optional<ShiftStatus> where = status ? statusFromJson(*status) : std::nullopt;
    if (!where) return unreadableRecord(row, "its shift_status is not one that this version knows");
    PolicyRecord record;
    record.policy = std::move(*policy);
    record.status = *where;
    record.policy.id = row.text(0);
    record.createdAt = instantFromMs(row.integer(3));
    record.updatedAt = instantFromMs(row.integer(4));
    record.changedBy = row.text(5);
    record.version = row.integer(6);
    record.shiftVersion = row.integer(7);
    const auto epoch = status->find("epoch");
    if (epoch != status->end() && epoch->is_number_integer())
        record.epoch = epoch->get<std::int64_t>();
    return record;
}

std::string statusText(const ShiftStatus &status, std::int64_t epoch) {
    Json json = statusToJson(status);
    json["epoch"] = epoch;
    return dumpJson(json);
}

SqlValue textOrNull(const std::string &text) {
    return text.empty() ? SqlValue(nullptr) : SqlValue(text);
}

SqlValue numberOrNull(const std::optional<double> &number) {
    return number ? SqlValue(*number) : SqlValue(nullptr);
}

Result<void> done(const Result<std::int64_t> &changed) {
    if (!changed) return fail(changed.error());
    return {};
}

HistoryEntry entryOf(const SqlRow &row) {
    HistoryEntry entry;
    entry.id = row.text(1);
    entry.policyId = row.text(2);
    entry.at = instantFromMs(row.integer(3));
    entry.from = Percentage::fromHundredths(row.integer(4));
    entry.to = Percentage::fromHundredths(row.integer(5));
    entry.result = row.text(6);
    entry.state = row.text(7);
    entry.error = row.text(8);
    entry.epoch = row.integer(9);
    entry.cause = row.text(10);
    entry.actor = row.text(11);
    entry.reason = row.text(12);
    if (!row.isNull(13)) entry.evidence = parseJson(row.text(13)).value_or(Json());
    if (!row.isNull(14)) entry.storedAt = instantFromMs(row.integer(14));
    return entry;
}

} // namespace

Result<void> survivesStoring(const ShiftPolicy &policy) {
    const Result<Json> stored = parseJson(dumpJson(policyToJson(policy)));
    Result<ShiftPolicy> again = stored ? policyOf(*stored) : fail(stored.error());
    if (!again) return fail(again.error());
    again->id = policy.id;
    if (*again == policy) return {};
    return fail(ErrorKind::Invalid, "the policy would not be read back as it is written");
}

Result<PolicyRecord> find(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(PolicyColumns) + " WHERE id = ?", {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such shift policy");
    return recordOf(rows->front());
}

std::optional<UnreadablePolicy> unreadable(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(PolicyColumns) + " WHERE id = ?", {std::string(id)});
    if (!rows || rows->empty()) return std::nullopt;
    const SqlRow &row = rows->front();
    const Result<PolicyRecord> record = recordOf(row);
    if (record) return std::nullopt;
    return UnreadablePolicy{row.text(0),    row.text(8),    row.text(1),
                            row.integer(6), row.integer(7), record.error()};
}

Result<std::vector<PolicyRecord>> all(Database &db, std::vector<std::string> *unreadable) {
    const auto rows = db.query(std::string(PolicyColumns) + " ORDER BY policy_name, id");
    if (!rows) return fail(rows.error());
    std::vector<PolicyRecord> records;
    for (const SqlRow &row : *rows) {
        Result<PolicyRecord> record = recordOf(row);
        if (record)
            records.push_back(std::move(*record));
        else if (unreadable)
            unreadable->push_back(row.text(0));
    }
    return records;
}

AlertDraft unreadableAlert(const std::string &id) {
    AlertDraft draft;
    draft.type = "POLICY_UNREADABLE";
    draft.severity = "HIGH";
    draft.message = "the stored shift policy " + id +
                    " cannot be read: its guards are not judged, its share stays as it is";
    draft.subjectType = "shift_policy";
    draft.subjectId = id;
    draft.dedupeKey = id + ":" + draft.type;
    return draft;
}

Result<void> insert(Database &db, const PolicyRecord &record) {
    return done(db.execute(
        "INSERT INTO shift_policy (id, policy_name, definition, status, created_at, updated_at, "
        "changed_by, version, shift_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {record.policy.id, record.policy.name, dumpJson(policyToJson(record.policy)),
         statusText(record.status, record.epoch), toMs(record.createdAt), toMs(record.updatedAt),
         record.changedBy, record.version, record.shiftVersion}));
}

Result<void> update(Database &db, const PolicyRecord &record) {
    return done(db.execute(
        "UPDATE shift_policy SET policy_name = ?, definition = ?, status = ?, updated_at = ?, "
        "changed_by = ?, version = ?, shift_version = ? WHERE id = ?",
        {record.policy.name, dumpJson(policyToJson(record.policy)),
         statusText(record.status, record.epoch), toMs(record.updatedAt), record.changedBy, record.version,
         record.shiftVersion, record.policy.id}));
}

Result<void> setStatus(Database &db, std::string_view id, const ShiftStatus &status, std::int64_t epoch) {
    return done(db.execute("UPDATE shift_policy SET status = ?, shift_version = shift_version + 1 WHERE id = ?",
                           {statusText(status, epoch), std::string(id)}));
}

Result<void> remove(Database &db, std::string_view id) {
    const std::string text(id);
    for (const char *sql :
         {"DELETE FROM judgement WHERE policy_id = ?",
          "DELETE FROM shift_recording WHERE policy_id = ?", "DELETE FROM shift_policy WHERE id = ?"}) {
        if (auto removed = db.execute(sql, {text}); !removed) return fail(removed.error());
    }
    return {};
}

Result<void> appendHistory(Database &db, const HistoryEntry &entry) {
    return done(db.execute(
        "INSERT INTO shift_history (id, policy_id, at, from_percentage, to_percentage, result, "
        "state, error, epoch, "
        "cause, actor, reason, evidence, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {entry.id, entry.policyId, toMs(entry.at), std::int64_t{entry.from.hundredths()},
         std::int64_t{entry.to.hundredths()}, entry.result, entry.state, textOrNull(entry.error),
         entry.epoch, entry.cause, entry.actor, entry.reason,
         entry.evidence.is_null() ? SqlValue(nullptr) : SqlValue(dumpJson(entry.evidence)),
         entry.storedAt ? SqlValue(toMs(*entry.storedAt)) : SqlValue(nullptr)}));
}

Result<std::vector<HistoryEntry>> history(Database &db, std::string_view policyId,
                                          std::int64_t before, std::int64_t limit,
                                          std::vector<std::int64_t> &seqs) {
    const auto rows = db.query("SELECT seq, id, policy_id, at, from_percentage, to_percentage, "
                               "result, state, error, epoch, cause, actor, "
                               "reason, evidence, stored_at FROM shift_history WHERE policy_id = ? AND (? = 0 "
                               "OR seq < ?) ORDER BY seq DESC LIMIT ?",
                               {std::string(policyId), before, before, limit});
    if (!rows) return fail(rows.error());
    std::vector<HistoryEntry> entries;
    for (const SqlRow &row : *rows) {
        seqs.push_back(row.integer(0));
        entries.push_back(entryOf(row));
    }
    return entries;
}

Result<std::int64_t> historyCount(Database &db, std::string_view policyId) {
    const auto rows =
        db.query("SELECT count(*) FROM shift_history WHERE policy_id = ?", {std::string(policyId)});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Json historyToJson(const HistoryEntry &entry) {
    return Json{{"id", entry.id},
                {"at", formatInstant(entry.at)},
                {"from_percentage", entry.from.percent()},
                {"to_percentage", entry.to.percent()},
                {"result", entry.result},
                {"state", entry.state},
                {"error", entry.error.empty() ? Json() : Json(entry.error)},
                {"epoch", entry.epoch},
                {"cause", entry.cause},
                {"actor", entry.actor},
                {"reason", entry.reason},
                {"evidence", entry.evidence},
                {"stored_at", entry.storedAt ? Json(formatInstant(*entry.storedAt)) : Json()}};
}

Result<std::vector<StoredJudgement>> judgements(Database &db, std::string_view policyId,
                                                Instant from) {
    std::vector<StoredJudgement> stored;
    const auto read = db.each("SELECT guard_id, at, verdict, value, samples, critical, "
                              "window_from, window_to, detail, reference, p_value, guard, term FROM judgement "
                              "WHERE policy_id = ? AND at >= ? ORDER BY at",
                              {std::string(policyId), toMs(from)}, [&](const SqlRow &row) {
                                  Judgement judgement;
                                  judgement.at = instantFromMs(row.integer(1));
                                  judgement.verdict =
                                      verdictFromWord(row.text(2)).value_or(Verdict::SourceError);
                                  if (!row.isNull(3)) judgement.value = row.number(3);
                                  judgement.samples = static_cast<std::uint64_t>(row.integer(4));
                                  judgement.critical = row.integer(5) != 0;
                                  judgement.from = instantFromMs(row.integer(6));
                                  judgement.to = instantFromMs(row.integer(7));
                                  judgement.detail = row.text(8);
                                  if (!row.isNull(9)) judgement.reference = row.number(9);
                                  if (!row.isNull(10)) judgement.pValue = row.number(10);
                                  stored.push_back({row.text(0), row.isNull(11) ? std::string() : row.text(11),
                                                    std::move(judgement), row.integer(12)});
                                  return true;
                              });
    if (!read) return fail(read.error());
    return stored;
}

std::string guardDefinition(const Guard &guard) {
    return sha256Hex(dumpJson(guardToJson(guard))).substr(0, 16);
}

Result<void> appendJudgement(Database &db, std::string_view policyId, const Guard &guard, const Judgement &judgement,
                             std::int64_t term) {
    return done(
        db.execute("INSERT INTO judgement (policy_id, guard_id, at, verdict, value, "
                   "samples, critical, window_from, "
                   "window_to, detail, reference, p_value, guard, term) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT (policy_id, guard_id, at) DO UPDATE SET verdict = excluded.verdict, "
                   "value = excluded.value, samples = excluded.samples, critical = excluded.critical, "
                   "window_from = excluded.window_from, window_to = excluded.window_to, "
                   "detail = excluded.detail, reference = excluded.reference, p_value = excluded.p_value, "
                   "guard = excluded.guard, term = excluded.term",
                   {std::string(policyId), guard.id, toMs(judgement.at),
                    std::string(verdictWord(judgement.verdict)),
                    numberOrNull(judgement.value),
                    static_cast<std::int64_t>(judgement.samples), std::int64_t{judgement.critical},
                    toMs(judgement.from), toMs(judgement.to), judgement.detail,
                    numberOrNull(judgement.reference), numberOrNull(judgement.pValue), guardDefinition(guard), term}));
}

Result<void> forgetJudgements(Database &db, Instant before) {
    return done(db.execute("DELETE FROM judgement WHERE at < ?", {toMs(before)}));
}

} // namespace crossfade::shiftrecords
