// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/decision.h"

#include "models/core/ids.h"
#include "models/routing/decisionlines.h"
#include "models/routing/hash.h"

namespace crossfade {

namespace {

std::string_view validOrEmpty(std::string_view id)
{
    return isValidId(id) ? id : std::string_view();
}

void answer(Decision &decision, Platform platform, Reason reason)
{
    decision.platform = platform;
    decision.primary = platform;
    decision.reason = reason;
}

// A rule that says BOTH: reads are compared, writes go to both, LEGACY's answer counts.
void answerBoth(Decision &decision, Operation operation)
{
    const bool reads = operation == Operation::Read || operation == Operation::List;
    decision.mode = reads ? Mode::Compare : Mode::DualWrite;
    decision.primary = Platform::Legacy;
}

} // namespace

std::int32_t stickyBucket(std::string_view userId, std::string_view salt)
{
    return static_cast<std::int32_t>(joinedHash32(userId, salt) % Percentage::Whole);
}

DecisionLines::DecisionLines(const Snapshot &snapshot, const DecisionRequest &request)
    : m_snapshot(snapshot)
    , m_request(request)
{
    m_request.userId = validOrEmpty(request.userId);
    m_request.systemId = validOrEmpty(request.systemId);
}

bool DecisionLines::byRule(const RuleHit &hit, Reason reason, Decision &decision) const
{
    if (!hit.rule) return false;
    answer(decision, hit.platform, reason);
    decision.rule = hit.rule;
    if (hit.platform == Platform::Both) answerBoth(decision, m_request.operation);
    return true;
}

bool DecisionLines::byPolicy(bool withId, Decision &decision) const
{
    if (m_request.userId.empty() == withId) return false;
    const PolicyCover *cover = m_snapshot.policyFor(m_request.systemId);
    if (!cover) return false;
    decision.policy = cover;
    if (!withId) {
        answer(decision, cover->usersWithoutId, Reason::NoKey);
        return true;
    }
    decision.bucket = stickyBucket(m_request.userId, cover->salt);
    const bool moved = decision.bucket < cover->percentage.hundredths();
    answer(decision, moved ? cover->targetPlatform : otherPlatform(cover->targetPlatform),
           Reason::Percentage);
    return true;
}

bool DecisionLines::apply(Line line, Decision &decision) const
{
    const Switches &switches = m_snapshot.switches();
    decision.line = line;
    switch (line) {
    case Line::MasterLegacy:
        answer(decision, Platform::Legacy, Reason::MasterLegacy);
        return switches.master == Master::Legacy;
    case Line::MasterNew:
        answer(decision, Platform::New, Reason::MasterNew);
        return switches.master == Master::New;
    case Line::UserRule:
        return !m_request.userId.empty() &&
               byRule(m_snapshot.userRuleAt(m_request.userId, m_request.at), Reason::UserRule, decision);
    case Line::SystemRule:
        return !m_request.systemId.empty() &&
               byRule(m_snapshot.systemRuleAt(m_request.systemId, m_request.at), Reason::SystemRule,
                      decision);
    case Line::TimeRule:
        return byRule(m_snapshot.timeRuleAt(m_request.at), Reason::TimeRule, decision);
    case Line::NoKey: return byPolicy(false, decision);
    case Line::Percentage: return byPolicy(true, decision);
    case Line::Default:
        answer(decision, switches.defaultPlatform, Reason::DefaultRouting);
        return true;
    }
    return false;
}

Decision decide(const Snapshot &snapshot, const DecisionRequest &request)
{
    const DecisionLines lines(snapshot, request);
    Decision decision;
    decision.epoch = snapshot.epoch();
    // A line that does not apply leaves no rule, policy or bucket behind.
    for (const Line line : AllLines) {
        if (lines.apply(line, decision)) break;
    }
    return decision;
}

} // namespace crossfade
