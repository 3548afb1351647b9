// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policywords.h"

#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QHash>

#include <array>

namespace crossfade {

namespace {

constexpr QChar Narrow{u'\u202F'};

// The context of these texts for the translators.
struct PolicyWords {
    Q_DECLARE_TR_FUNCTIONS(PolicyWords)
};

struct Word {
    const char *word;
    const char *label;
};

template <std::size_t N>
QString labelOf(const std::array<Word, N> &words, const std::string &word)
{
    for (const Word &entry : words) {
        if (word == entry.word)
            return PolicyWords::tr(entry.label);
    }
    return toText(word).replace(QLatin1Char('_'), QLatin1Char(' '));
}

} // namespace

QString shortNumber(double value)
{
    QString text = QString::number(value, 'f', 2);
    while (text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.')))
        text.chop(1);
    return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

QString shortPercent(double value)
{
    return shortNumber(value) + Narrow + QLatin1Char('%');
}

QString changeText(double from, double to)
{
    if (from == to)
        return shortPercent(to);
    return shortNumber(from) + QStringLiteral(" \u2192 ") + shortPercent(to);
}

QString stateText(const std::string &word)
{
    static constexpr std::array<Word, 14> Words{{
        {"DRAFT", QT_TRANSLATE_NOOP("PolicyWords", "DRAFT")},
        {"SCHEDULED", QT_TRANSLATE_NOOP("PolicyWords", "SCHEDULED")},
        {"STABILIZING", QT_TRANSLATE_NOOP("PolicyWords", "STABILIZING")},
        {"EVALUATING", QT_TRANSLATE_NOOP("PolicyWords", "EVALUATING")},
        {"AWAITING_APPROVAL", QT_TRANSLATE_NOOP("PolicyWords", "AWAITING APPROVAL")},
        {"AT_TARGET", QT_TRANSLATE_NOOP("PolicyWords", "AT TARGET")},
        {"HELD", QT_TRANSLATE_NOOP("PolicyWords", "HELD")},
        {"SUSPENDED", QT_TRANSLATE_NOOP("PolicyWords", "SUSPENDED")},
        {"ROLLBACK_PROPOSED", QT_TRANSLATE_NOOP("PolicyWords", "ROLLBACK PROPOSED")},
        {"ROLLING_BACK", QT_TRANSLATE_NOOP("PolicyWords", "ROLLING BACK")},
        {"ROLLED_BACK", QT_TRANSLATE_NOOP("PolicyWords", "ROLLED BACK")},
        {"COMPLETED", QT_TRANSLATE_NOOP("PolicyWords", "COMPLETED")},
        {"FINALIZED", QT_TRANSLATE_NOOP("PolicyWords", "FINALIZED")},
        {"FAILED", QT_TRANSLATE_NOOP("PolicyWords", "FAILED")},
    }};
    return labelOf(Words, word);
}

QString gateText(const std::string &word)
{
    static constexpr std::array<Word, 11> Words{{
        {"WINDOW", QT_TRANSLATE_NOOP("PolicyWords", "window and freeze")},
        {"STABILIZATION", QT_TRANSLATE_NOOP("PolicyWords", "stabilization")},
        {"EVIDENCE", QT_TRANSLATE_NOOP("PolicyWords", "fresh evidence")},
        {"TRAFFIC", QT_TRANSLATE_NOOP("PolicyWords", "traffic")},
        {"GUARDS", QT_TRANSLATE_NOOP("PolicyWords", "guards")},
        {"CONSISTENCY", QT_TRANSLATE_NOOP("PolicyWords", "consistency")},
        {"SAMPLES", QT_TRANSLATE_NOOP("PolicyWords", "samples")},
        {"ROLLBACK_PATH", QT_TRANSLATE_NOOP("PolicyWords", "rollback path")},
        {"NEW_HEALTH", QT_TRANSLATE_NOOP("PolicyWords", "health of NEW")},
        {"LEGACY_METRICS", QT_TRANSLATE_NOOP("PolicyWords", "metrics of LEGACY")},
        {"APPROVAL", QT_TRANSLATE_NOOP("PolicyWords", "approval")},
    }};
    return labelOf(Words, word);
}

QString heldCauseText(const std::string &word)
{
    static constexpr std::array<Word, 8> Words{{
        {"GUARD", QT_TRANSLATE_NOOP("PolicyWords", "guard")},
        {"NO_EVIDENCE", QT_TRANSLATE_NOOP("PolicyWords", "no evidence")},
        {"CONSISTENCY", QT_TRANSLATE_NOOP("PolicyWords", "consistency")},
        {"WINDOW", QT_TRANSLATE_NOOP("PolicyWords", "window")},
        {"FREEZE", QT_TRANSLATE_NOOP("PolicyWords", "freeze")},
        {"ENGINE", QT_TRANSLATE_NOOP("PolicyWords", "engine")},
        {"HEALTH", QT_TRANSLATE_NOOP("PolicyWords", "health")},
        {"ROLLBACK_PATH", QT_TRANSLATE_NOOP("PolicyWords", "rollback path")},
    }};
    return labelOf(Words, word);
}

QString causeText(const std::string &word)
{
    static constexpr std::array<Word, 28> Words{{
        {"STARTED", QT_TRANSLATE_NOOP("PolicyWords", "started")},
        {"STEPPED", QT_TRANSLATE_NOOP("PolicyWords", "guards held")},
        {"STABILIZED", QT_TRANSLATE_NOOP("PolicyWords", "stabilized")},
        {"REACHED_TARGET", QT_TRANSLATE_NOOP("PolicyWords", "target reached")},
        {"COMPLETED", QT_TRANSLATE_NOOP("PolicyWords", "completed")},
        {"HELD_BY_GUARD", QT_TRANSLATE_NOOP("PolicyWords", "held by a guard")},
        {"HELD_BY_GATE", QT_TRANSLATE_NOOP("PolicyWords", "held by a gate")},
        {"HELD_ENDED", QT_TRANSLATE_NOOP("PolicyWords", "went on")},
        {"APPROVAL_OPENED", QT_TRANSLATE_NOOP("PolicyWords", "approval asked")},
        {"APPROVAL_WITHDRAWN", QT_TRANSLATE_NOOP("PolicyWords", "approval withdrawn")},
        {"PROPOSED_ROLLBACK", QT_TRANSLATE_NOOP("PolicyWords", "rollback proposed")},
        {"ROLLED_BACK", QT_TRANSLATE_NOOP("PolicyWords", "rolled back")},
        {"ROLLBACK_STEP", QT_TRANSLATE_NOOP("PolicyWords", "rollback step")},
        {"REJECTED", QT_TRANSLATE_NOOP("PolicyWords", "rollback rejected")},
        {"SUSPENDED", QT_TRANSLATE_NOOP("PolicyWords", "suspended")},
        {"RESUMED", QT_TRANSLATE_NOOP("PolicyWords", "resumed")},
        {"OVERRIDDEN", QT_TRANSLATE_NOOP("PolicyWords", "gate overridden")},
        {"RETARGETED", QT_TRANSLATE_NOOP("PolicyWords", "new target")},
        {"FINALIZED", QT_TRANSLATE_NOOP("PolicyWords", "finalized")},
        {"RESTARTED", QT_TRANSLATE_NOOP("PolicyWords", "service restarted")},
        {"TOOK_OVER", QT_TRANSLATE_NOOP("PolicyWords", "taken over")},
        {"SCHEDULED", QT_TRANSLATE_NOOP("PolicyWords", "start set")},
        {"START_REFUSED", QT_TRANSLATE_NOOP("PolicyWords", "start refused")},
        {"BATCH_MOVED", QT_TRANSLATE_NOOP("PolicyWords", "moved")}, // of user groups
        {"BATCH_PROVEN", QT_TRANSLATE_NOOP("PolicyWords", "proven")},
        {"BATCH_ROLLED_BACK", QT_TRANSLATE_NOOP("PolicyWords", "rolled back")},
        {"HELD_FOR_EVIDENCE", QT_TRANSLATE_NOOP("PolicyWords", "held: no evidence")},
        {"HELD_BY_ROLLED_BACK", QT_TRANSLATE_NOOP("PolicyWords", "held: batches were rolled back")},
    }};
    const QString label = labelOf(Words, word);
    return label.isUpper() ? label.toLower() : label;
}

QString shiftChipText(const ShiftRow &shift, Instant now, bool brief)
{
    const QString state = stateText(shift.state);
    if (shift.state == "STABILIZING" && shift.stabilizationEndsAt) {
        const qint64 left = (toMs(*shift.stabilizationEndsAt) - toMs(now) + 999) / 1000;
        const QString time = durationText(left);
        return brief ? PolicyWords::tr("%1 %2").arg(state, time)
                     : PolicyWords::tr("%1 %2 left").arg(state, time);
    }
    if (shift.state == "SCHEDULED" && shift.startsAt)
        return PolicyWords::tr("%1 · %2").arg(state, shortTime(*shift.startsAt, now));
    if (shift.state == "HELD" && !shift.heldCause.empty())
        return PolicyWords::tr("%1 · %2").arg(state, heldCauseText(shift.heldCause));
    return state;
}

QString nextText(const ShiftRow &shift, Instant now)
{
    const NextStepRow &next = shift.next;
    const QString to = next.percentage ? shortPercent(*next.percentage) : QString();
    if (next.action == "OPERATOR")
        return PolicyWords::tr("Next: an operator decides");
    if (next.action == "NONE" || (next.action != "APPROVAL" && to.isEmpty()))
        return PolicyWords::tr("Next: nothing until a target is applied");
    if (next.action == "APPROVAL")
        return to.isEmpty() ? PolicyWords::tr("Next: waits for an approval")
                            : PolicyWords::tr("Next: %1 when approved").arg(to);
    if (next.earliestAt && *next.earliestAt > now) {
        const bool today = localDateTime(*next.earliestAt).date() == localDateTime(now).date();
        return PolicyWords::tr("Next: %1 at %2 or later")
            .arg(to, today ? timeOfDay(*next.earliestAt) : shortTime(*next.earliestAt, now));
    }
    return PolicyWords::tr("Next: %1 as soon as all gates are open").arg(to);
}

QString nextConditionText(const ShiftRow &shift, Instant now)
{
    if (shift.state == "STABILIZING" && shift.stabilizationEndsAt && *shift.stabilizationEndsAt > now) {
        const qint64 left = (toMs(*shift.stabilizationEndsAt) - toMs(now) + 999) / 1000;
        return PolicyWords::tr("if all guards hold %1 more").arg(durationText(left));
    }
    if (!shift.next.blockedBy.empty()) {
        QStringList names;
        for (const std::string &gate : shift.next.blockedBy)
            names << gateText(gate);
        const QString list = names.join(QStringLiteral(", "));
        return shift.next.detail.empty() ? PolicyWords::tr("blocked by: %1").arg(list)
                                         : PolicyWords::tr("blocked by: %1 · %2").arg(list, runnerText(shift.next.detail));
    }
    return runnerText(shift.next.detail.empty() ? shift.heldDetail : shift.next.detail);
}

} // namespace crossfade
