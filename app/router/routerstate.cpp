// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/routerstate.h"

#include "app/router/groupmembers.h"
#include "app/router/listtables.h"
#include "app/router/revisions.h"
#include "app/router/routingtables.h"
#include "app/router/takenevents.h"
#include "models/routing/holding.h"
#include "models/routing/routingjson.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <unordered_set>

namespace crossfade {

namespace {

std::uint64_t nextStateId()
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

Result<void> readGroups(Database &db, SnapshotEdit &edit)
{
    auto groups = routingtables::groupCovers(db);
    if (!groups) return fail(groups.error());
    for (GroupCover &group : *groups) {
        if (auto filled = groupmembers::fill(db, group); !filled) return filled;
        const std::string id = group.id;
        edit.add(GroupChange{id, std::move(group)});
    }
    return {};
}

// Takes rules into an edit while further ones are read: a batch is filled as the one before is put in its place. Nobody
// else touches the edit until `finish`.
class RuleIntake {
public:
    explicit RuleIntake(SnapshotEdit &edit) : m_edit(&edit) { m_batch.reserve(Batch); }
    void add(RulePtr rule)
    {
        m_batch.push_back(std::move(rule));
        if (m_batch.size() == Batch) handOver();
    }
    void finish()
    {
        handOver();
        m_before.get();
    }

private:
    static constexpr std::size_t Batch = 8192;
    void handOver()
    {
        if (m_before.valid()) m_before.get();
        m_before = std::async(std::launch::async, [edit = m_edit, batch = std::move(m_batch)]() mutable {
            for (RulePtr &rule : batch)
                edit->add(RuleChange{nullptr, std::move(rule)});
        });
        m_batch = {};
        m_batch.reserve(Batch);
    }

