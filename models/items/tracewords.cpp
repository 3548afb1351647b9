// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/tracewords.h"

#include "models/items/rulewords.h"
#include "models/items/sentences.h"
#include "models/items/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <optional>
#include <vector>

namespace crossfade {

namespace {

const char *const TraceContext = "TraceWords";

// Found by the translators, looked up as they come.
[[maybe_unused]] constexpr const char *TraceConditions[] = {
    QT_TRANSLATE_NOOP("TraceWords", "the master switch is LEGACY"),
    QT_TRANSLATE_NOOP("TraceWords", "the master switch is NEW, or forward only is on"),
    QT_TRANSLATE_NOOP("TraceWords", "an active rule for the user, in its window"),
    QT_TRANSLATE_NOOP("TraceWords", "an active rule for the system, in its window"),
    QT_TRANSLATE_NOOP("TraceWords", "an active time rule whose window holds now"),
    QT_TRANSLATE_NOOP("TraceWords", "an insert, and inserts go to NEW"),
    QT_TRANSLATE_NOOP("TraceWords", "the user or entity is held, and inconsistent ones stay on LEGACY"),
    QT_TRANSLATE_NOOP("TraceWords", "LEGACY's key index lacks the entity, and what it lacks goes to NEW"),
    QT_TRANSLATE_NOOP("TraceWords", "entity, user or interface on a gray list"),
    QT_TRANSLATE_NOOP("TraceWords", "an enforced gray list of entities exists, the entity is not on it"),
    QT_TRANSLATE_NOOP("TraceWords", "a numeric entity id at or above the threshold"),
    QT_TRANSLATE_NOOP("TraceWords", "a member of a user group that is no draft"),
    QT_TRANSLATE_NOOP("TraceWords", "a policy covers the system, no valid user id"),
    QT_TRANSLATE_NOOP("TraceWords", "a policy covers the system: sticky bucket below the percentage"),
    QT_TRANSLATE_NOOP("TraceWords", "otherwise the default platform"),
};
[[maybe_unused]] constexpr const char *TraceSentences[] = {
    QT_TRANSLATE_NOOP("TraceWords", "Inserts go where the other lines say."),
    QT_TRANSLATE_NOOP("TraceWords", "The request inserts, and inserts go to NEW."),
    QT_TRANSLATE_NOOP("TraceWords", "The request does not insert."),
    QT_TRANSLATE_NOOP("TraceWords", "The request has no valid user id."),
    QT_TRANSLATE_NOOP("TraceWords", "The request has no valid system id."),
    QT_TRANSLATE_NOOP("TraceWords", "The request has no valid entity id."),
    QT_TRANSLATE_NOOP("TraceWords", "The request has a valid user id."),
    QT_TRANSLATE_NOOP("TraceWords", "The request has neither a valid user id nor a valid entity id."),
    QT_TRANSLATE_NOOP("TraceWords", "Neither the user nor the entity has a known difference."),
    QT_TRANSLATE_NOOP("TraceWords", "There is no complete index of LEGACY's keys."),
    QT_TRANSLATE_NOOP("TraceWords", "There is no gray list."),
    QT_TRANSLATE_NOOP("TraceWords", "Neither the entity, the user nor the interface is on a gray list."),
    QT_TRANSLATE_NOOP("TraceWords", "No gray list of entities is enforced."),
    QT_TRANSLATE_NOOP("TraceWords", "No id threshold is set."),
    QT_TRANSLATE_NOOP("TraceWords", "No shift policy covers this request."),
};

// Where it ends says what follows from it.
const std::vector<SentencePattern> &ofDifferences()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("User (.*) and entity (.*) have a confirmed difference",
           QT_TRANSLATE_NOOP("TraceWords", "User %1 and entity %2 have a confirmed difference")),
        of("User (.*) has a confirmed difference",
           QT_TRANSLATE_NOOP("TraceWords", "User %1 has a confirmed difference")),
        of("Entity (.*) has a confirmed difference",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 has a confirmed difference")),
    };
    return all;
}

const std::vector<SentencePattern> &afterDifferences()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("(.*); on NEW before holding began: nobody is moved back\\.",
           QT_TRANSLATE_NOOP("TraceWords", "%1; on NEW before holding began: nobody is moved back.")),
        of("(.*); that counts once inconsistent ones are held on LEGACY\\.",
           QT_TRANSLATE_NOOP("TraceWords", "%1; that counts once inconsistent ones are held on LEGACY.")),
        of("(.*); on NEW already: holding inconsistent ones on LEGACY moves nobody back\\.",
           QT_TRANSLATE_NOOP("TraceWords",
                             "%1; on NEW already: holding inconsistent ones on LEGACY moves nobody back.")),
        of("(.*)\\.", QT_TRANSLATE_NOOP("TraceWords", "%1.")),
    };
    return all;
}

