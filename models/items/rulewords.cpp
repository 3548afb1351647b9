// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulewords.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/items/zones.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct RuleWords {
    Q_DECLARE_TR_FUNCTIONS(RuleWords)
};

QString dayName(int weekday)
{
    return QLocale().dayName(weekday + 1, QLocale::ShortFormat);
}

// Three and more in a row become a range.
QString weekdaysText(const WeeklyWindow &weekly)
{
    if (weekly.weekdays == WeeklyWindow::EveryDay)
        return RuleWords::tr("daily");
    QStringList parts;
    for (int first = 0; first < 7; ++first) {
        if (!weekly.on(first))
            continue;
        int last = first;
        while (last < 6 && weekly.on(last + 1))
            ++last;
        if (last - first < 2)
            last = first;
        parts << (last == first ? dayName(first)
                                : RuleWords::tr("%1–%2", "days").arg(dayName(first), dayName(last)));
        first = last;
    }
    return parts.join(RuleWords::tr(", ", "between days"));
}

} // namespace

QString ruleFieldText(const std::string &message)
{
    if (message == "EMPTY")
        return RuleWords::tr("is needed");
    if (message == "NAME")
        return RuleWords::tr("1 to 200 bytes, no control characters");
    if (message == "ID")
        return RuleWords::tr("1 to 100 of A–Z a–z 0–9 . _ @ + | -");
    if (message == "PRIORITY")
        return RuleWords::tr("0 to 1 000 000");
    if (message == "LONG")
        return RuleWords::tr("at most 1 000 bytes");
    if (message == "WINDOW")
        return RuleWords::tr("must be after the start");
    if (message == "DAYS")
        return RuleWords::tr("at least one day");
    if (message == "ZONE")
        return RuleWords::tr("a time zone like Europe/Berlin");
    return toText(message);
}

QString ruleProblemText(const std::vector<FieldError> &problems)
{
    QStringList lines;
    for (const FieldError &problem : problems) {
        QString field = toText(problem.pointer);
        if (field.startsWith(QLatin1Char('/')))
            field.remove(0, 1);
        const QString words = ruleFieldText(problem.message);
        lines << (field.isEmpty() ? words : RuleWords::tr("%1: %2").arg(field, words));
    }
    return lines.join(QLatin1Char('\n'));
}

QString ruleFindingText(const RuleFinding &finding)
{
    const QString other = toText(finding.otherName);
    if (finding.code == "NEVER_APPLIES")
        return RuleWords::tr("Its window has ended; it never applies.");
    if (finding.code == "NEVER_RECURS")
        return RuleWords::tr("None of its weekly times lies between its start and its end; it never applies.");
    if (finding.code == "SHADOWED")
        return RuleWords::tr("“%1” always decides before it and says the same.").arg(other);
    if (finding.code == "CONTRADICTED")
        return RuleWords::tr("“%1” always decides before it and says otherwise.").arg(other);
    return toText(finding.code);
}

QString ruleKindText(RuleType kind)
{
    switch (kind) {
    case RuleType::User: return RuleWords::tr("user rule");
    case RuleType::System: return RuleWords::tr("system rule");
    case RuleType::Time: return RuleWords::tr("time rule");
    }
    return {};
}

QString windowUtcText(const TimeWindow &window)
{
    const auto bound = [](const std::optional<Instant> &at) {
        return at ? utcText(*at) : QStringLiteral("…");
    };
    if (!window.start && !window.end)
        return RuleWords::tr("always");
    return RuleWords::tr("%1 to %2").arg(bound(window.start), bound(window.end));
}

QString weeklyText(const WeeklyWindow &weekly)
{
    const QString zone = toText(weekly.timeZone);
    const QString days = weekdaysText(weekly);
    if (weekly.from == 0 && weekly.to == 0)
        return RuleWords::tr("%1 all day %2", "days, zone").arg(days, zone);
    return RuleWords::tr("%1 %2–%3 %4", "days, from, to, zone")
        .arg(days, toText(timeOfDayText(weekly.from)), toText(timeOfDayText(weekly.to)), zone);
}

QString inForceText(const RuleInput &input, Instant now)
{
    if (!input.recurrence)
        return windowText(input.window, now);
    const QString weekly = weeklyText(*input.recurrence);
    if (!input.window.start && !input.window.end)
        return weekly;
    return RuleWords::tr("%1, %2", "weekly times, bounds").arg(weekly, windowText(input.window, now));
}

QString nextChangeText(const RuleInput &input, Instant now)
{
    const ZonePtr zone = input.recurrence ? desktopZone(input.recurrence->timeZone) : nullptr;
    if (!zone || input.recurrence->weekdays == 0)
        return {};
    const bool holds = input.window.contains(now) && input.recurrence->contains(now, *zone);
    const std::optional<Instant> next = nextChange(input.window, *input.recurrence, *zone, now);
    if (!next)
        return holds ? RuleWords::tr("In force now, for ever.") : RuleWords::tr("It is never in force.");
    const QString when = shortTime(*next, now) + QLatin1Char(' ') + zoneName(*next);
    return holds ? RuleWords::tr("In force now, until %1.").arg(when)
                 : RuleWords::tr("Next in force from %1.").arg(when);
}

} // namespace crossfade
