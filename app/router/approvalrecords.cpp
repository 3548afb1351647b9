// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/approvalrecords.h"

namespace crossfade {

namespace {

constexpr const char *Columns = "SELECT seq, id, kind, state, policy_id, policy_name, "
                                "requested_by, requested_at, deadline, default_action, "
                                "summary, evidence, from_percentage, to_percentage, decided_by, "
                                "decided_at, decision_reason, version FROM approval";

ApprovalState stateOf(const std::string &word) {
    for (const ApprovalState state :
         {ApprovalState::Approved, ApprovalState::Rejected, ApprovalState::Expired}) {
        if (approvalStateWord(state) == word) return state;
    }
    return ApprovalState::Open;
}

Approval approvalOf(const SqlRow &row) {
    Approval approval;
    approval.seq = row.integer(0);
    approval.id = row.text(1);
    approval.kind = row.text(2) == "ROLLBACK" ? ApprovalKind::Rollback : ApprovalKind::ShiftStep;
    approval.state = stateOf(row.text(3));
    approval.policyId = row.text(4);
    approval.policyName = row.text(5);
    approval.requestedBy = row.text(6);
    approval.requestedAt = instantFromMs(row.integer(7));
    approval.deadline = instantFromMs(row.integer(8));
    approval.defaultApproves = row.text(9) == "APPROVE";
    approval.summary = row.text(10);
    if (!row.isNull(11)) approval.evidence = parseJson(row.text(11)).value_or(Json());
    approval.from = Percentage::fromHundredths(row.integer(12));
    approval.to = Percentage::fromHundredths(row.integer(13));
    approval.decidedBy = row.text(14);
    if (!row.isNull(15)) approval.decidedAt = instantFromMs(row.integer(15));
    approval.decisionReason = row.text(16);
    approval.version = row.integer(17);
    return approval;
}

struct Filter {
    std::string sql = " WHERE 1 = 1";
    Database::Parameters values;
};

Filter filterOf(const std::optional<std::string> &state, const std::optional<std::string> &kind) {
    Filter filter;
    const auto add = [&](const char *column, const std::optional<std::string> &value) {
        if (!value) return;
        filter.sql += std::string(" AND ") + column + " = ?";
        filter.values.emplace_back(*value);
    };
    add("state", state);
    add("kind", kind);
    return filter;
}

} // namespace

std::string_view approvalKindWord(ApprovalKind kind) {
    return kind == ApprovalKind::Rollback ? "ROLLBACK" : "SHIFT_STEP";
}

std::string_view approvalStateWord(ApprovalState state) {
    switch (state) {
    case ApprovalState::Open:
        return "OPEN";
    case ApprovalState::Approved:
        return "APPROVED";
    case ApprovalState::Rejected:
        return "REJECTED";
    case ApprovalState::Expired:
        return "EXPIRED";
    }
    return "OPEN";
}

Json approvalToJson(const Approval &approval) {
    const auto orNull = [](const std::string &text) { return text.empty() ? Json() : Json(text); };
    return Json{
        {"id", approval.id},
        {"kind", approvalKindWord(approval.kind)},
        {"state", approvalStateWord(approval.state)},
        {"policy_id", approval.policyId},
        {"policy_name", approval.policyName},
        {"requested_by", approval.requestedBy},
        {"requested_at", formatInstant(approval.requestedAt)},
        {"deadline", formatInstant(approval.deadline)},
        {"default_action", approval.defaultApproves ? "APPROVE" : "REJECT"},
        {"summary", approval.summary},
        {"evidence", approval.evidence},
        {"effect",
         {{"from_percentage", approval.from.percent()}, {"to_percentage", approval.to.percent()}}},
        {"decided_by", orNull(approval.decidedBy)},
        {"decided_at", approval.decidedAt ? Json(formatInstant(*approval.decidedAt)) : Json()},
        {"decision_reason", orNull(approval.decisionReason)},
        {"second_person", false},
        {"version", approval.version}};
}

namespace approvalrecords {

Result<void> open(WriteTransaction &tx, Approval approval) {
    const auto stored = tx.db().execute(
        "INSERT INTO approval (id, kind, state, policy_id, policy_name, requested_by, "
        "requested_at, deadline, "
        "default_action, summary, evidence, from_percentage, to_percentage, version) "
        "VALUES (?, ?, 'OPEN', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {approval.id, std::string(approvalKindWord(approval.kind)), approval.policyId,
         approval.policyName, approval.requestedBy, toMs(approval.requestedAt),
         toMs(approval.deadline), std::string(approval.defaultApproves ? "APPROVE" : "REJECT"),
         approval.summary,
         approval.evidence.is_null() ? SqlValue(nullptr) : SqlValue(dumpJson(approval.evidence)),
         std::int64_t{approval.from.hundredths()}, std::int64_t{approval.to.hundredths()}});
    if (!stored) return fail(stored.error());
    tx.emit("approval.opened", {{"approval", approvalToJson(approval)}});
    return {};
}

Result<Approval> find(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(Columns) + " WHERE id = ?", {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such approval");
    return approvalOf(rows->front());
}

Result<Approval> close(WriteTransaction &tx, std::string_view id, ApprovalState state,
                       std::string_view by, std::string_view reason) {
    Result<Approval> approval = find(tx.db(), id);
    if (!approval) return approval;
    if (approval->state != ApprovalState::Open)
        return fail(ErrorKind::Conflict, std::string(approval->decidedBy) + " was first: it is " +
                                             std::string(approvalStateWord(approval->state)));
    approval->state = state;
    approval->decidedBy = by;
    approval->decidedAt = tx.now();
    approval->decisionReason = reason;
    ++approval->version;
    const auto stored =
        tx.db().execute("UPDATE approval SET state = ?, decided_by = ?, decided_at = ?, "
                        "decision_reason = ?, version = ? WHERE id = ?",
                        {std::string(approvalStateWord(state)), approval->decidedBy, toMs(tx.now()),
                         approval->decisionReason, approval->version, approval->id});
    if (!stored) return fail(stored.error());
    tx.emit("approval.closed", {{"approval", approvalToJson(*approval)}});
    return approval;
}

Result<std::vector<Approval>> list(Database &db, std::optional<std::string> state,
                                   std::optional<std::string> kind, std::int64_t before,
                                   std::int64_t limit) {
    Filter filter = filterOf(state, kind);
    filter.values.insert(filter.values.end(), {before, before, limit});
    const auto rows = db.query(std::string(Columns) + filter.sql +
                                   " AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?",
                               filter.values);
    if (!rows) return fail(rows.error());
    std::vector<Approval> approvals;
    for (const SqlRow &row : *rows)
        approvals.push_back(approvalOf(row));
    return approvals;
}

Result<std::int64_t> count(Database &db, std::optional<std::string> state,
                           std::optional<std::string> kind) {
    const Filter filter = filterOf(state, kind);
    const auto rows = db.query("SELECT count(*) FROM approval" + filter.sql, filter.values);
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

} // namespace approvalrecords

} // namespace crossfade
