// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace crossfade {

// Polls `condition` every 10 ms until it holds or `limit` is over; answers whether it held.
bool waitFor(const std::function<bool()> &condition,
             std::chrono::milliseconds limit = std::chrono::seconds(10));

// A program of ours under test (a bare name is looked for among the built programs). Its standard
// error goes to `logFile` (empty: ours). Killed, with everything it started, when this goes away.
class Process {
public:
    Process(const std::string &program, std::vector<std::string> arguments,
            const std::string &logFile = {}, std::vector<std::string> environment = {});
    ~Process();
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;

    pid_t pid() const { return m_pid; }
    void signal(int number) const; // SIGSTOP: comes back when the program stands still
    bool running();
    // The exit code (128 + signal), or nothing if it did not end within `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit = std::chrono::seconds(10));
    void kill(); // SIGKILL to its process group, and waits

private:
    pid_t m_pid = -1;
    std::optional<int> m_exit;
};

struct Output {
    int exitCode = -1;
    std::string out;
    std::string err;
};
// Runs to the end (or `limit`, exit code -1).
Output runProgram(const std::string &program, const std::vector<std::string> &arguments,
                  std::chrono::milliseconds limit = std::chrono::seconds(30));

// Waits for the JSON a service writes to its ready file once it answers.
std::optional<Json> waitReadyFile(const std::string &file,
                                  std::chrono::milliseconds limit = std::chrono::seconds(20));

// A PostgreSQL server of the test's own, on a unix socket and a loopback port; one per test program,
// started at first use and stopped at its end. As root it runs as user postgres.
class PostgresServer {
public:
    static PostgresServer &instance();
    // Creates an empty database and answers its URL, "postgresql://…".
    std::string newDatabase();
    void dropDatabase(const std::string &url) const; // whoever still uses it
    // The role `locked` has to say this password, all others need none.
    static constexpr const char *LockedPassword = "open sesame";
    void stopAtOnce(); // as after a crash of the machine's only database
    void startAgain();
    // It and all its processes stand still: connections stay, and nothing is answered.
    void pause() const;
    void goOn() const;
    int port() const { return m_port; }
    ~PostgresServer();

private:
    PostgresServer();
    void launch() const;
    void signalAll(int number) const;
    std::string m_directory;
    std::string m_bin;
    int m_port = 0;
    int m_count = 0;
};

} // namespace crossfade
