// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/alertrecords.h"

#include "app/router/channelrecords.h"

#include <algorithm>
#include <set>
#include <utility>

namespace crossfade::alertrecords {

namespace {

constexpr const char *Columns =
    "SELECT seq, id, type, severity, message, details, subject_type, subject_id, raised_at, "
    "last_raised_at, count, acknowledged_by, acknowledged_at FROM alert";

Json alertOf(const SqlRow &row) {
    return Json{{"id", row.text(1)},
                {"type", row.text(2)},
                {"severity", row.text(3)},
                {"message", row.text(4)},
                {"details", parseJson(row.text(5)).value_or(Json::object())},
                {"subject_type", row.text(6)},
                {"subject_id", row.text(7)},
                {"raised_at", formatInstant(instantFromMs(row.integer(8)))},
                {"last_raised_at", formatInstant(instantFromMs(row.integer(9)))},
                {"count", row.integer(10)},
                {"acknowledged_by", row.isNull(11) ? Json() : Json(row.text(11))},
                {"acknowledged_at",
                 row.isNull(12) ? Json() : Json(formatInstant(instantFromMs(row.integer(12))))}};
}

Result<Json> one(Database &db, const std::string &where, const SqlValue &value) {
    const auto rows = db.query(
        std::string(Columns) + " WHERE " + where + " = ? ORDER BY seq DESC LIMIT 1", {value});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such alert");
    return alertOf(rows->front());
}

// Those of which the runners of shifts and groups know whether they still hold.
constexpr const char *OfShifts = "subject_type IN ('shift_policy', 'user_group') AND type IN "
                                 "('SHIFT_HELD', 'GUARD_TRIPPED', 'METRICS_SILENT', 'ROLLBACK_PROPOSED')";
// By last_raised_at in what an older version wrote.
constexpr const char *Due = "acknowledged_at IS NULL AND severity <> 'LOW' AND coalesce(told_at, last_raised_at) <= ?";

int rankOf(std::string_view severity) {
    return static_cast<int>(severityFromWord(severity));
}

Result<void> tellAgain(WriteTransaction &tx, const std::string &id) {
    const std::int64_t now = toMs(tx.now());
    const auto counted = tx.db().execute(
        "UPDATE alert SET count = count + 1, last_raised_at = ?, told_at = ? WHERE id = ?", {now, now, id});
    if (!counted) return fail(counted.error());
    const Result<Json> alert = one(tx.db(), "id", id);
    if (!alert) return fail(alert.error());
    tx.emit("alert.raised", {{"alert", *alert}});
    return channelrecords::queue(tx, *alert, Occasion::Reminded);
}

Result<void> settleOne(WriteTransaction &tx, const std::string &id) {
    const auto changed = tx.db().execute("UPDATE alert SET acknowledged_by = ?, acknowledged_at = ? WHERE id = ?",
                                         {tx.actor().subject, toMs(tx.now()), id});
    if (!changed) return fail(changed.error());
    const Result<Json> alert = one(tx.db(), "id", id);
    if (!alert) return fail(alert.error());
    tx.emit("alert.acknowledged", {{"alert", *alert}});
    return {};
}

// Of the others one may be open a guard, a silence or a question.
bool isOneAtATime(std::string_view type) {
    return type == "SHIFT_HELD" || type == "ROLLBACK_PROPOSED";
}

const StandingAlarm *standingFor(const std::vector<StandingAlarm> &standing, std::string_view type,
                                          std::string_view dedupeKey) {
    const auto found = std::ranges::find_if(standing, [&](const StandingAlarm &one) {
        return one.type == type && (one.guard.empty() || dedupeKey.ends_with(":" + one.type + ":" + one.guard));
    });
    return found == standing.end() ? nullptr : &*found;
}

} // namespace

Result<void> raise(WriteTransaction &tx, const AlertDraft &draft) {
    const std::int64_t now = toMs(tx.now());
    const auto open = tx.db().query("SELECT severity FROM alert WHERE dedupe_key = ? AND acknowledged_at IS NULL",
                                    {draft.dedupeKey});
    if (!open) return fail(open.error());
    const std::string before = open->empty() ? std::string() : open->front().text(0);
    const bool grew = !before.empty() && rankOf(draft.severity) > rankOf(before);
    const bool told = before.empty() || grew;
    const auto stored = tx.db().execute(
        "INSERT INTO alert (id, dedupe_key, type, severity, message, details, subject_type, "
        "subject_id, raised_at, "
        "last_raised_at, count, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) "
        "ON CONFLICT (dedupe_key) WHERE acknowledged_at IS NULL DO UPDATE SET count = alert.count + 1, "
        "last_raised_at = excluded.last_raised_at, message = excluded.message, details = "
        "excluded.details, severity = ?, told_at = coalesce(?, alert.told_at)",
        {tx.newId(), draft.dedupeKey, draft.type, draft.severity, draft.message, dumpJson(draft.details),
         draft.subjectType, draft.subjectId, now, now, now, before.empty() || grew ? draft.severity : before,
         told ? SqlValue(now) : SqlValue(nullptr)});
    if (!stored) return fail(stored.error());
    const Result<Json> alert = one(tx.db(), "dedupe_key", draft.dedupeKey);
    if (!alert) return fail(alert.error());
    tx.emit("alert.raised", {{"alert", *alert}});
    // What is only counted was told when it began; reminders tell of it again.
    if (!told) return {};
    return channelrecords::queue(tx, *alert, Occasion::Raised);
}

Result<void> keep(WriteTransaction &tx, std::string_view subjectType, const StandingAlarms &standing, Instant before) {
    const auto open = tx.db().query(std::string("SELECT id, type, dedupe_key, last_raised_at, coalesce(told_at, "
                                                "last_raised_at), subject_id FROM alert WHERE acknowledged_at IS NULL "
                                                "AND subject_type = ? AND ") +
                                        OfShifts + " ORDER BY last_raised_at DESC, seq DESC",
                                    {std::string(subjectType)});
    if (!open) return fail(open.error());
    // Three intervals: what a person let go on may be held again by the same guard.
    const std::int64_t quietSince = toMs(tx.now()) - 3 * (toMs(tx.now()) - toMs(before));
    std::set<std::pair<std::string, std::string>> seen;
    for (const SqlRow &row : *open) {
        const auto subject = standing.find(row.text(5));
        if (subject == standing.end()) continue;
        const std::string type = row.text(1);
        const bool latest = seen.insert({subject->first, type}).second;
        const StandingAlarm *stands = standingFor(subject->second, type, row.text(2));
        if (!stands || (!latest && isOneAtATime(type))) {
            if (row.integer(3) > quietSince) continue; // it may come again: one alert, not one each time
            if (auto settled = settleOne(tx, row.text(0)); !settled) return settled;
        } else if (stands->reminded && row.integer(4) <= toMs(before)) {
            if (auto again = tellAgain(tx, row.text(0)); !again) return again;
        }
    }
    return {};
}

Seconds lookEvery(Seconds interval) {
    constexpr int LooksAnInterval = 5;
    return std::max(Seconds(1), interval / LooksAnInterval);
}

Result<void> remindAll(WriteTransaction &tx, Instant before) {
    const auto due = tx.db().query(std::string("SELECT id FROM alert WHERE ") + Due + " AND NOT (" + OfShifts +
                                       ") ORDER BY coalesce(told_at, last_raised_at), seq LIMIT ?",
                                   {toMs(before), MostReminded});
    if (!due) return fail(due.error());
    for (const SqlRow &row : *due) {
        if (auto again = tellAgain(tx, row.text(0)); !again) return again;
    }
    return {};
}

Result<bool> anyDue(Database &db, Instant before) {
    const auto due = db.query(std::string("SELECT 1 FROM alert WHERE ") + Due + " AND NOT (" + OfShifts + ") LIMIT 1",
                              {toMs(before)});
    if (!due) return fail(due.error());
    return !due->empty();
}

Result<void> settle(WriteTransaction &tx, std::string_view dedupeKey) {
    const auto open = tx.db().query("SELECT id FROM alert WHERE dedupe_key = ? AND acknowledged_at IS NULL",
                                    {std::string(dedupeKey)});
    if (!open) return fail(open.error());
    for (const SqlRow &row : *open) {
        if (auto settled = settleOne(tx, row.text(0)); !settled) return settled;
    }
    return {};
}

Result<bool> isAcknowledged(Database &db, std::string_view id) {
    const auto rows =
        db.query("SELECT 1 FROM alert WHERE id = ? AND acknowledged_at IS NOT NULL", {std::string(id)});
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<Page> list(Database &db, std::optional<bool> acknowledged, std::int64_t before,
                  std::int64_t limit) {
    const std::string filter = !acknowledged   ? "1 = 1"
                               : *acknowledged ? "acknowledged_at IS NOT NULL"
                                               : "acknowledged_at IS NULL";
    const auto rows = db.query(std::string(Columns) + " WHERE " + filter +
                                   " AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?",
                               {before, before, limit + 1});
    if (!rows) return fail(rows.error());
    const auto total = db.query("SELECT count(*) FROM alert WHERE " + filter);
    if (!total) return fail(total.error());
    Page page;
    page.total = total->front().integer(0);
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(page.items.size()) == limit) break;
        page.items.push_back(alertOf(row));
    }
    if (static_cast<std::int64_t>(rows->size()) > limit)
        page.lastSeqIfMore = (*rows)[static_cast<std::size_t>(limit - 1)].integer(0);
    return page;
}

Result<Json> acknowledge(WriteTransaction &tx, std::string_view id, const std::string &reason) {
    const auto changed = tx.db().execute("UPDATE alert SET acknowledged_by = ?, acknowledged_at = "
                                         "? WHERE id = ? AND acknowledged_at IS NULL",
                                         {tx.actor().subject, toMs(tx.now()), std::string(id)});
    if (!changed) return fail(changed.error());
    Result<Json> alert = one(tx.db(), "id", std::string(id));
    if (!alert || *changed == 0) return alert;
    tx.emit("alert.acknowledged", {{"alert", *alert}});
    tx.audit({"alert.acknowledge", "alert", std::string(id), {}, *alert, reason});
    return alert;
}

} // namespace crossfade::alertrecords
