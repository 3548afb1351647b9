// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/approvalalert.h"

namespace crossfade::approvalalert {

namespace {

std::string keyOf(const Approval &approval) {
    return "approval:" + approval.id;
}

std::string questionOf(const Approval &approval) {
    const std::string until = ", answer until " + formatInstant(approval.deadline);
    if (approval.kind == ApprovalKind::MasterSwitch)
        return approval.requestedBy + " asks for the master switch" + until + ": " + approval.summary;
    if (!approval.groupId.empty())
        return approval.groupName + ": " + approval.requestedBy + " asks to move batch " +
               std::to_string(approval.batch + 1) + ", " + std::to_string(approval.users) + " users" + until;
    return approval.policyName + ": " + approval.requestedBy + " asks to raise " + approval.from.text() + " % to " +
           approval.to.text() + " %" + until;
}

Json detailsOf(const Approval &approval) {
    // What is asked stands in the approval; of its evidence, which may be long, nothing is sent around.
    Json details = approvalToJson(approval);
    Json chosen{{"approval_id", approval.id}};
    for (const char *field :
         {"kind", "requested_by", "deadline", "default_action", "summary", "effect", "group", "second_person"})
        chosen[field] = details.at(field);
    return chosen;
}

std::string subjectTypeOf(const Approval &approval) {
    if (!approval.groupId.empty()) return "user_group";
    return approval.policyId.empty() ? "approval" : "shift_policy";
}

std::string subjectId(const Approval &approval) {
    if (!approval.groupId.empty()) return approval.groupId;
    return approval.policyId.empty() ? approval.id : approval.policyId;
}

} // namespace

Result<void> raise(WriteTransaction &tx, const Approval &approval) {
    if (approval.kind == ApprovalKind::Rollback) return {};
    AlertDraft draft;
    draft.type = Type;
    draft.severity = approval.kind == ApprovalKind::MasterSwitch ? "HIGH" : "MEDIUM";
    draft.message = questionOf(approval);
    draft.details = detailsOf(approval);
    draft.subjectType = subjectTypeOf(approval);
    draft.subjectId = subjectId(approval);
    draft.dedupeKey = keyOf(approval);
    return alertrecords::raise(tx, draft);
}

Result<void> settle(WriteTransaction &tx, const Approval &approval) {
    return alertrecords::settle(tx, keyOf(approval));
}

} // namespace crossfade::approvalalert
