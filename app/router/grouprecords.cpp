// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/grouprecords.h"

#include "app/service/zones.h"

namespace crossfade::grouprecords {

namespace {

constexpr const char *Select = "SELECT id, definition, status, members_id, users, created_at, updated_at, "
                               "changed_by, version, group_version, group_name FROM user_group";

// For the person who has to do something about it.
Failure unreadableRow(const SqlRow &row, const std::string &what) {
    return fail(ErrorKind::Conflict, "the stored user group \"" + row.text(10) + "\" (" + row.text(0) +
                                         ") cannot be read: " + what + "; it can only be rolled back or deleted");
}

Result<GroupRecord> recordOf(const SqlRow &row) {
    auto definition = parseJson(row.text(1));
    if (!definition || !definition->is_object()) return unreadableRow(row, "its definition is not a JSON object");
    definition->erase("id");
    auto group = groupFromJson(*definition, zoneTable);
    if (!group) return unreadableRow(row, "in its definition, " + group.error().message);
    const auto status = parseJson(row.text(2));
    auto where = status ? groupStatusFromJson(*status) : std::nullopt;
    if (!where) return unreadableRow(row, "its status is not one that this version knows");
    GroupRecord record;
    record.group = std::move(*group);
    record.group.id = row.text(0);
    record.status = std::move(*where);
    record.membersId = row.text(3);
    record.users = static_cast<std::size_t>(row.integer(4));
    record.createdAt = instantFromMs(row.integer(5));
    record.updatedAt = instantFromMs(row.integer(6));
    record.changedBy = row.text(7);
    record.version = row.integer(8);
    record.groupVersion = row.integer(9);
    const auto epoch = status->find("epoch");
    if (epoch != status->end() && epoch->is_number_integer()) record.epoch = epoch->get<std::int64_t>();
    return record;
}

std::string statusText(const GroupStatus &status, std::int64_t epoch) {
    Json json = groupStatusToJson(status);
    json["epoch"] = epoch;
    return dumpJson(json);
}

Result<void> done(const Result<std::int64_t> &changed) {
    if (changed) return {};
    if (changed.error().kind == ErrorKind::Conflict)
        return fail(ErrorKind::Conflict, "another user group has this name");
    return fail(changed.error());
}

GroupHistoryEntry entryOf(const SqlRow &row) {
    GroupHistoryEntry entry;
    entry.id = row.text(1);
    entry.at = instantFromMs(row.integer(2));
    if (!row.isNull(3)) entry.batch = static_cast<std::size_t>(row.integer(3));
    entry.result = row.text(4);
    entry.state = row.text(5);
    entry.epoch = row.integer(6);
    entry.cause = row.text(7);
    entry.actor = row.text(8);
    entry.reason = row.text(9);
    if (!row.isNull(10)) entry.evidence = parseJson(row.text(10)).value_or(Json());
    if (!row.isNull(11)) entry.storedAt = instantFromMs(row.integer(11));
    if (!row.isNull(11)) entry.storedAt = instantFromMs(row.integer(11));
    return entry;
}

} // namespace

Result<GroupRecord> find(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(Select) + " WHERE id = ?", {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such user group");
    return recordOf(rows->front());
}

std::optional<UnreadableGroup> unreadable(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(Select) + " WHERE id = ?", {std::string(id)});
    if (!rows || rows->empty()) return std::nullopt;
    const SqlRow &row = rows->front();
    const auto record = recordOf(row);
    if (record) return std::nullopt;
    const auto users = static_cast<std::size_t>(row.integer(4));
    return UnreadableGroup{row.text(0), row.text(10),   row.text(1),    row.text(3),
                           users,       row.integer(8), row.integer(9), record.error()};
}

Result<std::vector<GroupRecord>> all(Database &db, std::vector<std::string> *unreadable) {
    const auto rows = db.query(std::string(Select) + " ORDER BY group_name, id");
    if (!rows) return fail(rows.error());
    std::vector<GroupRecord> records;
    for (const SqlRow &row : *rows) {
        auto record = recordOf(row);
        if (record)
            records.push_back(std::move(*record));
        else if (unreadable)
            unreadable->push_back(row.text(0));
    }
    return records;
}

Result<void> insert(Database &db, const GroupRecord &record) {
    return done(db.execute(
        "INSERT INTO user_group (id, group_name, definition, status, members_id, users, created_at, updated_at, "
        "changed_by, version, group_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {record.group.id, record.group.name, dumpJson(groupToJson(record.group)),
         statusText(record.status, record.epoch),
         record.membersId, static_cast<std::int64_t>(record.users), toMs(record.createdAt),
         toMs(record.updatedAt), record.changedBy, record.version, record.groupVersion}));
}

