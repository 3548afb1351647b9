// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupsroutes.h"

#include "app/router/directory.h"
#include "app/router/groupjson.h"
#include "app/router/metricsources.h"
#include "app/router/routerules.h"
#include "app/router/unreadablegroup.h"
#include "app/router/whomoves.h"
#include "app/service/zones.h"
#include "models/core/refusals.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t MostExpected = 1'000'000'000;

// Nobody of it is under way: it is over, here or there.
bool mayEnd(GroupState state) {
    return state == GroupState::RolledBack || state == GroupState::Completed;
}

// Where its users go is changed: the guards turn with it, but for those that are about the other platform.
void turnGuards(Json &whole, const Json &body) {
    const auto changes = [&](const char *field) { return body.contains(field) && body.at(field) != whole.at(field); };
    if (!changes("initial_platform") && !changes("target_platform")) return;
    for (Json &guard : whole.at("guards")) {
        if (guard.at("platform") == whole.at("target_platform")) guard.erase("platform");
    }
}

Json patchedGroup(const GroupRecord &before, const Json &body) {
    if (!body.is_object()) return body;
    Json whole = groupToJson(before.group);
    whole.erase("id");
    turnGuards(whole, body);
    // Who is moved the other way names both sides, or one: the other follows.
    if (body.contains("initial_platform") && !body.contains("target_platform")) whole.erase("target_platform");
    if (body.contains("target_platform") && !body.contains("initial_platform")) whole.erase("initial_platform");
    for (const auto &[key, value] : body.items())
        whole[key] = value;
    return whole;
}

// Criteria that are new name attributes of the directory, where it has a source with any. Those that stand
// already must not keep anybody from changing a guard, whatever became of the directory since.
Result<UserGroup> groupOf(Database &db, const Json &body, const UserGroup *before = nullptr) {
    auto group = groupFromJson(body, zoneTable);
    if (!group) return group;
    if (group->criteria && (!before || group->criteria != before->criteria)) {
        const auto directory = Directory::row(db);
        if (!directory) return fail(directory.error());
        if (isDatabase(directory->config.kind)) group = groupFromJson(body, zoneTable, &directory->config.attributes);
        if (!group) return group;
    }
    auto sources = metricsources::knowsAll(db, group->guards, before ? before->guards : std::vector<Guard>());
    if (!sources) return fail(sources.error());
    // What cannot be read back could be neither moved nor taken back.
    const auto stored = parseJson(dumpJson(groupToJson(*group)));
    Json again = stored ? *stored : Json();
    again.erase("id");
    const auto read = groupFromJson(again);
    if (!read) return fail(read.error());
    if (!(*read == *group)) return fail(ErrorKind::Invalid, "the group would not be read back as it is written");
    return group;
}

// Who belongs to which batch, and what a batch's moving means, stays as it was when it began.
Result<void> mayReplaceGroup(const GroupRecord &before, const UserGroup &after) {
    if (!before.covers()) return {};
    // Whoever started it must not make himself the one who lets its batches pass; until all its users are back.
    if (before.status.state != GroupState::RolledBack && asksLess(after, before.group))
        return fail(refused(refusals::ApprovalsFixed));
    // Nor is a question that is open asked of others.
    const bool sameQuestion =
        after.approval == before.group.approval && after.secondPerson == before.group.secondPerson;
    if (before.status.state == GroupState::AwaitingApproval && !sameQuestion)
        return fail(ErrorKind::Conflict, "an approval is open: who is asked cannot be changed now");
    // To keep the users there nevertheless takes an approver.
    if (before.status.state == GroupState::RollbackProposed &&
        after.proposalRollsBack != before.group.proposalRollsBack)
        return fail(ErrorKind::Conflict,
                    "a rollback is proposed: what happens if nobody answers cannot be changed now");
    if (after.batchSize != before.group.batchSize) return invalid("/batch_size", "is fixed once the group was started");
    if (after.initialPlatform != before.group.initialPlatform)
        return invalid("/initial_platform", "is fixed once the group was started");
    if (after.criteria != before.group.criteria) return invalid("/criteria", "is fixed once the group was started");
    return {};
}

} // namespace

GroupsRoutes::GroupsRoutes(const Environment &environment, RouterState &state, GroupBook &book, GroupActs &acts)
    : m_environment(environment)
    , m_state(state)
    , m_book(book)
    , m_acts(acts) {}

void GroupsRoutes::addRead(RouteTable &routes, const char *pattern, RouteRules rules, Read handler) {
    routes.read("GET", pattern, std::move(rules), [this, handler](const HttpRequest &request, Database &db) {
        return (this->*handler)(request, db);
    });
}

