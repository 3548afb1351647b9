// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runstart.h"
#include "app/comparator/runstore.h"
#include "models/consistency/sampleinterval.h"

#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostIds = 10'000;
constexpr std::int64_t HighestRowsLimit = 10'000'000; // a second

Result<RunInput> readRun(const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    RunInput input;
    input.scope = static_cast<RunScope>(in.word("scope", {RunScopeWords.begin(), RunScopeWords.end()}));
    input.rowsLimit = in.optionalInteger("rows_per_second_limit", 1, HighestRowsLimit);
    std::set<std::string> known;
    for (std::string &id : in.optionalTexts("ids", MostIds, 1'000)) {
        if (known.insert(id).second) input.ids.push_back(std::move(id));
    }
    const bool byIds = input.scope == RunScope::Ids;
    if (byIds && input.ids.empty()) in.reject("ids", "must name at least one id");
    if (!byIds && in.has("ids")) in.reject("ids", "belongs to the scope IDS only");
    input.keys = in.optionalBoolean("keys").value_or(false);
    if (in.has("keys") && input.scope != RunScope::Incremental)
        in.reject("keys", "belongs to the scope INCREMENTAL only");
    input.sampleSize = in.optionalInteger("sample_size", 1, MostSampled);
    input.seed = in.optionalInteger("seed", 0, MostSeed);
    for (const char *field : {"sample_size", "seed"}) {
        if (input.scope != RunScope::Sample && in.has(field)) in.reject(field, "belongs to the scope SAMPLE only");
    }
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return input;
}

HttpResponse runAnswer(const Json &run)
{
    return HttpResponse::object(run, run.at("version").get<std::int64_t>());
}

Result<HttpResponse> start(CheckEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<RunInput> input = readRun(request);
    if (!input) return fail(input.error());
    const Result<std::string> id = startRun(tx, request.parameter("id"), *input, request.reason);
    if (!id) return fail(id.error());
    const Result<Json> run = runJson(tx.db(), *id);
    if (!run) return fail(run.error());
    tx.audit({"check.run",
              "run",
              *id,
              nullptr,
              {{"check_id", request.parameter("id")}, {"scope", run->at("scope")}},
              request.reason});
    tx.afterCommit([&engine] { engine.wake(); });
    return HttpResponse::object(*run, 1, 202);
}

// A run that nobody works on takes the command at once, a running one is asked.
Result<HttpResponse> command(CheckEngine &engine, Wish wish, const HttpRequest &request,
                             WriteTransaction &tx)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const std::string id = request.parameter("id");
    const Result<Json> before = runJson(tx.db(), id);
    if (!before) return fail(before.error());
    const std::string state = before->at("state").get<std::string>();
    const bool cancel = wish == Wish::Cancel;
    if (state == "RUNNING" || state == "RECHECKING") {
        const auto asked =
            tx.db().execute("UPDATE runs SET wish = ?, version = version + 1 WHERE id = ?",
                            {std::string(cancel ? "CANCEL" : "PAUSE"), id});
        if (!asked) return fail(asked.error());
        tx.afterCommit([&engine, id, wish] { engine.ask(id, wish); });
    } else if (cancel && (state == "QUEUED" || state == "PAUSED")) {
        if (Result<Json> ended = endRun(tx, id, {"CANCELLED", std::nullopt}); !ended)
            return fail(ended.error());
    } else if (!cancel && state == "QUEUED") {
        const auto paused = tx.db().execute(
            "UPDATE runs SET state = 'PAUSED', version = version + 1 WHERE id = ?", {id});
        if (!paused) return fail(paused.error());
    } else {
        return fail(ErrorKind::Conflict,
                    "a run that is " + state + " cannot be " + (cancel ? "cancelled" : "paused"));
    }
    const Result<Json> after = runJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({cancel ? "run.cancel" : "run.pause",
              "run",
              id,
              {{"state", state}},
              {{"state", after->at("state")}},
              request.reason});
    return runAnswer(*after);
}

Result<HttpResponse> resume(CheckEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const std::string id = request.parameter("id");
    const Result<Json> before = runJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (before->at("state") != "PAUSED")
        return fail(ErrorKind::Conflict, "only a paused run can be resumed");
    const auto queued = tx.db().execute(
        "UPDATE runs SET state = 'QUEUED', wish = '', version = version + 1 WHERE id = ?", {id});
    if (!queued) return fail(queued.error());
    const Result<Json> after = runJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit(
        {"run.resume", "run", id, {{"state", "PAUSED"}}, {{"state", "QUEUED"}}, request.reason});
    tx.afterCommit([&engine] { engine.wake(); });
    return runAnswer(*after);
}

