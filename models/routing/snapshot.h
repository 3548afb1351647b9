// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"
#include "models/routing/groupcover.h"
#include "models/routing/lists.h"
#include "models/routing/rule.h"
#include "models/routing/ruletree.h"
#include "models/routing/sessionshares.h"
#include "models/routing/switches.h"
#include "models/routing/timetable.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crossfade {

// What a shift policy in any state but DRAFT contributes to decisions (line 10).
struct PolicyCover {
    std::string id;
    std::string name;
    std::string targetSystem; // "*" or a system id; at most one policy covers each
    Platform targetPlatform = Platform::New;
    Percentage percentage;
    std::string salt;
    Platform usersWithoutId = Platform::Legacy;
    SessionShares sessions = {}; // not empty: users move at their next sign-in
    bool operator==(const PolicyCover &) const = default;
};

// A rule was added (no before), replaced, or removed (no after).
struct RuleChange {
    RulePtr before;
    RulePtr after;
};
// The policy of this id covers like this from now on, or no more.
struct PolicyChange {
    std::string id;
    std::optional<PolicyCover> after;
};
// The group of this id has these members, of whom these batches have moved, or it is no more.
struct GroupChange {
    std::string id;
    std::optional<GroupCover> after;
};
using SnapshotChange = std::variant<RuleChange, Switches, PolicyChange, GrayListChange, GrayEntryChange,
                                    HeldChange, KeyIndexChange, GroupChange>;

// Everything a decision depends on, immutable. A change makes a new one that shares all but the
// touched leaves with the old: both stay valid for as long as somebody holds them.
class Snapshot {
public:
    Snapshot();

    Snapshot changed(std::span<const SnapshotChange> changes, std::int64_t epoch) const;
    Snapshot changed(const SnapshotChange &change, std::int64_t epoch) const
    {
        return changed(std::span(&change, 1), epoch);
    }

    std::int64_t epoch() const { return m_epoch; } // of the last change in it
    const Switches &switches() const { return m_switches; }
    // Rules of one target in the order they are asked, inactive ones too.
    RuleList userRules(std::string_view userId) const { return m_users.find(userId); }
    RuleList systemRules(std::string_view systemId) const { return m_systems.find(systemId); }
    RuleList timeRules() const { return m_times->rules(); }
    // The rule that decides at that moment: of the user, of the system, of the time alone.
    RuleHit userRuleAt(std::string_view userId, Instant at) const { return m_users.holding(userId, at); }
    // Of several users, at most RuleTree::AtOnce.
    void userRulesAt(std::span<const std::string_view> userIds, Instant at, std::span<RuleHit> hits) const
    {
        m_users.holding(userIds, at, hits);
    }
    void fetchUserRule(std::string_view userId) const { m_users.fetch(userId); } // see RuleTree::fetch()
    bool sharesUserRulesWith(const Snapshot &other) const { return m_users.isSharedWith(other.m_users); }
    RuleHit systemRuleAt(std::string_view systemId, Instant at) const
    {
        return m_systems.holding(systemId, at);
    }
    RuleHit timeRuleAt(Instant at) const
    {
        const Rule *rule = m_times->ruleAt(at);
        return rule ? RuleHit{rule, rule->platform} : RuleHit();
    }
    const std::vector<PolicyCover> &policies() const { return *m_policies; } // by target system
    // The policy that covers this system: its own before "*". Null if none.
    const PolicyCover *policyFor(std::string_view systemId) const;
    const PolicyCover *policy(std::string_view policyId) const;
    const std::vector<GroupCover> &groups() const { return *m_groups; } // by id
    const GroupCover *group(std::string_view groupId) const;
    // The group the user is a member of: at most one, as it is stored.
    GroupHit groupOf(std::string_view userId) const;
    bool sharesGroupsWith(const Snapshot &other) const { return m_groups == other.m_groups; }

    const GrayLists &grayLists() const { return m_grayLists; }
    const IdTree &heldUsers() const { return m_heldUsers; }
    const IdTree &heldEntities() const { return m_heldEntities; }
    // With a difference as well, but on NEW before the hold began: line 7 leaves them there.
    const IdTree &sparedUsers() const { return m_sparedUsers; }
    const IdTree &sparedEntities() const { return m_sparedEntities; }
    const KeyIndex &keyIndex() const { return *m_keyIndex; }

    // Active rules that name NEW, whatever their times are.
    std::size_t userRulesToNew() const { return m_users.toNew(); }
    std::size_t systemRulesToNew() const { return m_systems.toNew(); }
    std::size_t systemRuleCount() const { return m_systems.size(); }
    void eachSystemRule(const std::function<void(const RulePtr &)> &visit) const { m_systems.each(visit); } // in no order
    std::size_t ruleCount() const { return m_users.size() + m_systems.size() + m_times->rules().size(); }
    std::vector<RulePtr> allRules() const; // by id; for tests and replay

private:
    friend class SnapshotEdit;
    void apply(const RuleChange &change);
    void applyTimes(std::span<const RuleChange> changes);
    void apply(const Switches &switches) { m_switches = switches; }
    void apply(const PolicyChange &change);
    void apply(const GroupChange &change);
    void apply(const GrayListChange &change);
    void apply(const GrayEntryChange &change) { m_grayLists.set(change.list, change.id, change.listed); }
    void apply(const HeldChange &change);
    void apply(const KeyIndexChange &change) { m_keyIndex = change.after; }

    RuleTree m_users;
    RuleTree m_systems;
    std::shared_ptr<const TimeTable> m_times;
    std::shared_ptr<const std::vector<PolicyCover>> m_policies;
    std::shared_ptr<const std::vector<GroupCover>> m_groups;
    GrayLists m_grayLists;
    IdTree m_heldUsers;
    IdTree m_heldEntities;
    IdTree m_sparedUsers;
    IdTree m_sparedEntities;
    std::shared_ptr<const KeyIndex> m_keyIndex; // never null
    Switches m_switches;
    std::int64_t m_epoch = 0;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// Changes one by one that make one new snapshot together, without a list of them all: a start reads millions.
class SnapshotEdit {
public:
    explicit SnapshotEdit(const Snapshot &from) : m_next(from) {}
    void add(const SnapshotChange &change);
    Snapshot finish(std::int64_t epoch); // once

private:
    Snapshot m_next;
    std::vector<RuleChange> m_times; // of time rules
};

} // namespace crossfade
