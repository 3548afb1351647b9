// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <string>

namespace crossfade {

// Asks the sandbox that runs in `dir` and prints its answer; answers the exit code. `page` stands
// under /api/v1/sandbox/; a null body makes it a GET.
int askSandbox(const std::string &dir, const std::string &method, const std::string &page,
               const Json &body);

} // namespace crossfade