void GroupsRoutes::addRoutes(RouteTable &routes) {
    RouteRules versioned = changeable(Operators);
    versioned.ifMatch = true;
    addRead(routes, "/api/v1/user-groups", readableList(), &GroupsRoutes::list);
    routes.write("POST", "/api/v1/user-groups", changeable(Operators),
                 [this](const HttpRequest &request, WriteTransaction &tx) { return create(request, tx); });
    addRead(routes, "/api/v1/user-groups/{id}", readable(), &GroupsRoutes::get);
    for (const char *method : {"PUT", "PATCH"}) {
        const bool patch = method[1] == 'A';
        routes.write(method, "/api/v1/user-groups/{id}", versioned,
                     [this, patch](const HttpRequest &request, WriteTransaction &tx) {
                         return replace(request, tx, patch);
                     });
    }
    RouteRules removing = versioned;
    removing.query = {"expected_count"};
    routes.preparedWrite(
        "DELETE", "/api/v1/user-groups/{id}", removing,
        [this](const HttpRequest &request) { return lookBeforeRemove(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return remove(request, tx); });
    addRead(routes, "/api/v1/user-groups/{id}/batches", readableList({"state"}), &GroupsRoutes::batches);
    addRead(routes, "/api/v1/user-groups/{id}/guards", readable(), &GroupsRoutes::guards);
    addRead(routes, "/api/v1/user-groups/{id}/history", readableList(), &GroupsRoutes::history);
}

Result<HttpResponse> GroupsRoutes::list(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto records = grouprecords::all(db); // few: their members are not in them
    if (!records) return fail(records.error());
    Json items = Json::array();
    std::optional<std::string> more;
    for (const GroupRecord &record : *records) {
        if (page->after && record.group.name <= *page->after) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = items.back().at("group_name").get<std::string>();
            break;
        }
        items.push_back(m_acts.told(record, m_environment.now()));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, static_cast<std::int64_t>(records->size())));
}

Result<HttpResponse> GroupsRoutes::get(const HttpRequest &request, Database &db) const {
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) {
        if (const auto unreadable = grouprecords::unreadable(db, request.parameter("id")))
            return unreadablegroup::problem(*unreadable, request.requestId);
        return fail(record.error());
    }
    return HttpResponse::object(m_acts.told(*record, m_environment.now()), record->version);
}

Result<HttpResponse> GroupsRoutes::batches(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    std::optional<BatchState> wanted;
    if (const auto word = request.queryText("state")) {
        wanted = batchStateFromWord(*word);
        if (!wanted)
            return invalid("?state", "must be one of PENDING MOVING SETTLING MOVED HELD ROLLED_BACK");
    }
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const BatchTable table = batchesOf(*record);
    const auto last = page->afterNumber();
    if (!last) return fail(last.error());
    std::size_t batch = page->after ? static_cast<std::size_t>(*last) + 1 : 0;
    Json items = Json::array();
    std::optional<std::string> more;
    for (; batch < table.size(); ++batch) {
        if (wanted && table.at(batch) != *wanted) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = std::to_string(items.back().at("batch").get<std::size_t>());
            break;
        }
        items.push_back(batchToJson(*record, batch, m_state.groupMeasures().counts(record->group.id, batch)));
    }
    const std::size_t total = wanted ? table.count(*wanted) : table.size();
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, static_cast<std::int64_t>(total)));
}

Result<HttpResponse> GroupsRoutes::guards(const HttpRequest &request, Database &db) const {
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    ShiftPolicy judged;
    judged.guards = record->group.guards;
    const GroupBook::ViewPtr view = m_book.view(record->group.id);
    return HttpResponse::json(guardsToJson(judged, view.get(), true));
}

Result<HttpResponse> GroupsRoutes::history(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const auto before = page->afterNumber();
    if (!before) return fail(before.error());
    auto entries = grouprecords::history(db, record->group.id, *before, page->limit);
    if (!entries) return fail(entries.error());
    std::optional<std::string> more;
    if (entries->lastSeqIfMore) more = std::to_string(*entries->lastSeqIfMore);
    return HttpResponse::json(pageAnswer(*page, std::move(entries->items), more, entries->total));
}

Result<HttpResponse> GroupsRoutes::create(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto group = groupOf(tx.db(), *body);
    if (!group) return fail(group.error());
    GroupRecord record;
    record.group = std::move(*group);
    record.group.id = tx.newId();
    record.status.since = tx.now();
    record.createdAt = tx.now();
    record.updatedAt = tx.now();
    record.changedBy = tx.actor().subject;
    record.epoch = tx.epoch();
    if (auto stored = grouprecords::insert(tx.db(), record); !stored) return fail(stored.error());
    const Json json = m_acts.told(record, tx.now());
    tx.emit("group.changed", {{"group", json}, {"history", nullptr}});
    tx.audit({"user_group.create", "user_group", record.group.id, {}, groupToJson(record.group), request.reason});
    tx.afterCommit([this, record] { m_book.put(record); });
    HttpResponse response = HttpResponse::object(json, record.version, 201);
    response.setHeader("Location", "/api/v1/user-groups/" + record.group.id);
    return response;
}

