// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <cstdint>
#include <string>

namespace crossfade {

struct UpOptions {
    std::string dir;
    std::int64_t users = 50'000;
    double rate = 20;
    std::string postgres; // URL of NEW's database; empty: SQLite in dir
    std::string readyFile;
    std::uint64_t seed = 1;
};

// Starts the whole sandbox in `dir`, prints its one JSON object, serves until SIGTERM or SIGINT and
// stops everything. Answers the exit code. To be called from the main thread before any other
// thread is started.
int runSandbox(const UpOptions &options);

// Where a running sandbox says how to reach it: its ready JSON with all tokens, owner only.
std::string sandboxFile(const std::string &dir);

} // namespace crossfade
