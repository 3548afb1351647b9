// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/repairrow.h"

namespace crossfade {

bool RepairRow::isOpen() const
{
    return status != "VERIFIED" && status != "REJECTED" && status != "UNDONE";
}

bool RepairRow::awaitsDecision() const
{
    return status == "PENDING" || status == "ASSIGNED";
}

bool belongsTo(const RepairRow &repair, RepairInbox inbox, const std::string &subject)
{
    switch (inbox) {
    case RepairInbox::Open: return repair.isOpen();
    case RepairInbox::Mine: return repair.isOpen() && repair.assignedTo == subject;
    case RepairInbox::Unassigned: return repair.isOpen() && repair.assignee().empty();
    case RepairInbox::ForApproval: return repair.awaitsDecision();
    case RepairInbox::Failed: return repair.status == "FAILED" || repair.status == "STALE";
    case RepairInbox::Done: return !repair.isOpen();
    }
    return false;
}

} // namespace crossfade
