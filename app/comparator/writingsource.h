// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

namespace crossfade {

// The writing side of every source: what a repair and a sync write, over the transactions of the one connection.
class WritingSource : public Source {
public:
    Result<std::int64_t> change(const SqlStatement &statement, const MayCommit &mayCommit) override;
    Result<std::vector<WrittenRow>> write(const TableView &view, const std::vector<RowWrite> &writes,
                                          const MayCommit &mayCommit) override;
    Result<std::vector<WrittenRow>> writeInTurn(const TableView &view, const std::vector<RowWrite> &first,
                                                const std::vector<RowWrite> &second, const MayCommit &mayCommit) override;

protected:
    virtual Result<void> begin() = 0;
    virtual Result<std::int64_t> execute(const SqlStatement &statement) = 0; // rows changed
    // In their order, each with the rows it changed. What one server can be told faster than one after the other.
    virtual Result<std::vector<std::int64_t>> executeAll(const std::vector<const SqlStatement *> &statements);
    virtual Result<void> commit() = 0;
    virtual void rollBack() = 0; // of a connection that is lost the server does it by itself

private:
    Result<std::vector<std::int64_t>> changedBy(const std::vector<RowWrite> &writes);
    Result<std::vector<WrittenRow>> written(const TableView &view, const std::vector<RowWrite> &writes,
                                            const std::vector<std::int64_t> &changed);
    Result<void> commitIf(const MayCommit &mayCommit);
    Failure undone(Error error);
};

} // namespace crossfade
