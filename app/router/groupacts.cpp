// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupacts.h"

#include "app/router/alertrecords.h"
#include "app/router/groupjson.h"
#include "app/router/routingtables.h"
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

Json rolledBackGroup(const GroupRecord &before, const GroupRecord &after) {
    return {{"group_id", after.group.id},
            {"group_name", after.group.name},
            {"users", usersOnTarget(before.group, before.status, before.users)},
            {"state", groupStateWord(after.status.state)}};
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

Json GroupActs::told(const GroupRecord &record, Instant now) {
    return groupRecordToJson(record, m_state.groupMeasures().counts(record.group.id), now);
}

Json GroupActs::evidenceOf(const GroupRecord &record, const Guard &guard) const {
    const GroupBook::ViewPtr view = m_book.view(record.group.id);
    ShiftPolicy judged;
    judged.guards = {guard};
    return guardsToJson(judged, view.get(), true).at("items").at(0);
}

Result<GroupRecord> GroupActs::carryOut(WriteTransaction &tx, const GroupRecord &before,
                                        const GroupTransition &transition, const std::string &operatorReason,
                                        MembersPtr members) {
    killPoint("group.before-store");
    GroupRecord after = before;
    after.status = transition.next;
    ++after.groupVersion;
    after.epoch = tx.epoch();
    if (auto stored = grouprecords::update(tx.db(), after); !stored) return fail(stored.error());
    const std::string reason = operatorReason.empty() ? transition.detail : operatorReason;
    const std::string cause(groupCauseWord(transition.cause));
    if (auto published = publish(tx, before, after, {"GROUP_" + cause, reason}, std::move(members)); !published)
        return fail(published.error());
    Json historyJson;
    if (isGroupHistory(transition.cause)) {
        const GroupHistoryEntry entry{tx.newId(),
                                      tx.now(),
                                      transition.batch,
                                      transition.failed ? "HELD" : "SUCCESS",
                                      std::string(groupStateWord(after.status.state)),
                                      tx.epoch(),
                                      cause,
                                      tx.actor().subject,
                                      reason,
                                      transition.tripped ? evidenceOf(before, *transition.tripped) : Json()};
        if (auto kept = grouprecords::appendHistory(tx.db(), after.group.id, entry); !kept)
            return fail(kept.error());
        historyJson = grouprecords::historyToJson(entry);
        tx.audit({"group." + lowerCase(cause), "user_group", after.group.id, summaryOf(before.status),
                  summaryOf(after.status), reason});
    }
    if (auto raised = raiseAlerts(tx, after, transition); !raised) return fail(raised.error());
    tx.emit("group.changed", {{"group", told(after, tx.now())}, {"history", historyJson}});
    tx.afterCommit([this, after, transition] {
        keep(after, transition);
        killPoint("group.after-store");
    });
    return after;
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
    const SnapshotPtr snapshot = m_state.snapshot();
    const GroupCover *known = snapshot->group(after.group.id);
    cover.members = known ? known->members : std::move(members);
    if (!cover.members) {
        if (auto filled = groupmembers::fill(tx.db(), cover); !filled) return filled;
    }
    return m_state.change(tx, {GroupChange{cover.id, std::move(cover)}}, cause);
}

Result<void> GroupActs::raiseAlerts(WriteTransaction &tx, const GroupRecord &after,
                                    const GroupTransition &transition) {
    const bool back = transition.cause == GroupCause::RolledBack || transition.cause == GroupCause::BatchRolledBack;
    AlertDraft draft;
    draft.message = after.group.name + ": " + transition.detail;
    draft.details = {{"state", groupStateWord(after.status.state)},
                     {"batch", transition.batch ? Json(*transition.batch) : Json()}};
    draft.subjectType = "user_group";
    draft.subjectId = after.group.id;
    const auto raise = [&](const char *type, const char *severity) {
        draft.type = type;
        draft.severity = severity;
        draft.dedupeKey = after.group.id + ":" + (transition.batch ? std::to_string(*transition.batch) : "all") +
                          ":" + type;
        return alertrecords::raise(tx, draft);
    };
    if (transition.tripped) {
        if (auto raised = raise("GUARD_TRIPPED", "HIGH"); !raised) return raised;
    }
    if (back) return raise("ROLLED_BACK", "HIGH");
    if (transition.next.state == GroupState::Held && transition.failed) return raise("SHIFT_HELD", "MEDIUM");
    return {};
}

// Of a record that cannot be read at least the users go back: what decides is the cover.
Result<void> GroupActs::lowerUnreadable(WriteTransaction &tx, const std::vector<std::string> &ids,
                                        const std::string &reason, Json &items) {
    if (ids.empty()) return {};
    auto covers = routingtables::groupCovers(tx.db());
    if (!covers) return fail(covers.error());
    for (GroupCover &cover : *covers) {
        if (std::ranges::find(ids, cover.id) == ids.end()) continue;
        cover.moved = std::make_shared<const std::vector<bool>>();
        if (auto filled = groupmembers::fill(tx.db(), cover); !filled) return filled;
        items.push_back({{"group_id", cover.id},
                         {"group_name", cover.name},
                         {"users", cover.members->size()},
                         {"state", groupStateWord(GroupState::RolledBack)}});
        tx.audit({"group.rolled_back", "user_group", cover.id, {}, {}, reason});
        auto changed = m_state.change(tx, {GroupChange{cover.id, cover}}, {"ROLLBACK", reason});
        if (!changed) return changed;
    }
    return {};
}

Result<Json> GroupActs::rollBackMany(WriteTransaction &tx, const std::vector<std::string> *ids,
                                     const std::string &reason) {
    std::vector<GroupRecord> records;
    std::vector<std::string> unreadable;
    if (!ids) {
        auto all = grouprecords::all(tx.db(), &unreadable);
        if (!all) return fail(all.error());
        records = std::move(*all);
        std::erase_if(records, [](const GroupRecord &record) {
            return record.status.state == GroupState::RolledBack ||
                   !fits(record.status.state, GroupCommand::Rollback);
        });
    }
    for (std::size_t i = 0; ids && i < ids->size(); ++i) {
        auto record = grouprecords::find(tx.db(), (*ids)[i]);
        if (!record && record.error().kind == ErrorKind::NotFound)
            return invalid("/group_ids/" + std::to_string(i), record.error().message);
        if (!record) return fail(record.error());
        records.push_back(std::move(*record));
    }
    Json items = Json::array();
    for (const GroupRecord &before : records) {
        const auto transition =
            obey(before.group, before.status, {GroupCommand::Rollback, 0}, before.users, tx.now());
        if (!transition) return fail(transition.error());
        const auto after = carryOut(tx, before, *transition, reason);
        if (!after) return fail(after.error());
        items.push_back(rolledBackGroup(before, *after));
    }
    if (auto lowered = lowerUnreadable(tx, unreadable, reason, items); !lowered) return fail(lowered.error());
    return items;
}

} // namespace crossfade
