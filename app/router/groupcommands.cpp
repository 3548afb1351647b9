// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupcommands.h"

#include "app/router/routerules.h"
#include "app/router/routingtables.h"
#include "app/router/stillnewby.h"
#include "app/router/unreadablegroup.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostGroups = 64; // that are no drafts: each is asked in every decision

Result<void> apart(const IdSet &members, const GroupCover &other) {
    const auto common = other.members ? firstCommon(members, *other.members) : std::nullopt;
    if (!common) return {};
    return invalid("/members", "user " + *common + " is already in the group \"" + other.name + "\"");
}

} // namespace

GroupCommands::GroupCommands(Store &store, RouterState &state, GroupActs &acts)
    : m_store(store)
    , m_state(state)
    , m_acts(acts) {}

void GroupCommands::addRoutes(RouteTable &routes) {
    RouteRules withReason = changeable(Operators);
    withReason.reasonRequired = true;
    routes.preparedWrite(
        "POST", "/api/v1/user-groups/{id}/shift", changeable(Operators),
        [this](const HttpRequest &request) { return lookBeforeStart(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return start(request, tx); });
    routes.write("POST", "/api/v1/user-groups/{id}/suspend", changeable(Operators),
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return command(request, tx, GroupCommand::Suspend);
                 });
    routes.write("POST", "/api/v1/user-groups/{id}/resume", changeable(Operators),
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return command(request, tx, GroupCommand::Resume);
                 });
    routes.keptWrite(
        "POST", "/api/v1/user-groups/{id}/rollback", first(withReason),
        [this](const HttpRequest &request, WriteTransaction &tx) { return rollBack(request, tx); },
        m_state.withoutStore());
}

Result<HttpResponse> GroupCommands::obeyed(const HttpRequest &request, WriteTransaction &tx,
                                           const GroupRecord &before, const GroupOrder &order,
                                           MembersPtr members) {
    const auto transition = obey(before.group, before.status, order, before.users, tx.now());
    if (!transition) return fail(transition.error());
    const auto after = m_acts.carryOut(tx, before, *transition, request.reason, std::move(members));
    if (!after) return fail(after.error());
    Json json = m_acts.told(*after, tx.now(), &*transition);
    const bool back = order.command == GroupCommand::Rollback || order.command == GroupCommand::RollbackBatch;
    if (back) {
        const auto ended = m_state.endForwardOnly(tx, request.reason);
        if (!ended) return fail(ended.error());
        json["forward_only_ended"] = *ended;
        json["still_new_by"] = stillNewBy(m_state, tx, {false, {}, {after->group.id}});
    }
    return HttpResponse::object(json, after->version);
}

Result<void> GroupCommands::lookBeforeStart(const HttpRequest &request) const {
    if (auto good = onlyReason(request); !good) return good;
    Looked looked;
    const SnapshotPtr snapshot = m_state.snapshot();
    auto done = m_store.read([&](Database &db) -> Result<void> {
        const auto record = grouprecords::find(db, request.parameter("id"));
        if (!record) return fail(record.error());
        if (record->covers() || record->users == 0) return {};
        auto members = groupmembers::read(db, record->membersId);
        if (!members) return fail(members.error());
        looked.membersId = record->membersId;
        looked.members = std::move(*members);
        return {};
    });
    if (!done) return done;
    for (const GroupCover &other : snapshot->groups()) {
        if (!looked.members) break;
        if (auto good = apart(*looked.members, other); !good) return good;
        looked.apart.push_back(other.id);
    }
    request.prepared = std::move(looked);
    return {};
}

// Of the groups that were started since it was looked.
Result<void> GroupCommands::stillApart(WriteTransaction &tx, const GroupRecord &record, const Looked &looked) const {
    if (looked.membersId != record.membersId)
        return fail(ErrorKind::Conflict, "the members were changed meanwhile: try again");
    auto covers = routingtables::groupCovers(tx.db());
    if (!covers) return fail(covers.error());
    if (covers->size() >= MostGroups)
        return fail(ErrorKind::Conflict, "there are 64 started groups already: delete those that are completed or rolled back");
    for (GroupCover &other : *covers) {
        if (std::ranges::find(looked.apart, other.id) != looked.apart.end()) continue;
        if (auto filled = groupmembers::fill(tx.db(), other); !filled) return filled;
        if (auto good = apart(*looked.members, other); !good) return good;
    }
    return {};
}

Result<HttpResponse> GroupCommands::start(const HttpRequest &request, WriteTransaction &tx) {
    const auto before = grouprecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    const auto *looked = std::any_cast<Looked>(&request.prepared);
    MembersPtr members;
    if (!before->covers() && before->users > 0) {
        if (!looked || !looked->members)
            return fail(ErrorKind::Conflict, "the members were changed meanwhile: try again");
        if (auto good = stillApart(tx, *before, *looked); !good) return fail(good.error());
        members = looked->members;
    }
    return obeyed(request, tx, *before, {GroupCommand::Shift, 0}, std::move(members));
}

Result<HttpResponse> GroupCommands::command(const HttpRequest &request, WriteTransaction &tx,
                                            GroupCommand command) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    const auto before = grouprecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    return obeyed(request, tx, *before, {command, 0});
}

Result<HttpResponse> GroupCommands::rollBack(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const auto batch = in.optionalInteger("batch", 0, static_cast<std::int64_t>(MostBatches));
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    const auto before = grouprecords::find(tx.db(), request.parameter("id"));
    if (!before && !batch) {
        if (const auto unreadable = grouprecords::unreadable(tx.db(), request.parameter("id")))
            return unreadablegroup::rollBack(m_state, tx, *unreadable, request.reason);
    }
    if (!before) return fail(before.error());
    GroupOrder order{GroupCommand::Rollback, 0};
    if (batch) order = {GroupCommand::RollbackBatch, static_cast<std::size_t>(*batch)};
    return obeyed(request, tx, *before, order);
}

} // namespace crossfade
