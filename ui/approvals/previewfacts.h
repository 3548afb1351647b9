// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulepreview.h"
#include "ui/shared/factlist.h"

#include <vector>

namespace crossfade {

// What a preview says, as rows: who moves, who has writes only NEW knows, who is held. What is not
// known is said to be unknown, never 0.
std::vector<Fact> previewFacts(const RulePreview &preview, bool back);
// "≈ 2 513 users · 12 held": beside the slider's handle.
QString previewBubble(const RulePreview &preview, bool back);

} // namespace crossfade
