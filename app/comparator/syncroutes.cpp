// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept in sync, and the commands to it.
#include "app/comparator/entity.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/synctasks.h"
#include "app/service/zones.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostDemanded = 1'000;

struct SyncInput {
    SyncConfig config;
    std::string dataType;
};

// The definition of the body, held against its mapping.
Result<SyncInput> readSync(const HttpRequest &request, Database &db)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    const Result<SyncConfig> config = parseSyncConfig(*body);
    if (!config) return fail(config.error());
    const Result<MappedSources> mapped = loadMapping(db, config->mappingId);
    if (!mapped && mapped.error().kind == ErrorKind::NotFound)
        return invalid("/mapping_id", "there is no mapping " + config->mappingId);
    if (!mapped) return fail(mapped.error());
    if (mapped->mapping.isOfSets())
        return invalid("/mapping_id", "is a mapping of sets: a sync takes one of the single rows, with the member in its key");
    std::vector<FieldError> mistakes = syncMistakes(*config, mapped->mapping);
    if (config->schedule && !zoneTable(config->schedule->timeZone))
        mistakes.push_back({"/schedule/time_zone", "there is no such time zone"});
    const Json dataType = body->value("data_type", Json());
    if (!dataType.is_null() && dataType != Json(mapped->mapping.dataType))
        mistakes.push_back({"/data_type", "is that of the mapping, " + mapped->mapping.dataType});
    if (!mistakes.empty()) {
        Error error{ErrorKind::Invalid, mistakes.front().pointer + " " + mistakes.front().message, {}, {}};
        error.fields = std::move(mistakes);
        return fail(std::move(error));
    }
    return SyncInput{*config, mapped->mapping.dataType};
}

// What the database of a side has to say to how its changes are told.
Result<std::vector<FieldError>> captureProblems(const SyncCapture &capture, SourceSettings settings, Platform side)
{
    const std::string pointer = side == Platform::Legacy ? "/capture/legacy" : "/capture/new";
    if (capture.channel && settings.kind != SourceKind::Postgres)
        return std::vector<FieldError>{{pointer + "/notify_channel", "belongs to a PostgreSQL source"}};
    if (!capture.hasTable()) return std::vector<FieldError>();
    settings.statementTimeout = std::chrono::seconds(10);
    const Result<std::unique_ptr<Source>> source = connectSource(settings, Access::Read);
    if (!source) return std::vector<FieldError>{{pointer + "/change_table", source.error().message}};
    const Result<std::vector<Column>> columns = (*source)->columns(capture.table);
    if (!columns) return std::vector<FieldError>{{pointer + "/change_table", columns.error().message}};
    return changeTableMistakes(capture, side, *columns);
}

// Before anything is stored, and without holding up whoever writes to the store.
Result<void> checkCaptures(const Context &context, const HttpRequest &request)
{
    std::optional<MappedSources> sources;
    SyncConfig config;
    const Result<void> read = context.store.read([&](Database &db) -> Result<void> {
        const Result<SyncInput> input = readSync(request, db);
        if (!input) return fail(input.error());
        config = input->config;
        if (!config.legacyCapture && !config.newCapture) return {};
        Result<MappedSources> found = loadMapping(db, config.mappingId);
        if (!found) return fail(found.error());
        sources = std::move(*found);
        return {};
    });
    if (!read || !sources) return read;
    Error error{ErrorKind::Invalid, {}, {}, {}};
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (!config.capture(side)) continue;
        Result<std::vector<FieldError>> found = captureProblems(*config.capture(side), sources->side(side), side);
        if (!found) return fail(found.error());
        std::ranges::move(*found, std::back_inserter(error.fields));
    }
    if (error.fields.empty()) return {};
    error.message = error.fields.front().pointer + " " + error.fields.front().message;
    return fail(std::move(error));
}

