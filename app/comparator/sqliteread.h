// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"
#include "app/comparator/sqlitestatement.h"

#include <optional>
#include <string>

namespace crossfade {

// The key as it is told: of several columns joinedKey() in SQL. NULL where a part is.
std::string keyText(const TableView &view);
// How keys are sorted so that the order is the merge's, with the index where the column allows it; `type` is the first
// key column's.
std::string orderOf(const TableView &view, const std::string &type);
// The key, the columns, the change column of the view's table.
std::string selectOf(const TableView &view);
SqlParameter keyParameter(const TableView &view, const std::string &key);
Result<void> readRow(const SqliteStatement &statement, const TableView &view, KeyedRow &row);

// Reads in pages, each a query of its own: the lock that a database without a write-ahead log puts
// on its writers is given back between them. With one, a surrounding transaction keeps the
// snapshot.
class SqliteStream : public RowStream {
public:
    SqliteStream(SqliteConnection &connection, TableView view, std::string order, bool snapshot,
                 std::optional<std::string> after);
    ~SqliteStream() override;

    Result<bool> next(KeyedRow &row) override;

private:
    Result<void> open();
    std::string memberPage() const;

    SqliteConnection &m_connection;
    TableView m_view;
    std::string m_order;
    bool m_snapshot;
    std::optional<std::string> m_after;
    std::optional<std::string> m_afterMember; // of a set: the last one told, where its key is m_after
    std::optional<SqliteStatement> m_page;
    int m_rows = 0;
    bool m_ended = false;
};

} // namespace crossfade
