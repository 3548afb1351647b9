// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/databases.h"

#include "app/sandbox/seeder.h"

#include <future>

namespace crossfade {

namespace {

using Seed = Result<std::int64_t> (*)(SqlConnection &, const People &, std::int64_t);

Result<std::int64_t> fill(const std::string &location, Seed seed, const People &people,
                          std::int64_t users)
{
    auto connection = SqlConnection::open(location);
    if (!connection) return fail(connection.error());
    return seed(**connection, people, users);
}

} // namespace

SandboxDatabases databasesIn(const std::string &dir, const std::string &postgresUrl)
{
    SandboxDatabases databases;
    databases.legacy = dir + "/legacy.sqlite";
    databases.newPlatform = postgresUrl.empty() ? dir + "/new.sqlite" : postgresUrl;
    databases.newWithoutSecret = databases.newPlatform;
    // postgresql://user:password@host/…
    const std::size_t start = postgresUrl.find("://");
    const std::size_t at = postgresUrl.find('@');
    if (start == std::string::npos || at == std::string::npos) return databases;
    const std::size_t colon = postgresUrl.find(':', start + 3);
    if (colon == std::string::npos || colon > at) return databases;
    databases.newPassword = postgresUrl.substr(colon + 1, at - colon - 1);
    databases.newWithoutSecret = postgresUrl.substr(0, colon) + postgresUrl.substr(at);
    return databases;
}

Result<std::int64_t> prepareDatabases(const SandboxDatabases &databases, const People &people,
                                      std::int64_t users)
{
    auto newer = std::async(std::launch::async,
                            [&] { return fill(databases.newPlatform, seedNew, people, users); });
    const Result<std::int64_t> legacy = fill(databases.legacy, seedLegacy, people, users);
    const Result<std::int64_t> filled = newer.get();
    return filled ? legacy : filled;
}

} // namespace crossfade
