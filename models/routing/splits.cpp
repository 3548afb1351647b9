// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/splits.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t EffortOfOnePair = 4;   // in comparisons of two rules
constexpr std::string_view Anybody = "anybody-without-a-rule";

// Where something may be found, or is written to: both bits where both platforms have it.
enum Places : unsigned { OnLegacy = 1, OnNew = 2, OnBoth = 3 };

Places whereOf(Platform platform)
{
    return platform == Platform::New ? OnNew : OnLegacy;
}

bool isWrite(Operation operation)
{
    return operation != Operation::Read && operation != Operation::List;
}

std::string_view nextSegment(std::string_view &pattern)
{
    pattern.remove_prefix(1);
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    return segment;
}

bool anySegment(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// The places of one half; two where a share of the users is here, the others there.
struct Ways {
    Places first = OnLegacy;
    std::optional<Places> second;
    Reason reason = Reason::DefaultRouting;
    std::string sharedBy; // the policy whose share that is
    bool ruled = false;
    std::string ruleId; // also empty of a rule that is not stored yet
    bool byRule = false;
    std::string otherRuleId;
};

Ways waysOf(const Snapshot &snapshot, const ReadWritePairs::Half &half, std::string_view user, Instant at)
{
    DecisionRequest request;
    if (half.hasUser) request.userId = user;
    request.systemId = half.systemId;
    request.interface = half.interface;
    request.operation = half.operation;
    request.at = at;
    const Decision decision = decide(snapshot, request);
    Ways ways;
    ways.reason = decision.reason;
    ways.ruled = decision.rule != nullptr;
    if (ways.ruled) ways.ruleId = decision.rule->id;
    const bool both = decision.mode == Mode::Aggregate || (decision.mode == Mode::DualWrite && half.replicate);
    if (both) {
        ways.first = OnBoth;
        return ways;
    }
    ways.first = whereOf(decision.primary);
    const std::int32_t share = decision.reason == Reason::Percentage ? decision.policy->percentage.hundredths() : 0;
    const bool shared = share > 0 && share < Percentage::Whole;
    if (shared) {
        ways.second = ways.first == OnNew ? OnLegacy : OnNew;
        ways.sharedBy = decision.policy->id;
    }
    return ways;
}

Ways waysUnder(const Snapshot &snapshot, const ReadWritePairs::Half &half, const Rule &rule, Instant at)
{
    const std::string_view user = rule.type == RuleType::User ? std::string_view(rule.target) : Anybody;
    Ways ways = waysOf(snapshot, half, user, at);
    ways.byRule = ways.ruled && ways.ruleId == rule.id;
    if (!ways.byRule) ways.otherRuleId = ways.ruleId;
    return ways;
}

bool tellsApart(const Rule &rule, const ReadWritePairs::Half &reads, const ReadWritePairs::Half &writes)
{
    switch (rule.type) {
    case RuleType::User: return reads.hasUser != writes.hasUser;
    case RuleType::System: return (reads.systemId == rule.target) != (writes.systemId == rule.target);
    case RuleType::Time: return true;
    }
    return false;
}

std::optional<Instant> holdsFirst(const Rule &rule, Instant now)
{
    if (rule.holds(now)) return now;
    const auto next = nextChange(rule, now);
    return next && rule.holds(*next) ? next : std::nullopt;
}

Platform platformAt(Places places)
{
    return places == OnNew ? Platform::New : Platform::Legacy;
}

// How the two ways miss each other, if they may.
std::optional<Split> splitOf(const Ways &reads, const Ways &writes)
{
    if (reads.byRule == writes.byRule) return std::nullopt;
    for (const Places from : {reads.first, reads.second.value_or(reads.first)}) {
        for (const Places to : {writes.first, writes.second.value_or(writes.first)}) {
            if ((from & to) != 0) continue;
            const bool some = reads.second || writes.second;
            return Split{{}, {}, platformAt(from), platformAt(to), some,
                         reads.byRule ? writes.otherRuleId : reads.otherRuleId};
        }
    }
    return std::nullopt;
}

// How the two miss each other for somebody without a rule, if they may. By one share a user's two halves are on the
// same side.
std::optional<Split> missOf(const Ways &reads, const Ways &writes)
{
    const bool together = !reads.sharedBy.empty() && reads.sharedBy == writes.sharedBy;
    if (together) return std::nullopt;
    for (const Places from : {reads.first, reads.second.value_or(reads.first)}) {
        for (const Places to : {writes.first, writes.second.value_or(writes.first)}) {
            if ((from & to) == 0)
                return Split{{}, {}, platformAt(from), platformAt(to), true, reads.ruleId.empty() ? writes.ruleId : reads.ruleId};
        }
    }
    return std::nullopt;
}

// What begins its life on NEW is read there where ids tell: by the threshold, or by LEGACY's key index.
bool isFoundById(const Switches &switches, const ReadWritePairs::Half &reads, const Ways &writes)
{
    return writes.reason == Reason::NewData && reads.operation == Operation::Read &&
           (switches.idThreshold || switches.notInLegacyToNew);
}

// False if the effort did not suffice.
bool missesOf(const RoutingBasis &basis, Instant now, Effort &effort, std::vector<Split> &misses)
{
    std::vector<Ways> ways;
    for (const ReadWritePairs::Half &half : basis.pairs.halves()) {
        if (!effort.spend(EffortOfOnePair / 2)) return false;
        ways.push_back(waysOf(basis.snapshot, half, Anybody, now));
    }
    for (const auto *pairs : {&basis.pairs.pairs(), &basis.pairs.alike()}) {
        for (const ReadWritePairs::Pair &pair : *pairs) {
            if (!effort.spend(1)) return false;
            const ReadWritePairs::Half &reads = basis.pairs.halves()[pair.reads];
            if (isFoundById(basis.snapshot.switches(), reads, ways[pair.writes])) continue;
            auto split = missOf(ways[pair.reads], ways[pair.writes]);
            if (!split) continue;
            split->reads = reads.name;
            split->writes = basis.pairs.halves()[pair.writes].name;
            misses.push_back(std::move(*split));
        }
    }
    return true;
}

bool sameMiss(const Split &a, const Split &b)
{
    return a.reads == b.reads && a.writes == b.writes && a.readsOn == b.readsOn && a.writesOn == b.writesOn;
}

} // namespace

