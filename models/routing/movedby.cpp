// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/movedby.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

namespace crossfade {

namespace {

// No rule that has an end holds then: what is served for good is seen.
constexpr Instant AtLast = Instant(Milliseconds(253'402'300'800'000)); // the year 10 000

constexpr std::string_view Somebody = "moved-by-nobody-in-particular";
// More digits than any threshold has.
constexpr std::string_view GreatestNumber = "99999999999999999999";
constexpr std::size_t MostProbes = 200'000; // until one has the bucket: one in ten thousand has
constexpr std::size_t MostKeys = 64;        // of LEGACY's index, until one is on no enforced list
// Members that are asked one by one within a transaction; of more it is not known how many would move.
constexpr std::size_t MostMembersLooked = 200'000;

// An hour of the week that comes again shows itself within so many changes.
constexpr int MostEdges = 16;

// As it is served once no master switch decides for all.
Snapshot unswitched(const Snapshot &snapshot) {
    Switches switches = snapshot.switches();
    switches.master = Master::Off;
    switches.forwardOnly = false;
    return snapshot.changed(switches, snapshot.epoch());
}

// And no hour of the week for some.
Snapshot lasting(const Snapshot &unswitched) {
    std::vector<SnapshotChange> changes;
    const Snapshot &snapshot = unswitched;
    for (const RulePtr &rule : snapshot.timeRules()) {
        if (rule->recurrence) changes.emplace_back(RuleChange{rule, nullptr});
    }
    return snapshot.changed(changes, snapshot.epoch());
}

// Somebody who moves first under this policy, or last; whoever they are, all others lie between them.
std::string userInBucket(const PolicyCover &cover, std::int32_t bucket) {
    for (std::size_t i = 0; i < MostProbes; ++i) {
        std::string id = std::string(Somebody) + "-" + std::to_string(i);
        if (stickyBucket(id, cover.salt) == bucket) return id;
    }
    return std::string(Somebody);
}

void addEnds(const PolicyCover *cover, std::vector<std::string> &ids) {
    if (!cover) return;
    ids.push_back(userInBucket(*cover, 0));
    ids.push_back(userInBucket(*cover, static_cast<std::int32_t>(Percentage::Whole) - 1));
}

// When a session may have begun, as far as that matters to the policy.
void addBeginnings(const PolicyCover *cover, std::vector<std::optional<Instant>> &beginnings) {
    if (!cover) return;
    for (const SessionShare &share : cover->sessions)
        beginnings.emplace_back(share.since);
}

class Moves {
public:
    Moves(const Snapshot &before, const Snapshot &after, std::string_view systemId, Instant now)
        : m_timedBefore(unswitched(before))
        , m_timedAfter(unswitched(after))
        , m_before(lasting(m_timedBefore))
        , m_after(lasting(m_timedAfter))
        , m_systemId(systemId)
        , m_now(now) {}

    std::vector<MovedBy> all() {
        users();
        withoutId();
        const Decision last = decide(m_after, request(Somebody));
        DecisionRequest current = request(Somebody);
        current.at = m_now;
        const Decision first = decide(m_after, current);
        // Else what takes its place decides no earlier than the policy did: nobody before that is concerned.
        if (last.line == Line::SystemRule || first.line == Line::SystemRule) {
            rules();
            held();
            entities();
            lists();
            members(last.primary == first.primary ? std::optional(last.primary) : std::nullopt);
        }
        std::vector<MovedBy> found;
        for (const auto &[reason, count] : m_found)
            found.push_back({reason, count});
        return found;
    }

private:
    DecisionRequest request(std::string_view userId, std::string_view entityId = {}) const {
        DecisionRequest request;
        request.userId = userId;
        request.systemId = m_systemId;
        request.entityId = entityId;
        request.at = AtLast;
        return request;
    }

    // The reason that decides for them before the change, of those who would move, at last or now.
    std::optional<Reason> movedFrom(DecisionRequest request) const {
        for (const Instant at : {AtLast, m_now}) {
            request.at = at;
            const Decision before = decide(m_before, request);
            if (before.primary != decide(m_after, request).primary) return before.reason;
        }
        return std::nullopt;
    }

