// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/runnerwords.h"

#include "models/items/policywords.h"
#include "models/items/sentences.h"
#include "models/items/text.h"
#include "models/metrics/slot.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <vector>

namespace crossfade {

namespace {

const char *const Context = "RunnerWords";

// Found by the translators, looked up as they come.
[[maybe_unused]] constexpr const char *Sentences[] = {
    QT_TRANSLATE_NOOP("RunnerWords", "no freeze now"),
    QT_TRANSLATE_NOOP("RunnerWords", "inside a change window"),
    QT_TRANSLATE_NOOP("RunnerWords", "outside the change windows"),
    QT_TRANSLATE_NOOP("RunnerWords", "not asked for"),
    QT_TRANSLATE_NOOP("RunnerWords", "no approval asked for"),
    QT_TRANSLATE_NOOP("RunnerWords", "no approval is asked for any more"),
    QT_TRANSLATE_NOOP("RunnerWords", "waits for an approval"),
    QT_TRANSLATE_NOOP("RunnerWords", "every other gate is green"),
    QT_TRANSLATE_NOOP("RunnerWords", "every gate is green"),
    QT_TRANSLATE_NOOP("RunnerWords", "the gates are not known yet"),
    QT_TRANSLATE_NOOP("RunnerWords", "stabilization runs"),
    QT_TRANSLATE_NOOP("RunnerWords", "stabilization is over"),
    QT_TRANSLATE_NOOP("RunnerWords", "evidence is newer than the step"),
    QT_TRANSLATE_NOOP("RunnerWords", "no request on the target since the step"),
    QT_TRANSLATE_NOOP("RunnerWords", "requests arrive on the target"),
    QT_TRANSLATE_NOOP("RunnerWords", "no traffic on the target"),
    QT_TRANSLATE_NOOP("RunnerWords", "no guard decides"),
    QT_TRANSLATE_NOOP("RunnerWords", "every check is fresh and high enough"),
    QT_TRANSLATE_NOOP("RunnerWords", "every deciding guard has enough samples"),
    QT_TRANSLATE_NOOP("RunnerWords", "not judged yet"),
    QT_TRANSLATE_NOOP("RunnerWords", "no sample in the window"),
    QT_TRANSLATE_NOOP("RunnerWords", "the latest sample is older than the window"),
    QT_TRANSLATE_NOOP("RunnerWords", "the source answered a value that is no number"),
    QT_TRANSLATE_NOOP("RunnerWords", "no health URL is set"),
    QT_TRANSLATE_NOOP("RunnerWords", "no comparator is configured"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator knows no such check"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator was not asked yet"),
    QT_TRANSLATE_NOOP("RunnerWords", "the last check did not judge every row"),
    QT_TRANSLATE_NOOP("RunnerWords", "no sync is active"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator's latest figures are too old"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator's answer has no items"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator's answer about a sync cannot be read"),
    QT_TRANSLATE_NOOP("RunnerWords", "the store refuses writes"),
    QT_TRANSLATE_NOOP("RunnerWords", "the revision log does not hold the previous epoch"),
    QT_TRANSLATE_NOOP("RunnerWords", "not started"),
    QT_TRANSLATE_NOOP("RunnerWords", "waits for its start"),
    QT_TRANSLATE_NOOP("RunnerWords", "the start was called off"),
    QT_TRANSLATE_NOOP("RunnerWords", "suspended by an operator"),
    QT_TRANSLATE_NOOP("RunnerWords", "the target is reached"),
    QT_TRANSLATE_NOOP("RunnerWords", "the target is reached once its guards have held"),
    QT_TRANSLATE_NOOP("RunnerWords", "rolled back"),
    QT_TRANSLATE_NOOP("RunnerWords", "rolls back step by step"),
    QT_TRANSLATE_NOOP("RunnerWords", "rolls back if nobody answers"),
    QT_TRANSLATE_NOOP("RunnerWords", "holds if nobody answers"),
    QT_TRANSLATE_NOOP("RunnerWords", "one step back"),
    QT_TRANSLATE_NOOP("RunnerWords", "stepwise rollback is done"),
    QT_TRANSLATE_NOOP("RunnerWords", "max is reached; it can be finalized"),
    QT_TRANSLATE_NOOP("RunnerWords", "the engine refused"),
    QT_TRANSLATE_NOOP("RunnerWords", "finalized"),
    QT_TRANSLATE_NOOP("RunnerWords", "nobody answered within the deadline"),
    QT_TRANSLATE_NOOP("RunnerWords", "the proposed rollback was approved"),
    QT_TRANSLATE_NOOP("RunnerWords", "the proposed rollback was rejected"),
    QT_TRANSLATE_NOOP("RunnerWords", "the step was rejected"),
    QT_TRANSLATE_NOOP("RunnerWords", "the service was restarted"),
    QT_TRANSLATE_NOOP("RunnerWords", "the switches were changed"),
    QT_TRANSLATE_NOOP("RunnerWords", "there is no shift policy"),
    QT_TRANSLATE_NOOP("RunnerWords", "a stored policy cannot be read"),
    QT_TRANSLATE_NOOP("RunnerWords", "every policy is COMPLETED or FINALIZED"),
    QT_TRANSLATE_NOOP("RunnerWords", "no policy names a check"),
    QT_TRANSLATE_NOOP("RunnerWords", "no sync runs"),
    QT_TRANSLATE_NOOP("RunnerWords", "the comparator has not told for a while how the syncs stand"),
    QT_TRANSLATE_NOOP("RunnerWords", "every sync has looked at everything"),
    QT_TRANSLATE_NOOP("RunnerWords", "there are no dead letters"),
    QT_TRANSLATE_NOOP("RunnerWords", "what changes on NEW comes to LEGACY"),
    QT_TRANSLATE_NOOP("RunnerWords", "no sync carries changes of NEW to LEGACY"),
    QT_TRANSLATE_NOOP("RunnerWords", "every batch is back"),
    QT_TRANSLATE_NOOP("RunnerWords", "all batches have moved"),
    QT_TRANSLATE_NOOP("RunnerWords", "started"),
    QT_TRANSLATE_NOOP("RunnerWords", "resumed"),
    QT_TRANSLATE_NOOP("RunnerWords", "suspended"),
};

const std::vector<SentencePattern> &patterns()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("(.+) asks to raise ([0-9.]+ %) to ([0-9.]+ %), answer until (.+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 asks to raise %2 to %3, answer until %4")),
        of("(.+) asks to move batch (\\d+), (\\d+) users, answer until (.+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 asks to move batch %2, %3 users, answer until %4")),
        of("the backfill of (\\w+) is not done", QT_TRANSLATE_NOOP("RunnerWords", "the backfill of %1 is not done")),
        of("(\\d+) dead letters of (\\w+)", QT_TRANSLATE_NOOP("RunnerWords", "%1 dead letters of %2")),
        of("guards held at (.+)", QT_TRANSLATE_NOOP("RunnerWords", "guards held at %1")),
        of("batch (\\d+) moves", QT_TRANSLATE_NOOP("RunnerWords", "batch %1 moves")),
        of("batch (\\d+) settles", QT_TRANSLATE_NOOP("RunnerWords", "batch %1 settles")),
        of("batch (\\d+) has moved", QT_TRANSLATE_NOOP("RunnerWords", "batch %1 has moved")),
        of("batch (\\d+) is back", QT_TRANSLATE_NOOP("RunnerWords", "batch %1 is back")),
        of("the service was restarted: batch (\\d+) settles anew",
           QT_TRANSLATE_NOOP("RunnerWords", "the service was restarted: batch %1 settles anew")),
        of("(\\d+) batches are rolled back: resume moves them again",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 batches are rolled back: resume moves them again")),
        of("no batch moves before (.+)", QT_TRANSLATE_NOOP("RunnerWords", "no batch moves before %1")),
        of("first step, (.+)", QT_TRANSLATE_NOOP("RunnerWords", "first step, %1")),
        of("it did not start: (.+)", QT_TRANSLATE_NOOP("RunnerWords", "it did not start: %1")),
        of("starts at (.+)", QT_TRANSLATE_NOOP("RunnerWords", "starts at %1")),
        of("takes over ([0-9.]+ %) from (.+)", QT_TRANSLATE_NOOP("RunnerWords", "takes over %1 from %2")),
        of("target ([0-9.]+ %)", QT_TRANSLATE_NOOP("RunnerWords", "target %1")),
        of("resumed at (.+)", QT_TRANSLATE_NOOP("RunnerWords", "resumed at %1")),
        of("finalized at (.+)", QT_TRANSLATE_NOOP("RunnerWords", "finalized at %1")),
        of("an operator rolled back to (.+)", QT_TRANSLATE_NOOP("RunnerWords", "an operator rolled back to %1")),
        of("an operator lowered the target to (.+)",
           QT_TRANSLATE_NOOP("RunnerWords", "an operator lowered the target to %1")),
        of("no longer held: (.+)", QT_TRANSLATE_NOOP("RunnerWords", "no longer held: %1")),
        of("freeze: (.+)", QT_TRANSLATE_NOOP("RunnerWords", "freeze: %1")),
        of("outside the change windows: the next opens (.+)",
           QT_TRANSLATE_NOOP("RunnerWords", "outside the change windows: the next opens %1")),
        of("outside the change windows: the zone (\\S+) is not known to the service",
           QT_TRANSLATE_NOOP("RunnerWords", "outside the change windows: the service does not know the zone %1")),
        of("no request on (\\w+) in the last (\\d+) s",
           QT_TRANSLATE_NOOP("RunnerWords", "no request on %1 in the last %2 s")),
        of("(\\w+)'s metrics are fresh", QT_TRANSLATE_NOOP("RunnerWords", "the metrics of %1 are fresh")),
        of("(\\w+) is healthy, the store takes writes and holds the previous epoch",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is healthy, the store takes writes and holds the previous epoch")),
        of("no health URL of (\\w+) is set and nothing was measured on it in the last (\\d+) s, the store takes writes and "
           "holds the previous epoch",
           QT_TRANSLATE_NOOP("RunnerWords", "no health URL of %1 is set and nothing was measured on it in the last %2 s; "
                                            "the store takes writes and holds the previous epoch")),
        of("no health URL of (\\w+) is set, ([0-9.]+ %) of (\\d+) requests on it were good, the store takes writes and "
           "holds the previous epoch",
           QT_TRANSLATE_NOOP("RunnerWords", "no health URL of %1 is set, %2 of %3 requests on it were good; the store "
                                            "takes writes and holds the previous epoch")),
        of("no health URL of (\\w+) is set, ([0-9.]+ %) of (\\d+) requests on it were good",
           QT_TRANSLATE_NOOP("RunnerWords", "no health URL of %1 is set, %2 of %3 requests on it were good")),
        of("at 100 % nobody is left to compare (.+) with: override the gate GUARDS to complete, or roll back",
           QT_TRANSLATE_NOOP("RunnerWords", "at 100 % nobody is left to compare %1 with: override the gate GUARDS to "
                                            "complete, or roll back")),
        of("the store does not answer: the rest of the stepwise rollback is done at once",
           QT_TRANSLATE_NOOP("RunnerWords", "the store does not answer: the rest of the stepwise rollback is done at "
                                            "once")),
        of("no approval asked for up to (.+)", QT_TRANSLATE_NOOP("RunnerWords", "no approval asked for up to %1")),
        of("(\\S+) was not asked yet", QT_TRANSLATE_NOOP("RunnerWords", "%1 was not asked yet")),
        of("(\\d+) deciding guards pass", QT_TRANSLATE_NOOP("RunnerWords", "%1 deciding guards pass")),
        of("n = (\\d+), needs (\\d+)", QT_TRANSLATE_NOOP("RunnerWords", "n = %1, needs %2")),
        of("(.+) is not (>=|<=) (.+), n = (\\d+)", QT_TRANSLATE_NOOP("RunnerWords", "%1, must be %2 %3, n = %4")),
        of("(.+) is (>=|<=) (.+), n = (\\d+)", QT_TRANSLATE_NOOP("RunnerWords", "%1 is %2 %3, n = %4")),
        of("([-+0-9.e]+) is not (>=|<=) ([-+0-9.e]+)", QT_TRANSLATE_NOOP("RunnerWords", "%1, must be %2 %3")),
        of("([-+0-9.e]+) is (>=|<=) ([-+0-9.e]+)", QT_TRANSLATE_NOOP("RunnerWords", "%1 is %2 %3")),
        of("(\\d+) s of the window lie after the step, needs (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 s of the window lie after the step, needs %2")),
        of("the expression matched nothing", QT_TRANSLATE_NOOP("RunnerWords", "the expression matched nothing")),
        of("there is no such metric source", QT_TRANSLATE_NOOP("RunnerWords", "there is no such metric source")),
        of("no answer in time", QT_TRANSLATE_NOOP("RunnerWords", "no answer in time")),
        of("no answer within (\\d+) ms", QT_TRANSLATE_NOOP("RunnerWords", "no answer within %1 ms")),
        of("answered (\\d+)", QT_TRANSLATE_NOOP("RunnerWords", "answered %1")),
        of("answered (\\d+): (.+)", QT_TRANSLATE_NOOP("RunnerWords", "answered %1: %2")),
        of("samples: (.+)", QT_TRANSLATE_NOOP("RunnerWords", "samples: %1")),
        of("the value is (NaN|[-+]?Inf)", QT_TRANSLATE_NOOP("RunnerWords", "the value is %1")),
        of("the expression answers (\\d+) series where one number is needed",
           QT_TRANSLATE_NOOP("RunnerWords", "the expression answers %1 series where one number is needed")),
        of("the expression answers a (\\w+) where one number is needed",
           QT_TRANSLATE_NOOP("RunnerWords", "the expression answers a %1 where one number is needed")),
        of("n = (\\d+) on (LEGACY|NEW), needs (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "n = %1 on %2, needs %3")),
        of("no sample of (LEGACY|NEW) to compare with",
           QT_TRANSLATE_NOOP("RunnerWords", "no sample of %1 to compare with")),
        of("(.+) is worse than (LEGACY|NEW)'s (.+) by more than ([0-9.e+]+) points, p = (\\S+), n = (\\d+) and (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7")),
        of("(.+) is worse than (LEGACY|NEW)'s (.+) by more than (.+ %), p = (\\S+), n = (\\d+) and (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7")),
        of("(.+) is worse than (LEGACY|NEW)'s (.+) by more than ([0-9.e+]+) points, p = (\\S+), n = (\\d+) and (\\d+), "
           "trips below p = (\\S+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7, trips below p = %8")),
        of("(.+) is worse than (LEGACY|NEW)'s (.+) by more than (.+ %), p = (\\S+), n = (\\d+) and (\\d+), "
           "trips below p = (\\S+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7, trips below p = %8")),
        of("(\\d+) policies are under way and no more could be judged: finalize or delete one first",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 policies are under way and no more could be judged: finalize or delete one first")),
        of("(.+) is not worse than (LEGACY|NEW)'s (.+) by more than ([0-9.e+]+) points, p = (\\S+), n = (\\d+) and (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is not worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7")),
        of("(.+) is not worse than (LEGACY|NEW)'s (.+) by more than (.+ %), p = (\\S+), n = (\\d+) and (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is not worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7")),
        of("the sync of (.+), (LEGACY|NEW) to (LEGACY|NEW), is ([A-Z]+)",
           QT_TRANSLATE_NOOP("RunnerWords", "the sync of %1 from %2 to %3 is %4")),
        of("the sync of (.+), (LEGACY|NEW) to (LEGACY|NEW), fails: (.+)",
           QT_TRANSLATE_NOOP("RunnerWords", "the sync of %1 from %2 to %3 fails: %4")),
        of("the sync of (.+), (LEGACY|NEW) to (LEGACY|NEW), has not looked at everything yet",
           QT_TRANSLATE_NOOP("RunnerWords", "the sync of %1 from %2 to %3 has not looked at everything yet")),
        of("(.+) is ([A-Z_]+); not done either: (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 is %2; not done either: %3")),
        of("(.+) ended on LEGACY; not done either: (\\d+)",
           QT_TRANSLATE_NOOP("RunnerWords", "%1 ended on LEGACY; not done either: %2")),
        of("(.+) is ([A-Z_]+)", QT_TRANSLATE_NOOP("RunnerWords", "%1 is %2")),
        of("(.+) ended on LEGACY", QT_TRANSLATE_NOOP("RunnerWords", "%1 ended on LEGACY")),
        of("(.+) is below (.+)", QT_TRANSLATE_NOOP("RunnerWords", "%1 is below %2")),
        of("not judged since the step", QT_TRANSLATE_NOOP("RunnerWords", "not judged since the step")),
        of("never checked", QT_TRANSLATE_NOOP("RunnerWords", "never checked")),
        of("not asked yet", QT_TRANSLATE_NOOP("RunnerWords", "not asked yet")),
        of("the last check is too old", QT_TRANSLATE_NOOP("RunnerWords", "the last check is too old")),
        of("tripped", QT_TRANSLATE_NOOP("RunnerWords", "tripped")),
    };
    return all;
}

