// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

namespace crossfade {

// Every colour of the console by its role; two sets, light and dark.
struct Tokens {
    bool dark = false;
    QColor window, base, alternate, button, text, secondary, tertiary, disabled, highlight;
    QColor hairline, paneBorder, mid, fieldBorder;
    QColor ink, inkText; // the accent: what a person should do next
    QColor legacy, legacyText, legacyTint;
    QColor fresh, freshText, freshTint; // NEW (the word is taken)
    QColor red, redText, redTint, redFill, redFillText;
    QColor green, greenText, greenTint;
    QColor neutralTint;
    QColor changedLegacy, changedNew; // behind characters that differ
    QColor prod;
    QColor light, dark3d, shadow;
};

const Tokens &lightTokens();
const Tokens &darkTokens();
// The set that a palette was made from, so that widgets follow PaletteChange by themselves.
const Tokens &tokensOf(const QPalette &palette);
QPalette paletteOf(const Tokens &tokens);

} // namespace crossfade
