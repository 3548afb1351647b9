// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace crossfade {

namespace {

Failure cannot(const char *what, const std::filesystem::path &file)
{
    return fail(ErrorKind::Unavailable, std::string("cannot ") + what + " " + file.string());
}

bool writeAndSync(const std::filesystem::path &file, std::string_view content)
{
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool good = true;
    while (good && !content.empty()) {
        const ssize_t count = ::write(fd, content.data(), content.size());
        good = count > 0;
        if (good) content.remove_prefix(static_cast<std::size_t>(count));
    }
    good = good && ::fsync(fd) == 0;
    ::close(fd);
    return good;
}

} // namespace

Result<void> writeFileAtomically(const std::filesystem::path &file, const std::string &content)
{
    const std::filesystem::path part = file.string() + ".part" + std::to_string(::getpid());
    if (!writeAndSync(part, content)) return cannot("write", part);
    std::error_code error;
    std::filesystem::rename(part, file, error);
    if (error) return cannot("write", file);
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return {};
    ::fsync(fd);
    ::close(fd);
    return {};
}

Result<std::string> readFile(const std::filesystem::path &file, std::size_t maxBytes)
{
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot("read", file);
    std::string content;
    char part[16'384];
    ssize_t count = 0;
    while ((count = ::read(fd, part, sizeof part)) > 0 && content.size() <= maxBytes)
        content.append(part, static_cast<std::size_t>(count));
    ::close(fd);
    if (count < 0) return cannot("read", file);
    if (content.size() > maxBytes) return fail(ErrorKind::TooLarge, file.string() + " is too large");
    return content;
}

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path file = folder / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return cannot("write", file);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return fail(ErrorKind::Conflict, "another service is using " + folder.string());
    }
    return std::unique_ptr<FolderLock>(new FolderLock(fd));
}

FolderLock::~FolderLock()
{
    ::close(m_file);
}

} // namespace crossfade
