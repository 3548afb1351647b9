// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/teststore.h"

#include "app/service/migrations.h"
#include "app/service/postgres.h"
#include "app/service/sqlite.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace crossfade {

namespace {

template <class Database>
std::unique_ptr<StoreConnection> opened(Result<std::unique_ptr<Database>> database)
{
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::unique_ptr<StoreConnection>(std::move(*database)) : nullptr;
}

} // namespace

bool testsOnPostgres()
{
    const char *kind = std::getenv("CROSSFADE_TEST_STORE");
    return kind && std::string_view(kind) == "postgres";
}

bool holdWriting(StoreConnection &store)
{
    return store.beginWrite() && store.execute("UPDATE clock SET epoch = epoch");
}

bool setStoredField(StoreConnection &store, const std::string &table, const std::string &column,
                    const std::string &field, const std::function<Json(const Json &)> &change)
{
    const auto rows = store.query("SELECT id, " + column + " FROM " + table);
    if (!rows) return false;
    for (const SqlRow &row : *rows) {
        Json json = parseJson(row.text(1)).value_or(Json::object());
        json[field] = change(json.value(field, Json()));
        if (!store.execute("UPDATE " + table + " SET " + column + " = ? WHERE id = ?",
                           {dumpJson(json), row.text(0)}))
            return false;
    }
    return true;
}

void backToScript(StoreConnection &store, const std::string &part, std::int64_t script)
{
    namespace fs = std::filesystem;
    const TempDir directory;
    const fs::path sql = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql";
    fs::copy(sql / "service", directory.path() / "service", fs::copy_options::recursive);
    fs::create_directories(directory.path() / part / "sqlite");
    for (const auto &entry : fs::directory_iterator(sql / part / "sqlite")) {
        const fs::path name = entry.path().filename();
        if (std::stoll(name.string()) <= script) fs::copy(entry.path(), directory.path() / part / "sqlite" / name);
    }
    const std::string file = directory.file("old.sqlite");
    const auto old = opened(SqliteDatabase::open(file, SqliteDatabase::Mode::ReadWrite));
    ASSERT_TRUE(migrateSqlite(*old, file, migrationSets(directory.path() / part, "sqlite")));
    const auto before = old->tables();
    const auto now = store.tables();
    ASSERT_TRUE(before && now);
    for (const auto &[table, columns] : *now) {
        if (!before->contains(table)) {
            const bool gone = table == "writer" || store.script("DROP TABLE " + table);
            EXPECT_TRUE(gone) << table;
            continue;
        }
        for (const std::string &column : columns) {
            const bool kept = std::ranges::count(before->at(table), column) > 0;
            EXPECT_TRUE(kept || store.script("ALTER TABLE " + table + " DROP COLUMN " + column)) << column;
        }
    }
    EXPECT_TRUE(store.execute("DELETE FROM migrations WHERE part = ? AND number > ?", {part, script}));
}

TestStore::TestStore(bool postgres)
{
    if (postgres) m_database = PostgresServer::instance().newDatabase();
}

TestStore::~TestStore()
{
    if (!m_database.empty()) PostgresServer::instance().dropDatabase(m_database);
}

std::vector<std::string> TestStore::options() const
{
    if (m_database.empty()) return {};
    return {"--database", m_database};
}

std::unique_ptr<StoreConnection> TestStore::open(const std::string &data) const
{
    if (m_database.empty())
        return opened(SqliteDatabase::open(data + "/store.sqlite", SqliteDatabase::Mode::ReadWrite));
    PostgresTarget target;
    target.url = m_database;
    target.application = "test";
    return opened(PostgresDatabase::open(target, PostgresDatabase::Mode::ReadWrite));
}

} // namespace crossfade
