// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/alertrecords.h"

#include "app/router/channelrecords.h"

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

} // namespace

Result<void> raise(WriteTransaction &tx, const AlertDraft &draft) {
    const std::int64_t now = toMs(tx.now());
    const auto stored = tx.db().execute(
        "INSERT INTO alert (id, dedupe_key, type, severity, message, details, subject_type, "
        "subject_id, raised_at, "
        "last_raised_at, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) "
        "ON CONFLICT (dedupe_key) WHERE acknowledged_at IS NULL DO UPDATE SET count = alert.count + 1, "
        "last_raised_at = excluded.last_raised_at, message = excluded.message, details = "
        "excluded.details",
        {tx.newId(), draft.dedupeKey, draft.type, draft.severity, draft.message,
         dumpJson(draft.details), draft.subjectType, draft.subjectId, now, now});
    if (!stored) return fail(stored.error());
    const Result<Json> alert = one(tx.db(), "dedupe_key", draft.dedupeKey);
    if (!alert) return fail(alert.error());
    tx.emit("alert.raised", {{"alert", *alert}});
    // What is only counted was told when it began; reminders tell of it again.
    if (alert->at("count") != 1) return {};
    return channelrecords::queue(tx, *alert, Occasion::Raised);
}

Result<std::int64_t> remind(WriteTransaction &tx, std::string_view subjectId,
                            const std::vector<std::string> &types, Instant before) {
    std::int64_t told = 0;
    for (const std::string &type : types) {
        const auto due = tx.db().query("SELECT id FROM alert WHERE acknowledged_at IS NULL AND "
                                       "subject_id = ? AND type = ? AND last_raised_at <= ? "
                                       "ORDER BY seq DESC LIMIT 1",
                                       {std::string(subjectId), type, toMs(before)});
        if (!due) return fail(due.error());
        if (due->empty()) continue;
        const std::string id = due->front().text(0);
        const auto counted =
            tx.db().execute("UPDATE alert SET count = count + 1, last_raised_at = ? WHERE id = ?",
                            {toMs(tx.now()), id});
        if (!counted) return fail(counted.error());
        const Result<Json> alert = one(tx.db(), "id", id);
        if (!alert) return fail(alert.error());
        tx.emit("alert.raised", {{"alert", *alert}});
        if (auto queued = channelrecords::queue(tx, *alert, Occasion::Reminded); !queued)
            return fail(queued.error());
        ++told;
    }
    return told;
}

Result<bool> isDue(Database &db, std::string_view subjectId, std::string_view type, Instant before) {
    const auto rows = db.query("SELECT 1 FROM alert WHERE acknowledged_at IS NULL AND subject_id = ? AND type = ? "
                               "AND last_raised_at <= ? LIMIT 1",
                               {std::string(subjectId), std::string(type), toMs(before)});
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<void> settle(WriteTransaction &tx, std::string_view dedupeKey) {
    const auto open = tx.db().query("SELECT id FROM alert WHERE dedupe_key = ? AND acknowledged_at IS NULL",
                                    {std::string(dedupeKey)});
    if (!open) return fail(open.error());
    for (const SqlRow &row : *open) {
        const auto changed = tx.db().execute("UPDATE alert SET acknowledged_by = ?, acknowledged_at = ? WHERE id = ?",
                                             {tx.actor().subject, toMs(tx.now()), row.text(0)});
        if (!changed) return fail(changed.error());
        const Result<Json> alert = one(tx.db(), "id", row.text(0));
        if (!alert) return fail(alert.error());
        tx.emit("alert.acknowledged", {{"alert", *alert}});
    }
    return {};
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