QString ofOneClause(const QString &clause)
{
    const QString said = spoken(Context, patterns(), clause);
    if (said != clause)
        return said;
    // What a metric source said stands behind its name: "main: answered 503".
    static const QRegularExpression OfSource(QRegularExpression::anchoredPattern(QStringLiteral("([^ :]+): (.+)")));
    const QRegularExpressionMatch match = OfSource.match(clause);
    if (!match.hasMatch())
        return said;
    const QString rest = spoken(Context, patterns(), match.captured(2));
    return rest == match.captured(2)
        ? said
        : QCoreApplication::translate(Context, QT_TRANSLATE_NOOP("RunnerWords", "%1: %2")).arg(match.captured(1), rest);
}

// "authorization_latency p95" as the guards' table has it; empty if it names no metric.
QString guardName(const QString &words)
{
    static const QRegularExpression Expression(QStringLiteral("^PROMQL \u00AB(.+)\u00BB$"),
                                               QRegularExpression::DotMatchesEverythingOption);
    if (const QRegularExpressionMatch match = Expression.match(words); match.hasMatch())
        return match.captured(1).simplified();
    const QString first = words.section(QLatin1Char(' '), 0, 0);
    const auto metric = metricFromWord(toUtf8(first));
    if (!metric)
        return {};
    const QString rest = words.section(QLatin1Char(' '), 1);
    return rest.isEmpty() ? metricText(*metric) : rest + QLatin1Char(' ') + metricText(*metric);
}

} // namespace

