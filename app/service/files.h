// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <filesystem>
#include <memory>
#include <string>

namespace crossfade {

// All or nothing, also over a sudden death: a new file, fsync, rename, fsync of the folder.
Result<void> writeFileAtomically(const std::filesystem::path &file, const std::string &content);
Result<std::string> readFile(const std::filesystem::path &file, std::size_t maxBytes);

// Held while a service serves a data folder; a second one is refused (Conflict).
class FolderLock {
public:
    static Result<std::unique_ptr<FolderLock>> take(const std::filesystem::path &folder);
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

private:
    explicit FolderLock(int file) : m_file(file) {}
    int m_file;
};

} // namespace crossfade
