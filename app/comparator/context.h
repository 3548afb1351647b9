// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/fingerprint.h"
#include "app/service/service.h"

#include <chrono>

namespace crossfade {

// What every part of the comparator works with.
struct Context {
    Service &service;
    Store &store;
    Fingerprint print;
    std::int64_t batchRows = 409'600; // at most; a finished batch is a checkpoint
    // How long a run waits for a database that is lost before it fails.
    std::chrono::milliseconds patience{60'000};
};

} // namespace crossfade
