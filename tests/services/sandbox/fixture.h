// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"
#include "app/sandbox/seeder.h"
#include "app/sandbox/sqlconnection.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace crossfade {

inline const Samples &sampleLists()
{
    static const Samples samples = loadSamples(sandboxResources() + "/samples").value();
    return samples;
}

inline const People &people()
{
    static const People all(sampleLists(), 1);
    return all;
}

using Rows = std::map<std::string, std::vector<SqlText>>;

// Two seeded SQLite databases.
class SeededSandbox {
public:
    explicit SeededSandbox(std::int64_t users = 2'000, std::string newLocation = {})
        : users(users)
        , legacyFile(dir.file("legacy.sqlite"))
        , newFile(newLocation.empty() ? dir.file("new.sqlite") : newLocation)
        , legacy(SqlConnection::open(legacyFile).value())
        , newer(SqlConnection::open(newFile).value())
    {
        EXPECT_EQ(seedLegacy(*legacy, people(), users).value(), users);
        EXPECT_EQ(seedNew(*newer, people(), users).value(), users);
    }

    Rows legacyRows() const { return rows(*legacy, "SELECT * FROM users"); }
    Rows newRows() const { return rows(*newer, "SELECT * FROM accounts"); }
    static Rows rows(SqlConnection &db, const std::string &sql)
    {
        Rows all;
        const SqlResult result = db.run(sql).value();
        for (const auto &row : result.rows)
            all.emplace(row.at(0).value(), row);
        return all;
    }

    TempDir dir;
    std::int64_t users;
    std::string legacyFile;
    std::string newFile;
    std::unique_ptr<SqlConnection> legacy;
    std::unique_ptr<SqlConnection> newer;
};

} // namespace crossfade
