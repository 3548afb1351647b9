// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulewords.h"

#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct RuleWords {
    Q_DECLARE_TR_FUNCTIONS(RuleWords)
};

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

} // namespace crossfade
