// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/mariadbfixture.h"

#include "tests/support/mariadb.h"

#include <mariadb/mysql.h>

#include <stdexcept>

namespace crossfade {

namespace {

// As root, who has no password.
class MariadbDatabase : public TestDatabase {
public:
    explicit MariadbDatabase(std::string url)
        : m_url(std::move(url))
        , m_handle(mysql_init(nullptr))
    {
        const std::string name = m_url.substr(m_url.rfind('/') + 1);
        mysql_options(m_handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        if (!mysql_real_connect(m_handle, "127.0.0.1", "root", "", name.c_str(),
                                static_cast<unsigned>(MariadbServer::instance().port()), nullptr, 0))
            refused();
        run("SET time_zone = '+00:00'");
    }
    ~MariadbDatabase() override { mysql_close(m_handle); }
    void run(const std::string &sql) override { mysql_free_result(answer(sql)); }
    std::string one(const std::string &sql) override
    {
        MYSQL_RES *result = answer(sql);
        std::string text = "<none>";
        if (const MYSQL_ROW row = result ? mysql_fetch_row(result) : nullptr)
            text = row[0] ? std::string(row[0], mysql_fetch_lengths(result)[0]) : "<null>";
        mysql_free_result(result);
        return text;
    }
    std::string kind() const override { return "MARIADB"; }
    std::string location() const override { return m_url; }

private:
    [[noreturn]] void refused()
    {
        const std::string problem = mysql_error(m_handle);
        mysql_close(m_handle);
        throw std::runtime_error(problem);
    }
    MYSQL_RES *answer(const std::string &sql)
    {
        if (mysql_real_query(m_handle, sql.data(), sql.size()) != 0)
            throw std::runtime_error(std::string(mysql_error(m_handle)) + " in " +
                                     sql.substr(0, 200));
        return mysql_store_result(m_handle);
    }

    std::string m_url;
    MYSQL *m_handle;
};

} // namespace

std::unique_ptr<TestDatabase> newMariadb()
{
    return std::make_unique<MariadbDatabase>(MariadbServer::instance().newDatabase());
}

std::unique_ptr<TestDatabase> openAgain(const TestDatabase &database)
{
    if (database.kind() == "MARIADB") return std::make_unique<MariadbDatabase>(database.location());
    return openSame(database);
}

} // namespace crossfade
