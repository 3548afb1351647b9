// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Statements as people keep and run them: with their values in them instead of beside them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class SqlDialect { Sqlite, Postgres, Mariadb };

// A value, nothing for NULL, as it stands in a statement: on one line, the same value whatever the client's character set
// and escapes, and never more than a value. `storage` is its class (i, r, f, t, b, n) where the dialect tells them apart.
// Nothing where the dialect has no such value.
std::optional<std::string> sqlLiteral(SqlDialect dialect, const std::optional<std::string> &value, char storage);

// The statement with its parameters' literals for its places ($1, ?1, ?), which are none within quotes. Nothing where a
// place has no literal or a literal no place.
std::optional<std::string> withLiterals(SqlDialect dialect, std::string_view sql, const std::vector<std::string> &literals);

// "-- …" and the line's end, whatever the text holds.
std::string sqlComment(std::string_view text);

} // namespace crossfade
