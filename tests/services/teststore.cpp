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
#include <set>

namespace crossfade {

namespace {

template <class Database>
std::unique_ptr<StoreConnection> opened(Result<std::unique_ptr<Database>> database)
{
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::unique_ptr<StoreConnection>(std::move(*database)) : nullptr;
}

// Those with a name of ours, which a constraint's index has not.
std::set<std::string> indexesOf(StoreConnection &store)
{
    const char *sqlite = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    const char *postgres = "SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
                           "JOIN pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname = current_schema() AND NOT "
                           "EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)";
    const bool isPostgres = dynamic_cast<PostgresDatabase *>(&store) != nullptr;
    const auto rows = store.query(isPostgres ? postgres : sqlite);
    EXPECT_TRUE(rows);
    std::set<std::string> names;
    for (std::size_t i = 0; rows && i < rows->size(); ++i)
        names.insert((*rows)[i].text(0));
    return names;
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
    // A column goes only with the indexes that name it.
    for (const std::string &index : indexesOf(store)) {
        const bool kept = indexesOf(*old).contains(index);
        EXPECT_TRUE(kept || store.script("DROP INDEX " + index)) << index;
    }
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
