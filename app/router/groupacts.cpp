// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupacts.h"

#include "app/router/alertrecords.h"
#include "app/router/groupjson.h"
#include "app/router/rollbackorder.h"
#include "app/router/unreadablegroup.h"
#include "app/service/killpoint.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace crossfade {

namespace {

// Settling is part of moving, and no news of its own.
bool isGroupHistory(GroupCause cause) {
    return cause != GroupCause::BatchSettles;
}

std::string lowerCase(std::string_view word) {
    std::string text(word);
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// What an auditor wants of a status: the batches are in the history.
Json summaryOf(const GroupStatus &status) {
    return {{"state", groupStateWord(status.state)},
            {"batches", status.batches.size()},
            {"moved", status.batches.count(BatchState::Moved)},
            {"rolled_back", status.batches.count(BatchState::RolledBack)}};
}

// Moves users to the target, or begins to.
bool movesOn(GroupCause cause) {
    return cause == GroupCause::Started || cause == GroupCause::BatchMoved || cause == GroupCause::Resumed;
}

// Whose users were taken back.
bool takesUsersBack(const GroupTransition &transition) {
    return transition.cause == GroupCause::RolledBack ||
           (transition.cause == GroupCause::BatchRolledBack && transition.batch);
}

// A batch that was taken back has to prove itself anew, also when the service dies now.
Result<void> forgetProofs(Database &db, const std::string &groupId, const GroupTransition &transition) {
    if (!takesUsersBack(transition)) return {};
    const auto done = transition.cause == GroupCause::RolledBack
                          ? db.execute("DELETE FROM group_batch WHERE group_id = ?", {groupId})
                          : db.execute("DELETE FROM group_batch WHERE group_id = ? AND batch = ?",
                                       {groupId, static_cast<std::int64_t>(*transition.batch)});
    if (!done) return fail(done.error());
    return {};
}

// A guard's standing as approvals tell of evidence. What is measured of a batch is not kept as a series: the
// judged windows are it.
Json approvalEvidence(const Json &standing) {
    constexpr std::size_t MostWindows = 30;
    const Json &recent = standing.at("recent");
    Json values = Json::array();
    Json times = Json::array();
    Json ours = Json::array();
    Json theirs = Json::array();
    for (std::size_t i = recent.size() - std::min(recent.size(), MostWindows); i < recent.size(); ++i) {
        values.push_back(recent[i]);
        times.push_back(recent[i].at("at"));
        ours.push_back(recent[i].at("value"));
        theirs.push_back(recent[i].at("reference"));
    }
    if (standing.at("guard").at("platform") == "LEGACY") std::swap(ours, theirs);
    return Json{{"guard", standing.at("guard")},
                {"values", values},
                {"tripped_at", standing.at("tripped_at")},
                {"series", {{"t", times}, {"new", ours}, {"legacy", theirs}}}};
}

Json rolledBackGroup(const GroupRecord &before, const GroupRecord &after) {
    return {{"group_id", after.group.id},
            {"group_name", after.group.name},
            {"users", usersOnTarget(before.group, before.status, before.users)},
            {"state", groupStateWord(after.status.state)},
            {"refused", nullptr}};
}

Json refusedGroup(const GroupRecord &record) {
    return {{"group_id", record.group.id},
            {"group_name", record.group.name},
            {"users", 0},
            {"state", groupStateWord(record.status.state)}};
}

// All that there are to take back, or those named; one that is named twice is taken back once, one that there is
// not is refused by itself.
Result<std::vector<GroupRecord>> toRollBack(Database &db, const std::vector<std::string> *ids,
                                            std::vector<std::string> &unreadable, RefusedRollbacks &refused) {
    if (!ids) {
        auto all = grouprecords::all(db, &unreadable);
        if (!all) return all;
        std::erase_if(*all, [](const GroupRecord &record) {
            return record.status.state == GroupState::RolledBack ||
                   !fits(record.status.state, GroupCommand::Rollback);
        });
        return all;
    }
    std::vector<GroupRecord> records;
    for (std::size_t i = 0; i < ids->size(); ++i) {
        const auto here = ids->begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(ids->begin(), here, *here) != here) continue;
        auto record = grouprecords::find(db, (*ids)[i]);
        if (!record && record.error().kind == ErrorKind::NotFound)
            refused.add({{"group_id", (*ids)[i]}, {"group_name", nullptr}, {"users", 0}, {"state", nullptr}},
                        invalid("/group_ids/" + std::to_string(i), record.error().message).value());
        else if (record)
            records.push_back(std::move(*record));
        else if (grouprecords::unreadable(db, (*ids)[i]))
            unreadable.push_back((*ids)[i]);
        else
            return fail(record.error());
    }
    return records;
}

} // namespace

