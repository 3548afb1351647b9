// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/servicewords.h"

#include "models/items/runnerwords.h"
#include "models/items/sentences.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace crossfade {

namespace {

const char *const ServiceContext = "ServiceWords";

// Names of platforms and of modes stay.
constexpr std::array CodeWords{
    QT_TRANSLATE_NOOP("ServiceWords", "STABILIZING"),
    QT_TRANSLATE_NOOP("ServiceWords", "EVALUATING"),
    QT_TRANSLATE_NOOP("ServiceWords", "RUNNING"),
    QT_TRANSLATE_NOOP("ServiceWords", "EXECUTING"),
    QT_TRANSLATE_NOOP("ServiceWords", "SUCCESS"),
    QT_TRANSLATE_NOOP("ServiceWords", "PENDING"),
    QT_TRANSLATE_NOOP("ServiceWords", "QUEUED"),
    QT_TRANSLATE_NOOP("ServiceWords", "FINISHED"),
    QT_TRANSLATE_NOOP("ServiceWords", "REJECTED"),
    QT_TRANSLATE_NOOP("ServiceWords", "CANCELLED"),
    QT_TRANSLATE_NOOP("ServiceWords", "MISSING"),
    QT_TRANSLATE_NOOP("ServiceWords", "EXTRA"),
    QT_TRANSLATE_NOOP("ServiceWords", "DIFFERENT"),
    QT_TRANSLATE_NOOP("ServiceWords", "ASSIGNED"),
    QT_TRANSLATE_NOOP("ServiceWords", "APPROVED"),
    QT_TRANSLATE_NOOP("ServiceWords", "HELD"),
    QT_TRANSLATE_NOOP("ServiceWords", "PAUSED"),
    QT_TRANSLATE_NOOP("ServiceWords", "STALE"),
    QT_TRANSLATE_NOOP("ServiceWords", "FOR_APPROVAL"),
    QT_TRANSLATE_NOOP("ServiceWords", "BELOW"),
    QT_TRANSLATE_NOOP("ServiceWords", "PASS"),
    QT_TRANSLATE_NOOP("ServiceWords", "COMPLETED"),
    QT_TRANSLATE_NOOP("ServiceWords", "VERIFIED"),
    QT_TRANSLATE_NOOP("ServiceWords", "UNDONE"),
    QT_TRANSLATE_NOOP("ServiceWords", "UNDOING"),
    QT_TRANSLATE_NOOP("ServiceWords", "FAILED"),
    QT_TRANSLATE_NOOP("ServiceWords", "BREACH"),
    QT_TRANSLATE_NOOP("ServiceWords", "HIGH"),
    QT_TRANSLATE_NOOP("ServiceWords", "MEDIUM"),
    QT_TRANSLATE_NOOP("ServiceWords", "LOW"),
};

constexpr std::array<std::pair<const char *, const char *>, 22> AlertTypes{{
    {"GUARD_TRIPPED", QT_TRANSLATE_NOOP("ServiceWords", "Guard tripped")},
    {"METRICS_SILENT", QT_TRANSLATE_NOOP("ServiceWords", "No measurements")},
    {"CLOCK_OFFSET", QT_TRANSLATE_NOOP("ServiceWords", "Clock off")},
    {"SHIFT_HELD", QT_TRANSLATE_NOOP("ServiceWords", "Shift held")},
    {"ROLLBACK_PROPOSED", QT_TRANSLATE_NOOP("ServiceWords", "Rollback proposed")},
    {"ROLLED_BACK", QT_TRANSLATE_NOOP("ServiceWords", "Rolled back")},
    {"SHIFT_NOT_STARTED", QT_TRANSLATE_NOOP("ServiceWords", "Shift not started")},
    {"APPROVAL_REQUESTED", QT_TRANSLATE_NOOP("ServiceWords", "Approval asked for")},
    {"GROUP_UNREADABLE", QT_TRANSLATE_NOOP("ServiceWords", "User group unreadable")},
    {"ROLLBACK_NOT_STORED", QT_TRANSLATE_NOOP("ServiceWords", "Rollback not stored")},
    {"POLICY_UNREADABLE", QT_TRANSLATE_NOOP("ServiceWords", "Policy unreadable")},
    {"DATA_CONSISTENCY_CHECK_FAILED", QT_TRANSLATE_NOOP("ServiceWords", "Check failed")},
    {"CHECK_PARTIAL", QT_TRANSLATE_NOOP("ServiceWords", "Check incomplete")},
    {"AUTO_REPAIR_LIMIT", QT_TRANSLATE_NOOP("ServiceWords", "Too much to repair by itself")},
    {"DATA_INCONSISTENCY", QT_TRANSLATE_NOOP("ServiceWords", "Consistency below threshold")},
    {"REPAIR_ASSIGNED", QT_TRANSLATE_NOOP("ServiceWords", "Repair assigned")},
    {"SYNC_PERMANENT_FAILURE", QT_TRANSLATE_NOOP("ServiceWords", "Sync failed for good")},
    {"ENGINE_DRIFT", QT_TRANSLATE_NOOP("ServiceWords", "An engine does not follow")},
    {"SYNC_SUSPENDED", QT_TRANSLATE_NOOP("ServiceWords", "Sync stopped")},
    {"ROUTER_PUSH_FAILING", QT_TRANSLATE_NOOP("ServiceWords", "Router not told")},
    {"CHANNEL_FAILED", QT_TRANSLATE_NOOP("ServiceWords", "Channel not told")},
    {"CHANNEL_UNREADABLE", QT_TRANSLATE_NOOP("ServiceWords", "Channel unreadable")},
}};

// As they were called once: stored alerts and channels may name them; none is offered.
constexpr std::array<std::pair<const char *, const char *>, 2> FormerAlertTypes{{
    {"CHECK_FAILED", "DATA_CONSISTENCY_CHECK_FAILED"},
    {"CONSISTENCY_BELOW_THRESHOLD", "DATA_INCONSISTENCY"},
}};

// Found by the translators, looked up as they come.
[[maybe_unused]] constexpr const char *ServiceSentences[] = {
    QT_TRANSLATE_NOOP("ServiceWords", "LEGACY and NEW hold the same"),
    QT_TRANSLATE_NOOP("ServiceWords", "LEGACY and NEW differ"),
    QT_TRANSLATE_NOOP("ServiceWords", "written and seen equal"),
    QT_TRANSLATE_NOOP("ServiceWords", "both sides held the same already"),
    QT_TRANSLATE_NOOP("ServiceWords", "a side no longer holds what was seen"),
    QT_TRANSLATE_NOOP("ServiceWords", "the row had changed in the last moment; nothing was written"),
    QT_TRANSLATE_NOOP("ServiceWords", "written, but the two sides still differ"),
    QT_TRANSLATE_NOOP("ServiceWords", "was written before the service ended"),
    QT_TRANSLATE_NOOP("ServiceWords", "written, though the answer was lost"),
    QT_TRANSLATE_NOOP("ServiceWords", "the service ended before it was written"),
    QT_TRANSLATE_NOOP("ServiceWords", "after a fresh look"),
    QT_TRANSLATE_NOOP("ServiceWords", "There is nothing left to repair."),
    QT_TRANSLATE_NOOP("ServiceWords", "Another repair is needed: recheck first."),
    QT_TRANSLATE_NOOP("ServiceWords", "Both sides hold what was seen."),
    QT_TRANSLATE_NOOP("ServiceWords", "A side has changed since it was seen."),
};

// What comes of telling a channel.
[[maybe_unused]] constexpr const char *ChannelSentences[] = {
    QT_TRANSLATE_NOOP("ServiceWords", "answered something that is not its own"),
    QT_TRANSLATE_NOOP("ServiceWords", "the answer is too large"),
    QT_TRANSLATE_NOOP("ServiceWords", "Couldn't connect to server"),
    QT_TRANSLATE_NOOP("ServiceWords", "Couldn't resolve host name"),
    QT_TRANSLATE_NOOP("ServiceWords", "Could not connect to server"),
    QT_TRANSLATE_NOOP("ServiceWords", "Could not resolve hostname"),
    QT_TRANSLATE_NOOP("ServiceWords", "Timeout was reached"),
    QT_TRANSLATE_NOOP("ServiceWords", "Login denied"),
    QT_TRANSLATE_NOOP("ServiceWords", "SSL connect error"),
    QT_TRANSLATE_NOOP("ServiceWords", "SSL peer certificate or SSH remote key was not OK"),
    QT_TRANSLATE_NOOP("ServiceWords", "Server returned nothing (no headers, no data)"),
    QT_TRANSLATE_NOOP("ServiceWords", "another channel has this name"),
};

// Of fields, as the reader of bodies words them.
[[maybe_unused]] constexpr const char *FieldSentences[] = {
    QT_TRANSLATE_NOOP("ServiceWords", "is required"),
    QT_TRANSLATE_NOOP("ServiceWords", "is not a known field"),
    QT_TRANSLATE_NOOP("ServiceWords", "is not a known metric"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be an object"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be a string"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be a number"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be true or false"),
    QT_TRANSLATE_NOOP("ServiceWords", "must have at most 2 decimals"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be above 0"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be after start"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be an http or https URL"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be more than the step before"),
    QT_TRANSLATE_NOOP("ServiceWords", "must lie beyond the threshold"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be null beside a tolerance"),
    QT_TRANSLATE_NOOP("ServiceWords", "must not be above max_shift_percentage"),
    QT_TRANSLATE_NOOP("ServiceWords", "must not be more than windows"),
    QT_TRANSLATE_NOOP("ServiceWords", "must not contain a NUL character"),
    QT_TRANSLATE_NOOP("ServiceWords", "must not contain control characters"),
    QT_TRANSLATE_NOOP("ServiceWords", "must name at least one check"),
    QT_TRANSLATE_NOOP("ServiceWords", "does not exist for this metric"),
    QT_TRANSLATE_NOOP("ServiceWords", "stands twice"),
    QT_TRANSLATE_NOOP("ServiceWords", "is required for consistency_percentage"),
    QT_TRANSLATE_NOOP("ServiceWords", "is required for PROMQL"),
    QT_TRANSLATE_NOOP("ServiceWords", "is for PROMQL only"),
    QT_TRANSLATE_NOOP("ServiceWords", "must not be blank"),
    QT_TRANSLATE_NOOP("ServiceWords", "needs a samples_expression"),
    QT_TRANSLATE_NOOP("ServiceWords", "is not a metric source"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be a mail address"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be a host, or host:port"),
    QT_TRANSLATE_NOOP("ServiceWords", "must be a type of alert"),
    QT_TRANSLATE_NOOP("ServiceWords", "does not exist for this kind of channel"),
    QT_TRANSLATE_NOOP("ServiceWords", "is fixed once the channel was made"),
};

const std::vector<SentencePattern> &ofFields()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("must have (\\d+) to (\\d+) bytes", QT_TRANSLATE_NOOP("ServiceWords", "must have %1 to %2 bytes")),
        of("must be a whole number from (\\S+) to (\\S+)",
           QT_TRANSLATE_NOOP("ServiceWords", "must be a whole number from %1 to %2")),
        of("must be a number from (\\S+) to (\\S+)", QT_TRANSLATE_NOOP("ServiceWords", "must be a number from %1 to %2")),
        of("must be 1 to 100 characters of (.+)",
           QT_TRANSLATE_NOOP("ServiceWords", "must be 1 to 100 characters of %1")),
        of("must be \\* or 1 to 100 characters of (.+)",
           QT_TRANSLATE_NOOP("ServiceWords", "must be * or 1 to 100 characters of %1")),
        of("must be a list of at most (\\d+) items", QT_TRANSLATE_NOOP("ServiceWords", "must be a list of at most %1 items")),
        of("must be an RFC 3339 time such as (.+)", QT_TRANSLATE_NOOP("ServiceWords", "must be an RFC 3339 time such as %1")),
        of("must be one of (.+)", QT_TRANSLATE_NOOP("ServiceWords", "must be one of %1")),
    };
    return all;
}

