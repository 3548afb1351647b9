// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class Direction : std::uint8_t { None, ToNew, ToLegacy };

// How one user's reads are served before and after a change. A move is a change of the primary
// platform: whose answer the user gets. (LEGACY → BOTH changes what happens behind, moves nobody.)
struct Move {
    Direction direction = Direction::None;
    Platform from = Platform::Legacy;
    Platform to = Platform::Legacy;
    Reason reason = Reason::DefaultRouting; // of the decision after the change
};

// What is compared: two snapshots, the system the users come through, and the moment.
struct BeforeAfter {
    const Snapshot &before;
    const Snapshot &after;
    std::string_view systemId;
    Instant at{};
};
Move moveOf(const BeforeAfter &pair, std::string_view userId);

struct DirectionCount {
    std::uint64_t count = 0;
    std::array<std::uint64_t, ReasonCount> byReason{};
    std::vector<std::string> sample; // the first ids in the order they were added
};

// Counts the moves of every user it is given: what moveOf() says of each. What does not depend on the
// user is decided once, and a lookup or a hash that serves both sides is made once. Fast where many are added
// at once, in the order of their ids.
class PreviewCounter {
public:
    static constexpr std::size_t SampleSize = 20;
    static constexpr std::size_t AtOnce = RuleTree::AtOnce;

    explicit PreviewCounter(const BeforeAfter &pair);
    Direction add(std::string_view userId);
    void add(std::span<const std::string_view> userIds, std::span<Direction> directions); // AtOnce at the most
    // The same of ids that are known to be within the grammar, as all of an IdSet are.
    void addKnown(std::span<const std::string_view> userIds, std::span<Direction> directions);
    // The bucket of one of the known ones added last whom a policy's percentage moved.
    std::int32_t bucketAt(std::size_t place) const { return m_bucketAt[place]; }

    std::uint64_t users() const { return m_users; }
    const DirectionCount &toNew() const { return m_toNew; }
    const DirectionCount &toLegacy() const { return m_toLegacy; }
    // Users whom only line 7 keeps on LEGACY after the change.
    std::uint64_t held() const { return m_held; }

private:
    // How one snapshot serves a user: by a master switch, else by the user's rule, else by `rules` of the
    // system or the time, else as one held or on a gray list, else by the user's group, else, where a policy
    // covers, by the bucket, else by `otherwise`.
    struct Served {
        Platform platform = Platform::Legacy;
        Platform primary = Platform::Legacy;
        Reason reason = Reason::DefaultRouting;
    };
    struct Side {
        const Snapshot *snapshot = nullptr;
        std::optional<Served> always;
        std::optional<Served> rules;
        std::optional<Served> otherwise;
        const PolicyCover *cover = nullptr;
        bool holds = false;              // somebody is held, and that counts
        bool lists = false;              // there is a gray list of users
        std::vector<std::size_t> places; // in the members of each group, where the last user was looked for
    };
    static Side sideOf(const Snapshot &snapshot, const BeforeAfter &pair);
    static std::optional<Served> byList(const Side &side, std::string_view userId);
    static GroupHit groupOf(Side &side, std::string_view userId);
    static Served served(const Side &side, std::string_view userId, const RuleHit &rule, const GroupHit &group,
                         std::int32_t bucket);
    bool differsByShareAlone() const;
    void take(std::string_view userId, std::size_t place);
    void takeBetween(std::span<const std::string_view> userIds);
    void look(std::span<Direction> directions);
    void findGroups();
    void findBuckets();
    void findBuckets(const Side &side, bool both, std::span<std::int32_t> buckets);
    Move move(std::size_t i) const;
    Direction count(std::string_view userId, const Move &move);

    BeforeAfter m_pair;
    Side m_before;
    Side m_after;
    bool m_sameRules = false;
    bool m_sameSalt = false;
    bool m_sameGroups = false;
    bool m_sameMembers = false; // of each group, whoever of them has moved
    bool m_shareAlone = false;  // whose bucket is not between both shares need not be looked at
    // Of those added at once the ones that are looked at, and what was found of each.
    std::size_t m_taken = 0;
    std::array<std::string_view, AtOnce> m_ids;
    std::array<std::size_t, AtOnce> m_places{};
    std::array<RuleHit, AtOnce> m_rulesBefore;
    std::array<RuleHit, AtOnce> m_rulesAfter;
    std::array<GroupHit, AtOnce> m_groupsBefore;
    std::array<GroupHit, AtOnce> m_groupsAfter;
    std::array<std::int32_t, AtOnce> m_bucketsBefore{};
    std::array<std::int32_t, AtOnce> m_bucketsAfter{};
    std::array<std::int32_t, AtOnce> m_bucketAt{};
    std::uint64_t m_users = 0;
    std::uint64_t m_held = 0;
    DirectionCount m_toNew;
    DirectionCount m_toLegacy;
};

} // namespace crossfade
