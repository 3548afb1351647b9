// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"
#include "app/service/mariadb.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

// Numbers of server errors, fixed for ever.
constexpr std::array<unsigned, 4> NoSignIn{1045, 1698, 1820, 1862};
constexpr std::array<unsigned, 2> NoColumn{1054, 1143};

template <std::size_t Size>
bool holdsCode(const std::array<unsigned, Size> &codes, unsigned code)
{
    return std::ranges::find(codes, code) != codes.end();
}

Result<MariadbTarget> targetOf(const DirectoryConfig &config)
{
    auto target = parseMariadbUrl(config.location);
    if (!target) return fail(ErrorKind::Unavailable, "MariaDB: the location " + target.error().message);
    auto secret = directorySecret(config);
    if (!secret) return fail(secret.error());
    target->password = std::move(*secret);
    target->application = "crossfade-router";
    target->statementTime = MostReadTime;
    return target;
}

std::vector<MariadbStatement::Value> parametersOf(const DirectoryFilter &filter)
{
    return {filter.values.begin(), filter.values.end()};
}

// A statement is prepared, not run: the server looks its names up and goes no further.
Result<void> tryColumn(MariadbConnection &connection, const DirectoryConfig &config, const std::string &column,
                       const std::string &pointer)
{
    DirectoryConfig one = config;
    one.idColumn = column;
    one.attributes.clear();
    const auto statement = connection.prepare(directorySelect(one));
    if (statement) return {};
    if (connection.isBroken()) return invalid("/location", statement.error().message);
    const bool here = holdsCode(NoColumn, connection.lastCode());
    return invalid(here ? pointer : "/table", statement.error().message);
}

} // namespace

Result<void> readMariadbDirectory(const DirectoryConfig &config, const CancelFlag &cancelled, const IdSink &sink,
                                  const DirectoryFilter &filter)
{
    auto target = targetOf(config);
    if (!target) return fail(target.error());
    MariadbConnection connection(std::move(*target), cancelled);
    if (auto connected = connection.connect(); !connected) return connected;
    auto statement = connection.prepare(directorySelect(config, filter));
    if (!statement) return fail(statement.error());
    if (auto begun = statement->execute(parametersOf(filter)); !begun) return begun;
    const auto deadline = std::chrono::steady_clock::now() + MostReadTime;
    for (;;) {
        const auto row = statement->next();
        if (!row) return fail(row.error());
        if (std::chrono::steady_clock::now() > deadline)
            return fail(ErrorKind::Unavailable, "MariaDB: the read took too long");
        if (!*row) return {};
        if (!sink(statement->cell(0).value_or(std::string_view()))) return {};
    }
}

Result<void> tryMariadbDirectory(const DirectoryConfig &config, const CancelFlag &cancelled)
{
    auto target = targetOf(config);
    if (!target) return invalid("/secret", target.error().message);
    MariadbConnection connection(std::move(*target), cancelled);
    if (auto connected = connection.connect(); !connected) {
        const bool named = !config.secretEnv.empty() || !config.secretFile.empty();
        const bool refused = holdsCode(NoSignIn, connection.lastCode());
        return invalid(refused && named ? "/secret" : "/location", connected.error().message);
    }
    if (auto good = tryColumn(connection, config, config.idColumn, "/id_column"); !good) return good;
    for (std::size_t i = 0; i < config.attributes.size(); ++i) {
        auto good = tryColumn(connection, config, config.attributes[i], "/attributes/" + std::to_string(i));
        if (!good) return good;
    }
    return {};
}

} // namespace crossfade
