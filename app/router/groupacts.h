// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/approvalrecords.h"
#include "app/router/groupbook.h"
#include "app/router/ownrollbacks.h"
#include "app/router/routerstate.h"

namespace crossfade {

// Carries out what the group machine decided: everything of one transition in one transaction (status,
// history, snapshot, alerts, event, audit) and only then in memory.
class GroupActs {
public:
    GroupActs(RouterState &state, GroupBook &book);

    // Answers the record as it is now. `before` must be what this transaction reads; `members` may be
    // null where decisions hold them already. `operatorReason` is empty for the runner's own acts.
    Result<GroupRecord> carryOut(WriteTransaction &tx, const GroupRecord &before,
                                 const GroupTransition &transition, const std::string &operatorReason,
                                 MembersPtr members = nullptr, std::optional<Instant> doneAt = {},
                                 const Json *evidenceThen = nullptr);
    // Takes back every group there is, or those named: see RouterState::groupRollback.
    Result<Json> rollBackMany(WriteTransaction &tx, const std::vector<std::string> *ids,
                              const std::string &reason);

    // See GroupCatchUp.
    Result<bool> catchUp(WriteTransaction &tx, const LocalRollback::Group &group, Instant at,
                         const std::string &reason);
    Result<bool> catchUpOwn(WriteTransaction &tx, const LocalRollback::Group &group, Instant at,
                            const std::string &reason, const OwnRollback &own);

    // What another replica did to the group: `history` is the entry it wrote with it, or null.
    Result<void> takeUp(Database &db, const std::string &id, const Json &history);
    // Every group as it is stored.
    Result<void> takeUpAll(Database &db);

    // See GroupAnswer: carries out what was asked, and nothing else.
    Result<void> answer(WriteTransaction &tx, const Approval &approval, bool approve, const std::string &reason);

    // What the group contributes to decisions; the members are filled in by the caller.
    static GroupCover coverOf(const GroupRecord &record);
    // The API's UserGroup; after this transition, while what is measured does not know of it yet.
    Json told(const GroupRecord &record, Instant now, const GroupTransition *transition = nullptr) const;
    Json evidenceOf(const GroupRecord &record, const Guard &guard) const;
    // One open alert a group, batch and cause; `of` is the guard that tripped, why it is held, or of what only
    // people bring about again which time it was.
    static std::string alertKey(const std::string &groupId, std::optional<std::size_t> batch, std::string_view type,
                                const std::string &of);

private:
    Result<void> publish(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                         const ChangeCause &cause, MembersPtr members);
    Result<void> keepHistory(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                             const GroupTransition &transition, const std::string &reason, const Json &evidence,
                             std::optional<Instant> doneAt, Json &told);
    Result<void> moveApprovals(WriteTransaction &tx, const GroupRecord &before, GroupRecord &after,
                               const GroupTransition &transition, const Json &evidence);
    Result<void> raiseAlerts(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                             const GroupTransition &transition);
    void keep(const GroupRecord &after, const GroupTransition &transition);
    void drop(const std::string &id);

    RouterState &m_state;
    GroupBook &m_book;
};

// The cover's members: those that decisions hold already, else as stored.
Result<void> fillMembers(const RouterState &state, Database &db, GroupCover &cover);

} // namespace crossfade
