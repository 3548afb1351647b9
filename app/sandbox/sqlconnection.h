// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

using SqlText = std::optional<std::string>; // nullopt is NULL

struct SqlResult {
    std::vector<std::vector<SqlText>> rows;
    std::int64_t changed = 0;
};

// A connection to the database of one practice platform. All values travel as text; $1, $2, … mark
// the parameters, in this order, on both engines. Blocking, bounded by a few seconds; one thread at
// a time.
class SqlConnection {
public:
    // A path opens SQLite (created if absent, WAL); "postgresql://…" connects to PostgreSQL.
    static Result<std::unique_ptr<SqlConnection>> open(const std::string &location);
    virtual ~SqlConnection() = default;

    virtual Result<SqlResult> run(std::string_view sql,
                                  const std::vector<SqlText> &values = {}) = 0;
    virtual bool isPostgres() const = 0;
};

bool isPostgresUrl(std::string_view location);
Result<std::unique_ptr<SqlConnection>> openSqlite(const std::string &file);
Result<std::unique_ptr<SqlConnection>> openPostgres(const std::string &url);

} // namespace crossfade
