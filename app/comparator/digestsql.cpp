// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/digestsql.h"

#include "app/comparator/statement.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>

namespace crossfade {

namespace {

// Their texts hold no comma and are never empty; of others the length is said.
const std::set<std::string> FixedTypes{"smallint", "integer", "bigint",  "numeric", "real",
                                       "double precision", "boolean", "date",
                                       "timestamp without time zone", "timestamp with time zone"};
// What the type itself writes down is what a cast to text gives.
const std::set<std::string> PlainTypes{"text",    "character varying", "smallint",
                                       "integer", "bigint",            "uuid"};

bool isNumber(FieldKind kind)
{
    return kind == FieldKind::Integer || kind == FieldKind::Decimal;
}

// The value as text, in the one form that all engines share where the field's kind allows one.
std::string postgresText(const MappedField &field, const std::string &column,
                         const std::string &type)
{
    if (isNumber(field.kind) && type == "numeric") return "trim_scale(" + column + ")::text";
    if (field.kind == FieldKind::Timestamp && type == "timestamp with time zone")
        return "(" + column + " AT TIME ZONE 'UTC')::text" +
               (field.hasClocks() ? " || '+00'" : ""); // no wall time of the same digits
    if (field.kind == FieldKind::Boolean && type == "boolean") return column + "::int::text";
    return column + "::text";
}

std::string postgresItem(const MappedField &field, const std::string &column,
                         const std::string &type)
{
    const std::string text = postgresText(field, column, type);
    if (FixedTypes.contains(type)) return "coalesce(" + text + " || ',', '~')";
    return "coalesce(octet_length(" + text + ") || ':' || " + text + ", '~')";
}

// Of what is too long the concatenation is null, and with it the digest: never the sign of a null.
std::string unlessNull(const std::string &column, const std::string &parts)
{
    return "IF(" + column + " IS NULL, '~', CONCAT(" + parts + "))";
}

std::string mariadbItem(const MappedField &field, const std::string &name, const MariadbColumn &column)
{
    const std::string text = mariadbText(column.form, name);
    const bool number = column.form == MariadbForm::Decimal && isNumber(field.kind);
    const bool instant = column.form == MariadbForm::Instant && field.kind == FieldKind::Timestamp;
    switch (column.form) {
    case MariadbForm::Decimal:
    case MariadbForm::Instant:
        if ((number || instant) && column.digits > 0)
            return unlessNull(name, "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM " + text +
                                        ")), ','");
        [[fallthrough]];
    case MariadbForm::Integer:
    case MariadbForm::Double:
    case MariadbForm::Bits:
        return unlessNull(name, text + ", ','");
    case MariadbForm::Single: // not the text that we read it as: only equal to its like
        return unlessNull(name, "'f', " + text + ", ','");
    case MariadbForm::Text:
    case MariadbForm::Binary:
    case MariadbForm::Unsupported:
        break;
    }
    return unlessNull(name, "OCTET_LENGTH(" + text + "), ':', " + text);
}

std::string keyColumn(SourceKind kind, const TableView &view)
{
    return quotedIdentifier(view.key, quoteOf(kind));
}

std::string literal(SourceKind kind, std::int64_t number)
{
    const std::string digits = std::to_string(number);
    // The least number of all is read as the negation of one that is too large.
    return kind == SourceKind::Postgres ? "'" + digits + "'::bigint" : digits;
}

std::string within(SourceKind kind, const TableView &view, const KeyRange &range)
{
    return keyColumn(kind, view) + " BETWEEN " + literal(kind, range.low) + " AND " +
           literal(kind, range.high);
}

std::string tableOf(SourceKind kind, const TableView &view)
{
    return quotedTable(view.table, quoteOf(kind)) + " AS r"; // a query needs a name
}

// PostgreSQL gives a function a hundred arguments at most.
std::string postgresConcat(std::vector<std::string> items)
{
    constexpr std::size_t Most = 90;
    const auto joined = [](auto begin, auto end) {
        std::string call = "concat(";
        for (auto item = begin; item != end; ++item)
            call += (item == begin ? "" : ", ") + *item;
        return call + ")";
    };
    while (items.size() > Most) {
        std::vector<std::string> groups;
        for (std::size_t from = 0; from < items.size(); from += Most)
            groups.push_back(joined(items.begin() + static_cast<std::ptrdiff_t>(from),
                                    items.begin() + static_cast<std::ptrdiff_t>(std::min(from + Most, items.size()))));
        items = std::move(groups);
    }
    return joined(items.begin(), items.end());
}

std::string postgresDigestOf(const TableView &view, DigestKind kind,
                             const std::map<std::string, std::string> &types, std::string items)
{
    const bool hash = kind == DigestKind::Hash;
    std::vector<std::string> all{std::move(items)};
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
        const std::string column = quotedIdentifier(view.columns[i]);
        const std::string &type = types.at(view.columns[i]);
        if (!hash) all.push_back(postgresItem(view.fields[i], column, type));
        else if (PlainTypes.contains(type)) all.push_back(column);
        else all.push_back(postgresText(view.fields[i], column, type));
    }
    if (!hash) return "('x' || left(md5(" + postgresConcat(std::move(all)) + "), 16))::bit(64)::bigint";
    // The text of a row keeps its values apart, and null from the empty text.
    std::string row;
    for (const std::string &item : all)
        row += (row.empty() ? "" : ", ") + item;
    return "hashtextextended(ROW(" + row + ")::text COLLATE \"C\", 0)";
}

std::string mariadbDigestOf(const TableView &view, const std::map<std::string, MariadbColumn> &columns,
                            std::string items)
{
    for (std::size_t i = 0; i < view.columns.size(); ++i)
        items += ", " + mariadbItem(view.fields[i],
                                    quotedIdentifier(view.columns[i], quoteOf(SourceKind::Mariadb)),
                                    columns.at(view.columns[i]));
    // Without the cast the sum would be of doubles.
    return "CAST(CONV(LEFT(MD5(CONCAT(" + items + ")), 16), 16, 10) AS UNSIGNED)";
}

// Of the rows "SELECT s, d": one row a segment; of PostgreSQL one value in all.
// The bound that bounds nothing keeps the planner from writing `d` and `s` out wherever they are named: each digest would
// be made twice, and PostgreSQL, which takes the segments for as many as the keys, would sort the rows on its disk.
std::string grouped(SourceKind kind, const std::string &rows)
{
    const std::string bound = kind == SourceKind::Mariadb ? " LIMIT 18446744073709551615" : " OFFSET 0";
    const std::string end = " FROM (" + rows + bound + ") AS digests GROUP BY s";
    if (kind == SourceKind::Mariadb)
        return "SELECT s, count(*), count(d), CAST(BIT_XOR(d) AS CHAR)" + end + " ORDER BY s";
    return "SELECT string_agg(int4send(s::int) || int4send((CASE WHEN n = w THEN n ELSE -n END)::int) || "
           "int8send(x), ''::bytea ORDER BY s) FROM (SELECT s, count(*) AS n, count(d) AS w, "
           "coalesce(bit_xor(d), 0) AS x" +
           end + ") AS segments";
}

// Of at least one range.
std::string withinAny(SourceKind kind, const TableView &view, const std::vector<KeyRange> &ranges)
{
    std::string where;
    for (const KeyRange &range : ranges)
        where += (where.empty() ? "" : " OR ") + within(kind, view, range);
    // The bounds of all, for a planner that uses no index for that many conditions.
    const KeyRange all{ranges.front().low, ranges.back().high, 1};
    return " WHERE " + within(kind, view, all) + (ranges.size() > 1 ? " AND (" + where + ")" : "");
}

// The rows of a part's cells. A hash is made as rarely as can be: it costs more than all else here.
std::string hashedWhere(const TableView &view, const HashForms &forms, const HashPick &pick)
{
    const HashPart &part = pick.part;
    std::string where = " WHERE " + eachKeyColumn(view, " IS NOT NULL", quoteOf(forms.kind));
    if (!pick.only.empty()) {
        const std::string cell = "(" + forms.hash + " >> " + std::to_string(pick.onlyShift) + ")";
        std::string list;
        for (const std::int64_t index : pick.only)
            list += (list.empty() ? "" : ",") + std::to_string(pick.firstNamed() + index);
        if (forms.kind == SourceKind::Mariadb) return where + " AND " + cell + " IN (" + list + ")";
        return where + " AND " + cell + " = ANY ('{" + list + "}'::bigint[])";
    }
    const std::string cell = "(" + forms.hash + " >> " + std::to_string(part.shift) + ")";
    if (part.high < KeyHashEnd - 1) where += " AND " + cell + " <= " + std::to_string(part.lastCell());
    if (part.low > 0) where += " AND " + cell + " >= " + std::to_string(part.firstCell());
    return where;
}

std::uint64_t networkNumber(std::string_view bytes, std::size_t at, std::size_t size)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

} // namespace

