// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Markup, SQL and letters of many scripts, as keys, values, names and reasons: all arrive as they
// are, in the answers and in the databases.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

#include <set>

namespace crossfade {
namespace {

const std::vector<std::string> Texts{
    "<b>bold</b><script>alert('x')</script>",
    "Robert'); DROP TABLE people;--",
    "\"double\" `back` \\ back\\slash \\n",
    "100 % _ like $1 ?1 :name @p",
    "&amp; &#39; {{x}} ${y} %s %n",
    "\xE6\x9D\x8E\xE5\x9B\x9B \xD8\xB9\xD9\x84\xD9\x8A \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB e\xCC\x81",
    " leading and trailing ",
    "tab\tand\nnew line",
};

std::string quoted(const std::string &text)
{
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("''") : std::string(1, c);
    return result + "'";
}

class TextsBetween : public testing::TestWithParam<bool> {
protected:
    TextsBetween()
        : fresh(GetParam() ? newPostgres() : newSqlite(dir.file("new.db")))
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()})
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
        for (const std::string &text : Texts) {
            legacy->run("INSERT INTO people VALUES (" + quoted(text) + ", " + quoted(text) + ")");
            fresh->run("INSERT INTO people VALUES (" + quoted(text) + ", " +
                       quoted("was: " + text) + ")");
        }
        comparator.start();
    }
    std::string nameOf(TestDatabase &side, const std::string &key)
    {
        return side.one("SELECT name FROM people WHERE id = " + quoted(key));
    }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh;
    Comparator comparator;
};

INSTANTIATE_TEST_SUITE_P(And, TextsBetween, testing::Values(false, true), [](const auto &info) {
    return info.param ? std::string("postgres") : std::string("sqlite");
});

TEST_P(TextsBetween, ArriveUnchanged)
{
    const std::string check =
        comparator.addCheck(*legacy, *fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})),
                            Texts[0]);
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/checks/" + check).json.at("check_name"), Texts[0]);
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("different"), Texts.size());
    EXPECT_EQ(run.at("missing"), 0);
    EXPECT_EQ(run.at("extra"), 0);

    Json ids = Json::array();
    std::set<std::string> found;
    for (const Json &one : comparator.all("/api/v1/differences?resolved=false")) {
        const std::string key = textOf(one, "entity_id");
        found.insert(key);
        ids.push_back(one.at("id"));
        EXPECT_EQ(one.at("legacy_value"), key);
        EXPECT_EQ(one.at("new_value"), "was: " + key);
        EXPECT_EQ(one.at("check_name"), Texts[0]);
    }
    EXPECT_EQ(found, std::set<std::string>(Texts.begin(), Texts.end()));

    const TestAnswer made = comparator.as("operator").post(
        "/api/v1/repairs", {{"difference_ids", ids}, {"reason", Texts[1]}});
    ASSERT_EQ(made.status, 201) << made.body;
    for (const Json &repair : made.json.at("items")) {
        const std::string path = "/api/v1/repairs/" + textOf(repair, "id");
        EXPECT_EQ(repair.at("reason"), Texts[1]);
        EXPECT_EQ(comparator.as("operator")
                      .post(path + "/assign", {{"assigned_to", "ann <b>&\"'"}})
                      .json.at("assigned_to"),
                  "ann <b>&\"'");
        EXPECT_EQ(comparator.as("viewer").get(path + "/preview").json.at("after").at("name"),
                  repair.at("entity_id"));
        EXPECT_EQ(comparator.as("approver")
                      .post(path + "/approve", {{"reason", Texts[2]}})
                      .json.at("decision_reason"),
                  Texts[2]);
        comparator.waitRepair(textOf(repair, "id"), {"VERIFIED"});
    }
    for (const std::string &text : Texts) {
        EXPECT_EQ(nameOf(*fresh, text), text);
        EXPECT_EQ(nameOf(*legacy, text), text);
    }
    EXPECT_EQ(fresh->one("SELECT count(*) FROM people"), std::to_string(Texts.size()));
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
    bool kept = false;
    for (const Json &entry : comparator.all("/api/v1/audit"))
        kept = kept || entry.at("reason") == Texts[2];
    EXPECT_TRUE(kept);
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

} // namespace
} // namespace crossfade
