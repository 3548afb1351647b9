// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"

#include <string>

namespace crossfade {

// Rows of one table of the service's own store in few statements. `head`: "INSERT INTO t (a, b) VALUES"; `values`: those
// of all rows, one row after the other; `tail`: what follows the rows ("ON CONFLICT …"). No two rows may have the same
// key: PostgreSQL takes no row twice in one statement.
Result<void> insertRows(Database &db, const std::string &head, std::size_t columns, Database::Parameters values,
                        const std::string &tail = {});

} // namespace crossfade
