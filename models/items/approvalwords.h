// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/approvalrow.h"
#include "models/shift/guard.h"

#include <QString>

namespace crossfade {

// The guard of an evidence, as far as its words are known.
Guard guardOf(const ApprovalEvidence &evidence);
QString approvalName(const ApprovalRow &row);      // "logins", "Master switch"
QString approvalEffect(const ApprovalRow &row);    // "35 → 0 %", "OFF → NEW"
QString approvalSummary(const ApprovalRow &row);   // the runner's sentence, or the words of whoever asked
QString masterGateText(const std::string &gate);   // "Backfill"
// Of a gate of the master switch: its sentence, and who answered for it.
QString masterGateDetail(const MasterGateRow &gate);
int closedGates(const ApprovalRow &row);
QString approvalQuestion(const ApprovalRow &row);  // "Roll back logins from 35 % to 0 %?"
QString approvalDeadline(const ApprovalRow &row);  // "14:07:11", "23 Nov 00:40"
QString approvalAsked(const ApprovalRow &row);     // "Asked by runner at … If nobody answers by …, it rolls back."
QString approvalDecided(const ApprovalRow &row);   // "operator-2 approved it at 14:33:10: …", "" while open
QString approvalLeft(const ApprovalRow &row, Instant now); // "03:41 left"
QString actorText(const std::string &actor);       // "the shift runner", else the name
int breachedWindows(const ApprovalEvidence &evidence);
// The same with only the last n windows up to the one that tripped the guard, oldest first: those it
// was judged by.
ApprovalEvidence judgedBy(ApprovalEvidence evidence, int n);

} // namespace crossfade
