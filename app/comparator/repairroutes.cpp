// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/assignmentrules.h"
#include "app/comparator/differencestore.h"
#include "app/comparator/repaircreate.h"
#include "app/comparator/repairdecision.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/repairundo.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"

namespace crossfade {

namespace {

constexpr std::size_t MostDifferences = 1'000;
constexpr std::int64_t MostConfirmed = 1'000'000'000;

HttpResponse answer(const Json &repair)
{
    return HttpResponse::object(repair, repair.at("version").get<std::int64_t>());
}

Result<HttpResponse> create(const Context &context, const HttpRequest &request,
                            WriteTransaction &tx)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    std::vector<std::string> ids = in.optionalTexts("difference_ids", MostDifferences, 100);
    const DifferenceFilter filter = readDifferenceFilter(in);
    const auto expected = in.optionalInteger("expected_count", 1, std::int64_t{MostDifferences});
    const bool byFilter = in.has("filter");
    const auto side = in.optionalWord("authoritative", {"LEGACY", "NEW"});
    if (byFilter && in.has("difference_ids")) in.reject("filter", "stands beside difference_ids: one of the two is meant");
    if (byFilter && !expected) in.reject("expected_count", "is required with a filter");
    if (!byFilter && expected) in.reject("expected_count", "belongs to a filter");
    if (!byFilter && ids.empty()) in.reject("difference_ids", "must name at least one difference, or filter find them");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    if (byFilter) {
        Result<std::vector<std::string>> found = repairable(tx.db(), filter, *expected);
        if (!found) return fail(found.error());
        ids = std::move(*found);
    }
    std::optional<Platform> authoritative;
    if (side) authoritative = *side == 0 ? Platform::Legacy : Platform::New;
    Result<Json> items = createRepairs(tx, context, ids, request.reason, authoritative);
    if (!items) return fail(items.error());
    return HttpResponse::json({{"items", std::move(*items)}}, 201);
}

Result<HttpResponse> assign(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const Assignee to = readAssignee(in);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    const std::string id = request.parameter("id");
    const Result<Json> before = repairJson(tx.db(), id);
    if (!before) return fail(before.error());
    const auto orNothing = [](const std::string &text) { return text.empty() ? SqlValue(nullptr) : SqlValue(text); };
    const auto done = tx.db().execute("UPDATE repairs SET assigned_to = ?, assigned_role = ? WHERE id = ?",
                                      {orNothing(to.person), orNothing(to.role), id});
    if (!done) return fail(done.error());
    const Result<Json> after = commandRepair(tx, id, RepairCommand::Assign, "to " + assigneeText(to));
    if (!after) return fail(after.error());
    const auto audited = [](const Json &repair) {
        return Json{{"status", repair.at("status")},
                    {"assigned_to", repair.at("assigned_to")},
                    {"assigned_role", repair.at("assigned_role")}};
    };
    tx.audit({"repair.assign", "repair", id, audited(*before), audited(*after), request.reason});
    AssignmentNews news;
    news.add(to, *after);
    if (Result<void> told = news.tell(tx, tx.actor().subject); !told) return fail(told.error());
    return answer(*after);
}

Result<HttpResponse> decide(bool approve, const HttpRequest &request, WriteTransaction &tx)
{
    RepairDecision decision{approve, request.reason, {}};
    if (!request.body.empty()) {
        const Result<Json> body = request.json();
        if (!body) return fail(body.error());
        JsonReader in(*body);
        in.ignore("reason");
        if (approve) decision.executeAt = readExecuteAt(in, tx.now());
        if (std::optional<Error> error = in.finish()) return fail(*error);
    }
    const Result<Json> after = decideRepair(tx, request.parameter("id"), decision);
    if (!after) return fail(after.error());
    return answer(*after);
}

Result<RepairRecord> load(const Context &context, const std::string &id)
{
    std::optional<RepairRecord> repair;
    const Result<void> read = context.store.read([&](Database &db) -> Result<void> {
        Result<RepairRecord> loaded = loadRepair(db, id);
        if (!loaded) return fail(loaded.error());
        repair = std::move(*loaded);
        return {};
    });
    if (!read) return fail(read.error());
    return std::move(*repair);
}

Result<EntityReader> readerNow(RepairRecord &repair)
{
    repair.sources.legacy.statementTimeout = repair.sources.fresh.statementTimeout =
        std::chrono::seconds(10);
    return EntityReader::open(repair.sources);
}

// The target's row after the repair: what it holds now, with the repaired fields in it.
Json afterRow(const RepairRecord &repair, const Json &before, const Json &fields)
{
    if (repair.plan.action == RepairAction::Delete) return nullptr;
    Json after = before.is_object() ? before : Json::object();
    for (const Json &field : fields)
        after[field.at("field").get<std::string>()] = field.at("after");
    return after;
}

Result<HttpResponse> preview(const Context &context, const HttpRequest &request)
{
    Result<RepairRecord> repair = load(context, request.parameter("id"));
    if (!repair) return fail(repair.error());
    Result<EntityReader> reader = readerNow(*repair);
    if (!reader) return fail(reader.error());
    const Result<EntityPair> pair = readRepaired(*reader, *repair, context.print);
    if (!pair) return fail(pair.error());
    const std::optional<SourceRow> &target = pair->side(repair->plan.target);
    const Json before =
        context.print.shownRow(repair->sources.compared, target ? &target->row : nullptr, repair->plan.target);
    Json answer{{"sentence", repair->sentence}, {"before", before}};
    const bool fitting = fits(*repair, *pair);
    const std::optional<std::string> problem = fitting ? unwritable(*repair, context.print, *pair) : std::nullopt;
    if (!fitting || problem) {
        const bool done = isAchieved(*repair, *pair);
        answer.update({{"statement", ""},
                       {"parameters", Json::array()},
                       {"condition", ""},
                       {"after", before},
                       {"still_as_seen", false},
                       {"detail", problem ? "It cannot be written. " + *problem + "."
                                  : done  ? "There is nothing left to repair."
                                          : "Another repair is needed: recheck first."}});
        return HttpResponse::json(answer);
    }
    const BuiltStatement built = repairStatement(*repair, context.print, *pair);
    const bool same = stillAsSeen(*repair, context.print, *pair);
    answer.update(
        {{"statement", built.statement.sql},
         {"parameters", built.shown},
         {"condition", conditionOf(built.statement)},
         {"after", afterRow(*repair, before, repairFields(*repair, context.print, *pair))},
         {"still_as_seen", same},
         {"detail",
          same ? "Both sides hold what was seen." : "A side has changed since it was seen."}});
    return HttpResponse::json(answer);
}

// A repair that failed or went stale gets what is there now as its new before and after.
Result<Json> lookAnew(const Context &context, const RepairRecord &repair, const EntityPair &pair,
                      WriteTransaction &tx)
{
    const auto done = tx.db().execute(
        "UPDATE repairs SET legacy_print = ?, new_print = ?, fields = ?, execute_at = NULL WHERE id = ?",
        {context.print.ofRow(repair.sources.compared, pair.legacyRow(), Platform::Legacy),
         context.print.ofRow(repair.sources.compared, pair.newRow(), Platform::New),
         dumpJson(repairFields(repair, context.print, pair)), repair.id});
    if (!done) return fail(done.error());
    return commandRepair(tx, repair.id, RepairCommand::Retry, "after a fresh look");
}

Result<std::optional<std::int64_t>> confirmedDeletes(const HttpRequest &request)
{
    if (request.body.empty()) return std::optional<std::int64_t>();
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const std::optional<std::int64_t> confirmed = in.optionalInteger("confirm_deletes", 1, MostConfirmed);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return confirmed;
}

Result<HttpResponse> execute(const Context &context, RepairEngine &engine,
                             const HttpRequest &request)
{
    const Result<std::optional<std::int64_t>> confirmed = confirmedDeletes(request);
    if (!confirmed) return fail(confirmed.error());
    Result<RepairRecord> repair = load(context, request.parameter("id"));
    if (!repair) return fail(repair.error());
    const bool deletes = repair->plan.action == RepairAction::Delete;
    if (*confirmed && !deletes) return invalid("/confirm_deletes", "belongs to a repair that deletes");
    if (!afterCommand(repair->status, RepairCommand::Retry))
        return fail(ErrorKind::Conflict,
                    "a repair that is " + std::string(repairStatusWord(repair->status)) +
                        " cannot be executed: only one that failed or went stale");
    Result<EntityReader> reader = readerNow(*repair);
    if (!reader) return fail(reader.error());
    const Result<EntityPair> pair = readRepaired(*reader, *repair, context.print);
    if (!pair) return fail(pair.error());
    if (!fits(*repair, *pair) && !isAchieved(*repair, *pair))
        return fail(ErrorKind::Conflict,
                    "the two sides need another repair by now: reject this one, then recheck");
    deletionguard::Rows rows;
    if (deletes) {
        const Result<deletionguard::Rows> counted = deletionguard::countRows(*reader);
        if (!counted) return fail(counted.error());
        rows = *counted;
    }
    const Result<Json> after =
        context.store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
            // What was approved is not what is written now: it is approved anew.
            if (auto may = mayApprove(tx.db(), repair->id, tx.actor().subject); !may) return fail(may.error());
            if (deletes) {
                const Result<void> may = deletionguard::request(tx, *repair, rows, *confirmed, request.reason);
                if (!may) return fail(may.error());
            }
            const Result<Json> repaired = lookAnew(context, *repair, *pair, tx);
            if (!repaired) return repaired;
            tx.audit({"repair.retry",
                      "repair",
                      repair->id,
                      {{"status", repairStatusWord(repair->status)}},
                      {{"status", repaired->at("status")}, {"fields", repaired->at("fields")}},
                      request.reason});
            tx.afterCommit([&engine] { engine.wake(); });
            return repaired;
        });
    if (!after) return fail(after.error());
    return answer(*after);
}

