// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A machine that loses power forgets what was written but never synced. kill -9 cannot show that:
// the kernel still holds the pages. This library, loaded with LD_PRELOAD, keeps an undo record of
// every write to a *.sqlite file or its write-ahead log until the file is synced, in
// $CROSSFADE_POWERCUT/<path with % for />. After the process was killed, the test applies the
// records backwards (tests/support/powercut.h): the files then hold what a disk would.
//
// A record: int64 old size, int64 offset, int64 length, then the `length` old bytes at `offset`.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

namespace {

template <class Function>
Function real(const char *name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

using PwriteFunction = ssize_t (*)(int, const void *, size_t, off_t);
using WriteFunction = ssize_t (*)(int, const void *, size_t);
using TruncateFunction = int (*)(int, off_t);
using SyncFunction = int (*)(int);

std::mutex &gate()
{
    static std::mutex mutex;
    return mutex;
}

ssize_t realWrite(int fd, const void *data, size_t size)
{
    static const auto function = real<WriteFunction>("write");
    return function(fd, data, size);
}

// Where the undo records of this file stand; empty for files that are not watched.
std::string undoFileOf(int fd)
{
    static const char *folder = std::getenv("CROSSFADE_POWERCUT");
    if (!folder) return {};
    char path[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t length = readlink(link.c_str(), path, sizeof path);
    if (length <= 0) return {};
    std::string file(path, static_cast<std::size_t>(length));
    const bool watched = file.ends_with(".sqlite") || file.ends_with(".sqlite-wal") ||
                         file.ends_with(".sqlite-journal");
    if (!watched) return {};
    std::ranges::replace(file, '/', '%');
    return std::string(folder) + "/" + file;
}

// Notes what `fd` holds at offset … offset + size, as far as it reaches.
void remember(int fd, off_t offset, std::size_t size)
{
    const std::string undo = undoFileOf(fd);
    if (undo.empty()) return;
    struct stat info {};
    if (fstat(fd, &info) != 0) return;
    const std::int64_t kept =
        std::clamp<std::int64_t>(info.st_size - offset, 0, static_cast<std::int64_t>(size));
    const std::int64_t head[3]{info.st_size, offset, kept};
    std::vector<char> record(sizeof head + static_cast<std::size_t>(kept));
    std::copy_n(reinterpret_cast<const char *>(head), sizeof head, record.begin());
    if (kept > 0 &&
        pread(fd, record.data() + sizeof head, static_cast<std::size_t>(kept), offset) != kept)
        return;
    const int log = open(undo.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return;
    realWrite(log, record.data(), record.size());
    close(log);
}

void forget(int fd)
{
    const std::string undo = undoFileOf(fd);
    if (!undo.empty()) unlink(undo.c_str());
}

ssize_t watchedPwrite(const char *name, int fd, const void *data, size_t size, off_t offset)
{
    const std::lock_guard lock(gate());
    remember(fd, offset, size);
    return real<PwriteFunction>(name)(fd, data, size, offset);
}

int watchedTruncate(const char *name, int fd, off_t size)
{
    const std::lock_guard lock(gate());
    struct stat info {};
    if (fstat(fd, &info) == 0)
        remember(fd, size, info.st_size > size ? static_cast<std::size_t>(info.st_size - size) : 0);
    return real<TruncateFunction>(name)(fd, size);
}

int watchedSync(const char *name, int fd)
{
    const std::lock_guard lock(gate());
    const int result = real<SyncFunction>(name)(fd);
    if (result == 0) forget(fd);
    return result;
}

} // namespace

extern "C" {

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return watchedPwrite("pwrite", fd, data, size, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return watchedPwrite("pwrite64", fd, data, size, offset);
}
ssize_t write(int fd, const void *data, size_t size)
{
    const std::string undo = undoFileOf(fd);
    if (undo.empty()) return realWrite(fd, data, size);
    const std::lock_guard lock(gate());
    remember(fd, lseek(fd, 0, SEEK_CUR), size);
    return realWrite(fd, data, size);
}
int ftruncate(int fd, off_t size) noexcept
{
    return watchedTruncate("ftruncate", fd, size);
}
int ftruncate64(int fd, off64_t size) noexcept
{
    return watchedTruncate("ftruncate64", fd, size);
}
int fsync(int fd)
{
    return watchedSync("fsync", fd);
}
int fdatasync(int fd)
{
    return watchedSync("fdatasync", fd);
}
}
