// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

namespace crossfade {

// One request held against a snapshot: what decide() and its trace share, so that they cannot
// disagree. Each line answers whether it applies and, if so, fills the decision.
class DecisionLines {
public:
    DecisionLines(const Snapshot &snapshot, const DecisionRequest &request);

    bool apply(Line line, Decision &decision) const;
    // What is laid over the line that decided: lists from both, writes to both, reads compared.
    void overlay(Decision &decision) const;

    bool isHeld() const; // the user or the entity, whatever the switch says; those on NEW before are not
    bool isUnknownToLegacy() const; // by a complete key index, whatever the switch says
    const Snapshot &snapshot() const { return m_snapshot; }
    const DecisionRequest &request() const { return m_request; } // ids outside the grammar emptied

private:
    bool byRule(const RuleHit &hit, Reason reason, Decision &decision) const;
    bool byGrayList(Decision &decision) const;
    bool byGroup(Decision &decision) const;
    bool byPolicy(bool withId, Decision &decision) const;

    const Snapshot &m_snapshot;
    DecisionRequest m_request;
};

} // namespace crossfade
