// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/fixture.h"
#include "tests/services/kit/cuttingproxy.h"

namespace crossfade {

// The same database by another way: for the comparator, not for the test itself.
class Detour : public TestDatabase {
public:
    // `options` of its location, as "?sslmode=disable", where the proxy has to read what goes by.
    Detour(TestDatabase &database, const CuttingProxy &proxy, const std::string &options = {})
        : m_database(database)
        , m_location(proxy.through(database.location()) + options)
    {
    }
    void run(const std::string &sql) override { m_database.run(sql); }
    std::string one(const std::string &sql) override { return m_database.one(sql); }
    std::string kind() const override { return m_database.kind(); }
    std::string location() const override { return m_location; }

private:
    TestDatabase &m_database;
    std::string m_location;
};

} // namespace crossfade
