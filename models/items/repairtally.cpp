// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/repairtally.h"

namespace crossfade {

namespace {

constexpr std::size_t RepairSampleSize = 5;

bool fitsRepairState(const RepairRow &row, RepairVerdict verdict)
{
    switch (verdict) {
    case RepairVerdict::Approve: return row.awaitsDecision();
    case RepairVerdict::Reject:
        return row.awaitsDecision() || row.waitsForItsTime() ||
               ((row.status == "FAILED" || row.status == "STALE") && !row.isUndoing());
    case RepairVerdict::Undo: return row.canBeUndone();
    }
    return false;
}

void countRepair(RepairTally &tally, const RepairRow &row, const InboxOwner &owner)
{
    ++tally.count;
    ++(row.action == "INSERT" ? tally.inserts : row.action == "DELETE" ? tally.deletes : tally.updates);
    ++(row.targetPlatform == "LEGACY" ? tally.onLegacy : tally.onNew);
    if (!row.assignedTo.empty() && row.assignedTo != owner.subject)
        ++tally.ofOthers;
    if (tally.sample.size() < RepairSampleSize)
        tally.sample.push_back(row.entityType + " " + row.entityId);
}

} // namespace

bool takesVerdict(const RepairRow &row, RepairVerdict verdict, const InboxOwner &owner, RepairTally &tally)
{
    if (!fitsRepairState(row, verdict)) {
        ++tally.notNow;
        return false;
    }
    if (verdict != RepairVerdict::Reject && needsAnother(row, owner)) {
        ++tally.ownRequests;
        return false;
    }
    return true;
}

RepairTally tallyOf(const std::vector<RepairRow> &rows, RepairVerdict verdict, const InboxOwner &owner)
{
    RepairTally tally;
    for (const RepairRow &row : rows)
        if (takesVerdict(row, verdict, owner, tally))
            countRepair(tally, row, owner);
    return tally;
}

} // namespace crossfade
