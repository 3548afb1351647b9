// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The refusals of models/core/refusals.h, code by code.
#include "models/items/refusalwords.h"

#include "models/items/runnerwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace crossfade {

namespace {

constexpr std::array<std::pair<const char *, const char *>, 51> RefusalSentences{{
    {"TOKEN_NEEDED", QT_TRANSLATE_NOOP("RefusalWords", "A valid token is needed.")},
    {"ROLE_NEEDED", QT_TRANSLATE_NOOP("RefusalWords", "This needs one of the roles %1.")},
    {"STALE_VERSION", QT_TRANSLATE_NOOP("RefusalWords", "Somebody changed it meanwhile: it is at version %1 now.")},
    {"VERSION_NEEDED", QT_TRANSLATE_NOOP("RefusalWords", "The change does not say which version it was made from.")},
    {"STILL_IN_FLIGHT", QT_TRANSLATE_NOOP("RefusalWords", "The same request is still being worked on: look again in a moment.")},
    {"KEY_OF_ANOTHER", QT_TRANSLATE_NOOP("RefusalWords", "This request's key was used for another one.")},
    {"OVERLOADED", QT_TRANSLATE_NOOP("RefusalWords", "The service is overloaded: try again in a moment.")},
    {"TOO_MUCH_WAITS", QT_TRANSLATE_NOOP("RefusalWords", "Too much is waiting at the service: try again later.")},
    {"DATABASE_SILENT", QT_TRANSLATE_NOOP("RefusalWords", "The service's database does not answer.")},
    {"CONNECTION_LOST", QT_TRANSLATE_NOOP("RefusalWords", "The service lost the connection to its database.")},
    {"SECOND_PERSON", QT_TRANSLATE_NOOP("RefusalWords", "You asked for it yourself: a second person must approve.")},
    {"APPROVER_REJECTS", QT_TRANSLATE_NOOP("RefusalWords", "Rejecting a proposed rollback needs the role approver.")},
    {"APPROVER_DECIDES", QT_TRANSLATE_NOOP("RefusalWords", "Deciding needs the role approver.")},
    {"APPROVER_FOR_STEP", QT_TRANSLATE_NOOP("RefusalWords", "Deciding on a step needs the role approver.")},
    {"APPROVER_FOR_MASTER", QT_TRANSLATE_NOOP("RefusalWords", "Deciding on the master switch needs the role approver.")},
    {"ALREADY_DECIDED", QT_TRANSLATE_NOOP("RefusalWords", "%1 was first: it is %2 already (%3).")},
    {"DEADLINE_OVER", QT_TRANSLATE_NOOP("RefusalWords", "Nobody answered within the deadline.")},
    {"NO_LONGER_ASKED", QT_TRANSLATE_NOOP("RefusalWords", "The shift no longer waits for this approval.")},
    {"OTHER_STEP_NOW", QT_TRANSLATE_NOOP("RefusalWords", "The policy was changed since: this is no longer its next step.")},
    {"MASTER_ASKED", QT_TRANSLATE_NOOP("RefusalWords", "%1 asked already: approval %2 is open until %3.")},
    {"SWITCHES_CHANGED", QT_TRANSLATE_NOOP("RefusalWords", "%1 changed the switches since it was asked: ask for it again.")},
    {"ADMIN_FOR_FORWARD", QT_TRANSLATE_NOOP("RefusalWords", "Forward only needs the role admin.")},
    {"ADMIN_FOR_MASTER", QT_TRANSLATE_NOOP("RefusalWords", "Setting the master switch to NEW needs the role admin.")},
    {"COMMAND_DOES_NOT_FIT", QT_TRANSLATE_NOOP("RefusalWords", "“%1” does not fit the state %2.")},
    {"GROUP_TAKES_NO", QT_TRANSLATE_NOOP("RefusalWords", "A group that is %1 takes no “%2”.")},
    {"REPAIR_TAKES_NO", QT_TRANSLATE_NOOP("RefusalWords", "A repair that is %1 takes no “%2”.")},
    {"ALREADY_GOES_THERE", QT_TRANSLATE_NOOP("RefusalWords", "The shift already goes to %1 %.")},
    {"STARTED_ALREADY", QT_TRANSLATE_NOOP("RefusalWords", "The shift was started already: it has no start ahead.")},
    {"GATES_UNKNOWN", QT_TRANSLATE_NOOP("RefusalWords", "The gates are not known yet.")},
    {"GATES_OLD", QT_TRANSLATE_NOOP("RefusalWords", "The gates were last looked at %1: try again in a moment.")},
    {"GATE_NOT_GREEN", QT_TRANSLATE_NOOP("RefusalWords", "%1 is not green: %2")},
    {"NO_STEP", QT_TRANSLATE_NOOP("RefusalWords", "There is no step to take.")},
    {"GROUP_IS_EMPTY", QT_TRANSLATE_NOOP("RefusalWords", "The group has no members.")},
    {"MEMBERS_FIXED", QT_TRANSLATE_NOOP("RefusalWords", "The members are fixed once the group was started.")},
    {"SYSTEM_COVERED", QT_TRANSLATE_NOOP("RefusalWords", "Another policy already covers the system %1.")},
    {"TOO_MANY_SHIFTS", QT_TRANSLATE_NOOP("RefusalWords", "%1 policies are under way, and no more could be judged: finalize or delete one first.")},
    {"NO_ID_FIXED", QT_TRANSLATE_NOOP("RefusalWords", "This would move every request without a user id to %1 at once, past all guards: let the shift reach 100 % or roll it back to 0 % first.")},
    {"POLICY_FINALIZED", QT_TRANSLATE_NOOP("RefusalWords", "A finalized policy does not change any more.")},
    {"STEP_IS_ASKED", QT_TRANSLATE_NOOP("RefusalWords", "Somebody is asked to approve the next step of this policy: suspend it first.")},
    {"APPROVALS_FIXED", QT_TRANSLATE_NOOP("RefusalWords", "While it is under way it cannot ask for fewer approvals, nor drop the second person: roll it back, or call its start off, first.")},
    {"POLICY_NOT_DELETABLE", QT_TRANSLATE_NOOP("RefusalWords", "Only a draft, a finalized policy, or one rolled back to 0 % can be deleted.")},
    {"GROUP_NOT_DELETABLE", QT_TRANSLATE_NOOP("RefusalWords", "Only a draft, or a group that is rolled back or completed, can be deleted.")},
    {"POLICY_DELETE_TO_STAR", QT_TRANSLATE_NOOP("RefusalWords", "“%1” for * would cover its users, at %2 %: finalize this policy instead, and nobody moves.")},
    {"POLICY_DELETE_TO_DEFAULT", QT_TRANSLATE_NOOP("RefusalWords", "The default platform %1 would serve its users at once, who are on %2 now: set the default to %2 first, or finalize this policy instead.")},
    {"POLICY_DELETE_NO_ID", QT_TRANSLATE_NOOP("RefusalWords", "The default platform %1 would serve the requests without a user id at once, which are on %2 now: let the policy serve them by %1 first.")},
    {"GROUP_DELETE_MOVES", QT_TRANSLATE_NOOP("RefusalWords", "Deleting it would move %1 of its users at once, to where the policies or the default platform serve them.")},
    {"GROUP_END_MOVES", QT_TRANSLATE_NOOP("RefusalWords", "%1 of its users would be served otherwise without it: a completed group can go once the policies or the default platform serve them all by its target, or roll it back.")},
    {"GROUP_COUNT_CHANGED", QT_TRANSLATE_NOOP("RefusalWords", "%1 of its users would move, not the expected %2: look again.")},
    {"FINALIZE_MOVES", QT_TRANSLATE_NOOP("RefusalWords", "The rule or default would move at once those who are decided for by: %1. End that first, or write the rule yourself: its preview tells whom it moves.")},
    {"COUNT_CHANGED", QT_TRANSLATE_NOOP("RefusalWords", "%1 can be decided on, not the expected %2: nothing was done. Look again.")},
    {"NEEDS_STORE", QT_TRANSLATE_NOOP("RefusalWords", "%1: this cannot be done while the database does not answer. “Roll back” at once can, and so can %2.")},
}};

bool isCode(QStringView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar c) { return (c >= u'A' && c <= u'Z') || c == u'_'; });
}

