// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/percentage.h"
#include "models/core/time.h"
#include "models/routing/rule.h"
#include "models/shift/guard.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

enum class StepApproval { None, EachStep, Above };
enum class MoveAt { Immediate, NextSignIn };

// One stop of the way up. Absent fields: the policy's.
struct ShiftStep {
    Percentage percentage;
    std::optional<std::int64_t> stabilizationSeconds;
    std::optional<std::uint64_t> minSamples;
    std::optional<bool> approval = {}; // whether a person must approve it
    bool operator==(const ShiftStep &) const = default;
};

struct Freeze {
    Instant start{};
    Instant end{};
    std::string reason;
    std::string timeZone = {}; // in which people read its times, "" = their own; decides nothing
    bool operator==(const Freeze &) const = default;
};

struct ConsistencyGate {
    std::vector<std::string> checkNames;
    double minimumPercentage = 99.5;
    std::int64_t maxAgeSeconds = 3'600;
    bool operator==(const ConsistencyGate &) const = default;
};

// How a share is raised, and what must hold for it (system.md 1.4). What an operator writes; where
// the shift stands is in ShiftStatus.
struct ShiftPolicy {
    std::string id;
    std::string name;
    std::string targetSystem; // "*" or a system id
    Platform targetPlatform = Platform::New;
    Percentage max = Percentage::fromHundredths(Percentage::Whole);
    Percentage increment = Percentage::fromHundredths(500);
    std::vector<ShiftStep> steps; // ascending; where they end, or there are none: by increment
    std::vector<Guard> guards;
    std::int64_t stabilizationSeconds = 300;
    std::int64_t intervalSeconds = 10; // how often guards are judged
    std::vector<Recurrence> changeWindows; // none: steps are taken at any time
    std::vector<Freeze> freezes;
    OnBreach onBreach = OnBreach::ProposeRollback;
    std::int64_t proposalDeadlineSeconds = 300;
    bool proposalRollsBack = true; // when nobody answers; else it holds
    StepApproval approval = StepApproval::None;
    Percentage approvalAbove;  // Above: steps that end above it ask for an approval
    bool secondPerson = false; // whoever set the target cannot approve a step towards it
    std::optional<ConsistencyGate> consistencyGate;
    Platform usersWithoutId = Platform::Legacy;
    MoveAt moveAt = MoveAt::Immediate; // when a rise moves a user who is signed in; going back is at once
    std::string newHealthUrl;    // "" = not probed
    std::string legacyHealthUrl; // "" = not probed
    std::string salt;
    bool operator==(const ShiftPolicy &) const = default;
};

// The next stop above `from` on the way to `goal` (at most max): the next explicit step, or where they are
// used up one increment on; never above goal. Equal to `from` when there is none.
Percentage nextStop(const ShiftPolicy &policy, Percentage from, Percentage goal);
// The stop below, for a stepwise rollback towards `floor`.
Percentage previousStop(const ShiftPolicy &policy, Percentage from, Percentage floor);
// All stops from 0 to max, 0 and max included.
std::vector<Percentage> allStops(const ShiftPolicy &policy);
// Whether a step that ends at `to` asks for an approval. One that ends before a written step is on its way
// there: it asks where that one does.
bool needsApproval(const ShiftPolicy &policy, Percentage to);
// Whether some step that `before` asks a person for would by `after` be taken unasked, or might be approved by
// whoever asked for it. Of all steps, whatever the caps and stops are now: a shift may go back and come again.
bool asksLess(const ShiftPolicy &after, const ShiftPolicy &before);
std::int64_t stabilizationSecondsAt(const ShiftPolicy &policy, Percentage percentage);
std::uint64_t minSamplesAt(const ShiftPolicy &policy, Percentage percentage, const Guard &guard);
// The guard as it is judged at `percentage`: a step that asks for fewer samples is judged by so few. One that asks
// for more only waits for them: a breach is one long before.
Guard guardAt(const ShiftPolicy &policy, Percentage percentage, Guard guard);

// The API's PolicyInput; every bad field with its pointer. The names monitoring_metrics,
// success_thresholds and rollback_conditions are read as guards. `newSalt` is used where none is
// given. `zones` gives change windows their tables and refuses names it does not know; without it
// they stay without a table, so that what was stored elsewhere can still be read.
Result<ShiftPolicy> policyFromJson(const Json &body, const std::string &newSalt,
                                   const ZoneSource &zones = {});
Json policyToJson(const ShiftPolicy &policy); // the same fields, with id
Json guardToJson(const Guard &guard);

} // namespace crossfade
