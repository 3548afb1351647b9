// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/killpoint.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace crossfade {

namespace {

struct Target {
    std::string name;
    std::atomic<long> left{0};

    Target()
    {
        const char *value = std::getenv("CROSSFADE_KILL_POINT");
        if (!value) return;
        name = value;
        const std::size_t colon = name.rfind(':');
        if (colon == std::string::npos) return;
        left = std::strtol(name.c_str() + colon + 1, nullptr, 10);
        name.resize(colon);
    }
};

} // namespace

void killPoint(const char *name)
{
    static Target target;
    if (target.name.empty() || target.name != name) return;
    if (--target.left == 0) ::kill(::getpid(), SIGKILL);
}

} // namespace crossfade
