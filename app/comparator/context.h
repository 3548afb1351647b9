// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/fingerprint.h"
#include "app/service/service.h"

namespace crossfade {

// What every part of the comparator works with.
struct Context {
    Service &service;
    Store &store;
    Fingerprint print;
    std::int64_t batchRows = 20'000; // a finished batch is a checkpoint
};

} // namespace crossfade
