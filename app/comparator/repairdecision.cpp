// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairdecision.h"

#include "app/comparator/repairstore.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

constexpr std::chrono::hours LatestExecution{31 * 24};

// An approval that waits for its time can still be taken back.
RepairCommand commandFor(const SqlRow &row, const RepairDecision &decision, Instant now)
{
    if (decision.approve) return RepairCommand::Approve;
    const bool waits = row.text(0) == "APPROVED" && !row.isNull(1) && row.integer(1) > toMs(now);
    return waits ? RepairCommand::Withdraw : RepairCommand::Reject;
}

} // namespace

std::optional<Instant> readExecuteAt(JsonReader &in, Instant now)
{
    const std::optional<Instant> at = in.optionalInstant("execute_at");
    if (at && *at <= now) in.reject("execute_at", "is over: leave it out to execute at once");
    if (at && *at > now + LatestExecution) in.reject("execute_at", "must be within 31 days");
    return at;
}

Result<void> mayApprove(Database &db, const std::string &id, const std::string &subject)
{
    const auto rows = db.query("SELECT second_person, requested_by FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    const SqlRow &row = rows->front();
    if (row.integer(0) != 0 && row.text(1) == subject) return fail(refused(refusals::SecondPerson));
    return {};
}

Result<Json> decideRepair(WriteTransaction &tx, const std::string &id, const RepairDecision &decision)
{
    if (decision.approve) {
        if (Result<void> may = mayApprove(tx.db(), id, tx.actor().subject); !may) return fail(may.error());
    }
    const auto rows = tx.db().query("SELECT status, execute_at FROM repairs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no repair " + id);
    const std::string before = rows->front().text(0);
    const RepairCommand command = commandFor(rows->front(), decision, tx.now());
    const auto done = tx.db().execute(
        "UPDATE repairs SET decided_by = ?, decided_at = ?, decision_reason = ?, execute_at = ? WHERE id = ?",
        {tx.actor().subject, toMs(tx.now()), decision.reason,
         decision.executeAt ? SqlValue(toMs(*decision.executeAt)) : SqlValue(nullptr), id});
    if (!done) return fail(done.error());
    const std::string note =
        decision.executeAt ? decision.reason + " (for " + formatInstant(*decision.executeAt) + ")" : decision.reason;
    Result<Json> after = commandRepair(tx, id, command, note);
    if (!after) return after;
    tx.audit({"repair." + std::string(repairCommandWord(command)),
              "repair",
              id,
              {{"status", before}},
              {{"status", after->at("status")}, {"execute_at", after->at("execute_at")}},
              decision.reason});
    return after;
}

} // namespace crossfade
