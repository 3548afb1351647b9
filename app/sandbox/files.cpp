// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/files.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

Result<std::string> readTextFile(const std::string &file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorKind::NotFound, "cannot read " + file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Result<void> writePrivateFile(const std::string &file, std::string_view text)
{
    const std::string temporary = file + ".new";
    const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return fail(ErrorKind::Internal, "cannot write " + temporary);
    const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(fd);
    if (!written || std::rename(temporary.c_str(), file.c_str()) != 0)
        return fail(ErrorKind::Internal, "cannot write " + file);
    return {};
}

} // namespace crossfade
