// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The queue and the dead letters, the log, and the view of how all syncs do.
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/synctasks.h"

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

const std::vector<std::string_view> TaskStates{"QUEUED", "RETRYING", "DEAD", "SKIPPED", "DISCARDED"};
const std::vector<std::string_view> SyncStatuses{"SUCCESS", "FAILED", "RETRYING"};
constexpr std::size_t LongestValue = 2'000;

struct SyncFilter {
    std::string where = " WHERE 1 = 1";
    Database::Parameters values;
    void add(const std::string &condition, SqlValue value)
    {
        where += " AND " + condition;
        values.push_back(std::move(value));
    }
};

Result<SyncFilter> readSyncFilter(const HttpRequest &request, const char *wordName,
                              const std::vector<std::string_view> &words)
{
    SyncFilter filter;
    for (const char *name : {"config_id", "entity_id"}) {
        if (const auto text = request.queryText(name)) filter.add(std::string(name) + " = ?", *text);
    }
    if (const auto word = request.queryText(wordName)) {
        std::string all;
        for (const std::string_view known : words)
            all += (all.empty() ? "" : " ") + std::string(known);
        if (std::ranges::find(words, *word) == words.end())
            return invalid(std::string("?") + wordName, "must be one of " + all);
        filter.add(std::string(wordName) + " = ?", *word);
    }
    return filter;
}

// The newest first.
template <class JsonOf>
Result<HttpResponse> listNewest(const HttpRequest &request, Database &db, const std::string &table,
                          const std::string &columns, SyncFilter filter, const JsonOf &jsonOf)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM " + table + filter.where, filter.values);
    if (!total) return fail(total.error());
    if (page->after) filter.add("id < ?", *page->after);
    filter.values.emplace_back(page->limit + 1);
    const auto rows = db.query("SELECT " + columns + filter.where + " ORDER BY id DESC LIMIT ?", filter.values);
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0), jsonOf);
}

Result<HttpResponse> listTasks(const HttpRequest &request, Database &db)
{
    Result<SyncFilter> filter = readSyncFilter(request, "state", TaskStates);
    if (!filter) return fail(filter.error());
    for (const char *name : {"assigned_to", "assigned_role"}) {
        if (const auto text = request.queryText(name)) filter->add(std::string(name) + " = ?", *text);
    }
    return listNewest(request, db, "sync_tasks", taskColumns(), std::move(*filter), taskRowJson);
}

Result<HttpResponse> listLogs(const HttpRequest &request, Database &db)
{
    Result<SyncFilter> filter = readSyncFilter(request, "status", SyncStatuses);
    if (!filter) return fail(filter.error());
    const Result<std::optional<bool>> permanent = request.queryBoolean("permanent");
    if (!permanent) return fail(permanent.error());
    if (*permanent) filter->add("permanent = ?", std::int64_t{**permanent});
    return listNewest(request, db, "sync_logs", logColumns(), std::move(*filter), logRowJson);
}

HttpResponse taskAnswer(const Json &task)
{
    return HttpResponse::object(task, task.at("version").get<std::int64_t>());
}

// What audit keeps of a task.
Json taskSummary(const Json &task)
{
    return {{"entity_id", task.at("entity_id")}, {"state", task.at("state")}, {"error", task.at("error")}, {"edit", task.at("edit")}};
}

Result<HttpResponse> auditedTask(const HttpRequest &request, WriteTransaction &tx, const char *action, const Json &old)
{
    const Result<Json> after = taskJson(tx.db(), request.parameter("id"));
    if (!after) return fail(after.error());
    tx.audit({action, "sync_task", request.parameter("id"), taskSummary(old), taskSummary(*after), request.reason});
    if (const Result<Json> told = tellSync(tx, after->at("config_id").get<std::string>()); !told)
        return fail(told.error());
    return taskAnswer(*after);
}

Result<HttpResponse> retryTask(SyncEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const Result<Json> old = taskJson(tx.db(), request.parameter("id"));
    if (!old) return fail(old.error());
    if (old->at("state") == "QUEUED") return fail(ErrorKind::Conflict, "the task is QUEUED already");
    const std::string config = old->at("config_id").get<std::string>();
    const Result<SyncRecord> record = loadSync(tx.db(), config);
    if (!record) return fail(record.error());
    if (!record->config.active) return fail(ErrorKind::Conflict, "the sync is not active");
    if (Result<void> queued = demandEntity(tx, config, old->at("entity_id").get<std::string>()); !queued)
        return fail(queued.error());
    tx.afterCommit([&engine] { engine.wake(); });
    return auditedTask(request, tx, "sync_task.retry", *old);
}

Result<HttpResponse> discardTask(const HttpRequest &request, WriteTransaction &tx)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const Result<Json> old = taskJson(tx.db(), request.parameter("id"));
    if (!old) return fail(old.error());
    if (old->at("state") == "DISCARDED") return fail(ErrorKind::Conflict, "the task is discarded already");
    const auto done = tx.db().execute("UPDATE sync_tasks SET state = 'DISCARDED', demanded = 0, updated_at = ?, "
                                      "version = version + 1 WHERE id = ?",
                                      {toMs(tx.now()), request.parameter("id")});
    if (!done) return fail(done.error());
    return auditedTask(request, tx, "sync_task.discard", *old);
}

void readChoice(JsonReader &in, Json &choice)
{
    const auto side = in.optionalWord("take", {"LEGACY", "NEW"});
    if (side) choice["take"] = *side == 0 ? "LEGACY" : "NEW";
}

