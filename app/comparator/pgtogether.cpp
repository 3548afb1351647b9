// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many rows for PostgreSQL in one statement: most of the price of an insert of one row is that of its statement.
#include "app/comparator/pgconnection.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostRowsTogether = 256;
constexpr std::size_t MostParametersTogether = 16'384; // the protocol takes 65 535
constexpr std::size_t MostBytesTogether = 1 << 20;

std::size_t bytesOf(const SqlStatement &statement)
{
    std::size_t size = 0;
    for (const SqlParameter &parameter : statement.parameters)
        size += parameter.value ? parameter.value->size() : 0;
    return size;
}

bool isAlike(const SqlStatement &one, const SqlStatement &other)
{
    return one.rowSize > 0 && one.rowSize == other.rowSize && one.rowAt == other.rowAt &&
           one.parameters.size() == other.parameters.size() && one.sql == other.sql;
}

// How many from the first one on may be one statement; 1: it stays alone.
std::size_t rowsTogether(std::span<const SqlStatement *const> statements)
{
    const SqlStatement &first = *statements.front();
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (rows < statements.size() && rows < MostRowsTogether && bytes < MostBytesTogether &&
           (rows + 1) * first.parameters.size() <= MostParametersTogether && isAlike(first, *statements[rows]))
        bytes += bytesOf(*statements[rows++]);
    return std::max<std::size_t>(rows, 1);
}

// The places of a row as they are in its own statement, counted on.
std::string rowOf(std::size_t parameters, std::size_t row)
{
    std::string text;
    for (std::size_t i = 1; i <= parameters; ++i)
        text += (i == 1 ? "($" : ", $") + std::to_string(row * parameters + i);
    return text + ")";
}

SqlStatement ofAll(std::span<const SqlStatement *const> rows)
{
    const SqlStatement &first = *rows.front();
    SqlStatement all;
    all.sql = first.sql.substr(0, first.rowAt);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        all.sql += (i == 0 ? "" : ", ") + rowOf(first.parameters.size(), i);
        all.parameters.insert(all.parameters.end(), rows[i]->parameters.begin(), rows[i]->parameters.end());
    }
    all.sql += first.sql.substr(first.rowAt + first.rowSize);
    return all;
}

} // namespace

// The rows of one statement are counted together: only where all were inserted it is known of each. Where not, as one of
// them exists, they are told one by one.
Result<std::vector<std::int64_t>> PgConnection::insertTogether(std::span<const SqlStatement *const> rows)
{
    const SqlStatement mark{"SAVEPOINT crossfade_rows", {}};
    const SqlStatement all = ofAll(rows);
    const Result<std::vector<std::int64_t>> done = runAhead({&mark, &all});
    if (!done) return fail(done.error());
    if (done->back() == static_cast<std::int64_t>(rows.size())) return std::vector<std::int64_t>(rows.size(), 1);
    const Result<PgResult> undone = run("ROLLBACK TO SAVEPOINT crossfade_rows");
    if (!undone) return fail(undone.error());
    return runAhead({rows.begin(), rows.end()});
}

Result<std::vector<std::int64_t>> PgConnection::runTogether(const std::vector<const SqlStatement *> &statements)
{
    std::vector<std::int64_t> changed;
    const std::span<const SqlStatement *const> all(statements);
    for (std::size_t begin = 0; begin < all.size();) {
        std::size_t rows = rowsTogether(all.subspan(begin));
        Result<std::vector<std::int64_t>> done;
        if (rows > 1) {
            done = insertTogether(all.subspan(begin, rows));
        } else {
            while (begin + rows < all.size() && rowsTogether(all.subspan(begin + rows)) == 1)
                ++rows;
            const auto some = all.subspan(begin, rows);
            done = runAhead({some.begin(), some.end()});
        }
        if (!done) return done;
        changed.insert(changed.end(), done->begin(), done->end());
        begin += rows;
    }
    return changed;
}

} // namespace crossfade
