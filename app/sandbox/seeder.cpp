// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/seeder.h"

#include "app/sandbox/schema.h"

#include <cstdlib>

namespace crossfade {

namespace {

using RowOf = std::vector<SqlText> (*)(const Person &);

Result<std::int64_t> countOf(SqlConnection &db, const PlatformSchema &schema)
{
    const auto counted = db.run("SELECT count(*) FROM " + std::string(schema.table));
    if (!counted) return fail(counted.error());
    return std::atoll(counted->rows.at(0).at(0).value_or("0").c_str());
}

Result<void> insertOneByOne(SqlConnection &db, const PlatformSchema &schema, const People &people,
                            std::int64_t users, RowOf rowOf)
{
    const std::string sql = insertStatement(schema);
    for (std::int64_t number = 1; number <= users; ++number) {
        const auto inserted = db.run(sql, rowOf(people.person(number)));
        if (!inserted) return fail(inserted.error());
    }
    return {};
}

// A statement a row would be a round trip a row: PostgreSQL gets an array of each column at a time.
std::string arrayLiteral(const std::vector<SqlText> &values)
{
    std::string text = "{";
    for (const SqlText &value : values) {
        if (text.size() > 1) text += ',';
        if (!value) {
            text += "NULL";
            continue;
        }
        text += '"';
        for (const char c : *value) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

std::string arrayInsert(const PlatformSchema &schema)
{
    std::string columns;
    std::string arrays;
    std::string fields;
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        const std::string column(schema.columns[i]);
        const std::string comma = i ? ", " : "";
        columns += comma + column;
        arrays += comma + "$" + std::to_string(i + 1) + "::text[]";
        const bool isTime = column.ends_with("_at");
        fields += comma + column +
                  (isTime ? "::timestamptz"
                          : (column == "active" ? "::int::boolean"
                                                : (column == "credit" ? "::numeric" : "")));
    }
    return "INSERT INTO " + std::string(schema.table) + "(" + columns + ") SELECT " + fields +
           " FROM unnest(" + arrays + ") AS given(" + columns + ")";
}

Result<void> insertInArrays(SqlConnection &db, const PlatformSchema &schema, const People &people,
                            std::int64_t users, RowOf rowOf)
{
    constexpr std::int64_t BatchSize = 5'000;
    const std::string sql = arrayInsert(schema);
    for (std::int64_t first = 1; first <= users; first += BatchSize) {
        std::vector<std::vector<SqlText>> columns(schema.columns.size());
        for (std::int64_t number = first; number < first + BatchSize && number <= users; ++number) {
            std::vector<SqlText> row = rowOf(people.person(number));
            for (std::size_t i = 0; i < row.size(); ++i)
                columns[i].push_back(std::move(row[i]));
        }
        std::vector<SqlText> arrays;
        for (const auto &column : columns)
            arrays.emplace_back(arrayLiteral(column));
        if (const auto inserted = db.run(sql, arrays); !inserted) return fail(inserted.error());
    }
    return {};
}

Result<std::int64_t> seed(SqlConnection &db, const PlatformSchema &schema, const People &people,
                          std::int64_t users, RowOf rowOf)
{
    if (const auto begun = db.run("BEGIN"); !begun) return fail(begun.error());
    const auto created = db.run(db.isPostgres() ? schema.createPostgres : schema.createSqlite);
    if (!created) return fail(created.error());
    const Result<std::int64_t> present = countOf(db, schema);
    if (!present) return present;
    if (*present == 0) {
        const auto insert = db.isPostgres() ? insertInArrays : insertOneByOne;
        const Result<void> inserted = insert(db, schema, people, users, rowOf);
        if (!inserted) {
            db.run("ROLLBACK");
            return fail(inserted.error());
        }
    }
    if (const auto committed = db.run("COMMIT"); !committed) return fail(committed.error());
    return *present == 0 ? users : *present;
}

} // namespace

Result<std::int64_t> seedLegacy(SqlConnection &db, const People &people, std::int64_t users)
{
    return seed(db, legacySchema(), people, users, legacyRow);
}

Result<std::int64_t> seedNew(SqlConnection &db, const People &people, std::int64_t users)
{
    return seed(db, newSchema(), people, users, newRow);
}

} // namespace crossfade
