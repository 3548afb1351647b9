// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/process.h"

#include "tests/support/tempdir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace crossfade {

namespace {

// Those of another build may be tested by this one: with a sanitizer, say, which the tests themselves do not need.
std::string programPath(const std::string &program)
{
    if (program.find('/') != std::string::npos) return program;
    const char *const other = std::getenv("CROSSFADE_PROGRAMS");
    return (other ? std::string(other) : std::string(CROSSFADE_BIN_DIR)) + "/" + program;
}

std::string readFile(const std::string &file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Only async-signal-safe calls stand between fork and exec.
[[noreturn]] void becomeProgram(const char *path, char *const *arguments, char *const *environment,
                                int out, int err)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that dies leaves no server behind
    const int in = open("/dev/null", O_RDONLY);
    dup2(in, 0);
    if (out >= 0) dup2(out, 1);
    if (err >= 0) dup2(err, 2);
    for (int fd = 3; fd < 256; ++fd)
        close(fd);
    if (environment)
        execve(path, arguments, environment);
    else
        execv(path, arguments);
    _exit(127);
}

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> result;
    for (std::string &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

pid_t spawn(const std::string &program, std::vector<std::string> arguments,
            std::vector<std::string> extraEnvironment, const std::string &outFile,
            const std::string &errFile)
{
    const std::string path = programPath(program);
    arguments.insert(arguments.begin(), path);
    std::vector<std::string> environment = std::move(extraEnvironment);
    for (char **entry = environ; *entry; ++entry)
        environment.emplace_back(*entry);
    const std::vector<char *> argv = pointers(arguments);
    const std::vector<char *> envp = pointers(environment);
    const auto openLog = [](const std::string &file) {
        return file.empty() ? -1 : open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    };
    const int out = openLog(outFile);
    const int err = openLog(errFile);
    const pid_t pid = fork();
    if (pid == 0) becomeProgram(path.c_str(), argv.data(), envp.data(), out, err);
    if (out >= 0) close(out);
    if (err >= 0) close(err);
    return pid;
}

int exitCode(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

bool waitFor(const std::function<bool()> &condition, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

Process::Process(const std::string &program, std::vector<std::string> arguments,
                 const std::string &logFile, std::vector<std::string> environment)
    : m_pid(spawn(program, std::move(arguments), std::move(environment), logFile, logFile))
{
}

Process::~Process()
{
    kill();
}

void Process::signal(int number) const
{
    if (m_pid <= 0) return;
    ::kill(m_pid, number);
    if (number != SIGSTOP) return;
    // A signal is only under way when kill returns: the last of a program's threads may still answer a request.
    waitFor([this] {
        siginfo_t state{};
        return waitid(P_PID, static_cast<id_t>(m_pid), &state, WSTOPPED | WEXITED | WNOHANG | WNOWAIT) != 0
            || state.si_pid == m_pid;
    });
}

bool Process::running()
{
    return !wait(std::chrono::milliseconds(0));
}

std::optional<int> Process::wait(std::chrono::milliseconds limit)
{
    waitFor(
        [this] {
            int status = 0;
            if (!m_exit && waitpid(m_pid, &status, WNOHANG) == m_pid) m_exit = exitCode(status);
            return m_exit.has_value();
        },
        limit);
    return m_exit;
}

void Process::kill()
{
    if (m_pid <= 0) return;
    ::kill(-m_pid, SIGKILL);
    if (!m_exit) wait(std::chrono::seconds(10));
}

Output runProgram(const std::string &program, const std::vector<std::string> &arguments,
                  std::chrono::milliseconds limit)
{
    const TempDir directory;
    const pid_t pid =
        spawn(program, arguments, {}, directory.file("out"), directory.file("err"));
    Output output;
    const auto ended = [&] {
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) != pid) return false;
        output.exitCode = exitCode(status);
        return true;
    };
    if (!waitFor(ended, limit)) {
        ::kill(-pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    output.out = readFile(directory.file("out"));
    output.err = readFile(directory.file("err"));
    return output;
}

std::optional<Json> waitReadyFile(const std::string &file, std::chrono::milliseconds limit)
{
    std::optional<Json> ready;
    waitFor(
        [&] {
            const Result<Json> json = parseJson(readFile(file));
            if (json) ready = *json;
            return ready.has_value();
        },
        limit);
    return ready;
}

} // namespace crossfade