    void add(Reason reason) {
        const auto [known, added] = m_found.try_emplace(reason, 1);
        if (!added && known->second) ++*known->second;
    }
    void addUncounted(Reason reason) { m_found[reason] = std::nullopt; }

    void countIf(const DecisionRequest &request, Reason reason) {
        if (movedFrom(request) == reason) add(reason);
    }
    void addIf(const DecisionRequest &request, std::initializer_list<Reason> reasons) {
        const auto from = movedFrom(request);
        if (from && std::ranges::find(reasons, *from) != reasons.end()) addUncounted(*from);
    }

    void users() {
        std::vector<std::string> ids{std::string(Somebody)};
        std::vector<std::optional<Instant>> beginnings{std::nullopt};
        for (const Snapshot *side : {&m_before, &m_after}) {
            addEnds(side->policyFor(m_systemId), ids);
            addBeginnings(side->policyFor(m_systemId), beginnings);
        }
        for (const std::string &id : ids) {
            DecisionRequest one = request(id);
            for (const auto &beginning : beginnings) {
                one.signedInAt = beginning;
                addIf(one, {Reason::Percentage, Reason::DefaultRouting});
            }
        }
    }

    void withoutId() { addIf(request({}), {Reason::NoKey, Reason::DefaultRouting}); }

    // Those that would decide no more, and say otherwise than what would: between two changes of any of them one
    // and the same decides.
    void rules() {
        std::vector<Instant> edges{m_now};
        for (const RulePtr &rule : m_timedBefore.systemRules(m_systemId))
            addEdges(*rule, edges);
        for (const RulePtr &rule : m_timedBefore.timeRules())
            addEdges(*rule, edges);
        std::set<std::string> found;
        for (const Instant edge : edges) {
            DecisionRequest one = request(Somebody);
            one.at = edge;
            const Decision before = decide(m_timedBefore, one);
            const bool byRule = before.line == Line::SystemRule || before.line == Line::TimeRule;
            if (!byRule || before.primary == decide(m_timedAfter, one).primary) continue;
            if (found.insert(before.rule->id).second) add(before.reason);
        }
    }

    void addEdges(const Rule &rule, std::vector<Instant> &edges) const {
        Instant at = m_now;
        for (int i = 0; i < MostEdges && rule.active; ++i) {
            const auto next = nextChange(rule, at);
            if (!next) return;
            at = *next;
            edges.push_back(at);
        }
    }

    void held() {
        if (!m_before.switches().holdInconsistent) return;
        m_before.heldUsers().each([&](const std::string &id) { countIf(request(id), Reason::HeldInconsistent); });
        m_before.heldEntities().each(
            [&](const std::string &id) { countIf(request({}, id), Reason::HeldInconsistent); });
    }

    void entities() {
        DecisionRequest insert = request(Somebody);
        insert.operation = Operation::Insert;
        addIf(insert, {Reason::NewData});
        const std::initializer_list<Reason> byEntity{Reason::IdThreshold, Reason::NotInLegacy, Reason::NotOnGrayList};
        addIf(request(Somebody, GreatestNumber), byEntity);
        addIf(request(Somebody, Somebody), byEntity);
        const IdSet &keys = m_before.keyIndex().keys; // line 8b hides the enforced lists from what LEGACY lacks
        for (std::size_t i = 0; i < std::min(MostKeys, keys.size()); ++i)
            addIf(request(Somebody, keys.at(i)), {Reason::NotOnGrayList});
    }

    void lists() {
        for (const GrayLists::One &one : m_before.grayLists().all()) {
            one.ids.each([&](const std::string &id) {
                DecisionRequest asked = request({});
                switch (one.list->kind) {
                case GrayKind::Entity: asked.entityId = id; break;
                case GrayKind::User: asked.userId = id; break;
                case GrayKind::Interface: asked.interface = id; break;
                }
                const GrayList *naming = m_before.grayLists().naming(one.list->kind, id);
                if (naming == one.list.get()) countIf(asked, Reason::GrayList); // on several: counted once
            });
        }
    }

