// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/server.h"
#include "app/service/service.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace crossfade {

struct CommonOptions {
    std::filesystem::path data;
    std::string database; // URL of a PostgreSQL database; "" = SQLite in `data`
    std::string databaseSecretEnv;
    std::string databaseSecretFile;
    std::string resources;
    std::string logLevel = "info";
};

struct ServeOptions : CommonOptions {
    std::string listen = "127.0.0.1:0";
    std::string readyFile;
    std::string storeSync = "full";
    std::string acceptStore;
    std::int64_t forgetSeconds = 600;
    std::size_t eventClientBytes = 1 << 20;
    std::int64_t idleSeconds = 60;
    std::int64_t writeSeconds = 30;
    ServerOptions server;
};

enum ExitCode { ExitDone = 0, ExitFailed = 1, ExitUsage = 2 };

void addCommonOptions(CLI::App &app, CommonOptions &options, const Service::Identity &identity);
void addServeOptions(CLI::App &app, ServeOptions &options, const Service::Identity &identity);
// What to exit with; nothing: go on.
std::optional<int> parseArguments(CLI::App &app, int argc, char **argv);
// Takes --listen apart and holds what the parser can't check against each other.
Result<void> completeServeOptions(ServeOptions &options);
// The password that the options name, "" if they name none.
Result<std::string> databaseSecret(const CommonOptions &options);
// --resources, or ../share/crossfade beside the program, or the source tree it was built from.
std::string findResources(const std::string &given);

} // namespace crossfade
