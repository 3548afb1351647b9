// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/alertqueue.h"

namespace crossfade::alertqueue {

Result<void> add(WriteTransaction &tx, const CheckAlert &alert, const std::string &subjectId,
                 const Json &details, std::string_view subjectType)
{
    const Json body{{"type", alert.type},     {"severity", alert.severity},
                    {"message", alert.message}, {"details", details},
                    {"subject_type", subjectType}, {"subject_id", subjectId}};
    // A new id with the new text: the router may have the old one already.
    const auto stored = tx.db().execute(
        "INSERT INTO alerts_waiting (id, type, subject_id, body, created_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (type, subject_id) DO UPDATE SET id = excluded.id, body = excluded.body, "
        "created_at = excluded.created_at",
        {tx.newId(), alert.type, subjectId, dumpJson(body), toMs(tx.now())});
    if (!stored) return fail(stored.error());
    const auto bounded = tx.db().execute(
        "DELETE FROM alerts_waiting WHERE id NOT IN (SELECT id FROM alerts_waiting ORDER BY id "
        "DESC LIMIT ?)",
        {Most});
    if (!bounded) return fail(bounded.error());
    return {};
}

Result<std::optional<Waiting>> oldest(Database &db)
{
    const auto rows = db.query("SELECT id, body FROM alerts_waiting ORDER BY id LIMIT 1");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<Waiting>();
    return std::optional(Waiting{rows->front().text(0), rows->front().text(1)});
}

Result<void> remove(WriteTransaction &tx, const std::string &id)
{
    const auto done = tx.db().execute("DELETE FROM alerts_waiting WHERE id = ?", {id});
    if (!done) return fail(done.error());
    return {};
}

} // namespace crossfade::alertqueue
