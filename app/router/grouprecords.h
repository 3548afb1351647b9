// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupmembers.h"
#include "models/groups/groupmachine.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// A user group as stored. Definition and members have one version, where it stands another.
struct GroupRecord {
    UserGroup group;
    GroupStatus status;
    std::string membersId; // "" while it has none
    std::size_t users = 0;
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
    std::int64_t groupVersion = 1;
    std::int64_t epoch = 0; // in which the status last changed

    bool covers() const { return status.state != GroupState::Draft; }
};

// A stored group whose definition, or where it stands, cannot be read; see unreadablegroup.h.
struct UnreadableGroup {
    std::string id;
    std::string name;
    std::string definition;
    std::string membersId;
    std::size_t users = 0;
    std::int64_t version = 1;
    std::int64_t groupVersion = 1;
    Error why; // a Conflict that names the group and what is unreadable
};

struct GroupHistoryEntry {
    std::string id;
    Instant at{};
    std::optional<std::size_t> batch;
    std::string result; // SUCCESS, HELD
    std::string state;
    std::int64_t epoch = 0;
    std::string cause;
    std::string actor;
    std::string reason;
    Json evidence; // null: none
    std::optional<Instant> storedAt = {}; // of what was done without the store, and came into it then
};

namespace grouprecords {

Result<GroupRecord> find(Database &db, std::string_view id); // NotFound; Conflict: it cannot be read
std::optional<UnreadableGroup> unreadable(Database &db, std::string_view id);
// By name. One that cannot be read is left out, its id goes to `unreadable`.
Result<std::vector<GroupRecord>> all(Database &db, std::vector<std::string> *unreadable = nullptr);
Result<void> insert(Database &db, const GroupRecord &record); // Conflict: the name is taken
Result<void> update(Database &db, const GroupRecord &record);
// Where it stands, whatever stood there.
Result<void> setStatus(Database &db, std::string_view id, const GroupStatus &status, std::int64_t epoch);
Result<void> remove(Database &db, std::string_view id);

Result<void> appendHistory(Database &db, std::string_view groupId, const GroupHistoryEntry &entry);
// Whether anybody but the runner started it after that moment. It starts with nobody on the target.
Result<bool> startedByPersonAfter(Database &db, std::string_view groupId, Instant at);
struct HistoryPage {
    Json items = Json::array(); // newest first
    std::optional<std::int64_t> lastSeqIfMore;
    std::int64_t total = 0;
};
// `before` is a sequence number, 0 = from the newest.
Result<HistoryPage> history(Database &db, std::string_view groupId, std::int64_t before, std::int64_t limit);
Json historyToJson(const GroupHistoryEntry &entry);

} // namespace grouprecords

} // namespace crossfade