QString runnerText(const std::string &sentence)
{
    const QString whole = toText(sentence);
    static const QRegularExpression AboutBatch(QRegularExpression::anchoredPattern(QStringLiteral("batch (\\d+): (.+)")));
    if (const QRegularExpressionMatch batch = AboutBatch.match(whole); batch.hasMatch())
        return QCoreApplication::translate(Context, QT_TRANSLATE_NOOP("RunnerWords", "batch %1: %2"))
            .arg(batch.captured(1), runnerText(toUtf8(batch.captured(2))));
    static const QRegularExpression AboutGuard(QRegularExpression::anchoredPattern(
        QStringLiteral("([a-z_]+(?: p\\d\\d)?|(?s:PROMQL \u00AB.+\u00BB))( tripped| was not measured for a minute)?: (.+)")));
    const QRegularExpressionMatch match = AboutGuard.match(whole);
    const QString name = match.hasMatch() ? guardName(match.captured(1)) : QString();
    if (name.isEmpty())
        return ofOneClause(whole);
    // A verdict may stand before its sentence: "TOO_FEW, n = 3, needs 100".
    static const QRegularExpression Verdict(QStringLiteral("^([A-Z_]+), "));
    QString rest = match.captured(3);
    rest.remove(Verdict);
    return QCoreApplication::translate(Context, QT_TRANSLATE_NOOP("RunnerWords", "%1: %2")).arg(name, ofOneClause(rest));
}

} // namespace crossfade
