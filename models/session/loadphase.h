// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"

namespace crossfade {

// How far the data of a page has come. Whether it is stale besides is the connection's to say.
enum class LoadPhase { Idle, Loading, Ready, Failed };

} // namespace crossfade
