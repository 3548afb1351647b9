// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/unreadablegroup.h"

#include "app/router/alertrecords.h"
#include "app/router/groupacts.h"
#include "app/router/groupjson.h"
#include "app/router/routingtables.h"
#include "app/router/stillnewby.h"

#include <algorithm>

namespace crossfade::unreadablegroup {

namespace {

Result<std::optional<GroupCover>> storedCover(Database &db, const std::string &id) {
    auto covers = routingtables::groupCovers(db);
    if (!covers) return fail(covers.error());
    const auto found = std::ranges::find(*covers, id, &GroupCover::id);
    return found == covers->end() ? std::optional<GroupCover>() : std::optional(std::move(*found));
}

bool movesSomebody(const GroupCover &cover) {
    return cover.moved && std::ranges::find(*cover.moved, true) != cover.moved->end();
}

// The group as it stands when everybody is back; of the definition only what the cover knows.
GroupRecord rolledBackFrom(const GroupCover &cover, Instant now) {
    GroupRecord record;
    record.group.id = cover.id;
    record.group.name = cover.name;
    record.group.initialPlatform = cover.initialPlatform;
    record.group.targetPlatform = cover.targetPlatform;
    record.group.batchSize = static_cast<std::int64_t>(cover.batchSize);
    record.membersId = cover.membersId;
    record.users = cover.members ? cover.members->size() : 0;
    record.status.state = GroupState::RolledBack;
    record.status.since = now;
    record.status.batches = BatchTable(std::min(batchCount(record.group, record.users), MostBatches));
    record.status.batches.replace(BatchState::Pending, BatchState::RolledBack);
    return record;
}

std::size_t movedUsers(const GroupCover &cover, const GroupRecord &record) {
    std::size_t users = 0;
    for (std::size_t batch = 0; cover.moved && batch < cover.moved->size(); ++batch)
        users += (*cover.moved)[batch] ? batchUsers(record.group, record.users, batch) : 0;
    return users;
}

} // namespace

HttpResponse problem(const UnreadableGroup &group, std::string_view requestId) {
    HttpResponse response = HttpResponse::problem(group.why, requestId);
    response.setHeader("ETag", "\"" + std::to_string(group.version) + "\"");
    return response;
}

Result<Json> lower(RouterState &state, WriteTransaction &tx, const std::string &id, const std::string &reason) {
    auto before = storedCover(tx.db(), id);
    if (!before) return fail(before.error());
    if (!*before) return Json();
    GroupCover cover = std::move(**before);
    if (auto filled = fillMembers(state, tx.db(), cover); !filled) return fail(filled.error());
    GroupRecord record = rolledBackFrom(cover, tx.now());
    const std::size_t users = movedUsers(cover, record);
    // Read again one day, the record must not say that the users are where they were.
    auto stood = grouprecords::setStatus(tx.db(), id, record.status, tx.epoch());
    if (!stood) return fail(stood.error());
    const auto forgotten = tx.db().execute("DELETE FROM group_batch WHERE group_id = ?", {id});
    if (!forgotten) return fail(forgotten.error());
    cover.moved = std::make_shared<const std::vector<bool>>();
    auto changed = state.change(tx, {GroupChange{id, cover}}, {"ROLLBACK", reason});
    if (!changed) return fail(changed.error());
    tx.audit({"group.rolled_back", "user_group", id, {{"users", users}}, {{"users", 0}}, reason});
    tx.emit("group.changed", {{"group", groupRecordToJson(record, {}, tx.now())}, {"history", nullptr}});
    return Json{{"group_id", id},
                {"group_name", cover.name},
                {"users", users},
                {"state", groupStateWord(GroupState::RolledBack)},
                {"refused", nullptr}};
}

Result<HttpResponse> rollBack(RouterState &state, WriteTransaction &tx, const UnreadableGroup &group,
                              const std::string &reason) {
    auto cover = storedCover(tx.db(), group.id);
    if (!cover) return fail(cover.error());
    if (!*cover)
        return fail(ErrorKind::Conflict, group.why.message + "; it moves nobody: there is nothing to roll back");
    if (auto lowered = lower(state, tx, group.id, reason); !lowered) return fail(lowered.error());
    if (auto filled = fillMembers(state, tx.db(), **cover); !filled) return fail(filled.error());
    GroupRecord record = rolledBackFrom(**cover, tx.now());
    record.version = group.version;
    record.groupVersion = group.groupVersion + 1;
    record.epoch = tx.epoch();
    Json json = groupRecordToJson(record, {}, tx.now());
    const auto ended = state.endForwardOnly(tx, reason);
    if (!ended) return fail(ended.error());
    json["forward_only_ended"] = *ended;
    json["still_new_by"] = stillNewBy(state, tx, {false, {}, {group.id}});
    return HttpResponse::object(json, record.version);
}

Result<HttpResponse> remove(RouterState &state, WriteTransaction &tx, const UnreadableGroup &group,
                            const std::string &reason, const std::function<Result<void>()> &mayLeave) {
    const auto cover = storedCover(tx.db(), group.id);
    if (!cover) return fail(cover.error());
    if (*cover && movesSomebody(**cover))
        return fail(ErrorKind::Conflict, group.why.message + "; its users are on " +
                                             std::string(platformWord((*cover)->targetPlatform)) +
                                             ": roll it back before deleting it");
    if (*cover) {
        if (auto allowed = mayLeave(); !allowed) return fail(allowed.error());
    }
    if (auto removed = grouprecords::remove(tx.db(), group.id); !removed) return fail(removed.error());
    if (auto over = alertrecords::settle(tx, group.id + ":GROUP_UNREADABLE"); !over) return fail(over.error());
    if (*cover) {
        auto changed = state.change(tx, {GroupChange{group.id, std::nullopt}}, {"GROUP", reason});
        if (!changed) return fail(changed.error());
    } else if (auto removed = groupmembers::remove(tx.db(), group.membersId); !removed) {
        return fail(removed.error());
    }
    tx.emit("group.changed", {{"group", nullptr}, {"id", group.id}, {"history", nullptr}});
    tx.audit({"user_group.delete",
              "user_group",
              group.id,
              {{"group_name", group.name}, {"unreadable_definition", group.definition}},
              {},
              reason});
    return HttpResponse::noContent();
}

} // namespace crossfade::unreadablegroup
