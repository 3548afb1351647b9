// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QString>

#include <vector>

namespace crossfade {

// A sentence of a service that carries figures or names: what it looks like and how it is said.
struct SentencePattern {
    QRegularExpression whole; // a group for each %1 to %9 of `text`
    const char *text;
};

SentencePattern sentencePattern(const char *whole, const char *text);

// `sentence` in the console's language: the first pattern it matches, else word for word as the
// translators know it in `context`, else as it is.
QString spoken(const char *context, const std::vector<SentencePattern> &patterns, const QString &sentence);

} // namespace crossfade
