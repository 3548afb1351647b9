// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sqlconnection.h"

namespace crossfade {

bool isPostgresUrl(std::string_view location)
{
    return location.starts_with("postgresql://") || location.starts_with("postgres://");
}

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const std::string &location)
{
    return isPostgresUrl(location) ? openPostgres(location) : openSqlite(location);
}

} // namespace crossfade
