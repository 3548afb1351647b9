// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/membersroutes.h"

#include "app/router/directory.h"
#include "app/router/directoryupload.h"
#include "app/router/routerules.h"
#include "models/core/csv.h"
#include "models/core/ids.h"

namespace crossfade {

namespace {

constexpr std::size_t MostMemberBytes = 256U << 20;

Failure badMember(std::size_t number) {
    return invalid("/" + std::to_string(number - 1),
                   "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | - (id number " + std::to_string(number) + ")");
}

// The first column, under the heading user_id or none.
Result<void> readCsvIds(const std::string &body, const IdSink &sink) {
    bool enough = false;
    return readCsv(body, [&](std::vector<std::string> cells, std::size_t row) -> Result<void> {
        if (enough || (row == 1 && cells.front() == "user_id")) return {};
        enough = !sink(cells.front());
        return {};
    });
}

// All or nothing: the first wrong id refuses the list.
Result<IdSet> readMembers(const HttpRequest &request) {
    IdSetBuilder builder(Directory::MostIds);
    std::size_t number = 0;
    std::size_t wrong = 0;
    const auto sink = [&](std::string_view id) {
        ++number;
        if (!isValidId(id)) wrong = number;
        return wrong == 0 && builder.add(id);
    };
    const std::string type = request.header("content-type");
    const auto read = type.starts_with("text/csv")
                          ? readCsvIds(request.body, sink)
                          : readUploadedIds(request.body, type.starts_with("application/x-ndjson"), sink);
    if (wrong > 0) return badMember(wrong);
    if (!read) return fail(read.error());
    return builder.build();
}

// The users the criteria name, straight from the source.
Result<IdSet> resolved(const DirectoryConfig &config, const Criteria &criteria, const CancelFlag &cancelled,
                       std::size_t &invalidIds) {
    const bool sqlite = config.kind == DirectoryKind::Sqlite;
    if (!sqlite && config.kind != DirectoryKind::Postgresql)
        return fail(ErrorKind::Conflict, "the directory has no source with attributes: upload the members");
    auto condition = toSql(criteria, sqlite ? SqlDialect::Sqlite : SqlDialect::Postgresql, config.attributes);
    if (!condition) return invalid("/criteria", condition.error().message);
    const DirectoryFilter filter{std::move(condition->text), std::move(condition->values)};
    IdSetBuilder builder(Directory::MostIds);
    const auto sink = [&](std::string_view id) { return !cancelled && builder.add(id); };
    const auto read = sqlite ? readSqliteDirectory(config, cancelled, sink, filter)
                             : readPostgresDirectory(config, cancelled, sink, filter);
    if (!read) return fail(read.error());
    if (cancelled) return fail(ErrorKind::Unavailable, "the service is stopping");
    invalidIds = builder.invalid();
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
    uploads.contentTypes = "text/csv,text/plain,application/x-ndjson";
    routes.read("GET", "/api/v1/user-groups/{id}/members", readableList(),
                [this](const HttpRequest &request, Database &db) { return list(request, db); });
    routes.work("PUT", "/api/v1/user-groups/{id}/members", uploads,
                [this](const HttpRequest &request) { return toldOr(upload(request), request); });
    routes.work("POST", "/api/v1/user-groups/{id}/members/resolve", changeable(Operators),
                [this](const HttpRequest &request) { return toldOr(resolve(request), request); });
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
    return HttpResponse::json(pageAnswer(std::move(items), more, static_cast<std::int64_t>(record->users)));
}

Result<GroupRecord> MembersRoutes::draft(const HttpRequest &request, bool versioned) const {
    Result<GroupRecord> record;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        record = grouprecords::find(db, request.parameter("id"));
        return {};
    });
    if (!done) return fail(done.error());
    if (!record) return record;
    if (versioned) {
        if (auto fresh = requireVersion(request, record->version); !fresh) return fail(fresh.error());
    }
    if (record->covers())
        return fail(ErrorKind::Conflict, "the members are fixed once the group was started");
    return record;
}

Result<HttpResponse> MembersRoutes::upload(const HttpRequest &request) {
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another list of members is still being read");
    const auto record = draft(request, true);
    if (!record) return fail(record.error());
    const auto ids = readMembers(request);
    if (!ids) return fail(ids.error());
    return put(request, *record, *ids, 0);
}

Result<HttpResponse> MembersRoutes::resolve(const HttpRequest &request) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another list of members is still being read");
    const auto record = draft(request, false);
    if (!record) return fail(record.error());
    if (!record->group.criteria) return fail(ErrorKind::Conflict, "the group has no criteria: upload its members");
    Result<DirectoryRow> directory;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        directory = Directory::row(db);
        return {};
    });
    if (!done) return fail(done.error());
    if (!directory) return fail(directory.error());
    std::size_t invalidIds = 0;
    const auto ids = resolved(directory->config, *record->group.criteria, m_cancelled, invalidIds);
    if (!ids) return fail(ids.error());
    return put(request, *record, *ids, invalidIds);
}

Result<HttpResponse> MembersRoutes::put(const HttpRequest &request, const GroupRecord &seen, const IdSet &ids,
                                        std::size_t invalidIds) {
    const auto list = groupmembers::store(m_store, request.actor(), ids);
    if (!list) return fail(list.error());
    std::optional<HttpResponse> answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto record = grouprecords::find(tx.db(), seen.group.id);
        if (!record) return fail(record.error());
        if (record->version != seen.version || record->covers())
            return fail(ErrorKind::Conflict, "the group was changed while its members were read");
        const std::string before = std::exchange(record->membersId, *list);
        const std::size_t usersBefore = std::exchange(record->users, ids.size());
        record->updatedAt = tx.now();
        record->changedBy = tx.actor().subject;
        ++record->version;
        if (auto stored = grouprecords::update(tx.db(), *record); !stored) return fail(stored.error());
        if (auto removed = groupmembers::remove(tx.db(), before); !removed) return fail(removed.error());
        tx.audit({"user_group.members", "user_group", record->group.id, {{"size", usersBefore}},
                  {{"size", ids.size()}}, request.reason});
        Json json = m_acts.told(*record, tx.now());
        tx.emit("group.changed", {{"group", json}, {"history", nullptr}});
        tx.afterCommit([this, record = *record] { m_book.put(record); });
        answer = HttpResponse::object({{"group", json}, {"invalid_ids", invalidIds}}, record->version);
        return Json();
    });
    if (done) return std::move(*answer);
    // Nobody will ever ask for that list.
    const auto dropped = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        if (auto removed = groupmembers::remove(tx.db(), *list); !removed) return fail(removed.error());
        return Json();
    });
    return fail(dropped ? done.error() : dropped.error());
}

} // namespace crossfade
