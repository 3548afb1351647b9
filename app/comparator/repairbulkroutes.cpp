// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One decision on all repairs that a filter finds: in one transaction, so that it is made on all of them or on none,
// whatever becomes of the process. They are then carried out one by one, as those decided on singly.
#include "app/comparator/repairdecision.h"
#include "app/comparator/repairfilter.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/routes.h"
#include "app/service/killpoint.h"
#include "models/core/repairrefusals.h"

namespace crossfade {

namespace {

constexpr std::int64_t MostDecided = 1'000; // with one decision; the writer is held for so long
const std::vector<std::string_view> BulkActions{"APPROVE", "REJECT"};

struct BulkDecision {
    RepairDecision each;
    RepairFilter filter;
    Json filterJson;
    std::int64_t expected = 0;
};

Result<BulkDecision> readBulk(const HttpRequest &request, Instant now)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    BulkDecision bulk;
    bulk.each.approve = in.word("action", BulkActions) == 0;
    bulk.each.reason = request.reason;
    bulk.each.executeAt = readExecuteAt(in, now);
    if (bulk.each.executeAt && !bulk.each.approve) in.reject("execute_at", "what is rejected is never executed");
    bulk.filter = readRepairFilter(in);
    bulk.expected = in.integer("expected_count", 1, MostDecided);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    bulk.filterJson = body->at("filter");
    return bulk;
}

// Of what the filter finds, what can be decided on so: those that wait for a decision (or, to be rejected, failed), but
// not those that somebody else has to approve, nor whose undo is under way.
void keepDecidable(BulkDecision &bulk, const std::string &subject)
{
    bulk.filter.where += bulk.each.approve ? " AND status IN ('PENDING', 'ASSIGNED')"
                                           : " AND status IN ('PENDING', 'ASSIGNED', 'FAILED', 'STALE') AND undo_state "
                                             "NOT IN ('REQUESTED', 'EXECUTING')";
    if (!bulk.each.approve) return;
    bulk.filter.where += " AND (second_person = 0 OR requested_by <> ?)";
    bulk.filter.values.emplace_back(subject);
}

Result<HttpResponse> decideMany(const HttpRequest &request, WriteTransaction &tx)
{
    Result<BulkDecision> bulk = readBulk(request, tx.now());
    if (!bulk) return fail(bulk.error());
    keepDecidable(*bulk, tx.actor().subject);
    const auto count = tx.db().query("SELECT count(*) FROM repairs" + bulk->filter.where, bulk->filter.values);
    if (!count) return fail(count.error());
    const std::int64_t found = count->front().integer(0);
    if (found != bulk->expected)
        return fail(refused(refusals::CountChanged, {std::to_string(found), std::to_string(bulk->expected)}));
    const auto rows = tx.db().query("SELECT id FROM repairs" + bulk->filter.where + " ORDER BY id", bulk->filter.values);
    if (!rows) return fail(rows.error());
    Json ids = Json::array();
    for (const SqlRow &row : *rows) {
        const Result<Json> decided = decideRepair(tx, row.text(0), bulk->each);
        if (!decided) return fail(decided.error());
        ids.push_back(row.text(0));
        killPoint("repair.bulk-decided");
    }
    const Json action = bulk->each.approve ? "APPROVE" : "REJECT";
    tx.audit({"repair.bulk", "repair", "bulk", nullptr,
              {{"action", action}, {"filter", bulk->filterJson}, {"count", found}}, request.reason});
    return HttpResponse::json({{"action", action}, {"count", found}, {"repair_ids", std::move(ids)}});
}

} // namespace

void addRepairBulkRoutes(RouteTable &routes, RepairEngine &engine)
{
    RouteRules rules = changeRules(Approvers, false);
    rules.reasonRequired = true;
    routes.write("POST", "/api/v1/repairs/bulk", rules, [&engine](const HttpRequest &request, WriteTransaction &tx) {
        tx.afterCommit([&engine] { engine.wake(); });
        return decideMany(request, tx);
    });
}

} // namespace crossfade
