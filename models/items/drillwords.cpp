// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/drillrow.h"
#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>

namespace crossfade {

namespace {

constexpr int MostTold = 4; // the list below has them all

// The context of these texts for the translators.
struct DrillWords {
    Q_DECLARE_TR_FUNCTIONS(DrillWords)
};

// What stopped it or turned it back; a person's own acts are no news to people.
QString stopText(const HistoryRow &row)
{
    const QString time = timeOfDay(row.at);
    if (row.cause == "HELD_BY_GUARD" || row.cause == "HELD_BY_GATE")
        return DrillWords::tr("held at %1").arg(time);
    if (row.cause == "PROPOSED_ROLLBACK")
        return DrillWords::tr("proposed to roll back at %1").arg(time);
    if (row.cause == "ROLLED_BACK")
        return DrillWords::tr("rolled back at %1").arg(time);
    return {};
}

} // namespace

QString drillSentence(const DrillReport &report)
{
    const QString end = DrillWords::tr("At the end it would stand at %1, %2.")
                            .arg(shortPercent(report.endPercentage), stateText(report.endState));
    QStringList stops;
    int left = 0;
    for (const HistoryRow &row : report.entries) {
        const QString stop = row.actor == "runner" ? stopText(row) : QString();
        if (stop.isEmpty())
            continue;
        if (stops.size() < MostTold)
            stops << stop;
        else
            ++left;
    }
    if (stops.isEmpty())
        return DrillWords::tr("Nothing would have stopped it. %1").arg(end);
    QString list = stops.join(DrillWords::tr(", ", "between acts"));
    if (left > 0)
        list = DrillWords::tr("%1 and %n more", nullptr, left).arg(list);
    return DrillWords::tr("It would have %1. %2", "acts, end").arg(list, end);
}

QString drillCaveats(const DrillReport &report)
{
    QStringList lines;
    if (!report.guardsWithoutRecord.empty()) {
        QStringList ids;
        for (const std::string &id : report.guardsWithoutRecord)
            ids << toText(id);
        lines << DrillWords::tr("Not measured then, so never green: %1.").arg(ids.join(QStringLiteral(", ")));
    }
    if (report.ordersIgnored > 0)
        lines << DrillWords::tr("%n act(s) of people did not fit where it would have stood.", nullptr,
                                static_cast<int>(report.ordersIgnored));
    if (report.truncated)
        lines << DrillWords::tr("It did so much that only the beginning is shown.");
    return lines.join(QLatin1Char(' '));
}

} // namespace crossfade