const std::vector<SentencePattern> &ofLists()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("LEGACY's key index \\((\\d+) keys\\) has entity (.*)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "LEGACY's key index (%1 keys) has entity %2.")),
        of("LEGACY's key index \\((\\d+) keys\\) lacks entity (.*); that counts once what LEGACY does not know goes to "
           "NEW\\.",
           QT_TRANSLATE_NOOP("TraceWords",
                             "LEGACY's key index (%1 keys) lacks entity %2; that counts once what LEGACY does not "
                             "know goes to NEW.")),
        of("LEGACY's key index \\((\\d+) keys\\) lacks entity (.*)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "LEGACY's key index (%1 keys) lacks entity %2.")),
        of("Entity (\\S+) is on the gray list \"(.*)\"\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 is on the gray list \"%2\".")),
        of("User (\\S+) is on the gray list \"(.*)\"\\.",
           QT_TRANSLATE_NOOP("TraceWords", "User %1 is on the gray list \"%2\".")),
        of("Interface (\\S+) is on the gray list \"(.*)\"\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Interface %1 is on the gray list \"%2\".")),
        of("Entity (\\S+) is on an enforced gray list\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 is on an enforced gray list.")),
        of("The gray list \"(.*)\" is enforced, and entity (\\S+) is on no enforced list\\.",
           QT_TRANSLATE_NOOP("TraceWords", "The gray list \"%1\" is enforced, and entity %2 is on no enforced list.")),
        of("Entity (\\S+) is no number; the threshold is (\\S+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 is no number; the threshold is %2.")),
        of("Entity (\\S+) has reached the threshold (\\S+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 has reached the threshold %2.")),
        of("Entity (\\S+) is below the threshold (\\S+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Entity %1 is below the threshold %2.")),
        of("User (\\S+) is in no user group\\.", QT_TRANSLATE_NOOP("TraceWords", "User %1 is in no user group.")),
        of("User (\\S+) is in batch (\\d+) of group \"(.*)\", which has moved to (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "User %1 is in batch %2 of group \"%3\", which has moved to %4.")),
        of("User (\\S+) is in batch (\\d+) of group \"(.*)\", which is still on (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "User %1 is in batch %2 of group \"%3\", which is still on %4.")),
    };
    return all;
}

const std::vector<SentencePattern> &ofSwitches()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("The master switch is (\\w+)\\.", QT_TRANSLATE_NOOP("TraceWords", "The master switch is %1.")),
        of("The master switch is (\\w+); forward only is on\\.",
           QT_TRANSLATE_NOOP("TraceWords", "The master switch is %1; forward only is on.")),
        of("The default platform is (\\w+)\\.", QT_TRANSLATE_NOOP("TraceWords", "The default platform is %1.")),
        of("Policy \"(.*)\" covers every system; users without an id go to (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Policy \"%1\" covers every system; users without an id go to %2.")),
        of("Policy \"(.*)\" covers system (\\S+); users without an id go to (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "Policy \"%1\" covers system %2; users without an id go to %3.")),
    };
    return all;
}

const std::vector<SentencePattern> &ofBuckets()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("Policy \"(.*)\" covers every system at (\\S+) %",
           QT_TRANSLATE_NOOP("TraceWords", "Policy \"%1\" covers every system at %2 %")),
        of("Policy \"(.*)\" covers system (\\S+) at (\\S+) %",
           QT_TRANSLATE_NOOP("TraceWords", "Policy \"%1\" covers system %2 at %3 %")),
        of("(\\S+) % of the sessions that began when this one did",
           QT_TRANSLATE_NOOP("TraceWords", "%1 % of the sessions that began when this one did")),
        of("bucket (\\d+) is below (\\d+), so (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "bucket %1 is below %2, so %3.")),
        of("bucket (\\d+) is not below (\\d+), so (\\w+)\\.",
           QT_TRANSLATE_NOOP("TraceWords", "bucket %1 is not below %2, so %3.")),
    };
    return all;
}

QString said(const std::vector<SentencePattern> &patterns, const QString &sentence)
{
    return spoken(TraceContext, patterns, sentence);
}