// "HELD_INCONSISTENT 3, NO_KEY": codes, each with a count where there is one. Empty: something else.
QString codeList(const QString &text)
{
    QStringList told;
    const QStringList parts = text.split(QStringLiteral(", "));
    for (const QString &part : parts) {
        const QString code = part.section(QLatin1Char(' '), 0, 0);
        const QString count = part.section(QLatin1Char(' '), 1);
        const bool counts = std::ranges::all_of(count, [](QChar c) { return c.isDigit(); });
        if (!isCode(code) || !counts)
            return {};
        told.push_back(count.isEmpty() ? wordText(code) : wordText(code) + QLatin1Char(' ') + count);
    }
    return told.join(QStringLiteral(", "));
}

// States, commands and lines are codes, what a gate says is the runner's, names stay as they are.
QString refusalValue(const std::string &value)
{
    const QString codes = codeList(toText(value));
    return codes.isEmpty() ? runnerText(value) : codes;
}

} // namespace

QString refusalText(const Error &error)
{
    const auto found = std::ranges::find_if(RefusalSentences, [&](const auto &one) { return error.code == one.first; });
    if (found == RefusalSentences.end())
        return {};
    const QString form = QCoreApplication::translate("RefusalWords", found->second);
    // All places at once: a value may itself look like one.
    QString text;
    for (qsizetype at = 0; at < form.size(); ++at) {
        const int place = form[at] == QLatin1Char('%') && at + 1 < form.size() ? form[at + 1].digitValue() : -1;
        if (place < 1) {
            text += form[at];
            continue;
        }
        if (static_cast<std::size_t>(place) > error.values.size())
            return {}; // of another version: its own sentence has what there is to say
        text += refusalValue(error.values[static_cast<std::size_t>(place - 1)]);
        ++at;
    }
    return text;
}

} // namespace crossfade
