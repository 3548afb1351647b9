// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Digests of rows and of keys, made by PostgreSQL.
#include "app/comparator/postgressourceimpl.h"

#include "app/comparator/pgdigest.h"

namespace crossfade {

// The exclusive or of many came with version 14; bytes of another encoding could be those of another
// text here.
Result<bool> PostgresSource::digestsColumns(const TableView &view, const Types &types)
{
    if (view.fields.size() != view.columns.size()) return false;
    for (const std::string &column : view.columns) {
        if (!types.contains(column)) return false;
    }
    Result<PgResult> able = m_connection->run(
        "SELECT current_setting('server_version_num')::int >= 140000 AND "
        "current_setting('server_encoding') = 'UTF8'");
    if (!able) return fail(able.error());
    return able->text(0, 0) == "t";
}

Result<bool> PostgresSource::digests(const TableView &view)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    const auto key = types->find(view.key);
    if (key == types->end() || !isPgInteger(key->second) || !view.moreKeys.empty()) return false;
    return digestsColumns(view, *types);
}

Result<bool> PostgresSource::hashesKeys(const TableView &view)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    for (const std::string &column : view.keyColumns()) {
        if (!types->contains(column)) return false;
    }
    return digestsColumns(view, *types);
}

Result<HashForms> PostgresSource::hashForms(const TableView &view, DigestKind kind)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    return HashForms{SourceKind::Postgres, key->select, postgresKeyHash(kind, key->select),
                     postgresKeyDigest(view, kind, *types, key->select)};
}

Result<std::vector<SegmentDigest>> PostgresSource::hashCells(const TableView &view, DigestKind kind,
                                                             const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view, kind);
    if (!forms) return fail(forms.error());
    return pgSegments(*m_connection, hashCellsSql(view, *forms, pick));
}

Result<std::vector<KeyDigest>> PostgresSource::hashRows(const TableView &view, DigestKind kind,
                                                        const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view, kind);
    if (!forms) return fail(forms.error());
    return pgKeyDigests(*m_connection, hashRowsSql(view, *forms, pick));
}

Result<std::vector<std::string>> PostgresSource::sampleKeys(const TableView &view, const SamplePick &pick)
{
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    Result<PgResult> answer = m_connection->run(sampleKeysSql(SourceKind::Postgres, view, key->select, pick));
    if (!answer) return fail(answer.error());
    if (answer->rows() > pick.most) return tooManySampled();
    std::vector<std::string> keys;
    keys.reserve(static_cast<std::size_t>(answer->rows()));
    for (int i = 0; i < answer->rows(); ++i)
        keys.push_back(answer->text(i, 0));
    return keys;
}

Result<std::optional<std::int64_t>> PostgresSource::firstKey(const TableView &view, std::int64_t from)
{
    Result<PgResult> answer = m_connection->run(firstKeySql(SourceKind::Postgres, view, from));
    if (!answer) return fail(answer.error());
    if (answer->rows() == 0) return std::optional<std::int64_t>();
    return std::optional(pgInteger(*answer, 0, 0));
}

Result<std::vector<SegmentDigest>> PostgresSource::segments(const TableView &view, DigestKind kind,
                                                            const KeyRange &range,
                                                            const std::vector<KeyRange> &only)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    return pgSegments(*m_connection, segmentsSql(SourceKind::Postgres, view,
                                                 postgresDigest(view, kind, *types), range, only));
}

Result<std::vector<RowDigest>> PostgresSource::rowDigests(const TableView &view, DigestKind kind,
                                                          const std::vector<KeyRange> &ranges)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    return pgRowDigests(*m_connection, rowDigestsSql(SourceKind::Postgres, view,
                                                     postgresDigest(view, kind, *types), ranges));
}

} // namespace crossfade