GroupActs::GroupActs(RouterState &state, GroupBook &book) : m_state(state), m_book(book) {}

GroupCover GroupActs::coverOf(const GroupRecord &record) {
    GroupCover cover;
    cover.id = record.group.id;
    cover.name = record.group.name;
    cover.initialPlatform = record.group.initialPlatform;
    cover.targetPlatform = record.group.targetPlatform;
    cover.batchSize = static_cast<std::size_t>(record.group.batchSize);
    cover.membersId = record.membersId;
    const BatchTable &batches = record.status.batches;
    std::vector<bool> moved(batches.size());
    for (std::size_t batch = 0; batch < batches.size(); ++batch)
        moved[batch] = isOnTarget(batches.at(batch));
    cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
    return cover;
}

Json GroupActs::told(const GroupRecord &record, Instant now, const GroupTransition *transition) const {
    const GroupMeasures &measures = m_state.groupMeasures();
    GroupMeasures::Counts counts = measures.counts(record.group.id);
    if (transition && takesUsersBack(*transition)) {
        const bool all = transition->cause == GroupCause::RolledBack;
        const GroupMeasures::Counts gone = all ? counts : measures.counts(record.group.id, *transition->batch);
        counts.tried -= std::min(counts.tried, gone.tried); // more may have been seen meanwhile
        counts.proven -= std::min(counts.proven, gone.proven);
    }
    return groupRecordToJson(record, counts, now);
}

Json GroupActs::evidenceOf(const GroupRecord &record, const Guard &guard) const {
    const GroupBook::ViewPtr view = m_book.view(record.group.id);
    ShiftPolicy judged;
    judged.guards = {guard};
    return guardsToJson(judged, view.get(), true).at("items").at(0);
}

Result<GroupRecord> GroupActs::carryOut(WriteTransaction &tx, const GroupRecord &before,
                                        const GroupTransition &transition, const std::string &operatorReason,
                                        MembersPtr members, std::optional<Instant> doneAt,
                                        const Json *evidenceThen) {
    killPoint("group.before-store");
    if (movesOn(transition.cause)) {
        if (auto may = m_state.mayRaiseGroup(before.group.id); !may) return fail(may.error());
    }
    GroupRecord after = before;
    after.status = transition.next;
    ++after.groupVersion;
    after.epoch = tx.epoch();
    if (transition.cause == GroupCause::Started) after.status.askedBy = tx.actor().subject;
    Json evidence;
    if (evidenceThen)
        evidence = *evidenceThen;
    else if (transition.tripped)
        evidence = evidenceOf(before, *transition.tripped);
    if (auto moved = moveApprovals(tx, before, after, transition, evidence); !moved) return fail(moved.error());
    if (auto stored = grouprecords::update(tx.db(), after); !stored) return fail(stored.error());
    if (auto gone = forgetProofs(tx.db(), after.group.id, transition); !gone) return fail(gone.error());
    const std::string reason = operatorReason.empty() ? transition.detail : operatorReason;
    const ChangeCause cause{"GROUP_" + std::string(groupCauseWord(transition.cause)), reason};
    if (auto published = publish(tx, before, after, cause, std::move(members)); !published)
        return fail(published.error());
    Json historyJson;
    if (auto kept = keepHistory(tx, before, after, transition, reason, evidence, doneAt, historyJson);
        !kept)
        return fail(kept.error());
    if (auto raised = raiseAlerts(tx, before, after, transition); !raised) return fail(raised.error());
    tx.emit("group.changed", {{"group", told(after, tx.now(), &transition)}, {"history", historyJson}});
    tx.afterCommit([this, after, transition] {
        keep(after, transition);
        killPoint("group.after-store");
    });
    return after;
}

