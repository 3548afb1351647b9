// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <optional>
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

    bool openAndResolved = false; // both are asked for

    std::string order() const; // " ORDER BY …"
    // Reads `columns`, then the sorted ones, of at most `most` rows: those after the one whose sort key `cursor` holds, and
    // none that was found after the one of the id `newest`. Invalid for a cursor of another order. However many there are,
    // an index has them in their order.
    struct Page {
        std::string sql;
        Database::Parameters values;
    };
    Result<Page> page(const std::string &selected, std::int64_t most, const std::optional<std::string> &cursor,
                      const std::optional<std::string> &newest = std::nullopt) const;
    // The cursor of a row whose sorted columns begin at `first`.
    std::string cursorOf(const SqlRow &row, std::size_t first) const;
    std::string columnList() const;

private:
    Result<std::string> after(const std::string &cursor, Database::Parameters &parameters) const;
};
Result<DifferenceQuery> differenceQuery(const HttpRequest &request);

// Which differences a body means, by its object "filter": a conjunction over the table as d, beginning with " WHERE".
// The names are those of the list, without `state` and `resolved`.
struct DifferenceFilter {
    std::string where = " WHERE 1 = 1";
    Database::Parameters values;
};
DifferenceFilter readDifferenceFilter(JsonReader &parent);
// The query parameters it knows.
std::vector<std::string> differenceFilters(std::vector<std::string> more);

} // namespace crossfade
