// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/membersroutes.h"

#include "app/router/directory.h"
#include "app/router/membersupload.h"
#include "app/router/routerules.h"
#include "models/core/refusals.h"

#include <charconv>
#include <utility>

namespace crossfade {

namespace {

// Ten million of the longest ids.
constexpr std::size_t MostMemberBytes = 1'100U << 20;

std::optional<std::uint64_t> announcedBytes(const HttpRequest &request) {
    const std::string text = request.header("content-length");
    std::uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return bytes;
}

SqlDialect dialectOf(DirectoryKind kind) {
    if (kind == DirectoryKind::Mariadb) return SqlDialect::Mariadb;
    return kind == DirectoryKind::Sqlite ? SqlDialect::Sqlite : SqlDialect::Postgresql;
}

// The users the criteria name, straight from the source.
Result<IdSet> resolved(const DirectoryConfig &config, const Criteria &criteria, MemberRead &reading,
                       std::size_t &invalidIds) {
    if (!isDatabase(config.kind))
        return fail(ErrorKind::Conflict, "the directory has no source with attributes: upload the members");
    auto condition = toSql(criteria, dialectOf(config.kind), config.attributes);
    if (!condition) return invalid("/criteria", condition.error().message);
    const DirectoryFilter filter{std::move(condition->text), std::move(condition->values)};
    IdSetBuilder builder(Directory::MostIds);
    const auto sink = [&](std::string_view id) {
        ++reading.lines;
        return !reading.cancelled() && builder.add(id);
    };
    const auto read = readDirectory(config, reading.cancelled(), sink, filter);
    if (auto good = reading.goOn(); !good) return fail(good.error());
    if (!read) return fail(read.error());
    invalidIds = builder.invalid();
    reading.phase = MemberRead::Phase::Sorting;
    return builder.build();
}

HttpResponse toldOr(Result<HttpResponse> answer, const HttpRequest &request) {
    return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
}

} // namespace

MembersRoutes::MembersRoutes(Store &store, RouterState &state, GroupBook &book, GroupActs &acts)
    : m_store(store)
    , m_state(state)
    , m_book(book)
    , m_acts(acts) {}

void MembersRoutes::addRoutes(RouteTable &routes) {
    RouteRules uploads = changeable(Operators);
    uploads.ifMatch = true;
    uploads.bodyLimit = MostMemberBytes;
    uploads.streamsBody = true;
    uploads.sink = [this](const HttpRequest &head) { return sinkOf(head); };
    uploads.contentTypes = "text/csv,text/plain,application/x-ndjson";
    routes.read("GET", "/api/v1/user-groups/{id}/members", readableList(),
                [this](const HttpRequest &request, Database &db) { return list(request, db); });
    routes.work("PUT", "/api/v1/user-groups/{id}/members", uploads,
                [this](const HttpRequest &request) { return toldOr(upload(request), request); });
    routes.read("GET", "/api/v1/user-groups/{id}/members/progress", readable(),
                [this](const HttpRequest &request, Database &db) { return progress(request, db); });
    routes.write("POST", "/api/v1/user-groups/{id}/members/cancel", changeable(Operators),
                 [this](const HttpRequest &request, WriteTransaction &tx) { return cancel(request, tx); });
    routes.preparedWrite(
        "POST", "/api/v1/user-groups/{id}/members/resolve", changeable(Operators),
        [this](const HttpRequest &request) { return resolve(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return putResolved(request, tx); });
}

Result<HttpResponse> MembersRoutes::list(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const auto limit = static_cast<std::size_t>(page->limit);
    const auto ids = groupmembers::page(db, record->membersId, page->after.value_or(""), limit + 1);
    if (!ids) return fail(ids.error());
    const SnapshotPtr snapshot = m_state.snapshot();
    Json items = Json::array();
    for (std::size_t i = 0; i < std::min(limit, ids->size()); ++i) {
        const GroupHit hit = snapshot->groupOf((*ids)[i]);
        const bool here = hit.group && hit.group->id == record->group.id;
        items.push_back({{"user_id", (*ids)[i]},
                         {"batch", here ? Json(hit.batch) : Json()},
                         {"moved", here && hit.moved}});
    }
    std::optional<std::string> more;
    if (ids->size() > limit) more = (*ids)[limit - 1];
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, static_cast<std::int64_t>(record->users)));
}

Result<HttpResponse> MembersRoutes::progress(const HttpRequest &request, Database &db) const {
    const auto record = grouprecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const auto read = m_reads.of(record->group.id);
    return HttpResponse::json(read ? read->toJson() : MemberReads::nothing());
}

// Whoever sends the list, or asked for it, is answered with a conflict.
Result<HttpResponse> MembersRoutes::cancel(const HttpRequest &request, WriteTransaction &tx) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    const auto record = grouprecords::find(tx.db(), request.parameter("id"));
    if (!record) return fail(record.error());
    const auto read = m_reads.of(record->group.id);
    if (!read) return fail(ErrorKind::Conflict, "no members of this group are being read");
    read->cancel();
    Json json = read->toJson();
    tx.audit({"user_group.members_cancel", "user_group", record->group.id, {}, json, request.reason});
    return HttpResponse::json(json);
}