Result<void> GroupActs::keepHistory(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                                    const GroupTransition &transition, const std::string &reason,
                                    const Json &evidence, std::optional<Instant> doneAt, Json &told) {
    if (!isGroupHistory(transition.cause)) return {};
    const std::string cause(groupCauseWord(transition.cause));
    const GroupHistoryEntry entry{tx.newId(),
                                  doneAt.value_or(tx.now()),
                                  transition.batch,
                                  transition.failed ? "HELD" : "SUCCESS",
                                  std::string(groupStateWord(after.status.state)),
                                  tx.epoch(),
                                  cause,
                                  tx.actor().subject,
                                  reason,
                                  evidence,
                                  doneAt ? std::optional(tx.now()) : std::nullopt};
    if (auto kept = grouprecords::appendHistory(tx.db(), after.group.id, entry); !kept) return kept;
    told = grouprecords::historyToJson(entry);
    tx.audit({"group." + lowerCase(cause), "user_group", after.group.id, summaryOf(before.status),
              summaryOf(after.status), reason});
    return {};
}

Result<void> GroupActs::moveApprovals(WriteTransaction &tx, const GroupRecord &before, GroupRecord &after,
                                      const GroupTransition &transition, const Json &evidence) {
    const bool opens = transition.opens != GroupQuestion::None;
    if (!before.status.approvalId.empty() && (opens || !awaitsAnswer(after.status.state))) {
        // Closed already when a person decided it in this transaction.
        const auto open = approvalrecords::find(tx.db(), before.status.approvalId);
        if (open && open->state == ApprovalState::Open) {
            const auto closed = approvalrecords::close(tx, open->id, ApprovalState::Expired, tx.actor().subject,
                                                       transition.detail);
            if (!closed) return fail(closed.error());
        }
        after.status.approvalId.clear();
    }
    if (!opens) return {};
    const bool rollback = transition.opens == GroupQuestion::Rollback;
    const std::size_t batch = transition.batch.value_or(0);
    Approval approval;
    approval.id = tx.newId();
    approval.kind = rollback ? ApprovalKind::Rollback : ApprovalKind::ShiftStep;
    approval.groupId = after.group.id;
    approval.groupName = after.group.name;
    approval.batch = static_cast<std::int64_t>(batch);
    approval.users = static_cast<std::int64_t>(batchUsers(after.group, after.users, batch));
    // A batch is asked for by whoever started the group.
    const bool person = !rollback && !after.status.askedBy.empty();
    approval.requestedBy = person ? after.status.askedBy : tx.actor().subject;
    approval.secondPerson = person && after.group.secondPerson;
    approval.requestedAt = tx.now();
    approval.deadline = after.status.deadline.value_or(tx.now());
    approval.defaultApproves = rollback && after.group.proposalRollsBack;
    approval.summary = transition.detail;
    if (!evidence.is_null()) approval.evidence = approvalEvidence(evidence);
    after.status.approvalId = approval.id;
    return approvalrecords::open(tx, std::move(approval));
}

Result<void> GroupActs::answer(WriteTransaction &tx, const Approval &approval, bool approve,
                               const std::string &reason) {
    const auto before = grouprecords::find(tx.db(), approval.groupId);
    if (!before) return fail(before.error());
    if (before->status.approvalId != approval.id)
        return fail(ErrorKind::Conflict, "the group no longer waits for this approval");
    const GroupOrder order{approve ? GroupCommand::Approve : GroupCommand::Reject,
                           static_cast<std::size_t>(approval.batch)};
    const auto transition = obey(before->group, before->status, order, before->users, tx.now());
    if (!transition) return fail(transition.error());
    if (auto done = carryOut(tx, *before, *transition, reason); !done) return fail(done.error());
    return {};
}

