// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/pgconnection.h"
#include "app/comparator/source.h"

#include <string>
#include <vector>

namespace crossfade {

// How this key column is compared: the index is used wherever the column's own order is the
// merge's.
struct PgKeyForm {
    std::string select;  // as text
    std::string order;   // sorted by
    std::string after;   // type of the parameter in "order > $1"
    std::string element; // type of the keys in "order = ANY($1::…[])"
    std::string lookup;  // the left side of that
    bool uuid = false;
    std::vector<std::string> types = {}; // of the columns of a composite key
};

PgKeyForm pgKeyForm(const TableView &view, const std::string &type, bool bytewise);
// joinedKey() in SQL; null where a part is.
std::string pgJoinedText(const TableView &view);
bool isPgInteger(const std::string &type);
bool isBigint(const std::string &text);
// What a part of a composite key is compared as: with the index for the common types, else as text.
std::string pgElement(const std::string &type);
bool fitsPgType(const std::string &text, const std::string &type);

// Of the table r: the key as text, the columns, the change column.
std::string pgSelect(const TableView &view, const PgKeyForm &form);
void readPgRow(const PgResult &result, int index, std::size_t columns, KeyedRow &row);

} // namespace crossfade
