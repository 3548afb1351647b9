// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Digests of rows and of keys, made by MariaDB.
#include "app/comparator/mariadbsourceimpl.h"

#include <algorithm>

namespace crossfade {

Result<bool> MariadbSource::digests(const TableView &view)
{
    const Result<MariadbForms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const auto key = forms->find(view.key);
    if (key == forms->end() || view.fields.size() != view.columns.size()) return false;
    if (!view.moreKeys.empty()) return false;
    if (key->second.form != MariadbForm::Integer || key->second.beyondSigned) return false;
    return std::ranges::all_of(view.columns,
                               [&](const std::string &column) { return forms->contains(column); });
}

Result<std::optional<std::int64_t>> MariadbSource::firstKey(const TableView &view, std::int64_t from)
{
    std::optional<std::int64_t> key;
    const Result<void> asked = each(firstKeySql(SourceKind::Mariadb, view, from),
                                    [&](const MariadbStatement &row) { key = integerOf(row, 0); });
    if (!asked) return fail(asked.error());
    return key;
}

Result<std::vector<SegmentDigest>> MariadbSource::askSegments(const std::string &sql)
{
    std::vector<SegmentDigest> result;
    const Result<void> asked = each(sql, [&](const MariadbStatement &row) {
        result.push_back({integerOf(row, 0), integerOf(row, 1), digestOf(row, 3).value_or(0),
                          integerOf(row, 1) == integerOf(row, 2)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

Result<std::vector<SegmentDigest>> MariadbSource::segments(const TableView &view, DigestKind,
                                                           const KeyRange &range,
                                                           const std::vector<KeyRange> &only)
{
    const Result<MariadbForms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    return askSegments(
        segmentsSql(SourceKind::Mariadb, view, mariadbDigest(view, *forms), range, only));
}

Result<std::vector<RowDigest>> MariadbSource::rowDigests(const TableView &view, DigestKind,
                                                         const std::vector<KeyRange> &ranges)
{
    const Result<MariadbForms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    std::vector<RowDigest> result;
    const std::string sql = rowDigestsSql(SourceKind::Mariadb, view, mariadbDigest(view, *forms), ranges);
    const Result<void> asked = each(sql, [&](const MariadbStatement &row) {
        result.push_back({integerOf(row, 0), digestOf(row, 1)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

Result<bool> MariadbSource::hashesKeys(const TableView &view)
{
    const Result<MariadbForms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const auto known = [&](const std::string &column) { return forms->contains(column); };
    return view.fields.size() == view.columns.size() && std::ranges::all_of(view.columns, known) &&
           std::ranges::all_of(view.keyColumns(), known);
}

Result<HashForms> MariadbSource::hashForms(const TableView &view)
{
    const Result<MariadbForms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    return HashForms{SourceKind::Mariadb, read->text, mariadbKeyHash(read->text),
                     mariadbKeyDigest(view, *forms, read->text)};
}

Result<std::vector<SegmentDigest>> MariadbSource::hashCells(const TableView &view, DigestKind,
                                                            const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view);
    if (!forms) return fail(forms.error());
    return askSegments(hashCellsSql(view, *forms, pick));
}

Result<std::vector<KeyDigest>> MariadbSource::hashRows(const TableView &view, DigestKind, const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view);
    if (!forms) return fail(forms.error());
    std::vector<KeyDigest> result;
    const Result<void> asked = each(hashRowsSql(view, *forms, pick), [&](const MariadbStatement &row) {
        result.push_back({cellOf(row, 0).value_or(std::string()), digestOf(row, 1)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

// Of sets a key comes once for each member: it is each once that is counted.
Result<std::vector<std::string>> MariadbSource::sampleKeys(const TableView &view, const SamplePick &pick)
{
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited) return fail(limited.error());
    Result<MariadbStatement> statement = begun(sampleKeysSql(SourceKind::Mariadb, view, read->text, pick));
    if (!statement) return fail(statement.error());
    std::set<std::string> keys;
    for (;;) {
        const Result<bool> more = statement->next();
        if (!more) return fail(more.error());
        if (!*more) return std::vector<std::string>(keys.begin(), keys.end());
        keys.insert(cellOf(*statement, 0).value_or(std::string()));
        if (static_cast<std::int64_t>(keys.size()) > pick.most) return tooManySampled();
    }
}

} // namespace crossfade
