// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/digestsql.h"
#include "app/comparator/pgconnection.h"
#include "app/comparator/pgkey.h"
#include "app/comparator/writingsource.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// One connection to PostgreSQL. Its digests are made in postgresdigests.cpp.
class PostgresSource : public WritingSource {
public:
    explicit PostgresSource(std::unique_ptr<PgConnection> connection)
        : m_connection(std::move(connection))
    {
    }

    Result<std::string> serverVersion() override
    {
        Result<PgResult> answer =
            m_connection->run("SELECT 'PostgreSQL ' || current_setting('server_version')");
        if (!answer) return fail(answer.error());
        return answer->text(0, 0);
    }
    Result<std::vector<Column>> columns(const std::string &table) override;
    Result<std::optional<std::string>> repeatedKey(const TableView &view) override;
    Result<double> number(const std::string &sql) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view,
                                              const std::optional<std::string> &after,
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
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::chrono::microseconds> databaseTime() override;
    Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) override;
    bool isReusable() const override { return m_connection->isReusable(); }
    bool refresh() override
    {
        m_forms.clear();
        m_types.clear();
        return m_connection->answers();
    }
    void interrupt() override { m_connection->interrupt(); }

protected:
    Result<void> begin() override { return ran("BEGIN"); }
    Result<std::int64_t> execute(const SqlStatement &statement) override;
    Result<std::vector<std::int64_t>> executeAll(const std::vector<const SqlStatement *> &statements) override
    {
        if (statements.size() == 1) return WritingSource::executeAll(statements);
        return m_connection->runTogether(statements);
    }
    Result<void> commit() override { return ran("COMMIT"); }
    void rollBack() override { (void)ran("ROLLBACK"); }

private:
    Result<void> ran(const char *sql)
    {
        Result<PgResult> answer = m_connection->run(sql);
        return answer ? Result<void>() : fail(answer.error());
    }
    using Types = std::map<std::string, std::string>; // by column
    Result<PgKeyForm> form(const TableView &view);
    Result<PgKeyForm> joinedForm(const TableView &view);
    Result<bool> digestsColumns(const TableView &view, const Types &types);
    Result<HashForms> hashForms(const TableView &view, DigestKind kind);
    Result<PgResult> ask(const TableView &view, const PgKeyForm &key,
                         const std::vector<std::string> &keys, const std::string &rest);
    Result<std::vector<SourceRow>> fetchRows(const TableView &view, const std::vector<std::string> &keys,
                                             const std::string &rest);
    Result<std::vector<std::string>> ourWriters(const TableView &view, const std::vector<std::string> *of);
    Result<void> awaitOurWriters(const TableView &view);
    Result<Types> typesOf(const std::string &table);
    Result<std::vector<Column>> queryColumns(const std::string &relation);
    Result<Types> queryTypes(const std::string &relation);
    Result<PgKeyForm> queryForm(const TableView &view);
    std::unique_ptr<PgConnection> m_connection;
    std::map<std::string, PgKeyForm> m_forms;
    std::map<std::string, Types> m_types; // by table
};

} // namespace crossfade
