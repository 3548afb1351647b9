// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace crossfade {

class IgnoreRulesSession;
struct DifferenceRow;

// Asks for a rule that hides this difference and others like it: of its field, of its field in this entity, or of all
// of this entity; why, and until when.
void askToIgnore(IgnoreRulesSession *rules, const DifferenceRow &difference, QWidget *parent);

} // namespace crossfade