QString words(const char *text)
{
    return QCoreApplication::translate(TraceContext, text);
}

// "user jo", "system shop", "this time"
QString subjectText(const QString &subject)
{
    static const std::vector<SentencePattern> all{
        sentencePattern("user (.*)", QT_TRANSLATE_NOOP("TraceWords", "user %1")),
        sentencePattern("system (.*)", QT_TRANSLATE_NOOP("TraceWords", "system %1")),
        sentencePattern("this time", QT_TRANSLATE_NOOP("TraceWords", "this time")),
    };
    return said(all, subject);
}

// "MON, FRI 22:00 to 06:00 Europe/Berlin", as the rules' own table says it.
std::optional<QString> weekText(const QString &times)
{
    static const QRegularExpression form(
        QStringLiteral("^(every day|[A-Z, ]+) (\\d\\d):(\\d\\d) to (\\d\\d):(\\d\\d) (\\S+)$"));
    const QRegularExpressionMatch match = form.match(times);
    if (!match.hasMatch()) return std::nullopt;
    WeeklyWindow weekly;
    for (std::size_t day = 0; day < WeekdayWords.size(); ++day)
        if (match.captured(1) == QLatin1String("every day") ||
            match.captured(1).split(QStringLiteral(", ")).contains(toText(std::string(WeekdayWords[day]))))
            weekly.weekdays = static_cast<std::uint8_t>(weekly.weekdays | 1 << day);
    weekly.from = match.captured(2).toInt() * 60 + match.captured(3).toInt();
    weekly.to = match.captured(4).toInt() * 60 + match.captured(5).toInt();
    weekly.timeZone = toUtf8(match.captured(6));
    return weeklyText(weekly);
}

QString boundsText(const QString &bounds)
{
    static const std::vector<SentencePattern> all{
        sentencePattern("always", QT_TRANSLATE_NOOP("TraceWords", "always")),
        sentencePattern("from (\\S+) until (\\S+)", QT_TRANSLATE_NOOP("TraceWords", "from %1 until %2")),
        sentencePattern("from (\\S+)", QT_TRANSLATE_NOOP("TraceWords", "from %1")),
        sentencePattern("until (\\S+)", QT_TRANSLATE_NOOP("TraceWords", "until %1")),
    };
    return said(all, bounds);
}

QString timesText(const QString &times)
{
    if (const auto week = weekText(times)) return *week;
    static const QRegularExpression bounded(QStringLiteral("^(.*), ((?:from|until) .*)$"));
    const QRegularExpressionMatch match = bounded.match(times);
    const auto week = match.hasMatch() ? weekText(match.captured(1)) : std::nullopt;
    return week ? QStringLiteral("%1, %2").arg(*week, boundsText(match.captured(2))) : boundsText(times);
}

// The rule that holds, and how many come after it.
std::optional<QString> ruleThatHolds(const QString &detail)
{
    static const QRegularExpression form(QStringLiteral("^Rule \"(.*)\" \\(priority (\\d+)\\) holds (.*) and says "
                                                        "(\\w+)\\.(?: (\\d+) more for (.*) come after it\\.)?$"));
    const QRegularExpressionMatch match = form.match(detail);
    if (!match.hasMatch()) return std::nullopt;
    QString text = words(QT_TRANSLATE_NOOP("TraceWords", "Rule \"%1\" (priority %2) holds %3 and says %4."))
                       .arg(match.captured(1), match.captured(2), timesText(match.captured(3)), match.captured(4));
    if (!match.captured(5).isEmpty())
        text += QLatin1Char(' ') + words(QT_TRANSLATE_NOOP("TraceWords", "%1 more for %2 come after it."))
                                       .arg(match.captured(5), subjectText(match.captured(6)));
    return text;
}

