// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/accesslog.h"

#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

AccessLog::AccessLog(std::string file, std::int64_t maxBytes)
    : m_file(std::move(file))
    , m_maxBytes(maxBytes)
{
    if (!m_file.empty()) reopen();
}

AccessLog::~AccessLog()
{
    if (m_fd >= 0) close(m_fd);
}

void AccessLog::reopen()
{
    if (m_fd >= 0) close(m_fd);
    m_fd = open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    m_bytes = m_fd >= 0 ? lseek(m_fd, 0, SEEK_END) : 0;
}

void AccessLog::write(std::chrono::system_clock::time_point at, std::string_view kind,
                      std::string_view user)
{
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch());
    std::string line = std::to_string(micros.count()) + " ";
    line.append(kind).append(" ").append(user.empty() ? "-" : user).append("\n");

    const std::lock_guard lock(m_mutex);
    if (m_fd < 0) return;
    // One write a line: a killed platform leaves whole lines.
    if (const ssize_t written = ::write(m_fd, line.data(), line.size()); written > 0)
        m_bytes += written;
    if (m_bytes < m_maxBytes) return;
    std::rename(m_file.c_str(), (m_file + ".1").c_str());
    reopen();
}

} // namespace crossfade
