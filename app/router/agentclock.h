// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/core/time.h"

#include <string>

namespace crossfade::agentclock {

// How far an agent's clock is off, as alerts tell it.
enum class Level { Good, Off, Stale };
// Over a second it is off; a clock that is off is good again below half of that, so that one at the border raises no
// alert a minute. Over five seconds what it measures is stale.
Level levelOf(Milliseconds offset, Level before);

// Keeps what the agent's clock said, and raises or settles its alert (CLOCK_OFFSET) where the level changes.
Result<void> note(WriteTransaction &tx, const std::string &agentId, const std::string &bootId, Milliseconds offset);

} // namespace crossfade::agentclock
