// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/digestsql.h"
#include "app/comparator/mariadbform.h"
#include "app/comparator/source.h"
#include "app/service/mariadb.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

Cell cellOf(const MariadbStatement &statement, std::size_t column);
std::int64_t integerOf(const MariadbStatement &statement, std::size_t column); // 0 for NULL
std::optional<std::uint64_t> digestOf(const MariadbStatement &statement, std::size_t column);

using MariadbForms = std::map<std::string, MariadbColumn>; // by column

// What is read of a table, and in which order: the merge's, with the index wherever it has that.
struct MariadbRead {
    TableView view;
    std::vector<MariadbForm> forms; // of the view's columns
    MariadbForm changedForm = MariadbForm::Text; // of its change column
    std::string select;
    std::string key;    // as it is compared
    std::string text = {}; // the key as it is told
    bool whole = false; // the key is a number: its index is in the merge's order

    void read(const MariadbStatement &statement, KeyedRow &row) const;
};
// Conflict where the table has not these columns.
Result<MariadbRead> mariadbReading(const TableView &view, const MariadbForms &forms);

// One statement, row by row: the server sends what is asked for, memory does not grow with it.
class MariadbStream : public RowStream {
public:
    MariadbStream(MariadbStatement statement, MariadbRead read);
    Result<bool> next(KeyedRow &row) override;

private:
    MariadbStatement m_statement;
    MariadbRead m_read;
};

} // namespace crossfade
