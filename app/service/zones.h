// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/zonetable.h"

#include <string_view>

namespace crossfade {

// The table of an IANA zone, from the zone files of this machine (tzdata); null for a name they do not have.
// Made once and kept until the program ends. After the last transition in the file its rule is repeated until
// ZoneTable::LastYear. Any thread.
ZonePtr zoneTable(std::string_view name);

} // namespace crossfade
