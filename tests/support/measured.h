// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

namespace crossfade {

// The environment of a program whose memory a test measures. AddressSanitizer holds back up to 256 MiB of what was
// freed, to find who still uses it; of this one it holds back a mebibyte.
inline std::vector<std::string> measuredEnvironment()
{
    const char *options = std::getenv("ASAN_OPTIONS");
    return {"ASAN_OPTIONS=" + (options ? std::string(options) + ":" : std::string()) +
            "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"};
}

} // namespace crossfade