    SnapshotEdit *m_edit;
    std::vector<RulePtr> m_batch;
    std::future<void> m_before; // waited for when this goes away
};

Result<Snapshot> readSnapshot(Database &db, std::int64_t epoch)
{
    const auto switches = routingtables::switches(db);
    if (!switches) return fail(switches.error());
    SnapshotEdit edit{Snapshot()};
    edit.add(*switches);
    const auto covers = routingtables::covers(db);
    if (!covers) return fail(covers.error());
    for (const PolicyCover &cover : *covers)
        edit.add(PolicyChange{cover.id, cover});
    if (auto groups = readGroups(db, edit); !groups) return fail(groups.error());
    RulePtr homeless; // it names a time zone that is not known here
    RuleIntake intake(edit);
    auto read = db.each("SELECT " + std::string(routingtables::RuleColumns) + " FROM rule", {},
                        [&](const SqlRow &row) {
                            auto rule = std::make_shared<const Rule>(routingtables::ruleOf(row));
                            if (rule->recurrence && !rule->recurrence->zone) homeless = rule;
                            intake.add(std::move(rule));
                            return true;
                        });
    intake.finish();
    if (!read) return fail(read.error());
    // Going on would leave the rule out of every decision without a word.
    if (homeless)
        return fail(ErrorKind::Unavailable, "the rule \"" + homeless->name + "\" (" + homeless->id +
                                                ") recurs in the time zone \"" +
                                                homeless->recurrence->weekly.timeZone +
                                                "\", which this machine does not know: install its tzdata");
    if (auto lists = listtables::readAll(db, edit); !lists) return fail(lists.error());
    return edit.finish(epoch);
}

// As of the reader's moment, which other replicas may have taken further than our own last commit.
Result<Snapshot> readWhole(Database &db)
{
    const auto clock = db.query("SELECT epoch FROM clock");
    if (!clock) return fail(clock.error());
    if (clock->empty()) return fail(ErrorKind::Internal, "the store has no clock row");
    return readSnapshot(db, clock->front().integer(0));
}

// Members never change once a group covers: those that are known are not read again.
Result<void> fillMembers(Database &db, const Snapshot &known, GroupCover &cover)
{
    const GroupCover *before = known.group(cover.id);
    if (!before || before->membersId != cover.membersId || !before->members) return groupmembers::fill(db, cover);
    cover.members = before->members;
    return {};
}

Result<void> storeRule(Database &db, const RuleChange &change)
{
    if (change.after) return routingtables::putRule(db, *change.after);
    if (change.before) return routingtables::removeRule(db, change.before->id);
    return fail(ErrorKind::Internal, "a rule change without a rule");
}

Result<void> storePolicy(Database &db, const PolicyChange &change)
{
    if (change.after) return routingtables::putCover(db, *change.after);
    return routingtables::removeCover(db, change.id);
}

// The one batch that the change moves, and nothing else. A cover that cannot be read must keep nobody from being
// taken back: then the change is one that concerns everybody.
Result<std::optional<std::size_t>> batchMoved(Database &db, const GroupChange &change)
{
    if (!change.after) return std::optional<std::size_t>();
    const auto before = routingtables::groupCover(db, change.id);
    if (!before && before.error().kind != ErrorKind::Internal) return fail(before.error());
    return before && *before ? onlyBatchMoved(**before, *change.after) : std::nullopt;
}

Result<void> storeChange(WriteTransaction &tx, const SnapshotChange &change, const ChangeCause &cause)
{
    const listtables::Cause listCause{cause.cause, cause.reason};
    if (const auto *list = std::get_if<GrayListChange>(&change)) return listtables::store(tx, *list, listCause);
    if (const auto *entry = std::get_if<GrayEntryChange>(&change)) return listtables::store(tx, *entry, listCause);
    if (const auto *held = std::get_if<HeldChange>(&change)) return listtables::store(tx, *held, listCause);
    if (const auto *keys = std::get_if<KeyIndexChange>(&change)) return listtables::store(tx, *keys, listCause);
    Database &db = tx.db();
    std::optional<PolicyCover> coverBefore;
    std::optional<std::size_t> batch;
    Result<void> stored;
    if (const auto *rule = std::get_if<RuleChange>(&change)) {
        stored = storeRule(db, *rule);
    } else if (const auto *policy = std::get_if<PolicyChange>(&change)) {
        auto before = routingtables::cover(db, policy->id);
        if (!before) return fail(before.error());
        coverBefore = std::move(*before);
        stored = storePolicy(db, *policy);
    } else if (const auto *group = std::get_if<GroupChange>(&change)) {
        auto moved = batchMoved(db, *group);
        if (!moved) return fail(moved.error());
        batch = *moved;
        stored = group->after ? routingtables::putGroupCover(db, *group->after)
                              : routingtables::removeGroupCover(db, group->id);
    } else {
        stored = routingtables::putSwitches(db, std::get<Switches>(change));
    }
    if (!stored) return stored;
    return revisions::append(tx, change, coverBefore, cause.cause, cause.reason, batch);
}

// Rules one after the other, as an import has them, go several to a statement: a rollback may be waiting.
constexpr std::size_t RulesAtOnce = 50;

// As many as that from here on, new or changed, each of another id; else none.
std::span<const SnapshotChange> rulesTogether(std::span<const SnapshotChange> changes)
{
    if (changes.size() < RulesAtOnce) return {};
    const auto together = changes.first(RulesAtOnce);
    std::unordered_set<std::string_view> ids;
    for (const SnapshotChange &change : together) {
        const auto *rule = std::get_if<RuleChange>(&change);
        if (!rule || !rule->after || !ids.insert(rule->after->id).second) return {};
    }
    return together;
}

Result<void> storeRules(WriteTransaction &tx, std::span<const SnapshotChange> changes, const ChangeCause &cause)
{
    std::vector<RulePtr> rules;
    rules.reserve(changes.size());
    for (const SnapshotChange &change : changes)
        rules.push_back(std::get<RuleChange>(change).after);
    if (auto stored = routingtables::putRules(tx.db(), rules); !stored) return stored;
    return revisions::appendRules(tx, changes, cause.cause, cause.reason);
}

Result<void> storeInOrder(WriteTransaction &tx, std::span<const SnapshotChange> changes, const ChangeCause &cause)
{
    while (!changes.empty()) {
        if (tx.isWaitedFor()) return fail(ErrorKind::Unavailable, "a change that goes first is let through");
        const auto rules = rulesTogether(changes);
        const auto members = listtables::membersTogether(changes);
        auto stored = !rules.empty()     ? storeRules(tx, rules, cause)
                      : !members.empty() ? listtables::storeMembers(tx, members, {cause.cause, cause.reason})
                                         : storeChange(tx, changes.front(), cause);
        if (!stored) return stored;
        changes = changes.subspan(std::max<std::size_t>({rules.size(), members.size(), 1}));
    }
    return {};
}

Result<void> notStoredYet(const char *what)
{
    return fail(ErrorKind::Conflict, std::string("a rollback of this ") + what +
                                         " was done while the store did not answer, and is not stored yet: try "
                                         "again in a moment");
}

} // namespace

RouterState::RouterState(RouterOptions options) : m_options(std::move(options)), m_id(nextStateId()) {}

Result<std::unique_ptr<RouterState>> RouterState::load(Store &store, RouterOptions options)
{
    std::unique_ptr<RouterState> state(new RouterState(std::move(options)));
    auto read = store.read([&](Database &db) -> Result<void> {
        auto snapshot = readWhole(db);
        if (!snapshot) return fail(snapshot.error());
        state->m_stored = std::make_shared<const Snapshot>(std::move(*snapshot));
        state->m_published = state->m_stored;
        return {};
    });
    if (!read) return fail(read.error());
    return state;
}

SnapshotPtr RouterState::snapshot() const
{
    struct Cache {
        std::uint64_t state = 0;
        std::uint64_t generation = 0;
        SnapshotPtr snapshot;
    };
    thread_local Cache cache;
    if (cache.state != m_id || cache.generation != m_generation.load(std::memory_order_acquire)) {
        const std::lock_guard lock(m_mutex);
        cache = {m_id, m_generation.load(std::memory_order_relaxed), m_published};
    }
    return cache.snapshot;
}

SnapshotPtr RouterState::stored() const
{
    const std::lock_guard lock(m_mutex);
    return m_stored;
}

void RouterState::publishUnderCeilings()
{
    m_published =
        m_ceilings.empty() ? m_stored : std::make_shared<const Snapshot>(servedUnder(*m_stored, m_ceilings));
    m_generation.fetch_add(1, std::memory_order_release);
}

void RouterState::publish(Snapshot next)
{
    auto made = std::make_shared<const Snapshot>(std::move(next));
    const std::lock_guard lock(m_mutex);
    m_stored = std::move(made);
    publishUnderCeilings();
}

void RouterState::setCeilings(Ceilings ceilings)
{
    const std::lock_guard lock(m_mutex);
    m_ceilings = std::move(ceilings);
    publishUnderCeilings();
}

Ceilings RouterState::ceilings() const
{
    const std::lock_guard lock(m_mutex);
    return m_ceilings;
}

Result<void> RouterState::mayRaisePolicy(const std::string &id) const
{
    const std::lock_guard lock(m_mutex);
    return m_ceilings.policies.contains(id) ? notStoredYet("policy") : Result<void>();
}

Result<void> RouterState::mayRaiseGroup(const std::string &id) const
{
    const std::lock_guard lock(m_mutex);
    return m_ceilings.groups.contains(id) ? notStoredYet("group") : Result<void>();
}

void RouterState::publish(const std::vector<SnapshotChange> &changes, std::int64_t epoch)
{
    // Only the writer thread publishes: what it reads here stays the newest.
    publish(stored()->changed(changes, epoch));
}

Result<void> RouterState::takeUp(Database &db, const TakenUp &taken)
{
    const SnapshotPtr current = stored();
    if (taken.all) {
        auto whole = readWhole(db);
        if (!whole) return fail(whole.error());
        publish(std::move(*whole));
        return {};
    }
    std::vector<SnapshotChange> changes;
    std::int64_t epoch = current->epoch();
    auto read = revisions::eachAfter(
        db, epoch, [&](GroupCover &cover) { return fillMembers(db, *current, cover); },
        [&](const Revision &revision) {
            changes.push_back(revision.change);
            epoch = revision.epoch;
            return true;
        });
    if (!read) return read;
    if (tellsOf(taken, "key_index.changed")) {
        auto keys = listtables::readKeyIndex(db);
        if (!keys) return fail(keys.error());
        changes.emplace_back(std::move(*keys));
    }
    if (!changes.empty()) publish(changes, epoch);
    return {};
}

Result<void> RouterState::change(WriteTransaction &tx, const std::vector<SnapshotChange> &changes,
                                 const ChangeCause &cause)
{
    if (auto stored = storeInOrder(tx, changes, cause); !stored) return stored;
    tx.afterCommit([this, changes, epoch = tx.epoch()] { publish(changes, epoch); });
    return {};
}

Result<Rule> RouterState::rule(Database &db, std::string_view id)
{
    const auto rows = db.query("SELECT " + std::string(routingtables::RuleColumns) +
                                   " FROM rule WHERE id = ?",
                               {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such rule");
    return routingtables::ruleOf(rows->front());
}

Result<Switches> RouterState::switches(Database &db)
{
    return routingtables::switches(db);
}

Result<std::vector<PolicyCover>> RouterState::policyCovers(Database &db)
{
    return routingtables::covers(db);
}

Result<Rule> RouterState::createRule(WriteTransaction &tx, Rule rule, const ChangeCause &cause)
{
    rule.id = tx.newId();
    rule.createdAt = tx.now();
    rule.updatedAt = tx.now();
    rule.changedBy = tx.actor().subject;
    rule.version = 1;
    auto changed = change(tx, {RuleChange{nullptr, std::make_shared<const Rule>(rule)}}, cause);
    if (!changed) return fail(changed.error());
    tx.emit("rule.changed", {{"rule", ruleToJson(rule)}, {"id", rule.id}, {"deleted", false}});
    tx.audit({"rule.create", "rule", rule.id, {}, ruleToJson(rule), cause.reason});
    return rule;
}

Result<Switches> RouterState::setSwitches(WriteTransaction &tx, const Switches &wanted,
                                          const ChangeCause &cause)
{
    const auto before = switches(tx.db());
    if (!before) return fail(before.error());
    const bool forwardsOn = wanted.forwardOnly && !before->forwardOnly;
    const bool turnsOn = (wanted.master == Master::New && before->master != Master::New) || forwardsOn;
    const bool leavesLegacy = before->master == Master::Legacy && wanted.master != Master::Legacy;
    const Ceilings lowered = ceilings();
    if ((turnsOn && lowered.switches) || (forwardsOn && lowered.forwardOnly) || (leavesLegacy && lowered.legacy))
        return fail(notStoredYet("router's switches").error());
    Switches after = wanted;
    after.updatedAt = tx.now();
    after.changedBy = tx.actor().subject;
    after.version = before->version + 1;
    std::vector<SnapshotChange> changes;
    if (beginsToHold(*before, after)) {
        auto spared = listtables::sparedAtBeginning(tx.db(), *snapshot(), tx.now());
        if (!spared) return fail(spared.error());
        changes = std::move(*spared);
    }
    changes.emplace_back(after);
    if (auto changed = change(tx, changes, cause); !changed) return fail(changed.error());
    tx.emit("switches.changed", {{"switches", switchesToJson(after)}});
    tx.audit({"switches.update", "switches", "switches", switchesToJson(*before),
              switchesToJson(after), cause.reason});
    if (m_switchesWatch) {
        if (auto told = m_switchesWatch(tx); !told) return fail(told.error());
    }
    return after;
}

Result<bool> RouterState::endForwardOnly(WriteTransaction &tx, const std::string &reason)
{
    auto wanted = switches(tx.db());
    if (!wanted) return fail(wanted.error());
    if (!wanted->forwardOnly) return false;
    wanted->forwardOnly = false;
    if (auto set = setSwitches(tx, *wanted, {"ROLLBACK", reason}); !set) return fail(set.error());
    return true;
}

} // namespace crossfade
