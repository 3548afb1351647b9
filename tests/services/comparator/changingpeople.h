// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/mariadbfixture.h"

#include <chrono>
#include <ctime>
#include <set>

namespace crossfade {

inline constexpr int ChangingRows = 3'000;

// So long ago, in UTC, as all three engines read it.
inline std::string wallClock(std::chrono::seconds ago)
{
    const std::time_t at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - ago);
    std::tm parts{};
    gmtime_r(&at, &parts);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    return text;
}

// The types of a table's columns; "" of the change column: the engine's own for a moment.
struct ChangingTable {
    std::string keyType = "bigint";
    std::string keyPrefix; // of keys that are texts
    std::string changedType;
};

class ChangingPeople {
public:
    ChangingPeople(const std::string &engine, const std::string &file, ChangingTable table = {})
        : m_table(std::move(table))
        , m_db(engine == "sqlite" ? newSqlite(file) : engine == "postgres" ? newPostgres() : newMariadb())
    {
        if (m_table.changedType.empty())
            m_table.changedType = engine == "postgres" ? "timestamptz" : engine == "mariadb" ? "datetime(6)" : "text";
        m_db->run("CREATE TABLE people (id " + m_table.keyType + " PRIMARY KEY, name varchar(60), changed_at " +
                  m_table.changedType + " NULL)");
    }
    TestDatabase &db() { return *m_db; }
    std::string key(int i) const
    {
        return m_table.keyPrefix.empty() ? std::to_string(i) : "'" + m_table.keyPrefix + std::to_string(i) + "'";
    }
    // In the change column's own form.
    std::string changed(const std::string &value) const
    {
        const bool number = value.find_first_not_of("0123456789") == std::string::npos || value == "NULL";
        return number ? value : "'" + value + (m_table.changedType == "timestamptz" ? "+00'" : "'");
    }
    std::string ago(std::chrono::seconds time) const { return changed(wallClock(time)); }
    std::string now() const { return ago(std::chrono::seconds(0)); }

    // ChangingRows 1 to `count`, each changed a minute after the one before, the last one a day ago.
    void fill(int count)
    {
        std::string values;
        for (int i = 1; i <= count; ++i) {
            values += (values.empty() ? "(" : ", (") + key(i) + ", 'name of " + std::to_string(i) + "', " +
                      ago(std::chrono::hours(24) + std::chrono::minutes(count - i)) + ")";
            if (i % 1'000 != 0 && i != count) continue;
            m_db->run("INSERT INTO people VALUES " + values);
            values.clear();
        }
    }
    void insert(int i, const std::string &changedAt)
    {
        m_db->run("INSERT INTO people VALUES (" + key(i) + ", 'name of " + std::to_string(i) + "', " + changedAt + ")");
    }
    void rename(int i, const std::string &name, const std::string &changedAt)
    {
        m_db->run("UPDATE people SET name = '" + name + "', changed_at = " + changedAt + " WHERE id = " + key(i));
    }
    void rename(int i, const std::string &name) // and nothing tells of it
    {
        m_db->run("UPDATE people SET name = '" + name + "' WHERE id = " + key(i));
    }
    void remove(int i) { m_db->run("DELETE FROM people WHERE id = " + key(i)); }

private:
    ChangingTable m_table;
    std::unique_ptr<TestDatabase> m_db;
};

inline Json changingMapping(const std::string &keyKind = "INTEGER", bool legacy = true, bool fresh = true,
                     Json fields = Json::array({field("name", "TEXT")}))
{
    Json mapping = peopleMapping(keyKind, std::move(fields));
    if (legacy) mapping["legacy"]["changed_column"] = "changed_at";
    if (fresh) mapping["new"]["changed_column"] = "changed_at";
    return mapping;
}

inline Json incremental(const Comparator &comparator, const std::string &check, bool keys = false)
{
    Json body{{"scope", "INCREMENTAL"}};
    if (keys) body["keys"] = true;
    return comparator.waitRun(comparator.startRun(check, body));
}

inline std::set<std::string> openKeys(const Comparator &comparator, const std::string &check)
{
    std::set<std::string> keys;
    for (const Json &difference : comparator.all("/api/v1/differences?resolved=false&check_id=" + check))
        keys.insert(textOf(difference, "entity_id"));
    return keys;
}

} // namespace crossfade
