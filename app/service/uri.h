// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// %XX decoded; Malformed for a broken escape, a NUL or what is not UTF-8. '+' stays '+'.
Result<std::string> percentDecode(std::string_view text);

struct Target {
    std::string path;                  // decoded as a whole, for the log and idempotency
    std::vector<std::string> segments; // each decoded on its own
    std::map<std::string, std::string, std::less<>> query;
    std::string rawQuery;
};
// Origin form ("/a/b?c=d"); a parameter given twice is Invalid with pointer "?name".
Result<Target> parseTarget(std::string_view target);

} // namespace crossfade
