// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A source whose rows are members of sets, read as a row for each set: its entity's key, and one cell with all members
// (models/consistency/memberset.h). The rows are read in the order of their keys, one set in memory at a time; one that is
// too large for that is an error.
class SetSource : public Source {
public:
    // `members` are the view of the single rows. `rows` outlives this.
    SetSource(Source &rows, TableView members);

    Result<std::string> serverVersion() override { return m_rows.serverVersion(); }
    Result<std::vector<Column>> columns(const std::string &table) override { return m_rows.columns(table); }
    Result<std::optional<std::string>> repeatedKey(const TableView &view) override { return m_rows.repeatedKey(view); }
    Result<double> number(const std::string &sql) override { return m_rows.number(sql); }
    // Of the single rows: a check gets on by these, and deletions are of these.
    Result<Size> size(const TableView &) override { return m_rows.size(m_members); }
    Result<std::unique_ptr<RowStream>> stream(const TableView &view, const std::optional<std::string> &after,
                                              std::optional<std::int64_t> last) override;
    Result<std::vector<SourceRow>> fetch(const TableView &view, const std::vector<std::string> &keys) override;
    Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) override
    {
        return m_rows.sampleKeys(view, pick);
    }
    // Sets are not written as such.
    Result<std::int64_t> change(const SqlStatement &statement, const MayCommit &mayCommit) override;
    void interrupt() override { m_rows.interrupt(); }

private:
    Source &m_rows;
    const TableView m_members;
};

} // namespace crossfade