Result<void> checkRoom(Database &db, const SyncInput &input, const std::string &except)
{
    const auto triple = db.query("SELECT id FROM sync_configs WHERE source_system = ? AND target_system = ? AND "
                                 "data_type = ? AND id <> ?",
                                 {std::string(platformWord(input.config.source)),
                                  std::string(platformWord(input.config.target())), input.dataType, except});
    if (!triple) return fail(triple.error());
    if (!triple->empty())
        return fail(ErrorKind::Conflict, "there is a sync of " + input.dataType + " from " +
                                             std::string(platformWord(input.config.source)) + " to " +
                                             std::string(platformWord(input.config.target())) + " already");
    const auto others = db.query("SELECT body FROM sync_configs WHERE data_type = ? AND id <> ?", {input.dataType, except});
    if (!others) return fail(others.error());
    for (const SqlRow &row : *others) {
        const Result<SyncConfig> other = parseSyncConfig(jsonOrNull(row, 0));
        const bool both = other && (other->direction == SyncDirection::Bidirectional ||
                                    input.config.direction == SyncDirection::Bidirectional);
        if (both) return fail(ErrorKind::Conflict, "the other sync of " + input.dataType + " would do the same twice");
    }
    const auto active = db.query("SELECT count(*) FROM sync_configs WHERE active = 1 AND id <> ?", {except});
    if (!active) return fail(active.error());
    if (input.config.active && active->front().integer(0) >= static_cast<std::int64_t>(MostActiveSyncs))
        return fail(ErrorKind::Conflict, "at most " + std::to_string(MostActiveSyncs) + " syncs may be active");
    return {};
}

HttpResponse syncAnswer(const Json &sync, int status = 200)
{
    return HttpResponse::object(sync, sync.at("version").get<std::int64_t>(), status);
}

Result<HttpResponse> createSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<SyncInput> input = readSync(request, tx.db());
    if (!input) return fail(input.error());
    if (Result<void> room = checkRoom(tx.db(), *input, ""); !room) return fail(room.error());
    const std::string id = tx.newId();
    const std::int64_t now = toMs(tx.now());
    const auto done = tx.db().execute(
        "INSERT INTO sync_configs (id, source_system, target_system, data_type, mapping_id, body, active, state, "
        "created_at, updated_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, 'WAITING', ?, ?, 1)",
        {id, std::string(platformWord(input->config.source)), std::string(platformWord(input->config.target())),
         input->dataType, input->config.mappingId, dumpJson(syncConfigJson(input->config)),
         std::int64_t{input->config.active}, now, now});
    if (!done) return fail(done.error());
    const auto progress = tx.db().execute("INSERT INTO sync_progress (config_id) VALUES (?)", {id});
    if (!progress) return fail(progress.error());
    const Result<Json> after = tellSync(tx, id);
    if (!after) return fail(after.error());
    tx.audit({"sync.create", "sync_config", id, nullptr, syncSettingsOf(*after), request.reason});
    tx.afterCommit([&engine] { engine.wake(); });
    return syncAnswer(*after, 201);
}

