// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/teststore.h"

#include "app/service/postgres.h"
#include "app/service/sqlite.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <cstdlib>

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
