// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/routerprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

using Strings = std::set<std::string>;

// A comparator that tells a router, and two SQLite databases with the same people.
class Pushes : public testing::Test {
protected:
    void SetUp() override
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, changed INTEGER)");
            side->run("INSERT INTO people VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)");
        }
    }
    std::vector<std::string> options(const std::vector<std::string> &more = {}) const
    {
        std::vector<std::string> all{"--router", router.url(), "--router-token-file", router.tokenFile("service")};
        std::ranges::copy(more, std::back_inserter(all));
        return all;
    }
    void startBoth(const std::vector<std::string> &more = {}, const std::string &dataType = "USER")
    {
        router.start();
        comparator = std::make_unique<Comparator>(options(more));
        comparator->start();
        addCheck(*comparator, dataType);
    }
    void addCheck(const Comparator &at, const std::string &dataType = "USER")
    {
        Json mapping = peopleMapping("INTEGER", Json::array({field("name", "TEXT")}));
        mapping["data_type"] = dataType;
        mapping["legacy"]["changed_column"] = "changed";
        check = at.addCheck(*legacy, *fresh, mapping);
    }
    Json held() const { return router.as("viewer").get("/api/v1/held-entities?limit=1000").json; }
    Strings heldIds(const std::string &kind = "USER") const
    {
        Strings ids;
        const Json page = held();
        if (!page.is_object() || !page.contains("items")) return {"unanswered"};
        for (const Json &one : page.at("items")) {
            if (one.at("kind") == kind) ids.insert(one.at("id").get<std::string>());
        }
        return ids;
    }
    bool waitHeld(const Strings &ids, const std::string &kind = "USER")
    {
        return waitFor([&] { return heldIds(kind) == ids; }, std::chrono::seconds(45));
    }
    Json push(const std::string &what) const
    {
        const TestAnswer answer = comparator->as("viewer").get("/api/v1/status");
        if (answer.status != 200) return Json::object();
        for (const Json &one : answer.json.at("router").at("pushes")) {
            if (one.at("what") == what) return one;
        }
        return Json::object();
    }
    bool waitState(const std::string &what, const std::string &state)
    {
        return waitFor([&] { return textOf(push(what), "state") == state; }, std::chrono::seconds(45));
    }
    Json keyIndex() const { return router.as("viewer").get("/api/v1/key-index").json; }
    bool waitKeys(int keys)
    {
        return waitFor([&] { return keyIndex().value("keys", Json()) == keys; }, std::chrono::seconds(30));
    }
    Json told() const { return router.as("viewer").get("/api/v1/consistency").json; }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"), false);
    RouterProcess router;
    std::unique_ptr<Comparator> comparator;
    std::string check;
};

} // namespace crossfade