    void members(std::optional<Platform> there) {
        std::size_t looked = 0;
        for (const GroupCover &group : m_before.groups()) {
            for (std::size_t i = 0; group.members && i < group.members->size();) {
                if (hitOfMember(group, i).platform() == there) {
                    i = (i / group.batchSize + 1) * group.batchSize; // to the next batch
                    continue;
                }
                if (++looked > MostMembersLooked) return addUncounted(Reason::UserGroup);
                countIf(request(group.members->at(i)), Reason::UserGroup);
                ++i;
            }
        }
    }

    const Snapshot m_timedBefore; // with the rules that recur
    const Snapshot m_timedAfter;
    const Snapshot m_before;
    const Snapshot m_after;
    const std::string_view m_systemId;
    const Instant m_now;
    std::map<Reason, std::optional<std::uint64_t>> m_found;
};

// One way of coming: through a system, with a session that began then.
struct Entrance {
    std::string_view systemId;
    std::optional<Instant> signedInAt;
    std::optional<Platform> alike; // who is decided for by a policy or the default is served by it
};

std::vector<Entrance> entrancesOf(const Snapshot &after) {
    std::vector<std::string_view> systems{{}};
    for (const PolicyCover &cover : after.policies()) {
        if (cover.targetSystem != "*") systems.push_back(cover.targetSystem);
    }
    std::vector<Entrance> ways;
    for (const std::string_view system : systems) {
        const PolicyCover *cover = after.policyFor(system);
        std::vector<std::optional<Instant>> beginnings{std::nullopt};
        addBeginnings(cover, beginnings);
        for (const auto &beginning : beginnings) {
            const std::int32_t share =
                cover ? static_cast<std::int32_t>(
                            shareOfSession(cover->sessions, cover->percentage, beginning).hundredths())
                      : 0;
            std::optional<Platform> alike;
            if (!cover)
                alike = after.switches().defaultPlatform;
            else if (share == 0)
                alike = otherPlatform(cover->targetPlatform);
            else if (share == Percentage::Whole)
                alike = cover->targetPlatform;
            ways.push_back({system, beginning, alike});
        }
    }
    return ways;
}

bool memberMoves(const Snapshot &before, const Snapshot &after, std::string_view userId, const std::vector<Entrance> &ways,
           Instant now) {
    return std::ranges::any_of(ways, [&](const Entrance &way) {
        DecisionRequest request;
        request.userId = userId;
        request.systemId = way.systemId;
        request.signedInAt = way.signedInAt;
        request.at = AtLast;
        if (decide(before, request).primary != decide(after, request).primary) return true;
        request.at = now;
        return decide(before, request).primary != decide(after, request).primary;
    });
}

} // namespace

std::vector<MovedBy> movedBy(const Snapshot &before, const Snapshot &after, std::string_view systemId, Instant now) {
    return Moves(before, after, systemId, now).all();
}

std::string movedByText(const std::vector<MovedBy> &moved) {
    std::string text;
    for (const MovedBy &one : moved) {
        text += (text.empty() ? "" : ", ") + std::string(reasonWord(one.reason));
        if (one.count) text += " " + std::to_string(*one.count);
    }
    return text;
}

std::uint64_t movedWithoutGroup(const Snapshot &snapshot, const GroupCover &group, Instant now) {
    if (!group.members) return 0;
    const Snapshot before = lasting(unswitched(snapshot.changed(GroupChange{group.id, group}, snapshot.epoch())));
    const Snapshot after = before.changed(GroupChange{group.id, std::nullopt}, before.epoch());
    const std::vector<Entrance> all = entrancesOf(after);
    std::uint64_t moved = 0;
    for (std::size_t first = 0; first < group.members->size(); first += group.batchSize) {
        std::vector<Entrance> ways = all; // by which a member of this batch may come out elsewhere
        std::erase_if(ways, [&](const Entrance &way) { return way.alike == hitOfMember(group, first).platform(); });
        const std::size_t end = std::min(group.members->size(), first + group.batchSize);
        for (std::size_t i = first; !ways.empty() && i < end; ++i)
            moved += memberMoves(before, after, group.members->at(i), ways, now) ? 1 : 0;
    }
    return moved;
}

} // namespace crossfade
