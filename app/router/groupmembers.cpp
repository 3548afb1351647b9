// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupmembers.h"

#include "app/router/directory.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

namespace crossfade::groupmembers {

namespace {

constexpr std::size_t PartBytes = 1 << 20;

// Calls `visit` with each line; stops at false.
template <class Visit>
bool eachId(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (!visit(text.substr(0, end))) return false;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return true;
}

const Actor MembersActor{"service", {}};

Result<void> storePart(Store &store, const Actor &actor, Database::Parameters values) {
    const auto done = store.writeAndWait(actor, [&](WriteTransaction &tx) -> Result<Json> {
        const auto begun = tx.db().execute(
            "INSERT INTO group_list_begun (members_id) VALUES (?) ON CONFLICT (members_id) DO NOTHING",
            {values.front()});
        if (!begun) return fail(begun.error());
        const auto row = tx.db().execute(
            "INSERT INTO group_part (members_id, part, first_index, first_id, ids) VALUES (?, ?, ?, ?, ?)",
            values);
        if (!row) return fail(row.error());
        return Json();
    });
    if (!done) return fail(done.error());
    return {};
}

// Of a commit whose answer was lost it is not known whether the group has the list: what is kept is not begun.
Store::WriteWork droppingOf(const std::string &membersId) {
    return [membersId](WriteTransaction &tx) -> Result<Json> {
        const auto begun = tx.db().query("SELECT 1 FROM group_list_begun WHERE members_id = ?", {membersId});
        if (!begun) return fail(begun.error());
        if (begun->empty()) return Json();
        if (auto removed = remove(tx.db(), membersId); !removed) return fail(removed.error());
        return Json();
    };
}

void noteDropped(const Result<Json> &dropped) {
    if (!dropped)
        logWarning("a list of members that nobody uses was not removed", {{"error", dropped.error().message}});
}

} // namespace

Result<std::string> store(Store &store, const Actor &actor, const IdSet &ids, const StoringProgress &goOn) {
    const std::string list = store.environment().newId();
    std::string text;
    std::int64_t part = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        text += ids.at(i);
        text += '\n';
        if (text.size() < PartBytes && i + 1 < ids.size()) continue;
        auto stored = storePart(store, actor,
                                {list, part++, static_cast<std::int64_t>(first),
                                 std::string(ids.at(first)), std::move(text)});
        killPoint("members.after-part");
        if (stored && goOn) stored = goOn(i + 1);
        if (!stored) {
            drop(store, list);
            return fail(stored.error());
        }
        text.clear();
        first = i + 1;
    }
    return list;
}

void drop(Store &store, const std::string &membersId) {
    noteDropped(store.writeAndWait(MembersActor, droppingOf(membersId)));
}

void dropLater(Store &store, const std::string &membersId) {
    store.write(MembersActor, droppingOf(membersId), noteDropped);
}

Result<void> keep(Database &db, const std::string &membersId) {
    const auto done = db.execute("DELETE FROM group_list_begun WHERE members_id = ?", {membersId});
    if (!done) return fail(done.error());
    return {};
}

Result<void> removeBegun(Store &store) {
    std::vector<std::string> lists;
    const auto read = store.read([&](Database &db) {
        return db.each("SELECT members_id FROM group_list_begun", {}, [&](const SqlRow &row) {
            lists.push_back(row.text(0));
            return true;
        });
    });
    if (!read) return read;
    for (const std::string &list : lists)
        drop(store, list);
    return {};
}

Result<MembersPtr> read(Database &db, const std::string &membersId) {
    IdSetBuilder builder(Directory::MostIds);
    const auto done = db.each("SELECT ids FROM group_part WHERE members_id = ? ORDER BY part", {membersId},
                              [&](const SqlRow &row) {
                                  return eachId(row.text(0), [&](std::string_view id) { return builder.add(id); });
                              });
    if (!done) return fail(done.error());
    auto ids = builder.build();
    if (!ids) return fail(ids.error());
    ids->makeIndex(); // each request asks for one of them
    return std::make_shared<const IdSet>(std::move(*ids));
}

Result<std::optional<std::size_t>> indexOf(Database &db, const std::string &membersId, std::string_view user) {
    const auto rows = db.query("SELECT first_index, ids FROM group_part WHERE members_id = ? AND first_id <= ? "
                               "ORDER BY first_id DESC LIMIT 1",
                               {membersId, std::string(user)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<std::size_t>();
    auto index = static_cast<std::size_t>(rows->front().integer(0));
    bool found = false;
    eachId(rows->front().text(1), [&](std::string_view id) {
        found = id == user;
        if (id >= user) return false;
        ++index;
        return true;
    });
    return found ? std::optional(index) : std::nullopt;
}

Result<std::vector<std::string>> page(Database &db, const std::string &membersId, const std::string &after,
                                      std::size_t limit) {
    std::vector<std::string> ids;
    const auto done =
        db.each("SELECT ids FROM group_part WHERE members_id = ? AND part >= coalesce((SELECT max(part) FROM "
                "group_part WHERE members_id = ? AND first_id <= ?), 0) ORDER BY part",
                {membersId, membersId, after}, [&](const SqlRow &row) {
                    return eachId(row.text(0), [&](std::string_view id) {
                        if (id > after) ids.emplace_back(id);
                        return ids.size() < limit;
                    });
                });
    if (!done) return fail(done.error());
    return ids;
}

Result<std::string> at(Database &db, const std::string &membersId, std::size_t index) {
    const auto rows = db.query("SELECT first_index, ids FROM group_part WHERE members_id = ? AND "
                               "first_index <= ? ORDER BY part DESC LIMIT 1",
                               {membersId, static_cast<std::int64_t>(index)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::string();
    auto here = static_cast<std::size_t>(rows->front().integer(0));
    std::string found;
    eachId(rows->front().text(1), [&](std::string_view id) {
        if (here++ == index) found = id;
        return found.empty();
    });
    return found;
}

Result<void> remove(Database &db, const std::string &membersId) {
    const auto done = db.execute("DELETE FROM group_part WHERE members_id = ?", {membersId});
    if (!done) return fail(done.error());
    return keep(db, membersId);
}

Result<void> fill(Database &db, GroupCover &cover) {
    auto members = read(db, cover.membersId);
    if (!members) return fail(members.error());
    cover.members = std::move(*members);
    return {};
}

Result<void> narrow(GroupCover &cover, std::string_view user, std::size_t index) {
    const std::size_t batch = index / cover.batchSize;
    const bool moved = cover.moved && batch < cover.moved->size() && (*cover.moved)[batch];
    IdSetBuilder builder(1);
    builder.add(user);
    auto alone = builder.build();
    if (!alone) return fail(alone.error());
    cover.members = std::make_shared<const IdSet>(std::move(*alone));
    cover.moved = std::make_shared<const std::vector<bool>>(1, moved);
    cover.batchSize = 1;
    return {};
}

} // namespace crossfade::groupmembers
