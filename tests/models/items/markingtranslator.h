// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QTranslator>

namespace crossfade::test {

// While it lives it answers for every text it is asked about, so that a test sees which ones a language can
// change.
class MarkingTranslator : public QTranslator {
public:
    MarkingTranslator() { QCoreApplication::installTranslator(this); }
    ~MarkingTranslator() override { QCoreApplication::removeTranslator(this); }
    QString translate(const char *, const char *source, const char *, int) const override
    {
        return QLatin1Char('~') + QString::fromUtf8(source);
    }
    bool isEmpty() const override { return false; }
};

} // namespace crossfade::test
