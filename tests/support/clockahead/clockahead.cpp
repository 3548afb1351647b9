// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A clock of the day that goes ahead: by as many seconds as the file named by CROSSFADE_CLOCK_AHEAD says in its first
// eight bytes, which a test may change while the service runs. What is waited for by the steady clock is not touched.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

const volatile std::int64_t *mapped() {
    const char *path = std::getenv("CROSSFADE_CLOCK_AHEAD");
    if (!path) return nullptr;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void *map = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    return map == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t *>(map);
}

std::int64_t ahead() {
    static const volatile std::int64_t *const seconds = mapped();
    return seconds ? *seconds : 0;
}

} // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec *to) noexcept {
    const long result = syscall(SYS_clock_gettime, id, to);
    if (result == 0 && id == CLOCK_REALTIME) to->tv_sec += ahead();
    return static_cast<int>(result);
}

time_t time(time_t *to) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}

} // extern "C"
