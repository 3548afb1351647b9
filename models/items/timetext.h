// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <QDateTime>
#include <QString>

#include <optional>

namespace crossfade {

// Times as people read them: in the local zone, short where `now` makes the rest clear. The full
// UTC form belongs into the tooltip.
QDateTime localDateTime(Instant at);
QString timeOfDay(Instant at);                // "14:02:11"
QString shortTime(Instant at, Instant now);   // "14:02 today", "20 Nov 22:14", "20 Nov 2025"
QString fullTime(Instant at);                 // "20 Nov 2026 22:14 CET"
QString utcText(Instant at);                  // "2026-11-21 14:02:11.250 UTC"
QString zoneName(Instant at);                 // "CET"
QString ageText(Instant since, Instant now);  // "41 min", "3 h", "2 d", "12 s"
QString durationText(qint64 seconds);         // "03:12", "1:03:12"
// "always", "since 3 Nov 08:00", "until 24 Nov 06:00", "3 Nov – 9 Nov", "ended 2 Nov 00:00"
QString windowText(const TimeWindow &window, Instant now);

// "48 213" with a narrow space; numbers are the content of the tables.
QString countText(qint64 count);
// "99.71 %" with a narrow space before the unit; "—" for none.
QString percentText(std::optional<double> percent, int decimals = 2);

} // namespace crossfade
