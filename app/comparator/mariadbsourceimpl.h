// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/digestsql.h"
#include "app/comparator/mariadbread.h"
#include "app/comparator/writingsource.h"
#include "app/service/mariadb.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// One connection to MariaDB or MySQL. Its columns are found in mariadbcolumns.cpp, its digests made in mariadbdigests.cpp.
class MariadbSource : public WritingSource {
public:
    static Result<std::unique_ptr<Source>> open(const SourceSettings &settings, Access access);

    Result<std::string> serverVersion() override
    {
        return (m_connection->isMariadb() ? "MariaDB " : "MySQL ") + m_connection->serverVersion();
    }
    Result<std::vector<Column>> columns(const std::string &table) override;
    Result<std::optional<std::string>> repeatedKey(const TableView &view) override;
    Result<double> number(const std::string &sql) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view, const std::optional<std::string> &after,
                                              std::optional<std::int64_t> last) override;
    Result<std::vector<SourceRow>> fetch(const TableView &view,
                                         const std::vector<std::string> &keys) override
    {
        return fetchRows(view, keys, "");
    }
    Result<std::vector<SourceRow>> fetchSettled(const TableView &view, const std::vector<std::string> &keys) override;
    Result<bool> digests(const TableView &view) override;
    Result<std::optional<std::int64_t>> firstKey(const TableView &view, std::int64_t from) override;
    Result<std::vector<SegmentDigest>> segments(const TableView &view, DigestKind kind,
                                                const KeyRange &range,
                                                const std::vector<KeyRange> &only) override;
    Result<std::vector<RowDigest>> rowDigests(const TableView &view, DigestKind kind,
                                              const std::vector<KeyRange> &ranges) override;
    Result<bool> hashesKeys(const TableView &view) override;
    Result<std::vector<SegmentDigest>> hashCells(const TableView &view, DigestKind kind,
                                                 const HashPick &pick) override;
    Result<std::vector<KeyDigest>> hashRows(const TableView &view, DigestKind kind, const HashPick &pick) override;
    bool isReusable() const override { return !m_cancelled && !m_connection->isBroken(); }
    bool refresh() override
    {
        m_forms.clear();
        return m_connection->limitStatements(m_statementTime) && m_connection->run("DO 0");
    }
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::chrono::microseconds> databaseTime() override;
    Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) override;
    void interrupt() override { m_cancelled = true; }

protected:
    Result<void> begin() override;
    Result<std::int64_t> execute(const SqlStatement &statement) override;
    Result<std::vector<std::int64_t>> executeAll(const std::vector<const SqlStatement *> &statements) override;
    Result<void> commit() override { return m_connection->run("COMMIT"); }
    void rollBack() override { (void)m_connection->run("ROLLBACK"); }

private:
    using Values = std::vector<MariadbStatement::Value>;
    Result<MariadbStatement> begun(const std::string &sql, const Values &values = {});
    static Values valuesOf(const SqlStatement &statement);
    struct UniqueIndex {
        int columns = 0;
        std::set<std::string> whole; // of them those that it holds all of
    };
    Result<std::map<std::string, UniqueIndex>> uniqueIndexes(const std::string &table); // by name
    Result<MariadbForms> formsOf(const std::string &table);
    Result<std::vector<Column>> queryColumns(const std::string &relation);
    Result<MariadbForms> queryForms(const std::string &relation);
    Result<MariadbRead> reading(const TableView &view);
    Result<HashForms> hashForms(const TableView &view);
    Result<std::vector<SegmentDigest>> askSegments(const std::string &sql);
    Result<std::vector<SourceRow>> fetchRows(const TableView &view, const std::vector<std::string> &keys,
                                             const std::string &rest);
    Result<std::vector<SourceRow>> rowsOf(const MariadbRead &read, const std::string &rest, const Values &values);
    Result<void> each(const std::string &sql,
                      const std::function<void(const MariadbStatement &)> &visit);

    std::atomic<bool> m_cancelled = false;
    std::chrono::milliseconds m_statementTime{};
    std::optional<bool> m_logsRows; // as its log for replicas is kept; asked once
    std::unique_ptr<MariadbConnection> m_connection;
    std::map<std::string, MariadbForms> m_forms;
};

} // namespace crossfade
