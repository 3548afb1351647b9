// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/childprocess.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crossfade {

namespace {

int openLog(const std::string &file)
{
    return open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> result;
    for (std::string &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// Between fork and exec only calls that are safe in the child of a process with threads.
[[noreturn]] void becomeChild(pid_t parent, const char *path, char *const *arguments,
                              char *const *environment, int out, int err)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); // it died before the line above
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    const int in = open("/dev/null", O_RDONLY);
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    for (int fd = 3; fd < 1'024; ++fd)
        close(fd);
    execve(path, arguments, environment);
    _exit(127);
}

} // namespace

Result<ChildProcess> ChildProcess::start(const ChildCommand &command)
{
    std::vector<std::string> arguments = command.arguments;
    arguments.insert(arguments.begin(), command.program);
    std::vector<std::string> environment = command.environment;
    for (char **entry = environ; *entry; ++entry)
        environment.emplace_back(*entry);
    const std::vector<char *> argv = pointers(arguments);
    const std::vector<char *> envp = pointers(environment);
    const int err = openLog(command.logFile);
    const int out = command.outFile.empty() ? err : openLog(command.outFile);
    const pid_t parent = getpid();

    ChildProcess child;
    child.m_pid = fork();
    if (child.m_pid == 0)
        becomeChild(parent, command.program.c_str(), argv.data(), envp.data(), out, err);
    if (out >= 0 && out != err) close(out);
    if (err >= 0) close(err);
    if (child.m_pid < 0)
        return fail(ErrorKind::Internal,
                    "cannot start " + command.program + ": " + std::strerror(errno));
    return child;
}

bool ChildProcess::running()
{
    if (m_pid <= 0 || m_exit) return false;
    int status = 0;
    if (waitpid(m_pid, &status, WNOHANG) != m_pid) return true;
    m_exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

void ChildProcess::signal(int number) const
{
    if (m_pid > 0 && !m_exit) ::kill(m_pid, number);
}

} // namespace crossfade
