// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/supervisor.h"

#include "app/sandbox/files.h"
#include "app/sandbox/sandbox.h"
#include "app/service/log.h"

#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace crossfade {

namespace {

// One sandbox a folder; the lock goes with the process, however it ends.
class FolderLock {
public:
    explicit FolderLock(const std::string &dir)
        : m_fd(open((dir + "/sandbox.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
        , m_held(m_fd >= 0 && flock(m_fd, LOCK_EX | LOCK_NB) == 0)
    {
    }
    ~FolderLock()
    {
        if (m_fd >= 0) close(m_fd);
    }
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;
    bool held() const { return m_held; }

private:
    int m_fd;
    bool m_held;
};

Result<void> announce(const UpOptions &options, const Json &ready)
{
    const std::string text = dumpJson(ready);
    if (const auto written = writePrivateFile(sandboxFile(options.dir), text); !written)
        return written;
    if (!options.readyFile.empty()) {
        if (const auto written = writePrivateFile(options.readyFile, text); !written)
            return written;
    }
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
    return {};
}

} // namespace

std::string sandboxFile(const std::string &dir)
{
    return dir + "/sandbox.json";
}

int runSandbox(const UpOptions &given)
{
    UpOptions options = given;
    std::error_code error;
    // A folder that was there keeps its permissions: it may hold other things.
    if (std::filesystem::create_directories(options.dir, error))
        std::filesystem::permissions(options.dir, std::filesystem::perms::owner_all, error);
    if (!error)
        options.dir = std::filesystem::absolute(options.dir, error).lexically_normal().string();
    if (error) {
        logError("cannot use the folder", {{"dir", options.dir}, {"detail", error.message()}});
        return 1;
    }
    const FolderLock lock(options.dir);
    if (!lock.held()) {
        logError("another sandbox runs in this folder", {{"dir", options.dir}});
        return 1;
    }
    MainLoop loop;
    Sandbox sandbox(options, loop);
    Result<void> up = sandbox.start();
    if (up) up = announce(options, sandbox.readyJson());
    if (!up) {
        logError("the sandbox did not start", {{"detail", up.error().message}});
        return loop.stopAsked() ? 0 : 1;
    }
    logInfo("the sandbox is up", {{"dir", options.dir}});
    while (!loop.stopAsked())
        loop.waitUntil([] { return false; }, std::chrono::hours(1));
    return 0;
}

} // namespace crossfade
