// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/guardrow.h"
#include "models/items/historyrow.h"
#include "models/items/policyrow.h"

#include <QString>

namespace crossfade {

// "25", "12.5", "0.01": the shortest form, without the sign; shortPercent() adds it: "25 %".
QString shortNumber(double value);
QString shortPercent(double value);
// "20 → 25 %", "25 %" when nothing moved.
QString changeText(double from, double to);

QString stateText(const std::string &word);   // "STABILIZING", translated where there is a word
QString gateText(const std::string &word);    // "consistency"
QString causeText(const std::string &word);   // of a history entry
QString heldCauseText(const std::string &word); // "too few", "consistency"
// "STABILIZING 03:12 left", "HELD · too few": the chip of a policy.
QString shiftChipText(const ShiftRow &shift, Instant now, bool brief);
// What the runner does next, "30 % at 14:07:23 or later", and on what condition.
QString nextText(const ShiftRow &shift, Instant now);
QString nextConditionText(const ShiftRow &shift, Instant now);

QString metricText(Metric metric);
QString statisticText(Statistic statistic);
QString guardText(const Guard &guard); // "success rate NEW", "p95 latency NEW", "consistency, users"
QString verdictText(const std::string &word);
// With the unit of the guard's metric: "99.93 %", "214 ms", "4.10"; "—" for none.
QString measureText(Metric metric, std::optional<double> value);
QString mustBeText(const Guard &guard);        // "≥ 99.50 %"
QString evidenceText(const GuardRow &row, Instant now);
QString windowLengthText(std::int64_t seconds); // "60 s", "1 h"
QString onBreachText(OnBreach onBreach);

} // namespace crossfade
