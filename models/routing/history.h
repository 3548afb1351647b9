// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <string>
#include <string_view>
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

// Finds the changes that moved one user, by decide() before and after each. Revisions that cannot
// concern the user may be left out; they come in order of epoch. Only the last entries are kept.
class UserHistory {
public:
    static constexpr std::size_t MostEntries = 200;

    UserHistory(std::string userId, std::string systemId);
    static bool concerns(const Revision &revision, std::string_view userId, std::string_view systemId);

    void add(const Revision &revision);
    // What happened by itself until `now`, then all entries, oldest first.
    std::vector<UserHistoryEntry> finish(Instant now);

private:
    Decision decideAt(Instant at) const;
    void passTime(Instant until);
    void note(UserHistoryEntry entry);

    std::string m_userId;
    std::string m_systemId;
    Snapshot m_snapshot; // made of what concerns the user only
    Instant m_at{};
    Platform m_platform = Platform::Legacy;
    bool m_started = false;
    std::vector<UserHistoryEntry> m_entries;
};

} // namespace crossfade