const std::vector<SentencePattern> &ofRepairs()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("Insert (\\S+) (.+) into (LEGACY|NEW) as (LEGACY|NEW) holds it\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "Insert %1 %2 into %3 as %4 holds it.")),
        of("Delete (\\S+) (.+) from (LEGACY|NEW): (LEGACY|NEW) does not hold it\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "Delete %1 %2 from %3: %4 does not hold it.")),
        of("Update (.+) of (\\S+) (.+) on (LEGACY|NEW) to what (LEGACY|NEW) holds\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "Update %1 of %2 %3 on %4 to what %5 holds.")),
        // Why a deletion is not made before somebody confirms it.
        of("the rows of (LEGACY|NEW) could not be counted in time",
           QT_TRANSLATE_NOOP("ServiceWords", "The rows of %1 could not be counted in time")),
        of("(LEGACY|NEW) is empty, and held (\\d+) rows? last time",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 is empty, and held %2 rows last time")),
        of("(LEGACY|NEW) is empty", QT_TRANSLATE_NOOP("ServiceWords", "%1 is empty")),
        of("(LEGACY|NEW) holds (\\d+) rows?, under half of the (\\d+) of last time",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 holds %2 rows, under half of the %3 of last time")),
        of("(\\d+) deletions on (LEGACY|NEW) within a day are more than (\\d+)",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 deletions on %2 within a day are more than %3")),
        of("(\\d+) deletions on (LEGACY|NEW) within a day are more than (\\S+) % of its (\\d+) rows?",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 deletions on %2 within a day are more than %3 % of its %4 rows")),
        of("(\\d+) deletions of this mapping are open, not (\\d+)",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 deletions of this mapping are open, not %2")),
        of("written, but not verified: (.+)", QT_TRANSLATE_NOOP("ServiceWords", "written, but not verified: %1")),
    };
    return all;
}

const std::vector<SentencePattern> &ofAlerts()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("The check (.+) failed: (.+)", QT_TRANSLATE_NOOP("ServiceWords", "The check %1 failed: %2")),
        of("The check (.+) could not judge every row; consistent of those judged: (.+)\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "The check %1 could not judge every row; consistent of those judged: %2.")),
        of("The check (.+) found (.+) consistent, below its threshold of (.+)\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "The check %1 found %2 consistent, below its threshold of %3.")),
        of("(.+) asks for the master switch, answer until (\\S+): (.+)",
           QT_TRANSLATE_NOOP("ServiceWords", "%1 asks for the master switch, answer until %2: %3")),
        of("the stored user group (\\S+) cannot be read: its users stay where they are",
           QT_TRANSLATE_NOOP("ServiceWords", "The stored user group %1 cannot be read: its users stay where they are.")),
        of("the stored shift policy (\\S+) cannot be read: its guards are not judged, its share stays as it is",
           QT_TRANSLATE_NOOP("ServiceWords",
                             "The stored shift policy %1 cannot be read: its guards are not judged, its share stays as it is.")),
        of("the stored channel (.+) cannot be read and can only be deleted: (.+); it is told nothing",
           QT_TRANSLATE_NOOP("ServiceWords",
                             "The stored channel %1 cannot be read and can only be deleted: %2. It is told nothing.")),
        of("The repair of (\\S+) (.+) was assigned to (.+) by (.+)\\.",
           QT_TRANSLATE_NOOP("ServiceWords", "The repair of %1 %2 was assigned to %3 by %4.")),
    };
    return all;
}

const std::vector<SentencePattern> &ofChannels()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("not told: (\\d+) alerts wait for this channel already",
           QT_TRANSLATE_NOOP("ServiceWords", "not told: %1 alerts wait for this channel already")),
        of("not taken for (.+)", QT_TRANSLATE_NOOP("ServiceWords", "not taken for %1")),
        of("answered (\\d+)", QT_TRANSLATE_NOOP("ServiceWords", "answered %1")),
        of("refused it with (-?\\d+): (.+)", QT_TRANSLATE_NOOP("ServiceWords", "refused it with %1: %2")),
        of("refused it with (-?\\d+)", QT_TRANSLATE_NOOP("ServiceWords", "refused it with %1")),
        of("no answer within (\\d+) ms", QT_TRANSLATE_NOOP("ServiceWords", "no answer within %1 ms")),
        of("Could not resolve host: (.+)", QT_TRANSLATE_NOOP("ServiceWords", "the host %1 has no address")),
        of("Failed to connect to (\\S+) port (\\d+).*",
           QT_TRANSLATE_NOOP("ServiceWords", "no connection to %1 port %2")),
        of("there are (\\d+) channels already: more are not kept",
           QT_TRANSLATE_NOOP("ServiceWords", "there are %1 channels already: more are not kept")),
    };
    return all;
}

} // namespace

QString wordText(const QString &word)
{
    const std::string code = toUtf8(word);
    const bool known = std::ranges::any_of(CodeWords, [&](std::string_view one) { return one == code; });
    const QString text = known ? QCoreApplication::translate(ServiceContext, code.c_str()) : word;
    return QString(text).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString alertTypeText(const std::string &type)
{
    for (const auto &[former, now] : FormerAlertTypes)
        if (type == former)
            return alertTypeText(now);
    for (const auto &[code, text] : AlertTypes)
        if (type == code)
            return QCoreApplication::translate(ServiceContext, text);
    return toText(type).replace(QLatin1Char('_'), QLatin1Char(' '));
}

namespace {

QString ofAlert(const std::string &message)
{
    const QString whole = toText(message);
    static const QString NotTold = QStringLiteral("a channel could not be told: ");
    if (whole.startsWith(NotTold))
        return QCoreApplication::translate("ServiceWords", "A channel could not be told: %1")
            .arg(channelErrorText(toUtf8(whole.mid(NotTold.size()))));
    const QString said = spoken(ServiceContext, ofAlerts(), whole);
    if (said != whole)
        return said;
    // "NAME: what the runner says"; a name may hold a colon too.
    const QString colon = QStringLiteral(": ");
    for (qsizetype at = whole.indexOf(colon); at >= 0; at = whole.indexOf(colon, at + 1)) {
        const QString rest = whole.mid(at + colon.size());
        const QString text = runnerText(toUtf8(rest));
        if (text != rest)
            return whole.left(at) + colon + text;
    }
    return whole;
}

// A time that a service wrote, as people read it.
QString withReadableTimes(QString text)
{
    static const QRegularExpression Time(QStringLiteral("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-9.]+Z"));
    qsizetype from = 0;
    for (QRegularExpressionMatch match = Time.match(text); match.hasMatch(); match = Time.match(text, from)) {
        const auto at = parseInstant(toUtf8(match.captured()));
        const QString readable = at ? fullTime(*at) : match.captured();
        text.replace(match.capturedStart(), match.capturedLength(), readable);
        from = match.capturedStart() + readable.size();
    }
    return text;
}

} // namespace

QString alertText(const std::string &message)
{
    return withReadableTimes(ofAlert(message));
}

QString fieldProblemText(const std::string &message)
{
    return spoken(ServiceContext, ofFields(), toText(message));
}

QString channelErrorText(const std::string &error)
{
    return spoken(ServiceContext, ofChannels(), toText(error));
}

std::vector<std::string> knownAlertTypes()
{
    std::vector<std::string> types;
    for (const auto &[code, text] : AlertTypes)
        types.emplace_back(code);
    return types;
}

QString repairText(const std::string &sentence)
{
    const QString whole = toText(sentence);
    static const QString Done = QStringLiteral("Repaired: ");
    if (whole.startsWith(Done))
        return QCoreApplication::translate("ServiceWords", "Repaired: %1").arg(repairText(toUtf8(whole.mid(Done.size()))));
    return spoken(ServiceContext, ofRepairs(), whole);
}

} // namespace crossfade
