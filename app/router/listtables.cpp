// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/listtables.h"

#include "app/router/directoryupload.h"
#include "models/routing/holding.h"
#include "models/routing/listsjson.h"

#include <algorithm>
#include <unordered_set>

namespace crossfade::listtables {

namespace {

Result<void> doneOf(const Result<std::int64_t> &done)
{
    if (!done) return fail(done.error());
    return {};
}

// One row of the log of lists.
struct ListEntry {
    const char *kind;
    std::string list;
    std::string member;
    bool added;
    SqlValue definition = nullptr;
};

// "(?, ?), (?, ?)": so many times.
Result<void> appendRevisions(WriteTransaction &tx, std::span<const ListEntry> entries, const Cause &cause)
{
    Database::Parameters values;
    values.reserve(entries.size() * 10);
    for (const ListEntry &entry : entries)
        values.insert(values.end(), {tx.epoch(), toMs(tx.now()), std::string(entry.kind), entry.list, entry.member,
                                     std::int64_t{entry.added}, entry.definition, std::string(cause.cause),
                                     tx.actor().subject, std::string(cause.reason)});
    return doneOf(tx.db().execute(
        "INSERT INTO list_revision (epoch, at, kind, list_name, member, added, definition, cause, actor, reason) "
        "VALUES " + placesOf("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entries.size()),
        values));
}

Result<void> appendRevision(WriteTransaction &tx, const ListEntry &entry, const Cause &cause)
{
    return appendRevisions(tx, std::span(&entry, 1), cause);
}

ListEntry entryOf(const HeldChange &change)
{
    ListEntry entry{change.kind == HeldChange::Kind::User ? "held_user" : "held_entity", {}, change.id, change.held};
    if (change.held && change.spared) entry.definition = std::string(SparedDefinition);
    return entry;
}

ListEntry entryOf(const GrayEntryChange &change)
{
    return {"gray_entry", change.list, change.id, change.listed};
}

bool isLike(const HeldChange &a, const HeldChange &b) { return a.kind == b.kind && a.held == b.held; }
bool isLike(const GrayEntryChange &a, const GrayEntryChange &b) { return a.list == b.list && a.listed == b.listed; }

// All of them like the first, each another id.
template <class Change>
bool areTogether(std::span<const SnapshotChange> changes)
{
    const auto *first = std::get_if<Change>(&changes.front());
    std::unordered_set<std::string_view> ids;
    return first && std::ranges::all_of(changes, [&](const SnapshotChange &change) {
        const auto *one = std::get_if<Change>(&change);
        return one && isLike(*one, *first) && ids.insert(one->id).second;
    });
}

// Of one kind, all held or all no more. Rows changed.
Result<std::int64_t> putHeld(WriteTransaction &tx, std::span<const HeldChange *const> changes)
{
    const std::string kind(heldKindWord(changes.front()->kind));
    Database::Parameters values;
    if (!changes.front()->held) {
        values.emplace_back(kind);
        for (const HeldChange *change : changes)
            values.emplace_back(change->id);
        return tx.db().execute(
            "DELETE FROM held_entry WHERE kind = ? AND id IN (" + placesOf("?", changes.size()) + ")", values);
    }
    for (const HeldChange *change : changes)
        values.insert(values.end(), {kind, change->id, toMs(tx.now()), std::int64_t{change->spared}});
    return tx.db().execute("INSERT INTO held_entry (kind, id, since, spared) VALUES " +
                               placesOf("(?, ?, ?, ?)", changes.size()) +
                               " ON CONFLICT (kind, id) DO UPDATE SET spared = excluded.spared "
                               "WHERE held_entry.spared <> excluded.spared",
                           values);
}

Result<void> putGrayList(Database &db, const GrayList &list)
{
    return doneOf(db.execute(
        "INSERT INTO gray_list (name, kind, enforced, description, check_name, entries, created_at, updated_at, "
        "changed_by, version) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "kind = excluded.kind, enforced = excluded.enforced, description = excluded.description, "
        "check_name = excluded.check_name, created_at = excluded.created_at, updated_at = excluded.updated_at, "
        "changed_by = excluded.changed_by, version = excluded.version",
        {list.name, std::string(grayKindWord(list.kind)), std::int64_t{list.enforced}, list.description,
         list.checkName, toMs(list.createdAt), toMs(list.updatedAt), list.changedBy, list.version}));
}

// By another check, or by none any more: what was answered so far says nothing.
Result<void> askAnew(WriteTransaction &tx, const GrayList &list)
{
    return doneOf(tx.db().execute("UPDATE gray_entry SET result = 'UNCHECKED', unchecked = 1, checked_at = NULL, "
                                  "looks = 0, due_at = ? WHERE list_name = ?",
                                  {list.checkName.empty() ? SqlValue(nullptr) : SqlValue(toMs(tx.now())), list.name}));
}

// The check by which the list's entries are asked for; none where there is no such list.
Result<std::optional<std::string>> checkOf(Database &db, const std::string &list)
{
    const auto rows = db.query("SELECT check_name FROM gray_list WHERE name = ?", {list});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<std::string>();
    return std::optional(rows->front().text(0));
}

// Of one list, all listed or all no more. Rows changed; NotFound where there is no such list.
Result<std::int64_t> putEntries(WriteTransaction &tx, std::span<const GrayEntryChange *const> changes)
{
    Database &db = tx.db();
    const GrayEntryChange &first = *changes.front();
    const auto check = checkOf(db, first.list);
    if (!check) return fail(check.error());
    if (!*check) return fail(ErrorKind::NotFound, "there is no such gray list");
    const SqlValue due = (*check)->empty() ? SqlValue(nullptr) : SqlValue(toMs(tx.now()));
    Database::Parameters values;
    if (!first.listed) values.emplace_back(first.list);
    for (const GrayEntryChange *change : changes) {
        if (first.listed)
            values.insert(values.end(), {first.list, change->id, toMs(tx.now()), tx.actor().subject, due});
        else
            values.emplace_back(change->id);
    }
    const std::string sql =
        first.listed ? "INSERT INTO gray_entry (list_name, id, unchecked, added_at, added_by, due_at) VALUES " +
                           placesOf("(?, ?, 1, ?, ?, ?)", changes.size()) + " ON CONFLICT (list_name, id) DO NOTHING"
                     : "DELETE FROM gray_entry WHERE list_name = ? AND id IN (" + placesOf("?", changes.size()) + ")";
    const auto changed = db.execute(sql, values);
    if (!changed || *changed == 0) return changed;
    const auto counted = db.execute("UPDATE gray_list SET entries = entries + ? WHERE name = ?",
                                    {first.listed ? *changed : -*changed, first.list});
    if (!counted) return fail(counted.error());
    return changed;
}

Result<PushedSet> pushedSet(Database &db, const std::string &columns)
{
    const auto rows = db.query("SELECT complete, updated_at, changed_by, version, " + columns);
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store lacks a row it was made with");
    const SqlRow &row = rows->front();
    return PushedSet{row.integer(0) != 0, instantFromMs(row.integer(1)), row.text(2), row.integer(3), row.text(4),
                     row.integer(5)};
}

} // namespace

const char *const SparedDefinition = R"({"spared":true})";
const char *const GrayListColumns =
    "name, kind, enforced, description, created_at, updated_at, changed_by, version, entries, check_name";

GrayListRow grayListOf(const SqlRow &row)
{
    GrayList list;
    list.name = row.text(0);
    list.kind = grayKindFromWord(row.text(1)).value_or(GrayKind::Entity);
    list.enforced = row.integer(2) != 0;
    list.description = row.text(3);
    list.createdAt = instantFromMs(row.integer(4));
    list.updatedAt = instantFromMs(row.integer(5));
    list.changedBy = row.text(6);
    list.version = row.integer(7);
    list.checkName = row.text(9);
    return {std::move(list), row.integer(8)};
}

Result<GrayListRow> grayList(Database &db, std::string_view name)
{
    const auto rows = db.query("SELECT " + std::string(GrayListColumns) + " FROM gray_list WHERE name = ?",
                               {std::string(name)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such gray list");
    return grayListOf(rows->front());
}

std::string placesOf(std::string_view places, std::size_t times)
{
    std::string text(places);
    for (std::size_t i = 1; i < times; ++i)
        text.append(", ").append(places);
    return text;
}

Result<std::vector<std::string>> listedOf(Database &db, const std::string &list, std::span<const std::string> ids)
{
    std::vector<std::string> listed;
    for (std::size_t from = 0; from < ids.size(); from += MostInList) {
        const auto some = ids.subspan(from, std::min(MostInList, ids.size() - from));
        Database::Parameters values{list};
        values.insert(values.end(), some.begin(), some.end());
        const auto rows = db.query("SELECT id FROM gray_entry WHERE list_name = ? AND id IN (" +
                                       placesOf("?", some.size()) + ")",
                                   values);
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            listed.push_back(row.text(0));
    }
    std::ranges::sort(listed);
    return listed;
}

Result<PushedSet> heldSet(Database &db)
{
    auto set = pushedSet(db, "'', 0 FROM held_set");
    if (!set) return set;
    const auto rows = db.query("SELECT source, source_epoch, source_version, push FROM held_set");
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    set->push = row.text(3);
    if (row.integer(2) != set->version || !set->push.empty()) return set;
    set->source = row.text(0);
    set->sourceEpoch = row.integer(1);
    return set;
}

Result<PushedSet> keyIndex(Database &db)
{
    return pushedSet(db, "upload_id, key_count FROM key_index");
}

Result<void> eachHeld(Database &db, const std::function<void(HeldChange)> &visit)
{
    return db.each("SELECT kind, id, spared FROM held_entry", {}, [&](const SqlRow &row) {
        const auto kind = row.text(0) == "USER" ? HeldChange::Kind::User : HeldChange::Kind::Entity;
        visit({kind, row.text(1), true, row.integer(2) != 0});
        return true;
    });
}

Result<std::vector<SnapshotChange>> sparedAtBeginning(Database &db, const Snapshot &before, Instant at)
{
    std::vector<SnapshotChange> changes;
    auto read = eachHeld(db, [&](HeldChange held) {
        const bool spared = isOnNew(before, held.kind, held.id, at);
        if (spared == held.spared) return;
        held.spared = spared;
        changes.emplace_back(std::move(held));
    });
    if (!read) return fail(read.error());
    return changes;
}

std::string_view heldKindWord(HeldChange::Kind kind)
{
    return kind == HeldChange::Kind::User ? "USER" : "ENTITY";
}

Result<void> store(WriteTransaction &tx, const GrayListChange &change, const Cause &cause)
{
    Database &db = tx.db();
    ListEntry entry{"gray_list", change.name, {}, change.after.has_value()};
    if (change.after) {
        entry.definition = dumpJson(grayListToJson(*change.after));
        const auto check = checkOf(db, change.name);
        if (!check) return fail(check.error());
        if (auto put = putGrayList(db, *change.after); !put) return put;
        if (*check && **check != change.after->checkName) {
            if (auto asked = askAnew(tx, *change.after); !asked) return asked;
        }
    } else {
        for (const char *sql : {"DELETE FROM gray_entry WHERE list_name = ?", "DELETE FROM gray_list WHERE name = ?"}) {
            if (auto removed = doneOf(db.execute(sql, {change.name})); !removed) return removed;
        }
    }
    return appendRevision(tx, entry, cause);
}

Result<void> store(WriteTransaction &tx, const GrayEntryChange &change, const Cause &cause)
{
    const GrayEntryChange *one = &change;
    const auto changed = putEntries(tx, std::span(&one, 1));
    if (!changed) return fail(changed.error());
    return *changed == 0 ? Result<void>() : appendRevision(tx, entryOf(change), cause);
}

Result<void> store(WriteTransaction &tx, const HeldChange &change, const Cause &cause)
{
    const HeldChange *one = &change;
    const auto changed = putHeld(tx, std::span(&one, 1));
    if (!changed) return fail(changed.error());
    return *changed == 0 ? Result<void>() : appendRevision(tx, entryOf(change), cause);
}

std::span<const SnapshotChange> membersTogether(std::span<const SnapshotChange> changes)
{
    constexpr std::size_t AtOnce = 50;
    if (changes.size() < AtOnce) return {};
    const auto together = changes.first(AtOnce);
    const bool fit = std::holds_alternative<HeldChange>(together.front())
                         ? areTogether<HeldChange>(together)
                         : areTogether<GrayEntryChange>(together);
    return fit ? together : std::span<const SnapshotChange>();
}

// Logged also where it was so already, which is rare: replayed it changes nothing.
Result<void> storeMembers(WriteTransaction &tx, std::span<const SnapshotChange> changes, const Cause &cause)
{
    std::vector<const HeldChange *> held;
    std::vector<const GrayEntryChange *> listed;
    std::vector<ListEntry> entries;
    for (const SnapshotChange &change : changes) {
        if (const auto *one = std::get_if<HeldChange>(&change))
            entries.push_back(entryOf(*held.emplace_back(one)));
        else if (const auto *other = std::get_if<GrayEntryChange>(&change))
            entries.push_back(entryOf(*listed.emplace_back(other)));
    }
    const auto changed = held.empty() ? putEntries(tx, listed) : putHeld(tx, held);
    if (!changed) return fail(changed.error());
    return appendRevisions(tx, entries, cause);
}

Result<void> store(WriteTransaction &tx, const KeyIndexChange &change, const Cause &)
{
    return doneOf(tx.db().execute("UPDATE key_index SET key_count = ?, complete = ?, updated_at = ?, "
                                  "changed_by = ?, version = ?, epoch = ?",
                                  {static_cast<std::int64_t>(change.after->keys.size()),
                                   std::int64_t{change.after->complete}, toMs(tx.now()), tx.actor().subject,
                                   change.after->version, tx.epoch()}));
}

Result<KeyIndexChange> readKeyIndex(Database &db)
{
    const auto pushed = keyIndex(db);
    if (!pushed) return fail(pushed.error());
    IdSetBuilder builder(MostLegacyKeys);
    auto read = readUpload(db, UploadTable::KeyIndex, pushed->uploadId,
                           [&](std::string_view id) { return builder.add(id); });
    if (!read) return fail(read.error());
    auto keys = builder.build();
    if (!keys) return fail(keys.error());
    return KeyIndexChange{
        std::make_shared<const KeyIndex>(KeyIndex{std::move(*keys), pushed->complete, pushed->version})};
}

Result<void> readAll(Database &db, SnapshotEdit &edit)
{
    auto read = db.each("SELECT " + std::string(GrayListColumns) + " FROM gray_list", {}, [&](const SqlRow &row) {
        GrayList list = grayListOf(row).list;
        std::string name = list.name;
        edit.add(GrayListChange{std::move(name), std::move(list)});
        return true;
    });
    if (!read) return read;
    read = db.each("SELECT list_name, id FROM gray_entry", {}, [&](const SqlRow &row) {
        edit.add(GrayEntryChange{row.text(0), row.text(1), true});
        return true;
    });
    if (!read) return read;
    read = eachHeld(db, [&](HeldChange held) { edit.add(std::move(held)); });
    if (!read) return read;
    auto keys = readKeyIndex(db);
    if (!keys) return fail(keys.error());
    edit.add(std::move(*keys));
    return {};
}

} // namespace crossfade::listtables
