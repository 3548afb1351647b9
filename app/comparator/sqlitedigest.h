// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/sqlitestatement.h"

#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// A query of its own each: the lock that a database without a write-ahead log puts on its writers is given
// back between them.
constexpr int SqlitePageRows = 5'000;

// "main" where a table's name says none.
std::string sqliteSchema(const std::string &table);
std::string sqliteName(const std::string &table);

// Whether every key is a whole number; whether no two keys have one text.
Result<bool> sqliteDigests(SqliteConnection &connection, const TableView &view);
Result<bool> sqliteHashesKeys(SqliteConnection &connection, const TableView &view);

// Digests of the rows of a table, made here: SQLite has no functions for them, and the rows do not leave
// the process. `select` reads the key's text and the view's columns, and ends with the table.
class SqliteDigester {
public:
    SqliteDigester(SqliteConnection &connection, const TableView &view, std::string select);

    Result<std::vector<SegmentDigest>> segments(const KeyRange &range, const std::vector<KeyRange> &only);
    Result<std::vector<RowDigest>> rows(const std::vector<KeyRange> &ranges);
    Result<std::vector<SegmentDigest>> hashCells(const HashPick &pick);
    Result<std::vector<KeyDigest>> hashRows(const HashPick &pick);
    Result<std::vector<std::string>> sampleKeys(const SamplePick &pick);

private:
    using VisitHashed = std::function<void(std::int64_t cell, KeyDigest)>;
    Result<void> each(const KeyRange &range, const std::function<void(const RowDigest &)> &visit);
    Result<void> eachKeyed(const std::function<Result<void>(const SqliteStatement &)> &visit);
    Result<void> eachHashed(const HashPick &pick, const VisitHashed &visit);
    Result<bool> isPaged();
    void appendCells(std::string &text, const SqliteStatement &row);

    SqliteConnection &m_connection;
    const TableView &m_view;
    std::string m_select;
    Cell m_cell; // used again for every value
};

} // namespace crossfade
