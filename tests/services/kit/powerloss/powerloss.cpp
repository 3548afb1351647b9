// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a service under test, it models a disk that forgets: whenever a file below
// CROSSFADE_POWERLOSS_DIR is synced, its content at that moment is copied to FILE.durable. After a
// SIGKILL the test puts those copies in the files' places, as if the power had failed: what was
// never synced is gone.

#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

bool copyTo(int from, const std::string &file) {
    const int to = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0) return false;
    static thread_local char part[1 << 16];
    bool good = true;
    off_t offset = 0;
    ssize_t count = 0;
    while (good && (count = ::pread(from, part, sizeof part, offset)) > 0) {
        good = ::write(to, part, static_cast<std::size_t>(count)) == count;
        offset += count;
    }
    ::close(to);
    return good && count == 0;
}

void remember(int synced) {
    const char *directory = std::getenv("CROSSFADE_POWERLOSS_DIR");
    char path[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(synced);
    const ssize_t length = ::readlink(link.c_str(), path, sizeof path - 1);
    if (!directory || length <= 0) return;
    path[length] = '\0';
    if (std::strncmp(path, directory, std::strlen(directory)) != 0) return;
    // The descriptor may be write-only or a folder: opened anew for reading.
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    const std::string durable = std::string(path) + ".durable";
    const std::string part = durable + std::to_string(::gettid());
    if (copyTo(file, part)) ::rename(part.c_str(), durable.c_str());
    ::close(file);
}

int synced(const char *name, int file) {
    const auto real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name));
    const int result = real(file);
    if (result == 0) remember(file);
    return result;
}

} // namespace

extern "C" int fsync(int file) {
    return synced("fsync", file);
}

extern "C" int fdatasync(int file) {
    return synced("fdatasync", file);
}
