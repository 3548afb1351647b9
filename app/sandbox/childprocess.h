// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace crossfade {

struct ChildCommand {
    std::string program; // path
    std::vector<std::string> arguments;
    std::vector<std::string> environment; // "NAME=value", beside ours
    std::string logFile;                  // standard error is appended here
    std::string outFile;                  // standard output; empty: logFile, too
};

// A child that dies with us, however we die. Only from the main thread: the kernel ties such a
// child to the life of the thread that started it.
class ChildProcess {
public:
    static Result<ChildProcess> start(const ChildCommand &command);
    ChildProcess() = default;

    pid_t pid() const { return m_pid; }
    // Whether it runs; collects its exit code (128 + signal) once it does not.
    bool running();
    std::optional<int> exitCode() const { return m_exit; }
    void signal(int number) const; // nothing once it has ended

private:
    pid_t m_pid = -1;
    std::optional<int> m_exit;
};

} // namespace crossfade
