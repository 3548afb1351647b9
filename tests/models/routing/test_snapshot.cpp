// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace crossfade;
using namespace crossfade::test;

namespace {

// The same state kept in the plainest way, and the table read from the page with no cleverness.
struct Naive {
    std::map<std::string, Rule> rules;
    std::map<std::string, PolicyCover> bySystem;
    std::map<std::string, std::pair<GrayList, std::set<std::string>>> lists;
    std::set<std::string> heldUsers;
    std::set<std::string> heldEntities;
    std::set<std::string> sparedUsers;
    std::set<std::string> sparedEntities;
    std::optional<std::set<std::string>> keys; // of a complete index
    Switches switches;

    void applyList(const SnapshotChange &change)
    {
        if (const auto *list = std::get_if<GrayListChange>(&change)) {
            if (list->after)
                lists[list->name].first = *list->after;
            else
                lists.erase(list->name);
        } else if (const auto *entry = std::get_if<GrayEntryChange>(&change)) {
            if (entry->listed)
                lists.at(entry->list).second.insert(entry->id);
            else
                lists.at(entry->list).second.erase(entry->id);
        } else if (const auto *held = std::get_if<HeldChange>(&change)) {
            const bool user = held->kind == HeldChange::Kind::User;
            for (auto *ids : {user ? &heldUsers : &heldEntities, user ? &sparedUsers : &sparedEntities})
                ids->erase(held->id);
            if (!held->held) return;
            if (held->spared)
                (user ? sparedUsers : sparedEntities).insert(held->id);
            else
                (user ? heldUsers : heldEntities).insert(held->id);
        }
    }

    void apply(const SnapshotChange &change)
    {
        if (const auto *rule = std::get_if<RuleChange>(&change)) {
            if (rule->before) rules.erase(rule->before->id);
            if (rule->after) rules.insert_or_assign(rule->after->id, *rule->after);
        } else if (const auto *policy = std::get_if<PolicyChange>(&change)) {
            std::erase_if(bySystem, [&](const auto &entry) { return entry.second.id == policy->id; });
            if (policy->after) bySystem.insert_or_assign(policy->after->targetSystem, *policy->after);
        } else if (const auto *all = std::get_if<Switches>(&change)) {
            switches = *all;
        } else {
            applyList(change);
        }
    }

    const Rule *best(RuleType type, std::string_view target, Instant when) const
    {
        const Rule *winner = nullptr;
        for (const auto &[id, rule] : rules) {
            const bool inTime = (!rule.window.start || *rule.window.start <= when) &&
                                (!rule.window.end || when < *rule.window.end);
            if (rule.type != type || rule.target != target || !rule.active || !inTime) continue;
            if (!winner || rule.priority < winner->priority ||
                (rule.priority == winner->priority && rule.id < winner->id))
                winner = &rule;
        }
        return winner;
    }

    bool onGrayList(const DecisionRequest &request) const
    {
        for (const auto &[name, list] : lists) {
            const std::string id(list.first.kind == GrayKind::Entity ? request.entityId
                                 : list.first.kind == GrayKind::User ? request.userId
                                                                     : request.interface);
            if (list.second.contains(id)) return true;
        }
        return false;
    }
    bool keptByEnforced(const std::string &entity) const
    {
        bool exists = false;
        bool on = false;
        for (const auto &[name, list] : lists) {
            if (!list.first.enforced) continue;
            exists = true;
            on = on || list.second.contains(entity);
        }
        return exists && !on;
    }

