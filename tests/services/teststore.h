// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/storeconnection.h"
#include "models/core/json.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// Where the tests of the services keep their stores: in SQLite, or with CROSSFADE_TEST_STORE=postgres
// in databases of a PostgreSQL server of the test program's own.
bool testsOnPostgres();

// As another process would that writes: nobody else gets to until rollback().
bool holdWriting(StoreConnection &store);
// Sets one field of the JSON text in a column, in all rows.
bool setStoredField(StoreConnection &store, const std::string &table, const std::string &column,
                    const std::string &field, const std::function<Json(const Json &)> &change);

// Takes the store back to what it was when `script` was the newest of the part's scripts: later tables and
// columns go, with what stood in them.
void backToScript(StoreConnection &store, const std::string &part, std::int64_t script);

// A store of one test.
class TestStore {
public:
    explicit TestStore(bool postgres = testsOnPostgres());
    ~TestStore(); // a database each test would fill the disk
    TestStore(const TestStore &) = delete;
    TestStore &operator=(const TestStore &) = delete;
    const std::string &database() const { return m_database; } // its URL, "" = SQLite
    std::vector<std::string> options() const;                  // "--database", URL
    // A connection of the test's own to what the service with that folder has stored.
    std::unique_ptr<StoreConnection> open(const std::string &data) const;

private:
    std::string m_database;
};

} // namespace crossfade