void GroupActs::keep(const GroupRecord &after, const GroupTransition &transition) {
    GroupMeasures &measures = m_state.groupMeasures();
    measures.watch(after.group.id, after.users, static_cast<std::size_t>(after.group.batchSize),
                   after.status.batch);
    if (transition.cause == GroupCause::RolledBack) measures.clearAll(after.group.id);
    if (transition.cause == GroupCause::BatchRolledBack && transition.batch)
        measures.clear(after.group.id, *transition.batch);
    m_book.put(after);
}

void GroupActs::drop(const std::string &id) {
    m_book.erase(id);
    m_state.groupMeasures().forget(id);
}

Result<void> GroupActs::takeUp(Database &db, const std::string &id, const Json &history) {
    const auto record = grouprecords::find(db, id);
    if (!record && record.error().kind == ErrorKind::Unavailable) return fail(record.error());
    if (!record) { // gone, or not readable here: as if it were found so at the start
        drop(id);
        return {};
    }
    GroupMeasures &measures = m_state.groupMeasures();
    if (record->covers())
        measures.watch(id, record->users, static_cast<std::size_t>(record->group.batchSize), record->status.batch);
    const auto says = [&](GroupCause cause) {
        const std::string word(groupCauseWord(cause));
        return history.is_object() && history.contains("cause") && history.at("cause") == word;
    };
    if (says(GroupCause::RolledBack)) measures.clearAll(id);
    const bool ofBatch = says(GroupCause::BatchRolledBack) && history.contains("batch");
    if (ofBatch && history.at("batch").is_number_unsigned())
        measures.clear(id, history.at("batch").get<std::size_t>());
    m_book.put(*record);
    return {};
}

Result<void> GroupActs::takeUpAll(Database &db) {
    std::vector<std::string> unreadable;
    const auto records = grouprecords::all(db, &unreadable);
    if (!records) return fail(records.error());
    std::set<std::string> stored;
    for (const GroupRecord &record : *records) {
        stored.insert(record.group.id);
        if (auto done = takeUp(db, record.group.id, Json()); !done) return done;
    }
    for (const GroupBook::RecordPtr &known : m_book.records()) {
        if (!stored.contains(known->group.id)) drop(known->group.id);
    }
    return {};
}

Result<void> GroupActs::publish(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                                const ChangeCause &cause, MembersPtr members) {
    GroupCover cover = coverOf(after);
    if (before.covers() && coverOf(before) == cover) return {};
    cover.members = std::move(members);
    if (!cover.members) {
        if (auto filled = fillMembers(m_state, tx.db(), cover); !filled) return filled;
    }
    return m_state.change(tx, {GroupChange{cover.id, std::move(cover)}}, cause);
}

std::string GroupActs::alertKey(const std::string &groupId, std::optional<std::size_t> batch,
                                std::string_view type, const std::string &of) {
    return groupId + ":" + (batch ? std::to_string(*batch) : "all") + ":" + std::string(type) +
           (of.empty() ? std::string() : ":" + of);
}