Result<void> update(Database &db, const GroupRecord &record) {
    return done(db.execute(
        "UPDATE user_group SET group_name = ?, definition = ?, status = ?, members_id = ?, users = ?, "
        "updated_at = ?, changed_by = ?, version = ?, group_version = ? WHERE id = ?",
        {record.group.name, dumpJson(groupToJson(record.group)), statusText(record.status, record.epoch),
         record.membersId,
         static_cast<std::int64_t>(record.users), toMs(record.updatedAt), record.changedBy, record.version,
         record.groupVersion, record.group.id}));
}

Result<void> setStatus(Database &db, std::string_view id, const GroupStatus &status, std::int64_t epoch) {
    return done(db.execute("UPDATE user_group SET status = ?, group_version = group_version + 1 WHERE id = ?",
                           {statusText(status, epoch), std::string(id)}));
}

Result<void> remove(Database &db, std::string_view id) {
    const std::string text(id);
    for (const char *sql : {"DELETE FROM judgement WHERE policy_id = ?", "DELETE FROM group_batch WHERE group_id = ?",
                            "DELETE FROM user_group WHERE id = ?"}) {
        if (auto removed = db.execute(sql, {text}); !removed) return fail(removed.error());
    }
    return {};
}

Result<void> appendHistory(Database &db, std::string_view groupId, const GroupHistoryEntry &entry) {
    return done(db.execute(
        "INSERT INTO group_history (id, group_id, at, batch, result, state, epoch, cause, actor, reason, evidence, "
        "stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {entry.id, std::string(groupId), toMs(entry.at),
         entry.batch ? SqlValue(static_cast<std::int64_t>(*entry.batch)) : SqlValue(nullptr), entry.result,
         entry.state, entry.epoch, entry.cause, entry.actor, entry.reason,
         entry.evidence.is_null() ? SqlValue(nullptr) : SqlValue(dumpJson(entry.evidence)),
         entry.storedAt ? SqlValue(toMs(*entry.storedAt)) : SqlValue(nullptr)}));
}

Result<bool> startedByPersonAfter(Database &db, std::string_view groupId, Instant at) {
    const auto rows = db.query("SELECT 1 FROM group_history WHERE group_id = ? AND cause = ? AND actor <> ? AND at > ? "
                               "LIMIT 1",
                               {std::string(groupId), std::string(groupCauseWord(GroupCause::Started)),
                                std::string("runner"), toMs(at)});
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<HistoryPage> history(Database &db, std::string_view groupId, std::int64_t before, std::int64_t limit) {
    const std::string id(groupId);
    const auto count = db.query("SELECT count(*) FROM group_history WHERE group_id = ?", {id});
    if (!count) return fail(count.error());
    const auto rows = db.query("SELECT seq, id, at, batch, result, state, epoch, cause, actor, reason, evidence, "
                               "stored_at FROM group_history WHERE group_id = ? AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?",
                               {id, before, before, limit + 1});
    if (!rows) return fail(rows.error());
    HistoryPage page;
    page.total = count->front().integer(0);
    std::int64_t last = 0;
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(page.items.size()) == limit) {
            page.lastSeqIfMore = last;
            break;
        }
        page.items.push_back(historyToJson(entryOf(row)));
        last = row.integer(0);
    }
    return page;
}

Json historyToJson(const GroupHistoryEntry &entry) {
    return Json{{"id", entry.id},
                {"at", formatInstant(entry.at)},
                {"batch", entry.batch ? Json(*entry.batch) : Json()},
                {"result", entry.result},
                {"state", entry.state},
                {"epoch", entry.epoch},
                {"cause", entry.cause},
                {"actor", entry.actor},
                {"reason", entry.reason},
                {"evidence", entry.evidence},
                {"stored_at", entry.storedAt ? Json(formatInstant(*entry.storedAt)) : Json()}};
}

} // namespace crossfade::grouprecords
