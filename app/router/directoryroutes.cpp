// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryroutes.h"

#include "app/router/directoryupload.h"
#include "app/router/routerules.h"
#include "app/router/takenevents.h"

namespace crossfade {

namespace {

constexpr std::size_t MostUploadBytes = 1'100U << 20; // ten million of the longest ids
constexpr std::chrono::seconds MostWait{10};

Json directoryJson(const DirectoryRow &row, const DirectoryStatus &status)
{
    Json json = directoryConfigToJson(row.config);
    json["users"] = status.users;
    json["invalid_ids"] = status.invalid;
    json["refreshed_at"] = status.refreshedAt ? Json(formatInstant(*status.refreshedAt)) : Json();
    json["refreshing"] = status.refreshing;
    json["rows_read"] = status.rowsRead;
    json["error"] = status.error.empty() ? Json() : Json(status.error);
    json["updated_at"] = formatInstant(row.updatedAt);
    json["changed_by"] = row.changedBy;
    json["version"] = row.version;
    return json;
}

HttpResponse answerOr(Result<HttpResponse> answer, const HttpRequest &request)
{
    return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
}

bool isJson(const HttpRequest &request)
{
    return request.header("content-type").starts_with("application/json");
}

} // namespace

void DirectoryModule::addRoutes(RouteTable &routes)
{
    RouteRules change = changeable(Admins);
    change.ifMatch = true;
    change.bodyLimit = MostUploadBytes;
    change.streamsBody = true;
    change.sink = [this](const HttpRequest &head) -> std::shared_ptr<BodySink> {
        if (isJson(head)) return nullptr;
        const bool lines = head.header("content-type").starts_with("application/x-ndjson");
        return std::make_shared<DirectoryUpload>(lines, [this, head] { return begin(head); });
    };
    change.contentTypes = "application/json,text/plain,application/x-ndjson";
    routes.work("GET", "/api/v1/directory", readable(),
                [this](const HttpRequest &request) { return answerOr(get(), request); });
    routes.work("PUT", "/api/v1/directory", change,
                [this](const HttpRequest &request) { return answerOr(put(request), request); });
    routes.preparedWrite(
        "POST", "/api/v1/directory/refresh", changeable(Operators),
        [this](const HttpRequest &) -> Result<void> {
            m_directory.refresh(MostWait);
            return {};
        },
        [this](const HttpRequest &, WriteTransaction &tx) { return told(tx.db()); });
    routes.write("POST", "/api/v1/directory/cancel", changeable(Operators),
                 [this](const HttpRequest &request, WriteTransaction &tx) { return cancel(request, tx); });
}

Result<void> DirectoryModule::start()
{
    m_directory.start();
    return {};
}

Result<void> DirectoryModule::takeUp(Database &, const TakenUp &taken)
{
    // Read on its own thread: nobody waits for the source of the users.
    if (taken.all || tellsOf(taken, "directory.changed")) m_directory.refresh(std::chrono::milliseconds(0));
    return {};
}

Result<HttpResponse> DirectoryModule::told(Database &db) const
{
    const auto row = Directory::row(db);
    if (!row) return fail(row.error());
    return HttpResponse::object(directoryJson(*row, m_directory.status()), row->version);
}

Result<HttpResponse> DirectoryModule::get() const
{
    Result<HttpResponse> answer;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        answer = told(db);
        return {};
    });
    if (!done) return fail(done.error());
    return answer;
}

Result<HttpResponse> DirectoryModule::cancel(const HttpRequest &request, WriteTransaction &tx)
{
    if (auto good = onlyReason(request); !good) return fail(good.error());
    if (!m_directory.cancel()) return fail(ErrorKind::Conflict, "the directory is not being read");
    tx.audit({"directory.cancel", "directory", "directory", {}, {}, request.reason});
    return told(tx.db());
}

Result<std::string> DirectoryModule::storeBody(const HttpRequest &request, DirectoryConfig &config)
{
    if (auto *upload = dynamic_cast<DirectoryUpload *>(request.sink.get())) {
        const auto ids = upload->finish();
        if (!ids) return fail(ids.error());
        config.kind = DirectoryKind::Upload;
        return storeUpload(m_store, UploadTable::Directory, request.actor(), *ids);
    }
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    config = readDirectoryConfig(in);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    if (config.kind == DirectoryKind::Mariadb) {
        const CancelFlag never{false};
        if (auto good = tryMariadbDirectory(config, never); !good) return fail(good.error());
    }
    return std::string();
}

Result<void> DirectoryModule::save(const HttpRequest &request, const DirectoryConfig &config,
                                   const std::string &uploadId)
{
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        const auto before = Directory::row(tx.db());
        if (!before) return fail(before.error());
        if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
        const Json after = directoryConfigToJson(config);
        const auto row = tx.db().execute(
            "UPDATE directory SET config_json = ?, upload_id = ?, updated_at = ?, changed_by = ?, "
            "version = ?",
            {dumpJson(after), uploadId, toMs(tx.now()), tx.actor().subject, before->version + 1});
        if (!row) return fail(row.error());
        if (auto removed = removeOtherUploads(tx.db(), UploadTable::Directory, uploadId); !removed) return fail(removed.error());
        tx.emit("directory.changed", {{"kind", after.at("kind")}, {"version", before->version + 1}});
        tx.audit({"directory.update", "directory", "directory", directoryConfigToJson(before->config),
                  after, request.reason});
        return Json();
    });
    if (!done) return fail(done.error());
    return {};
}

Result<std::shared_ptr<void>> DirectoryModule::begin(const HttpRequest &request)
{
    // Looked at before the ids are read and stored, and again when they are put in force.
    auto current = m_store.read([&](Database &db) -> Result<void> {
        const auto row = Directory::row(db);
        if (!row) return fail(row.error());
        return requireVersion(request, row->version);
    });
    if (!current) return fail(current.error());
    const std::lock_guard lock(m_mutex);
    if (!m_changing.expired())
        return fail(ErrorKind::Conflict, "another change of the directory is still running");
    auto changing = std::make_shared<bool>(true);
    m_changing = changing;
    return changing;
}

Result<HttpResponse> DirectoryModule::put(const HttpRequest &request)
{
    auto *upload = dynamic_cast<DirectoryUpload *>(request.sink.get());
    const auto changing = upload ? upload->changing() : begin(request);
    if (!changing) return fail(changing.error());
    DirectoryConfig config;
    const auto uploadId = storeBody(request, config);
    if (!uploadId) return fail(uploadId.error());
    if (auto saved = save(request, config, *uploadId); !saved) return fail(saved.error());
    m_directory.cancel(); // a read of the source that was
    m_directory.refresh(MostWait);
    return get();
}

} // namespace crossfade
