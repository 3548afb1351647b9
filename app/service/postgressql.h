// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crossfade {

// PostgreSQL's spelling of a statement with `?` for its parameters: $1, $2, … What stands in quotes,
// dollar quotes or comments is left alone; SQLite's hint INDEXED BY is left out.
struct NumberedSql {
    std::string text;
    std::size_t parameters = 0;
};
NumberedSql numberedParameters(std::string_view sql);

// PostgreSQL's texts cannot hold U+0000: it is stored as U+0001 '0', and U+0001 as U+0001 '1'.
std::string toPostgresText(std::string_view text);
std::string fromPostgresText(std::string_view stored);

} // namespace crossfade
