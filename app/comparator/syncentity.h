// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/fingerprint.h"
#include "app/comparator/statement.h"
#include "app/comparator/syncstore.h"
#include "models/consistency/difference.h"
#include "models/sync/intent.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// A stored task, as far as the work on its entity needs it.
struct SyncTask {
    std::string id;
    std::string state;
    int retryCount = 0;
    bool demanded = false;
    std::string seen;
    Json edit;
    std::int64_t version = 0;
};
using SyncTasks = std::map<std::string, SyncTask>; // by entity id

// A sync as it is carried out in one pass: what its definition, mapping and sources say together. Shared by workers.
struct SyncPlan {
    std::string id;
    std::string dataType;
    SyncConfig config;
    MappedSources sources;
    MergeRules rules;
    Fingerprint print;
    const Environment *environment = nullptr;
    std::string mappingPrint; // of all that gives what is remembered its meaning

    std::string name() const; // for people: "USER LEGACY to NEW"
    KeyKind keyKind() const { return sources.mapping.keyKind; }
    Held heldOf(const KeyedRow *row, Platform side) const;
    std::string heldOf(const MappedField &field, const Cell &value, Platform side) const;
    // The fields that differ by no more than their tolerance.
    std::set<std::size_t> nearOf(const KeyedRow *legacy, const KeyedRow *fresh) const;
    std::string seenOf(const Held &legacy, const Held &fresh) const;
    // The choices of a task's edit; a field that the mapping no longer has is passed over.
    MergeChoices choicesOf(const Json &edit) const;
};
SyncPlan syncPlan(const SyncRecord &record, MappedSources sources, const Fingerprint &print,
                  const Environment &environment);

// A connection to each side, for one worker at a time. The side that is not written is opened for reading only.
class SyncLink {
public:
    static Result<std::unique_ptr<SyncLink>> open(const SyncPlan &plan);
    Source &source(Platform side) { return side == Platform::Legacy ? *m_legacy : *m_new; }
    const TableView &view(Platform side) const { return side == Platform::Legacy ? m_legacyView : m_newView; }
    void interrupt()
    {
        m_legacy->interrupt();
        m_new->interrupt();
    }

private:
    std::unique_ptr<Source> m_legacy;
    std::unique_ptr<Source> m_new;
    TableView m_legacyView;
    TableView m_newView;
};

struct EntityResult {
    enum class Kind {
        InStep,   // nothing was to be written
        Synced,   // something was
        Failed,   // a side refused it
        Conflict, // a person must decide
        Left,     // as a task that waits has already seen it
    };
    std::string key;
    Kind kind = Kind::InStep;
    std::string action = "NONE"; // "UPDATE NEW"
    std::string error;
    SyncBase base; // to be remembered, however it ended: of what was written before a side refused, that it is
    bool remember = false;
    bool near = false; // something differs within its tolerance
    std::string seen; // of one that is left open: a digest of both sides
    Json payload;
    DifferenceType type = DifferenceType::Different; // of a conflict: what the sides are to each other
    std::vector<std::string> conflictFields = {};        // where both changed them; none: the whole row
    Instant startedAt{};
    Instant endedAt{};
};

struct IntendedWrite {
    std::string key;
    SyncIntent intent;
    std::optional<SyncBase> learnt = {}; // to be remembered at once: by an earlier write of the same work
};
// Asked on the way to a write, on the threads that write.
struct SyncGuard {
    // Stores durably what is about to be written; where that fails nothing is.
    std::function<Result<void>(const std::vector<IntendedWrite> &)> intend;
    Source::MayCommit mayCommit; // before each commit: a worker that may not write any more undoes it
};

// Brings these entities into step, each by itself: both sides are read, merged, and written on the condition that they
// still hold what was read. An error is one of a whole side (it does not answer): nothing is said of the entities then.
Result<std::vector<EntityResult>> syncEntities(const SyncPlan &plan, SyncLink &link,
                                               const std::vector<std::string> &keys, const SyncBases &bases,
                                               const SyncTasks &tasks, const SyncGuard &guard);

} // namespace crossfade
