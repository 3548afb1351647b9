// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

namespace crossfade {

Result<std::unique_ptr<Source>> connectSqlite(const SourceSettings &settings, Access access);

} // namespace crossfade
