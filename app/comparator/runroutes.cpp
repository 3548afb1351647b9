// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/bulkinsert.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runchanges.h"
#include "app/comparator/runstore.h"

#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostIds = 10'000;

struct RunInput {
    RunScope scope = RunScope::Full;
    std::vector<std::string> ids; // each once
    std::optional<std::int64_t> rowsLimit;
    bool keys = false; // of INCREMENTAL: all keys are to be looked at, too
};

Result<RunInput> readRun(const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    RunInput input;
    input.scope = static_cast<RunScope>(in.word("scope", {RunScopeWords.begin(), RunScopeWords.end()}));
    if (input.scope == RunScope::Sample)
        in.reject("scope", "cannot be " + std::string(runScopeWord(input.scope)) + " yet");
    input.rowsLimit = in.optionalInteger("rows_per_second_limit", 1, 10'000'000);
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
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return input;
}

Result<void> storeIds(WriteTransaction &tx, const std::string &runId,
                      const std::vector<std::string> &ids)
{
    std::int64_t place = 0;
    Database::Parameters values;
    values.reserve(ids.size() * 3);
    for (const std::string &id : ids) {
        values.emplace_back(runId);
        values.emplace_back(place++);
        values.emplace_back(id);
    }
    return insertRows(tx.db(), "INSERT INTO run_ids (run_id, place, id) VALUES", 3, std::move(values));
}

Result<std::string> storeRun(WriteTransaction &tx, const std::string &checkId,
                             const RunInput &input, const std::string &reason)
{
    const auto checks =
        tx.db().query("SELECT c.check_name, c.mapping_id, m.body, c.threshold FROM checks c "
                      "JOIN mappings m ON m.id = c.mapping_id WHERE c.id = ?",
                      {checkId});
    if (!checks) return fail(checks.error());
    if (checks->empty()) return noSuch("check", checkId);
    const auto open = tx.db().query(
        "SELECT id, state FROM runs WHERE check_id = ? AND state IN ('QUEUED', 'RUNNING', "
        "'RECHECKING', 'PAUSED')",
        {checkId});
    if (!open) return fail(open.error());
    if (!open->empty())
        return fail(ErrorKind::Conflict, "the run " + open->front().text(0) +
                                             " of this check has not ended, it is " +
                                             open->front().text(1));
    const SqlRow &check = checks->front();
    const std::string id = tx.newId();
    const auto count = static_cast<std::int64_t>(input.ids.size());
    const auto done = tx.db().execute(
        "INSERT INTO runs (id, check_id, check_name, scope, state, requested_by, reason, "
        "mapping_id, mapping, "
        "threshold, rows_limit, created_at, rows_total) VALUES (?, ?, ?, ?, 'QUEUED', ?, ?, ?, ?, "
        "?, ?, ?, ?)",
        {id, checkId, check.text(0), std::string(runScopeWord(input.scope)),
         tx.actor().subject, reason, check.text(1), check.text(2), check.integer(3),
         input.rowsLimit ? SqlValue(*input.rowsLimit) : SqlValue(nullptr), toMs(tx.now()),
         input.scope == RunScope::Ids ? SqlValue(count) : SqlValue(nullptr)});
    if (!done) return fail(done.error());
    if (Result<void> stored = storeIds(tx, id, input.ids); !stored) return fail(stored.error());
    if (input.scope != RunScope::Incremental) return id;
    if (Result<void> queued = changes::queue(tx, id, checkId, check.text(1), input.keys); !queued)
        return fail(queued.error());
    return id;
}

Result<HttpResponse> start(CheckEngine &engine, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<RunInput> input = readRun(request);
    if (!input) return fail(input.error());
    const Result<std::string> id = storeRun(tx, request.parameter("id"), *input, request.reason);
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
    return HttpResponse::object(*after, after->at("version").get<std::int64_t>());
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
    return HttpResponse::object(*after, after->at("version").get<std::int64_t>());
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
        return wholeRunJson(db, request.parameter("id")).map([](const Json &run) {
            return HttpResponse::object(run, run.at("version").get<std::int64_t>());
        });
    });
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
