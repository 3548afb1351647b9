// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/approvalrecords.h"
#include "app/router/measurements.h"
#include "app/router/routerstate.h"
#include "app/router/shiftbook.h"
#include "app/router/shiftmetrics.h"

namespace crossfade {

// Carries out what the shift machine decided: everything of one transition in one transaction —
// status, history, snapshot, approval, alerts, event, audit — and only then in memory.
class ShiftActs {
public:
    ShiftActs(RouterState &state, ShiftBook &book, const Measurements &measurements,
              ShiftMetrics &metrics);

    // Answers the record as it is now. `before` must be what this transaction reads;
    // `operatorReason` is empty for the runner's own acts, `order` null; a person's is recorded.
    // `doneAt` tells when, of what was done while the store did not answer, `evidenceThen` by what, if by the runner.
    Result<PolicyRecord> carryOut(WriteTransaction &tx, const PolicyRecord &before,
                                  const ShiftTransition &transition,
                                  const std::string &operatorReason,
                                  const ShiftOrder *order = nullptr, std::optional<Instant> doneAt = {},
                                  const Json *evidenceThen = nullptr);

    // False while a rollback of it is in force that is not stored yet.
    bool mayRaise(const std::string &policyId) const { return m_state.mayRaisePolicy(policyId).has_value(); }

    // What the policy contributes to decisions in this state; nothing for DRAFT, SCHEDULED and FINALIZED.
    static std::optional<PolicyCover> coverOf(const PolicyRecord &record);
    // Why one more cannot be started beside so many; nothing if it can.
    static std::optional<Error> tooManyWith(std::size_t underWay);
    // One open alert a policy, step and cause; `of` is the held cause, the guard that tripped, or of what
    // only people bring about again which time it was.
    static std::string alertKey(const PolicyRecord &record, std::string_view type,
                                const std::string &of);
    // Whether what is asked is the policy's next step still: an approval holds for the step that was shown.
    static bool isTheStepAsked(const PolicyRecord &record, const Approval &approval);
    Json evidenceOf(const PolicyRecord &record, const Guard &guard, Instant now) const;

private:
    Result<void> publish(WriteTransaction &tx, const PolicyRecord &before,
                         const PolicyRecord &after, const ShiftTransition &transition,
                         const std::string &reason);
    // That what is taken over still is as it was; then its salt is the policy's.
    Result<void> takeOver(WriteTransaction &tx, PolicyRecord &after, const PolicyCover &from) const;
    Result<void> moveApprovals(WriteTransaction &tx, const PolicyRecord &before,
                               PolicyRecord &after, const ShiftTransition &transition,
                               const Json &evidence);
    Result<void> raiseAlerts(WriteTransaction &tx, const PolicyRecord &before, const PolicyRecord &after,
                             const ShiftTransition &transition);

    RouterState &m_state;
    ShiftBook &m_book;
    const Measurements &m_measurements;
    ShiftMetrics &m_metrics;
};

} // namespace crossfade
