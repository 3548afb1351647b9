// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/options.h"

#include <charconv>
#include <cstdlib>
#include <fstream>

namespace crossfade {

namespace {

constexpr std::size_t MostSecretBytes = 4'096;

void addDatabaseOptions(CLI::App &app, CommonOptions &options)
{
    auto *database = app.add_option("--database", options.database,
                                    "postgresql://USER@HOST:PORT/NAME that holds the store, without a password; "
                                    "else SQLite in --data");
    app.add_option("--database-secret-env", options.databaseSecretEnv,
                   "Environment variable that holds the database's password")
        ->needs(database);
    app.add_option("--database-secret-file", options.databaseSecretFile,
                   "File whose first line is the database's password")
        ->needs(database);
}

} // namespace

void addCommonOptions(CLI::App &app, CommonOptions &options, const Service::Identity &identity)
{
    app.set_version_flag("--version", identity.version);
    app.set_config("--config", "", "Read options from this file (TOML or INI)");
    // Without this a misspelt key would pass silently.
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.add_option("--data", options.data, "Folder of the service's store")->required();
    app.add_option("--resources", options.resources, "Folder with sql, openapi and other resources");
    if (identity.postgres) addDatabaseOptions(app, options);
    app.add_option("--log-level", options.logLevel, "What is logged to standard error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
        ->capture_default_str();
}

void addServeOptions(CLI::App &app, ServeOptions &options, const Service::Identity &identity)
{
    addCommonOptions(app, options, identity);
    app.add_option("--listen", options.listen, "HOST:PORT to serve at; port 0 picks a free one")
        ->capture_default_str();
    app.add_option("--ready-file", options.readyFile, "Written with url and pid once it answers");
    app.add_option("--tls-cert", options.server.tlsCertificate, "Certificate chain (PEM)")
        ->check(CLI::ExistingFile);
    app.add_option("--tls-key", options.server.tlsKey, "Private key (PEM)")->check(CLI::ExistingFile);
    app.add_option("--max-connections", options.server.limits.connections,
                   "Open connections beyond which new ones get 503")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--idle-seconds", options.idleSeconds,
                   "Seconds an open connection may wait for its next request")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600}))
        ->capture_default_str();
    app.add_option("--write-seconds", options.writeSeconds,
                   "Seconds a client has to take an answer")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600}))
        ->capture_default_str();
    app.add_option("--event-client-bytes", options.eventClientBytes,
                   "Unsent bytes at which a slow event stream is closed")
        ->check(CLI::Range(4'096, 1 << 30))
        ->capture_default_str();
    if (identity.postgres)
        app.add_option("--accept-store", options.acceptStore,
                       "Identity of a restored store, as the refusal to start names it: this folder, which belongs "
                       "to the store before, is to belong to that one");
    // For tests; hidden, no operator wants them.
    app.add_option("--forget-seconds", options.forgetSeconds)
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600}))
        ->group("");
    app.add_option("--store-sync", options.storeSync)
        ->check(CLI::IsMember({"full", "off"}))
        ->group("");
}

std::optional<int> parseArguments(CLI::App &app, int argc, char **argv)
{
    try {
        app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? ExitDone : ExitUsage;
    }
}

Result<void> completeServeOptions(ServeOptions &options)
{
    const std::size_t colon = options.listen.rfind(':');
    if (colon == std::string::npos)
        return fail(ErrorKind::Invalid, "--listen must be HOST:PORT, not " + options.listen);
    const char *end = options.listen.data() + options.listen.size();
    const auto [last, error] =
        std::from_chars(options.listen.data() + colon + 1, end, options.server.port);
    if (error != std::errc() || last != end)
        return fail(ErrorKind::Invalid, "--listen must be HOST:PORT, not " + options.listen);
    options.server.host = options.listen.substr(0, colon);
    if (options.server.host.starts_with('[') && options.server.host.ends_with(']'))
        options.server.host = options.server.host.substr(1, options.server.host.size() - 2);
    if (options.server.tlsCertificate.empty() != options.server.tlsKey.empty())
        return fail(ErrorKind::Invalid, "--tls-cert and --tls-key go together");
    options.server.limits.idle = std::chrono::seconds(options.idleSeconds);
    options.server.limits.writeDeadline = std::chrono::seconds(options.writeSeconds);
    return {};
}

Result<std::string> databaseSecret(const CommonOptions &options)
{
    if (!options.databaseSecretEnv.empty()) {
        const char *value = std::getenv(options.databaseSecretEnv.c_str());
        if (value) return std::string(value);
        return fail(ErrorKind::Unavailable,
                    "the environment variable " + options.databaseSecretEnv + " is not set");
    }
    if (options.databaseSecretFile.empty()) return std::string();
    std::ifstream in(options.databaseSecretFile);
    std::string line;
    if (!in || !std::getline(in, line) || line.size() > MostSecretBytes)
        return fail(ErrorKind::Unavailable,
                    "the secret file " + options.databaseSecretFile + " cannot be read");
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

std::string findResources(const std::string &given)
{
    if (!given.empty()) return given;
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const auto shared = program.parent_path().parent_path() / "share" / "crossfade";
        if (std::filesystem::is_directory(shared, error)) return shared.string();
    }
    return CROSSFADE_RESOURCE_DIR;
}

} // namespace crossfade
