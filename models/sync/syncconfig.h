// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/core/json.h"
#include "models/core/recurringtime.h"
#include "models/sync/masschange.h"
#include "models/sync/synccapture.h"
#include "models/sync/threeway.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

enum class SyncDirection { Unidirectional, Bidirectional };
enum class SyncFrequency { Realtime, Batch, Scheduled };
enum class SyncErrorHandling { Retry, Skip, Alert };

using SyncSchedule = RecurringTime;

// What is to be kept in sync and how; as somebody sets it.
struct SyncConfig {
    Platform source = Platform::Legacy; // the target is the other one
    std::string mappingId;
    SyncDirection direction = SyncDirection::Unidirectional;
    SyncFrequency frequency = SyncFrequency::Realtime;
    std::int64_t batchSize = 1'000;
    SyncErrorHandling errorHandling = SyncErrorHandling::Retry;
    bool active = true;
    std::int64_t intervalSeconds = 300; // of BATCH
    std::optional<SyncSchedule> schedule;
    ConflictPolicy policy = ConflictPolicy::Manual;
    std::map<std::string, Platform> owners; // by field; others belong to the mapping's authoritative side
    std::int64_t clockSkewSeconds = 1;
    bool deletes = true;
    std::int64_t overlapSeconds = 10; // changes are looked for from so long before the last one seen
    std::int64_t sweepSeconds = 300;  // between looks at all rows, which find deletions and what came late
    std::optional<std::int64_t> backfillLimit; // rows a second
    MassLimits limits;
    std::optional<SyncCapture> legacyCapture = {};
    std::optional<SyncCapture> newCapture = {};
    bool operator==(const SyncConfig &) const = default;

    const std::optional<SyncCapture> &capture(Platform side) const
    {
        return side == Platform::Legacy ? legacyCapture : newCapture;
    }
    // The change table that tells of that side; null: its change column does, if it has one.
    const SyncCapture *changeTable(Platform side) const
    {
        return capture(side) && capture(side)->hasTable() ? &*capture(side) : nullptr;
    }
    Platform target() const { return otherPlatform(source); }
    // Whether changes of that side are carried over.
    bool follows(Platform side) const { return direction == SyncDirection::Bidirectional || side == source; }
    bool writes(Platform side) const { return follows(otherPlatform(side)); }
};

inline constexpr std::string_view AppendOnlyType = "AUDIT";

// The API's form (fields `reason` and `data_type` beside it are let through). What a mapping has to say to it is
// asked of syncMistakes().
Result<SyncConfig> parseSyncConfig(const Json &body);
Json syncConfigJson(const SyncConfig &config);
std::vector<FieldError> syncMistakes(const SyncConfig &config, const Mapping &mapping);
// Whether two definitions are of the same thing, so that what is remembered of the one holds for the other.
bool isSameSync(const SyncConfig &a, const SyncConfig &b);

MergeRules mergeRules(const SyncConfig &config, const Mapping &mapping);

} // namespace crossfade
