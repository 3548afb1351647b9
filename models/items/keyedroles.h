// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace crossfade {

// What the shared cell delegates of the pages understand besides Qt's own roles; ui asserts that the
// numbers are its own.
enum ItemCellRole {
    ItemEmphasisRole = Qt::UserRole + 900, // 0 normal, 1 strong, 2 quiet, 3 red
    ItemSparklineRole,
    ItemSparklineThresholdRole,
    ItemSparklineToneRole,
    ItemRowTintRole, // "BREACH", "EDITED"
    ItemSpanTextRole,
};
inline constexpr int ItemStrong = 1;
inline constexpr int ItemQuiet = 2;
inline constexpr int ItemRed = 3;

} // namespace crossfade
