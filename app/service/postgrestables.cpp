// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a store's connection tells of its tables.

#include "app/service/postgres.h"

#include <algorithm>

namespace crossfade {

Result<StoreConnection::Tables> PostgresDatabase::tables()
{
    const auto rows = query("SELECT table_name::text, column_name::text FROM information_schema.columns "
                            "WHERE table_schema = current_schema()");
    if (!rows) return fail(rows.error());
    Tables tables;
    for (const SqlRow &row : *rows)
        tables[row.text(0)].push_back(row.text(1));
    for (auto &[name, columns] : tables)
        std::ranges::sort(columns);
    return tables;
}

Result<void> PostgresDatabase::renumber()
{
    const auto rows = query("SELECT quote_ident(table_name), quote_ident(column_name), "
                            "pg_get_serial_sequence(quote_ident(table_name), column_name) "
                            "FROM information_schema.columns "
                            "WHERE table_schema = current_schema() AND is_identity = 'YES'");
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        // Never back: another transaction may have taken a number that is not seen yet.
        const std::string next = "(SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM " + row.text(2) + ")";
        const auto set = query("SELECT setval(CAST(? AS regclass), greatest(" + next + ", coalesce(max(" +
                                   row.text(1) + "), 0) + 1), false) FROM " + row.text(0),
                               {row.text(2)});
        if (!set) return fail(set.error());
    }
    return {};
}

} // namespace crossfade
