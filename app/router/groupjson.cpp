// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupjson.h"

#include <algorithm>

namespace crossfade {

namespace {

Json textOrNothing(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

Json batchCountsToJson(const BatchTable &batches) {
    return {{"total", batches.size()},
            {"pending", batches.count(BatchState::Pending)},
            {"moving", batches.count(BatchState::Moving)},
            {"settling", batches.count(BatchState::Settling)},
            {"moved", batches.count(BatchState::Moved)},
            {"held", batches.count(BatchState::Held)},
            {"rolled_back", batches.count(BatchState::RolledBack)}};
}

bool waitsForTime(const GroupRecord &record) {
    return record.status.state == GroupState::Running && !record.status.batch;
}

} // namespace

BatchTable batchesOf(const GroupRecord &record) {
    if (record.covers()) return record.status.batches;
    return BatchTable(std::min(batchCount(record.group, record.users), MostBatches));
}

Json groupRecordToJson(const GroupRecord &record, GroupMeasures::Counts counts, Instant now) {
    const GroupStatus &status = record.status;
    const bool settles = status.batch && status.state == GroupState::Running;
    Json json = groupToJson(record.group);
    json["size"] = record.users;
    json["current_platform"] = platformWord(currentPlatform(record.group, status));
    json["created_at"] = formatInstant(record.createdAt);
    json["updated_at"] = formatInstant(record.updatedAt);
    json["changed_by"] = record.changedBy;
    json["version"] = record.version;
    json["shift"] = {{"state", groupStateWord(status.state)},
                     {"held_cause", status.hold ? Json(groupHoldWord(*status.hold)) : Json()},
                     {"held_detail", textOrNothing(status.holdDetail)},
                     {"since", formatInstant(status.since)},
                     {"batch", status.batch ? Json(*status.batch) : Json()},
                     {"settles_at", settles ? Json(formatInstant(status.settlesAt)) : Json()},
                     {"waits_for", waitsForTime(record) ? textOrNothing(whatWaits(record.group, now)) : Json()},
                     {"batches", batchCountsToJson(batchesOf(record))},
                     {"users",
                      {{"moved", usersOnTarget(record.group, status, record.users)},
                       {"tried", counts.tried},
                       {"proven", counts.proven}}},
                     {"deadline", status.deadline ? Json(formatInstant(*status.deadline)) : Json()},
                     {"approval_id", textOrNothing(status.approvalId)},
                     {"epoch", record.epoch},
                     {"version", record.groupVersion}};
    return json;
}

Json batchToJson(const GroupRecord &record, std::size_t batch, GroupMeasures::Counts counts) {
    const BatchTable &batches = record.status.batches;
    const BatchState state = batch < batches.size() ? batches.at(batch) : BatchState::Pending;
    return {{"batch", batch},
            {"state", batchStateWord(state)},
            {"users", batchUsers(record.group, record.users, batch)},
            {"tried", counts.tried},
            {"proven", counts.proven}};
}

} // namespace crossfade
