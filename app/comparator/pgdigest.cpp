// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/pgdigest.h"

#include "app/comparator/digestsql.h"

#include <cstdlib>

namespace crossfade {

namespace {

std::optional<std::uint64_t> pgDigest(const PgResult &result, int row)
{
    if (result.text(row, 1).empty()) return std::nullopt;
    return static_cast<std::uint64_t>(pgInteger(result, row, 1));
}

} // namespace

std::int64_t pgInteger(const PgResult &result, int row, int column)
{
    return std::strtoll(result.text(row, column).c_str(), nullptr, 10);
}

Result<std::vector<SegmentDigest>> pgSegments(PgConnection &connection, const std::string &sql)
{
    const Result<PgResult> answer = connection.run(sql, {}, PgConnection::Format::Binary);
    if (!answer) return fail(answer.error());
    return unpackSegments(answer->text(0, 0));
}

Result<std::vector<RowDigest>> pgRowDigests(PgConnection &connection, const std::string &sql)
{
    const Result<PgResult> answer = connection.run(sql);
    if (!answer) return fail(answer.error());
    std::vector<RowDigest> result;
    result.reserve(static_cast<std::size_t>(answer->rows()));
    for (int i = 0; i < answer->rows(); ++i)
        result.push_back({pgInteger(*answer, i, 0), pgDigest(*answer, i)});
    return result;
}

Result<std::vector<KeyDigest>> pgKeyDigests(PgConnection &connection, const std::string &sql)
{
    const Result<PgResult> answer = connection.run(sql);
    if (!answer) return fail(answer.error());
    std::vector<KeyDigest> result;
    result.reserve(static_cast<std::size_t>(answer->rows()));
    for (int i = 0; i < answer->rows(); ++i)
        result.push_back({answer->text(i, 0), pgDigest(*answer, i)});
    return result;
}

} // namespace crossfade
