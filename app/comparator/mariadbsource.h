// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

namespace crossfade {

// MariaDB, or MySQL from 8.0 on.
Result<std::unique_ptr<Source>> connectMariadb(const SourceSettings &settings, Access access);

} // namespace crossfade
