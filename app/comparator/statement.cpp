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

    std::string parameter(const SqlParameter &value, const Json &shown)
    {
        m_built.statement.parameters.push_back(value);
        m_built.shown.push_back(shown);
        return (m_kind == SourceKind::Sqlite ? "?" : "$") + std::to_string(m_built.shown.size());
    }
    std::string parameter(const ColumnValue &value) { return parameter(value.value, value.shown); }
    std::string keyParameter(const std::string &key)
    {
        return parameter({key, m_view.keyKind == KeyKind::Integer ? 'i' : 't'}, key);
    }
    std::string where(const std::string &key, const std::vector<ColumnValue> &seen)
    {
        std::string text = " WHERE " + quotedIdentifier(m_view.key) + " = " + keyParameter(key);
        for (const ColumnValue &condition : seen) {
            const std::string column = quotedIdentifier(condition.column);
            text += " AND ";
            // As text, because not every type of PostgreSQL (json) can be compared.
            if (m_kind == SourceKind::Sqlite)
                text += column + " IS " + parameter(condition);
            else
                text += column + "::text IS NOT DISTINCT FROM " + parameter(condition) + "::text";
        }
        return text;
    }
    BuiltStatement take(std::string sql)
    {
        m_built.statement.sql = std::move(sql);
        return std::move(m_built);
    }

private:
    SourceKind m_kind;
    const TableView &m_view;
    BuiltStatement m_built;
};

} // namespace

std::string quotedIdentifier(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string quotedTable(std::string_view table)
{
    const std::size_t dot = table.find('.');
    if (dot == std::string_view::npos) return quotedIdentifier(table);
    return quotedIdentifier(table.substr(0, dot)) + "." + quotedIdentifier(table.substr(dot + 1));
}

BuiltStatement insertStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &values)
{
    Builder builder(kind, view);
    std::string columns = quotedIdentifier(view.key);
    std::string places = builder.keyParameter(key);
    for (const ColumnValue &value : values) {
        columns += ", " + quotedIdentifier(value.column);
        places += ", " + builder.parameter(value);
    }
    return builder.take("INSERT INTO " + quotedTable(view.table) + " (" + columns + ") VALUES (" +
                        places + ") ON CONFLICT (" + quotedIdentifier(view.key) + ") DO NOTHING");
}

BuiltStatement updateStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &sets,
                               const std::vector<ColumnValue> &seen)
{
    Builder builder(kind, view);
    std::string text;
    for (const ColumnValue &set : sets)
        text += (text.empty() ? " SET " : ", ") + quotedIdentifier(set.column) + " = " +
                builder.parameter(set);
    text += builder.where(key, seen);
    return builder.take("UPDATE " + quotedTable(view.table) + text);
}

BuiltStatement deleteStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &seen)
{
    Builder builder(kind, view);
    const std::string where = builder.where(key, seen);
    return builder.take("DELETE FROM " + quotedTable(view.table) + where);
}

std::string conditionOf(const SqlStatement &statement)
{
    const std::size_t where = statement.sql.find(" WHERE ");
    if (where != std::string::npos) return statement.sql.substr(where + 7);
    return "no row with this key exists";
}

} // namespace crossfade