// The undo of an insert deletes: what the worker refused can be confirmed here.
Result<HttpResponse> undo(const Context &context, RepairEngine &engine, const HttpRequest &request)
{
    const Result<std::optional<std::int64_t>> confirmed = confirmedDeletes(request);
    if (!confirmed) return fail(confirmed.error());
    const std::string id = request.parameter("id");
    std::optional<RepairRecord> repair;
    deletionguard::Rows rows;
    if (*confirmed) {
        Result<RepairRecord> loaded = load(context, id);
        if (!loaded) return fail(loaded.error());
        repair = std::move(*loaded);
        if (repair->plan.action != RepairAction::Insert)
            return invalid("/confirm_deletes", "belongs to the undo of an insert");
        Result<EntityReader> reader = readerNow(*repair);
        if (!reader) return fail(reader.error());
        const Result<deletionguard::Rows> counted = deletionguard::countRows(*reader);
        if (!counted) return fail(counted.error());
        rows = *counted;
    }
    const Result<Json> after =
        context.store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
            const Result<Json> before = repairJson(tx.db(), id);
            if (!before) return before;
            Result<Json> asked = requestUndo(tx, id, request.reason);
            if (!asked) return asked;
            if (*confirmed && asked->at("version") != before->at("version")) { // else it was asked for already
                const Result<void> may = deletionguard::request(tx, *repair, rows, *confirmed, request.reason);
                if (!may) return fail(may.error());
            }
            tx.afterCommit([&engine] { engine.wake(); });
            return asked;
        });
    if (!after) return fail(after.error());
    return answer(*after);
}

} // namespace

