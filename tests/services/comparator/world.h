// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/fixture.h"
#include "tests/support/contract.h"

#include <memory>
#include <string>

namespace crossfade {

// A comparator with a finished run, differences of the entities a, b, m and x, a repair of b, a sync with a dead
// letter of a, and an ignore rule that hides nothing.
// Every answer is held against the contract.
class World {
public:
    World();
    static World &instance(); // one for the tests that leave it as it is

    // Without a Content-Type among `headers` a body is JSON.
    TestAnswer send(const std::string &role, const std::string &method, const std::string &path,
                    const std::string &body = "", TestClient::Headers headers = {});
    // The pattern with the id of the world's own object in it.
    std::string filled(std::string pattern) const;
    std::string differenceOf(const std::string &entity) const;
    std::string repairOf(const std::string &entity); // a new one
    void addSync();

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"));
    Comparator comparator;
    Contract contract{"comparator.yaml"};
    std::string source, mapping, check, run, difference, repair, sync, task, ignoreRule;
};

} // namespace crossfade
