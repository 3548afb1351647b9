// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

namespace crossfade {

Result<std::unique_ptr<Source>> connectPostgres(const SourceSettings &settings, Access access);
// Invalid for what is no URL, or one that holds a password.
Result<void> checkPostgresUrl(const std::string &url);

} // namespace crossfade
