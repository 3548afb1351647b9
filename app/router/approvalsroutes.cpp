// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/approvalsroutes.h"

#include "app/router/alertrecords.h"
#include "app/router/routerules.h"
#include "app/router/shiftevidence.h"
#include "models/core/refusals.h"


namespace crossfade {

namespace {

Result<std::optional<std::string>> wordOf(const HttpRequest &request, const char *name,
                                          std::initializer_list<std::string_view> words) {
    const auto given = request.queryText(name);
    if (!given) return std::optional<std::string>();
    for (const std::string_view word : words) {
        if (*given == word) return given;
    }
    return invalid(std::string("?") + name, "is not a known word");
}

Result<HttpResponse> listApprovals(const HttpRequest &request, Database &db) {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto before = page->afterNumber();
    if (!before) return fail(before.error());
    const auto state = wordOf(request, "state", {"OPEN", "APPROVED", "REJECTED", "EXPIRED"});
    if (!state) return fail(state.error());
    const auto kind = wordOf(request, "kind", {"ROLLBACK", "SHIFT_STEP", "MASTER_SWITCH"});
    if (!kind) return fail(kind.error());
    const auto approvals =
        approvalrecords::list(db, *state, *kind, *before, page->limit + 1);
    if (!approvals) return fail(approvals.error());
    const auto total = approvalrecords::count(db, *state, *kind);
    if (!total) return fail(total.error());
    Json items = Json::array();
    std::optional<std::string> more;
    for (const Approval &approval : *approvals) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = std::to_string((*approvals)[items.size() - 1].seq);
            break;
        }
        items.push_back(approvalToJson(approval));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, *total));
}

Result<HttpResponse> listAlerts(const HttpRequest &request, Database &db) {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto acknowledged = request.queryBoolean("acknowledged");
    if (!acknowledged) return fail(acknowledged.error());
    const auto before = page->afterNumber();
    if (!before) return fail(before.error());
    const auto alerts = alertrecords::list(db, *acknowledged, *before, page->limit);
    if (!alerts) return fail(alerts.error());
    std::optional<std::string> more;
    if (alerts->lastSeqIfMore) more = std::to_string(*alerts->lastSeqIfMore);
    return HttpResponse::json(pageAnswer(*page, alerts->items, more, alerts->total));
}

Result<HttpResponse> acknowledgeAlert(const HttpRequest &request, WriteTransaction &tx) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    const auto alert =
        alertrecords::acknowledge(tx, request.parameter("id"), request.reason);
    if (!alert) return fail(alert.error());
    return HttpResponse::json(*alert);
}

Result<HttpResponse> raiseAlert(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    AlertDraft draft;
    draft.type = in.id("type");
    draft.severity = std::vector<std::string>{
        "LOW", "MEDIUM", "HIGH"}[in.word("severity", {"LOW", "MEDIUM", "HIGH"})];
    draft.message = in.text("message", 2'000, 1);
    if (const Json *details = in.optionalObject("details")) draft.details = *details;
    draft.subjectType = in.optionalText("subject_type", 100).value_or("");
    draft.subjectId = in.optionalText("subject_id", 200).value_or("");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    draft.dedupeKey =
        tx.actor().subject + ":" + draft.type + ":" + draft.subjectType + ":" + draft.subjectId;
    if (auto raised = alertrecords::raise(tx, draft); !raised) return fail(raised.error());
    return HttpResponse::noContent();
}

// Operators approve a proposed rollback; only approvers reject one, and decide on the others. Whoever
// asked for the master switch may take it back, and where a second person is needed never approve.
Result<void> mayDecide(const Principal &principal, const Approval &approval, bool approve) {
    const bool own = approval.requestedBy == principal.subject;
    if (approve && approval.secondPerson && own)
        return fail(refused(refusals::SecondPerson));
    if (principal.has(Role::Approver)) return {};
    switch (approval.kind) {
    case ApprovalKind::Rollback:
        if (approve && principal.has(Role::Operator)) return {};
        return fail(refused(refusals::ApproverRejects));
    case ApprovalKind::ShiftStep:
        return fail(refused(refusals::ApproverForStep));
    case ApprovalKind::MasterSwitch:
        if (!approve && own) return {};
        return fail(refused(refusals::ApproverForMaster));
    }
    return fail(refused(refusals::ApproverDecides));
}

// After the deadline only its default is still to come.
bool isTooLate(const Approval &approval, bool approve, Instant now) {
    return now >= approval.deadline && approve != approval.defaultApproves;
}

Result<std::vector<MasterGate>> readGates(const HttpRequest &request) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const auto words = in.optionalTexts("gates", MasterGateCount, 40);
    if (words.empty()) in.reject("gates", "must name at least one gate");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    std::vector<MasterGate> asked;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto gate = masterGateFromWord(words[i]);
        if (!gate) return invalid("/gates/" + std::to_string(i), "is not a gate of the master switch");
        asked.push_back(*gate);
    }
    return asked;
}

} // namespace

ApprovalsRoutes::ApprovalsRoutes(RouterState &state, ShiftBook &book, ShiftActs &acts,
                                 MasterSwitch &masterSwitch, const Leadership &leadership)
    : m_state(state)
    , m_book(book)
    , m_acts(acts)
    , m_masterSwitch(masterSwitch)
    , m_leadership(leadership) {}

