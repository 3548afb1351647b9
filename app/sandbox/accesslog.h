// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace crossfade {

// One line a request, written when it arrives, before it is answered:
//     <Unix microseconds of arrival> <LOGIN|LOOKUP|HEALTH|OTHER> <user id or ->
// So a platform's own word stands for who was served there, and until when. Over 64 MiB the file
// moves to FILE.1.
class AccessLog {
public:
    static constexpr std::int64_t MaxBytes = 64 << 20;

    explicit AccessLog(std::string file, std::int64_t maxBytes = MaxBytes);
    ~AccessLog();
    AccessLog(const AccessLog &) = delete;
    AccessLog &operator=(const AccessLog &) = delete;

    void write(std::chrono::system_clock::time_point at, std::string_view kind,
               std::string_view user);

private:
    void reopen();

    std::mutex m_mutex;
    std::string m_file;
    std::int64_t m_maxBytes;
    std::int64_t m_bytes = 0;
    int m_fd = -1;
};

} // namespace crossfade
