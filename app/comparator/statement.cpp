// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/statement.h"

namespace crossfade {

namespace {

class Builder {
public:
    Builder(SourceKind kind, const TableView &view)
        : m_kind(kind)
        , m_view(view)
    {
    }

    std::string quoted(std::string_view name) const
    {
        return quotedIdentifier(name, quoteOf(m_kind));
    }
    std::string table() const { return quotedTable(m_view.table, quoteOf(m_kind)); }
    std::string keys() const
    {
        std::string list;
        for (const std::string &column : m_view.keyColumns())
            list += (list.empty() ? "" : ", ") + quoted(column);
        return list;
    }
    std::string parameter(const SqlParameter &value, const Json &shown)
    {
        m_built.statement.parameters.push_back(value);
        m_built.shown.push_back(shown);
        if (m_kind == SourceKind::Mariadb) return "?";
        return (m_kind == SourceKind::Sqlite ? "?" : "$") + std::to_string(m_built.shown.size());
    }
    // What a column is set to.
    std::string assigned(const ColumnValue &value)
    {
        const std::string place = parameter(value.value, value.shown);
        if (m_kind != SourceKind::Mariadb || !value.value.value) return place;
        if (value.value.storage == 'b') return "UNHEX(" + place + ")";
        if (value.value.storage == 'i') return "CAST(" + place + " AS UNSIGNED)";
        return place;
    }
    std::string keyParameter(const std::string &key)
    {
        return parameter({key, m_view.keyKind == KeyKind::Integer ? 'i' : 't'}, key);
    }
    std::vector<std::string> partsOf(const std::string &key) const
    {
        const std::size_t count = m_view.moreKeys.size() + 1;
        return splitKey(key, count).value_or(std::vector<std::string>(count, key));
    }
    std::string keyParameters(const std::string &key)
    {
        std::string list;
        for (const std::string &part : partsOf(key))
            list += (list.empty() ? "" : ", ") + keyParameter(part);
        return list;
    }
    std::string isKey(const std::string &key)
    {
        const std::vector<std::string> columns = m_view.keyColumns();
        if (!splitKey(key, columns.size())) return "1 = 0";
        const std::vector<std::string> parts = partsOf(key);
        std::string all;
        for (std::size_t i = 0; i < columns.size(); ++i)
            all += (i == 0 ? "" : " AND ") + isKeyPart(quoted(columns[i]), parts[i]);
        return all;
    }
    std::string isKeyPart(const std::string &column, const std::string &key)
    {
        const std::string same = column + " = ";
        if (m_kind != SourceKind::Mariadb) return same + keyParameter(key);
        // A number as a text would be compared as a double; a text by its collation, which takes
        // others for it: so also byte by byte.
        if (m_view.keyKind == KeyKind::Integer)
            return same + "CAST(" + keyParameter(key) + " AS DECIMAL(65, 0))";
        return same + keyParameter(key) + " AND " + "CAST(CAST(" + column +
               " AS CHAR) AS BINARY) = CAST(" + keyParameter(key) + " AS BINARY)";
    }
    std::string holds(const ColumnValue &seen)
    {
        const std::string column = quoted(seen.column);
        switch (m_kind) {
        case SourceKind::Sqlite:
            return column + " IS " + parameter(seen.value, seen.shown);
        case SourceKind::Mariadb:
            return holdsInMariadb(seen, column);
        case SourceKind::Postgres:
            break;
        }
        // As text, because not every type of PostgreSQL (json) can be compared.
        return column + "::text IS NOT DISTINCT FROM " + parameter(seen.value, seen.shown) +
               "::text";
    }
    std::string where(const std::string &key, const std::vector<ColumnValue> &seen)
    {
        std::string text = " WHERE " + isKey(key);
        for (const ColumnValue &condition : seen)
            text += " AND " + holds(condition);
        return text;
    }
    BuiltStatement take(std::string sql)
    {
        m_built.statement.sql = std::move(sql);
        return std::move(m_built);
    }

private:
    // Exactly: no collation, no rounding.
    std::string holdsInMariadb(const ColumnValue &seen, const std::string &column)
    {
        const std::string place = parameter(seen.value, seen.shown);
        switch (seen.value.storage) {
        case 'n':
            return column + " <=> " + place;
        case 'b':
            return column + " <=> UNHEX(" + place + ")";
        case 'i':
            return column + " + 0 <=> CAST(" + place + " AS DECIMAL(65, 0))";
        case 'f':
            return "CAST(" + column + " AS DOUBLE) <=> CAST(" + place + " AS DOUBLE)";
        case 'r':
            return column + " <=> CAST(" + place + " AS DOUBLE)";
        default:
            break;
        }
        return "CAST(CAST(" + column + " AS CHAR) AS BINARY) <=> CAST(" + place + " AS BINARY)";
    }

    SourceKind m_kind;
    const TableView &m_view;
    BuiltStatement m_built;
};

} // namespace

std::string quotedIdentifier(std::string_view name, char quote)
{
    std::string quoted(1, quote);
    for (const char c : name) {
        if (c == quote) quoted += quote;
        quoted += c;
    }
    return quoted + quote;
}

std::string quotedTable(std::string_view table, char quote)
{
    if (isQueryRelation(table)) return std::string(table);
    const std::size_t dot = table.find('.');
    if (dot == std::string_view::npos) return quotedIdentifier(table, quote);
    return quotedIdentifier(table.substr(0, dot), quote) + "." +
           quotedIdentifier(table.substr(dot + 1), quote);
}

std::string eachKeyColumn(const TableView &view, std::string_view condition, char quote)
{
    std::string all;
    for (const std::string &column : view.keyColumns())
        all += (all.empty() ? "(" : " AND ") + quotedIdentifier(column, quote) + std::string(condition);
    return all + ")";
}

BuiltStatement insertStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &values)
{
    Builder builder(kind, view);
    std::string columns = builder.keys();
    std::string places = builder.keyParameters(key);
    for (const ColumnValue &value : values) {
        columns += ", " + builder.quoted(value.column);
        places += ", " + builder.assigned(value);
    }
    const std::string head = "INSERT INTO " + builder.table() + " (" + columns + ")";
    if (kind != SourceKind::Mariadb) {
        const std::string before = head + " VALUES ";
        const std::string row = "(" + places + ")";
        BuiltStatement built = builder.take(before + row + " ON CONFLICT (" + builder.keys() + ") DO NOTHING");
        built.statement.rowAt = before.size();
        built.statement.rowSize = row.size();
        return built;
    }
    const std::string absent = builder.isKey(key);
    return builder.take(head + " SELECT " + places + " FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM " +
                        builder.table() + " WHERE " + absent + ")");
}

BuiltStatement updateStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &sets,
                               const std::vector<ColumnValue> &seen)
{
    Builder builder(kind, view);
    std::string text;
    for (const ColumnValue &set : sets)
        text += (text.empty() ? " SET " : ", ") + builder.quoted(set.column) + " = " +
                builder.assigned(set);
    text += builder.where(key, seen);
    return builder.take("UPDATE " + builder.table() + text);
}

BuiltStatement deleteStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &seen)
{
    Builder builder(kind, view);
    const std::string where = builder.where(key, seen);
    return builder.take("DELETE FROM " + builder.table() + where);
}

std::string conditionOf(const SqlStatement &statement)
{
    const std::size_t where = statement.sql.find(" WHERE ");
    if (where != std::string::npos && !statement.sql.starts_with("INSERT "))
        return statement.sql.substr(where + 7);
    return "no row with this key exists";
}

} // namespace crossfade