Result<void> GroupActs::raiseAlerts(WriteTransaction &tx, const GroupRecord &before, const GroupRecord &after,
                                    const GroupTransition &transition) {
    const bool back = transition.cause == GroupCause::RolledBack || transition.cause == GroupCause::BatchRolledBack;
    AlertDraft draft;
    draft.message = after.group.name + ": " + transition.detail;
    draft.details = {{"state", groupStateWord(after.status.state)},
                     {"batch", transition.batch ? Json(*transition.batch) : Json()}};
    draft.subjectType = "user_group";
    draft.subjectId = after.group.id;
    const auto raise = [&](const char *type, const char *severity, const std::string &of) {
        draft.type = type;
        draft.severity = severity;
        draft.dedupeKey = alertKey(after.group.id, transition.batch, type, of);
        return alertrecords::raise(tx, draft);
    };
    if (transition.tripped) {
        if (auto raised = raise("GUARD_TRIPPED", "HIGH", transition.tripped->id); !raised) return raised;
    }
    // Each is an act of its own: told though that of an earlier one is still open.
    if (back && usersOnTarget(before.group, before.status, before.users) > 0)
        return raise("ROLLED_BACK", "HIGH", std::to_string(after.epoch));
    // So is each question, with its own deadline.
    if (transition.opens == GroupQuestion::Rollback) return raise("ROLLBACK_PROPOSED", "HIGH", after.status.approvalId);
    if (transition.next.state == GroupState::Held && transition.failed)
        return raise("SHIFT_HELD", "MEDIUM",
                     after.status.hold ? std::string(groupHoldWord(*after.status.hold)) : std::string());
    return {};
}

Result<Json> GroupActs::rollBackMany(WriteTransaction &tx, const std::vector<std::string> *ids,
                                     const std::string &reason) {
    std::vector<std::string> unreadable;
    RefusedRollbacks refused;
    const auto records = toRollBack(tx.db(), ids, unreadable, refused);
    if (!records) return fail(records.error());
    Json items = Json::array();
    for (const GroupRecord &before : *records) {
        const auto transition =
            obey(before.group, before.status, {GroupCommand::Rollback, 0}, before.users, tx.now());
        if (!transition) {
            refused.add(refusedGroup(before), transition.error());
            continue;
        }
        const auto after = carryOut(tx, before, *transition, reason);
        if (!after) return fail(after.error());
        items.push_back(rolledBackGroup(before, *after));
    }
    for (const std::string &id : unreadable) {
        auto lowered = unreadablegroup::lower(m_state, tx, id, reason);
        if (!lowered) return fail(lowered.error());
        if (!lowered->is_null()) items.push_back(std::move(*lowered));
    }
    if (const Error *first = refused.first(); first && items.empty() && unreadable.empty()) return fail(*first);
    refused.moveTo(items);
    return items;
}

// What a rollback meant to undo may be undone already, or begun anew by somebody after it.
Result<bool> GroupActs::catchUp(WriteTransaction &tx, const LocalRollback::Group &group, Instant at,
                                const std::string &reason) {
    const auto before = grouprecords::find(tx.db(), group.id);
    if (!before && before.error().kind == ErrorKind::NotFound) return false;
    if (!before && grouprecords::unreadable(tx.db(), group.id)) {
        const auto lowered = unreadablegroup::lower(m_state, tx, group.id, reason);
        if (!lowered) return fail(lowered.error());
        return !lowered->is_null();
    }
    if (!before) return fail(before.error());
    const GroupCommand command = group.batch ? GroupCommand::RollbackBatch : GroupCommand::Rollback;
    const BatchTable &batches = before->status.batches;
    if (!fits(before->status.state, command)) return false;
    if (group.batch && (*group.batch >= batches.size() || !isOnTarget(batches.at(*group.batch)))) return false;
    if (!group.batch && before->status.state == GroupState::RolledBack) return false;
    const auto started = grouprecords::startedByPersonAfter(tx.db(), group.id, at);
    if (!started) return fail(started.error());
    if (*started) return false;
    const auto transition = obey(before->group, before->status, {command, group.batch.value_or(0)}, before->users,
                                 tx.now());
    if (!transition) return fail(transition.error());
    const auto after = carryOut(tx, *before, *transition, reason, nullptr, at);
    if (!after) return fail(after.error());
    return true;
}

Result<void> fillMembers(const RouterState &state, Database &db, GroupCover &cover) {
    const SnapshotPtr snapshot = state.snapshot();
    const GroupCover *known = snapshot->group(cover.id);
    if (known && known->membersId == cover.membersId) cover.members = known->members;
    return cover.members ? Result<void>() : groupmembers::fill(db, cover);
}

} // namespace crossfade
