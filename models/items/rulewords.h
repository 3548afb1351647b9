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

} // namespace crossfade
