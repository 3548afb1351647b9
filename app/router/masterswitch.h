// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/approvalrecords.h"
#include "app/router/probes.h"
#include "app/router/routerstate.h"
#include "models/shift/mastergates.h"

namespace crossfade {

// Changes of the switches that send everybody to NEW: asked for by one person, approved by another, over
// the switches as they were then, and only while every gate is open or answered for. One at a time.
class MasterSwitch {
public:
    MasterSwitch(RouterState &state, const Probes &probes);

    // Stores the request and changes nothing; Conflict, naming it, while another is open.
    Result<Approval> ask(WriteTransaction &tx, const Switches &before, const Switches &after,
                         const std::string &reason);
    // Of one that this transaction has closed as approved: carries out exactly what was asked.
    Result<void> carryOut(WriteTransaction &tx, const Approval &approved, const std::string &reason);
    // An act of its own: `by` the transaction's actor, for the gates as they stand now.
    Result<Approval> override(WriteTransaction &tx, const Approval &open,
                              const std::vector<MasterGate> &gates, const std::string &reason);

    // A few times a minute at least, on a timer: deadlines, and gates that stand otherwise by now. It
    // reads the store, so a restart forgets nothing.
    void look(Store &store) const;

private:
    Result<MasterFacts> facts(Database &db, Instant now) const;
    Result<void> withdraw(WriteTransaction &tx) const; // the switches were changed
    Result<void> refresh(WriteTransaction &tx) const;

    RouterState &m_state;
    const Probes &m_probes;
};

} // namespace crossfade
