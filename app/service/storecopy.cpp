// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/storecopy.h"

#include "app/service/crypto.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace crossfade {

namespace {

constexpr std::size_t MostParameters = 400; // of one INSERT
constexpr std::size_t MostBatchBytes = 1 << 20;

std::string inQuotes(const std::string &name)
{
    return "\"" + name + "\"";
}

std::string selectAll(const std::string &table, const std::vector<std::string> &columns)
{
    std::string list;
    for (const std::string &column : columns)
        list += (list.empty() ? "" : ", ") + inQuotes(column);
    return "SELECT " + list + " FROM " + inQuotes(table);
}

std::string insertRows(const std::string &table, const std::vector<std::string> &columns, std::size_t rows)
{
    std::string list;
    std::string marks;
    for (const std::string &column : columns) {
        list += (list.empty() ? "" : ", ") + inQuotes(column);
        marks += marks.empty() ? "?" : ", ?";
    }
    std::string sql = "INSERT INTO " + inQuotes(table) + " (" + list + ") VALUES ";
    for (std::size_t i = 0; i < rows; ++i)
        sql += (i == 0 ? "(" : ", (") + marks + ")";
    return sql;
}

// One spelling of a value in whatever database it stands.
std::string canonical(const SqlValue &value)
{
    if (const auto *integer = std::get_if<std::int64_t>(&value)) return "i" + std::to_string(*integer);
    if (const auto *text = std::get_if<std::string>(&value))
        return "t" + std::to_string(text->size()) + ":" + *text;
    const auto *number = std::get_if<double>(&value);
    if (!number) return "n";
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number);
    return "d" + std::string(digits.data(), end.ptr);
}

void add(TableDigest &digest, const SqlRow &row)
{
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column)
        text += canonical(row.value(column)) + ";";
    ++digest.rows;
    digest.sum += std::strtoull(sha256Hex(text).substr(0, 16).c_str(), nullptr, 16);
}

// Gathers rows and writes them many at a time.
class RowSink {
public:
    RowSink(StoreConnection &to, std::string table, const std::vector<std::string> &columns)
        : m_to(to)
        , m_table(std::move(table))
        , m_columns(columns)
        , m_most(std::max<std::size_t>(1, MostParameters / columns.size()))
    {
    }
    Result<void> put(const SqlRow &row)
    {
        for (std::size_t column = 0; column < row.size(); ++column) {
            m_values.push_back(row.value(column));
            if (const auto *text = std::get_if<std::string>(&row.value(column))) m_bytes += text->size();
        }
        ++m_rows;
        return m_rows == m_most || m_bytes > MostBatchBytes ? flush() : Result<void>();
    }
    Result<void> flush()
    {
        if (m_rows == 0) return {};
        const auto done = m_to.execute(insertRows(m_table, m_columns, m_rows), m_values);
        m_values.clear();
        m_rows = 0;
        m_bytes = 0;
        if (!done) return fail(done.error());
        return {};
    }

private:
    StoreConnection &m_to;
    std::string m_table;
    const std::vector<std::string> &m_columns;
    std::size_t m_most;
    std::size_t m_rows = 0;
    std::size_t m_bytes = 0;
    Database::Parameters m_values;
};

Result<TableDigest> copyTable(StoreConnection &from, StoreConnection &to, const std::string &table,
                              const std::vector<std::string> &columns)
{
    const auto emptied = to.execute("DELETE FROM " + inQuotes(table));
    if (!emptied) return fail(emptied.error());
    TableDigest digest;
    RowSink sink(to, table, columns);
    Result<void> put;
    auto read = from.each(selectAll(table, columns), {}, [&](const SqlRow &row) {
        add(digest, row);
        put = sink.put(row);
        return put.has_value();
    });
    if (read) read = put;
    if (read) read = sink.flush();
    if (!read) return fail(read.error());
    return digest;
}

} // namespace

Result<StoreConnection::Tables> storeTables(StoreConnection &store)
{
    auto tables = store.tables();
    if (!tables) return tables;
    tables->erase("migrations");
    tables->erase("writer");
    return tables;
}

Result<StoreDigest> digestOf(StoreConnection &store)
{
    const auto tables = storeTables(store);
    if (!tables) return fail(tables.error());
    StoreDigest digest;
    for (const auto &[table, columns] : *tables) {
        TableDigest &one = digest[table];
        auto read = store.each(selectAll(table, columns), {}, [&one](const SqlRow &row) {
            add(one, row);
            return true;
        });
        if (!read) return fail(read.error());
    }
    return digest;
}

Result<StoreDigest> copyStore(StoreConnection &from, StoreConnection &to)
{
    const auto tables = storeTables(from);
    if (!tables) return fail(tables.error());
    const auto known = storeTables(to);
    if (!known) return fail(known.error());
    if (*tables != *known) return fail(ErrorKind::Conflict, "the two stores have different tables");
    StoreDigest digest;
    for (const auto &[table, columns] : *tables) {
        const auto copied = copyTable(from, to, table, columns);
        if (!copied) return fail(copied.error());
        digest[table] = *copied;
    }
    const auto again = digestOf(to);
    if (!again) return fail(again.error());
    if (*again != digest) return fail(ErrorKind::Internal, "the copy differs from what was read");
    if (auto numbered = to.renumber(); !numbered) return fail(numbered.error());
    return digest;
}

} // namespace crossfade
