// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tokens.h"

#include <QFont>
#include <QString>

class QApplication;

namespace crossfade {

enum class Scheme { System, Light, Dark };

// What a text is for; sizes in pixels at 96 dpi as the visual target names them.
enum class FontRole {
    Body,        // 13/400 body and tables
    Strong,      // 13/600 object names, deciding numbers, accent buttons
    Secondary,   // 12/400
    PaneTitle,   // 12/600
    Chip,        // 11/600 chips, table heads
    Axis,        // 11/400 the smallest
    DetailTitle, // 15/600
    DialogTitle, // 17/700
    PageTitle,   // 18/700
    Figure,      // 20/600 one big figure
    Mono,        // 12/400 values, SQL, JSON
};
QFont fontOf(FontRole role);

// Installs style, palette and font. Called once at start and again when the choice changes.
void applyTheme(QApplication &application, Scheme scheme);
Scheme schemeFromWord(const QString &word); // "light", "dark", else System

// Space between a number and its unit, and between groups of digits.
inline constexpr QChar NarrowSpace{u'\u202F'};
inline constexpr int PageMargin = 12;
inline constexpr int Gap = 8;
inline constexpr int ControlHeight = 28;
inline constexpr int Radius = 4;

} // namespace crossfade