// Why one of the rules does not hold.
QString whyNotText(const QRegularExpressionMatch &match)
{
    static const std::vector<SentencePattern> all{
        sentencePattern("is switched off", QT_TRANSLATE_NOOP("TraceWords", "is switched off")),
        sentencePattern("has an empty window", QT_TRANSLATE_NOOP("TraceWords", "has an empty window")),
        sentencePattern("starts at (\\S+)", QT_TRANSLATE_NOOP("TraceWords", "starts at %1")),
        sentencePattern("ended at (\\S+)", QT_TRANSLATE_NOOP("TraceWords", "ended at %1")),
        sentencePattern("names an unknown time zone", QT_TRANSLATE_NOOP("TraceWords", "names an unknown time zone")),
    };
    QString why = said(all, match.captured(3));
    if (!match.captured(4).isEmpty()) {
        const QString week = weekText(match.captured(4)).value_or(match.captured(4));
        why = match.captured(5).isEmpty()
                  ? words(QT_TRANSLATE_NOOP("TraceWords", "recurs %1, no more before it ends")).arg(week)
                  : words(QT_TRANSLATE_NOOP("TraceWords", "recurs %1, next at %2")).arg(week, match.captured(5));
    }
    return words(QT_TRANSLATE_NOOP("TraceWords", "\"%1\" (priority %2) %3"))
        .arg(match.captured(1), match.captured(2), why);
}

std::optional<QString> rulesThatDoNot(const QString &detail)
{
    static const QRegularExpression form(QStringLiteral("^No rule for (.*?) holds at (\\S+): (.*)\\.$"));
    static const QRegularExpression one(QStringLiteral(
        "\\G\"(.*?)\" \\(priority (\\d+)\\) (is switched off|has an empty window|starts at \\S+|ended at \\S+|"
        "names an unknown time zone|recurs (.*?), (?:next at (\\S+)|no more before it ends))(?:; |$)"));
    static const QRegularExpression rest(QStringLiteral("^and (\\d+) more$"));
    const QRegularExpressionMatch match = form.match(detail);
    if (!match.hasMatch()) return std::nullopt;
    QStringList parts;
    const QString rules = match.captured(3);
    qsizetype at = 0;
    for (QRegularExpressionMatch next = one.match(rules); at < rules.size() && next.hasMatch();
         next = one.match(rules, at)) {
        parts << whyNotText(next);
        at = next.capturedEnd();
    }
    if (const QRegularExpressionMatch more = rest.match(rules.mid(at)); more.hasMatch())
        parts << words(QT_TRANSLATE_NOOP("TraceWords", "and %1 more")).arg(more.captured(1));
    else if (at < rules.size())
        return std::nullopt;
    return words(QT_TRANSLATE_NOOP("TraceWords", "No rule for %1 holds at %2: %3."))
        .arg(subjectText(match.captured(1)), match.captured(2), parts.join(QStringLiteral("; ")));
}

std::optional<QString> noRule(const QString &detail)
{
    static const QRegularExpression form(QStringLiteral("^There is no rule for (.*)\\.$"));
    const QRegularExpressionMatch match = form.match(detail);
    if (!match.hasMatch()) return std::nullopt;
    return words(QT_TRANSLATE_NOOP("TraceWords", "There is no rule for %1.")).arg(subjectText(match.captured(1)));
}

std::optional<QString> bucketOf(const QString &detail)
{
    static const QRegularExpression form(
        QStringLiteral("^(Policy .* %)(?:, (\\S+ % of the sessions .*))?: (bucket .*)$"));
    const QRegularExpressionMatch match = form.match(detail);
    if (!match.hasMatch()) return std::nullopt;
    QStringList parts{said(ofBuckets(), match.captured(1))};
    if (!match.captured(2).isEmpty()) parts << said(ofBuckets(), match.captured(2));
    return words(QT_TRANSLATE_NOOP("TraceWords", "%1: %2"))
        .arg(parts.join(QStringLiteral(", ")), said(ofBuckets(), match.captured(3)));
}

std::optional<QString> differenceOf(const QString &detail)
{
    static const QRegularExpression form(
        QStringLiteral("^((?:User|Entity) .* (?:has|have) a confirmed difference)(\\.|; .*)$"));
    const QRegularExpressionMatch match = form.match(detail);
    if (!match.hasMatch()) return std::nullopt;
    return said(afterDifferences(), said(ofDifferences(), match.captured(1)) + match.captured(2));
}

} // namespace

QString traceConditionText(const TraceLine &line)
{
    return said({}, toText(line.condition));
}

QString traceDetailText(const TraceLine &line)
{
    const QString detail = toText(line.detail);
    for (const auto &read : {ruleThatHolds, rulesThatDoNot, noRule, bucketOf, differenceOf})
        if (const std::optional<QString> text = read(detail)) return *text;
    for (const std::vector<SentencePattern> *patterns : {&ofSwitches(), &ofLists()}) {
        const QString text = said(*patterns, detail);
        if (text != detail) return text;
    }
    return detail;
}

} // namespace crossfade
