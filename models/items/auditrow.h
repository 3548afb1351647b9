// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A field of an object before and after an act; absent on one side when it was made or deleted.
struct AuditChange {
    std::string field; // "shift.percentage"
    std::optional<std::string> before;
    std::optional<std::string> after;

    bool isChange() const { return before != after; }
    bool operator==(const AuditChange &) const = default;
};

// One entry of the chain.
struct AuditRow {
    std::string id;
    Instant at;
    std::string subject;
    std::string action;
    std::string objectType;
    std::string objectId;
    std::string reason;
    std::string requestId;
    std::string hash;
    std::vector<AuditChange> changes; // every field, changed or not
    bool operator==(const AuditRow &) const = default;
};

struct AuditVerification {
    bool intact = false;
    std::int64_t entries = 0;
    Instant checkedAt;
    std::string brokenId; // of the first entry that does not fit, empty if none
    std::string problem;
};

} // namespace crossfade
