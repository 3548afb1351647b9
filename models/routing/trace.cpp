// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/decisionlines.h"
#include "models/routing/holding.h"

namespace crossfade {

namespace {

std::string quoted(const Rule &rule)
{
    return "\"" + rule.name + "\" (priority " + std::to_string(rule.priority) + ")";
}

std::string windowText(const TimeWindow &window)
{
    if (!window.start && !window.end) return "always";
    if (!window.end) return "from " + formatInstant(*window.start);
    if (!window.start) return "until " + formatInstant(*window.end);
    return "from " + formatInstant(*window.start) + " until " + formatInstant(*window.end);
}

std::string weeklyText(const WeeklyWindow &weekly)
{
    std::string days;
    for (std::size_t i = 0; i < WeekdayWords.size() && weekly.weekdays != WeeklyWindow::EveryDay; ++i) {
        if (weekly.on(static_cast<int>(i))) days += (days.empty() ? "" : ", ") + std::string(WeekdayWords[i]);
    }
    return (days.empty() ? "every day" : days) + " " + timeOfDayText(weekly.from) + " to " +
           timeOfDayText(weekly.to) + " " + weekly.timeZone;
}

std::string timesText(const Rule &rule)
{
    if (!rule.recurrence) return windowText(rule.window);
    const bool bounded = rule.window.start || rule.window.end;
    return weeklyText(rule.recurrence->weekly) + (bounded ? ", " + windowText(rule.window) : "");
}

// Of a recurring rule that is within its bounds, or will be.
std::string whenAgain(const Rule &rule, Instant at)
{
    if (!rule.recurrence->zone) return quoted(rule) + " names an unknown time zone";
    const std::string recurs = quoted(rule) + " recurs " + weeklyText(rule.recurrence->weekly);
    const std::optional<Instant> begin = nextChange(rule, at);
    return recurs + (begin ? ", next at " + formatInstant(*begin) : ", no more before it ends");
}

std::string whyNot(const Rule &rule, Instant at)
{
    if (!rule.active) return quoted(rule) + " is switched off";
    if (rule.window.isEmpty()) return quoted(rule) + " has an empty window";
    if (rule.window.start && at < *rule.window.start)
        return quoted(rule) + " starts at " + formatInstant(*rule.window.start);
    if (rule.recurrence && (!rule.window.end || at < *rule.window.end)) return whenAgain(rule, at);
    return quoted(rule) + " ended at " + formatInstant(*rule.window.end);
}

// At most this many rules are named in one sentence: a target may have thousands.
constexpr std::size_t MostNamed = 3;

std::string rulesDetail(RuleList rules, const Rule *winner, Instant at, const std::string &subject)
{
    if (winner) {
        std::string text = "Rule " + quoted(*winner) + " holds " + timesText(*winner) +
                           " and says " + std::string(platformWord(winner->platform)) + ".";
        if (rules.size() > 1)
            text += " " + std::to_string(rules.size() - 1) + " more for " + subject + " come after it.";
        return text;
    }
    if (rules.empty()) return "There is no rule for " + subject + ".";
    std::string text = "No rule for " + subject + " holds at " + formatInstant(at) + ": ";
    for (std::size_t i = 0; i < rules.size() && i < MostNamed; ++i)
        text += (i == 0 ? "" : "; ") + whyNot(*rules[i], at);
    if (rules.size() > MostNamed) text += "; and " + std::to_string(rules.size() - MostNamed) + " more";
    return text + ".";
}

std::string ruleDetail(const DecisionLines &lines, Line line, const Decision &decision, bool applies)
{
    const Snapshot &snapshot = lines.snapshot();
    const DecisionRequest &request = lines.request();
    const Rule *winner = applies ? decision.rule : nullptr;
    if (line == Line::TimeRule)
        return rulesDetail(snapshot.timeRules(), winner, request.at, "this time");
    const bool ofUser = line == Line::UserRule;
    const std::string_view target = ofUser ? request.userId : request.systemId;
    if (target.empty())
        return ofUser ? "The request has no valid user id." : "The request has no valid system id.";
    return rulesDetail(ofUser ? snapshot.userRules(target) : snapshot.systemRules(target), winner,
                       request.at, std::string(ofUser ? "user " : "system ") + std::string(target));
}

std::string coverText(const PolicyCover &cover)
{
    return "Policy \"" + cover.name + "\" covers " +
           (cover.targetSystem == "*" ? std::string("every system")
                                      : "system " + cover.targetSystem);
}

std::string policyDetail(const DecisionLines &lines, Line line, const Decision &decision)
{
    const PolicyCover *cover = lines.snapshot().policyFor(lines.request().systemId);
    if (!cover) return "No shift policy covers this request.";
    const bool hasUser = !lines.request().userId.empty();
    if (line == Line::NoKey) {
        if (hasUser) return "The request has a valid user id.";
        return coverText(*cover) + "; users without an id go to " +
               std::string(platformWord(cover->usersWithoutId)) + ".";
    }
    if (!hasUser) return "The request has no valid user id.";
    const Percentage share =
        shareOfSession(cover->sessions, cover->percentage, lines.request().signedInAt);
    const bool moved = decision.bucket < share.hundredths();
    const std::string ofSession =
        share == cover->percentage ? "" : ", " + share.text() + " % of the sessions that began when this one did";
    return coverText(*cover) + " at " + cover->percentage.text() + " %" + ofSession + ": bucket " +
           std::to_string(decision.bucket) + " is " + (moved ? "below " : "not below ") +
           std::to_string(share.hundredths()) + ", so " +
           std::string(platformWord(decision.platform)) + ".";
}

std::string thresholdDetail(const Switches &switches, std::string_view entityId)
{
    if (!switches.idThreshold) return "No id threshold is set.";
    if (entityId.empty()) return "The request has no valid entity id.";
    const std::string threshold = std::to_string(*switches.idThreshold);
    if (entityId.find_first_not_of("0123456789") != std::string_view::npos)
        return "Entity " + std::string(entityId) + " is no number; the threshold is " + threshold + ".";
    return "Entity " + std::string(entityId) +
           (reachesThreshold(entityId, *switches.idThreshold) ? " has reached " : " is below ") +
           "the threshold " + threshold + ".";
}

std::string groupDetail(const DecisionLines &lines, const Decision &decision)
{
    const std::string_view user = lines.request().userId;
    if (user.empty()) return "The request has no valid user id.";
    if (!decision.group) return "User " + std::string(user) + " is in no user group.";
    const GroupHit hit = hitOf(*decision.group, user);
    return "User " + std::string(user) + " is in batch " + std::to_string(hit.batch + 1) + " of group \"" +
           decision.group->name + "\", which " + (hit.moved ? "has moved to " : "is still on ") +
           std::string(platformWord(decision.platform)) + ".";
}

bool isInconsistent(const Snapshot &snapshot, HeldChange::Kind kind, std::string_view id)
{
    const bool user = kind == HeldChange::Kind::User;
    return !id.empty() && ((user ? snapshot.heldUsers() : snapshot.heldEntities()).contains(id) ||
                           (user ? snapshot.sparedUsers() : snapshot.sparedEntities()).contains(id));
}

// With the switch on; switched on now, it would spare who is on NEW.
bool wouldBeHeld(const DecisionLines &lines)
{
    const Snapshot &snapshot = lines.snapshot();
    if (snapshot.switches().holdInconsistent) return lines.isHeld();
    const auto would = [&](HeldChange::Kind kind, std::string_view id) {
        return isInconsistent(snapshot, kind, id) && !isOnNew(snapshot, kind, id, lines.request().at);
    };
    return would(HeldChange::Kind::User, lines.request().userId) ||
           would(HeldChange::Kind::Entity, lines.request().entityId);
}

std::string heldDetail(const DecisionLines &lines)
{
    const std::string_view user = lines.request().userId;
    const std::string_view entity = lines.request().entityId;
    if (user.empty() && entity.empty()) return "The request has neither a valid user id nor a valid entity id.";
    const Snapshot &snapshot = lines.snapshot();
    const bool ofUser = isInconsistent(snapshot, HeldChange::Kind::User, user);
    const bool ofEntity = isInconsistent(snapshot, HeldChange::Kind::Entity, entity);
    if (!ofUser && !ofEntity) return "Neither the user nor the entity has a known difference.";
    std::string text = ofUser ? "User " + std::string(user) : std::string();
    if (ofEntity) text += (ofUser ? " and entity " : "Entity ") + std::string(entity);
    text += std::string(ofUser && ofEntity ? " have" : " has") + " a confirmed difference";
    const bool would = wouldBeHeld(lines);
    if (snapshot.switches().holdInconsistent)
        return text + (would ? "." : "; on NEW before holding began: nobody is moved back.");
    return text + (would ? "; that counts once inconsistent ones are held on LEGACY."
                         : "; on NEW already: holding inconsistent ones on LEGACY moves nobody back.");
}

std::string keyIndexDetail(const DecisionLines &lines)
{
    const std::string entity(lines.request().entityId);
    const KeyIndex &index = lines.snapshot().keyIndex();
    if (entity.empty()) return "The request has no valid entity id.";
    if (!index.complete) return "There is no complete index of LEGACY's keys.";
    const std::string keys = "LEGACY's key index (" + std::to_string(index.keys.size()) + " keys)";
    if (index.keys.contains(entity)) return keys + " has entity " + entity + ".";
    return keys + " lacks entity " + entity +
           (lines.snapshot().switches().notInLegacyToNew
                ? std::string(".")
                : std::string("; that counts once what LEGACY does not know goes to NEW."));
}

std::string grayListDetail(const DecisionLines &lines, const Decision &decision)
{
    const DecisionRequest &request = lines.request();
    if (lines.snapshot().grayLists().all().empty()) return "There is no gray list.";
    if (!decision.grayList) return "Neither the entity, the user nor the interface is on a gray list.";
    const std::string list = " is on the gray list \"" + decision.grayList->name + "\".";
    switch (decision.grayList->kind) {
    case GrayKind::Entity: return "Entity " + std::string(request.entityId) + list;
    case GrayKind::User: return "User " + std::string(request.userId) + list;
    case GrayKind::Interface: return "Interface " + std::string(request.interface) + list;
    }
    return list;
}

std::string enforcedDetail(const DecisionLines &lines)
{
    const std::string entity(lines.request().entityId);
    const GrayList *enforced = lines.snapshot().grayLists().enforced();
    if (!enforced) return "No gray list of entities is enforced.";
    if (entity.empty()) return "The request has no valid entity id.";
    if (lines.snapshot().grayLists().isEnforcedFor(entity))
        return "Entity " + entity + " is on an enforced gray list.";
    return "The gray list \"" + enforced->name + "\" is enforced, and entity " + entity +
           " is on no enforced list.";
}

std::string_view conditionOf(Line line)
{
    switch (line) {
    case Line::MasterLegacy: return "the master switch is LEGACY";
    case Line::MasterNew: return "the master switch is NEW, or forward only is on";
    case Line::UserRule: return "an active rule for the user, in its window";
    case Line::SystemRule: return "an active rule for the system, in its window";
    case Line::TimeRule: return "an active time rule whose window holds now";
    case Line::NewData: return "an insert, and inserts go to NEW";
    case Line::Held: return "the user or entity is held, and inconsistent ones stay on LEGACY";
    case Line::NotInLegacy: return "LEGACY's key index lacks the entity, and what it lacks goes to NEW";
    case Line::GrayList: return "entity, user or interface on a gray list";
    case Line::NotOnGrayList: return "an enforced gray list of entities exists, the entity is not on it";
    case Line::IdThreshold: return "a numeric entity id at or above the threshold";
    case Line::UserGroup: return "a member of a user group that is no draft";
    case Line::NoKey: return "a policy covers the system, no valid user id";
    case Line::Percentage: return "a policy covers the system: sticky bucket below the percentage";
    case Line::Default: return "otherwise the default platform";
    }
    return {};
}

std::string detailOf(const DecisionLines &lines, Line line, const Decision &decision, bool applies)
{
    const Switches &switches = lines.snapshot().switches();
    switch (line) {
    case Line::MasterLegacy:
    case Line::MasterNew:
        return "The master switch is " + std::string(masterWord(switches.master)) +
               (line == Line::MasterNew && switches.forwardOnly ? "; forward only is on." : ".");
    case Line::NewData:
        if (!switches.insertsToNew) return "Inserts go where the other lines say.";
        return lines.request().operation == Operation::Insert ? "The request inserts, and inserts go to NEW."
                                                              : "The request does not insert.";
    case Line::Held: return heldDetail(lines);
    case Line::NotInLegacy: return keyIndexDetail(lines);
    case Line::GrayList: return grayListDetail(lines, decision);
    case Line::NotOnGrayList: return enforcedDetail(lines);
    case Line::IdThreshold: return thresholdDetail(switches, lines.request().entityId);
    case Line::UserRule:
    case Line::SystemRule:
    case Line::TimeRule: return ruleDetail(lines, line, decision, applies);
    case Line::UserGroup: return groupDetail(lines, decision);
    case Line::NoKey:
    case Line::Percentage: return policyDetail(lines, line, decision);
    case Line::Default:
        return "The default platform is " + std::string(platformWord(switches.defaultPlatform)) + ".";
    }
    return {};
}

std::optional<bool> foundOf(const DecisionLines &lines, Line line)
{
    if (line == Line::Held) return wouldBeHeld(lines);
    if (line == Line::NotInLegacy) return lines.isUnknownToLegacy();
    return std::nullopt;
}

} // namespace

std::vector<TraceLine> traceDecision(const Snapshot &snapshot, const DecisionRequest &request)
{
    const DecisionLines lines(snapshot, request);
    std::vector<TraceLine> trace;
    trace.reserve(AllLines.size());
    bool decided = false;
    for (const Line line : AllLines) {
        Decision decision;
        const bool applies = lines.apply(line, decision);
        trace.push_back({std::string(lineNumber(line)), std::string(conditionOf(line)), applies,
                         applies && !decided, detailOf(lines, line, decision, applies), foundOf(lines, line)});
        decided = decided || applies;
    }
    return trace;
}

} // namespace crossfade
