// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The router's sentences about files of rules: models/core/csv, jsonitems, models/routing/ruleimport, warnings.
#include "models/items/importreport.h"
#include "models/items/sentences.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"

#include <QCoreApplication>

namespace crossfade {

namespace {

const char *const ImportContext = "ImportWords";

// Found by the translators, looked up as they come.
[[maybe_unused]] constexpr const char *ImportSentences[] = {
    QT_TRANSLATE_NOOP("ImportWords", "a quote inside a cell that does not begin with one"),
    QT_TRANSLATE_NOOP("ImportWords", "text after the quote that ends the cell"),
    QT_TRANSLATE_NOOP("ImportWords", "a carriage return that ends no line must stand in quotes"),
    QT_TRANSLATE_NOOP("ImportWords", "the text is not UTF-8"),
    QT_TRANSLATE_NOOP("ImportWords", "there is no first line that names the columns"),
    QT_TRANSLATE_NOOP("ImportWords", "stands twice in the first line"),
    QT_TRANSLATE_NOOP("ImportWords", "must be an array"),
    QT_TRANSLATE_NOOP("ImportWords", "The rule never applies: its window ends before it starts."),
    QT_TRANSLATE_NOOP("ImportWords", "Forward only is on: NEW answers before every rule."),
    QT_TRANSLATE_NOOP("ImportWords", "There are too many rules of this target to compare each with each: some that contradict each other may not be named."),
    QT_TRANSLATE_NOOP("ImportWords", "There is too much in the request map to look whether the rule splits reads and writes."),
    QT_TRANSLATE_NOOP("ImportWords", "There is too much in the request map to look whether the change splits reads and writes."),
    QT_TRANSLATE_NOOP("ImportWords", "somebody changed the rule while the file was read: import it again"),
};

const std::vector<SentencePattern> &ofFiles()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("the record has (\\d+) cells where the first has (\\d+)",
           QT_TRANSLATE_NOOP("ImportWords", "the record has %1 cells where the first has %2")),
        of("the quote that opens in line (\\d+) is never closed",
           QT_TRANSLATE_NOOP("ImportWords", "the quote that opens in line %1 is never closed")),
        of("the cell has more than (\\d+) bytes", QT_TRANSLATE_NOOP("ImportWords", "the cell has more than %1 bytes")),
        of("there are more than (\\d+) columns", QT_TRANSLATE_NOOP("ImportWords", "there are more than %1 columns")),
        of("not valid JSON at byte (\\d+)", QT_TRANSLATE_NOOP("ImportWords", "not valid JSON at byte %1")),
        of("an import may have at most (\\d+) rules", QT_TRANSLATE_NOOP("ImportWords", "an import may have at most %1 rules")),
        of("is not a column of rules; the first line must name some of (.+)",
           QT_TRANSLATE_NOOP("ImportWords", "is not a column of rules; the first line must name some of %1")),
        of("somebody changed the rule meanwhile: it is at version (\\d+)",
           QT_TRANSLATE_NOOP("ImportWords", "somebody changed the rule meanwhile: it is at version %1")),
        of("stands in row (\\d+) already", QT_TRANSLATE_NOOP("ImportWords", "stands in row %1 already")),
        of("more than (\\d+) rows of one import may not change rules of the same target",
           QT_TRANSLATE_NOOP("ImportWords", "more than %1 rows of one import may not change rules of the same target")),
        of("must be a whole number from (\\d+)", QT_TRANSLATE_NOOP("ImportWords", "must be a whole number from %1")),
        of("nothing was imported: (\\d+) mistakes? in (\\d+) rows",
           QT_TRANSLATE_NOOP("ImportWords", "nothing was imported: mistakes: %1, rows: %2")),
    };
    return all;
}

const std::vector<SentencePattern> &ofWarnings()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("The rule never applies: \"(.+)\" \\(priority (\\d+)\\) comes before it for the same target at all times\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It never applies: “%1” (priority %2) comes before it for the same target at all times.")),
        of("The rule comes before \"(.+)\" \\(priority (\\d+)\\) at all times: that one no longer applies\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It comes before “%1” (priority %2) at all times: that one no longer applies.")),
        of("\"(.+)\" \\(priority (\\d+)\\) says (\\S+) for the same target in an overlapping window; that one wins\\.",
           QT_TRANSLATE_NOOP("ImportWords", "“%1” (priority %2) says %3 for the same target in an overlapping window; that one wins.")),
        of("\"(.+)\" \\(priority (\\d+)\\) says (\\S+) for the same target in an overlapping window; this rule wins\\.",
           QT_TRANSLATE_NOOP("ImportWords", "“%1” (priority %2) says %3 for the same target in an overlapping window; this rule wins.")),
        of("The rule never applies: its window ended at (\\S+)\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It never applies: its window ended at %1.")),
        of("The rule splits the reads and writes of one user: (.+) goes to (\\S+), (.+) to (\\S+)\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It splits one user's reads and writes: %1 goes to %2, %3 to %4.")),
        of("The rule splits the reads and writes of some users: (.+) goes to (\\S+), (.+) to (\\S+)\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It splits some users' reads and writes: %1 goes to %2, %3 to %4.")),
        of("The change splits the reads and writes of some users: (.+) goes to (\\S+), (.+) to (\\S+)\\.",
           QT_TRANSLATE_NOOP("ImportWords", "It splits some users' reads and writes: %1 goes to %2, %3 to %4.")),
        of("The master switch is (\\S+): it decides before every rule\\.",
           QT_TRANSLATE_NOOP("ImportWords", "The master switch is %1: it decides before every rule.")),
    };
    return all;
}

// Where in the file it is, and what is wrong there.
const std::vector<SentencePattern> &ofPlaces()
{
    const auto of = sentencePattern;
    static const std::vector<SentencePattern> all{
        of("line (\\d+), column (\\d+): (.+)", QT_TRANSLATE_NOOP("ImportWords", "line %1, column %2: %3")),
        of("item (\\d+) \\(at byte (\\d+)\\): (.+)", QT_TRANSLATE_NOOP("ImportWords", "rule %1 (at byte %2): %3")),
        of("row (\\d+): (.+)", QT_TRANSLATE_NOOP("ImportWords", "row %1: %2")),
    };
    return all;
}

} // namespace

QString importText(const std::string &message)
{
    const QString whole = toText(message);
    for (const SentencePattern &place : ofPlaces()) {
        const QRegularExpressionMatch match = place.whole.match(whole);
        if (!match.hasMatch())
            continue;
        QString text = QCoreApplication::translate(ImportContext, place.text);
        const int last = match.lastCapturedIndex();
        QStringList parts = match.capturedTexts().mid(1, last - 1);
        parts << importText(toUtf8(match.captured(last)));
        // At once, so that what is in one of them is not taken for the place of another.
        return parts.size() == 2 ? text.arg(parts[0], parts[1]) : text.arg(parts[0], parts[1], parts[2]);
    }
    for (const auto *patterns : {&ofFiles(), &ofWarnings()})
        if (const QString said = spoken(ImportContext, *patterns, whole); said != whole)
            return said;
    return fieldProblemText(message);
}

} // namespace crossfade
