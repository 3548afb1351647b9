// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/masterswitch.h"

#include "app/router/approvalalert.h"
#include "app/router/shiftrecords.h"
#include "app/service/log.h"
#include "models/routing/routingjson.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

constexpr Seconds MasterDeadline{86'400}; // then it counts as rejected
const Actor Timer{"runner", {}};

Json changeAudit(const Approval &approval, const Switches &choice) {
    return Json{{"kind", approvalKindWord(approval.kind)}, {"switches", switchesChoiceToJson(choice)}};
}

void auditEnd(WriteTransaction &tx, const char *action, const Approval &approval,
              const std::string &reason) {
    tx.audit({action, "approval", approval.id, {{"state", "OPEN"}},
              {{"state", approvalStateWord(approval.state)}}, reason});
}

} // namespace

MasterSwitch::MasterSwitch(RouterState &state, const Probes &probes)
    : m_state(state)
    , m_probes(probes) {
    m_state.setSwitchesWatch([this](WriteTransaction &tx) { return withdraw(tx); });
}

Result<MasterFacts> MasterSwitch::facts(Database &db, Instant now) const {
    std::vector<std::string> unreadable;
    const auto records = shiftrecords::all(db, &unreadable);
    if (!records) return fail(records.error());
    MasterFacts facts;
    facts.now = now;
    facts.unreadablePolicy = !unreadable.empty();
    facts.comparator = !m_state.options().comparatorUrl.empty();
    std::vector<ShiftPolicy> policies;
    for (const PolicyRecord &record : *records) {
        facts.policies.push_back({record.policy.name, record.status.state,
                                  record.policy.targetPlatform, record.status.percentage});
        policies.push_back(record.policy);
    }
    facts.checks = checkDemands(policies);
    for (CheckDemand &check : facts.checks)
        check.fact = m_probes.consistency(check.fact.checkName);
    facts.syncs = m_probes.syncs();
    return facts;
}

Result<Approval> MasterSwitch::ask(WriteTransaction &tx, const Switches &before,
                                   const Switches &after, const std::string &reason) {
    const auto open = approvalrecords::openMasterSwitch(tx.db());
    if (!open) return fail(open.error());
    if (*open)
        return fail(refused(refusals::MasterAsked, {(*open)->requestedBy, (*open)->id, formatInstant((*open)->deadline)}));
    const auto known = facts(tx.db(), tx.now());
    if (!known) return fail(known.error());
    Approval approval;
    approval.id = tx.newId();
    approval.kind = ApprovalKind::MasterSwitch;
    approval.requestedBy = tx.actor().subject;
    approval.requestedAt = tx.now();
    approval.deadline = tx.now() + MasterDeadline;
    approval.defaultApproves = false;
    approval.secondPerson = true;
    approval.summary = reason;
    approval.evidence = masterEvidenceToJson(masterGates(*known, {}), {});
    approval.change = SwitchesChange{before.version, before, after};
    if (auto stored = approvalrecords::open(tx, approval); !stored) return fail(stored.error());
    tx.audit({"approval.ask", "approval", approval.id, changeAudit(approval, before),
              changeAudit(approval, after), reason});
    return approval;
}

Result<void> MasterSwitch::carryOut(WriteTransaction &tx, const Approval &approved,
                                    const std::string &reason) {
    if (!approved.change)
        return fail(ErrorKind::Conflict, "what was asked cannot be read: ask for it again");
    if (tx.now() >= approved.deadline)
        return fail(refused(refusals::DeadlineOver));
    const auto now = RouterState::switches(tx.db());
    if (!now) return fail(now.error());
    if (now->version != approved.change->version)
        return fail(refused(refusals::SwitchesChanged, {now->changedBy}));
    const auto known = facts(tx.db(), tx.now());
    if (!known) return fail(known.error());
    const auto gates = masterGates(*known, masterOverridesOf(approved.evidence));
    if (const MasterGateReport *closed = firstClosed(gates))
        return fail(refused(refusals::GateNotGreen, {std::string(masterGateWord(closed->gate)), closed->detail}));
    auditEnd(tx, "approval.approve", approved, reason);
    const auto set = m_state.setSwitches(
        tx, approved.change->after,
        {"SWITCHES", approved.requestedBy + " asked: " + approved.summary + "; " +
                         tx.actor().subject + " approved: " + reason});
    if (!set) return fail(set.error());
    return {};
}