// The sync before a change of its definition, at the version that If-Match names.
Result<Json> syncBefore(const HttpRequest &request, WriteTransaction &tx)
{
    Result<Json> sync = syncJson(tx.db(), request.parameter("id"), tx.now());
    if (!sync) return sync;
    if (Result<void> same = checkVersion(request, sync->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    return sync;
}

Result<HttpResponse> replaceSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> old = syncBefore(request, tx);
    if (!old) return fail(old.error());
    const Result<SyncInput> input = readSync(request, tx.db());
    if (!input) return fail(input.error());
    const std::string id = request.parameter("id");
    if (Result<void> room = checkRoom(tx.db(), *input, id); !room) return fail(room.error());
    const Result<SyncRecord> record = loadSync(tx.db(), id);
    if (!record) return fail(record.error());
    if (record->state != SyncState::Waiting && !isSameSync(record->config, input->config))
        return fail(ErrorKind::Conflict, "source, target, direction and mapping can be changed only before the first "
                                         "run: what is in step is remembered for them. Make a new sync");
    if (const auto done = tx.db().execute(
            "UPDATE sync_configs SET source_system = ?, target_system = ?, data_type = ?, mapping_id = ?, body = ?, "
            "active = ? WHERE id = ?",
            {std::string(platformWord(input->config.source)), std::string(platformWord(input->config.target())),
             input->dataType, input->config.mappingId, dumpJson(syncConfigJson(input->config)),
             std::int64_t{input->config.active}, id});
        !done)
        return fail(done.error());
    const std::optional<std::string> cause =
        old->at("cause").is_string() ? std::optional(old->at("cause").get<std::string>()) : std::nullopt;
    const Result<Json> after = commandSync(tx, id, SyncCommand::Replace, cause);
    if (!after) return fail(after.error());
    tx.audit({"sync.update", "sync_config", id, syncSettingsOf(*old), syncSettingsOf(*after), request.reason});
    tx.afterCommit([&engine] { engine.wake(); });
    return syncAnswer(*after);
}

Result<HttpResponse> removeSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> old = syncBefore(request, tx);
    if (!old) return fail(old.error());
    const std::string id = request.parameter("id");
    const Result<SyncRecord> record = loadSync(tx.db(), id);
    if (!record) return fail(record.error());
    if (record->config.active && !afterSyncCommand(record->state, SyncCommand::Delete, record->unfinished))
        return fail(ErrorKind::Conflict, "a sync that is " + std::string(syncStateWord(record->state)) +
                                             " cannot be deleted: pause it first");
    for (const char *table : {"sync_bases", "sync_intents", "sync_tasks", "sync_logs", "sync_progress"}) {
        const auto gone = tx.db().execute(std::string("DELETE FROM ") + table + " WHERE config_id = ?", {id});
        if (!gone) return fail(gone.error());
    }
    if (const auto gone = tx.db().execute("DELETE FROM sync_configs WHERE id = ?", {id}); !gone)
        return fail(gone.error());
    tx.audit({"sync.delete", "sync_config", id, syncSettingsOf(*old), nullptr, request.reason});
    tx.emit("sync.changed", {{"deleted_id", id}});
    tx.afterCommit([&engine] { engine.wake(); });
    return HttpResponse::noContent();
}

Result<HttpResponse> obeySync(SyncEngine &engine, SyncCommand command, const HttpRequest &request,
                             WriteTransaction &tx, int status, const Json &asked = Json::object())
{
    const std::string id = request.parameter("id");
    const Result<Json> old = syncJson(tx.db(), id, tx.now());
    if (!old) return fail(old.error());
    const Result<Json> after = commandSync(tx, id, command);
    if (!after) return fail(after.error());
    Json kept{{"state", after->at("state")}};
    kept.update(asked);
    tx.audit({"sync." + std::string(syncCommandWord(command)), "sync_config", id, {{"state", old->at("state")}},
              std::move(kept), request.reason});
    tx.afterCommit([&engine] { engine.wake(); });
    return syncAnswer(*after, status);
}

// The body of an act, which may be empty.
Result<Json> actBody(const HttpRequest &request)
{
    return request.body.empty() ? Result<Json>(Json::object()) : request.json();
}

Result<HttpResponse> demandSync(SyncEngine &engine, const HttpRequest &request, const std::set<std::string> &ids,
                            WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<SyncRecord> record = loadSync(tx.db(), id);
    if (!record) return fail(record.error());
    const Result<MappedSources> mapped = loadMapping(tx.db(), record->config.mappingId);
    if (!mapped) return fail(mapped.error());
    for (const std::string &key : ids) {
        if (!isKey(mapped->mapping.keyKind, key)) return invalid("/ids", key + " is no key of the mapping");
        if (Result<void> queued = demandEntity(tx, id, key); !queued) return fail(queued.error());
    }
    return obeySync(engine, SyncCommand::Demand, request, tx, 202, {{"ids", ids}});
}

