// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"
#include "app/service/log.h"
#include "app/service/options.h"
#include "app/service/serviceimpl.h"
#include "app/service/tokens.h"

#include <iostream>

namespace crossfade {

namespace {

int report(const Error &error)
{
    std::cerr << error.message << "\n";
    return error.kind == ErrorKind::Invalid ? ExitUsage : ExitFailed;
}

struct TokenOptions : CommonOptions {
    std::string subject;
    std::vector<std::string> roles;
    std::string expires;
    std::string which;
};

int addTokenCommand(ServiceStore &store, const TokenOptions &options)
{
    std::optional<Instant> expires;
    if (!options.expires.empty()) {
        const auto instant = parseInstant(options.expires);
        if (!instant) return report({ErrorKind::Invalid, "--expires " + instant.error().message, {}, {}});
        expires = *instant;
    }
    const auto token = addToken(store, options.subject, options.roles, expires);
    if (!token) return report(token.error());
    std::cout << *token << "\n";
    return ExitDone;
}

int listTokensCommand(ServiceStore &store)
{
    const auto tokens = listTokens(store);
    if (!tokens) return report(tokens.error());
    for (const Json &token : *tokens)
        std::cout << dumpJson(token) << "\n";
    return ExitDone;
}

int revokeTokensCommand(ServiceStore &store, const TokenOptions &options)
{
    const auto count = revokeTokens(store, options.which);
    if (!count) return report(count.error());
    std::cerr << *count << " revoked\n";
    return ExitDone;
}

} // namespace

int runTokenCommand(int argc, char **argv, const Service::Identity &identity)
{
    const std::string act = argv[0];
    CLI::App app("Tokens of the " + identity.name, identity.program + " token " + act);
    TokenOptions options;
    addCommonOptions(app, options, identity);
    if (act == "add") {
        app.add_option("--subject", options.subject, "Who it is for")->required();
        app.add_option("--roles", options.roles, "viewer, operator, approver, admin, …")
            ->required()
            ->delimiter(',');
        app.add_option("--expires", options.expires, "RFC 3339 time; never without it");
    } else if (act == "revoke") {
        app.add_option("which", options.which, "Id of the token, or a subject")->required();
    } else if (act != "list") {
        return report({ErrorKind::Invalid, "token add, token list or token revoke", {}, {}});
    }
    if (const auto code = parseArguments(app, argc, argv)) return *code;
    setLogLevel(options.logLevel == "info" ? "warning" : options.logLevel);
    auto where = storeOptions(options, identity);
    if (!where) return report(where.error());
    auto store = ServiceStore::open(std::move(*where), Environment::real());
    if (!store) return report(store.error());
    if (act == "add") return addTokenCommand(**store, options);
    if (act == "revoke") return revokeTokensCommand(**store, options);
    return listTokensCommand(**store);
}

int runBackupCommand(int argc, char **argv, const Service::Identity &identity)
{
    const bool backs = std::string_view(argv[0]) == "backup";
    CLI::App app(backs ? "Copies the store" : "Puts a copy of the store back",
                 identity.program + " " + argv[0]);
    CommonOptions options;
    std::filesystem::path file;
    addCommonOptions(app, options, identity);
    app.add_option(backs ? "--to" : "--from", file, "File of the copy")->required();
    if (const auto code = parseArguments(app, argc, argv)) return *code;
    const auto where = storeOptions(options, identity);
    if (!where) return report(where.error());
    setLogLevel(options.logLevel == "info" ? "warning" : options.logLevel);
    const auto done = backs ? backupStore(*where, file) : restoreStore(file, *where);
    return done ? ExitDone : report(done.error());
}

} // namespace crossfade