void ApprovalsRoutes::addRoutes(RouteTable &routes) {
    RouteRules decision = changeable({Role::Operator, Role::Approver});
    decision.reasonRequired = true;
    routes.read("GET", "/api/v1/approvals", readableList({"state", "kind"}), listApprovals);
    routes.read("GET", "/api/v1/approvals/{id}", readable(),
                [](const HttpRequest &request, Database &db) -> Result<HttpResponse> {
                    const auto approval = approvalrecords::find(db, request.parameter("id"));
                    if (!approval) return fail(approval.error());
                    return HttpResponse::object(approvalToJson(*approval), approval->version);
                });
    routes.keptWrite( // it may be a rollback
        "POST", "/api/v1/approvals/{id}/approve", first(decision),
        [this](const HttpRequest &request, WriteTransaction &tx) { return decide(request, tx, true); },
        m_state.withoutStore());
    decision.roles = {Role::Operator, Role::Approver, Role::Admin};
    routes.write("POST", "/api/v1/approvals/{id}/reject", decision,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return decide(request, tx, false);
                 });
    decision.roles = {Role::Approver, Role::Admin};
    routes.write("POST", "/api/v1/approvals/{id}/override", decision,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return overrideGates(request, tx);
                 });
    routes.read("GET", "/api/v1/alerts", readableList({"acknowledged"}), listAlerts);
    routes.write("POST", "/api/v1/alerts", changeable({Role::Service}), raiseAlert);
    routes.write("POST", "/api/v1/alerts/{id}/acknowledge",
                 changeable({Role::Operator, Role::Approver, Role::Admin}),
                 acknowledgeAlert);
}

Result<HttpResponse> ApprovalsRoutes::decide(const HttpRequest &request, WriteTransaction &tx,
                                             bool approve) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    const auto approval = approvalrecords::find(tx.db(), request.parameter("id"));
    if (!approval) return fail(approval.error());
    if (auto allowed = mayDecide(request.principal, *approval, approve); !allowed)
        return fail(allowed.error());
    const auto closed = approvalrecords::close(
        tx, approval->id, approve ? ApprovalState::Approved : ApprovalState::Rejected,
        tx.actor().subject, request.reason);
    if (!closed) return fail(closed.error());
    if (isTooLate(*approval, approve, tx.now()))
        return fail(refused(refusals::DeadlineOver));
    Result<void> followed;
    if (!approval->groupId.empty())
        followed = m_state.groupAnswer()(tx, *approval, approve, request.reason);
    else if (approval->kind != ApprovalKind::MasterSwitch)
        followed = followShift(request, tx, *approval, approve);
    else if (approve)
        followed = m_masterSwitch.carryOut(tx, *closed, request.reason);
    else
        tx.audit({"approval.reject", "approval", closed->id, {{"state", "OPEN"}},
                  {{"state", "REJECTED"}}, request.reason});
    if (!followed) return fail(followed.error());
    if (approve && approval->kind == ApprovalKind::Rollback) {
        if (auto ended = m_state.endForwardOnly(tx, request.reason); !ended) return fail(ended.error());
    }
    return HttpResponse::object(approvalToJson(*closed), closed->version);
}

Result<HttpResponse> ApprovalsRoutes::overrideGates(const HttpRequest &request,
                                                    WriteTransaction &tx) {
    const auto asked = readGates(request);
    if (!asked) return fail(asked.error());
    const auto approval = approvalrecords::find(tx.db(), request.parameter("id"));
    if (!approval) return fail(approval.error());
    if (approval->kind != ApprovalKind::MasterSwitch)
        return fail(ErrorKind::Conflict, "only the master switch has gates of its own: the gates of "
                                         "a step are overridden at its shift");
    const auto after = m_masterSwitch.override(tx, *approval, *asked, request.reason);
    if (!after) return fail(after.error());
    return HttpResponse::object(approvalToJson(*after), after->version);
}

Result<void> ApprovalsRoutes::followShift(const HttpRequest &request, WriteTransaction &tx,
                                          const Approval &approval, bool approve) {
    const auto before = shiftrecords::find(tx.db(), approval.policyId);
    if (!before) return fail(before.error());
    if (before->status.approvalId != approval.id)
        return fail(refused(refusals::NoLongerAsked));
    if (approve && approval.kind == ApprovalKind::ShiftStep && !ShiftActs::isTheStepAsked(*before, approval))
        return fail(refused(refusals::OtherStepNow));
    const ShiftBook::ViewPtr view = m_book.view(before->policy.id);
    ShiftOrder order;
    order.command = approve ? ShiftCommand::Approve : ShiftCommand::Reject;
    std::optional<ShiftFacts> told;
    if (!m_leadership.leads()) {
        // What a follower sees is younger than itself, or older than the step: whoever leads says what holds.
        auto published = publishedFacts(tx.db(), *before, tx.now());
        if (!published) return fail(published.error());
        told = std::move(*published);
        order.facts = told ? &*told : nullptr;
    } else if (view) {
        order.facts = &view->facts;
    }
    const auto transition = obey(before->policy, before->status, order, tx.now());
    if (!transition) return fail(transition.error());
    if (auto done = m_acts.carryOut(tx, *before, *transition, request.reason, &order); !done)
        return fail(done.error());
    return {};
}

} // namespace crossfade