Result<GroupRecord> MembersRoutes::draft(const std::string &id) const {
    Result<GroupRecord> record;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        record = grouprecords::find(db, id);
        return {};
    });
    if (!done) return fail(done.error());
    if (record && record->covers())
        return fail(refused(refusals::MembersFixed));
    return record;
}

std::shared_ptr<BodySink> MembersRoutes::sinkOf(const HttpRequest &head) {
    const auto begin = [this, head]() -> Result<std::shared_ptr<MemberRead>> {
        const auto record = draft(head.parameter("id"));
        if (!record) return fail(record.error());
        if (auto fresh = requireVersion(head, record->version); !fresh) return fail(fresh.error());
        return m_reads.begin({record->group.id, head.principal.subject, m_store.environment().now(), false,
                              announcedBytes(head)});
    };
    return std::make_shared<MembersUpload>(MemberReader::formOf(head.header("content-type")), begin);
}

Result<HttpResponse> MembersRoutes::upload(const HttpRequest &request) {
    auto *body = dynamic_cast<MembersUpload *>(request.sink.get());
    if (!body) return fail(ErrorKind::Internal, "the members came without a reader");
    auto whole = body->finish();
    if (!whole) return fail(whole.error());
    const auto version = request.ifMatch();
    if (!version) return fail(version.error());
    const auto list = stored(request, *version, whole->ids, std::move(whole->read));
    if (!list) return fail(list.error());
    std::optional<HttpResponse> answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto told = put(request, tx, *list);
        if (!told) return fail(told.error());
        answer = std::move(*told);
        return Json();
    });
    if (done) return std::move(*answer);
    groupmembers::drop(m_store, list->id);
    return fail(done.error());
}

Result<void> MembersRoutes::resolve(const HttpRequest &request) {
    if (auto good = onlyReason(request); !good) return good;
    const auto record = draft(request.parameter("id"));
    if (!record) return fail(record.error());
    if (!record->group.criteria) return fail(ErrorKind::Conflict, "the group has no criteria: upload its members");
    const auto reading = m_reads.begin(
        {record->group.id, request.principal.subject, m_store.environment().now(), true});
    if (!reading) return fail(reading.error());
    Result<DirectoryRow> directory;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        directory = Directory::row(db);
        return {};
    });
    if (!done) return done;
    if (!directory) return fail(directory.error());
    std::size_t invalidIds = 0;
    const auto ids = resolved(directory->config, *record->group.criteria, **reading, invalidIds);
    if (!ids) return fail(ids.error());
    auto list = stored(request, record->version, *ids, *reading);
    if (!list) return fail(list.error());
    list->invalidIds = invalidIds;
    request.prepared = std::move(*list);
    return {};
}

Result<HttpResponse> MembersRoutes::putResolved(const HttpRequest &request, WriteTransaction &tx) {
    auto *list = std::any_cast<NewList>(&request.prepared);
    if (!list) return fail(ErrorKind::Internal, "the members were not read");
    auto answer = put(request, tx, *list);
    if (!answer) groupmembers::dropLater(m_store, list->id);
    list->read.reset();
    return answer;
}

Result<MembersRoutes::NewList> MembersRoutes::stored(const HttpRequest &request, std::int64_t version,
                                                     const IdSet &ids, std::shared_ptr<MemberRead> read) {
    read->phase = MemberRead::Phase::Storing;
    auto list = groupmembers::store(m_store, request.actor(), ids, [&read](std::size_t stored) {
        read->stored = stored;
        return read->goOn();
    });
    if (!list) return fail(list.error());
    return NewList{std::move(*list), ids.size(), 0, version, std::move(read)};
}

Result<HttpResponse> MembersRoutes::put(const HttpRequest &request, WriteTransaction &tx, const NewList &list) {
    auto record = grouprecords::find(tx.db(), request.parameter("id"));
    if (!record) return fail(record.error());
    if (record->version != list.version || record->covers())
        return fail(ErrorKind::Conflict, "the group was changed while its members were read");
    const std::string before = std::exchange(record->membersId, list.id);
    const std::size_t usersBefore = std::exchange(record->users, list.users);
    record->updatedAt = tx.now();
    record->changedBy = tx.actor().subject;
    ++record->version;
    if (auto stored = grouprecords::update(tx.db(), *record); !stored) return fail(stored.error());
    if (auto removed = groupmembers::remove(tx.db(), before); !removed) return fail(removed.error());
    if (auto kept = groupmembers::keep(tx.db(), list.id); !kept) return fail(kept.error());
    tx.audit({"user_group.members", "user_group", record->group.id, {{"size", usersBefore}}, {{"size", list.users}},
              request.reason});
    Json json = m_acts.told(*record, tx.now());
    tx.emit("group.changed", {{"group", json}, {"history", nullptr}});
    tx.afterCommit([this, record = *record] { m_book.put(record); });
    return HttpResponse::object({{"group", json}, {"invalid_ids", list.invalidIds}}, record->version);
}

} // namespace crossfade
