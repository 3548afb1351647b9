// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/auditchain.h"
#include "app/service/storeconnection.h"

#include <filesystem>
#include <optional>
#include <string>

namespace crossfade {

// Whether the SQLite file is whole and holds a store.
Result<void> checkStoreFile(StoreConnection &database, const std::filesystem::path &file);
// Gives a finished file its name, durably.
Result<void> moveInto(const std::filesystem::path &from, const std::filesystem::path &to);
// Copies a SQLite store, also one in use, into one plain file beside `to`, checked: "<to>.part".
Result<std::filesystem::path> checkedCopy(const std::filesystem::path &from, const std::filesystem::path &to);

struct Restored {
    ChainHead head;
    std::string uuid;
};
// Within the caller's transaction: a new identity, and the restore as an entry of the restored chain;
// without it, what was cut off by an older copy would leave no trace.
Result<Restored> recordRestore(StoreConnection &database, const std::optional<ChainHead> &replaced);
// A head file that stands for the restored chain.
Result<void> renewHead(const std::filesystem::path &headFile, const ChainHead &head);

} // namespace crossfade