std::string postgresDigest(const TableView &view, DigestKind kind,
                           const std::map<std::string, std::string> &types)
{
    const std::string key = quotedIdentifier(view.key);
    return postgresDigestOf(view, kind, types, kind == DigestKind::Hash ? key : key + " || ','");
}

std::string postgresKeyDigest(const TableView &view, DigestKind kind,
                              const std::map<std::string, std::string> &types, const std::string &key)
{
    return postgresDigestOf(view, kind, types,
                            kind == DigestKind::Hash ? key : "octet_length(" + key + ") || ':' || " + key);
}

std::string mariadbDigest(const TableView &view, const std::map<std::string, MariadbColumn> &columns)
{
    return mariadbDigestOf(view, columns, "CAST(" + keyColumn(SourceKind::Mariadb, view) + " AS CHAR), ','");
}

std::string mariadbKeyDigest(const TableView &view, const std::map<std::string, MariadbColumn> &columns,
                             const std::string &key)
{
    return mariadbDigestOf(view, columns, "OCTET_LENGTH(" + key + "), ':', " + key);
}

std::string segmentsSql(SourceKind kind, const TableView &view, const std::string &digest,
                        const KeyRange &range, const std::vector<KeyRange> &only)
{
    const std::string distance = "(" + keyColumn(kind, view) + " - " + literal(kind, range.low) + ")";
    const std::string width = std::to_string(range.width);
    const std::string index = distance + (kind == SourceKind::Mariadb ? " DIV " : " / ") + width;
    return grouped(kind, "SELECT " + index + " AS s, " + digest + " AS d FROM " + tableOf(kind, view) +
                             withinAny(kind, view, only));
}

