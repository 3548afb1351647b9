// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/routing/switches.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What made the runner ask: one guard, the windows it judged, and the series around them.
struct ApprovalEvidence {
    struct Window {
        Instant at;
        std::optional<double> value;
        std::int64_t samples = 0;
        std::string verdict;
        bool operator==(const Window &) const = default;
    };
    std::string guardId;
    std::string metric;
    std::string statistic;
    std::string platform;
    std::string comparison; // >= or <=
    std::string expression; // of PROMQL
    double threshold = 0;
    std::optional<double> tolerance; // of a relative guard, which has no threshold
    std::int64_t windowSeconds = 60;
    std::vector<Window> windows;
    std::optional<Instant> trippedAt;
    std::vector<Instant> seriesAt;
    std::vector<std::optional<double>> seriesNew; // as long as seriesAt; none = gap
    std::vector<std::optional<double>> seriesLegacy;
    bool operator==(const ApprovalEvidence &) const = default;
};

// What must hold before everybody is sent to NEW, and who answered for it where it does not.
struct MasterGateRow {
    std::string gate;
    std::string status; // OPEN BLOCKED UNKNOWN OVERRIDDEN
    std::string detail;
    std::string overriddenBy; // empty unless OVERRIDDEN
    std::string overrideReason;

    bool isClosed() const { return status == "BLOCKED" || status == "UNKNOWN"; }
    bool operator==(const MasterGateRow &) const = default;
};

// What approving a change of the master switch carries out.
struct SwitchesAsked {
    Switches before;
    Switches after;
    bool operator==(const SwitchesAsked &) const = default;
};

// Of a user group, what it is asked about.
struct BatchAsked {
    std::string groupId;
    std::int64_t batch = 0; // from 0
    std::int64_t users = 0;
    bool operator==(const BatchAsked &) const = default;
};

// A question to a person, and its answer.
struct ApprovalRow {
    std::string id;
    std::string kind;  // ROLLBACK SHIFT_STEP MASTER_SWITCH
    std::string state; // OPEN APPROVED REJECTED EXPIRED
    std::string policyId;
    std::string policyName; // or the group's
    std::optional<BatchAsked> batch;
    std::string requestedBy;
    Instant requestedAt;
    Instant deadline;
    std::string defaultAction; // what happens if nobody answers: APPROVE REJECT
    std::string summary;
    std::optional<ApprovalEvidence> evidence;
    std::vector<MasterGateRow> gates;      // of MASTER_SWITCH
    std::optional<SwitchesAsked> switches; // of MASTER_SWITCH
    double fromPercentage = 0;
    double toPercentage = 0;
    std::string decidedBy;
    std::optional<Instant> decidedAt;
    std::string decisionReason;
    bool secondPerson = false;
    std::string version;

    bool isOpen() const { return state == "OPEN"; }
    bool isMasterSwitch() const { return kind == "MASTER_SWITCH"; }
    bool operator==(const ApprovalRow &) const = default;
};

// Something that went wrong, until somebody acknowledges it.
struct AlertRow {
    std::string id;
    std::string type;
    std::string severity; // LOW MEDIUM HIGH
    std::string message;
    std::string subjectType;
    std::string subjectId;
    Instant raisedAt;
    Instant lastRaisedAt;
    std::int64_t count = 1;
    std::string acknowledgedBy; // empty: open
    std::optional<Instant> acknowledgedAt;

    bool isOpen() const { return acknowledgedBy.empty() && !acknowledgedAt; }
    bool operator==(const AlertRow &) const = default;
};

} // namespace crossfade
