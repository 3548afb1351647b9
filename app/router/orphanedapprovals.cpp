// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/orphanedapprovals.h"

#include "app/router/grouprecords.h"
#include "app/router/shiftrecords.h"
#include "app/service/log.h"

namespace crossfade::orphanedapprovals {

namespace {

constexpr std::int64_t LookedThrough = 1'000; // open ones; what is beyond has its turn at a later look
const Actor Keeper{"runner", {}};

template <class Record>
std::string whyUnanswerable(const Result<Record> &record, const Approval &approval, const std::string &what) {
    if (!record && record.error().kind == ErrorKind::NotFound) return "there is no such " + what + " any more";
    // Another failure is the store's, not the record's: it is asked again.
    if (!record || record->status.approvalId == approval.id) return {};
    return "the " + what + " no longer waits for this approval";
}

// "" while it can be answered.
std::string whyOrphaned(Database &db, const Approval &approval) {
    if (!approval.groupId.empty()) {
        if (const auto unreadable = grouprecords::unreadable(db, approval.groupId)) return unreadable->why.message;
        return whyUnanswerable(grouprecords::find(db, approval.groupId), approval, "user group");
    }
    if (!approval.policyId.empty()) {
        if (const auto unreadable = shiftrecords::unreadable(db, approval.policyId)) return unreadable->why.message;
        return whyUnanswerable(shiftrecords::find(db, approval.policyId), approval, "shift policy");
    }
    return approval.change ? std::string() : "what was asked cannot be read: ask for it again";
}

} // namespace

Result<std::vector<Orphan>> find(Database &db) {
    const auto open = approvalrecords::list(db, "OPEN", std::nullopt, 0, LookedThrough);
    if (!open) return fail(open.error());
    std::vector<Orphan> orphans;
    for (const Approval &approval : *open) {
        std::string why = whyOrphaned(db, approval);
        if (!why.empty()) orphans.push_back({approval.id, std::move(why)});
    }
    return orphans;
}

void close(Store &store) {
    bool any = false;
    const auto read = store.read([&](Database &db) -> Result<void> {
        const auto orphans = find(db);
        if (!orphans) return fail(orphans.error());
        any = !orphans->empty();
        return {};
    });
    if (!read) return logError("approvals cannot be read", {{"error", read.error().message}});
    if (!any) return;
    const auto written = store.writeAndWait(Keeper, [](WriteTransaction &tx) -> Result<Json> {
        const auto orphans = find(tx.db()); // as they are now: somebody may have been faster
        if (!orphans) return fail(orphans.error());
        for (const Orphan &orphan : *orphans) {
            const auto closed =
                approvalrecords::close(tx, orphan.id, ApprovalState::Expired, tx.actor().subject, orphan.why);
            if (!closed) return fail(closed.error());
            tx.audit({"approval.expire", "approval", orphan.id, {{"state", "OPEN"}}, {{"state", "EXPIRED"}}, orphan.why});
            logWarning("an approval that nothing can follow was closed", {{"approval", orphan.id}, {"why", orphan.why}});
        }
        return Json();
    });
    if (!written) logError("an approval was not closed", {{"error", written.error().message}});
}

} // namespace crossfade::orphanedapprovals
