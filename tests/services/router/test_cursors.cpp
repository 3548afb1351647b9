// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A cursor leads on in the list it is of, with the filters it was made with, and nowhere else.

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace crossfade {

namespace {

class Cursors : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        for (int i = 0; i < 4; ++i)
            router.post("/api/v1/rules", userRuleBody("user-" + std::to_string(i)));
    }
    std::string cursorOf(const std::string &path)
    {
        const Json page = router.get(path);
        EXPECT_TRUE(page.at("next_cursor").is_string()) << path;
        return page.value("next_cursor", "");
    }
    // What is wrong with it there: "" if nothing.
    std::string refusal(const std::string &path)
    {
        const TestAnswer answer = router.client("admin").get(path);
        if (answer.status == 200) return {};
        EXPECT_EQ(answer.status, 422) << path << " " << answer.body;
        EXPECT_EQ(pointerOf(answer), "?cursor") << path;
        return answer.json.at("errors")[0].value("message", "");
    }

    RouterService router;
};

std::size_t pagedInContract()
{
    std::ifstream in(std::string(CROSSFADE_SOURCE_DIR) + "/resources/openapi/router.yaml");
    std::stringstream text;
    text << in.rdbuf();
    const std::string yaml = text.str();
    const std::string reference = "#/components/parameters/Cursor\"";
    std::size_t count = 0;
    for (std::size_t at = yaml.find(reference); at != std::string::npos; at = yaml.find(reference, at + 1))
        ++count;
    return count;
}

} // namespace

TEST_F(Cursors, ofAnotherListAreRefusedByEveryList)
{
    const std::string cursor = cursorOf("/api/v1/rules?limit=2");
    std::size_t lists = 0;
    for (std::string operation : router.contract().operations()) {
        if (!operation.starts_with("GET /api/v1/") || operation.ends_with("/events")) continue;
        std::string path = operation.substr(4);
        if (path == "/api/v1/rules") continue;
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "x");
        const TestAnswer answer = router.client("admin,service").get(path + "?cursor=" + cursor);
        EXPECT_NE(answer.status, 200) << path << " takes any cursor";
        if (answer.body.find("of another list") == std::string::npos) continue; // has no pages
        ++lists;
        EXPECT_EQ(answer.status, 422) << path;
        EXPECT_EQ(pointerOf(answer), "?cursor") << path;
    }
    EXPECT_EQ(lists + 1, pagedInContract());
}

TEST_F(Cursors, holdForTheFiltersTheyWereMadeWith)
{
    const std::string cursor = cursorOf("/api/v1/rules?limit=2&platform=NEW&active=true");
    EXPECT_EQ(refusal("/api/v1/rules?platform=NEW&active=true&cursor=" + cursor), "");
    EXPECT_EQ(refusal("/api/v1/rules?active=true&limit=1&platform=NEW&cursor=" + cursor), "")
        << "whatever their order, and the size of the page";
    for (const char *other : {"", "platform=NEW&", "active=true&", "platform=LEGACY&active=true&",
                              "platform=NEW&active=true&q=user&", "platform=NEW&active=false&"})
        EXPECT_NE(refusal(std::string("/api/v1/rules?") + other + "cursor=" + cursor), "") << other;
    const std::string ofAll = cursorOf("/api/v1/rules?limit=2");
    EXPECT_NE(refusal("/api/v1/rules?platform=NEW&cursor=" + ofAll), "");
    EXPECT_NE(refusal("/api/v1/audit?cursor=" + ofAll), "");
    const std::string ofAudit = cursorOf("/api/v1/audit?limit=2");
    EXPECT_NE(refusal("/api/v1/rules?cursor=" + ofAudit), "");
    EXPECT_NE(refusal("/api/v1/audit?action=rule.create&cursor=" + ofAudit), "");
    EXPECT_EQ(refusal("/api/v1/audit?cursor=" + ofAudit), "");
}

TEST_F(Cursors, ofOneObjectsListAreNotThoseOfAnothers)
{
    for (const char *name : {"staff", "friends"}) {
        router.post("/api/v1/gray-lists", {{"name", name}, {"kind", "USER"}, {"enforced", false}});
        router.post("/api/v1/gray-lists/" + std::string(name) + "/entries", {{"entries", {"ann", "bob", "cid"}}}, 200);
    }
    const std::string cursor = cursorOf("/api/v1/gray-lists/staff/entries?limit=1");
    EXPECT_EQ(refusal("/api/v1/gray-lists/staff/entries?cursor=" + cursor), "");
    EXPECT_NE(refusal("/api/v1/gray-lists/friends/entries?cursor=" + cursor), "");
    EXPECT_NE(refusal("/api/v1/gray-lists/staff/entries?q=a&cursor=" + cursor), "");
}

TEST_F(Cursors, surviveARestart)
{
    const std::string cursor = cursorOf("/api/v1/rules?limit=2");
    const Json page = router.get("/api/v1/rules?cursor=" + cursor);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(router.get("/api/v1/rules?cursor=" + cursor), page);
}

} // namespace crossfade