Result<Approval> MasterSwitch::override(WriteTransaction &tx, const Approval &open,
                                        const std::vector<MasterGate> &gates,
                                        const std::string &reason) {
    if (open.state != ApprovalState::Open)
        return fail(ErrorKind::Conflict, "it is " + std::string(approvalStateWord(open.state)) +
                                             " already, by " + open.decidedBy);
    const auto known = facts(tx.db(), tx.now());
    if (!known) return fail(known.error());
    std::vector<MasterOverride> overrides = masterOverridesOf(open.evidence);
    const std::vector<MasterGateReport> before = masterGates(*known, overrides);
    for (const MasterGate gate : gates) {
        const MasterGateReport &report = before[static_cast<std::size_t>(gate)];
        if (report.state == MasterGateState::Open)
            return fail(ErrorKind::Conflict, std::string(masterGateWord(gate)) + " is open");
        std::erase_if(overrides, [&](const MasterOverride &one) { return one.gate == gate; });
        overrides.push_back({gate, report.detail, tx.actor().subject, tx.now(), reason, report.cause});
    }
    Json evidence = masterEvidenceToJson(masterGates(*known, overrides), overrides);
    tx.audit({"approval.override", "approval", open.id, open.evidence, evidence, reason});
    if (auto kept = approvalrecords::keepEvidence(tx, open, std::move(evidence)); !kept)
        return fail(kept.error());
    return approvalrecords::find(tx.db(), open.id);
}

Result<void> MasterSwitch::withdraw(WriteTransaction &tx) const {
    const auto open = approvalrecords::openMasterSwitch(tx.db());
    if (!open) return fail(open.error());
    if (!*open) return {};
    const std::string why = "the switches were changed";
    const auto closed = approvalrecords::close(tx, (*open)->id, ApprovalState::Expired,
                                               tx.actor().subject, why);
    if (!closed) return fail(closed.error());
    auditEnd(tx, "approval.withdraw", *closed, why);
    return {};
}

// Over what the transaction reads: somebody may have been faster than the look.
Result<void> MasterSwitch::refresh(WriteTransaction &tx) const {
    const auto open = approvalrecords::openMasterSwitch(tx.db());
    if (!open) return fail(open.error());
    if (!*open) return {};
    if (tx.now() >= (*open)->deadline) {
        const std::string why = "nobody answered within the deadline";
        const auto closed = approvalrecords::close(tx, (*open)->id, ApprovalState::Expired,
                                                   tx.actor().subject, why);
        if (!closed) return fail(closed.error());
        auditEnd(tx, "approval.expire", *closed, why);
        return {};
    }
    const auto known = facts(tx.db(), tx.now());
    if (!known) return fail(known.error());
    const auto overrides = masterOverridesOf((*open)->evidence);
    Json evidence = masterEvidenceToJson(masterGates(*known, overrides), overrides);
    if (evidence == (*open)->evidence) return {};
    return approvalrecords::keepEvidence(tx, **open, std::move(evidence));
}

void MasterSwitch::look(Store &store) const {
    bool due = false;
    const auto read = store.read([&](Database &db) -> Result<void> {
        const auto open = approvalrecords::openMasterSwitch(db);
        if (!open) return fail(open.error());
        if (!*open) return {};
        const Instant now = store.environment().now();
        due = now >= (*open)->deadline;
        const auto known = facts(db, now);
        if (!known) return fail(known.error());
        const auto overrides = masterOverridesOf((*open)->evidence);
        due = due || masterEvidenceToJson(masterGates(*known, overrides), overrides) !=
                         (*open)->evidence;
        return {};
    });
    if (!read) return logError("approvals cannot be read", {{"error", read.error().message}});
    if (!due) return;
    const auto written = store.writeAndWait(Timer, [this](WriteTransaction &tx) -> Result<Json> {
        if (auto done = refresh(tx); !done) return fail(done.error());
        return Json();
    });
    if (!written)
        logError("an approval was not brought up to date", {{"error", written.error().message}});
}

} // namespace crossfade