// A run counts its version on with every batch: a look at it is stale only since somebody else changed the limit.
Result<void> checkLimitVersion(Database &db, const HttpRequest &request, const Json &run)
{
    const auto changed = db.query("SELECT limit_version FROM runs WHERE id = ?", {run.at("id").get<std::string>()});
    if (!changed) return fail(changed.error());
    const Result<std::int64_t> named = request.ifMatch();
    if (!named) return fail(named.error());
    const auto version = run.at("version").get<std::int64_t>();
    const bool known = *named >= changed->front().integer(0) && *named <= version;
    return known ? Result<void>() : checkVersion(request, version);
}

// The limit that a run goes by from its next batch on; whoever works on it reads it there.
Result<HttpResponse> changeLimit(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    if (!in.has("rows_per_second_limit") && !in.isNull("rows_per_second_limit"))
        in.reject("rows_per_second_limit", "is missing; null is no limit");
    const auto limit = in.optionalInteger("rows_per_second_limit", 1, HighestRowsLimit);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    const std::string id = request.parameter("id");
    const Result<Json> before = runJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (Result<void> same = checkLimitVersion(tx.db(), request, *before); !same) return fail(same.error());
    const std::string state = before->at("state").get<std::string>();
    if (state != "QUEUED" && state != "RUNNING" && state != "RECHECKING" && state != "PAUSED")
        return fail(ErrorKind::Conflict, "a run that is " + state + " goes no faster or slower");
    const auto done = tx.db().execute(
        "UPDATE runs SET rows_limit = ?, limit_version = version + 1, version = version + 1 WHERE id = ?",
        {limit ? SqlValue(*limit) : SqlValue(nullptr), id});
    if (!done) return fail(done.error());
    const Result<Json> after = runJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"run.limit",
              "run",
              id,
              {{"rows_per_second_limit", before->at("rows_per_second_limit")}},
              {{"rows_per_second_limit", after->at("rows_per_second_limit")}},
              request.reason});
    return runAnswer(*after);
}

// The newest first.
Result<HttpResponse> listRuns(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    std::string where = " WHERE 1 = 1";
    Database::Parameters values;
    for (const char *name : {"check_id", "state"}) {
        const auto text = request.queryText(name);
        if (!text) continue;
        where += std::string(" AND ") + name + " = ?";
        values.emplace_back(*text);
    }
    const auto total = db.query("SELECT count(*) FROM runs" + where, values);
    if (!total) return fail(total.error());
    if (page->after) {
        where += " AND id < ?";
        values.emplace_back(*page->after);
    }
    values.emplace_back(page->limit + 1);
    const auto rows = db.query(
        "SELECT " + runColumns() + " FROM runs" + where + " ORDER BY id DESC LIMIT ?", values);
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0),
                      [&db](const SqlRow &row) { return runRowJson(db, row); });
}

} // namespace

void addRunRoutes(RouteTable &routes, CheckEngine &engine)
{
    const std::string all = "/api/v1/runs";
    const std::string one = all + "/{id}";
    routes.write("POST", "/api/v1/checks/{id}/run", changeRules(Operators, false),
                 [&engine](const HttpRequest &request, WriteTransaction &tx) {
                     return start(engine, request, tx);
                 });
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor", "check_id", "state"}), listRuns);
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return wholeRunJson(db, request.parameter("id")).map([](const Json &run) { return runAnswer(run); });
    });
    routes.write("PATCH", one, changeRules(Operators, true), changeLimit);
    for (const Wish wish : {Wish::Cancel, Wish::Pause}) {
        routes.write("POST", one + (wish == Wish::Cancel ? "/cancel" : "/pause"),
                     changeRules(Operators, false),
                     [&engine, wish](const HttpRequest &request, WriteTransaction &tx) {
                         return command(engine, wish, request, tx);
                     });
    }
    routes.write("POST", one + "/resume", changeRules(Operators, false),
                 [&engine](const HttpRequest &request, WriteTransaction &tx) {
                     return resume(engine, request, tx);
                 });
}

} // namespace crossfade
