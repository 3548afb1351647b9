// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>

#include <cmath>

namespace crossfade {

namespace {

constexpr QChar Narrow{u'\u202F'};
constexpr QChar Dash{u'\u2014'};

struct GuardWords {
    Q_DECLARE_TR_FUNCTIONS(GuardWords)
};

// " − 0.5 pp", " + 10 %"; empty for no tolerance at all.
QString toleranceText(const Guard &guard)
{
    if (*guard.tolerance == 0)
        return {};
    const QString amount = QString::number(*guard.tolerance, 'g', 6) + Narrow
        + (guard.metric == Metric::Latency ? QStringLiteral("%") : GuardWords::tr("pp"));
    const QChar sign = guard.comparison == Comparison::AtLeast ? QChar(0x2212) : QChar(u'+');
    return QLatin1Char(' ') + sign + Narrow + amount;
}

} // namespace

QString metricText(Metric metric)
{
    switch (metric) {
    case Metric::SuccessRate: return GuardWords::tr("success rate");
    case Metric::ErrorRate: return GuardWords::tr("error rate");
    case Metric::RequestRate: return GuardWords::tr("request rate");
    case Metric::Latency: return GuardWords::tr("latency");
    case Metric::Satisfaction: return GuardWords::tr("user satisfaction");
    case Metric::Consistency: return GuardWords::tr("consistency");
    case Metric::ShareNew: return GuardWords::tr("share of NEW");
    case Metric::Promql: return QStringLiteral("PromQL");
    case Metric::SyncBacklog: return GuardWords::tr("sync backlog");
    case Metric::DeadLetters: return GuardWords::tr("dead letters");
    }
    return {};
}

QString statisticText(Statistic statistic)
{
    switch (statistic) {
    case Statistic::Rate: return GuardWords::tr("rate");
    case Statistic::Mean: return GuardWords::tr("mean");
    case Statistic::P50: return QStringLiteral("p50");
    case Statistic::P95: return QStringLiteral("p95");
    case Statistic::P99: return QStringLiteral("p99");
    }
    return {};
}

QString guardText(const Guard &guard)
{
    if (guard.metric == Metric::Consistency)
        return GuardWords::tr("consistency, %1").arg(toText(guard.checkName));
    if (guard.metric == Metric::Promql)
        return toText(guard.expression).simplified();
    if (isOfSyncs(guard.metric))
        return metricText(guard.metric);
    const QString platform = toText(platformWord(guard.platform));
    if (guard.metric == Metric::Latency)
        return GuardWords::tr("%1 latency %2").arg(statisticText(guard.statistic), platform);
    const QString text = GuardWords::tr("%1 %2").arg(metricText(guard.metric), platform);
    return guard.countsUsers ? GuardWords::tr("%1, by users").arg(text) : text;
}

QString verdictText(const std::string &word)
{
    if (word == "PASS")
        return GuardWords::tr("PASS");
    if (word == "BREACH")
        return GuardWords::tr("BREACH");
    if (word == "TOO_FEW")
        return GuardWords::tr("TOO FEW");
    if (word == "NO_DATA")
        return GuardWords::tr("NO DATA");
    if (word == "STALE")
        return GuardWords::tr("STALE");
    if (word == "SOURCE_ERROR")
        return GuardWords::tr("SOURCE ERROR");
    return word.empty() ? GuardWords::tr("NOT JUDGED") : toText(word);
}

QString measureText(Metric metric, std::optional<double> value)
{
    if (!value || !std::isfinite(*value))
        return QString(Dash);
    switch (metric) {
    case Metric::SuccessRate:
    case Metric::ErrorRate:
    case Metric::Consistency:
    case Metric::ShareNew: return percentText(value);
    case Metric::Latency:
        return (*value < 10 ? QString::number(*value, 'f', 1)
                            : countText(static_cast<qint64>(std::llround(*value))))
            + Narrow + QStringLiteral("ms");
    case Metric::RequestRate: return QString::number(*value, 'f', 1) + Narrow + QStringLiteral("/s");
    case Metric::Satisfaction: return QString::number(*value, 'f', 2);
    case Metric::SyncBacklog:
    case Metric::DeadLetters: return countText(static_cast<qint64>(std::llround(*value)));
    case Metric::Promql: return QString::number(*value, 'g', 6); // in a unit that only its expression knows
    }
    return {};
}

QString mustBeText(const Guard &guard)
{
    const QChar sign = guard.comparison == Comparison::AtLeast ? QChar(0x2265) : QChar(0x2264);
    if (guard.isRelative())
        return sign + QString(Narrow) + toText(platformWord(otherPlatform(guard.platform))) + toleranceText(guard);
    return sign + QString(Narrow) + measureText(guard.metric, guard.threshold);
}

QString chanceText(double p)
{
    return p < 0.0001 ? QStringLiteral("p < 0.0001") : QStringLiteral("p = %1").arg(p, 0, 'g', 2);
}

QString evidenceText(const GuardRow &row, Instant now)
{
    const QString count = countText(row.samples);
    QString text;
    if (row.guard.metric == Metric::Consistency && row.judgedAt)
        text = row.detail.empty() ? GuardWords::tr("checked %1 ago").arg(ageText(*row.judgedAt, now))
                                  : toText(row.detail);
    else if (!row.guard.countsSamples() && (row.verdict == "PASS" || row.verdict == "BREACH"))
        text = toText(row.guard.source);
    else if (isOfSyncs(row.guard.metric) && (row.verdict == "PASS" || row.verdict == "BREACH"))
        text = GuardWords::tr("over all syncs");
    else if (row.verdict == "TOO_FEW" && row.samples >= static_cast<std::int64_t>(row.guard.minSamples))
        text = runnerText(row.detail); // it is the other platform that has too few
    else if (row.verdict == "TOO_FEW")
        text = GuardWords::tr("n = %1, needs %2")
                   .arg(count, countText(static_cast<qint64>(row.guard.minSamples)));
    else if (row.verdict == "PASS" || row.verdict == "BREACH")
        text = row.pValue ? GuardWords::tr("n = %1 · %2").arg(count, chanceText(*row.pValue))
                          : GuardWords::tr("n = %1").arg(count);
    else
        text = runnerText(row.detail);
    if (!row.guard.decides)
        text = text.isEmpty() ? GuardWords::tr("SHOW") : GuardWords::tr("%1 · SHOW").arg(text);
    return text;
}

QString windowLengthText(std::int64_t seconds)
{
    if (seconds >= 3600 && seconds % 3600 == 0)
        return GuardWords::tr("%1 h").arg(seconds / 3600);
    return GuardWords::tr("%1 s").arg(seconds);
}

QString onBreachText(OnBreach onBreach)
{
    switch (onBreach) {
    case OnBreach::Hold: return GuardWords::tr("hold the shift");
    case OnBreach::ProposeRollback: return GuardWords::tr("propose a rollback");
    case OnBreach::Rollback: return GuardWords::tr("roll back at once");
    }
    return {};
}

} // namespace crossfade
