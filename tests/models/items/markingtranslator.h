// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QTranslator>

#include <cstring>

namespace crossfade::test {

// While it lives it answers for every text it is asked about, so that a test sees which ones a language can
// change.
class MarkingTranslator : public QTranslator {
public:
    // `only`: nothing but texts of that context is translated.
    explicit MarkingTranslator(const char *only = nullptr) : m_only(only) { QCoreApplication::installTranslator(this); }
    ~MarkingTranslator() override { QCoreApplication::removeTranslator(this); }
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        if (m_only && std::strcmp(m_only, context) != 0)
            return {};
        return QLatin1Char('~') + QString::fromUtf8(source);
    }
    bool isEmpty() const override { return false; }

private:
    const char *m_only;
};

} // namespace crossfade::test
