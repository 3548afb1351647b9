// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directoryconfig.h"
#include "models/routing/idset.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// A read of all users that takes longer is given up.
constexpr std::chrono::seconds MostReadTime{300};

// Set from another thread, it ends a running read soon.
using CancelFlag = std::atomic<bool>;
// Takes one id; false: enough, stop.
using IdSink = std::function<bool(std::string_view)>;

// Only the users this condition names; "" for all. Written for the kind of the source, its parameters are
// texts.
struct DirectoryFilter {
    std::string condition;
    std::vector<std::string> values;
};

// Reads every id of a source, read only, within bounds of time. Errors are sentences for the operator;
// they hold no password.
Result<void> readSqliteDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                 const IdSink &sink, const DirectoryFilter &filter = {});
Result<void> readPostgresDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                   const IdSink &sink, const DirectoryFilter &filter = {});

Result<void> readMariadbDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                  const IdSink &sink, const DirectoryFilter &filter = {});
// By the kind, which is one of a database.
Result<void> readDirectory(const DirectoryConfig &config, const CancelFlag &cancelled, const IdSink &sink,
                           const DirectoryFilter &filter = {});
// Looks at a source before it is taken: Invalid names the field that is wrong. Other kinds than MariaDB
// are not looked at: what is wrong with them is told by their first read.
Result<void> tryMariadbDirectory(const DirectoryConfig &config, const CancelFlag &cancelled);

// SELECT of id column and attributes, names quoted as the kind wants it; of the filter only the condition.
std::string directorySelect(const DirectoryConfig &config, const DirectoryFilter &filter = {});
// The password named by the configuration, "" if none is named.
Result<std::string> directorySecret(const DirectoryConfig &config);

} // namespace crossfade
