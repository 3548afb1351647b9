// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/theme.h"

#include "ui/shared/crossfadestyle.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>

namespace crossfade {

namespace {

// Columns of numbers need digits of one width; Qt before 6.7 cannot switch a font's tabular form on.
bool isTabular(const QFont &font)
{
    const QFontMetricsF metrics(font);
    return qFuzzyCompare(metrics.horizontalAdvance(QLatin1Char('1')),
                         metrics.horizontalAdvance(QLatin1Char('8')));
}

// Noto Sans Math has ≥ ≤ ≈ →; SC is named so that Japanese forms are not picked.
QStringList textFamilies()
{
    const QStringList known = QFontDatabase::families();
    QStringList chosen;
    for (const char *name : {"Noto Sans", "Noto Sans Math", "Noto Sans CJK SC", "Noto Sans Arabic"}) {
        if (known.contains(QLatin1String(name)))
            chosen << QLatin1String(name);
    }
    if (chosen.value(0) == QLatin1String("Noto Sans"))
        return chosen;
    const QFont system = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (isTabular(system))
        return QStringList(system.family()) + chosen;
    return QStringList(QStringLiteral("DejaVu Sans")) + chosen << system.family();
}

QStringList monoFamilies()
{
    QStringList chosen;
    const QStringList known = QFontDatabase::families();
    for (const char *name : {"Noto Sans Mono", "JetBrains Mono", "DejaVu Sans Mono"}) {
        if (known.contains(QLatin1String(name)))
            chosen << QLatin1String(name);
    }
    chosen << QFontDatabase::systemFont(QFontDatabase::FixedFont).family() << textFamilies();
    return chosen;
}

QFont made(int pixels, QFont::Weight weight, bool mono = false)
{
    static const QStringList text = textFamilies();
    static const QStringList fixed = monoFamilies();
    QFont font;
    font.setFamilies(mono ? fixed : text);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    if (mono)
        font.setStyleHint(QFont::Monospace);
    return font;
}

} // namespace

QFont fontOf(FontRole role)
{
    switch (role) {
    case FontRole::Body: return made(13, QFont::Normal);
    case FontRole::Strong: return made(13, QFont::DemiBold);
    case FontRole::Secondary: return made(12, QFont::Normal);
    case FontRole::PaneTitle: return made(12, QFont::DemiBold);
    case FontRole::Chip: return made(11, QFont::DemiBold);
    case FontRole::Axis: return made(11, QFont::Normal);
    case FontRole::DetailTitle: return made(15, QFont::DemiBold);
    case FontRole::DialogTitle: return made(17, QFont::Bold);
    case FontRole::PageTitle: return made(18, QFont::Bold);
    case FontRole::Figure: return made(20, QFont::DemiBold);
    case FontRole::Mono: return made(12, QFont::Normal, true);
    }
    return made(13, QFont::Normal);
}

void applyTheme(QApplication &application, Scheme scheme)
{
    static const QPalette system = QGuiApplication::palette(); // before ours replaces it
    const bool systemDark = system.color(QPalette::Window).lightness() < 128;
    const bool dark = scheme == Scheme::Dark || (scheme == Scheme::System && systemDark);
    if (!qobject_cast<CrossfadeStyle *>(application.style()))
        application.setStyle(new CrossfadeStyle);
    application.setFont(fontOf(FontRole::Body));
    application.setPalette(paletteOf(dark ? darkTokens() : lightTokens()));
}

Scheme schemeFromWord(const QString &word)
{
    if (word == QLatin1String("light"))
        return Scheme::Light;
    return word == QLatin1String("dark") ? Scheme::Dark : Scheme::System;
}

} // namespace crossfade
