// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/writingsource.h"

#include <map>

namespace crossfade {

Failure WritingSource::undone(Error error)
{
    rollBack();
    return fail(std::move(error));
}

Result<std::int64_t> WritingSource::executeOne(const SqlStatement &statement)
{
    Result<std::int64_t> changed = execute(statement);
    if (changed && *changed > 1)
        return fail(ErrorKind::Conflict, "more than one row has this key; nothing was written");
    return changed;
}

Result<std::int64_t> WritingSource::change(const SqlStatement &statement, const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    const Result<std::int64_t> changed = executeOne(statement);
    if (!changed) return undone(changed.error());
    if (Result<void> may = mayCommit(); !may) return undone(may.error());
    if (Result<void> committed = commit(); !committed) return undone(committed.error());
    return changed;
}

Result<std::vector<WrittenRow>> WritingSource::write(const TableView &view, const std::vector<RowWrite> &writes,
                                                      const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    std::vector<WrittenRow> result(writes.size());
    std::vector<std::string> keys;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        const Result<std::int64_t> changed = executeOne(writes[i].statement);
        if (!changed) return undone(changed.error());
        result[i].changed = *changed;
        keys.push_back(writes[i].key);
        places[keys.back()] = i;
    }
    Result<std::vector<SourceRow>> rows = fetch(view, keys);
    if (!rows) return undone(rows.error());
    for (SourceRow &row : *rows) {
        const auto place = places.find(row.row.key);
        if (place != places.end()) result[place->second].now = std::move(row);
    }
    if (Result<void> may = mayCommit(); !may) return undone(may.error());
    if (Result<void> committed = commit(); !committed) return undone(committed.error());
    return result;
}

} // namespace crossfade
