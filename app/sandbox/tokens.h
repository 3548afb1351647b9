// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/configure.h"
#include "app/sandbox/mainloop.h"

#include <string>

namespace crossfade {

// Makes a service's tokens with its own command (`token add`), once: they stand in `file` and are
// taken from there the next time.
Result<SandboxTokens> serviceTokens(MainLoop &loop, const std::string &program,
                                    const std::string &data, const std::string &file,
                                    const std::string &logFile);

} // namespace crossfade
