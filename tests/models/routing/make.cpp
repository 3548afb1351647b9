// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/routing/make.h"

#include <map>
#include <set>

namespace crossfade::test {

namespace {

std::string numbered(const char *prefix, int number) { return prefix + std::to_string(number); }

struct Step {
    int kind = 0;
    Rule rule;
    PolicyChange policy;
    Switches switches;
    SnapshotChange list;
};

GrayKind kindOfList(int number) { return static_cast<GrayKind>(number % 3); }

// A list's kind never changes: it goes by the list's number.
rc::Gen<SnapshotChange> anyListChange()
{
    return rc::gen::exec([]() -> SnapshotChange {
        const int number = *rc::gen::inRange(0, 5);
        const std::string name = numbered("list-", number);
        const GrayKind kind = kindOfList(number);
        switch (*rc::gen::inRange(0, 8)) {
        case 0: return grayList(name, kind, kind == GrayKind::Entity && *rc::gen::arbitrary<bool>());
        case 1: return GrayListChange{name, std::nullopt};
        case 2:
        case 3:
            return HeldChange{HeldChange::Kind::User, *anyUser(), *rc::gen::inRange(0, 3) > 0, *rc::gen::arbitrary<bool>()};
        case 4:
            return HeldChange{HeldChange::Kind::Entity, *anyEntity(), *rc::gen::inRange(0, 3) > 0,
                              *rc::gen::arbitrary<bool>()};
        default: break;
        }
        const std::string id = kind == GrayKind::Entity ? *anyEntity() : kind == GrayKind::User ? *anyUser() : *anyInterface();
        return GrayEntryChange{name, id, *rc::gen::inRange(0, 4) > 0};
    });
}

rc::Gen<Step> anyStep()
{
    return rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0, 12)),
                                rc::gen::set(&Step::list, anyListChange()),
                                rc::gen::set(&Step::rule, anyRule()),
                                rc::gen::set(&Step::policy, anyCover()),
                                rc::gen::set(&Step::switches, anySwitches()));
}

} // namespace

rc::Gen<std::string> anyUser()
{
    return rc::gen::map(rc::gen::inRange(0, 6), [](int n) { return numbered("user-", n); });
}

rc::Gen<std::string> anySystem()
{
    return rc::gen::map(rc::gen::inRange(0, 3), [](int n) { return numbered("system-", n); });
}

rc::Gen<std::string> anyEntity()
{
    return rc::gen::map(rc::gen::inRange(0, 6), [](int n) {
        return n < 4 ? std::to_string(n * 600) : numbered("entity-", n);
    });
}

rc::Gen<std::string> anyInterface()
{
    return rc::gen::map(rc::gen::inRange(0, 3), [](int n) { return numbered("interface-", n); });
}

KeyIndexChange keysOf(const std::vector<std::string> &keys, bool complete)
{
    IdSetBuilder builder(1'000'000);
    for (const std::string &key : keys)
        builder.add(key);
    return {std::make_shared<const KeyIndex>(KeyIndex{*builder.build(), complete, 2})};
}

rc::Gen<Instant> anyInstant()
{
    return rc::gen::map(rc::gen::inRange(0, 12), [](int n) { return at(n); });
}

rc::Gen<Rule> anyRule()
{
    return rc::gen::exec([] {
        Rule rule = userRule(numbered("r", *rc::gen::inRange(0, 8)), *anyUser(),
                             *rc::gen::element(Platform::Legacy, Platform::New, Platform::Both));
        rule.type = *rc::gen::element(RuleType::User, RuleType::System, RuleType::Time);
        if (rule.type == RuleType::System) rule.target = *anySystem();
        if (rule.type == RuleType::Time) rule.target.clear();
        rule.window = {*rc::gen::maybe(anyInstant()) ? std::optional(*anyInstant()) : std::nullopt,
                       *rc::gen::maybe(anyInstant()) ? std::optional(*anyInstant()) : std::nullopt};
        rule.priority = *rc::gen::inRange(0, 3);
        rule.active = *rc::gen::inRange(0, 5) > 0;
        return rule;
    });
}

