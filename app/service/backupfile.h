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
// The head of a restored chain before it takes the place of the old one: a store is put in its place between.
std::filesystem::path restoredHead(const std::filesystem::path &headFile);
Result<void> writeRestoredHead(const std::filesystem::path &headFile, const ChainHead &head);
// A head file that stands for the restored chain, in one step.
Result<void> renewHead(const std::filesystem::path &headFile, const ChainHead &head);
// What a restore that died leaves: the store in use under the name of one put aside, too. Nobody may open it there.
void forgetHalfReplaced(const std::filesystem::path &store);

} // namespace crossfade
