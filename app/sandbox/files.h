// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <string>
#include <string_view>

namespace crossfade {

Result<std::string> readTextFile(const std::string &file);
// Replaces the whole file or nothing (temporary file, rename), readable by its owner only: these
// files hold the sandbox's tokens.
Result<void> writePrivateFile(const std::string &file, std::string_view text);

} // namespace crossfade