Result<HttpResponse> runSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = actBody(request);
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const std::vector<std::string> named = in.optionalTexts("ids", MostDemanded, 1'000);
    const bool beyondLimits = in.optionalBoolean("accept_mass_change").value_or(false);
    if (in.has("ids") && named.empty()) in.reject("ids", "must name at least one id");
    if (in.has("ids") && beyondLimits) in.reject("accept_mass_change", "belongs to a run of everything");
    if (beyondLimits && request.reason.empty()) in.reject("reason", "is required to accept a mass change");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    if (!named.empty()) return demandSync(engine, request, {named.begin(), named.end()}, tx);
    const auto done = tx.db().execute("UPDATE sync_progress SET pass_wish = ? WHERE config_id = ?",
                                      {std::int64_t{beyondLimits ? 2 : 1}, request.parameter("id")});
    if (!done) return fail(done.error());
    return obeySync(engine, SyncCommand::Run, request, tx, 202, {{"accept_mass_change", beyondLimits}});
}

Result<HttpResponse> backfillSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = actBody(request);
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const bool restart = in.optionalBoolean("restart").value_or(false);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    const std::string id = request.parameter("id");
    const Result<SyncRecord> record = loadSync(tx.db(), id);
    if (!record) return fail(record.error());
    if (restart || !record->unfinished) { // an unfinished one goes on where it stopped
        const auto done = tx.db().execute(
            "UPDATE sync_progress SET backfill_state = 'RUNNING', backfill_key = NULL, backfill_rows = 0, "
            "backfill_total = NULL, backfill_started_at = ?, backfill_ended_at = NULL, mapping_print = CASE ? WHEN 1 "
            "THEN '' ELSE mapping_print END WHERE config_id = ?",
            {toMs(tx.now()), std::int64_t{restart}, id});
        if (!done) return fail(done.error());
    }
    return obeySync(engine, SyncCommand::Backfill, request, tx, 202, {{"restart", restart}});
}

Result<HttpResponse> pauseSync(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    return obeySync(engine, SyncCommand::Pause, request, tx, 200);
}

Result<HttpResponse> listSyncs(const SyncEngine &engine, const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM sync_configs");
    if (!total) return fail(total.error());
    const auto rows = db.query("SELECT " + syncColumns() + " WHERE c.id > ? ORDER BY c.id LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0),
                      [&](const SqlRow &row) { return syncRowJson(db, row, engine.now()); });
}

} // namespace

void addSyncRoutes(RouteTable &routes, const Context &context, SyncEngine &engine)
{
    const std::string all = "/api/v1/sync-configs";
    const std::string one = all + "/{id}";
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor"}),
                [&engine](const HttpRequest &request, Database &db) { return listSyncs(engine, request, db); });
    routes.read("GET", one, rulesFor(Readers), [&engine](const HttpRequest &request, Database &db) {
        return syncJson(db, request.parameter("id"), engine.now()).map([](const Json &sync) { return syncAnswer(sync); });
    });
    const auto write = [&](const char *method, const std::string &path, bool ifMatch, auto handler) {
        routes.write(method, path, changeRules(Operators, ifMatch),
                     [&engine, handler](const HttpRequest &request, WriteTransaction &tx) {
                         return handler(engine, request, tx);
                     });
    };
    const auto prepare = [context](const HttpRequest &request) { return checkCaptures(context, request); };
    const auto checked = [&](const char *method, const std::string &path, bool ifMatch, auto handler) {
        routes.preparedWrite(method, path, changeRules(Operators, ifMatch), prepare,
                             [&engine, handler](const HttpRequest &request, WriteTransaction &tx) {
                                 return handler(engine, request, tx);
                             });
    };
    checked("POST", all, false, createSync);
    checked("PUT", one, true, replaceSync);
    write("DELETE", one, true, removeSync);
    write("POST", one + "/run", false, runSync);
    write("POST", one + "/backfill", false, backfillSync);
    write("POST", one + "/pause", false, pauseSync);
}

} // namespace crossfade