    // "line platform primary mode" of a request whose ids are valid or empty.
    std::string decide(const DecisionRequest &request) const
    {
        const auto [line, platform] = lineOf(request);
        Platform shown = platform;
        Platform primary = platform == Platform::Both ? Platform::Legacy : platform;
        const bool reads = request.operation == Operation::Read;
        const bool lists = request.operation == Operation::List;
        Mode mode = Mode::Single;
        if (platform == Platform::Both) mode = reads || lists ? Mode::Compare : Mode::DualWrite;
        if (line != "1" && line != "2") {
            if (reads && isReadCompared(request.userId, switches.readCompare)) mode = Mode::Compare;
            if (lists && switches.aggregation) mode = Mode::Aggregate;
            const bool onlyOnNew = line == "6" || line == "8a" || line == "8b";
            if (!reads && !lists && switches.dualWrite && !onlyOnNew) mode = Mode::DualWrite;
            if (mode == Mode::Aggregate || mode == Mode::DualWrite) shown = Platform::Both;
        }
        return line + " " + std::string(platformWord(shown)) + " " + std::string(platformWord(primary)) + " " +
               std::string(modeWord(mode));
    }

    std::pair<std::string, Platform> lineOf(const DecisionRequest &request) const
    {
        const std::string user(request.userId);
        const std::string system(request.systemId);
        const std::string entity(request.entityId);
        const Instant when = request.at;
        const auto say = [](const char *line, Platform platform) { return std::pair(std::string(line), platform); };
        if (switches.master == Master::Legacy) return say("1", Platform::Legacy);
        if (switches.master == Master::New || switches.forwardOnly) return say("2", Platform::New);
        if (const Rule *rule = user.empty() ? nullptr : best(RuleType::User, user, when))
            return say("3", rule->platform);
        if (const Rule *rule = system.empty() ? nullptr : best(RuleType::System, system, when))
            return say("4", rule->platform);
        if (const Rule *rule = best(RuleType::Time, "", when)) return say("5", rule->platform);
        if (request.operation == Operation::Insert && switches.insertsToNew) return say("6", Platform::New);
        if (switches.holdInconsistent && (heldUsers.contains(user) || heldEntities.contains(entity)))
            return say("7", Platform::Legacy);
        const bool number = !entity.empty() && entity.find_first_not_of("0123456789") == std::string::npos;
        if (number && switches.idThreshold && std::stoll(entity) >= *switches.idThreshold)
            return say("8a", Platform::New);
        if (switches.notInLegacyToNew && keys && !entity.empty() && !keys->contains(entity))
            return say("8b", Platform::New);
        if (onGrayList(request)) return say("8c", Platform::New);
        if (!entity.empty() && keptByEnforced(entity)) return say("8d", Platform::Legacy);
        auto cover = bySystem.find(system);
        if (cover == bySystem.end()) cover = bySystem.find("*");
        if (cover == bySystem.end()) return say("11", switches.defaultPlatform);
        if (user.empty()) return say("10a", cover->second.usersWithoutId);
        const bool moved = stickyBucket(user, cover->second.salt) <
                           cover->second.percentage.hundredths();
        return say("10b", moved ? cover->second.targetPlatform
                                : otherPlatform(cover->second.targetPlatform));
    }
};

std::string decided(const Snapshot &snapshot, const DecisionRequest &request)
{
    const Decision decision = decide(snapshot, request);
    return std::string(lineNumber(decision.line)) + " " + std::string(platformWord(decision.platform)) + " " +
           std::string(platformWord(decision.primary)) + " " + std::string(modeWord(decision.mode));
}

Snapshot replay(const std::vector<SnapshotChange> &changes)
{
    Snapshot snapshot;
    std::int64_t epoch = 0;
    for (const SnapshotChange &change : changes)
        snapshot = snapshot.changed(change, ++epoch);
    return snapshot;
}

} // namespace

