// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <string>
#include <vector>

namespace crossfade {

// What a request asks of the differences: which, and in which order.
struct DifferenceQuery {
    std::string where; // " WHERE …" over the table as d
    std::string whereIgnored; // the same of those that rules hide
    Database::Parameters values;
    std::string sort; // as asked
    bool descending = false;
    std::vector<std::string> columns; // sorted by; the id is the last

    std::string order() const; // " ORDER BY …"
    // " AND (…) > (…)": the rows after the one whose sort key `cursor` holds. Invalid for a cursor
    // of another order.
    Result<std::string> after(const std::string &cursor, Database::Parameters &values) const;
    // The cursor of a row whose sorted columns begin at `first`.
    std::string cursorOf(const SqlRow &row, std::size_t first) const;
    std::string columnList() const;
};
Result<DifferenceQuery> differenceQuery(const HttpRequest &request);
// The query parameters it knows.
std::vector<std::string> differenceFilters(std::vector<std::string> more);

} // namespace crossfade