rc::Gen<PolicyChange> anyCover()
{
    return rc::gen::exec([] {
        const int number = *rc::gen::inRange(0, 4);
        PolicyChange change = covering(numbered("p", number),
                                       number == 3 ? std::string("*") : numbered("system-", number),
                                       *rc::gen::inRange(0, 10'001), numbered("salt", number));
        if (*rc::gen::inRange(0, 4) == 0) change.after.reset();
        return change;
    });
}

rc::Gen<Switches> anySwitches()
{
    return rc::gen::exec([] {
        Switches switches = switchesOf(*rc::gen::element(Master::Off, Master::Off, Master::New, Master::Legacy),
                                       *rc::gen::element(Platform::Legacy, Platform::New));
        switches.forwardOnly = *rc::gen::inRange(0, 8) == 0;
        switches.dualWrite = *rc::gen::arbitrary<bool>();
        switches.aggregation = *rc::gen::arbitrary<bool>();
        switches.insertsToNew = *rc::gen::arbitrary<bool>();
        switches.notInLegacyToNew = switches.insertsToNew && *rc::gen::arbitrary<bool>();
        switches.holdInconsistent = *rc::gen::arbitrary<bool>();
        if (*rc::gen::arbitrary<bool>()) switches.idThreshold = *rc::gen::inRange<std::int64_t>(0, 2'000);
        switches.readCompare = Percentage::fromHundredths(*rc::gen::inRange(0, 10'001));
        return switches;
    });
}

rc::Gen<std::vector<SnapshotChange>> anyChanges()
{
    return rc::gen::map(rc::gen::container<std::vector<Step>>(anyStep()), [](std::vector<Step> steps) {
        std::map<std::string, Rule> rules;
        std::set<std::string> lists;
        std::vector<SnapshotChange> changes;
        for (Step &step : steps) {
            const auto known = rules.find(step.rule.id);
            if (step.kind > 7) {
                // Entries are of a list that is there.
                if (const auto *entry = std::get_if<GrayEntryChange>(&step.list); entry && !lists.contains(entry->list)) {
                    const auto number = entry->list.back() - '0';
                    changes.emplace_back(grayList(entry->list, kindOfList(number)));
                    lists.insert(entry->list);
                }
                if (const auto *list = std::get_if<GrayListChange>(&step.list)) {
                    lists.erase(list->name);
                    if (list->after) lists.insert(list->name);
                }
                changes.push_back(step.list);
            } else if (step.kind == 7) {
                changes.emplace_back(step.switches);
            } else if (step.kind == 6) {
                changes.emplace_back(step.policy);
            } else if (known == rules.end()) {
                changes.emplace_back(added(step.rule));
                rules.emplace(step.rule.id, step.rule);
            } else if (step.kind < 2) {
                changes.emplace_back(removed(known->second));
                rules.erase(known);
            } else {
                changes.emplace_back(replaced(known->second, step.rule));
                known->second = step.rule;
            }
        }
        return changes;
    });
}

std::set<std::string> idsOf(const IdTree &tree)
{
    std::set<std::string> ids;
    tree.each([&](const std::string &id) { ids.insert(id); });
    return ids;
}

bool sameLists(const Snapshot &a, const Snapshot &b)
{
    const auto &mine = a.grayLists().all();
    const auto &others = b.grayLists().all();
    if (mine.size() != others.size()) return false;
    for (std::size_t i = 0; i < mine.size(); ++i) {
        if (*mine[i].list != *others[i].list || idsOf(mine[i].ids) != idsOf(others[i].ids)) return false;
    }
    return idsOf(a.heldUsers()) == idsOf(b.heldUsers()) && idsOf(a.heldEntities()) == idsOf(b.heldEntities()) &&
           idsOf(a.sparedUsers()) == idsOf(b.sparedUsers()) && idsOf(a.sparedEntities()) == idsOf(b.sparedEntities());
}

bool sameState(const Snapshot &a, const Snapshot &b)
{
    const std::vector<RulePtr> mine = a.allRules();
    const std::vector<RulePtr> others = b.allRules();
    if (mine.size() != others.size() || a.ruleCount() != mine.size()) return false;
    for (std::size_t i = 0; i < mine.size(); ++i) {
        if (*mine[i] != *others[i]) return false;
    }
    return sameLists(a, b) && a.policies() == b.policies() && a.groups() == b.groups() && a.switches() == b.switches();
}

} // namespace crossfade::test
