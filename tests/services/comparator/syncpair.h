// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/fixture.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

struct Person {
    std::string name;
    std::string email;
    bool operator==(const Person &) const = default;
};
using People = std::map<std::string, Person>; // by id

enum class TestEngine { Sqlite, Postgres, Mariadb };

// Two databases with a table of people each, whose change column is set by whoever writes, and a journal kept by
// triggers of every row that is written; and a comparator that keeps them in sync.
class SyncPair {
public:
    explicit SyncPair(TestEngine ofLegacy = TestEngine::Sqlite, TestEngine ofNew = TestEngine::Sqlite,
                      bool storePostgres = testsOnPostgres(), std::vector<std::string> options = {});

    void put(TestDatabase &db, const std::string &id, const Person &person) const; // inserts or updates
    void remove(TestDatabase &db, const std::string &id) const;
    People people(TestDatabase &db) const;
    // How often rows of this key were written, by anybody; all without one.
    int writes(TestDatabase &db, const std::string &id = "") const;

    // A sync with these settings over the defaults (REALTIME, LEGACY to NEW, one way); its id.
    std::string add(Json settings = Json::object(), bool sensitiveEmail = false);
    Json act(const std::string &act, Json body = Json::object()) const; // of the sync; throws unless 2xx
    Json sync() const;
    bool waitState(const std::string &state) const;
    // Until a pass that began after now has carried over what there was and nothing waits.
    bool waitCaughtUp(std::chrono::milliseconds limit = std::chrono::seconds(60)) const;

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy;
    std::unique_ptr<TestDatabase> fresh;
    Comparator comparator;
    std::string id;
};

} // namespace crossfade
