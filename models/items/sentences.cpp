// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/sentences.h"

#include <QCoreApplication>

namespace crossfade {

namespace {

// A sign of comparison as it is set in print.
QString typeset(const QString &part)
{
    if (part == QLatin1String(">="))
        return QStringLiteral("≥");
    return part == QLatin1String("<=") ? QStringLiteral("≤") : part;
}

// All places at once: what was captured may itself look like a place ("%2").
QString filled(const QString &form, const QRegularExpressionMatch &match)
{
    QString text;
    for (qsizetype at = 0; at < form.size(); ++at) {
        const bool place = form[at] == QLatin1Char('%') && at + 1 < form.size() && form[at + 1] >= QLatin1Char('1')
            && form[at + 1] <= QLatin1Char('9');
        if (place)
            text += typeset(match.captured(form[++at].digitValue()));
        else
            text += form[at];
    }
    return text;
}

} // namespace

SentencePattern sentencePattern(const char *whole, const char *text)
{
    return {QRegularExpression(QRegularExpression::anchoredPattern(QLatin1String(whole))), text};
}

QString spoken(const char *context, const std::vector<SentencePattern> &patterns, const QString &sentence)
{
    for (const SentencePattern &pattern : patterns) {
        const QRegularExpressionMatch match = pattern.whole.match(sentence);
        if (match.hasMatch())
            return filled(QCoreApplication::translate(context, pattern.text), match);
    }
    return QCoreApplication::translate(context, sentence.toUtf8().constData());
}

} // namespace crossfade
