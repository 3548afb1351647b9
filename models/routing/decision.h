// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/snapshot.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class Operation { Read, List, Insert, Update, Delete };
std::string_view operationWord(Operation operation); // "read", …
std::optional<Operation> operationFromWord(std::string_view word);

enum class Mode { Single, Compare, DualWrite, Aggregate };
std::string_view modeWord(Mode mode); // "SINGLE", …

enum class Reason {
    MasterLegacy,
    MasterNew,
    ForwardOnly,
    UserRule,
    SystemRule,
    TimeRule,
    NewData,
    HeldInconsistent,
    IdThreshold,
    NotInLegacy,
    GrayList,
    NotOnGrayList,
    UserGroup,
    NoKey,
    Percentage,
    DefaultRouting,
};
std::string_view reasonWord(Reason reason); // "MASTER_LEGACY", …
std::optional<Reason> reasonFromWord(std::string_view word);
constexpr std::size_t ReasonCount = 16;

// The lines of the decision table (system.md 1.2) that exist.
enum class Line {
    MasterLegacy,
    MasterNew, // or forward only
    UserRule,
    SystemRule,
    TimeRule,
    NewData,
    Held,
    IdThreshold,
    NotInLegacy,
    GrayList,
    NotOnGrayList,
    UserGroup,
    NoKey,
    Percentage,
    Default,
};
inline constexpr std::array AllLines{
    Line::MasterLegacy, Line::MasterNew,   Line::UserRule,    Line::SystemRule, Line::TimeRule,
    Line::NewData,      Line::Held,        Line::IdThreshold, Line::NotInLegacy, Line::GrayList,
    Line::NotOnGrayList, Line::UserGroup,  Line::NoKey,       Line::Percentage,  Line::Default};
std::string_view lineNumber(Line line); // "1", "10b", …

// What is known of a request. An id outside the id grammar counts as no id.
struct DecisionRequest {
    std::string_view userId;
    std::string_view systemId;
    std::string_view entityId;
    std::string_view interface;
    Operation operation = Operation::Read;
    Instant at{};
    std::optional<Instant> signedInAt = {}; // when the user's session began; absent: with this request
};

// The texts point into the snapshot the decision was made from: keep that while you read them.
struct Decision {
    Platform platform = Platform::Legacy;
    Mode mode = Mode::Single;
    Platform primary = Platform::Legacy; // LEGACY or NEW: whose answer the caller gets
    Reason reason = Reason::DefaultRouting;
    Line line = Line::Default;
    const Rule *rule = nullptr;          // lines 3 to 5
    const PolicyCover *policy = nullptr; // lines 10a, 10b
    const GrayList *grayList = nullptr;  // lines 8c, 8d
    const GroupCover *group = nullptr;   // line 9
    std::int64_t groupBatch = -1;        // line 9: the user's batch, from 0
    std::int32_t bucket = -1;            // line 10b
    std::int64_t epoch = 0;
};

// The sticky bucket, 0 … 9 999: XXH32(user_id + ":" + salt, seed 0) mod 10 000, as the traffic
// engine computes it. A user is on the policy's target while bucket < percentage in hundredths.
std::int32_t stickyBucket(std::string_view userId, std::string_view salt);
void stickyBuckets(std::span<const std::string_view> userIds, std::string_view salt, std::span<std::int32_t> buckets);

// Whether the entity's id is a number that has reached the threshold; a number of more digits than any
// threshold has reached all of them.
bool reachesThreshold(std::string_view entityId, std::int64_t threshold);

// Whether reads of this user are asked of both platforms: the same users always, as long as the share does
// not shrink.
bool isReadCompared(std::string_view userId, Percentage share);

// Pure: no lock, no allocation, no clock. First the lines of the table, then, unless line 1 or 2 decided,
// what is laid over them: lists from both, writes to both, reads compared. The latter changes the mode
// alone: being in the sample moves nobody.
Decision decide(const Snapshot &snapshot, const DecisionRequest &request);
// The same of many: the waits for the memory of the users' rules overlap.
void decide(const Snapshot &snapshot, std::span<const DecisionRequest> requests, std::span<Decision> decisions);

struct TraceLine {
    std::string line;      // "10b"
    std::string condition; // in words
    bool applies = false;
    bool decides = false; // true for exactly one line: the first that applies
    std::string detail;    // what was looked at and found, a sentence
    // Of lines that a switch turns on (7, 8b): whether they would apply with the switch on.
    std::optional<bool> found{};
};
// Every line of the table for this request; the one that decides is that of decide().
std::vector<TraceLine> traceDecision(const Snapshot &snapshot, const DecisionRequest &request);

} // namespace crossfade