bool pathsMeet(std::string_view a, std::string_view b)
{
    while (!a.empty() && !b.empty()) {
        if (a == "/*" || b == "/*") return true;
        const std::string_view mine = nextSegment(a);
        const std::string_view other = nextSegment(b);
        if (mine != other && !anySegment(mine) && !anySegment(other)) return false;
    }
    // A collection and one of what is in it, but not what is further below.
    const std::string_view rest = a.empty() ? b : a;
    return rest.empty() || rest == "/*" || rest.find('/', 1) == std::string_view::npos;
}

ReadWritePairs::ReadWritePairs(std::span<const RequestMapRow> rows)
{
    for (const RequestMapRow &row : rows)
        m_halves.push_back({row.interface + " (" + row.method + " " + row.pathPattern + ")", row.interface,
                            row.systemId, row.operation, row.userId.has_value(), row.replicate});
    for (std::size_t read = 0; read < rows.size(); ++read) {
        if (isWrite(rows[read].operation)) continue;
        for (std::size_t write = 0; write < rows.size(); ++write) {
            if (!isWrite(rows[write].operation)) continue;
            const Half &from = m_halves[read];
            const Half &to = m_halves[write];
            auto &pairs = from.systemId == to.systemId && from.hasUser == to.hasUser ? m_alike : m_pairs;
            if (pairs.size() == MostPairs || !pathsMeet(rows[read].pathPattern, rows[write].pathPattern)) continue;
            pairs.push_back({read, write});
        }
    }
}

std::optional<Split> findSplit(const Snapshot &with, const Rule &rule, const ReadWritePairs &pairs, Instant now,
                               Effort &effort)
{
    const auto at = holdsFirst(rule, now);
    if (!at) return std::nullopt;
    for (const ReadWritePairs::Pair &pair : pairs.pairs()) {
        const ReadWritePairs::Half &reads = pairs.halves()[pair.reads];
        const ReadWritePairs::Half &writes = pairs.halves()[pair.writes];
        if (!tellsApart(rule, reads, writes)) continue;
        if (!effort.spend(EffortOfOnePair)) return std::nullopt;
        auto split = splitOf(waysUnder(with, reads, rule, *at), waysUnder(with, writes, rule, *at));
        if (!split) continue;
        split->reads = reads.name;
        split->writes = writes.name;
        return split;
    }
    return std::nullopt;
}

std::vector<Split> newSplits(const RoutingBasis &before, const RoutingBasis &after, Instant now, Effort &effort,
                             std::size_t most)
{
    std::vector<Split> known;
    std::vector<Split> found;
    if (!missesOf(after, now, effort, found) || !missesOf(before, now, effort, known)) {
        effort.left = 0;
        return {};
    }
    std::vector<Split> fresh;
    for (Split &split : found) {
        if (fresh.size() == most) break;
        const bool was = std::ranges::any_of(known, [&](const Split &one) { return sameMiss(one, split); });
        if (!was) fresh.push_back(std::move(split));
    }
    return fresh;
}

} // namespace crossfade
