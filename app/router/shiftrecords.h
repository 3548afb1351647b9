// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/alertrecords.h"
#include "app/service/store.h"
#include "models/shift/shiftmachine.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A shift policy as stored: its definition and where it stands, each with a version of its own.
struct PolicyRecord {
    ShiftPolicy policy;
    ShiftStatus status;
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
    std::int64_t shiftVersion = 1;
    std::int64_t epoch = 0; // in which the shift last changed
};

struct HistoryEntry {
    std::string id;
    std::string policyId;
    Instant at{};
    Percentage from;
    Percentage to;
    std::string result; // SUCCESS, FAILED, HELD
    std::string state;
    std::string error;
    std::int64_t epoch = 0;
    std::string cause;
    std::string actor;
    std::string reason;
    Json evidence; // null: none
    std::optional<Instant> storedAt = {}; // of what was done without the store, and came into it then
};

// A stored policy whose definition, or where it stands, cannot be read; see unreadablepolicy.h.
struct UnreadablePolicy {
    std::string id;
    std::string name;
    std::string definition; // as stored
    std::int64_t version = 0;
    std::int64_t shiftVersion = 0;
    Error why; // a Conflict that names the policy and what is unreadable
};

namespace shiftrecords {

// Whether what is stored of the policy reads back as the same policy: Invalid if not. Asked before
// a definition is stored, for a record that cannot be read can be neither shifted nor rolled back.
Result<void> survivesStoring(const ShiftPolicy &policy);
Result<PolicyRecord> find(Database &db, std::string_view id); // NotFound, UnreadablePolicy::why
// None if the record can be read, or there is no such policy.
std::optional<UnreadablePolicy> unreadable(Database &db, std::string_view id);
// By name. A record that cannot be read must not keep the others from being rolled back or the
// service from starting: it is left out, its id goes to `unreadable`.
Result<std::vector<PolicyRecord>> all(Database &db,
                                      std::vector<std::string> *unreadable = nullptr);
AlertDraft unreadableAlert(const std::string &id);
Result<void> insert(Database &db, const PolicyRecord &record);
Result<void> update(Database &db, const PolicyRecord &record);
// Of a record that cannot be read: where it stands is written anew, the definition stays as it is.
Result<void> setStatus(Database &db, std::string_view id, const ShiftStatus &status, std::int64_t epoch);
Result<void> remove(Database &db, std::string_view id);

Result<void> appendHistory(Database &db, const HistoryEntry &entry);
// Newest first; `before` is a sequence number, 0 = from the newest. Sequence numbers in `seqs`.
Result<std::vector<HistoryEntry>> history(Database &db, std::string_view policyId,
                                          std::int64_t before, std::int64_t limit,
                                          std::vector<std::int64_t> &seqs);
Result<std::int64_t> historyCount(Database &db, std::string_view policyId);
Json historyToJson(const HistoryEntry &entry);

// One word for all that a guard is: an edited one keeps its id, but is another.
std::string guardDefinition(const Guard &guard);
// The latest judgements of one policy since `from`, oldest first.
struct StoredJudgement {
    std::string guardId;
    std::string definition; // guardDefinition() of the guard that was judged; empty: not known
    Judgement judgement;
    std::int64_t term = 0; // of the leader that judged; 0: not told
};
Result<std::vector<StoredJudgement>> judgements(Database &db, std::string_view policyId,
                                                Instant from);
Result<void> appendJudgement(Database &db, std::string_view policyId, const Guard &guard, const Judgement &judgement,
                             std::int64_t term);
Result<void> forgetJudgements(Database &db, Instant before);

} // namespace shiftrecords

} // namespace crossfade
