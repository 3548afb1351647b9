// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/entity.h"
#include "app/comparator/postgressource.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/service/mariadbtarget.h"
#include "models/consistency/mappingjson.h"

namespace crossfade {

namespace {

constexpr std::size_t MostLoadSql = 2'000;
constexpr double MostLoad = 1e15;
constexpr std::int64_t LeastStatement = 10;
constexpr std::int64_t MostStatement = 60'000;

constexpr const char *Columns =
    "id, name, kind, location, secret_from, secret_name, created_at, updated_at, version, load_sql, "
    "load_at_most, statement_ms";

Json sourceJson(const SqlRow &row)
{
    Json secret;
    if (!row.isNull(4)) secret = Json{{row.text(4), row.text(5)}};
    return {{"id", row.text(0)},
            {"name", row.text(1)},
            {"kind", row.text(2)},
            {"location", row.text(3)},
            {"secret", std::move(secret)},
            {"created_at", timeOrNull(row, 6)},
            {"load_query", row.isNull(9) ? Json() : Json{{"sql", row.text(9)}, {"at_most", row.number(10)}}},
            {"statement_ms_limit", integerOrNull(row, 11)},
            {"updated_at", timeOrNull(row, 7)},
            {"version", row.integer(8)}};
}

Result<Json> loadJson(Database &db, const std::string &id)
{
    const auto rows =
        db.query(std::string("SELECT ") + Columns + " FROM sources WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return noSuch("source", id);
    return sourceJson(rows->front());
}

struct SourceInput {
    std::string name;
    std::string kind;
    std::string location;
    std::optional<std::string> secretFrom;
    std::optional<std::string> secretName;
    SourceThrottle throttle;
};

// What a PUT leaves out of it stays as it is: whoever does not know of it must not let go of a database that is guarded.
SourceThrottle throttleOf(const Json &before)
{
    SourceThrottle throttle;
    if (before.is_null()) return throttle;
    const Json &load = before.at("load_query");
    if (!load.is_null()) throttle.load = LoadQuery{load.at("sql").get<std::string>(), load.at("at_most").get<double>()};
    const Json &statement = before.at("statement_ms_limit");
    if (!statement.is_null()) throttle.statement = std::chrono::milliseconds(statement.get<std::int64_t>());
    return throttle;
}

void readLoadQuery(JsonReader &in, SourceThrottle &throttle)
{
    if (in.isNull("load_query")) throttle.load.reset();
    const Json *object = in.optionalObject("load_query");
    if (!object) return;
    JsonReader nested(*object, in.pointerTo("load_query"), in);
    LoadQuery query{nested.text("sql", MostLoadSql), nested.number("at_most", {-MostLoad, MostLoad})};
    if (nested.has("sql")) {
        for (const FieldError &mistake : queryMistakes(query.sql, ""))
            nested.reject("sql", mistake.message);
    }
    nested.finish();
    throttle.load = std::move(query);
}

void readThrottle(JsonReader &in, SourceThrottle &throttle)
{
    readLoadQuery(in, throttle);
    if (in.isNull("statement_ms_limit")) throttle.statement.reset();
    if (const auto limit = in.optionalInteger("statement_ms_limit", LeastStatement, MostStatement))
        throttle.statement = std::chrono::milliseconds(*limit);
}

SqlValue loadSql(const SourceThrottle &throttle)
{
    return throttle.load ? SqlValue(throttle.load->sql) : SqlValue(nullptr);
}

SqlValue loadAtMost(const SourceThrottle &throttle)
{
    return throttle.load ? SqlValue(throttle.load->atMost) : SqlValue(nullptr);
}

SqlValue statementMs(const SourceThrottle &throttle)
{
    return throttle.statement ? SqlValue(std::int64_t{throttle.statement->count()}) : SqlValue(nullptr);
}

void readSecretInput(JsonReader &in, SourceInput &input)
{
    const Json *secret = in.optionalObject("secret");
    if (!secret) return;
    JsonReader nested(*secret, in.pointerTo("secret"), in);
    const auto variable = nested.optionalText("env", 200);
    const auto file = nested.optionalText("file", 1'000);
    nested.finish();
    if (variable.has_value() == file.has_value())
        in.reject("secret", "must name either env or file");
    else if ((variable ? *variable : *file).empty())
        nested.reject(variable ? "env" : "file", "must not be empty");
    input.secretFrom = variable ? "env" : "file";
    input.secretName = variable ? variable : file;
}

Result<void> checkLocation(SourceKind kind, const std::string &location)
{
    if (kind == SourceKind::Postgres) return checkPostgresUrl(location);
    if (kind == SourceKind::Sqlite) return {};
    const Result<MariadbTarget> target = parseMariadbUrl(location);
    return target ? Result<void>() : fail(target.error());
}

Result<SourceInput> readSource(const HttpRequest &request, const Json &before)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    SourceInput input;
    input.name = in.name("name");
    const auto kind = static_cast<SourceKind>(in.word("kind", {"SQLITE", "POSTGRESQL", "MARIADB"}));
    input.kind = sourceKindWord(kind);
    input.location = in.name("location", 1'000);
    readSecretInput(in, input);
    input.throttle = throttleOf(before);
    readThrottle(in, input.throttle);
    if (!input.location.empty()) {
        if (Result<void> good = checkLocation(kind, input.location); !good)
            in.reject("location", good.error().message);
    }
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return input;
}

Failure duplicateName(Error error)
{
    if (error.kind == ErrorKind::Conflict) error.message = "there is a source of this name already";
    return fail(std::move(error));
}

Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<SourceInput> input = readSource(request, nullptr);
    if (!input) return fail(input.error());
    const std::string id = tx.newId();
    const std::int64_t now = toMs(tx.now());
    const auto done =
        tx.db().execute("INSERT INTO sources (id, name, kind, location, secret_from, secret_name, "
                        "created_at, updated_at, version, load_sql, load_at_most, statement_ms) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
                        {id, input->name, input->kind, input->location, sqlText(input->secretFrom),
                         sqlText(input->secretName), now, now, loadSql(input->throttle), loadAtMost(input->throttle),
                         statementMs(input->throttle)});
    if (!done) return duplicateName(done.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"source.create", "source", id, nullptr, *after, request.reason});
    return HttpResponse::object(*after, 1, 201);
}

Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    const std::int64_t version = before->at("version").get<std::int64_t>();
    if (Result<void> same = checkVersion(request, version); !same) return fail(same.error());
    const Result<SourceInput> input = readSource(request, *before);
    if (!input) return fail(input.error());
    const auto done =
        tx.db().execute("UPDATE sources SET name = ?, kind = ?, location = ?, secret_from = ?, "
                        "secret_name = ?, updated_at = ?, load_sql = ?, load_at_most = ?, statement_ms = ?, "
                        "version = version + 1 WHERE id = ?",
                        {input->name, input->kind, input->location, sqlText(input->secretFrom),
                         sqlText(input->secretName), toMs(tx.now()), loadSql(input->throttle),
                         loadAtMost(input->throttle), statementMs(input->throttle), id});
    if (!done) return duplicateName(done.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"source.update", "source", id, *before, *after, request.reason});
    return HttpResponse::object(*after, version + 1);
}

