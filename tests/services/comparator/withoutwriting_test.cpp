// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts that may read and nothing else are enough for a check.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// The same database for somebody who may read the one table.
class Onlooker : public TestDatabase {
public:
    explicit Onlooker(TestDatabase &database)
        : m_database(database)
        , m_location(database.location())
    {
        if (database.isPostgres()) {
            run("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onlooker') THEN CREATE ROLE onlooker "
                "LOGIN; END IF; END $$");
            run("GRANT SELECT ON people TO onlooker");
            m_location.replace(m_location.find("postgres@"), 9, "onlooker@");
        } else {
            run("CREATE USER IF NOT EXISTS onlooker@'%'");
            run("GRANT SELECT ON " + one("SELECT database()") + ".people TO onlooker@'%'");
            m_location = MariadbServer::urlFor("onlooker", m_location);
        }
    }
    void run(const std::string &sql) override { m_database.run(sql); }
    std::string one(const std::string &sql) override { return m_database.one(sql); }
    std::string kind() const override { return m_database.kind(); }
    std::string location() const override { return m_location; }

private:
    TestDatabase &m_database;
    std::string m_location;
};

struct OnlookersTable {
    bool legacyPostgres;
    bool freshPostgres;
    const char *keyKind;
};

class ReadOnlyAccounts : public testing::TestWithParam<OnlookersTable> {
protected:
    static bool isText() { return std::string(GetParam().keyKind) == "TEXT"; }
    static std::unique_ptr<TestDatabase> people(bool postgres)
    {
        auto db = postgres ? newPostgres() : newMariadb();
        const std::string text = postgres ? "text" : "varchar(60) COLLATE utf8mb4_bin";
        db->run("CREATE TABLE people (id " + (isText() ? text : "bigint") + " PRIMARY KEY, name text)");
        std::string rows;
        for (int i = 1; i <= 500; ++i)
            rows += (i == 1 ? "('" : ", ('") + std::to_string(i) + "', 'name" + std::to_string(i) + "')";
        db->run("INSERT INTO people VALUES " + rows);
        return db;
    }
};

TEST_P(ReadOnlyAccounts, AreEnoughForACheck)
{
    const auto legacy = people(GetParam().legacyPostgres);
    const auto fresh = people(GetParam().freshPostgres);
    fresh->run("DELETE FROM people WHERE id IN ('7', '8')");
    fresh->run("UPDATE people SET name = 'other' WHERE id = '9'");
    fresh->run("INSERT INTO people VALUES ('1000', 'more')");
    Comparator comparator;
    comparator.start();
    const std::string check =
        comparator.addCheck(Onlooker(*legacy), Onlooker(*fresh),
                            peopleMapping(GetParam().keyKind, Json::array({field("name", "TEXT")})));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("error"), nullptr) << dumpJson(run);
    EXPECT_EQ(run.at("missing"), 2);
    EXPECT_EQ(run.at("different"), 1);
    EXPECT_EQ(run.at("extra"), 1);
    EXPECT_EQ(run.at("matched"), 497);
}

INSTANTIATE_TEST_SUITE_P(Accounts, ReadOnlyAccounts,
                         testing::Values(OnlookersTable{true, true, "TEXT"}, OnlookersTable{false, false, "INTEGER"},
                                         OnlookersTable{true, false, "TEXT"}));

} // namespace
} // namespace crossfade
