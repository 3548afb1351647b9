// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/zonetable.h"

#include <QStringList>

#include <string_view>

namespace crossfade {

// IANA zones as this desktop knows them (QTimeZone). The service has tables of its own; both come from the
// same database, so they differ only where one machine's is older.
ZonePtr desktopZone(std::string_view name); // null for a name it does not know; made once and kept
bool isDesktopZone(std::string_view name);
QString zoneOffsetText(std::string_view name, Instant at); // "UTC+08:00"; empty for a name it does not know
QStringList desktopZoneNames();             // in order of the alphabet
QString systemZoneName();                   // "UTC" where the system's own has no IANA name

} // namespace crossfade
