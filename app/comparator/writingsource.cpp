// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/writingsource.h"

#include <algorithm>
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

Result<std::vector<std::int64_t>> WritingSource::changedBy(const std::vector<RowWrite> &writes)
{
    std::vector<const SqlStatement *> statements;
    for (const RowWrite &write : writes)
        statements.push_back(&write.statement);
    Result<std::vector<std::int64_t>> changed = executeAll(statements);
    if (!changed) return changed;
    if (changed->size() != writes.size()) return fail(ErrorKind::Internal, "not every statement was answered");
    if (std::ranges::any_of(*changed, [](std::int64_t rows) { return rows > 1; })) return ofSeveralRows();
    return changed;
}

Result<std::vector<WrittenRow>> WritingSource::written(const TableView &view, const std::vector<RowWrite> &writes,
                                                       const std::vector<std::int64_t> &changed)
{
    std::vector<WrittenRow> result(writes.size());
    std::vector<std::string> keys;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        result[i].changed = changed[i];
        keys.push_back(writes[i].key);
        places[keys.back()] = i;
    }
    Result<std::vector<SourceRow>> rows = fetch(view, keys);
    if (!rows) return fail(rows.error());
    for (SourceRow &row : *rows) {
        const auto place = places.find(row.row.key);
        if (place != places.end()) result[place->second].now = std::move(row);
    }
    return result;
}

Result<void> WritingSource::commitIf(const MayCommit &mayCommit)
{
    if (Result<void> may = mayCommit(); !may) return may;
    return commit();
}

Result<std::vector<WrittenRow>> WritingSource::write(const TableView &view, const std::vector<RowWrite> &writes,
                                                     const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    const Result<std::vector<std::int64_t>> changed = changedBy(writes);
    if (!changed) return undone(changed.error());
    Result<std::vector<WrittenRow>> rows = written(view, writes, *changed);
    if (!rows) return undone(rows.error());
    if (Result<void> committed = commitIf(mayCommit); !committed) return undone(committed.error());
    return rows;
}

Result<std::vector<WrittenRow>> WritingSource::writeInTurn(const TableView &view, const std::vector<RowWrite> &first,
                                                           const std::vector<RowWrite> &second, const MayCommit &mayCommit)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    Result<std::vector<std::int64_t>> changed;
    for (const std::vector<RowWrite> *turn : {&first, &second}) {
        changed = changedBy(*turn);
        if (!changed) return undone(changed.error());
        if (std::ranges::find(*changed, 0) != changed->end())
            return undone({ErrorKind::Stale, "a row no longer holds what was seen; nothing was written", {}, {}});
    }
    Result<std::vector<WrittenRow>> rows = written(view, second, *changed);
    if (!rows) return undone(rows.error());
    if (Result<void> committed = commitIf(mayCommit); !committed) return undone(committed.error());
    return rows;
}

} // namespace crossfade