Result<HttpResponse> GroupsRoutes::replace(const HttpRequest &request, WriteTransaction &tx, bool patch) {
    const auto before = grouprecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto group = groupOf(tx.db(), patch ? patchedGroup(*before, *body) : *body, &before->group);
    if (!group) return fail(group.error());
    if (auto allowed = mayReplaceGroup(*before, *group); !allowed) return fail(allowed.error());
    GroupRecord after = *before;
    after.group = std::move(*group);
    after.group.id = before->group.id;
    if (after.group.criteria != before->group.criteria) {
        // Those of the old criteria must not be moved by the new ones' name.
        if (auto removed = groupmembers::remove(tx.db(), before->membersId); !removed) return fail(removed.error());
        after.membersId.clear();
        after.users = 0;
    }
    after.updatedAt = tx.now();
    after.changedBy = tx.actor().subject;
    ++after.version;
    if (auto stored = grouprecords::update(tx.db(), after); !stored) return fail(stored.error());
    if (after.covers() && after.group.name != before->group.name) {
        GroupCover cover = GroupActs::coverOf(after);
        if (auto filled = fillMembers(m_state, tx.db(), cover); !filled) return fail(filled.error());
        auto changed = m_state.change(tx, {GroupChange{cover.id, std::move(cover)}}, {"GROUP", request.reason});
        if (!changed) return fail(changed.error());
    }
    const Json json = m_acts.told(after, tx.now());
    tx.emit("group.changed", {{"group", json}, {"history", nullptr}});
    tx.audit({"user_group.update", "user_group", after.group.id, groupToJson(before->group),
              groupToJson(after.group), request.reason});
    tx.afterCommit([this, after] { m_book.put(after); });
    return HttpResponse::object(json, after.version);
}

Result<void> GroupsRoutes::lookBeforeRemove(const HttpRequest &request) const {
    const std::string id = request.parameter("id");
    const bool refusedAnyhow = std::ranges::any_of(m_book.records(), [&](const GroupBook::RecordPtr &record) {
        return record->group.id == id && !mayEnd(record->status.state);
    });
    if (!refusedAnyhow) request.prepared = countMembers(m_state, id, m_environment.now());
    return {};
}

// Whom it decides for are served by the policies or the default without it, at once and unguarded.
Result<void> GroupsRoutes::mayLeave(const HttpRequest &request, WriteTransaction &tx, bool completed) const {
    const auto expected = request.queryInteger("expected_count", -1, 0, MostExpected);
    if (!expected) return fail(expected.error());
    const auto *counted = std::any_cast<MembersCounted>(&request.prepared);
    return mayUngroup(m_state, tx, request.parameter("id"), completed, counted ? *counted : MembersCounted(),
                      *expected < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*expected)));
}

Result<HttpResponse> GroupsRoutes::remove(const HttpRequest &request, WriteTransaction &tx) {
    if (const auto unreadable = grouprecords::unreadable(tx.db(), request.parameter("id"))) {
        if (auto fresh = requireVersion(request, unreadable->version); !fresh) return fail(fresh.error());
        return unreadablegroup::remove(m_state, tx, *unreadable, request.reason,
                                       [&] { return mayLeave(request, tx, false); });
    }
    const auto before = grouprecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    if (before->covers()) {
        if (!mayEnd(before->status.state)) return fail(refused(refusals::GroupNotDeletable));
        const bool completed = before->status.state == GroupState::Completed;
        if (auto allowed = mayLeave(request, tx, completed); !allowed) return fail(allowed.error());
    }
    const std::string &id = before->group.id;
    if (auto removed = grouprecords::remove(tx.db(), id); !removed) return fail(removed.error());
    if (before->covers()) {
        auto changed = m_state.change(tx, {GroupChange{id, std::nullopt}}, {"GROUP", request.reason});
        if (!changed) return fail(changed.error());
    } else if (auto removed = groupmembers::remove(tx.db(), before->membersId); !removed) {
        return fail(removed.error());
    }
    tx.emit("group.changed", {{"group", nullptr}, {"id", id}, {"history", nullptr}});
    tx.audit({"user_group.delete", "user_group", id, groupToJson(before->group), {}, request.reason});
    tx.afterCommit([this, id] {
        m_book.erase(id);
        m_state.groupMeasures().forget(id);
    });
    return HttpResponse::noContent();
}

} // namespace crossfade
