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

namespace crossfade {

// A read of all users that takes longer is given up.
constexpr std::chrono::seconds MostReadTime{300};

// Set from another thread, it ends a running read soon.
using CancelFlag = std::atomic<bool>;
// Takes one id; false: enough, stop.
using IdSink = std::function<bool(std::string_view)>;

// Reads every id of a source, read only, within bounds of time. Errors are sentences for the operator;
// they hold no password.
Result<void> readSqliteDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                 const IdSink &sink);
Result<void> readPostgresDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                   const IdSink &sink);

// SELECT of id column and attributes, names quoted.
std::string directorySelect(const DirectoryConfig &config);
// The password named by the configuration, "" if none is named.
Result<std::string> directorySecret(const DirectoryConfig &config);

} // namespace crossfade
