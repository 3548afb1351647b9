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

namespace {

Failure ofSeveralRows()
{
    return fail(ErrorKind::Conflict, "more than one row has this key; nothing was written");
}

} // namespace

Result<std::vector<std::int64_t>> WritingSource::executeAll(const std::vector<const SqlStatement *> &statements)
{
    std::vector<std::int64_t> changed;
    for (const SqlStatement *statement : statements) {
        const Result<std::int64_t> rows = execute(*statement);
        if (!rows) return fail(rows.error());
        if (*rows > 1) return ofSeveralRows();
        changed.push_back(*rows);
    }
    return changed;
}

Result<std::int64_t> WritingSource::change(const SqlStatement &statement, const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    const Result<std::int64_t> changed = execute(statement);
    if (!changed) return undone(changed.error());
    if (*changed > 1) return undone(ofSeveralRows().value());
    if (Result<void> may = mayCommit(); !may) return undone(may.error());
    if (Result<void> committed = commit(); !committed) return undone(committed.error());
    return changed;
}

Result<std::vector<WrittenRow>> WritingSource::write(const TableView &view, const std::vector<RowWrite> &writes,
                                                      const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    std::vector<WrittenRow> result(writes.size());
    std::vector<const SqlStatement *> statements;
    std::vector<std::string> keys;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        statements.push_back(&writes[i].statement);
        keys.push_back(writes[i].key);
        places[keys.back()] = i;
    }
    const Result<std::vector<std::int64_t>> changed = executeAll(statements);
    if (!changed) return undone(changed.error());
    if (changed->size() != writes.size()) return undone({ErrorKind::Internal, "not every statement was answered", {}, {}});
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if ((*changed)[i] > 1) return undone(ofSeveralRows().value());
        result[i].changed = (*changed)[i];
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
