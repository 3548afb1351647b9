// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/stillnew.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostSystemRules = 20'000; // looked through one by one; a rollback waits for nothing longer

std::string many(std::int64_t count, const char *one, const char *more) {
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

// How many of the cover's members are on NEW.
std::size_t usersOnNew(const GroupCover &cover, const Snapshot &snapshot) {
    const GroupCover *known = snapshot.group(cover.id);
    const auto members = cover.members ? cover.members : known ? known->members : nullptr;
    if (!members) return 0;
    std::size_t moved = 0;
    for (std::size_t batch = 0; cover.moved && batch < cover.moved->size(); ++batch) {
        const std::size_t first = std::min(members->size(), batch * cover.batchSize);
        if ((*cover.moved)[batch]) moved += std::min(cover.batchSize, members->size() - first);
    }
    if (cover.targetPlatform == Platform::New) return moved;
    return cover.initialPlatform == Platform::New ? members->size() - moved : 0;
}

Percentage shareOnNew(const PolicyCover &cover) {
    if (cover.targetPlatform == Platform::New) return cover.percentage;
    return Percentage::fromHundredths(Percentage::Whole) - cover.percentage;
}

class Gathering {
public:
    Gathering(const AfterRollback &after, const RolledBackScope &scope, Instant now)
        : m_after(after)
        , m_snapshot(*after.snapshot)
        , m_scope(scope)
        , m_now(now) {}

    std::vector<StillNew> all() {
        if (m_after.switches.master == Master::Legacy) return {};
        if (decidedForAll()) return std::move(m_found);
        rules();
        lists();
        groups();
        policies();
        return std::move(m_found);
    }

private:
    StillNew &add(Reason reason, std::int64_t count, std::string detail) {
        m_found.push_back({reason, count, {}, std::move(detail)});
        return m_found.back();
    }

    bool decidedForAll() {
        const Switches &switches = m_after.switches;
        if (switches.master == Master::New) add(Reason::MasterNew, 0, "the master switch serves everybody by NEW");
        if (switches.forwardOnly) add(Reason::ForwardOnly, 0, "forward only serves everybody by NEW");
        return switches.newDecidesAll();
    }

    bool isAsked(const PolicyCover &cover) const {
        return m_scope.everything || std::ranges::find(m_scope.policyIds, cover.id) != m_scope.policyIds.end();
    }
    // Members of a group are decided by it, before any policy: a group's act asks nothing of a system.
    bool asksSystem(const std::string &system) const {
        if (m_scope.everything || !m_scope.groupIds.empty()) return true;
        return std::ranges::any_of(m_after.policies, [&](const PolicyCover &cover) {
            return isAsked(cover) && (cover.targetSystem == "*" || cover.targetSystem == system);
        });
    }

    void rules() {
        if (const auto count = static_cast<std::int64_t>(m_snapshot.userRulesToNew()); count > 0)
            add(Reason::UserRule, count, many(count, "user rule names", "user rules name") + " NEW");
        systemRules();
        if (const RuleHit hit = m_snapshot.timeRuleAt(m_now); hit.rule && hit.platform == Platform::New)
            add(Reason::TimeRule, 1, "the time rule \"" + hit.rule->name + "\" holds now").names = {hit.rule->name};
    }

    void systemRules() {
        const std::size_t known = m_snapshot.systemRulesToNew();
        if (known == 0) return;
        if (m_snapshot.systemRuleCount() > MostSystemRules) {
            const auto count = static_cast<std::int64_t>(known);
            add(Reason::SystemRule, count, many(count, "system rule names", "system rules name") + " NEW");
            return;
        }
        std::set<std::string> names; // in order, whatever the tree's is
        std::set<std::string> systems;
        m_snapshot.eachSystemRule([&](const RulePtr &rule) {
            if (rule->platform != Platform::New || !rule->holds(m_now) || !asksSystem(rule->target)) return;
            // Another rule of the system may come first.
            if (m_snapshot.systemRuleAt(rule->target, m_now).rule != rule.get()) return;
            names.insert(rule->name);
            systems.insert(rule->target);
        });
        if (systems.empty()) return;
        const auto count = static_cast<std::int64_t>(systems.size());
        add(Reason::SystemRule, count, many(count, "system is", "systems are") + " on NEW by a rule").names =
            firstOf(names);
    }

    void lists() {
        const Switches &switches = m_after.switches;
        if (switches.insertsToNew) add(Reason::NewData, 0, "what is new begins its life on NEW");
        if (switches.idThreshold)
            add(Reason::IdThreshold, 0, "entities from " + std::to_string(*switches.idThreshold) + " on are NEW's");
        if (switches.notInLegacyToNew) add(Reason::NotInLegacy, 0, "entities that LEGACY does not know are NEW's");
        std::set<std::string> names;
        for (const GrayLists::One &one : m_snapshot.grayLists().all()) {
            if (one.ids.size() > 0) names.insert(one.list->name);
        }
        if (names.empty()) return;
        const auto count = static_cast<std::int64_t>(names.size());
        add(Reason::GrayList, count, many(count, "gray list lets", "gray lists let") + " its entries onto NEW").names =
            firstOf(names);
    }

    void groups() {
        const bool ofGroups = !m_scope.everything && m_scope.policyIds.empty();
        std::set<std::string> names;
        std::size_t users = 0;
        for (const GroupCover &cover : m_after.groups) {
            const bool asked = std::ranges::find(m_scope.groupIds, cover.id) != m_scope.groupIds.end();
            if (ofGroups && !asked) continue; // its members are others
            const std::size_t onNew = usersOnNew(cover, m_snapshot);
            if (onNew > 0) names.insert(cover.name);
            users += onNew;
        }
        if (names.empty()) return;
        const auto count = static_cast<std::int64_t>(names.size());
        add(Reason::UserGroup, count,
            many(static_cast<std::int64_t>(users), "user is", "users are") + " on NEW by " +
                many(count, "user group", "user groups"))
            .names = firstOf(names);
    }

    void policies() {
        std::set<std::string> keyless;
        std::set<std::string> sharing;
        bool coversAll = false;
        for (const PolicyCover &cover : m_after.policies) {
            coversAll = coversAll || cover.targetSystem == "*";
            if (!isAsked(cover)) continue;
            if (cover.usersWithoutId == Platform::New) keyless.insert(cover.name);
            if (shareOnNew(cover) > Percentage()) sharing.insert(cover.name + " (" + shareOnNew(cover).text() + " %)");
        }
        tell(Reason::NoKey, keyless, "requests without a user id are NEW's");
        tell(Reason::Percentage, sharing, "a share of the users is still on NEW");
        if (m_scope.everything && !coversAll && m_after.switches.defaultPlatform == Platform::New)
            add(Reason::DefaultRouting, 0, "the default is NEW where no policy covers");
    }

    void tell(Reason reason, const std::set<std::string> &names, std::string detail) {
        if (names.empty()) return;
        add(reason, static_cast<std::int64_t>(names.size()), std::move(detail)).names = firstOf(names);
    }

    static std::vector<std::string> firstOf(const std::set<std::string> &names) {
        const auto shown = static_cast<std::ptrdiff_t>(std::min(names.size(), StillNew::MostNames));
        return {names.begin(), std::next(names.begin(), shown)};
    }

    const AfterRollback &m_after;
    const Snapshot &m_snapshot;
    const RolledBackScope &m_scope;
    const Instant m_now;
    std::vector<StillNew> m_found;
};

} // namespace

std::vector<StillNew> stillNew(const AfterRollback &after, const RolledBackScope &scope, Instant now) {
    return Gathering(after, scope, now).all();
}

Json stillNewToJson(const std::vector<StillNew> &all) {
    Json json = Json::array();
    for (const StillNew &one : all)
        json.push_back({{"reason", reasonWord(one.reason)},
                        {"count", one.count},
                        {"names", one.names},
                        {"detail", one.detail}});
    return json;
}

} // namespace crossfade
