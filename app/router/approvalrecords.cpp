// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/approvalrecords.h"

#include "app/router/approvalalert.h"
#include "models/routing/routingjson.h"
#include "models/core/refusals.h"

#include <limits>

namespace crossfade {

namespace {

constexpr const char *Columns = "SELECT seq, id, kind, state, policy_id, policy_name, "
                                "requested_by, requested_at, deadline, default_action, "
                                "summary, evidence, from_percentage, to_percentage, decided_by, "
                                "decided_at, decision_reason, version, second_person, "
                                "switches_change, group_id, group_name, batch, users FROM approval";

ApprovalKind approvalKindOf(const std::string &word) {
    for (const ApprovalKind kind : {ApprovalKind::ShiftStep, ApprovalKind::MasterSwitch}) {
        if (approvalKindWord(kind) == word) return kind;
    }
    return ApprovalKind::Rollback;
}

Json changeToJson(const SwitchesChange &change) {
    return Json{{"version", change.version},
                {"before", switchesChoiceToJson(change.before)},
                {"after", switchesChoiceToJson(change.after)}};
}

// Absent where it cannot be read: then it is not carried out either.
std::optional<SwitchesChange> changeOf(const std::string &text) {
    const Result<Json> json = parseJson(text);
    if (!json || !json->is_object()) return std::nullopt;
    JsonReader in(*json);
    SwitchesChange change;
    change.version = in.integer("version", 1, std::numeric_limits<std::int64_t>::max());
    const auto choice = [&](const char *field) {
        const Json *object = in.optionalObject(field);
        if (!object) {
            in.reject(field, "is required");
            return Switches();
        }
        JsonReader inner(*object, in.pointerTo(field), in);
        Switches switches = readSwitchesInput(inner, {});
        inner.finish();
        return switches;
    };
    change.before = choice("before");
    change.after = choice("after");
    if (in.finish()) return std::nullopt;
    return change;
}

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
    approval.kind = approvalKindOf(row.text(2));
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
    approval.secondPerson = row.integer(18) != 0;
    if (!row.isNull(19)) approval.change = changeOf(row.text(19));
    approval.groupId = row.text(20);
    approval.groupName = row.text(21);
    approval.batch = row.integer(22);
    approval.users = row.integer(23);
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
    switch (kind) {
    case ApprovalKind::Rollback:
        return "ROLLBACK";
    case ApprovalKind::ShiftStep:
        return "SHIFT_STEP";
    case ApprovalKind::MasterSwitch:
        return "MASTER_SWITCH";
    }
    return "ROLLBACK";
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

namespace {

Json groupOfApproval(const Approval &approval) {
    if (approval.groupId.empty()) return Json();
    return Json{{"id", approval.groupId},
                {"name", approval.groupName},
                {"batch", approval.batch},
                {"users", approval.users}};
}

} // namespace

Json approvalToJson(const Approval &approval) {
    const auto orNull = [](const std::string &text) { return text.empty() ? Json() : Json(text); };
    return Json{
        {"id", approval.id},
        {"kind", approvalKindWord(approval.kind)},
        {"state", approvalStateWord(approval.state)},
        {"policy_id", orNull(approval.policyId)},
        {"policy_name", orNull(approval.policyName)},
        {"requested_by", approval.requestedBy},
        {"requested_at", formatInstant(approval.requestedAt)},
        {"deadline", formatInstant(approval.deadline)},
        {"default_action", approval.defaultApproves ? "APPROVE" : "REJECT"},
        {"summary", approval.summary},
        {"evidence", approval.evidence},
        {"effect", approval.policyId.empty()
                       ? Json()
                       : Json{{"from_percentage", approval.from.percent()},
                              {"to_percentage", approval.to.percent()}}},
        {"group", groupOfApproval(approval)},
        {"switches", approval.change ? changeToJson(*approval.change) : Json()},
        {"decided_by", orNull(approval.decidedBy)},
        {"decided_at", approval.decidedAt ? Json(formatInstant(*approval.decidedAt)) : Json()},
        {"decision_reason", orNull(approval.decisionReason)},
        {"second_person", approval.secondPerson},
        {"version", approval.version}};
}

namespace approvalrecords {

Result<void> open(WriteTransaction &tx, Approval approval) {
    const auto stored = tx.db().execute(
        "INSERT INTO approval (id, kind, state, policy_id, policy_name, requested_by, "
        "requested_at, deadline, "
        "default_action, summary, evidence, from_percentage, to_percentage, second_person, "
        "switches_change, group_id, group_name, batch, users, version) "
        "VALUES (?, ?, 'OPEN', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {approval.id, std::string(approvalKindWord(approval.kind)), approval.policyId,
         approval.policyName, approval.requestedBy, toMs(approval.requestedAt),
         toMs(approval.deadline), std::string(approval.defaultApproves ? "APPROVE" : "REJECT"),
         approval.summary,
         approval.evidence.is_null() ? SqlValue(nullptr) : SqlValue(dumpJson(approval.evidence)),
         std::int64_t{approval.from.hundredths()}, std::int64_t{approval.to.hundredths()},
         std::int64_t{approval.secondPerson},
         approval.change ? SqlValue(dumpJson(changeToJson(*approval.change))) : SqlValue(nullptr),
         approval.groupId, approval.groupName, approval.batch, approval.users});
    if (!stored) return fail(stored.error());
    tx.emit("approval.opened", {{"approval", approvalToJson(approval)}});
    return approvalalert::raise(tx, approval);
}

Result<Approval> find(Database &db, std::string_view id) {
    const auto rows = db.query(std::string(Columns) + " WHERE id = ?", {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such approval");
    return approvalOf(rows->front());
}

Result<void> keepEvidence(WriteTransaction &tx, Approval approval, Json evidence) {
    approval.evidence = std::move(evidence);
    ++approval.version;
    const auto stored =
        tx.db().execute("UPDATE approval SET evidence = ?, version = ? WHERE id = ?",
                        {dumpJson(approval.evidence), approval.version, approval.id});
    if (!stored) return fail(stored.error());
    tx.emit("approval.changed", {{"approval", approvalToJson(approval)}});
    return {};
}

Result<std::optional<Approval>> openMasterSwitch(Database &db) {
    const auto rows =
        db.query(std::string(Columns) + " WHERE state = 'OPEN' AND kind = 'MASTER_SWITCH'", {});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<Approval>();
    return std::optional<Approval>(approvalOf(rows->front()));
}

Result<Approval> close(WriteTransaction &tx, std::string_view id, ApprovalState state,
                       std::string_view by, std::string_view reason) {
    Result<Approval> approval = find(tx.db(), id);
    if (!approval) return approval;
    if (approval->state != ApprovalState::Open)
        return fail(refused(refusals::AlreadyDecided, {approval->decidedBy,
                                                       std::string(approvalStateWord(approval->state)),
                                                       approval->decisionReason}));
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
    if (auto settled = approvalalert::settle(tx, *approval); !settled) return fail(settled.error());
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