RC_GTEST_PROP(Snapshot, decidesLikeTheTableReadPlainly, ())
{
    const std::vector<SnapshotChange> changes = *anyChanges();
    Naive naive;
    for (const SnapshotChange &change : changes)
        naive.apply(change);
    Snapshot snapshot = replay(changes);
    if (*rc::gen::arbitrary<bool>()) {
        const auto keys = *rc::gen::container<std::vector<std::string>>(anyEntity());
        const bool complete = *rc::gen::inRange(0, 4) > 0;
        snapshot = snapshot.changed(keysOf(keys, complete), 1'000);
        if (complete) naive.keys = std::set<std::string>(keys.begin(), keys.end());
    }
    for (int i = 0; i < 40; ++i) {
        const std::string user = *rc::gen::inRange(0, 5) == 0 ? std::string() : *anyUser();
        const std::string system = *rc::gen::inRange(0, 4) == 0 ? std::string() : *anySystem();
        const std::string entity = *rc::gen::inRange(0, 3) == 0 ? std::string() : *anyEntity();
        const std::string interface = *rc::gen::inRange(0, 3) == 0 ? std::string() : *anyInterface();
        DecisionRequest request = userRequest(user, system, *anyInstant());
        request.entityId = entity;
        request.interface = interface;
        request.operation = *rc::gen::element(Operation::Read, Operation::List, Operation::Insert,
                                              Operation::Update, Operation::Delete);
        RC_ASSERT(decided(snapshot, request) == naive.decide(request));
    }
}

RC_GTEST_PROP(Snapshot, oneByOneInBatchesAndFromScratchIsTheSame, ())
{
    const std::vector<SnapshotChange> changes = *anyChanges();
    const Snapshot oneByOne = replay(changes);
    const Snapshot together = Snapshot().changed(changes, static_cast<std::int64_t>(changes.size()));
    RC_ASSERT(sameState(oneByOne, together));
    Naive naive;
    for (const SnapshotChange &change : changes)
        naive.apply(change);
    std::vector<SnapshotChange> whatIsThere{naive.switches};
    for (const auto &[id, rule] : naive.rules)
        whatIsThere.emplace_back(added(rule));
    for (const auto &[system, cover] : naive.bySystem)
        whatIsThere.emplace_back(PolicyChange{cover.id, cover});
    for (const auto &[name, list] : naive.lists) {
        whatIsThere.emplace_back(GrayListChange{name, list.first});
        for (const std::string &id : list.second)
            whatIsThere.emplace_back(listed(name, id));
    }
    for (const std::string &id : naive.heldUsers)
        whatIsThere.emplace_back(heldUser(id));
    for (const std::string &id : naive.heldEntities)
        whatIsThere.emplace_back(heldEntity(id));
    for (const std::string &id : naive.sparedUsers)
        whatIsThere.emplace_back(sparedUser(id));
    for (const std::string &id : naive.sparedEntities)
        whatIsThere.emplace_back(HeldChange{HeldChange::Kind::Entity, id, true, true});
    RC_ASSERT(sameState(oneByOne, Snapshot().changed(whatIsThere, 1)));
}

RC_GTEST_PROP(Snapshot, olderSnapshotsNeverChange, ())
{
    const std::vector<SnapshotChange> changes = *anyChanges();
    std::vector<Snapshot> all{Snapshot()};
    for (const SnapshotChange &change : changes)
        all.push_back(all.back().changed(change, 0));
    for (std::size_t n = 0; n <= changes.size(); ++n) {
        const std::vector<SnapshotChange> first(changes.begin(),
                                                changes.begin() + static_cast<std::ptrdiff_t>(n));
        RC_ASSERT(sameState(all[n], replay(first)));
    }
}

RC_GTEST_PROP(Snapshot, twoFuturesOfOneSnapshotDoNotMix, ())
{
    const Snapshot base = replay(*anyChanges());
    const auto addedTo = [&](const char *id, const char *user) {
        std::vector<SnapshotChange> changes;
        for (int i = 0; i < 3; ++i)
            changes.emplace_back(added(userRule(id + std::to_string(i), user, Platform::New)));
        return base.changed(changes, 99);
    };
    const std::size_t before = base.userRules("user-1").size();
    const Snapshot left = addedTo("left", "user-1");
    const Snapshot right = addedTo("right", "user-1");
    RC_ASSERT(base.userRules("user-1").size() == before);
    RC_ASSERT(left.userRules("user-1").size() == before + 3);
    RC_ASSERT(right.userRules("user-1").size() == before + 3);
    RC_ASSERT(std::ranges::none_of(right.userRules("user-1"), [](const RulePtr &rule) {
        return rule->id.starts_with("left");
    }));
}

TEST(Snapshot, rulesOfATargetStandInOrder)
{
    Rule late = userRule("b", "ann", Platform::New);
    Rule tie = userRule("a", "ann", Platform::Legacy);
    Rule first = userRule("z", "ann", Platform::Both);
    first.priority = 1;
    const Snapshot snapshot = quiet().changed(added(late), 2).changed(added(first), 3).changed(
        added(tie), 4);
    std::string order;
    for (const RulePtr &rule : snapshot.userRules("ann"))
        order += rule->id;
    EXPECT_EQ(order, "zab");
    EXPECT_EQ(decide(snapshot, userRequest("ann")).rule->id, "z");
    EXPECT_EQ(decide(snapshot.changed(removed(first), 5), userRequest("ann")).rule->id, "a");
}

TEST(Snapshot, aRuleCanChangeItsTargetAndType)
{
    const Rule before = userRule("r", "ann", Platform::New);
    Rule after = systemRule("r", "shop", Platform::New);
    Snapshot snapshot = quiet().changed(added(before), 2).changed(replaced(before, after), 3);
    EXPECT_TRUE(snapshot.userRules("ann").empty());
    EXPECT_EQ(snapshot.systemRules("shop").size(), 1U);
    const Rule timed = timeRule("r", {at(1), at(2)}, Platform::New);
    snapshot = snapshot.changed(replaced(after, timed), 4);
    EXPECT_TRUE(snapshot.systemRules("shop").empty());
    EXPECT_EQ(snapshot.timeRules().size(), 1U);
    EXPECT_EQ(snapshot.ruleCount(), 1U);
    EXPECT_EQ(snapshot.changed(removed(timed), 5).ruleCount(), 0U);
}

TEST(Snapshot, removingWhatIsNotThereChangesNothing)
{
    const Snapshot snapshot = quiet().changed(added(userRule("r", "ann", Platform::New)), 2);
    const Snapshot same = snapshot.changed(removed(userRule("other", "ann", Platform::New)), 3)
                              .changed(removed(userRule("r", "bob", Platform::New)), 4);
    EXPECT_TRUE(sameState(snapshot, same));
    EXPECT_EQ(same.ruleCount(), 1U);
}

TEST(Snapshot, aPolicyTakesOverItsSystem)
{
    Snapshot snapshot = quiet().changed(covering("p1", "shop", 100), 2);
    snapshot = snapshot.changed(covering("p1", "bank", 200), 3);
    EXPECT_EQ(snapshot.policies().size(), 1U);
    EXPECT_EQ(snapshot.policyFor("shop"), nullptr);
    EXPECT_EQ(snapshot.policyFor("bank")->percentage.hundredths(), 200);
    EXPECT_EQ(snapshot.policy("p1")->targetSystem, "bank");
    EXPECT_EQ(snapshot.policy("p2"), nullptr);
}

TEST(TimeTable, edgesGapsAndTies)
{
    std::vector<RulePtr> rules;
    const auto add = [&](std::string id, TimeWindow window, std::int64_t priority) {
        Rule rule = timeRule(std::move(id), window, Platform::New);
        rule.priority = priority;
        rules.push_back(std::make_shared<const Rule>(rule));
    };
    add("open", {std::nullopt, at(10)}, 50);
    add("late", {at(20), std::nullopt}, 50);
    add("over", {at(5), at(25)}, 10);
    add("tie", {at(5), at(25)}, 10);
    add("empty", {at(7), at(7)}, 1);
    const TimeTable table(rules);
    const auto idAt = [&](std::int64_t second) {
        const Rule *rule = table.ruleAt(at(second));
        return rule ? rule->id : std::string();
    };
    EXPECT_EQ(idAt(-1000), "open");
    EXPECT_EQ(idAt(4), "open");
    EXPECT_EQ(idAt(5), "over");
    EXPECT_EQ(idAt(7), "over");
    EXPECT_EQ(idAt(24), "over");
    EXPECT_EQ(idAt(25), "late");
    EXPECT_EQ(idAt(1'000'000), "late");
    EXPECT_EQ(TimeTable().ruleAt(at(1)), nullptr);
}

TEST(RuleTree, manyTargetsAllFoundAndVisited)
{
    std::vector<SnapshotChange> changes;
    for (int i = 0; i < 20'000; ++i) {
        const std::string number = std::to_string(i);
        changes.emplace_back(added(userRule("r" + number, "user-" + number, Platform::New)));
    }
    const Snapshot snapshot = quiet().changed(changes, 2);
    EXPECT_EQ(snapshot.ruleCount(), 20'000U);
    EXPECT_EQ(snapshot.allRules().size(), 20'000U);
    for (int i = 0; i < 20'000; ++i) {
        const std::string number = std::to_string(i);
        const RuleList found = snapshot.userRules("user-" + number);
        ASSERT_EQ(found.size(), 1U) << number;
        EXPECT_EQ(found.front()->id, "r" + number);
    }
    EXPECT_TRUE(snapshot.userRules("user-20000").empty());
}

// One target after the other and back: what stood behind a removed one is still found.
TEST(RuleTree, targetsComeAndGo)
{
    Snapshot snapshot = quiet();
    const auto ruleOf = [](int i) {
        Rule rule = userRule("r" + std::to_string(i), "user-" + std::to_string(i % 900), Platform::New);
        if (i % 4 == 0) rule.window = {at(10), at(20)};
        if (i % 7 == 0) rule.active = false;
        return rule;
    };
    std::map<int, RulePtr> there;
    for (int round = 0; round < 3'000; ++round) {
        const int i = round * 7'919 % 1'200; // some users have two rules
        const RulePtr before = there.contains(i) ? there[i] : nullptr;
        const RulePtr after = before ? nullptr : std::make_shared<const Rule>(ruleOf(i));
        snapshot = snapshot.changed(RuleChange{before, after}, round);
        if (after)
            there[i] = after;
        else
            there.erase(i);
    }
    EXPECT_EQ(snapshot.ruleCount(), there.size());
    std::vector<std::string> names;
    for (int user = 0; user < 900; ++user)
        names.push_back("user-" + std::to_string(user));
    for (std::size_t first = 0; first + RuleTree::AtOnce <= names.size(); first += RuleTree::AtOnce) {
        const std::vector<std::string_view> some(names.begin() + static_cast<std::ptrdiff_t>(first),
                                                 names.begin() + static_cast<std::ptrdiff_t>(first + RuleTree::AtOnce));
        std::array<RuleHit, RuleTree::AtOnce> hits;
        snapshot.userRulesAt(some, at(15), hits);
        for (std::size_t i = 0; i < some.size(); ++i) {
            const int user = static_cast<int>(first + i);
            std::size_t expected = 0;
            const Rule *holding = nullptr;
            for (const int number : {user, user + 900}) {
                if (!there.contains(number)) continue;
                ++expected;
                const Rule *rule = there[number].get();
                if (rule->holds(at(15)) && (!holding || ruleComesBefore(*rule, *holding))) holding = rule;
            }
            EXPECT_EQ(snapshot.userRules(some[i]).size(), expected) << some[i];
            EXPECT_EQ(hits[i].rule, holding) << some[i];
            EXPECT_EQ(snapshot.userRuleAt(some[i], at(15)).rule, holding);
            if (holding) {
                EXPECT_EQ(hits[i].platform, Platform::New);
            }
        }
    }
}
