// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/criteria.h"
#include "models/shift/policy.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Before which batches a person is asked.
enum class GroupApproval { None, FirstBatch, EachBatch };

// A user group: who belongs to it and how its users are moved (system.md 1.5). What an operator writes;
// its members and where it stands are elsewhere.
struct UserGroup {
    std::string id;
    std::string name;
    std::optional<Criteria> criteria; // absent: the members are uploaded
    Platform initialPlatform = Platform::Legacy;
    Platform targetPlatform = Platform::New;
    std::int64_t batchSize = 100;            // users
    std::int64_t batchIntervalSeconds = 30;  // how long a batch settles before the next one moves
    std::optional<Instant> startAt;          // no batch moves before
    std::vector<Recurrence> changeWindows;   // nor outside these, where there are any
    std::vector<Freeze> freezes;             // nor within these
    std::vector<Guard> guards;               // judged over the moving batch's users
    std::int64_t intervalSeconds = 10;       // how often
    OnBreach onBreach = OnBreach::Hold;      // what becomes of that batch
    std::int64_t proposalDeadlineSeconds = 300;
    bool proposalRollsBack = true; // when nobody answers; else it holds
    GroupApproval approval = GroupApproval::None;
    bool secondPerson = false; // whoever started the group cannot approve a batch of it
    bool operator==(const UserGroup &) const = default;
};

inline constexpr std::int64_t MostInBatch = 100'000;

// Whether some batch that `before` asks a person for would by `after` move unasked, or might be approved by
// whoever started the group.
bool asksLess(const UserGroup &after, const UserGroup &before);

std::size_t batchCount(const UserGroup &group, std::size_t users);
std::size_t batchUsers(const UserGroup &group, std::size_t users, std::size_t batch);

// The API's UserGroupInput; every bad field with its pointer. Guards, windows and freezes are read as those
// of policies, under the source's names too. `attributes`: see readCriteria; `zones`: see policyFromJson.
Result<UserGroup> groupFromJson(const Json &body, const ZoneSource &zones = {},
                                const std::vector<std::string> *attributes = nullptr);
Json groupToJson(const UserGroup &group); // the same fields, with id

} // namespace crossfade
