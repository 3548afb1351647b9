// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/bulkinsert.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace crossfade {

namespace {

// Of one statement: far below what either store takes (32 766 and 65 535), and no longer worth a wait.
constexpr std::size_t MostParameters = 2'048;

} // namespace

Result<void> insertRows(Database &db, const std::string &head, std::size_t columns, Database::Parameters values,
                        const std::string &tail)
{
    std::string row = "(";
    for (std::size_t i = 0; i < columns; ++i)
        row += i == 0 ? "?" : ", ?";
    row += ")";
    const std::size_t most = std::bit_floor(std::max<std::size_t>(1, MostParameters / columns));
    auto next = values.begin();
    while (next != values.end()) {
        // A power of two of rows: a store keeps prepared what it is asked again, and so there are few texts to keep.
        const auto left = static_cast<std::size_t>(values.end() - next) / columns;
        if (left == 0) return fail(ErrorKind::Internal, "the values are no whole rows");
        const std::size_t rows = std::min(most, std::bit_floor(left));
        std::string sql = head + " " + row;
        for (std::size_t i = 1; i < rows; ++i)
            sql += ", " + row;
        const auto end = next + static_cast<std::ptrdiff_t>(rows * columns);
        const auto done = db.execute(sql + " " + tail, {std::make_move_iterator(next), std::make_move_iterator(end)});
        if (!done) return fail(done.error());
        next = end;
    }
    return {};
}

} // namespace crossfade
