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
    bool byRule = false;
    std::string otherRuleId;
};

Ways waysOf(const Snapshot &snapshot, const ReadWritePairs::Half &half, const Rule &rule, Instant at)
{
    DecisionRequest request;
    if (half.hasUser) request.userId = rule.type == RuleType::User ? std::string_view(rule.target) : Anybody;
    request.systemId = half.systemId;
    request.interface = half.interface;
    request.operation = half.operation;
    request.at = at;
    const Decision decision = decide(snapshot, request);
    Ways ways;
    ways.byRule = decision.rule && decision.rule->id == rule.id;
    if (decision.rule && !ways.byRule) ways.otherRuleId = decision.rule->id;
    const bool both = decision.mode == Mode::Aggregate || (decision.mode == Mode::DualWrite && half.replicate);
    if (both) {
        ways.first = OnBoth;
        return ways;
    }
    ways.first = whereOf(decision.primary);
    const std::int32_t share = decision.reason == Reason::Percentage ? decision.policy->percentage.hundredths() : 0;
    const bool shared = share > 0 && share < Percentage::Whole;
    if (shared) ways.second = ways.first == OnNew ? OnLegacy : OnNew;
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
            if (from.systemId == to.systemId && from.hasUser == to.hasUser) continue;
            if (!pathsMeet(rows[read].pathPattern, rows[write].pathPattern)) continue;
            if (m_pairs.size() == MostPairs) return;
            m_pairs.push_back({read, write});
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
        auto split = splitOf(waysOf(with, reads, rule, *at), waysOf(with, writes, rule, *at));
        if (!split) continue;
        split->reads = reads.name;
        split->writes = writes.name;
        return split;
    }
    return std::nullopt;
}

} // namespace crossfade
