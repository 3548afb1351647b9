// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerow.h"

#include <QString>

namespace crossfade {

// The problem codes of ruleProblems() in words; the service's own messages pass as they are.
QString ruleFieldText(const std::string &message);
QString ruleProblemText(const std::vector<FieldError> &problems);
QString ruleFindingText(const RuleFinding &finding); // "ticket-87002 never applies. Its window …"
QString ruleKindText(RuleType kind);                  // "user rule"
QString windowUtcText(const TimeWindow &window);      // for tooltips
// "Mon–Fri 22:00–06:00 Europe/Berlin"
QString weeklyText(const WeeklyWindow &weekly);
// When the rule is in force: its weekly times, if it has such, and its bounds.
QString inForceText(const RuleInput &input, Instant now);
// "Next in force from 23 Nov 22:00 CET." or "In force now, until …"; empty for a rule that does not recur, or
// in a zone that is not known.
QString nextChangeText(const RuleInput &input, Instant now);

} // namespace crossfade