void addRepairRoutes(RouteTable &routes, const Context &context, RepairEngine &engine)
{
    const std::string all = "/api/v1/repairs";
    const std::string one = all + "/{id}";
    RouteRules withReason = changeRules(Approvers, false);
    withReason.reasonRequired = true;
    routes.write("POST", all, changeRules(Proposers, false),
                 [context](const HttpRequest &request, WriteTransaction &tx) {
                     return create(context, request, tx);
                 });
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return repairJson(db, request.parameter("id")).map(answer);
    });
    routes.write("POST", one + "/assign", changeRules(Proposers, false), assign);
    routes.write("POST", one + "/approve", withReason,
                 [&engine](const HttpRequest &request, WriteTransaction &tx) {
                     tx.afterCommit([&engine] { engine.wake(); });
                     return decide(true, request, tx);
                 });
    routes.write("POST", one + "/reject", withReason,
                 [](const HttpRequest &request, WriteTransaction &tx) {
                     return decide(false, request, tx);
                 });
    routes.work("POST", one + "/undo", withReason, [context, &engine](const HttpRequest &request) {
        return answerOf(request, undo(context, engine, request));
    });
    routes.work("GET", one + "/preview", rulesFor(Readers), [context](const HttpRequest &request) {
        return answerOf(request, preview(context, request));
    });
    routes.work("POST", one + "/execute", changeRules(Approvers, false),
                [context, &engine](const HttpRequest &request) {
                    return answerOf(request, execute(context, engine, request));
                });
}

} // namespace crossfade