std::string rowDigestsSql(SourceKind kind, const TableView &view, const std::string &digest,
                          const std::vector<KeyRange> &ranges)
{
    const std::string key = keyColumn(kind, view);
    const std::string text =
        kind == SourceKind::Mariadb ? "CAST(" + digest + " AS CHAR)" : digest;
    return "SELECT " + key + ", " + text + " FROM " + tableOf(kind, view) + withinAny(kind, view, ranges) +
           " ORDER BY " + key;
}

std::string firstKeySql(SourceKind kind, const TableView &view, std::int64_t from)
{
    const std::string key = keyColumn(kind, view);
    return "SELECT " + key + " FROM " + tableOf(kind, view) + " WHERE " + key +
           " >= " + literal(kind, from) + " ORDER BY " + key + " LIMIT 1";
}

std::string postgresKeyHash(DigestKind kind, const std::string &key)
{
    if (kind == DigestKind::Hash)
        return "(hashtextextended(" + key + " COLLATE \"C\", 0) & " + std::to_string(KeyHashEnd - 1) + ")";
    return "('x' || left(md5(" + key + "), 15))::bit(60)::bigint";
}

std::string mariadbKeyHash(const std::string &key)
{
    return "CAST(CONV(LEFT(MD5(" + key + "), 15), 16, 10) AS UNSIGNED)";
}

std::string sampleKeysSql(SourceKind kind, const TableView &view, const std::string &key, const SamplePick &pick)
{
    const bool maria = kind == SourceKind::Mariadb;
    const std::string text = "'" + sampleText(pick.seed) + "'";
    const std::string seeded = maria ? "CONCAT(" + text + ", " + key + ")" : "convert_to(" + text + " || " + key + ", 'UTF8')";
    const std::string hash = maria ? mariadbKeyHash(seeded) : postgresKeyHash(DigestKind::Md5, seeded);
    const std::string where = " FROM " + tableOf(kind, view) + " WHERE " +
                              eachKeyColumn(view, " IS NOT NULL", quoteOf(kind)) + " AND " + hash +
                              " <= " + std::to_string(pick.bound);
    if (maria) return "SELECT " + key + where;
    return "SELECT DISTINCT " + key + " COLLATE \"C\"" + where + " LIMIT " + std::to_string(pick.most + 1);
}

std::string hashCellsSql(const TableView &view, const HashForms &forms, const HashPick &pick)
{
    const std::string index = "(" + forms.hash + " >> " + std::to_string(pick.part.shift) + ") - " +
                              std::to_string(pick.part.firstCell());
    return grouped(forms.kind, "SELECT " + index + " AS s, " + forms.digest + " AS d FROM " +
                                   tableOf(forms.kind, view) + hashedWhere(view, forms, pick));
}

std::string hashRowsSql(const TableView &view, const HashForms &forms, const HashPick &pick)
{
    const std::string text =
        forms.kind == SourceKind::Mariadb ? "CAST(" + forms.digest + " AS CHAR)" : forms.digest;
    return "SELECT " + forms.key + ", " + text + " FROM " + tableOf(forms.kind, view) +
           hashedWhere(view, forms, pick);
}

std::vector<SegmentDigest> unpackSegments(std::string_view bytes)
{
    constexpr std::size_t Size = 16;
    std::vector<SegmentDigest> result;
    result.reserve(bytes.size() / Size);
    for (std::size_t at = 0; at + Size <= bytes.size(); at += Size) {
        const auto rows = static_cast<std::int32_t>(networkNumber(bytes, at + 4, 4));
        result.push_back({static_cast<std::int64_t>(networkNumber(bytes, at, 4)), rows < 0 ? -std::int64_t{rows} : rows,
                          networkNumber(bytes, at + 8, 8), rows > 0});
    }
    return result;
}

std::uint64_t halfMd5(std::string_view text)
{
    static const EVP_MD *const Method = EVP_MD_fetch(nullptr, "MD5", nullptr);
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, Method, nullptr);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
        value = value << 8 | bytes[i];
    return value;
}

} // namespace crossfade
