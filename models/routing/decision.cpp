// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/decision.h"

#include "models/core/ids.h"
#include "models/routing/decisionlines.h"
#include "models/routing/hash.h"

#include <algorithm>
#include <charconv>

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

void stickyBuckets(std::span<const std::string_view> userIds, std::string_view salt, std::span<std::int32_t> buckets)
{
    constexpr std::size_t AtOnce = 32;
    std::array<std::uint32_t, AtOnce> hashes;
    for (std::size_t first = 0; first < userIds.size(); first += AtOnce) {
        const auto some = userIds.subspan(first, std::min(AtOnce, userIds.size() - first));
        joinedHashes32(some, salt, hashes);
        for (std::size_t i = 0; i < some.size(); ++i)
            buckets[first + i] = static_cast<std::int32_t>(hashes[i] % Percentage::Whole);
    }
}

bool reachesThreshold(std::string_view entityId, std::int64_t threshold)
{
    const bool number = !entityId.empty() && std::ranges::all_of(entityId, [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return false;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(entityId.data(), entityId.data() + entityId.size(), value);
    return error == std::errc::result_out_of_range || value >= threshold;
}

bool isReadCompared(std::string_view userId, Percentage share)
{
    if (share == Percentage() || userId.empty()) return false;
    return joinedHash32(userId, "rc") % Percentage::Whole < static_cast<std::uint32_t>(share.hundredths());
}

DecisionLines::DecisionLines(const Snapshot &snapshot, const DecisionRequest &request)
    : m_snapshot(snapshot)
    , m_request(request)
{
    m_request.userId = validOrEmpty(request.userId);
    m_request.systemId = validOrEmpty(request.systemId);
    m_request.entityId = validOrEmpty(request.entityId);
    m_request.interface = validOrEmpty(request.interface);
}

bool DecisionLines::byRule(const RuleHit &hit, Reason reason, Decision &decision) const
{
    if (!hit.rule) return false;
    answer(decision, hit.platform, reason);
    decision.rule = hit.rule;
    if (hit.platform == Platform::Both) answerBoth(decision, m_request.operation);
    return true;
}

bool DecisionLines::isHeld() const
{
    return (!m_request.userId.empty() && m_snapshot.heldUsers().contains(m_request.userId)) ||
           (!m_request.entityId.empty() && m_snapshot.heldEntities().contains(m_request.entityId));
}

bool DecisionLines::isUnknownToLegacy() const
{
    const KeyIndex &index = m_snapshot.keyIndex();
    return index.complete && !m_request.entityId.empty() && !index.keys.contains(m_request.entityId);
}

bool DecisionLines::byGrayList(Decision &decision) const
{
    const GrayLists &lists = m_snapshot.grayLists();
    decision.grayList = lists.naming(GrayKind::Entity, m_request.entityId);
    if (!decision.grayList) decision.grayList = lists.naming(GrayKind::User, m_request.userId);
    if (!decision.grayList) decision.grayList = lists.naming(GrayKind::Interface, m_request.interface);
    answer(decision, Platform::New, Reason::GrayList);
    return decision.grayList != nullptr;
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
    const Percentage share = shareOfSession(cover->sessions, cover->percentage, m_request.signedInAt);
    const bool moved = decision.bucket < share.hundredths();
    answer(decision, moved ? cover->targetPlatform : otherPlatform(cover->targetPlatform),
           Reason::Percentage);
    return true;
}

bool DecisionLines::byGroup(Decision &decision) const
{
    if (m_request.userId.empty()) return false;
    const GroupHit hit = m_snapshot.groupOf(m_request.userId);
    if (!hit.group) return false;
    answer(decision, hit.platform(), Reason::UserGroup);
    decision.group = hit.group;
    decision.groupBatch = static_cast<std::int64_t>(hit.batch);
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
        answer(decision, Platform::New,
               switches.master == Master::New ? Reason::MasterNew : Reason::ForwardOnly);
        return switches.newDecidesAll();
    case Line::UserRule:
        return !m_request.userId.empty() &&
               byRule(m_snapshot.userRuleAt(m_request.userId, m_request.at), Reason::UserRule, decision);
    case Line::SystemRule:
        return !m_request.systemId.empty() &&
               byRule(m_snapshot.systemRuleAt(m_request.systemId, m_request.at), Reason::SystemRule,
                      decision);
    case Line::TimeRule:
        return byRule(m_snapshot.timeRuleAt(m_request.at), Reason::TimeRule, decision);
    case Line::NewData:
        answer(decision, Platform::New, Reason::NewData);
        return switches.insertsToNew && m_request.operation == Operation::Insert;
    case Line::Held:
        answer(decision, Platform::Legacy, Reason::HeldInconsistent);
        return switches.holdInconsistent && isHeld();
    case Line::IdThreshold:
        answer(decision, Platform::New, Reason::IdThreshold);
        return switches.idThreshold && reachesThreshold(m_request.entityId, *switches.idThreshold);
    case Line::NotInLegacy:
        answer(decision, Platform::New, Reason::NotInLegacy);
        return switches.notInLegacyToNew && isUnknownToLegacy();
    case Line::GrayList: return byGrayList(decision);
    case Line::NotOnGrayList: {
        const GrayList *enforced = m_request.entityId.empty() ? nullptr : m_snapshot.grayLists().enforced();
        if (!enforced || m_snapshot.grayLists().isEnforcedFor(m_request.entityId)) return false;
        decision.grayList = enforced;
        answer(decision, Platform::Legacy, Reason::NotOnGrayList);
        return true;
    }
    case Line::UserGroup: return byGroup(decision);
    case Line::NoKey: return byPolicy(false, decision);
    case Line::Percentage: return byPolicy(true, decision);
    case Line::Default:
        answer(decision, switches.defaultPlatform, Reason::DefaultRouting);
        return true;
    }
    return false;
}

void DecisionLines::overlay(Decision &decision) const
{
    if (decision.line == Line::MasterLegacy || decision.line == Line::MasterNew) return;
    const Switches &switches = m_snapshot.switches();
    switch (m_request.operation) {
    case Operation::Read:
        if (isReadCompared(m_request.userId, switches.readCompare)) decision.mode = Mode::Compare;
        return;
    case Operation::List:
        if (!switches.aggregation) return;
        decision.mode = Mode::Aggregate;
        decision.platform = Platform::Both;
        return;
    case Operation::Insert:
    case Operation::Update:
    case Operation::Delete:
        // LEGACY never knew what began its life on NEW.
        if (!switches.dualWrite || decision.line == Line::NewData || decision.line == Line::IdThreshold ||
            decision.line == Line::NotInLegacy)
            return;
        decision.mode = Mode::DualWrite;
        decision.platform = Platform::Both;
        return;
    }
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
    lines.overlay(decision);
    return decision;
}

void decide(const Snapshot &snapshot, std::span<const DecisionRequest> requests, std::span<Decision> decisions)
{
    for (std::size_t first = 0; first < requests.size(); first += RuleTree::AtOnce) {
        const std::size_t end = std::min(first + RuleTree::AtOnce, requests.size());
        for (std::size_t i = first; i < end; ++i)
            snapshot.fetchUserRule(requests[i].userId);
        for (std::size_t i = first; i < end; ++i)
            decisions[i] = decide(snapshot, requests[i]);
    }
}

} // namespace crossfade
