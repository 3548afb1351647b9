// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace crossfade {

struct ConsoleOptions {
    QString profile;      // name of the profile to connect to
    bool sandbox = false; // start and use a sandbox
    bool tour = false;
    QString shots;        // folder of the tour's pictures
    QString settingsFile; // instead of the user's own
    QString sandboxProgram; // instead of the one beside this program
    std::optional<int> exitCode; // nothing to run: help, version, wrong usage
};

// Prints what there is to say (help to standard output, mistakes to standard error).
ConsoleOptions readOptions(int argc, char *const argv[]);
QString consoleVersion();

} // namespace crossfade
