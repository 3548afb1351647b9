// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

// One stored change of the snapshot, with who made it and why. Replaying all revisions in order over
// an empty snapshot gives the snapshot of today, but for LEGACY's keys: no log holds those.
struct Revision {
    std::int64_t epoch = 0;
    Instant at{};
    SnapshotChange change;
    std::string cause; // "RULE", "SWITCHES", "SHIFT_STEP", …
    std::string actor;
    std::string reason;
};

// The user was served by `from` before and by `to` since.
struct UserHistoryEntry {
    Instant at{};
    Platform from = Platform::Legacy;
    Platform to = Platform::Legacy;
    std::string cause; // of the revision, or "WINDOW" when a rule began or ended by itself
    std::string actor;
    std::string reason;
    std::int64_t epoch = 0;
    bool operator==(const UserHistoryEntry &) const = default;
};

// Whose reads are looked at; all but the user may be empty.
struct HistorySubject {
    std::string userId;
    std::string systemId;
    std::string entityId;
    std::string interface;
};

// The change since which the line that decides now has decided: another line, rule, list, policy or group, or
// the same one but for another platform, did before. Often later than the last move: who is on NEW by a gray
// list and gets a rule for NEW does not move.
struct DecidingChange {
    Instant at{};
    std::string cause;
    std::string actor;
    std::string reason;
    std::int64_t epoch = 0;
    bool operator==(const DecidingChange &) const = default;
};

// Finds the changes that moved one user, by decide() before and after each. Revisions that cannot
// concern the user may be left out; they come in order of epoch. Only the last entries are kept.
class UserHistory {
public:
    static constexpr std::size_t MostEntries = 200;

    explicit UserHistory(HistorySubject subject) : m_subject(std::move(subject)) {}
    UserHistory(std::string userId, std::string systemId)
        : UserHistory(HistorySubject{std::move(userId), std::move(systemId), {}, {}})
    {
    }
    static bool concerns(const Revision &revision, const HistorySubject &subject);
    static bool concerns(const Revision &revision, std::string_view userId, std::string_view systemId)
    {
        return concerns(revision, {std::string(userId), std::string(systemId), {}, {}});
    }

    void add(const Revision &revision);
    // What happened by itself until `now`, then all entries, oldest first.
    std::vector<UserHistoryEntry> finish(Instant now);
    // After finish(); none without a revision.
    const std::optional<DecidingChange> &deciding() const { return m_deciding; }

private:
    // What decided: of which line, and the id or name of what stands behind it.
    struct Decider {
        Line line = Line::Default;
        Platform platform = Platform::Legacy;
        std::string id;
        bool operator==(const Decider &) const = default;
    };
    static Decider deciderOf(const Decision &decision);
    Decision decideAt(Instant at) const;
    void passTime(Instant until);
    void note(UserHistoryEntry entry);

    HistorySubject m_subject;
    Snapshot m_snapshot; // made of what concerns the user only
    Instant m_at{};
    Platform m_platform = Platform::Legacy;
    Decider m_decider;
    std::optional<DecidingChange> m_deciding;
    bool m_started = false;
    std::vector<UserHistoryEntry> m_entries;
};

} // namespace crossfade
