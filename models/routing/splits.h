// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/meeting.h"
#include "models/routing/requestmap.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crossfade {

// What the request map says of reads and writes of the same things: pairs of rows whose paths meet (the same
// one, a collection and what is in it, or below a "*"), one reading, one writing. Only those that a rule can tell
// apart are kept: of different systems, or one of them without a user.
class ReadWritePairs {
public:
    static constexpr std::size_t MostPairs = 2'000;

    struct Half {
        std::string name; // "orders-write (POST /orders)"
        std::string interface;
        std::string systemId;
        Operation operation = Operation::Read;
        bool hasUser = false;
        bool replicate = false;
    };
    struct Pair {
        std::size_t reads = 0;
        std::size_t writes = 0; // both in halves()
    };

    ReadWritePairs() = default;
    explicit ReadWritePairs(std::span<const RequestMapRow> rows);
    const std::vector<Half> &halves() const { return m_halves; }
    const std::vector<Pair> &pairs() const { return m_pairs; }
    // Those that no rule tells apart, but the switches may.
    const std::vector<Pair> &alike() const { return m_alike; }

private:
    std::vector<Half> m_halves; // a row each
    std::vector<Pair> m_pairs;
    std::vector<Pair> m_alike;
};

// Whether the paths of two patterns are about the same things.
bool pathsMeet(std::string_view a, std::string_view b);

// That a rule takes the reads of users and leaves their writes, or the other way round, while neither reaches the
// other's platform.
struct Split {
    std::string reads; // the half's name
    std::string writes;
    Platform readsOn = Platform::Legacy; // LEGACY or NEW
    Platform writesOn = Platform::Legacy;
    bool someUsers = false;    // the other half is decided by a share
    std::string otherRuleId;   // of the rule that decides the other half, "" if none does
};
// The first one, as it stands when the rule holds for the first time from `now` on. The snapshot has the rule in
// it. Nothing, and nothing left of the effort, when that does not suffice.
std::optional<Split> findSplit(const Snapshot &with, const Rule &rule, const ReadWritePairs &pairs, Instant now,
                               Effort &effort);

// What routes requests: the snapshot and what the request map says of reads and writes.
struct RoutingBasis {
    const Snapshot &snapshot;
    const ReadWritePairs &pairs;
};
// How a change of the switches or of the map splits the reads and writes of users who have no rule of their own, and
// did not before: at most `most`, a pair of rows each. Nothing is left of the effort when that did not suffice.
std::vector<Split> newSplits(const RoutingBasis &before, const RoutingBasis &after, Instant now, Effort &effort,
                             std::size_t most);

} // namespace crossfade
