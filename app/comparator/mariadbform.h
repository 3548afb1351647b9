// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// How the values of a MariaDB column are written down, always by the server: the library's own way to
// make texts of numbers loses digits.
enum class MariadbForm { Text, Integer, Decimal, Instant, Single, Double, Bits, Binary, Unsupported };

// `type` is a data_type of information_schema.columns, as "varchar".
MariadbForm mariadbForm(std::string_view type);
// An expression of the column as text; nothing is lost by it.
std::string mariadbText(MariadbForm form, const std::string &column);
// What is read: the same, but of binary values the bytes themselves, which the server could not write
// as digits where they are very long.
std::string mariadbRead(MariadbForm form, const std::string &column);
Cell mariadbCell(MariadbForm form, std::optional<std::string_view> read);
// The same as bytes, which compare and sort as bytes do, whatever the collation.
std::string mariadbBytes(MariadbForm form, const std::string &column);
// The other way: all digits of the single precision number, as the server compares it.
std::string exactSingle(const std::string &text);
char mariadbStorage(MariadbForm form); // of a cell that is not NULL
// A place for a value that is compared with a column of this form: as a text it would be compared with a number as a
// double, and with a time as the server guesses.
std::string mariadbParameter(MariadbForm form);

} // namespace crossfade