// Runs and repairs keep the mapping they began with: it may name a source that no mapping names now.
Result<void> notInWork(Database &db, const std::string &sourceId)
{
    // As mappings are stored; within a text of theirs the quotes would be escaped.
    const std::string named = likePattern(R"("source_id":")" + sourceId + R"(")");
    const auto rows = db.query(
        "SELECT 'run', id FROM runs WHERE state IN ('QUEUED', 'RUNNING', 'RECHECKING', 'PAUSED') "
        "AND mapping LIKE ? ESCAPE '\\' "
        "UNION ALL SELECT 'repair', id FROM repairs WHERE (status NOT IN ('VERIFIED', 'REJECTED', 'UNDONE') "
        "OR undo_state IN ('REQUESTED', 'EXECUTING')) AND mapping LIKE ? ESCAPE '\\' LIMIT 1",
        {named, named});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {};
    return fail(ErrorKind::Conflict, "the " + rows->front().text(0) + " " + rows->front().text(1) +
                                         " that has not ended uses this source");
}

Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (Result<void> same = checkVersion(request, before->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    const auto used = tx.db().query(
        "SELECT data_type FROM mappings WHERE legacy_source = ? OR new_source = ?", {id, id});
    if (!used) return fail(used.error());
    if (!used->empty())
        return fail(ErrorKind::Conflict,
                    "the mapping of " + used->front().text(0) + " uses this source");
    if (auto free = notInWork(tx.db(), id); !free) return fail(free.error());
    if (auto done = tx.db().execute("DELETE FROM sources WHERE id = ?", {id}); !done)
        return fail(done.error());
    tx.audit({"source.delete", "source", id, *before, nullptr, request.reason});
    return HttpResponse::noContent();
}

Result<HttpResponse> listSources(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM sources");
    if (!total) return fail(total.error());
    const auto rows = db.query(std::string("SELECT ") + Columns +
                                   " FROM sources WHERE id > ? ORDER BY id LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0), sourceJson);
}

// Outside the store: connecting may take its time.
Result<std::unique_ptr<Source>> connected(const Context &context, const std::string &id)
{
    SourceSettings settings;
    const Result<void> loaded = context.store.read([&](Database &db) -> Result<void> {
        const Result<SourceSettings> found = loadSource(db, id);
        if (!found) return fail(found.error());
        settings = *found;
        return {};
    });
    if (!loaded) return fail(loaded.error());
    settings.statementTimeout = std::chrono::seconds(10);
    return connectSource(settings, Access::Read);
}

// Whether the database answers, and what it says of its load.
Result<HttpResponse> test(const Context &context, const HttpRequest &request)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const std::string id = request.parameter("id");
    SourceThrottle throttle;
    const Result<void> loaded = context.store.read([&](Database &db) -> Result<void> {
        const Result<SourceThrottle> found = loadThrottle(db, id);
        if (found) throttle = *found;
        return found ? Result<void>() : fail(found.error());
    });
    if (!loaded) return fail(loaded.error());
    const Result<std::unique_ptr<Source>> source = connected(context, id);
    if (!source && source.error().kind == ErrorKind::NotFound) return fail(source.error());
    Result<std::string> version =
        source ? (*source)->serverVersion() : Result<std::string>(fail(source.error()));
    Json load;
    if (version && throttle.load) {
        const Result<double> answer = (*source)->number(throttle.load->sql);
        if (answer) load = *answer;
        else version = fail(answer.error().kind, "the load query: " + answer.error().message);
    }
    return HttpResponse::json({{"ok", version.has_value()},
                               {"detail", version ? "connected" : version.error().message},
                               {"server_version", version ? Json(*version) : Json()},
                               {"load", std::move(load)}});
}

Result<HttpResponse> columnsOf(const Context &context, const std::string &id, const MappedTable &table)
{
    const Result<std::unique_ptr<Source>> source = connected(context, id);
    if (!source) return fail(source.error());
    const Result<std::vector<Column>> found = (*source)->columns(table.relation());
    if (!found && found.error().kind == ErrorKind::Invalid) return invalid("/query", found.error().message);
    if (!found) return fail(found.error());
    if (found->empty()) return fail(ErrorKind::NotFound, "there is no table " + table.table);
    Json items = Json::array();
    for (const Column &column : *found)
        items.push_back({{"name", column.name},
                         {"type", column.type},
                         {"nullable", column.nullable},
                         {"key", column.key}});
    return HttpResponse::json({{"columns", std::move(items)}});
}

Result<HttpResponse> columns(const Context &context, const HttpRequest &request)
{
    MappedTable table;
    table.table = request.queryText("table").value_or("");
    if (!relationMistakes(table, "").empty())
        return invalid("?table", "must name a table");
    return columnsOf(context, request.parameter("id"), table);
}

// Of a query, which may be longer than an address.
Result<HttpResponse> queryColumns(const Context &context, const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    MappedTable table;
    readRelation(in, table);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    if (const auto mistakes = relationMistakes(table, ""); !mistakes.empty())
        return invalid(mistakes.front().pointer, mistakes.front().message);
    return columnsOf(context, request.parameter("id"), table);
}

} // namespace

void addSourceRoutes(RouteTable &routes, const Context &context)
{
    const std::string all = "/api/v1/sources";
    const std::string one = all + "/{id}";
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor"}), listSources);
    routes.write("POST", all, changeRules(Admins, false), create);
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return loadJson(db, request.parameter("id")).map([](const Json &source) {
            return HttpResponse::object(source, source.at("version").get<std::int64_t>());
        });
    });
    routes.write("PUT", one, changeRules(Admins, true), replace);
    routes.write("DELETE", one, changeRules(Admins, true), remove);
    routes.work("POST", one + "/test", changeRules(Operators, false),
                [context](const HttpRequest &request) {
                    return answerOf(request, test(context, request));
                });
    routes.work("GET", one + "/columns", rulesFor(Operators, {"table"}),
                [context](const HttpRequest &request) {
                    return answerOf(request, columns(context, request));
                });
    routes.work("POST", one + "/columns", changeRules(Operators, false),
                [context](const HttpRequest &request) {
                    return answerOf(request, queryColumns(context, request));
                });
}

} // namespace crossfade
