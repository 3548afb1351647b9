// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/digestsql.h"

#include "app/comparator/statement.h"

#include <openssl/evp.h>

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
        return "(" + column + " AT TIME ZONE 'UTC')::text";
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
    return quotedTable(view.table, quoteOf(kind));
}

} // namespace

std::string postgresDigest(const TableView &view, DigestKind kind,
                           const std::map<std::string, std::string> &types)
{
    const std::string key = quotedIdentifier(view.key);
    const bool hash = kind == DigestKind::Hash;
    std::string items = hash ? key : key + " || ','";
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
        const std::string column = quotedIdentifier(view.columns[i]);
        const std::string &type = types.at(view.columns[i]);
        items += ", ";
        if (!hash) items += postgresItem(view.fields[i], column, type);
        else if (PlainTypes.contains(type)) items += column;
        else items += postgresText(view.fields[i], column, type);
    }
    // The text of a row keeps its values apart, and null from the empty text.
    if (hash) return "hashtextextended(ROW(" + items + ")::text COLLATE \"C\", 0)";
    return "('x' || left(md5(concat(" + items + ")), 16))::bit(64)::bigint";
}

std::string mariadbDigest(const TableView &view, const std::map<std::string, MariadbColumn> &columns)
{
    std::string items = "CAST(" + keyColumn(SourceKind::Mariadb, view) + " AS CHAR), ','";
    for (std::size_t i = 0; i < view.columns.size(); ++i)
        items += ", " + mariadbItem(view.fields[i],
                                    quotedIdentifier(view.columns[i], quoteOf(SourceKind::Mariadb)),
                                    columns.at(view.columns[i]));
    // Without the cast the sum would be of doubles.
    return "CAST(CONV(LEFT(MD5(CONCAT(" + items + ")), 16), 16, 10) AS UNSIGNED)";
}

std::string segmentsSql(SourceKind kind, const TableView &view, const std::string &digest,
                        const KeyRange &range)
{
    const bool mariadb = kind == SourceKind::Mariadb;
    const std::string key = keyColumn(kind, view);
    const std::string distance = "(" + key + " - " + literal(kind, range.low) + ")";
    const std::string width = std::to_string(range.width);
    const std::string index = mariadb ? distance + " DIV " + width : distance + " / " + width;
    return "SELECT s, count(*), count(d), " +
           std::string(mariadb ? "CAST(BIT_XOR(d) AS CHAR)" : "bit_xor(d)") + " FROM (SELECT " +
           index + " AS s, " + digest + " AS d FROM " + tableOf(kind, view) + " WHERE " +
           within(kind, view, range) + ") AS digests GROUP BY s ORDER BY s";
}

std::string rowDigestsSql(SourceKind kind, const TableView &view, const std::string &digest,
                          const std::vector<KeyRange> &ranges)
{
    std::string where;
    for (const KeyRange &range : ranges)
        where += (where.empty() ? " WHERE " : " OR ") + within(kind, view, range);
    const std::string key = keyColumn(kind, view);
    const std::string text =
        kind == SourceKind::Mariadb ? "CAST(" + digest + " AS CHAR)" : digest;
    return "SELECT " + key + ", " + text + " FROM " + tableOf(kind, view) + where + " ORDER BY " + key;
}

std::string firstKeySql(SourceKind kind, const TableView &view, std::int64_t from)
{
    const std::string key = keyColumn(kind, view);
    return "SELECT " + key + " FROM " + tableOf(kind, view) + " WHERE " + key +
           " >= " + literal(kind, from) + " ORDER BY " + key + " LIMIT 1";
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
