// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupmeasures.h"
#include "app/service/store.h"
#include "app/service/takeups.h"
#include "models/routing/ceilings.h"
#include "models/shift/localrollback.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What `crossfade-router serve` was told beside the service's own options.
struct RouterOptions {
    std::string comparatorUrl; // for the consistency gate; empty: none
    std::string comparatorTokenFile;
    std::int64_t remindSeconds = 900; // between reminders of what waits for a person
    std::int64_t reverseLagSeconds = 900; // a step waits while what carries changes back is further behind
    std::string channelCaFile; // who signs the certificates of what channels are told at; empty: the system's
};

// Why a change of the snapshot was made, for the revision log and the history of users.
struct ChangeCause {
    std::string cause;  // "RULE", "SWITCHES", "SHIFT_STEP", "ROLLBACK", …
    std::string reason; // the operator's words, or the runner's sentence
};

inline constexpr const char *RuleCause = "RULE"; // rules were written, one by one or from a file

// Shift policies are known before they cover anybody (DRAFT); previews ask for them here.
using PolicyLookup = std::function<Result<PolicyCover>(Database &, std::string_view policyId)>;
// User groups likewise, with their members.
using GroupLookup = std::function<Result<GroupCover>(Database &, std::string_view groupId)>;
// Takes back every group, or those named, in the caller's transaction; answers what was done to each.
using GroupRollback = std::function<Result<Json>(WriteTransaction &, const std::vector<std::string> *ids,
                                                 const std::string &reason)>;

// What follows from the answer to an approval that is about a group; it is closed already.
struct Approval;
using GroupAnswer = std::function<Result<void>(WriteTransaction &, const Approval &, bool approve,
                                               const std::string &reason)>;

// Puts what metrics.tick tells of groups into it.
using GroupTick = std::function<void(Json &tick, Instant now)>;

class OwnRollbacks;
struct OwnRollback;

// Stores what was done to a group while the store did not answer; false: there was nothing left to do.
// `own`: by its runner, null if by a person.
using GroupCatchUp = std::function<Result<bool>(WriteTransaction &, const LocalRollback::Group &, Instant at,
                                                const std::string &reason, const OwnRollback *own)>;

// What a proposed rollback of a group would take back, by its approval; nothing: it proposes none, or its time is over.
using GroupProposal = std::function<std::optional<LocalRollback::Group>(const std::string &approvalId, Instant now)>;

class WithoutStore;
using SwitchesWatch = std::function<Result<void>(WriteTransaction &)>;

// The routing state of the service: tables rule, switches, policy_cover, group_cover in the store, and the
// immutable snapshot made from them, published after each commit.
class RouterState {
public:
    static Result<std::unique_ptr<RouterState>> load(Store &store, RouterOptions options = {});

    // The published snapshot: what is stored, under the ceilings. Any thread, no lock while nothing was published
    // since the last call.
    SnapshotPtr snapshot() const;

    // What is served at most until the store knows why. Any thread.
    void setCeilings(Ceilings ceilings);
    Ceilings ceilings() const;
    // Refuses what would raise this policy, this group or the switches while a rollback of it is not stored yet.
    Result<void> mayRaisePolicy(const std::string &id) const;
    Result<void> mayRaiseGroup(const std::string &id) const;
    const RouterOptions &options() const { return m_options; }

    // Inside a write transaction: stores the changes (tables and revision log) and publishes them
    // once the transaction is on disk. Order within a transaction is kept. A policy whose target
    // system another policy covers is a Conflict. Rules: RuleChange.before is what the store held.
    Result<void> change(WriteTransaction &tx, const std::vector<SnapshotChange> &changes,
                        const ChangeCause &cause);

    // Publishes what other replicas committed. On the writer thread, in the order of the commits.
    Result<void> takeUp(Database &db, const TakenUp &taken);

    // As the transaction or reader sees them (not yet published changes of it included).
    static Result<Rule> rule(Database &db, std::string_view id); // NotFound
    static Result<Switches> switches(Database &db);
    static Result<std::vector<PolicyCover>> policyCovers(Database &db);

    // Whole acts for other modules, with event and audit entry: a rule as FINALIZED writes it (id,
    // times and version are filled in), and the switches (version is advanced).
    Result<Rule> createRule(WriteTransaction &tx, Rule rule, const ChangeCause &cause);
    // The choice of `wanted`; who, when and the version are of this change.
    Result<Switches> setSwitches(WriteTransaction &tx, const Switches &wanted,
                                 const ChangeCause &cause);

    // What belongs to every rollback that a person does, of whatever: forward only would keep all on NEW. Whether it
    // was on.
    Result<bool> endForwardOnly(WriteTransaction &tx, const std::string &reason);

    // Asked in the transaction of every change of the switches, once it is stored.
    void setSwitchesWatch(SwitchesWatch watch) { m_switchesWatch = std::move(watch); }
    void setPolicyLookup(PolicyLookup lookup) { m_policyLookup = std::move(lookup); }
    const PolicyLookup &policyLookup() const { return m_policyLookup; }

    void setGroups(GroupLookup lookup, GroupRollback rollback, GroupCatchUp catchUp, GroupAnswer answer, GroupTick tick)
    {
        m_groupCatchUp = std::move(catchUp);
        m_groupTick = std::move(tick);
        m_groupLookup = std::move(lookup);
        m_groupRollback = std::move(rollback);
        m_groupAnswer = std::move(answer);
    }
    void setGroupProposal(GroupProposal proposal) { m_groupProposal = std::move(proposal); }
    const GroupProposal &groupProposal() const { return m_groupProposal; }
    // Whoever does a rollback where the store does not answer; set before the routes are written down.
    void setWithoutStore(WithoutStore &keeper) { m_withoutStore = &keeper; }
    WithoutStore &withoutStore() const { return *m_withoutStore; }
    // The same of what the runners do.
    void setOwnRollbacks(OwnRollbacks &keeper) { m_ownRollbacks = &keeper; }
    OwnRollbacks &ownRollbacks() const { return *m_ownRollbacks; }

    const GroupLookup &groupLookup() const { return m_groupLookup; }
    const GroupRollback &groupRollback() const { return m_groupRollback; }
    const GroupCatchUp &groupCatchUp() const { return m_groupCatchUp; }
    const GroupAnswer &groupAnswer() const { return m_groupAnswer; }
    const GroupTick &groupTick() const { return m_groupTick; }
    GroupMeasures &groupMeasures() { return m_groupMeasures; }

private:
    explicit RouterState(RouterOptions options);
    void publish(const std::vector<SnapshotChange> &changes, std::int64_t epoch);
    void publish(Snapshot next);
    void publishUnderCeilings(); // with the mutex held
    SnapshotPtr stored() const;  // the newest, for the writer thread

    RouterOptions m_options;
    GroupLookup m_groupLookup;
    GroupRollback m_groupRollback;
    GroupCatchUp m_groupCatchUp;
    GroupAnswer m_groupAnswer;
    GroupProposal m_groupProposal;
    GroupTick m_groupTick;
    GroupMeasures m_groupMeasures;
    WithoutStore *m_withoutStore = nullptr;
    OwnRollbacks *m_ownRollbacks = nullptr;
    SwitchesWatch m_switchesWatch; // as the lookup
    PolicyLookup m_policyLookup; // set while the modules are built, before any request
    const std::uint64_t m_id;    // tells states apart in the threads' caches
    mutable std::mutex m_mutex;
    SnapshotPtr m_stored;
    Ceilings m_ceilings;
    SnapshotPtr m_published;
    std::atomic<std::uint64_t> m_generation{1};
};

} // namespace crossfade