// {take} for the entity, and for single fields {take} or {value}.
Result<Json> readEdit(const Json &body)
{
    JsonReader in(body);
    in.ignore("reason");
    Json edit{{"fields", Json::object()}};
    readChoice(in, edit);
    if (const Json *fields = in.optionalObject("fields")) {
        JsonReader each(*fields, in.pointerTo("fields"), in);
        if (fields->size() > 200) in.reject("fields", "may name at most 200 fields");
        for (const auto &[name, value] : fields->items()) {
            const Json *object = each.optionalObject(name);
            if (!object) continue;
            JsonReader one(*object, each.pointerTo(name), each);
            Json choice = Json::object();
            readChoice(one, choice);
            if (const auto text = one.optionalText("value", LongestValue)) choice["value"] = *text;
            if (one.isNull("value")) choice["value"] = nullptr;
            if (choice.size() != 1) each.reject(name, "must have either take or value");
            (void)one.finish();
            edit["fields"][name] = std::move(choice);
        }
        (void)each.finish();
    }
    if (!edit.contains("take") && edit["fields"].empty()) in.reject("fields", "must name a field, or take a side");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return edit;
}

// A value of a sensitive field would stand in the store: there only a side can be taken.
Result<void> checkEdit(Database &db, const std::string &configId, const Json &edit)
{
    const Result<SyncRecord> record = loadSync(db, configId);
    if (!record) return fail(record.error());
    const Result<MappedSources> mapped = loadMapping(db, record->config.mappingId);
    if (!mapped) return fail(mapped.error());
    for (const auto &[name, choice] : edit.at("fields").items()) {
        const std::string pointer = "/fields/" + pointerToken(name);
        const auto field = std::ranges::find(mapped->compared, name, &MappedField::name);
        if (field == mapped->compared.end()) return invalid(pointer, "the mapping compares no such field");
        if (field->sensitive && choice.contains("value"))
            return invalid(pointer + "/value", "the field is sensitive: take a side instead");
    }
    return {};
}

Result<HttpResponse> editTask(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    const Result<Json> edit = readEdit(*body);
    if (!edit) return fail(edit.error());
    const Result<Json> old = taskJson(tx.db(), request.parameter("id"));
    if (!old) return fail(old.error());
    if (Result<void> same = checkVersion(request, old->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    if (Result<void> good = checkEdit(tx.db(), old->at("config_id").get<std::string>(), *edit); !good)
        return fail(good.error());
    const auto done = tx.db().execute(
        "UPDATE sync_tasks SET edit = ?, updated_at = ?, version = version + 1 WHERE id = ?",
        {dumpJson(*edit), toMs(tx.now()), request.parameter("id")});
    if (!done) return fail(done.error());
    return auditedTask(request, tx, "sync_task.edit", *old);
}

// Hundredths of a percent, rounded to the nearest.
double rate(std::int64_t part, std::int64_t whole)
{
    return std::round(static_cast<double>(part) * 10'000.0 / static_cast<double>(whole)) / 100.0;
}

Result<HttpResponse> monitorSyncs(const SyncEngine &engine, const HttpRequest &, Database &db)
{
    const auto rows = db.query("SELECT " + syncColumns() + " WHERE c.active = 1 ORDER BY c.data_type, c.source_system, "
                                                           "c.target_system");
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (const SqlRow &row : *rows) {
        const Result<Json> sync = syncRowJson(db, row, engine.now());
        if (!sync) return fail(sync.error());
        const std::int64_t total = row.integer(17) + row.integer(18) + row.integer(20);
        Json item{{"total_syncs", total},
                  {"successful", row.integer(17)},
                  {"failed", row.integer(18)},
                  {"success_rate", total > 0 ? Json(rate(row.integer(17), total)) : Json()},
                  {"avg_duration_ms", total > 0 ? Json(rate(row.integer(21), total * 100)) : Json()},
                  {"last_sync_time", timeOrNull(row, 22)}};
        item["config_id"] = sync->at("id");
        for (const char *name : {"data_type", "source_system", "target_system", "sync_direction", "state", "backlog", "dead_letters",
                                 "lag_seconds", "last_error"})
            item[name] = sync->at(name);
        items.push_back(std::move(item));
    }
    return HttpResponse::json({{"items", std::move(items)}});
}

} // namespace

void addSyncTaskRoutes(RouteTable &routes, SyncEngine &engine)
{
    const std::string all = "/api/v1/sync-tasks";
    const std::string one = all + "/{id}";
    RouteRules withReason = changeRules(Operators, false);
    withReason.reasonRequired = true;
    routes.read("GET", "/api/v1/sync-logs",
                rulesFor(Readers, {"limit", "cursor", "config_id", "entity_id", "status", "permanent"}), listLogs);
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor", "config_id", "entity_id", "state", "assigned_to", "assigned_role"}),
                listTasks);
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return taskJson(db, request.parameter("id")).map(taskAnswer);
    });
    routes.write("PATCH", one, changeRules(Operators, true), editTask);
    routes.write("POST", one + "/retry", changeRules(Operators, false),
                 [&engine](const HttpRequest &request, WriteTransaction &tx) { return retryTask(engine, request, tx); });
    routes.write("POST", one + "/discard", withReason, discardTask);
    routes.read("GET", "/api/v1/monitoring/sync", rulesFor(Readers),
                [&engine](const HttpRequest &request, Database &db) { return monitorSyncs(engine, request, db); });
}

} // namespace crossfade
