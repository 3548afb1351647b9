// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <string_view>

namespace crossfade {

// JSON lines on standard error: {"at", "level", "message", …fields}. Never pass secrets, bodies or
// tokens here. Any thread.
void logInfo(std::string_view message, const Json &fields = Json());
void logWarning(std::string_view message, const Json &fields = Json());
void logError(std::string_view message, const Json &fields = Json());
// "debug", "info", "warning", "error" or "off"; false for another word.
bool setLogLevel(std::string_view word);

} // namespace crossfade
